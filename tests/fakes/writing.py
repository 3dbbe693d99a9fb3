"""A desk of fakes around the real planner and outbox, and subscriptions to give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from briefings.delivery import Policy
from briefings.digest import Digests
from briefings.outbox import Outbox
from briefings.schedule import next_slot
from briefings.store import Store
from briefings.store.tables import occurrences, parts
from briefings.subscriptions import (
    Content,
    Frequency,
    NewSubscription,
    Occasion,
    Principal,
    Schedule,
    Scope,
    Standing,
    Subscription,
)
from tests.fakes.clock import FakeClock
from tests.fakes.poster import FakePoster

PLATFORM = "loop"
DAILY = Schedule(Frequency.DAILY, time(9, 0), "UTC")


def principal(channel: str = "c1", workspace: str = "w1", user: str = "ann") -> Principal:
    scope = Scope(PLATFORM, workspace, channel)
    return Principal(scope, user, Standing.MANAGER, ZoneInfo("UTC"))


async def subscribe(
    store: Store,
    now: datetime,
    *,
    by: Principal | None = None,
    schedule: Schedule = DAILY,
    topics: tuple[str, ...] = ("acme",),
) -> Subscription:
    """A subscription whose first slot is the next one after `now`."""
    subscription, _ = await store.subscriptions.subscribe(
        by or principal(),
        NewSubscription(topics, schedule, "brief"),
        next_slot(schedule, after=now),
        limit=1_000,
    )
    return subscription


@dataclass
class FakeWriter:
    """Writes pages of `parts` parts that say which slot they are for; remembers every occasion.

    `fails` maps a topic to the error raised when one is to be written on it.
    """

    parts: int = 1
    fails: dict[str, Exception] = field(default_factory=dict)
    occasions: list[Occasion] = field(default_factory=list)

    async def write(self, occasions: Sequence[Occasion]) -> list[Content]:
        for occasion in occasions:
            for topic in occasion.subscription.topics:
                if topic in self.fails:
                    raise self.fails[topic]
        self.occasions += occasions
        return [
            Content(
                "\n---\n".join(
                    f"{'/'.join(one.subscription.topics)} {one.slot.wall} {number}"
                    for number in range(1, self.parts + 1)
                ),
                (),
                7,
            )
            for one in occasions
        ]


class Desk:
    """A desk with one platform: `tick` plans and delivers what is due."""

    def __init__(self, store: Store, clock: FakeClock, *, policy: Policy | None = None) -> None:
        self.store, self.clock = store, clock
        self.poster, self.writer = FakePoster(clock), FakeWriter()
        posters = {PLATFORM: self.poster}
        self.digests = Digests(store, self.writer, posters, clock)
        self.outbox = Outbox(store, posters, clock, policy=policy)

    async def tick(self) -> None:
        await self.digests.plan_due()
        await self.outbox.deliver()

    async def pass_time(self, seconds: float, *, step: float = 3600) -> None:
        """Let time pass in steps, ticking whenever a message has something due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (now := self.clock.now()) < end:
            due = await self.store.outgoing.next_due(now, (PLATFORM,))
            until = min(end, now + timedelta(seconds=step))
            if due is not None:
                until = max(min(until, due), now + timedelta(seconds=0.25))
            self.clock.advance(seconds=(until - now).total_seconds())
            await self.tick()

    async def states(self) -> list[tuple[str, str]]:
        """(slot, state) of every occurrence."""
        async with self.store.database.read() as connection:
            rows = await connection.execute(
                select(occurrences.c.slot, occurrences.c.state).order_by(occurrences.c.id)
            )
            return [(row.slot, row.state) for row in rows]

    async def part_states(self) -> list[str]:
        async with self.store.database.read() as connection:
            return list((await connection.execute(select(parts.c.state))).scalars())
