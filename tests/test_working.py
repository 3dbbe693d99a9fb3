"""What a platform was told was taken is done before its work closes."""

from __future__ import annotations

import asyncio
import logging
import re

import pytest

from bot.grammar import parse
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


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        ("in ours", r"InputError at bot\.grammar:\d+"),
        ("elsewhere", r"KeyError at bot\.platforms\.working:\d+"),
    ],
)
async def test_what_fails_is_in_the_log_by_its_kind_and_place_alone(
    caplog: pytest.LogCaptureFixture, fails: str, told: str
) -> None:
    caplog.set_level(logging.DEBUG)
    address = "https://hooks.slack.com/commands/T1/123/secret"

    async def fail() -> None:
        try:
            raise OSError(address)
        except OSError as error:
            if fails == "elsewhere":
                raise KeyError(address) from error
            parse(f"sources remove {address}")

    work = Work("Chat")
    work.start(fail())
    await work.close()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert re.fullmatch(
        rf"a request from Chat could not be answered \({told}\)", record.getMessage()
    )
    assert (record.exc_info, "secret" in caplog.text) == (None, False)
