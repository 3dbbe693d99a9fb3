"""The rows of the fault matrix that depend on the poster, once each, with Discord's.

Whole rows, several times, with a table at the end: N=3 python -m tests.faults.test_faults_discord
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterator

import pytest

from tests.faults.checker import Verdict, Violation, Wrong
from tests.faults.matrix import ROW_LIMIT_S, SQLITE, Row, Stage, stage
from tests.faults.rows import ROWS
from tests.faults.run import Setting, running

KIT = "tests.faults.discord:DiscordKit"
DEPENDENT = (
    *("K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11"),
    *("N1", "N2", "N3", "N4", "N5", "N6", "N7"),
    *("H1", "H2", "H3", "H4", "H5", "H6", "H7"),
    *("S2", "S3", "M1", "G4", "L1"),
)
"""H5 is about Slack's codes; Discord's are H7's."""
CHOSEN = {row.id: row for row in ROWS if row.id in DEPENDENT}


CASES = [(id, mode) for id in DEPENDENT for mode in CHOSEN[id].modes]
QUICK = [
    (id, mode)
    for id, mode in CASES
    # Where the nonce says all, looking is only needed by what its time has run out for.
    if mode != "looks" or id in ("K5", "K7", "N2", "N3", "N7", "H1", "H4", "S3", "L1")
]


async def run_row(on: Stage, row: Row, mode: str, turn: int) -> Verdict:
    """Run a row once; `turn` says which of its variants."""
    assert row.play is not None
    folder = on.new_folder()
    url = await on.database(SQLITE, folder)
    setting = Setting(folder, on.forks, url, mode, turn, turn, kit=KIT)
    try:
        async with asyncio.timeout(ROW_LIMIT_S), running(setting) as run:
            await row.play(run)
            return run.verdict()
    except TimeoutError:
        return Verdict(violations=[Violation(Wrong.STUCK, f"not over after {ROW_LIMIT_S:.0f} s")])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as made:
        yield made


@pytest.mark.parametrize(("id", "mode"), QUICK, ids=[f"{id}-{mode}" for id, mode in QUICK])
def test_a_row_of_the_matrix_with_discords_poster(on: Stage, id: str, mode: str) -> None:
    verdict = asyncio.run(run_row(on, CHOSEN[id], mode, 0))
    assert [str(violation) for violation in verdict.violations] == []


async def _all(times: int, ids: list[str]) -> int:
    wrong = 0
    with stage() as made:
        for id, mode in CASES:
            if id not in ids:
                continue
            began = time.monotonic()
            verdicts = [await run_row(made, CHOSEN[id], mode, turn) for turn in range(times)]
            found = [each for verdict in verdicts for each in verdict.violations]
            sys.stdout.write(
                f"{id:<5}{mode:<6}{times:>4} runs {sum(v.delivered for v in verdicts):>5} delivered"
                f"{sum(v.count(Wrong.LOST) for v in verdicts):>4} lost"
                f"{sum(v.count(Wrong.DOUBLED, Wrong.UNEXPECTED) for v in verdicts):>4} duplicated"
                f"{sum(v.repaired for v in verdicts):>4} repaired"
                f"{sum(v.count(Wrong.STUCK) for v in verdicts):>4} stuck"
                f"{len(found):>4} violations {time.monotonic() - began:>7.1f} s\n"
            )
            for violation in found:
                sys.stdout.write(f"      {violation}\n")
            sys.stdout.flush()
            wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(DEPENDENT)
    raise SystemExit(asyncio.run(_all(int(os.environ.get("N", "1")), chosen)))
