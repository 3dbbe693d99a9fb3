"""What goes on while a program is asked: CPU, memory, and how far its poll is."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from benchmarks.meter import memory

_EVERY_S = 2.0
_POLLED = (
    "SELECT count(checked_at), count(*), (SELECT count(*) FROM articles) FROM sources WHERE enabled"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen. `cores`: CPU seconds a second of each; "others" have nothing to do with it.

    `polling_s`: until when feeds were polled.
    """

    cores: Mapping[str, float]
    feeds_polled: int
    feeds_left: int
    polling_s: float
    articles: int
    peak_pss_mb: float
    peak_rss_mb: float
    seconds: float

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    cpu_s: Mapping[str, float]
    polled: int
    left: int
    articles: int
    pss_mb: float
    rss_mb: float


class Watch:
    """Looks every two seconds while it is open. `pids`: "product", and others by name."""

    def __init__(self, pids: Mapping[str, int], database: Path) -> None:
        self._pids = pids
        self._database = database
        self._samples: list[_Sample] = []

    async def __aenter__(self) -> Watch:
        await self._look()
        self._looking = asyncio.create_task(self._keep_looking())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._looking
        await self._look()

    def found(self) -> Watched:
        first, last = self._samples[0], self._samples[-1]
        seconds = last.at - first.at
        grew = [now for then, now in pairwise(self._samples) if now.polled > then.polled]
        return Watched(
            {who: (last.cpu_s[who] - first.cpu_s[who]) / seconds for who in first.cpu_s},
            last.polled - first.polled,
            last.left,
            grew[-1].at - first.at if grew else 0.0,
            last.articles,
            max(sample.pss_mb for sample in self._samples),
            max(sample.rss_mb for sample in self._samples),
            seconds,
        )

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await self._look()

    async def _look(self) -> None:
        self._samples.append(await asyncio.to_thread(self._sample))

    def _sample(self) -> _Sample:
        cpu = {who: _cpu_s(psutil.Process(pid)) for who, pid in self._pids.items()}
        workers = psutil.Process(self._pids["product"]).children(recursive=True)
        cpu["workers"] = sum(_cpu_s(worker) for worker in workers)
        everything = psutil.cpu_times()
        busy = sum(everything) - everything.idle - everything.iowait - everything.guest
        bench = psutil.Process()
        ours = sum(_cpu_s(each) for each in (bench, *bench.children(recursive=True)))
        cpu["others"] = busy - ours
        done, all_feeds, articles = polled(self._database)
        used = memory(self._pids["product"])
        return _Sample(
            time.monotonic(), cpu, done, all_feeds - done, articles, used.pss_mb, used.rss_mb
        )


def polled(database: Path) -> tuple[int, int, int]:
    """Feeds that were polled at least once, all feeds, and articles."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        done, feeds, articles = connection.execute(_POLLED).fetchone()
        return int(done), int(feeds), int(articles)
    finally:
        connection.close()


def _cpu_s(process: psutil.Process) -> float:
    """What one process has used; one that is gone, nothing."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
