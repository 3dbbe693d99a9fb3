"""Any reports in any order, all at once or by and by, and any number of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.facts import (
    Bound,
    Claim,
    Evidence,
    Fact,
    Kind,
    Money,
    Party,
    PartyRole,
    Quantity,
    Report,
    Status,
    When,
)
from briefings.ledger.alliances import alliance, partners
from briefings.ledger.events import keys
from briefings.ledger.news import News, by_importance, changed
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import superseding
from briefings.model import Precision, Published
from tests.fakes.claims import money, stake
from tests.ledger.reports import added, only, report, without

FIRST = date(2013, 1, 1)
ORGANISATIONS = ("alibaba", "tencent", "weibo", "Zhipu Ltd", "Zhipu")

days = st.integers(0, 150).map(lambda number: FIRST + timedelta(days=number))
quantities = st.builds(
    Quantity,
    st.sampled_from([Decimal(value) for value in ("17.5", "18", "18.2", "20", "500", "503")]),
    st.sampled_from(Bound),
    st.sampled_from([Decimal("0.1"), Decimal(1)]),
)
periods = st.one_of(
    days.map(When.day),
    st.builds(When.months, st.just(2013), st.sampled_from([1, 4]), st.sampled_from([1, 3, 12])),
)
deal_parties = st.lists(
    st.tuples(
        st.sampled_from(ORGANISATIONS),
        st.sampled_from([PartyRole.BUYER, PartyRole.TARGET, PartyRole.SELLER, PartyRole.PARTNER]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda named: named[0],
)


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), strategy)


@st.composite
def claims(draw: Callable[..., object]) -> Claim:
    kind = draw(st.sampled_from([Kind.STAKE, *Kind]))
    figure = kind in (Kind.METRIC, Kind.TARGET)
    named = draw(deal_parties)
    if figure:
        named = [(draw(st.sampled_from(["weibo", "tencent"])), PartyRole.SUBJECT)]
    elif draw(st.booleans()):
        named = [("alibaba", PartyRole.BUYER), ("weibo", PartyRole.TARGET)]
    sentence = draw(st.sampled_from(["One sentence.", "Another.", "A third one, from a wire."]))
    amounts = st.builds(Money, quantities, st.sampled_from(["", "USD", "CNY"]))
    return Claim(
        kind,
        tuple(Party(role, name if name.islower() else None, name) for name, role in named),
        draw(st.sampled_from(Status)),
        Evidence(sentence, 0, len(sentence)),
        "en",
        percent=None if figure else draw(maybe(quantities)),
        amount=draw(maybe(amounts)),
        metric="users" if figure else "",
        value=draw(maybe(quantities)) if figure else None,
        change_percent=draw(maybe(quantities)) if figure else None,
        when=draw(maybe(periods)),
    )


@st.composite
def many_reports(draw: Callable[..., object]) -> list[Report]:
    """Reports of a few articles, each with a number of its own as the ledger gives it."""
    articles = draw(
        st.lists(
            st.tuples(
                days,
                st.sampled_from(["", "reuters", "alibaba", "blog", "wire"]),
                st.sampled_from(["filing", "company", "press", "aggregator"]),
                st.sampled_from([Precision.DAY, Precision.DAY, Precision.MONTH, Precision.YEAR]),
                st.lists(claims(), min_size=1, max_size=3),
            ),
            min_size=1,
            max_size=14,
        )
    )
    found: list[Report] = []
    for number, (day, voice, tier, precision, said) in enumerate(articles):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if precision is Precision.YEAR:
            at = at.replace(month=1, day=1)
        if precision is Precision.MONTH:
            at = at.replace(day=1)
        published = Published(at, precision)
        for claim in said:
            found.append(Report(len(found) + 1, number, published, voice, voice, tier, claim))
    return found


def as_sets(facts: Iterable[Fact]) -> set[frozenset[int]]:
    return {frozenset(report.id for report in fact.reports) for fact in facts}


@settings(max_examples=300, deadline=None)
@given(many_reports(), st.randoms(use_true_random=False))
def test_the_order_of_reports_makes_no_difference(reports: list[Report], random: object) -> None:
    shuffled = list(reports)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reconcile(shuffled) == reconcile(reports)


@settings(max_examples=500, deadline=None)
@given(many_reports(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_by_and_by_comes_to_the_same_as_all_at_once(
    reports: list[Report], size: int, random: object
) -> None:
    random.shuffle(reports)  # type: ignore[attr-defined]
    by_and_by = added(reports, size)
    assert set(by_and_by) == set(reconcile(reports))


@settings(max_examples=200, deadline=None)
@given(many_reports())
def test_every_report_is_in_one_fact_and_shares_keys_along_it(reports: list[Report]) -> None:
    facts = reconcile(reports)
    assert sorted(one.id for fact in facts for one in fact.reports) == [one.id for one in reports]
    for fact in facts:
        reached, waiting = list(fact.reports[:1]), list(fact.reports[1:])
        for one in reached:
            near = [other for other in waiting if set(keys(one)) & set(keys(other))]
            reached += near
            waiting = [other for other in waiting if other not in near]
        assert not waiting


@settings(max_examples=200, deadline=None)
@given(many_reports(), days)
def test_whatever_is_made_of_the_facts_holds_together(reports: list[Report], day: date) -> None:
    facts = reconcile(reports)
    for one in superseding(facts):
        assert one.earlier in facts
        assert one.later in facts
        assert one.earlier is not one.later
    for found in (*partners("alibaba", facts, day), *partners("alibaba", facts)):
        assert found.facts
        assert found.since <= found.last
    between = alliance("alibaba", "weibo", facts, day)
    if between:
        assert all(one.published.at.date() <= day for fact in between.facts for one in fact.reports)
    news = changed(facts, {report.article_id for report in reports})
    assert news == News()
    assert changed(facts, ()).new == tuple(by_importance(facts))
    for fact in facts:
        assert fact.value is None or fact.value in {one.claim.value for one in fact.reports}
        assert fact.status in {one.claim.status for one in fact.reports}
        assert fact.voices <= len({one.voice for one in fact.reports})


@settings(max_examples=200, deadline=None)
@given(many_reports(), st.integers(0, 13))
def test_without_an_article_the_facts_are_as_if_it_had_never_been(
    reports: list[Report], article: int
) -> None:
    left = [report for report in reports if report.article_id != article]
    assert as_sets(without(reconcile(reports), article)) == as_sets(reconcile(left))


# --- hostile reports ----------------------------------------------------------------------------


def test_parties_without_names_and_absurd_numbers_are_borne() -> None:
    absurd = ["NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E-999999", "0", "-18"]
    nobody = Party(PartyRole.BUYER, None, "")
    strange = Party(PartyRole.TARGET, None, "\u202e(((" * 5000)
    reports = [
        report(
            replace(
                stake("alibaba", "weibo", "18"),
                parties=parties,
                percent=Quantity(Decimal(value), bound, Decimal(step)),
                amount=Money(Quantity(Decimal(value), bound, Decimal(step)), "X" * 500),
                when=when,
            ),
            "2013-05-07",
            voice=f"{number}",
        )
        for number, value in enumerate(absurd)
        for step in ("1", "0", "NaN", "-1", "1E+999999")
        for bound in Bound
        for parties in ((), (nobody,), (nobody, strange), (strange, strange))
        for when in (None, When(date.min, date.max))
    ]
    facts = reconcile(reports)
    assert sum(len(fact.reports) for fact in facts) == len(reports)
    assert all(len(key) < 200 for one in reports for key in keys(one))
    assert max(len(keys(one)) for one in reports) < 200
    superseding(facts)
    partners("alibaba", facts)


def test_ten_thousand_reports_of_one_event_cost_little() -> None:
    reports = [
        report(
            stake("alibaba", "weibo", "18", amount=money(f"{586 + number % 7}e6")),
            (date(2013, 4, 29) + timedelta(days=number % 30)).isoformat(),
            voice=f"paper {number % 3000}",
            article=number + 1,
        )
        for number in range(10_000)
    ]
    started = time.process_time()
    fact = only(reconcile(reports))
    assert time.process_time() - started < 10
    assert len(fact.reports) == 10_000
    (share, amount) = fact.support
    assert (share.field, share.voices) == ("percent", 3000)
    assert amount.voices < fact.voices < 3000  # six of seven give another amount


def test_ten_thousand_different_figures_of_one_event_cost_little() -> None:
    reports = [
        report(stake("alibaba", "weibo", f"{number / 200 + 1:.3f}"), "2013-04-29", article=number)
        for number in range(1, 10_001)
    ]
    started = time.process_time()
    facts = reconcile(reports)
    assert time.process_time() - started < 10
    assert sum(len(fact.reports) for fact in facts) == 10_000
