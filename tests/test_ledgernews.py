"""What a digest says of the ledger: new, confirmed, superseded, contradicted, and nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.citing import Citations
from briefings.facts import Fact, Kind, Report, Status, When
from briefings.ledgernews import (
    CHANGES,
    CONFIRMED,
    CONTRADICTED,
    NEW,
    SUPERSEDED,
    LedgerNews,
    articles_of,
    change_lines,
    concerned,
    how_things_stand,
    what_changed,
)
from tests.fakes import recorded as fakes
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, money, on, stake, users
from tests.fakes.recorded import recorded, said

QUARTER = When.months(2019, 4, 3)
TOOK_18 = said(1, "2013-04-29", stake("acme", "globex", "18", status=Status.COMPLETED))
TOOK_32 = said(2, "2014-03-01", stake("acme", "globex", "32", status=Status.COMPLETED))
USERS = said(3, "2019-08-01", users("acme", "503e6", when=QUARTER))


def news_of(
    reports: Sequence[Report],
    *,
    told: Collection[int] = (),
    telling: Collection[int] = (),
    beyond: Collection[int] = (),
) -> LedgerNews:
    new = {*telling, *beyond}
    return what_changed(concerned(recorded(*reports), new), set(told), set(telling), new)


def shown(news: LedgerNews) -> list[tuple[str, str, str]]:
    """Every change: what it is, the figures of the fact, and what was told before."""
    articles = fakes.articles_of(each.fact for each in (*news.corrections, *news.changes))
    corrections, changes = change_lines(replace(news, evidence=articles), NAMING, Citations())
    return [(line.change, line.fact.says, line.before) for line in (*corrections, *changes)]


def test_a_first_digest_says_what_holds_deals_first() -> None:
    news = how_things_stand(recorded(TOOK_18, TOOK_32, USERS))
    assert shown(news) == [(NEW, "32%", ""), (NEW, "503 million", "")]
    assert news.articles == (2, 3)
    told = news.telling(range(9))
    assert told.holding == {TOOK_32.claim.evidence.text}  # a figure is no deal
    assert told.past == {TOOK_18.claim.evidence.text}


def test_a_first_digest_has_an_end() -> None:
    many = [
        said(n, "2019-08-01", claim(Kind.PARTNERSHIP, "acme", f"Firm {chr(64 + n // 9)}{n % 9}x"))
        for n in range(1, CHANGES + 9)
    ]
    assert len(how_things_stand(recorded(*many)).changes) == CHANGES


def test_a_fact_nobody_told_the_channel_of_is_new() -> None:
    assert shown(news_of([TOOK_18, USERS], told=[1], telling=[3])) == [(NEW, "503 million", "")]


def test_another_voice_confirms() -> None:
    again = said(4, "2013-05-02", TOOK_18.claim, text="Globex sold 18% to Acme.")
    assert shown(news_of([TOOK_18, again], told=[1], telling=[4])) == [(CONFIRMED, "18%", "")]


def test_the_same_voice_again_is_no_news() -> None:
    again = said(4, "2013-05-02", TOOK_18.claim, by="Paper 1", text="As we said: 18% of Globex.")
    assert shown(news_of([TOOK_18, again], told=[1], telling=[4])) == []


def test_a_later_stake_corrects_what_was_told() -> None:
    assert shown(news_of([TOOK_18, TOOK_32], told=[1], telling=[2])) == [
        (SUPERSEDED, "32%", "stake of 18% (completed, reported 2013-04-29)")
    ]


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.COMPLETED])
@pytest.mark.parametrize("kind", [Kind.ACQUISITION, Kind.DIVESTMENT])
def test_a_bid_that_is_not_done_corrects_no_stake_that_is_held(kind: Kind, status: Status) -> None:
    bid = said(4, "2016-03-01", claim(kind, "acme", "globex", status=status))
    assert shown(news_of([TOOK_32, bid], told=[2], telling=[4])) == [(NEW, "", "")]


def test_a_channel_that_was_never_told_gets_no_correction() -> None:
    assert shown(news_of([TOOK_18, TOOK_32], telling=[2])) == [(NEW, "32%", "")]


def test_another_figure_contradicts_what_was_told() -> None:
    other = said(4, "2019-08-02", users("acme", "700e6", when=QUARTER))
    ((change, _, before),) = shown(news_of([USERS, other], told=[3], telling=[4]))
    assert (change, before) == (CONTRADICTED, "users, 503 million (2019-Q2)")


def test_a_denial_contradicts_what_was_told() -> None:
    denied = said(4, "2013-05-01", replace(TOOK_18.claim, status=Status.DENIED))
    rumour = replace(TOOK_18, claim=replace(TOOK_18.claim, status=Status.RUMOURED))
    ((change, _, before),) = shown(news_of([rumour, denied], told=[1], telling=[4]))
    assert (change, before) == (CONTRADICTED, "stake of 18% (rumoured, reported 2013-04-29)")


def test_what_was_told_is_what_the_channel_read_not_what_is_known_by_now() -> None:
    """Untold reports of the earlier fact have another figure by majority."""
    others = [said(n, "2013-05-02", replace(TOOK_18.claim, amount=money("600e6")))
              for n in (5, 6, 7)]  # fmt: skip
    told = replace(TOOK_18, claim=replace(TOOK_18.claim, amount=money("586e6")))
    ((change, _, before),) = shown(news_of([told, *others, TOOK_32], told=[1], telling=[2]))
    assert (change, before) == (
        SUPERSEDED, "stake of 18%, US$586 million (completed, reported 2013-04-29)",
    )  # fmt: skip


def test_what_is_known_to_be_disputed_is_not_contradicted_again() -> None:
    other = said(4, "2019-08-02", users("acme", "700e6", when=QUARTER))
    third = said(5, "2019-08-03", users("acme", "503e6", when=QUARTER))
    assert shown(news_of([USERS, other, third], told=[3, 4], telling=[5])) == [
        (CONFIRMED, "503 million", "")
    ]


def test_articles_beyond_correct_but_are_not_listed() -> None:
    assert [c for c, _, _ in shown(news_of([TOOK_18, TOOK_32], told=[1], beyond=[2]))] == [
        SUPERSEDED
    ]
    assert shown(news_of([USERS], beyond=[3])) == []


def test_what_corrects_is_not_also_new() -> None:
    news = news_of([TOOK_18, TOOK_32, USERS], told=[1], telling=[2, 3])
    assert [change for change, _, _ in shown(news)] == [SUPERSEDED, NEW]
    assert news.articles == (2, 3)


def test_what_an_article_recalls_is_no_news_where_something_else_holds() -> None:
    recalled = said(9, "2020-01-01", replace(TOOK_18.claim, when=on("2013-04-29")))
    assert shown(news_of([TOOK_32, recalled], told=[2], telling=[9])) == []
    assert shown(news_of([TOOK_18, TOOK_32, recalled], told=[1, 2], telling=[9])) == []
    # Nor where both come at once to somebody who was told of neither.
    assert shown(news_of([TOOK_18, TOOK_32], telling=[1, 2])) == [(NEW, "32%", "")]


def test_only_what_new_articles_report_or_overtake_is_looked_at() -> None:
    facts = recorded(TOOK_18, TOOK_32, USERS)
    assert concerned(facts, ()) == ()
    assert concerned(facts, {9}) == ()
    assert concerned(facts, {3}) == (facts[2],)
    assert set(articles_of(concerned(facts, {2}))) == {1, 2}


PERCENTS = st.sampled_from(["10", "18", "25", "32"])
DAYS = st.sampled_from(["2013-04-29", "2013-05-01", "2014-03-01", "2016-07-08"])


@st.composite
def histories(draw: st.DrawFn) -> list[Report]:
    """Reports of stakes and of users, by four publishers."""
    reports = []
    for number in range(1, draw(st.integers(2, 9))):
        deal = draw(st.booleans())
        one = (
            stake("acme", draw(st.sampled_from(["globex", "initech"])), draw(PERCENTS))
            if deal
            else users("acme", f"{draw(PERCENTS)}e6", when=QUARTER)
        )
        reports.append(said(number, draw(DAYS), one, by=f"Paper {draw(st.integers(1, 4))}"))
    return reports


def told_by(news: LedgerNews, new: Collection[int]) -> set[int]:
    """What a channel has been told after a digest: what it told of, and what its facts cite."""
    return {*new, *news.articles}


@settings(deadline=None)
@given(histories(), st.lists(st.integers(1, 3), min_size=9, max_size=9))
def test_a_channel_hears_nothing_twice_however_the_reports_arrive(
    reports: list[Report], sizes: list[int]
) -> None:
    """Three digests: everything arrives in one of them, and nothing is said again without cause."""
    told: set[int] = set()
    for period in (1, 2, 3):
        new = {each.article_id for each, at in zip(reports, sizes, strict=False) if at == period}
        there = [each for each, at in zip(reports, sizes, strict=False) if at <= period]
        facts = recorded(*there) if there else ()
        if period == 1:
            news = how_things_stand(facts)
        else:
            news = what_changed(concerned(facts, new), told, new, new)
        changes = (*news.corrections, *news.changes)
        listed = [id(each.fact) for each in news.changes]
        assert len(listed) == len(set(listed))
        assert not set(listed) & {id(each.fact) for each in news.corrections}
        said_before = [(each.change, id(each.fact), each.before) for each in changes if each.before]
        assert len(said_before) == len(set(said_before))
        if period > 1:
            assert all(_reported(each.fact, new) for each in changes)
            assert all(not _reported(e.fact, told) for e in news.changes if e.change == NEW)
        told |= told_by(news, new)
        # The same once more, with nothing new: silence.
        assert what_changed(concerned(facts, ()), told, (), ()) == LedgerNews()
        assert what_changed(concerned(facts, new), told, new, new) == LedgerNews()


def _reported(fact: Fact, articles: Collection[int]) -> bool:
    return any(report.article_id in articles for report in fact.reports)
