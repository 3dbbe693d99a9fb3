"""Messages of digests on their way to Slack: what is sent, when, and with whose token."""

from __future__ import annotations

import json
import logging

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.markup import pages
from bot.platforms.slack.poster import EVENT_TYPE, SlackPoster
from bot.platforms.slack.refusals import not_installed
from briefings.errors import (
    Overdue,
    Refused,
    Rejected,
)
from briefings.ports import Post
from briefings.subscriptions import Scope
from tests.fakes.clock import START
from tests.faults.plan import Act, Fault, Moment
from tests.slack.posting import KEY, NEWS, PAYLOAD, SECRET, TOKEN, post, running

# --- sending --------------------------------------------------------------------------------------


async def test_a_message_is_sent_as_blocks_with_its_key_and_pings_nobody() -> None:
    async with running() as slack:
        ts = await slack.send()
        assert ts == f"{int(START.timestamp())}.000100"
        (said,) = slack.sent()
        assert said == {
            "channel": "C1",
            "text": f"{SECRET} &amp;",
            "blocks": [{"type": "section", "text": {"type": "plain_text", "text": SECRET}}],
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": KEY}},
            "unfurl_links": False,
            "unfurl_media": False,
            "link_names": False,
            "parse": "none",
        }
        assert slack.calls == 1


async def test_what_follows_goes_into_the_thread_of_the_first() -> None:
    async with running() as slack:
        first = await slack.send()
        await slack.send(post(number=2, first_id=first))
        assert [said.get("thread_ts") for said in slack.sent()] == [None, first]


async def test_a_plain_message_is_text_without_marks_blocks_or_thread() -> None:
    async with running() as slack:
        await slack.send(post(number=2, first_id="1.000001", plain=True))
        (said,) = slack.sent()
        assert said["text"] == f"{SECRET} &amp;"
        assert said["mrkdwn"] is False
        assert "blocks" not in said
        assert "thread_ts" not in said


@pytest.mark.parametrize(
    ("before", "kept"),
    [(39_998, 39_998), (39_997, 39_997), (39_996, 39_996)],
    ids=["one letter of an escape", "two", "three"],
)
async def test_text_is_cut_to_what_slack_takes_and_not_within_an_escape(
    before: int, kept: int
) -> None:
    async with running() as slack:
        payload = json.dumps({"blocks": [], "text": "x" * before + "&amp;" + "y" * 10})
        await slack.send(post(payload=payload, plain=True))
        (said,) = slack.sent()
        assert said["text"] == "x" * kept + "…"


async def test_every_message_is_within_slacks_limits_and_of_its_shape() -> None:
    """The server holds each against them."""
    markdown = "# Alibaba\n\n" + "\n\n".join(f"**{n}.** {'word ' * 300}" for n in range(40))
    async with running() as slack:
        payloads = slack.poster.prepare(markdown)
        assert len(payloads) > 1
        assert payloads == slack.poster.prepare(markdown)
        first = ""
        for number, payload in enumerate(payloads, 1):
            for plain in (False, True):
                sent = await slack.send(
                    post(number=number, first_id=first, plain=plain, payload=payload)
                )
            first = first or sent
        await slack.poster.alert(NEWS, "U1", "**Digest 1** was not delivered.")
        assert len(slack.ledger.messages) == 2 * len(payloads)


async def test_several_workspaces_are_posted_to_with_a_token_each() -> None:
    async with running() as slack:
        for workspace in ("T1", "T2"):
            scope = Scope("slack", workspace, "C1")
            await slack.poster.send(Post(scope, KEY, PAYLOAD, 1, 1, "", START), slack.ready)
        assert [message.workspace for message in slack.ledger.messages] == ["T1", "T2"]


async def test_the_way_out_is_the_clients_and_not_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with running() as slack:
        await slack.send()
        assert len(slack.ledger.messages) == 1


async def test_no_log_holds_a_token_or_a_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running() as slack:
        await slack.send()
        for fault in (
            Fault(Moment.READ, Act.ANSWER, 500, body="<html>"),
            Fault(Moment.HALF, Act.RESET),
        ):
            slack.plan.add(fault)
            await slack.failure()
        await slack.poster.copies(post())
        assert SECRET not in caplog.text
        assert TOKEN not in caplog.text


def test_its_pace_is_slacks_and_it_takes_no_key_for_one() -> None:
    assert (SlackPoster.pace_s, SlackPoster.nonce_s) == (1.1, 0.0)


# --- ready ----------------------------------------------------------------------------------------


async def test_what_ready_raises_passes_and_not_one_byte_was_sent() -> None:
    async with running() as slack:

        def overdue() -> None:
            raise Overdue("The process stood still for too long.")

        with pytest.raises(Overdue):
            await slack.poster.send(post(), overdue)
        assert slack.ledger.asked == []
        await slack.send()
        assert len(slack.ledger.messages) == 1


async def test_ready_is_not_called_without_a_connection() -> None:
    async with running() as slack:
        await slack.server.stop_listening()
        assert type(await slack.failure()) is Refused
        assert slack.calls == 0


async def test_ready_is_called_before_anything_arrives() -> None:
    async with running() as slack:
        arrived: list[int] = []
        await slack.poster.send(post(), lambda: arrived.append(len(slack.ledger.asked)))
        assert arrived == [0]


# --- tokens ---------------------------------------------------------------------------------------


async def test_a_workspace_without_a_token_is_told_to_install_again() -> None:
    async def nothing(_workspace: str) -> AsyncWebClient:
        return AsyncWebClient(token=None)

    async def refusal(_workspace: str) -> AsyncWebClient:
        raise not_installed()

    for client_for in (nothing, refusal):
        with pytest.raises(Rejected) as raised:
            await SlackPoster(client_for, pages=pages).send(post(), lambda: None)
        assert raised.value.whole_workspace
        assert str(raised.value).startswith(
            "intelbrief has no token for the workspace. A workspace admin installs the app again"
        )


async def test_where_tokens_cannot_be_read_nothing_was_sent() -> None:
    async def broken(_workspace: str) -> AsyncWebClient:
        raise RuntimeError("disk")

    with pytest.raises(Refused, match="could not be read"):
        await SlackPoster(broken, pages=pages).send(post(), lambda: None)
