"""The watched sources: their definitions, who asks them when, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    RowMapping,
    bindparam,
    delete,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from briefings.errors import InputError
from briefings.model import Check, FeedDefinition, FeedState, Source
from briefings.store.engine import Database
from briefings.store.entries import load_known, store_entries
from briefings.store.intake import Intake
from briefings.store.records import (
    DEFINED,
    LARGEST_ID,
    definition_row,
    execute_many,
    slices,
    source,
    state_row,
)
from briefings.store.tables import WATCHED, plain, sources

LONGEST_ADDRESS = 2_000
"""Bytes: what a unique index of PostgreSQL takes, with room to spare."""

MOVED_ONTO_ANOTHER = "Moved for good to the address of another source that is watched."


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the articles of some checks; `gone` are sources removed in the meantime."""

    new: int
    updated: int
    duplicates: int
    gone: tuple[int, ...] = ()


class Sources:
    """The watched sources of a database.

    Which sources there are is changed under the lock of the intake: a forgotten source changes
    its articles too, and two processes that start at once both bring the shipped ones.
    """

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database = database
        self._intake = intake

    # --- definitions ----------------------------------------------------------------------------

    async def sync(self, definitions: Sequence[FeedDefinition]) -> None:
        """Bring the shipped sources to what is shipped now; states and users' choices stay.

        New ones are inserted, known ones redefined (also one that a user added before it was
        shipped), and shipped ones that are no longer defined are switched off.
        """
        wanted = {plain(each.url): each for each in definitions}
        async with self._intake.transaction() as connection:
            rows = (await connection.execute(select(sources))).mappings().all()
            taken = {row["url"] for row in rows} | {row["defined_url"] for row in rows}
            new = [
                _new_row(url, each, "shipped") for url, each in wanted.items() if url not in taken
            ]
            changed = [
                {"row_id": row["id"], **definition}
                for row in rows
                if (definition := _redefined(row, wanted.get(row["defined_url"])))
            ]
            await execute_many(connection, insert(sources), new)
            await execute_many(connection, _UPDATE, changed)

    async def add(self, definition: FeedDefinition) -> Source:
        """Watch a feed; one that was switched off or had stopped starts afresh.

        Raises:
            InputError: when it is watched already, or its address is too long.
        """
        url = plain(definition.url)
        if len(url.encode()) > LONGEST_ADDRESS:
            raise InputError(
                f"An address of more than {LONGEST_ADDRESS:,} bytes cannot be watched."
            )
        new = _new_row(url, definition, "added") | {"enabled": True, "chosen": True}
        async with self._intake.transaction() as connection:
            row = await _at_address(connection, url)
            if row is None:
                change: ReturningInsert[Any] | ReturningUpdate[Any] = (
                    insert(sources).values(new).returning(*sources.c)
                )
            else:
                known = source(row)
                if known.definition.enabled and not known.state.stopped:
                    raise InputError(
                        f"{url} is watched already: it is source {known.id}.", source_id=known.id
                    )
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

    async def remove(self, source_id: int) -> Source:
        """Stop watching a source: an added one is forgotten, a shipped one is switched off.

        Its articles stay. Returns the source as it was.

        Raises:
            InputError: when there is no such source.
        """
        one = sources.c.id == source_id
        unknown = InputError(f"There is no source {source_id}.", source_id=source_id)
        if not 0 < source_id <= LARGEST_ID:
            raise unknown
        async with self._intake.transaction() as connection:
            row = (await connection.execute(select(sources).where(one))).mappings().first()
            if row is None:
                raise unknown
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

        With `everything`, take what is watched and has not stopped, due or not. A source is
        nobody else's until it is recorded, or released, or `lease_s` seconds have passed.
        """
        due = or_(sources.c.next_check_at.is_(None), sources.c.next_check_at <= now)
        free = or_(sources.c.claim_until.is_(None), sources.c.claim_until <= now)
        due_first = (
            select(sources.c.id)
            .where(WATCHED, sources.c.stopped == "", free, true() if everything else due)
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
        return [source(row) for row in sorted(rows, key=_longest_overdue)]

    async def release(self, *, owner: str) -> None:
        """Give back whatever `owner` has claimed and not recorded."""
        async with self._database.write() as connection:
            await connection.execute(
                update(sources).where(sources.c.claim_owner == owner).values(_UNCLAIMED)
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
            there = await _existing(connection, [check.source_id for check in checks])
            checks, gone = (
                [check for check in checks if check.source_id in there],
                tuple(check.source_id for check in checks if check.source_id not in there),
            )
            added = await store_entries(connection, self._intake, checks)
            await execute_many(
                connection,
                _UPDATE,
                [
                    {"row_id": check.source_id, **state_row(check.state), **_UNCLAIMED}
                    for check in checks
                ],
            )
            for check in checks:
                if check.url is not None:
                    await _move(connection, check.source_id, plain(check.url))
        outcomes = Counter(each.outcome for each in added)
        return Recorded(outcomes["new"], outcomes["updated"], outcomes["duplicate"], gone)

    # Last, because its name is that of the built-in type in every annotation after it.
    async def list(self) -> list[Source]:
        """All sources in the order of their numbers, switched off ones included."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(sources).order_by(sources.c.id))
            return [source(row) for row in rows.mappings()]


# --- rows and statements ------------------------------------------------------------------------

_UPDATE = update(sources).where(sources.c.id == bindparam("row_id"))
_UNCLAIMED: dict[str, Any] = {"claim_owner": None, "claim_until": None}


def _new_row(url: str, definition: FeedDefinition, origin: str) -> dict[str, Any]:
    return {
        "defined_url": url,
        "url": url,
        "origin": origin,
        **definition_row(definition),
        **state_row(FeedState()),
    }


def _redefined(row: RowMapping, definition: FeedDefinition | None) -> dict[str, Any]:
    """What a source is defined as from now on; nothing when that is what it was before."""
    before = {name: row[name] for name in DEFINED}
    if definition is not None:
        after = definition_row(definition)
    else:
        after = before | ({"enabled": False} if row["origin"] == "shipped" else {})
    return {} if after == before else after


def _longest_overdue(row: RowMapping) -> tuple[bool, datetime, int]:
    due = row["next_check_at"]
    return due is not None, due or datetime.min.replace(tzinfo=UTC), row["id"]


async def _at_address(connection: AsyncConnection, url: str) -> RowMapping | None:
    """The source whose feed is at an address now, or else was when it was defined."""
    for column in (sources.c.url, sources.c.defined_url):
        row = (await connection.execute(select(sources).where(column == url))).mappings().first()
        if row is not None:
            return row
    return None


async def _move(connection: AsyncConnection, source_id: int, url: str) -> None:
    """Give a source its new address; it stops when another source is watched there."""
    if len(url.encode()) > LONGEST_ADDRESS:
        return
    there = await _at_address(connection, url)
    taken = there is not None and there["id"] != source_id
    change = {"stopped": MOVED_ONTO_ANOTHER} if taken else {"url": url}
    await connection.execute(update(sources).where(sources.c.id == source_id).values(change))


async def _existing(connection: AsyncConnection, source_ids: Sequence[int]) -> set[int]:
    """Which of these sources there are; they stay until the transaction ends."""
    there: set[int] = set()
    for some in slices(source_ids):
        statement = select(sources.c.id).where(sources.c.id.in_(some)).order_by(sources.c.id)
        there |= set((await connection.execute(statement.with_for_update())).scalars())
    return there
