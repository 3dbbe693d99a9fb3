"""What is done after a platform was told that its request arrived."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from traceback import walk_tb
from typing import Any

from briefings.answers import Failure

AT_ONCE = 32
"""Requests that are answered at the same time."""
WAITING = 1_000
"""Requests that may wait; beyond it the desk is drowning, and more would only come too late."""
DRAIN_S = 20
BUSY = Failure("The desk has more to do than it can.", "Try again in a minute.")
"""What is said where there is no room."""
OURS = ("bot.", "briefings.")

_log = logging.getLogger(__name__)


class Work:
    """Does some work at once, the rest in turn, and all of it before it closes.

    `start` makes a task of a request; `count` and `turn` are for one that has a task of its own,
    which its library would not wait for. `platform` is whose requests they are, for the log.
    """

    def __init__(self, platform: str, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._platform = platform
        self._turn = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> bool:
        """Begin a piece of work when it is its turn; False when there is no room for it."""
        if len(self._tasks) >= self._most:
            work.close()
            _log.warning(
                "%s asks for more than the desk can answer; a request was left", self._platform
            )
            return False
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def count(self) -> None:
        """Wait for the running task, too, before the work closes."""
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Wait for the running task's turn; False, at once, where too many wait already."""
        self.count()
        if len(self._tasks) > self._most:
            yield False
        else:
            async with self._turn:
                yield True

    async def idle(self) -> None:
        """Wait until all that was begun by now has ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self, drain_s: float = DRAIN_S) -> None:
        """Let what is under way end; what takes too long is given up."""
        loop = asyncio.get_running_loop()
        end = loop.time() + drain_s
        # What ends may have begun something more.
        while self._tasks and (left := end - loop.time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        late = tuple(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with self._turn:
                await work
        except asyncio.CancelledError:
            work.close()
            raise
        except Exception as error:
            # What it says, and its traceback, may hold the address the answer was to go to.
            why = f"{type(error).__name__} at {place(error)}"
            _log.error("a request from %s could not be answered (%s)", self._platform, why)


def place(error: BaseException) -> str:
    """The last line of ours that an error came from, as module:line."""
    found = "?"
    for frame, line in walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(OURS):
            found = f"{module}:{line}"
    return found
