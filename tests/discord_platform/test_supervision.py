"""Whatever happens to the connection, the bot comes back, and nothing is done twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.platforms.discord.connection import DiscordConnection, connect
from briefings.errors import Refused, SettingsError
from briefings.ports import Post
from briefings.store import Store
from briefings.subscriptions import Scope
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected, host_of, seen_by, settings_of
from tests.discord_platform.posting import KEY, PAYLOAD
from tests.fakes.clock import START, FakeClock
from tests.faults.plan import Act, Fault, Moment
from tests.servers.discord import DiscordServer

WRONG_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"


async def _answered(server: DiscordServer, place: Place) -> None:
    it = await server.slash(place.news, place.bob, "help")
    assert "This list" in it.text


async def test_a_wrong_token_is_an_error_at_start_that_names_the_remedy(
    server: DiscordServer, tmp_path: Path, clock: FakeClock
) -> None:
    settings = settings_of(server, tmp_path, DISCORD_TOKEN=WRONG_TOKEN)
    settings.data_dir.mkdir(exist_ok=True)
    store = await Store.open("sqlite://", clock=clock)
    try:
        host = host_of(settings, Answers(), clock, seen_by(store))
        with pytest.raises(SettingsError) as raised:
            async with connect(host):
                pass
    finally:
        await store.close()
    assert raised.value.message == "Discord does not take INTELBRIEF_DISCORD_TOKEN."
    assert "Reset Token" in raised.value.remedy
    assert WRONG_TOKEN not in repr(raised.value)


async def test_a_token_that_is_taken_back_ends_the_program_with_an_error(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()) as connection:
        server.world.token = "another"
        await server.gateway.drop(4004)
        with pytest.raises(SettingsError, match="does not take INTELBRIEF_DISCORD_TOKEN"):
            await connection.serve()


def _post(place: Place) -> Post:
    scope = Scope("discord", place.guild.id, place.news.id)
    return Post(scope, KEY, PAYLOAD, 1, 1, "", START)


async def test_a_digest_that_meets_a_void_token_is_held_and_the_platform_ends(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()) as connection:
        server.world.token = "another"
        with pytest.raises(Refused, match="does not take intelbrief's token"):
            await connection.poster.send(_post(place), lambda: None)
        with pytest.raises(SettingsError, match="does not take INTELBRIEF_DISCORD_TOKEN"):
            await connection.serve()


async def test_one_refusal_of_the_token_is_a_slip(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()) as connection:
        server.breaks.add("create_message", Fault(Moment.READ, Act.ANSWER, code="invalid_auth"))
        with pytest.raises(Refused):
            await connection.poster.send(_post(place), lambda: None)
        assert await connection.poster.send(_post(place), lambda: None)
        await _answered(server, place)


@pytest.mark.parametrize("times", [1, 3])
async def test_login_is_tried_again_after_a_while(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, times: int
) -> None:
    server.breaks.add("get_my_user", Fault(Moment.READ, Act.ANSWER, 503), times=times)
    async with connected(server, tmp_path, clock, Answers()) as connection:
        await _answered(server, place)
        assert connection.supervised.lives == times + 1
    assert clock.slept[:times] == [1.0, 2.0, 4.0][:times]


async def test_a_gateway_that_cannot_be_found_is_looked_for_again(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    server.breaks.add("get_bot_gateway", Fault(Moment.READ, Act.ANSWER, 503))
    async with connected(server, tmp_path, clock, Answers()) as connection:
        await _answered(server, place)
        assert connection.supervised.lives == 2


async def test_a_refused_connection_is_tried_again(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    server.gateway.refuse_next = 1
    async with connected(server, tmp_path, clock, Answers(), ready=False):
        # discord.py waits five seconds of its own.
        await server.ledger.until(server.gateway.ready, patience_s=12)
        await _answered(server, place)
    assert server.gateway.refused == 1


async def test_a_dropped_connection_is_resumed_and_what_was_missed_is_answered_once(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        await _answered(server, place)
        server.gateway.hold = True
        missed = await server.slash(place.news, place.ann, "status", until="sent")
        server.gateway.replay_again = 1
        server.gateway.hold = False
        await server.gateway.ask_reconnect()
        await server.done(missed)
        await server.ledger.until(lambda: server.gateway.resumes)
        assert server.gateway.identifies == 1
        await _answered(server, place)
    assert answers.texts == ["help", "status", "help"]


async def test_an_interaction_told_twice_acts_once_also_after_a_restart(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    settings = settings_of(server, tmp_path)
    settings.data_dir.mkdir(exist_ok=True)
    store = await Store.open("sqlite://", clock=clock)
    try:
        host = host_of(settings, answers, clock, seen_by(store))
        async with connect(host) as first:
            await server.ledger.until(server.gateway.ready)
            it = await server.slash(place.news, place.ann, "send", {"number": 1})
            server.replay(it)
            await _later(server, place, first)
        server.gateway.forget()
        async with connect(host) as second:
            await server.ledger.until(server.gateway.ready)
            server.replay(it)
            await _later(server, place, second)
    finally:
        await store.close()
    assert answers.texts == ["send 1", "help", "help"]


async def test_what_was_acknowledged_before_the_end_is_answered_after_the_gateway_was_left(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    taken, answers = asyncio.Event(), Answers()

    async def first_time(id: str, *, lasting: bool = True) -> bool:
        taken.set()
        await server.ledger.until(lambda: not server.gateway.live)
        return True

    settings = settings_of(server, tmp_path)
    settings.data_dir.mkdir(exist_ok=True)
    async with connect(host_of(settings, answers, clock, first_time)):
        await server.ledger.until(server.gateway.ready)
        it = await server.slash(place.news, place.bob, "help", until="sent")
        await taken.wait()
    assert "This list" in it.text


async def _later(server: DiscordServer, place: Place, connection: DiscordConnection) -> None:
    """Wait until all that came before is done: events come in order."""
    await _answered(server, place)
    await connection.inbound.work.idle()


async def test_an_invalid_session_begins_anew(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        await server.gateway.invalidate()
        await server.ledger.until(
            lambda: server.gateway.identifies == 2 and server.gateway.ready(), patience_s=12
        )
        await _answered(server, place)
    assert clock.slept[0] == 5.0  # as often as Discord takes new sessions


async def test_a_session_ended_for_good_begins_another_life(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()) as connection:
        await server.gateway.drop(4011)
        await server.ledger.until(
            lambda: connection.supervised.lives == 2 and server.gateway.ready()
        )
        await _answered(server, place)


async def test_leaving_a_server_rests_its_digests_and_an_outage_does_not(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    other = server.world.add_guild("Other")
    async with connected(server, tmp_path, clock, answers):
        server.outage(other)
        server.recover(other)
        server.leave(other)
        await _answered(server, place)
    assert answers.uninstalled == [("discord", other.id)]


async def test_what_happened_to_servers_while_the_desk_was_off_is_noticed_and_an_outage_is_not(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    away, gone = server.world.add_guild("Away"), server.world.add_guild("Gone")
    away.available, gone.app_in = False, False
    back = server.world.add_guild("Back")
    answers = Answers()
    answers.known = {place.guild.id, away.id, gone.id, back.id, f"@user:{place.bob.id}"}
    answers.departed = {back.id: clock.now()}
    async with connected(server, tmp_path, clock, answers):
        await answers.until(lambda: answers.returned)
        await _answered(server, place)
    assert answers.uninstalled == [("discord", gone.id)]
    assert answers.returned == [("discord", back.id)]


async def test_a_server_that_was_left_while_a_session_was_over_is_noticed(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    other = server.world.add_guild("Other")
    answers.known = {place.guild.id, other.id}
    async with connected(server, tmp_path, clock, answers):
        await _answered(server, place)
        server.gateway.hold = True
        server.leave(other)
        server.gateway.hold = False
        await server.gateway.invalidate()
        await answers.until(lambda: answers.uninstalled)
    assert answers.uninstalled == [("discord", other.id)]


async def test_a_shard_that_begins_at_the_end_is_told_to_nobody(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers) as connection:
        bot = connection.supervised.bot
        await _answered(server, place)
    assert bot is not None
    answers.known = {place.guild.id, "1"}
    bot.dispatch("shard_ready", 0)  # as the library does a moment after its end
    await asyncio.sleep(0)
    await connection.inbound.work.idle()
    assert answers.uninstalled == []


async def test_a_server_that_adds_the_bot_again_is_told_to_the_desk(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    other = server.world.add_guild("Other")
    async with connected(server, tmp_path, clock, answers) as connection:
        assert connection.supervised.bot is not None
        await connection.supervised.bot.wait_until_ready()
        server.leave(other)
        server.join(other)
        await answers.until(lambda: answers.returned)
    assert answers.uninstalled == answers.returned == [("discord", other.id)]


@pytest.mark.parametrize("moment", [Moment.READ, Moment.ACCEPTED])
async def test_a_lost_acknowledgement_is_given_again(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, moment: Moment
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        server.breaks.add("create_interaction_response", Fault(moment, Act.CLOSE))
        await _answered(server, place)
    assert answers.texts == ["help"]


async def test_sharding_is_on_when_the_gateway_asks_for_it(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with DiscordServer(shards=2, max_concurrency=2) as server:
        async with connected(server, tmp_path, clock, Answers()):
            await server.ledger.until(lambda: len(server.gateway.live) == 2)
        assert {each.shard for each in server.gateway.sessions.values()} == {0, 1}
