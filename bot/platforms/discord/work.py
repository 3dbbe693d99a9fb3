"""What is done after Discord was told that its interaction arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

AT_ONCE = 32
"""Interactions that are answered at the same time."""
WAITING = 1_000
"""Interactions that may wait; beyond it the desk is drowning, and more would only come too late."""
DRAIN_S = 20


class Work:
    """Lets some tasks work at once, the others in turn, all before it closes."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._tasks: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Wait for the running task's turn; False, at once, where too many wait already."""
        if len(self._tasks) >= self._most:
            yield False
            return
        if (task := asyncio.current_task()) is None:
            raise RuntimeError("no task is running")
        self._tasks.add(task)
        try:
            async with self._turn:
                yield True
        finally:
            self._tasks.discard(task)

    async def idle(self) -> None:
        """Wait until all that was begun by now has ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self, drain_s: float = DRAIN_S) -> None:
        """Let what is under way end; what takes too long is given up."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=drain_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
