"""Takes an article somebody hands over, as a file or an address, into the corpus.

    bytes --.
    address -> fetch -> read (worker) -> tag, summarise, embed -> corpus -> ledger -> Ingested
    pending articles -------------------------> summarise ------> corpus

What is asked for by name is kept even when it names no watched organisation.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Final

from briefings.bookkeeping import Bookkeeper
from briefings.containment import WorkerPool
from briefings.drafts import from_article, with_story_keys
from briefings.entities import Matcher
from briefings.errors import BadStatus, ContainmentError, InputError, IntelbriefError, StoreError
from briefings.model import Article, FetchRequest, ParsedArticle, Published
from briefings.ports import Fetcher, Summariser
from briefings.reading.article import read_article
from briefings.store import Store
from briefings.subscriptions import WHOLE_DESK, Scope
from briefings.summaries.embedding import Embedder
from briefings.tries import Tries, died, once_more

LARGEST_FILE: Final = 5 * 1024 * 1024
"""Bytes."""
POINTS: Final = 5

_PAGE_TYPES: Final = "text/html, application/xhtml+xml, text/plain;q=0.8, text/markdown;q=0.8"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ingested:
    """An article as it stands in the corpus now, and how it got there.

    `outcome` is "new", "updated" or "duplicate"; `note` says, for the asker, what is peculiar.
    """

    article: Article
    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ingest:
    """Adds articles one at a time; every method reads in a contained worker."""

    store: Store
    fetcher: Fetcher
    parsers: WorkerPool
    embedder: Embedder
    summariser: Summariser
    matcher: Matcher
    bookkeeper: Bookkeeper
    tries: Tries = field(default_factory=Tries)

    async def add_file(
        self, path_name: str, data: bytes, *, published: Published | None = None
    ) -> Ingested:
        """Add a file: HTML, Markdown, or text as copied from a page. `path_name` is its name.

        `published` is when it was published, where somebody knows; else it may say so itself.

        Raises:
            InputError: it is larger than 5 MiB.
            ReadingError, ContainmentError: no article could be read from it. All name the file.
        """
        if len(data) > LARGEST_FILE:
            raise InputError(
                f"{path_name} is larger than {LARGEST_FILE // 1024 // 1024} MiB.",
                remedy="Save the article alone, without the page around it.",
                file=path_name,
            )
        read = await self._read(data, "", "", path_name)
        return await self._add(_dated(read, published), "", path_name, WHOLE_DESK)

    async def add_url(
        self, url: str, scope: Scope = WHOLE_DESK, *, published: Published | None = None
    ) -> Ingested:
        """Add the article at an address, for a channel's workspace, or everybody without one.

        `published` is when it was published, where somebody knows; else the page may say so.

        Raises:
            EgressError: it could not be fetched, or the server answered with an error.
            ReadingError, ContainmentError: no article could be read from it.
        """
        answer = await self.fetcher.fetch(FetchRequest(url=url, accept=_PAGE_TYPES, article=True))
        if answer.status != HTTPStatus.OK:
            raise BadStatus(
                f"{url} answered {answer.status}.",
                remedy="Open it in a browser; if it needs a login, save the page and add the file.",
                status=answer.status,
            )
        content_type = answer.headers.get("content-type", "")
        read = await self._read(answer.body, content_type, answer.final_url, url)
        return await self._add(_dated(read, published), answer.final_url, url, scope)

    async def summarise_pending(self, limit: int) -> int:
        """Choose the points of up to `limit` articles that have none, newest first.

        Returns how many were done; each is then set, to none where its text has no sentence. One
        that a worker and the next died with is left for later, and whatever came after it, too.
        """
        waiting = self.tries.waiting()
        found = await self.store.corpus.without_points(limit + len(waiting))
        pending = [article for article in found if article.id not in waiting][:limit]
        done: list[tuple[Article, tuple[str, ...]]] = []
        points = await self._points([article.body for article in pending])
        for article, chosen in zip(pending, points, strict=False):
            if chosen is None and self.tries.failed(article.id):
                break
            if chosen is not None:
                self.tries.succeeded(article.id)
            done.append((article, chosen or ()))
        await self.store.corpus.set_points(done)
        return len(done)

    async def _read(self, data: bytes, content_type: str, url: str, name: str) -> ParsedArticle:
        try:
            return await self.parsers.run(read_article, data, content_type, url, name)
        except IntelbriefError as error:
            if name in error.message:
                raise
            raise type(error)(
                f"{name}: {error.message}", remedy=error.remedy, **error.ids
            ) from None

    async def _add(self, read: ParsedArticle, url: str, name: str, scope: Scope) -> Ingested:
        draft = from_article(read, url, self.matcher)
        (points,) = await self._points([draft.body])
        (draft,) = await with_story_keys([replace(draft, points=points or ())], self.embedder)
        (added,) = await self.store.corpus.add([draft], scope)
        article = await self.store.corpus.get(added.id)
        if article is None:
            raise StoreError(f"{name} was added and is gone again.", remedy="Add it once more.")
        # Some milliseconds in a worker that runs: whoever asks for its facts next finds them.
        await self.bookkeeper.enter_pending(1, among=[article.id])
        return Ingested(
            article, added.outcome, "" if draft.tags else "names no watched organisation"
        )

    async def _points(self, texts: Sequence[str]) -> list[tuple[str, ...] | None]:
        """The points of each text; a text the summariser cannot cope with has none.

        The list ends with None where a worker and the next died with a text.
        """
        if len(texts) > 1:
            with suppress(ContainmentError):  # whichever text it was, each is then tried alone
                return await self._summaries(texts)
        points: list[tuple[str, ...] | None] = []
        for text in texts:
            try:
                points += await once_more(partial(self._summaries, [text]))
            except ContainmentError as error:
                _log.warning("a text of %d characters has no summary: %s", len(text), error)
                points.append(None if died(error) else ())
                if died(error):
                    break
        return points

    async def _summaries(self, texts: Sequence[str]) -> list[tuple[str, ...] | None]:
        summaries = await self.summariser.summarise(texts, points=POINTS)
        return [tuple(point.text for point in summary.points) for summary in summaries]


def _dated(read: ParsedArticle, published: Published | None) -> ParsedArticle:
    """An article with the date somebody gave for it, else with its own."""
    return replace(read, published=published or read.published)
