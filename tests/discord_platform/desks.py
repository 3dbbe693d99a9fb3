"""A desk on the loopback Discord: with answers that a test decides, or the whole program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.app import App, build
from bot.platforms import FirstTime, Host, Picture
from bot.platforms.discord.connection import DiscordConnection, connect
from briefings.answers import Answer, Help, SourceList, SubscriptionList
from briefings.ports import Clock
from briefings.query import Desk
from briefings.store import Store
from briefings.subscriptions import Principal, Scope
from config.settings import Settings
from tests.fakes.settings import environment
from tests.servers.discord import DiscordServer

ANSWER = Help((("/intel help", "This list"),))


@dataclass
class Answers:
    """A desk that answers whatever a test says, and remembers what it was asked."""

    answer: Answer = ANSWER
    asked: list[tuple[str, Principal]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """Where there is one, nothing is answered before it is set."""
    uninstalled: list[tuple[str, str]] = field(default_factory=list)
    returned: list[tuple[str, str]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """Servers the desk keeps something of."""
    departed: dict[str, datetime] = field(default_factory=dict)
    listed: SubscriptionList = field(default_factory=lambda: SubscriptionList(()))
    watched: SourceList = field(default_factory=lambda: SourceList(()))
    drawn: Picture | Exception | None = None
    """What a picture becomes."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, told: Callable[[], object]) -> None:
        """Wait for what is told of servers."""
        async with asyncio.timeout(15):
            while not told():
                self.news.clear()
                await self.news.wait()

    async def picture(self, text: str, principal: Principal) -> Picture | None:
        if isinstance(self.drawn, Exception):
            raise self.drawn
        return self.drawn

    async def ask(self, text: str, principal: Principal) -> Answer:
        self.asked.append((text, principal))
        if self.gate is not None:
            await self.gate.wait()
        return self.answer

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]

    def desk(self) -> Desk:
        async def uninstalled(platform: str, workspace: str) -> int:
            self.uninstalled.append((platform, workspace))
            self.news.set()
            return 1

        async def listed(by: Principal) -> SubscriptionList:
            self.asked.append(("(listed)", by))
            return self.listed

        async def watched(scope: Scope) -> SourceList:
            return self.watched

        async def returned(platform: str, workspace: str) -> int:
            self.returned.append((platform, workspace))
            self.news.set()
            return 1

        async def known(platform: str) -> Set[str]:
            return self.known

        async def departed(platform: str) -> dict[str, datetime]:
            return self.departed

        subscribing = SimpleNamespace(
            uninstalled=uninstalled,
            returned=returned,
            workspaces=known,
            departed=departed,
            list=listed,
        )
        return cast(Desk, SimpleNamespace(subscribing=subscribing, sources=watched))


def seen_by(store: Store) -> FirstTime:
    """What the store has seen; what need not last, only as long as this."""
    recent: set[str] = set()

    async def first_time(id: str, *, lasting: bool = True) -> bool:
        if lasting:
            return await store.inbox.is_new(id)
        new = id not in recent
        recent.add(id)
        return new

    return first_time


def settings_of(server: DiscordServer, tmp_path: Path, **more: str) -> Settings:
    """The desk's settings for the loopback Discord; "" unsets one."""
    wanted = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_BASE_URL": server.base_url,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        **more,
    }
    set_ones: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    return Settings.from_env(environment(tmp_path, **set_ones))


def host_of(
    settings: Settings,
    answers: Answers,
    clock: Clock,
    first_time: FirstTime,
) -> Host:
    def suggest(text: str, limit: int) -> Sequence[tuple[str, str]]:
        known = (("Acme (艾克美)", "Acme"), ("Globex", "Globex"))
        return [each for each in known if text.casefold() in each[0].casefold()][:limit]

    return Host(
        ask=answers.ask,
        names=(),
        data_dir=settings.data_dir,
        zone=ZoneInfo("UTC"),
        greeting="",
        desk=answers.desk(),
        suggest=suggest,
        first_time=first_time,
        presets=("brief", "full"),
        settings=settings,
        database_url=settings.database_url,
        clock=clock,
        picture=answers.picture,
    )


@asynccontextmanager
async def connected(
    server: DiscordServer,
    tmp_path: Path,
    clock: Clock,
    answers: Answers,
    *,
    ready: bool = True,
    **more: str,
) -> AsyncIterator[DiscordConnection]:
    """Discord connected to a desk of decided answers; its inbox is the store's own."""
    settings = settings_of(server, tmp_path, **more)
    settings.data_dir.mkdir(exist_ok=True)
    store = await Store.open("sqlite://", clock=clock)
    try:
        host = host_of(settings, answers, clock, seen_by(store))
        async with connect(host) as connection:
            if ready:
                await server.ledger.until(server.gateway.ready)
            yield connection
            await connection.inbound.work.idle()
    finally:
        await store.close()


@dataclass
class _Platform:
    """The real platform, with what it opened kept."""

    NAME: str = "discord"
    opened: asyncio.Future[DiscordConnection] = field(default_factory=asyncio.Future)

    def enabled(self, settings: object) -> bool:
        return True

    @asynccontextmanager
    async def open(self, host: Host) -> AsyncIterator[DiscordConnection]:
        async with connect(host) as connection:
            self.opened.set_result(connection)
            yield connection


@asynccontextmanager
async def running(
    server: DiscordServer, tmp_path: Path, clock: Clock, *, articles: Any = (), **more: str
) -> AsyncIterator[tuple[App, DiscordConnection]]:
    """The whole program, served on the loopback Discord."""
    settings = settings_of(server, tmp_path, **more)
    environment(tmp_path, articles=articles)  # writes its data files again, with the articles
    async with build(settings, clock=clock) as app:
        platform = _Platform()
        serving = asyncio.create_task(app.serve([cast(Any, platform)]))
        try:
            both: set[asyncio.Future[Any]] = {serving, platform.opened}
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if serving in done:
                serving.result()
            connection = platform.opened.result()
            await server.ledger.until(server.gateway.ready)
            yield app, connection
            await connection.inbound.work.idle()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
