"""What a digest says: what is new, what goes on and what it adds, and that nothing gets lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.answers import Coverage, Digest
from briefings.changes import Draft, Issue, compose_changes, compose_first
from briefings.compose import STORIES, Question, compose_briefing
from briefings.model import Article, Precision, Published, Role
from briefings.threads import (
    HEADLINES,
    LINES,
    PASSING_LINES,
    Tagged,
    Thread,
    sift,
    speaking_of,
    threads_of,
)
from tests.fakes.articles import article, day
from tests.fakes.catalogue import NAMING

NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
COVERAGE = Coverage(9, ("Tech Daily",), (), (), 0, 0, 120, 900, 120, NOW)
ISSUE = Issue(newest=99, written=NOW, coverage=COVERAGE)


def question(*topics: str) -> Question:
    return Question(topics, None, NOW, NAMING)


def threads(corpus: Sequence[Article], topics: tuple[str, ...], after: int) -> tuple[Thread, ...]:
    tagged = [
        Tagged(a.id, a.story_id, tag.organisation, tag.role is Role.SUBJECT, a.published.at)
        for a in corpus
        for tag in a.tags
    ]
    reports: dict[int, tuple[int, ...]] = {}
    for one in sorted(corpus, key=lambda a: (a.published.at, a.id)):
        reports[one.story_id] = (*reports.get(one.story_id, ()), one.id)
    on_topics = [one for one in speaking_of([topics], tagged)[topics] if one.article > after]
    return threads_of(on_topics, reports)


def changes(
    corpus: Sequence[Article],
    *topics: str,
    after: int = 0,
    told: Collection[int] | Mapping[int, datetime] = (),
) -> Draft:
    """What a channel gets that was told of articles, all on Monday unless it says when."""
    topics = topics or ("acme",)
    when = told if isinstance(told, Mapping) else dict.fromkeys(told, MONDAY)
    sifted = sift(threads(corpus, topics, after), when)
    return compose_changes(question(*topics), ISSUE, sifted, {a.id: a for a in corpus})


def said(digest: Digest) -> list[str]:
    """Every sentence of a digest."""
    lines = [*digest.new, *(one.line for one in digest.developing)]
    statements = [*digest.bottom_line, *(each for line in lines for each in line.statements)]
    return [statement.text for statement in statements]


def cited(digest: Digest) -> set[int]:
    """Every number a digest cites."""
    lines = [*digest.new, *(one.line for one in digest.developing)]
    numbers = {n for line in lines for each in line.statements for n in each.cites}
    numbers |= {n for line in lines for n in line.also} | {row.cite for row in digest.headlines}
    return numbers | {n for each in digest.bottom_line for n in each.cites}


def test_a_story_nobody_told_the_channel_of_is_new() -> None:
    draft = changes(
        [
            article(1, title="Acme before"),
            article(2, title="Acme buys", story_id=2, points=("Acme paid 5%.", "It was May.")),
            article(3, title="Acme bought", story_id=2, publisher="Nightly"),
        ],
        after=1,
    )
    (story,) = draft.digest.new
    assert (story.headline, story.publishers) == ("Acme buys", 2)
    assert draft.digest.articles == 2
    assert draft.digest.developing == ()
    assert not draft.digest.nothing_changed
    assert not draft.digest.first
    assert "Acme paid 5%." in said(draft.digest)
    assert draft.told == (2, 3)


def test_what_was_told_is_not_told_again() -> None:
    draft = changes([article(1, title="Acme buys"), article(2, title="Acme sells")], told=[1, 2])
    assert draft.digest.nothing_changed
    assert draft.digest.told_elsewhere == 2
    assert (draft.digest.new, draft.digest.bottom_line, draft.digest.sources) == ((), (), ())
    assert draft.digest.articles == 0
    assert draft.told == ()


def test_where_nothing_came_nothing_changed_and_the_coverage_says_what_was_watched() -> None:
    digest = changes([article(1, title="Acme buys"), article(2, title="Globex")], after=1).digest
    assert digest.nothing_changed
    assert digest.told_elsewhere == 0
    assert digest.coverage == COVERAGE
    assert digest.written == NOW


OLD = article(
    1, title="Acme buys Globex", publisher="Daily", published=day("2026-03-01"), story_id=1,
    points=("Acme pays US$5 billion for Globex.", "The price is a record."),
    body="Acme pays US$5 billion for Globex. The price is a record. Regulators may object.",
)  # fmt: skip


def test_a_story_that_goes_on_is_marked_and_says_only_what_the_new_reports_add() -> None:
    more = article(
        5, title="Acme-Globex deal delayed", publisher="Nightly", published=day("2026-03-05"),
        story_id=1,
        points=("Acme pays US$5 billion for Globex.", "Regulators may object.",
                "Acme now expects to close in June.", "Acme lost 8% in Tokyo.", "So it goes."),
    )  # fmt: skip
    copy = article(6, title="A copy", publisher="Wire", published=day("2026-03-06"), story_id=1,
                   points=("Acme lost 8% in Tokyo.",), tags=more.tags)  # fmt: skip
    draft = changes([OLD, more, copy], after=1, told={1: MONDAY})
    (story,) = draft.digest.developing
    assert draft.digest.new == ()
    assert story.first_told == MONDAY
    assert (story.line.headline, story.line.published) == ("Acme buys Globex", day("2026-03-01"))
    assert story.line.publishers == 3
    assert set(said(draft.digest)) == {
        "Acme now expects to close in June.", "Acme lost 8% in Tokyo.", "So it goes.",
    }  # fmt: skip
    assert story.reported_by == ("Wire",)
    assert [source.publisher for source in draft.digest.sources] == ["Nightly", "Wire"]
    assert draft.told == (5, 6)


def test_reports_that_add_nothing_are_named_with_the_count_of_publishers() -> None:
    copy = article(4, title=OLD.title, publisher="Wire", story_id=1, points=OLD.points,
                   published=day("2026-03-04"))  # fmt: skip
    draft = changes([OLD, copy], after=1, told=[1])
    (story,) = draft.digest.developing
    assert story.line.statements == draft.digest.bottom_line == ()
    assert (story.line.also, story.reported_by, story.line.publishers) == ((1,), ("Wire",), 2)
    assert not draft.digest.nothing_changed
    assert draft.told == (4,)


def test_a_bare_headline_adds_what_it_says() -> None:
    news = article(4, title="Acme drops its bid for Globex", story_id=1)
    digest = changes([OLD, news], after=1, told=[1]).digest
    assert [statement.text for statement in digest.developing[0].line.statements] == [news.title]


@pytest.mark.parametrize(
    ("sentence", "adds"),
    [
        ("“Acme” pays US$5 billion, for Globex!", False),
        ("Acme pays US$6 billion for Globex.", True),
        ("Acme pays.", True),
        ("The price is no record.", True),
    ],
)
def test_only_other_punctuation_makes_no_news(sentence: str, adds: bool) -> None:
    news = article(4, title="Acme again", story_id=1, points=(sentence,))
    assert said(changes([OLD, news], after=1, told=[1]).digest) == [sentence] * 2 * adds


def test_chinese_sentences_are_compared_as_well() -> None:
    told = article(1, title="艾克美入股", story_id=1, points=("艾克美持有环球公司18%的股份。",))
    news = article(2, title="艾克美增持", story_id=1,
                   points=("艾克美持有环球公司18%的股份。", "艾克美计划增持至30%。"))  # fmt: skip
    assert set(said(changes([told, news], after=1, told=[1]).digest)) == {"艾克美计划增持至30%。"}


def test_the_first_time_a_story_was_told_is_shown() -> None:
    earlier = MONDAY - timedelta(days=7)
    corpus = [OLD, *(article(n, title=f"Acme {n}", story_id=1) for n in (2, 3))]
    digest = changes(corpus, after=2, told={1: MONDAY, 2: earlier}).digest
    assert [story.first_told for story in digest.developing] == [earlier]


def test_reports_of_before_that_were_not_told_come_with_their_story() -> None:
    later = article(9, title="Acme 9", story_id=1, published=day("2026-03-08"))
    draft = changes([OLD, later], after=5)
    assert [story.headline for story in draft.digest.new] == [OLD.title]
    assert draft.told == (1, 9)


def test_what_has_no_room_is_counted_with_the_command_and_stays_untold() -> None:
    corpus = [
        article(n, title=f"Acme {n}", published=day(f"2026-02-{n:02}"), points=(f"Acme did {n}.",))
        for n in range(1, 29)
    ] + [article(n, title=f"Acme {n}", published=day("2026-03-03")) for n in range(29, 37)]
    draft = changes(corpus, told={36: MONDAY})
    digest = draft.digest
    assert (len(digest.new), len(digest.headlines), digest.beyond) == (LINES, HEADLINES, 3)
    assert [row.headline for row in digest.headlines][::19] == ["Acme 23", "Acme 4"]
    assert digest.beyond_command == "/intel Acme since 2026-02-01 asof 2026-02-03"
    assert draft.told == tuple(range(4, 36))
    assert digest.told_elsewhere == 1


def test_stories_that_mention_the_topic_in_passing_come_last_and_few() -> None:
    tags = NAMING.matcher.tags("Globex", "x" * 400 + " Acme")
    corpus = [
        article(n, title=f"Globex {n}", tags=tags, body="Globex met Acme.",
                published=day("2026-03-04")) for n in range(1, 6)
    ] + [article(9, title="Acme 9", published=day("2026-03-01"))]  # fmt: skip
    digest = changes(corpus).digest
    assert [story.about for story in digest.new] == [True] + [False] * PASSING_LINES
    assert [row.about for row in digest.headlines] == [False] * 2


def test_a_headline_of_a_story_that_goes_on_is_its_last_one_and_says_since_when() -> None:
    corpus = [article(n, title=f"Acme {n}", published=day(f"2026-02-{n:02}")) for n in range(1, 15)]
    corpus.append(article(20, title="Acme 1 goes on", published=day("2026-02-02"), story_id=1))
    digest = changes(corpus, told=[1]).digest
    row = digest.headlines[-1]
    assert (row.headline, row.first_told, row.publishers) == ("Acme 1 goes on", MONDAY, 2)
    assert digest.headlines[0].first_told is None
    assert digest.sources[row.cite - 1].title == "Acme 1 goes on"


def test_two_topics_take_articles_that_speak_of_both() -> None:
    corpus = [
        article(1, title="Acme and Globex"),
        article(2, title="Acme alone"),
        article(3, title="Globex alone"),
    ]
    digest = changes(corpus, "acme", "globex").digest
    assert digest.title == "Acme / Globex"
    assert [story.headline for story in digest.new] == ["Acme and Globex"]


def test_the_first_digest_is_the_briefing_and_tells_what_it_shows() -> None:
    corpus = [
        article(n, title=f"Acme {n}", published=day(f"2026-02-{n:02}"), points=(f"Acme did {n}.",))
        for n in range(1, 12)
    ]
    draft = compose_first(question("acme"), ISSUE, corpus, [], total=40)
    briefing = compose_briefing(question("acme"), corpus, [], total=40, coverage=COVERAGE)
    digest = draft.digest
    assert digest.first
    assert not digest.nothing_changed
    assert (digest.bottom_line, digest.new) == (briefing.bottom_line, briefing.stories)
    assert (digest.sources, digest.title) == (briefing.sources, briefing.title)
    assert digest.articles == 40
    assert (digest.beyond, digest.beyond_command) == (0, "/intel Acme asof 2026-02-04")
    assert draft.told == tuple(range(12 - STORIES, 12))


def test_a_first_digest_on_something_unheard_of_tells_of_nothing() -> None:
    draft = compose_first(question("initech"), ISSUE, [], [], total=0)
    assert (draft.digest.new, draft.digest.beyond_command, draft.told) == ((), "", ())
    assert draft.digest.nothing_changed


SENTENCES = st.sampled_from(
    (
        "Acme paid US$586 million for 18% of Globex.",
        "Parcel grew.",
        "环球公司持有艾克美18%的股份。",
        "Nobody knows.",
        "Initech said so.",
        "It rose 4% in May.",
    )
)


@st.composite
def corpora(draw: st.DrawFn) -> list[Article]:
    return [
        article(
            number,
            title=draw(SENTENCES),
            publisher=draw(st.sampled_from(("Harbour Post", "Daily", ""))),
            body=draw(st.lists(SENTENCES, max_size=3).map(" ".join)),
            points=tuple(draw(st.lists(SENTENCES, max_size=3))),
            published=Published(
                datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 60))),
                Precision.DAY,
            ),
            story_id=draw(st.integers(1, 25)),
        )
        for number in range(1, draw(st.integers(1, 40)))
    ]


TOPICS = st.sampled_from([("acme",), ("parcel",), ("acme", "globex"), ("initech",)])


@settings(deadline=None, max_examples=30)
@given(corpora(), TOPICS, st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_digest_after_digest_every_article_is_told_once_or_counted(
    corpus: list[Article], topics: tuple[str, ...], cutoffs: list[int]
) -> None:
    told: dict[int, datetime] = {}
    by_place = {(a.title, a.url): a.id for a in corpus}
    after = 0
    for week, until in enumerate(sorted({*cutoffs, len(corpus)})):
        there = [a for a in corpus if a.id <= until]
        draft = changes(there, *topics, after=after, told=told)
        digest = draft.digest
        going_on = threads(there, topics, after)
        lines = len(digest.new) + len(digest.developing)
        shown = lines + len(digest.headlines)
        assert shown + digest.beyond + digest.told_elsewhere == len(going_on)
        assert told.keys().isdisjoint(draft.told)
        untold = {id_ for each in going_on for id_ in each.new if id_ not in told}
        assert digest.articles == len(untold)
        assert digest.beyond or untold <= set(draft.told)
        assert digest.nothing_changed == (not untold)
        assert (digest.beyond_command == "") == (digest.beyond == 0)
        assert cited(digest) == set(range(1, len(digest.sources) + 1))
        sources = {by_place[source.title, source.url] for source in digest.sources}
        assert sources <= set(draft.told)
        told |= dict.fromkeys(draft.told, MONDAY + week * timedelta(days=7))
        after = until


@settings(deadline=None, max_examples=30)
@given(corpora(), TOPICS, st.integers(0, 40))
def test_what_goes_on_repeats_no_sentence_of_a_told_report(
    corpus: list[Article], topics: tuple[str, ...], after: int
) -> None:
    told = {a.id for a in corpus if a.id <= after}
    digest = changes(corpus, *topics, after=after, told=told).digest
    by_place = {(a.title, a.url): a for a in corpus}
    for each in (statement for one in digest.developing for statement in one.line.statements):
        source = digest.sources[each.cites[0] - 1]
        its = by_place[source.title, source.url]
        before = [a for a in corpus if a.story_id == its.story_id and a.id in told]
        assert before
        assert not any(each.text in (a.title, *a.points) or each.text in a.body for a in before)
