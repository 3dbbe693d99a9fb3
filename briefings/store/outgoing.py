"""The outbox as it is written down: who works on which message, and what became of it.

    claim -> (send | look | sweep) -> record     each one transaction, many messages at once

A message is written down as being sent before its first byte is, and what came of it only by
whoever holds its claim.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.delivery import UNSENT, Part, PartState
from briefings.store.engine import Database
from briefings.store.part_rows import STORE, part_of, select_parts, state_row
from briefings.store.records import execute_many, slices
from briefings.store.results import LONGEST_WAIT, Result, hold, record_results
from briefings.store.tables import channels, parts, posted_on

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
        take: Callable[[Part, datetime | None], Part],
        *,
        limit: int,
    ) -> list[Part]:
        """Take messages whose time has come, longest waiting first.

        `platforms` maps those served here to the least seconds between two messages to one of
        their channels; `take` says what a part becomes by being claimed, given until when its
        channel is to be left alone, which is committed when it is returned here.
        """
        async with self._database.write() as connection:
            rows = (await connection.execute(_due(now, platforms).limit(limit))).all()
            sending: set[int] = set()
            claimed = []
            for row in rows:
                before = part_of(row)
                after = take(before, _held_until(row.free_at, now))
                if after.state is PartState.SENDING:
                    # One message at a time to a channel that wants them spaced.
                    if before.channel_id in sending and platforms[before.scope.platform]:
                        continue
                    sending.add(before.channel_id)
                claimed.append(after)
            await execute_many(connection, STORE, [state_row(part) for part in claimed])
            paces = [
                (part.channel_id, now + timedelta(seconds=pace))
                for part in claimed
                if part.state is PartState.SENDING and (pace := platforms[part.scope.platform])
            ]
            await hold(connection, paces, now)
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

        Where the message is not known to have arrived yet, this one is it, also where somebody is
        sending it again: their claim is lost by that, and theirs the message to be deleted.
        """
        async with self._database.write() as connection:
            statement = select_parts().where(parts.c.id == part.id).with_for_update(of=parts)
            row = (await connection.execute(statement)).first()
            if row is None:
                return ""
            current = part_of(row)
            if current.state in _ADOPTABLE:
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
        held_wrong = channels.c.free_at > now + LONGEST_WAIT
        async with self._database.read() as connection:
            some = [select(parts.c.id).where(wrong), select(channels.c.id).where(held_wrong)]
            found = [(await connection.execute(each.limit(1))).first() for each in some]
        if not any(found):
            return
        async with self._database.write() as connection:
            await connection.execute(update(parts).where(wrong).values(next_at=now))
            await connection.execute(update(channels).where(held_wrong).values(free_at=now))

    async def next_due(self, now: datetime, platforms: Collection[str]) -> datetime | None:
        """When something is to be done next on these platforms; held-up channels' wait counts."""
        statement = (
            select(func.min(_time_of(now)))
            .join_from(parts, channels, channels.c.id == parts.c.channel_id)
            .where(parts.c.next_at.is_not(None), posted_on(platforms))
        )
        async with self._database.read() as connection:
            next_at: datetime | None = await connection.scalar(statement)
            return next_at


_ADOPTABLE = frozenset(
    {
        *(PartState.PLANNED, PartState.SENDING, PartState.UNCERTAIN),
        *(PartState.RETRY, PartState.REVIEW),
    }
)


def _held_until(free_at: datetime | None, now: datetime) -> datetime | None:
    """Until when a channel is to be left alone, None where it is not."""
    return free_at if free_at is not None and now < free_at <= now + LONGEST_WAIT else None


def _time_of(now: datetime) -> ColumnElement[datetime | None]:
    """When a part's time comes: messages wait for a channel that is to be left alone.

    What is looked for, swept or taken from a process that died does not: nothing is posted by it.
    One in doubt may be sent again at once, by its nonce; whoever claims it makes that wait.
    """
    held = and_(
        parts.c.state.in_(UNSENT),
        channels.c.free_at > parts.c.next_at,
        channels.c.free_at <= now + LONGEST_WAIT,
    )
    return case((held, channels.c.free_at), else_=parts.c.next_at)


def _due(now: datetime, platforms: Collection[str]) -> Select[Any]:
    """What is to be done now, with until when its channel is to be left alone.

    PostgreSQL: processes pass each other's rows, the channels' too, so that two of them do not
    post to one channel at once. SQLite has one writer.
    """
    return (
        select_parts()
        .add_columns(channels.c.free_at)
        # The first is implied by the second, and is what the index is for.
        .where(parts.c.next_at <= now, _time_of(now) <= now, posted_on(platforms))
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
