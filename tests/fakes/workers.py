"""Contained work done in the test's own process, and what may go wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

import numpy as np

from briefings.errors import ContainmentError
from briefings.model import Point, Summary

DIED = "The process working on the input died."

P = ParamSpec("P")
R = TypeVar("R")


class InlinePool:
    """A WorkerPool that calls its tasks directly; kills them when an argument holds `poison`.

    `deaths`: so many of the next workers die; those given a text that holds `deadly` always do.
    `runs` counts the calls.
    """

    def __init__(self, *, poison: bytes = b"", deadly: str = "") -> None:
        self.poison = poison
        self.deadly = deadly
        self.deaths = 0
        self.runs = 0
        self._ran = asyncio.Condition()

    async def run(self, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        async with self._ran:
            self.runs += 1
            self._ran.notify_all()
        if self.poison and any(isinstance(arg, bytes) and self.poison in arg for arg in args):
            raise ContainmentError("The input took longer than 5 s to process.", reason="time")
        if self.deaths or (self.deadly and any(self.deadly in str(arg) for arg in args)):
            self.deaths = max(self.deaths - 1, 0)
            raise ContainmentError(DIED, reason="died")
        return task(*args, **kwargs)

    async def reached(self, runs: int) -> None:
        """Wait until so many tasks were begun."""
        async with self._ran:
            await self._ran.wait_for(lambda: self.runs >= runs)

    async def close(self) -> None:
        pass


class FakeEmbedder:
    """Gives each text a vector of its own. `fails` makes it run out of memory every time.

    `batches` has the texts of each call.
    """

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.batches: list[list[str]] = []

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        self.batches.append(list(texts))
        if self.fails:
            raise ContainmentError("The input took more than 256 MB of memory.", reason="memory")
        return [_vector(text) for text in texts]


class FakeSummariser:
    """Takes the first sentence of each text for its summary; `poison` in a text stops it.

    `deaths`: so many of the next workers die; those given a text that holds `deadly` always do.
    `calls` has the number of texts of each call.
    """

    def __init__(self, *, poison: str = "", deadly: str = "") -> None:
        self.poison = poison
        self.deadly = deadly
        self.deaths = 0
        self.calls: list[int] = []

    async def summarise(self, texts: Sequence[str], *, points: int) -> list[Summary]:
        self.calls.append(len(texts))
        if self.poison and any(self.poison in text for text in texts):
            raise ContainmentError("The input took longer than 5 s to process.", reason="time")
        if self.deaths or (self.deadly and any(self.deadly in text for text in texts)):
            self.deaths = max(self.deaths - 1, 0)
            raise ContainmentError(DIED, reason="died")
        return [_first_sentence(text) for text in texts]


def _vector(text: str) -> bytes:
    numbers = np.random.default_rng(list(text.encode())).standard_normal(512)
    return (numbers / np.linalg.norm(numbers)).astype("<f2").tobytes()


def _first_sentence(text: str) -> Summary:
    end = text.find(".") + 1 or len(text)
    return Summary((Point(text[:end], 0, end),) if text else ())
