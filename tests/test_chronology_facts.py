"""Timelines with deals of the ledger: their dates, their stories, and their place among others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from matplotlib.lines import Line2D

from bot.charts import alt_text, timeline_figure
from briefings.answers import Timeline
from briefings.chronology import compose_timeline
from briefings.compose import Question
from briefings.facts import Fact, Kind, Status, When
from briefings.model import Article
from briefings.render import markdown
from tests.fakes.articles import article, day
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, money, on, stake, users
from tests.fakes.recorded import articles_of, recorded, recorded_one, said

NOW = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)


def timeline(articles: Sequence[Article], facts: Sequence[Fact]) -> Timeline:
    return compose_timeline(
        Question(("acme",), None, NOW, NAMING), articles, (), total=len(articles),
        facts=facts, evidence=articles_of(facts),
    )  # fmt: skip


def report(number: int, published: str) -> Article:
    return article(number, title=f"Acme {number}", published=day(published), points=("Acme.",))


DEAL = stake("acme", "globex", "18", amount=money("586e6"), status=Status.COMPLETED)


def test_a_deal_is_an_event_with_its_sentence_and_sources() -> None:
    fact = recorded_one(
        said(1, "2013-04-30", replace(DEAL, when=on("2013-04-29")), text="Acme took 18%."),
        said(2, "2013-05-01", DEAL, text="Globex sold 18% for US$586 million to Acme."),
    )
    found = timeline([], [fact])
    (event,) = found.events
    assert (event.kind, event.publishers, event.rank) == ("stake", 2, 1)
    assert event.headline == "Stake: Acme, Globex · 18%, US$586 million"
    assert event.statement is not None
    assert event.statement.text == "Globex sold 18% for US$586 million to Acme."
    assert (event.statement.cites, event.cites) == ((1,), (1, 2))
    assert event.organisations == ("Acme", "Globex")
    assert len(found.sources) == 2


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (on("2013-04-29"), "2013-04-29"),
        (When.months(2013, 4), "2013-04"),
        (When(on("2013-04-22").first, on("2013-04-28").first), "2013-04-22/2013-04-28"),
        (When.months(2013, 4, 3), "2013-Q2"),
        (When.months(2013, 1, 12), "2013"),
        (None, "2013-05-02"),
    ],
)
def test_a_deal_has_its_own_date_to_the_precision_it_is_told_in(
    when: When | None, shown: str
) -> None:
    fact = recorded_one(said(1, "2013-05-02", replace(DEAL, when=when)))
    (event,) = timeline([], [fact]).events
    assert str(event.date) == shown


def test_a_story_gives_way_to_the_deal_it_is_the_news_of() -> None:
    fact = recorded_one(said(1, "2013-04-30", replace(DEAL, when=on("2013-04-29"))))
    found = timeline([report(1, "2013-04-30"), report(2, "2013-04-30")], [fact])
    assert [(event.kind, str(event.date)) for event in found.events] == [
        ("stake", "2013-04-29"),
        ("story", "2013-04-30"),
    ]


@pytest.mark.parametrize(
    ("published", "stays"),
    [
        ("2013-05-20", False),
        ("2013", False),
        ("2013-05", False),
        ("2013-07-01", True),
        ("2012", True),
        ("2023-10-31", True),
    ],
)
def test_a_story_that_recalls_a_deal_of_other_days_stands_beside_it(
    published: str, stays: bool
) -> None:
    fact = recorded_one(
        said(1, "2013-04-30", DEAL), said(2, "2023-10-31", replace(DEAL, when=on("2013-04-29")))
    )
    found = timeline([report(2, published)], [fact])
    assert sorted(event.kind for event in found.events) == ["stake", *["story"] * stays]


def test_a_story_stays_that_only_tells_a_figure() -> None:
    facts = recorded(said(1, "2013-04-30", users("acme", "503e6")))
    found = timeline([report(1, "2013-04-30")], facts)
    assert [event.kind for event in found.events] == ["story"]


def test_the_news_of_what_is_to_come_is_no_story_beside_it() -> None:
    fact = recorded_one(said(1, "2013-04-30", replace(DEAL, when=on("2013-12-01"))))
    found = timeline([report(1, "2013-04-30")], [fact])
    assert [(event.kind, str(event.date)) for event in found.events] == [("stake", "2013-12-01")]


def test_a_deal_that_is_only_talked_of_says_so() -> None:
    fact = recorded_one(said(1, "2013-05-02", replace(DEAL, status=Status.RUMOURED)))
    (event,) = timeline([], [fact]).events
    assert event.headline.endswith("US$586 million (rumoured)")


def test_ranks_have_no_gap_and_a_deal_with_a_figure_goes_before_one_without() -> None:
    facts = recorded(
        said(1, "2013-01-02", DEAL),
        said(2, "2015-01-02", claim(Kind.PARTNERSHIP, "acme", "initech")),
        said(3, "2017-01-02", claim(Kind.PARTNERSHIP, "acme", "Big Fish")),
    )
    found = timeline([report(4, "2019-01-02")], facts)
    by_rank = sorted(found.events, key=lambda event: event.rank)
    assert [event.rank for event in by_rank] == [1, 2, 3, 4]
    assert by_rank[0].kind == "stake"
    assert [str(event.date) for event in found.events] == [
        "2013-01-02", "2015-01-02", "2017-01-02", "2019-01-02",
    ]  # fmt: skip


def test_two_deals_of_one_number_on_one_day_are_two_events() -> None:
    """Known on a day may be two facts that later reports made one: both have its number."""
    facts = [
        replace(fact, id=7)
        for fact in recorded(
            said(1, "2013-01-02", DEAL),
            said(2, "2013-01-02", claim(Kind.PARTNERSHIP, "acme", "initech")),
        )
    ]
    found = timeline([], facts)
    assert [event.kind for event in found.events] == ["stake", "partnership"]
    assert sorted(event.rank for event in found.events) == [1, 2]


def test_the_publication_of_a_party_is_marked_though_only_a_deal_names_it() -> None:
    fact = recorded_one(
        said(1, "2013-01-02", stake("initech", "globex", "5"), by="Harbour Post"),
        said(2, "2013-01-02", stake("initech", "globex", "5", also=())),
    )
    question = Question(("globex",), None, NOW, NAMING)
    joint = replace(fact, parties=(*fact.parties, DEAL.parties[0]))
    found = compose_timeline(
        question, (), (), total=0, facts=[joint], evidence=articles_of([joint])
    )
    assert [source.owned_by for source in found.sources] == ["", "Acme"]


def test_a_deal_that_no_report_dates_is_said_to_be_reported_then() -> None:
    dated = said(1, "2013-04-30", replace(DEAL, when=on("2013-04-29")))
    undated = said(2, "2014-05-01", claim(Kind.PARTNERSHIP, "acme", "initech"))
    found = timeline([], recorded(dated, undated))
    assert [(str(one.date), one.reported) for one in found.events] == [
        ("2013-04-29", False),
        ("2014-05-01", True),
    ]
    page = markdown(found)
    assert "**2013-04-29: Stake" in page
    assert "**reported 2014-05-01: Partnership" in page
    assert "reported 2014-05-01: Partnership" in alt_text(found)
    filled, hollow = (
        line.get_markerfacecolor()
        for line in timeline_figure(found).findobj(Line2D)
        if line.get_marker() == "o"
    )
    assert filled != hollow


def test_an_event_says_which_of_its_figures_fewer_tell() -> None:
    fact = recorded_one(
        said(1, "2013-04-30", stake("acme", "globex", "18")), said(2, "2013-05-01", DEAL)
    )
    (event,) = timeline([], [fact]).events
    assert event.standing == "2 independent publishers; amount: single source"
