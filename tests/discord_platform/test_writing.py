"""Whoever may not write in a channel does not have the bot write there for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefings.answers import ArticleAnswer
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected
from tests.fakes.answers import ANSWERS
from tests.fakes.clock import FakeClock
from tests.servers.discord import Channel, DiscordServer, May
from tests.servers.discord.ledger import Message


def read_only(place: Place) -> Channel:
    """The announcements, which everybody reads and ann writes."""
    place.announcements.deny(place.guild.everyone, May.SEND_MESSAGES)
    place.announcements.allow(place.ann, May.SEND_MESSAGES)
    return place.announcements


def shares(message: Message | None) -> list[str]:
    assert message is not None
    return [each for each in message.custom_ids if each.startswith("share:")]


async def test_a_reader_of_announcements_shares_nothing_there(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    hall, answers = read_only(place), Answers(answer=ANSWERS["briefing"])
    async with connected(server, tmp_path, clock, answers):
        given = await server.slash(hall, place.ann, "intel", {"topic": "Acme"})
        [share] = shares(given.message)
        assert given.message is not None
        await server.press(given.message, share)
        [posted] = server.ledger.visible(hall)
        [facts] = [each for each in posted.custom_ids if each.startswith("facts:")]
        answers.answer = ANSWERS["facts"]
        pressed = await server.press(posted, facts, place.bob)
        assert pressed.message is not None
        assert pressed.message.to is place.bob
        assert shares(pressed.message) == []
        assert pressed.message.custom_ids != []
    assert server.ledger.visible(hall) == [posted]


async def test_a_share_button_of_before_is_refused_without_asking(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        it = await server.slash(place.announcements, place.bob, "help")
        [share] = shares(it.message)
        hall = read_only(place)
        assert it.message is not None
        refused = await server.press(it.message, share)
        assert [each.to for each in refused.followups] == [place.bob]
        assert "You may not write here." in refused.text
        assert "Ask again where you may write, and share it there." in refused.text
        place.announcements.allow(place.bob, May.SEND_MESSAGES)
        await server.press(it.message, share)
        assert len(server.ledger.visible(hall)) == 1
    assert answers.texts == ["help", "help"]


async def test_a_thread_has_a_permission_of_its_own(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        place.news.deny(place.guild.everyone, May.SEND_MESSAGES)
        it = await server.slash(place.thread, place.bob, "help")
        [share] = shares(it.message)
        assert it.message is not None
        await server.press(it.message, share)
        place.news.deny(place.guild.everyone, May.SEND_MESSAGES_IN_THREADS)
        refused = await server.press(it.message, share)
        assert "You may not write here." in refused.text
        later = await server.slash(place.thread, place.bob, "help")
        assert shares(later.message) == []
    assert len(server.ledger.visible(place.thread)) == 1


async def test_a_locked_thread_is_for_those_who_manage_threads(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    place.thread.locked = True
    place.news.allow(place.ann, May.MANAGE_THREADS)
    async with connected(server, tmp_path, clock, Answers()):
        for user, may in ((place.ann, True), (place.bob, False)):
            it = await server.slash(place.thread, user, "help")
            assert bool(shares(it.message)) == may


async def test_links_that_are_summed_up_have_no_share_button_either(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    article = next(each for each in ANSWERS.values() if isinstance(each, ArticleAnswer))
    async with connected(server, tmp_path, clock, Answers(answer=article)):
        message = server.write(place.ann, place.announcements, "https://a.example/1")
        may = await server.menu(place.bob, "Summarise links", message)
        assert shares(may.message) != []
        read_only(place)
        may_not = await server.menu(place.bob, "Summarise links", message)
        assert shares(may_not.message) == []
        assert "You may not write here." not in may_not.text


@pytest.mark.parametrize("installed", [False, True], ids=["of the server", "of a user alone"])
async def test_a_server_the_bot_is_not_in_decides_as_well(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, installed: bool
) -> None:
    place.bob.installed = installed
    place.guild.app_in = not installed
    hall = read_only(place)
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        for user, may in ((place.ann, True), (place.bob, False)):
            user.installed = installed
            it = await server.slash(hall, user, "help")
            assert bool(shares(it.message)) == may


async def test_in_direct_messages_everybody_shares(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    eve = server.world.add_user("eve", installed=True)
    group = server.world.dm(eve, server.world.add_user("zed"), with_app=False)
    async with connected(server, tmp_path, clock, Answers()):
        for channel in (server.world.dm(eve), group):
            it = await server.slash(channel, eve, "help")
            [share] = shares(it.message)
            assert it.message is not None
            await server.press(it.message, share)
            assert len(server.ledger.visible(channel)) == 1
