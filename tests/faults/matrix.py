"""The rows of the fault matrix and how one is run; the rows themselves lie in `rows`."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from briefings.store import Store
from tests.faults.checker import Verdict, Violation, Wrong
from tests.faults.clock import SteeredClock
from tests.faults.forkserver import fork_server
from tests.faults.postgres import Cluster, cluster
from tests.faults.run import Run, Setting, running

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ROW_LIMIT_S = 60.0
HEAVY_LIMIT_S = 900.0


@dataclass(frozen=True)
class Row:
    """A row: what is played with a run, or `alone`, without a chat server.

    `modes` None: those of the poster. `own_server`: it may stop and replace its PostgreSQL.
    """

    id: str
    play: Callable[[Run], Awaitable[None]] | None = None
    alone: Callable[[Stage, Path, str, int], Awaitable[Verdict]] | None = None
    engines: tuple[str, ...] = (SQLITE,)
    modes: tuple[str, ...] = ("looks", "nonce")
    own_server: bool = False
    variants: int = 1
    """In how many ways it differs from run to run."""
    heavy: bool = False
    """Takes long: of many runs it makes a part."""

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Engines and modes."""
        return [(engine, mode) for mode in self.modes for engine in self.engines]


@dataclass
class Result:
    row: str
    runs: int = 0
    seconds: float = 0.0
    verdicts: list[Verdict] = field(default_factory=list)

    def count(self, *kinds: Wrong) -> int:
        return sum(verdict.count(*kinds) for verdict in self.verdicts)

    @property
    def violations(self) -> list[Violation]:
        return [each for verdict in self.verdicts for each in verdict.violations]


class Stage:
    """What all runs share: the fork server, a migrated database to copy, PostgreSQL servers."""

    def __init__(self, folder: Path, forks: Path) -> None:
        self.folder = folder
        self.forks = forks
        self._exits = contextlib.ExitStack()
        self._template: Path | None = None
        self._clusters: dict[bool, Cluster] = {}
        self._numbers = 0

    def new_folder(self) -> Path:
        self._numbers += 1
        folder = self.folder / f"run-{self._numbers}"
        folder.mkdir()
        return folder

    async def database(self, engine: str, folder: Path, *, own: bool = False) -> str:
        """The address of a migrated, empty database."""
        if engine == POSTGRESQL:
            return (await self.cluster(own=own)).copy_of("migrated")
        if self._template is None:
            self._template = self.folder / "template.db"
            await _migrate(f"sqlite:///{self._template}", self.folder)
        shutil.copy(self._template, folder / "desk.db")
        return f"sqlite:///{folder / 'desk.db'}"

    async def cluster(self, *, own: bool) -> Cluster:
        if own not in self._clusters:
            made = await asyncio.to_thread(self._exits.enter_context, cluster())
            url = made.copy_of("template0")
            await _migrate(url, self.folder)
            made.rename(url, "migrated")
            self._clusters[own] = made
        return self._clusters[own]

    async def drop(self, url: str) -> None:
        for each in self._clusters.values():
            if str(each.folder) in url:
                with contextlib.suppress(Exception):
                    await asyncio.to_thread(each.drop, url)

    def close(self) -> None:
        self._exits.close()


async def _migrate(url: str, folder: Path) -> None:
    clock = SteeredClock(folder / "template-clock")
    await (await Store.open(url, clock=clock)).close()


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="intelbrief-faults-") as folder, fork_server() as forks:
        made = Stage(Path(folder), forks)
        try:
            yield made
        finally:
            made.close()


async def run_row(stage: Stage, row: Row, turn: int) -> Verdict:
    """Run a row once. `turn` numbers its repetitions: it says on which engine, in which mode and
    variant, and is the seed of what is left to chance."""
    engine, mode = row.ways[turn % len(row.ways)]
    folder = stage.new_folder()
    url = await stage.database(engine, folder, own=row.own_server)
    try:
        async with asyncio.timeout(HEAVY_LIMIT_S if row.heavy else ROW_LIMIT_S):
            if row.alone is not None:
                return await row.alone(stage, folder, url, turn)
            assert row.play is not None
            server = await stage.cluster(own=row.own_server) if engine == POSTGRESQL else None
            setting = Setting(
                folder, stage.forks, url, mode, turn, turn // len(row.ways), cluster=server
            )
            async with running(setting) as run:
                await row.play(run)
                return run.verdict()
    except TimeoutError:
        return Verdict(violations=[Violation(Wrong.STUCK, f"not over after {ROW_LIMIT_S:.0f} s")])
    finally:
        await stage.drop(url)
        shutil.rmtree(folder, ignore_errors=True)


async def repeat(
    stage: Stage, row: Row, times: int, *, began: Callable[[int], None] = lambda _: None
) -> Result:
    """Run a row so many times, through its engines and modes in turn."""
    result = Result(row.id)
    started = time.monotonic()
    for turn in range(times):
        began(turn)
        verdict = await run_row(stage, row, turn)
        where = f"{row.id} run {turn} ({', '.join(row.ways[turn % len(row.ways)])})"
        verdict.violations = [
            Violation(each.wrong, f"{where}: {each.text}") for each in verdict.violations
        ]
        result.verdicts.append(verdict)
        result.runs += 1
    result.seconds = time.monotonic() - started
    return result
