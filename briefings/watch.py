"""Asks the watched feeds what is new, and puts what matters into the corpus.

    claim -> by host, 32 at once: fetch -> nothing new, or failed -------------.
                                        -> known entries -> read -> sort, tag --> embed -> record

Feeds of one host are asked one after the other and hosts side by side, so that a slow one holds up
nobody else; reading happens in contained workers. Sources are claimed and recorded many at a time.
What a feed is remembered by and what it brought are recorded in one transaction: nothing counts as
seen that was not stored. A poll that is cut short records what it finished and gives back the
rest; after a crash claims run out.

Entries that name no watched organisation are counted and dropped before anything costly.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

from briefings import decide
from briefings.containment import WorkerPool
from briefings.courtesy import Pause, go_on
from briefings.decide import Moment, Reading
from briefings.discovery import Discovery
from briefings.drafts import from_entry
from briefings.entities import Matcher
from briefings.errors import StoreError
from briefings.failures import ASKED_TO_WAIT, OUR_FAULT, Failure, failure_of, refusal
from briefings.model import Check, EntryVersion, FeedDefinition, FeedState, Fetched, Source
from briefings.novelty import NEW_PER_POLL, Sorting, classify_entries
from briefings.polled import Outcome, PollReport, Verdict
from briefings.ports import Clock, Fetcher
from briefings.reading.feed import parse_feed
from briefings.recording import Finished, Recorder, batches
from briefings.store import Store
from briefings.summaries.embedding import Embedder

HOSTS_AT_ONCE: Final = 32
CLAIMED_AT_MOST: Final = 10_000
LEASE_S: Final = 900
"""How long a claim holds; a feed whose turn has not come by then is left to the next poll."""
UNRECORDED: Final = 128
"""The most answers between fetch and record, which is what bounds memory."""
READ_AT_ONCE: Final = 32
READ_WITHIN_S: Final = 0.05

Progress = Callable[[Source, Outcome], None]

_log = logging.getLogger(__name__)


def _chance() -> float:
    return random.SystemRandom().uniform(-1, 1)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Polls feeds. `jitter` gives a random number from -1 to 1 for every wait that is planned;
    `pause` comes between the pieces of its work.
    """

    store: Store
    fetcher: Fetcher
    parsers: WorkerPool
    embedder: Embedder
    matcher: Matcher
    clock: Clock
    jitter: Callable[[], float] = _chance
    pause: Pause = go_on

    async def poll(
        self, *, everything: bool = False, progress: Progress | None = None
    ) -> PollReport:
        """Ask every feed that is due; on a first start that is every one.

        With `everything`, because a person wants to know now, ask those that are not due too,
        except where the server asked to be left alone: these are `waiting` in the report. Either
        way the questions are conditional. `progress` is told of each source once
        its result is stored.

        Raises:
            StoreError: the database gave way; feeds never make a poll fail.
        """
        started = self.clock.monotonic()
        outcomes = await _Poll(self, everything=everything, progress=progress).run()
        return PollReport.of(outcomes, self.clock.monotonic() - started)

    async def discover(self, url: str) -> FeedDefinition:
        """The feed at an address, or the one the page at that address points to.

        Raises:
            InputError: there is none.
            EgressError: the address could not be asked.
        """
        discovery = Discovery(self.fetcher, self.parsers, self.matcher)
        return await discovery.discover(url, self.clock.now())

    def moment(self) -> Moment:
        return Moment(self.clock.now(), self.jitter())


@dataclass(frozen=True, slots=True)
class _Answered:
    source: Source
    answer: Fetched


class _Poll:
    """One run through the pipe; None in a queue is its end."""

    def __init__(self, watcher: Watcher, *, everything: bool, progress: Progress | None) -> None:
        self._watcher = watcher
        self._everything = everything
        self._progress = progress
        self._owner = uuid4().hex
        self._room = asyncio.Semaphore(UNRECORDED)
        self._claimed_until = watcher.clock.monotonic() + LEASE_S
        self._answered: asyncio.Queue[_Answered | None] = asyncio.Queue()
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue()
        self._outcomes: list[tuple[Source, Outcome]] = []

    async def run(self) -> list[tuple[Source, Outcome]]:
        watcher = self._watcher
        recorder = Recorder(
            watcher.store, watcher.embedder, watcher.moment, watcher.pause, self._done
        )
        # Two groups: whatever ends the asking, cancellation included, what was finished is still
        # recorded; only a recorder that fails ends everything at once.
        try:
            async with asyncio.TaskGroup() as group:
                recording = group.create_task(recorder.run(self._finished))
                try:
                    await self._ask()
                finally:
                    self._finished.put_nowait(None)
                    await asyncio.wait([recording])
        except BaseException as error:
            with contextlib.suppress(StoreError):
                await watcher.store.sources.release(owner=self._owner)
            raise _first(error) from None
        return self._outcomes

    async def _ask(self) -> None:
        sources = await self._watcher.store.sources.claim_due(
            self._watcher.clock.now(),
            owner=self._owner,
            limit=CLAIMED_AT_MOST,
            lease_s=LEASE_S,
            everything=self._everything,
        )
        hosts = iter(_by_host(sources))
        async with asyncio.TaskGroup() as stages:
            stages.create_task(self._read())
            async with asyncio.TaskGroup() as fetching:
                for _ in range(min(HOSTS_AT_ONCE, len(sources))):
                    fetching.create_task(self._fetch(hosts))
            self._answered.put_nowait(None)

    async def _fetch(self, hosts: Iterator[Sequence[Source]]) -> None:
        """Ask the feeds of one host, then of the next that nobody has taken yet."""
        for sources in hosts:
            for source in sources:
                await self._room.acquire()
                await self._fetch_one(source)

    async def _fetch_one(self, source: Source) -> None:
        watcher = self._watcher
        if watcher.clock.monotonic() >= self._claimed_until:
            self._room.release()
            return
        if self._everything and not decide.may_ask(source, watcher.clock.now()):
            self._finish(source, source.state, Outcome(Verdict.WAITING))
            return
        try:
            answer = await watcher.fetcher.fetch(decide.request_for(source))
        except Exception as error:
            self._not_answered(source, error)
            return
        if (failure := refusal(source.state, answer, watcher.clock.now())) is not None:
            self._fail(source, failure)
        elif decide.is_unchanged(source.state, answer):
            state = decide.after_unchanged(source.state, answer, watcher.moment())
            if state.failures:
                outcome = Outcome(Verdict.FAILED, reason=state.stopped or state.error)
                self._finish(source, state, outcome)
            else:
                self._finish(source, state, Outcome(Verdict.UNCHANGED), answer=answer)
        else:
            self._answered.put_nowait(_Answered(source, answer))

    def _not_answered(self, source: Source, error: Exception) -> None:
        failure = failure_of(error)
        if failure.kind == ASKED_TO_WAIT:  # said by its host, asked for another feed or a page
            state = decide.postponed(source.state, failure, self._watcher.moment())
            self._finish(source, state, Outcome(Verdict.WAITING))
        else:
            self._fail(source, failure, error=error)

    async def _read(self) -> None:
        sources = self._watcher.store.sources
        async for batch in batches(self._answered, READ_AT_ONCE, READ_WITHIN_S):
            known = await sources.known_entries([item.source.id for item in batch])
            async with asyncio.TaskGroup() as reading:
                for item in batch:
                    reading.create_task(self._read_one(item, known.get(item.source.id, {})))

    async def _read_one(self, item: _Answered, known: Mapping[bytes, bytes]) -> None:
        watcher, source, answer = self._watcher, item.source, item.answer
        try:
            feed = await watcher.parsers.run(
                parse_feed,
                answer.body,
                answer.headers.get("content-type", ""),
                answer.final_url,
                frozenset(known.values()),
                watcher.clock.now(),
            )
            sorting = classify_entries(feed, known)
            versions = []
            for entry in (*sorting.new, *sorting.changed):
                article = from_entry(entry, source, watcher.matcher, feed_language=feed.language)
                versions.append(EntryVersion(entry.identity, entry.digest, article))
                await watcher.pause()
        except Exception as error:
            self._fail(source, failure_of(error), answer=answer, error=error)
            return
        kept = sum(version.article is not None for version in versions[: len(sorting.new)])
        outcome = Outcome(
            Verdict.READ,
            new=len(sorting.new),
            changed=len(sorting.changed),
            kept=kept,
            notes=(*feed.notes, *_oddities(sorting)),
        )
        reading = Reading(feed, sorting, kept)
        state = decide.after_success(source.state, answer, reading, watcher.moment())
        self._finish(
            source,
            state,
            outcome,
            answer=answer,
            versions=tuple(versions),
            listed=sorting.listed if known else None,
        )

    def _fail(
        self,
        source: Source,
        failure: Failure,
        *,
        answer: Fetched | None = None,
        error: Exception | None = None,
    ) -> None:
        if failure.kind == OUR_FAULT:
            _log.error("source %d: %s", source.id, failure.reason, exc_info=error)
        state = decide.after_failure(source.state, failure, self._watcher.moment(), answer)
        self._finish(source, state, Outcome(Verdict.FAILED, reason=state.stopped or state.error))

    def _finish(  # noqa: PLR0913 - what there is to say of an answer
        self,
        source: Source,
        state: FeedState,
        outcome: Outcome,
        *,
        answer: Fetched | None = None,
        versions: tuple[EntryVersion, ...] = (),
        listed: frozenset[bytes] | None = None,
    ) -> None:
        """Pass a source on to be recorded; `answer`, if it was a feed, may say that it moved."""
        moved_to = None
        if answer is not None:
            state, moved_to = decide.follow(source, state, answer, self._watcher.clock.now())
        check = Check(source.id, state, versions, moved_to, listed)
        self._finished.put_nowait(Finished(source, check, outcome))

    def _done(self, finished: Finished) -> None:
        self._room.release()
        self._outcomes.append((finished.source, finished.outcome))
        if self._progress is not None:
            self._progress(finished.source, finished.outcome)


def _by_host(sources: Sequence[Source]) -> list[list[Source]]:
    """The sources of each host together, the longest list first, as it takes longest."""
    hosts: dict[str | None, list[Source]] = {}
    for source in sources:
        hosts.setdefault(urlsplit(source.definition.url).hostname, []).append(source)
    return sorted(hosts.values(), key=len, reverse=True)


def _oddities(sorting: Sorting) -> Iterator[str]:
    if sorting.unstable:
        yield "it renames its entries at every poll, so they go by link"
    if sorting.left:
        yield f"{sorting.left} entries over the {NEW_PER_POLL} one poll takes were left for later"


def _first(error: BaseException) -> BaseException:
    """The first error in a group of groups: what went wrong; the others follow from it."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
