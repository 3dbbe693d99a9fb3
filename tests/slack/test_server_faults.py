"""What a plan breaks in the loopback Slack, as the real client meets it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.faults.plan import Act, Fault, Moment, Operation
from tests.servers.slack import SlackServer
from tests.slack.asking import PLAIN, client_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        (Moment.ARRIVED, 0),
        (Moment.HALF, 0),
        (Moment.READ, 0),
        (Moment.ACCEPTED, 1),
        (Moment.HEADED, 1),
    ],
)
@pytest.mark.parametrize("act", [Act.RESET, Act.CLOSE, Act.HANG])
async def test_connections_break_before_and_after_acceptance(
    slack: SlackServer, moment: Moment, accepted: int, act: Act
) -> None:
    came = asyncio.Event()

    async def arrived() -> None:
        came.set()

    slack.plan.add(Fault(moment, act, call=arrived))
    news = slack.acme.news
    sending = asyncio.ensure_future(
        client_of(slack).chat_postMessage(channel=news.id, text="x", **PLAIN)
    )
    await came.wait()
    if act is Act.HANG:
        await asyncio.wait([sending], timeout=0.05)
        assert not sending.done()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    else:
        with pytest.raises(aiohttp.ClientError):
            await sending
    assert len(slack.messages) == accepted
    assert slack.plan.pending == 0


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "7"}), 429, "ratelimited"),
        (Fault(Moment.READ, Act.ANSWER, 200, "fatal_error"), 200, "fatal_error"),
        (Fault(Moment.READ, Act.ANSWER, 503, "service_unavailable"), 503, "service_unavailable"),
    ],
)
async def test_refusals_are_said_as_slack_says_them(
    slack: SlackServer, fault: Fault, status: int, code: str
) -> None:
    slack.plan.add(fault, channel=slack.acme.news.id)
    client, there = client_of(slack), {"channel": slack.acme.news.id, **PLAIN}
    await client.chat_postMessage(channel=slack.acme.board.id, text="elsewhere", **PLAIN)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(text="x", **there)
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (status, code)
    assert answer.headers.get("Retry-After") == fault.headers.get("Retry-After")
    await client.chat_postMessage(text="y", **there)
    assert [message.text for message in slack.messages] == ["elsewhere", "y"]


@pytest.mark.parametrize("whole", [None, "whole"])
async def test_an_answer_is_cut(slack: SlackServer, whole: str | None) -> None:
    slack.plan.add(Fault(Moment.HEADED, Act.TRUNCATE, body=whole))
    client = client_of(slack)
    # Cut in HTTP, the connection breaks; cut in JSON alone, the answer cannot be read.
    expected: type[Exception] = SlackApiError if whole else aiohttp.ClientPayloadError
    with pytest.raises(expected):
        await client.chat_postMessage(channel=slack.acme.news.id, text="x", **PLAIN)
    assert len(slack.messages) == 1


async def test_history_and_deletion_break_too(slack: SlackServer) -> None:
    client, news = client_of(slack), slack.acme.news.id
    posted = await client.chat_postMessage(channel=news, text="x", **PLAIN)
    page = "<html>Bad gateway</html>"
    bad = Fault(Moment.READ, Act.ANSWER, 502, body=page)
    slack.plan.add(bad, operation=Operation.LOOK, channel=news)
    slack.plan.add(Fault(Moment.ACCEPTED, Act.RESET), operation=Operation.DELETE)
    with pytest.raises(SlackApiError):
        await client.conversations_history(channel=news)
    assert len((await client.conversations_history(channel=news))["messages"]) == 1
    with pytest.raises(aiohttp.ClientError):
        await client.chat_delete(channel=news, ts=posted["ts"])
    assert slack.ledger.visible() == []


async def test_an_outage_ends(slack: SlackServer) -> None:
    client = client_of(slack)
    await slack.stop_listening()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.auth_test()
    await slack.listen()
    assert (await client.auth_test())["team_id"] == slack.acme.id


async def test_it_runs_in_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.slack"),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        said: dict[str, Any] = json.loads(await process.stdout.readline())
        client = AsyncWebClient(token=said["bot_token"], base_url=said["base_url"])
        await client.chat_postMessage(channel=said["channel"], text="x", **PLAIN)
        address = f"http://127.0.0.1:{said['port']}/control/report"
        async with aiohttp.ClientSession() as session, session.get(address) as answer:
            report = await answer.json()
    finally:
        process.kill()
        await process.wait()
    assert [message["text"] for message in report["messages"]] == ["x"]
    assert report["violations"] == []
