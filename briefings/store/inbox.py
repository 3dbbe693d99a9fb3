"""Which commands have come in already: platforms bring the same one again, sometimes at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, text

from briefings.ports import Clock
from briefings.store.engine import Database
from briefings.store.tables import Instant, PlainText, inbound
from briefings.store.together import Together

REMEMBERED = timedelta(days=1)
"""Longer than any platform repeats what it sent."""
_SWEEP_EVERY = timedelta(hours=1)

# One statement, so that of many who bring an id at once exactly one is told that it is new.
_TAKE = text(
    "INSERT INTO inbound (id, seen_at) VALUES (:id, :now) "
    "ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at WHERE inbound.seen_at <= :old "
    "RETURNING id"
).bindparams(
    bindparam("id", type_=PlainText),
    bindparam("now", type_=Instant),
    bindparam("old", type_=Instant),
)


class Inbox:
    """The ids of what came in during the last day."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._sweep_at: datetime | None = None
        self._taking = Together(self._take)

    async def is_new(self, id: str) -> bool:
        """Whether this id is brought for the first time in a day; one caller alone hears so."""
        new = await self._taking.do(id)
        now = self._clock.now()
        if self._sweep_at is None or now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_EVERY
            await self._forget(now - REMEMBERED)
        return new

    async def _take(self, ids: Sequence[str]) -> list[bool]:
        now = self._clock.now()
        new = [False] * len(ids)
        async with self._database.write() as connection:
            # Always in one order: two processes that are brought the same ids wait for each other's
            # rows, and each for none that comes before one it holds.
            for at in sorted(range(len(ids)), key=ids.__getitem__):
                taking = {"id": ids[at], "now": now, "old": now - REMEMBERED}
                new[at] = (await connection.execute(_TAKE, taking)).first() is not None
        return new

    async def _forget(self, until: datetime) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(inbound).where(inbound.c.seen_at <= until))
