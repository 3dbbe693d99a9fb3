"""HTTP mode: Slack's own requests are answered, and nobody else's reach bolt (rule C2)."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.platforms.slack.connection import SlackConnection
from bot.platforms.slack.guard import LARGEST, is_from_slack
from briefings.errors import SettingsError
from briefings.ports import SystemClock
from tests.fakes.clock import START, FakeClock
from tests.servers.slack import SlackServer
from tests.slack.desks import Answers, connected

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def answers() -> Answers:
    return Answers()


@asynccontextmanager
async def by_http(
    slack: SlackServer, tmp_path: Path, answers: Answers, clock: FakeClock | None = None
) -> AsyncIterator[SlackConnection]:
    """The desk behind an address; by the system's clock, as Slack signs by it."""
    async with connected(
        slack,
        tmp_path,
        clock or SystemClock(),
        answers,
        SLACK_APP_TOKEN="",
        SLACK_MODE="http",
        SLACK_SIGNING_SECRET=slack.signing_secret,
        SLACK_PORT=str(free_port()),
    ) as connection:
        slack.post.request_url = f"http://127.0.0.1:{connection.port}/slack/events"
        yield connection


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def slack_now() -> AsyncIterator[SlackServer]:
    """A Slack by the system's clock."""
    async with SlackServer(SystemClock()) as server:
        server.furnish("Acme")
        yield server
        assert [str(violation) for violation in server.violations] == []


async def test_commands_buttons_and_events_come_by_http(
    slack_now: SlackServer, tmp_path: Path, answers: Answers
) -> None:
    acme = slack_now.acme
    async with by_http(slack_now, tmp_path, answers):
        command = await slack_now.people.slash(acme.news, acme.bob, "help")
        reply = await command.reply()
        press = await slack_now.people.press(reply, "share", user=acme.bob)
        await press.reply()
        mention = await slack_now.people.mention(acme.news, acme.bob, "acme")
        await mention.reply()
        other = await slack_now.people.slash(acme.news, acme.bob, "x", command="/other")
    statuses = [done.delivery.status for done in (command, press, mention, other)]
    assert statuses == [200, 200, 200, 200]
    assert command.delivery.response == b""
    assert answers.texts == ["help", "/intel help", "acme"]
    assert slack_now.socket.ever_connected == 0


async def test_slack_may_ask_whether_the_address_is_right(
    slack_now: SlackServer, tmp_path: Path, answers: Answers
) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()
    async with by_http(slack_now, tmp_path, answers):
        headers = {"Content-Type": "application/json", **slack_now.post.sign(body)}
        status, said = await slack_now.post.send(body, headers)
    assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw1aB"})


async def test_twelve_cases_one_of_them_let_in(
    slack_now: SlackServer, tmp_path: Path, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    fields = {"command": "/other", "text": "x", "team_id": slack_now.acme.id, "user_id": "U1"}
    body = urlencode(fields).encode()
    async with by_http(slack_now, tmp_path, answers):
        good = slack_now.post.sign(body)
        cases = {"good": good, "a replay": good, **slack_now.post.forged(body)}
        del cases["signature cut"], cases["another version"]
        found = {}
        for name, headers in cases.items():
            found[name], _ = await slack_now.post.send(body, {**FORM, **headers})
    assert len(cases) == 12
    assert found.pop("good") == 200
    assert set(found.values()) == {401}
    assert "Traceback" not in caplog.text


async def test_more_that_is_turned_away(
    slack_now: SlackServer, tmp_path: Path, answers: Answers
) -> None:
    large = b"x" * (LARGEST + 1)
    async with by_http(slack_now, tmp_path, answers) as connection:
        odd = b"\xff\xfe"
        odd_status, _ = await slack_now.post.send(odd, {**FORM, **slack_now.post.sign(odd)})
        forged = slack_now.post.forged(b"x")
        cut = [
            (await slack_now.post.send(b"x", {**FORM, **forged[name]}))[0]
            for name in ("signature cut", "another version")
        ]
        root = f"http://127.0.0.1:{connection.port}"
        async with aiohttp.ClientSession() as session:
            signed = {**FORM, **slack_now.post.sign(large)}
            address = f"{root}/slack/events"
            async with session.post(address, data=BytesIO(large), headers=signed) as answer:
                status = answer.status
            ways = []
            for method, path in (
                ("GET", "/slack/events"),
                ("POST", "/"),
                ("GET", "/"),
                ("GET", "/slack/install"),
                ("GET", "/slack/oauth_redirect"),
            ):
                async with session.request(method, root + path) as answer:
                    ways.append(answer.status)
    assert status == 401
    assert odd_status == 400
    assert cut == [401, 401]
    assert ways == [405, 404, 404, 404, 404]


async def test_a_signature_is_good_once_and_for_five_minutes(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    now, body = START.timestamp(), b"command=%2Fother"
    async with by_http(slack, tmp_path, answers, clock):
        late = slack.post.sign(body, at=now - 300)
        later = slack.post.sign(body, at=now - 299)
        statuses = [(await slack.post.send(body, {**FORM, **late}))[0] for _ in range(2)]
        clock.advance(seconds=2)
        statuses.append((await slack.post.send(body, {**FORM, **later}))[0])
    assert statuses == [200, 401, 401]


async def test_the_door_is_on_this_machine_alone_and_says_when_its_port_is_taken(
    slack_now: SlackServer, tmp_path: Path, answers: Answers
) -> None:
    async with by_http(slack_now, tmp_path, answers) as connection:
        port = str(connection.port)
        with pytest.raises(SettingsError) as caught:
            async with connected(
                slack_now,
                tmp_path,
                SystemClock(),
                answers,
                SLACK_APP_TOKEN="",
                SLACK_MODE="http",
                SLACK_SIGNING_SECRET="secret",
                SLACK_PORT=port,
            ):
                pass
    assert f"Port {port} on 127.0.0.1" in caught.value.message
    assert "INTELBRIEF_SLACK_PORT" in caught.value.remedy


async def test_socket_mode_opens_no_port(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers) as connection:
        assert connection.port == 0


def test_the_signature_of_slacks_own_example() -> None:
    """The figures of docs.slack.dev/authentication/verifying-requests-from-slack."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    assert is_from_slack(secret, headers, body, 1531420618)
    assert not is_from_slack(secret, headers, body + b" ", 1531420618)
    assert not is_from_slack("", headers, body, 1531420618)
    assert not is_from_slack(secret, headers, body, 1531420618 + 301)


def test_refusals_are_quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert not is_from_slack("secret", {}, b"", 0)
    assert caplog.text == ""
