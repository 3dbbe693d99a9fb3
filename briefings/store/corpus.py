"""The corpus: what is asked of it, and what is added to it.

Every query of articles first finds ids on an index alone and then reads those articles. It is asked
for an audience, which sees what everybody sees and what is its own; left out, it is everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import EVERYBODY, Article, Audience, NewArticle
from briefings.store import search
from briefings.store.audiences import audience_for
from briefings.store.engine import Database
from briefings.store.intake import Added, Intake
from briefings.store.records import (
    LARGEST_ID,
    execute_many,
    identity_of_url,
    load_articles,
    seen_by,
    slices,
    visible,
)
from briefings.store.tables import articles, plain, tags
from briefings.store.tagged import Period, all_subjects, count_each, count_tagged, in_passing
from briefings.store.versions import Draft
from briefings.subscriptions import WHOLE_DESK, Scope

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

    async def add(self, new: Sequence[NewArticle], scope: Scope = WHOLE_DESK) -> list[Added]:
        """Add articles, or new versions of them; the outcomes are in the order of `new`.

        They are for a channel's workspace, or for everybody where it has none. An article of the
        same address (or without one: title, publisher and date) is replaced where the new one says
        something else, and is a duplicate otherwise; a workspace's is a duplicate of everybody's
        wherever that has a text. What a new version leaves empty stays; points are dropped when the
        text changed and none are given.

        Raises:
            StoreError: the database gave way; nothing was added.
        """
        async with self._intake.transaction() as connection:
            audience = await audience_for(connection, scope)
            return await self._intake.take(
                connection, [Draft(article, replaces=True, audience=audience) for article in new]
            )

    async def set_points(self, points: Sequence[tuple[Article, Sequence[str]]]) -> None:
        """Store the points of articles; none means that there is nothing to quote.

        An article that says something else than it did when they were chosen is left as it is.
        """
        rows = [
            {
                "row_id": article.id,
                "row_title": article.title,
                "row_body": article.body,
                "points": [plain(text) for text in texts],
            }
            for article, texts in sorted(points, key=lambda pair: pair[0].id)
        ]
        async with self._database.write() as connection:
            await execute_many(connection, _SET_POINTS, rows)

    # --- by organisation ------------------------------------------------------------------------

    async def about(
        self,
        organisations: Sequence[str],
        *,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        audience: Audience = EVERYBODY,
    ) -> list[Article]:
        """The articles that speak of all the organisations, from `since` and before `until`.

        Those that have each of them as a subject come first, newest first, then the others,
        newest first.
        """
        period = Period(since, until)
        async with self._database.read() as connection:
            wanted = await _rarest_first(connection, audience, organisations, period)
            return await _newest(connection, audience, wanted, period, limit)

    async def about_of_total(
        self,
        organisations: Sequence[str],
        *,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        audience: Audience = EVERYBODY,
    ) -> tuple[list[Article], int]:
        """What `about` returns, and how many articles it would return without a limit."""
        period = Period(since, until)
        async with self._database.read() as connection:
            wanted = await _rarest_first(connection, audience, organisations, period)
            found = await _newest(connection, audience, wanted, period, limit)
            if len(found) < limit or not wanted:
                return found, len(found)
            return found, await connection.scalar(count_tagged(audience, wanted, period)) or 0

    async def topic_counts(self, audience: Audience = EVERYBODY) -> dict[str, int]:
        """How many articles speak of each organisation; one read of the tags' index."""
        statement = (
            select(tags.c.organisation, func.count())
            .where(visible(tags.c.audience, audience))
            .group_by(tags.c.organisation)
        )
        async with self._database.read() as connection:
            return dict((await connection.execute(statement)).all())

    # --- by word --------------------------------------------------------------------------------

    async def search(
        self, words: str, *, limit: int, offset: int = 0, audience: Audience = EVERYBODY
    ) -> list[Article]:
        """The articles that contain every word, newest first; none for a query without words.

        Of the newest `TITLES_FIRST` hits, those with every word in the title come first. A
        Chinese word is found wherever its characters stand side by side.
        """
        query = search.clauses(words)
        if not query:
            return []
        async with self._database.read() as connection:
            most = max(offset + limit, TITLES_FIRST)
            hits = await search.newest(connection, query, most, audience)
            first = hits[:TITLES_FIRST]
            in_title = {id_ for id_, title in first if search.in_title(title, query)}
            ids = [id_ for id_, _ in first if id_ in in_title]
            ids += [id_ for id_, _ in hits if id_ not in in_title]
            return await load_articles(connection, ids[offset : offset + limit], audience)

    # --- one by one -----------------------------------------------------------------------------

    async def in_stories(
        self,
        story_ids: Sequence[int],
        *,
        until: datetime | None,
        besides: Collection[int] = (),
        audience: Audience = EVERYBODY,
    ) -> list[Article]:
        """The articles of these stories published before `until`, newest first.

        Those whose ids are in `besides` are at hand already and left out.
        """
        found: list[tuple[int, int]] = []
        async with self._database.read() as connection:
            for some in slices(story_ids):
                statement = select(articles.c.recency, articles.c.id).where(
                    visible(articles.c.audience, audience),
                    articles.c.story_id.in_(some),
                    Period(None, until).holds(articles.c.recency),
                )
                found += [
                    (recency, id_)
                    for recency, id_ in await connection.execute(statement)
                    if id_ not in besides
                ]
            ids = [id_ for _, id_ in sorted(found, reverse=True)]
            return await load_articles(connection, ids, audience)

    async def get(self, article_id: int) -> Article | None:
        """The article of a number, whoever may see it: for whoever has just added it."""
        if not 0 < article_id <= LARGEST_ID:
            return None
        async with self._database.read() as connection:
            return next(iter(await load_articles(connection, [article_id], None)), None)

    async def by_url(self, url: str, audience: Audience = EVERYBODY) -> Article | None:
        """The article at an address, in the form it was added under: the audience's own, or else
        the one everybody sees."""
        identities = [identity_of_url(plain(url), each) for each in seen_by(audience)]
        statement = (
            select(articles.c.id)
            .where(articles.c.identity.in_(identities), articles.c.url != "")
            .order_by(articles.c.audience.desc())
        )
        async with self._database.read() as connection:
            ids = (await connection.execute(statement)).scalars().all()
            return next(iter(await load_articles(connection, ids, audience)), None)

    async def without_points(self, limit: int) -> list[Article]:
        """The newest articles of all audiences that were not summarised yet."""
        statement = (
            select(articles.c.id)
            .where(articles.c.points.is_(None))
            .order_by(articles.c.recency.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            ids = (await connection.execute(statement)).scalars().all()
            return await load_articles(connection, ids, None)

    async def size(self, audience: Audience = EVERYBODY) -> int:
        """How many articles an audience sees: all there are, which is soon counted, but others'."""
        of_others = (articles.c.audience > EVERYBODY) & (articles.c.audience != audience)
        counts = select(
            select(func.count()).select_from(articles).scalar_subquery(),
            select(func.count()).where(of_others).scalar_subquery(),
        )
        async with self._database.read() as connection:
            there, others = (await connection.execute(counts)).one()
            return int(there - others)

    async def totals(self, audience: Audience = EVERYBODY) -> Totals:
        """How many articles an audience sees, and how many stories they tell."""
        counts = select(func.count(), func.count(articles.c.story_id.distinct())).where(
            visible(articles.c.audience, audience)
        )
        async with self._database.read() as connection:
            return Totals(*(await connection.execute(counts)).one())


_SET_POINTS = update(articles).where(
    articles.c.id == bindparam("row_id"),
    articles.c.title == bindparam("row_title"),
    articles.c.body == bindparam("row_body"),
)


async def _newest(
    connection: AsyncConnection,
    audience: Audience,
    wanted: Sequence[str],
    period: Period,
    limit: int,
) -> list[Article]:
    """The articles on all the wanted organisations, those on each as a subject first."""
    if not wanted:
        return []
    seen = seen_by(audience)
    ids = await _merged(connection, [all_subjects(each, wanted, period, limit) for each in seen])
    if (missing := limit - len(ids)) > 0:
        walks = [walk for each in seen for walk in in_passing(each, wanted, period, missing)]
        ids += await _merged(connection, walks)
    return await load_articles(connection, ids[:limit], audience)


async def _merged(connection: AsyncConnection, walks: Sequence[Select[int, int]]) -> list[int]:
    """The ids that some walks find, the newest first."""
    found: list[tuple[int, int]] = []
    for walk in walks:
        found += [(recency, id_) for id_, recency in await connection.execute(walk)]
    return [id_ for _, id_ in sorted(found, reverse=True)]


async def _rarest_first(
    connection: AsyncConnection,
    audience: Audience,
    organisations: Sequence[str],
    period: Period,
) -> list[str]:
    """The organisations, the one with the fewest articles first; none when one has nothing."""
    wanted = list(dict.fromkeys(organisations))
    if len(wanted) < 2:
        return wanted
    counts = dict((await connection.execute(count_each(audience, wanted, period))).all())
    if len(counts) < len(wanted):
        return []
    return sorted(wanted, key=lambda name: counts[name])
