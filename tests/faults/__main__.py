"""Runs the fault matrix and prints what was lost and what was doubled.

N=20 python -m tests.faults [ROW ...]
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from tests.faults.checker import Wrong
from tests.faults.matrix import Result, Row, repeat, stage
from tests.faults.rows import ROWS

_HEAD = (
    f"{'row':<6}{'runs':>6}{'delivered':>11}{'lost':>6}{'duplicated':>12}"
    f"{'repaired':>10}{'stuck':>7}{'other':>7}{'seconds':>9}\n"
)
_OTHER = (Wrong.ORDER, Wrong.EARLY, Wrong.ROW)


async def _main(times: int, rows: list[Row]) -> int:
    write = sys.stdout.write
    write(_HEAD)
    results = []
    with stage() as on:
        for row in rows:

            def began(turn: int, row: Row = row, count: int = times) -> None:
                if sys.stderr.isatty():
                    sys.stderr.write(f"\r{row.id}: run {turn + 1} of {count} ...\033[K")
                    sys.stderr.flush()

            result = await repeat(on, row, max(1, times // 5) if row.heavy else times, began=began)
            if sys.stderr.isatty():
                sys.stderr.write("\r\033[K")
            results.append(result)
            write(_line(result))
            for violation in result.violations:
                write(f"      {violation}\n")
            sys.stdout.flush()
    total = Result("all", sum(r.runs for r in results), sum(r.seconds for r in results))
    total.verdicts = [verdict for result in results for verdict in result.verdicts]
    write(_line(total))
    return 1 if total.violations else 0


def _line(result: Result) -> str:
    delivered = sum(verdict.delivered for verdict in result.verdicts)
    repaired = sum(verdict.repaired for verdict in result.verdicts)
    return (
        f"{result.row:<6}{result.runs:>6}{delivered:>11}{result.count(Wrong.LOST):>6}"
        f"{result.count(Wrong.DOUBLED, Wrong.UNEXPECTED):>12}{repaired:>10}"
        f"{result.count(Wrong.STUCK):>7}{result.count(*_OTHER):>7}{result.seconds:>9.1f}\n"
    )


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers are stopped
    chosen = set(sys.argv[1:])
    unknown = chosen - {row.id for row in ROWS}
    if unknown:
        sys.stderr.write(f"There is no row {', '.join(sorted(unknown))}.\n")
        return 2
    rows = [row for row in ROWS if not chosen or row.id in chosen]
    return asyncio.run(_main(int(os.environ.get("N", "20")), rows))


if __name__ == "__main__":
    raise SystemExit(main())
