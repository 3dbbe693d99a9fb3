"""`intelbrief check` says what Discord thinks of the desk, and posts nothing."""

from __future__ import annotations

from pathlib import Path

from bot.platforms.discord import findings
from bot.platforms.discord.people import invitation
from briefings.answers import Answer, Help
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected, running, settings_of
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ARTICLE
from tests.servers.discord import DiscordServer, May

HELP = Help((("/intel help", "This list"),))


async def _found(server: DiscordServer, tmp_path: Path, **more: str) -> list[tuple[str, str, str]]:
    settings = settings_of(server, tmp_path, **more)
    settings.data_dir.mkdir(exist_ok=True)
    samples: dict[str, Answer | str] = {
        "the list of commands": HELP,
        "a digest": "# Acme\n\nA digest.",
    }
    return [each async for each in findings(settings, samples, live=False)]


def test_the_invitation_asks_for_no_more_than_is_needed() -> None:
    assert invitation("123") == (
        "https://discord.com/oauth2/authorize?client_id=123&scope=bot+applications.commands"
        "&permissions=274878024704"
    )


async def test_a_desk_that_was_started_is_found_good(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    before = await _found(server, tmp_path)
    assert [what for level, what, _ in before if level != "OK"] == [
        before[1][1],
    ]
    assert before[1][1].startswith("Discord: commands are not in sync: Summarise links, dismiss,")
    async with connected(server, tmp_path, clock, Answers()):
        pass
    after = await _found(server, tmp_path)
    assert [level for level, _, _ in after] == ["OK"] * len(after)
    assert [what for _, what, _ in after] == [
        "Discord: bot intelbrief, application intelbrief",
        "Discord: 17 commands are in sync",
        "Discord: in 1 server",
        f"Discord: add it to a server with {invitation(server.world.app_id)}",
        "Discord: the list of commands fits, say the limits",
        "Discord: a digest fits, say the limits",
    ]
    assert server.ledger.messages == []


async def test_a_start_mends_what_the_check_finds_of_the_commands(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async def said() -> tuple[str, str, str]:
        [finding] = [each for each in await _found(server, tmp_path) if "in sync" in each[1]]
        return finding

    async with connected(server, tmp_path, clock, Answers()):
        pass
    del server.discord.commands[""][3:]  # by a hand, or by an older installation
    _, what, remedy = await said()
    assert what.startswith("Discord: commands are not in sync: ")
    assert remedy.startswith("Start the desk once")
    async with connected(server, tmp_path, clock, Answers()):
        pass
    assert await said() == ("OK", "Discord: 17 commands are in sync", "")


async def test_subscribed_channels_must_let_the_bot_post(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    place.announcements.deny(place.guild.everyone, May.EMBED_LINKS, May.SEND_MESSAGES)
    daily = {"topic": "acme", "every": "daily"}
    async with running(server, tmp_path, clock, articles=(ARTICLE,)):
        for channel in (place.news, place.thread, place.announcements):
            it = await server.slash(channel, place.ann, "subscribe", daily)
            assert "comes daily" in it.text
    found = await _found(server, tmp_path)
    assert [what for level, what, _ in found if level == "FAIL"] == [
        f"Discord: in channel {place.announcements.id} the bot lacks Send Messages, Embed Links."
    ]
    assert "Discord: 2 subscribed channels can be posted in" in [what for _, what, _ in found]


async def test_a_wrong_token_is_found(server: DiscordServer, tmp_path: Path) -> None:
    wrong = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"
    [(level, _, remedy)] = await _found(server, tmp_path, DISCORD_TOKEN=wrong)
    assert level == "FAIL"
    assert "Reset Token" in remedy
