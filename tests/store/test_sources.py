"""What is watched, who may ask it, and what is remembered of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from briefings.errors import InputError
from briefings.model import FeedDefinition, FeedState, Source
from briefings.store import Store
from briefings.store.source_rows import LONGEST_ADDRESS, MOVED_ONTO_ANOTHER
from tests.fakes.clock import FakeClock
from tests.store.builders import NOON, article, check, digest, entry

FEED = FeedDefinition(
    "https://feed.example/", "The Feed", "alibaba", "en", "company", True, "since 2020"
)

EVERY_STATE = FeedState(
    etag='W/"x"',
    last_modified="Mon, 02 Mar 2026 09:00:00 GMT",
    body_hash=b"\0\xff",
    interval_s=900,
    next_check_at=NOON,
    checked_at=NOON,
    succeeded_at=NOON - timedelta(microseconds=1),
    changed_at=NOON,
    failing_since=NOON,
    failures=3,
    error="no answer",
    error_kind="unreachable",
    redirect_url="https://moved.example/",
    redirect_seen=2,
    redirect_since=NOON,
    stopped="gone",
    entries_seen=1 << 40,
    entries_kept=7,
)


def feeds(count: int) -> list[FeedDefinition]:
    return [FeedDefinition(f"https://feed.example/{n}", f"Feed {n}") for n in range(count)]


async def only(store: Store) -> Source:
    (source,) = await store.sources.list()
    return source


# --- definitions --------------------------------------------------------------------------------


async def test_every_field_of_a_source_comes_back(store: Store) -> None:
    added = await store.sources.add(FEED)
    assert added == Source(added.id, FEED, "added", FeedState())
    await store.sources.record([check(added.id)])
    await store.sources.record([replace(check(added.id), state=EVERY_STATE)])
    assert await only(store) == replace(added, state=EVERY_STATE)


async def test_a_feed_is_added_once(store: Store) -> None:
    added = await store.sources.add(FEED)
    with pytest.raises(InputError, match=f"source {added.id}"):
        await store.sources.add(replace(FEED, publisher="Another"))
    with pytest.raises(InputError, match="2,000 bytes"):
        await store.sources.add(replace(FEED, url="https://x.example/" + "鸟" * LONGEST_ADDRESS))


async def test_an_added_feed_is_forgotten_and_its_articles_stay(store: Store) -> None:
    added = await store.sources.add(FEED)
    await store.sources.record([check(added.id, entry(1, 1, article(1)))])
    assert await store.sources.remove(added.id) == (await store.sources.list() or [added])[0]
    assert await store.sources.list() == []
    kept = await store.corpus.get(1)
    assert kept is not None
    assert kept.source_id is None
    with pytest.raises(InputError, match="no source"):
        await store.sources.remove(added.id)
    again = await store.sources.add(FEED)
    assert again.id != added.id
    assert await store.sources.known_entries([again.id]) == {again.id: {}}


async def test_shipped_feeds_follow_what_is_shipped_and_keep_their_state(store: Store) -> None:
    await store.sources.sync([FEED, *feeds(2)])
    before = await store.sources.list()
    assert [each.origin for each in before] == ["shipped"] * 3
    await store.sources.record([replace(check(before[0].id), state=EVERY_STATE)])

    renamed = replace(FEED, publisher="Renamed", owner=None, tier="press")
    await store.sources.sync([renamed, feeds(2)[1]])
    after = await store.sources.list()
    assert after[0] == Source(before[0].id, renamed, "shipped", EVERY_STATE)
    assert [each.definition.enabled for each in after] == [True, False, True]

    await store.sources.sync([renamed, *feeds(2)])
    assert [each.definition.enabled for each in await store.sources.list()] == [True] * 3


async def test_processes_that_start_at_once_bring_the_shipped_feeds_once(
    open_store: Callable[[], Awaitable[Store]],
) -> None:
    stores = [await open_store() for _ in range(3)]
    await asyncio.gather(*(each.sources.sync(feeds(9)) for each in stores))
    assert len(await stores[0].sources.list()) == 9


async def test_what_a_user_decided_outlasts_what_is_shipped(store: Store) -> None:
    off = replace(FEED, url="https://off.example/", enabled=False)
    await store.sources.sync([FEED, off])
    first, second = await store.sources.list()
    await store.sources.remove(first.id)
    await store.sources.add(off)
    await store.sources.sync([FEED, off])
    assert [each.definition.enabled for each in await store.sources.list()] == [False, True]
    await store.sources.add(FEED)
    assert [each.id for each in await store.sources.list()] == [first.id, second.id]
    assert all(each.definition.enabled for each in await store.sources.list())


async def test_a_users_own_feed_is_never_switched_off_by_what_is_shipped(store: Store) -> None:
    added = await store.sources.add(replace(FEED, publisher="What its title said"))
    await store.sources.sync([replace(FEED, enabled=False)])
    assert await only(store) == Source(added.id, FEED, "added", FeedState())
    await store.sources.sync([])
    assert await only(store) == Source(added.id, FEED, "added", FeedState())


async def test_a_feed_that_had_stopped_starts_afresh_when_added_again(store: Store) -> None:
    await store.sources.sync([FEED])
    source = await only(store)
    await store.sources.record([replace(check(source.id), state=EVERY_STATE)])
    await store.sources.add(FEED)
    state = (await only(store)).state
    assert state == FeedState(entries_seen=1 << 40, entries_kept=7)


# --- addresses that move ------------------------------------------------------------------------


async def test_a_moved_feed_keeps_its_name_on_the_list_of_shipped_ones(store: Store) -> None:
    await store.sources.sync([FEED])
    source = await only(store)
    await store.sources.record([check(source.id, url="https://moved.example/")])
    await store.sources.sync([replace(FEED, publisher="Renamed")])
    moved = await only(store)
    assert moved.definition == replace(FEED, url="https://moved.example/", publisher="Renamed")
    for url in (FEED.url, moved.definition.url):
        with pytest.raises(InputError, match="watched already"):
            await store.sources.add(replace(FEED, url=url))


async def test_a_feed_that_moves_onto_another_stops(store: Store) -> None:
    first, second = [await store.sources.add(feed) for feed in feeds(2)]
    await store.sources.record([check(first.id, url=second.definition.url)])
    after = await store.sources.list()
    assert after[0].definition == first.definition
    assert after[0].state.stopped == MOVED_ONTO_ANOTHER
    assert after[1] == second
    await store.sources.record([check(second.id, url="https://x.example/" + "a" * 2000)])
    assert (await store.sources.list())[1] == second


# --- claims -------------------------------------------------------------------------------------


async def test_sources_are_claimed_when_due_the_longest_overdue_first(
    store: Store, clock: FakeClock
) -> None:
    added = [await store.sources.add(feed) for feed in feeds(5)]
    now = clock.now()
    due = [now, now - timedelta(hours=2), now + timedelta(seconds=1), None, now - timedelta(1)]
    await store.sources.record(
        [check(each.id, next_check_at=at) for each, at in zip(added, due, strict=True)]
    )
    claimed = await store.sources.claim_due(now, owner="a", limit=3)
    assert [each.id for each in claimed] == [added[n].id for n in (3, 4, 1)]
    claimed = await store.sources.claim_due(now, owner="b", limit=3)
    assert [each.id for each in claimed] == [added[0].id]
    claimed = await store.sources.claim_due(now, owner="c", limit=9, everything=True)
    assert [each.id for each in claimed] == [added[2].id]


async def test_what_is_off_or_stopped_is_never_claimed(store: Store, clock: FakeClock) -> None:
    await store.sources.sync(feeds(2))
    first, second = await store.sources.list()
    await store.sources.remove(first.id)
    await store.sources.record([check(second.id, stopped="gone")])
    for everything in (False, True):
        assert not await store.sources.claim_due(
            clock.now(), owner="a", limit=9, everything=everything
        )


async def test_a_claim_ends_when_recorded_released_or_run_out(
    store: Store, clock: FakeClock
) -> None:
    source = await store.sources.add(FEED)

    async def claims(owner: str) -> bool:
        now = clock.now()
        return bool(await store.sources.claim_due(now, owner=owner, limit=1, lease_s=60))

    assert await claims("a")
    assert not await claims("b")
    await store.sources.record([check(source.id)])
    assert await claims("b")
    await store.sources.release(owner="a")
    assert not await claims("a")
    await store.sources.release(owner="b")
    assert await claims("a")
    clock.advance(seconds=59)
    assert not await claims("b")
    clock.advance(seconds=1)
    assert await claims("b")


async def test_two_processes_never_claim_the_same_source(
    open_store: Callable[[], Awaitable[Store]], clock: FakeClock
) -> None:
    stores = [await open_store() for _ in range(3)]
    await stores[0].sources.sync(feeds(100))

    async def claim_all(store: Store, owner: str) -> list[int]:
        mine: list[int] = []
        while page := await store.sources.claim_due(clock.now(), owner=owner, limit=7):
            mine += [source.id for source in page]
        return mine

    shares = await asyncio.gather(*(claim_all(each, str(id(each))) for each in stores))
    assert sorted(id_ for share in shares for id_ in share) == [
        source.id for source in await stores[0].sources.list()
    ]


# --- entries ------------------------------------------------------------------------------------


async def test_entries_are_known_by_their_last_version_and_source(store: Store) -> None:
    first, second = [await store.sources.add(feed) for feed in feeds(2)]
    await store.sources.record(
        [check(first.id, entry("e", 1, None), entry("f", 1, article(1))), check(second.id)]
    )
    await store.sources.record([check(first.id, entry("e", 2, None), entry("f", 2, None))])
    assert await store.sources.known_entries([first.id, second.id]) == {
        first.id: {digest("e"): digest(2), digest("f"): digest(2)},
        second.id: {},
    }
    assert await store.sources.known_entries([]) == {}


async def test_the_check_of_a_source_removed_meanwhile_is_dropped(store: Store) -> None:
    first, second = [await store.sources.add(feed) for feed in feeds(2)]
    await store.sources.remove(first.id)
    recorded = await store.sources.record(
        [check(first.id, entry(1, 1, article(1))), check(second.id, entry(1, 1, article(2)))]
    )
    assert recorded.gone == (first.id,)
    assert recorded.new == 1
    assert (await store.corpus.totals()).articles == 1


async def test_nothing_to_record_is_no_error(store: Store) -> None:
    assert (await store.sources.record([])).new == 0
