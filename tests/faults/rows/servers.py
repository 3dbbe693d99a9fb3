"""D4 to D6: database servers that are killed, replaced and restored."""

from __future__ import annotations

import asyncio
import itertools
from datetime import time
from pathlib import Path

from briefings.store.backups import back_up, put_back, take_in
from briefings.store.engine import connect
from briefings.store.recovery import begin_recovery
from briefings.store.schema import ensure
from briefings.subscriptions import Frequency, Schedule
from tests.faults.matrix import POSTGRESQL, SQLITE, Row
from tests.faults.plan import Act, Fault, Moment
from tests.faults.points import STOP
from tests.faults.run import Run, Worker

HOURLY = Schedule(Frequency.HOURLY, time(0), "UTC")
AT_TEN = Schedule(Frequency.DAILY, time(10), "UTC")
_STANDBYS = itertools.count()

_POINTS = ("sending", "sent written", "ready", "planned", "answered", "send", "sent")


def stands(worker: Worker) -> bool:
    """Whether it stands still; one that was revived is another process."""
    return worker.process.stopped.is_set()


async def _postmaster_killed(run: Run) -> None:
    run.storage_fails = True
    assert run.setting.cluster is not None
    turn = run.variant(7)
    points = {_POINTS[turn], _POINTS[(turn + 1) % 7]}
    run.subscribe("C1")
    worker = await run.start(**{point.replace(" ", "_"): STOP for point in points})
    run.clock.advance(seconds=3)
    while True:
        await run.settle(enough=lambda: stands(worker))
        if not worker.process.stopped.is_set():
            break
        run.setting.cluster.kill()
        run.go_on(worker)
        await asyncio.to_thread(run.setting.cluster.start)
    run.must_reach(*points)


async def _failed_over(run: Run) -> None:
    """The standby that takes over has not heard of the last digest, which is in its channel."""
    run.storage_fails = True
    primary = run.setting.cluster
    assert primary is not None
    standby = await asyncio.to_thread(
        primary.standby, primary.folder / f"standby-{next(_STANDBYS)}"
    )
    try:
        first_of_all = run.variant(3) == 2
        if not first_of_all:
            run.subscribe("C0")
        run.subscribe("C1", schedule=AT_TEN)
        worker = await run.start()
        await run.settle(hours=0.5)
        await run.until(lambda: standby.has_replayed(primary), "the standby has caught up")
        await asyncio.to_thread(standby.cut_off)
        if run.variant(3) == 1:
            run.plan.add(Fault(Moment.ACCEPTED, Act.CLOSE, call=run.kill))
            run.revive = False
        await run.settle(hours=2, enough=lambda: not worker.process.alive)
        run.must(len(run.ledger.messages) == 2 - first_of_all, "the last digest is not there")
        await run.kill(worker)
        primary.kill()
        await asyncio.to_thread(standby.promote)
        run.use(standby.url(_database(run.url)))
        run.revive = True
        await run.settle()
        run.must(len(run.ledger.sends()) == 2 - first_of_all, "it was sent again unseen")
        run.verdict_now()
    finally:
        await run.forks.close()
        run.records.close()
        await asyncio.to_thread(standby.stop)
        await asyncio.to_thread(primary.start)


def _database(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


async def _restored(run: Run) -> None:
    """A backup from before the last two digests is put back."""
    run.storage_fails = True
    run.subscribe("C1", schedule=HOURLY)
    first_of_all = run.variant(3) == 2
    worker = await run.start()
    if not first_of_all:
        await run.settle(hours=0.5)
    backup = await _copied(run)
    if first_of_all:
        await run.settle(hours=0.5)
    await run.settle(hours=1.0)
    run.expect_digest("C1", "2026-03-02T10:00")
    if run.variant(3) == 1:
        await run.kill(worker)  # the last one was not sent: it has to be
        run.revive = False
        run.clock.advance(hours=1)
    else:
        await run.settle(hours=1.0)
        await run.kill(worker)
        run.revive = False
    run.expect_digest("C1", "2026-03-02T11:00")
    await _put_back(run, backup)
    run.revive = True
    await run.settle(hours=0.7)
    run.pause_all()
    await run.settle()
    run.must(len(run.ledger.messages) == 3, f"{len(run.ledger.messages)} messages for 3 digests")


async def _copied(run: Run) -> str:
    """A backup of the run's database as it is; its file or its name."""
    if run.records.is_sqlite:
        to = run.setting.folder / "backup.db"
        database = Path(run.setting.url.removeprefix("sqlite:///"))
        await asyncio.to_thread(back_up, database, to, run.clock.now(), lambda *_: None)
        return str(to)
    assert run.setting.cluster is not None
    run.revive = False
    await run.kill()
    run.records.close()
    name = _database(run.setting.url)
    copy = await asyncio.to_thread(run.setting.cluster.copy_of, name)
    run.revive = True
    return copy


async def _put_back(run: Run, backup: str) -> None:
    if not run.records.is_sqlite:
        run.use(backup)
        opened = connect(backup)
        await begin_recovery(opened, run.clock.now())
        await opened.close()
        return
    run.records.close()
    copy = run.setting.folder / "copy.db"
    await asyncio.to_thread(take_in, Path(backup), copy, lambda *_: None)
    opened = connect(f"sqlite:///{copy}")
    await ensure(opened)
    await begin_recovery(opened, run.clock.now())
    await opened.close()
    database = Path(run.setting.url.removeprefix("sqlite:///"))
    await asyncio.to_thread(put_back, copy, database, lambda *_: None)


ROWS = (
    Row("D4", _postmaster_killed, engines=(POSTGRESQL,), own_server=True, variants=7),
    Row("D5", _failed_over, engines=(POSTGRESQL,), own_server=True, variants=3),
    Row("D6", _restored, engines=(SQLITE, POSTGRESQL), modes=("looks",), variants=3),
)
