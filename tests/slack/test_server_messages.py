"""What the loopback Slack takes as a message, and what it refuses as Slack does."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer, shapes
from tests.slack.asking import PLAIN, actions, button, client_of, refusal, sections, table, text


async def test_a_message_is_posted_found_changed_and_deleted(slack: SlackServer) -> None:
    client, news = client_of(slack), slack.acme.news
    metadata = {"event_type": "digest", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel=news.id, text="one", metadata=metadata, **PLAIN)
    ts = posted["ts"]
    assert posted["message"]["bot_id"] == slack.acme.team.bot_id
    plain = await client.conversations_history(channel=news.id)
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(channel=news.id, include_all_metadata=True)
    assert [(each["ts"], each["metadata"]) for each in full["messages"]] == [(ts, metadata)]
    link = await client.chat_getPermalink(channel=news.id, message_ts=ts)
    assert link["permalink"].endswith(f"/archives/{news.id}/p{ts.replace('.', '')}")
    await client.chat_update(channel=news.id, ts=ts, text="two")
    await client.chat_postMessage(channel=news.id, text="reply", thread_ts=ts, **PLAIN)
    assert [each.text for each in slack.ledger.visible(news)] == ["two", "reply"]
    history = await client.conversations_history(channel=news.id)
    assert [each["text"] for each in history["messages"]] == ["two"]
    thread = await client.conversations_replies(channel=news.id, ts=ts)
    assert [each["text"] for each in thread["messages"]] == ["two", "reply"]
    await client.chat_delete(channel=news.id, ts=ts)
    assert await refusal(client.chat_delete(channel=news.id, ts=ts)) == "message_not_found"
    assert [each.text for each in slack.ledger.visible(news)] == ["reply"]


async def test_messages_of_others_are_not_the_apps(slack: SlackServer) -> None:
    client, acme = client_of(slack), slack.acme
    said = slack.people.say(acme.news, acme.ann, "mine")
    there: dict[str, Any] = {"channel": acme.news.id, "ts": said.ts}
    assert await refusal(client.chat_delete(**there)) == "cant_delete_message"
    assert await refusal(client.chat_update(text="x", **there)) == "cant_update_message"


async def test_channels_have_to_be_the_apps(slack_two: SlackServer) -> None:
    client, acme = client_of(slack_two), slack_two.acme
    places = {
        "lounge": acme.lounge.id,
        "cellar": acme.cellar.id,
        "attic": acme.attic.id,
        "foreign": slack_two.globex.news.id,
        "nowhere": "C0NOWHERE",
    }
    found = {
        name: await refusal(client.chat_postMessage(channel=id, text="x", **PLAIN))
        for name, id in places.items()
    }
    assert found == {
        "lounge": "not_in_channel",
        "cellar": "channel_not_found",
        "attic": "is_archived",
        "foreign": "channel_not_found",
        "nowhere": "channel_not_found",
    }
    assert slack_two.messages == []


MESSAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "nothing": ("no_text", {"text": ""}),
    "text": ("msg_too_long", {"text": "x" * 40_001}),
    "blocks": ("invalid_blocks", {"blocks": [{"type": "divider"}] * 51}),
    "together": ("msg_blocks_too_long", {"blocks": sections(5, 2900)}),
    "section": ("invalid_blocks", {"blocks": sections(1, 3001)}),
    "empty section": ("invalid_blocks", {"blocks": [{"type": "section"}]}),
    "empty text": ("invalid_blocks", {"blocks": sections(1, 0)}),
    "fields": (
        "invalid_blocks",
        {"blocks": [{"type": "section", "fields": [text(1)] * 11}]},
    ),
    "field": ("invalid_blocks", {"blocks": [{"type": "section", "fields": [text(2001)]}]}),
    "header": ("invalid_blocks", {"blocks": [{"type": "header", "text": text(151)}]}),
    "context": (
        "invalid_blocks",
        {"blocks": [{"type": "context", "elements": [text(1)] * 11}]},
    ),
    "no elements": ("invalid_blocks", {"blocks": [{"type": "context", "elements": []}]}),
    "buttons": (
        "invalid_blocks",
        {"blocks": actions(*(button(action_id=f"a{n}") for n in range(26)))},
    ),
    "twice": ("invalid_blocks", {"blocks": actions(button(), button())}),
    "button text": ("invalid_blocks", {"blocks": actions(button(text=text(76)))}),
    "button value": ("invalid_blocks", {"blocks": actions(button(value="x" * 2001))}),
    "button url": ("invalid_blocks", {"blocks": actions(button(url="https://x.example/" * 200))}),
    "markdown": ("invalid_blocks", {"blocks": [{"type": "markdown", "text": "x" * 12_001}]}),
    "rows": ("invalid_blocks", {"blocks": [table(101, 1)]}),
    "cells": ("invalid_blocks", {"blocks": [table(1, 21)]}),
    "table text": ("invalid_blocks", {"blocks": [table(2, 2, 2600)]}),
    "tables": ("invalid_blocks", {"blocks": [table(1, 1), table(1, 1)]}),
    "ids": ("invalid_blocks", {"blocks": [{"type": "divider", "block_id": "b"}] * 2}),
    "id": ("invalid_blocks", {"blocks": [{"type": "divider", "block_id": "b" * 256}]}),
    "metadata": (
        "metadata_too_large",
        {"metadata": {"event_type": "e", "event_payload": {"k": "x" * 17_000}}},
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_what_slack_does_not_take_is_refused_and_recorded(
    slack: SlackServer, name: str
) -> None:
    expected, arguments = MESSAGES[name]
    said: dict[str, Any] = {"channel": slack.acme.news.id, "text": "beside", **arguments, **PLAIN}
    asked = client_of(slack).api_call("chat.postMessage", json=said)
    assert await refusal(asked) == expected
    assert slack.messages == []
    assert slack.forgive()


LARGEST: dict[str, list[dict[str, Any]]] = {
    "blocks": [{"type": "divider"}] * 50,
    "section": sections(1, 3000),
    "fields": [{"type": "section", "fields": [text(1)] * 10}],
    "header": [{"type": "header", "text": text(150)}],
    "context": [{"type": "context", "elements": [text(1)] * 10}],
    "buttons": actions(*(button(action_id=f"a{n}", text=text(75)) for n in range(25))),
    "value": actions(button(value="x" * 2000)),
    "markdown": [{"type": "markdown", "text": "x" * 12_000}],
    "table": [table(20, 20)],
}


@pytest.mark.parametrize("name", LARGEST)
async def test_the_largest_there_is_passes(slack: SlackServer, name: str) -> None:
    said: dict[str, Any] = {
        "channel": slack.acme.news.id,
        "text": "beside",
        "blocks": LARGEST[name],
    }
    await client_of(slack).chat_postMessage(**said, **PLAIN)
    assert [each.blocks for each in slack.messages] == [LARGEST[name]]


@pytest.mark.skipif(not shapes.present(), reason="../shared/specs is not there")
@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "section", "text": {"type": "plain_text", "text": "x"}, "colour": "red"},
        {"type": "section", "text": "x"},
        {"type": "sparkles"},
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        {"type": "actions", "elements": [{"type": "button", "text": "x"}]},
    ],
)
async def test_shapes_are_the_official_ones(slack: SlackServer, block: dict[str, Any]) -> None:
    said: dict[str, Any] = {"channel": slack.acme.news.id, "text": "beside", "blocks": [block]}
    assert await refusal(client_of(slack).chat_postMessage(**said, **PLAIN)) == "invalid_blocks"
    assert {violation.pointer.split("/")[1] for violation in slack.forgive()} == {"blocks"}


async def test_what_may_ping_or_unfurl_passes_and_is_recorded(slack: SlackServer) -> None:
    client, news = client_of(slack), slack.acme.news.id
    await client.chat_postMessage(channel=news, text="x", unfurl_links=False)
    await client.chat_postMessage(channel=news, text="x", link_names=True, **PLAIN)
    await client.chat_postMessage(channel=news, text="x", parse="full", **PLAIN)
    await client.api_call(
        "chat.postMessage", json={"channel": news, "blocks": sections(1), **PLAIN}
    )
    codes = [violation.code for violation in slack.forgive()]
    assert codes == ["unfurls", "pings", "pings", "no_fallback"]
    assert len(slack.messages) == 4


async def test_blocks_validate_says_where(slack: SlackServer) -> None:
    client = client_of(slack)
    good = await client.api_call("blocks.validate", json={"blocks": sections(1)})
    assert good["ok"]
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("blocks.validate", json={"blocks": sections(1, 3001)})
    errors = caught.value.response["errors"]
    assert errors[0] == {
        "pointer": "/blocks/0/text",
        "code": "too_long",
        "message": "must be less than 3001 characters",
    }
    assert slack.violations == []


async def test_ephemeral_messages_are_for_one_person(slack: SlackServer) -> None:
    client, acme = client_of(slack), slack.acme
    await client.chat_postEphemeral(channel=acme.news.id, user=acme.bob.id, text="psst")
    assert [each.text for each in slack.ledger.ephemerals(acme.bob.id)] == ["psst"]
    assert slack.ledger.visible(acme.news) == []
    asked = client.chat_postEphemeral(channel=acme.news.id, user="U0NOBODY", text="psst")
    assert await refusal(asked) == "user_not_in_channel"


async def test_a_channel_takes_a_message_a_second(slack: SlackServer, clock: FakeClock) -> None:
    slack.slack.pace_s = 1.0
    client, news = client_of(slack), slack.acme.news.id
    await client.chat_postMessage(channel=news, text="one", **PLAIN)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=news, text="two", **PLAIN)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    clock.advance(seconds=1)
    await client.chat_postMessage(channel=news, text="two", **PLAIN)


async def test_previews_are_recorded(slack: SlackServer) -> None:
    acme = slack.acme
    unfurls = {"https://x.example/": {"blocks": sections(1)}}
    await client_of(slack).chat_unfurl(channel=acme.news.id, ts="1.1", unfurls=unfurls)
    assert [each.unfurls for each in slack.ledger.unfurls] == [unfurls]
