"""What is planned: each slot once, missed ones as they should be, and nothing lost to one error."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from briefings.delivery import OccurrenceState, part_key
from briefings.digest import AT_ONCE, Digests
from briefings.errors import InputError, StoreError
from briefings.ports import Post
from briefings.store import Store
from briefings.store.marks import RECOVERED_FROM, RECOVERY_UNTIL
from briefings.subscriptions import Frequency, Schedule
from tests.fakes.clock import FakeClock
from tests.fakes.poster import FakePoster
from tests.fakes.writing import Desk, FakeWriter, principal, subscribe

HOURLY = Schedule(Frequency.HOURLY, time(0, 0), "UTC")


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


async def test_an_outage_of_three_days_is_made_up_for_once_and_labelled(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    await desk.tick()
    desk.clock.advance(days=3, hours=2)
    await desk.tick()
    assert await desk.states() == [
        ("2026-03-03T09:00", "sent"),
        ("2026-03-04T09:00", "skipped"),
        ("2026-03-05T09:00", "skipped"),
        ("2026-03-06T09:00", "sent"),
    ]
    first, late = desk.writer.occasions
    assert (first.late, first.since, first.after_article) == (False, None, None)
    assert late.late
    assert (late.since, late.after_article) == (first.slot.due, 7)
    assert await desk.store.deliveries.undelivered(None) == []


async def test_an_outage_of_hourly_digests_is_made_up_for_once(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now(), schedule=HOURLY)
    desk.clock.advance(days=3, minutes=5)
    await desk.tick()
    assert len(desk.poster.payloads()) == 1
    assert len(await desk.states()) == 72
    assert desk.writer.occasions[0].late  # its own slot is five minutes old, the others are not


async def test_ten_minutes_across_the_slot_are_no_outage(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1, minutes=9)
    await desk.tick()
    assert desk.writer.occasions[0].late is False
    assert len(desk.poster.payloads()) == 1


async def test_an_outage_of_more_than_a_week_is_told_and_not_made_up_for(desk: Desk) -> None:
    monthly = Schedule(Frequency.MONTHLY, time(9, 0), "UTC", day=3)
    subscription = await subscribe(desk.store, desk.clock.now(), schedule=monthly)
    desk.clock.advance(days=9)
    await desk.tick()
    assert desk.poster.payloads() == []
    (missed,) = await desk.store.deliveries.undelivered(subscription.scope)
    assert (missed.state, missed.slot) == (OccurrenceState.SKIPPED, "2026-03-03T09:00")
    assert len(desk.poster.alerts) == 1
    again = await desk.store.subscriptions.get(subscription.scope, 1)
    assert again.next is not None
    assert again.next.wall == "2026-04-03T09:00"


async def test_moving_a_daily_digest_keeps_it_to_one_a_day(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1, minutes=30)
    await desk.tick()  # 09:00 at 09:30
    changed = Schedule(Frequency.DAILY, time(10, 0), "UTC")
    await subscribe(desk.store, desk.clock.now(), schedule=changed)
    desk.clock.advance(hours=3)
    await desk.tick()
    assert len(desk.poster.payloads()) == 1
    desk.clock.advance(hours=20)  # 08:30 the next day
    await subscribe(
        desk.store, desk.clock.now(), schedule=Schedule(Frequency.DAILY, time(8, 0), "UTC")
    )
    await desk.tick()
    desk.clock.advance(hours=10)
    await desk.tick()
    assert [taken.post.payload for taken in desk.poster.ledger] == [
        "acme 2026-03-03T09:00 1",
        "acme 2026-03-04T08:00 1",
    ]


async def test_one_that_cannot_be_written_is_told_and_no_others_trouble(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now(), topics=("gone",))
    await subscribe(desk.store, desk.clock.now(), topics=("broken",), by=principal("c2"))
    await subscribe(desk.store, desk.clock.now(), by=principal("c3"))
    desk.writer.fails = {
        "gone": InputError("gone is no longer in entities.toml.", remedy="Unsubscribe."),
        "broken": ZeroDivisionError(),
    }
    desk.clock.advance(days=1)
    await desk.tick()
    assert desk.poster.payloads() == ["acme 2026-03-03T09:00 1"]
    reasons = {one.topics: one.reason for one in await desk.store.deliveries.undelivered(None)}
    assert reasons[("gone",)] == "gone is no longer in entities.toml. Unsubscribe."
    assert "ZeroDivisionError" in reasons[("broken",)]
    assert len(desk.poster.alerts) == 2


async def test_a_page_that_cannot_be_made_into_messages_is_told_and_no_others_trouble(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for channel in ("c1", "c2"):
        await subscribe(desk.store, desk.clock.now(), topics=("broken",), by=principal(channel))
    await subscribe(desk.store, desk.clock.now(), by=principal("c3"))
    desk.poster.unfit_pages = {"broken 2026-03-03T09:00 1": ZeroDivisionError()}
    desk.clock.advance(days=1)
    await desk.tick()
    assert desk.poster.payloads() == ["acme 2026-03-03T09:00 1"]
    lost = await desk.store.deliveries.undelivered(None)
    assert [one.topics for one in lost] == [("broken",)] * 2
    assert {one.reason for one in lost} == {
        "It could not be written (ZeroDivisionError). The desk's log says more."
    }
    assert len(desk.poster.alerts) == 2
    assert len([one for one in caplog.records if one.exc_info]) == 1
    await desk.tick()
    assert len(desk.poster.alerts) == 2


async def test_a_database_that_gives_way_while_writing_leaves_everything_due(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    desk.writer.fails = {"acme": StoreError("The disk is full.")}
    with pytest.raises(StoreError):
        await desk.tick()
    desk.writer.fails = {}
    await desk.tick()
    assert len(desk.poster.payloads()) == 1


async def test_a_platform_that_is_not_served_here_is_left_to_others(
    desk: Desk, store: Store, clock: FakeClock
) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    elsewhere = Digests(store, FakeWriter(), {"other": FakePoster(clock)}, clock)
    assert await elsewhere.plan_due() == 0
    assert await desk.digests.plan_due() == 1


async def test_a_digest_that_is_asked_for_comes_besides_those_that_are_scheduled(
    desk: Desk,
) -> None:
    subscription = await subscribe(desk.store, desk.clock.now())
    assert await desk.digests.preview(subscription) == "acme 2026-03-02T09:00 1"
    assert await desk.states() == []
    await desk.digests.send_now(subscription)
    await desk.tick()
    desk.clock.advance(days=1)
    await desk.tick()
    assert desk.poster.payloads() == ["acme 2026-03-02T09:00 1", "acme 2026-03-03T09:00 1"]
    assert desk.writer.occasions[-1].since == desk.clock.now() - timedelta(days=1)


async def test_what_failed_counts_as_not_told(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    desk.writer.fails = {"acme": InputError("No.")}
    await desk.tick()
    desk.writer.fails = {}
    desk.clock.advance(days=1)
    await desk.tick()
    assert desk.writer.occasions[-1].since is None


async def test_after_a_restored_backup_every_slot_since_is_looked_for_before_it_is_sent(
    desk: Desk, store: Store, clock: FakeClock, database_url: str
) -> None:
    await subscribe(store, clock.now(), schedule=HOURLY)
    clock.advance(minutes=30)
    backup = clock.now()
    # The desk that is lost posted 10:00 and 11:00, the restored database knows of neither.
    for hour in (10, 11):
        await _post_as_the_lost_desk(desk, f"2026-03-02T{hour}:00")
    clock.advance(hours=2, minutes=35)  # 12:05
    values = {RECOVERED_FROM: backup.isoformat(), RECOVERY_UNTIL: clock.now().isoformat()}
    await store.marks.set(**values)
    await desk.tick()
    await desk.pass_time(1200)
    assert sorted(taken.post.payload for taken in desk.poster.visible()) == [
        "acme 2026-03-02T12:00 1",
        "lost 2026-03-02T10:00",
        "lost 2026-03-02T11:00",
    ]
    assert await desk.states() == [
        ("2026-03-02T10:00", "sent"),
        ("2026-03-02T11:00", "sent"),
        ("2026-03-02T12:00", "sent"),
    ]
    desk.clock.advance(hours=1)
    looks = len(desk.poster.looks)
    await desk.tick()
    assert len(desk.poster.payloads()) == 4
    assert len(desk.poster.looks) == looks


async def test_what_was_on_its_way_in_a_backup_is_looked_for_as_well(
    desk: Desk, store: Store, clock: FakeClock
) -> None:
    await subscribe(store, clock.now(), schedule=HOURLY)
    clock.advance(hours=1)
    await desk.digests.plan_due()
    backup = clock.now()
    await _post_as_the_lost_desk(desk, "2026-03-02T10:00")
    clock.advance(minutes=10)
    values = {RECOVERED_FROM: backup.isoformat(), RECOVERY_UNTIL: clock.now().isoformat()}
    await store.marks.set(**values)
    await desk.tick()
    await desk.pass_time(300)
    assert desk.poster.payloads() == ["lost 2026-03-02T10:00"]
    assert await desk.states() == [("2026-03-02T10:00", "sent")]


async def _post_as_the_lost_desk(desk: Desk, wall: str) -> None:
    due = await desk.store.planning.one(1)
    assert due is not None
    key = part_key(await desk.store.marks.install_id(), due.key, wall, 1)
    post = Post(due.subscription.scope, key, f"lost {wall}", 1, 1, "", desk.clock.now())
    desk.poster.take(post)


async def test_more_than_fits_one_transaction_is_planned_whole(
    store: Store, clock: FakeClock
) -> None:
    desk = Desk(store, clock)
    for number in range(AT_ONCE + 20):
        await subscribe(store, clock.now(), by=principal(f"c{number % 50}"), topics=(f"t{number}",))
    clock.advance(days=1)
    assert await desk.digests.plan_due() == AT_ONCE + 20
    assert len(await desk.states()) == AT_ONCE + 20
    assert await desk.digests.plan_due() == 0
