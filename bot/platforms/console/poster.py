"""Digests going out to the console: kept in a file first, then shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from uuid import uuid4

from bot.platforms.console.outbound import Screen
from bot.platforms.console.record import Posted, Record
from briefings.errors import Refused
from briefings.ports import Clock, Post
from briefings.subscriptions import Scope

_log = logging.getLogger(__name__)


class ConsolePoster:
    """The console's `briefings.ports.Poster`: what is in the record was posted.

    A screen shows and forgets, so it cannot be asked whether a post arrived; the record can.
    """

    pace_s = 0.0
    nonce_s = 0.0

    def __init__(self, record: Record, screen: Screen, clock: Clock) -> None:
        self._record = record
        self._screen = screen
        self._clock = clock

    def prepare(self, page: str) -> tuple[str, ...]:
        return (page,)

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        posted = Posted(
            id=uuid4().hex,
            key=post.key,
            number=post.number,
            total=post.total,
            posted_at=self._clock.now(),
            payload=post.payload,
        )
        await asyncio.to_thread(self._record.add, posted, ready)
        await self._show(posted)
        return posted.id

    async def copies(self, post: Post) -> tuple[str, ...]:
        return await asyncio.to_thread(self._record.copies, post.key)

    async def delete(self, post: Post, remote_id: str) -> None:
        await asyncio.to_thread(self._record.delete, post.key, remote_id)

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        try:
            await self._screen.aside(lambda: self._screen.alert(text))
        except OSError as error:
            raise Refused("The console does not show anything any more.") from error

    async def show_missed(self) -> None:
        """Show what was posted by a process that ended before it could show it."""
        try:
            missed = await asyncio.to_thread(self._record.unseen)
        except Refused as error:
            _log.warning("%s", error)
            return
        for posted in missed:
            await self._show(posted)

    async def _show(self, posted: Posted) -> None:
        try:
            await self._screen.aside(lambda: self._draw(posted))
            await asyncio.to_thread(self._record.saw, posted.id)
        except (OSError, Refused) as error:  # it is posted, and shown at the next start
            _log.warning("a digest could not be shown: %s", error)

    def _draw(self, posted: Posted) -> None:
        arrived = posted.posted_at if posted.number == 1 else None
        self._screen.digest(posted.payload, arrived)
