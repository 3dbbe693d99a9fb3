"""T, C and R: clocks that leap, desks that were off, and a day of everything at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from briefings.store.engine import connect
from briefings.store.subscriptions import Subscriptions
from briefings.subscriptions import (
    Frequency,
    NewSubscription,
    Principal,
    Schedule,
    Scope,
    Slot,
    Standing,
)
from tests.faults.matrix import POSTGRESQL, SQLITE, Row
from tests.faults.plan import Act, Fault, Moment, Operation
from tests.faults.run import DAILY, WORKSPACE, Run

Play = Callable[[Run], Awaitable[None]]
SECONDS = timedelta(seconds=5)

_GAPS = (
    ("Europe/Berlin", "2026-03-29T02:30", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("America/Sao_Paulo", "2018-11-04T00:00", datetime(2018, 11, 4, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", "2026-10-04T02:00", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
)
_FOLDS = tuple(
    (zone, wall, datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=0))
    for zone, wall in (
        ("Europe/Berlin", "2026-10-25T02:30"),
        ("America/New_York", "2026-11-01T01:30"),
        ("Africa/Casablanca", "2026-02-15T02:30"),
    )
)


def _on_one_date(cases: tuple[tuple[str, str, datetime], ...]) -> Play:
    """A daily digest, watched from ten minutes before its slot for twenty hours."""

    async def play(run: Run) -> None:
        await run.start()
        for number, (zone, wall, due) in enumerate(cases):
            run.clock.set(due - timedelta(minutes=10))
            name = f"C{number}"
            at = datetime.fromisoformat(wall).time()
            run.subscribe(name, schedule=Schedule(Frequency.DAILY, at, zone))
            run.must(f"{name} 1 {wall} 1/1" in run.expected, f"{zone}: the slot is not {wall}")
            await run.settle()
            run.pause_all()
            (message,) = run.ledger.visible(name) or (None,)
            on_time = message is not None and timedelta() <= message.at - due <= SECONDS
            run.must(on_time, f"{zone}: at {message and message.at}, and not {due}")

    return play


async def _skipped_day(run: Run) -> None:
    """Samoa went to bed on Thursday and got up on Saturday."""
    run.clock.set(datetime(2011, 12, 29, 19, 30, tzinfo=UTC))  # 09:30 on Thursday, local
    run.subscribe("C1", schedule=Schedule(Frequency.DAILY, time(9), "Pacific/Apia"))
    run.expected = {"C1 1 2011-12-31T09:00 1/1"}
    await run.start()
    await run.settle(hours=26)


async def _clock_steps(run: Run) -> None:
    run.subscribe("C1")
    await run.start()
    await run.settle(hours=1)
    run.clock.step(hours=-1)
    await run.settle(hours=2)
    run.clock.step(hours=1)
    await run.settle(hours=1)
    run.must(len(run.ledger.sends()) == 1, "the slot was sent again")
    run.clock.step(days=3)
    await run.settle(hours=1)
    run.expect_digest("C1", "2026-03-05T09:00")
    run.clock.step(days=-3)
    await run.pass_time(hours=60)
    run.must(len(run.ledger.sends()) == 2, f"{len(run.ledger.sends())} messages for 2 slots")


async def _steps_mid_send(run: Run) -> None:
    """The clock steps while a message is in doubt; it still ends within the day."""
    step = (-1, 1, 72, -72)[run.variant(4)]

    async def jump() -> None:
        run.clock.step(hours=step)

    run.plan.add(Fault(Moment.ACCEPTED, Act.RESET, call=jump))
    run.subscribe("C1")
    await run.start()
    await run.settle(hours=1, enough=lambda: bool(run.ledger.messages))
    run.pause_all()
    await run.settle(hours=80)
    slots = {message.what for message in run.ledger.visible()}
    run.expected |= slots if step == 72 else set()


async def _rescheduled(run: Run) -> None:
    """C1: to 10:00 after its run of today; C2: at 08:30 from 09:00 to 08:00."""
    run.clock.set(datetime(2026, 3, 2, 8, 29, 58, tzinfo=UTC))
    run.subscribe("C2")
    await run.start()
    await run.pass_time(seconds=5)
    await _move(run, "C2", time(8))
    run.expected = {"C2 1 2026-03-02T08:00 1/1"}
    await run.settle(hours=0.3)
    run.subscribe("C1")
    await run.pass_time(hours=1)
    await _move(run, "C1", time(10))
    await run.settle(hours=12)
    sent = {message.what for message in run.ledger.messages}
    run.must(sent == run.expected, f"{sorted(sent)} on the first day")
    await run.settle(hours=26)
    run.expect_digest("C2", "2026-03-03T08:00")
    run.expect_digest("C1", "2026-03-03T10:00")


async def _move(run: Run, channel: str, at: time) -> None:
    opened = connect(run.setting.url)
    scope = Scope(run.kit.platform, WORKSPACE, channel)
    by = Principal(scope, "U1", Standing.MANAGER, ZoneInfo("UTC"))
    new = NewSubscription(("alibaba",), Schedule(Frequency.DAILY, at, "UTC"), "brief")
    wall = datetime.combine(run.clock.now().date() + timedelta(days=1), at, tzinfo=UTC)
    first = Slot(f"{wall:%Y-%m-%dT%H:%M}", wall)
    _, changed = await Subscriptions(opened, run.clock).subscribe(by, new, first, limit=20)
    run.must(changed, "the subscription was not changed but made anew")
    await opened.close()


async def _new_rules(run: Run) -> None:
    """The next slot was reckoned by zone rules that have since changed by an hour."""
    run.clock.set(datetime(2026, 3, 2, 6, tzinfo=UTC))
    run.subscribe("C1", schedule=Schedule(Frequency.DAILY, time(9), "Europe/Berlin"))
    hour = ("+1 hour", "-1 hour")[run.variant(2)]
    run.records.execute(f"UPDATE subscriptions SET next_due = datetime(next_due, '{hour}')")
    opened = connect(run.setting.url)
    moved = await Subscriptions(opened, run.clock).reschedule("of another year")
    await opened.close()
    run.must(moved == 1, f"{moved} slots were moved")
    await run.start()
    await run.settle()
    (message,) = run.ledger.visible()
    late = message.at - datetime(2026, 3, 2, 8, tzinfo=UTC)
    run.must(timedelta() <= late <= SECONDS, f"it came {late} late")


# --- catching up ----------------------------------------------------------------------------------


def _off_for_days(schedule: Schedule, newest: str, skipped: int) -> Play:
    async def play(run: Run) -> None:
        run.subscribe("C1", schedule=schedule)
        worker = await run.start()
        await run.settle(hours=0.5)
        run.revive = False
        await run.kill(worker)
        run.clock.advance(days=3, minutes=30)
        run.revive = True
        await run.settle(hours=0.4)
        run.expect_digest("C1", newest)
        states = [each.state for each in run.records.occurrences()]
        run.must(states.count("skipped") == skipped, f"{states.count('skipped')} slots skipped")
        covered = {each.covered_by for each in run.records.occurrences() if each.covered_by}
        run.must(covered == {newest}, f"covered by {sorted(covered)}")
        labelled = [message for message in run.ledger.messages if "outage" in message.payload]
        run.must(len(labelled) == 1, f"{len(labelled)} messages say what they cover")

    return play


async def _off_for_minutes(run: Run) -> None:
    run.subscribe("C1")
    run.clock.advance(minutes=10)
    booted = run.clock.now()
    await run.start()
    await run.settle()
    (message,) = run.ledger.visible()
    run.must(message.at - booted < timedelta(seconds=60), f"{message.at - booted} after the start")


async def _off_for_too_long(run: Run) -> None:
    run.subscribe("C1", schedule=Schedule(Frequency.MONTHLY, time(9), "UTC", day=2))
    run.expected.clear()
    run.clock.advance(days=8)
    await run.start()
    await run.settle()
    run.must(len(run.ledger.alerts) == 1, f"{len(run.ledger.alerts)} alerts")
    (occurrence,) = run.records.occurrences()
    run.must(occurrence.state == "skipped", f"the slot is {occurrence.state}")
    run.must(bool(occurrence.reason), "the slot was skipped without a reason")


# --- a day of everything --------------------------------------------------------------------------


async def _soak(run: Run) -> None:
    """Half of all calls go wrong, and workers die, for a day of a hundred hourly channels.

    SOAK_CHANNELS and SOAK_HOURS make it smaller.
    """
    channels = [f"C{n}" for n in range(int(os.environ.get("SOAK_CHANNELS", "100")))]
    hours = int(os.environ.get("SOAK_HOURS", "24"))
    run.timeout_s = 0.5
    run.grain_s = 20.0
    run.plan.choose = lambda operation, _channel: _any_fault(run, operation)
    run.subscribe(*channels, schedule=Schedule(Frequency.HOURLY, time(0), "UTC"))
    first = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for hour in range(hours):
        for channel in channels:
            run.expect_digest(channel, f"{first + timedelta(hours=hour):%Y-%m-%dT%H:%M}")
    for _ in range(2):
        await run.start()
    killing = asyncio.create_task(_now_and_then_kill(run))
    try:
        await run.settle(hours=hours - 0.5, within_s=600)
    finally:
        killing.cancel()
    run.pause_all()
    run.plan.clear()
    await run.settle(hours=30, within_s=120)
    given_up = {
        f"{each.channel} 1 {each.slot} 1/1"
        for each in run.records.occurrences()
        if each.state in ("failed", "review", "skipped") and (each.reason or each.covered_by)
    }
    visible = {message.what for message in run.ledger.visible()}
    run.must(len(given_up) <= len(run.expected) / 200, f"{len(given_up)} given up")
    run.expected -= given_up - visible


async def _now_and_then_kill(run: Run) -> None:
    while True:
        await asyncio.sleep(run.random.uniform(0.5, 3))
        await run.kill()


def _any_fault(run: Run, operation: Operation) -> Fault | None:
    chance = run.random
    if chance.random() < 0.5:
        return None
    if chance.random() < 0.005:
        return Fault(chance.choice((Moment.READ, Moment.ACCEPTED)), Act.HANG)
    if operation is Operation.ALERT:
        return Fault(Moment.READ, Act.ANSWER, 503)
    wait = {"Retry-After": str(chance.choice((1, 30, 120)))}
    return chance.choice(
        (
            Fault(Moment.READ, Act.RESET),
            Fault(Moment.READ, Act.CLOSE),
            Fault(Moment.READ, Act.ANSWER, chance.choice((500, 502, 503, 504))),
            Fault(Moment.READ, Act.ANSWER, 429, headers=wait),
            Fault(Moment.READ, Act.ANSWER, 429),
            Fault(Moment.ACCEPTED, Act.RESET),
            Fault(Moment.ACCEPTED, Act.CLOSE),
            Fault(Moment.ACCEPTED, Act.ANSWER, chance.choice((500, 504))),
            Fault(Moment.HEADED, Act.TRUNCATE),
            Fault(Moment.HEADED, Act.TRUNCATE, body="whole"),
        )
    )


ROWS = (
    Row("T1", _on_one_date(_GAPS)),
    Row("T2", _on_one_date(_FOLDS)),
    Row("T3", _skipped_day),
    Row("T4", _clock_steps),
    Row("T4b", _steps_mid_send, variants=4),
    Row("T5", _rescheduled),
    Row("T6", _new_rules, variants=2),
    Row("C1", _off_for_days(DAILY, "2026-03-05T09:00", 2), engines=(SQLITE, POSTGRESQL)),
    Row(
        "C2",
        _off_for_days(Schedule(Frequency.HOURLY, time(0), "UTC"), "2026-03-05T09:00", 3 * 24 - 1),
    ),
    Row("C3", _off_for_minutes),
    Row("C4", _off_for_too_long),
    Row("R1", _soak, heavy=True),
)
