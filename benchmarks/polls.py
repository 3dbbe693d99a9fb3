"""What polling feeds costs: intelbrief, the bare pipeline and `reader`, on the same feeds.

Each program is started, polls the same server three times (cold, all unchanged, and one entry new
in one feed of ten), and is measured with everything it starts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.meter import Cost, Done, Metered, metered
from benchmarks.product import Installation
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting
from benchmarks.wire import ENTRIES, Wire, serving

START = "start"
WORKERS = "workers"
COLD, UNCHANGED, NEWS = "cold", "unchanged", "one in ten new"
POLLS = (COLD, UNCHANGED, NEWS)
SUMMARIES = "summaries after cold"
_HOURS_BETWEEN = 48
_FEW = 100
_ROUNDS_OF_FEW = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a program did: its cost, the size of the database after it, what it said."""

    cost: Cost
    database_mb: float
    said: str


@dataclass(frozen=True, slots=True)
class Program:
    """A running program that polls: how to ask it for each poll, and where its database is."""

    meter: Metered
    database: Path
    command: Callable[[], str]

    def step(self, done: Done) -> Step:
        """What was just done, with the size of the database and of its write-ahead log."""
        files = self.database.parent.glob(f"{self.database.name}*")
        return Step(done.cost, sum(file.stat().st_size for file in files) / 2**20, done.said)

    def poll(self) -> Step:
        return self.step(self.meter.ask(self.command()))


@contextmanager
def _intelbrief(folder: Path, wire: Wire) -> Iterator[Program]:
    """The product, each poll on a clock days after the one before, so that every feed is due."""
    installation = Installation.create(folder / "intelbrief", wire.urls())
    installation.set_up()
    command = (sys.executable, "-m", "benchmarks.product")
    hours = count(0, _HOURS_BETWEEN)
    with metered(command, env=installation.env, cwd=installation.folder) as meter:
        yield Program(meter, installation.database, lambda: f"poll {next(hours)}")


@contextmanager
def _yardstick(name: str, folder: Path, wire: Wire) -> Iterator[Program]:
    database, feeds = folder / f"{name}.sqlite", folder / f"{name}-feeds.txt"
    feeds.write_text("\n".join(wire.urls()))
    command = (sys.executable, "-m", "benchmarks.yardsticks", name, str(database), str(feeds))
    with metered(command) as meter:
        yield Program(meter, database, lambda: "poll")


Starter = Callable[[Path, Wire], AbstractContextManager[Program]]
PROGRAMS: dict[str, Starter] = {
    "intelbrief": _intelbrief,
    "bare": lambda folder, wire: _yardstick("bare", folder, wire),
    "reader": lambda folder, wire: _yardstick("reader", folder, wire),
}


def run(setting: Setting) -> Findings:
    """Poll with all three, and ours over fewer feeds too, to see whether a feed costs the same."""
    many = setting.size(1_000, 200)
    few = _measure(setting, _FEW, {"intelbrief": _intelbrief})["intelbrief"]
    found = _measure(setting, many, PROGRAMS)
    ours, readers = found["intelbrief"], found["reader"]
    a_feed = {
        poll: (few[poll].cost.cpu_s * 1000 / _FEW, ours[poll].cost.cpu_s * 1000 / many)
        for poll in POLLS
    }
    beside = {poll: ours[poll].cost.cpu_s / readers[poll].cost.cpu_s for poll in POLLS}
    beside[COLD] += ours[WORKERS].cost.cpu_s / readers[COLD].cost.cpu_s
    aims = [
        Aim("cold, workers included: CPU beside reader's", beside[COLD], 0.6, "times"),
        Aim("unchanged: CPU a feed", a_feed[UNCHANGED][1], 1.5, "ms"),
        Aim("one in ten new: CPU beside reader's", beside[NEWS], 0.6, "times"),
        *(
            Aim(f"{poll}: CPU a feed, {many:,} feeds beside {_FEW}", b / a, 1.2, "times")
            for poll, (a, b) in a_feed.items()
        ),
    ]
    return Findings(
        "poll",
        [
            table(
                f"{many:,} feeds of {ENTRIES} entries",
                ("", "program", "CPU s", "wall s", "feeds/s", "entries/s", "peak MB", "DB MB"),
                list(_rows(found, many)),
            ),
            table(
                "intelbrief: CPU ms a feed",
                ("", f"{_FEW} feeds", f"{many:,} feeds", "ratio"),
                [(poll, a, b, b / a) for poll, (a, b) in a_feed.items()],
            ),
        ],
        aims,
        {
            "feeds": many,
            "entries_a_feed": ENTRIES,
            "programs": {name: _plain(steps) for name, steps in found.items()},
            "few": {"feeds": _FEW, "intelbrief": _plain(few)},
        },
    )


def _measure(
    setting: Setting, feeds: int, programs: dict[str, Starter]
) -> dict[str, dict[str, Step]]:
    """Every poll by every program, one after the other; ours summarises after its first."""
    folder = setting.folder / str(feeds)
    folder.mkdir()
    setting.say(f"generating {feeds:,} feeds of {ENTRIES} entries")
    found: dict[str, dict[str, list[Step]]] = {name: {} for name in programs}
    with ExitStack() as stack:
        wire = stack.enter_context(serving(feeds))
        running = {
            name: stack.enter_context(start(folder, wire)) for name, start in programs.items()
        }
        for name, program in running.items():
            found[name][START] = [program.step(program.meter.start)]
            if name == "intelbrief":
                found[name][WORKERS] = [program.step(program.meter.ask("workers"))]
        for poll in POLLS:
            # A poll of few feeds takes less than the clock tick CPU time is counted in.
            rounds = _ROUNDS_OF_FEW if feeds == _FEW and poll != COLD else 1
            for turn in range(rounds):
                if poll == NEWS:
                    wire.advance()
                for name, program in running.items():
                    if turn == 0:
                        setting.say(f"{feeds:,} feeds, {poll}: {name}")
                    step = program.poll()
                    found[name].setdefault(poll, []).append(step)
                    if name == "intelbrief":
                        _check(step, poll, feeds)
                    if name == "intelbrief" and poll == COLD:
                        found[name][SUMMARIES] = [program.step(program.meter.ask("summarise"))]
    return {
        name: {what: _mean(steps) for what, steps in done.items()} for name, done in found.items()
    }


def _mean(steps: Sequence[Step]) -> Step:
    """The last of several steps, with the mean of their CPU and wall times."""
    last = steps[-1]
    cpu_s = sum(step.cost.cpu_s for step in steps) / len(steps)
    wall_s = sum(step.cost.wall_s for step in steps) / len(steps)
    return replace(last, cost=replace(last.cost, cpu_s=cpu_s, wall_s=wall_s))


def _check(step: Step, poll: str, feeds: int) -> None:
    """A poll that did not bring what it should says nothing about speed."""
    expected = {COLD: feeds * ENTRIES, UNCHANGED: 0, NEWS: feeds // 10}[poll]
    said = json.loads(step.said)
    if said["new"] != expected or said["asked"] != feeds or said["failed"]:
        raise RuntimeError(f"{poll}: {expected:,} new entries were expected: {step.said}")


def _rows(found: dict[str, dict[str, Step]], feeds: int) -> Iterator[tuple[object, ...]]:
    entries = {COLD: feeds * ENTRIES, NEWS: feeds // 10}
    for what in (START, WORKERS, *POLLS, SUMMARIES):
        for name, steps in found.items():
            if step := steps.get(what):
                cost = step.cost
                yield (
                    what if name == "intelbrief" else "",
                    name,
                    cost.cpu_s,
                    cost.wall_s,
                    feeds / cost.wall_s if what in POLLS else "",
                    entries[what] / cost.wall_s if what in entries else "",
                    cost.peak_pss_mb,
                    step.database_mb,
                )


def _plain(steps: dict[str, Step]) -> dict[str, Any]:
    return {
        what: asdict(step.cost) | {"database_mb": step.database_mb, "said": json.loads(step.said)}
        for what, step in steps.items()
        if what != START
    } | {START: asdict(steps[START].cost)}
