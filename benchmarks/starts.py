"""From starting the program to its first answer, once it is set up."""

from __future__ import annotations

import statistics
import time

from benchmarks.console import console
from benchmarks.product import Installation
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting

_QUESTION = "/intel alibaba"


def run(setting: Setting) -> Findings:
    """Start, ask, and time the first bytes of the answer; the first start sets up and is apart."""
    installation = Installation.create(setting.folder / "start")
    setting.say("starting the console six times")
    first = _start(installation)
    times = sorted(_start(installation) for _ in range(5))
    median = statistics.median(times)
    return Findings(
        "start",
        [
            table(
                f"Start to first answer of {_QUESTION}, s",
                ("first start", "best of 5", "median", "worst"),
                [(f"{first:.2f}", times[0], median, times[-1])],
            )
        ],
        [Aim("start to first answer, median", median, 1.5, "s")],
        {"first_s": first, "best_s": times[0], "median_s": median, "all_s": times},
    )


def _start(installation: Installation) -> float:
    started = time.perf_counter()
    with console(installation) as program:
        program.type(_QUESTION)
        answer, first = program.answer()
        if "libaba" not in answer:
            raise RuntimeError(f"the console answered something else: {answer[:500]}")
    return first - started
