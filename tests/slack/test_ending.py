"""A token that is taken back while the desk runs: Slack cannot be served, and nothing is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.platforms.slack.connection import connect
from briefings.errors import Refused, SettingsError, StoreError
from briefings.ports import Post
from briefings.subscriptions import Principal, Scope
from tests.fakes.clock import START, FakeClock
from tests.faults.plan import Act, Fault, Moment
from tests.servers.slack import SlackServer
from tests.slack.desks import PING_S, Answers, connected, host_of, settings_of
from tests.slack.posting import PAYLOAD
from tests.slack.shown import shown


@pytest.fixture
def answers() -> Answers:
    return Answers()


def post(slack: SlackServer) -> Post:
    scope = Scope("slack", slack.acme.id, slack.acme.news.id)
    return Post(scope, "k7Qd0Zr3B1nTxY5uVw2AeL", PAYLOAD, 1, 1, "", START)


async def test_a_digest_that_meets_a_void_token_is_held_and_the_platform_ends(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers) as connection:
        slack.acme.team.token.state = "token_revoked"
        with pytest.raises(Refused, match="does not take intelbrief's token"):
            await connection.poster.send(post(slack), lambda: None)
        with pytest.raises(SettingsError, match="does not take INTELBRIEF_SLACK_BOT_TOKEN") as over:
            await connection.serve()
        assert "OAuth & Permissions" in over.value.remedy


async def test_one_refusal_is_a_slip(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers) as connection:
        slack.plan.add(Fault(Moment.READ, Act.ANSWER, code="invalid_auth"))
        with pytest.raises(Refused):
            await connection.poster.send(post(slack), lambda: None)
        sent = await connection.poster.send(post(slack), lambda: None)
        assert sent
        await (await slack.people.mention(slack.acme.news, slack.acme.bob, "help")).reply()


async def test_a_removed_app_rests_its_digests_and_ends_the_platform(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers) as connection:
        serving = asyncio.create_task(connection.serve())
        await slack.people.uninstall(acme.team, user=acme.ann)
        with pytest.raises(SettingsError):
            await serving
    assert ("slack", acme.id) in answers.uninstalled
    assert answers.returned == [("slack", acme.id)]  # at the start


async def test_late_news_of_a_removal_changes_nothing_for_a_token_that_holds(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers) as connection:
        await slack.people.event(acme.team, acme.ann, {"type": "app_uninstalled"})
        await connection.inbound.work.idle()
        await (await slack.people.mention(acme.news, acme.bob, "help")).reply()
    assert answers.uninstalled == []


async def test_a_void_token_of_the_app_ends_the_platform_once_its_socket_is_gone(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers) as connection:
        slack.world.tokens[slack.app_token].state = "invalid_auth"
        serving = asyncio.create_task(connection.serve())
        await slack.socket.cut()
        with pytest.raises(SettingsError, match="No socket") as over:
            await serving
        assert "connections:write" in over.value.remedy


async def test_what_was_taken_before_the_end_is_done_after_the_socket_was_closed(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme, taken = slack.acme, asyncio.Event()

    async def in_workspace(who: Principal) -> None:
        taken.set()
        socket = slack.socket.connections[-1]
        await slack.ledger.until(
            "end of the socket", lambda: socket not in slack.socket.connections
        )
        raise StoreError("The database is away.")

    settings = settings_of(slack, tmp_path)
    settings.data_dir.mkdir(exist_ok=True)
    host = host_of(settings, answers, clock, first_time)
    host.desk.subscribing.in_workspace = in_workspace  # type: ignore[method-assign,assignment]
    async with connect(host, ping_s=PING_S):
        await slack.people.open_home(acme.ann)
        await taken.wait()
    view = slack.ledger.home(acme.team, acme.ann.id)
    assert view is not None
    assert "The database is away." in shown(view.content)


async def first_time(id: str, *, lasting: bool = True) -> bool:
    return True
