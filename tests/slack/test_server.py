"""The loopback Slack's Web API, asked by the real client and by raw requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer, Workspace
from tests.slack.asking import PLAIN, client_of, refusal, sections, text

# --- how calls come in ------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "form", "query"])
async def test_arguments_are_read_from_every_form(slack: SlackServer, form: str) -> None:
    said = {"channel": slack.acme.news.id, "text": "hello", "blocks": sections(1)}
    flat = {**said, "blocks": json.dumps(said["blocks"]), "unfurl_links": "0"}
    flat["unfurl_media"] = "false"
    ways: dict[str, dict[str, Any]] = {
        "json": {"json": {**said, **PLAIN}},
        "form": {"data": flat},
        "query": {"params": flat},
    }
    headers = {"Authorization": f"Bearer {slack.acme.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.base_url}chat.postMessage", **ways[form]) as answer,
    ):
        assert (await answer.json())["ok"] is True
    assert [(each.text, each.blocks) for each in slack.messages] == [("hello", sections(1))]
    assert [asked.method for asked in slack.requests] == ["chat.postMessage"]


async def test_a_token_may_be_an_argument(slack: SlackServer) -> None:
    url = f"{slack.base_url}auth.test?token={slack.acme.token}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert (await answer.json())["team_id"] == slack.acme.id
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize("state", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_tokens_end(slack: SlackServer, state: str) -> None:
    slack.acme.team.token.state = state
    assert await refusal(client_of(slack).auth_test()) == state


async def test_tokens_are_checked(slack: SlackServer) -> None:
    assert await refusal(client_of(slack, "xoxb-unknown").auth_test()) == "invalid_auth"
    app = client_of(slack, slack.app_token)
    assert await refusal(app.auth_test()) == "not_allowed_token_type"
    bot = client_of(slack)
    asked = bot.apps_connections_open(app_token=slack.acme.token)
    assert await refusal(asked) == "not_allowed_token_type"
    assert await refusal(bot.api_call("chat.shout")) == "unknown_method"
    assert [violation.code for violation in slack.forgive()] == ["unknown_method"]


async def test_scopes_are_checked_by_the_kind_of_channel(slack: SlackServer) -> None:
    acme = slack.acme
    acme.team.token.scopes = {"chat:write", "channels:history"}
    client = client_of(slack)
    await client.conversations_history(channel=acme.news.id)
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel=acme.board.id)
    said = caught.value.response
    assert (said["error"], said["needed"]) == ("missing_scope", "groups:history")
    assert await refusal(client.users_info(user=acme.ann.id)) == "missing_scope"


# --- looking things up ------------------------------------------------------------------------


async def test_the_history_has_pages_a_start_and_a_lag(
    slack: SlackServer, clock: FakeClock
) -> None:
    client, news = client_of(slack), slack.acme.news.id
    stamps = []
    for number in range(5):
        clock.advance(seconds=10)
        posted = await client.chat_postMessage(channel=news, text=str(number), **PLAIN)
        stamps.append(posted["ts"])

    async def texts(**arguments: Any) -> list[str]:
        found = await client.conversations_history(channel=news, **arguments)
        return [each["text"] for each in found["messages"]]

    assert await texts() == ["4", "3", "2", "1", "0"]
    assert await texts(oldest=stamps[2]) == ["4", "3"]
    assert await texts(oldest=stamps[2], inclusive=True) == ["4", "3", "2"]
    assert await texts(latest=stamps[1]) == ["0"]
    pages = await client.conversations_history(channel=news, limit=2)
    seen = [[each["text"] for each in page["messages"]] async for page in pages]
    assert seen == [["4", "3"], ["2", "1"], ["0"]]
    slack.slack.history_lag_s = 15
    assert await texts() == ["2", "1", "0"]
    slack.plan.history_allowed = False
    assert await refusal(client.conversations_history(channel=news)) == "missing_scope"


async def test_conversations_users_and_the_workspace(slack_two: SlackServer) -> None:
    client, acme = client_of(slack_two), slack_two.acme
    info = await client.conversations_info(channel=acme.attic.id)
    assert info["channel"]["is_archived"] is True
    listed = await client.conversations_list(
        types="public_channel,private_channel", exclude_archived=True
    )
    assert [each["name"] for each in listed["channels"]] == ["news", "board", "lounge"]
    mine = await client.users_conversations(types=["public_channel", "private_channel"])
    assert [each["name"] for each in mine["channels"]] == ["news", "board", "attic"]
    people = {
        user.name: (await client.users_info(user=user.id))["user"]
        for user in (acme.olga, acme.ann, acme.bob)
    }
    roles = {name: (said["is_owner"], said["is_admin"]) for name, said in people.items()}
    assert roles == {"olga": (True, True), "ann": (False, True), "bob": (False, False)}
    assert people["bob"]["tz"] == "Asia/Shanghai"
    assert await refusal(client.users_info(user=slack_two.globex.ann.id)) == "user_not_found"
    assert (await client.team_info())["team"]["name"] == "Acme"
    direct = (await client.conversations_open(users=acme.bob.id))["channel"]["id"]
    await client.chat_postMessage(channel=direct, text="hello", **PLAIN)
    await client.chat_postMessage(channel=acme.bob.id, text="again", **PLAIN)
    assert [each.channel.id for each in slack_two.messages] == [direct, direct]


# --- views ------------------------------------------------------------------------------------


def modal(title: str = "Subscribe", **more: Any) -> dict[str, Any]:
    title_object = {"type": "plain_text", "text": title}
    return {"type": "modal", "title": title_object, "blocks": sections(1), **more}


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack_two: SlackServer, clock: FakeClock
) -> None:
    slack, client = slack_two, client_of(slack_two)
    trigger = slack.slack.new_trigger(slack.acme.team, slack.acme.ann.id)
    opened = await client.views_open(trigger_id=trigger, view=modal())
    assert slack.ledger.views[0].user == slack.acme.ann.id
    again = client.views_open(trigger_id=trigger, view=modal())
    assert await refusal(again) == "exchanged_trigger_id"
    foreign = slack.slack.new_trigger(slack.globex.team, slack.globex.ann.id)
    asked = client.views_open(trigger_id=foreign, view=modal())
    assert await refusal(asked) == "invalid_trigger_id"
    late = slack.slack.new_trigger(slack.acme.team, slack.acme.ann.id)
    clock.advance(seconds=3.5)
    asked = client.views_open(trigger_id=late, view=modal())
    assert await refusal(asked) == "expired_trigger_id"
    view = opened["view"]
    changed = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Done"))
    assert changed["view"]["hash"] != view["hash"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Done"))
    assert await refusal(stale) == "hash_conflict"
    globex = client_of(slack, slack.globex.token)
    assert await refusal(globex.views_update(view_id=view["id"], view=modal())) == "not_found"


@pytest.mark.parametrize(
    "view",
    [
        modal("x" * 25),
        modal(private_metadata="x" * 3001),
        modal(callback_id="x" * 256),
        modal(blocks=[{"type": "divider"}] * 101),
        modal(submit={"type": "plain_text", "text": "x" * 25}),
        modal(
            blocks=[
                {
                    "type": "input",
                    "label": text(1),
                    "element": {"type": "plain_text_input", "action_id": "a"},
                }
            ]
        ),
        {"type": "modal", "blocks": []},
        {"type": "toast", "blocks": []},
    ],
)
async def test_views_have_limits(slack: SlackServer, view: dict[str, Any]) -> None:
    trigger = slack.slack.new_trigger(slack.acme.team, slack.acme.ann.id)
    asked = client_of(slack).views_open(trigger_id=trigger, view=view)
    assert await refusal(asked) == "invalid_arguments"
    assert slack.ledger.views == []
    assert slack.forgive() or view["type"] == "toast"


async def test_a_home_tab_is_published(slack: SlackServer) -> None:
    client, acme = client_of(slack), slack.acme
    await client.views_publish(user_id=acme.ann.id, view={"type": "home", "blocks": sections(1)})
    await client.views_publish(user_id=acme.ann.id, view={"type": "home", "blocks": sections(2)})
    home = slack.ledger.home(acme.team, acme.ann.id)
    assert home is not None
    assert (len(home.blocks), len(home.history)) == (2, 1)
    assert slack.ledger.home(acme.team, acme.bob.id) is None


# --- files, installs --------------------------------------------------------------------------


async def test_a_picture_is_uploaded_with_its_alt_text(slack: SlackServer) -> None:
    news = slack.acme.news
    done = await client_of(slack).files_upload_v2(
        channel=news.id, filename="t.png", title="Timeline", content=b"\x89PNG", alt_txt="A line"
    )
    file = slack.ledger.files[0]
    assert (file.content, file.alt_text, file.title) == (b"\x89PNG", "A line", "Timeline")
    assert (file.channel, done["file"]["id"]) == (news.id, file.id)
    assert [each.files[0]["id"] for each in slack.ledger.visible(news)] == [file.id]
    client = client_of(slack)
    begun = await client.files_getUploadURLExternal(filename="u.png", length=9)
    asked = client.files_completeUploadExternal(files=[{"id": begun["file_id"], "title": "u"}])
    assert await refusal(asked) == "file_upload_size_mismatch"


def consent(slack: SlackServer, workspace: Workspace, **more: str) -> str:
    query = {
        "client_id": slack.client_id,
        "scope": "chat:write,commands",
        "state": "s1",
        "redirect_uri": "http://127.0.0.1:9/done",
        **more,
    }
    url = "&".join(f"{name}={value}" for name, value in query.items())
    address = slack.consent(f"{slack.authorize_url}?{url}", workspace.ann)
    assert address.startswith("http://127.0.0.1:9/done?code=")
    assert address.endswith("&state=s1")
    return address.partition("code=")[2].partition("&")[0]


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")
async def test_consent_is_exchanged_for_a_token_once(slack: SlackServer, clock: FakeClock) -> None:
    client = client_of(slack)
    good = {
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "redirect_uri": "http://127.0.0.1:9/done",
    }
    code = consent(slack, slack.acme)
    wrong = {
        "invalid_client_id": {"client_id": "1.1", "code": code},
        "bad_client_secret": {"client_secret": "guess", "code": code},
        "bad_redirect_uri": {"redirect_uri": "http://127.0.0.1:9/other", "code": code},
        "invalid_code": {"code": "guess"},
    }
    for expected, arguments in wrong.items():
        assert await refusal(client.oauth_v2_access(**{**good, **arguments})) == expected
    done = await client.oauth_v2_access(code=code, **good)
    assert (done["team"]["id"], done["scope"]) == (slack.acme.id, "chat:write,commands")
    assert done["access_token"] == slack.acme.token
    assert await refusal(client.oauth_v2_access(code=code, **good)) == "code_already_used"
    late = consent(slack, slack.acme)
    clock.advance(minutes=11)
    assert await refusal(client.oauth_v2_access(code=late, **good)) == "invalid_code"


async def test_an_app_in_a_whole_grid(slack: SlackServer) -> None:
    grid = slack.add_enterprise("Group", org_wide=True)
    east, west = slack.furnish("East", grid), slack.furnish("West", grid)
    assert grid.token is not None
    client = client_of(slack, grid.token.value)
    said = await client.auth_test()
    assert (said["is_enterprise_install"], said["enterprise_id"]) == (True, grid.id)
    for channel in (east.news, west.news):
        await client.chat_postMessage(channel=channel.id, text="x", **PLAIN)
    listed = await client.conversations_list(team_id=west.id, exclude_archived=True)
    assert [each["id"] for each in listed["channels"]] == [west.news.id, west.lounge.id]
    alone = slack.add_enterprise("Other")
    south = slack.furnish("South", alone)
    said = await client_of(slack, south.token).auth_test()
    assert (said["is_enterprise_install"], said["enterprise_id"]) == (False, alone.id)


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda client, slack: client.auth_revoke(), "token_revoked"),
        (
            lambda client, slack: client.apps_uninstall(
                client_id=slack.client_id, client_secret=slack.client_secret
            ),
            "account_inactive",
        ),
    ],
)
async def test_an_app_removes_itself(
    slack: SlackServer, end: Callable[[AsyncWebClient, SlackServer], Any], state: str
) -> None:
    client = client_of(slack)
    await end(client, slack)
    assert await refusal(client.auth_test()) == state
    told = await slack.ledger.until("event", lambda: slack.post.deliveries)
    assert [each.payload["event"]["type"] for each in told] == ["app_uninstalled"]
