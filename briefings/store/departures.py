"""Workspaces the desk was removed from: when, and what becomes of what is theirs.

leave -> a mark, digests paused -> come_back: the mark goes, these digests go on
                                -> forget:    the mark goes, and all that is the workspace's
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, text

from briefings.ports import Clock
from briefings.store.engine import Database
from briefings.store.subscription_rows import pause_where, resume_where
from briefings.store.tables import (
    Instant,
    audiences,
    channels,
    departures,
    metadata,
    plain,
    subscriptions,
)

REASON = "The desk was removed from this workspace."
"""Why digests are paused that a departure paused; no others go on with a return."""


class Departures:
    """The departures in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def leave(self, platform: str, workspace: str) -> int:
        """Mark that the desk was removed now, unless that is known, and pause the digests.

        Returns how many were not paused before.
        """
        left = {"platform": plain(platform), "workspace": plain(workspace)}
        async with self._database.write() as connection:
            await connection.execute(_LEAVE, {**left, "left_at": self._clock.now()})
            return await pause_where(connection, REASON, *_of(channels, platform, workspace))

    async def come_back(self, platform: str, workspace: str) -> int | None:
        """Let go on what the departure paused; how many digests, None where there was none."""
        async with self._database.write() as connection:
            gone = delete(departures).where(*_of(departures, platform, workspace))
            if not (await connection.execute(gone)).rowcount:
                return None
            return await resume_where(
                connection,
                self._clock.now(),
                subscriptions.c.paused == REASON,
                *_of(channels, platform, workspace),
            )

    async def forget(self, platform: str, workspace: str) -> None:
        """Delete the mark and whatever names the workspace, with all that hangs on it."""
        async with self._database.write() as connection:
            for table in reversed(metadata.sorted_tables):  # what refers to others first
                if {"platform", "workspace"} <= set(table.c.keys()):
                    await connection.execute(delete(table).where(*_of(table, platform, workspace)))

    async def since(self, platform: str) -> dict[str, datetime]:
        """The workspaces of a platform the desk was removed from, with when."""
        statement = select(departures.c.workspace, departures.c.left_at).where(
            departures.c.platform == platform
        )
        async with self._database.read() as connection:
            return dict((await connection.execute(statement)).all())

    async def before(self, until: datetime) -> list[tuple[str, str]]:
        """Platform and workspace of the departures up to an instant, oldest first."""
        statement = (
            select(departures.c.platform, departures.c.workspace)
            .where(departures.c.left_at <= until)
            .order_by(departures.c.left_at)
        )
        async with self._database.read() as connection:
            return [(row.platform, row.workspace) for row in await connection.execute(statement)]

    async def workspaces(self, platform: str) -> set[str]:
        """The workspaces of a platform that the desk keeps anything of."""
        async with self._database.read() as connection:
            found: set[str] = set()
            for table in (channels, audiences):
                named = select(table.c.workspace).where(table.c.platform == platform).distinct()
                found |= set((await connection.execute(named)).scalars())
            return found


_LEAVE = text(
    "INSERT INTO departures (platform, workspace, left_at) "
    "VALUES (:platform, :workspace, :left_at) ON CONFLICT (platform, workspace) DO NOTHING"
).bindparams(bindparam("left_at", type_=Instant))


def _of(table: Table, platform: str, workspace: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.platform == plain(platform), table.c.workspace == plain(workspace)
