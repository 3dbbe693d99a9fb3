"""How much may be asked in how much time, so that nobody keeps the desk from the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from briefings.errors import InputError
from briefings.ports import Clock
from briefings.subscriptions import Principal, Standing

REMEMBERED = 10_000
"""People and workspaces; beyond these the ones not heard of for longest are forgotten."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds: of one person, and of all of a workspace (None: no limit)."""

    person: int
    workspace: int | None
    seconds: float
    words: str


class Kind(Enum):
    """What is counted."""

    COMMAND = "command"
    SOURCE = "source"


LIMITS: Mapping[Kind, Limit] = MappingProxyType(
    {
        Kind.COMMAND: Limit(10, 60, 60, "commands in a minute"),
        Kind.SOURCE: Limit(20, None, 86_400, "new sources in a day"),
    }
)


class Rates:
    """Counts what people ask for; whoever runs the desk is not counted."""

    def __init__(self, clock: Clock, limits: Mapping[Kind, Limit] = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._times: dict[tuple[Kind, str, str, str], deque[float]] = {}

    def take(self, principal: Principal, kind: Kind) -> None:
        """Count one thing that somebody asks for.

        Raises:
            InputError: it is one too many; says how long to wait. It is not counted.
        """
        if principal.standing is Standing.OPERATOR:
            return
        limit, now = self._limits[kind], self._clock.monotonic()
        scope = principal.scope
        counted = [((kind, scope.platform, scope.workspace, principal.user), limit.person, "")]
        if limit.workspace is not None:
            everyone = (kind, scope.platform, scope.workspace, "")
            counted.append((everyone, limit.workspace, " of everybody here together"))
        for key, most, whose in counted:
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - limit.seconds:
                times.popleft()
            if len(times) >= most:
                wait = times[0] + limit.seconds - now
                raise InputError(
                    f"That is more than {most} {limit.words}{whose}.",
                    remedy=f"Try again in {_duration(wait)}.",
                    kind=kind.value,
                )
        self._count((key for key, _, _ in counted), now)

    def _count(self, keys: Iterable[tuple[Kind, str, str, str]], now: float) -> None:
        for key in keys:
            times = self._times.pop(key)
            times.append(now)
            self._times[key] = times  # the one heard of last
        while len(self._times) > REMEMBERED:
            del self._times[next(iter(self._times))]


class Recent:
    """The newest things that came in, in this process."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._ids: dict[str, None] = {}

    def is_new(self, id: str) -> bool:
        """Whether it was not brought before, as far as this process remembers."""
        if id in self._ids:
            return False
        self._ids[id] = None
        if len(self._ids) > self._remembered:
            del self._ids[next(iter(self._ids))]
        return True


def _duration(seconds: float) -> str:
    if seconds <= 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes <= 90 else f"{round(minutes / 60)} hours"
