"""The stories an arriving article may belong to, kept in memory between transactions.

`stories.StoryIndex` decides; here it is fed from the database: the days around an article when
they are first needed, and articles that other processes added since the last look. Articles are
numbered in the order of commits (intake.py), so those are the ones beyond the last number seen.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import NewArticle, StoryKey, StoryMember
from briefings.store.records import first_recency
from briefings.store.tables import articles, story_keys, tags
from briefings.stories import StoryIndex


class RecentStories:
    """Gives articles their stories. Use it inside a transaction that holds the corpus lock."""

    def __init__(self) -> None:
        self._index = StoryIndex()
        self._last = 0

    def forget(self) -> None:
        """Forget everything, because what was placed in a failed transaction is not stored."""
        self._index = StoryIndex()
        self._last = 0

    async def catch_up(self, connection: AsyncConnection, last: int) -> None:
        """Take in what others added; `last` is the greatest article id there is now."""
        if last < self._last:  # the database was replaced by an older state of itself
            self.forget()
        if len(self._index) and last > self._last:
            for member in await _members(connection, articles.c.id > self._last):
                if member.published.date() in self._index:
                    self._index.add(member)
        self._last = last

    async def place(
        self, connection: AsyncConnection, article_id: int, article: NewArticle, at: datetime
    ) -> int:
        """Return the story of a new article published `at`: one that is told already, or its own.

        A story is called by the id of the article that founded it.
        """
        self._last = max(self._last, article_id)
        if article.key is None:
            return article_id
        for day in self._index.missing(at):
            self._index.load(day, await _members(connection, _published_on(day)))
        organisations = frozenset(tag.organisation for tag in article.tags)
        found = self._index.find(article.key, at, organisations)
        story_id = article_id if found is None else found
        self._index.add(StoryMember(article_id, story_id, at, organisations, article.key))
        return story_id

    def revise(self, article_id: int, story_id: int, article: NewArticle, at: datetime) -> None:
        """Take note of a new version of an article; it stays in its story."""
        if article.key is not None:
            organisations = frozenset(tag.organisation for tag in article.tags)
            self._index.add(StoryMember(article_id, story_id, at, organisations, article.key))


def packed(bands: Sequence[int]) -> bytes:
    """The bands of a story key as bytes, eight a band."""
    return struct.pack(f"<{len(bands)}q", *bands)


def _published_on(day: date) -> ColumnElement[bool]:
    start = datetime.combine(day, time(), UTC)
    recency = articles.c.recency
    return (recency >= first_recency(start)) & (recency < first_recency(start + timedelta(days=1)))


_ORGANISATIONS = (
    select(func.aggregate_strings(tags.c.organisation, " "))
    .where(tags.c.article_id == articles.c.id)
    .scalar_subquery()
)
_MEMBERS = select(
    articles.c.id,
    articles.c.story_id,
    articles.c.published_at,
    story_keys.c.bands,
    story_keys.c.vector,
    _ORGANISATIONS,
).join_from(articles, story_keys)


async def _members(
    connection: AsyncConnection, condition: ColumnElement[bool]
) -> list[StoryMember]:
    """Articles with a story key: a range of recencies, or of ids."""
    rows = await connection.execute(_MEMBERS.where(condition))
    return [
        StoryMember(
            article_id,
            story_id,
            published,
            frozenset((organisations or "").split()),
            StoryKey(struct.unpack(f"<{len(bands) // 8}q", bands), vector),
        )
        for article_id, story_id, published, bands, vector, organisations in rows
    ]
