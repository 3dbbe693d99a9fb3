"""Platforms served side by side: where one cannot go on, or is away, the others do.

platform.open -> its error in the first seconds ends the program, as it is set up wrongly
              -> not reached yet: tried further, while its digests wait
connection.serve -> ended   its status counts
                 -> raised  closed and logged; its digests wait; a line in the status of the others
                 -> raised, and no other chat is left: the error ends the program
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.platforms import Host, Platform
from briefings.errors import IntelbriefError
from briefings.ports import Poster

CONSOLE = "console"
"""Not a chat: it ends when nobody sits at it, which is no reason for anything."""
PATIENCE_S = 10.0
"""How long nothing is served while a platform is being opened."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Served:
    """A platform: whether it is open, and how its serving ended, an error included."""

    name: str
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Future[int] = field(default_factory=asyncio.Future)


@dataclass(frozen=True, slots=True)
class Serving:
    """The platforms of a process.

    `posters` are those of the platforms that are open, by name: what has none waits in the
    database.
    """

    posters: dict[str, Poster]
    _served: list[_Served] = field(default_factory=list)
    _given_up: list[str] = field(default_factory=list)

    @property
    def problems(self) -> tuple[str, ...]:
        """Of each platform that is away or had to be given up: why, and what to do."""
        away = (each.name for each in self._served if not _is_through(each))
        return (
            *self._given_up,
            *(f"{name.capitalize()} is not reached yet. Its digests wait." for name in away),
        )

    @asynccontextmanager
    async def opened(
        self, platforms: Iterable[Platform], host: Host, *, patience_s: float = PATIENCE_S
    ) -> AsyncIterator[None]:
        """Open platforms side by side, and close at the end those that are open.

        One that is away holds the others up for `patience_s` at most.

        Raises:
            IntelbriefError: one cannot be used as it is set up.
        """
        begin = asyncio.Event()
        tasks = []
        for platform in platforms:
            one = _Served(platform.NAME)
            self._served.append(one)
            tasks.append(asyncio.create_task(self._live(platform, host, one, begin)))
        try:
            await self._until_opened(patience_s)
            begin.set()
            yield
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            for each in self._served:
                if each.ended.done() and not each.ended.cancelled():
                    each.ended.exception()  # whoever waited for it has it
            self._served.clear()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def all(self) -> int:
        """Wait until every platform has ended; the program's exit status.

        Raises:
            Exception: what ended the last chat there was.
        """
        serving = {each.ended: each.name for each in self._served}
        statuses = [0]
        left = set(serving)
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                error = ended.exception()
                if not isinstance(error, Exception):
                    statuses.append(ended.result())
                elif _chats(serving[each] for each in left):
                    self._give_up(serving[ended], error)
                    statuses.append(1)
                else:
                    raise error
        return max(statuses)

    async def _live(
        self, platform: Platform, host: Host, one: _Served, begin: asyncio.Event
    ) -> None:
        """Open a platform, serve it, and leave it open until the end unless it fails."""
        try:
            async with platform.open(host) as connection:
                self.posters[one.name] = connection.poster
                try:
                    one.opened.set()
                    await begin.wait()
                    one.ended.set_result(await connection.serve())
                    await asyncio.Event().wait()  # what is being posted may end
                finally:
                    del self.posters[one.name]
        except asyncio.CancelledError:
            one.ended.cancel()
            raise
        except Exception as error:
            if one.ended.done():
                raise
            one.ended.set_exception(error)

    async def _until_opened(self, patience_s: float) -> None:
        """Wait for the platforms, but not for long for one that is away."""
        all_open = asyncio.gather(*(each.opened.wait() for each in self._served))
        awaited: set[asyncio.Future[Any]] = {all_open, *(each.ended for each in self._served)}
        first = asyncio.FIRST_COMPLETED
        done, _ = await asyncio.wait(awaited, timeout=patience_s, return_when=first)
        all_open.cancel()
        for each in done:
            each.result()

    def _give_up(self, name: str, error: Exception) -> None:
        """Let a platform rest: what is to be posted there waits for the next start."""
        called = name.capitalize()
        if isinstance(error, IntelbriefError):
            what, remedy = error.message, error.remedy
            _log.error("%s is not served any more: %s %s", called, what, remedy)
        else:
            what = f"Something unexpected happened ({type(error).__name__})."
            remedy = "The desk's log says more."
            _log.error("%s is not served any more", called, exc_info=error)
        self._given_up.append(
            f"{called} is not served any more: {what} Its digests wait. {remedy} Then start the "
            "desk again."
        )


def _is_through(one: _Served) -> bool:
    return one.opened.is_set() or one.ended.done()


def _chats(names: Iterable[str]) -> bool:
    return any(name != CONSOLE for name in names)
