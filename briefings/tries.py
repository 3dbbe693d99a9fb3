"""Texts that a worker died with: once more in a fresh one, and then again later.

A worker dies of the text it was given, or because the machine ran out of memory or the whole desk
was told to stop. Which it was cannot be seen, so nothing is lost at the first death, and no text
comes for ever: a death in a fresh worker, too, counts as a try, and each is later than the last.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Final, TypeVar

from briefings.errors import ContainmentError
from briefings.ports import Clock, SystemClock

WAITS_S: Final = (60.0, 600.0, 3600.0)
"""How long after each try the next one is; there is none after as many as these and one."""
REMEMBERED: Final = 1000
"""Texts; of more than these the oldest would be tried as if they were new."""

T = TypeVar("T")


def died(error: ContainmentError) -> bool:
    """Tell whether a worker was found dead, rather than stopped for its time or memory."""
    return error.ids.get("reason") == "died"


async def once_more(run: Callable[[], Awaitable[T]]) -> T:
    """What `run` gives back; run again, in a fresh worker, where the first died.

    Raises:
        ContainmentError: the worker was stopped, or the second died as well.
    """
    try:
        return await run()
    except ContainmentError as error:
        if not died(error):
            raise
    return await run()


@dataclass(frozen=True, slots=True)
class Tries:
    """Remembers which articles workers died with, by number, for as long as the process lives."""

    clock: Clock = field(default_factory=SystemClock)
    _failed: dict[int, tuple[int, float]] = field(default_factory=dict)

    def waiting(self) -> Collection[int]:
        """The articles whose next try is yet to come."""
        now = self.clock.monotonic()
        return {article for article, (_, again) in self._failed.items() if now < again}

    def failed(self, article: int) -> bool:
        """Count a try; whether there is to be another."""
        count, _ = self._failed.pop(article, (0, 0.0))
        if count >= len(WAITS_S):
            return False
        if len(self._failed) >= REMEMBERED:
            del self._failed[next(iter(self._failed))]
        self._failed[article] = count + 1, self.clock.monotonic() + WAITS_S[count]
        return True

    def succeeded(self, article: int) -> None:
        """Forget what went wrong with an article."""
        self._failed.pop(article, None)
