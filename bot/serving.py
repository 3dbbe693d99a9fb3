"""Platforms served side by side: where one cannot go on, the others do.

connection.serve -> ended   its status counts
                 -> raised  logged; its digests wait; a line in the status of the others
                 -> raised, and no other chat is left: the error ends the program
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.platforms import Connection
from briefings.errors import IntelbriefError
from briefings.ports import Poster

CONSOLE = "console"
"""Not a chat: it ends when nobody sits at it, which is no reason for anything."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """The platforms of a process.

    `posters` are those of the platforms that are open, by name: what has none waits in the
    database. `problems` says of each platform that had to be given up why, and what to do.
    """

    posters: dict[str, Poster]
    problems: list[str] = field(default_factory=list)

    async def all(self, connections: Sequence[tuple[str, Connection]]) -> int:
        """Serve platforms, each by its name, until all have ended; the program's exit status.

        Raises:
            Exception: what ended the last chat there was.
        """
        serving = {asyncio.create_task(each.serve()): name for name, each in connections}
        statuses = [0]
        left = set(serving)
        try:
            while left:
                done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    error = task.exception()
                    if not isinstance(error, Exception):
                        statuses.append(task.result())
                    elif _chats(serving[each] for each in left):
                        self._give_up(serving[task], error)
                        statuses.append(1)
                    else:
                        raise error
        finally:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)
        return max(statuses)

    def _give_up(self, name: str, error: Exception) -> None:
        """Let a platform rest: what is to be posted there waits for the next start."""
        self.posters.pop(name, None)
        called = name.capitalize()
        if isinstance(error, IntelbriefError):
            what, remedy = error.message, error.remedy
            _log.error("%s is not served any more: %s %s", called, what, remedy)
        else:
            what = f"Something unexpected happened ({type(error).__name__})."
            remedy = "The desk's log says more."
            _log.error("%s is not served any more", called, exc_info=error)
        self.problems.append(
            f"{called} is not served any more: {what} Its digests wait. {remedy} Then start the "
            "desk again."
        )


def _chats(names: Iterable[str]) -> bool:
    return any(name != CONSOLE for name in names)
