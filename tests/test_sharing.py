"""What several ask for at once is made once, and never given when it is old."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from briefings.sharing import KEPT_S, Shared
from tests.fakes.clock import FakeClock


@dataclass
class Kitchen:
    """Makes one numbered dish after the other, each as soon as it may."""

    may: asyncio.Event = field(default_factory=asyncio.Event)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    burns: bool = False
    made: int = 0

    async def cook(self) -> int:
        self.made += 1
        self.began.set()
        number = self.made
        await self.may.wait()
        if self.burns:
            raise RuntimeError(f"dish {number} burnt")
        return number


@pytest.fixture
def kitchen() -> Kitchen:
    kitchen = Kitchen()
    kitchen.may.set()
    return kitchen


async def test_those_who_ask_at_once_get_the_same(clock: FakeClock) -> None:
    kitchen, shared = Kitchen(), Shared[str, int](clock)
    asking = [asyncio.create_task(shared.of("soup", kitchen.cook)) for _ in range(5)]
    await asyncio.sleep(0)
    kitchen.may.set()
    assert await asyncio.gather(*asking) == [1] * 5


async def test_who_asks_for_something_else_gets_that(clock: FakeClock, kitchen: Kitchen) -> None:
    shared = Shared[str, int](clock)
    assert [await shared.of(dish, kitchen.cook) for dish in ("soup", "cake", "soup")] == [1, 2, 1]


async def test_nothing_is_kept_longer_than_it_may_be(clock: FakeClock, kitchen: Kitchen) -> None:
    shared = Shared[str, int](clock)
    assert await shared.of("soup", kitchen.cook) == 1
    clock.advance(seconds=KEPT_S)
    assert await shared.of("soup", kitchen.cook) == 1
    clock.advance(seconds=0.1)
    assert await shared.of("soup", kitchen.cook) == 2


async def test_after_a_change_all_is_made_anew(clock: FakeClock, kitchen: Kitchen) -> None:
    shared = Shared[str, int](clock)
    await shared.of("soup", kitchen.cook)
    shared.clear()
    assert await shared.of("soup", kitchen.cook) == 2


async def test_a_failure_is_told_to_all_who_wait_and_not_kept(
    clock: FakeClock, kitchen: Kitchen
) -> None:
    shared = Shared[str, int](clock)
    kitchen.burns = True
    asking = (shared.of("soup", kitchen.cook) for _ in range(3))
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(each) for each in told] == ["dish 1 burnt"] * 3
    kitchen.burns = False
    assert await shared.of("soup", kitchen.cook) == 2


async def test_who_gives_up_waiting_takes_nothing_from_the_others(clock: FakeClock) -> None:
    kitchen, shared = Kitchen(), Shared[str, int](clock)
    impatient, patient = (asyncio.create_task(shared.of("soup", kitchen.cook)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    kitchen.may.set()
    assert await patient == 1
    assert impatient.cancelled()


async def test_what_nobody_waits_for_any_more_ends_with_the_desk(clock: FakeClock) -> None:
    kitchen, shared = Kitchen(), Shared[str, int](clock)
    before = asyncio.all_tasks()
    impatient = asyncio.create_task(shared.of("soup", kitchen.cook))
    await kitchen.began.wait()
    impatient.cancel()
    shared.clear()
    await shared.close()
    await asyncio.gather(impatient, return_exceptions=True)
    assert asyncio.all_tasks() == before
