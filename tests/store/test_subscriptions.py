"""Who gets what and when: numbers, one for each local date, and nothing of other channels."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import insert, select, update

from briefings.errors import InputError
from briefings.schedule import next_slot
from briefings.store.engine import Database
from briefings.store.subscriptions import ON_REQUEST, Subscriptions
from briefings.store.tables import channels, occurrences, subscriptions
from briefings.subscriptions import (
    Frequency,
    NewSubscription,
    Schedule,
    Slot,
    Subscription,
)
from tests.fakes.clock import START, FakeClock
from tests.fakes.subscribing import HERE, THERE, somebody

DAILY = Schedule(Frequency.DAILY, time(9), "UTC")
WEEKLY = Schedule(Frequency.WEEKLY, time(9), "Asia/Shanghai")
NEW = NewSubscription(("acme",), DAILY, "brief")
ANN, BOB = somebody(), somebody(user="U-bob", scope=THERE)


@pytest.fixture
def kept(database: Database, clock: FakeClock) -> Subscriptions:
    return Subscriptions(database, clock)


async def subscribe(
    kept: Subscriptions, clock: FakeClock, new: NewSubscription = NEW, by: object = ANN
) -> Subscription:
    first = next_slot(new.schedule, after=clock.now())
    made, _ = await kept.subscribe(by, new, first, limit=25)  # type: ignore[arg-type]
    return made


async def ran(database: Database, one: Subscription, slot: Slot, following: Slot) -> None:
    """Move a subscription on as it is when the digest of a slot was planned."""
    async with database.write() as connection:
        await connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == one.id)
            .values(last_wall=slot.wall, next_wall=following.wall, next_due=following.due)
        )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- coming and going ---------------------------------------------------------------------------


async def test_every_field_of_a_subscription_comes_back(
    kept: Subscriptions, clock: FakeClock
) -> None:
    new = NewSubscription(("acme", "globex"), replace(WEEKLY, day=3, at=time(18, 5)), "full")
    first = Slot("2026-03-05T18:05", at("2026-03-05T10:05"))
    made, stood = await kept.subscribe(ANN, new, first, limit=25)
    assert made == Subscription(
        id=made.id,
        scope=HERE,
        number=1,
        topics=("acme", "globex"),
        schedule=Schedule(Frequency.WEEKLY, time(18, 5), "Asia/Shanghai", 3),
        preset="full",
        created_by="U-ann",
        version=1,
        last_wall="",
        next=first,
        paused="",
    )
    assert not stood
    assert await kept.get(HERE, 1) == made
    assert await kept.list(HERE) == [made]


async def test_numbers_count_in_each_channel_and_are_never_given_again(
    kept: Subscriptions, clock: FakeClock
) -> None:
    for topic in ("acme", "globex", "initech"):
        await subscribe(kept, clock, replace(NEW, topics=(topic,)))
    await subscribe(kept, clock, by=BOB)
    removed = await kept.remove(ANN, 3)
    assert (removed.number, removed.topics) == (3, ("initech",))
    again = await subscribe(kept, clock, replace(NEW, topics=("initech",)))
    assert again.number == 4
    assert [one.number for one in await kept.list(HERE)] == [1, 2, 4]
    assert [one.number for one in await kept.list(THERE)] == [1]
    assert again.id != removed.id


async def test_what_is_removed_is_never_due(
    kept: Subscriptions, clock: FakeClock, database: Database
) -> None:
    made = await subscribe(kept, clock)
    await kept.remove(ANN, 1)
    async with database.read() as connection:
        row = (await connection.execute(select(subscriptions))).one()
    assert (row.id, row.next_wall, row.next_due, row.removed_at, row.version) == (
        made.id, None, None, START, 2,
    )  # fmt: skip
    for act in (kept.remove, kept.pause, kept.resume):
        with pytest.raises(InputError, match="no subscription 1"):
            await act(ANN, 1)


async def test_a_channel_has_so_many_and_no_more(kept: Subscriptions, clock: FakeClock) -> None:
    first = next_slot(DAILY, after=clock.now())
    for n in range(3):
        await kept.subscribe(ANN, replace(NEW, topics=(f"topic-{n}",)), first, limit=3)
    with pytest.raises(InputError, match="3 subscriptions") as refusal:
        await kept.subscribe(ANN, replace(NEW, topics=("one-more",)), first, limit=3)
    assert "unsubscribe" in refusal.value.remedy
    # One that is there can be changed, and another channel has room.
    await kept.subscribe(ANN, replace(NEW, topics=("topic-1",), preset="full"), first, limit=3)
    await kept.subscribe(BOB, replace(NEW, topics=("one-more",)), first, limit=3)
    await kept.remove(ANN, 1)
    made, _ = await kept.subscribe(ANN, replace(NEW, topics=("one-more",)), first, limit=3)
    assert made.number == 4


async def test_many_who_subscribe_at_once_get_a_number_each_and_one_for_the_same_topics(
    kept: Subscriptions, clock: FakeClock
) -> None:
    made = await asyncio.gather(
        *(subscribe(kept, clock, replace(NEW, topics=(f"topic-{n % 10}",))) for n in range(20))
    )
    assert sorted({one.number for one in made}) == list(range(1, 11))
    assert len({one.id for one in made}) == 10
    assert {one.version for one in await kept.list(HERE)} == {2}


async def test_whoever_changes_something_manages_the_channel(
    kept: Subscriptions, clock: FakeClock, database: Database
) -> None:
    async def managers() -> dict[str, str]:
        async with database.read() as connection:
            rows = await connection.execute(select(channels.c.channel, channels.c.manager))
            return {row.channel: row.manager for row in rows}

    await subscribe(kept, clock)
    await subscribe(kept, clock, by=BOB)
    assert await managers() == {"C-here": "U-ann", "C-there": "U-bob"}
    cat = somebody(user="U-cat")
    for act in (kept.pause, kept.resume, kept.remove):
        await subscribe(kept, clock)
        await act(cat, 1)
        assert await managers() == {"C-here": "U-cat", "C-there": "U-bob"}
        with pytest.raises(InputError):
            await act(somebody(user="U-dan"), 77)
        assert (await managers())["C-here"] == "U-cat"
    with pytest.raises(InputError):
        await kept.pause(somebody(scope=replace(HERE, channel="C-new")), 1)
    assert set(await managers()) == {"C-here", "C-there"}


@pytest.mark.parametrize("number", [-1, 0, 2, 3, 2**31, 10**30])
async def test_a_number_that_is_not_the_channels_is_unknown(
    kept: Subscriptions, clock: FakeClock, number: int
) -> None:
    await subscribe(kept, clock)
    for topic in ("acme", "globex", "initech"):
        await subscribe(kept, clock, replace(NEW, topics=(topic,)), BOB)
    with pytest.raises(InputError, match=f"no subscription {number} in this channel") as unknown:
        await kept.get(HERE, number)
    assert "/intel subscriptions" in unknown.value.remedy
    for scope in (
        replace(HERE, platform="other"),
        replace(HERE, workspace="other"),
        replace(HERE, channel="other"),
    ):
        with pytest.raises(InputError):
            await kept.get(scope, 1)


# --- one digest for each local date -------------------------------------------------------------


async def test_the_same_topics_again_change_the_one_there_is(
    kept: Subscriptions, clock: FakeClock, database: Database
) -> None:
    two = NewSubscription(("acme", "globex"), DAILY, "brief")
    made = await subscribe(kept, clock, two)
    await ran(database, made, Slot("2026-03-01T09:00", START - timedelta(days=1)),
              Slot("2026-03-02T09:00", START))  # fmt: skip
    turned = NewSubscription(("globex", "acme"), replace(DAILY, at=time(7)), "full")
    first = next_slot(turned.schedule, after=clock.now())
    changed, stood = await kept.subscribe(somebody(user="U-cat"), turned, first, limit=25)
    assert stood
    assert changed == replace(
        made,
        schedule=turned.schedule,
        preset="full",
        version=2,
        last_wall="2026-03-01T09:00",
        next=Slot("2026-03-02T07:00", at("2026-03-02T07:00")),
    )
    assert await kept.list(HERE) == [changed]


@pytest.mark.parametrize(
    ("ran_today", "now", "schedule", "expected"),
    [
        # After today's digest: the next one is tomorrow's, wherever it is moved.
        (True, "2026-03-02T09:30", replace(DAILY, at=time(10)), "2026-03-03T10:00"),
        (True, "2026-03-02T09:30", replace(DAILY, at=time(8)), "2026-03-03T08:00"),
        (True, "2026-03-02T09:30", replace(WEEKLY, zone="UTC"), "2026-03-09T09:00"),
        # Before it: today's comes today, at once where its time has passed.
        (False, "2026-03-02T08:30", replace(DAILY, at=time(8)), "2026-03-02T08:00"),
        (False, "2026-03-02T08:30", replace(DAILY, at=time(10)), "2026-03-02T10:00"),
        (False, "2026-03-02T08:30", replace(WEEKLY, at=time(8), zone="UTC"), "2026-03-02T08:00"),
        (False, "2026-03-02T08:30", replace(WEEKLY, day=1, zone="UTC"), "2026-03-03T09:00"),
        # Due, but not planned yet: it is still to come.
        (False, "2026-03-02T09:00:10", replace(DAILY, at=time(10)), "2026-03-02T10:00"),
        (False, "2026-03-02T09:00:10", replace(DAILY, at=time(8)), "2026-03-02T08:00"),
        # Nothing changed.
        (False, "2026-03-02T09:00:10", DAILY, "2026-03-02T09:00"),
        (True, "2026-03-02T09:30", DAILY, "2026-03-03T09:00"),
        # By the hour: from now on.
        (False, "2026-03-02T08:30", Schedule(Frequency.HOURLY, time(0, 15), "UTC"),
         "2026-03-02T09:15"),
    ],
)  # fmt: skip
async def test_a_moved_digest_comes_once_on_each_local_date(
    database: Database, ran_today: bool, now: str, schedule: Schedule, expected: str
) -> None:
    clock = FakeClock(at("2026-03-01T10:00"))
    kept = Subscriptions(database, clock)
    made = await subscribe(kept, clock)
    today, tomorrow = [Slot(f"2026-03-0{day}T09:00", at(f"2026-03-0{day}T09:00")) for day in (2, 3)]
    assert made.next == today
    if ran_today:
        await ran(database, made, today, tomorrow)
    clock.advance(seconds=(at(now) - clock.now()).total_seconds())
    changed = await subscribe(kept, clock, replace(NEW, schedule=schedule))
    assert changed.next is not None
    assert changed.next.wall == expected
    assert changed.last_wall == (today.wall if ran_today else "")


async def test_hourly_to_daily_waits_for_a_new_date(
    kept: Subscriptions, database: Database, clock: FakeClock
) -> None:
    hourly = Schedule(Frequency.HOURLY, time(), "UTC")
    made = await subscribe(kept, clock, replace(NEW, schedule=hourly))
    await ran(database, made, Slot("2026-03-02T09:00", START),
              Slot("2026-03-02T10:00", START + timedelta(hours=1)))  # fmt: skip
    changed = await subscribe(kept, clock, replace(NEW, schedule=replace(DAILY, at=time(20))))
    assert changed.next == Slot("2026-03-03T20:00", at("2026-03-03T20:00"))


# --- pausing ------------------------------------------------------------------------------------


async def test_what_was_missed_while_paused_is_not_made_up(
    kept: Subscriptions, clock: FakeClock
) -> None:
    made = await subscribe(kept, clock)
    paused = await kept.pause(ANN, 1)
    assert paused == replace(made, version=2, next=None, paused=ON_REQUEST)
    assert await kept.pause(ANN, 1, "another reason") == paused
    clock.advance(days=10, hours=2)
    resumed = await kept.resume(ANN, 1)
    tomorrow = Slot("2026-03-13T09:00", at("2026-03-13T09:00"))
    assert resumed == replace(made, version=3, next=tomorrow)
    assert await kept.resume(ANN, 1) == resumed


async def test_a_digest_is_not_doubled_by_pausing(
    kept: Subscriptions, clock: FakeClock, database: Database
) -> None:
    made = await subscribe(kept, clock)
    await ran(database, made, Slot("2026-03-02T09:00", START),
              Slot("2026-03-03T09:00", START + timedelta(days=1)))  # fmt: skip
    clock.step(hours=-1)
    await kept.pause(ANN, 1)
    resumed = await kept.resume(ANN, 1)
    assert resumed.next == Slot("2026-03-03T09:00", START + timedelta(days=1))


async def test_subscribing_again_ends_a_pause(kept: Subscriptions, clock: FakeClock) -> None:
    await subscribe(kept, clock)
    await kept.pause(ANN, 1)
    clock.advance(days=3)
    again = await subscribe(kept, clock)
    assert (again.number, again.paused) == (1, "")
    assert again.next == Slot("2026-03-06T09:00", at("2026-03-06T09:00"))


# --- what else is known -------------------------------------------------------------------------


async def test_when_the_last_digest_of_each_arrived(
    kept: Subscriptions, clock: FakeClock, database: Database
) -> None:
    one = await subscribe(kept, clock)
    await subscribe(kept, clock, replace(NEW, topics=("globex",)))
    other = await subscribe(kept, clock, by=BOB)

    def row(of: Subscription, slot: str, state: str, ended: datetime | None) -> dict[str, object]:
        return {
            "subscription_id": of.id, "slot": slot, "due_at": START, "planned_at": START,
            "state": state, "reason": "", "covered_by": "", "newest_article": 0, "parts": 1,
            "ended_at": ended, "dismissed": False,
        }  # fmt: skip

    async with database.write() as connection:
        await connection.execute(
            insert(occurrences),
            [
                row(one, "2026-03-01T09:00", "sent", at("2026-03-01T09:01")),
                row(one, "2026-03-02T09:00", "sent", at("2026-03-02T09:01")),
                row(one, "2026-03-03T09:00", "failed", at("2026-03-03T09:01")),
                row(one, "2026-03-04T09:00", "planned", None),
                row(one, f"asked {START.isoformat()}", "sent", at("2026-03-05T09:01")),
                row(other, "2026-03-06T09:00", "sent", at("2026-03-06T09:01")),
            ],
        )
    assert await kept.last_sent(HERE) == {1: at("2026-03-02T09:01")}
    assert await kept.last_sent(THERE) == {1: at("2026-03-06T09:01")}


async def test_other_rules_of_a_zone_move_what_is_due_and_not_its_local_time(
    kept: Subscriptions, clock: FakeClock, database: Database
) -> None:
    weekly = await subscribe(kept, clock, replace(NEW, topics=("globex",), schedule=WEEKLY))
    utc = await subscribe(kept, clock)
    await subscribe(kept, clock, replace(NEW, topics=("initech",)))
    paused = await kept.pause(ANN, 3)
    assert weekly.next == Slot("2026-03-09T09:00", at("2026-03-09T01:00"))
    async with database.write() as connection:
        # As it was when the zone was an hour further east.
        await connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == weekly.id)
            .values(next_due=at("2026-03-09T00:00"))
        )
    assert await kept.reschedule("2026.1") == 1
    assert await kept.list(HERE) == [weekly, utc, paused]
    async with database.write() as connection:
        await connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == weekly.id)
            .values(next_due=at("2026-03-09T00:00"))
        )
    assert await kept.reschedule("2026.1") == 0
    assert (await asyncio.gather(*(kept.reschedule("2026.2") for _ in range(3)))).count(1) == 1
    assert await kept.list(HERE) == [weekly, utc, paused]
