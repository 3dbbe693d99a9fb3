"""Whatever happens to digests, pruning changes nothing that anybody sees: two desks side by side.

Both live through the same; one forgets what is over after every step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from briefings.delivery import Policy
from briefings.errors import InputError, IntelbriefError, Refused, Rejected, Unfit
from briefings.store import Store
from briefings.store.deliveries import DECIDABLE
from briefings.store.marks import INSTALL_ID
from briefings.store.pruning import DIGESTS_KEPT
from briefings.store.tables import occurrences, told
from briefings.subscriptions import Content, Occasion
from tests.fakes.clock import FakeClock
from tests.fakes.poster import LOST
from tests.fakes.writing import DAILY, Desk, FakeWriter, principal, subscribe
from tests.store.builders import article

HERE = principal().scope
FAULTS = {
    "lost": LOST,
    "taken and lost": (LOST, True),
    "refused": Refused("Not now."),
    "rejected": Rejected("No such channel."),
    "unfit": Unfit("Not in this form."),
}
STEPS = st.one_of(
    st.tuples(st.just("pass"), st.sampled_from([1, 26, 24 * 9, 24 * 35, 24 * 740])),
    st.tuples(st.just("fault"), st.sampled_from(sorted(FAULTS))),
    st.tuples(st.sampled_from(["send", "again", "dismiss", "pause", "resume"]), st.just(0)),
    st.tuples(st.just("unwritable"), st.sampled_from([0, 1])),
    st.tuples(st.just("may look"), st.sampled_from([0, 1])),
)


class Teller(FakeWriter):
    """A writer that tells of one article after the other."""

    async def write(self, occasions: Sequence[Occasion]) -> list[Content]:
        pages = await super().write(occasions)
        first = len(self.occasions) - len(occasions)
        return [
            Content(page.page, ((first + n) % 5 + 1,), first + n + 1)
            for n, page in enumerate(pages)
        ]


@dataclass
class Life:
    """A desk, what it is told to do, and what can be seen of it."""

    desk: Desk
    prunes: bool
    did: list[object] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.desk.store

    async def step(self, name: str, value: object) -> None:  # noqa: PLR0912 - one a kind of step
        desk, by = self.desk, principal()
        match name, value:
            case "pass", int(hours):
                desk.clock.advance(hours=hours)
            case "fault", str(kind):
                desk.poster.faults.append(FAULTS[kind])  # type: ignore[arg-type]
            case "unwritable", _:
                desk.writer.fails = {"acme": IntelbriefError("No words.")} if value else {}
            case "may look", _:
                desk.poster.can_look = bool(value)
            case "pause", _:
                await self.store.subscriptions.pause(by, 1)
            case "resume", _:
                await self.store.subscriptions.resume(by, 1)
            case "dismiss", _:
                if any(one.state in DECIDABLE for one in await self.undelivered()):
                    await self.store.deliveries.dismiss(HERE, 1)
            case "again", _:
                # What is not listed any more cannot be decided about.
                if any(one.state in DECIDABLE for one in await self.undelivered()):
                    await self.store.deliveries.send_again(HERE, 1)
            case "send", _:
                if not desk.writer.fails:
                    try:
                        await desk.digests.send_now(await self.store.subscriptions.get(HERE, 1))
                    except InputError as error:
                        self.did.append(str(error))
        await desk.tick()
        await desk.pass_time(1800, step=600)
        if self.prunes:
            await self.store.pruning.prune()

    async def undelivered(self) -> list[object]:
        return list(await self.store.deliveries.undelivered(None))

    async def seen(self) -> dict[str, object]:
        """What people and the next digests can see."""
        subscription = await self.store.subscriptions.get(HERE, 1)
        return {
            "posted": self.desk.poster.payloads(),
            "sends": len(self.desk.poster.sent),
            "alerts": self.desk.poster.alerts,
            "listed": await self.undelivered(),
            "next": await self.store.planning.one(subscription.id),
            "followed": await self.store.news.followed([1]),
            "last": await self.store.subscriptions.last_sent(HERE),
            "written": self.desk.writer.occasions,
            "did": self.did,
        }

    async def told(self) -> set[tuple[object, ...]]:
        """What was told by when, of the last two years."""
        since = self.desk.clock.now() - DIGESTS_KEPT
        statement = (
            select(told.c.article_id, occurrences.c.due_at, occurrences.c.state)
            .join(occurrences, occurrences.c.id == told.c.occurrence_id)
            .where(occurrences.c.due_at > since)
        )
        async with self.store.database.read() as connection:
            return {tuple(row) for row in await connection.execute(statement)}


async def _begin(*, prunes: bool) -> Life:
    clock = FakeClock()
    store = await Store.open("sqlite://", clock=clock)
    # Waits are spread by a message's key, which is made of it.
    await store.marks.set(**{INSTALL_ID: "the same"})
    await store.corpus.add([article(n) for n in range(1, 6)])
    desk = Desk(store, clock, policy=Policy(jitter=0))
    desk.writer = Teller(parts=2)
    desk.digests._editor = desk.writer
    await subscribe(store, clock.now(), schedule=DAILY)
    return Life(desk, prunes)


@given(st.lists(STEPS, min_size=3, max_size=14))
@settings(max_examples=12, deadline=None)
def test_pruning_changes_nothing_that_anybody_sees(steps: list[tuple[str, object]]) -> None:
    async def both() -> None:
        lives = [await _begin(prunes=False), await _begin(prunes=True)]
        try:
            for name, value in [*steps, ("pass", 26), ("pass", 24 * 35)]:
                for life in lives:
                    await life.step(name, value)
                kept, pruned = lives
                assert await pruned.seen() == await kept.seen()
                assert await pruned.told() == await kept.told()
            posted = [taken.post.key for taken in pruned.desk.poster.visible()]
            if ("again", 0) not in steps:  # somebody may have it sent although it is there
                assert len(posted) == len(set(posted))
        finally:
            for life in lives:
                await life.store.close()

    asyncio.run(both())


def test_nothing_is_compared_with_itself() -> None:
    """The two do differ in what they keep."""

    async def one(*, prunes: bool) -> int:
        life = await _begin(prunes=prunes)
        for _ in range(40):
            await life.step("pass", 24)
        left = len(await life.desk.part_states())
        await life.store.close()
        return left

    kept, pruned = asyncio.run(one(prunes=False)), asyncio.run(one(prunes=True))
    assert pruned < kept - 10
