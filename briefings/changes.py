"""What a digest says: first the state of things, then what changed since the one before. Pure.

    Sifted + its articles -> what each story adds -> bottom line | new | developing | headlines

A story is told under three forms: with statements, as a headline, or as one of a number that a
command shows. Only the first two count as told, and what a fact of the ledger is cited from. What
is beyond stays untold: the period moves on, so that it does not come late by itself, and should it
go on it is new to those who read of it then, instead of "developing" from something they never saw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from briefings.answers import (
    Coverage,
    DevelopingStory,
    Digest,
    HeadlineRow,
    StoryLine,
)
from briefings.citing import Citations
from briefings.compose import (
    ALSO,
    CANDIDATES,
    STATEMENTS,
    STORIES,
    Question,
    Story,
    group,
    ids_of,
    lead_sentences,
    story_line,
)
from briefings.ledgernews import NO_NEWS, LedgerNews, change_lines
from briefings.model import Article
from briefings.naming import publisher
from briefings.quotes import QUOTE, Quote, quotes
from briefings.text import sentences
from briefings.text.hygiene import clean_line
from briefings.threads import Fresh, Sifted

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Issue:
    """What the digests of one run have in common: the newest article there is, and the minute."""

    newest: int
    written: datetime
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest but for its occasion, and the ids of the articles it tells of."""

    digest: Digest
    told: tuple[int, ...]


# --- the first digest ---------------------------------------------------------------------------


def compose_first(  # noqa: PLR0913 - what there is, and how much of it was read
    question: Question,
    issue: Issue,
    articles: Sequence[Article],
    reports: Sequence[Article],
    *,
    total: int,
    news: LedgerNews = NO_NEWS,
) -> Draft:
    """The state of things on the topics, as a subscription's first digest.

    `articles`, `reports` and `total` as in a briefing; `news` is how things stand in the ledger.
    """
    naming, topics = question.naming, question.topics
    stories = group(articles, reports, topics)
    shown = stories[:STORIES]
    citations = Citations()
    candidates = stories[:CANDIDATES]
    bottom_line = lead_sentences(candidates, question, news.telling(ids_of(candidates)))
    stated = citations.state(bottom_line)
    said = {quote.text for quote in bottom_line}
    _, changes = change_lines(news, naming, citations)
    lines = tuple(story_line(story, question, said, citations) for story in shown)
    names = tuple(naming.display(topic) for topic in topics)
    more = len(stories) > len(shown) or total > len(articles)
    told = {article.id for story in shown for article in story.articles}
    return Draft(
        Digest(
            title=" / ".join(naming.with_owner(topic) for topic in topics),
            topics=names,
            first=True,
            asked=False,
            late=False,
            since=None,
            until=issue.written,
            written=issue.written,
            articles=total,
            nothing_changed=not shown,
            bottom_line=stated,
            new=lines,
            developing=(),
            headlines=(),
            beyond=0,
            beyond_command=_before_those(names, shown) if more else "",
            told_elsewhere=0,
            coverage=issue.coverage,
            sources=citations.sources(_concerned(topics, shown), naming),
            changes=changes,
        ),
        tuple(sorted(told | news.evidence.keys())),
    )


def _before_those(names: Sequence[str], shown: Sequence[Story]) -> str:
    """The command for what is older than the stories shown."""
    oldest = min(story.published.at for story in shown)
    return f"/intel {' '.join(names)} asof {oldest.astimezone(UTC):%Y-%m-%d}"


def _concerned(topics: Iterable[str], stories: Iterable[Story]) -> set[str]:
    """The organisations whose own publications are marked among the sources."""
    tags = (tag for story in stories for article in story.articles for tag in article.tags)
    return {*topics, *(tag.organisation for tag in tags)}


# --- what changed -------------------------------------------------------------------------------


def compose_changes(
    question: Question,
    issue: Issue,
    sifted: Sifted,
    articles: Mapping[int, Article],
    news: LedgerNews = NO_NEWS,
) -> Draft:
    """What changed on the topics; `articles` has the reports that `sifted` names."""
    naming, topics = question.naming, question.topics
    lines = [_tell(fresh, articles, question) for fresh in sifted.lines]
    headlines = [_tell(fresh, articles, question) for fresh in sifted.headlines]
    citations = Citations()
    leads = [told.lead for told in lines if told.lead.articles]
    bottom_line = lead_sentences(leads, question, news.telling(ids_of(leads)))
    stated = citations.state(bottom_line)
    said = {quote.text for quote in bottom_line}
    corrections, changes = change_lines(news, naming, citations)
    new = tuple(
        story_line(told.whole, question, said, citations)
        for told in lines
        if told.fresh.first_told is None
    )
    developing = tuple(
        _developing(told, first_told, question, said, citations)
        for told in lines
        if (first_told := told.fresh.first_told) is not None
    )
    rows = tuple(_headline(told, question, citations) for told in headlines)
    concerned = _concerned(topics, [told.whole for told in lines])
    names = tuple(naming.display(topic) for topic in topics)
    told = {id_ for each in (*lines, *headlines) for id_ in each.fresh.untold}
    return Draft(
        Digest(
            title=" / ".join(naming.with_owner(topic) for topic in topics),
            topics=names,
            first=False,
            asked=False,
            late=False,
            since=None,
            until=issue.written,
            written=issue.written,
            articles=sifted.articles,
            nothing_changed=not lines and not corrections,
            bottom_line=stated,
            new=new,
            developing=developing,
            headlines=rows,
            beyond=len(sifted.beyond),
            beyond_command=_command(names, sifted.beyond),
            told_elsewhere=sifted.elsewhere,
            coverage=issue.coverage,
            sources=citations.sources(concerned, naming),
            corrections=corrections,
            changes=changes,
        ),
        tuple(sorted(told | news.evidence.keys())),
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """A story to tell: all its reports, the untold ones, and what these add (`lead`)."""

    fresh: Fresh
    whole: Story
    untold: tuple[Article, ...]
    lead: Story


def _tell(fresh: Fresh, articles: Mapping[int, Article], question: Question) -> _Telling:
    about = fresh.thread.about
    whole = Story(tuple(articles[id_] for id_ in fresh.thread.reports), about)
    untold = tuple(article for article in whole.articles if article.id in fresh.untold)
    if fresh.first_told is None:
        return _Telling(fresh, whole, untold, whole)
    known = {
        words
        for article in whole.articles
        if article.id not in fresh.untold
        for words in _sentences(article)
    }
    return _Telling(fresh, whole, untold, Story(_additions(untold, known, question), about))


def _additions(
    untold: Iterable[Article], known: set[str], question: Question
) -> tuple[Article, ...]:
    """The reports reduced to what `known` has not; their sentences are added to it."""
    found: list[Article] = []
    for article in untold:
        fresh = []
        for quote in quotes(article, question.topics, question.naming):
            words = _words(quote.text)
            if words not in known:
                fresh.append(quote.text)
                known.add(words)
        if fresh:
            found.append(replace(article, points=tuple(fresh), body=""))
    return tuple(found)


def _sentences(article: Article) -> Iterator[str]:
    """Every sentence a report could be quoted with, as its words."""
    yield from (_words(text) for text in (article.title, *article.points))
    for start, end in sentences.split(article.body):
        yield _words(clean_line(article.body[start:end], QUOTE))


def _words(text: str) -> str:
    """A sentence as its words alone, in one case: quotation marks and spaces make nothing new."""
    return " ".join(_WORDS.findall(text.casefold()))


def _developing(
    told: _Telling, first_told: datetime, question: Question, said: set[str], citations: Citations
) -> DevelopingStory:
    naming, first = question.naming, told.whole.articles[0]
    added = [
        quote
        for article in told.lead.articles
        for quote in quotes(article, question.topics, naming)
    ]
    chosen = _most_telling([quote for quote in added if quote.text not in said] or added)
    quoted = {quote.article.id for quote in chosen}
    others = [article for article in told.untold if article.id not in quoted][:ALSO]
    voices = {naming.voice(article) for article in told.whole.articles}
    return DevelopingStory(
        line=StoryLine(
            headline=first.title,
            published=first.published,
            publishers=max(1, len(voices - {""})),
            statements=citations.state(chosen),
            also=tuple(citations.cite(article) for article in others),
            organisations=naming.organisations(told.whole.articles),
            about=told.whole.about,
        ),
        reported_by=tuple(dict.fromkeys(publisher(article) for article in others)),
        first_told=first_told,
    )


def _most_telling(found: Sequence[Quote]) -> list[Quote]:
    """The sentences that say most, in their order."""
    telling = sorted(found, key=lambda quote: (not quote.names_topics, not quote.has_figure))
    return [quote for quote in found if quote in telling[:STATEMENTS]]


def _headline(told: _Telling, question: Question, citations: Citations) -> HeadlineRow:
    """A new story by its first report, one that goes on by the last report there is."""
    news, first_told = told.untold, told.fresh.first_told
    report = news[0] if first_told is None else news[-1]
    voices = {question.naming.voice(article) for article in told.whole.articles}
    return HeadlineRow(
        headline=report.title,
        published=report.published,
        publishers=max(1, len(voices - {""})),
        cite=citations.cite(report),
        about=told.whole.about,
        first_told=first_told,
    )


def _command(names: Sequence[str], beyond: Sequence[Fresh]) -> str:
    """The command for the stories of a period that have no line, with the days they are of."""
    if not beyond:
        return ""
    first = min(fresh.thread.first for fresh in beyond)
    last = max(fresh.thread.last for fresh in beyond)
    return f"/intel {' '.join(names)} since {first:%Y-%m-%d} asof {last:%Y-%m-%d}"
