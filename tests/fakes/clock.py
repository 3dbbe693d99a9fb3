"""A clock that tests move by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning; any instant will do, but always the same one."""


class FakeClock:
    """A ports.Clock on which nobody waits: `sleep` moves time on and returns.

    `slept` lists the seconds each `sleep` asked for, in order.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._elapsed = timedelta()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds=max(seconds, 0.0))
        await asyncio.sleep(0)

    def advance(self, *, seconds: float = 0, **more: float) -> None:
        """Let time pass: seconds, or any other argument of `timedelta`."""
        self._elapsed += timedelta(seconds=seconds, **more)

    def step(self, **difference: float) -> None:
        """Set the wall clock forward or back without any time passing (`monotonic` stays)."""
        self._start += timedelta(**difference)
