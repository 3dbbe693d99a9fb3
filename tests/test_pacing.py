"""Turns: one connection a host at a time, pauses in between, and memory that does not grow."""

from __future__ import annotations

import asyncio

import pytest

from briefings.egress import pacing
from briefings.egress.pacing import AskedToWait, Pacing
from tests.fakes.clock import FakeClock


@pytest.fixture
def turns(clock: FakeClock) -> Pacing:
    return Pacing(clock)


async def take(turns: Pacing, host: str = "public.net", crawl_delay_s: float | None = None) -> None:
    async with turns.turn(host, crawl_delay_s):
        pass


async def test_one_connection_at_a_time_and_a_pause_after_it(
    turns: Pacing, clock: FakeClock
) -> None:
    at_once = most = 0
    began: list[float] = []

    async def request() -> None:
        nonlocal at_once, most
        async with turns.turn("public.net"):
            began.append(clock.monotonic())
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            clock.advance(seconds=0.25)
            at_once -= 1

    await asyncio.gather(*(request() for _ in range(5)))
    assert most == 1
    assert began == [0, 1.25, 2.5, 3.75, 5.0]


async def test_hosts_do_not_wait_for_each_other(turns: Pacing, clock: FakeClock) -> None:
    async with turns.turn("a.net"):
        await take(turns, "b.net")
    assert clock.slept == []


async def test_a_turn_that_fails_or_is_given_up_is_passed_on(
    turns: Pacing, clock: FakeClock
) -> None:
    with pytest.raises(RuntimeError):
        async with turns.turn("public.net"):
            raise RuntimeError
    async with turns.turn("public.net"):
        waiting = asyncio.create_task(take(turns))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await take(turns)
    assert clock.slept == [1.0, 1.0]


async def test_a_crawl_delay_counts_from_page_to_page(turns: Pacing, clock: FakeClock) -> None:
    await take(turns)
    await take(turns, crawl_delay_s=10)
    await take(turns)
    assert clock.slept == [1.0, 1.0]
    await take(turns, crawl_delay_s=10)
    assert clock.slept == [1.0, 1.0, 9.0]


async def test_a_long_crawl_delay_is_not_waited_for(turns: Pacing) -> None:
    await take(turns, crawl_delay_s=600)
    with pytest.raises(AskedToWait, match=r"Try again in 10 minutes\."):
        await take(turns, crawl_delay_s=600)
    await take(turns)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_is_too_busy_is_asked_half_as_often(
    turns: Pacing, clock: FakeClock, status: int
) -> None:
    for gap_s in (2.0, 4.0):
        await take(turns)
        turns.heard("public.net", status, {"retry-after": "60"})
        clock.advance(seconds=60)
        await take(turns)
        clock.slept.clear()
        await take(turns)
        assert clock.slept == [gap_s]
    for gap_s in (2.0, 1.0, 1.0):
        turns.heard("public.net", 200, {})
        clock.slept.clear()
        await take(turns)
        assert clock.slept == [gap_s]


@pytest.mark.parametrize("status", [200, 304, 404, 500])
async def test_other_answers_pause_nothing(turns: Pacing, clock: FakeClock, status: int) -> None:
    turns.heard("public.net", status, {"retry-after": "3600"})
    await take(turns)
    assert clock.slept == []


async def test_a_pause_of_hours_is_told_in_hours(turns: Pacing) -> None:
    turns.heard("public.net", 429, {"retry-after": "86400"})
    with pytest.raises(AskedToWait, match=r"Try again in 24 hours\."):
        await take(turns)


async def test_hosts_are_forgotten_in_the_order_they_were_asked(
    turns: Pacing, clock: FakeClock
) -> None:
    turns.heard("paused.net", 429, {"retry-after": "86400"})
    async with turns.turn("busy.net"):
        for number in range(pacing.MOST_HOSTS + 10):
            await take(turns, f"host-{number}.net")
        assert len(turns) == pacing.MOST_HOSTS
        waiting = asyncio.create_task(take(turns, "busy.net"))
        await asyncio.sleep(0)
        assert not waiting.done()
    await waiting
    await take(turns, "paused.net")
    assert clock.slept == [1.0]
