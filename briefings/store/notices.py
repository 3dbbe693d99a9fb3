"""What the managers of channels are to be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from briefings.store.engine import Database
from briefings.store.tables import channels, notices, posted_on
from briefings.subscriptions import Scope


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a channel's manager is to be told."""

    id: int
    scope: Scope
    manager: str
    text: str
    created_at: datetime
    attempts: int


class Notices:
    """The notices of a database, each told once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self, now: datetime, platforms: Collection[str], *, until: datetime, limit: int = 16
    ) -> list[Notice]:
        """Take notices that are to be told; nobody else does until `until`."""
        statement = (
            select(notices, channels.c.platform, channels.c.workspace, channels.c.channel)
            .add_columns(channels.c.manager)
            .join(channels, channels.c.id == notices.c.channel_id)
            .where(notices.c.next_at <= now, posted_on(platforms))
            .order_by(notices.c.next_at)
            .limit(limit)
            .with_for_update(of=notices, skip_locked=True)
        )
        async with self._database.read() as connection:
            if (await connection.execute(statement.limit(1))).first() is None:
                return []
        async with self._database.write() as connection:
            rows = (await connection.execute(statement)).all()
            await connection.execute(
                update(notices)
                .where(notices.c.id.in_([row.id for row in rows]))
                .values(next_at=until, attempts=notices.c.attempts + 1)
            )
        return [
            Notice(
                row.id,
                Scope(row.platform, row.workspace, row.channel),
                row.manager,
                row.text,
                row.created_at,
                row.attempts + 1,
            )
            for row in rows
        ]

    async def told(self, notice_id: int, now: datetime) -> None:
        await self._set(notice_id, told_at=now, next_at=None)

    async def put_off(self, notice_id: int, until: datetime | None) -> None:
        """Tell it later, or never (None)."""
        await self._set(notice_id, next_at=until)

    async def _set(self, notice_id: int, **values: datetime | None) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(notices).where(notices.c.id == notice_id).values(**values)
            )
