"""Channels, subscriptions and digests they got, written straight into a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import insert, select

from briefings.store.engine import Database
from briefings.store.tables import channels, occurrences, subscriptions, told
from briefings.subscriptions import Frequency, Occasion, Schedule, Scope, Slot, Subscription
from tests.fakes.clock import START

ZONE = "Asia/Shanghai"


class History:
    """What was delivered before the test begins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def channel(self, name: str = "C1") -> int:
        """Make a channel known, and return its number."""
        row = {"platform": "test", "workspace": "W", "channel": name, "manager": "U"}
        return await self._insert(channels, row | {"last_number": 0})

    async def subscription(self, channel: int, number: int, topics: str) -> int:
        """Subscribe a channel to topics (ids with a space between), and return its id."""
        row = {
            "channel_id": channel,
            "number": number,
            "topics": topics,
            "frequency": "weekly",
            "day": 0,
            "wall_time": "09:00",
            "zone": ZONE,
            "preset": "brief",
            "created_by": "U",
            "created_at": START,
            "version": 1,
            "last_wall": "",
            "paused": "",
        }
        return await self._insert(subscriptions, row)

    async def digest(
        self,
        subscription: int,
        articles: Sequence[int],
        *,
        due: datetime = START,
        newest: int = 0,
        state: str = "sent",
    ) -> int:
        """Record a digest that told of articles, and return its id."""
        row = {
            "subscription_id": subscription,
            "slot": due.isoformat()[:16],
            "due_at": due,
            "planned_at": due,
            "state": state,
            "reason": "",
            "covered_by": "",
            "newest_article": newest or max(articles, default=0),
            "parts": 1,
            "dismissed": False,
        }
        made = await self._insert(occurrences, row)
        async with self._database.write() as connection:
            channel = await connection.scalar(
                select(subscriptions.c.channel_id).where(subscriptions.c.id == subscription)
            )
            for article in articles:
                await connection.execute(
                    insert(told).values(channel_id=channel, article_id=article, occurrence_id=made)
                )
        return made

    async def _insert(self, table: object, row: dict[str, object]) -> int:
        async with self._database.write() as connection:
            result = await connection.execute(insert(table).values(row))  # type: ignore[arg-type]
            made: int = result.inserted_primary_key[0]
        return made


def occasion(
    channel: int = 1,
    *topics: str,
    after: int | None = None,
    since: datetime | None = None,
    due: datetime = START,
    preset: str = "brief",
    zone: str = ZONE,
    late: bool = False,
    asked: bool = False,
) -> Occasion:
    """An occasion to write a channel a digest on topics."""
    subscription = Subscription(
        id=channel,
        scope=Scope("test", "W", f"C{channel}"),
        number=1,
        topics=topics or ("acme",),
        schedule=Schedule(Frequency.WEEKLY, time(9), zone),
        preset=preset,
        created_by="U",
        version=1,
        last_wall="",
        next=None,
        paused="",
    )
    slot = Slot(due.isoformat()[:16], due)
    return Occasion(subscription, channel, slot, since, after, late=late, asked=asked)
