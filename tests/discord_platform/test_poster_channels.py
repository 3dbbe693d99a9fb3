"""Digests in Discord's several kinds of channels, and their pictures."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import pytest

from bot.platforms import Picture
from bot.platforms.discord.sending import thread_name
from briefings.errors import Rejected
from tests.discord_platform.posting import KEY, PAYLOAD, SECRET, running
from tests.fakes.clock import START
from tests.faults.plan import UNFIT, Act, Fault, Moment
from tests.servers.discord import Kind, May
from tests.servers.discord.ledger import CROSSPOSTED

# --- kinds of channels ----------------------------------------------------------------------------


async def test_a_channel_is_asked_for_what_it_is_once_an_hour() -> None:
    async with running() as posting:
        for key in "abc":
            await posting.send(key=key * 22)
        assert posting.count("get_channel") == 1
        posting.clock.advance(hours=1)
        await posting.send(key="d" * 22)
        assert posting.count("get_channel") == 2


async def test_an_announcement_is_published_and_no_failure_of_that_matters() -> None:
    async with running() as posting:
        channel = posting.place.announcements
        await posting.send(channel)
        (message,) = posting.server.ledger.visible(channel)
        assert message.flags & CROSSPOSTED
        for number, fault in enumerate(
            (Fault(Moment.READ, Act.ANSWER, 429), Fault(Moment.READ, Act.RESET))
        ):
            posting.server.breaks.add("crosspost_message", fault)
            assert await posting.send(channel, key=f"{number}" * 22)
            posting.clock.advance(minutes=2)
        assert len(posting.server.ledger.visible(channel)) == 3


async def test_a_thread_is_posted_in_also_when_it_was_archived() -> None:
    async with running() as posting:
        thread = posting.place.thread
        thread.archived = True
        await posting.send(thread)
        assert len(posting.server.ledger.visible(thread)) == 1
        assert not thread.archived


async def test_a_locked_thread_says_who_can_open_it() -> None:
    async with running() as posting:
        thread = posting.place.thread
        thread.archived = thread.locked = True
        error = await posting.failure(thread)
        assert type(error) is Rejected
        assert str(error) == (
            "The thread is locked (50083). A moderator reopens and unlocks it, then /resume and "
            "the digest's number; or subscribe in another channel."
        )


async def test_a_digest_in_a_forum_is_a_post_and_the_rest_follows_in_it() -> None:
    async with running() as posting:
        forum = posting.place.forum
        first = await posting.send(forum)
        second = await posting.send(forum, number=2, first_id=first, key="2" * 22)
        (thread,) = [each for each in posting.place.guild.threads if each.parent is forum]
        assert (thread.id, thread.name) == (first, "Digest")
        assert [each.id for each in posting.server.ledger.visible(thread)] == [first, second]
        (made,) = posting.server.ledger.asked("create_thread")
        assert made.body["message"]["embeds"][0]["footer"]["text"] == f"ref {KEY}"
        assert made.body["message"]["allowed_mentions"]["parse"] == []
        assert "message_reference" not in posting.sent()[0]


async def test_a_forums_post_that_may_be_there_is_looked_for_before_another_is_made() -> None:
    async with running() as posting:
        forum = posting.place.forum
        posting.server.plan.add(Fault(Moment.ACCEPTED, Act.RESET))
        await posting.failure(forum)
        posting.clock.advance(seconds=5)
        first = await posting.send(forum)
        assert [each.id for each in posting.place.guild.threads if each.parent is forum] == [first]
        assert posting.count("create_thread") == 1


async def test_a_forum_that_wants_a_tag_says_how_to_turn_that_off() -> None:
    async with running() as posting:
        forum = posting.place.guild.add_channel("tagged", Kind.FORUM, requires_tag=True)
        error = await posting.failure(forum)
        assert type(error) is Rejected
        assert "Require people to select tags" in error.remedy


def test_a_forum_shows_the_first_line_without_marks() -> None:
    assert thread_name({"content": "", "embeds": [{"description": "## **Monday**\nx"}]}) == "Monday"
    assert thread_name({"content": "", "embeds": [{"title": "x" * 101}]}) == "x" * 99 + "…"
    assert thread_name({"content": "", "embeds": []}) == "Digest"


# --- pictures -------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n"
PICTURED = json.dumps(
    {**json.loads(PAYLOAD), "picture": {"command": "timeline alibaba", "alt": "A timeline"}}
)


@dataclass
class Drawing:
    """Draws what is asked; `fails` and `hangs` are its ways not to."""

    fails: bool = False
    hangs: bool = False
    asked: str = ""

    async def __call__(self, command: str) -> Picture | None:
        self.asked = command
        if self.fails:
            raise ValueError(SECRET)
        if self.hangs:
            await asyncio.Event().wait()
        return Picture(PNG, "Three events, the last on Monday", "Alibaba")


async def test_a_picture_goes_with_the_message_and_its_words() -> None:
    drawing = Drawing()
    async with running(picture=drawing) as posting:
        await posting.send(payload=PICTURED)
        (message,) = posting.server.ledger.visible()
        (file,) = message.files
        assert (file.name, file.content) == ("timeline.png", PNG)
        assert file.description == "Three events, the last on Monday"
        assert message.embeds[-1]["image"] == {"url": "attachment://timeline.png"}
        assert message.nonce == KEY
        assert drawing.asked == "timeline alibaba"


async def test_a_picture_goes_into_the_first_message_of_a_forums_post() -> None:
    async with running(picture=Drawing()) as posting:
        await posting.send(posting.place.forum, payload=PICTURED)
        (message,) = posting.server.ledger.visible()
        assert [file.content for file in message.files] == [PNG]


@pytest.mark.parametrize("drawing", [Drawing(fails=True), Drawing(hangs=True), None])
async def test_a_message_whose_picture_cannot_be_had_goes_without(
    drawing: Drawing | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(picture=drawing, patience_s=0.05) as posting:
        await posting.send(payload=PICTURED)
        (message,) = posting.server.ledger.visible()
        assert message.files == []
        assert SECRET not in caplog.text


@pytest.mark.parametrize("why", ["no right", "too large", "unfit"])
async def test_a_message_whose_picture_is_not_taken_goes_without(why: str) -> None:
    async with running(picture=Drawing()) as posting:
        if why == "no right":
            posting.place.news.deny(posting.place.guild.everyone, May.ATTACH_FILES)
        else:
            code = UNFIT if why == "unfit" else ""
            fault = Fault(Moment.READ, Act.ANSWER, 400 if code else 413, code=code)
            posting.server.plan.add(fault)
        await posting.send(payload=PICTURED)
        (message,) = posting.server.ledger.visible()
        assert message.files == []
        assert "image" not in message.embeds[-1]
        assert len(posting.ready_calls) == 2


async def test_a_picture_in_doubt_is_not_sent_again_here() -> None:
    async with running(picture=Drawing()) as posting:
        posting.server.plan.add(Fault(Moment.ACCEPTED, Act.CLOSE))
        await posting.failure(payload=PICTURED)
        posting.clock.advance(seconds=5)
        assert await posting.send(payload=PICTURED, first_try=START)
        assert len(posting.server.ledger.messages) == 1
