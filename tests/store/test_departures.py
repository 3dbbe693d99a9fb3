"""What becomes of what is a workspace's own when the desk is removed from it, and comes back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from briefings.model import FeedDefinition
from briefings.store import Store
from briefings.store.departures import REASON
from briefings.store.engine import Database
from briefings.store.tables import (
    audiences,
    channels,
    departures,
    metadata,
    model_usage,
    notices,
    occurrences,
    parts,
    subscriptions,
    told,
)
from briefings.subscribing import GRACE, Subscribing
from briefings.subscriptions import Principal
from tests.fakes.clock import FakeClock
from tests.fakes.writing import PLATFORM, principal, subscribe

HERE, OTHER_CHANNEL, ELSEWHERE = principal("c1"), principal("c2"), principal("c1", "w2")
WORKSPACE = HERE.scope.workspace


@pytest.fixture
def subscribing(store: Store, clock: FakeClock) -> Subscribing:
    return Subscribing(store, None, None, (), clock)  # type: ignore[arg-type]


async def _everywhere(store: Store, clock: FakeClock) -> None:
    for by in (HERE, OTHER_CHANNEL, ELSEWHERE):
        await subscribe(store, clock.now(), by=by)


async def _paused(store: Store, by: Principal) -> str:
    return (await store.subscriptions.get(by.scope, 1)).paused


async def test_its_digests_rest_and_go_on_when_it_comes_back_and_no_others_do(
    store: Store, clock: FakeClock, subscribing: Subscribing
) -> None:
    await _everywhere(store, clock)
    await store.subscriptions.pause(OTHER_CHANNEL, 1)
    assert await subscribing.uninstalled(PLATFORM, WORKSPACE) == 1
    assert await subscribing.uninstalled(PLATFORM, WORKSPACE) == 0
    assert await _paused(store, HERE) == REASON
    assert await _paused(store, ELSEWHERE) == ""
    clock.advance(days=6)
    assert await subscribing.forget_departed() == 0
    assert await subscribing.returned(PLATFORM, WORKSPACE) == 1
    resumed = await store.subscriptions.get(HERE.scope, 1)
    assert resumed.paused == ""
    assert resumed.next is not None
    assert resumed.next.due > clock.now()
    assert await _paused(store, OTHER_CHANNEL) == "on request"
    assert await subscribing.departed(PLATFORM) == {}
    assert await subscribing.returned(PLATFORM, WORKSPACE) == 0


async def test_the_time_counts_from_the_first_that_was_heard_of_it(
    store: Store, clock: FakeClock, subscribing: Subscribing
) -> None:
    await _everywhere(store, clock)
    left_at = clock.now()
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    clock.advance(days=3)
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    assert await subscribing.departed(PLATFORM) == {WORKSPACE: left_at}
    await subscribing.returned(PLATFORM, WORKSPACE)
    clock.advance(days=5)
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    assert await subscribing.departed(PLATFORM) == {WORKSPACE: clock.now()}


async def _fill(database: Database, clock: FakeClock) -> None:
    """A digest with a message, a notice and some usage, in every channel there is."""
    now = clock.now()
    async with database.write() as connection:
        for row in (await connection.execute(select(subscriptions))).mappings().all():
            digest = await connection.scalar(
                insert(occurrences)
                .values(
                    subscription_id=row["id"],
                    slot="2026-03-02T09:00",
                    due_at=now,
                    planned_at=now,
                    state="sent",
                    reason="",
                    covered_by="",
                    newest_article=0,
                    parts=1,
                    dismissed=False,
                )
                .returning(occurrences.c.id)
            )
            channel = row["channel_id"]
            await connection.execute(
                insert(parts).values(
                    occurrence_id=digest,
                    channel_id=channel,
                    number=1,
                    key=f"key-{row['id']}",
                    state="sent",
                    attempts=1,
                    looks=0,
                    plain=False,
                    remote_id="1",
                    repaired=0,
                    error="",
                    payload="{}",
                )
            )
            await connection.execute(
                insert(notices).values(
                    channel_id=channel, kind="late", text="Late.", created_at=now, attempts=0
                )
            )
        for row in (await connection.execute(select(channels))).mappings().all():
            whose = {name: row[name] for name in ("platform", "workspace", "channel")}
            usage = {"day": "2026-03-02", "tokens": 1, "questions": 1, **whose}
            await connection.execute(insert(model_usage).values(usage))


async def _counts(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


async def test_after_the_grace_all_of_it_is_deleted_and_nothing_of_others(
    store: Store, database: Database, clock: FakeClock, subscribing: Subscribing
) -> None:
    await subscribe(store, clock.now(), by=ELSEWHERE)
    await _fill(database, clock)
    others = await _counts(database)
    await subscribe(store, clock.now(), by=HERE)
    await subscribe(store, clock.now(), by=OTHER_CHANNEL)
    feed = FeedDefinition("https://private.example/feed", "Private")
    await store.sources.add(feed, HERE.scope)
    async with database.write() as connection:
        await connection.execute(told.delete())
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    clock.advance(seconds=GRACE.total_seconds() - 1)
    assert await subscribing.forget_departed() == 0
    clock.advance(seconds=1)
    assert await subscribing.forget_departed() == 1
    assert await _counts(database) == others
    assert await subscribing.workspaces(PLATFORM) == {ELSEWHERE.scope.workspace}
    assert await subscribing.forget_departed() == 0


async def test_whoever_comes_back_after_the_grace_begins_anew(
    store: Store, database: Database, clock: FakeClock, subscribing: Subscribing
) -> None:
    await _everywhere(store, clock)
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    clock.advance(seconds=GRACE.total_seconds() + 60)  # the desk was off
    assert await subscribing.returned(PLATFORM, WORKSPACE) == 0
    assert await store.subscriptions.list(HERE.scope) == []
    assert await subscribing.departed(PLATFORM) == {}
    made = await subscribe(store, clock.now(), by=HERE)
    assert made.number == 1


async def test_a_restored_mark_brings_back_nothing_and_a_restored_database_is_cleaned_again(
    store: Store, database: Database, clock: FakeClock, subscribing: Subscribing
) -> None:
    await _everywhere(store, clock)
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    async with database.read() as connection:
        (mark,) = (await connection.execute(select(departures))).mappings().all()
    clock.advance(seconds=GRACE.total_seconds())
    await subscribing.forget_departed()
    async with database.write() as connection:
        await connection.execute(insert(departures).values(dict(mark)))
    assert await subscribing.returned(PLATFORM, WORKSPACE) == 0
    assert await store.subscriptions.list(HERE.scope) == []
    # A copy from before the deletion has mark and data, and is as overdue.
    await subscribe(store, clock.now(), by=HERE)
    async with database.write() as connection:
        await connection.execute(insert(departures).values(dict(mark)))
    assert await subscribing.forget_departed() == 1
    assert await store.subscriptions.list(HERE.scope) == []


async def test_what_stopped_in_the_middle_is_finished_at_the_next_beat(
    store: Store, database: Database, clock: FakeClock, subscribing: Subscribing
) -> None:
    await _everywhere(store, clock)
    await store.sources.add(FeedDefinition("https://private.example/feed", "Private"), HERE.scope)
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    clock.advance(seconds=GRACE.total_seconds())
    await store.forget_audience(PLATFORM, WORKSPACE)  # and then the process died
    assert await subscribing.forget_departed() == 1
    assert await store.subscriptions.list(HERE.scope) == []
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(audiences)) == 0


async def test_its_own_sources_rest_and_wake_with_its_digests(
    store: Store, clock: FakeClock, subscribing: Subscribing
) -> None:
    feed = FeedDefinition("https://private.example/feed", "Private")
    added = await store.sources.add(feed, HERE.scope)
    await subscribing.uninstalled(PLATFORM, WORKSPACE)
    assert await store.sources.claim_due(clock.now(), owner="test", limit=9) == []
    await subscribing.returned(PLATFORM, WORKSPACE)
    (claimed,) = await store.sources.claim_due(clock.now(), owner="test", limit=9)
    assert claimed.id == added.id
