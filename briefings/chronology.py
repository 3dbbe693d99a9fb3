"""What happened, in order: facts and stories -> dated events with numbered sources. Pure.

deals of the ledger         -.
articles -> group by story ---> the most telling -> oldest first
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

from briefings.answers import Statement, Timeline, TimelineEvent
from briefings.citing import Citations
from briefings.compose import LONG_QUOTE, Question, Story, group, quotable
from briefings.factlines import Lines, headline
from briefings.facts import FIGURES, Fact, When
from briefings.ledger.events import FIGURE_KINDS
from briefings.model import Article
from briefings.naming import is_about
from briefings.quotes import FIGURE, Quote
from briefings.text.tokens import index_terms

ARTICLES = 240
"""Articles a timeline is made of; beyond these the period has to be narrowed."""
EVENTS = 40
AFTERMATH = timedelta(days=30)
"""How far from the days of a deal a story still is the news of it."""
CROWD = timedelta(days=30)
CROWDED = 0.25
"""What an event loses for every more telling one within `CROWD` of it: history has a breadth."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact or a story: its first instant, a number that tells it from others, its weight."""

    at: datetime
    number: int
    weight: float
    tells: Story | Fact

    @property
    def place(self) -> tuple[float, bool, int]:
        """Where it stands among the others: by date; a fact after a story of the same instant."""
        return self.at.timestamp(), isinstance(self.tells, Fact), self.number


def compose_timeline(  # noqa: PLR0913 - what there is, and how much of it was read
    question: Question,
    articles: Sequence[Article],
    reports: Iterable[Article],
    *,
    total: int,
    facts: Sequence[Fact] = (),
    evidence: Mapping[int, Article] = MappingProxyType({}),
) -> Timeline:
    """Compose the dated events of one organisation, or those between two.

    `articles` name all the topics; `reports` are the other articles of the same stories; `total`
    counts the articles that name the topics, given or not. `facts` have the topics as parties,
    `evidence` is the articles that say so. A story that a deal of its days is told from is that
    deal's event; one that recalls a deal of other days stands beside it.
    """
    naming, topics = question.naming, question.topics
    stories = group(articles, reports, topics)
    deals = [fact for fact in facts if fact.kind not in FIGURE_KINDS]
    told: defaultdict[int, list[Fact]] = defaultdict(list)
    for fact in deals:
        for id_ in {report.article_id for report in fact.reports}:
            told[id_].append(fact)
    about = [
        Happening(story.published.at, story.articles[0].id, _weight(story, question), story)
        for story in stories
        if story.about and not _tells_a_deal(story, told)
    ]
    # Not by number: what was known on a day may be two facts that later reports made one.
    happenings = [
        *about,
        *(Happening(_begun(fact), at, _weight_of(fact), fact) for at, fact in enumerate(deals)),
    ]
    telling = ranked(happenings, most=EVENTS)
    ranks = {one.place: rank for rank, one in enumerate(telling, start=1)}
    shown = sorted(telling, key=lambda one: one.place)
    citations = Citations()
    lines = Lines(naming, evidence, citations)
    events = tuple(
        _fact_event(one.tells, lines, ranks[one.place])
        if isinstance(one.tells, Fact)
        else _story_event(one.tells, question, citations, ranks[one.place])
        for one in shown
    )
    concerned = {
        tag.organisation
        for one in shown
        if isinstance(one.tells, Story)
        for article in one.tells.articles
        for tag in article.tags
    }
    concerned |= {
        party.organisation
        for one in shown
        if isinstance(one.tells, Fact)
        for party in one.tells.parties
        if party.organisation
    }
    return Timeline(
        title=" / ".join(naming.with_owner(topic) for topic in topics),
        topics=tuple(naming.display(topic) for topic in topics),
        since=question.since,
        as_of=question.as_of,
        events=events,
        more=len(happenings) - len(shown),
        passing=sum(1 for story in stories if not story.about),
        articles=len(articles),
        unread=total - len(articles),
        sources=citations.sources({*topics, *concerned}, naming),
    )


def ranked(happenings: Sequence[Happening], *, most: int) -> list[Happening]:
    """The most telling ones, at most so many, the one that tells most first.

    Telling is a deal, a headline that names the topics, a figure, and how many independent
    publishers there are; of those alike the newest goes first.
    """
    weights = [one.weight for one in happenings]
    left = set(range(len(happenings)))
    order: list[Happening] = []
    while left and len(order) < most:
        best = max(left, key=lambda at: (weights[at], happenings[at].place))
        left.remove(best)
        chosen = happenings[best]
        order.append(chosen)
        for at in left:
            if abs(happenings[at].at - chosen.at) <= CROWD:
                weights[at] -= CROWDED
    return order


def _fact_event(fact: Fact, lines: Lines, rank: int) -> TimelineEvent:
    line = lines.fact(fact)
    return TimelineEvent(
        date=fact.when or fact.known,
        headline=headline(line),
        statement=Statement(line.quote, line.cites[:1]),
        cites=line.cites,
        organisations=lines.parties(fact.parties),
        publishers=max(1, fact.voices),
        rank=rank,
        kind=line.kind.lower(),
        reported=fact.when is None,
        standing=line.standing,
    )


def _tells_a_deal(story: Story, told: Mapping[int, Sequence[Fact]]) -> bool:
    """Whether a story is the news of a deal that one of its articles reports.

    The days of a deal are those it is dated to, and the one it was first known to be of.
    """
    days = When.of(story.published)
    for fact in (fact for article in story.articles for fact in told.get(article.id, ())):
        when = fact.when or When.day(fact.since)
        first, last = min(when.first, fact.since), max(when.last, fact.since)
        if first - AFTERMATH <= days.last and days.first <= last + AFTERMATH:
            return True
    return False


def _begun(fact: Fact) -> datetime:
    """The first instant of the days a deal is of; where no report says, that of the first one."""
    if fact.when is None:
        return fact.reports[0].published.at
    return datetime.combine(fact.when.first, time(), UTC)


def _weight_of(fact: Fact) -> float:
    figures = any(getattr(fact, name) for name in FIGURES)
    return 1 + 0.5 * figures + 0.5 * math.log2(max(1, fact.voices))


def _story_event(
    story: Story, question: Question, citations: Citations, rank: int
) -> TimelineEvent:
    """A story as one event, with the sentence that tells most of it."""
    statement: Statement | None = None
    if (quote := telling_sentence(story, question)) is not None:
        (statement,) = citations.state([quote])
    return TimelineEvent(
        date=When.of(story.published),
        headline=story.articles[0].title,
        statement=statement,
        cites=statement.cites if statement else (citations.cite(story.articles[0]),),
        organisations=question.naming.organisations(story.articles),
        publishers=_publishers(story, question),
        rank=rank,
    )


def telling_sentence(story: Story, question: Question) -> Quote | None:
    """The sentence that tells most of a story; None where there are only headlines.

    It names the topics, if any does. News stand at the beginning of a report and repeat its
    headline; what comes later is background.
    """
    titles = {article.title for article in story.articles}
    best: tuple[tuple[bool, float], Quote] | None = None
    for article in story.articles:
        if not is_about(article, question.topics):
            continue
        headline = set(index_terms(article.title))
        for place, quote in enumerate(quotable(article, question)):
            if quote.text in titles:
                continue
            repeated = headline.intersection(index_terms(quote.text))
            weight = (
                0.6 / (1 + place)
                + 0.5 * len(repeated) / max(len(headline), 1)
                + 0.3 * quote.has_figure
                - 0.5 * (len(quote.text) > LONG_QUOTE)
            )
            if best is None or (quote.names_topics, weight) > best[0]:
                best = (quote.names_topics, weight), quote
    return best[1] if best else None


def _weight(story: Story, question: Question) -> float:
    named = any(question.naming.names_all(a.title, question.topics) for a in story.articles)
    texts = (text for article in story.articles for text in (article.title, *article.points))
    return (
        named
        + 0.5 * any(FIGURE.search(text) for text in texts)
        + 0.5 * math.log2(_publishers(story, question))
    )


def _publishers(story: Story, question: Question) -> int:
    voices = {question.naming.voice(article) for article in story.articles}
    return max(1, len(voices - {""}))
