"""What a restored database is told about the time it has lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.store.engine import Database
from briefings.store.marks import (
    RECOVERED_FROM,
    RECOVERY_UNTIL,
    lock_marks,
    read_marks,
    write_marks,
)
from briefings.store.tables import (
    articles,
    inbound,
    marks,
    notices,
    occurrences,
    sources,
    subscriptions,
)

BACKED_UP_AT = "backed_up_at"
"""When a backup was made (ISO 8601); it stands only in the backup."""

SETTLING = timedelta(minutes=5)
"""What a desk that is running may still post while the database is replaced under it."""

_WRITTEN = (
    sources.c.checked_at,
    articles.c.added_at,
    subscriptions.c.created_at,
    occurrences.c.planned_at,
    occurrences.c.ended_at,
    notices.c.created_at,
    notices.c.told_at,
    inbound.c.seen_at,
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """The time whose posts a database does not know of, and how many subscriptions were due in it.

    `until` lies a little ahead: what the desk posted before the database was replaced counts, too.
    """

    since: datetime
    until: datetime
    due: int


async def as_of(database: Database) -> datetime:
    """When a database was backed up, or last written to as far as its rows tell."""
    async with database.read() as connection:
        return await _as_of(connection, await read_marks(connection))


async def begin_recovery(database: Database, now: datetime) -> Recovery:
    """Mark a database as restored now, so that what is due is looked up before it is sent."""
    until = now.astimezone(UTC) + SETTLING
    async with database.write() as connection:
        await lock_marks(database, connection)
        values = await read_marks(connection)
        since = await _as_of(connection, values)
        # A backup of a database that was itself restored has both gaps.
        with_earlier = [since, *_instants(values, RECOVERED_FROM)]
        since = min(with_earlier)
        await write_marks(
            connection, {RECOVERED_FROM: since.isoformat(), RECOVERY_UNTIL: until.isoformat()}
        )
        await connection.execute(delete(marks).where(marks.c.name == BACKED_UP_AT))
        due = select(func.count()).where(subscriptions.c.next_due <= now)
        return Recovery(since, until, await connection.scalar(due) or 0)


async def _as_of(connection: AsyncConnection, values: dict[str, str]) -> datetime:
    if marked := _instants(values, BACKED_UP_AT):
        return marked[0]
    newest = [await connection.scalar(select(func.max(column))) for column in _WRITTEN]
    return max((found for found in newest if found), default=datetime.fromtimestamp(0, UTC))


def _instants(values: dict[str, str], name: str) -> list[datetime]:
    try:
        return [datetime.fromisoformat(values[name])]
    except (KeyError, ValueError):
        return []
