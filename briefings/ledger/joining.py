"""Things that belong together because some two of them do: connected components.

What is connected does not depend on the order in which connections are found.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


class Joined:
    """Numbers from 0 that are joined by and by; each set is known by one of its numbers."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, number: int) -> int:
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def join(self, one: int, other: int) -> None:
        one, other = self.root(one), self.root(other)
        self._above[max(one, other)] = min(one, other)

    def sets(self) -> list[list[int]]:
        """All numbers, those that were joined together, each set in ascending order."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._above)):
            found.setdefault(self.root(number), []).append(number)
        return list(found.values())


def connected(
    things: Sequence[Thing],
    day: Callable[[Thing], int],
    window: int,
    together: Callable[[Thing, Thing], bool],
) -> list[list[Thing]]:
    """Return the components of a symmetric relation that holds within a window of days only.

    Each thing is visited once and compared with those within the window that nothing has led to
    yet, so that a thousand reports of one event cost a thousand comparisons.
    """
    ordered = sorted(things, key=day)
    days = [day(thing) for thing in ordered]
    waiting = _Waiting(len(ordered))
    components = []
    for start in range(len(ordered)):
        if not waiting.take(start):
            continue
        component = [start]
        for reached in component:  # grows while it is gone through
            last = bisect_right(days, days[reached] + window)
            at = waiting.from_(bisect_left(days, days[reached] - window))
            while at < last:
                if together(ordered[reached], ordered[at]):
                    waiting.take(at)
                    component.append(at)
                at = waiting.from_(at + 1)
        components.append([ordered[at] for at in component])
    return components


class _Waiting:
    """Places from 0 of which some were taken; finds the next that was not."""

    def __init__(self, size: int) -> None:
        self._next = list(range(size + 1))

    def from_(self, place: int) -> int:
        following = self._next
        place = min(place, len(following) - 1)
        while following[place] != place:
            following[place] = following[following[place]]
            place = following[place]
        return place

    def take(self, place: int) -> bool:
        if self._next[place] != place:
            return False
        self._next[place] = place + 1
        return True
