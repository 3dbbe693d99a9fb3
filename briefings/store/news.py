"""What is new for digests: which articles came, which a channel was told of, and when.

Article ids are given in the order of commits, so "since the last digest" is a range of ids and
loses nothing, whatever dates the articles bear. Everything here is asked for many channels and
organisations at once and finds ids on indexes alone; the channels see the same, as one audience.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select

from briefings.delivery import OccurrenceState
from briefings.model import EVERYBODY, Article, Audience, Role
from briefings.store.engine import Database
from briefings.store.records import LARGEST_ID, ROLES, load_articles, seen_by, slices, visible
from briefings.store.tables import articles, occurrences, subscriptions, tags, told
from briefings.threads import Followed, Tagged, Told

_NEVER_ARRIVED = (OccurrenceState.FAILED.value, OccurrenceState.SKIPPED.value)


class News:
    """What digests are made of; what was delivered counts, and so does what still may be."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, audience: Audience = EVERYBODY) -> int:
        """The newest article an audience sees; 0 where it sees none."""
        found: list[int | None] = []
        async with self._database.read() as connection:
            for each in seen_by(audience):
                newest = select(func.max(articles.c.id)).where(articles.c.audience == each)
                found.append(await connection.scalar(newest))
        return max(id_ or 0 for id_ in found)

    async def unread(
        self, audience: Audience, *, after: int, until: int, since: datetime | None = None
    ) -> list[int]:
        """The articles from number `after` (excluded) to `until` that the ledger has not read.

        The first come first. With `since`, only those that were added from then on.
        """
        # Reckoned with, so that the index of what is unread is the way to find them.
        number, its_audience = articles.c.id + 0, articles.c.audience + 0
        wanted = select(articles.c.id).where(
            articles.c.claims_version == 0,
            visible(its_audience, audience),
            number > after,
            number <= until,
        )
        if since is not None:
            wanted = wanted.where(articles.c.added_at >= since)
        async with self._database.read() as connection:
            return sorted((await connection.execute(wanted)).scalars())

    async def tagged(
        self,
        organisations: Collection[str],
        *,
        after: int,
        until: int,
        audience: Audience = EVERYBODY,
    ) -> list[Tagged]:
        """The articles from number `after` (excluded) to `until` on any of the organisations."""
        found: list[Tagged] = []
        async with self._database.read() as connection:
            for some in slices(sorted(organisations)):
                rows = await connection.execute(
                    select(
                        tags.c.article_id,
                        articles.c.story_id,
                        tags.c.organisation,
                        tags.c.role,
                        tags.c.recency,
                    )
                    .join_from(tags, articles, articles.c.id == tags.c.article_id)
                    .where(
                        visible(tags.c.audience, audience),
                        tags.c.organisation.in_(some),
                        # The roles there are: SQLite then walks the index's runs to the end.
                        tags.c.role.in_(ROLES.values()),
                        tags.c.article_id > after,
                        tags.c.article_id <= until,
                    )
                )
                found += [
                    Tagged(
                        article, story, organisation, role == ROLES[Role.SUBJECT], _minute(recency)
                    )
                    for article, story, organisation, role, recency in rows
                ]
        return found

    async def reports(
        self, stories: Collection[int], *, until: int, audience: Audience = EVERYBODY
    ) -> dict[int, tuple[int, ...]]:
        """The articles of each story up to number `until`, earliest publication first."""
        found: dict[int, list[int]] = {story: [] for story in stories}
        async with self._database.read() as connection:
            for some in slices(sorted(stories)):
                rows = await connection.execute(
                    select(articles.c.story_id, articles.c.recency, articles.c.id)
                    .where(
                        visible(articles.c.audience, audience),
                        articles.c.story_id.in_(some),
                        # Reckoned with, so that it is no way to find them: nearly all come before.
                        articles.c.id + 0 <= until,
                    )
                    .order_by(articles.c.story_id, articles.c.recency)
                )
                for story, _, article in rows:
                    found[story].append(article)
        return {story: tuple(ids) for story, ids in found.items()}

    async def articles(self, ids: Sequence[int], audience: Audience = EVERYBODY) -> list[Article]:
        """Articles as a whole, in the order of `ids`."""
        async with self._database.read() as connection:
            return await load_articles(connection, ids, audience)

    async def told_between(
        self, channels: Collection[int], *, after: int, until: int
    ) -> list[Told]:
        """What the channels were told of the articles from `after` (excluded) to `until`."""
        return await self._told(
            channels, (told.c.article_id > after) & (told.c.article_id <= until)
        )

    async def told_of(self, channels: Collection[int], ids: Collection[int]) -> list[Told]:
        """What the channels were told of these articles."""
        found: list[Told] = []
        for some in slices(sorted(ids)):
            found += await self._told(channels, told.c.article_id.in_(some))
        return found

    async def followed(self, channels: Collection[int]) -> list[Followed]:
        """The topics the channels got digests on, other than of an empty corpus."""
        found: list[Followed] = []
        async with self._database.read() as connection:
            for some in slices(sorted(channels)):
                rows = await connection.execute(
                    select(
                        subscriptions.c.channel_id,
                        subscriptions.c.topics,
                        func.max(occurrences.c.newest_article),
                        func.max(occurrences.c.due_at),
                    )
                    .join_from(
                        subscriptions,
                        occurrences,
                        occurrences.c.subscription_id == subscriptions.c.id,
                    )
                    .where(
                        subscriptions.c.channel_id.in_(some),
                        occurrences.c.state.not_in(_NEVER_ARRIVED),
                        occurrences.c.newest_article > 0,
                    )
                    .group_by(subscriptions.c.channel_id, subscriptions.c.topics)
                )
                found += [
                    Followed(channel, tuple(topics.split()), newest, due)
                    for channel, topics, newest, due in rows
                ]
        return found

    async def _told(self, channels: Collection[int], which: ColumnElement[bool]) -> list[Told]:
        found: list[Told] = []
        async with self._database.read() as connection:
            for some in slices(sorted(channels)):
                rows = await connection.execute(
                    select(told.c.channel_id, told.c.article_id, func.min(occurrences.c.due_at))
                    .join_from(told, occurrences, occurrences.c.id == told.c.occurrence_id)
                    .where(
                        told.c.channel_id.in_(some),
                        which,
                        occurrences.c.state.not_in(_NEVER_ARRIVED),
                    )
                    .group_by(told.c.channel_id, told.c.article_id)
                )
                found += [Told(channel, article, first) for channel, article, first in rows]
        return found


def _minute(recency: int) -> datetime:
    """The minute of publication that a recency begins with."""
    return datetime.fromtimestamp(recency // (LARGEST_ID + 1) * 60, UTC)
