"""Takes an article somebody hands over, as a file or an address, into the corpus.

    bytes --.
    address -> fetch -> read (worker) -> tag, summarise, embed -> corpus -> ledger -> Ingested
    pending articles -------------------------> summarise ------> corpus

What is asked for by name is kept even when it names no watched organisation.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from briefings.bookkeeping import Bookkeeper
from briefings.containment import WorkerPool
from briefings.drafts import from_article, with_story_keys
from briefings.entities import Matcher
from briefings.errors import BadStatus, ContainmentError, InputError, IntelbriefError, StoreError
from briefings.model import Article, FetchRequest
from briefings.ports import Fetcher, Summariser
from briefings.reading.article import read_article
from briefings.store import Store
from briefings.subscriptions import WHOLE_DESK, Scope
from briefings.summaries.embedding import Embedder

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

    async def add_file(self, path_name: str, data: bytes) -> Ingested:
        """Add a file: HTML, Markdown, or text as copied from a page. `path_name` is its name.

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
        return await self._add(data, "", "", path_name, WHOLE_DESK)

    async def add_url(self, url: str, scope: Scope = WHOLE_DESK) -> Ingested:
        """Add the article at an address, for a channel's workspace, or everybody without one.

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
        return await self._add(answer.body, content_type, answer.final_url, url, scope)

    async def summarise_pending(self, limit: int) -> int:
        """Choose the points of up to `limit` articles that have none, newest first.

        Returns how many were done; each is then set, to none where its text has no sentence.
        """
        pending = await self.store.corpus.without_points(limit)
        points = await self._points([article.body for article in pending])
        await self.store.corpus.set_points(
            {article.id: chosen for article, chosen in zip(pending, points, strict=True)}
        )
        return len(pending)

    async def _add(
        self, data: bytes, content_type: str, url: str, name: str, scope: Scope
    ) -> Ingested:
        try:
            read = await self.parsers.run(read_article, data, content_type, url, name)
        except IntelbriefError as error:
            if name in error.message:
                raise
            raise type(error)(
                f"{name}: {error.message}", remedy=error.remedy, **error.ids
            ) from None
        draft = from_article(read, url, self.matcher)
        (points,) = await self._points([draft.body])
        (draft,) = await with_story_keys([replace(draft, points=points)], self.embedder)
        (added,) = await self.store.corpus.add([draft], scope)
        article = await self.store.corpus.get(added.id)
        if article is None:
            raise StoreError(f"{name} was added and is gone again.", remedy="Add it once more.")
        # Some milliseconds in a worker that runs: whoever asks for its facts next finds them.
        await self.bookkeeper.enter_pending(1, among=[article.id])
        return Ingested(
            article, added.outcome, "" if draft.tags else "names no watched organisation"
        )

    async def _points(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The points of each text; a text the summariser cannot cope with has none."""
        if not texts:
            return []
        try:
            summaries = await self.summariser.summarise(texts, points=POINTS)
        except ContainmentError as error:
            if len(texts) > 1:
                return [points for text in texts for points in await self._points([text])]
            _log.warning("a text of %d characters has no summary: %s", len(texts[0]), error)
            return [()]
        return [tuple(point.text for point in summary.points) for summary in summaries]
