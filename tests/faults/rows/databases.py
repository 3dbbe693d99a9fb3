"""D, M, K12 and I: databases that give way, are copied back, and are shared."""

from __future__ import annotations

import asyncio
import itertools
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import time
from pathlib import Path

from sqlalchemy import column, func, insert, select, table

from briefings.store.engine import connect
from briefings.store.inbox import Inbox
from briefings.store.schema import CURRENT, Schema, ensure
from briefings.store.tables import inbound, metadata, templates
from briefings.subscriptions import Frequency, Schedule
from tests.faults.checker import Verdict, Violation, Wrong
from tests.faults.clock import SteeredClock
from tests.faults.forkserver import Forks
from tests.faults.matrix import POSTGRESQL, SQLITE, Row, Stage
from tests.faults.plan import Fault, Moment
from tests.faults.points import NO_DISK, READ_ONLY
from tests.faults.run import Run

BOTH = (SQLITE, POSTGRESQL)
HOURLY = Schedule(Frequency.HOURLY, time(0), "UTC")
AT_TEN = Schedule(Frequency.DAILY, time(10), "UTC")
_STANDBYS = itertools.count()
Play = Callable[[Run], Awaitable[None]]

# --- locks and disks ------------------------------------------------------------------------------


async def _locked(run: Run) -> None:
    """Somebody else holds SQLite's lock for longer than a statement waits for it, twice."""
    run.storage_fails = True
    run.url += "?timeout=0.2"
    path = run.setting.url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)

    async def lock() -> None:
        other.execute("BEGIN IMMEDIATE")

    run.plan.add(Fault(Moment.ACCEPTED, call=lock))
    run.subscribe("C1")
    await lock()
    worker = await run.start()
    run.clock.advance(seconds=3)
    await run.until(lambda: run.beats.of(worker.number)[1] > 0, "the lock is felt")
    run.must(not run.ledger.sends(), "something was sent that could not be written down")
    other.execute("COMMIT")
    await run.until(lambda: bool(run.ledger.messages), "the message is taken")
    await asyncio.sleep(0.5)
    other.execute("COMMIT")
    other.close()
    await run.settle()


def _disk(state: str, point: str) -> Play:
    """The disk gives way where a message becomes `state`, by a way that the run's number says."""

    async def play(run: Run) -> None:
        run.storage_fails = True
        run.subscribe("C1")
        way = run.variant(3)
        broken = {}
        if run.records.is_sqlite and way == 1:
            broken[point.replace(" ", "_")] = NO_DISK
        elif run.records.is_sqlite and way == 2:
            # It takes effect with the next transaction, so one earlier.
            broken["planned" if state == "sending" else point] = READ_ONLY
        else:
            run.records.execute(*_refusing(state, way, sqlite=run.records.is_sqlite))
        worker = await run.start(**broken)
        run.clock.advance(seconds=3)
        if state == "sending":
            await run.until(lambda: run.beats.of(worker.number)[1] > 0, "the disk is felt")
        else:
            await run.until(lambda: bool(run.ledger.messages), "the message is taken")
        await run.idle()
        run.clock.advance(seconds=61)
        await run.idle()
        accepted = len(run.ledger.sends())
        run.must(accepted == (state == "sent"), f"{accepted} messages sent on a broken disk")
        if broken:
            run.must_reach(*(name.replace("_", " ") for name in broken))
            run.repair_disk()
        else:
            on = "" if run.records.is_sqlite else " ON parts"
            run.records.execute(f"DROP TRIGGER full_disk{on}")
        await run.settle()

    return play


def _refusing(state: str, way: int, *, sqlite: bool) -> list[str]:
    """Statements after which a database cannot write down that a message is in a state."""
    if sqlite:
        return [
            f"CREATE TRIGGER full_disk BEFORE UPDATE ON parts WHEN NEW.state = '{state}' "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        ]
    code = ("53100", "58030", "25006")[way]
    return [
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$",
        "CREATE TRIGGER full_disk BEFORE UPDATE ON parts FOR EACH ROW "
        f"WHEN (NEW.state = '{state}') EXECUTE FUNCTION full_disk()",
    ]


# --- several at once ------------------------------------------------------------------------------


def _together(workers: int, kills: int) -> Play:
    async def play(run: Run) -> None:
        channels = [f"C{n}" for n in range(12)]
        run.messages = 2
        run.subscribe(*channels)
        for _ in range(workers):
            await run.start()
        settling = asyncio.create_task(run.settle(hours=30))
        for _ in range(kills):
            await asyncio.sleep(run.random.uniform(0, 0.25))
            await run.kill()
        await settling
        await run.settle(hours=4)
        for channel in channels:
            run.expect_digest(channel, "2026-03-03T09:00")

    return play


# --- without a chat -------------------------------------------------------------------------------

_OLD = Schema("0001", CURRENT.folders)


async def _migration_killed(stage: Stage, folder: Path, url: str, turn: int) -> Verdict:
    """Killed after some statement of the migration; a restart completes it, and keeps the rows."""
    verdict = Verdict()
    if url.startswith("sqlite"):
        url = f"sqlite:///{folder / 'old.db'}"
    else:
        url = (await stage.cluster(own=False)).copy_of("template0")
    old = connect(url)
    await ensure(old, _OLD)
    sources = metadata.tables["sources"]
    async with old.write() as connection:
        first_sources = table("sources", *map(column, _source(0)))
        await connection.execute(insert(first_sources), [_source(n) for n in range(50)])
    await old.close()
    forks = await Forks.connect(stage.forks)
    statements = 1 + turn * 17 % 90  # the migrations have about so many
    what = {"migrate": url, "statements": statements, "log": str(folder / "log")}
    process = await forks.start(what)
    code = await asyncio.wait_for(process.exited, 30)
    await forks.close()
    if code not in (-signal.SIGKILL, 0):
        verdict.violations.append(Violation(Wrong.ROW, f"the migration ended with {code}"))
    again = connect(url)
    await ensure(again)
    async with again.read() as connection:
        kept = await connection.scalar(select(func.count()).select_from(sources)) or 0
        await connection.execute(select(templates))
    await again.close()
    await stage.drop(url)
    if kept != 50:
        verdict.violations.append(Violation(Wrong.LOST, f"{50 - kept} rows"))
    verdict.delivered = kept
    return verdict


def _source(number: int) -> dict[str, object]:
    """A row of `sources` as its first migration made it."""
    columns = metadata.tables["sources"].columns
    row: dict[str, object] = {
        each.name: b"" if each.name == "body_hash" else 0 if _number(each.type) else "x"
        for each in columns
        if not each.nullable and each.name not in ("id", "audience")
    }
    address = f"https://feed.example/{number}"
    return row | {"defined_url": address, "url": address, "enabled": True}


def _number(type_: object) -> bool:
    return type(type_).__name__ in ("Integer", "BigInteger", "SmallInteger", "Boolean")


async def _same_event(stage: Stage, folder: Path, url: str, turn: int) -> Verdict:
    """The platform brings one event four times, to two processes; it has its effect once."""
    clock = SteeredClock(folder / "clock")
    desks = [connect(url), connect(url)]
    inboxes = [Inbox(desk, clock) for desk in desks]
    verdict = Verdict()
    id = f"Ev0{turn}"
    answers = await asyncio.gather(*(inboxes[n % 2].is_new(id) for n in range(4)))
    answers += [await Inbox(desks[0], clock).is_new(id)]
    async with desks[0].read() as connection:
        rows = await connection.scalar(select(func.count()).select_from(inbound))
    for desk in desks:
        await desk.close()
    verdict.delivered = sum(answers)
    if answers.count(True) != 1 or rows != 1:
        wrong = Wrong.DOUBLED if any(answers) else Wrong.LOST
        verdict.violations.append(Violation(wrong, f"{answers.count(True)} effects of one event"))
    return verdict


ROWS = (
    Row("K12", alone=_migration_killed, engines=BOTH, modes=("looks",), variants=4),
    Row("D1", _locked),
    Row("D2", _disk("sending", "sending statement"), engines=BOTH, variants=3),
    Row("D3", _disk("sent", "answered"), engines=BOTH, variants=3),
    Row("M1", _together(2, 0), engines=BOTH),
    Row("M2", _together(3, 4), engines=BOTH),
    Row("I1", alone=_same_event, engines=BOTH, modes=("looks",)),
    Row("I2", alone=_same_event, engines=BOTH, modes=("looks",)),
)
