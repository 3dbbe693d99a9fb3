"""The feed server as the parts of the bench use it: started, advanced, stopped."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.feedserver import host
from benchmarks.meter import OF_ITS_OWN, end

ENTRIES = 30


@dataclass(frozen=True, slots=True)
class Wire:
    """A running feed server with so many feeds."""

    port: int
    feeds: int

    def urls(self) -> list[str]:
        return [f"http://{host(feed)}:{self.port}/feed" for feed in range(self.feeds)]

    def article(self) -> str:
        """The address of a page to summarise."""
        return f"http://{host(0)}:{self.port}/article"

    def advance(self) -> None:
        """One new entry in one feed of ten."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/advance", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


@contextmanager
def serving(feeds: int, *, delay_s: float = 0.0) -> Iterator[Wire]:
    """A feed server in a process of its own, gone when the block ends."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.feedserver"),
            *("--feeds", str(feeds), "--entries", str(ENTRIES), "--delay", str(delay_s)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **OF_ITS_OWN,
    )
    try:
        assert process.stdout is not None
        word, _, port = process.stdout.readline().partition(" ")
        if word != "ready":
            raise RuntimeError(f"the feed server did not start (status {process.wait(10)})")
        yield Wire(int(port), feeds)
    finally:
        end(process)
