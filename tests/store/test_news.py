"""What came, and what channels were told of it, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from briefings.model import EVERYBODY, Audience
from briefings.store import Store
from briefings.store.engine import Database
from briefings.store.news import News
from briefings.threads import Followed, Tagged, Told
from tests.fakes.clock import START
from tests.fakes.delivered import History
from tests.store.builders import DEAL, NOON, about, article, passing
from tests.store.test_plans import overheard, reads_everything

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@pytest.fixture
def news(database: Database) -> News:
    return News(database)


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


async def test_the_newest_article_is_the_last_one_added_whatever_its_date(
    store: Store, news: News
) -> None:
    assert await news.newest() == 0
    await store.corpus.add([article(1), article(2, hours=-1000)])
    assert await news.newest() == 2


async def test_articles_on_organisations_within_a_range_of_numbers(
    store: Store, news: News
) -> None:
    await store.corpus.add(
        [
            article(1, tags=about("weibo")),
            article(2, hours=-500, tags=(*about("weibo"), *passing("alibaba"))),
            article(3, hours=2, tags=about("tencent")),
            article(4, hours=3, tags=passing("weibo")),
        ]
    )
    found = await news.tagged({"weibo", "alibaba"}, after=1, until=3)
    assert sorted(found, key=lambda one: one.organisation) == [
        Tagged(2, 2, "alibaba", False, NOON - 500 * HOUR),
        Tagged(2, 2, "weibo", True, NOON - 500 * HOUR),
    ]
    assert await news.tagged({"weibo"}, after=3, until=9) == [
        Tagged(4, 4, "weibo", False, NOON + 3 * HOUR)
    ]
    assert await news.tagged(set(), after=0, until=9) == []


async def test_the_reports_of_a_story_are_in_the_order_of_publication(
    store: Store, news: News
) -> None:
    deal = replace(article(1, keyed=True, title="A deal", body=DEAL), url="https://a.example/1")
    later = replace(deal, url="https://b.example/1", publisher="B")
    earlier = replace(
        deal, url="https://c.example/1", published=replace(deal.published, at=NOON - HOUR)
    )
    ids = [(await store.corpus.add([each]))[0].id for each in (deal, later, earlier)]
    other = (await store.corpus.add([article(9)]))[0].id
    story = (await news.articles([ids[0]]))[0].story_id
    assert await news.reports({story, other}, until=99) == {
        story: (ids[2], ids[0], ids[1]),
        other: (other,),
    }
    assert await news.reports({story}, until=ids[1]) == {story: (ids[0], ids[1])}


@pytest.mark.parametrize(
    ("state", "counts"),
    [("planned", True), ("sent", True), ("review", True), ("failed", False), ("skipped", False)],
)
async def test_a_channel_was_told_what_was_delivered_or_still_may_be(
    store: Store, news: News, history: History, state: str, counts: bool
) -> None:
    await store.corpus.add([article(n) for n in range(1, 5)])
    channel, other = await history.channel("C1"), await history.channel("C2")
    mine = await history.subscription(channel, 1, "alibaba")
    await history.digest(mine, [1, 2, 3], state=state, due=START)
    told = [Told(channel, 2, START), Told(channel, 3, START)] if counts else []
    assert await news.told_between({channel, other}, after=1, until=3) == told
    assert await news.told_of({channel, other}, {2, 3, 4}) == told
    assert await news.told_of({other}, {2, 3, 4}) == []
    assert await news.followed({channel, other}) == (
        [Followed(channel, ("alibaba",), 3, START)] if counts else []
    )


async def test_the_first_time_it_was_told_counts_and_every_digest_of_the_channel(
    store: Store, news: News, history: History
) -> None:
    await store.corpus.add([article(n) for n in range(1, 4)])
    channel = await history.channel()
    one = await history.subscription(channel, 1, "alibaba")
    two = await history.subscription(channel, 2, "alibaba weibo")
    await history.digest(one, [1], due=START, newest=2)
    await history.digest(two, [1, 3], due=START - WEEK)
    await history.digest(one, [], due=START + WEEK, newest=3)
    assert await news.told_of({channel}, {1, 3}) == [
        Told(channel, 1, START - WEEK),
        Told(channel, 3, START - WEEK),
    ]
    assert sorted(await news.followed({channel}), key=lambda each: len(each.topics)) == [
        Followed(channel, ("alibaba",), 3, START + WEEK),
        Followed(channel, ("alibaba", "weibo"), 3, START - WEEK),
    ]


async def test_a_digest_of_an_empty_corpus_is_no_start_for_another(
    news: News, history: History
) -> None:
    channel = await history.channel()
    await history.digest(await history.subscription(channel, 1, "alibaba"), [], newest=0)
    assert await news.followed({channel}) == []


async def test_thousands_of_channels_and_articles_fit_into_statements(
    store: Store, news: News, history: History
) -> None:
    await store.corpus.add([article(1)])
    channel = await history.channel()
    subscription = await history.subscription(channel, 1, "alibaba")
    await history.digest(subscription, [1])
    many = set(range(1, 2_500))
    assert await news.told_between(many, after=0, until=1) == [Told(channel, 1, START)]
    assert await news.told_of(many, many) == [Told(channel, 1, START)]
    assert len(await news.followed(many)) == 1


async def test_no_question_reads_a_whole_table(
    store: Store, news: News, history: History, database: Database
) -> None:
    await store.corpus.add([article(n) for n in range(1, 4)])
    channel = await history.channel()
    await history.digest(await history.subscription(channel, 1, "alibaba"), [1, 2])
    red = Audience(1)
    questions = {
        "newest": news.newest,
        "tagged": lambda: news.tagged({"alibaba", "weibo"}, after=1, until=3),
        "reports": lambda: news.reports({1, 2}, until=3),
        "newest in a workspace": lambda: news.newest(red),
        "unread": lambda: news.unread(EVERYBODY, after=1, until=3),
        "unread in a workspace": lambda: news.unread(red, after=1, until=3, since=NOON),
        "tagged in a workspace": lambda: news.tagged(
            {"alibaba", "weibo"}, after=1, until=3, audience=red
        ),
        "reports in a workspace": lambda: news.reports({1, 2}, until=3, audience=red),
        "told between": lambda: news.told_between({channel, 2}, after=0, until=3),
        "told of": lambda: news.told_of({channel, 2}, {1, 2}),
        "followed": lambda: news.followed({channel, 2}),
    }
    async with database.read() as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        for name, question in questions.items():
            with overheard() as sent:
                await question()
            selects = [each for each in sent if each[0].startswith("SELECT")]
            assert selects, name
            for statement, parameters in selects:
                plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
                steps = [str(row[-1]) for row in plan]
                assert [step for step in steps if reads_everything(step)] == [], name
