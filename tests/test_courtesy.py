"""Letting those go first for whom somebody waits."""

from __future__ import annotations

import asyncio

from briefings import courtesy
from briefings.courtesy import Courtesy


async def test_background_work_waits_while_somebody_is_answered() -> None:
    polite, done = Courtesy(), asyncio.Event()

    async def work() -> None:
        await polite.pause()
        done.set()

    with polite.answering():
        task = asyncio.create_task(work())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not done.is_set()
    await task
    assert done.is_set()


async def test_it_goes_on_under_any_load() -> None:
    polite = Courtesy()
    with polite.answering():
        async with asyncio.timeout(20 * courtesy.AT_MOST_S):
            await polite.pause()


async def test_two_answers_end_one_after_the_other() -> None:
    polite = Courtesy()
    with polite.answering():
        with polite.answering():
            pass
        task = asyncio.create_task(polite.pause())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not task.done()
    await task
