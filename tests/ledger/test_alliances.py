"""What holds in the place of what, what is between two organisations, and what is new."""

from __future__ import annotations

from datetime import date

import pytest

from briefings.facts import Bound, Claim, Fact, Kind, PartyRole, Report, Status, When
from briefings.ledger.alliances import alliance, partners
from briefings.ledger.news import News, by_importance, changed, strength
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import superseding
from tests.fakes.claims import claim, money, number, party, stake, users
from tests.ledger.reports import report

COMPLETED, DENIED = Status.COMPLETED, Status.DENIED
RUMOURED, UNWOUND = Status.RUMOURED, Status.UNWOUND

EIGHTEEN = stake("alibaba", "weibo", "18", option_percent=number("30"), amount=money("586e6"))
WEIBO = [
    report(EIGHTEEN, "2013-04-29"),
    report(EIGHTEEN, "2013-04-30", "BBC"),
    report(
        claim(Kind.STAKE, "alibaba", "weibo", percent=number("32", Bound.ABOUT), status=COMPLETED),
        "2014-04-17",
    ),
    report(users("weibo", "503e6"), "2013-06-03"),
]
ADVERTISING = report(claim(Kind.PARTNERSHIP, "tencent", "alibaba"), "2023-09-25", "Longbridge")


def figure(value: str, when: When | None, day: str, kind: Kind = Kind.METRIC) -> Report:
    counted = {"metric": "users", "value": number(value), "when": when}
    return report(claim(kind, "weibo", **counted), day)


def days(facts: tuple[Fact, ...]) -> list[tuple[str, str]]:
    return [(str(one.earlier.since), str(one.later.since)) for one in superseding(facts)]


# --- what holds in the place of what --------------------------------------------------------------


def test_from_18_to_32_percent_to_all_of_it_the_history_stays() -> None:
    whole = report(claim(Kind.ACQUISITION, "alibaba", "weibo", status=COMPLETED), "2016-01-05")
    assert days(reconcile([*WEIBO, whole])) == [
        ("2013-04-29", "2014-04-17"),
        ("2014-04-17", "2016-01-05"),
    ]


@pytest.mark.parametrize(
    ("later", "overtakes"),
    [
        (stake("alibaba", "weibo", "32"), True),
        (stake("alibaba", "weibo", "32", status=RUMOURED), False),
        (stake("alibaba", "weibo", "32", status=Status.IN_TALKS), False),
        (stake("tencent", "weibo", "32"), False),
        (claim(Kind.STAKE, "alibaba", "weibo", status=COMPLETED), False),
        (claim(Kind.ACQUISITION, "alibaba", "weibo"), False),
        (claim(Kind.ACQUISITION, "alibaba", "weibo", status=COMPLETED), True),
        (claim(Kind.ACQUISITION, "alibaba", "weibo", status=UNWOUND), False),
        (claim(Kind.ACQUISITION, "alibaba", "weibo", status=DENIED), False),
        (claim(Kind.DIVESTMENT, "alibaba", "weibo"), False),
        (claim(Kind.DIVESTMENT, "alibaba", "weibo", status=COMPLETED), True),
        (claim(Kind.DIVESTMENT, "alibaba", "weibo", status=RUMOURED), False),
        (claim(Kind.PARTNERSHIP, "alibaba", "weibo"), False),
    ],
)
def test_what_overtakes_an_announced_stake(later: Claim, overtakes: bool) -> None:
    facts = reconcile([report(EIGHTEEN, "2013-04-29"), report(later, "2014-03-09")])
    assert bool(superseding(facts)) is overtakes


def test_a_denial_does_not_undo_what_was_done() -> None:
    done = stake("alibaba", "weibo", "18", status=COMPLETED)
    denied = claim(Kind.ACQUISITION, "alibaba", "weibo", status=DENIED)
    assert not superseding(reconcile([report(done, "2013-04-29"), report(denied, "2014-03-09")]))


def test_a_partnership_that_ends_was_one() -> None:
    ended = claim(Kind.PARTNERSHIP, "tencent", "alibaba", status=UNWOUND)
    assert days(reconcile([ADVERTISING, report(ended, "2024-06-01")])) == [
        ("2023-09-25", "2024-06-01")
    ]


def test_each_quarter_overtakes_the_one_before_and_no_year() -> None:
    quarters = [
        figure(value, When.months(2023, month, 3), day)
        for value, month, day in (("500e6", 1, "2023-05-17"), ("520e6", 4, "2023-08-16"))
    ]
    year = figure("490e6", When.months(2022, 1, 12), "2023-03-01")
    assert days(reconcile([year, *quarters])) == [("2023-03-31", "2023-06-30")]


def test_a_target_gives_way_to_what_came_of_it_and_to_a_newer_one() -> None:
    year = When.months(2020, 1, 12)
    wanted = figure("100e3", year, "2020-01-10", Kind.TARGET)
    more = figure("200e3", year, "2020-07-10", Kind.TARGET)
    came = figure("150e3", year, "2021-02-01")
    assert days(reconcile([wanted, more])) == [("2020-01-10", "2020-07-10")]
    assert days(reconcile([wanted, came])) == [("2020-01-10", "2020-12-31")]


# --- what is between two --------------------------------------------------------------------------


def test_the_alliance_at_two_dates() -> None:
    facts = reconcile([*WEIBO, ADVERTISING])
    then = alliance("alibaba", "weibo", facts, date(2013, 12, 31))
    now = alliance("weibo", "alibaba", facts)
    assert then is not None
    assert now is not None
    assert (then.percent, then.option_percent) == (number("18"), number("30"))
    assert then.amount == money("586e6")
    assert (then.status, then.superseded) == (Status.ANNOUNCED, ())
    assert now.organisations == ("weibo", "alibaba")
    assert (now.percent, now.option_percent) == (number("32", Bound.ABOUT), None)
    assert now.status is COMPLETED
    assert (now.since, now.last) == (date(2013, 4, 29), date(2014, 4, 17))
    assert [len(fact.reports) for fact in now.facts] == [2, 1]
    assert len(now.superseded) == 1


def test_of_a_fact_only_the_reports_known_by_then_count() -> None:
    facts = reconcile(WEIBO)
    first_day = alliance("alibaba", "weibo", facts, date(2013, 4, 29))
    assert first_day is not None
    assert [fact.voices for fact in first_day.facts] == [1]
    assert alliance("alibaba", "weibo", facts, date(2013, 4, 28)) is None


def test_a_number_is_kept_when_fewer_reports_are_known() -> None:
    (fact,) = reconcile(WEIBO[:2])
    numbered = [Fact(**{name: getattr(fact, name) for name in Fact.__slots__} | {"id": 7})]
    then = alliance("alibaba", "weibo", numbered, date(2013, 4, 29))
    assert then is not None
    assert [one.id for one in then.facts] == [7]


def test_a_rumour_changes_nothing_that_holds() -> None:
    rumour = claim(Kind.DIVESTMENT, "alibaba", "weibo", status=RUMOURED)
    found = alliance("alibaba", "weibo", reconcile([*WEIBO, report(rumour, "2020-05-01")]))
    assert found is not None
    assert (found.percent, found.status) == (number("32", Bound.ABOUT), COMPLETED)
    assert found.last == date(2020, 5, 1)


def test_what_was_only_ever_rumoured_is_shown_as_that() -> None:
    rumour = stake("alibaba", "weibo", "18", status=RUMOURED)
    found = alliance("alibaba", "weibo", reconcile([report(rumour, "2013-01-05")]))
    assert found is not None
    assert (found.percent, found.status) == (number("18"), RUMOURED)


def test_after_a_sale_the_share_that_is_left_is_not_known() -> None:
    sold = claim(Kind.DIVESTMENT, "alibaba", "weibo", percent=number("5"), status=COMPLETED)
    found = alliance("alibaba", "weibo", reconcile([*WEIBO, report(sold, "2020-05-01")]))
    assert found is not None
    assert found.percent is None


def test_joint_investors_are_allies_and_two_of_their_companies_are_not() -> None:
    parties = (
        party("alibaba", PartyRole.BUYER),
        party("tencent", PartyRole.BUYER),
        party("zhipu", PartyRole.TARGET),
        party("Baichuan Inc", PartyRole.TARGET),
    )
    facts = reconcile([report(claim(Kind.INVESTMENT, parties=parties), "2023-10-31")])
    assert alliance("alibaba", "tencent", facts) is not None
    assert alliance("tencent", "baichuan inc", facts) is not None
    assert alliance("zhipu", "baichuan inc", facts) is None
    assert {one.organisations[1] for one in partners("tencent", facts)} == {
        "alibaba",
        "zhipu",
        "baichuan inc",
    }


@pytest.mark.parametrize("kind", [Kind.METRIC, Kind.TARGET, Kind.REGULATORY])
def test_figures_and_rulings_are_no_alliance(kind: Kind) -> None:
    facts = reconcile([report(claim(kind, "alibaba", "weibo", amount=money("1e9")), "2013-04-29")])
    assert alliance("alibaba", "weibo", facts) is None
    assert partners("alibaba", facts) == ()


def test_partners_come_the_most_recent_first() -> None:
    found = partners("alibaba", reconcile([*WEIBO, ADVERTISING]))
    assert [one.organisations for one in found] == [("alibaba", "tencent"), ("alibaba", "weibo")]
    assert partners("alibaba", reconcile(WEIBO), date(2012, 1, 1)) == ()


# --- what is new ----------------------------------------------------------------------------------


def test_what_changed_since_the_articles_told_before() -> None:
    first, second, later, count = WEIBO
    other_count = report(users("weibo", "800e6"), "2013-06-05", "BBC")
    facts = reconcile([*WEIBO, other_count, ADVERTISING])
    news = changed(facts, {first.article_id, count.article_id})
    assert [fact.reports[0] for fact in news.new] == [ADVERTISING, later]
    assert [fact.reports for fact in news.confirmed] == [(first, second)]
    assert [fact.reports for fact in news.contradicted] == [(count, other_count)]
    assert [(one.earlier.reports[0], one.later.reports[0]) for one in news.superseded] == [
        (first, later)
    ]


def test_told_once_more_by_the_same_voice_is_no_news() -> None:
    again = report(EIGHTEEN, "2013-05-07", "BBC")
    facts = reconcile([*WEIBO[:2], again])
    assert changed(facts, {one.article_id for one in WEIBO}) == News()


def test_deals_stand_before_figures_and_the_newest_first() -> None:
    facts = reconcile([*WEIBO, ADVERTISING])
    ordered = by_importance(facts)
    assert [fact.kind for fact in ordered] == [
        Kind.PARTNERSHIP,
        Kind.STAKE,
        Kind.STAKE,
        Kind.METRIC,
    ]
    assert strength(ordered[2]) > strength(ordered[1])
