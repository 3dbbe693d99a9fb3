"""Digests as people see them: what is not delivered and why, and what they decide about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.delivery import DECIDABLE, UNSENT, OccurrenceState, PartState, Undelivered
from briefings.ports import Clock
from briefings.store.engine import Database
from briefings.store.tables import channels, occurrences, parts, subscriptions
from briefings.subscriptions import Scope

REMEMBERED = timedelta(days=30)
"""How long a digest that was not delivered is listed, and can be decided about."""
LISTED = 50


@dataclass(frozen=True, slots=True)
class DeliveryTotals:
    """Digests delivered, and copies of messages found and deleted."""

    sent: int
    repaired: int


class Deliveries:
    """The digests of a database, by channel."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def undelivered(self, scope: Scope | None) -> list[Undelivered]:
        """The digests of a channel, or of all, that are not delivered, newest first.

        Left out: those somebody dismissed, those another digest covers, those not due long, and
        those of a subscription that was removed, unless they are on their way.
        """
        now = self._clock.now()
        doubtful = parts.c.state.in_((PartState.UNCERTAIN, PartState.RETRY))
        trouble = or_(parts.c.attempts > 1, doubtful)
        lost = _open(now, OccurrenceState.SKIPPED)
        under_way = occurrences.c.state == OccurrenceState.PLANNED
        statement = (
            select(
                *(channels.c.platform, channels.c.workspace, channels.c.channel),
                *(subscriptions.c.number, subscriptions.c.topics),
                *(occurrences.c.slot, occurrences.c.due_at, occurrences.c.state),
                *(occurrences.c.reason, parts.c.error, parts.c.attempts, parts.c.next_at),
            )
            .join(subscriptions, subscriptions.c.id == occurrences.c.subscription_id)
            .join(channels, channels.c.id == subscriptions.c.channel_id)
            # The message at which it is held up.
            .outerjoin(
                parts,
                and_(
                    parts.c.occurrence_id == occurrences.c.id,
                    parts.c.next_at.is_not(None),
                    parts.c.state != PartState.SENT,
                ),
            )
            .where(
                *_in(scope),
                occurrences.c.dismissed.is_(False),
                or_(lost, and_(under_way, or_(trouble, occurrences.c.due_at < now - _SOON))),
            )
            .order_by(occurrences.c.due_at.desc(), occurrences.c.id.desc())
            .limit(LISTED)
        )
        async with self._database.read() as connection:
            return [_undelivered(row) for row in await connection.execute(statement)]

    async def totals(self) -> DeliveryTotals:
        """Counts over every channel."""
        sent = occurrences.c.state == OccurrenceState.SENT
        counts = select(
            select(func.count()).select_from(occurrences).where(sent).scalar_subquery(),
            select(func.coalesce(func.sum(parts.c.repaired), 0)).scalar_subquery(),
        )
        async with self._database.read() as connection:
            return DeliveryTotals(*(await connection.execute(counts)).one())

    async def send_again(self, scope: Scope, number: int) -> bool:
        """Send the newest digest of a subscription that was not delivered, or may not have been.

        The messages are those that were planned and did not arrive; False: there are none.
        """
        newest = _decidable(scope, number, self._clock.now()).where(_ANY_LEFT).limit(1)
        async with self._database.write() as connection:
            # Held so that it is not removed meanwhile.
            held = newest.with_for_update(of=subscriptions)
            while (digest := await connection.scalar(held)) is not None:
                if await self._send_rest(connection, digest):
                    return True
            return False

    async def _send_rest(self, connection: AsyncConnection, digest: int) -> bool:
        """Let a digest go on with its first message that did not arrive.

        Messages are held before their digest, as by whoever records what became of one. False:
        somebody else decided, or a message arrived after all, before they were held.
        """
        statement = select(parts.c.id, parts.c.state).where(parts.c.occurrence_id == digest)
        rows = await connection.execute(statement.order_by(parts.c.number).with_for_update())
        left = [row for row in rows if row.state != PartState.SENT]
        if not left:
            return False
        reopened = await connection.execute(
            update(occurrences)
            .where(
                occurrences.c.id == digest,
                occurrences.c.state.in_(DECIDABLE),
                occurrences.c.dismissed.is_(False),
            )
            .values(state=OccurrenceState.PLANNED, reason="", ended_at=None)
        )
        if not reopened.rowcount:
            return False
        now, (first, *_) = self._clock.now(), left
        again: dict[str, Any] = {"next_at": now}
        if first.state in (PartState.FAILED, PartState.REVIEW):
            again |= {
                "state": PartState.RETRY,
                "attempts": 1,
                "first_try": now,
                # Somebody looked: it is not there.
                "uncertain_since": None,
                "plain": False,
            }
        skipped = parts.c.state == PartState.SKIPPED
        of_it = parts.c.occurrence_id == digest
        await connection.execute(
            update(parts).where(of_it, skipped).values(state=PartState.PLANNED)
        )
        await connection.execute(update(parts).where(parts.c.id == first.id).values(again))
        return True

    async def unwritten(self, scope: Scope, number: int) -> tuple[int, ...]:
        """The digests of a subscription that have no messages to be sent, by id, newest first.

        They could not be written, or were only looked for, or it is too long ago.
        """
        async with self._database.read() as connection:
            wanted = _decidable(scope, number, self._clock.now()).where(~_WRITTEN)
            return tuple((await connection.execute(wanted)).scalars())

    async def dismiss(self, scope: Scope, number: int) -> int:
        """Leave a subscription's digests that were not delivered as they are; how many."""
        wanted = _decidable(scope, number, self._clock.now(), OccurrenceState.SKIPPED)
        async with self._database.write() as connection:
            held = wanted.with_for_update(of=occurrences)
            found = (await connection.execute(held)).scalars().all()
            await connection.execute(
                update(occurrences).where(occurrences.c.id.in_(found)).values(dismissed=True)
            )
            return len(found)

    async def cancel(self, subscription_id: int) -> int:
        """Leave unsent what is planned for a subscription; the number of digests.

        A message that is being sent, or may have been, is brought to its end.
        """
        of_it = select(occurrences.c.id).where(
            occurrences.c.subscription_id == subscription_id,
            occurrences.c.state == OccurrenceState.PLANNED,
        )
        async with self._database.write() as connection:
            unsent = parts.c.state.in_(UNSENT)
            begun = select(parts.c.occurrence_id).where(parts.c.occurrence_id.in_(of_it), ~unsent)
            idle = (
                (
                    await connection.execute(
                        of_it.where(occurrences.c.id.not_in(begun)).with_for_update()
                    )
                )
                .scalars()
                .all()
            )
            await connection.execute(
                update(parts)
                .where(parts.c.occurrence_id.in_(idle), unsent)
                .values(state=PartState.SKIPPED, next_at=None)
            )
            await connection.execute(
                update(occurrences)
                .where(occurrences.c.id.in_(idle))
                .values(
                    state=OccurrenceState.SKIPPED,
                    reason="The subscription was removed.",
                    ended_at=self._clock.now(),
                    dismissed=True,
                )
            )
            return len(idle)


_SOON = timedelta(minutes=2)


def _in(scope: Scope | None) -> list[ColumnElement[bool]]:
    if scope is None:
        return []
    return [
        channels.c.platform == scope.platform,
        channels.c.workspace == scope.workspace,
        channels.c.channel == scope.channel,
    ]


_WRITTEN = exists().where(parts.c.occurrence_id == occurrences.c.id, parts.c.payload != "")
_ANY_LEFT = and_(
    _WRITTEN,
    exists().where(parts.c.occurrence_id == occurrences.c.id, parts.c.state != PartState.SENT),
)


def _open(now: datetime, *more: OccurrenceState) -> ColumnElement[bool]:
    """Whether a digest was not delivered, or may not have been, and still matters to somebody."""
    return and_(
        occurrences.c.state.in_((*DECIDABLE, *more)),
        occurrences.c.covered_by == "",
        occurrences.c.dismissed.is_(False),
        occurrences.c.due_at > now - REMEMBERED,
        subscriptions.c.removed_at.is_(None),
    )


def _decidable(scope: Scope, number: int, now: datetime, *more: OccurrenceState) -> Select[Any]:
    """The digests of a subscription somebody may decide about, newest first."""
    return (
        select(occurrences.c.id)
        .join(subscriptions, subscriptions.c.id == occurrences.c.subscription_id)
        .join(channels, channels.c.id == subscriptions.c.channel_id)
        .where(*_in(scope), subscriptions.c.number == number, _open(now, *more))
        .order_by(occurrences.c.due_at.desc(), occurrences.c.id.desc())
    )


def _undelivered(row: Any) -> Undelivered:
    return Undelivered(
        scope=Scope(row.platform, row.workspace, row.channel),
        number=row.number,
        topics=tuple(row.topics.split()),
        slot=row.slot,
        due=row.due_at,
        state=OccurrenceState(row.state),
        reason=row.reason or row.error or "",
        attempts=row.attempts or 0,
        next_at=row.next_at,
    )
