"""A desk on the loopback Slack: with answers that a test decides, or the whole program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.app import App, build
from bot.platforms import FirstTime, Host, Picture
from bot.platforms.slack.connection import SlackConnection, connect
from briefings.answers import Answer, Help
from briefings.ports import Clock
from briefings.query import Desk
from briefings.store import Store
from briefings.subscriptions import Principal, Scope
from config.settings import Settings
from tests.fakes.host import remembered_by
from tests.fakes.settings import environment
from tests.servers.slack import SlackServer

PING_S = 0.2
DRAWN_S = 30.0
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
    known: dict[str, Answer] = field(default_factory=dict)
    drawn: Picture | Exception | None = None
    """What a picture becomes."""
    drawing: asyncio.Event | None = None
    """Where there is one, nothing is drawn before it is set."""
    pictured: list[str] = field(default_factory=list)
    turns: int = 0
    """How many turns of the loop each answer takes."""

    async def picture(self, text: str, principal: Principal) -> Picture | None:
        self.pictured.append(text)
        if self.drawing is not None:
            await self.drawing.wait()
        if isinstance(self.drawn, Exception):
            raise self.drawn
        return self.drawn

    async def ask(self, text: str, principal: Principal) -> Answer:
        self.asked.append((text, principal))
        if self.gate is not None:
            await self.gate.wait()
        for _ in range(self.turns):
            await asyncio.sleep(0)
        return self.answer

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]

    def desk(self) -> Desk:
        async def uninstalled(platform: str, workspace: str) -> None:
            self.uninstalled.append((platform, workspace))

        async def known(address: str, scope: Scope) -> Answer | None:
            return self.known.get(address)

        async def returned(platform: str, workspace: str) -> int:
            self.returned.append((platform, workspace))
            return 1

        subscribing = SimpleNamespace(
            uninstalled=uninstalled, returned=returned, named=lambda words: ()
        )
        return cast(Desk, SimpleNamespace(subscribing=subscribing, known=known))


def settings_of(slack: SlackServer, tmp_path: Path, **more: str) -> Settings:
    """Socket Mode in the first workspace, unless `more` says otherwise; "" unsets a setting."""
    wanted = {
        "SLACK_BOT_TOKEN": slack.workspaces[0].token if slack.workspaces else "",
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_BASE_URL": slack.base_url,
        **more,
    }
    set_ones = {name: value for name, value in wanted.items() if value}
    return Settings.from_env(environment(tmp_path, **set_ones))


def host_of(
    settings: Settings,
    answers: Answers,
    clock: Clock,
    first_time: FirstTime,
    *,
    zone: str = "UTC",
) -> Host:
    def suggest(text: str, limit: int) -> Sequence[tuple[str, str]]:
        return ()

    return Host(
        ask=answers.ask,
        names=(),
        data_dir=settings.data_dir,
        zone=ZoneInfo(zone),
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
    slack: SlackServer,
    tmp_path: Path,
    clock: Clock,
    answers: Answers,
    *,
    patience_s: float = 3.0,
    store_url: str = "",
    first_time: FirstTime | None = None,
    **more: str,
) -> AsyncIterator[SlackConnection]:
    """Slack connected to a desk of decided answers; its inbox is the store's, or `first_time`."""
    settings = settings_of(slack, tmp_path, **more)
    settings.data_dir.mkdir(exist_ok=True)
    store = await Store.open(store_url or "sqlite://", clock=clock)
    try:
        host = host_of(settings, answers, clock, first_time or remembered_by(store))
        async with connect(host, ping_s=PING_S, stuck_s=1.0, patience_s=patience_s) as connection:
            serving = asyncio.create_task(connection.serve())
            try:
                if connection.socket is not None:
                    await slack.socket.connected()
                yield connection
                await connection.inbound.work.idle()
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
    finally:
        await store.close()


@dataclass
class _Platform:
    """The real platform, with what it opened kept."""

    NAME: str = "slack"
    opened: asyncio.Future[SlackConnection] = field(default_factory=asyncio.Future)

    def enabled(self, settings: object) -> bool:
        return True

    @asynccontextmanager
    async def open(self, host: Host) -> AsyncIterator[SlackConnection]:
        # A picture is drawn for it, however busy the machine is.
        async with connect(host, ping_s=PING_S, patience_s=DRAWN_S) as connection:
            self.opened.set_result(connection)
            yield connection


@asynccontextmanager
async def running(
    slack: SlackServer, tmp_path: Path, clock: Clock, *, articles: Any = (), **more: str
) -> AsyncIterator[tuple[App, SlackConnection]]:
    """The whole program, served on the loopback Slack."""
    settings = settings_of(slack, tmp_path, **more)
    environment(tmp_path, articles=articles)  # writes its data files again, with the articles
    async with build(settings, clock=clock) as app:
        platform = _Platform()
        serving = asyncio.create_task(app.serve([platform]))
        try:
            done, _ = await asyncio.wait(
                {serving, platform.opened}, return_when=asyncio.FIRST_COMPLETED
            )
            if serving in done:
                serving.result()
            connection = platform.opened.result()
            yield app, connection
            await connection.inbound.work.idle()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
