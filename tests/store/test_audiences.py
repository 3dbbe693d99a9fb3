"""What a workspace has for itself: seen by it, by nobody else, and gone when it is forgotten."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select, text

from briefings.errors import InputError
from briefings.model import EVERYBODY, Audience, FeedDefinition, NewArticle, Role, Source
from briefings.store import Added, Store
from briefings.store.audiences import KEPT_S
from briefings.store.engine import Database
from briefings.store.source_rows import MOST
from briefings.store.tables import audiences, metadata
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.clock import FakeClock
from tests.store.builders import DEAL, about, article, check, entry, passing

RED = Scope("chat", "W-red", "C1")
BLUE = Scope("chat", "W-blue", "C1")
FEED = FeedDefinition("https://feed.example/", "The Feed")
ALWAYS = {"since": None, "until": None}


async def audience(store: Store, scope: Scope) -> Audience:
    return await store.audiences.of(scope)


async def add(store: Store, scope: Scope, *new: NewArticle) -> list[Added]:
    return await store.corpus.add(new, scope)


async def brought(store: Store, source: Source, *new: NewArticle) -> None:
    """A feed brought articles; the entries are numbered."""
    entries = [entry(n, n, each) for n, each in enumerate(new)]
    await store.sources.record([check(source.id, *entries)])


async def seen(store: Store, scope: Scope) -> dict[str, object]:
    """All that an audience is ever told of the corpus, question by question."""
    corpus, news, who = store.corpus, store.news, await audience(store, scope)
    stories = list(range(1, 20))
    tagged = await news.tagged({"alibaba", "weibo"}, after=0, until=99, audience=who)
    return {
        "about": [each.id for each in await corpus.about(["alibaba"], **ALWAYS, limit=9,
                                                         audience=who)],
        "total": (await corpus.about_of_total(["alibaba"], **ALWAYS, limit=1, audience=who))[1],
        "search": [each.id for each in await corpus.search("report", limit=9, audience=who)],
        "stories": [each.id for each in await corpus.in_stories(stories, until=None, audience=who)],
        "topics": await corpus.topic_counts(who),
        "size": await corpus.size(who),
        "totals": (await corpus.totals(who)).articles,
        "newest": await news.newest(who),
        "tagged": sorted(each.article for each in tagged),
        "reports": sorted(
            id_
            for ids in (await news.reports(stories, until=99, audience=who)).values()
            for id_ in ids
        ),
        "whole": [each.id for each in await news.articles(stories, who)],
    }  # fmt: skip


def told(*ids: int) -> dict[str, object]:
    """What `seen` gives for articles on Alibaba alone, the latest having the highest number."""
    newest_first = sorted(ids, reverse=True)
    return {
        "about": newest_first,
        "total": len(ids),
        "search": newest_first,
        "stories": newest_first,
        "topics": {"alibaba": len(ids)} if ids else {},
        "size": len(ids),
        "totals": len(ids),
        "newest": max(ids, default=0),
        "tagged": sorted(ids),
        "reports": sorted(ids),
        "whole": sorted(ids),
    }


# --- who sees what ------------------------------------------------------------------------------


async def test_every_question_tells_of_everybodys_articles_and_the_askers_own(store: Store) -> None:
    await add(store, WHOLE_DESK, article(1))
    await add(store, RED, article(2, hours=1))
    await add(store, BLUE, article(3, hours=2))
    assert await seen(store, WHOLE_DESK) == told(1)
    assert await seen(store, RED) == told(1, 2)
    assert await seen(store, BLUE) == told(1, 3)
    assert await seen(store, Scope("chat", "W-new", "C1")) == told(1)
    assert await seen(store, Scope("another", "W-red", "C1")) == told(1)


async def test_what_a_feed_brings_is_for_whoever_added_the_feed(store: Store) -> None:
    red, blue = await store.sources.add(FEED, RED), await store.sources.add(FEED, BLUE)
    assert red.audience != blue.audience
    await brought(store, red, article(1))
    await brought(store, blue, article(1))
    assert await seen(store, RED) == told(1)
    assert await seen(store, BLUE) == told(2)
    assert await seen(store, WHOLE_DESK) == told()
    # What it brings anew is a version of the workspace's own.
    anew = check(red.id, entry(0, "anew", article(1, title="Report anew")))
    await store.sources.record([anew])
    titles = {each.id: each.title for each in await store.news.articles([1, 2], red.audience)}
    assert titles == {1: "Report anew"}
    assert [each.id for each in await store.corpus.search("anew", limit=9)] == []
    assert await store.sources.list() == []


async def test_walks_of_two_audiences_are_one_list(store: Store) -> None:
    rng = random.Random(7)
    kinds = [about("alibaba"), passing("alibaba"), about("alibaba", "weibo"),
             (*about("alibaba"), *passing("weibo")), about("weibo")]  # fmt: skip
    whose: dict[int, Scope] = {}
    for number in range(120):
        scope = rng.choice((WHOLE_DESK, WHOLE_DESK, RED, BLUE))
        new = article(number, hours=rng.randrange(2_000), tags=rng.choice(kinds))
        (added,) = await add(store, scope, new)
        whose[added.id] = scope
    there = [each for id_ in whose if (each := await store.corpus.get(id_))]
    for reader in (WHOLE_DESK, RED, BLUE):
        who = await audience(store, reader)
        for names in (["alibaba"], ["weibo"], ["weibo", "alibaba"]):
            mine = [
                each for each in there
                if whose[each.id] in (WHOLE_DESK, reader)
                and set(names) <= {tag.organisation for tag in each.tags}
            ]  # fmt: skip
            subjects = {
                each.id for each in mine
                if all(tag.role is Role.SUBJECT for tag in each.tags if tag.organisation in names)
            }  # fmt: skip
            mine.sort(key=lambda each: (each.published.at, each.id), reverse=True)
            expected = [each.id for each in mine if each.id in subjects]
            expected += [each.id for each in mine if each.id not in subjects]
            for limit in (1, 7, 500):
                found, total = await store.corpus.about_of_total(
                    names, **ALWAYS, limit=limit, audience=who
                )
                assert [each.id for each in found] == expected[:limit]
                assert total == len(expected)


async def test_a_story_is_told_by_the_reports_one_may_see(store: Store) -> None:
    await add(store, RED, article(1, keyed=True, body=DEAL))
    (common,) = await add(store, WHOLE_DESK, article(2, keyed=True, body=DEAL))
    story = (await store.news.articles([common.id]))[0].story_id
    assert story == 1
    assert [each.id for each in await store.corpus.in_stories([story], until=None)] == [2]
    assert await store.news.reports({story}, until=9) == {story: (2,)}
    red = await audience(store, RED)
    assert await store.news.reports({story}, until=9, audience=red) == {story: (1, 2)}


# --- one article or two -------------------------------------------------------------------------


async def test_what_everybody_has_is_no_other_article_for_a_workspace(store: Store) -> None:
    await add(store, WHOLE_DESK, article(1))
    mine = article(1, title="What a page says today")
    assert await add(store, RED, mine) == [Added(1, "duplicate")]
    source = await store.sources.add(FEED, RED)
    await brought(store, source, mine)
    assert (await store.corpus.totals(source.audience)).articles == 1
    assert (await store.news.articles([1]))[0].title == "Report 1"


async def test_a_text_for_a_bare_headline_is_the_workspaces_own(store: Store) -> None:
    await add(store, WHOLE_DESK, article(1, body=""))
    assert await add(store, RED, article(1)) == [Added(2, "new")]
    assert await add(store, RED, article(1)) == [Added(2, "duplicate")]
    own = await store.corpus.by_url(article(1).url, await audience(store, RED))
    common = await store.corpus.by_url(article(1).url, await audience(store, BLUE))
    assert own is not None
    assert common is not None
    assert (own.id, own.body) == (2, article(1).body)
    assert (common.id, common.body) == (1, "")


async def test_what_a_workspace_had_first_is_everybodys_too_when_it_comes(store: Store) -> None:
    await add(store, RED, article(1))
    assert await store.corpus.by_url(article(1).url) is None
    assert await add(store, WHOLE_DESK, article(1)) == [Added(2, "new")]
    assert await add(store, BLUE, article(1)) == [Added(2, "duplicate")]
    own = await store.corpus.by_url(article(1).url, await audience(store, RED))
    assert own is not None
    assert own.id == 1


# --- sources ------------------------------------------------------------------------------------


async def test_what_is_watched_for_everybody_is_not_added_again(store: Store) -> None:
    common = await store.sources.add(FEED)
    with pytest.raises(InputError, match=f"watched already: it is source {common.id}"):
        await store.sources.add(FEED, RED)
    assert await store.sources.list(await audience(store, RED)) == [common]
    await store.sources.remove(common.id)
    assert (await store.sources.add(FEED, RED)).id > common.id
    await store.sources.add(FEED)
    assert len(await store.sources.list(await audience(store, RED))) == 2


async def test_only_ones_own_sources_are_removed(store: Store) -> None:
    common = await store.sources.add(FEED)
    red = await store.sources.add(FeedDefinition("https://red.example/", "Red Letter"), RED)
    with pytest.raises(InputError) as foreign:
        await store.sources.remove(red.id, BLUE)
    with pytest.raises(InputError) as absent:
        await store.sources.remove(999, BLUE)
    assert str(foreign.value).replace(str(red.id), "999") == str(absent.value)
    for scope in (RED, BLUE):  # which has nothing of its own, and is not everybody for that
        with pytest.raises(InputError) as refused:
            await store.sources.remove(common.id, scope)
        assert "for everybody" in refused.value.message
        assert "Whoever runs the desk" in refused.value.remedy
    assert await audience(store, BLUE) == EVERYBODY
    with pytest.raises(InputError, match="There is no source"):
        await store.sources.remove(red.id)
    assert await store.sources.remove(red.id, RED) == red
    assert [each.id for each in await store.sources.of_all()] == [common.id]


async def test_shipped_feeds_leave_a_workspaces_alone(store: Store) -> None:
    own = await store.sources.add(FEED, RED)
    await store.sources.sync([FEED])
    await store.sources.sync([])
    common, mine = sorted(await store.sources.list(own.audience), key=lambda each: each.audience)
    assert (common.origin, common.definition.enabled) == ("shipped", False)
    assert mine == own


async def test_a_feed_that_moves_stops_for_its_own_audience_alone(store: Store) -> None:
    red = await store.sources.add(FEED, RED)
    blue = await store.sources.add(FeedDefinition("https://old.example/", "Old"), BLUE)
    await store.sources.record([check(blue.id, url=FEED.url)])
    assert [(each.definition.url, each.state.stopped) for each in await store.sources.of_all()] == [
        (FEED.url, ""), (FEED.url, ""),
    ]  # fmt: skip
    again = await store.sources.add(FeedDefinition("https://old.example/2", "Old"), RED)
    await store.sources.record([check(again.id, url=FEED.url)])
    stopped = {each.id: bool(each.state.stopped) for each in await store.sources.of_all()}
    assert stopped == {red.id: False, blue.id: False, again.id: True}


async def test_a_workspace_has_so_many_sources_and_no_more(store: Store) -> None:
    await store.sources.sync(
        [FeedDefinition(f"https://shipped.example/{n}", "Shipped") for n in range(3)]
    )
    for number in range(MOST):
        last = await store.sources.add(FeedDefinition(f"https://f.example/{number}", "F"), RED)
    with pytest.raises(InputError, match=f"{MOST} sources of its own"):
        await store.sources.add(FEED, RED)
    await store.sources.add(FEED, BLUE)
    await store.sources.remove(last.id, RED)
    await store.sources.add(FEED, RED)


# --- being away ---------------------------------------------------------------------------------


async def claimed(store: Store, clock: FakeClock) -> list[int]:
    found = await store.sources.claim_due(clock.now(), owner="me", limit=9)
    await store.sources.release(owner="me")
    return [each.id for each in found]


async def test_sources_rest_while_the_desk_is_not_there(store: Store, clock: FakeClock) -> None:
    common = await store.sources.add(FEED)
    red, off = [
        await store.sources.add(FeedDefinition(f"https://{name}.example/", name), RED)
        for name in ("red", "off")
    ]
    await store.sources.remove(off.id, RED)
    await store.audiences.rest("chat", "W-red")
    assert await claimed(store, clock) == [common.id]
    await store.audiences.wake("chat", "W-red")
    assert await claimed(store, clock) == [common.id, red.id]
    await store.audiences.rest("chat", "W-red")
    await add(store, RED, article(1))  # somebody there uses it again
    assert await claimed(store, clock) == [common.id, red.id]


async def test_asking_writes_nothing_and_a_number_is_remembered_for_a_while(
    store: Store, open_store: Callable[[], Awaitable[Store]], database: Database, clock: FakeClock
) -> None:
    assert await audience(store, RED) == EVERYBODY
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(audiences)) == 0
    other = await open_store()
    await other.sources.add(FEED, RED)
    number = await audience(store, RED)
    assert number == await audience(other, RED) != EVERYBODY
    await other.forget_audience("chat", "W-red")
    assert await audience(store, RED) == number
    assert await seen(store, RED) == told()
    clock.advance(seconds=KEPT_S)
    assert await audience(store, RED) == EVERYBODY
    again = await store.sources.add(FEED, RED)
    assert again.audience > number


async def test_a_hostile_workspace_is_a_workspace_like_another(store: Store) -> None:
    odd = Scope("chat", "W-red\0", "C1")
    await add(store, RED, article(1))
    assert await audience(store, odd) == await audience(store, RED)
    for name in ("'; DROP TABLE audiences; --", "0", " ", "§1", "W" * 4_000):
        await add(store, Scope("chat", name, "C1"), article(2))
    assert await seen(store, RED) == told(1)


# --- being forgotten ----------------------------------------------------------------------------


async def test_nothing_of_a_forgotten_workspace_is_left(store: Store, database: Database) -> None:
    await add(store, WHOLE_DESK, article(1))
    red, blue = await store.sources.add(FEED, RED), await store.sources.add(FEED, BLUE)
    await brought(store, blue, article(2, keyed=True, body=f"{DEAL} A report."))
    await brought(store, red, *(article(n, keyed=True, hours=n, title=f"Canary report {n}")
                                for n in range(3, 8)))  # fmt: skip
    before = await seen(store, BLUE)
    await store.forget_audience("chat", "W-red")
    await store.forget_audience("chat", "W-red")
    assert await seen(store, BLUE) == before
    assert await seen(store, WHOLE_DESK) == told(1)
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            if "audience" in table.c:
                rows = select(func.count()).where(table.c.audience == red.audience)
                assert await connection.scalar(rows) == 0, table.name
        for table in ("entries", "story_keys", "tags", "articles"):
            rows = text(f"SELECT count(*) FROM {table}")
            assert await connection.scalar(rows) == {"articles": 2, "tags": 2}.get(table, 1)
        if database.is_sqlite:
            await connection.execute(
                text("INSERT INTO article_terms(article_terms) VALUES ('integrity-check')")
            )
            found = text("SELECT count(*) FROM article_terms WHERE article_terms MATCH 'canary'")
        else:
            found = text("SELECT count(*) FROM article_terms WHERE terms @@ 'canary'::tsquery")
        assert await connection.scalar(found) == 0


async def test_numbers_go_on_where_a_forgotten_workspace_had_the_last(store: Store) -> None:
    await add(store, WHOLE_DESK, article(1, keyed=True, body=DEAL))
    await add(store, RED, article(2, keyed=True, body=DEAL), article(3, keyed=True, body=DEAL))
    await store.forget_audience("chat", "W-red")
    assert await add(store, WHOLE_DESK, article(4, keyed=True, body=DEAL)) == [Added(4, "new")]
    assert (await store.news.articles([4]))[0].story_id == 1
    assert await store.news.newest() == 4


async def test_another_process_goes_on_after_a_workspace_was_forgotten(
    store: Store, open_store: Callable[[], Awaitable[Store]]
) -> None:
    other = await open_store()
    await add(store, RED, article(1, keyed=True, body=DEAL))
    await add(other, BLUE, article(2, keyed=True, body=DEAL))  # it has the story in mind
    await store.forget_audience("chat", "W-red")
    (third,) = await add(other, WHOLE_DESK, article(3, keyed=True, body=DEAL))
    (fourth,) = await add(store, WHOLE_DESK, article(4, keyed=True, body=DEAL))
    assert (third.id, fourth.id) == (3, 4)
    assert await seen(store, WHOLE_DESK) == await seen(other, WHOLE_DESK)
