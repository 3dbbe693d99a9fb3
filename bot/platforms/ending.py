"""Why a platform cannot go on: told by whoever finds out first, raised where it is served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from briefings.errors import IntelbriefError


class Ending:
    """Ends the serving of a platform, once: a token that is void is void wherever it is used."""

    def __init__(self) -> None:
        self._told = asyncio.Event()
        self._why: IntelbriefError | None = None

    def because(self, why: IntelbriefError) -> None:
        """Say why; only the first reason counts."""
        if self._why is None:
            self._why = why
            self._told.set()

    async def unless(self, work: Awaitable[None]) -> None:
        """Do some work to its end, or until there is a reason to give up.

        Raises:
            IntelbriefError: the reason; or whatever the work raised.
        """
        told, working = asyncio.ensure_future(self._told.wait()), asyncio.ensure_future(work)
        try:
            await asyncio.wait({told, working}, return_when=asyncio.FIRST_COMPLETED)
            if self._why is not None:
                raise self._why
            await working
        finally:
            told.cancel()
            working.cancel()
