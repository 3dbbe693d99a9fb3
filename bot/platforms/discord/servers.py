"""Servers the bot is added to and removed from, also while nobody listened.

    removed -> its digests and sources rest      added again within the grace -> they go on
    a shard begins -> what is known and not listed was left; what is listed and was left is back

A server that cannot be reached is listed as well: that is an outage, and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Set

from bot.platforms.discord.settings import NAME
from briefings.errors import IntelbriefError
from briefings.subscribing import Subscribing

_log = logging.getLogger(__name__)


class Servers:
    """Tells the desk of servers; what it cannot take is logged, and noticed at the next start."""

    def __init__(self, subscribing: Subscribing) -> None:
        self._subscribing = subscribing

    async def left(self, server: str) -> None:
        """The bot was removed."""
        try:
            paused = await self._subscribing.uninstalled(NAME, server)
        except IntelbriefError as error:
            _log.error("the digests of a server that was left go on (%s)", error)
        else:
            _log.info("the bot was removed from a server; %s digests rest", paused)

    async def joined(self, server: str) -> None:
        """The bot was added, for the first time or again."""
        try:
            resumed = await self._subscribing.returned(NAME, server)
        except IntelbriefError as error:
            _log.error("the digests of a server still rest (%s)", error)
        else:
            _log.info("the bot was added to a server; %s digests go on", resumed)

    async def listed(self, servers: Set[str], shard: int, shards: int) -> None:
        """Compare with what is known; `servers` are all that a shard has."""
        try:
            known = await self._subscribing.workspaces(NAME)
            departed = await self._subscribing.departed(NAME)
        except IntelbriefError as error:
            _log.error("servers that were left meanwhile are not noticed (%s)", error)
            return
        for server in known - servers - departed.keys():
            # Whoever uses the bot without a server is in none.
            if server.isdigit() and (int(server) >> 22) % shards == shard:
                await self.left(server)
        for server in departed.keys() & servers:
            await self.joined(server)
