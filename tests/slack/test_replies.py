"""How many messages an answer leaves standing, wherever it was asked for, and when Slack fails.

Slack replaces the message whose button was pressed, and nothing that was posted through a
response_url: every message of these tests that can be seen is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.platforms import Picture
from bot.platforms.slack.pictures import READY_S
from briefings.subscriptions import Scope
from tests.fakes.answers import ANSWERS
from tests.fakes.clock import FakeClock
from tests.servers.slack import Message, SlackServer
from tests.servers.slack.troubles import CLOSED, GARBAGE, HALF
from tests.slack.desks import Answers, connected

DRAWN = Picture(
    b"\x89PNG\r\n\x1a\n and so on", "Timeline of Acme: <1> event & no more.", "Timeline"
)
WORKING, LONGER = "Working on it …", "This takes a while. The answer comes below."


@pytest.fixture
def answers() -> Answers:
    return Answers(ANSWERS["timeline"], drawn=DRAWN)


@asynccontextmanager
async def impatient(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> AsyncIterator[None]:
    """A desk that announces every answer it has to wait for, be it for one turn of the loop.

    It knows Ann and Bob: whom it does not it asks Slack about.
    """
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers, patience_s=0) as connection:
        for user in (acme.ann, acme.bob):
            scope = Scope("slack", acme.id, acme.news.id)
            await connection.inbound.people.principal(scope, user.id)
        yield


def seen(slack: SlackServer) -> list[Message]:
    """What can be read now, but for what people wrote."""
    return [each for each in slack.messages if each.visible and each.via != "user"]


def kinds(slack: SlackServer) -> list[str]:
    """What can be read now: an answer, with a picture or without, a picture alone, or words."""
    return [_kind(each) for each in seen(slack)]


def _kind(message: Message) -> str:
    match [block["type"] for block in message.blocks]:
        case []:
            return message.text
        case ["image"]:
            return "picture"
        case [*_, "image", "actions"]:
            return "answer with picture"
        case _:
            return "answer"


def replaced(slack: SlackServer) -> list[bool]:
    """Of every post to a response_url, whether it asks for the place of another message."""
    return [each.arguments["replace_original"] for each in slack.ledger.calls("response_url")]


# --- after a slash command: what stands, stands -------------------------------------------------


async def test_a_command_is_answered_at_once_and_its_picture_comes_alone(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.drawing = asyncio.Event()
    async with impatient(slack, tmp_path, clock, answers):
        done = await slack.people.slash(slack.acme.news, slack.acme.bob, "timeline a")
        await done.reply()
        assert kinds(slack) == ["answer"]
        answers.drawing.set()
        picture = await done.reply(2)
    assert kinds(slack) == ["answer", "picture"]
    assert (picture.to, replaced(slack)) == (slack.acme.bob.id, [False, False])
    assert picture.text == "Timeline of Acme: &lt;1&gt; event &amp; no more."


async def test_a_picture_that_slack_does_not_take_leaves_no_words_behind(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.drawing, slack.slack.late_files = asyncio.Event(), 2
    async with impatient(slack, tmp_path, clock, answers):
        await (await slack.people.slash(slack.acme.news, slack.acme.bob, "timeline a")).reply()
        answers.drawing.set()
    assert kinds(slack) == ["answer"]
    assert clock.slept == [READY_S]


async def test_a_picture_that_is_never_drawn_is_not_missed(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.drawing, answers.drawn = asyncio.Event(), ValueError("too much ink")
    async with impatient(slack, tmp_path, clock, answers):
        await (await slack.people.slash(slack.acme.news, slack.acme.bob, "timeline a")).reply()
        answers.drawing.set()
    assert kinds(slack) == ["answer"]


async def test_a_command_that_takes_long_is_told_so_in_words_that_may_stand(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.answer, answers.gate = ANSWERS["briefing"], asyncio.Event()
    async with impatient(slack, tmp_path, clock, answers):
        done = await slack.people.slash(slack.acme.news, slack.acme.bob, "acme globex")
        await done.reply()
        answers.gate.set()
        await done.reply(2)
    assert kinds(slack) == [LONGER, "answer"]
    assert replaced(slack) == [False, False]


async def test_three_slow_links_are_all_answered_by_one_response_url(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    answers.answer, answers.turns = ANSWERS["article"], 9
    text = "<https://a.example/1> <https://b.example/2> <https://c.example/3>"
    async with impatient(slack, tmp_path, clock, answers):
        message = slack.people.say(acme.news, acme.ann, text)
        done = await slack.people.shortcut("summarise_links", acme.bob, message)
        await done.reply(4)
    assert kinds(slack) == [LONGER, "answer", "answer", "answer"]
    assert {each.to for each in seen(slack)} == {acme.bob.id}
    assert len(answers.asked) == 3


# --- where something makes room -----------------------------------------------------------------


@pytest.mark.parametrize("slow", [False, True])
async def test_a_button_of_a_private_answer_leaves_one_message(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, slow: bool
) -> None:
    acme, answers.answer = slack.acme, ANSWERS["briefing"]
    async with impatient(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acme globex")).reply()
        answers.answer = ANSWERS["timeline"]
        answers.gate = asyncio.Event() if slow else None
        await slack.people.press(reply, "timeline", user=acme.bob)
        if answers.gate is not None:
            await slack.ledger.until("words", lambda: reply.text == WORKING)
            answers.gate.set()
        await slack.ledger.until("picture", lambda: kinds(slack) == ["answer with picture"])
    assert seen(slack) == [reply]
    assert replaced(slack) == [False, *[True] * (3 if slow else 2)]


async def test_a_button_below_what_all_see_answers_beside_it(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme, answers.answer = slack.acme, ANSWERS["briefing"]
    async with impatient(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acme globex")).reply()
        shared = await (await slack.people.press(reply, "share", user=acme.bob)).reply()
        answers.gate = asyncio.Event()
        pressed = await slack.people.press(shared, "facts", user=acme.ann)
        await pressed.reply()
        answers.gate.set()
        answer = await pressed.reply(2)
    assert kinds(slack) == ["answer", "answer", LONGER, "answer"]
    assert shared.edited_at is None
    assert answer.to == acme.ann.id
    assert replaced(slack) == [False] * 3


async def test_in_a_thread_the_answer_takes_the_place_of_the_words(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.gate = asyncio.Event()
    async with impatient(slack, tmp_path, clock, answers):
        done = await slack.people.mention(slack.acme.news, slack.acme.bob, "timeline a")
        reply = await done.reply()
        assert reply.text == WORKING
        answers.gate.set()
        await slack.ledger.until("picture", lambda: kinds(slack) == ["answer with picture"])
    assert seen(slack) == [reply]


@pytest.mark.parametrize("button", ["share", "subscribe"])
async def test_a_refusal_stands_beside_the_answer_it_is_about(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, button: str
) -> None:
    acme, answers.answer = slack.acme, ANSWERS["briefing"]
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.lounge, acme.bob, "acme globex")).reply()
        slack.slack.refused["views.open"] = "expired_trigger_id"
        await (await slack.people.press(reply, button, user=acme.bob)).reply()
    assert kinds(slack) == ["answer", "answer"]
    assert reply.edited_at is None
    assert replaced(slack) == [False, False]


# --- where a connection breaks ------------------------------------------------------------------


@pytest.mark.parametrize("how", [CLOSED, GARBAGE, HALF])
async def test_words_that_do_not_arrive_do_not_cost_the_answer(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, how: str
) -> None:
    answers.answer, answers.gate = ANSWERS["briefing"], asyncio.Event()
    slack.slack.broken_responses = [how]
    async with impatient(slack, tmp_path, clock, answers):
        await slack.people.slash(slack.acme.news, slack.acme.bob, "acme globex")
        await slack.ledger.until("the break", lambda: not slack.slack.broken_responses)
        answers.gate.set()
        await slack.ledger.until("answer", lambda: "answer" in kinds(slack))
    assert kinds(slack) == [*([LONGER] if how == HALF else []), "answer"]


@pytest.mark.parametrize("how", [CLOSED, GARBAGE, HALF])
async def test_an_answer_that_does_not_arrive_is_in_the_log_without_its_address(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    how: str,
) -> None:
    answers = Answers(ANSWERS["briefing"])
    slack.slack.broken_responses = [how]
    async with connected(slack, tmp_path, clock, answers):
        await slack.people.slash(slack.acme.news, slack.acme.bob, "acme globex")
        await slack.ledger.until("the break", lambda: not slack.slack.broken_responses)
    assert "an answer did not reach Slack (" in caplog.text
    assert "Traceback" not in caplog.text
    assert "/response/" not in caplog.text
