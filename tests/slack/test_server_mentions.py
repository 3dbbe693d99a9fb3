"""Whom the loopback Slack would wake, and which links in it lie."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer
from tests.servers.slack.mentions import lies, within

NAMES = {"ann": "U1", "bob": "U2"}


@pytest.mark.parametrize(
    ("text", "people", "everybody"),
    [
        ("hello <@U0123>", {"U0123"}, set()),
        ("hello <@W0123|ann>", {"W0123"}, set()),
        ("<!subteam^S12|@team>", {"S12"}, set()),
        ("<!here> <!channel|all> <!everyone>", set(), {"!here", "!channel", "!everyone"}),
        ("&lt;@U0123&gt; &lt;!here&gt;", set(), set()),
        ("@ann @here @channel @everyone", set(), set()),
        ("<#C0123> <https://a.example|@here>", set(), set()),
        ("<!date^1392734382^{date}|then>", set(), set()),
        ("< @U0123> <@ U0123> <@u0123>", set(), set()),
        ("<<@U0123>> <x<!here>", {"U0123"}, {"!here"}),
        ("`<@U0123>` *<!here>*", {"U0123"}, {"!here"}),
    ],
)
def test_the_grammar_of_mentions(text: str, people: set[str], everybody: set[str]) -> None:
    found = within(text, [], names=NAMES)
    assert (set(found.people), set(found.everybody)) == (people, everybody)
    block: dict[str, Any] = {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
    assert within("", [block], names=NAMES).people == people
    block = {"type": "section", "text": {"type": "plain_text", "text": text}}
    assert not within("", [block], names=NAMES)


@pytest.mark.parametrize("how", [{"parse": "full"}, {"link_names": True}])
def test_names_wake_people_where_slack_looks_for_them(how: dict[str, Any]) -> None:
    found = within("@ann, @Bob and @carol @here mail@bob", [], names=NAMES, **how)
    assert (set(found.people), set(found.everybody)) == ({"U1", "U2"}, {"!here"})


@pytest.mark.parametrize(
    ("element", "people", "everybody"),
    [
        ({"type": "user", "user_id": "U1"}, {"U1"}, set()),
        ({"type": "usergroup", "usergroup_id": "S1"}, {"S1"}, set()),
        ({"type": "broadcast", "range": "here"}, set(), {"!here"}),
        ({"type": "text", "text": "<@U1> <!here>"}, set(), set()),
    ],
)
def test_rich_text_wakes_by_its_elements_alone(
    element: dict[str, Any], people: set[str], everybody: set[str]
) -> None:
    section = {"type": "rich_text_section", "elements": [element]}
    block = {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [section]}]}
    found = within("", [{"type": "table", "rows": [[block]]}])
    assert (set(found.people), set(found.everybody)) == (people, everybody)


@pytest.mark.parametrize(
    ("address", "label", "lying"),
    [
        ("https://a.example/x", "", False),
        ("https://a.example/x", "Alibaba rises", False),
        ("https://a.example/x", "a.example", False),
        ("https://www.a.example/x", "https://a.example/x", False),
        ("https://evil.example/", "https://bank.com/login", True),
        ("https://evil.example/", "bank.com", True),
        ("https://evil.example/", "www.bank.com/login", True),
        ("https://bank.com.evil.example/", "bank.com", True),
        ("https://bank.com@evil.example/", "https://bank.com", True),
        ("https://a.example/", "Booking.com rises after results", False),
        ("https://evil.example/", "see https://bank.com now", True),
        ("https://evil.example/", "https://user@bank.com/", True),
        ("https://evil.example/", "bank。com", True),
        ("https://evil.example/", "bank.com\u200b", True),
        ("https://evil.example/", "Ｂank．com", True),
        ("https://evil.example/", "bank.com.", True),
        ("https://xn--mnchen-3ya.example/", "münchen.example", False),
    ],
)
def test_a_label_must_not_look_like_another_host(address: str, label: str, lying: bool) -> None:
    assert lies(address, label) is lying


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<https://evil.example|bank.com>"}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "link", "url": "https://evil.example", "text": "bank.com"}
                    ],
                }
            ],
        },
        {"type": "markdown", "text": "[bank.com](https://evil.example)"},
    ],
)
def test_forged_links_are_found_in_every_block(block: dict[str, Any]) -> None:
    found = within("", [block])
    assert found.forged == ("bank.com -> https://evil.example",)
    assert found.links == ("https://evil.example",)


async def test_a_message_that_was_posted_says_whom_it_wakes(slack: SlackServer) -> None:
    acme = slack.acme
    client = AsyncWebClient(token=acme.token, base_url=slack.base_url, retry_handlers=[])
    quiet: dict[str, Any] = {"channel": acme.news.id, "unfurl_links": False, "unfurl_media": False}
    await client.chat_postMessage(text=f"hello <@{acme.bob.id}>", **quiet)
    await client.chat_postMessage(text="hello @bob", **quiet)
    await client.chat_postMessage(text="hello @bob", link_names=True, **quiet)
    slack.forgive()
    woken = [slack.notified(message).people for message in slack.messages]
    assert woken == [{acme.bob.id}, set(), {acme.bob.id}]
