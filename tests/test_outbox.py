"""From a slot that is due to a message that is there once, whatever the platform does."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event, select

from briefings.delivery import OccurrenceState, Policy, part_key
from briefings.errors import Ambiguous, Overdue, Refused, Rejected, StoreError, Unfit
from briefings.outbox import Outbox
from briefings.ports import Post
from briefings.store import Store
from briefings.store.tables import notices
from briefings.subscriptions import Subscription
from tests.fakes.clock import FakeClock
from tests.fakes.poster import LOST
from tests.fakes.writing import PLATFORM, Desk, principal, subscribe


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


async def due_now(desk: Desk, **more: object) -> Subscription:
    """A daily subscription whose slot has just come."""
    subscription = await subscribe(desk.store, desk.clock.now(), **more)  # type: ignore[arg-type]
    assert subscription.next is not None
    desk.clock.advance(seconds=(subscription.next.due - desk.clock.now()).total_seconds())
    return subscription


async def test_a_digest_is_posted_once_at_its_time(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    await desk.tick()
    assert desk.poster.payloads() == []
    await desk.pass_time(86_400 * 3)
    assert desk.poster.payloads() == [
        "acme 2026-03-03T09:00 1",
        "acme 2026-03-04T09:00 1",
        "acme 2026-03-05T09:00 1",
    ]
    assert {state for _, state in await desk.states()} == {"sent"}
    assert await desk.store.deliveries.undelivered(None) == []


async def test_a_message_is_written_down_as_being_sent_before_it_is(desk: Desk) -> None:
    await due_now(desk)
    seen: list[list[str]] = []

    async def look(post: Post) -> None:
        seen.append(await desk.part_states())

    desk.poster.before_answer = look
    await desk.tick()
    assert seen == [["sending"]]


async def test_parts_come_in_order_and_the_rest_waits_for_one_that_does_not_arrive(
    desk: Desk,
) -> None:
    desk.writer.parts = 3
    await due_now(desk)
    desk.poster.faults = [Refused("No connection.")]
    await desk.tick()
    assert desk.poster.payloads() == []
    await desk.pass_time(10)
    assert [payload[-1] for payload in desk.poster.payloads()] == ["1", "2", "3"]
    assert [post.first_id for post in desk.poster.sent[1:]] == ["", "m1", "m1"]


async def test_what_was_certainly_not_taken_is_sent_again_after_a_while(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Refused("No connection.")] * 3
    await desk.tick()
    (held_up,) = await desk.store.deliveries.undelivered(None)
    assert held_up.attempts == 1
    assert held_up.reason == "No connection."
    assert held_up.next_at is not None
    wait = held_up.next_at - desk.clock.now()
    assert timedelta(seconds=4) <= wait <= timedelta(seconds=6)
    await desk.pass_time(300)
    assert len(desk.poster.sent) == 4
    assert len(desk.poster.payloads()) == 1


async def test_a_lost_answer_is_looked_for_and_never_sent_again(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [(LOST, True)]
    await desk.tick()
    assert await desk.part_states() == ["uncertain"]
    await desk.pass_time(10)
    assert await desk.part_states() == ["sent"]
    assert len(desk.poster.sent) == 1


async def test_a_lost_message_is_looked_for_three_times_and_sent_again(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [LOST]
    start = desk.clock.now()
    await desk.tick()
    await desk.pass_time(130)
    assert [round((at - start).total_seconds()) for at in desk.poster.looks] == [5, 30, 120]
    assert len(desk.poster.payloads()) == 1
    await desk.pass_time(700)
    assert len(desk.poster.looks) == 4  # the sweep
    assert await desk.store.deliveries.undelivered(None) == []


async def test_an_unexpected_error_counts_as_ambiguous(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [(ValueError("not of ours"), True)]
    await desk.tick()
    assert await desk.part_states() == ["uncertain"]
    await desk.pass_time(10)
    assert len(desk.poster.sent) == 1
    assert await desk.part_states() == ["sent"]


async def test_within_the_nonces_life_it_is_sent_again_at_once(desk: Desk) -> None:
    desk.poster.nonce_s = 120
    await due_now(desk)
    desk.poster.faults = [(LOST, True), (LOST, True)]
    await desk.tick()
    await desk.pass_time(20)
    assert len(desk.poster.sent) == 3
    assert len(desk.poster.payloads()) == 1
    assert desk.poster.looks == []


async def test_where_nobody_may_look_a_person_decides(desk: Desk) -> None:
    desk.poster.can_look = False
    subscription = await due_now(desk)
    desk.poster.faults = [(LOST, True)]
    await desk.tick()
    await desk.pass_time(10)
    (doubt,) = await desk.store.deliveries.undelivered(subscription.scope)
    assert doubt.state is OccurrenceState.REVIEW
    ((scope, user, text),) = desk.poster.alerts
    assert (scope, user) == (subscription.scope, "ann")
    assert "/intel send 1" in text
    assert await desk.store.deliveries.send_again(subscription.scope, 1)
    await desk.tick()
    assert len(desk.poster.payloads()) == 2
    assert await desk.store.deliveries.undelivered(subscription.scope) == []


async def test_where_nobody_may_look_it_can_be_sent_again_as_a_rule(
    store: Store, clock: FakeClock
) -> None:
    desk = Desk(store, clock, policy=Policy(unsure="always"))
    desk.poster.can_look = False
    await due_now(desk)
    desk.poster.faults = [LOST]
    await desk.tick()
    await desk.pass_time(10)
    assert len(desk.poster.payloads()) == 1
    assert await desk.states() == [("2026-03-03T09:00", "sent")]


async def test_a_channel_that_is_gone_ends_it_with_one_alert_and_a_pause(desk: Desk) -> None:
    subscription = await due_now(desk)
    desk.poster.faults = [Rejected("The channel is archived.", remedy="Choose another.")]
    await desk.tick()
    await desk.pass_time(86_400 * 2)
    assert len(desk.poster.sent) == 1
    assert len(desk.poster.alerts) == 1
    (lost,) = await desk.store.deliveries.undelivered(subscription.scope)
    assert lost.reason == "The channel is archived. Choose another."
    paused = await desk.store.subscriptions.get(subscription.scope, 1)
    assert paused.paused == "The channel is archived. Choose another."
    assert await desk.store.deliveries.dismiss(subscription.scope, 1) == 1
    assert await desk.store.deliveries.undelivered(subscription.scope) == []


async def test_a_token_that_is_not_valid_pauses_the_workspace_with_one_alert(desk: Desk) -> None:
    first = await subscribe(desk.store, desk.clock.now())
    others = [
        await subscribe(desk.store, desk.clock.now(), by=principal(channel))
        for channel in ("c2", "c3")
    ]
    elsewhere = await subscribe(desk.store, desk.clock.now(), by=principal("c9", "w2"))
    desk.clock.advance(days=1)
    desk.poster.faults = [Rejected("The token was revoked.", whole_workspace=True)] * 3
    await desk.tick()
    assert len(desk.poster.alerts) == 1
    for subscription in (first, *others):
        assert (await desk.store.subscriptions.get(subscription.scope, 1)).paused
    assert not (await desk.store.subscriptions.get(elsewhere.scope, 1)).paused
    assert [post.scope for post in desk.poster.sent][-1] == elsewhere.scope


async def test_what_is_too_long_goes_out_once_more_as_plain_text(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Unfit("Too long.")]
    await desk.tick()
    assert [post.plain for post in desk.poster.sent] == [False, True]
    assert len(desk.poster.payloads()) == 1
    desk.clock.advance(days=1)
    desk.poster.faults = [Unfit("Too long."), Unfit("Too long.")]
    await desk.tick()
    assert len(desk.poster.payloads()) == 1
    assert len(desk.poster.alerts) == 1


@pytest.mark.parametrize("wait", [1.0, 30.0, 3600.0])
async def test_a_channel_is_left_alone_for_as_long_as_asked(desk: Desk, wait: float) -> None:
    await due_now(desk)
    await subscribe(desk.store, desk.clock.now() - timedelta(days=1), topics=("globex",))
    other = await subscribe(desk.store, desk.clock.now() - timedelta(days=1), by=principal("c2"))
    desk.poster.faults = [Refused("Slow down.", retry_after_s=wait)]
    desk.poster.pace_s = 1.0
    began = desk.clock.now()
    await desk.tick()
    assert [taken.post.scope for taken in desk.poster.ledger] == [other.scope]
    await desk.pass_time(wait - 0.5, step=wait / 4)
    assert len(desk.poster.sent) == 2
    await desk.pass_time(wait * 0.3 + 10)
    assert len(desk.poster.payloads()) == 3
    late = [t.at for t in desk.poster.ledger if t.post.scope != other.scope]
    assert late[0] - began >= timedelta(seconds=wait)


async def test_messages_to_one_channel_keep_their_distance(desk: Desk) -> None:
    desk.writer.parts = 3
    desk.poster.pace_s = 1.1
    for topic in ("acme", "globex"):
        await subscribe(desk.store, desk.clock.now(), topics=(topic,))
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    await desk.outbox.deliver(until_idle_s=60)
    times = [taken.at for taken in desk.poster.ledger]
    assert len(times) == 6
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(times)]
    assert min(gaps) >= 1.1


async def test_it_is_given_up_after_a_day_with_one_alert_meanwhile_and_one_at_the_end(
    desk: Desk,
) -> None:
    await due_now(desk)
    desk.poster.faults = [Refused("No connection.")] * 99
    await desk.tick()
    await desk.pass_time(86_400 * 1.3)
    assert (await desk.states())[0] == ("2026-03-03T09:00", "failed")
    texts = [text for _, _, text in desk.poster.alerts]
    assert sum("was not delivered" in text for text in texts) == 1
    assert 1 <= sum("held up" in text for text in texts) <= 2  # two digests in these 31 hours


async def test_a_standstill_before_the_first_byte_gives_the_claim_back(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Overdue("The process stood still.")]
    await desk.tick()
    assert await desk.part_states() == ["sent"]
    assert [post.key for post in desk.poster.sent] == [desk.poster.sent[0].key] * 2
    assert desk.poster.looks == []


async def test_a_message_that_arrives_after_its_claim_was_lost_is_not_a_second_one(
    desk: Desk, store: Store
) -> None:
    await due_now(desk)
    other = Outbox(store, {PLATFORM: desk.poster}, desk.clock)
    desk.poster.waiting = asyncio.Event()
    await desk.digests.plan_due()
    slow = asyncio.create_task(desk.outbox.deliver())
    await desk.poster.reached(1)
    for seconds in (61, 6, 30, 120):
        desk.clock.advance(seconds=seconds)
        await _until_idle(other, desk)
    desk.poster.waiting.set()
    await slow
    desk.poster.waiting = None
    assert len(list(desk.poster.visible())) in (1, 2)
    await desk.pass_time(1500)
    assert len(list(desk.poster.visible())) == 1
    assert (await desk.store.deliveries.totals()).sent == 1


async def _until_idle(outbox: Outbox, desk: Desk) -> None:
    """Deliver, but do not wait for what hangs."""
    task = asyncio.create_task(outbox.deliver())
    await asyncio.wait({task}, timeout=0.5)


async def test_two_desks_on_one_database_post_once(
    database_url: str, clock: FakeClock, store: Store
) -> None:
    second_store = await Store.open(database_url, clock=clock)
    desks = [Desk(store, clock), Desk(second_store, clock)]
    for number in range(20):
        await subscribe(store, clock.now(), by=principal(f"c{number}"))
    for _ in range(3):
        clock.advance(days=1)
        await asyncio.gather(*(desk.tick() for desk in desks))
    posts = [taken for desk in desks for taken in desk.poster.ledger]
    assert len(posts) == 60
    assert len({taken.post.key for taken in posts}) == 60
    await second_store.close()


async def test_stopping_lets_what_is_being_sent_end(desk: Desk) -> None:
    for number in range(5):
        await subscribe(desk.store, desk.clock.now(), by=principal(f"c{number}"))
    desk.clock.advance(days=1)
    desk.poster.waiting = asyncio.Event()
    await desk.digests.plan_due()
    delivering = asyncio.create_task(desk.outbox.deliver(until_idle_s=60))
    await desk.poster.reached(5)
    stopping = asyncio.create_task(desk.outbox.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    desk.poster.waiting.set()
    await stopping
    await delivering
    assert await desk.part_states() == ["sent"] * 5


async def test_what_does_not_end_in_time_is_cut_off_and_looked_for_by_the_next(
    desk: Desk, store: Store, clock: FakeClock
) -> None:
    await due_now(desk)
    desk.poster.waiting = asyncio.Event()
    await desk.digests.plan_due()
    delivering = asyncio.create_task(desk.outbox.deliver())
    await desk.poster.reached(1)
    await desk.outbox.stop(within_s=0.01)
    await delivering
    assert await desk.part_states() == ["sending"]
    desk.poster.waiting = None
    later = Desk(store, clock)
    later.outbox = Outbox(store, {PLATFORM: desk.poster}, clock)
    await later.pass_time(200, step=30)
    assert len(desk.poster.payloads()) == 1


async def test_a_notice_that_cannot_be_told_now_is_told_later_once(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Rejected("The channel is archived.")]
    desk.poster.alert_error = Refused("No connection.")
    await desk.tick()
    assert desk.poster.alerts == []
    desk.poster.alert_error = None
    await desk.pass_time(3600, step=60)
    assert len(desk.poster.alerts) == 1


async def test_a_notice_that_may_have_been_told_is_not_told_again(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Rejected("The channel is archived.")]
    desk.poster.alert_error = Ambiguous("The answer got lost.")
    await desk.tick()
    desk.poster.alert_error = None
    await desk.pass_time(3600, step=60)
    assert desk.poster.alerts == []


async def test_a_notice_that_was_told_and_not_recorded_is_recorded_and_not_told_again(
    memory_store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(memory_store, clock)
    await due_now(desk)
    desk.poster.faults = [Rejected("The channel is archived.")]
    async with read_only_after_alert(desk):
        await desk.tick()
    assert len(desk.poster.alerts) == 1
    assert "notice 1 could not be recorded" in caplog.text
    for seconds in (15, 130, 3600):
        clock.advance(seconds=seconds)
        await desk.outbox.deliver()
    assert len(desk.poster.alerts) == 1
    async with desk.store.database.read() as connection:
        (notice,) = await connection.execute(select(notices))
    assert notice.next_at is None
    assert notice.told_at == clock.now() - timedelta(seconds=3730)


async def test_a_notice_whose_record_fails_beyond_its_lease_is_not_told_again(
    memory_store: Store, clock: FakeClock
) -> None:
    desk = Desk(memory_store, clock)
    await due_now(desk)
    desk.poster.faults = [Rejected("The channel is archived.")]
    async with read_only_after_alert(desk):
        await desk.tick()
        clock.advance(seconds=15)
        await desk.outbox.deliver()
        clock.advance(seconds=130)
        with suppress(StoreError):
            await desk.outbox.deliver()
    await desk.outbox.deliver()
    assert len(desk.poster.alerts) == 1


@asynccontextmanager
async def read_only_after_alert(desk: Desk) -> AsyncIterator[None]:
    """From the first alert on, the database refuses every write."""

    def refuse(_: object, __: object, statement: str, *___: object) -> None:
        if desk.poster.alerts and not statement.startswith(("SELECT", "PRAGMA")):
            raise sqlite3.OperationalError("database or disk is full")

    engine = desk.store.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("step", [-3600, 3600, 86_400 * 3, -86_400 * 3])
async def test_a_clock_that_steps_repeats_nothing(desk: Desk, step: float) -> None:
    await subscribe(desk.store, desk.clock.now())
    await desk.pass_time(86_400 * 2, step=21_600)
    desk.clock.step(seconds=step)
    await desk.pass_time(86_400 * 8, step=21_600)
    slots = [taken.post.payload for taken in desk.poster.ledger]
    assert len(slots) == len(set(slots))
    assert await desk.store.deliveries.undelivered(None) == []


async def test_a_clock_set_back_while_a_message_is_held_up_does_not_hold_it_for_days(
    desk: Desk,
) -> None:
    await due_now(desk)
    desk.poster.faults = [Refused("No connection.")]
    await desk.tick()
    desk.clock.step(days=-3)
    await desk.pass_time(300, step=60)
    assert len(desk.poster.payloads()) == 1


def test_keys_are_short_and_no_others() -> None:
    keys = {
        part_key(install, f"{subscription}@1", f"2026-03-02T09:{minute:02}", number)
        for install in ("a", "b")
        for subscription in range(20)
        for minute in range(20)
        for number in range(1, 4)
    }
    assert len(keys) == 2 * 20 * 20 * 3
    assert all(len(key) == 22 and key.isalnum() for key in keys)
