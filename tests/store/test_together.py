"""Many small writes in one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from briefings.store.together import Together


async def test_those_that_come_meanwhile_make_up_the_next_batch() -> None:
    batches: list[list[int]] = []
    going = asyncio.Event()

    async def write(items: Sequence[int]) -> list[int]:
        batches.append(list(items))
        await going.wait()
        return [item * 2 for item in items]

    together = Together(write)
    tasks = [asyncio.create_task(together.do(0))]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(together.do(number)) for number in range(1, 5)]
    await asyncio.sleep(0)
    going.set()
    assert await asyncio.gather(*tasks) == [0, 2, 4, 6, 8]
    assert batches == [[0], [1, 2, 3, 4]]


async def test_a_failure_is_everybodys_of_that_batch_and_nobody_elses() -> None:
    async def write(items: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0)
        if 1 in items:
            raise ValueError("no")
        return items

    together = Together(write)
    first = asyncio.create_task(together.do(0))
    await asyncio.sleep(0)
    others = [asyncio.create_task(together.do(number)) for number in (1, 2)]
    assert await first == 0
    for task in others:
        with pytest.raises(ValueError, match="no"):
            await task
    assert await together.do(3) == 3


async def test_one_that_is_cut_off_takes_no_other_along() -> None:
    going = asyncio.Event()

    async def write(items: Sequence[int]) -> Sequence[int]:
        await going.wait()
        return items

    together = Together(write)
    cut = asyncio.create_task(together.do(1))
    await asyncio.sleep(0)
    kept = asyncio.create_task(together.do(2))
    await asyncio.sleep(0)
    cut.cancel()
    await asyncio.sleep(0)
    going.set()
    assert await kept == 2
    with pytest.raises(asyncio.CancelledError):
        await cut
