"""A channel that is to be left alone: no message goes there, and everything else goes on."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from briefings.errors import Refused
from briefings.store import Store
from briefings.store.tables import channels
from tests.fakes.clock import FakeClock
from tests.fakes.poster import LOST
from tests.fakes.writing import PLATFORM, Desk, principal, subscribe
from tests.store.test_plans import overheard, reads_everything


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


async def next_due(desk: Desk) -> datetime | None:
    return await desk.store.outgoing.next_due(desk.clock.now(), (PLATFORM,))


async def free_at(desk: Desk, channel: str = "c1") -> datetime | None:
    async with desk.store.database.read() as connection:
        held = select(channels.c.free_at).where(channels.c.channel == channel)
        found: datetime | None = await connection.scalar(held)
        return found


async def set_free_at(desk: Desk, instant: datetime) -> None:
    async with desk.store.database.write() as connection:
        await connection.execute(update(channels).values(free_at=instant))


async def one_lost_one_refused(desk: Desk, wait: float) -> None:
    """Two digests of one channel: one in doubt, the other refused with a wait for the channel."""
    desk.poster.pace_s = 0.3
    for topic in ("acme", "bolt"):
        await subscribe(desk.store, desk.clock.now(), topics=(topic,))
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    desk.poster.faults = [LOST, Refused("Slow down.", retry_after_s=wait)]
    await desk.outbox.deliver()
    desk.clock.advance(seconds=1)
    await desk.outbox.deliver()
    assert await desk.part_states() == ["uncertain", "retry"]


async def test_what_is_in_doubt_is_looked_for_while_its_channel_is_held(desk: Desk) -> None:
    await one_lost_one_refused(desk, 3_600)
    began = desk.clock.now()
    due = await next_due(desk)
    assert due is not None
    assert due - began < timedelta(seconds=5)
    for _ in range(15):
        desk.clock.advance(seconds=10)
        await desk.outbox.deliver()
    assert len(desk.poster.looks) == 3
    assert len(desk.poster.sent) == 2


async def test_a_lease_that_ended_is_found_while_its_channel_is_held(desk: Desk) -> None:
    desk.poster.pace_s = 0.3
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    desk.poster.waiting = asyncio.Event()
    dead = asyncio.create_task(desk.outbox.deliver())
    await desk.poster.reached(1)
    await desk.outbox.stop(within_s=0.01)
    await dead
    await set_free_at(desk, desk.clock.now() + timedelta(hours=1))
    later = Desk(desk.store, desk.clock)
    desk.clock.advance(seconds=61)
    await later.outbox.deliver()
    assert await desk.part_states() == ["uncertain"]


async def test_a_message_sent_again_by_its_nonce_waits_for_its_channel(desk: Desk) -> None:
    desk.poster.nonce_s = 120
    await one_lost_one_refused(desk, 60)
    elsewhere = await subscribe(desk.store, desk.clock.now(), by=principal("c2"))
    await desk.digests.send_now(elsewhere)
    held = await free_at(desk)
    assert held is not None
    desk.clock.advance(seconds=5)
    await desk.outbox.deliver()
    assert [post.scope.channel for post in desk.poster.sent] == ["c1", "c1", "c2"]
    assert await free_at(desk) == held
    assert await next_due(desk) == held
    await desk.pass_time((held - desk.clock.now()).total_seconds() + 1, step=5)
    here = [taken for taken in desk.poster.ledger if taken.post.scope.channel == "c1"]
    assert sorted(taken.post.payload[:4] for taken in here) == ["acme", "bolt"]
    assert min(taken.at for taken in here) >= held
    assert desk.poster.looks == []


async def test_one_whose_nonce_ends_before_the_hold_is_looked_for(desk: Desk) -> None:
    desk.poster.nonce_s = 120
    await one_lost_one_refused(desk, 3_600)
    for _ in range(30):
        desk.clock.advance(seconds=10)
        await desk.outbox.deliver()
    assert len(desk.poster.sent) == 2
    assert len(desk.poster.looks) == 3


async def test_a_later_message_does_not_shorten_a_hold(desk: Desk) -> None:
    """Two of one channel are on their way at once: a platform's wait outlives the other's pace."""
    for topic in ("acme", "bolt"):
        await subscribe(desk.store, desk.clock.now(), topics=(topic,))
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    desk.poster.faults = [
        Refused("Slow down.", retry_after_s=3_600),
        Refused("Slow down.", retry_after_s=60),
    ]
    began = desk.clock.now()
    await desk.outbox.deliver()
    held = await free_at(desk)
    assert held is not None
    assert held - began >= timedelta(hours=1)


async def test_a_wait_of_a_day_is_kept(desk: Desk) -> None:
    """With a fifth added, so that not all channels come back at once."""
    desk.poster.pace_s = 0.3
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    desk.poster.faults = [Refused("Slow down.", retry_after_s=86_400)]
    began = desk.clock.now()
    await desk.outbox.deliver()
    held = began + timedelta(days=1.19)
    await set_free_at(desk, held)
    (subscription,) = await desk.store.subscriptions.list(principal().scope)
    await desk.digests.send_now(subscription)
    await desk.outbox.deliver()
    await Desk(desk.store, desk.clock).outbox.deliver()  # a desk that starts mends no right time
    assert len(desk.poster.sent) == 1
    assert await free_at(desk) == held


async def test_a_hold_by_a_clock_that_was_wrong_holds_nothing(desk: Desk) -> None:
    desk.poster.pace_s = 1.1
    await subscribe(desk.store, desk.clock.now())
    await desk.tick()
    wrong = desk.clock.now() + timedelta(days=60)
    await set_free_at(desk, wrong)  # by another process: this one's clock was right all the time
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    assert await next_due(desk) == desk.clock.now()
    await desk.outbox.deliver()
    assert len(desk.poster.payloads()) == 1
    assert await free_at(desk) == desk.clock.now() + timedelta(seconds=1.1)


async def test_a_clock_set_right_frees_the_channels(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    await set_free_at(desk, desk.clock.now() + timedelta(days=60))
    await desk.tick()
    assert await free_at(desk) == desk.clock.now()


async def test_what_is_due_is_found_by_its_index(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.clock.advance(days=1)
    await desk.digests.plan_due()
    with overheard() as sent:
        await next_due(desk)
        await desk.store.outgoing.claim(
            desk.clock.now(), {PLATFORM: 1.1}, lambda part, _: part, limit=9
        )
    asked = [each for each in sent if "FROM parts" in each[0]]
    assert len(asked) == 2
    database = desk.store.database
    async with database.read() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
            steps = [str(row[-1]) for row in plan]
            assert [step for step in steps if reads_everything(step)] == [], steps
        assert any("parts_next" in step for step in steps), steps  # the claim's, the last
