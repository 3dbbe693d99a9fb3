"""The editor: writes digests, thousands at once.

    occasions -> read for the ledger -> what came since -> what each channel was told
              -> compose -> draw -> Content

Channels that follow the same topics and were told the same share one digest, so the work grows
with the number of topics, not of channels. They share it within an audience: what a workspace has
for itself is read for its own channels alone.

What a channel was told of an article is what the ledger had of it then, so an edition is about what
was read: the rest is read first, and where that takes too long the edition ends before it.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final, Protocol

from briefings.answers import Digest
from briefings.changes import Draft, Issue, compose_changes, compose_first
from briefings.compose import ARTICLES, Question
from briefings.errors import InputError, StoreError
from briefings.excerpt import RECORDED
from briefings.facts import Fact
from briefings.ledgernews import (
    LedgerNews,
    articles_of,
    concerned,
    how_things_stand,
    what_changed,
)
from briefings.model import Article, Audience
from briefings.naming import Naming
from briefings.ports import Clock
from briefings.prose import QUOTED, Prose
from briefings.replies import coverage
from briefings.store import Ledger, Store
from briefings.subscriptions import Content, Occasion, Scope
from briefings.threads import (
    Followed,
    Thread,
    Topics,
    sift,
    speaking_of,
    threads_of,
)

READING_S: Final = 10.0
"""How long a digest waits for what it is about to be read for the ledger."""
READ_AT_ONCE: Final = 8
UNREAD_FOR: Final = timedelta(minutes=15)
"""For so long an article that could not be read is left to the next edition, and all after it."""

_log = logging.getLogger(__name__)


class Books(Protocol):
    """Reads articles for the ledger."""

    async def enter_pending(self, limit: int, *, among: Sequence[int]) -> int:
        """Read those of some articles that were not read yet; fewer than there are: no more can
        be read now."""


class Layouts(Protocol):
    """Draws digests as pages of Markdown."""

    async def draw(self, pages: Sequence[tuple[Digest, str, str]]) -> list[str]:
        """One page for each (digest, preset, zone key), in order."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where an occasion's news begin: after which article and when; `after` None: its first."""

    topics: Topics
    after: int | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """What decides on a digest but for its labels; `threads` is a number `Ground` gave them."""

    topics: Topics
    threads: int | None
    told: tuple[tuple[int, datetime], ...]


@dataclass(slots=True)
class Ground:
    """What came since each start, and what each channel was told of it."""

    _threads: list[tuple[Thread, ...]] = field(default_factory=list)
    _numbers: dict[tuple[Thread, ...], int] = field(default_factory=dict)
    _since: dict[tuple[Topics, int], tuple[int, frozenset[int]]] = field(default_factory=dict)
    _facts: dict[tuple[Topics, int], tuple[Fact, ...]] = field(default_factory=dict)
    _told: defaultdict[int, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))

    def came(
        self,
        topics: Topics,
        starts: Iterable[int],
        threads: tuple[Thread, ...],
        facts: tuple[Fact, ...],
    ) -> None:
        """Remember the threads since some starts, and the facts they concern.

        The same threads get the same number.
        """
        if threads not in self._numbers:
            self._numbers[threads] = len(self._threads)
            self._threads.append(threads)
        self._facts[topics, self._numbers[threads]] = facts
        ids = frozenset(id_ for thread in threads for id_ in thread.reports) | articles_of(facts)
        for after in starts:
            self._since[topics, after] = self._numbers[threads], ids

    def tell(self, channel: int, article: int, when: datetime) -> None:
        """Remember that a channel is told of an article; the first time counts."""
        told = self._told[channel]
        told[article] = min(when, told.get(article, when))

    def state(self, start: Start, channel: int) -> State:
        """What a channel's digest depends on."""
        if start.after is None:
            return State(start.topics, None, ())
        number, ids = self._since[start.topics, start.after]
        told = self._told.get(channel, {})
        return State(
            start.topics, number, tuple(sorted((id_, told[id_]) for id_ in ids & told.keys()))
        )

    def threads(self, number: int) -> tuple[Thread, ...]:
        return self._threads[number]

    def facts(self, topics: Topics, number: int) -> tuple[Fact, ...]:
        """The facts that the threads of a number concern, for whoever follows some topics."""
        return self._facts[topics, number]


class Editor:
    """Writes what a channel is told on an occasion."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it writes with
        self,
        store: Store,
        ledger: Ledger,
        naming: Naming,
        layouts: Layouts,
        clock: Clock,
        prose: Prose = QUOTED,
        books: Books | None = None,
    ) -> None:
        self._store = store
        self._news = store.news
        self._ledger = ledger
        self._naming = naming
        self._layouts = layouts
        self._clock = clock
        self._prose = prose
        self._books = books

    def check(self, topics: Topics) -> None:
        """Make sure that the catalogue still has the topics of a subscription.

        Raises:
            InputError: it has not.
        """
        for topic in topics:
            if topic not in self._naming.matcher.organisations:
                raise InputError(
                    f"{topic} is no longer in the catalogue.",
                    remedy="Unsubscribe, and subscribe to one of /intel topics; or have the "
                    "operator put it back into config/entities.toml.",
                )

    async def write(self, occasions: Sequence[Occasion]) -> list[Content]:
        """Write a digest for each occasion, in order.

        Of several for one channel each leaves out what those before it tell.

        Raises:
            InputError: topics are no longer in the catalogue (see `check`); nothing is written.
        """
        for topics in {occasion.subscription.topics for occasion in occasions}:
            self.check(topics)
        if not occasions:
            return []
        starts = await self._starts(occasions)
        drafts: dict[int, tuple[Draft, int]] = {}
        for audience, places in (await self._audiences(occasions)).items():
            drafts |= await self._edition(
                audience, {at: (occasions[at], starts[at]) for at in places}
            )
        in_order = [drafts[at] for at in range(len(occasions))]
        scopes = [occasion.subscription.scope for occasion in occasions]
        written = await self._prose.drafts(
            [(scope, draft) for scope, (draft, _) in zip(scopes, in_order, strict=True)],
            self._read,
        )
        pages = await self._pages(occasions, starts, written)
        return [
            Content(page, draft.told, newest)
            for page, (draft, newest) in zip(pages, in_order, strict=True)
        ]

    async def _read(self, scope: Scope, ids: Iterable[int]) -> Sequence[Article]:
        audience = await self._store.audiences.of(scope)
        return await self._news.articles(sorted(ids), audience)

    async def _audiences(self, occasions: Sequence[Occasion]) -> dict[Audience, list[int]]:
        """The places of the occasions, by who may see what their channels are told."""
        scopes = [occasion.subscription.scope for occasion in occasions]
        audiences = await self._store.audiences.of_each(set(scopes))
        places: defaultdict[Audience, list[int]] = defaultdict(list)
        for at, scope in enumerate(scopes):
            places[audiences[scope]].append(at)
        return places

    async def _edition(
        self, audience: Audience, occasions: Mapping[int, tuple[Occasion, Start]]
    ) -> dict[int, tuple[Draft, int]]:
        """The drafts of one audience's occasions, by place, each with the newest article."""
        those = list(occasions.values())
        issue = await self._issue(audience, min(start.after or 0 for _, start in those))
        ground = Ground()
        for era in _eras([start for _, start in those], issue.newest):
            await self._look_up(audience, [those[at] for at in era], issue.newest, ground)
        drafts = await self._drafts(audience, those, ground, issue)
        # Never back: where an edition ends early, the one before it may have ended later.
        newest = [max(issue.newest, start.after or 0) for _, start in those]
        return dict(zip(occasions, zip(drafts, newest, strict=True), strict=True))

    async def _issue(self, audience: Audience, after: int) -> Issue:
        newest = await self._newest_read(audience, after)
        now = self._clock.now()
        sources = await self._store.sources.list(audience)
        return Issue(
            newest,
            now.replace(second=0, microsecond=0),
            coverage(sources, articles=await self._store.corpus.size(audience), now=now),
        )

    async def _newest_read(self, audience: Audience, after: int) -> int:
        """The article an edition ends with: the newest, or the last before what cannot be read."""
        newest = await self._news.newest(audience)
        if self._books is None:
            return newest
        unread = await self._news.unread(audience, after=after, until=newest)
        if not unread:
            return newest
        await self._read_first(self._books, unread)
        recent = self._clock.now() - UNREAD_FOR
        left = await self._news.unread(audience, after=after, until=newest, since=recent)
        return left[0] - 1 if left else newest

    async def _read_first(self, books: Books, unread: Sequence[int]) -> None:
        """Read articles for the ledger, as many as there is time for."""
        until = self._clock.monotonic() + READING_S
        try:
            for first in range(0, len(unread), READ_AT_ONCE):
                if self._clock.monotonic() >= until:
                    break
                some = unread[first : first + READ_AT_ONCE]
                if await books.enter_pending(len(some), among=some) < len(some):
                    break
        except StoreError:
            raise
        except Exception:  # a digest without some facts is better than none
            _log.exception("%d articles could not be read for the ledger", len(unread))

    # --- what came ------------------------------------------------------------------------------

    async def _starts(self, occasions: Sequence[Occasion]) -> list[Start]:
        """Where each occasion's news begin.

        A subscription's first digest goes on from the channel's last one on the same topics, of a
        subscription since removed. One on two of which the channel follows one begins with how
        things stand: what is between them was never told together.
        """
        firsts = {one.channel_id for one in occasions if one.after_article is None}
        followed: defaultdict[int, list[Followed]] = defaultdict(list)
        for each in await self._news.followed(firsts) if firsts else ():
            followed[each.channel].append(each)
        return [_start(occasion, followed.get(occasion.channel_id, ())) for occasion in occasions]

    async def _look_up(
        self,
        audience: Audience,
        era: Sequence[tuple[Occasion, Start]],
        newest: int,
        ground: Ground,
    ) -> None:
        """Find the threads of starts of about one age, and what their channels were told of them.

        Of what came since, the channels' rows are read as a range; of the older reports in the
        same stories and of the same facts, which are few, one by one.
        """
        channels: defaultdict[Topics, set[int]] = defaultdict(set)
        pairs: set[tuple[Topics, int]] = set()
        for occasion, begin in era:
            channels[begin.topics].add(occasion.channel_id)
            pairs.add((begin.topics, begin.after or 0))
        after = min(after for _, after in pairs)
        tagged = await self._news.tagged(
            {topic for topics in channels for topic in topics},
            after=after,
            until=newest,
            audience=audience,
        )
        on = speaking_of(channels, tagged)
        stories = {article.story for found in on.values() for article in found}
        reports = await self._news.reports(stories, until=newest, audience=audience)
        alike: defaultdict[tuple[Topics, int], list[int]] = defaultdict(list)
        for topics, start in pairs:
            alike[topics, bisect_right(on[topics], start, key=attrgetter("article"))].append(start)
        recorded = {topics: await self._recorded(topics, audience) for topics in on if on[topics]}
        older: defaultdict[Topics, set[int]] = defaultdict(set)
        for (topics, first), starts in alike.items():
            came = on[topics][first:]
            facts = concerned(recorded.get(topics, ()), {one.article for one in came})
            ground.came(topics, starts, threads_of(came, reports), facts)
            older[topics].update(id_ for id_ in articles_of(facts) if id_ <= after)
        if not stories:
            return
        told = await self._news.told_between(
            {occasion.channel_id for occasion, _ in era}, after=after, until=newest
        )
        for topics, found in on.items():
            older[topics].update(id_ for one in found for id_ in reports[one.story] if id_ <= after)
            told += await self._news.told_of(channels[topics], older[topics])
        for each in told:
            ground.tell(each.channel, each.article, each.first)

    # --- what is said ---------------------------------------------------------------------------

    async def _drafts(
        self,
        audience: Audience,
        occasions: Sequence[tuple[Occasion, Start]],
        ground: Ground,
        issue: Issue,
    ) -> list[Draft]:
        """Each occasion's draft; a channel's second one knows what its first one tells."""
        drafts: list[Draft] = []
        composed: dict[State, Draft] = {}
        for occasion, start in occasions:
            state = ground.state(start, occasion.channel_id)
            if state not in composed:
                composed[state] = await self._compose(audience, state, ground, issue)
            drafts.append(composed[state])
            for article in composed[state].told:
                ground.tell(occasion.channel_id, article, occasion.slot.due)
        return drafts

    async def _compose(
        self, audience: Audience, state: State, ground: Ground, issue: Issue
    ) -> Draft:
        question = Question(state.topics, None, issue.written, self._naming)
        if state.threads is None:
            return await self._compose_first(audience, question, issue)
        told = dict(state.told)
        sifted = sift(ground.threads(state.threads), told)
        articles = await self._articles(sifted.reports, audience)
        news = what_changed(
            ground.facts(state.topics, state.threads), told.keys(), sifted.telling, sifted.new
        )
        return compose_changes(
            question, issue, sifted, articles, await self._with_evidence(news, audience)
        )

    async def _recorded(self, topics: Topics, audience: Audience) -> tuple[Fact, ...]:
        return (await self._ledger.facts_of(topics, audience, limit=RECORDED)).facts

    async def _with_evidence(self, news: LedgerNews, audience: Audience) -> LedgerNews:
        return replace(news, evidence=await self._articles(news.articles, audience))

    async def _articles(self, ids: Sequence[int], audience: Audience) -> dict[int, Article]:
        return {article.id: article for article in await self._news.articles(ids, audience)}

    async def _compose_first(self, audience: Audience, question: Question, issue: Issue) -> Draft:
        corpus = self._store.corpus
        articles, total = await corpus.about_of_total(
            question.topics, since=None, until=None, limit=ARTICLES, audience=audience
        )
        reports = await corpus.in_stories(
            list({article.story_id for article in articles}),
            until=None,
            besides={article.id for article in articles},
            audience=audience,
        )
        news = how_things_stand(await self._recorded(question.topics, audience))
        return compose_first(
            question,
            issue,
            [article for article in articles if article.id <= issue.newest],
            [article for article in reports if article.id <= issue.newest],
            total=total,
            news=await self._with_evidence(news, audience),
        )

    async def _pages(
        self, occasions: Sequence[Occasion], starts: Sequence[Start], drafts: Sequence[Draft]
    ) -> list[str]:
        """Each occasion's page; the same digest in the same layout and zone is drawn once."""
        wanted: dict[object, int] = {}
        pages: list[tuple[Digest, str, str]] = []
        places = []
        for occasion, start, draft in zip(occasions, starts, drafts, strict=True):
            subscription = occasion.subscription
            layout = subscription.preset, subscription.schedule.zone
            labels = start.since, occasion.slot.due, occasion.late, occasion.asked
            key = (id(draft), labels, layout)  # to compare whole digests would take far longer
            if key not in wanted:
                wanted[key] = len(pages)
                pages.append((_labelled(draft.digest, occasion, start), *layout))
            places.append(wanted[key])
        drawn = await self._layouts.draw(pages)
        return [drawn[place] for place in places]


def _start(occasion: Occasion, followed: Sequence[Followed]) -> Start:
    topics = occasion.subscription.topics
    if occasion.after_article is not None:
        return Start(topics, occasion.after_article, occasion.since)
    on_topics = [each for each in followed if set(each.topics) == set(topics)]
    if not on_topics:
        return Start(topics, None, None)
    last = max(on_topics, key=lambda each: each.newest_article)
    return Start(topics, last.newest_article, last.due)


def _eras(starts: Sequence[Start], newest: int) -> Iterator[list[int]]:
    """The positions of starts by age: in one era no start is twice as far back as another.

    So a few statements find what came since all of them, and read at most twice what is needed.
    """
    eras: defaultdict[int, list[int]] = defaultdict(list)
    for at, start in enumerate(starts):
        if start.after is not None:
            eras[max(newest - start.after, 0).bit_length()].append(at)
    yield from eras.values()


def _labelled(digest: Digest, occasion: Occasion, start: Start) -> Digest:
    return replace(
        digest,
        since=start.since,
        until=occasion.slot.due,
        late=occasion.late,
        asked=occasion.asked,
    )
