"""What a briefing says: articles -> stories -> statements with numbered sources. Pure.

articles -> group by story -> bottom line | stories | passing mentions -> number what is cited
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from briefings.answers import Briefing, Coverage, StoryLine
from briefings.citing import Citations
from briefings.excerpt import NOTHING, Excerpt, excerpt_lines
from briefings.factlines import NO_DEALS, Telling
from briefings.model import Article, Published
from briefings.naming import Naming, is_about
from briefings.quotes import Quote, passage_naming, quotes
from briefings.text.tokens import index_terms

ARTICLES = 60
"""Articles a briefing is composed from; beyond these the period has to be narrowed."""
BOTTOM_LINE = 3
BOTTOM_LINE_AT_LEAST = 2
CANDIDATES = 24
"""Stories looked at for the bottom line."""
STORIES = 8
STATEMENTS = 2
ALSO = 4
HALF_LIFE_DAYS = 180
LONG_QUOTE = 280


@dataclass(frozen=True, slots=True)
class Story:
    """The articles about one event, earliest first, and whether one is about the topics."""

    articles: tuple[Article, ...]
    about: bool

    @property
    def published(self) -> Published:
        return self.articles[0].published


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: organisation ids and the period, and the names to answer in."""

    topics: tuple[str, ...]
    since: Published | None
    as_of: datetime | Published
    naming: Naming


def compose_briefing(  # noqa: PLR0913 - what there is, and how much of it was read
    question: Question,
    articles: Sequence[Article],
    reports: Iterable[Article],
    *,
    total: int,
    coverage: Coverage,
    excerpt: Excerpt = NOTHING,
) -> Briefing:
    """Compose the answer to a question about one organisation, or what is between two.

    `articles` name all the topics; `reports` are the other articles of the same stories; `total`
    counts the articles that name the topics, given or not. `excerpt` is what the ledger has on
    them.
    """
    naming, topics = question.naming, question.topics
    stories = group(articles, reports, topics)
    shown = stories[:STORIES]
    citations = Citations()
    leads = stories[:CANDIDATES]
    bottom_line = lead_sentences(leads, question, excerpt.telling(ids_of(leads)))
    stated = citations.state(bottom_line)
    said = {quote.text for quote in bottom_line}
    alliances, figures, disputed = excerpt_lines(excerpt, naming, citations)
    lines = tuple(story_line(story, question, said, citations) for story in shown)
    concerned = {tag.organisation for story in shown for a in story.articles for tag in a.tags}
    dates = sorted((article.published for article in articles), key=lambda date: date.at)
    return Briefing(
        title=" / ".join(naming.with_owner(topic) for topic in topics),
        topics=tuple(naming.display(topic) for topic in topics),
        since=question.since,
        as_of=question.as_of,
        articles=total,
        covers=(dates[0], dates[-1]) if dates else None,
        bottom_line=stated,
        stories=lines,
        more=len(stories) > len(shown) or total > len(articles),
        coverage=coverage,
        sources=citations.sources({*topics, *concerned}, naming),
        alliances=alliances,
        figures=figures,
        disputed=disputed,
    )


def group(
    articles: Iterable[Article], reports: Iterable[Article], topics: Sequence[str]
) -> list[Story]:
    """Articles -> stories, those about the topics first, newest first within."""
    members: dict[int, dict[int, Article]] = {}
    about: set[int] = set()
    for article in articles:
        members.setdefault(article.story_id, {})[article.id] = article
        if is_about(article, topics):
            about.add(article.story_id)
    for report in reports:
        if report.story_id in members:
            members[report.story_id][report.id] = report
    stories = [
        Story(tuple(sorted(found.values(), key=_date)), about=story in about)
        for story, found in members.items()
    ]
    return sorted(stories, key=lambda story: (story.about, _date(story.articles[0])), reverse=True)


def _date(article: Article) -> tuple[datetime, int]:
    return article.published.at, article.id


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence for the bottom line, and how much it tells."""

    quote: Quote
    story: Story
    weight: float


def ids_of(stories: Iterable[Story]) -> frozenset[int]:
    """The articles of some stories."""
    return frozenset(article.id for story in stories for article in story.articles)


def lead_sentences(
    stories: Sequence[Story], question: Question, deals: Telling = NO_DEALS
) -> list[Quote]:
    """Two or three sentences that answer the question, newest first; one where no more do.

    `deals` are sentences that tell deals of the ledger: there is hardly anything more telling than
    one that holds, and what held once is told only where there is nothing else.

    Sentences that name the topics, from stories about them, go first, one a story. Only to reach
    two, a second one of the same story is taken, then sentences that leave a topic to the reader,
    then those of what held once, then those that name the topics in passing. One that names
    nobody but others is told where it is all there is.
    """
    newest = max((story.published.at for story in stories), default=None)
    if newest is None:
        return []
    found = [
        candidate
        for story in stories
        for article in story.articles
        if is_about(article, question.topics) or not story.about
        for candidate in _candidates(article, story, newest, question, deals)
    ]
    found.sort(key=lambda candidate: candidate.weight, reverse=True)
    held_once = [one for one in found if one.quote.text in deals.past and one.quote.names_topics]
    found = [one for one in found if one.quote.text not in deals.past]
    naming = [one for one in found if one.story.about and one.quote.names_topics]
    chosen: list[Candidate] = []
    _choose(naming, chosen, BOTTOM_LINE, once_a_story=True)
    _choose(naming, chosen, BOTTOM_LINE_AT_LEAST, once_a_story=False)
    if len(chosen) < BOTTOM_LINE_AT_LEAST:
        unnamed = [one for one in found if one.story.about and not one.quote.names_topics]
        leaving_out = [one for one in unnamed if _leaves_to_reader(one, question)]
        passing = [one for one in found if not one.story.about and one.quote.names_topics]
        for tier in (leaving_out, held_once, passing):
            _choose(tier, chosen, BOTTOM_LINE_AT_LEAST, once_a_story=True)
            _choose(tier, chosen, BOTTOM_LINE_AT_LEAST, once_a_story=False)
        if not chosen:
            _choose(unnamed, chosen, 1, once_a_story=True)
    chosen.sort(key=lambda candidate: candidate.story.published.at, reverse=True)
    return [candidate.quote for candidate in chosen]


def _leaves_to_reader(candidate: Candidate, question: Question) -> bool:
    """Whether a sentence may be of the topics it does not name: it names none, or one of two."""
    naming = question.naming
    named = {each.organisation for each in naming.matcher.mentions(candidate.quote.text)}
    of_topics = {name for each in named for name in naming.lineage(each)}
    return not named or not of_topics.isdisjoint(question.topics)


def _candidates(
    article: Article, story: Story, newest: datetime, question: Question, deals: Telling
) -> Iterator[Candidate]:
    """The sentences of an article with their weights.

    News fade by half in half a year; a figure makes up for that, and so does a headline that names
    the topics, or a sentence that repeats its headline: it says what is new, not the background.
    """
    age = (newest - story.published.at).days
    headline = set(index_terms(article.title))
    of_all = (
        2 ** (-age / HALF_LIFE_DAYS)
        + 0.4 * question.naming.names_all(article.title, question.topics)
        + 0.1 * min(len(story.articles), 4)
    )
    for quote in quotable(article, question):
        repeated = headline.intersection(index_terms(quote.text))
        weight = (
            of_all
            + 0.5 * quote.has_figure
            + 0.8 * (quote.text in deals.holding)
            + 0.5 * len(repeated) / max(len(headline), 1)
            - 0.5 * (len(quote.text) > LONG_QUOTE)
        )
        yield Candidate(quote, story, weight)


def _choose(
    tier: Iterable[Candidate], chosen: list[Candidate], wanted: int, *, once_a_story: bool
) -> None:
    """Move the best of a tier into `chosen` until it holds as many as wanted."""
    for candidate in tier:
        if len(chosen) >= wanted:
            return
        told = once_a_story and any(other.story is candidate.story for other in chosen)
        if not told and all(other.quote.text != candidate.quote.text for other in chosen):
            chosen.append(candidate)


def story_line(story: Story, question: Question, said: set[str], citations: Citations) -> StoryLine:
    chosen = _statements(story, question, said)
    stated = citations.state(chosen)
    quoted = {quote.article.id for quote in chosen}
    others = [article for article in story.articles if article.id not in quoted]
    voices = {question.naming.voice(article) for article in story.articles}
    return StoryLine(
        headline=story.articles[0].title,
        published=story.published,
        publishers=max(1, len(voices - {""})),
        statements=stated,
        also=tuple(citations.cite(article) for article in others[:ALSO]),
        organisations=question.naming.organisations(story.articles),
        about=story.about,
    )


def _statements(story: Story, question: Question, said: set[str]) -> list[Quote]:
    """One or two sentences the reader has not read yet, of the report that says most, in order."""
    report = max(story.articles, key=lambda a: (is_about(a, question.topics), len(a.points)))
    found = [quote for quote in quotable(report, question) if quote.text != report.title]
    if not story.about:  # the rest of the report is about something else
        found = [quote for quote in found if quote.names_topics] or found
    fresh = [quote for quote in found if quote.text not in said] or found
    telling = sorted(fresh, key=lambda quote: (not quote.names_topics, not quote.has_figure))
    return [quote for quote in fresh if quote in telling[:STATEMENTS]]


def quotable(article: Article, question: Question) -> list[Quote]:
    """What may be quoted; where none of that names the topics, also the passage that does."""
    found = quotes(article, question.topics, question.naming)
    if any(quote.names_topics for quote in found):
        return found
    passage = passage_naming(article, question.topics, question.naming)
    return [passage, *found] if passage else found
