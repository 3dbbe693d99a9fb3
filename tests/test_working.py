"""What a platform was told was taken is done before its work closes."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.working import Work


async def test_what_ends_may_have_begun_more_and_that_is_waited_for_too() -> None:
    work, closing, known = Work("Chat"), asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def answer() -> None:
        await known.wait()
        done.append("answered")

    async def listener() -> None:
        work.count()
        await closing.wait()
        work.start(answer())

    begun = asyncio.create_task(listener())
    await asyncio.sleep(0)
    ending = asyncio.create_task(work.close())
    await asyncio.sleep(0)
    closing.set()
    await begun
    for _ in range(9):  # as many turns as closing too early would take
        await asyncio.sleep(0)
    assert not ending.done()
    known.set()
    await ending
    assert done == ["answered"]


async def test_what_takes_too_long_is_given_up() -> None:
    work = Work("Chat")
    endless = asyncio.create_task(_endless(work))
    await asyncio.sleep(0)
    await work.close(drain_s=0)
    assert endless.cancelled()


async def _endless(work: Work) -> None:
    work.count()
    await asyncio.Event().wait()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_task_is_counted_once_however_often_it_says_so(times: int) -> None:
    work = Work("Chat", at_once=1, waiting=0)

    async def alone() -> bool:
        for _ in range(times):
            work.count()
        async with work.turn() as room:
            return room

    assert await asyncio.create_task(alone())
