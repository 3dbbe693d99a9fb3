"""Measures a program and everything it starts, task by task: CPU time, peak memory, wall time.

The program runs all along and does a task for each line it is given, as a desk that polls all day
does; so what a task costs is told from what starting the program costs. CPU time is what its living
processes have used, and those they have waited for. Memory is the proportional set size (PSS:
pages that processes share are divided among them), sampled 20 times a second. Linux only.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

OF_ITS_OWN: dict[str, Any] = {"start_new_session": True}
"""How every process of the bench is started: Ctrl-C goes to the bench alone, which ends them."""
_SAMPLES_PER_SECOND = 20
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of a process tree in megabytes (2**20 bytes), and how many processes it has."""

    pss_mb: float
    rss_mb: float
    processes: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a task cost: seconds, and the most memory and processes there were at once."""

    wall_s: float
    cpu_s: float
    peak_pss_mb: float
    peak_rss_mb: float
    processes: int


@dataclass(frozen=True, slots=True)
class Done:
    """A task that was done: what it cost and what the program said of it."""

    cost: Cost
    said: str


class Metered:
    """A running program that answers each line with one line; `start` is its start."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.start = self._measure()

    def ask(self, task: str) -> Done:
        """Have a task done and measure it. Raises RuntimeError when the program ends instead."""
        return self._measure(task)

    def _measure(self, task: str = "") -> Done:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        used = _cpu_s(self._process.pid) if task else 0.0
        with _peak(self._process.pid) as peak:
            started = time.perf_counter()
            if task:
                self._process.stdin.write(f"{task}\n")
                self._process.stdin.flush()
            said = self._process.stdout.readline()
            wall_s = time.perf_counter() - started
        if not said:
            raise RuntimeError(f"a program being measured ended with {self._process.wait(10)}")
        cpu_s = _cpu_s(self._process.pid) - used
        return Done(
            Cost(wall_s, cpu_s, peak.pss_mb, peak.rss_mb, peak.processes),
            said.strip(),
        )


@contextmanager
def metered(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[Metered]:
    """Start a program that prints a line when it is ready; it is gone when the block ends."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        cwd=cwd,
        **OF_ITS_OWN,
    )
    try:
        yield Metered(process)
    finally:
        end(process)


def end(process: subprocess.Popen[Any], *, grace_s: float = 10.0) -> None:
    """Close the pipes of a process that was started here, ask it to stop, then make it."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    for stop in (process.terminate, process.kill):
        if process.poll() is None:
            stop()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace_s)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def memory(pid: int) -> Memory:
    """The memory of a process and its descendants."""
    pss = rss = count = 0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error, FileNotFoundError, ProcessLookupError):
            own_pss, own_rss = _memory(process)
            pss, rss, count = pss + own_pss, rss + own_rss, count + 1
    return Memory(pss / _MB, rss / _MB, count)


def _memory(process: psutil.Process) -> tuple[int, int]:
    """PSS and RSS of one process in bytes; a process that may not be looked into counts its RSS."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]
    except PermissionError:
        resident = process.memory_info().rss
        return resident, resident
    sizes = {name: size for name, size, *_ in map(str.split, lines)}
    return int(sizes["Pss:"]) * 1024, int(sizes["Rss:"]) * 1024


def _cpu_s(pid: int) -> float:
    total = 0.0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _tree(pid: int) -> list[psutil.Process]:
    """The process and its descendants, those that are still there."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


class _Sampler(threading.Thread):
    """Keeps the largest memory seen of a process tree until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._stop_now = threading.Event()
        self.pss_mb = self.rss_mb = 0.0
        self.processes = 0

    def run(self) -> None:
        while True:
            now = memory(self._pid)
            self.pss_mb = max(self.pss_mb, now.pss_mb)
            self.rss_mb = max(self.rss_mb, now.rss_mb)
            self.processes = max(self.processes, now.processes)
            if self._stop_now.wait(1 / _SAMPLES_PER_SECOND):
                return

    def stop(self) -> None:
        self._stop_now.set()
        self.join()


@contextmanager
def _peak(pid: int) -> Iterator[_Sampler]:
    sampler = _Sampler(pid)
    sampler.start()
    try:
        yield sampler
    finally:
        sampler.stop()
