"""Which deal between two holds in the place of which: what is held, what is sought, what is sold.

The tables are the decision, pair by pair. Earlier facts are of 2014, later ones of 2016.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.facts import Alliance, Claim, Fact, Kind, Report, Status, When
from briefings.ledger.alliances import alliance
from briefings.ledger.extract import Extractor
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import superseding
from briefings.model import Precision, Published
from tests.fakes.claims import claim, money, number
from tests.ledger.reports import report

STAKE, ACQUISITION = Kind.STAKE, Kind.ACQUISITION
DIVESTMENT, INVESTMENT = Kind.DIVESTMENT, Kind.INVESTMENT
KINDS = (STAKE, ACQUISITION, DIVESTMENT, INVESTMENT)
RUMOURED, TALKS, ANNOUNCED = Status.RUMOURED, Status.IN_TALKS, Status.ANNOUNCED
COMPLETED, UNWOUND, DENIED = Status.COMPLETED, Status.UNWOUND, Status.DENIED


def deal(kind: Kind, status: Status, share: str = "", option: str = "", paid: str = "") -> Claim:
    figures: dict[str, Any] = {
        "percent": number(share) if share else None,
        "option_percent": number(option) if option else None,
        "amount": money(paid) if paid else None,
    }
    return claim(kind, "alibaba", "weibo", status=status, **figures)


def usual(kind: Kind, status: Status, share: str) -> Claim:
    """A deal as it is mostly told: a stake with its share, the others bare."""
    return deal(kind, status, share if kind is STAKE else "")


def overtakes(later: Claim, earlier: Claim) -> bool:
    facts = reconcile([report(earlier, "2014-04-17"), report(later, "2016-03-01", "BBC")])
    assert len(facts) == 2
    return bool(superseding(facts))


def test_the_day_of_adding_overtakes_nothing() -> None:
    true = report(deal(STAKE, COMPLETED, "18"), "2013-05-07")
    undated = report(deal(STAKE, COMPLETED, "30"), "2026-11-16", "BBC")
    assert superseding(reconcile([true, undated])), "a day that somebody gives"
    undated = replace(undated, published=replace(undated.published, precision=Precision.ADDED))
    assert not superseding(reconcile([true, undated]))
    later = report(deal(STAKE, COMPLETED, "40"), "2027-01-05", "AFP")
    assert len(superseding(reconcile([undated, later]))) == 1, "it is known to be older"
    told = replace(undated.claim, when=When.months(2014, 9))
    (one,) = superseding(reconcile([true, replace(undated, claim=told)]))
    assert (one.earlier.since.year, one.later.since.year) == (2013, 2014)


# --- every kind and status against every other --------------------------------------------------

LETTERS = {RUMOURED: "r", TALKS: "t", ANNOUNCED: "a", COMPLETED: "c", UNWOUND: "u", DENIED: "d"}
TABLE = """
                  stake  acquisition  divestment  investment
stake r           r      r            r           .
stake t           rt     rt           rt          .
stake a           rta    rt           rt          .
stake c           rtac   c            c           .
stake u           .      .            .           .
stake d           .      .            .           .
acquisition r     r      r            r           .
acquisition t     rt     rt           rt          .
acquisition a     rt     rta          rt          .
acquisition c     rtac   rtac         rtac        .
acquisition u     .      rtac         .           .
acquisition d     .      rta          .           .
divestment r      r      r            r           .
divestment t      rt     rt           rt          .
divestment a      rt     rt           rta         .
divestment c      rtac   rtac         rtac        .
divestment u      .      .            rta         .
divestment d      .      .            rta         .
investment r      .      .            .           .
investment t      .      .            .           .
investment a      .      .            .           rt
investment c      .      .            .           rt
investment u      .      .            .           rta
investment d      .      .            .           rta
"""
"""A row for each later fact: in the column of a kind the statuses of it that it overtakes.

Stakes give a share, 18% before and 32% after; the others give no figure.
"""


def decided() -> dict[tuple[Kind, Status, Kind, Status], bool]:
    head, *rows = TABLE.strip().splitlines()
    columns = [Kind(kind) for kind in head.split()]
    found = {}
    for row in rows:
        kind, letter, *cells = row.split()
        (status,) = (status for status, its in LETTERS.items() if its == letter)
        for column, cell in zip(columns, cells, strict=True):
            for earlier in Status:
                found[Kind(kind), status, column, earlier] = LETTERS[earlier] in cell
    return found


def test_every_kind_and_status_against_every_other() -> None:
    table = decided()
    assert len(table) == (len(KINDS) * len(Status)) ** 2
    found = {
        (kind, status, before, was): overtakes(usual(kind, status, "32"), usual(before, was, "18"))
        for kind, status, before, was in product(KINDS, Status, KINDS, Status)
    }
    assert {pair for pair in table if found[pair] is not table[pair]} == set()


@pytest.mark.parametrize(
    ("later", "earlier", "expected"),
    [
        # A share of its own: what is called off is the deal that has the same figure.
        (deal(STAKE, UNWOUND, "18"), deal(STAKE, ANNOUNCED, "18"), True),
        (deal(STAKE, UNWOUND, "18"), deal(STAKE, COMPLETED, "18"), True),
        (deal(STAKE, UNWOUND, "40"), deal(STAKE, COMPLETED, "18"), False),
        (deal(STAKE, UNWOUND), deal(STAKE, ANNOUNCED, "18"), True),
        (deal(STAKE, UNWOUND), deal(STAKE, COMPLETED, "18"), False),
        (deal(STAKE, DENIED, "18"), deal(STAKE, ANNOUNCED, "18"), True),
        (deal(STAKE, DENIED, "18"), deal(STAKE, COMPLETED, "18"), False),
        (deal(STAKE, DENIED), deal(STAKE, TALKS), True),
        (deal(ACQUISITION, UNWOUND, paid="586e6"), deal(STAKE, ANNOUNCED, "18", "", "586e6"), True),
        (deal(ACQUISITION, UNWOUND, paid="5e9"), deal(STAKE, ANNOUNCED, "18", "", "586e6"), False),
        (deal(ACQUISITION, UNWOUND, paid="5e9"), deal(ACQUISITION, ANNOUNCED, paid="3e9"), False),
        # An option that lapses takes the share along with which it was told from nobody.
        (deal(STAKE, UNWOUND, "", "30"), deal(STAKE, ANNOUNCED, "18", "30"), False),
        (deal(STAKE, UNWOUND, "30"), deal(STAKE, ANNOUNCED, "18", "30"), False),
        (deal(STAKE, UNWOUND, "30"), deal(STAKE, ANNOUNCED, "", "30"), True),
        (deal(STAKE, ANNOUNCED, "", "35"), deal(STAKE, ANNOUNCED, "18", "30"), False),
        (deal(STAKE, ANNOUNCED, "", "35"), deal(STAKE, ANNOUNCED, "", "30"), True),
        # What is called off is all of it, unless control was had with a part of the shares.
        (deal(ACQUISITION, UNWOUND), deal(ACQUISITION, COMPLETED, "51"), False),
        # To call off or deny a sale leaves what was to be sold.
        (deal(DIVESTMENT, UNWOUND, "18"), deal(STAKE, COMPLETED, "18"), False),
        (deal(DIVESTMENT, DENIED, "18"), deal(STAKE, ANNOUNCED, "18"), False),
        (deal(DIVESTMENT, UNWOUND), deal(DIVESTMENT, COMPLETED, "18"), False),
        (deal(DIVESTMENT, UNWOUND, "18"), deal(DIVESTMENT, COMPLETED, "18"), True),
        # A stake of nobody knows how much ends what was only wanted, and nothing that is known.
        (deal(STAKE, COMPLETED), deal(STAKE, ANNOUNCED, "18"), False),
        (deal(STAKE, COMPLETED), deal(STAKE, TALKS), True),
        (deal(STAKE, COMPLETED), deal(STAKE, COMPLETED), False),
        (deal(STAKE, COMPLETED), deal(ACQUISITION, COMPLETED), False),
        # Who seeks more than it holds is still told to seek it when its holding is told again.
        (deal(STAKE, COMPLETED, "32"), deal(STAKE, ANNOUNCED, "40"), False),
        (deal(STAKE, COMPLETED, "32"), deal(STAKE, TALKS, "40"), False),
        (deal(STAKE, COMPLETED, "32"), deal(STAKE, TALKS, "", "40"), True),
    ],
)
def test_figures_tell_which_deal_is_meant(later: Claim, earlier: Claim, expected: bool) -> None:
    assert overtakes(later, earlier) is expected


@pytest.mark.parametrize("kind", [Kind.PARTNERSHIP, Kind.JOINT_VENTURE])
@pytest.mark.parametrize("was", Status)
def test_what_is_done_together_ends_and_is_denied(kind: Kind, was: Status) -> None:
    over = was in (UNWOUND, DENIED)
    assert overtakes(deal(kind, UNWOUND), deal(kind, was)) is not over
    assert overtakes(deal(kind, DENIED), deal(kind, was)) is not (over or was is COMPLETED)
    assert not any(overtakes(deal(kind, status), deal(kind, was)) for status in list(Status)[:4])


def test_a_plan_that_is_called_off_gives_back_what_it_was_to_replace() -> None:
    took = report(deal(STAKE, ANNOUNCED, "18"), "2013-04-29")
    more = report(deal(STAKE, ANNOUNCED, "32"), "2014-04-17")
    off = report(deal(STAKE, UNWOUND, "32"), "2016-01-05")
    again = report(deal(STAKE, COMPLETED, "40"), "2018-02-01")
    assert days([took, more]) == [(2013, 2014)]
    assert days([took, more, off]) == [(2014, 2016)]
    assert days([took, more, off, again]) == [(2013, 2018), (2014, 2016)]


def days(reports: list[Report]) -> list[tuple[int, int]]:
    found = superseding(reconcile(reports))
    return sorted((one.earlier.since.year, one.later.since.year) for one in found)


# --- near in time, or in one article ------------------------------------------------------------


@pytest.mark.parametrize("voice", ["Reuters", "BBC"])
@pytest.mark.parametrize("days", ["2016-03-01 2016-03-05", "2016-03-05 2016-03-01"])
@pytest.mark.parametrize(
    ("sought", "together"),
    [
        (deal(ACQUISITION, UNWOUND), False),
        (deal(ACQUISITION, DENIED), False),
        (deal(ACQUISITION, ANNOUNCED), False),
        (deal(ACQUISITION, TALKS), False),
        (deal(ACQUISITION, RUMOURED, paid="5e9"), False),
        (deal(STAKE, UNWOUND, "40"), False),
        (deal(STAKE, DENIED, "40"), False),
        (deal(STAKE, UNWOUND), False),
        (deal(STAKE, UNWOUND, "32"), True),
        (deal(ACQUISITION, COMPLETED), True),
        (deal(STAKE, DENIED), True),  # a denial of that very report
    ],
)
def test_what_is_held_is_no_part_of_what_is_sought(
    sought: Claim, together: bool, days: str, voice: str
) -> None:
    first, second = days.split()
    held = report(deal(STAKE, COMPLETED, "32"), first)
    facts = reconcile([held, report(sought, second, voice)])
    assert (len(facts) == 1) is together
    if not together:
        (stake,) = (fact for fact in facts if fact.status is COMPLETED)
        assert (stake.kind, stake.percent) == (STAKE, number("32"))
        assert not superseding(facts)


def test_a_bid_stays_one_event_around_what_is_held() -> None:
    steps = (RUMOURED, TALKS, ANNOUNCED, UNWOUND)
    bid = [report(deal(ACQUISITION, step), f"2016-03-0{n}") for n, step in enumerate(steps, 1)]
    held = [report(deal(STAKE, COMPLETED, share), f"2016-03-0{n}", "BBC")
            for n, share in ((2, "32"), (3, ""), (5, "32"))]  # fmt: skip
    facts = reconcile([*bid, *held])
    assert sorted((fact.status, len(fact.reports)) for fact in facts) == [
        (COMPLETED, 3),
        (UNWOUND, 4),
    ]


# --- as the news tells it, in both languages ----------------------------------------------------

ENTITIES = Path(__file__).resolve().parents[2] / "config" / "entities.toml"
EXTRACTOR = Extractor(Matcher(parse_entities(ENTITIES.read_text("utf-8"))))


def told(number: int, text: str, day: date) -> list[Report]:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    language = "en" if text.isascii() else "zh"
    return [
        Report(number * 100 + place, number, Published(at, Precision.DAY), f"paper {number}",
               f"paper {number}", "press", each)
        for place, each in enumerate(EXTRACTOR.claims("", text, language=language, published=day))
    ]  # fmt: skip


def between(*texts: str, apart: int = 700, as_of: date | None = None) -> Alliance:
    first = date(2014, 5, 1).toordinal()
    facts = reconcile(
        one
        for place, text in enumerate(texts)
        for one in told(place + 1, text, date.fromordinal(first + apart * place))
    )
    found = alliance("alibaba", "weibo", facts, as_of)
    assert found is not None
    return found


def beside(found: Alliance) -> list[tuple[Kind, Status]]:
    return [(fact.kind, fact.status) for fact in found.beside]


HELD = ["Alibaba completed the purchase of a 32% stake in Weibo.", "阿里巴巴持有微博32%的股份。"]
BIDS = {
    "Alibaba has scrapped its plan to acquire Weibo.": (ACQUISITION, UNWOUND),
    "Alibaba abandoned its bid to buy the rest of Weibo.": (ACQUISITION, UNWOUND),
    "Alibaba denied that it plans to acquire Weibo.": (ACQUISITION, DENIED),
    "Alibaba said it plans to acquire Weibo.": (ACQUISITION, ANNOUNCED),
    "Alibaba is in talks to acquire Weibo.": (ACQUISITION, TALKS),
    "Alibaba abandoned its plan to raise its stake in Weibo to 40%.": (STAKE, UNWOUND),
    "Alibaba plans to sell its stake in Weibo.": (DIVESTMENT, ANNOUNCED),
    "Alibaba scrapped its plan to sell its stake in Weibo.": (DIVESTMENT, UNWOUND),
    "Alibaba denied that it plans to sell its stake in Weibo.": (DIVESTMENT, DENIED),
    "阿里巴巴放弃收购微博的计划。": (ACQUISITION, UNWOUND),
    "阿里巴巴否认计划收购微博。": (ACQUISITION, DENIED),
    "阿里巴巴宣布拟收购微博。": (ACQUISITION, ANNOUNCED),
    "阿里巴巴正在洽谈收购微博。": (ACQUISITION, TALKS),
    "阿里巴巴放弃增持微博至40%的计划。": (STAKE, UNWOUND),
    "阿里巴巴终止出售微博股份。": (DIVESTMENT, UNWOUND),
}


@pytest.mark.parametrize("apart", [700, 4], ids=["years later", "days later"])
@pytest.mark.parametrize("held", HELD, ids=["en", "zh"])
@pytest.mark.parametrize("bid", BIDS)
def test_what_is_held_stays_and_the_bid_stands_beside_it(held: str, bid: str, apart: int) -> None:
    found = between(held, bid, apart=apart)
    assert (found.status, found.percent) == (COMPLETED, number("32"))
    assert found.superseded == ()
    assert beside(found) == [BIDS[bid]]
    assert between(held, bid, apart=apart, as_of=date(2014, 5, 1)).beside == ()


@pytest.mark.parametrize(
    ("text", "bid"),
    [
        ("Alibaba has scrapped its plan to acquire Weibo. Alibaba owns 32% of Weibo.", UNWOUND),
        ("Alibaba owns 32% of Weibo. Alibaba said it plans to acquire Weibo.", ANNOUNCED),
        ("Alibaba denied that it plans to acquire Weibo. Alibaba owns 32% of Weibo.", DENIED),
        ("Alibaba agreed to acquire Weibo. Alibaba already owns 32% of Weibo.", ANNOUNCED),
        ("阿里巴巴放弃收购微博的计划。阿里巴巴持有微博32%的股份。", UNWOUND),
        ("阿里巴巴计划收购微博。阿里巴巴持有微博32%的股份。", ANNOUNCED),
    ],
)
def test_an_article_may_tell_of_both(text: str, bid: Status) -> None:
    found = between(text)
    assert (found.status, found.percent) == (COMPLETED, number("32"))
    assert beside(found) == [(ACQUISITION, bid)]


@pytest.mark.parametrize("bid", BIDS)
def test_a_stake_that_was_announced_stays_too(bid: str) -> None:
    found = between("Alibaba agreed to buy 18% of Weibo for $586 million.", bid)
    assert (found.status, found.percent, found.amount) == (ANNOUNCED, number("18"), money("586e6"))
    assert beside(found) == [BIDS[bid]]


SALES = ["Alibaba sold its entire stake in Weibo.", "阿里巴巴已出售所持微博全部股份。"]


@pytest.mark.parametrize("held", HELD, ids=["en", "zh"])
@pytest.mark.parametrize("sale", SALES, ids=["en", "zh"])
def test_a_sale_that_is_complete_ends_it(held: str, sale: str) -> None:
    found = between(held, sale)
    assert (found.status, found.percent, found.beside) == (COMPLETED, None, ())
    assert len(found.superseded) == 1
    before = between(held, sale, as_of=date(2015, 1, 1))
    assert (before.status, before.percent) == (COMPLETED, number("32"))


def test_a_bid_is_told_with_its_last_word_until_it_is_done() -> None:
    steps = [
        HELD[0],
        "Alibaba said it plans to acquire Weibo.",
        "Alibaba has scrapped its plan to acquire Weibo.",
        "Alibaba completed the acquisition of Weibo.",
    ]
    found = [between(*steps[:count]) for count in (1, 2, 3, 4)]
    assert [beside(each) for each in found] == [
        [],
        [(ACQUISITION, ANNOUNCED)],
        [(ACQUISITION, UNWOUND)],
        [],
    ]
    assert [each.percent for each in found] == [number("32")] * 3 + [None]
    assert {each.status for each in found} == {COMPLETED}


def test_a_price_that_is_only_offered_is_not_what_was_paid() -> None:
    found = between(HELD[0], "Alibaba offered to buy Weibo for $5 billion.")
    assert (found.percent, found.amount) == (number("32"), None)
    (bid,) = found.beside
    assert bid.amount == money("5e9")


def test_of_many_bids_the_newest_of_each_kind_are_told() -> None:
    facts: list[Fact] = [*reconcile(
        [report(deal(STAKE, COMPLETED, "32"), "2014-01-01")]
        + [report(deal(kind, DENIED), f"{year}-06-01")
           for year in range(2015, 2021) for kind in (ACQUISITION, DIVESTMENT)]
    )]  # fmt: skip
    found = alliance("alibaba", "weibo", facts)
    assert found is not None
    assert [(fact.kind, fact.since.year) for fact in found.beside] == [
        (ACQUISITION, 2020),
        (DIVESTMENT, 2020),
    ]
