"""What people do in the loopback Slack, answered by a real Bolt app over its socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import Message, SlackServer, View, Workspace
from tests.slack.asking import PLAIN

FRUIT = [
    {"text": {"type": "plain_text", "text": name.title()}, "value": name}
    for name in ("apple", "pear")
]


def title(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def field(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": title(block_id),
        "element": {"action_id": f"{block_id}_action", **element},
        **more,
    }


FORM = {
    "type": "modal",
    "callback_id": "form",
    "private_metadata": "signed",
    "title": title("Form"),
    "submit": title("Send"),
    "blocks": [
        field("fruit", {"type": "static_select", "options": FRUIT}),
        field("topic", {"type": "external_select", "min_query_length": 0}),
        field("day", {"type": "datepicker", "initial_date": "2026-03-02"}),
        field("note", {"type": "plain_text_input"}, optional=True),
        {
            "type": "actions",
            "block_id": "row",
            "elements": [{"type": "button", "action_id": "add", "text": title("Add")}],
        },
    ],
}
BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "more", "text": title("More"), "value": "page 2"},
            {"type": "button", "action_id": "share", "text": title("Share"), "value": "share"},
        ],
    }
]


@asynccontextmanager
async def bolt(slack: SlackServer, workspace: Workspace | None = None) -> AsyncIterator[AsyncApp]:
    """A Bolt app that is connected; listeners may be added to it."""
    token = (workspace or slack.acme).token
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=slack.base_url, retry_handlers=[]))
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=0.05)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def open_form(slack: SlackServer, app: AsyncApp, form: dict[str, Any] = FORM) -> View:
    @app.command("/intel")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    done = await slack.people.slash(slack.acme.news, slack.acme.ann, "subscribe")
    return await done.view()


async def test_a_command_is_answered_privately(slack: SlackServer) -> None:
    acme = slack.acme
    async with bolt(slack) as app:

        @app.command("/intel")
        async def command(ack: Any, respond: Any) -> None:
            await ack()
            await respond(text="answer", blocks=BUTTONS)

        @app.action("more")
        async def more(ack: Any, body: dict[str, Any], respond: Any) -> None:
            await ack()
            assert "message" not in body
            await respond(text=body["actions"][0]["value"], replace_original=True)

        done = await slack.people.slash(acme.board, acme.bob, "alibaba")
        reply = await done.reply()
        assert done.ack is None
        assert (reply.text, reply.to, reply.ephemeral) == ("answer", acme.bob.id, True)
        assert done.delivery.payload["channel_name"] == "privategroup"
        pressed = await slack.people.press(reply, "more")
        assert pressed.user is acme.bob
        await slack.ledger.until("new text", lambda: reply.text == "page 2")
    assert len(done.own_replies) == 1


async def test_a_button_of_a_public_message_carries_it(slack: SlackServer) -> None:
    acme = slack.acme
    async with bolt(slack) as app:
        seen: list[dict[str, Any]] = []

        @app.action("share")
        async def share(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            seen.append(body)

        posted = await app.client.chat_postMessage(
            channel=acme.news.id, text="digest", blocks=BUTTONS, **PLAIN
        )
        message = slack.ledger.message(acme.news, posted["ts"])
        assert message is not None
        done = await slack.people.press(message, "share", "share", user=acme.bob)
        assert done.ack_s is not None
    body = seen[0]
    assert body["message"]["ts"] == body["container"]["message_ts"] == posted["ts"]
    assert body["user"]["id"] == acme.bob.id
    assert body["actions"][0]["value"] == "share"
    with pytest.raises(AssertionError, match="no 'sources'"):
        await slack.people.press(message, "sources")


async def test_mentions_direct_messages_shortcuts_and_links(slack: SlackServer) -> None:
    acme = slack.acme
    seen: list[tuple[str, str]] = []
    async with bolt(slack) as app:

        @app.event("app_mention")
        async def mentioned(event: dict[str, Any], say: Any) -> None:
            seen.append(("mention", event["text"]))
            await say(text="in thread", thread_ts=event["ts"], **PLAIN)

        @app.event("message")
        async def written(event: dict[str, Any]) -> None:
            seen.append((event["channel_type"], event["text"]))

        @app.event("link_shared")
        async def shared(event: dict[str, Any]) -> None:
            seen.append(("link", event["links"][0]["domain"]))

        @app.event("app_home_opened")
        async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
            await client.views_publish(
                user_id=event["user"], view={"type": "home", "blocks": BUTTONS}
            )

        @app.shortcut("summarise")
        async def summarise(ack: Any, body: dict[str, Any], respond: Any) -> None:
            await ack()
            seen.append((body["type"], body.get("message", {}).get("text", "")))

        mention = await slack.people.mention(acme.news, acme.bob, "alibaba")
        reply: Message = await mention.reply()
        assert reply.thread_ts == slack.messages[0].ts
        await slack.people.direct_message(acme.bob, "tencent")
        await slack.people.link_shared(acme.news, acme.bob, "https://x.example/a")
        said = slack.people.say(acme.news, acme.bob, "see https://y.example")
        await slack.people.shortcut("summarise", acme.ann, said)
        await slack.people.shortcut("summarise", acme.ann)
        await slack.people.open_home(acme.ann)
        view = await slack.ledger.until("home", lambda: slack.ledger.home(acme.team, acme.ann.id))
        await slack.ledger.until("all of them", lambda: len(seen) == 5)
    assert view.blocks[0]["elements"] == BUTTONS[0]["elements"]
    assert seen == [
        ("mention", f"<@{acme.team.bot.id}> alibaba"),
        ("im", "tencent"),
        ("link", "x.example"),
        ("message_action", "see https://y.example"),
        ("shortcut", ""),
    ]


async def test_a_form_is_filled_in_refused_and_taken(slack: SlackServer) -> None:
    async with bolt(slack) as app:
        states: list[dict[str, Any]] = []

        @app.options("topic_action")
        async def topics(ack: Any, payload: dict[str, Any]) -> None:
            text = payload["value"]
            await ack(options=[{"text": title(f"{text} {n}"), "value": f"{n}"} for n in (1, 2)])

        @app.view("form")
        async def submitted(ack: Any, view: dict[str, Any]) -> None:
            states.append(view["state"]["values"])
            if len(states) == 1:
                await ack(response_action="errors", errors={"day": "Too soon."})
            else:
                await ack()

        @app.action("add")
        async def add(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            grown = {**FORM, "blocks": [*body["view"]["blocks"], {"type": "divider"}]}
            await client.views_update(view_id=body["view"]["id"], view=grown)

        view = await open_form(slack, app)
        people = slack.people
        with pytest.raises(AssertionError, match="fruit must be filled in"):
            await people.submit(view, {"topic": "1"})
        with pytest.raises(AssertionError, match="no 'plum'"):
            await people.submit(view, {"fruit": "plum"})
        options = await people.suggest(view, "topic_action", "ali")
        assert [each["text"]["text"] for each in options] == ["ali 1", "ali 2"]
        await people.press(view, "add")
        await slack.ledger.until("longer form", lambda: len(view.blocks) == 6)
        values = {"fruit": "pear", "topic": options[1], "note_action": "hello"}
        refused = await people.submit(view, values)
        assert (refused.errors, view.is_open) == ({"day": "Too soon."}, True)
        taken = await people.submit(view, {**values, "day": "2026-03-09"})
        assert (taken.errors, view.is_open) == ({}, False)
    assert states[1] == {
        "fruit": {"fruit_action": {"type": "static_select", "selected_option": FRUIT[1]}},
        "topic": {"topic_action": {"type": "external_select", "selected_option": options[1]}},
        "day": {"day_action": {"type": "datepicker", "selected_date": "2026-03-09"}},
        "note": {"note_action": {"type": "plain_text_input", "value": "hello"}},
    }
    assert states[0]["day"]["day_action"]["selected_date"] == "2026-03-02"


@pytest.mark.parametrize("action", ["update", "push", "clear"])
async def test_a_submission_leads_on(slack: SlackServer, action: str) -> None:
    simple = {**FORM, "blocks": [{"type": "divider"}]}
    async with bolt(slack) as app:

        @app.view("form")
        async def submitted(ack: Any) -> None:
            if action == "clear":
                await ack(response_action="clear")
            else:
                await ack(response_action=action, view={**simple, "title": title("Next")})

        view = await open_form(slack, app, simple)
        await slack.people.submit(view)
    titles = [(each.content["title"]["text"], each.is_open) for each in slack.ledger.views]
    assert (
        titles
        == {
            "update": [("Next", True)],
            "push": [("Form", True), ("Next", True)],
            "clear": [("Form", False)],
        }[action]
    )


async def test_options_that_slack_would_not_take_are_recorded(slack: SlackServer) -> None:
    async with bolt(slack) as app:

        @app.options("topic_action")
        async def topics(ack: Any) -> None:
            await ack(options=[{"text": title("x" * 76), "value": str(n)} for n in range(101)])

        view = await open_form(slack, app)
        await slack.people.suggest(view, "topic_action", "a")
    codes = [violation.code for violation in slack.forgive()]
    assert codes == ["too_many", *["too_long"] * 101]


async def test_an_app_is_told_that_it_was_removed(slack: SlackServer) -> None:
    acme = slack.acme
    seen: list[str] = []
    async with bolt(slack) as app:
        for kind in ("app_uninstalled", "tokens_revoked"):

            @app.event(kind)
            async def ended(event: dict[str, Any]) -> None:
                seen.append(event["type"])

        await slack.people.uninstall(acme.team)
        await slack.ledger.until("both events", lambda: len(seen) == 2)
    assert sorted(seen) == ["app_uninstalled", "tokens_revoked"]
    assert acme.team.token.state == "account_inactive"


@pytest.mark.parametrize("org_wide", [False, True])
async def test_a_workspace_in_a_grid_says_so(slack: SlackServer, org_wide: bool) -> None:
    grid = slack.add_enterprise("Group", org_wide=org_wide)
    east = slack.furnish("East", grid)
    seen: list[Any] = []
    async with bolt(slack, east) as app:

        @app.command("/intel")
        async def command(ack: Any, context: Any) -> None:
            await ack()
            seen.append((context.enterprise_id, context.team_id, context.is_enterprise_install))

        @app.event("app_mention")
        async def mentioned(context: Any) -> None:
            seen.append((context.enterprise_id, context.team_id, context.is_enterprise_install))

        await slack.people.slash(east.news, east.ann, "alibaba")
        await slack.people.mention(east.news, east.ann, "alibaba")
        await slack.ledger.until("both", lambda: len(seen) == 2)
    command_seen, mention_seen = seen
    assert command_seen == (grid.id, east.id, org_wide)
    # An event for an app of the whole grid has its workspace in team_id, not in authorizations.
    assert mention_seen[::2] == (grid.id, org_wide)
