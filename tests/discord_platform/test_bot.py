"""The bot in servers, direct messages and elsewhere: private answers, sharing, pages, forms."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.platforms.discord.people import invitation
from briefings.answers import (
    Choice,
    Failure,
    Help,
    SubscriptionList,
    SubscriptionRow,
)
from briefings.subscriptions import Scope, Standing
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected, running
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ARTICLE
from tests.faults.plan import Act, Fault, Moment
from tests.servers.discord import DiscordServer, May

LONG = Help(tuple((f"/intel number {n}", "words " * 20) for n in range(120)))


async def test_an_answer_is_private_and_acknowledged_before_it_is_known(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers(gate=asyncio.Event())
    async with connected(server, tmp_path, clock, answers):
        it = await server.slash(place.news, place.bob, "intel", {"topic": "Acme"}, until="answered")
        assert it.deferred
        assert it.message is not None
        assert it.message.thinking
        assert answers.gate is not None
        answers.gate.set()
        await server.done(it)
        assert "This list" in it.text
        assert it.message.ephemeral
        assert it.message.allowed_mentions == {"parse": []}
    assert server.ledger.visible(place.news) == []


async def test_share_shows_it_to_all(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        it = await server.slash(place.news, place.bob, "help")
        assert it.message is not None
        shared = await server.press(it.message, "share:help")
        assert shared.message is it.message  # the private answer stays as it is
    [message] = server.ledger.visible(place.news)
    assert "This list" in message.text
    assert message.allowed_mentions == {"parse": []}


async def test_a_failure_is_never_shared(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        it = await server.slash(place.news, place.bob, "help")
        answers.answer = Failure("No such thing.", "Ask for another.")
        assert it.message is not None
        shared = await server.press(it.message, "share:help")
        assert [each.ephemeral for each in shared.messages] == [True]
        assert "No such thing." in shared.text
    assert server.ledger.visible(place.news) == []


async def test_pages_turn_also_after_a_restart(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers(answer=LONG)
    async with connected(server, tmp_path, clock, answers):
        it = await server.slash(place.news, place.bob, "help")
        assert it.message is not None
        assert "/intel number 0" in it.text
    async with connected(server, tmp_path, clock, answers):
        await server.press(it.message, "more:2:help")
        assert "/intel number 0\n" not in it.message.text
        assert "more:3:help" in it.message.custom_ids
        turned = await server.press(it.message, "more:3:help")
        assert turned.message is it.message  # a page makes room for the next
        assert turned.followups == []
        third = it.message.text
        await server.press(it.message, "more:2:help")  # and back
        await server.press(it.message, "more:3:help")
        assert it.message.text == third
        shared = await server.press(it.message, "share:3:help")
        assert [each.text for each in shared.followups] == [third]
    assert answers.texts == ["help"] * 6


async def test_a_name_is_chosen_by_a_button(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    choice = Choice(
        "ac", ambiguous=True, names=("Acme", "Acre"), commands=("/intel Acme", "/intel Acre")
    )
    answers = Answers(answer=choice)
    async with connected(server, tmp_path, clock, answers):
        it = await server.slash(place.news, place.bob, "intel", {"topic": "ac"})
        assert it.message is not None
        assert it.message.custom_ids == ["ask:Acme", "ask:Acre"]
        answers.answer = Help((("/intel help", "Chosen"),))
        await server.press(it.message, "ask:Acre")
        assert "Chosen" in it.message.text
    assert answers.texts == ["ac", "Acre"]


async def test_a_form_asks_when_and_rights_are_checked_on_submit(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    there = running(server, tmp_path, clock, articles=(ARTICLE,), DATABASE_URL="sqlite://")
    async with there:
        it = await server.slash(place.news, place.ann, "intel", {"topic": "acme"})
        assert it.message is not None
        [id] = [each for each in it.message.custom_ids if each.startswith("subscribe:")]
        opened = await server.press(it.message, id)
        done = await server.submit(opened, {"when": "daily 07:10 Asia/Tokyo", "preset": "full"})
        assert "comes daily at 07:10, Asia/Tokyo, as full." in done.text
        assert done.message is not None
        assert done.message.ephemeral
        # Between opening the form and sending it, ann stops being a manager.
        again = await server.press(it.message, id)
        place.guild.members[place.ann.id].roles.clear()
        refused = await server.submit(again, {"when": "hourly", "preset": ""})
        assert "Only the managers of this channel may change its subscriptions." in refused.text
        late = await server.press(it.message, id)
        assert late.modal is None
        assert "Only the managers" in late.text


async def test_digests_of_the_list_are_paused_and_resumed_by_buttons(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    row = SubscriptionRow(1, ("Acme",), "hourly at :00, UTC", "brief", "2026-03-02 10:00", "", "")
    answers = Answers(answer=SubscriptionList((row,)))
    async with connected(server, tmp_path, clock, answers):
        it = await server.slash(place.news, place.ann, "subscriptions")
        assert it.message is not None
        assert it.message.custom_ids == ["ask:preview 1", "do:pause:1"]
        answers.answer = SubscriptionList((replace(row, next="", paused="on request"),))
        await server.press(it.message, "do:pause:1")
        assert it.message.custom_ids == ["ask:preview 1", "do:resume:1"]
    assert answers.texts == ["subscriptions", "pause 1"]


async def test_links_of_a_message_are_summed_up(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        said = "See <https://a.example/1>, (https://b.example/2) and https://a.example/1."
        message = server.write(place.ann, place.news, said)
        it = await server.menu(place.bob, "Summarise links", message)
        await server.ledger.until(lambda: len(it.messages) == 2)
        assert all(each.ephemeral for each in it.messages)
        none = await server.menu(
            place.bob, "Summarise links", server.write(place.ann, place.news, "Hi")
        )
        assert "There is no web address in that message." in none.text
    assert answers.texts == ["summarize https://a.example/1", "summarize https://b.example/2"]


async def test_a_timeline_comes_with_its_picture_in_words_too(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    there = running(server, tmp_path, clock, articles=(ARTICLE,), DATABASE_URL="sqlite://")
    async with there:
        it = await server.slash(place.news, place.bob, "timeline", {"topic": "acme"})
        message = it.message
        assert message is not None
        await server.ledger.until(lambda: message.files)
        [file] = message.files
        assert file.content.startswith(b"\x89PNG")
        assert "2013" in file.description
        assert message.embeds[-1]["image"]["url"]
        [share] = [each for each in message.custom_ids if each.startswith("share:")]
        shared = await server.press(message, share)
    assert [len(each.files) for each in shared.followups] == [1]


async def test_in_direct_messages_somebody_rules_their_own_digests_but_not_the_sources(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    eve = server.world.add_user("eve", installed=True)
    dm = server.world.dm(eve)
    there = running(server, tmp_path, clock, articles=(ARTICLE,), DATABASE_URL="sqlite://")
    async with there as (app, _):
        made = await server.slash(dm, eve, "subscribe", {"topic": "acme", "every": "daily"})
        assert "comes daily at 09:00" in made.text
        for name, options in (
            ("sources add", {"url": "https://evil.example/feed"}),
            ("sources remove", {"number": 1}),
        ):
            refused = await server.slash(dm, eve, name, options)
            assert (
                "Only the managers of this channel may change the watched sources." in refused.text
            )
        found = await app.store.subscriptions.list(Scope("discord", f"@user:{eve.id}", dm.id))
        assert [each.topics for each in found] == [("acme",)]


async def test_where_the_bot_is_not_a_member_it_answers_but_posts_nothing(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    eve = server.world.add_user("eve", installed=True)
    group = server.world.dm(eve, server.world.add_user("zed"), with_app=False)
    foreign = server.world.add_guild("Foreign")
    hall = foreign.add_channel("hall")
    foreign.add_member(eve, [foreign.add_role("boss", May.MANAGE_GUILD)])
    foreign.app_in = False
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        for channel in (group, hall):
            await server.slash(channel, eve, "intel", {"topic": "Acme"})
        refused = await server.slash(hall, eve, "subscribe", {"topic": "Acme", "every": "daily"})
        assert "Digests are posted by the bot, which is not in here." in refused.text
        add = invitation(server.world.app_id)
        assert f"Whoever manages the server adds it: [discord.com]({add})" in refused.text
    assert [(who.scope, who.standing) for _, who in answers.asked] == [
        (Scope("discord", f"@user:{eve.id}", channel.id), Standing.MEMBER)
        for channel in (group, hall)
    ]


@pytest.mark.parametrize("named", ["name", "id"])
async def test_a_role_makes_managers(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, named: str
) -> None:
    role = place.guild.add_role("Editors")
    place.guild.members[place.bob.id].roles.append(role)
    zoe = server.world.add_user("zoe")
    place.guild.add_member(zoe)
    answers = Answers()
    setting = "editors" if named == "name" else role.id
    async with connected(server, tmp_path, clock, answers, DISCORD_MANAGER_ROLE=setting):
        for user in (place.ann, place.bob, zoe):
            await server.slash(place.thread, user, "status")
    standings = [who.standing for _, who in answers.asked]
    assert standings == [Standing.MANAGER, Standing.MANAGER, Standing.MEMBER]
    assert {who.scope.channel for _, who in answers.asked} == {place.thread.id}


async def test_a_refused_share_says_so_to_whoever_pressed(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        it = await server.slash(place.news, place.bob, "help")
        assert it.message is not None
        server.breaks.add("execute_webhook", Fault(Moment.READ, Act.ANSWER, 403, "50013"))
        shared = await server.press(it.message, "share:help", until="answered")
        await server.ledger.until(lambda: shared.followups)
        assert "Discord did not take the answer (403, 50013)." in shared.text
    assert server.ledger.visible(place.news) == []
