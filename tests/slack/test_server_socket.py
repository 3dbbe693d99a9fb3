"""Socket Mode, HTTP mode and response_urls of the loopback Slack, with the real clients."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer
from tests.servers.slack.post import encoded
from tests.servers.slack.socketmode import Delivery

PING_S = 0.05
Answer = Callable[[SocketModeRequest], Awaitable[dict[str, Any] | None]]


@asynccontextmanager
async def connected(
    slack: SlackServer, answer: Answer | None = None
) -> AsyncIterator[list[SocketModeRequest]]:
    """A client that acknowledges what comes with `answer`; yields what came."""
    client = SocketModeClient(
        app_token=slack.app_token,
        web_client=AsyncWebClient(base_url=slack.base_url, retry_handlers=[]),
        ping_interval=PING_S,
    )
    came: list[SocketModeRequest] = []

    async def listen(sender: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        came.append(request)
        payload = await answer(request) if answer else None
        await sender.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client.socket_mode_request_listeners.append(listen)
    await client.connect()  # type: ignore[no-untyped-call]
    try:
        await slack.socket.connected()
        yield came
    finally:
        await client.close()  # type: ignore[no-untyped-call]


async def test_a_command_goes_out_and_its_ack_comes_back(slack: SlackServer) -> None:
    async def answer(request: SocketModeRequest) -> dict[str, Any]:
        return {"text": f"you said {request.payload['text']}"}

    acme = slack.acme
    async with connected(slack, answer) as came:
        done = await slack.people.slash(acme.news, acme.ann, "alibaba")
    assert done.ack == {"text": "you said alibaba"}
    assert done.ack_s is not None
    assert 0 < done.ack_s < 3
    assert [(each.text, each.to, each.visibility) for each in done.own_replies] == [
        ("you said alibaba", acme.ann.id, "ephemeral")
    ]
    request = came[0]
    assert (request.type, request.accepts_response_payload) == ("slash_commands", True)
    payload = request.payload
    assert payload["command"] == "/intel"
    assert (payload["team_id"], payload["channel_id"]) == (acme.id, acme.news.id)
    assert payload["is_enterprise_install"] == "false"
    assert payload["response_url"].startswith(slack.slack.root)
    assert slack.socket.stray_acks == []


async def test_a_link_is_good_for_one_connection(slack: SlackServer) -> None:
    client = AsyncWebClient(base_url=slack.base_url)
    link = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(link) as ws:
            hello = await ws.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            await ws.ping(b"sdk-ping-pong:1")
            connection = await slack.socket.connected()
            await ws.send_json({"envelope_id": "unknown"})
            await slack.ledger.until("ack", lambda: slack.socket.stray_acks)
            assert connection.pings == 1
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(link)


@pytest.mark.parametrize("way", ["cut", "close", "warning", "refresh_requested"])
async def test_an_app_that_lost_its_socket_comes_back(slack: SlackServer, way: str) -> None:
    acme = slack.acme
    async with connected(slack) as came:
        if way == "cut":
            await slack.socket.cut()
        elif way == "close":
            await slack.socket.close()
        else:
            await slack.socket.disconnect(way)
        await slack.socket.connected(times=2)
        done = await slack.people.slash(acme.news, acme.ann, "again")
        assert done.ack_s is not None
    assert [request.payload["text"] for request in came] == ["again"]
    assert slack.socket.ever_connected == 2


async def test_an_unacknowledged_event_comes_again_on_the_next_connection(
    slack: SlackServer,
) -> None:
    acme = slack.acme

    async def answer(request: SocketModeRequest) -> None:
        if request.retry_attempt == 0:
            await slack.socket.cut()
            await asyncio.Event().wait()

    async with connected(slack, answer) as came:
        done = await slack.people.mention(acme.news, acme.ann, "alibaba")
        assert done.delivery.acked
        await slack.people.mention(acme.news, acme.ann, "tencent")
    attempts = [(each.retry_attempt, each.retry_reason) for each in came[:2]]
    assert attempts == [(0, ""), (1, "timeout")]
    assert len({each.payload["event_id"] for each in came[:2]}) == 1
    assert len({each.envelope_id for each in came[:2]}) == 2


async def test_the_same_event_is_sent_twice_on_demand(slack: SlackServer) -> None:
    acme = slack.acme
    async with connected(slack) as came:
        done = await slack.people.direct_message(acme.bob, "alibaba")
        await slack.post.redeliver(done.delivery)
        assert done.delivery.acked
    assert [each.payload["event"]["channel_type"] for each in came] == ["im", "im"]
    assert [each.retry_attempt for each in came] == [0, 1]
    assert len({each.payload["event_id"] for each in came}) == 1


async def test_an_app_that_does_not_acknowledge_is_found_out(slack: SlackServer) -> None:
    acme = slack.acme
    slack.people.within_s = 0.05

    async def answer(_: SocketModeRequest) -> None:
        await asyncio.Event().wait()

    async with connected(slack, answer):
        done = await slack.people.slash(acme.news, acme.ann, "alibaba")
    assert (done.ack_s, done.own_replies) == (None, [])


async def test_an_app_that_hears_no_pong_connects_again(slack: SlackServer) -> None:
    slack.socket.answers_pings = False
    async with connected(slack):
        await slack.socket.connected(times=2)
        slack.socket.answers_pings = True


# --- response_url -----------------------------------------------------------------------------


async def test_a_response_url_takes_five_answers(slack: SlackServer) -> None:
    url = slack.slack.new_response_url(slack.acme.news, slack.acme.ann.id)
    client = AsyncWebhookClient(url)
    said = [await client.send(text=str(number)) for number in range(6)]
    assert [each.status_code for each in said] == [200] * 5 + [404]
    assert json.loads(said[5].body)["error"] == "used_url"
    assert [each.text for each in slack.ledger.ephemerals()] == list("01234")


async def test_a_response_url_ends_after_half_an_hour(slack: SlackServer, clock: FakeClock) -> None:
    client = AsyncWebhookClient(slack.slack.new_response_url(slack.acme.news, slack.acme.ann.id))
    clock.advance(minutes=30)
    assert (await client.send(text="in time")).status_code == 200
    clock.advance(seconds=1)
    late = await client.send(text="late")
    assert (late.status_code, json.loads(late.body)["error"]) == (404, "expired_url")
    assert (await AsyncWebhookClient(f"{slack.slack.root}/response/T/x").send(text="x")).body


async def test_what_a_response_url_does(slack: SlackServer) -> None:
    acme = slack.acme
    old = slack.people.say(acme.news, acme.team.bot, "old")
    client = AsyncWebhookClient(slack.slack.new_response_url(acme.news, acme.ann.id, old))
    await client.send(text="shared", response_type="in_channel")
    await client.send(text="new", replace_original=True)
    assert [each.text for each in slack.ledger.visible(acme.news)] == ["new", "shared"]
    await client.send(delete_original=True)
    assert [each.text for each in slack.ledger.visible(acme.news)] == ["shared"]
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}]
    refused = await client.send(text="x", blocks=blocks)
    assert (refused.status_code, json.loads(refused.body)["error"]) == (400, "invalid_blocks")
    assert [each.pointer for each in slack.forgive()] == ["/blocks/0/text", "/blocks/0/text/text"]


# --- HTTP mode --------------------------------------------------------------------------------


@asynccontextmanager
async def listening(slack: SlackServer, status: int = 200) -> AsyncIterator[list[Any]]:
    """An app that checks signatures as the SDK does; yields (kind, body, headers)."""
    came: list[Any] = []
    verifier = SignatureVerifier(slack.signing_secret)

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        came.append((request.content_type, body, request.headers))
        if b"command=" in body:
            return web.json_response({"text": "answer"})
        return web.Response(status=status)

    application = web.Application()
    application.router.add_post("/slack/events", handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.post.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield came
    finally:
        await runner.cleanup()


async def test_requests_are_signed_and_in_their_forms(slack: SlackServer) -> None:
    acme = slack.acme
    async with listening(slack) as came:
        command = await slack.people.slash(acme.news, acme.ann, "alibaba & 茅台")
        await slack.people.shortcut("summarise", acme.ann)
        event = await slack.people.mention(acme.news, acme.ann, "alibaba")
        await slack.post.redeliver(event.delivery, "http_error")
    assert command.ack == {"text": "answer"}
    assert command.delivery.status == 200
    form = "application/x-www-form-urlencoded"
    assert [kind for kind, _, _ in came] == [form, form, "application/json", "application/json"]
    assert b"text=alibaba+%26+%E8%8C%85%E5%8F%B0" in came[0][1]
    assert came[1][1].startswith(b"payload=%7B")
    assert json.loads(came[2][1])["event"]["type"] == "app_mention"
    retry = came[3][2]
    assert (retry["X-Slack-Retry-Num"], retry["X-Slack-Retry-Reason"]) == ("1", "http_error")


async def test_an_error_of_the_app_is_no_acknowledgement(slack: SlackServer) -> None:
    async with listening(slack, 500):
        done = await slack.people.mention(slack.acme.news, slack.acme.ann, "alibaba")
    assert (done.delivery.status, done.delivery.acked) == (500, False)


async def test_no_forgery_passes_the_sdk(slack: SlackServer) -> None:
    body, kind = encoded(Delivery("slash_commands", {"command": "/intel"}))
    cases = slack.post.forged(body)
    assert len(cases) == 12
    verifier = SignatureVerifier(slack.signing_secret)
    now = str(int(time.time()))
    assert verifier.is_valid(body, now, slack.post.sign(body, at=now)["X-Slack-Signature"])
    async with listening(slack) as came:
        headers = {"Content-Type": kind}
        answers = {
            name: (await slack.post.send(body, {**headers, **forged}))[0]
            for name, forged in cases.items()
        }
        good = await slack.post.send(body, {**headers, **slack.post.sign(body)})
    assert good[0] == 200
    assert len(came) == 1
    # The SDK itself stumbles over these; a guard in front of it has to refuse them.
    stumbles = {name for name, status in answers.items() if status == 500}
    assert stumbles == {"timestamp of letters", "signature not ASCII"}
    assert {status for name, status in answers.items() if name not in stumbles} == {401}
