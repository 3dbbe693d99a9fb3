"""The desk: answers questions from the corpus, and keeps the list of sources.

words -> topics -> store -> compose | chronology | replies => Answer
scope -> audience --^

Who asks from a workspace is answered from what everybody sees and what is that workspace's own.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefings.answers import (
    Answer,
    ArticleAnswer,
    Briefing,
    Choice,
    Coverage,
    SearchAnswer,
    SourceList,
    Status,
    Timeline,
    TopicList,
)
from briefings.chronology import ARTICLES as TIMELINE_ARTICLES
from briefings.chronology import compose_timeline
from briefings.compose import ARTICLES, Question, compose_briefing
from briefings.errors import InputError
from briefings.excerpt import RECORDED, newest_first, pick
from briefings.factlines import evidence_of
from briefings.factlist import compose_facts
from briefings.facts import Fact, Kind
from briefings.ingest import Ingest
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.superseding import SHARES
from briefings.model import Article, Audience, Precision, Published
from briefings.naming import Naming
from briefings.ports import Clock
from briefings.prose import QUOTED, Prose
from briefings.replies import (
    NOT_DELIVERING,
    compose_article,
    compose_search,
    coverage,
    delivery_row,
    problems,
    source_row,
    topic_list,
)
from briefings.searching import find
from briefings.sharing import Shared
from briefings.store import Found, Ledger, Store
from briefings.store.source_rows import refuse_watched
from briefings.subscribing import Subscribing
from briefings.subscriptions import WHOLE_DESK, Principal, Scope, Standing
from briefings.text.dates import EARLIEST
from briefings.topics import read_topics
from briefings.watch import Watcher

HITS = 10
FACTS = 30
"""Rows of the ledger in one answer."""
DEALS = frozenset(Kind) - FIGURE_KINDS
FURTHEST_EAST = timedelta(hours=14)
"""How far the first zone is ahead of UTC: a day has come once it has come there."""


@dataclass(frozen=True, slots=True)
class Ago:
    """A length of time back from now, or from the date of `asof`.

    `count` days, weeks, months or years (`unit` d, w, m, y).
    """

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"

    def before(self, now: datetime) -> Published:
        """The day it leads back to, in 1995 at the earliest; a month's last where it has fewer."""
        match self.unit:
            case "d" | "w":
                days = self.count * (7 if self.unit == "w" else 1)
                day = max(now - timedelta(days=days), EARLIEST)
            case _:
                months = self.count * (12 if self.unit == "y" else 1)
                year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
                year = max(year, EARLIEST.year)
                last = calendar.monthrange(year, month + 1)[1]
                day = now.replace(year=year, month=month + 1, day=min(now.day, last))
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        return Published(midnight, Precision.DAY)


def after(date: Published) -> datetime:
    """The first instant after the minute, day, month or year a date names."""
    at = date.at
    match date.precision:
        case Precision.YEAR:
            return at.replace(year=at.year + 1)
        case Precision.MONTH:
            return (at + timedelta(days=31)).replace(day=1)
        case Precision.DAY | Precision.ADDED:
            return at + timedelta(days=1)
        case Precision.MINUTE:
            return at + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was read at `now`; its period ends before `until`, if it ends."""

    question: Question
    until: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """Articles that name all the topics, and the other reports of their stories.

    `total` counts the articles that name the topics, read or not.
    """

    articles: Sequence[Article]
    reports: Sequence[Article]
    total: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A briefing that quotes, and the articles it stands on."""

    briefing: Briefing
    articles: Sequence[Article]


DraftOf = tuple[tuple[str, ...], Published | Ago | None, Published | None, Audience]
"""Topics, since and as of as they were asked, and who sees it."""


class Desk:
    """Carries out what `bot.commands` understood; every method returns an answer.

    `scope` is where it was asked; left out, it is answered as everybody would be.

    `subscribing` does what concerns a channel's digests; `other_problems` says what is wrong
    around the desk: with a chat, or with templates of the operator's.

    Raises from any method:
        IntelbriefError: when the question cannot be answered, fit to be shown to the asker.
    """

    def __init__(  # noqa: PLR0913 - the parts it answers from
        self,
        *,
        store: Store,
        ingest: Ingest,
        watcher: Watcher,
        subscribing: Subscribing,
        ledger: Ledger,
        naming: Naming,
        clock: Clock,
        version: str,
        watching: bool,
        delivering: bool,
        other_problems: Callable[[], Sequence[str]] = tuple,
        prose: Prose = QUOTED,
    ) -> None:
        self.subscribing = subscribing
        self._store = store
        self._ingest = ingest
        self._watcher = watcher
        self._ledger = ledger
        self._naming = naming
        self._clock = clock
        self._version = version
        self._watching = watching
        self._delivering = delivering
        self._other_problems = other_problems
        self._prose = prose
        self._coverage = Shared[Audience, Coverage](clock)
        """To read every source takes longer than to ask about one topic."""
        self._drafts = Shared[DraftOf, Draft](clock)
        self._timelines = Shared[DraftOf, Timeline](clock)
        """An answer and its picture are of the same one."""
        self._shared = (self._coverage, self._drafts, self._timelines)

    @property
    def language(self) -> str:
        """The language names are shown in, and help is written in (ISO 639-1)."""
        return self._naming.language

    async def close(self) -> None:
        """Leave what nobody waits for any more; the store may be closed then."""
        for shared in self._shared:
            await shared.close()

    async def brief(
        self,
        words: str,
        *,
        since: Published | Ago | None = None,
        as_of: Published | None = None,
        scope: Scope = WHOLE_DESK,
    ) -> Answer:
        """A briefing on the organisations the words name, or a choice of those they may mean."""
        asked = self._read(words, since, as_of, call="/intel")
        if isinstance(asked, Choice):
            return asked
        audience = await self._store.audiences.of(scope)
        draft = await self._drafts.of(
            (asked.question.topics, since, as_of, audience), lambda: self._draft(asked, audience)
        )
        return await self._prose.briefing(draft.briefing, draft.articles, scope)

    async def _draft(self, asked: Asked, audience: Audience) -> Draft:
        found = await self._find(asked, audience, limit=ARTICLES)
        question = asked.question
        known = await self._known(asked, audience)
        start = question.since.at.date() if question.since else None
        keys = tuple(map(self._naming.matcher.owner, question.topics))
        excerpt = pick(keys, known.facts, start, whole=not known.older_deals)
        evidence = await self._evidence(excerpt.articles, audience)
        briefing = compose_briefing(
            question,
            found.articles,
            found.reports,
            total=found.total,
            coverage=await self._coverage.of(
                audience, lambda: self._read_coverage(audience, asked.now)
            ),
            excerpt=replace(excerpt, evidence=evidence),
        )
        return Draft(briefing, (*found.articles, *found.reports, *evidence.values()))

    async def _read_coverage(self, audience: Audience, now: datetime) -> Coverage:
        sources = await self._store.sources.list(audience)
        return coverage(sources, articles=await self._store.corpus.size(audience), now=now)

    async def timeline(
        self,
        words: str,
        *,
        since: Published | Ago | None = None,
        as_of: Published | None = None,
        scope: Scope = WHOLE_DESK,
    ) -> Answer:
        """The dated events of the organisations the words name, or a choice of those."""
        asked = self._read(words, since, as_of, call="/intel timeline")
        if isinstance(asked, Choice):
            return asked
        audience = await self._store.audiences.of(scope)
        return await self._timelines.of(
            (asked.question.topics, since, as_of, audience), lambda: self._events(asked, audience)
        )

    async def _events(self, asked: Asked, audience: Audience) -> Timeline:
        found = await self._find(asked, audience, limit=TIMELINE_ARTICLES)
        known = await self._known(asked, audience, kinds=DEALS, since=asked.question.since)
        deals = known.facts
        return compose_timeline(
            asked.question,
            found.articles,
            found.reports,
            total=found.total,
            facts=deals,
            evidence=await self._cited(deals, audience),
        )

    async def facts(
        self,
        words: str,
        *,
        kind: Kind | None = None,
        since: Published | Ago | None = None,
        as_of: Published | None = None,
        scope: Scope = WHOLE_DESK,
    ) -> Answer:
        """The ledger's rows on the organisations the words name, or a choice of those."""
        asked = self._read(words, since, as_of, call="/intel facts", kind=kind)
        if isinstance(asked, Choice):
            return asked
        audience = await self._store.audiences.of(scope)
        kinds = None if kind is None else {kind}
        known = await self._known(asked, audience, kinds=kinds, since=asked.question.since)
        history: Sequence[Fact] = ()
        if kind in SHARES or kind in FIGURE_KINDS:  # what holds now may be of a kind not asked for
            alike = FIGURE_KINDS if kind in FIGURE_KINDS else SHARES
            history = (await self._known(asked, audience, kinds=alike)).facts
        shown = newest_first(known.facts)[:FACTS]
        return compose_facts(
            asked.question,
            kind,
            shown,
            await self._cited(shown, audience),
            more=len(known.facts) - len(shown) + known.left_out,
            pending=(await self._ledger.totals(audience)).pending,
            history=history,
        )

    async def search(self, words: str, scope: Scope = WHOLE_DESK) -> SearchAnswer:
        """The articles that contain all the words, newest first, or those that come nearest.

        微博 finds those that only write Weibo.
        """
        audience = await self._store.audiences.of(scope)
        found = await find(words, self._store.corpus, self._naming, audience, limit=HITS + 1)
        more = len(found.articles) > HITS
        answer = compose_search(words, found.articles[:HITS], found.named, self._naming, more=more)
        return replace(answer, held=found.held, most=found.most)

    async def summarise(self, address: str, scope: Scope = WHOLE_DESK) -> ArticleAnswer:
        """The summary of an article: from the corpus, else fetched and added to it.

        What a workspace has fetched is its own. A headline without text in the corpus is fetched,
        too: there is nothing to sum up.
        """
        audience = await self._store.audiences.of(scope)
        article = await self._store.corpus.by_url(address, audience)
        if article is None or not article.body:
            article = (await self._ingest.add_url(address, scope)).article
            self._forget()
        return await self._prose.article(compose_article(article, self._naming), article, scope)

    async def known(self, address: str, scope: Scope = WHOLE_DESK) -> ArticleAnswer | None:
        """The summary of an article that has been read already; nothing is fetched."""
        audience = await self._store.audiences.of(scope)
        article = await self._store.corpus.by_url(address, audience)
        return compose_article(article, self._naming) if article and article.body else None

    async def sources(self, scope: Scope = WHOLE_DESK, notice: str = "") -> SourceList:
        """What is watched, each source with its health."""
        now, audience = self._clock.now(), await self._store.audiences.of(scope)
        rows = [source_row(s, self._naming, now) for s in await self._store.sources.list(audience)]
        return SourceList(tuple(rows), notice)

    async def add_source(self, address: str, scope: Scope = WHOLE_DESK) -> SourceList:
        """Watch one more feed, after a look at it; a page is asked where its feed is."""
        audience = await self._store.audiences.of(scope)
        for source in await self._store.sources.list(audience):
            if source.definition.url == address:
                refuse_watched(address, source)
        definition = await self._watcher.discover(address)
        added = await self._store.sources.add(definition, scope)
        self._forget()
        return await self.sources(scope, f"Added {definition.publisher} as number {added.id}.")

    async def remove_source(self, number: int, scope: Scope = WHOLE_DESK) -> SourceList:
        """Stop watching a source; what it brought stays in the corpus."""
        removed = await self._store.sources.remove(number, scope)
        self._forget()
        name, watched = removed.definition.publisher, removed.definition.enabled
        return await self.sources(
            scope, f"{name} {'is no longer watched' if watched else 'was not watched: it is off'}."
        )

    async def topics(self, scope: Scope = WHOLE_DESK) -> TopicList:
        """The organisations that can be asked about."""
        audience = await self._store.audiences.of(scope)
        return topic_list(await self._store.corpus.topic_counts(audience), self._naming)

    async def status(self, principal: Principal) -> Status:
        """How the desk is doing, and which digests are not in the asker's channel.

        Whoever runs the desk sees those of every channel.
        """
        now, here = self._clock.now(), principal.scope
        audience = await self._store.audiences.of(here)
        sources = await self._store.sources.list(audience)
        totals = await self._store.corpus.totals(audience)
        covered = coverage(sources, articles=totals.articles, now=now)
        everywhere = principal.standing >= Standing.OPERATOR
        undelivered = await self._store.deliveries.undelivered(None if everywhere else here)
        delivered = await self._store.deliveries.totals()
        return Status(
            version=self._version,
            database=self._store.engine_name,
            coverage=covered,
            stories=totals.stories,
            problems=(
                *problems(sources, covered, watching=self._watching, now=now, here=here),
                *(() if self._delivering else (NOT_DELIVERING,)),
                *self._other_problems(),
            ),
            deliveries=tuple(delivery_row(each, here, self._naming, now) for each in undelivered),
            sent=delivered.sent,
            repaired=delivered.repaired,
            model=await self._prose.state(here),
        )

    def _forget(self) -> None:
        """Make every answer anew from here on: something was added or taken away."""
        for shared in self._shared:
            shared.clear()

    def _read(
        self,
        words: str,
        since: Published | Ago | None,
        as_of: Published | None,
        *,
        call: str,
        kind: Kind | None = None,
    ) -> Asked | Choice:
        """What the words and the period ask about, or which names the asker may have meant.

        Raises:
            InputError: when the words name too many, or the period holds no time.
        """
        period = f" {kind.replace('_', ' ')}" if kind else ""
        period += f" since {since}" if since else ""
        period += f" asof {as_of}" if as_of else ""
        topics = read_topics(words, self._naming, call=call, period=period)
        if isinstance(topics, Choice):
            return topics
        now = self._clock.now()
        if as_of and as_of.at > now + FURTHEST_EAST:
            raise InputError(
                f"{as_of} has not come yet.", remedy="Leave asof out for how things stand now."
            )
        until = after(as_of) if as_of else None
        start = since.before(until or now) if isinstance(since, Ago) else since
        if start and start.at >= (until or now):
            raise InputError(
                f"The period is empty: {start} is not before {as_of or 'now'}.",
                remedy="Give since an earlier date.",
            )
        return Asked(Question(topics, start, as_of or now, self._naming), until, now)

    async def _find(self, asked: Asked, audience: Audience, *, limit: int) -> FoundArticles:
        """The newest articles that answer a question, and the others of their stories."""
        corpus, question = self._store.corpus, asked.question
        articles, total = await corpus.about_of_total(
            question.topics,
            since=question.since.at if question.since else None,
            until=asked.until,
            limit=limit,
            audience=audience,
        )
        reports = await corpus.in_stories(
            list({article.story_id for article in articles}),
            until=asked.until,
            besides={article.id for article in articles},
            audience=audience,
        )
        return FoundArticles(articles, reports, total)

    async def _known(
        self,
        asked: Asked,
        audience: Audience,
        *,
        kinds: Collection[Kind] | None = None,
        since: Published | None = None,
    ) -> Found:
        """What the ledger has on the topics, as it was known at the end of the period asked for."""
        topics = asked.question.topics
        if asked.until is None:
            first = since.at.date() if since else None
            return await self._ledger.facts_of(
                topics, audience, kinds=kinds, since=first, limit=RECORDED
            )
        day = (asked.until - timedelta(minutes=1)).date()
        known = await self._ledger.known_by(topics, day, audience, limit=RECORDED)
        facts = (fact for fact in known.facts if kinds is None or fact.kind in kinds)
        return replace(known, facts=tuple(_since(facts, since)))

    async def _cited(self, facts: Iterable[Fact], audience: Audience) -> dict[int, Article]:
        ids = dict.fromkeys(id_ for fact in facts for id_ in evidence_of(fact))
        return await self._evidence(tuple(ids), audience)

    async def _evidence(self, ids: Sequence[int], audience: Audience) -> dict[int, Article]:
        """The articles facts cite, by number."""
        return {article.id: article for article in await self._store.news.articles(ids, audience)}


def _since(facts: Iterable[Fact], since: Published | None) -> list[Fact]:
    return [fact for fact in facts if since is None or fact.is_since(since.at.date())]
