"""Slack and Discord in one process: one core, and what ends one does not end the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, build
from bot.heart import beat
from bot.platforms import discord as discord_platform
from bot.platforms import slack as slack_platform
from briefings.answers import Digest
from briefings.digest import Digests
from briefings.editing import Editor
from briefings.layouts import Layouts, drawing_workers
from config.settings import Settings
from tests.discord_platform.conftest import Place, furnish, pointed
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ARTICLE, environment
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer

SUBSCRIBE = "subscribe acme daily 09:30 Asia/Shanghai"
OPTIONS = {"topic": "acme", "every": "daily", "at": "09:30", "zone": "Asia/Shanghai"}


class CountingLayouts(Layouts):
    """Draws as ever, and remembers which digests it was given."""

    drawn: list[Digest]

    async def draw(self, pages: Sequence[tuple[Digest, str, str]]) -> list[str]:
        self.drawn += [digest for digest, _, _ in pages]
        return await super().draw(pages)


@dataclass(frozen=True)
class Both:
    """The program on both, with everything they took."""

    app: App
    serving: asyncio.Task[int]
    slack: SlackServer
    discord: DiscordServer
    place: Place
    layouts: CountingLayouts

    async def subscribe(self) -> None:
        """The same digest in a channel of each."""
        acme = self.slack.acme
        asked = await self.slack.people.slash(acme.news, acme.ann, SUBSCRIBE)
        assert "comes daily at 09:30" in (await asked.reply()).text
        made = await self.discord.slash(self.place.news, self.place.ann, "subscribe", OPTIONS)
        assert "comes daily at 09:30" in made.text

    def posted(self) -> tuple[list[Any], list[Any]]:
        """What all see in the two channels."""
        on_slack = [
            each
            for each in self.slack.ledger.messages
            if each.channel is self.slack.acme.news and each.visibility == "channel"
        ]
        return on_slack, self.discord.ledger.visible(self.place.news)


@pytest.fixture
async def both(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Both]:
    async with SlackServer(clock) as slack, DiscordServer() as discord:
        slack.furnish("Acme")
        place = furnish(discord)
        with pointed(discord):
            async with _running(tmp_path, clock, slack, discord, place) as found:
                yield found
        assert [str(each) for each in slack.violations] == []
        assert [str(each) for each in (*discord.violations, *discord.lies)] == []


@asynccontextmanager
async def _running(
    tmp_path: Path, clock: FakeClock, slack: SlackServer, discord: DiscordServer, place: Place
) -> AsyncIterator[Both]:
    variables = environment(
        tmp_path,
        articles=(ARTICLE,),
        DATABASE_URL="sqlite://",
        SLACK_BOT_TOKEN=slack.acme.token,
        SLACK_APP_TOKEN=slack.app_token,
        SLACK_BASE_URL=slack.base_url,
        DISCORD_TOKEN=discord.token,
        DISCORD_BASE_URL=discord.base_url,
        DISCORD_GATEWAY_URL=discord.gateway_url,
    )
    drawing = drawing_workers()
    platforms: Any = [slack_platform, discord_platform]
    async with build(Settings.from_env(variables), clock=clock) as built:
        layouts = CountingLayouts(
            built.layouts.presets, lambda name: None, built.store.templates, drawing
        )
        layouts.drawn = []
        editor = Editor(built.store, built.bookkeeper.ledger, built.naming, layouts, clock)
        digests = Digests(built.store, editor, built.posters, clock)
        app = replace(built, heart=replace(built.heart, digests=digests))
        serving = asyncio.create_task(app.serve(platforms))
        try:
            await slack.socket.connected()
            await discord.ledger.until(discord.gateway.ready)
            yield Both(app, serving, slack, discord, place, layouts)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await drawing.close()


async def test_a_digest_for_both_is_composed_once_and_posted_once_on_each(
    both: Both, clock: FakeClock
) -> None:
    await both.subscribe()
    for days in (1, 2):
        clock.advance(days=1)
        await beat(both.app.heart.deliver_digests)
        await beat(both.app.heart.deliver_digests)
        assert len(both.layouts.drawn) == days
        on_slack, on_discord = both.posted()
        assert len(on_slack) == len(on_discord) == days
    for (on_slack, on_discord), said in zip(
        zip(*both.posted(), strict=True),
        ("Acme paid US$586 million for 18% of Globex.", "othing"),
        strict=True,
    ):
        assert said in on_slack.text
        assert said in on_discord.text


async def test_a_token_taken_back_on_one_leaves_the_other_and_holds_its_digests(
    both: Both, clock: FakeClock
) -> None:
    await both.subscribe()
    both.discord.world.token = "another"
    clock.advance(days=1)
    await beat(both.app.heart.deliver_digests)
    while "discord" in both.app.posters:  # noqa: ASYNC110 - nothing tells of it but the posters
        await asyncio.sleep(0)
    assert not both.serving.done()
    acme = both.slack.acme
    status = await (await both.slack.people.slash(acme.news, acme.ann, "status")).reply()
    assert "Discord is not served any more" in status.text
    assert "Reset Token" in status.text
    on_slack, on_discord = both.posted()
    assert (len(on_slack), len(on_discord)) == (1, 0)
    both.serving.cancel()
    await asyncio.wait([both.serving])
    both.discord.world.token = both.app.settings.discord_token
    async with again(both):
        clock.advance(minutes=1)
        await beat(both.app.heart.deliver_digests)
    on_slack, on_discord = both.posted()
    assert (len(on_slack), len(on_discord)) == (1, 1)
    assert "Acme paid US$586 million for 18% of Globex." in on_discord[0].text


@asynccontextmanager
async def again(both: Both) -> AsyncIterator[None]:
    """The program once more, after its end."""
    platforms: Any = [slack_platform, discord_platform]
    serving = asyncio.create_task(both.app.serve(platforms))
    try:
        while "discord" not in both.app.posters:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
