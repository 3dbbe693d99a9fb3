"""The outbox as it is written down: who works on which message, and what became of it.

    claim -> (send | look | sweep) -> record     each one transaction, many messages at once

A message is written down as being sent before its first byte is, and what came of it only by
whoever holds its claim.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.delivery import UNSENT, Part, PartState
from briefings.store.engine import Database
from briefings.store.part_rows import STORE, part_of, select_parts, state_row
from briefings.store.records import execute_many, slices
from briefings.store.results import HOLD, Result, record_results
from briefings.store.tables import channels, parts, posted_on

LONGEST_WAIT = timedelta(hours=25)
"""Nothing is put off for longer: a time further away was written by a clock that was wrong."""
LONGEST_CLAIM = timedelta(minutes=10)


class Outgoing:
    """The messages on their way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- working on messages --------------------------------------------------------------------

    async def claim(
        self,
        now: datetime,
        platforms: Mapping[str, float],
        take: Callable[[Part], Part],
        *,
        limit: int,
    ) -> list[Part]:
        """Take messages whose time has come, longest waiting first.

        `platforms` maps those served here to the least seconds between two messages to one of
        their channels; `take` says what a part becomes by being claimed, which is committed when
        it is returned here.
        """
        async with self._database.write() as connection:
            rows = (await connection.execute(_due(now, platforms).limit(limit))).all()
            sending: set[int] = set()
            claimed = []
            for row in rows:
                before = part_of(row)
                after = take(before)
                if after.state is PartState.SENDING:
                    # One message at a time to a channel that wants them spaced.
                    if before.channel_id in sending and platforms[before.scope.platform]:
                        continue
                    sending.add(before.channel_id)
                claimed.append(after)
            await execute_many(connection, STORE, [state_row(part) for part in claimed])
            await execute_many(
                connection,
                HOLD,
                [
                    {"row_id": part.channel_id, "until": now + timedelta(seconds=pace)}
                    for part in claimed
                    if part.state is PartState.SENDING and (pace := platforms[part.scope.platform])
                ],
            )
        return claimed

    async def record(self, results: Sequence[Result], now: datetime) -> list[bool]:
        """Write down what became of messages; for each, whether its claim still stood."""
        async with self._database.write() as connection:
            held = await _claims(connection, [result.part.id for result in results])
            kept = [held.get(one.part.id) == one.before.claim for one in results]
            standing = [one for one, still in zip(results, kept, strict=True) if still]
            await record_results(connection, standing, now)
        return kept

    async def adopt(self, part: Part, now: datetime, sweep_at: datetime) -> str:
        """A message of ours that arrived after its claim was lost; the id that is to stay.

        Where the message is not known to have arrived yet, this one is it.
        """
        adoptable = (PartState.UNCERTAIN, PartState.PLANNED, PartState.RETRY, PartState.REVIEW)
        async with self._database.write() as connection:
            statement = select_parts().where(parts.c.id == part.id).with_for_update(of=parts)
            row = (await connection.execute(statement)).first()
            if row is None:
                return ""
            current = part_of(row)
            if current.claim is None and current.state in adoptable:
                result = Result(current, part)
                await record_results(connection, [result], now)
                await connection.execute(
                    update(parts).where(parts.c.id == part.id).values(next_at=sweep_at)
                )
                return part.remote_id
            return current.remote_id

    async def repaired(self, part: Part) -> None:
        """Count a copy of a part that was deleted."""
        async with self._database.write() as connection:
            await connection.execute(
                update(parts).where(parts.c.id == part.id).values(repaired=parts.c.repaired + 1)
            )

    async def mend(self, now: datetime) -> None:
        """Bring near what a clock that was wrong has put far away."""
        wrong = or_(
            parts.c.next_at > now + LONGEST_WAIT,
            and_(parts.c.claim.is_not(None), parts.c.next_at > now + LONGEST_CLAIM),
        )
        async with self._database.read() as connection:
            if (await connection.execute(select(parts.c.id).where(wrong).limit(1))).first() is None:
                return
        async with self._database.write() as connection:
            await connection.execute(update(parts).where(wrong).values(next_at=now))

    async def next_due(self, platforms: Collection[str]) -> datetime | None:
        """When something is to be done next on these platforms; held-up channels' wait counts."""
        at, free = parts.c.next_at, channels.c.free_at
        statement = (
            select(func.min(case((free > at, free), else_=at)))
            .join(channels, channels.c.id == parts.c.channel_id)
            .where(at.is_not(None), posted_on(platforms))
        )
        async with self._database.read() as connection:
            next_at: datetime | None = await connection.scalar(statement)
            return next_at


def _due(now: datetime, platforms: Collection[str]) -> Select[Any]:
    """What is to be done now: parts, but for messages to channels that are to be left alone.

    PostgreSQL: processes pass each other's rows, the channels' too, so that two of them do not
    post to one channel at once. SQLite has one writer.
    """
    free = or_(
        channels.c.free_at.is_(None),
        channels.c.free_at <= now,
        channels.c.free_at > now + LONGEST_WAIT,
    )
    return (
        select_parts()
        .where(
            parts.c.next_at <= now,
            posted_on(platforms),
            or_(parts.c.state.not_in(UNSENT), free),
        )
        .order_by(parts.c.next_at, parts.c.id)
        .with_for_update(of=[parts, channels], skip_locked=True)
    )


async def _claims(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for some in slices(ids):
        statement = select(parts.c.id, parts.c.claim).where(parts.c.id.in_(some))
        rows = await connection.execute(statement.order_by(parts.c.id).with_for_update())
        found |= {row.id: row.claim for row in rows}
    return found
