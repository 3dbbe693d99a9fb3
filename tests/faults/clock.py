"""One clock for several processes, which the harness moves: real time plus what a file says."""

from __future__ import annotations

import asyncio
import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_OFFSETS = struct.Struct("ddd")
"""Seconds that were let pass, by which the wall clock is wrong, and to the year that is played."""
_POLL_S = 0.005


class SteeredClock:
    """A ports.Clock. `advance` lets time pass in every process that opened the same file;
    `step` makes the machine's wall clock wrong, forward or back."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_OFFSETS.size))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _OFFSETS.size)

    def now(self) -> datetime:
        passed, wrong, origin = _OFFSETS.unpack_from(self._shared)
        return datetime.now(UTC) + timedelta(seconds=passed + wrong + origin)

    def monotonic(self) -> float:
        return time.monotonic() + float(_OFFSETS.unpack_from(self._shared)[0])

    async def sleep(self, seconds: float) -> None:
        until = self.monotonic() + seconds
        while (left := until - self.monotonic()) > 0:  # noqa: ASYNC110 - another process moves it
            await asyncio.sleep(min(left, _POLL_S))

    def advance(self, *, seconds: float = 0, **more: float) -> None:
        self._add(0, timedelta(seconds=seconds, **more))

    def step(self, **difference: float) -> None:
        self._add(1, timedelta(**difference))

    def set(self, instant: datetime) -> None:
        """Play at another time; platforms do so as well."""
        self._add(2, instant - self.now())

    @property
    def elsewhere(self) -> Elsewhere:
        """The clock of a machine whose clock is right."""
        return Elsewhere(self)

    def right(self) -> datetime:
        return self.now() - timedelta(seconds=_OFFSETS.unpack_from(self._shared)[1])

    def _add(self, which: int, difference: timedelta) -> None:
        offsets = list(_OFFSETS.unpack_from(self._shared))
        offsets[which] += difference.total_seconds()
        _OFFSETS.pack_into(self._shared, 0, *offsets)


class Elsewhere:
    """The same time on a machine whose clock nobody steps: the platform's."""

    def __init__(self, clock: SteeredClock) -> None:
        self._clock = clock
        self.monotonic = clock.monotonic
        self.sleep = clock.sleep

    def now(self) -> datetime:
        return self._clock.right()
