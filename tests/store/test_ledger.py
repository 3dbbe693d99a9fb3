"""What articles claim, entered and asked for: facts keep their reports and their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from briefings.facts import Bound, Evidence, Kind, Money, PartyRole, Quantity, Status, When
from briefings.ledger.version import VERSION
from briefings.store import Claimed, Store
from briefings.store.engine import Database
from tests.fakes.claims import claim, number, on, party, stake, users
from tests.store.builders import NOON
from tests.store.ledgers import Books, of, said_by

TODAY = NOON.date()


@pytest.fixture
def books(store: Store) -> Books:
    return Books(store)


async def test_a_claim_comes_back_as_it_was_entered(books: Books) -> None:
    told = claim(
        Kind.STAKE,
        status=Status.COMPLETED,
        parties=(
            party("alibaba", PartyRole.BUYER, unit="taobao"),
            party("Zhipu AI", PartyRole.TARGET),
        ),
        evidence=Evidence("它买了“18%”。\u2028", 7, 17, in_title=True),
        language="zh",
        percent=Quantity(Decimal("18.00"), Bound.ABOUT, Decimal("0.01")),
        option_percent=number("30", Bound.UP_TO),
        amount=Money(Quantity(Decimal("123456789012345678901.5"), step=Decimal("1E+20")), ""),
        undisclosed=True,
        change_percent=number("-1e-7"),
        when=When.months(2013, 4, 3),
        also=(Evidence("It cost that.", 20, 33),),
    )
    await books.enter({1: [told]})
    (fact,) = await books.all()
    (report,) = fact.reports
    assert report.claim == told
    assert str(report.claim.percent) == str(told.percent)
    assert (report.published, report.publisher, report.voice) == (
        of(1).published, "Paper 1", "paper 1"
    )  # fmt: skip


async def test_reports_of_one_event_are_one_fact_found_by_any_party_and_unit(books: Books) -> None:
    first = claim(
        Kind.STAKE,
        parties=(
            party("alibaba", PartyRole.BUYER, unit="taobao"),
            party("Zhipu AI", PartyRole.TARGET),
        ),
        percent=number("18"),
    )
    buyer = party("alibaba", PartyRole.BUYER)
    ids = [
        a.id
        for a in await books.enter(
            {1: [first], 2: [replace(first, parties=(buyer, first.parties[1]))]}
        )
    ]
    (fact,) = await books.all()
    assert [report.article_id for report in fact.reports] == ids
    for asked in (["alibaba"], ["taobao"], ["zhipu ai"], ["zhipu ai", "alibaba"]):
        found = await books.ledger.facts_of(asked, limit=5)
        assert (found.facts, found.left_out) == ((fact,), 0), asked
    for asked in (["weibo"], ["alibaba", "weibo"], ["Zhipu AI"], []):
        assert (await books.ledger.facts_of(asked, limit=5)).facts == ()
    assert (await books.ledger.facts_of(["zhipu ai", "alibaba"], limit=5)).facts == (fact,)


async def test_who_speaks_is_by_the_catalogue_of_today(books: Books) -> None:
    await books.enter({n: [stake("alibaba", "weibo", "18", text=f"Words of {n}.")] for n in (1, 2)})
    one_voice = books.store.ledger(lambda publisher, url: "a group")
    (before,), (after,) = await books.all(), [fact async for fact in one_voice.export()]
    assert {report.voice for report in before.reports} == {"paper 1", "paper 2"}
    assert {report.voice for report in after.reports} == {"a group"}
    assert (before.voices, after.voices) == (2, 1)


async def test_figures_do_not_hide_deals_and_what_is_left_out_is_counted(books: Books) -> None:
    quarters = [When.months(2000 + n, 1, 3) for n in range(9)]
    figures = [users("alibaba", f"{n + 1}00e6", when=when) for n, when in enumerate(quarters)]
    deals = [stake("alibaba", "weibo", "18", when=on("1999-01-01"))]
    deals += [claim(Kind.PARTNERSHIP, "alibaba", "tencent", when=on("1999-05-01"))]
    await books.enter({1: [*figures, *deals]})
    ask = books.ledger.facts_of
    found = await ask(["alibaba"], limit=3)
    assert [fact.kind for fact in found.facts] == [
        Kind.PARTNERSHIP, Kind.STAKE, Kind.METRIC, Kind.METRIC, Kind.METRIC
    ]  # fmt: skip
    assert [fact.when for fact in found.facts[2:]] == quarters[:5:-1]
    assert (found.older_deals, found.older_figures, found.left_out) == (0, 6, 6)
    assert (await ask(["alibaba"], limit=1)).older_deals == 1
    stakes = await ask(["alibaba"], kinds=[Kind.STAKE], limit=3)
    assert ([fact.kind for fact in stakes.facts], stakes.left_out) == ([Kind.STAKE], 0)
    early = await ask(["alibaba"], since=on("1999-05-01").first, until=quarters[2].last, limit=9)
    assert [fact.when for fact in early.facts] == [on("1999-05-01"), quarters[1], quarters[0]]


async def test_what_was_known_by_a_day_is_made_of_what_was_published_by_then(books: Books) -> None:
    await books.enter({1: [stake("alibaba", "weibo", "18", when=on("2026-03-01"))]})
    await books.enter({3: [stake("alibaba", "weibo", "18", when=on("2026-03-01"))]})
    for days, reports in ((0, 0), (1, 1), (2, 1), (3, 2)):
        known = await books.ledger.known_by(["weibo"], TODAY + timedelta(days), limit=9)
        assert [len(fact.reports) for fact in known.facts] == [reports] * bool(reports), days


# --- numbers ------------------------------------------------------------------------------------


async def test_a_fact_keeps_its_number_as_reports_come(books: Books) -> None:
    deal = stake("alibaba", "weibo", "18")
    first = await books.enter({1: [deal]})
    second = await books.enter({2: [users("weibo", "503e6"), deal]})
    both = [first[0].id, second[0].id]
    assert said_by(await books.all()) == {1: both, 2: both[1:]}


async def test_facts_that_become_one_keep_the_smallest_number_and_no_number_comes_again(
    books: Books,
) -> None:
    """18 percent a year and a half apart are two deals, unless it was told in between, too."""
    told = {1: "2013-01-01", 2: "2014-09-01", 3: "2013-11-01"}
    deals = {n: stake("alibaba", "weibo", "18", when=on(day)) for n, day in told.items()}
    first, second = await books.enter({1: [deals[1]], 2: [deals[2]]})
    assert said_by(await books.all()) == {1: [first.id], 2: [second.id]}
    (between,) = await books.enter({3: [deals[3]]})
    (one,) = await books.all()
    assert (one.id, len(one.reports)) == (1, 3)
    await books.ledger.record([Claimed(between, ())])
    assert said_by(await books.all()) == {1: [first.id], 3: [second.id]}


async def test_what_is_gone_leaves_no_fact_and_its_number_is_not_given_again(books: Books) -> None:
    (only,) = await books.enter({1: [stake("alibaba", "weibo", "18")]})
    await books.ledger.record([Claimed(only, ())])
    assert await books.all() == []
    assert (await books.ledger.totals()).facts == 0
    await books.ledger.record([Claimed(only, (stake("alibaba", "weibo", "18"),))])
    assert list(said_by(await books.all())) == [2]


# --- articles that change -----------------------------------------------------------------------


async def test_a_revised_article_says_nothing_until_it_is_read_again(books: Books) -> None:
    await books.enter({1: [users("weibo", "503e6"), stake("alibaba", "weibo", "18")]})
    number_of = {fact.kind: fact.id for fact in await books.all()}
    assert await books.ledger.pending(9) == []
    (revised,) = await books.add(replace(of(1), body="They say 19 percent now."))
    assert await books.ledger.pending(9) == [revised]
    assert await books.all() == []
    assert (await books.ledger.facts_of(["weibo"], limit=9)).facts == ()
    assert (await books.ledger.totals()).pending == 1
    await books.ledger.record([Claimed(revised, (stake("alibaba", "weibo", "19"),))])
    (fact,) = await books.all()
    # Another reading of what that fact was made of: whoever was told its number finds this.
    assert (fact.id, fact.percent) == (number_of[Kind.STAKE], number("19"))
    assert await books.ledger.pending(9) == []


async def test_a_new_tag_or_author_is_nothing_to_read_anew(books: Books) -> None:
    await books.enter({1: [stake("alibaba", "weibo", "18")]})
    await books.add(replace(of(1), author="Somebody Else", tags=()))
    assert await books.ledger.pending(9) == []
    await books.add(replace(of(1), title="Weibo again"))
    assert len(await books.ledger.pending(9)) == 1


async def test_what_was_read_in_an_older_text_is_not_entered(books: Books) -> None:
    (before,) = await books.add(of(1))
    (after,) = await books.add(replace(of(1), body="The deal is off."))
    await books.ledger.record([Claimed(before, (stake("alibaba", "weibo", "18"),))])
    assert await books.all() == []
    assert await books.ledger.pending(9) == [after]
    gone = replace(before, id=99)
    await books.ledger.record([Claimed(gone, (stake("alibaba", "weibo", "18"),))])
    assert await books.all() == []


async def test_the_newest_unread_are_read_first_and_then_what_older_rules_read(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await books.add(*map(of, range(5)))
    await books.ledger.record([Claimed(each, ()) for each in (there[4], there[1])])
    monkeypatch.setattr("briefings.store.entering.VERSION", VERSION + 1)
    await books.ledger.record([Claimed(there[3], ())])
    wanted = [there[2], there[0], there[4], there[1]]
    assert await books.ledger.pending(9) == wanted
    assert await books.ledger.pending(3) == wanted[:3]


async def test_a_deleted_article_takes_its_reports_along(books: Books, database: Database) -> None:
    deal = stake("alibaba", "weibo", "18")
    first, second, third = await books.enter({1: [deal], 2: [deal], 3: [users("weibo", "503e6")]})
    async with database.write() as connection:
        await connection.execute(text(f"DELETE FROM articles WHERE id IN ({first.id}, {third.id})"))
    assert said_by(await books.all()) == {1: [second.id]}
    assert (await books.ledger.facts_of(["weibo"], limit=9)).facts[0].voices == 1
