"""What is over goes, once a day and some hundred rows at a time; articles and facts stay.

    messages of digests that ended 30 days ago, notices told as long ago
    -> digests of two years ago, with what they told
    -> entries that their feeds have not listed for half a year

What may go is looked for on an index, from the oldest on, while nobody's writing is held up. It is
tested again in the transaction that deletes it, which passes rows that others hold: whoever dies in
between, or does the same at the same time, loses nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.courtesy import Pause, go_on
from briefings.delivery import OccurrenceState
from briefings.ports import Clock
from briefings.store.deliveries import REMEMBERED
from briefings.store.engine import Database
from briefings.store.planning import NOT_DELIVERED
from briefings.store.records import execute_many
from briefings.store.tables import articles, entries, notices, occurrences, parts

DIGESTS_KEPT: Final = timedelta(days=730)
"""How long digests, and what they told their channels, are known: corrections go back so far."""
ENTRIES_KEPT: Final = timedelta(days=180)
"""How long an entry is known that its feed does not list any more."""
EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 200
DIGESTS_AT_ONCE: Final = 10
"""Fewer, because what they told goes with them."""

_ENDED = tuple(state for state in OccurrenceState if state is not OccurrenceState.PLANNED)
_THE_PAST = datetime.fromtimestamp(0, UTC)

Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Over:
    """Rows that may go, gone through in the order of some columns, from a place on.

    `drop` gets those that are still over, while their rows, and those of `held`, are held.
    """

    rows: Select[Any]
    order: tuple[ColumnElement[Any], ...]
    begin: Place
    held: tuple[Table, ...]
    drop: Callable[[AsyncConnection, Sequence[Row[Any]]], Awaitable[None]]
    at_once: int = AT_ONCE

    def after(self, place: Place) -> Select[Any]:
        return self.rows.where(tuple_(*self.order) > place)


class Pruning:
    """Deletes what is over from a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._next: float | None = None

    async def prune_daily(self, pause: Pause = go_on) -> None:
        """Prune at the first call, and when a day has passed since it was done."""
        passed = self._clock.monotonic()
        if self._next is None or passed >= self._next:
            await self.prune(pause)
            self._next = passed + EVERY.total_seconds()

    async def prune(self, pause: Pause = go_on) -> int:
        """Delete what is over now, with a pause after each transaction; the number of rows."""
        now = self._clock.now()
        over = [
            _messages(now - REMEMBERED),
            _notices(now - REMEMBERED),
            *(_digests(state, now - DIGESTS_KEPT) for state in _ENDED),
            _entries(now - ENTRIES_KEPT),
        ]
        return sum([await self._go_through(each, pause) for each in over])

    async def _go_through(self, over: _Over, pause: Pause) -> int:
        gone, place = 0, over.begin
        while True:
            rest = over.after(place)
            async with self._database.read() as connection:
                some = rest.order_by(*over.order).limit(over.at_once)
                found = (await connection.execute(some)).all()
            if not found:
                return gone
            place = tuple(found[-1])[: len(over.order)]
            async with self._database.write() as connection:
                still = rest.where(tuple_(*over.order) <= place)
                held = still.with_for_update(of=over.held, skip_locked=True)
                rows = (await connection.execute(held)).all()
                await over.drop(connection, rows)
            gone += len(rows)
            await pause()


# --- messages and notices -----------------------------------------------------------------------


def _messages(until: datetime) -> _Over:
    """Messages of digests that are neither listed nor sent again any more.

    Until then they are what would be sent. Those of which copies were deleted stay with their
    digest: they are counted.
    """
    rows = (
        select(parts.c.id, parts.c.occurrence_id)
        .join(occurrences, occurrences.c.id == parts.c.occurrence_id)
        .where(
            occurrences.c.state.in_(_ENDED),
            occurrences.c.ended_at <= until,
            occurrences.c.due_at <= until,
            parts.c.next_at.is_(None),
            parts.c.repaired == 0,
        )
    )
    return _Over(rows, (parts.c.id,), (0,), (parts, occurrences), _drop_messages)


async def _drop_messages(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    await connection.execute(delete(parts).where(parts.c.id.in_([row.id for row in rows])))
    # Nobody can decide any more to send what is not there.
    await connection.execute(
        update(occurrences)
        .where(
            occurrences.c.id.in_({row.occurrence_id for row in rows}),
            occurrences.c.state != OccurrenceState.SENT,
        )
        .values(dismissed=True)
    )


def _notices(until: datetime) -> _Over:
    """Notices that were told, or given up; the last ones say what need not be told again."""
    rows = select(notices.c.id).where(
        notices.c.next_at.is_(None),
        notices.c.created_at <= until,
        or_(notices.c.told_at.is_(None), notices.c.told_at <= until),
    )
    return _Over(rows, (notices.c.id,), (0,), (notices,), _drop_notices)


async def _drop_notices(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    await connection.execute(delete(notices).where(notices.c.id.in_([row.id for row in rows])))


# --- digests ------------------------------------------------------------------------------------


def _digests(state: OccurrenceState, until: datetime) -> _Over:
    """Digests of a state; not those that say where a subscription's next one goes on.

    One that arrived, or may have, goes when one due later has arrived that knew at least its
    articles: so a subscription that rests for years, or was removed, has its last one for ever.
    """
    rows = select(occurrences.c.due_at, occurrences.c.id).where(
        occurrences.c.state == state,
        occurrences.c.due_at <= until,
        occurrences.c.ended_at <= until,
    )
    if state not in NOT_DELIVERED:
        rows = rows.where(_GONE_ON)
    order = (occurrences.c.due_at, occurrences.c.id)
    return _Over(rows, order, (_THE_PAST, 0), (occurrences,), _drop_digests, DIGESTS_AT_ONCE)


async def _drop_digests(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    """Their messages, and what they told, go with them."""
    ids = [row.id for row in rows]
    await connection.execute(delete(occurrences).where(occurrences.c.id.in_(ids)))


_LATER = occurrences.alias("later")
_GONE_ON = (
    select(_LATER.c.id)
    .where(
        _LATER.c.subscription_id == occurrences.c.subscription_id,
        _LATER.c.due_at > occurrences.c.due_at,
        # No way to find them: SQLite would go through the later ones of all subscriptions.
        _LATER.c.state + "" == OccurrenceState.SENT,
        _LATER.c.newest_article >= occurrences.c.newest_article,
        # The last scheduled one is listed: those that were asked for do not stand for it.
        or_(_LATER.c.slot < "a", occurrences.c.slot >= "a"),
    )
    .correlate(occurrences)
    .exists()
)


# --- entries ------------------------------------------------------------------------------------


def _entries(until: datetime) -> _Over:
    """Entries that would become nothing new if they were listed again.

    Those that became an article are known by its address; where it has none, they stay.
    """
    place = (entries.c.unlisted_since, entries.c.source_id, entries.c.identity)
    rows = (
        select(*place)
        .outerjoin(articles, articles.c.id == entries.c.article_id)
        .where(
            entries.c.unlisted_since <= until,
            or_(entries.c.article_id.is_(None), articles.c.url != ""),
        )
    )
    return _Over(rows, place, (_THE_PAST, 0, b""), (entries,), _drop_entries)


async def _drop_entries(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> None:
    names = [{"of": row.source_id, "name": row.identity} for row in rows]
    await execute_many(connection, _DROP_ENTRY, names)


_DROP_ENTRY = delete(entries).where(
    entries.c.source_id == bindparam("of"), entries.c.identity == bindparam("name")
)
