"""Which reports are one event or one figure, what is best supported, and where sources differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from briefings.facts import (
    Bound,
    Claim,
    Corroboration,
    Fact,
    Kind,
    Party,
    PartyRole,
    Quantity,
    Report,
    Status,
    When,
)
from briefings.ledger.reconcile import reconcile
from briefings.model import Precision, Published
from tests.fakes.claims import claim, money, number, on, party, stake, users
from tests.ledger.reports import only, report

ABOUT, AT_LEAST, UP_TO = Bound.ABOUT, Bound.AT_LEAST, Bound.UP_TO
SECOND_QUARTER = When.months(2023, 4, 3)


def share(value: str, bound: Bound = Bound.EXACT, **changes: object) -> Claim:
    return claim(Kind.STAKE, "alibaba", "weibo", percent=number(value, bound), **changes)


def counted(value: str, bound: Bound = Bound.EXACT, **changes: object) -> Claim:
    return replace(users("weibo", value, **changes), value=number(value, bound))


def revenue(value: str, currency: str = "CNY", **changes: object) -> Claim:
    filled = {"metric": "revenue", "segment": "advertising", "amount": money(value, currency)}
    return claim(Kind.METRIC, "tencent", **filled | changes)


def of(facts: Sequence[Fact]) -> list[int]:
    """How many reports each fact has."""
    return [len(fact.reports) for fact in facts]


# --- the alliance the desk was built for ---------------------------------------------------------


def test_eighteen_percent_of_weibo_is_one_fact_in_two_languages() -> None:
    english = share("18", option_percent=number("30"), amount=money("586e6"))
    chinese = share("18", ABOUT, amount=money("5.86e8"), language="zh")
    fact = only(
        reconcile([report(english, "2013-06-03", "Reuters"), report(chinese, "2013-04-29", "新浪")])
    )
    assert fact.percent == number("18")
    assert fact.option_percent == number("30")
    assert fact.amount == money("586e6")
    assert fact.voices == 2
    assert fact.corroboration is Corroboration.INDEPENDENT
    assert [(one.field, one.explained) for one in fact.differences] == [("percent", True)]


def test_eighteen_in_2013_and_thirty_two_in_2014_are_two() -> None:
    between = [report(share("18"), f"2013-{month:02}-20", f"paper {month}") for month in (5, 8, 11)]
    again = report(share("18"), "2014-03-10", "Weekly")
    told = claim(Kind.STAKE, "alibaba", "weibo")
    bare = [report(told, f"2014-{month:02}-15", f"paper {month}") for month in (1, 2, 3)]
    facts = reconcile(
        [
            report(share("18"), "2013-04-29"),
            *between,
            again,
            *bare,
            report(share("32"), "2014-03-09"),
        ]
    )
    given = {fact.percent.value: len(fact.reports) for fact in facts if fact.percent}
    assert given[number("18").value] >= 5
    assert 32 in given
    assert not any(fact.contradicted for fact in facts)


def test_a_stake_an_investment_and_an_acquisition_within_days_are_one_deal() -> None:
    fact = only(
        reconcile(
            [
                report(share("18"), "2013-04-29"),
                report(
                    claim(Kind.INVESTMENT, "alibaba", "weibo", amount=money("586e6")), "2013-04-30"
                ),
                report(claim(Kind.ACQUISITION, "alibaba", "weibo"), "2013-05-07", "A blog"),
            ]
        )
    )
    assert fact.percent == number("18")
    assert fact.amount == money("586e6")


def test_joint_investors_are_one_fact_with_those_named_alone() -> None:
    both = tuple(
        party(name, role)
        for name, role in (
            ("alibaba", PartyRole.BUYER),
            ("tencent", PartyRole.BUYER),
            ("zhipu", PartyRole.TARGET),
            ("baichuan", PartyRole.TARGET),
        )
    )
    fact = only(
        reconcile(
            [
                report(claim(Kind.INVESTMENT, parties=both), "2023-10-31"),
                report(claim(Kind.INVESTMENT, "alibaba", "zhipu"), "2023-10-20", "BBN Times"),
            ]
        )
    )
    assert fact.parties == both


def test_a_bid_by_somebody_else_is_another_event() -> None:
    bids = [claim(Kind.ACQUISITION, name, "weibo") for name in ("alibaba", "tencent")]
    assert of(reconcile(report(bid, "2013-04-29") for bid in bids)) == [1, 1]


def test_who_buys_and_who_is_bought_are_not_changed_about() -> None:
    ways = [stake("alibaba", "weibo", "18"), stake("weibo", "alibaba", "18")]
    assert of(reconcile(report(way, "2013-04-29") for way in ways)) == [1, 1]


def test_both_sides_of_a_sale_are_one() -> None:
    bought = claim(
        Kind.STAKE,
        parties=(
            party("prosus", PartyRole.BUYER),
            party("Sea Ltd", PartyRole.TARGET),
            party("tencent", PartyRole.SELLER),
        ),
        percent=number("2.6"),
    )
    sold = claim(Kind.DIVESTMENT, "tencent", "Sea", percent=number("2.6"))
    fact = only(reconcile([report(bought, "2022-01-04"), report(sold, "2022-01-05", "BBC")]))
    assert {one.role for one in fact.parties} == {
        PartyRole.BUYER,
        PartyRole.TARGET,
        PartyRole.SELLER,
    }


def test_two_claims_of_one_article_are_one_fact_with_both_sentences() -> None:
    said = [
        report(share("18"), "2013-04-29", article=7, text="Alibaba buys 18% of Weibo."),
        report(
            claim(Kind.STAKE, "alibaba", "weibo", amount=money("586e6")),
            "2013-04-29",
            article=7,
            text="Alibaba pays $586m for its stake in Weibo.",
        ),
    ]
    fact = only(reconcile(said))
    assert len(fact.reports) == 2
    assert fact.voices == 1


def test_an_article_with_two_figures_speaks_of_two_events() -> None:
    said = [report(share(value), "2014-03-10", article=7) for value in ("18", "32")]
    assert of(reconcile(said)) == [1, 1]


def test_weekly_news_of_two_partners_do_not_become_one_event_of_years() -> None:
    weeks = [
        report(claim(Kind.PARTNERSHIP, "alibaba", "tencent"), f"{year}-{month:02}-{day:02}", "BBC")
        for year in (2021, 2022)
        for month in range(1, 13)
        for day in (1, 8, 15, 22, 28)
    ]
    assert max(of(reconcile(weeks))) <= 15


# --- figures of organisations --------------------------------------------------------------------


def test_more_than_500_million_and_503_million_are_shown_with_both_sources() -> None:
    fact = only(
        reconcile(
            [
                report(counted("500e6", AT_LEAST), "2013-05-07", "Unnamed blog"),
                report(counted("503e6"), "2013-06-03", "Weissman Center"),
            ]
        )
    )
    (difference,) = fact.differences
    assert difference.explained
    assert [one.value for one in difference.readings] == [
        number("503e6"),
        number("500e6", AT_LEAST),
    ]
    assert [one.reports[0].voice for one in difference.readings] == [
        "Weissman Center",
        "Unnamed blog",
    ]
    assert fact.value == number("503e6")


def test_500_million_and_800_million_contradict_each_other() -> None:
    fact = only(
        reconcile(
            [report(counted("500e6"), "2013-05-07"), report(counted("800e6"), "2013-06-03", "BBC")]
        )
    )
    assert fact.contradicted
    assert {one.value.value for one in fact.differences[0].readings} == {500_000_000, 800_000_000}


def test_a_count_that_grew_within_weeks_is_a_newer_one() -> None:
    grown = [report(counted("503e6"), "2013-05-07"), report(counted("530e6"), "2013-06-20")]
    assert of(reconcile(grown)) == [1, 1]


@pytest.mark.parametrize(
    ("other", "facts"),
    [
        (revenue("25.0e9", when=SECOND_QUARTER), 1),
        (revenue("25.0e9"), 1),
        (revenue("25.0e9", when=When.months(2023, 7, 3)), 2),
        (revenue("25.0e9", when=When.months(2023, 1, 6)), 2),
        (revenue("25.0e9", when=SECOND_QUARTER, segment="games"), 2),
        (revenue("25.0e9", when=SECOND_QUARTER, metric="profit"), 2),
        (revenue("25.0e9", when=SECOND_QUARTER, parties=(
            Party(PartyRole.SUBJECT, "tencent", "tencent_music"),
        )), 2),
        (revenue("3.4e9", "USD", when=SECOND_QUARTER), 1),
        (revenue("148e9"), 2),
    ],
)  # fmt: skip
def test_a_figure_is_of_its_period_its_segment_and_its_unit(other: Claim, facts: int) -> None:
    told = [
        report(revenue("25e9", when=SECOND_QUARTER), "2023-08-16"),
        report(other, "2023-09-28", "Longbridge"),
    ]
    found = reconcile(told)
    assert len(found) == facts
    assert not any(fact.contradicted for fact in found)


def test_a_day_at_the_end_of_a_quarter_is_its_figure() -> None:
    counts = [
        report(counted("1327e6", when=when), "2023-08-16", voice)
        for when, voice in ((SECOND_QUARTER, "BBC"), (on("2023-06-30"), "FT"))
    ]
    fact = only(reconcile(counts))
    assert fact.when == on("2023-06-30")
    assert not fact.contradicted


def test_an_undated_figure_joins_no_two_periods() -> None:
    quarters = [
        report(counted(value, when=When.months(2023, month, 3)), day, "FT")
        for value, month, day in (("1319e6", 1, "2023-05-17"), ("1327e6", 4, "2023-07-01"))
    ]
    loose = report(counted("1.3e9", ABOUT), "2023-06-20", "BBC")
    assert sorted(of(reconcile([*quarters, loose]))) == [1, 2]


# --- which value ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "best"),
    [
        ([("20", "press", "BBC"), ("18", "press", "FT"), ("18", "press", "Wire")], "18"),
        ([("20", "aggregator", "BBC"), ("18", "press", "FT")], "18"),
        ([("20", "press", "BBC"), ("18", "filing", "SEC")], "18"),
        ([("20", "press", "BBC"), ("18.0", "press", "FT")], "18.0"),
        ([("20", "press", "BBC"), ("18", "press", "FT")], "18"),
    ],
    ids=["more voices", "nearer source", "filing", "more exact", "newer"],
)
def test_the_best_supported_value_is_taken_and_never_an_average(
    told: list[tuple[str, str, str]], best: str
) -> None:
    fact = only(
        reconcile(
            report(share(value), f"2013-04-{29 - (voice == 'BBC')}", voice, tier=tier)
            for value, tier, voice in told
        )
    )
    assert fact.percent == number(best)
    assert fact.contradicted
    assert fact.differences[0].readings[0].value == fact.percent


@pytest.mark.parametrize(
    ("one", "other", "explained"),
    [
        (number("18"), number("17.5"), True),
        (number("18"), number("18", ABOUT), True),
        (number("30", UP_TO), number("29"), True),
        (number("15", AT_LEAST), number("16"), True),
        (number("15", AT_LEAST), number("19"), False),
        (number("18"), number("20"), False),
        (number("18"), number("19"), False),
        (number("500"), number("503"), True),
        (number("18.2"), number("18.3"), False),
    ],
)
def test_rounding_and_bounds_explain_a_difference(
    one: Quantity, other: Quantity, explained: bool
) -> None:
    paid = share("18", amount=money("586e6"))
    claims = [replace(paid, percent=value) for value in (one, other)]
    fact = only(
        reconcile(report(each, "2013-04-29", f"paper {n}") for n, each in enumerate(claims))
    )
    assert [(each.field, each.explained) for each in fact.differences] == [("percent", explained)]


def test_one_number_written_two_ways_is_no_difference() -> None:
    amounts = [share("18", amount=money(value)) for value in ("25e9", "25.0e9")]
    fact = only(reconcile(report(each, "2013-04-29") for each in amounts))
    assert fact.differences == ()
    assert fact.amount == money("25.0e9")


def test_two_currencies_are_shown_and_contradict_nothing() -> None:
    amounts = [share("18", amount=money(*each)) for each in (("586e6", "USD"), ("3.6e9", "CNY"))]
    fact = only(reconcile(report(each, "2013-04-29") for each in amounts))
    assert [(one.field, one.explained) for one in fact.differences] == [("amount", True)]


def test_the_day_speaks_for_its_month() -> None:
    dates = [share("18", when=when) for when in (When.months(2013, 4), on("2013-04-29"))]
    fact = only(reconcile(report(each, "2013-05-07", f"paper {n}") for n, each in enumerate(dates)))
    assert fact.when == on("2013-04-29")
    assert fact.since == on("2013-04-29").first
    assert not fact.contradicted


# --- how far it has come -------------------------------------------------------------------------


def sale(status: Status, day: str, voice: str = "Reuters") -> Report:
    return report(claim(Kind.DIVESTMENT, "alibaba", "weibo", status=status), day, voice)


@pytest.mark.parametrize(
    ("steps", "status", "explained"),
    [
        ([Status.ANNOUNCED, Status.COMPLETED], Status.COMPLETED, None),
        ([Status.COMPLETED, Status.ANNOUNCED], Status.COMPLETED, None),
        ([Status.RUMOURED, Status.IN_TALKS], Status.IN_TALKS, None),
        ([Status.ANNOUNCED, Status.UNWOUND], Status.UNWOUND, None),
        ([Status.UNWOUND, Status.COMPLETED], Status.COMPLETED, None),
        ([Status.DENIED], Status.DENIED, None),
        ([Status.RUMOURED, Status.DENIED], Status.DENIED, False),
        ([Status.DENIED, Status.RUMOURED], Status.DENIED, False),
        ([Status.DENIED, Status.ANNOUNCED], Status.ANNOUNCED, True),
        ([Status.ANNOUNCED, Status.DENIED], Status.DENIED, False),
    ],
)
def test_status_is_the_furthest_along_and_a_denial_stands(
    steps: list[Status], status: Status, explained: bool | None
) -> None:
    fact = only(
        reconcile(sale(step, f"2023-05-{18 + at}", f"paper {at}") for at, step in enumerate(steps))
    )
    assert fact.status is status
    differing = [one.explained for one in fact.differences if one.field == "status"]
    assert differing == ([] if explained is None else [explained])


# --- who says so ---------------------------------------------------------------------------------


def said(
    voice: str, text: str = "", tier: str = "press", status: Status = Status.ANNOUNCED
) -> Report:
    day = f"2013-04-{len(voice) % 20 + 10}"
    return report(share("18", status=status), day, voice, tier=tier, text=text)


SENTENCE = "Alibaba said on Monday that it had agreed to buy 18 percent of Sina Weibo for $586m."


@pytest.mark.parametrize(
    ("told", "voices", "standing"),
    [
        ([said("BBC")], 1, Corroboration.SINGLE),
        ([said("")], 1, Corroboration.SINGLE),
        ([said("BBC"), said("FT")], 2, Corroboration.INDEPENDENT),
        ([said("BBC"), said("BBC", "In other words.")], 1, Corroboration.SINGLE),
        ([said("BBC"), said("")], 1, Corroboration.SINGLE),
        ([said("BBC", SENTENCE), said("Wire", SENTENCE.upper())], 1, Corroboration.SINGLE),
        ([said("BBC", SENTENCE), said("Wire", f"(Reuters) {SENTENCE}")], 1, Corroboration.SINGLE),
        ([said("BBC", SENTENCE), said("Wire", f"{SENTENCE} More.")], 1, Corroboration.SINGLE),
        ([said("BBC", SENTENCE), said("Portal", SENTENCE, "aggregator")], 1, Corroboration.SINGLE),
        ([said("alibaba")], 0, Corroboration.COMPANY),
        ([said("alibaba"), said("BBC")], 1, Corroboration.COMPANY),
        ([said("alibaba", tier="company")], 0, Corroboration.COMPANY),
        ([said("microsoft", tier="company")], 1, Corroboration.SINGLE),
        ([said("microsoft", tier="company", status=Status.RUMOURED)], 1, Corroboration.RUMOUR),
        ([said("BBC"), said("FT"), said("microsoft", tier="company")], 3,
         Corroboration.INDEPENDENT),
        ([said("sec", tier="filing"), said("BBC")], 2, Corroboration.FILING),
        ([said("BBC", status=Status.RUMOURED)], 1, Corroboration.RUMOUR),
        ([said("BBC", status=Status.RUMOURED), said("FT", status=Status.RUMOURED)], 2,
         Corroboration.INDEPENDENT),
    ],
    ids=[
        "one paper", "nobody known", "two papers", "one paper twice", "nobody known beside one",
        "in capitals", "with a dateline", "with a tail", "an aggregator", "a party's own paper",
        "and one more", "a party's newsroom", "anybody's newsroom", "which has heard",
        "and two papers", "a register", "a rumour", "a rumour of two",
    ],
)  # fmt: skip
def test_voices_are_counted_once_and_parties_apart(
    told: list[Report], voices: int, standing: Corroboration
) -> None:
    fact = only(reconcile(told))
    assert fact.voices == voices
    assert fact.corroboration is standing


def test_anybodys_newsroom_is_no_nearer_than_the_press() -> None:
    newsroom = report(share("20"), "2013-04-28", "microsoft", tier="company")
    fact = only(reconcile([newsroom, report(share("18"), "2013-04-29", "BBC")]))
    assert fact.percent == number("18")


def test_articles_of_a_publisher_that_a_party_owns_are_marked() -> None:
    own, other = said("alibaba"), said("BBC")
    assert only(reconcile([own, other])).party_owned == {own.article_id}


def test_a_reprint_of_the_party_is_nobody_elses_word() -> None:
    own = report(share("18"), "2013-04-28", "alibaba", tier="company", text=SENTENCE)
    fact = only(reconcile([own, report(share("18"), "2013-04-29", "Portal", text=SENTENCE)]))
    assert fact.voices == 0


def test_a_year_without_a_day_is_near_to_all_of_it() -> None:
    loose = report(counted("503e6"), "2013-01-01", "Annual")
    loose = replace(loose, published=Published(loose.published.at, Precision.YEAR))
    assert of(reconcile([loose, report(counted("503e6"), "2013-06-03")])) == [2]
