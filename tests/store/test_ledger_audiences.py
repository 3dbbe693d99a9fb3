"""A workspace's own reports: for its eyes only, and part of everybody's facts where they meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from briefings.facts import Kind
from briefings.model import EVERYBODY, Audience
from briefings.store import Store
from briefings.store.engine import Database
from briefings.store.tables import fact_keys, fact_parties, facts, reports
from tests.fakes.claims import claim, stake, users
from tests.store.ledgers import BLUE, RED, Books, of, said_by

DEAL = stake("alibaba", "weibo", "18")
LATER = date(2030, 1, 1)
SECRET = claim(Kind.ACQUISITION, "alibaba", "Canary Ltd")


@pytest.fixture
def books(store: Store) -> Books:
    return Books(store)


async def seen(books: Books, audience: Audience) -> dict[int, list[int]]:
    """The facts an audience is told of, whichever way it asks; all ways tell the same."""
    ledger = books.ledger
    found = said_by((await ledger.facts_of(["alibaba"], audience, limit=9)).facts)
    assert said_by((await ledger.known_by(["alibaba"], LATER, audience, limit=9)).facts) == found
    return found


async def test_a_private_report_is_seen_by_its_workspace_alone(books: Books) -> None:
    await books.enter({1: [DEAL]})
    await books.enter({2: [SECRET]}, RED)
    red, blue = await books.audience(RED), Audience(99)
    assert await seen(books, EVERYBODY) == {1: [1]}
    assert await seen(books, blue) == {1: [1]}
    assert await seen(books, red) == {1: [1], 2: [2]}
    assert (await books.ledger.facts_of(["canary ltd"], limit=9)).facts == ()
    assert (await books.ledger.facts_of(["canary ltd", "alibaba"], blue, limit=9)).facts == ()
    assert len((await books.ledger.facts_of(["canary ltd", "alibaba"], red, limit=9)).facts) == 1
    assert [fact.id async for fact in books.ledger.export()] == [1]
    for audience, count in ((EVERYBODY, 1), (blue, 1), (red, 2)):
        tally = await books.ledger.totals(audience)
        assert (tally.facts, tally.reports) == (count, count)


async def test_private_and_common_reports_of_one_event_are_one_fact_for_the_workspace(
    books: Books,
) -> None:
    await books.enter({1: [DEAL]})
    await books.enter({2: [stake("alibaba", "weibo", "18", text="In other words.")]}, RED)
    await books.enter({3: [DEAL, SECRET]}, BLUE)
    red, blue = await books.audience(RED), await books.audience(BLUE)
    assert await seen(books, EVERYBODY) == {1: [1]}
    assert await seen(books, red) == {1: [1, 2]}
    assert await seen(books, blue) == {1: [1, 3], 4: [3]}
    # One half alone finds the other one.
    for audience, told in ((red, [1, 2]), (blue, [1, 3])):
        found = await books.ledger.facts_of(["weibo"], audience, limit=1)
        assert said_by(found.facts) == {1: told}
    (fact,) = (await books.ledger.facts_of(["weibo"], red, limit=9)).facts
    assert fact.voices == 2


async def test_an_unread_private_article_is_pending_for_nobody_else(books: Books) -> None:
    await books.enter({1: [DEAL]})
    await books.enter({2: [SECRET]}, RED)
    red = await books.audience(RED)
    await books.add(replace(of(2), body="Another text."), scope=RED)
    assert (await books.ledger.totals(red)).pending == 1
    assert (await books.ledger.totals()).pending == 0
    assert [article.id for article in await books.ledger.pending(9)] == [2]
    assert await seen(books, red) == {1: [1]}


async def test_nothing_is_left_of_an_audience_that_is_forgotten(
    books: Books, database: Database
) -> None:
    await books.enter({1: [DEAL]})
    await books.enter({2: [SECRET, DEAL, users("weibo", "1e6")]}, RED)
    red = await books.audience(RED)
    await books.store.forget_audience(RED.platform, RED.workspace)
    assert await seen(books, red) == {1: [1]}
    async with database.read() as connection:
        for table in (facts, fact_keys, fact_parties):
            left = select(func.count()).where(table.c.audience == red)
            assert await connection.scalar(left) == 0
        assert await connection.scalar(select(func.count()).select_from(reports)) == 1
