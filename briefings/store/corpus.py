"""The corpus: what is asked of it, and what is added to it.

Every query of articles first finds ids on an index alone and then reads those articles.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import Article, NewArticle
from briefings.store import search
from briefings.store.engine import Database
from briefings.store.intake import Added, Intake
from briefings.store.records import (
    LARGEST_ID,
    execute_many,
    identity_of_url,
    load_articles,
    slices,
)
from briefings.store.tables import articles, plain, stories, tags
from briefings.store.tagged import Period, all_subjects, count_each, count_tagged, in_passing
from briefings.store.versions import Draft

TITLES_FIRST = 100
"""So many of the newest hits are put in order: those with the words in the title come first."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is."""

    articles: int
    stories: int


class Corpus:
    """The articles, by organisation, story, word and address."""

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database = database
        self._intake = intake

    async def add(self, new: Sequence[NewArticle]) -> list[Added]:
        """Add articles, or new versions of them; the outcomes are in the order of `new`.

        An article of the same address (or without one: title, publisher and date) is replaced
        where the new one says something else, and is a duplicate otherwise. What a new version
        leaves empty stays; points are dropped when the text changed and none are given.

        Raises:
            StoreError: the database gave way; nothing was added.
        """
        async with self._intake.transaction() as connection:
            return await self._intake.take(
                connection, [Draft(article, replaces=True) for article in new]
            )

    async def set_points(self, points: Mapping[int, Sequence[str]]) -> None:
        """Store the points of articles by id; none means that there is nothing to quote."""
        async with self._database.write() as connection:
            await execute_many(
                connection,
                update(articles).where(articles.c.id == bindparam("row_id")),
                [
                    {"row_id": article_id, "points": [plain(text) for text in texts]}
                    for article_id, texts in points.items()
                ],
            )

    # --- by organisation ------------------------------------------------------------------------

    async def about(
        self,
        organisations: Sequence[str],
        *,
        since: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> list[Article]:
        """The articles that speak of all the organisations, from `since` and before `until`.

        Those that have each of them as a subject come first, newest first, then the others,
        newest first.
        """
        period = Period(since, until)
        async with self._database.read() as connection:
            wanted = await _rarest_first(connection, organisations, period)
            return await _newest(connection, wanted, period, limit)

    async def about_of_total(
        self,
        organisations: Sequence[str],
        *,
        since: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> tuple[list[Article], int]:
        """What `about` returns, and how many articles it would return without a limit."""
        period = Period(since, until)
        async with self._database.read() as connection:
            wanted = await _rarest_first(connection, organisations, period)
            found = await _newest(connection, wanted, period, limit)
            if len(found) < limit or not wanted:
                return found, len(found)
            return found, await connection.scalar(count_tagged(wanted, period)) or 0

    async def topic_counts(self) -> dict[str, int]:
        """How many articles speak of each organisation; one read of the tags' index."""
        statement = select(tags.c.organisation, func.count()).group_by(tags.c.organisation)
        async with self._database.read() as connection:
            return dict((await connection.execute(statement)).all())

    # --- by word --------------------------------------------------------------------------------

    async def search(self, words: str, *, limit: int, offset: int = 0) -> list[Article]:
        """The articles that contain every word, newest first; none for a query without words.

        Of the newest `TITLES_FIRST` hits, those with every word in the title come first. A
        Chinese word is found wherever its characters stand side by side.
        """
        query = search.clauses(words)
        if not query:
            return []
        async with self._database.read() as connection:
            hits = await search.newest(connection, query, max(offset + limit, TITLES_FIRST))
            first = hits[:TITLES_FIRST]
            in_title = {id_ for id_, title in first if search.in_title(title, query)}
            ids = [id_ for id_, _ in first if id_ in in_title]
            ids += [id_ for id_, _ in hits if id_ not in in_title]
            return await load_articles(connection, ids[offset : offset + limit])

    # --- one by one -----------------------------------------------------------------------------

    async def in_stories(
        self,
        story_ids: Sequence[int],
        *,
        until: datetime | None,
        besides: Collection[int] = (),
    ) -> list[Article]:
        """The articles of these stories published before `until`, newest first.

        Those whose ids are in `besides` are at hand already and left out.
        """
        found: list[tuple[int, int]] = []
        async with self._database.read() as connection:
            for some in slices(story_ids):
                statement = select(articles.c.recency, articles.c.id).where(
                    articles.c.story_id.in_(some), Period(None, until).holds(articles.c.recency)
                )
                found += [
                    (recency, id_)
                    for recency, id_ in await connection.execute(statement)
                    if id_ not in besides
                ]
            return await load_articles(connection, [id_ for _, id_ in sorted(found, reverse=True)])

    async def get(self, article_id: int) -> Article | None:
        """The article of a number."""
        if not 0 < article_id <= LARGEST_ID:
            return None
        async with self._database.read() as connection:
            return next(iter(await load_articles(connection, [article_id])), None)

    async def by_url(self, url: str) -> Article | None:
        """The article at an address, in the form it was added under."""
        statement = select(articles.c.id).where(
            articles.c.identity == identity_of_url(plain(url)), articles.c.url != ""
        )
        async with self._database.read() as connection:
            ids = (await connection.execute(statement)).scalars().all()
            return next(iter(await load_articles(connection, ids)), None)

    async def without_points(self, limit: int) -> list[Article]:
        """The newest articles that were not summarised yet."""
        statement = (
            select(articles.c.id)
            .where(articles.c.points.is_(None))
            .order_by(articles.c.recency.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            ids = (await connection.execute(statement)).scalars().all()
            return await load_articles(connection, ids)

    async def totals(self) -> Totals:
        """How many articles and stories there are; each the length of an index."""
        counts = select(
            select(func.count()).select_from(articles).scalar_subquery(),
            select(func.count()).select_from(stories).scalar_subquery(),
        )
        async with self._database.read() as connection:
            return Totals(*(await connection.execute(counts)).one())


async def _newest(
    connection: AsyncConnection, wanted: Sequence[str], period: Period, limit: int
) -> list[Article]:
    """The articles on all the wanted organisations, those on each as a subject first."""
    if not wanted:
        return []
    ids = list((await connection.execute(all_subjects(wanted, period, limit))).scalars())
    if len(ids) < limit:
        rest: list[tuple[int, int]] = []
        for statement in in_passing(wanted, period, limit - len(ids)):
            rest += [(recency, id_) for id_, recency in await connection.execute(statement)]
        ids += [id_ for _, id_ in sorted(rest, reverse=True)]
    return await load_articles(connection, ids[:limit])


async def _rarest_first(
    connection: AsyncConnection, organisations: Sequence[str], period: Period
) -> list[str]:
    """The organisations, the one with the fewest articles first; none when one has nothing."""
    wanted = list(dict.fromkeys(organisations))
    if len(wanted) < 2:
        return wanted
    counts = dict((await connection.execute(count_each(wanted, period))).all())
    if len(counts) < len(wanted):
        return []
    return sorted(wanted, key=lambda name: counts[name])
