"""What the corpus answers: by organisation, story, address, and how much there is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from briefings.model import Article, NewArticle, Role, Tag
from briefings.store import Store, Totals
from briefings.store.records import LARGEST_ID
from tests.store.builders import NOON, about, article, passing

ORGANISATIONS = ("alibaba", "tencent", "weibo", "taobao")


def generated(count: int) -> list[NewArticle]:
    """Articles over 40 days that speak of one to four organisations in either role."""
    chance = random.Random(20130429)
    many = []
    for number in range(count):
        names = chance.sample(ORGANISATIONS, chance.choice((1, 1, 2, 2, 3, 4)))
        tags = tuple(Tag(name, chance.choice(list(Role)), name) for name in names)
        many.append(article(number, hours=-chance.randrange(40 * 24), tags=tags))
    return many


def expected(
    there: list[Article], names: list[str], since: datetime | None, until: datetime | None
) -> list[int]:
    """The contract of `about`, in plain Python."""
    ranked = []
    for each in there:
        roles = {tag.organisation: tag.role for tag in each.tags}
        at = each.published.at
        if any(name not in roles for name in names):
            continue
        if (since is None or at >= since) and (until is None or at < until):
            subject = all(roles[name] is Role.SUBJECT for name in names)
            ranked.append((not subject, -at.timestamp(), -each.id))
    return [-negative for _, _, negative in sorted(ranked)]


async def test_about_is_what_plain_python_says_it_is(store: Store) -> None:
    await store.corpus.add(generated(400))
    there = [a for n in range(1, 401) if (a := await store.corpus.get(n))]
    days = (None, NOON - timedelta(days=30), NOON - timedelta(days=10, minutes=7), NOON)
    chance = random.Random(7)
    for _ in range(60):
        names = chance.sample(ORGANISATIONS, chance.choice((1, 2, 2, 3, 4)))
        since, until, limit = chance.choice(days), chance.choice(days), chance.choice((1, 9, 500))
        wanted = expected(there, names, since, until)
        period = {"since": since, "until": until}
        found, total = await store.corpus.about_of_total(names, **period, limit=limit)
        assert [each.id for each in found] == wanted[:limit]
        assert await store.corpus.about(names, **period, limit=limit) == found
        assert total == len(wanted)


@pytest.mark.parametrize(
    ("organisations", "count"),
    [([], 0), (["unheard-of"], 0), (["alibaba", "unheard-of"], 0), (["alibaba", "alibaba"], 2)],
)
async def test_about_nothing_and_about_the_same_twice(
    store: Store, organisations: list[str], count: int
) -> None:
    await store.corpus.add([article(1), article(2)])
    found, total = await store.corpus.about_of_total(organisations, since=None, until=None, limit=9)
    assert len(found) == total == count


async def test_stories_come_with_all_their_reports_newest_first(store: Store) -> None:
    await store.corpus.add([article(n, hours=n) for n in range(4)])
    found = await store.corpus.in_stories([1, 3, 4, 99], until=NOON + timedelta(hours=3))
    assert [each.id for each in found] == [3, 1]
    rest = await store.corpus.in_stories([1, 3, 4], until=None, besides={3})
    assert [each.id for each in rest] == [4, 1]
    assert await store.corpus.in_stories([], until=None) == []


async def test_points_are_pending_until_they_are_set_even_to_none(store: Store) -> None:
    await store.corpus.add(
        [article(1), article(2, hours=1), article(3, points=("Editor's.",)), article(4, hours=2)]
    )
    pending = await store.corpus.without_points(2)
    assert [each.id for each in pending] == [4, 2]
    nowhere = replace(pending[0], id=99)
    await store.corpus.set_points(
        [(pending[0], ["One.", "二。\0"]), (pending[1], []), (nowhere, ["Nowhere."])]
    )
    assert [each.id for each in await store.corpus.without_points(9)] == [1]
    filled = [each.points for n in (4, 2) if (each := await store.corpus.get(n))]
    assert filled == [("One.", "二。"), ()]
    await store.corpus.set_points([])


@pytest.mark.parametrize("changed", [{"title": "Corrected"}, {"body": "Corrected."}])
async def test_points_are_of_the_text_they_were_chosen_from(
    store: Store, changed: dict[str, str]
) -> None:
    await store.corpus.add([article(1)])
    (before,) = await store.corpus.without_points(1)
    await store.corpus.add([replace(article(1), **changed)])
    await store.corpus.set_points([(before, ["Of the old text."])])
    (after,) = await store.corpus.without_points(1)
    assert after.id == before.id
    await store.corpus.set_points([(after, ["Of the new text."])])
    assert await store.corpus.without_points(1) == []


async def test_counts_are_of_what_there_is(store: Store) -> None:
    assert await store.corpus.topic_counts() == {}
    assert await store.corpus.totals() == Totals(0, 0)
    await store.corpus.add(
        [
            article(1, tags=about("alibaba")),
            article(2, tags=(*about("weibo"), *passing("alibaba"))),
            article(3, tags=()),
        ]
    )
    assert await store.corpus.topic_counts() == {"alibaba": 2, "weibo": 1}
    assert await store.corpus.totals() == Totals(3, 3)


async def test_numbers_that_no_article_can_have(store: Store) -> None:
    for number in (0, -1, LARGEST_ID, LARGEST_ID + 1, 10**30):
        assert await store.corpus.get(number) is None
