"""What a briefing says, and that every sentence of it cites the article it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.answers import Briefing, Coverage
from briefings.compose import (
    BOTTOM_LINE,
    STORIES,
    Question,
    compose_briefing,
    group,
    lead_sentences,
)
from briefings.factlines import Telling
from briefings.model import Article, Precision, Published
from briefings.naming import is_about
from briefings.render import markdown
from tests.fakes.articles import article, day
from tests.fakes.catalogue import NAMING

NOW = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)
COVERAGE = Coverage(0, (), (), (), 0, 0, 0, 0, 0, None)


def brief(
    topics: Sequence[str], articles: Sequence[Article], reports: Sequence[Article] = ()
) -> Briefing:
    question = Question(tuple(topics), None, NOW, NAMING)
    return compose_briefing(question, articles, reports, total=len(articles), coverage=COVERAGE)


def texts(briefing: Briefing) -> list[str]:
    return [statement.text for statement in briefing.bottom_line]


def test_the_bottom_line_takes_one_sentence_a_story_newest_first() -> None:
    briefing = brief(
        ["acme"],
        [
            article(1, title="Acme grows", published=day("2023-01-01"),
                    points=("Acme sold 5 million parcels.", "Acme is happy.")),
            article(2, title="Acme shrinks", published=day("2023-06-01"),
                    points=("The weather was fine.", "Acme lost 10% of its shops.")),
        ],
    )  # fmt: skip
    assert texts(briefing) == ["Acme lost 10% of its shops.", "Acme sold 5 million parcels."]
    assert [statement.cites for statement in briefing.bottom_line] == [(1,), (2,)]
    assert [source.number for source in briefing.sources] == [1, 2]
    assert briefing.sources[0].title == "Acme shrinks"


def test_a_sentence_that_names_the_topic_goes_before_one_that_does_not() -> None:
    briefing = brief(
        ["acme"],
        [
            article(1, title="Acme: results", points=("Sales rose 90%.", "Acme was pleased.")),
            article(2, title="Acme: plans", points=("Parcel opens in May.",)),
        ],
    )
    assert set(texts(briefing)) == {"Acme was pleased.", "Parcel opens in May."}


def test_what_is_between_two_is_said_by_a_sentence_that_names_both() -> None:
    briefing = brief(
        ["acme", "globex"],
        [
            article(1, title="Acme and Globex talk", published=day("2023-10-31"),
                    points=("Acme had US$5 billion.", "Globex sold Acme 18% of its shares.")),
            article(2, title="艾克美与环球公司", published=day("2020"),
                    points=("包裹网与环球公司合作。",)),
        ],
    )  # fmt: skip
    assert texts(briefing) == ["Globex sold Acme 18% of its shares.", "包裹网与环球公司合作。"]
    assert briefing.title == "Acme / Globex"


def test_where_no_sentence_names_both_one_of_an_article_about_both_stands_in() -> None:
    briefing = brief(
        ["acme", "globex"],
        [article(1, title="Acme and Globex", points=("Acme paid.", "Globex took it."))],
    )
    assert texts(briefing) == ["Acme paid.", "Globex took it."]


def test_an_article_without_points_is_quoted_by_its_first_sentences() -> None:
    briefing = brief(
        ["acme"],
        [article(1, title="Acme news", body="Acme opened a shop. It has 3 doors.")],
    )
    assert texts(briefing) == ["Acme opened a shop.", "It has 3 doors."]


def test_a_bare_headline_is_cited_where_it_stands() -> None:
    briefing = brief(["acme"], [article(1, title="Acme opens a shop")])
    (story,) = briefing.stories
    assert texts(briefing) == ["Acme opens a shop"]
    assert story.statements == ()
    assert story.also == (1,)


def test_an_article_that_only_mentions_the_topic_is_quoted_where_it_does() -> None:
    about_globex = article(
        1,
        title="Globex plans",
        body="Globex has plans for a year that nobody knew of before, and they are bold ones. "
        "They are kept in a safe, as the custom of the house has been for many years by now. "
        "It once paid Acme for advice. The end.",
        points=("Globex has plans.",),
        tags=NAMING.matcher.tags("Globex plans", "x" * 400 + " Acme"),
    )
    briefing = brief(["acme"], [about_globex])
    (story,) = briefing.stories
    assert not story.about
    assert texts(briefing) == ["It once paid Acme for advice."]
    assert [statement.text for statement in story.statements] == texts(briefing)


def test_stories_about_the_topic_come_first_newest_first() -> None:
    passing = NAMING.matcher.tags("Globex", "x" * 400 + " Acme")
    briefing = brief(
        ["acme"],
        [
            article(1, title="Acme old", published=day("2013-05-07")),
            article(2, title="Acme new", published=day("2023-09-28")),
            article(3, title="Globex newest", published=day("2024-01-01"), tags=passing),
        ],
    )
    assert [story.headline for story in briefing.stories] == [
        "Acme new", "Acme old", "Globex newest",
    ]  # fmt: skip
    assert briefing.covers == (day("2013-05-07"), day("2024-01-01"))


@pytest.mark.parametrize(
    ("publishers", "voices"),
    [
        (["Daily", ""], 1),
        (["", ""], 1),
        (["Daily", "Unnamed blog"], 1),
        (["Daily", "佚名"], 1),
        (["Daily", "The Unknown"], 2),
    ],
)
def test_a_copy_of_unknown_origin_is_no_further_publisher(
    publishers: list[str], voices: int
) -> None:
    articles = [
        article(n, title="Acme buys", publisher=name, url="", story_id=1, points=("Acme bought.",))
        for n, name in enumerate(publishers, start=1)
    ]
    (story,) = brief(["acme"], articles, articles).stories
    assert story.publishers == voices


def test_reports_of_one_event_are_one_story_and_owners_count_once() -> None:
    articles = [
        article(1, title="Acme buys", publisher="Harbour Post", story_id=1,
                published=day("2023-10-02"), points=("Acme bought it.",)),
        article(2, title="Acme has bought", publisher="Acme", story_id=1,
                published=day("2023-10-03"), points=("Acme bought it, it says.",)),
        article(3, title="Acme did buy", publisher="Daily", story_id=1,
                published=day("2023-10-04"), points=("It is true.", "Acme bought it.", "All did.")),
    ]  # fmt: skip
    elsewhere = article(4, title="Deal done", publisher="Nightly", story_id=1,
                        published=day("2023-10-01"))  # fmt: skip
    briefing = brief(["acme"], articles, [*articles, elsewhere])
    (story,) = briefing.stories
    assert story.publishers == 3  # Harbour Post and Acme are one voice
    assert (story.headline, story.published) == ("Deal done", day("2023-10-01"))
    cited = {cite for statement in story.statements for cite in statement.cites}
    assert len(cited | set(story.also)) == 4
    marks = {source.publisher: source.owned_by for source in briefing.sources}
    assert marks == {"Harbour Post": "Acme", "Acme": "Acme", "Daily": "", "Nightly": ""}


def test_a_publisher_is_not_marked_where_its_owner_is_not_in_the_story() -> None:
    briefing = brief(["globex"], [article(1, title="Globex alone", publisher="Harbour Post")])
    assert briefing.sources[0].owned_by == ""


def test_a_unit_is_shown_under_its_own_name_and_with_its_owner_in_the_title() -> None:
    briefing = brief(["parcel"], [article(1, title="Parcel opens", points=("Parcel opened.",))])
    assert briefing.title == "Parcel (Acme)"
    assert briefing.stories[0].organisations == ("Parcel",)


def test_a_story_says_what_the_bottom_line_has_not_said() -> None:
    points = ("Acme paid 5%.", "Acme paid 6%.", "Acme paid 7%.", "Acme paid 8%.")
    briefing = brief(["acme"], [article(1, title="Acme pays", points=points)])
    told = [statement.text for statement in briefing.stories[0].statements]
    assert texts(briefing) == list(points[:2])
    assert told == list(points[2:])


def test_nothing_known_is_said_plainly() -> None:
    briefing = brief(["globex"], [])
    assert (briefing.bottom_line, briefing.stories, briefing.sources) == ((), (), ())
    assert briefing.covers is None


SENTENCES = st.sampled_from(
    (
        "Acme paid US$586 million for 18% of Globex.",
        "Parcel grew.",
        "环球公司持有艾克美18%的股份。",
        "Nobody knows.",
        "Initech said so.",
    )
)


@st.composite
def articles_of_a_corpus(draw: st.DrawFn) -> list[Article]:
    count = draw(st.integers(0, 14))
    return [
        article(
            number,
            title=draw(SENTENCES),
            publisher=draw(st.sampled_from(("Harbour Post", "Daily", ""))),
            body=draw(st.lists(SENTENCES, max_size=4).map(" ".join)),
            points=tuple(draw(st.lists(SENTENCES, max_size=4))),
            published=Published(
                datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 900))),
                draw(st.sampled_from(Precision)),
            ),
            story_id=draw(st.integers(1, 10)),
        )
        for number in range(1, count + 1)
    ]


@given(
    articles_of_a_corpus(),
    st.sampled_from([("acme",), ("parcel",), ("acme", "globex"), ("initech",)]),
)
def test_every_sentence_cites_and_the_sources_are_exactly_those_cited(
    corpus: list[Article], topics: tuple[str, ...]
) -> None:
    found = [a for a in corpus if {tag.organisation for tag in a.tags}.issuperset(topics)]
    briefing = brief(topics, found, corpus)
    statements = [*briefing.bottom_line, *(s for line in briefing.stories for s in line.statements)]
    cited = [cite for statement in statements for cite in statement.cites]
    cited += [cite for line in briefing.stories for cite in line.also]
    assert all(statement.cites for statement in statements)
    assert all(line.statements or line.also for line in briefing.stories)
    assert {source.number for source in briefing.sources} == set(cited)
    assert [source.number for source in briefing.sources] == sorted(set(cited))
    by_title = {(a.title, a.url): a for a in corpus}
    for statement in statements:
        for cite in statement.cites:
            source = briefing.sources[cite - 1]
            quoted = by_title[source.title, source.url]
            assert statement.text in (*quoted.points, quoted.title) or statement.text in quoted.body
    assert len(briefing.bottom_line) <= BOTTOM_LINE
    assert briefing.bottom_line or not any(is_about(a, topics) for a in found)
    assert len(set(texts(briefing))) == len(briefing.bottom_line)
    told = {a.story_id for a in found}
    assert len(briefing.stories) == min(len(told), STORIES)
    assert briefing.more == (len(told) > STORIES)


def test_a_sentence_that_names_only_others_is_none_of_the_topics() -> None:
    briefing = brief(
        ["acme"],
        [
            article(
                1,
                title="Acme and Globex",
                points=("Acme paid.", "Globex sold 5 million cars.", "The weather was fine."),
            )
        ],
    )
    assert texts(briefing) == ["Acme paid.", "The weather was fine."]
    briefing = brief(
        ["acme"],
        [article(1, title="Acme", points=("Acme paid.", "Globex sold 5 million cars."))],
    )
    assert texts(briefing) == ["Acme paid."]


def test_a_deal_that_holds_no_longer_is_told_only_where_there_is_nothing_else() -> None:
    took, sold = "Acme is buying 18% of Globex.", "Acme sold 18% of Globex."
    old = article(1, title="Acme and Globex", published=day("2013-05-07"), points=(took,))
    new = article(2, title="Acme and Globex", published=day("2016-05-07"), points=(sold,))
    newer = article(3, title="Acme, Globex", published=day("2016-06-07"), points=("Acme, Globex.",))
    question = Question(("acme", "globex"), None, NOW, NAMING)
    for articles, left in (
        ([old, new, newer], ["Acme, Globex.", sold]),
        ([old, new], [sold, took]),
        ([old], [took]),
    ):
        deals = Telling(frozenset({sold}), frozenset({took}))
        stories = group(articles, (), question.topics)
        assert [quote.text for quote in lead_sentences(stories, question, deals)] == left


def test_each_sentence_of_the_bottom_line_bears_the_day_of_its_article() -> None:
    briefing = brief(
        ["acme"], [article(1, title="Acme", published=day("2013-05"), points=("Acme paid.",))]
    )
    assert r"- Acme paid. (2013-05) \[1\]" in markdown(briefing)
