"""The watched sources: their definitions, who asks them when, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, true, update
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from briefings.errors import InputError
from briefings.model import EVERYBODY, Audience, Check, FeedDefinition, FeedState, Source
from briefings.store.audiences import audience_for
from briefings.store.engine import Database
from briefings.store.entries import load_known, store_entries
from briefings.store.intake import Intake
from briefings.store.records import LARGEST_ID, execute_many, source, state_row, visible
from briefings.store.source_rows import (
    LONGEST_ADDRESS,
    PRESENT,
    UNCLAIMED,
    UPDATE,
    at_address,
    existing,
    longest_overdue,
    move,
    new_row,
    redefined,
    refuse_too_many,
    refuse_watched,
)
from briefings.store.tables import WATCHED, plain, sources
from briefings.subscriptions import WHOLE_DESK, Scope


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the articles of some checks; `gone` are sources removed in the meantime."""

    new: int
    updated: int
    duplicates: int
    gone: tuple[int, ...] = ()


class Sources:
    """The watched sources of a database.

    A source is everybody's or one workspace's. Two workspaces that watch one feed have a source
    each, so that nothing one does or learns is the other's to see.

    Which sources there are is changed under the lock of the intake: a forgotten source changes
    its articles too, and two processes that start at once both bring the shipped ones.
    """

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database = database
        self._intake = intake

    # --- definitions ----------------------------------------------------------------------------

    async def sync(self, definitions: Sequence[FeedDefinition]) -> None:
        """Bring everybody's sources to what is shipped now; states and users' choices stay.

        New ones are inserted, known ones redefined (also one that a user added before it was
        shipped), and shipped ones that are no longer defined are switched off.
        """
        wanted = {plain(each.url): each for each in definitions}
        async with self._intake.transaction() as connection:
            common = select(sources).where(sources.c.audience == EVERYBODY)
            rows = (await connection.execute(common)).mappings().all()
            taken = {row["url"] for row in rows} | {row["defined_url"] for row in rows}
            new = [
                new_row(url, each, "shipped", EVERYBODY)
                for url, each in wanted.items()
                if url not in taken
            ]
            changed = [
                {"row_id": row["id"], **definition}
                for row in rows
                if (definition := redefined(row, wanted.get(row["defined_url"])))
            ]
            await execute_many(connection, insert(sources), new)
            await execute_many(connection, UPDATE, changed)

    async def add(self, definition: FeedDefinition, scope: Scope = WHOLE_DESK) -> Source:
        """Watch a feed for a channel's workspace, or for everybody where it has none.

        One that was switched off or had stopped starts afresh.

        Raises:
            InputError: when it is watched already, for the workspace or for everybody; when its
                address is too long, or the workspace has too many sources.
        """
        url = plain(definition.url)
        if len(url.encode()) > LONGEST_ADDRESS:
            raise InputError(
                f"An address of more than {LONGEST_ADDRESS:,} bytes cannot be watched."
            )
        async with self._intake.transaction() as connection:
            audience = await audience_for(connection, scope)
            row = await at_address(connection, url, audience)
            if audience != EVERYBODY:
                if common := await at_address(connection, url, EVERYBODY):
                    refuse_watched(url, source(common))
                if row is None:
                    await refuse_too_many(connection, audience)
            if row is None:
                new = new_row(url, definition, "added", audience)
                new |= {"enabled": True, "chosen": True}
                change: ReturningInsert[Any] | ReturningUpdate[Any] = (
                    insert(sources).values(new).returning(*sources.c)
                )
            else:
                known = source(row)
                refuse_watched(url, known)
                state = FeedState(
                    entries_seen=known.state.entries_seen, entries_kept=known.state.entries_kept
                )
                change = (
                    update(sources)
                    .where(sources.c.id == known.id)
                    .values(chosen=True, **state_row(state))
                    .returning(*sources.c)
                )
            return source((await connection.execute(change)).mappings().one())

    async def remove(self, source_id: int, scope: Scope = WHOLE_DESK) -> Source:
        """Stop watching a source: an added one is forgotten, a shipped one is switched off.

        Its articles stay. Returns the source as it was.

        Raises:
            InputError: when the channel's workspace sees no such source, or shares it with
                everybody, who alone can remove it.
        """
        unknown = InputError(
            f"There is no source {source_id}.",
            remedy="/intel sources lists those there are.",
            source_id=source_id,
        )
        if not 0 < source_id <= LARGEST_ID:
            raise unknown
        async with self._intake.transaction() as connection:
            audience = await audience_for(connection, scope)
            one = (sources.c.id == source_id) & visible(sources.c.audience, audience)
            row = (await connection.execute(select(sources).where(one))).mappings().first()
            if row is None:
                raise unknown
            if row["audience"] != audience:
                raise InputError(
                    f"{row['publisher']} is watched for everybody, in every workspace.",
                    remedy="Whoever runs the desk can remove it, at its console or command line.",
                    source_id=source_id,
                )
            if row["origin"] == "added":
                await connection.execute(delete(sources).where(one))
            else:
                await connection.execute(update(sources).where(one).values(chosen=False))
            return source(row)

    # --- asking ---------------------------------------------------------------------------------

    async def claim_due(
        self,
        now: datetime,
        *,
        owner: str,
        limit: int,
        lease_s: int = 300,
        everything: bool = False,
    ) -> list[Source]:
        """Take sources to ask: of those due at `now` the ones longest overdue.

        With `everything`, take what is watched and has not stopped, due or not. The sources of a
        workspace that the desk was removed from are nobody's. A source is
        nobody else's until it is recorded, or released, or `lease_s` seconds have passed.
        """
        due = or_(sources.c.next_check_at.is_(None), sources.c.next_check_at <= now)
        free = or_(sources.c.claim_until.is_(None), sources.c.claim_until <= now)
        due_first = (
            select(sources.c.id)
            .where(WATCHED, sources.c.stopped == "", free, PRESENT, true() if everything else due)
            .order_by(sources.c.next_check_at.asc().nulls_first(), sources.c.id)
            .limit(limit)
            # PostgreSQL: processes pass each other's rows instead of waiting for them.
            # SQLite has no row locks and needs none: it has one writer.
            .with_for_update(skip_locked=True)
            .cte("due_first")
        )
        claim = (
            update(sources)
            .where(sources.c.id.in_(select(due_first.c.id)))
            .values(claim_owner=owner, claim_until=now + timedelta(seconds=lease_s))
            .returning(*sources.c)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(claim)).mappings().all()
        return [source(row) for row in sorted(rows, key=longest_overdue)]

    async def release(self, *, owner: str) -> None:
        """Give back whatever `owner` has claimed and not recorded."""
        async with self._database.write() as connection:
            await connection.execute(
                update(sources).where(sources.c.claim_owner == owner).values(UNCLAIMED)
            )

    # --- what came of it ------------------------------------------------------------------------

    async def known_entries(self, source_ids: Sequence[int]) -> dict[int, dict[bytes, bytes]]:
        """The entries seen of each source: identity to digest of the last version."""
        async with self._database.read() as connection:
            return await load_known(connection, source_ids)

    async def record(self, checks: Sequence[Check]) -> Recorded:
        """Store the results of checks in one transaction, and give the sources back.

        An entry that is new becomes an article, or is linked to the one at its address; a changed
        one updates the article it became, where this source brought that article.

        Raises:
            StoreError: the database gave way; nothing was stored.
        """
        brings = any(version.article for check in checks for version in check.entries)
        transaction = self._intake.transaction() if brings else self._database.write()
        async with transaction as connection:
            there = await existing(connection, [check.source_id for check in checks])
            checks, gone = (
                [check for check in checks if check.source_id in there],
                tuple(check.source_id for check in checks if check.source_id not in there),
            )
            added = await store_entries(connection, self._intake, checks, there)
            await execute_many(
                connection,
                UPDATE,
                [
                    {"row_id": check.source_id, **state_row(check.state), **UNCLAIMED}
                    for check in sorted(checks, key=lambda check: check.source_id)
                ],
            )
            for check in checks:
                if check.url is not None:
                    await move(
                        connection, check.source_id, plain(check.url), there[check.source_id]
                    )
        outcomes = Counter(each.outcome for each in added)
        return Recorded(outcomes["new"], outcomes["updated"], outcomes["duplicate"], gone)

    async def of_all(self) -> Sequence[Source]:
        """The sources of every audience, for the desk's own work: nobody is shown them."""
        return await self._read(true())

    async def _read(self, which: ColumnElement[bool]) -> Sequence[Source]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(sources).where(which).order_by(sources.c.id))
            return [source(row) for row in rows.mappings()]

    # Last, because its name is that of the built-in type in every annotation after it.
    async def list(self, audience: Audience = EVERYBODY) -> list[Source]:
        """The sources an audience sees, in the order of their numbers, switched off ones included.

        A workspace sees everybody's and its own.
        """
        return [*await self._read(visible(sources.c.audience, audience))]
