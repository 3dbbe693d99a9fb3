"""A running `intelbrief run` that is typed at through a pipe."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.meter import OF_ITS_OWN, end
from benchmarks.product import COMMAND, Installation

_QUIET_S = 0.3


class Console:
    """The program and its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def answer(self, timeout_s: float = 60.0) -> tuple[str, float]:
        """The next answer, and when its first bytes came (`time.perf_counter`).

        An answer ends when nothing more comes for a moment. Raises TimeoutError when none comes,
        and EOFError with what was written to stderr when the program ended without one.
        """
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        deadline = time.perf_counter() + timeout_s
        said = b""
        first = 0.0
        while True:
            wait = _QUIET_S if said else deadline - time.perf_counter()
            if not select.select([descriptor], [], [], max(0.0, wait))[0]:
                if said:
                    return said.decode(errors="replace"), first
                raise TimeoutError("the console did not answer")
            chunk = os.read(descriptor, 1 << 16)
            first = first or time.perf_counter()
            said += chunk
            if not chunk:
                if said:
                    return said.decode(errors="replace"), first
                assert self._process.stderr is not None
                raise EOFError(self._process.stderr.read()[-2000:].decode(errors="replace"))


@contextmanager
def console(installation: Installation) -> Iterator[Console]:
    """Start `intelbrief run`; it is gone when the block ends."""
    process = subprocess.Popen(
        [*COMMAND, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=installation.env,
        cwd=installation.folder,
        **OF_ITS_OWN,
    )
    try:
        yield Console(process)
    finally:
        end(process)
