"""What was acknowledged and cannot be begun is told to whoever asked, wherever they asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.platforms.working import AT_ONCE, WAITING
from briefings.errors import StoreError
from tests.fakes.answers import ANSWERS
from tests.fakes.clock import FakeClock
from tests.servers.slack import Interaction, Message, SlackServer
from tests.slack.desks import Answers, connected

LOCKED, REMEDY = "The database is locked.", "Wait until the backup has ended."


@dataclass
class Inbox:
    """Takes every request for a new one, or fails while it is `away`."""

    away: bool = False

    async def first_time(self, id: str, *, lasting: bool = True) -> bool:
        if self.away:
            raise StoreError(LOCKED, remedy=REMEDY)
        return True


@pytest.fixture
def answers() -> Answers:
    return Answers(ANSWERS["briefing"])


Ask = Callable[[SlackServer, Message], Awaitable[Interaction]]
"""Asks for something, with an answer that has buttons at hand."""


def press(button: str) -> Ask:
    return lambda slack, answer: slack.people.press(answer, button, user=slack.acme.bob)


WAYS: dict[str, Ask] = {
    "changing command": lambda slack, _: slack.people.slash(
        slack.acme.news, slack.acme.ann, "subscribe acme daily 09:00"
    ),
    "question": lambda slack, _: slack.people.slash(slack.acme.news, slack.acme.bob, "acme"),
    "mention": lambda slack, _: slack.people.mention(slack.acme.news, slack.acme.bob, "acme"),
    "direct message": lambda slack, _: slack.people.direct_message(slack.acme.bob, "acme"),
    "menu": lambda slack, answer: slack.people.shortcut(
        "summarise_links", slack.acme.bob, slack.people.say(slack.acme.news, slack.acme.ann, "x")
    ),
    "button": press("facts"),
    "Share": press("share"),
    "Subscribe": press("subscribe"),
}


async def told(slack: SlackServer, words: str) -> Message:
    """The one message that says so."""
    (message,) = await slack.ledger.until(
        words, lambda: [each for each in slack.messages if words in each.text]
    )
    return message


@pytest.mark.parametrize("way", WAYS)
async def test_while_the_database_is_away_everybody_is_told_so(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, way: str
) -> None:
    acme, inbox = slack.acme, Inbox()
    async with connected(slack, tmp_path, clock, answers, first_time=inbox.first_time):
        answer = await (await slack.people.slash(acme.news, acme.bob, "acme globex")).reply()
        inbox.away = True
        done = await WAYS[way](slack, answer)
        message = await told(slack, LOCKED)
    assert done.ack_s is not None
    assert REMEDY in message.text
    assert answers.texts == ["acme globex"]
    assert answer.edited_at is None
    in_thread = way in ("mention", "direct message")
    assert (message.ephemeral, bool(message.thread_ts)) == (not in_thread, in_thread)


@pytest.mark.parametrize("way", WAYS)
async def test_where_there_is_no_room_everybody_is_told_so(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, way: str
) -> None:
    acme, gate = slack.acme, asyncio.Event()

    async def others() -> None:
        await gate.wait()

    async with connected(slack, tmp_path, clock, answers) as connection:
        answer = await (await slack.people.slash(acme.news, acme.bob, "acme globex")).reply()
        await connection.inbound.work.idle()
        for _ in range(AT_ONCE + WAITING):
            connection.inbound.work.start(others())
        done = await WAYS[way](slack, answer)
        message = await told(slack, "The desk has more to do than it can.")
        gate.set()
    assert done.ack_s is not None
    assert "Try again in a minute." in message.text
    assert answers.texts == ["acme globex"]
    assert answer.edited_at is None


async def test_a_link_that_nobody_asked_about_is_let_be(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme, inbox = slack.acme, Inbox(away=True)
    async with connected(
        slack, tmp_path, clock, answers, first_time=inbox.first_time, SLACK_UNFURL="on"
    ) as connection:
        await slack.people.link_shared(acme.news, acme.bob, "https://a.example/1")
        await connection.inbound.work.idle()
    assert [each.via for each in slack.messages] == ["user"]
    assert slack.ledger.unfurls == []
