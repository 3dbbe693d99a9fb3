"""Letting those go first for whom somebody waits.

One thread does everything: a poll that reads a thousand entries would keep an answer from whoever
asked. Work that nobody waits for pauses between its pieces, and waits a little while an answer is
being made.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator

AT_MOST_S = 0.25
"""How long a piece of background work waits at most: it goes on under any load."""

Pause = Callable[[], Awaitable[None]]


async def go_on() -> None:
    """A pause for work beside which there is nothing else."""


class Courtesy:
    """Knows whether somebody is being answered."""

    def __init__(self) -> None:
        self._answering = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._turn = asyncio.Lock()

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """While open, somebody waits for what is done."""
        self._answering += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def pause(self) -> None:
        """Between two pieces of work that nobody waits for; one piece goes on at a time."""
        async with self._turn:
            await asyncio.sleep(0)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AT_MOST_S):
                    await self._idle.wait()
