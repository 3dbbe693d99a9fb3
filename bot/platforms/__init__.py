"""The chat platforms: one folder each, found by `discover`.

A platform's package offers what `Platform` asks for; its work is in `inbound` (commands coming
in), `outbound` (answers going out) and `markup` (Markdown to the platform's own form).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from briefings.answers import Answer


@dataclass(frozen=True, slots=True)
class Host:
    """What the program lends a platform.

    `ask` answers a command as typed and never raises; `names` are those of the organisations,
    each with the one it is shown under, to complete what is being typed; `greeting` says what
    this is and what to type first.
    """

    ask: Callable[[str], Coroutine[Any, Any, Answer]]
    names: Sequence[tuple[str, str]]
    data_dir: Path
    zone: tzinfo
    greeting: str


class Platform(Protocol):
    """What a folder under bot/platforms offers."""

    def enabled(self, settings: object) -> bool:
        """Whether the operator's settings ask for this platform."""

    async def serve(self, host: Host) -> int:
        """Answer until there is nothing left to answer; the exit status of the program."""


def discover() -> Iterator[Platform]:
    """Every platform there is a folder for, in the order of their names."""
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg:
            yield cast(Platform, import_module(f"{__name__}.{module.name}"))
