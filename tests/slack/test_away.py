"""Slack away at the start: the desk waits for it, and for nothing else; a refusal is an error."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.platforms.slack.connection import SlackConnection, connect
from briefings.errors import SettingsError
from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer
from tests.slack.desks import PING_S, Answers, host_of, settings_of
from tests.slack.test_ending import first_time, post


@asynccontextmanager
async def opening(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[SlackConnection]:
    settings = settings_of(slack, tmp_path)
    settings.data_dir.mkdir(exist_ok=True)
    host = host_of(settings, Answers(), clock, first_time)
    async with connect(host, ping_s=PING_S, stuck_s=0.5) as connection:
        serving = asyncio.create_task(connection.serve())
        try:
            yield connection
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def test_it_is_connected_as_soon_as_slack_is_there(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    await slack.stop_listening()

    async def later() -> None:
        while len(clock.slept) < 7:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
        await slack.listen()

    back = asyncio.create_task(later())
    async with opening(slack, tmp_path, clock):
        await slack.socket.connected()
        await (await slack.people.mention(slack.acme.news, slack.acme.bob, "help")).reply()
    await back
    assert clock.slept[:7] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0]
    assert "Slack is not reached yet: Slack cannot be reached" in caplog.text


async def test_without_a_socket_digests_go_out_and_it_is_connected_when_it_can_be(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    with sockets.socket() as nobody:  # bound, and not listening
        nobody.bind(("127.0.0.1", 0))
        there = slack.slack.link
        slack.slack.link = f"ws://127.0.0.1:{nobody.getsockname()[1]}/link/"
        async with opening(slack, tmp_path, clock) as connection:
            assert await connection.poster.send(post(slack), lambda: None)
            slack.slack.link = there
            await slack.socket.connected()
            await (await slack.people.mention(slack.acme.news, slack.acme.bob, "help")).reply()


@pytest.mark.parametrize("which", ["bot", "app"])
async def test_a_token_that_is_refused_is_an_error_at_once(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, which: str
) -> None:
    tokens = {"bot": slack.acme.team.token, "app": slack.world.tokens[slack.app_token]}
    tokens[which].state = "invalid_auth"
    with pytest.raises(SettingsError) as refusal:
        async with opening(slack, tmp_path, clock):
            pass
    assert f"INTELBRIEF_SLACK_{which.upper()}_TOKEN" in refusal.value.remedy
    assert not clock.slept
