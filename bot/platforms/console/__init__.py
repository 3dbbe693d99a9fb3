"""The console: a prompt on a terminal, one answer a line on piped standard input."""

from __future__ import annotations

import sys

from bot.platforms import Host
from bot.platforms.console.inbound import answer_lines, converse
from bot.platforms.console.outbound import Screen


def enabled(settings: object) -> bool:
    """Always: it needs no token."""
    return True


async def serve(host: Host) -> int:
    """Talk on a terminal, or answer what is piped in."""
    screen = Screen.of(sys.stdout, host.zone)
    if sys.stdin.isatty() and sys.stdout.isatty():
        return await converse(host, screen)
    return await answer_lines(host, screen, sys.stdin.fileno())
