"""What several ask for at the same time is made once.

The first who asks starts it, whoever asks within the next seconds gets the same. One that fails is
forgotten, so the next who asks tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Final, Generic, TypeVar

from briefings.ports import Clock

KEPT_S: Final = 5.0

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Shared(Generic[Key, Value]):
    """Values of this moment by what they were asked for; none is older than five seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._making: dict[Key, tuple[float, asyncio.Task[Value]]] = {}
        self._under_way: set[asyncio.Task[Value]] = set()

    async def of(self, key: Key, make: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        """Return what is being made or was just made for a key, else make it.

        Whoever is cancelled while waiting leaves the others waiting.
        """
        now = self._clock.monotonic()
        if not self._fresh(key, now):
            self._making = {
                old: kept for old, kept in self._making.items() if self._fresh(old, now)
            }
            task = asyncio.create_task(make())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            self._making[key] = now, task
        return await asyncio.shield(self._making[key][1])

    def clear(self) -> None:
        """Make everything anew from here on: something was changed."""
        self._making.clear()

    async def close(self) -> None:
        """End what is being made and nobody waits for any more."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _fresh(self, key: Key, now: float) -> bool:
        if key not in self._making:
            return False
        at, task = self._making[key]
        failed = task.done() and (task.cancelled() or task.exception() is not None)
        return not failed and now - at <= KEPT_S
