"""Digests that were not delivered: sent again as they were written, written anew, or left."""

from __future__ import annotations

import asyncio
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from briefings.delivery import ENDS, OccurrenceState, PartState
from briefings.errors import IntelbriefError, Rejected
from briefings.outbox import Outbox
from briefings.store import Store
from briefings.store.deliveries import REMEMBERED
from briefings.store.tables import occurrences, parts
from briefings.subscribing import Subscribing
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import FakeClock
from tests.fakes.poster import LOST
from tests.fakes.writing import PLATFORM, Desk, principal, subscribe
from tests.test_outbox import due_now

HERE = principal().scope


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


def subscribing(desk: Desk) -> Subscribing:
    return Subscribing(desk.store, NAMING, desk.digests, ("brief",), desk.clock)


async def send(desk: Desk) -> str:
    """What `/intel send 1` answers."""
    return (await subscribing(desk).send(principal(), 1)).notice


async def listed(desk: Desk) -> list[str]:
    return [one.state for one in await desk.store.deliveries.undelivered(HERE)]


# --- one that could not be written --------------------------------------------------------------


async def unwritten(desk: Desk) -> None:
    """The digest of a slot that failed before it had a message."""
    await due_now(desk)
    desk.writer.fails = {"acme": IntelbriefError("acme is not in the catalogue.")}
    await desk.tick()
    assert await listed(desk) == ["failed"]


async def test_one_that_could_not_be_written_is_written_anew(desk: Desk) -> None:
    await unwritten(desk)
    desk.writer.fails = {}
    assert await send(desk) == (
        "Digest 1 (Acme) could not be written when it was due; it is written anew and sent now."
    )
    assert await listed(desk) == []
    await desk.pass_time(60)
    assert desk.poster.payloads() == ["acme 2026-03-03T09:00 1"]
    assert [state for _, state in await desk.states()] == ["failed", "sent"]
    with pytest.raises(IntelbriefError, match="nothing to dismiss"):
        await subscribing(desk).dismiss(principal(), 1)


async def test_one_that_cannot_be_written_now_either_stays_listed(desk: Desk) -> None:
    await unwritten(desk)
    with pytest.raises(IntelbriefError, match="not in the catalogue"):
        await send(desk)
    assert await listed(desk) == ["failed"]
    assert await desk.store.deliveries.dismiss(HERE, 1) == 1


async def test_two_who_have_it_written_anew_at_once_get_one(desk: Desk) -> None:
    await unwritten(desk)
    desk.writer.fails = {}
    answers = await asyncio.gather(send(desk), send(desk), return_exceptions=True)
    assert sorted(isinstance(each, IntelbriefError) for each in answers) == [False, True]
    await desk.pass_time(60)
    assert len(desk.poster.payloads()) == 1


async def test_what_was_written_goes_out_before_what_was_not_is_written_anew(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Rejected("no such channel")]
    await desk.tick()
    await desk.store.subscriptions.resume(principal(), 1)
    desk.writer.fails = {"acme": IntelbriefError("acme is not in the catalogue.")}
    await desk.pass_time(86_400)
    desk.writer.fails = {}
    assert await listed(desk) == ["failed", "failed"]
    assert await send(desk) == "Digest 1 goes out again, as it was written."
    assert "written anew" in await send(desk)
    await desk.pass_time(60)
    assert desk.poster.payloads() == ["acme 2026-03-03T09:00 1", "acme 2026-03-04T09:00 1"]
    assert await listed(desk) == []


async def test_one_without_its_messages_is_not_sent_empty(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Rejected("no such channel")]
    await desk.tick()
    async with desk.store.database.write() as connection:
        await connection.execute(update(parts).values(payload=""))
    assert "written anew" in await send(desk)
    await desk.pass_time(60)
    assert desk.poster.payloads() == ["acme 2026-03-03T09:00 1"]
    assert await listed(desk) == []


async def test_what_is_not_listed_any_more_is_not_sent_again(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Rejected("no such channel")]
    await desk.tick()
    desk.clock.advance(seconds=REMEMBERED.total_seconds() + 60)
    assert await listed(desk) == []
    assert not await desk.store.deliveries.send_again(HERE, 1)
    assert await desk.store.deliveries.dismiss(HERE, 1) == 0


async def test_two_who_send_it_again_at_once_send_it_once(desk: Desk) -> None:
    await due_now(desk)
    desk.poster.faults = [Rejected("no such channel")]
    await desk.tick()
    again = desk.store.deliveries.send_again
    assert sorted(await asyncio.gather(again(HERE, 1), again(HERE, 1))) == [False, True]
    await desk.pass_time(60)
    assert len(desk.poster.payloads()) == 1


# --- of a subscription that ended ---------------------------------------------------------------


@pytest.mark.parametrize("can_look", [True, False])
async def test_what_was_not_delivered_ends_with_its_subscription(
    desk: Desk, *, can_look: bool
) -> None:
    """Refused for good where one may look, in doubt where one may not."""
    desk.poster.can_look = can_look
    await due_now(desk)
    desk.poster.faults = [Rejected("no such channel") if can_look else LOST]
    await desk.tick()
    await desk.pass_time(10)
    assert await listed(desk) == ["failed" if can_look else "review"]
    await subscribing(desk).unsubscribe(principal(), 1)
    assert await listed(desk) == []
    with pytest.raises(IntelbriefError, match="no subscription 1"):
        await send(desk)
    assert await desk.store.deliveries.dismiss(HERE, 1) == 0
    await desk.pass_time(60)
    assert desk.poster.payloads() == []


# --- one that arrives after all -----------------------------------------------------------------


class Stopped:
    """An outbox of a process that is stopped while it sends, with the clock as it last saw it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._clock = FakeClock(desk.clock.now())
        self._thaw = asyncio.Event()
        outbox = Outbox(desk.store, {PLATFORM: desk.poster}, self._clock)
        self._delivering = asyncio.create_task(outbox.deliver())

    @classmethod
    async def while_sending(cls, desk: Desk) -> Stopped:
        """One that has a message on its way, or had nothing to send."""
        sends = len(desk.poster.sent)
        stopped = cls(desk)
        desk.poster.waiting = stopped._thaw
        reached = asyncio.create_task(desk.poster.reached(sends + 1))
        await asyncio.wait({reached, stopped._delivering}, return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        desk.poster.waiting = None
        return stopped

    async def wake(self) -> None:
        passed = self._desk.clock.now() - self._clock.now()
        self._clock.advance(seconds=passed.total_seconds())
        self._thaw.set()
        await self._delivering


class Frozen:
    """A process stopped while its message is on the wire, and a desk that finds it and gives up.

    Nobody may look into the channel, so a person has to.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._stopped: Stopped

    async def freeze(self, *, messages: int = 2) -> None:
        desk = self.desk
        desk.writer.parts = messages
        desk.poster.can_look = False
        await due_now(desk)
        await desk.digests.plan_due()
        self._stopped = await Stopped.while_sending(desk)
        for seconds in (61, 6):
            desk.clock.advance(seconds=seconds)
            await desk.outbox.deliver()
        assert await listed(desk) == ["review"]

    async def wake(self) -> None:
        await self._stopped.wake()


@pytest.fixture
def frozen(desk: Desk) -> Frozen:
    return Frozen(desk)


@pytest.mark.parametrize("messages", [1, 3])
async def test_a_message_that_arrives_after_all_takes_the_rest_of_its_digest_along(
    frozen: Frozen, messages: int
) -> None:
    desk = frozen.desk
    await frozen.freeze(messages=messages)
    await frozen.wake()
    await desk.pass_time(60)
    assert [payload[-1] for payload in desk.poster.payloads()] == ["1", "2", "3"][:messages]
    assert await desk.states() == [("2026-03-03T09:00", "sent")]
    assert await listed(desk) == []


async def test_one_that_arrives_after_it_was_to_be_sent_again_is_not_sent_again(
    frozen: Frozen,
) -> None:
    desk = frozen.desk
    await frozen.freeze()
    assert await desk.store.deliveries.send_again(HERE, 1)
    await frozen.wake()
    await desk.pass_time(60)
    assert [payload[-1] for payload in desk.poster.payloads()] == ["1", "2"]
    assert [post.number for post in desk.poster.sent] == [1, 2]


async def test_one_that_arrives_while_it_is_sent_again_is_the_one_that_stays(
    frozen: Frozen,
) -> None:
    desk = frozen.desk
    await frozen.freeze()
    assert await desk.store.deliveries.send_again(HERE, 1)
    again = await Stopped.while_sending(desk)
    await frozen.wake()
    await again.wake()
    await desk.pass_time(1_200)
    assert [payload[-1] for payload in desk.poster.payloads()] == ["1", "2"]
    assert await desk.states() == [("2026-03-03T09:00", "sent")]


async def test_one_that_arrives_after_it_was_sent_again_is_deleted(frozen: Frozen) -> None:
    desk = frozen.desk
    await frozen.freeze()
    assert await desk.store.deliveries.send_again(HERE, 1)
    await desk.outbox.deliver()
    await frozen.wake()
    assert sorted(payload[-1] for payload in desk.poster.payloads()) == ["1", "2"]
    assert await desk.states() == [("2026-03-03T09:00", "sent")]


async def test_one_that_arrives_after_it_was_dismissed_takes_nothing_along(frozen: Frozen) -> None:
    desk = frozen.desk
    await frozen.freeze()
    assert await desk.store.deliveries.dismiss(HERE, 1) == 1
    await frozen.wake()
    await desk.pass_time(3_600)
    assert [payload[-1] for payload in desk.poster.payloads()] == ["1"]
    assert await listed(desk) == []


async def test_a_digest_of_which_a_part_arrived_goes_on_with_the_next(desk: Desk) -> None:
    """As a desk left it that did not let the rest follow."""
    desk.writer.parts = 3
    await due_now(desk)
    desk.poster.faults = [Rejected("no such channel")]
    await desk.tick()
    async with desk.store.database.write() as connection:
        await connection.execute(
            update(parts).where(parts.c.number == 1).values(state="sent", remote_id="m0")
        )
    assert await desk.store.deliveries.send_again(HERE, 1)
    await desk.pass_time(60)
    assert [payload[-1] for payload in desk.poster.payloads()] == ["2", "3"]
    assert await desk.states() == [("2026-03-03T09:00", "sent")]


# --- whatever happens ---------------------------------------------------------------------------

DOUBT = ("freeze", "61 s", "6 s")
"""What leaves a message to a person where nobody may look."""
STEPS = st.one_of(
    *(
        st.just(each)
        for each in (
            *(DOUBT, (*DOUBT, "thaw"), (*DOUBT, "send", "thaw"), (*DOUBT, "send", "freeze")),
            *(("freeze",), ("thaw",), ("lost", "tick"), ("no", "tick"), ("send",), ("dismiss",)),
            *(("tick",), ("6 s",), ("61 s",), ("hour",)),
        )
    )
)


@given(st.lists(STEPS, max_size=12).map(lambda some: [*chain(*some)]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_digest_is_always_on_its_way_or_at_an_end(steps: list[str], can_look: bool) -> None:
    asyncio.run(_go_through(steps, can_look=can_look))


async def _go_through(steps: list[str], *, can_look: bool) -> None:
    """Two desks share a channel: one freezes and thaws, the other goes on, and a person decides."""
    clock = FakeClock()
    store = await Store.open("sqlite://", clock=clock)
    frozen: list[Stopped] = []
    try:
        desk = Desk(store, clock)
        desk.writer.parts, desk.poster.can_look = 3, can_look
        await subscribe(store, clock.now())
        clock.advance(days=1)
        await desk.digests.plan_due()
        decided = False
        for step in steps:
            match step:
                case "lost":
                    desk.poster.faults = [LOST]
                case "no":
                    desk.poster.faults = [Rejected("no")]
                case "send":
                    decided |= await store.deliveries.send_again(HERE, 1)
                case "dismiss":
                    await store.deliveries.dismiss(HERE, 1)
                case "freeze":
                    frozen.append(await Stopped.while_sending(desk))
                case "thaw":
                    while frozen:
                        await frozen.pop(0).wake()
                case _:
                    clock.advance(seconds={"tick": 0, "6 s": 6, "61 s": 61, "hour": 3_600}[step])
                    await desk.outbox.deliver()
            await _is_whole(store)
        for stopped in frozen:
            await stopped.wake()
        for _ in range(60):
            clock.advance(minutes=30)
            await desk.outbox.deliver()
        await _is_whole(store, at_the_end=True)
        copies = [taken.post.number for taken in desk.poster.visible()]
        assert len(copies) == len(set(copies)) or (decided and not can_look), copies
    finally:
        await store.close()


async def _is_whole(store: Store, *, at_the_end: bool = False) -> None:
    async with store.database.read() as connection:
        rows = (await connection.execute(select(parts).order_by(parts.c.number))).all()
        digest = (await connection.execute(select(occurrences))).one()
    states = [row.state for row in rows]
    assert (digest.state == OccurrenceState.SENT) == (states == [PartState.SENT] * 3), states
    under_way = [row for row in rows if row.state not in ENDS]
    moving = [row for row in under_way if row.next_at is not None]
    if digest.state == OccurrenceState.PLANNED:
        assert len(moving) == 1, states
        assert moving == under_way[:1], states
        assert not at_the_end, states
    else:
        assert moving == [], (digest.state, states)
        listed = await store.deliveries.undelivered(HERE)
        assert digest.state == OccurrenceState.SENT or digest.dismissed or listed
