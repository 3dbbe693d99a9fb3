"""Whatever Slack brings again acts once: events, commands, presses, shortcuts (faults.csv I1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.clock import FakeClock
from tests.servers.slack import Interaction, SlackServer
from tests.slack.desks import Answers, connected

TIMES = 100


@pytest.fixture
def answers() -> Answers:
    return Answers()


async def bring_again(slack: SlackServer, done: Interaction, times: int = TIMES) -> None:
    for _ in range(times):
        await slack.post.redeliver(done.delivery)
        assert done.ack_s is not None


async def test_commands_and_events_that_come_again_act_once(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers) as connection:
        command = await slack.people.slash(acme.news, acme.bob, "a command")
        mention = await slack.people.mention(acme.news, acme.bob, "a mention")
        direct = await slack.people.direct_message(acme.bob, "a message")
        for done in (command, mention, direct):
            await bring_again(slack, done)
        await connection.inbound.work.idle()
    assert sorted(answers.texts) == ["a command", "a mention", "a message"]
    assert len(slack.ledger.calls("response_url")) == 1
    assert len(slack.ledger.calls("chat.postMessage")) == 2


async def test_presses_and_shortcuts_that_come_again_act_once(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers) as connection:
        reply = await (await slack.people.slash(acme.news, acme.bob, "help")).reply()
        share = await slack.people.press(reply, "share", user=acme.bob)
        await share.reply()
        message = slack.people.say(acme.news, acme.ann, "<https://a.example/1>")
        shortcut = await slack.people.shortcut("summarise_links", acme.bob, message)
        await shortcut.reply()
        for done in (share, shortcut):
            await bring_again(slack, done, 20)
        await connection.inbound.work.idle()
    assert answers.texts == ["help", "/intel help", "summarize https://a.example/1"]
    assert len(slack.ledger.calls("chat.postMessage")) == 1


async def test_the_same_press_twice_is_two_presses(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        first = await slack.people.slash(acme.news, acme.bob, "help")
        second = await slack.people.slash(acme.news, acme.bob, "help")
        await first.reply()
        await second.reply()
    assert answers.texts == ["help", "help"]


async def test_it_is_remembered_over_a_restart(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme, url = slack.acme, f"sqlite:///{tmp_path / 'inbox.db'}"
    async with connected(slack, tmp_path, clock, answers, store_url=url):
        done = await slack.people.slash(acme.news, acme.bob, "help")
        await done.reply()
    async with connected(slack, tmp_path, clock, answers, store_url=url) as connection:
        await bring_again(slack, done, 3)
        await connection.inbound.work.idle()
    assert answers.texts == ["help"]
