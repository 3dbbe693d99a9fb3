"""How often one host is asked: one connection at a time, and a pause between requests.

A host that answers 429 or 503 is left alone for as long as it says, whichever feed or page was
asked for, and is asked half as often afterwards until it answers again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil, inf
from typing import Final

from briefings.errors import EgressError
from briefings.politeness import retry_after_s
from briefings.ports import Clock

GAP_S: Final = 1.0
"""Seconds between the end of one request to a host and the start of the next."""

LONGEST_WAIT_S: Final = 30.0
"""A host that wants to be left alone for longer is not waited for."""

_WIDEST_GAP_S: Final = 64.0
_PAUSE_S: Final = 60.0
MOST_HOSTS: Final = 4096
"""Hosts remembered; the one asked longest ago is forgotten first."""


class AskedToWait(EgressError):
    """The host was not asked: it wants to be left alone; `ids` has `retry_after_s`."""

    kind = "asked to wait"


@dataclass(slots=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    gap_s: float = GAP_S
    asked: float = -inf
    """When the last request ended, in monotonic seconds; the next two likewise."""
    page_read: float = -inf
    paused_until: float = -inf
    users: int = 0


class Pacing:
    """Gives each host one turn after the other; time is the clock's, so tests need not wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def __len__(self) -> int:
        return len(self._hosts)

    @asynccontextmanager
    async def turn(self, host: str, crawl_delay_s: float | None = None) -> AsyncIterator[None]:
        """Hold the host's only connection, once its pause is over.

        `crawl_delay_s` is None for feeds and robots.txt, and for a page what robots.txt asks for:
        it counts from page to page.

        Raises:
            AskedToWait: when the pause has more than `LONGEST_WAIT_S` to go.
        """
        state = self._state(host)
        state.users += 1
        try:
            async with state.turn:
                await self._pause(host, state, crawl_delay_s)
                try:
                    yield
                finally:
                    state.asked = self._clock.monotonic()
                    if crawl_delay_s is not None:
                        state.page_read = state.asked
        finally:
            state.users -= 1

    def heard(self, host: str, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer whether the host wants to be asked less often."""
        state = self._state(host)
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            wait_s = retry_after_s(headers, self._clock.now())
            state.paused_until = self._clock.monotonic() + (wait_s or _PAUSE_S)
            state.gap_s = min(state.gap_s * 2, _WIDEST_GAP_S)
        elif status < HTTPStatus.BAD_REQUEST:
            state.gap_s = max(state.gap_s / 2, GAP_S)

    async def _pause(self, host: str, state: _Host, crawl_delay_s: float | None) -> None:
        ready = max(
            state.asked + state.gap_s,
            state.page_read + (crawl_delay_s or 0.0),
            state.paused_until,
        )
        wait_s = ready - self._clock.monotonic()
        if wait_s > LONGEST_WAIT_S:
            raise AskedToWait(
                f"{host} asks to be left alone for now.",
                remedy=f"Try again in {_in_words(wait_s)}.",
                host=host,
                retry_after_s=ceil(wait_s),
            )
        if wait_s > 0:
            await self._clock.sleep(wait_s)

    def _state(self, host: str) -> _Host:
        if (state := self._hosts.get(host)) is not None:
            self._hosts.move_to_end(host)
            return state
        if len(self._hosts) >= MOST_HOSTS:
            idle = next((name for name, known in self._hosts.items() if not known.users), None)
            if idle is not None:
                del self._hosts[idle]
        state = self._hosts[host] = _Host()
        return state


def _in_words(seconds: float) -> str:
    minutes = ceil(seconds / 60)
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours = ceil(minutes / 60)
    return f"{hours} hour{'s' if hours > 1 else ''}"
