"""Articles on their way into the corpus, tagged, with a story key.

They come from feed entries, from pages and files, and with the program.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from briefings.catalog import CorpusArticle
from briefings.courtesy import Pause, go_on
from briefings.entities import Matcher
from briefings.errors import ContainmentError
from briefings.model import NewArticle, ParsedArticle, ParsedEntry, Source
from briefings.stories import meaning_text, story_key
from briefings.summaries.embedding import Embedder
from briefings.text.language import detect

_log = logging.getLogger(__name__)


def from_entry(
    entry: ParsedEntry, source: Source, matcher: Matcher, *, feed_language: str = ""
) -> NewArticle | None:
    """The article an entry of a feed makes; None when it names no watched organisation."""
    tags = matcher.tags(entry.title, entry.text)
    if not tags:
        return None
    language = detect(f"{entry.title}\n{entry.text}")
    return NewArticle(
        title=entry.title,
        publisher=source.definition.publisher,
        author=entry.author,
        url=entry.url,
        language=language or source.definition.language or feed_language,
        published=entry.published,
        body=entry.text,
        tags=tags,
        source_id=source.id,
    )


def from_article(article: ParsedArticle, url: str, matcher: Matcher) -> NewArticle:
    """The article a page or file makes, whatever it is about.

    `url` is the address it was asked at, empty for a file. The publisher is the one the page
    names, else the domain it stands on; empty where nothing says.
    """
    address = url or article.url
    host = urlsplit(address).hostname or ""
    publisher = article.publisher
    if publisher.lower() in ("", host, host.removeprefix("www.")):  # a host is no name
        publisher = _domain(address) or host
    return NewArticle(
        title=article.title,
        publisher=publisher,
        author=article.author,
        url=address,
        language=article.language,
        published=article.published,
        body=article.body,
        tags=matcher.tags(article.title, article.body),
    )


def from_shipped(article: CorpusArticle, matcher: Matcher) -> NewArticle:
    """The article one of the shipped corpus makes."""
    return NewArticle(
        title=article.title,
        publisher=article.publisher,
        author=article.author,
        url=article.url,
        language=article.language,
        published=article.published,
        body=article.body,
        tags=matcher.tags(article.title, article.body),
        points=article.points,
    )


async def with_story_keys(
    articles: Sequence[NewArticle], embedder: Embedder, pause: Pause = go_on
) -> list[NewArticle]:
    """The articles, in order, each with what tells whether another one tells the same story."""
    if not articles:
        return []
    try:
        vectors = await embedder.embed([meaning_text(a.title, a.body) for a in articles])
    except ContainmentError:
        # Words and figures still find near duplicates; the news is worth more than its meaning.
        _log.exception("%d articles go without the meaning of their text", len(articles))
        vectors = [b""] * len(articles)
    keyed = []
    for article, vector in zip(articles, vectors, strict=True):
        keyed.append(replace(article, key=story_key(article.title, article.body, vector)))
        await pause()
    return keyed


def _domain(address: str) -> str:
    """The registrable domain of an address (harbour.co.uk), empty where it has none."""
    from courlan import extract_domain  # noqa: PLC0415 - takes 0.1 s to import, is rarely needed

    return (extract_domain(address) or "") if address else ""
