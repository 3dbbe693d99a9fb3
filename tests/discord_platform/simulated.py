"""The bot on simcord, a Discord in memory that others wrote: a second opinion on what we send.

discord.py's own requests go to it, and ours take the same way; nothing of the bot is different.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import discord
import simcord
from discord.webhook.async_ import Route, async_context

from bot.platforms.discord.client import Bot
from bot.platforms.discord.inbound import Inbound
from bot.platforms.discord.refusals import from_answer
from bot.platforms.discord.responding import Responses
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.web import File, Web
from bot.platforms.working import Work
from briefings.store import Store
from config.settings import Settings
from tests.discord_platform.desks import Answers, host_of, seen_by
from tests.fakes.clock import FakeClock
from tests.fakes.settings import environment

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"


class SimulatedWeb:
    """Takes the place of `Web`: what it is asked goes where discord.py's requests go."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        file: File | None = None,
        within_s: float | None = None,
    ) -> Any:
        assert file is None, "pictures are the loopback Discord's to judge"
        _, _, first, second, *_ = path.split("/")
        route = Route(method, path, webhook_id=first, webhook_token=second)
        adapter: Any = async_context.get()
        try:
            return await adapter.request(route, None, payload=body, params=query)
        except discord.HTTPException as error:
            raise from_answer(error.status, {"code": error.code}, {}) from None


@asynccontextmanager
async def simulated(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> AsyncIterator[simcord.Env]:
    """The bot, ready, with a desk of decided answers; an error it swallowed fails the test."""
    variables = environment(tmp_path, DISCORD_TOKEN=TOKEN)
    settings = Settings.from_env(variables)
    settings.data_dir.mkdir(exist_ok=True)
    store = await Store.open("sqlite://", clock=clock)
    try:
        host = host_of(settings, answers, clock, seen_by(store))
        responses = Responses(cast(Web, SimulatedWeb(clock)))
        inbound = Inbound(host, settings.discord_manager_role, Work("Discord"), responses)
        servers = Servers(host.desk.subscribing)
        bot = Bot(settings, inbound, servers, clock=clock)
        async with simcord.run(bot, shard_count=1) as env:
            yield env
    finally:
        await store.close()
