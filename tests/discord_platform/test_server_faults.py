"""The loopback Discord breaks as it is told: on its own sockets, and in the fault matrix."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord_platform.conftest import Place
from tests.discord_platform.test_server import running
from tests.fakes.clock import FakeClock
from tests.faults.plan import UNFIT, Act, Fault, Ledger, Moment, Operation, Plan
from tests.faults.wire import FaultyServer
from tests.servers.discord import DiscordServer
from tests.servers.discord.service import CHANNEL_HEADER, WORKSPACE_HEADER, DiscordService

KEY = "k7Qabcdefghijklmnopqrs"
LOST = (aiohttp.ClientError, OSError, TimeoutError)


async def _ask(
    base: str, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any, Any]:
    timeout = aiohttp.ClientTimeout(total=0.5)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.request(method, base + path, json=body, headers=headers) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text else None, answer.headers


def _message(key: str = KEY, text: str = "news 1 2/3") -> dict[str, Any]:
    return {
        "content": text,
        "nonce": key,
        "enforce_nonce": True,
        "allowed_mentions": {"parse": []},
    }


_WAYS = [
    (moment, act)
    for moment in (Moment.ARRIVED, Moment.READ, Moment.ACCEPTED, Moment.HEADED)
    for act in (Act.RESET, Act.CLOSE, Act.HANG, Act.TRUNCATE)
    if act is not Act.TRUNCATE or moment is Moment.HEADED
]


@pytest.mark.parametrize(("moment", "act"), _WAYS)
async def test_what_breaks_before_and_after_a_message_is_taken(
    server: DiscordServer, place: Place, moment: Moment, act: Act
) -> None:
    server.plan.add(Fault(moment, act))
    headers = {"Authorization": f"Bot {server.token}"}
    path = f"/channels/{place.news.id}/messages"
    with pytest.raises(LOST):
        await _ask(server.base_url, "POST", path, _message(), **headers)
    assert len(server.ledger.messages) == (moment >= Moment.ACCEPTED)
    status, said, _ = await _ask(server.base_url, "POST", path, _message(), **headers)
    assert (status, said["content"]) == (200, "news 1 2/3")
    assert len(server.ledger.messages) == 1


async def test_any_operation_can_fail_and_the_library_tries_again(
    server: DiscordServer, place: Place
) -> None:
    async with running(server) as bot:
        server.breaks.add("get_channel", Fault(Moment.READ, Act.ANSWER, 503))
        with pytest.raises(discord.DiscordServerError):
            await bot.fetch_channel(int(place.news.id))
        server.breaks.add("get_channel", Fault(Moment.READ, Act.ANSWER, code="50001"))
        with pytest.raises(discord.Forbidden) as refused:
            await bot.fetch_channel(int(place.news.id))
        assert refused.value.code == 50001
        again = Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "0"})
        server.breaks.add("get_channel", again)
        await bot.fetch_channel(int(place.news.id))
        banned = Fault(Moment.READ, Act.ANSWER, 429, body="<html>banned</html>")
        server.breaks.add("get_channel", banned)
        with pytest.raises(discord.HTTPException) as html:
            await bot.fetch_channel(int(place.news.id))
        assert html.value.status == 429


async def test_a_gateway_that_is_away_comes_back(server: DiscordServer, place: Place) -> None:
    async with running(server):
        await server.stop_listening("gateway")
        it = await server.slash(place.news, place.bob, "where", until="sent")
        await server.listen("gateway")
        assert (await server.done(it)).text.startswith("True")
        assert server.gateway.resumes == 1


# --- in the fault matrix --------------------------------------------------------------------------


async def test_a_message_in_the_matrix_is_kept_looked_up_and_deleted(clock: FakeClock) -> None:
    ledger, plan = Ledger(clock, nonce_s=120), Plan()
    ledger.state_of = {KEY: "sending"}.get  # type: ignore[assignment]
    async with FaultyServer(DiscordService(ledger, plan), plan, ledger) as server:
        base = f"http://127.0.0.1:{server.port}/api/v10"
        head = {WORKSPACE_HEADER: "W1"}
        plan.add(Fault(Moment.ACCEPTED, Act.RESET), channel="C1")
        with pytest.raises(LOST):
            await _ask(base, "POST", "/channels/C1/messages", _message(), **head)
        status, said, _ = await _ask(base, "POST", "/channels/C1/messages", _message(), **head)
        assert status == 200
        [message] = ledger.messages
        assert (message.id, message.key, message.workspace, message.channel) == (
            said["id"],
            KEY,
            "W1",
            "C1",
        )
        assert (message.what, message.number, message.total) == ("news 1 2/3", 2, 3)
        assert [asked.state for asked in ledger.asked] == ["sending", "sending"]
        clock.advance(seconds=121)
        await _ask(base, "POST", "/channels/C1/messages", _message(), **head)
        assert len(ledger.visible("C1")) == 2

        _, found, _ = await _ask(base, "GET", f"/channels/C1/messages?after={message.id}")
        assert [each["nonce"] for each in found] == [KEY]
        ledger.lag_s = 60
        assert (await _ask(base, "GET", "/channels/C1/messages?limit=100"))[1] == [said]
        status, _, _ = await _ask(base, "DELETE", f"/channels/C1/messages/{message.id}")
        assert (status, message.visible) == (204, False)
        status, gone, _ = await _ask(base, "DELETE", f"/channels/C1/messages/{message.id}")
        assert (status, gone["code"]) == (404, 10008)
        operations = [asked.operation for asked in ledger.asked]
        assert operations[:3] == [Operation.SEND] * 3
        assert operations[-1] is Operation.DELETE


async def test_the_key_is_also_found_in_a_footer(clock: FakeClock) -> None:
    ledger, plan = Ledger(clock), Plan()
    async with FaultyServer(DiscordService(ledger, plan), plan, ledger) as server:
        base = f"http://127.0.0.1:{server.port}/api/v10"
        embed = {"description": "news 1 1/1\ntext", "footer": {"text": f"ref {KEY}"}}
        for _ in range(2):
            await _ask(base, "POST", "/channels/C1/messages", {"embeds": [embed]})
        assert [(each.key, each.what, each.plain) for each in ledger.messages] == [
            (KEY, "news 1 1/1", False)
        ] * 2
        plan.history_allowed = False
        assert (await _ask(base, "GET", "/channels/C1/messages"))[1] == []


async def test_somebody_is_told_privately(clock: FakeClock) -> None:
    ledger, plan = Ledger(clock), Plan()
    async with FaultyServer(DiscordService(ledger, plan), plan, ledger) as server:
        base = f"http://127.0.0.1:{server.port}/api/v10"
        _, dm, _ = await _ask(base, "POST", "/users/@me/channels", {"recipient_id": "77"})
        head = {WORKSPACE_HEADER: "W1", CHANNEL_HEADER: "C1"}
        await _ask(base, "POST", f"/channels/{dm['id']}/messages", {"content": "look"}, **head)
        [alert] = ledger.alerts
        told = (alert.workspace, alert.channel, alert.user, alert.text)
        assert told == ("W1", "C1", "77", "look")
        status, channel, _ = await _ask(base, "GET", "/channels/C1")
        assert (status, channel["type"]) == (200, 0)
        assert {asked.operation for asked in ledger.asked} == {Operation.ALERT}
        assert len(ledger.alerts) == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(Moment.READ, Act.ANSWER, 403, code="50013"), 403, 50013),
        (Fault(Moment.READ, Act.ANSWER, code="channel_not_found"), 404, 10003),
        (Fault(Moment.READ, Act.ANSWER, code="not_in_channel"), 403, 50001),
        (Fault(Moment.READ, Act.ANSWER, code="token_revoked"), 401, 0),
        (Fault(Moment.READ, Act.ANSWER, 400, code=UNFIT), 400, 50035),
        (Fault(Moment.READ, Act.ANSWER, code="fatal_error"), 500, 0),
        (Fault(Moment.READ, Act.ANSWER, 502), 502, 0),
    ],
)
async def test_refusals_are_said_as_discord_says_them(
    clock: FakeClock, fault: Fault, status: int, code: int
) -> None:
    ledger, plan = Ledger(clock), Plan()
    async with FaultyServer(DiscordService(ledger, plan), plan, ledger) as server:
        plan.add(fault)
        base = f"http://127.0.0.1:{server.port}/api/v10"
        got, said, _ = await _ask(base, "POST", "/channels/C1/messages", _message())
    assert (got, said["code"]) == (status, code)
    assert ledger.messages == []


async def test_being_asked_to_wait(clock: FakeClock) -> None:
    ledger, plan = Ledger(clock), Plan()
    async with FaultyServer(DiscordService(ledger, plan), plan, ledger) as server:
        base = f"http://127.0.0.1:{server.port}/api/v10"
        plan.add(Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "30"}))
        status, said, headers = await _ask(base, "POST", "/channels/C1/messages", _message())
        assert (status, said["retry_after"], said["global"]) == (429, 30.0, False)
        assert (headers["Retry-After"], headers["Via"]) == ("30", "1.1 google")
