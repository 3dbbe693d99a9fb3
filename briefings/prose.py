"""Where a writer may better what was quoted: bottom lines and summaries of articles.

    answer, its articles -> Material -> Writer -> answer with prose, or as it was

The sentences an answer quotes are always there first. What a writer gives takes their place under
the same numbers of the same sources; when it gives nothing, nobody notices.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from briefings.answers import ArticleAnswer, Briefing, NumberedSource, Statement
from briefings.changes import Draft
from briefings.errors import IntelbriefError
from briefings.model import Article
from briefings.ports import Material, Writer
from briefings.subscriptions import WHOLE_DESK, Scope

DIGESTS_AT_ONCE: Final = 4
DIGESTS_S: Final = 60.0
"""How long all the digests of a run may be written; the others keep what they quote."""

_log = logging.getLogger(__name__)

ReadArticles = Callable[[Scope, Iterable[int]], Awaitable[Sequence[Article]]]
"""From a channel and ids to the articles that may be shown there."""


class Prose:
    """Has answers written better, where there is a writer."""

    def __init__(self, writer: Writer | None = None) -> None:
        self._writer = writer

    async def briefing(
        self, briefing: Briefing, articles: Iterable[Article], scope: Scope
    ) -> Briefing:
        """A briefing for a channel; `articles` are those it was composed from."""
        if self._writer is None or not briefing.bottom_line:
            return briefing
        statements = [*briefing.bottom_line, *_told(briefing)]
        material = material_of(briefing.sources, statements, articles)
        line = await self._writer.bottom_line(briefing.topics, material, scope)
        return replace(briefing, bottom_line=line) if line else briefing

    async def article(self, answer: ArticleAnswer, article: Article, scope: Scope) -> ArticleAnswer:
        """The summary of an article, for a channel."""
        if self._writer is None or not answer.points:
            return answer
        (material,) = material_of([answer.source], answer.points, [article])
        points = await self._writer.summary(material, scope)
        return replace(answer, points=points) if points else answer

    async def drafts(
        self, drafts: Sequence[tuple[Scope, Draft]], read: ReadArticles
    ) -> list[Draft]:
        """The digests of a run, each with its channel, in order.

        Channels that share a digest share its prose: a workspace pays for what only its channels
        read, the desk for the rest.
        """
        if self._writer is None:
            return [draft for _, draft in drafts]
        payers: dict[int, Scope] = {}
        distinct: dict[int, Draft] = {}
        for scope, draft in drafts:
            distinct[id(draft)] = draft
            payers[id(draft)] = _both(payers.get(id(draft), scope), scope)
        places = asyncio.Semaphore(DIGESTS_AT_ONCE)
        written = dict(distinct)

        async def write(key: int, writer: Writer) -> None:
            async with places:
                try:
                    written[key] = await _draft(distinct[key], payers[key], writer, read)
                except IntelbriefError as error:
                    _log.warning("a digest keeps what it quotes: %s", error)

        tasks = [asyncio.create_task(write(key, self._writer)) for key in distinct]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=DIGESTS_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [written[id(draft)] for _, draft in drafts]

    async def state(self, scope: Scope) -> str:
        """What the status says of the writer; "" where there is none."""
        return "" if self._writer is None else await self._writer.state(scope)


QUOTED: Final = Prose()
"""No writer: every answer stays as it was composed."""


def material_of(
    sources: Sequence[NumberedSource], statements: Iterable[Statement], articles: Iterable[Article]
) -> tuple[Material, ...]:
    """What a text may be written from: the sources of an answer, those it says most of first.

    `statements` are the answer's own, the most telling first. A source whose article is not among
    `articles` has no text but what is quoted of it.
    """
    texts = {_key(article): article.body or "\n".join(article.points) for article in articles}
    said: dict[int, list[str]] = {}
    for statement in statements:
        for cite in statement.cites:
            said.setdefault(cite, []).append(statement.text)
    order = [*said, *(source.number for source in sources)]
    ranks = {number: rank for rank, number in reversed(list(enumerate(order)))}
    return tuple(
        Material(
            number=source.number,
            publisher=source.publisher,
            published=source.published,
            title=source.title,
            text=texts.get(_key(source), ""),
            url=source.url,
            said=tuple(dict.fromkeys(said.get(source.number, ()))),
        )
        for source in sorted(sources, key=lambda source: ranks[source.number])
    )


async def _draft(draft: Draft, scope: Scope, writer: Writer, read: ReadArticles) -> Draft:
    digest = draft.digest
    if not digest.bottom_line:
        return draft
    stories = [*digest.new, *(story.line for story in digest.developing)]
    statements = [*digest.bottom_line, *(one for story in stories for one in story.statements)]
    material = material_of(digest.sources, statements, await read(scope, draft.told))
    line = await writer.digest_line(digest.topics, material, scope)
    return replace(draft, digest=replace(digest, bottom_line=line)) if line else draft


def _told(briefing: Briefing) -> Iterator[Statement]:
    """What a briefing quotes besides its bottom line: evidence of the ledger, then its stories."""
    for fact in (*briefing.disputed, *briefing.figures):
        if fact.quote and fact.cites:
            yield Statement(fact.quote, fact.cites[:1])
    for story in briefing.stories:
        yield from story.statements


def _key(one: Article | NumberedSource) -> tuple[object, ...]:
    return one.url, one.title, one.published


def _both(first: Scope, second: Scope) -> Scope:
    """The narrowest scope that holds two channels."""
    if first == second:
        return first
    if (first.platform, first.workspace) == (second.platform, second.workspace):
        return Scope(first.platform, first.workspace, "")
    return WHOLE_DESK
