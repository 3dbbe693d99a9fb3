"""The harness's own view of a database: what it says, and a few rows to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, create_engine, func, insert, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from briefings.delivery import UNSENT
from briefings.store.tables import channels, notices, occurrences, parts, subscriptions
from briefings.subscriptions import Schedule, Scope, Slot

UNKNOWN = "?"
"""The state of a part when the database does not answer."""


@dataclass(frozen=True)
class PartRow:
    key: str
    channel: str
    slot: str
    number: int
    state: str
    next_at: datetime | None
    attempts: int
    repaired: int
    error: str


@dataclass(frozen=True)
class OccurrenceRow:
    channel: str
    subscription: int
    slot: str
    state: str
    reason: str
    covered_by: str


class Records:
    """A synchronous handle on a database; the desk's own code is not used for it."""

    def __init__(self, url: str) -> None:
        driver = "postgresql+psycopg" if url.startswith("postgres") else "sqlite"
        arguments: dict[str, Any] = {"timeout": 10} if driver == "sqlite" else {}
        address = make_url(url).set(drivername=driver)
        if driver == "sqlite":
            address = address.set(query={})
        self.is_sqlite = driver == "sqlite"
        self._engine = create_engine(
            address, connect_args=arguments, pool_pre_ping=driver != "sqlite"
        )

    def close(self) -> None:
        self._engine.dispose()

    def connection(self) -> Connection:
        return self._engine.connect()

    def execute(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def subscribe(
        self,
        scope: Scope,
        schedule: Schedule,
        first: Slot,
        created_at: datetime,
    ) -> int:
        """A channel with a subscription, number 1; the subscription's id."""
        with self._engine.begin() as connection:
            values: Mapping[str, Any] = {
                "platform": scope.platform,
                "workspace": scope.workspace,
                "channel": scope.channel,
                "manager": "U1",
                "last_number": 1,
            }
            channel_id = connection.execute(
                insert(channels).values(values).returning(channels.c.id)
            ).scalar_one()
            made = insert(subscriptions).values(
                channel_id=channel_id,
                number=1,
                topics="alibaba",
                frequency=schedule.frequency,
                day=schedule.day,
                wall_time=schedule.at.strftime("%H:%M"),
                zone=schedule.zone,
                preset="brief",
                created_by="U1",
                created_at=created_at,
                version=1,
                last_wall="",
                next_wall=first.wall,
                next_due=first.due,
                paused="",
            )
            id: int = connection.execute(made.returning(subscriptions.c.id)).scalar_one()
            return id

    def state_of(self, key: str) -> str:
        """The committed state of a part; "" when there is none of that key."""
        try:
            with self._engine.connect() as connection:
                wanted = select(parts.c.state).where(parts.c.key == key)
                return connection.execute(wanted).scalar() or ""
        except SQLAlchemyError:
            self._engine.dispose()
            return UNKNOWN

    def next_time(self) -> datetime | None:
        """When the desk has something to do next."""
        free = case(
            (
                parts.c.state.in_(UNSENT) & (channels.c.free_at > parts.c.next_at),
                channels.c.free_at,
            ),
            else_=parts.c.next_at,
        )
        wanted = (
            select(func.min(free))
            .select_from(parts)
            .join(channels, channels.c.id == parts.c.channel_id),
            select(func.min(notices.c.next_at)),
            select(func.min(subscriptions.c.next_due)),
        )
        with self._engine.connect() as connection:
            times = [connection.execute(each).scalar() for each in wanted]
        return min((time for time in times if time is not None), default=None)

    def parts(self) -> list[PartRow]:
        statement = (
            select(parts, channels.c.channel, occurrences.c.slot)
            .join(channels, channels.c.id == parts.c.channel_id)
            .join(occurrences, occurrences.c.id == parts.c.occurrence_id)
            .order_by(parts.c.id)
        )
        with self._engine.connect() as connection:
            return [
                PartRow(
                    row.key,
                    row.channel,
                    row.slot,
                    row.number,
                    row.state,
                    row.next_at,
                    row.attempts,
                    row.repaired,
                    row.error,
                )
                for row in connection.execute(statement)
            ]

    def occurrences(self) -> list[OccurrenceRow]:
        statement = (
            select(occurrences, channels.c.channel)
            .join(subscriptions, subscriptions.c.id == occurrences.c.subscription_id)
            .join(channels, channels.c.id == subscriptions.c.channel_id)
            .order_by(occurrences.c.id)
        )
        with self._engine.connect() as connection:
            return [
                OccurrenceRow(
                    row.channel,
                    row.subscription_id,
                    row.slot,
                    row.state,
                    row.reason,
                    row.covered_by,
                )
                for row in connection.execute(statement)
            ]

    def paused(self) -> dict[str, str]:
        """Why a channel's subscription is paused, "" while it is not."""
        statement = select(channels.c.channel, subscriptions.c.paused).join(
            channels, channels.c.id == subscriptions.c.channel_id
        )
        with self._engine.connect() as connection:
            return {row.channel: row.paused for row in connection.execute(statement)}

    def notices(self) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(notices.c.kind).order_by(notices.c.id)).scalars())


def soon_after(instant: datetime, now: datetime) -> timedelta:
    """How far to move a clock so that `instant` has come."""
    return max(instant - now, timedelta()) + timedelta(milliseconds=1)
