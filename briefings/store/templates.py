"""The operator's templates as they were when they last passed their trial."""

from __future__ import annotations

from sqlalchemy import bindparam, select, text

from briefings.ports import Clock
from briefings.store.engine import Database
from briefings.store.tables import Instant, PlainText, templates

# What is the same stays: `accepted_at` says since when.
_ACCEPT = text(
    "INSERT INTO templates (name, source, accepted_at) VALUES (:name, :source, :now) "
    "ON CONFLICT (name) DO UPDATE "
    "SET source = excluded.source, accepted_at = excluded.accepted_at "
    "WHERE templates.source <> excluded.source"
).bindparams(
    bindparam("name", type_=PlainText),
    bindparam("source", type_=PlainText),
    bindparam("now", type_=Instant),
)


class Templates:
    """The last good source under each template's name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, name: str) -> str | None:
        """The source that was last accepted under this name."""
        async with self._database.read() as connection:
            query = select(templates.c.source).where(templates.c.name == name)
            found: str | None = (await connection.execute(query)).scalar()
            return found

    async def accept(self, name: str, source: str) -> None:
        """Remember a source that passed its trial, in place of the one before it."""
        async with self._database.write() as connection:
            row = {"name": name, "source": source, "now": self._clock.now()}
            await connection.execute(_ACCEPT, row)
