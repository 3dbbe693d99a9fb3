"""Discord, connected: the parts of this platform put together, and the bot kept alive.

settings -> Bot (login, gateway) -> Inbound -> host; digests go out by the poster
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import discord

from bot.platforms import Host, Picture
from bot.platforms.discord.client import Bot, point
from bot.platforms.discord.inbound import Inbound
from bot.platforms.discord.markup import pages
from bot.platforms.discord.poster import DiscordPoster
from bot.platforms.discord.replies import code
from bot.platforms.discord.responding import Responses
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.settings import NAME, RESET, DiscordSettings
from bot.platforms.discord.web import Web
from bot.platforms.ending import Ending
from bot.platforms.working import Work
from briefings.errors import SettingsError
from briefings.ports import Clock
from briefings.subscriptions import Principal, Scope, Standing

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0

_log = logging.getLogger(__name__)


class Supervised:
    """Keeps a bot alive: each life ends by itself, and a new one begins after a pause.

    The library gives up where its first connection is refused, and where Discord ends a session
    for good.
    """

    def __init__(self, host: Host, inbound: Inbound) -> None:
        self._host = host
        self._settings = cast(DiscordSettings, host.settings)
        self._inbound = inbound
        self.bot: Bot | None = None
        self.lives = 0

    async def begin(self) -> None:
        """Log in, so that a token that is none is known at once.

        Raises:
            SettingsError: Discord does not take the token.
        """
        self.lives += 1
        self.bot = self._born()
        try:
            await self._login(self.bot)
        except SettingsError:
            await self._end()
            raise
        except Exception as error:
            _log.warning("Discord cannot be reached (%s); trying again", code(error))
            await self._end()

    async def live(self) -> None:
        """Answer for ever, through outages of any length.

        Raises:
            SettingsError: Discord does not take the token any more.
        """
        wait_s = FIRST_WAIT_S
        while True:
            try:
                if self.bot is None:
                    await self._host.clock.sleep(wait_s)
                    wait_s = min(wait_s * 2, LONGEST_WAIT_S)
                    self.lives += 1
                    self.bot = self._born()
                    await self._login(self.bot)
                await self.bot.connect()
            except SettingsError:
                raise
            except discord.ConnectionClosed as error:
                _log.warning("Discord ended the connection (%s)", error.code)
            except discord.PrivilegedIntentsRequired as error:
                raise SettingsError("Discord does not let the bot in.", remedy=RESET) from error
            except Exception as error:
                _log.warning("the connection to Discord broke (%s)", code(error))
            if self.bot is not None and self.bot.was_ready:
                wait_s = FIRST_WAIT_S
            await self._end()

    async def close(self) -> None:
        """End the bot's life."""
        await self._end()

    def _born(self) -> Bot:
        return Bot(
            self._settings,
            self._inbound,
            Servers(self._host.desk.subscribing),
            clock=self._host.clock,
        )

    async def _login(self, bot: Bot) -> None:
        try:
            await bot.login(self._settings.discord_token)
        except discord.LoginFailure:
            raise _not_taken() from None

    async def _end(self) -> None:
        bot, self.bot = self.bot, None
        if bot is not None:
            try:
                await bot.close()
            except Exception as error:
                _log.warning("the connection to Discord did not end well (%s)", code(error))


@dataclass(frozen=True, slots=True)
class DiscordConnection:
    """Discord, as long as it is open."""

    poster: DiscordPoster
    inbound: Inbound
    supervised: Supervised
    living: asyncio.Task[None] = field(repr=False)
    ending: Ending = field(repr=False)

    async def serve(self) -> int:
        """Answer until the desk is stopped.

        Raises:
            SettingsError: Discord does not take the token any more.
        """
        await self.ending.unless(asyncio.shield(self.living))
        return 0


@asynccontextmanager
async def connect(host: Host) -> AsyncIterator[DiscordConnection]:
    """Connect as the settings say.

    Raises:
        SettingsError: when Discord does not accept them.
    """
    settings = cast(DiscordSettings, host.settings)
    point(settings)
    # Below it the library writes down what is said.
    logging.getLogger("discord").setLevel(logging.WARNING)
    async with AsyncExitStack() as stack:
        work = Work("Discord")
        answering = _web(settings, host.clock, "", kept=True)
        stack.push_async_callback(answering.close)
        # After the gateway was left, so that nothing more comes in.
        stack.push_async_callback(work.close)
        inbound = Inbound(host, settings.discord_manager_role, work, Responses(answering))
        supervised = Supervised(host, inbound)
        await supervised.begin()
        stack.push_async_callback(supervised.close)
        ending = Ending()
        void = partial(ending.because, _not_taken())
        web = _web(settings, host.clock, settings.discord_token, void=void)
        stack.push_async_callback(web.close)

        async def picture(command: str) -> Picture | None:
            # A digest is for all in its channel, so it is drawn for nobody in particular.
            anybody = Principal(Scope(NAME, "", ""), "", Standing.MEMBER, host.zone)
            return await host.picture(command, anybody)

        poster = DiscordPoster(web, pages=pages, picture=picture)
        living = asyncio.create_task(supervised.live())
        stack.push_async_callback(_ended, living)
        yield DiscordConnection(poster, inbound, supervised, living, ending)


def _web(settings: DiscordSettings, clock: Clock, token: str, **more: Any) -> Web:
    base_url, proxy = settings.discord_base_url, settings.proxy or None
    return Web(token, base_url, proxy=proxy, clock=clock, **more)


def _not_taken() -> SettingsError:
    return SettingsError("Discord does not take INTELBRIEF_DISCORD_TOKEN.", remedy=RESET)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
