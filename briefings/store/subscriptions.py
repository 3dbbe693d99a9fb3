"""The subscriptions of channels: which there are, and when each is due next.

Whoever changes a channel's subscriptions holds the channel's row, and whoever moves one to its
next slot holds its row, so that a slot is decided from what is there and not from what was.
A channel is found by its Scope alone: the number of another channel's subscription is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.delivery import OccurrenceState
from briefings.errors import InputError
from briefings.ports import Clock
from briefings.schedule import next_slot
from briefings.store.engine import Database
from briefings.store.marks import lock_marks, read_marks, write_marks
from briefings.store.records import execute_many
from briefings.store.subscription_rows import (
    RECKONED,
    SUBSCRIPTIONS,
    in_channel,
    reckoned,
    schedule_row,
    slot_row,
    subscription,
    write_row,
)
from briefings.store.tables import channels, occurrences, plain, subscriptions
from briefings.subscriptions import (
    Frequency,
    NewSubscription,
    Principal,
    Schedule,
    Scope,
    Slot,
    Subscription,
)

ON_REQUEST = "on request"
"""Why a subscription is paused that somebody paused."""

TZDATA = "tzdata"
"""The mark that says by which version of the tz database the next slots were reckoned."""

_LARGEST_NUMBER = 2**31 - 1


class Subscriptions:
    """The subscriptions in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def subscribe(
        self, by: Principal, new: NewSubscription, first: Slot, *, limit: int
    ) -> tuple[Subscription, bool]:
        """Give the channel a digest whose first slot is `first`.

        One on the same topics, in either order, is changed instead, which the second value says:
        it keeps its number and the order of its topics, and where today's digest is still to come
        it comes today. A paused one goes on with `first`.

        Raises:
            InputError: when the channel has `limit` subscriptions already.
        """
        async with self._database.write() as connection:
            channel = await _hold_channel(connection, by)
            standing = await _standing(connection, channel["id"])
            same = [one for one in standing if set(one["topics"].split()) == set(new.topics)]
            if same:
                before = subscription(same[0])
                then = first if before.paused else moved(before, new.schedule, self._clock.now())
                values = schedule_row(new.schedule) | {"preset": new.preset, "paused": ""}
                return await _change(connection, before, values, then), True
            if len(standing) >= limit:
                raise InputError(
                    f"This channel has {limit} subscriptions, and more are not allowed.",
                    remedy="/intel subscriptions lists them, /intel unsubscribe <n> ends one.",
                )
            number = channel["last_number"] + 1
            await connection.execute(
                update(channels).where(channels.c.id == channel["id"]).values(last_number=number)
            )
            added = await connection.execute(
                insert(subscriptions).returning(subscriptions.c.id),
                {
                    "channel_id": channel["id"],
                    "number": number,
                    "topics": " ".join(new.topics),
                    **schedule_row(new.schedule),
                    "preset": new.preset,
                    "created_by": by.user,
                    "created_at": self._clock.now(),
                    "version": 1,
                    "last_wall": "",
                    **slot_row(first),
                    "paused": "",
                },
            )
            return await _by_id(connection, added.scalar_one()), False

    async def get(self, scope: Scope, number: int) -> Subscription:
        """A subscription of a channel.

        Raises:
            InputError: when the channel has none of that number.
        """
        async with self._database.read() as connection:
            return await _numbered(connection, scope, number)

    async def remove(self, by: Principal, number: int) -> Subscription:
        """End a subscription, as it was returned; its number is never given again.

        Raises:
            InputError: when the channel has none of that number.
        """
        async with self._database.write() as connection:
            before = await _held(connection, by, number)
            gone = {"removed_at": self._clock.now()}
            await write_row(connection, before.id, {**gone, **slot_row(None)})
            return before

    async def pause(self, by: Principal, number: int, reason: str = ON_REQUEST) -> Subscription:
        """Let no further slot of a subscription come; one that is paused stays as it is.

        Raises:
            InputError: when the channel has none of that number.
        """
        async with self._database.write() as connection:
            before = await _held(connection, by, number)
            if before.paused:
                return before
            return await _change(connection, before, {"paused": reason}, None)

    async def resume(self, by: Principal, number: int) -> Subscription:
        """Let a paused subscription go on with its first slot from now; what it missed is not
        made up. One that is not paused stays as it is.

        Raises:
            InputError: when the channel has none of that number.
        """
        async with self._database.write() as connection:
            before = await _held(connection, by, number)
            if not before.paused:
                return before
            then = next_slot(before.schedule, after=self._clock.now(), last_wall=before.last_wall)
            return await _change(connection, before, {"paused": ""}, then)

    async def last_sent(self, scope: Scope) -> dict[int, datetime]:
        """When the last scheduled digest of each subscription arrived, by number."""
        wanted = (
            select(subscriptions.c.number, _LAST_SENT)
            .join(channels)
            .where(in_channel(scope), subscriptions.c.removed_at.is_(None))
        )
        async with self._database.read() as connection:
            rows = await connection.execute(wanted)
            return {number: ended_at for number, ended_at in rows if ended_at is not None}

    async def in_workspace(
        self, platform: str, workspace: str
    ) -> Sequence[tuple[Subscription, datetime | None]]:
        """The subscriptions of all channels of a workspace, by channel and number, each with when
        its last scheduled digest arrived."""
        wanted = (
            SUBSCRIPTIONS.add_columns(_LAST_SENT.label("last_sent"))
            .where(
                channels.c.platform == platform,
                channels.c.workspace == workspace,
                subscriptions.c.removed_at.is_(None),
            )
            .order_by(channels.c.id, subscriptions.c.number)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings()
            return [(subscription(row), row["last_sent"]) for row in rows]

    async def reschedule(self, tzdata: str) -> int:
        """Reckon every next slot anew where this version of the tz database is another than the
        one they were reckoned by: a slot is a time on local clocks. The number that moved.
        """
        async with self._database.read() as connection:
            if (await read_marks(connection)).get(TZDATA) == tzdata:
                return 0
        async with self._database.write() as connection:
            await lock_marks(self._database, connection)
            if (await read_marks(connection)).get(TZDATA) == tzdata:
                return 0
            statement = select(subscriptions).where(subscriptions.c.next_wall.is_not(None))
            rows = (await connection.execute(statement.with_for_update())).mappings().all()
            changed = [row for row in map(reckoned, rows) if row is not None]
            await execute_many(connection, RECKONED, changed)
            await write_marks(connection, {TZDATA: tzdata})
            return len(changed)

    # Last, because its name is that of the built-in type in every annotation after it.
    async def list(self, scope: Scope) -> list[Subscription]:
        """The subscriptions of a channel by number, paused ones included."""
        wanted = SUBSCRIPTIONS.where(
            in_channel(scope), subscriptions.c.removed_at.is_(None)
        ).order_by(subscriptions.c.number)
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings()
            return [subscription(row) for row in rows]


def moved(before: Subscription, schedule: Schedule, now: datetime) -> Slot:
    """The next slot of a subscription that gets another schedule.

    There is one digest for each local date: moved after today's, it comes on another day; moved
    before it, today's comes today, at once where its new time has passed.
    """
    if schedule == before.schedule and before.next is not None:
        return before.next
    after = now
    if before.next is not None and schedule.frequency is not Frequency.HOURLY:
        owed = datetime.fromisoformat(before.next.wall)
        midnight = datetime.combine(owed, time(), tzinfo=ZoneInfo(schedule.zone))
        after = min(now, midnight - timedelta(seconds=1))
    return next_slot(schedule, after=after, last_wall=before.last_wall)


# --- statements ------------------------------------------------------------------------

_LAST_SENT = (
    select(occurrences.c.ended_at)
    .where(
        occurrences.c.subscription_id == subscriptions.c.id,
        occurrences.c.state == OccurrenceState.SENT,
        # Digits come before letters: not those that were asked for.
        occurrences.c.slot < "a",
    )
    .order_by(occurrences.c.slot.desc())
    .limit(1)
    .scalar_subquery()
)

# The channel's row comes to be, and is held until the transaction ends.
_HOLD_CHANNEL = text(
    "INSERT INTO channels (platform, workspace, channel, manager, last_number) "
    "VALUES (:platform, :workspace, :channel, :manager, 0) "
    "ON CONFLICT (platform, workspace, channel) DO UPDATE SET manager = excluded.manager "
    "RETURNING id, last_number"
)


async def _hold_channel(connection: AsyncConnection, by: Principal) -> RowMapping:
    """The row of the channel somebody acts in, made where it is not there; they manage it now."""
    scope = by.scope
    wanted = {
        "platform": plain(scope.platform),
        "workspace": plain(scope.workspace),
        "channel": plain(scope.channel),
        "manager": plain(by.user),
    }
    return (await connection.execute(_HOLD_CHANNEL, wanted)).mappings().one()


async def _standing(connection: AsyncConnection, channel_id: int) -> Sequence[RowMapping]:
    """The subscriptions of a channel; their rows are held."""
    statement = (
        SUBSCRIPTIONS.where(
            subscriptions.c.channel_id == channel_id, subscriptions.c.removed_at.is_(None)
        )
        .order_by(subscriptions.c.number)
        .with_for_update(of=subscriptions)
    )
    rows: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return rows


async def _held(connection: AsyncConnection, by: Principal, number: int) -> Subscription:
    """A subscription of the channel somebody acts in; they manage the channel now.

    Nothing of this stays where the number is unknown: the transaction is rolled back.
    """
    await connection.execute(update(channels).where(in_channel(by.scope)).values(manager=by.user))
    return await _numbered(connection, by.scope, number, hold=True)


async def _numbered(
    connection: AsyncConnection, scope: Scope, number: int, *, hold: bool = False
) -> Subscription:
    wanted = SUBSCRIPTIONS.where(
        in_channel(scope), subscriptions.c.number == number, subscriptions.c.removed_at.is_(None)
    )
    if hold:
        wanted = wanted.with_for_update(of=subscriptions)
    row = None
    if 0 < number <= _LARGEST_NUMBER:
        row = (await connection.execute(wanted)).mappings().first()
    if row is None:
        raise InputError(
            f"There is no subscription {number} in this channel.",
            remedy="/intel subscriptions lists those there are.",
            number=number,
        )
    return subscription(row)


async def _by_id(connection: AsyncConnection, id: int) -> Subscription:
    rows = await connection.execute(SUBSCRIPTIONS.where(subscriptions.c.id == id))
    return subscription(rows.mappings().one())


async def _change(
    connection: AsyncConnection,
    before: Subscription,
    values: Mapping[str, Any],
    then: Slot | None,
) -> Subscription:
    """Write what becomes of a subscription whose row is held, its next slot included."""
    await write_row(connection, before.id, {**values, **slot_row(then)})
    return await _by_id(connection, before.id)
