"""The chat platforms: one folder each, found by `discover`.

A platform's package offers what `Platform` asks for; its work is in `inbound` (commands coming
in), `outbound` (answers and digests going out) and `markup` (Markdown to the platform's own form).
"""

from __future__ import annotations

import pkgutil
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from briefings.answers import Answer
from briefings.ports import Clock, Poster, SystemClock
from briefings.query import Desk
from briefings.subscriptions import Principal


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, what it shows in words, and a title for it."""

    png: bytes = field(repr=False)
    alt: str
    title: str


async def no_picture(text: str, principal: Principal) -> Picture | None:
    """Where nothing is drawn."""
    return None


class FirstTime(Protocol):
    """Says whether an event of an id comes for the first time."""

    async def __call__(self, id: str, *, lasting: bool = True) -> bool:
        """`lasting`: remembered by all processes for a day, at the price of a write."""


@dataclass(frozen=True, slots=True)
class Host:
    """What the program lends a platform.

    `ask` answers a command as typed, on behalf of whoever typed it, and never raises; `names` are
    those of the organisations, each with the one it is shown under, to complete what is being
    typed; `greeting` says what this is and what to type first. `desk` answers what a form asks
    instead of a command. `suggest` ranks the organisations a text may mean, as (shown, command);
    `first_time` says whether an event of this id comes for the first time. `settings` are the
    operator's; a platform reads its own. `picture` draws the timeline a command asks for; None
    when it asks for none or nothing happened. It may raise, and nobody counts how often it is
    asked.
    """

    ask: Callable[[str, Principal], Coroutine[Any, Any, Answer]]
    names: Sequence[tuple[str, str]]
    data_dir: Path
    zone: ZoneInfo
    greeting: str
    desk: Desk
    suggest: Callable[[str, int], Sequence[tuple[str, str]]]
    first_time: FirstTime
    presets: Sequence[str]
    settings: Any
    database_url: str = field(repr=False)
    clock: Clock = field(default_factory=SystemClock)
    picture: Callable[[str, Principal], Awaitable[Picture | None]] = no_picture


class Connection(Protocol):
    """An open platform."""

    @property
    def poster(self) -> Poster:
        """Puts digests into the platform's channels, while it is open."""

    async def serve(self) -> int:
        """Answer until there is nothing left to answer; the exit status of the program."""


class Platform(Protocol):
    """What a folder under bot/platforms offers."""

    @property
    def NAME(self) -> str:
        """What the platform is called wherever a channel is named: `Scope.platform`."""

    def enabled(self, settings: object) -> bool:
        """Whether the operator's settings ask for this platform."""

    def findings(
        self, settings: Any, samples: Mapping[str, Answer | str], *, live: bool
    ) -> AsyncIterator[tuple[str, str, str]]:
        """What `intelbrief check` finds: "OK", "warn" or "FAIL", what it is, and the remedy.

        `samples` are answers, and digests as Markdown, to try by their names; `live`: the
        platform may be asked to judge them, without anything being posted.
        """

    def open(self, host: Host) -> AbstractAsyncContextManager[Connection]:
        """Connect to the platform, and leave it at the end.

        Raises on entry:
            IntelbriefError: when it cannot be used as it is set up.
        """


def discover() -> Iterator[Platform]:
    """Every platform there is a folder for, in the order of their names."""
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg:
            yield cast(Platform, import_module(f"{__name__}.{module.name}"))
