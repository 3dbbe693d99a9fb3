"""One run of a row: a database, a chat server, a steered clock, and workers that come and go.

    subscribe -> start workers -> settle (all idle -> leap to what is due next ...) -> check

Nothing waits: when every worker has come round with nothing left to do, the clock leaps to the
next thing the database says is due.
"""

from __future__ import annotations

import asyncio
import random
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from briefings.schedule import next_slot
from briefings.subscriptions import Frequency, Schedule, Scope
from tests.faults.checker import Verdict, Violation, Wrong, check
from tests.faults.clock import SteeredClock
from tests.faults.forkserver import Forks, Process
from tests.faults.plan import Ledger, Plan
from tests.faults.poster import PosterKit, load_kit
from tests.faults.postgres import Cluster
from tests.faults.records import PartRow, Records, soon_after
from tests.faults.wire import FaultyServer
from tests.faults.worker import Beats

START = datetime(2026, 3, 2, 8, 59, 58, tzinfo=UTC)
"""Two seconds before nine on a Monday."""
DAILY = Schedule(Frequency.DAILY, time(9), "UTC")
WORKSPACE = "W1"
PATIENCE_S = 40.0
"""Real seconds after which a run that has not settled counts as stuck."""

_FAULTS = ("could not be recorded", "stumbled", "Traceback", "unexpectedly")
_KEY = re.compile(r"\b[0-9A-Za-z]{22}\b")


@dataclass
class Worker:
    number: int
    process: Process
    what: dict[str, Any]


@dataclass
class Setting:
    """What a run gets from outside: where, on what, with which poster."""

    folder: Path
    forks: Path
    url: str
    mode: str
    seed: int
    variant: int = 0
    """Which of its variants a row is to play; any number."""
    kit: str = "tests.faults.poster:ChatKit"
    cluster: Cluster | None = None
    """The PostgreSQL server behind `url`, where the run may do with it what it likes."""


@dataclass
class Run:
    """See above; rows drive it. `expected` are the messages that have to be visible at the end."""

    setting: Setting
    kit: PosterKit
    clock: SteeredClock
    plan: Plan
    ledger: Ledger
    server: FaultyServer
    records: Records
    forks: Forks
    random: random.Random
    beats: Beats
    url: str
    expected: set[str] = field(default_factory=set)
    violations: list[Violation] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    points: dict[str, str] = field(default_factory=dict)
    messages: int = 1
    timeout_s: float = 5.0
    pace_s: float = 0.0
    filling: int = 200
    revive: bool = True
    """Whether a worker that died is started anew."""
    frozen: bool = False
    storage_fails: bool = False
    """Whether the database gives way in this run; else no worker may complain of it."""
    deaths: int = 0
    grain_s: float = 0.0
    """The least leap of the clock."""
    _verdict: Verdict | None = None

    # --- setting the scene ----------------------------------------------------------------------

    @property
    def nonce(self) -> bool:
        return self.setting.mode == "nonce"

    def variant(self, of: int) -> int:
        """Which of so many variants of its row this run plays."""
        return self.setting.variant % of

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def lead_to(self, address: str) -> None:
        """Let posters connect to another address from their next request on."""
        path = self.setting.folder / "address"
        path.with_suffix(".new").write_text(address)
        path.with_suffix(".new").rename(path)

    def subscribe(
        self, *names: str, schedule: Schedule = DAILY, workspace: str = WORKSPACE
    ) -> None:
        """Channels with a digest each, due next; it is expected to arrive."""
        now = self.clock.now()
        for name in names:
            first = next_slot(schedule, after=now)
            scope = Scope(self.kit.platform, workspace, name)
            self.records.subscribe(scope, schedule, first, now)
            self.expect_digest(name, first.wall)

    def expect_digest(self, channel: str, wall: str) -> None:
        self.expected |= {
            f"{channel} 1 {wall} {number}/{self.messages}" for number in range(1, self.messages + 1)
        }

    def pause_all(self) -> None:
        """Let no subscription have a next slot."""
        self.records.execute("UPDATE subscriptions SET next_due = NULL, next_wall = NULL")

    async def start(self, **points: str) -> Worker:
        """One more worker; `points` as in tests.faults.points, with _ for spaces."""
        number = len(self.workers)
        if points:
            self.points = {name.replace("_", " "): what for name, what in points.items()}
        what = self._what(number)
        worker = Worker(number, await self.forks.start(what), what)
        self.workers.append(worker)
        return worker

    def _what(self, number: int) -> dict[str, Any]:
        return {
            "number": number,
            "folder": str(self.setting.folder),
            "log": str(self.setting.folder / f"worker-{number}.log"),
            "url": self.url,
            "kit": self.setting.kit,
            "poster": {
                "address": str(self.setting.folder / "address"),
                "mode": self.setting.mode,
                "timeout_s": self.timeout_s,
                "pace_s": self.pace_s,
            },
            "writer": {"messages": self.messages, "filling": self.filling},
            "points": self.points,
        }

    def use(self, url: str) -> None:
        """Go on with another database from here on."""
        self.records.close()
        self.url = url
        self.records = Records(url)
        self.ledger.state_of = self.records.state_of

    # --- letting it go on -----------------------------------------------------------------------

    async def idle(self) -> None:
        """Wait until every worker that runs has come round twice; revive those that died."""
        started: dict[int, tuple[Process, int]] = {}
        while True:
            waiting = False
            for worker in self.workers:
                if not worker.process.alive:
                    if not self.revive:
                        continue
                    self.deaths += 1
                    worker.process = await self.forks.start(self._what(worker.number))
                if worker.process.stopped.is_set():
                    continue
                rounds, _ = self.beats.of(worker.number)
                process, before = started.setdefault(worker.number, (worker.process, rounds))
                if process is not worker.process:
                    started[worker.number] = (worker.process, rounds)
                    waiting = True
                elif rounds < before + 2:
                    waiting = True
            await asyncio.sleep(0.002)
            if not waiting:
                return

    async def settle(
        self,
        *,
        hours: float = 20.0,
        within_s: float = PATIENCE_S,
        enough: Callable[[], bool] = lambda: False,
    ) -> None:
        """Go on until nothing is left to do for so many hours to come, or it is `enough`."""
        until = self.clock.now() + timedelta(hours=hours)
        try:
            async with asyncio.timeout(within_s):
                while not await self._caught_up(until, enough):
                    pass
        except TimeoutError:
            self.wrong(f"not settled after {within_s:.0f} s", Wrong.STUCK)

    async def _caught_up(self, until: datetime, enough: Callable[[], bool] = lambda: False) -> bool:
        await self.idle()
        try:
            if enough():
                return True
            next_time = self.records.next_time()
        except SQLAlchemyError:
            await asyncio.sleep(0.05)
            return False
        if next_time is None or next_time > until:
            return True
        left = soon_after(next_time, self.clock.now())
        if next_time > self.clock.now():
            self.clock.advance(seconds=max(left.total_seconds(), self.grain_s))
        return False

    async def pass_time(self, **time: float) -> None:
        """Let time pass and everything be done that is due on the way."""
        until = self.clock.now() + timedelta(**time)
        async with asyncio.timeout(PATIENCE_S):
            while not await self._caught_up(until):
                pass
        left = (until - self.clock.now()).total_seconds()
        self.clock.advance(seconds=max(left, 0))
        await self.idle()

    async def until(self, condition: Callable[[], bool], what: str) -> bool:
        """Wait, in real time, for something to be so."""
        for _ in range(5000):
            if condition():
                return True
            await asyncio.sleep(0.002)
        self.wrong(f"it never came that {what}")
        return False

    async def kill(self, worker: Worker | None = None) -> None:
        """Kill a worker (any that runs) and wait until it is gone."""
        alive = [each for each in self.workers if each.process.alive]
        if worker is None and alive:
            worker = self.random.choice(alive)
        if worker is not None:
            await worker.process.kill()

    async def came_to_stop(self, worker: Worker) -> bool:
        return await self.until(worker.process.stopped.is_set, "a worker stops itself")

    def go_on(self, worker: Worker) -> None:
        worker.process.signal(signal.SIGCONT)

    def reached(self, point: str) -> bool:
        return (self.setting.folder / f"{point}.reached").exists()

    def repair_disk(self) -> None:
        for name in ("no disk", "read-only"):
            (self.setting.folder / name).unlink(missing_ok=True)

    # --- the verdict ----------------------------------------------------------------------------

    def wrong(self, text: str, wrong: Wrong = Wrong.ROW) -> None:
        self.violations.append(Violation(wrong, text))

    def must(self, condition: bool, text: str) -> None:
        """What the row of the matrix asks for beyond the general rules."""
        if not condition:
            self.wrong(text)

    def part(self, channel: str, number: int = 1) -> PartRow | None:
        """A channel's message as the database has it now."""
        found = [p for p in self.records.parts() if (p.channel, p.number) == (channel, number)]
        return found[0] if found else None

    def state(self, channel: str, number: int = 1) -> str:
        part = self.part(channel, number)
        return part.state if part else ""

    def must_reach(self, *points: str) -> None:
        for point in points:
            self.must(self.reached(point), f"nothing came to {point!r}")

    def verdict_now(self) -> None:
        """Judge while what is to be judged is still there."""
        self._verdict = self._judge()

    def verdict(self) -> Verdict:
        verdict = self._verdict or self._judge()
        complaints = [] if self.storage_fails else sorted(self._complaints())
        self.must(not complaints, f"a worker logged: {'; '.join(complaints[:3])}")
        self.must(not self.plan.pending, f"{self.plan.pending} faults never came about")
        verdict.violations += self.violations
        return verdict

    def _complaints(self) -> set[str]:
        """What workers logged that speaks of a fault of their own."""
        logs = self.setting.folder.glob("worker-*.log")
        lines = (line for log in logs for line in log.read_text().splitlines())
        return {_KEY.sub("...", line) for line in lines if any(mark in line for mark in _FAULTS)}

    def _judge(self) -> Verdict:
        return check(
            self.ledger,
            self.records.parts(),
            self.records.occurrences(),
            expected=self.expected,
            frozen=self.frozen,
        )


@asynccontextmanager
async def running(setting: Setting) -> AsyncIterator[Run]:
    """A run with its server, which leaves no process behind."""
    folder = setting.folder
    clock = SteeredClock(folder / "clock")
    clock.set(START)
    kit = load_kit(setting.kit)
    plan = Plan()
    plan.history_allowed = setting.mode != "blind"
    nonce_s = kit.nonce_s if setting.mode == "nonce" else 0
    ledger = Ledger(clock.elsewhere, nonce_s=nonce_s)
    records = Records(setting.url)
    ledger.state_of = records.state_of
    async with FaultyServer(kit.service(ledger, plan), plan, ledger) as server:
        forks = await Forks.connect(setting.forks)
        run = Run(
            setting,
            kit,
            clock,
            plan,
            ledger,
            server,
            records,
            forks,
            random.Random(setting.seed),
            Beats(folder / "beats"),
            setting.url,
        )
        run.lead_to(run.address)
        try:
            yield run
        finally:
            await forks.close()
            run.records.close()
