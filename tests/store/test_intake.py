"""What becomes of an article that arrives: new, a new version, or one that is there already."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from briefings.errors import StoreError
from briefings.model import Article, FeedDefinition, Precision, Published, Role, Source, Tag
from briefings.store import Added, Recorded, Store
from tests.fakes.clock import FakeClock
from tests.store.builders import DEAL, NOON, about, article, check, entry, passing

Opener = Callable[[], Awaitable[Store]]


async def watched(store: Store, number: int = 0) -> Source:
    return await store.sources.add(FeedDefinition(f"https://feed.example/{number}", "Feed"))


async def found(store: Store, words: str) -> list[int]:
    return [each.id for each in await store.corpus.search(words, limit=50)]


async def get(store: Store, article_id: int) -> Article:
    there = await store.corpus.get(article_id)
    assert there is not None
    return there


# --- added by hand ------------------------------------------------------------------------------


async def test_every_field_of_an_article_comes_back(store: Store, clock: FakeClock) -> None:
    new = article(
        1,
        tags=(*about("weibo"), Tag("alibaba", Role.PASSING, "taobao")),
        points=("One.", "二。"),
        published=Published(datetime(2020, 1, 1, tzinfo=UTC), Precision.YEAR),
    )
    (added,) = await store.corpus.add([new])
    assert added == Added(1, "new")
    assert await get(store, 1) == Article(
        id=1,
        added_at=clock.now(),
        story_id=1,
        **{
            name: getattr(new, name)
            for name in Article.__dataclass_fields__
            if name not in ("id", "added_at", "story_id")
        },
    )
    assert await store.corpus.get(2) is None


async def test_an_article_without_a_date_is_of_the_day_it_came(
    store: Store, clock: FakeClock
) -> None:
    await store.corpus.add([article(1, published=None)])
    today = clock.now().replace(hour=0)
    assert (await get(store, 1)).published == Published(today, Precision.ADDED)
    clock.advance(days=2)
    assert await store.corpus.add([article(1, published=None)]) == [Added(1, "duplicate")]


async def test_the_same_again_is_a_duplicate_and_something_else_an_update(store: Store) -> None:
    first = article(1, points=("Old point.",), body="The old words.")
    assert await store.corpus.add([first, first]) == [Added(1, "new"), Added(1, "duplicate")]
    assert await store.corpus.add([first]) == [Added(1, "duplicate")]
    assert await store.corpus.add([replace(first, points=())]) == [Added(1, "duplicate")]

    second = replace(
        first,
        title="Corrected",
        body="The new words.",
        points=(),
        tags=(*about("weibo"), *passing("tencent")),
        published=Published(NOON - timedelta(days=9), Precision.DAY),
    )
    assert await store.corpus.add([second]) == [Added(1, "updated")]
    after = await get(store, 1)
    assert (after.title, after.body, after.points) == ("Corrected", "The new words.", ())
    assert (after.tags, after.published) == (second.tags, second.published)
    assert await found(store, "old words") == []
    assert await found(store, "corrected new") == [1]
    period = {"since": None, "until": None}
    assert await store.corpus.about(["alibaba"], **period, limit=5) == []
    assert await store.corpus.about(["weibo"], **period, limit=5) == [after]
    assert await store.corpus.topic_counts() == {"weibo": 1, "tencent": 1}
    assert await store.corpus.without_points(5) == [after]


async def test_what_a_new_version_leaves_empty_stays(store: Store) -> None:
    await store.corpus.add([article(1, points=("Kept.",))])
    before = await get(store, 1)
    sparse = article(1, author="", publisher="", language="", published=None, tags=about("weibo"))
    assert await store.corpus.add([sparse]) == [Added(1, "updated")]
    assert await get(store, 1) == replace(before, tags=about("weibo"))


async def test_articles_without_an_address_are_known_by_title_and_date_or_by_text(
    store: Store,
) -> None:
    dated, note = article(1, url=""), article(2, url="", published=None)
    assert [each.outcome for each in await store.corpus.add([dated, note])] == ["new", "new"]
    corrected = replace(dated, body="Corrected.")
    assert await store.corpus.add([corrected, note]) == [Added(1, "updated"), Added(2, "duplicate")]
    other_day = article(1, hours=24, url="")
    assert await store.corpus.add([other_day, replace(note, body="Another note.")]) == [
        Added(3, "new"),
        Added(4, "new"),
    ]
    assert await store.corpus.by_url("") is None


async def test_an_organisation_is_tagged_once_and_as_a_subject_if_it_is_one(store: Store) -> None:
    await store.corpus.add([article(1, tags=(*passing("alibaba"), *about("alibaba")))])
    assert (await get(store, 1)).tags == about("alibaba")


async def test_a_thousand_and_more_are_added_in_one_go(store: Store) -> None:
    many = [article(n, hours=-n) for n in range(1100)]
    assert [each.outcome for each in await store.corpus.add(many)] == ["new"] * 1100
    assert [each.outcome for each in await store.corpus.add(many)] == ["duplicate"] * 1100
    changed = [replace(each, body="Else.") for each in many]
    assert [each.outcome for each in await store.corpus.add(changed)] == ["updated"] * 1100
    assert await found(store, "says") == []
    assert len(await store.corpus.search("else", limit=2000)) == 1100


# --- brought by feeds ---------------------------------------------------------------------------


async def test_an_entry_becomes_an_article_and_its_new_version_changes_it(store: Store) -> None:
    source = await watched(store)
    first = article(1, body="The first version.", points=("First.",))
    recorded = await store.sources.record(
        [check(source.id, entry("e", 1, first), entry("irrelevant", 1, None))]
    )
    assert recorded == Recorded(new=1, updated=0, duplicates=0)
    second = article(7, body="The second version.")  # at another address
    recorded = await store.sources.record([check(source.id, entry("e", 2, second))])
    assert recorded == Recorded(new=0, updated=1, duplicates=0)
    after = await get(store, 1)
    assert (after.title, after.url, after.points) == ("Report 7", second.url, ())
    assert after.source_id == source.id
    assert await found(store, "version") == [1]
    assert await found(store, "first") == []
    assert await store.corpus.by_url(first.url) is None
    assert await store.corpus.by_url(second.url) == after


async def test_an_entry_that_is_no_longer_relevant_leaves_its_article(store: Store) -> None:
    source = await watched(store)
    await store.sources.record([check(source.id, entry("e", 1, article(1)))])
    await store.sources.record([check(source.id, entry("e", 2, None))])
    await store.sources.record([check(source.id, entry("e", 3, article(1, body="Back.")))])
    assert (await get(store, 1)).body == "Back."
    assert (await store.corpus.totals()).articles == 1


async def test_one_address_in_two_feeds_is_one_article(store: Store) -> None:
    ours, theirs = await watched(store, 1), await watched(store, 2)
    short = article(1, publisher="Theirs", body="An excerpt.")
    recorded = await store.sources.record(
        [check(ours.id, entry("e", 1, article(1))), check(theirs.id, entry("x", 1, short))]
    )
    assert recorded == Recorded(new=1, updated=0, duplicates=1)
    # What the second feed makes of it later is its own affair; the first may change it.
    changed = replace(short, body="Another excerpt.")
    recorded = await store.sources.record([check(theirs.id, entry("x", 2, changed))])
    assert recorded == Recorded(new=0, updated=0, duplicates=1)
    assert (await get(store, 1)).publisher == "The Daily"
    recorded = await store.sources.record(
        [check(ours.id, entry("e", 2, article(1, body="Whole.")))]
    )
    assert recorded.updated == 1


async def test_an_entry_that_moves_to_the_address_of_another_article_is_linked_to_it(
    store: Store,
) -> None:
    source = await watched(store)
    await store.sources.record(
        [check(source.id, entry("a", 1, article(1)), entry("b", 1, article(2)))]
    )
    recorded = await store.sources.record([check(source.id, entry("a", 2, article(2)))])
    assert recorded == Recorded(new=0, updated=0, duplicates=1)
    assert (await store.corpus.totals()).articles == 2


async def test_what_was_read_in_full_is_not_cut_back_by_its_feed(store: Store) -> None:
    source = await watched(store)
    await store.sources.record([check(source.id, entry("e", 1, article(1, body="Excerpt.")))])
    await store.corpus.add([article(1, body="The whole text.")])
    await store.sources.record([check(source.id, entry("e", 2, article(1, body="Excerpt two.")))])
    assert (await get(store, 1)).body == "The whole text."


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    source = await watched(store)

    def disk_full(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE sources"):
            raise StoreError("The disk that holds the database is full.")

    brought = check(source.id, entry("e", 1, article(1, keyed=True, body=DEAL)), etag="x")
    event.listen(Engine, "before_cursor_execute", disk_full)
    try:
        with pytest.raises(StoreError, match="full"):
            await store.sources.record([brought])
    finally:
        event.remove(Engine, "before_cursor_execute", disk_full)
    assert (await store.corpus.totals()).articles == 0
    assert await store.sources.known_entries([source.id]) == {source.id: {}}
    assert await found(store, "stake") == []
    # The story that was founded in memory is forgotten as well.
    assert await store.corpus.add([article(2, keyed=True, body=DEAL)]) == [Added(1, "new")]
    assert (await get(store, 1)).story_id == 1


# --- by several processes -----------------------------------------------------------------------


async def test_processes_that_bring_the_same_articles_end_with_one_of_each(
    open_store: Opener,
) -> None:
    stores = [await open_store() for _ in range(3)]

    async def bring(store: Store, seed: int) -> list[Added]:
        many = [article(n) for n in range(40)]
        random.Random(seed).shuffle(many)
        return [added for at in range(0, 40, 8) for added in await store.corpus.add(many[at:][:8])]

    outcomes = await asyncio.gather(*(bring(store, seed) for seed, store in enumerate(stores)))
    assert sum(added.outcome == "new" for each in outcomes for added in each) == 40
    assert (await stores[0].corpus.totals()).articles == 40
    assert sorted(await found(stores[0], "says")) == list(range(1, 41))


# --- stories ------------------------------------------------------------------------------------

REWRITE = DEAL.replace("on Tuesday", "this week").replace("for three years", "for years to come")
ELSEWHERE = (
    "Tencent shares fell after regulators in Beijing published draft rules on the time that minors "
    "may spend in online games, wiping billions off the value of the largest game publisher."
)


async def test_reports_of_one_event_share_a_story(store: Store) -> None:
    added = await store.corpus.add(
        [
            article(1, keyed=True, title="Alibaba buys into Weibo", body=DEAL, hours=5),
            article(2, keyed=True, title="Alibaba buys stake in Weibo", body=REWRITE),
            article(3, keyed=True, title="New rules for games", body=ELSEWHERE),
            article(4, title="No key", body=DEAL),
            article(5, keyed=True, title="Alibaba buys into Weibo", body=DEAL, hours=24 * 30),
        ]
    )
    stories = [(await get(store, each.id)).story_id for each in added]
    # The earliest report founds a story, whatever the order they arrive in.
    assert stories == [2, 2, 3, 4, 5]
    assert (await store.corpus.totals()).stories == 4


async def test_a_story_is_found_again_by_another_process_and_after_a_restart(
    open_store: Opener,
) -> None:
    ours, theirs = await open_store(), await open_store()
    report = article(1, keyed=True, title="Alibaba buys into Weibo", body=DEAL)
    await theirs.corpus.add([article(10, keyed=True, title="Games", body=ELSEWHERE)])
    await ours.corpus.add([report])
    # Theirs has these days in memory already and hears of what ours added since.
    await theirs.corpus.add([article(2, keyed=True, title="Stake in Weibo", body=REWRITE)])
    anew = await open_store()
    await anew.corpus.add([replace(report, url="https://copy.example/")])
    assert [(await get(anew, id_)).story_id for id_ in (1, 2, 3, 4)] == [1, 2, 2, 2]


async def test_a_new_version_stays_in_its_story_and_is_compared_by_its_new_text(
    store: Store,
) -> None:
    await store.corpus.add([article(1, keyed=True, title="Something", body=ELSEWHERE)])
    await store.corpus.add([article(1, keyed=True, title="Stake in Weibo", body=DEAL)])
    await store.corpus.add([article(2, keyed=True, title="Stake in Weibo", body=REWRITE)])
    await store.corpus.add([article(3, keyed=True, title="Something", body=ELSEWHERE)])
    assert [(await get(store, id_)).story_id for id_ in (1, 2, 3)] == [1, 1, 3]
