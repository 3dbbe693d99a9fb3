"""What the desk does by itself: a heartbeat every 15 seconds, and the duties of a beat.

What is due is written in the database; the scheduler only knocks, so that a restart or a second
process loses nothing and does nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from briefings.bookkeeping import Bookkeeper
from briefings.courtesy import Pause
from briefings.digest import Digests
from briefings.ingest import Ingest
from briefings.layouts import Layouts
from briefings.outbox import Outbox
from briefings.store.pruning import Pruning
from briefings.subscribing import Subscribing
from briefings.watch import Watcher

HEARTBEAT_S = 15
DRAIN_S = 20
"""How long a message that is being sent when the desk is told to stop may still take."""
SUMMARIES_A_BEAT = 32
CLAIMS_A_BEAT = 256

Duty = Callable[[], Awaitable[None]]

_log = logging.getLogger(__name__)


def wants(choice: str, *, people: bool) -> bool:
    """Whether something is done in the background: as set, by default while it serves people."""
    return choice == "on" or (choice == "auto" and people)


async def beat(duty: Duty) -> None:
    """Do one duty; whatever goes wrong is logged, and the next beat comes."""
    try:
        await duty()
    except Exception:
        _log.exception("the heartbeat stumbled; the next one is in %d s", HEARTBEAT_S)


@dataclass(frozen=True, slots=True)
class Heart:
    """The duties of a desk.

    `watching`: feeds are asked in the background; `delivering`: digests are. `pause` lets those
    who wait for an answer go first.
    """

    watcher: Watcher
    ingest: Ingest
    bookkeeper: Bookkeeper
    layouts: Layouts
    digests: Digests
    outbox: Outbox
    subscribing: Subscribing
    pruning: Pruning
    pause: Pause
    watching: bool
    delivering: bool

    async def ask_feeds(self) -> None:
        """Ask the feeds that are due and summarise some of what they brought."""
        await self.watcher.poll()
        await self.ingest.summarise_pending(SUMMARIES_A_BEAT)

    async def keep_books(self) -> None:
        """Read some of the articles that were not read for the ledger yet."""
        await self.bookkeeper.enter_pending(CLAIMS_A_BEAT, pause=self.pause)

    async def deliver_digests(self) -> None:
        """Plan the digests that are due, and deliver until the next beat."""
        await self.layouts.refresh()
        await self.digests.plan_due()
        await self.outbox.deliver(until_idle_s=HEARTBEAT_S)

    async def forget_departed(self) -> None:
        """Delete what is of workspaces that the desk was removed from for too long."""
        await self.subscribing.forget_departed()

    async def forget_the_past(self) -> None:
        """Delete, once a day, the rows of what is long over."""
        await self.pruning.prune_daily(self.pause)

    async def duties(self) -> list[Duty]:
        """What there is to do: the ledger is read as long as it is behind, or grows."""
        duties: list[Duty] = [self.ask_feeds] * self.watching
        duties += [self.deliver_digests, self.forget_departed] * self.delivering
        if duties or await self.bookkeeper.is_behind():
            duties.append(self.keep_books)
        if self.watching or self.delivering:
            duties.append(self.forget_the_past)
        return duties

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """While open, a beat now and every 15 seconds for each duty that is not still at one.

        At the end what is being sent may end, and what a poll has finished is recorded.
        """
        duties = await self.duties()
        if not duties:
            yield
            return
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - slow import

        at_work: dict[Duty, asyncio.Task[None]] = {}

        async def knock() -> None:
            for duty in duties:
                if duty not in at_work or at_work[duty].done():
                    at_work[duty] = asyncio.create_task(beat(duty))

        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_job(
            knock,
            "interval",
            seconds=HEARTBEAT_S,
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            for nobody_waits_for in (self.ask_feeds, self.keep_books, self.forget_the_past):
                if task := at_work.get(nobody_waits_for):
                    task.cancel()
            await self.outbox.stop(DRAIN_S)
            if at_work:
                await asyncio.wait(at_work.values(), timeout=DRAIN_S / 10)
            for task in at_work.values():
                task.cancel()
            await asyncio.gather(*at_work.values(), return_exceptions=True)
