"""What is over is deleted, and nothing that is still needed; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

from briefings.delivery import part_key
from briefings.errors import Rejected
from briefings.model import Check, EntryVersion, FeedDefinition
from briefings.store import Recorded, Store
from briefings.store.deliveries import REMEMBERED
from briefings.store.engine import Database
from briefings.store.pruning import AT_ONCE, DIGESTS_AT_ONCE, DIGESTS_KEPT, ENTRIES_KEPT
from briefings.store.tables import channels, notices, occurrences, parts, told
from briefings.threads import Told
from tests.fakes.clock import START, FakeClock
from tests.fakes.poster import LOST
from tests.fakes.writing import Desk, principal, subscribe
from tests.store.builders import article, check, digest, entry
from tests.store.test_ledger_plans import plan
from tests.store.test_plans import overheard, reads_everything

HERE = principal().scope
DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(store, clock)


async def rows(store: Store, table: Table) -> int:
    async with store.database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def some_days(desk: Desk, days: int) -> None:
    for _ in range(days):
        desk.clock.advance(days=1)
        await desk.tick()


async def insert_digests(
    store: Store, subscription: int, ages: Collection[timedelta], *, articles: int = 0, **more: Any
) -> None:
    """Digests of one message each that were delivered so long ago."""
    async with store.database.write() as connection:
        channel = await connection.scalar(select(channels.c.id))
        for age in ages:
            due = START - age
            row = {
                "subscription_id": subscription,
                "slot": f"{due:%Y-%m-%dT%H:%M}",
                "due_at": due,
                "planned_at": due,
                "state": "sent",
                "reason": "",
                "covered_by": "",
                "newest_article": 1,
                "parts": 1,
                "ended_at": due,
                "dismissed": False,
            }
            made = insert(occurrences).values(row | more).returning(occurrences.c.id)
            digest = await connection.scalar(made)
            await connection.execute(
                insert(parts).values(
                    occurrence_id=digest,
                    channel_id=channel,
                    number=1,
                    key=part_key("", str(subscription), row["slot"], digest or 0),
                    state="sent",
                    attempts=1,
                    looks=0,
                    plain=False,
                    remote_id="m1",
                    repaired=0,
                    error="",
                    payload="{}",
                )
            )
            for each in range(1, articles + 1):
                row = {"channel_id": channel, "article_id": each, "occurrence_id": digest}
                await connection.execute(insert(told).values(row))


async def test_messages_go_when_their_digest_is_over_for_a_month(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    await some_days(desk, 40)
    there = await rows(desk.store, occurrences)
    await desk.store.pruning.prune()
    assert await rows(desk.store, parts) == REMEMBERED.days
    assert await rows(desk.store, occurrences) == there
    assert (await desk.store.deliveries.totals()).sent == there
    await some_days(desk, 1)
    assert len(set(desk.poster.payloads())) == len(desk.poster.payloads()) == there + 1


async def test_one_that_was_not_delivered_can_be_sent_for_a_month(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.poster.faults = [Rejected("No such channel.")]
    await some_days(desk, 1)
    desk.clock.advance(days=29)
    await desk.store.pruning.prune()
    assert await desk.store.deliveries.send_again(HERE, 1)
    await desk.tick()
    assert desk.poster.payloads() == ["acme 2026-03-03T09:00 1"]


async def test_and_later_not_even_without_its_words(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.poster.faults = [Rejected("No such channel.")]
    await some_days(desk, 1)
    desk.clock.advance(days=30)
    await desk.store.pruning.prune()
    assert await rows(desk.store, parts) == 0
    assert await desk.store.deliveries.undelivered(None) == []
    desk.clock.step(days=-20)  # whatever the clock says later
    assert not await desk.store.deliveries.send_again(HERE, 1)
    await desk.tick()
    assert desk.poster.payloads() == []


async def test_what_is_on_its_way_stays_however_long_it_takes(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    desk.poster.faults = [LOST]
    await some_days(desk, 1)
    assert await desk.part_states() == ["uncertain"]
    desk.clock.advance(days=1000)
    await desk.store.pruning.prune()
    assert await desk.part_states() == ["uncertain"]


async def test_a_message_with_something_to_do_or_to_count_stays(
    desk: Desk, database: Database
) -> None:
    first = await subscribe(desk.store, desk.clock.now())
    await insert_digests(desk.store, first.id, [40 * DAY, 41 * DAY, 42 * DAY])
    async with database.write() as connection:
        await connection.execute(update(parts).where(parts.c.id == 1).values(repaired=1))
        await connection.execute(update(parts).where(parts.c.id == 2).values(next_at=START))
    await desk.store.pruning.prune()
    async with database.read() as connection:
        assert sorted((await connection.execute(select(parts.c.id))).scalars()) == [1, 2]
    assert (await desk.store.deliveries.totals()).repaired == 1


async def test_digests_and_what_they_told_go_after_two_years(
    desk: Desk, database: Database
) -> None:
    first = await subscribe(desk.store, desk.clock.now())
    await desk.store.corpus.add([article(1), article(2)])
    await insert_digests(desk.store, first.id, [DIGESTS_KEPT + DAY, DIGESTS_KEPT - DAY], articles=2)
    await desk.store.pruning.prune()
    assert await rows(desk.store, occurrences) == 1
    kept = START - DIGESTS_KEPT + DAY
    assert await desk.store.news.told_of([1], [1, 2]) == [Told(1, 1, kept), Told(1, 2, kept)]
    assert await rows(desk.store, told) == 2
    assert await desk.store.corpus.size() == 2


@pytest.mark.parametrize("removed", [False, True])
async def test_a_subscription_that_rests_for_years_goes_on_where_it_was(
    desk: Desk, *, removed: bool
) -> None:
    one = await subscribe(desk.store, desk.clock.now())
    ages = [DIGESTS_KEPT + n * DAY for n in (1, 2, 3)]
    await insert_digests(desk.store, one.id, ages, newest_article=7)
    await insert_digests(desk.store, one.id, [DIGESTS_KEPT], slot="asked now", newest_article=5)
    if removed:
        await desk.store.subscriptions.remove(principal(), 1)
    before = await desk.store.planning.one(one.id)
    followed = await desk.store.news.followed([1])
    last = await desk.store.subscriptions.last_sent(HERE)
    await desk.store.pruning.prune()
    assert await rows(desk.store, occurrences) == 2
    assert await desk.store.planning.one(one.id) == before
    assert await desk.store.news.followed([1]) == followed
    assert await desk.store.subscriptions.last_sent(HERE) == last


@pytest.mark.parametrize("state", ["failed", "skipped"])
async def test_digests_that_never_arrived_go_without_a_later_one(desk: Desk, state: str) -> None:
    one = await subscribe(desk.store, desk.clock.now())
    await insert_digests(desk.store, one.id, [DIGESTS_KEPT + DAY], state=state)
    await insert_digests(desk.store, one.id, [DIGESTS_KEPT + 2 * DAY], state="review")
    await desk.store.pruning.prune()
    async with desk.store.database.read() as connection:
        assert (await connection.execute(select(occurrences.c.state))).scalars().all() == ["review"]


async def test_notices_go_a_month_after_they_were_told_or_given_up(
    desk: Desk, database: Database
) -> None:
    await subscribe(desk.store, desk.clock.now())
    old, young = START - REMEMBERED, START - REMEMBERED + DAY
    things = {
        "told": (old, old, None),
        "given up": (old, None, None),
        "to be told": (old, None, START),
        "told lately": (old, young, None),
        "young": (young, young, None),
    }
    async with database.write() as connection:
        for kind, (created, told_at, next_at) in things.items():
            row = {"kind": kind, "created_at": created, "told_at": told_at, "next_at": next_at}
            row |= {"channel_id": 1, "text": "", "attempts": 1}
            await connection.execute(insert(notices).values(row))
    await desk.store.pruning.prune()
    async with database.read() as connection:
        left = set((await connection.execute(select(notices.c.kind))).scalars())
    assert left == {"to be told", "told lately", "young"}


# --- entries ------------------------------------------------------------------------------------


def reading(source_id: int, now: datetime, *versions: EntryVersion, listed: str) -> Check:
    """A feed that was read, and lists the entries of these letters."""
    made = check(source_id, *versions, checked_at=now)
    return replace(made, listed=frozenset(map(digest, listed)))


async def known(store: Store, source_id: int) -> set[bytes]:
    return set((await store.sources.known_entries([source_id]))[source_id])


async def test_entries_go_half_a_year_after_their_feed_ceased_to_list_them(
    store: Store, clock: FakeClock
) -> None:
    source = await store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    versions = [entry("a", 1, article(1)), entry("b", 1, article(2)), entry("c", 1, None)]
    await store.sources.record([check(source.id, *versions)])
    await store.sources.record([reading(source.id, clock.now(), listed="a")])
    clock.advance(days=ENTRIES_KEPT.days - 1)
    # One that comes back is as good as new, and an unchanged feed tells nothing of its entries.
    await store.sources.record([reading(source.id, clock.now(), listed="ac")])
    await store.sources.record([check(source.id, checked_at=clock.now())])
    await store.pruning.prune()
    assert await known(store, source.id) == {digest(each) for each in "abc"}
    clock.advance(days=1)
    await store.pruning.prune()
    assert await known(store, source.id) == {digest(each) for each in "ac"}
    clock.advance(days=2000)
    await store.pruning.prune()
    assert await known(store, source.id) == {digest(each) for each in "ac"}


async def test_an_old_entry_that_is_listed_again_is_no_second_article(
    store: Store, clock: FakeClock
) -> None:
    source = await store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    old = entry("a", 1, article(1))
    await store.sources.record([check(source.id, old)])
    await store.sources.record([reading(source.id, clock.now(), listed="b")])
    clock.advance(days=ENTRIES_KEPT.days)
    await store.pruning.prune()
    assert await known(store, source.id) == set()
    newest = await store.news.newest()
    again = await store.sources.record([reading(source.id, clock.now(), old, listed="ab")])
    assert again == Recorded(0, 0, 1)
    assert await store.news.newest() == newest
    assert await store.corpus.size() == 1


async def test_entries_of_articles_without_an_address_stay(store: Store, clock: FakeClock) -> None:
    source = await store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    await store.sources.record([check(source.id, entry("a", 1, article(1, url="")))])
    await store.sources.record([reading(source.id, clock.now(), listed="b")])
    clock.advance(days=2000)
    await store.pruning.prune()
    assert await known(store, source.id) == {digest("a")}


# --- many ---------------------------------------------------------------------------------------


@pytest.fixture
async def years(desk: Desk) -> Store:
    """Three years of digests, and an entry that went long ago."""
    source = await desk.store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    await desk.store.sources.record([check(source.id, entry("a", 1, None))])
    await desk.store.sources.record([reading(source.id, START - ENTRIES_KEPT, listed="b")])
    one = await subscribe(desk.store, desk.clock.now())
    await desk.store.corpus.add([article(1)])
    await insert_digests(desk.store, one.id, [n * DAY for n in range(1, 1096)], articles=1)
    return desk.store


async def left(store: Store) -> tuple[int, ...]:
    return tuple([await rows(store, table) for table in (parts, occurrences, told)])


PRUNED = (REMEMBERED.days - 1, DIGESTS_KEPT.days - 1, DIGESTS_KEPT.days - 1)


async def test_it_goes_some_at_a_time_with_pauses(years: Store) -> None:
    seen = [await left(years)]

    async def look() -> None:
        seen.append(await left(years))

    await years.pruning.prune(look)
    assert seen[-1] == PRUNED
    gone = [
        tuple(was - is_ for was, is_ in zip(before, after, strict=True))
        for before, after in pairwise(seen)
    ]
    assert len(gone) > 10
    assert max(each[0] for each in gone) == AT_ONCE
    assert max(each[1] for each in gone) == DIGESTS_AT_ONCE


async def test_who_dies_in_between_is_followed_by_who_goes_on(
    years: Store, open_store: Callable[[], Awaitable[Store]]
) -> None:
    pauses = 0

    async def die() -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 6:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await years.pruning.prune(die)
    assert await left(years) != PRUNED
    await (await open_store()).pruning.prune()
    assert await left(years) == PRUNED


async def test_several_at_once_are_one(
    years: Store, open_store: Callable[[], Awaitable[Store]]
) -> None:
    several = [years, await open_store(), await open_store()]
    await asyncio.gather(*(each.pruning.prune() for each in several))
    assert await left(years) == PRUNED


async def test_it_is_done_once_a_day(years: Store, clock: FakeClock) -> None:
    await years.pruning.prune_daily()
    assert await left(years) == PRUNED
    clock.advance(hours=23)
    with overheard() as sent:
        await years.pruning.prune_daily()
    assert sent == []
    clock.advance(hours=2)
    await years.pruning.prune_daily()
    assert (await left(years))[0] == PRUNED[0] - 1


async def test_nothing_reads_a_whole_table(years: Store, database: Database) -> None:
    with overheard() as sent:
        await years.pruning.prune()
    asked = {
        statement: parameters
        for statement, parameters in sent
        if statement.startswith(("SELECT", "UPDATE", "DELETE"))
    }
    assert len({statement.split()[0] for statement in asked}) == 3
    async with database.read() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in asked.items():
            if isinstance(parameters, list):  # of many rows, each like the first
                parameters = parameters[0]  # noqa: PLW2901
            steps = await plan(connection, database, statement, parameters)
            assert [step for step in steps if reads_everything(step)] == [], (statement, steps)
            if database.is_sqlite and "AS later" in statement:
                (search,) = [step for step in steps if "SEARCH later" in step]
                assert "(subscription_id=? AND due_at>?)" in search


async def test_nothing_is_written_where_nothing_is_over(desk: Desk) -> None:
    await subscribe(desk.store, desk.clock.now())
    await some_days(desk, 2)
    with overheard() as sent:
        await desk.store.pruning.prune()
    assert [statement for statement, _ in sent if not statement.startswith("SELECT")] == []
