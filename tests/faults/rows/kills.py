"""K and S: processes that are killed, ended and stopped at named points."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.faults.matrix import POSTGRESQL, SQLITE, Row
from tests.faults.plan import Act, Fault, Moment
from tests.faults.points import KILL, STOP
from tests.faults.run import Run, Worker

BOTH = (SQLITE, POSTGRESQL)
SWEPT = timedelta(minutes=11)
"""The sweep comes ten minutes after a message in doubt was sent."""


def _killed(*points: str, messages: int = 1) -> Callable[[Run], Awaitable[None]]:
    async def play(run: Run) -> None:
        run.messages = messages
        run.subscribe("C1")
        await run.start(**{point.replace(" ", "_"): KILL for point in points})
        await run.settle()
        run.must_reach(*points)
        run.must(run.deaths == len(points), f"{run.deaths} deaths")

    return play


def _killed_by_server(moment: Moment, act: Act = Act.CLOSE) -> Callable[[Run], Awaitable[None]]:
    async def play(run: Run) -> None:
        run.filling = 20_000

        async def kill() -> None:
            if moment is Moment.HEADED:
                await asyncio.sleep(0.03)  # what is out has to be read
            await run.kill()

        # Of a request that is half out, the rest may or may not come through.
        half = moment is Moment.HALF and run.variant(2)
        run.plan.add(Fault(moment, Act.GO_ON if half else act, call=kill))
        run.subscribe("C1")
        await run.start()
        await run.settle()
        run.must(run.deaths == 1, f"{run.deaths} deaths")

    return play


async def _looked_then_killed(run: Run) -> None:
    run.plan.add(Fault(Moment.ACCEPTED, Act.RESET))
    await _killed("looked")(run)


async def _random_kills(run: Run) -> None:
    """Three kills, each within the first hundredths of a second of a worker's life."""
    run.messages = 2
    run.subscribe("C1", "C2")
    await run.start()

    async def kill() -> None:
        for _ in range(3):
            await asyncio.sleep(run.random.uniform(0, 0.12))
            await run.kill()
            await asyncio.sleep(0.005)

    killing = asyncio.create_task(kill())
    await run.settle()
    await killing
    await run.settle()


async def _ended(run: Run) -> None:
    """SIGTERM while twenty messages are under way."""
    channels = [f"C{n}" for n in range(20)]
    run.subscribe(*channels)
    run.server.delay_s = 0.4
    worker = await run.start()
    await run.until(lambda: run.server.in_hand == 0, "nothing is under way")
    run.clock.advance(seconds=3)
    await run.until(lambda: run.server.in_hand >= 20, "twenty messages are under way")
    asked = time.monotonic()
    worker.process.signal(signal.SIGTERM)
    code = await asyncio.wait_for(asyncio.shield(worker.process.exited), 30)
    run.must(code == 0, f"exit code {code}")
    run.must(time.monotonic() - asked < 25, "it took more than 25 s to stop")
    run.must(len(run.ledger.messages) == 20, f"{len(run.ledger.messages)} messages at the end")
    run.must(all(run.state(name) == "sent" for name in channels), "a lease was not settled")
    run.server.delay_s = 0
    await run.settle()


async def _stopped_before_first_byte(run: Run) -> None:
    """A process stands still between claim and connection; another takes over."""
    run.frozen = True
    run.subscribe("C1")
    first = await run.start(send=STOP)
    await _stop_90_s(run, first)
    await run.start()
    if run.variant(2):
        await run.settle()
    run.go_on(first)
    await run.settle()
    run.must(len(run.ledger.messages) == 1, f"{len(run.ledger.messages)} messages were taken")


async def _stopped_mid_send(run: Run) -> None:
    """A process stands still after it connected, and sends what another has sent since."""
    run.frozen = True
    run.subscribe("C1")
    first = await run.start(ready=STOP)
    await _stop_90_s(run, first)
    await run.start()
    variant = run.variant(3)
    if variant < 2:
        await run.settle(enough=lambda: run.state("C1") == "sent")
    if variant == 1:
        # It dies as well, once its late message is taken: only the sweep can find that.
        run.plan.add(Fault(Moment.ACCEPTED, Act.CLOSE, call=first.process.kill))
    before = len(run.ledger.sends())
    run.go_on(first)
    await run.until(lambda: len(run.ledger.sends()) > before, "it sends after all")
    await run.settle()
    copies = [message for message in run.ledger.messages if message.deleted_at]
    repaired = sum(part.repaired for part in run.records.parts())
    run.must(repaired == len(copies), f"{len(copies)} copies repaired, {repaired} counted")
    for copy in copies:
        shown = copy.deleted_at - copy.at if copy.deleted_at else timedelta()
        run.must(shown <= SWEPT, f"a copy was visible for {shown}")


async def _stop_90_s(run: Run, worker: Worker) -> None:
    run.clock.advance(seconds=3)
    if await run.came_to_stop(worker):
        run.clock.advance(seconds=90)


ROWS = (
    Row("K0", _killed("plan statement")),
    Row("K1", _killed("planned")),
    Row("K2", _killed("sending")),
    Row("K3", _killed("ready")),
    Row("K4", _killed_by_server(Moment.HALF), variants=2),
    Row("K5", _killed_by_server(Moment.ACCEPTED), engines=BOTH),
    Row("K6", _killed_by_server(Moment.HEADED)),
    Row("K7", _killed("answered"), engines=BOTH),
    Row("K8", _killed("sent written"), engines=BOTH),
    Row("K9", _killed("sent")),
    Row("K10", _looked_then_killed),
    Row("K11", _killed("sent", messages=3)),
    Row("K13", _random_kills, engines=BOTH),
    Row("K14", _killed("answered", "looked")),
    Row("S1", _ended),
    Row("S2", _stopped_before_first_byte, variants=2),
    Row("S3", _stopped_mid_send, variants=3),
)
