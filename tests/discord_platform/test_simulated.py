"""Commands, buttons and forms on simcord: what the loopback Discord says, said by somebody else.

simcord tells with no interaction who installed the app. So in a server everybody is a guest here,
in their direct messages they rule; who may do what in a server is the loopback Discord's to say.
"""

from __future__ import annotations

from pathlib import Path

import discord
import pytest
import simcord

from briefings.answers import Choice, Failure, Help
from briefings.subscriptions import Standing
from tests.discord_platform.desks import Answers
from tests.discord_platform.simulated import simulated
from tests.discord_platform.test_bot import LONG
from tests.fakes.answers import ANSWERS
from tests.fakes.clock import FakeClock

Person = simcord.MemberActor


@pytest.fixture
def answers() -> Answers:
    return Answers()


def furnish(env: simcord.Env) -> tuple[simcord.ChannelHandle, Person, Person]:
    """A channel, somebody who manages its server, and somebody who does not."""
    guild = env.create_guild()
    desk = guild.create_role("desk", permissions=discord.Permissions(manage_guild=True))
    ann = guild.add_member(env.create_user("ann"), roles=[desk])
    return guild.create_text_channel("news"), ann, guild.add_member(env.create_user("bob"))


def custom_ids(message: simcord.ResponseMessage | None) -> list[str]:
    assert message is not None
    return [each["custom_id"] for row in message.components for each in row["components"]]


def text(message: simcord.ResponseMessage | None) -> str:
    assert message is not None
    return "\n".join(f"{each.title or ''}\n{each.description or ''}" for each in message.embeds)


async def test_an_answer_is_for_whoever_asked(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with simulated(tmp_path, clock, answers) as env:
        news, ann, bob = furnish(env)
        for somebody in (ann, bob):
            it = await somebody.slash(news, "intel", topic="Acme", since="2013")
            assert it.acknowledged
            assert it.ephemeral
            assert "This list" in text(it.response)
            assert it.followups == []
    assert answers.texts == ["Acme since 2013"] * 2
    assert {who.standing for _, who in answers.asked} == {Standing.MEMBER}


async def test_what_is_typed_is_completed(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with simulated(tmp_path, clock, answers) as env:
        news, _, bob = furnish(env)
        offered = await bob.autocomplete(news, "intel", "topic", "艾克")
        zones = await bob.autocomplete(news, "subscribe", "zone", "shangh", topic="Acme")
    assert [each["value"] for each in offered] == ["Acme"]
    assert "Asia/Shanghai" in [each["value"] for each in zones]


async def test_share_posts_for_all_and_leaves_the_private_answer(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with simulated(tmp_path, clock, answers) as env:
        news, _, bob = furnish(env)
        it = await bob.slash(news, "help")
        assert it.response is not None
        shared = await bob.click(it.response.message, custom_id="share:help")
        (public,) = shared.followups
        assert not public.ephemeral
        assert "This list" in text(public)
        assert "This list" in text(it.response)


async def test_a_page_makes_room_for_the_next(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.answer = LONG
    async with simulated(tmp_path, clock, answers) as env:
        news, _, bob = furnish(env)
        it = await bob.slash(news, "help")
        assert it.response is not None
        turned = await bob.click(it.response.message, custom_id="more:2:help")
        assert turned.followups == []
        assert "/intel number 0`" not in text(it.response)
        assert "more:3:help" in custom_ids(it.response)


async def test_a_name_is_chosen_by_a_button(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.answer = Choice(
        "ac", ambiguous=True, names=("Acme", "Acre"), commands=("/intel Acme", "/intel Acre")
    )
    async with simulated(tmp_path, clock, answers) as env:
        news, _, bob = furnish(env)
        it = await bob.slash(news, "intel", topic="ac")
        assert custom_ids(it.response) == ["ask:Acme", "ask:Acre"]
        assert it.response is not None
        answers.answer = Help((("/intel help", "Chosen"),))
        await bob.click(it.response.message, custom_id="ask:Acre")
        assert "Chosen" in text(it.response)
    assert answers.texts == ["ac", "Acre"]


async def test_a_form_is_shown_where_digests_can_come_and_filled_in_there(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.answer = ANSWERS["briefing"]
    async with simulated(tmp_path, clock, answers) as env:
        news, ann, _ = furnish(env)
        eve = env.create_user("eve")
        there = await ann.slash(news, "intel", topic="Acme")
        here = await eve.slash("intel", topic="Acme")
        assert there.response is not None
        assert here.response is not None
        refused = await ann.click(there.response.message, label="Subscribe")
        assert refused.modal is None
        assert "which is not in here" in text(refused.response)
        shown = await eve.click(here.response.message, label="Subscribe")
        assert shown.modal is not None
        answers.answer = Help((("/intel help", "Subscribed"),))
        done = await eve.submit_modal(shown, {"when": "daily 07:10 Asia/Tokyo", "preset": "full"})
        assert "Subscribed" in text(done.response)
    assert answers.texts[-1] == "subscribe Acme Globex daily 07:10 Asia/Tokyo as full"
    assert answers.asked[-1][1].standing is Standing.MANAGER


async def test_links_of_a_message_are_summed_up_each_below_the_other(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with simulated(tmp_path, clock, answers) as env:
        news, ann, bob = furnish(env)
        said = await ann.send(news, "See https://a.example/1 and https://b.example/2.")
        it = await bob.context_menu(news, "Summarise links", said)
        assert it.ephemeral
        assert [each.ephemeral for each in it.followups] == [True]
    assert answers.texts == ["summarize https://a.example/1", "summarize https://b.example/2"]


async def test_a_failure_stays_with_whoever_pressed(
    tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with simulated(tmp_path, clock, answers) as env:
        news, _, bob = furnish(env)
        it = await bob.slash(news, "help")
        assert it.response is not None
        answers.answer = Failure("No such thing.", "Ask for another.")
        shared = await bob.click(it.response.message, custom_id="share:help")
        assert [each.ephemeral for each in shared.followups] == [True]


async def test_every_answer_is_taken(tmp_path: Path, clock: FakeClock, answers: Answers) -> None:
    async with simulated(tmp_path, clock, answers) as env:
        news, _, bob = furnish(env)
        for name, answers.answer in ANSWERS.items():
            it = await bob.slash(news, "status")
            assert it.response is not None, name
            assert it.response.embeds, name
    assert len(answers.asked) == len(ANSWERS)
