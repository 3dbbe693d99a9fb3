"""Timelines: which stories are events, in which order, and what each of them says and cites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from briefings.answers import Timeline
from briefings.chronology import EVENTS, compose_timeline
from briefings.compose import Question
from briefings.model import Article
from briefings.render import markdown
from tests.fakes.answers import ANSWERS
from tests.fakes.articles import article, day
from tests.fakes.catalogue import NAMING

NOW = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)
PASSING = NAMING.matcher.tags("Globex", "x" * 400 + " Acme")


def timeline(
    topics: Sequence[str],
    articles: Sequence[Article],
    reports: Sequence[Article] = (),
    total: int | None = None,
) -> Timeline:
    question = Question(tuple(topics), None, NOW, NAMING)
    count = len(articles) if total is None else total
    return compose_timeline(question, articles, reports, total=count)


def headlines_by_rank(found: Timeline) -> list[str]:
    return [event.headline for event in sorted(found.events, key=lambda event: event.rank)]


def test_events_are_the_stories_about_the_topics_oldest_first() -> None:
    found = timeline(
        ["acme"],
        [
            article(1, title="Acme grows", published=day("2023-01-01"), points=("Acme grew.",)),
            article(2, title="Globex", published=day("2019-01-01"), tags=PASSING),
            article(3, title="Acme rests", published=day("2020"), points=("Acme rested.",)),
            article(4, title="Acme sleeps", published=day("2020-05"), points=("Acme slept.",)),
        ],
    )
    assert [(str(event.date), event.headline, event.kind) for event in found.events] == [
        ("2020", "Acme rests", "story"),
        ("2020-05", "Acme sleeps", "story"),
        ("2023-01-01", "Acme grows", "story"),
    ]
    assert [event.statement and event.statement.text for event in found.events] == [
        "Acme rested.", "Acme slept.", "Acme grew.",
    ]  # fmt: skip
    assert [event.cites for event in found.events] == [(1,), (2,), (3,)]
    assert [source.title for source in found.sources] == ["Acme rests", "Acme sleeps", "Acme grows"]
    assert (found.passing, found.more, found.articles, found.unread) == (1, 0, 4, 0)
    assert (found.title, found.topics, found.as_of) == ("Acme", ("Acme",), NOW)


def test_reports_of_one_event_are_one_event_of_the_day_of_the_first() -> None:
    (event,) = timeline(
        ["acme"],
        [
            article(1, title="Acme buys", publisher="Harbour Post", story_id=1,
                    published=day("2023-10-03"), points=("Acme bought it.",)),
            article(2, title="Acme has bought", publisher="Acme", story_id=1,
                    published=day("2023-10-02"), points=("It is done.", "Acme paid $5 million.")),
        ],
        [article(3, title="Deal done", publisher="Nightly", story_id=1, tags=PASSING,
                 published=day("2023-10-01"), points=("Acme bought for $6 million.",))],
    ).events  # fmt: skip
    assert (str(event.date), event.headline) == ("2023-10-01", "Deal done")
    assert event.publishers == 2  # Harbour Post and Acme are one voice
    assert event.statement is not None
    assert event.statement.text == "Acme bought it."  # not of a report about somebody else
    assert event.organisations == ("Globex", "Acme")


@pytest.mark.parametrize(
    ("points", "told"),
    [
        (("Acme won.", "Acme lost 5%."), "Acme won."),
        (("The sky is blue.", "Acme is old."), "Acme is old."),
        (("It rained.", "Globex sold its boats to Parcel, a unit of Acme."),
         "Globex sold its boats to Parcel, a unit of Acme."),
        (("Acme has a long history.", "Acme buys the boats of Globex for $5 million."),
         "Acme buys the boats of Globex for $5 million."),
        (("Acme " + "very " * 70 + "old.", "Acme is well."), "Acme is well."),
    ],
)  # fmt: skip
def test_the_sentence_of_an_event_is_the_one_that_tells_most(
    points: tuple[str, ...], told: str
) -> None:
    (event,) = timeline(
        ["acme"], [article(1, title="Acme buys boats of Globex", points=points)]
    ).events
    assert event.statement is not None
    assert event.statement.text == told


def test_a_bare_headline_is_an_event_without_a_sentence_and_cites_its_report() -> None:
    found = timeline(["acme"], [article(1, title="Acme opens a shop")])
    (event,) = found.events
    assert (event.statement, event.cites) == (None, (1,))
    assert found.sources[0].title == "Acme opens a shop"


def test_telling_are_named_topics_figures_and_many_publishers() -> None:
    years = iter(range(2001, 2020))

    def one(number: int, title: str, point: str) -> Article:
        at = day(f"{next(years)}-06-01")
        return article(number, title=title, points=(point,), published=at)

    plain = one(1, "The shop of the year", "Acme has one.")
    named = one(2, "Acme has a shop", "Acme has one.")
    figure = one(3, "Acme has 5% of a shop", "Acme has one.")
    often = [replace(one(n, "Acme sells", "Acme sold it."), story_id=9) for n in (4, 5, 6, 7)]
    plain = replace(plain, tags=named.tags)
    assert headlines_by_rank(timeline(["acme"], [plain, named, figure, *often])) == [
        "Acme sells", "Acme has 5% of a shop", "Acme has a shop", "The shop of the year",
    ]  # fmt: skip


def test_history_has_a_breadth_and_the_newest_of_equals_comes_first() -> None:
    crowd = [
        article(n, title=f"Acme {n}%", published=day(f"2023-06-0{n}"), points=("Acme.",))
        for n in range(1, 5)
    ]
    alone = article(9, title="Acme is alone", published=day("2015-06-01"), points=("Acme.",))
    ranked = headlines_by_rank(timeline(["acme"], [*crowd, alone]))
    assert ranked == ["Acme 4%", "Acme 3%", "Acme 2%", "Acme is alone", "Acme 1%"]


def test_the_most_telling_events_are_shown_and_the_others_counted() -> None:
    many = [
        article(n, title=f"Acme {n}" + "%" * (n > 3), published=day(f"{1996 + n % 30}-06-01"))
        for n in range(1, EVENTS + 4)
    ]
    found = timeline(["acme"], many, total=100)
    assert (len(found.events), found.more, found.unread) == (EVENTS, 3, 100 - len(many))
    assert sorted(event.rank for event in found.events) == list(range(1, EVENTS + 1))
    assert not {"Acme 1", "Acme 2", "Acme 3"} & {event.headline for event in found.events}
    assert [event.date.first for event in found.events] == sorted(
        e.date.first for e in found.events
    )
    assert len(found.sources) == EVENTS


def test_nothing_known_is_an_empty_timeline() -> None:
    found = timeline(["acme", "globex"], [])
    assert (found.events, found.sources, found.title) == ((), (), "Acme / Globex")


_TEXTS = st.sampled_from(
    ["Acme buys 5% of Globex.", "环球公司与艾克美合作，涉及5亿美元。", "It rained.", "Globex fell."]
)
_ARTICLES = st.lists(
    st.tuples(
        st.sampled_from(["2013-05-07", "2020", "2020-06", "2023-10-31"]),
        _TEXTS,
        st.lists(_TEXTS, max_size=3),
        st.integers(1, 4),
    ),
    max_size=12,
)


@given(_ARTICLES, st.sampled_from([("acme",), ("acme", "globex")]))
def test_every_sentence_stands_in_the_article_it_cites(
    drawn: list[tuple[str, str, list[str], int]], topics: tuple[str, ...]
) -> None:
    articles = [
        article(n, title=f"{n} {title}", published=day(at), points=tuple(points), story_id=story)
        for n, (at, title, points, story) in enumerate(drawn, start=1)
    ]
    found = timeline(topics, articles)
    numbered = {source.number: source for source in found.sources}
    assert list(numbered) == list(range(1, len(numbered) + 1))
    by_title = {each.title: each for each in articles}
    for event in found.events:
        for number in event.cites:
            cited = by_title[numbered[number].title]
            if event.statement:
                assert event.statement.cites == event.cites
                assert event.statement.text in cited.points
    assert {number for event in found.events for number in event.cites} == set(numbered)
    assert found.passing + len(found.events) == len({each.story_id for each in articles})


@pytest.mark.parametrize(
    "title",
    ["# [x](javascript:alert(1))", "**a** _b_", "line\n- item", "@all <@U1> www.a.example", "\\"],
)
def test_a_hostile_headline_changes_nothing_in_the_shape_of_a_timeline(title: str) -> None:
    def shape(answer: Timeline) -> list[str]:
        return [
            token.type
            for block in MarkdownIt("commonmark").enable("table").parse(markdown(answer))
            for token in (block, *(block.children or ()))
            if token.type != "text"
        ]

    found = ANSWERS["timeline"]
    assert isinstance(found, Timeline)

    def named(text: str) -> Timeline:
        events = tuple(replace(e, headline=text, organisations=(text,)) for e in found.events)
        return replace(found, title=text, events=events)

    assert shape(named(title)) == shape(named("plain"))
