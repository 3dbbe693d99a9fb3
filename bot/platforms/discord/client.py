"""The bot on the gateway: told of interactions and servers, and nothing else.

login -> commands told, where others are offered -> shards -> interactions -> Inbound
"""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands

from bot.platforms.discord.commands import add_commands, definitions
from bot.platforms.discord.inbound import Inbound
from bot.platforms.discord.offered import differing, to_tell
from bot.platforms.discord.replies import code
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.settings import (
    DEFAULT_BASE_URL,
    DEFAULT_GATEWAY_URL,
    DiscordSettings,
)
from bot.platforms.discord.wording import Interaction
from briefings.answers import Failure
from briefings.ports import Clock

GUILDS_WITHIN_S = 0.2
"""Ready is when no further server was told for so long; nothing depends on having all."""
IDENTIFY_EACH_S = 5.0
"""Discord takes one new session in so many seconds."""
CHANGED = Failure("That command has changed.", "Press Ctrl+R, or close and open Discord.")
OLD = (app_commands.CommandSignatureMismatch, app_commands.CommandNotFound)
FAILED = Failure("Something went wrong.", "The desk's log says what.")

_log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[Any]):
    """The commands; what Discord still offers of older ones gets an answer, too."""

    def __init__(self, bot: Bot, inbound: Inbound) -> None:
        super().__init__(bot)
        self._inbound = inbound

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Everybody may ask; whatever was asked is answered before the desk ends."""
        self._inbound.work.count()
        return True

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        _log.error("a command failed (%s)", code(error.__cause__ or error))
        await self._inbound.failed(interaction, CHANGED if isinstance(error, OLD) else FAILED)


class Bot(discord.AutoShardedClient):
    """One life of the bot: from login until the gateway gives it up."""

    def __init__(
        self,
        settings: DiscordSettings,
        inbound: Inbound,
        servers: Servers,
        *,
        clock: Clock,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=GUILDS_WITHIN_S,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            proxy=settings.proxy or None,
        )
        self._settings = settings
        self._inbound = inbound
        self._servers = servers
        self._listed: dict[int, frozenset[str]] = {}
        self._clock = clock
        self._identified: float | None = None
        self.was_ready = False
        self.tree = Tree(self, inbound)
        add_commands(self.tree, inbound)

    async def setup_hook(self) -> None:
        """Tell Discord the commands, where it offers others."""
        if self._settings.discord_sync == "off" or self.application_id is None:
            return
        ours = await definitions(self.tree)
        try:
            known = await self._offered(self.application_id)
            if differing(ours, known):
                payload = to_tell(ours, known)
                await self.http.bulk_upsert_global_commands(self.application_id, payload=payload)
                _log.info("told Discord %d commands", len(ours))
        except discord.HTTPException as error:
            _log.warning("the commands could not be told to Discord (%s)", code(error))

    async def _offered(self, application: int) -> list[dict[str, Any]]:
        """The commands that Discord offers; the library's own call leaves out their Chinese."""
        path = "/applications/{application_id}/commands"
        route = discord.http.Route("GET", path, application_id=application)
        known: list[dict[str, Any]] = await self.http.request(
            route, params={"with_localizations": "true"}
        )
        return known

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait as long as Discord asks between two new sessions, and no longer."""
        now = self._clock.monotonic()
        if self._identified is not None and now - self._identified < IDENTIFY_EACH_S:
            await self._clock.sleep(IDENTIFY_EACH_S - (now - self._identified))
        self._identified = self._clock.monotonic()

    async def on_interaction(self, interaction: Interaction) -> None:
        self._inbound.work.count()
        await self._inbound.used(interaction)

    async def on_ready(self) -> None:
        self.was_ready = True
        _log.info("Discord: %d servers", len(self.guilds))

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note the servers of a shard as its READY is read; after the end, pass on presses alone.

        Only then are those that are known from before, and not listed any more, told from the
        others: of those Discord has said nothing yet but that they are there. Of a shard that had
        just begun, the library tells a moment after it was closed; then the desk may have ended.
        """
        if event == "shard_connect":
            (shard,) = args
            self._listed[shard] = frozenset(
                str(each.id) for each in self.guilds if each.shard_id == shard and each.unavailable
            )
        if event == "interaction" or not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def on_shard_ready(self, shard: int) -> None:
        """Compare what a shard has with what is known."""
        self._inbound.work.count()
        await self._servers.listed(self._listed[shard], shard, self.shard_count or 1)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added, for the first time or again."""
        self._inbound.work.count()
        await self._servers.joined(str(guild.id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed; a server that cannot be reached for a while is told otherwise."""
        self._inbound.work.count()
        await self._servers.left(str(guild.id))


def point(settings: DiscordSettings) -> None:
    """Lead the library to the addresses of the settings, where they are not Discord's own."""
    if settings.discord_base_url != DEFAULT_BASE_URL:
        discord.http.Route.BASE = settings.discord_base_url.rstrip("/")
    if settings.discord_gateway_url != DEFAULT_GATEWAY_URL:
        socket = discord.gateway.DiscordWebSocket
        socket.DEFAULT_GATEWAY = type(socket.DEFAULT_GATEWAY)(settings.discord_gateway_url)
