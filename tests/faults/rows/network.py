"""N, H and G: connections that break, and answers that are no message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import time, timedelta

from briefings.subscriptions import Frequency, Schedule
from tests.faults.matrix import POSTGRESQL, SQLITE, Row
from tests.faults.plan import PERMANENT, UNFIT, WHOLE_WORKSPACE, Act, Fault, Moment, Operation
from tests.faults.run import Run

CUT = (Act.RESET, Act.CLOSE)
LATER = Schedule(Frequency.DAILY, time(10), "UTC")
Play = Callable[[Run], Awaitable[None]]


def _faulted(*faults: Fault, timeout_s: float = 5.0, least_looks: int = 0) -> Play:
    """A channel for each fault, which its first message meets."""

    async def play(run: Run) -> None:
        run.timeout_s = timeout_s
        run.ledger.lag_s = (0, 20, 100)[run.variant(3)]
        channels = [f"C{n}" for n in range(len(faults))]
        for channel, fault in zip(channels, faults, strict=True):
            run.plan.add(fault, channel=channel)
        run.subscribe(*channels)
        await run.start()
        await run.settle()
        for channel in channels:
            looks = [
                asked
                for asked in run.ledger.asked
                if asked.channel == channel and asked.operation is Operation.LOOK
            ]
            if not run.nonce:
                run.must(len(looks) >= least_looks, f"{channel} was looked for {len(looks)} times")

    return play


async def _not_reachable(run: Run) -> None:
    """Nobody listens; then what listens speaks no TLS; then the name is not known."""
    run.subscribe("C1")
    await run.server.stop_listening()
    await run.start()
    await run.settle(enough=lambda: _attempts(run) == 1)
    await run.server.listen()
    run.lead_to(run.address.replace("http:", "https:"))
    await run.settle(enough=lambda: _attempts(run) == 2)
    run.lead_to("http://chat.invalid:1")
    await run.settle(enough=lambda: _attempts(run) == 3)
    run.must(run.state("C1") == "retry", f"the message is {run.state('C1')}")
    run.must(not run.ledger.sends(), "something was sent")
    run.lead_to(run.address)
    await run.settle()
    looked = [each for each in run.ledger.asked if each.operation is Operation.LOOK]
    # One look is the sweep's, as for every message that took several attempts.
    run.must(len(looked) <= 1, "a message that was certainly not taken was looked for")


def _attempts(run: Run) -> int:
    part = run.part("C1")
    return part.attempts if part and part.state == "retry" else 0


async def _cut_twice(run: Run) -> None:
    run.ledger.lag_s = (0, 20)[run.variant(2)]
    run.plan.add(Fault(Moment.ACCEPTED, Act.RESET))
    again = Operation.SEND if run.nonce else Operation.LOOK
    run.plan.add(Fault(Moment.ACCEPTED, Act.CLOSE), operation=again)
    if again is Operation.LOOK:
        # The client's library asks once more by itself where that does no harm.
        run.plan.add(Fault(Moment.HEADED, Act.TRUNCATE), operation=again)
    run.subscribe("C1")
    await run.start()
    await run.settle()


async def _down_for_hours(run: Run) -> None:
    """Six hours without a way out, from before the first attempt or from in the middle of it."""
    run.timeout_s = 1.0
    if run.variant(2):
        run.plan.add(Fault(Moment.ACCEPTED, Act.RESET, call=run.server.stop_listening))
    else:
        await run.server.stop_listening()
    run.subscribe("C1")
    await run.start()
    await run.pass_time(hours=6)
    run.must(len(run.ledger.messages) <= 1, "more than one was taken")
    await run.server.listen()
    await run.settle(hours=12)
    alerts = run.ledger.alerts
    run.must(1 <= len(alerts) <= 7, f"{len(alerts)} alerts in six hours")


# --- answers --------------------------------------------------------------------------------------


async def _asked_to_wait(run: Run) -> None:
    waits = {"C1": 1, "C2": 30, "C3": 3600}
    for channel, seconds in waits.items():
        headers = {"Retry-After": str(seconds)}
        run.plan.add(Fault(Moment.READ, Act.ANSWER, 429, headers=headers), channel=channel)
    run.subscribe("C0", *waits)
    await run.start()
    await run.settle()
    for channel, seconds in waits.items():
        first, *later = run.ledger.sends(channel)
        run.must(len(later) == 1, f"{channel} was sent to {1 + len(later)} times")
        for asked in later:
            waited = (asked.at - first.at).total_seconds()
            run.must(waited >= seconds, f"{channel}: {waited:.1f} s after a wait of {seconds}")
    (sent,) = run.ledger.sends("C0")
    at_once = sent.at - run.ledger.sends("C1")[0].at
    run.must(at_once < timedelta(seconds=2), "another channel waited as well")


async def _asked_to_wait_somehow(run: Run) -> None:
    run.plan.add(Fault(Moment.READ, Act.ANSWER, 429), channel="C1")
    page = "<html><title>Error 1015</title>You are being rate limited</html>"
    run.plan.add(Fault(Moment.READ, Act.ANSWER, 429, body=page), channel="C2")
    run.subscribe("C1", "C2")
    await run.start()
    await run.settle()
    for channel in ("C1", "C2"):
        first, second = run.ledger.sends(channel)
        waited = (second.at - first.at).total_seconds()
        run.must(48 <= waited <= 73, f"{channel}: {waited:.1f} s after a wait of unknown length")


def _refused_for_good(faults: dict[str, Fault]) -> Play:
    """A workspace for each refusal, and in each a second channel whose digest is due later."""

    async def play(run: Run) -> None:
        for name, fault in faults.items():
            run.plan.add(fault, channel=name)
            run.subscribe(name, workspace=f"W {name}")
            run.subscribe(f"other {name}", workspace=f"W {name}", schedule=LATER)
        await run.start()
        await run.settle()
        paused = run.records.paused()
        for name in faults:
            whole = name in WHOLE_WORKSPACE
            silent = (name, f"other {name}") if whole else (name,)
            run.expected = {what for what in run.expected if not what.startswith(silent)}
            run.must(run.state(name) == "failed", f"{name} is {run.state(name)}")
            run.must(len(run.ledger.sends(name)) == 1, f"{name} was sent again")
            alerts = [alert for alert in run.ledger.alerts if alert.workspace == f"W {name}"]
            run.must(len(alerts) == 1, f"{len(alerts)} alerts about {name}")
            run.must(bool(paused[name]), f"{name} goes on")
            run.must(bool(paused[f"other {name}"]) == whole, f"the workspace of {name}")
        # An address is not told twice: nothing is tried again a day later either.
        await run.pass_time(hours=24)
        for name in faults:
            run.must(len(run.ledger.sends(name)) == 1, f"{name} was sent again the next day")
        for name in set(faults) - WHOLE_WORKSPACE:
            run.expect_digest(f"other {name}", "2026-03-03T10:00")

    return play


async def _unfit(run: Run) -> None:
    refusal = Fault(Moment.READ, Act.ANSWER, 400, code=UNFIT)
    run.plan.add(refusal, channel="C1")
    run.plan.add(refusal, channel="C2", times=2)
    run.subscribe("C1", "C2")
    await run.start()
    await run.settle()
    run.expected = {what for what in run.expected if what.startswith("C1")}
    run.must(all(message.plain for message in run.ledger.messages), "it was not sent as text")
    run.must(run.state("C2") == "failed", f"C2 is {run.state('C2')}")
    run.must(len(run.ledger.sends("C2")) == 2, f"{len(run.ledger.sends('C2'))} attempts")
    run.must(len(run.ledger.alerts) == 1, f"{len(run.ledger.alerts)} alerts")


async def _blind(run: Run) -> None:
    """No right to look: what is in doubt is left to a person, and said."""
    run.plan.add(Fault(Moment.ACCEPTED, Act.RESET), channel="C1")
    run.plan.add(Fault(Moment.READ, Act.RESET), channel="C2")
    run.subscribe("C1", "C2", "C3")
    await run.start()
    await run.settle()
    run.expected = {what for what in run.expected if not what.startswith("C2")}
    for channel in ("C1", "C2"):
        run.must(run.state(channel) == "review", f"{channel} is {run.state(channel)}")
        run.must(len(run.ledger.sends(channel)) == 1, f"{channel} was sent again")
    run.must(len(run.ledger.alerts) == 2, f"{len(run.ledger.alerts)} alerts")


async def _history_behind(run: Run) -> None:
    """A history five minutes behind makes a double; the sweep takes it away."""
    run.ledger.lag_s = 300
    run.plan.add(Fault(Moment.ACCEPTED, Act.RESET))
    run.subscribe("C1")
    await run.start()
    await run.settle()
    deleted = [message for message in run.ledger.messages if not message.visible]
    run.must(len(deleted) == 1, f"{len(deleted)} copies were deleted")
    run.must(sum(part.repaired for part in run.records.parts()) == 1, "the repair is not counted")


def _status(moment: Moment, *statuses: int) -> list[Fault]:
    return [Fault(moment, Act.ANSWER, status) for status in statuses]


_CODES = {code: Fault(Moment.READ, Act.ANSWER, code=code) for code in PERMANENT}
_STATUSES = {
    code: Fault(Moment.READ, Act.ANSWER, status, code=code)
    for status, code in (
        (403, "restricted_action"),
        (404, "channel_not_found"),
        (401, "invalid_auth"),
    )
}

ROWS = (
    Row("N1", _not_reachable),
    Row(
        "N2",
        _faulted(
            *(Fault(Moment.READ, act) for act in CUT),
            Fault(Moment.ARRIVED, Act.RESET),
            Fault(Moment.HALF, Act.RESET),
            least_looks=3,
        ),
    ),
    Row(
        "N3",
        _faulted(
            *(Fault(Moment.ACCEPTED, act) for act in CUT),
            *(Fault(Moment.HEADED, act) for act in CUT),
        ),
        engines=(SQLITE, POSTGRESQL),
    ),
    Row(
        "N4", _faulted(Fault(Moment.READ, Act.HANG), Fault(Moment.ARRIVED, Act.HANG), timeout_s=0.4)
    ),
    Row(
        "N5",
        _faulted(Fault(Moment.ACCEPTED, Act.HANG), Fault(Moment.HEADED, Act.HANG), timeout_s=0.4),
    ),
    Row(
        "N6",
        _faulted(
            Fault(Moment.HEADED, Act.TRUNCATE), Fault(Moment.HEADED, Act.TRUNCATE, body="whole")
        ),
    ),
    Row("N7", _cut_twice),
    Row("N8", _down_for_hours, variants=2, heavy=True),
    Row("H1", _asked_to_wait),
    Row("H2", _asked_to_wait_somehow),
    Row("H3", _faulted(*_status(Moment.READ, 500, 502, 503, 504))),
    Row(
        "H4",
        _faulted(
            *_status(Moment.ACCEPTED, 500, 504),
            *(
                Fault(Moment.ACCEPTED, Act.ANSWER, code=c)
                for c in ("fatal_error", "internal_error")
            ),
        ),
    ),
    Row("H5", _refused_for_good(_CODES)),
    Row("H6", _unfit),
    Row("H7", _refused_for_good(_STATUSES)),
    Row("G4", _blind, modes=("blind",)),
    Row("L1", _history_behind, modes=("looks",)),
)
