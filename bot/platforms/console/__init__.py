"""The console: a prompt on a terminal, one answer a line on piped standard input.

It is one channel, and whoever sits at it runs the desk. What is posted there is kept in a file.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.platforms import Host
from bot.platforms.console.inbound import NAME, answer_lines, converse
from bot.platforms.console.outbound import Screen
from bot.platforms.console.poster import ConsolePoster
from bot.platforms.console.record import Record
from bot.platforms.console.windows import Windows

__all__ = ["NAME", "enabled", "findings", "open"]


def enabled(settings: object) -> bool:
    """Always: it needs no token."""
    return True


async def findings(
    settings: object, samples: object, *, live: bool
) -> AsyncIterator[tuple[str, str, str]]:
    """There is always a console."""
    yield "OK", "console", ""


@dataclass(frozen=True, slots=True)
class _Console:
    host: Host
    screen: Screen
    poster: ConsolePoster
    windows: Windows

    async def serve(self) -> int:
        """Talk on a terminal, or answer what is piped in."""
        await self.poster.show_missed()
        if sys.stdin.isatty() and sys.stdout.isatty():
            return await converse(self.host, self.screen, self.windows.others)
        descriptor = sys.stdin.fileno()
        return await answer_lines(self.host, self.screen, descriptor, self.windows.others)


@asynccontextmanager
async def open(host: Host) -> AsyncIterator[_Console]:
    """The console of this process."""
    screen = Screen.of(sys.stdout, host.zone)
    record = Record(host.data_dir / "console.jsonl")
    windows = Windows(host.data_dir / "console.lock")
    with windows.opened():
        yield _Console(host, screen, ConsolePoster(record, screen, host.clock), windows)
