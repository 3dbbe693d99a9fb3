"""What a database remembers of itself: its name, the rules of its time zones, a recovery."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.store.engine import Database
from briefings.store.tables import marks

INSTALL_ID = "install_id"
RECOVERED_FROM, RECOVERY_UNTIL = "recovered_from", "recovery_until"
"""Instants (ISO 8601): what was posted between them this database does not know of."""
RECOVERY_BEGUN = "recovery_begun"
"""The value of `recovery_until` that has been acted upon."""
TIMELINE = "timeline"
"""PostgreSQL's timeline, which changes when a standby takes over."""

_MARKS_LOCK = 0x1B71EF03
"""PostgreSQL's advisory lock for whoever sets marks."""


class Marks:
    """Named values of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, str]:
        async with self._database.read() as connection:
            return await read_marks(connection)

    async def set(self, **values: str) -> None:
        async with self._database.write() as connection:
            await lock_marks(self._database, connection)
            await write_marks(connection, values)

    async def install_id(self) -> str:
        """The name of this installation, given with its tables and carried along by every copy."""
        return (await self.all())[INSTALL_ID]


async def lock_marks(database: Database, connection: AsyncConnection) -> None:
    """Make others who set marks wait for the end of this transaction."""
    if not database.is_sqlite:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MARKS_LOCK})


async def read_marks(connection: AsyncConnection) -> dict[str, str]:
    return dict((await connection.execute(select(marks.c.name, marks.c.value))).all())


async def write_marks(connection: AsyncConnection, values: dict[str, str]) -> None:
    await connection.execute(delete(marks).where(marks.c.name.in_(values)))
    await connection.execute(
        insert(marks), [{"name": name, "value": value} for name, value in values.items()]
    )


def recovery(values: dict[str, str]) -> tuple[datetime, datetime] | None:
    """The time whose posts this database may not know of, if there is such a time."""
    try:
        return (
            datetime.fromisoformat(values[RECOVERED_FROM]),
            datetime.fromisoformat(values[RECOVERY_UNTIL]),
        )
    except (KeyError, ValueError):
        return None
