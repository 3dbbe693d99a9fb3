"""The bench: what intelbrief costs, beside yardsticks measured in the same run.

    python -m benchmarks [poll] [query] [digests] [slack] [discord] [summaries] [ledger] [start]
                         [memory] [--small]

Nothing here fails on a figure; everything runs on loopback and in a temporary folder.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import (
    digests,
    discord,
    ledger,
    memory,
    polls,
    queries,
    report,
    slack,
    starts,
    summaries,
)
from benchmarks.report import Findings
from benchmarks.setting import Setting

PARTS: dict[str, Callable[[Setting], Findings]] = {
    "poll": polls.run,
    "query": queries.run,
    "digests": digests.run,
    "slack": slack.run,
    "discord": discord.run,
    "summaries": summaries.run,
    "ledger": ledger.run,
    "start": starts.run,
    "memory": memory.run,
}

_WIDTH = 110
"""Columns where the output is no terminal."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--small", action="store_true", help="a tenth of the work: a quick look")
    chosen = parser.parse_args()
    if unknown := [name for name in chosen.parts if name not in PARTS]:
        parser.error(f"no part is called {unknown[0]}; there are {', '.join(PARTS)}")
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    started = time.monotonic()

    def say(what: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:5.0f} s  {what}[/dim]", highlight=False)

    facts = report.machine()
    console.print(
        f"intelbrief bench on {facts['cores']} cores, Python {facts['python']}, "
        f"SQLite {facts['sqlite']}, load {facts['load_before']}"
    )
    missed = []
    try:
        for name in chosen.parts or PARTS:
            with tempfile.TemporaryDirectory(prefix="intelbrief-bench-") as folder:
                findings = PARTS[name](Setting(Path(folder), chosen.small, say))
            report.show(console, findings)
            written = report.write(findings, facts, small=chosen.small)
            say(f"written: benchmarks/results/{written.name}")
            missed += [aim.what for aim in findings.aims if not aim.met]
    except KeyboardInterrupt:
        console.print("stopped")
        return 130
    console.print(f"\n{time.monotonic() - started:.0f} s in all; ", end="")
    console.print(f"missed: {'; '.join(missed)}" if missed else "every aim met")
    return 0


if __name__ == "__main__":
    sys.exit(main())
