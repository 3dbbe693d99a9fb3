"""What happened, in order: articles -> stories -> dated events with numbered sources. Pure.

articles -> group by story -> those about the topics -> the most telling -> oldest first
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

from briefings.answers import Statement, Timeline, TimelineEvent
from briefings.compose import LONG_QUOTE, Citations, Question, Story, group, quotable
from briefings.model import Article
from briefings.naming import is_about
from briefings.quotes import FIGURE, Quote
from briefings.text.tokens import index_terms

ARTICLES = 240
"""Articles a timeline is made of; beyond these the period has to be narrowed."""
EVENTS = 40
CROWD = timedelta(days=30)
CROWDED = 0.25
"""What an event loses for every more telling one within `CROWD` of it: history has a breadth."""


def compose_timeline(
    question: Question, articles: Sequence[Article], reports: Iterable[Article], *, total: int
) -> Timeline:
    """Compose the dated events of one organisation, or those between two.

    `articles` name all the topics; `reports` are the other articles of the same stories; `total`
    counts the articles that name the topics, given or not.
    """
    naming, topics = question.naming, question.topics
    stories = group(articles, reports, topics)
    about = [story for story in stories if story.about]
    telling = ranked(about, question, most=EVENTS)
    ranks = {_place(story): rank for rank, story in enumerate(telling, start=1)}
    shown = sorted(telling, key=_place)
    citations = Citations()
    events = tuple(
        timeline_event(story, question, citations, rank=ranks[_place(story)]) for story in shown
    )
    concerned = {tag.organisation for story in shown for a in story.articles for tag in a.tags}
    return Timeline(
        title=" / ".join(naming.with_owner(topic) for topic in topics),
        topics=tuple(naming.display(topic) for topic in topics),
        since=question.since,
        as_of=question.as_of,
        events=events,
        more=len(about) - len(shown),
        passing=len(stories) - len(about),
        articles=len(articles),
        unread=total - len(articles),
        sources=citations.sources({*topics, *concerned}, naming),
    )


def ranked(stories: Sequence[Story], question: Question, *, most: int) -> list[Story]:
    """The most telling stories, at most so many, the one that tells most first.

    Telling is a headline that names the topics, a figure, and how many independent publishers
    there are; of those alike the newest goes first.
    """
    weights = [_weight(story, question) for story in stories]
    places = [_place(story) for story in stories]
    left = set(range(len(stories)))
    order: list[Story] = []
    while left and len(order) < most:
        best = max(left, key=lambda at: (weights[at], places[at]))
        left.remove(best)
        chosen = stories[best]
        order.append(chosen)
        for at in left:
            if abs(stories[at].published.at - chosen.published.at) <= CROWD:
                weights[at] -= CROWDED
    return order


def timeline_event(
    story: Story, question: Question, citations: Citations, *, rank: int
) -> TimelineEvent:
    """A story as one event, with the sentence that tells most of it."""
    statement: Statement | None = None
    if (quote := telling_sentence(story, question)) is not None:
        (statement,) = citations.state([quote])
    return TimelineEvent(
        date=story.published,
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


def _place(story: Story) -> tuple[float, int]:
    """Where a story stands among the others: by date, then by its first report."""
    first = story.articles[0]
    return first.published.at.timestamp(), first.id
