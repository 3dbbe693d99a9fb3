"""Installations under way: what a browser that comes back from Slack has to bring."""

from __future__ import annotations

import logging
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlalchemy import Column, DateTime, MetaData, String, Table, delete, insert

from bot.platforms.slack.installs import naive
from briefings.ports import Clock
from briefings.store.engine import Database

STATE_LASTS = timedelta(minutes=10)
STATE_BYTES = 32

_log = logging.getLogger(__name__)


class States(AsyncOAuthStateStore):
    """The states of installations under way: 256 random bits, good once and for ten minutes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.metadata = MetaData()
        self.states = Table(
            "slack_oauth_states",
            self.metadata,
            Column("state", String(64), primary_key=True),
            Column("expire_at", DateTime, nullable=False),
        )

    @property
    def logger(self) -> logging.Logger:
        return _log

    async def open(self) -> None:
        """Make the table where it is missing."""
        async with self._database.write() as connection:
            await connection.run_sync(self.metadata.create_all)

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        state, now = token_urlsafe(STATE_BYTES), self._clock.now()
        async with self._database.write() as connection:
            over = self.states.c.expire_at <= naive(now.timestamp())
            await connection.execute(delete(self.states).where(over))
            expires = naive((now + STATE_LASTS).timestamp())
            await connection.execute(insert(self.states).values(state=state, expire_at=expires))
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether a state is good; one caller alone hears so, and it is no longer."""
        good = self.states.c.expire_at > naive(self._clock.now().timestamp())
        async with self._database.write() as connection:
            taken = await connection.execute(
                delete(self.states).where(self.states.c.state == state, good)
            )
            return taken.rowcount == 1
