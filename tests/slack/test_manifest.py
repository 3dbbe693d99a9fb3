"""The manifest asks for no more than is used; listeners and docs say what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest

from bot.platforms.slack.checks import findings, scope_findings
from bot.platforms.slack.settings import (
    COMMAND,
    HISTORY,
    PREVIEWS,
    SCOPES,
    SUMMARISE_LINKS,
    SlackSettings,
)
from briefings.answers import Help
from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer
from tests.slack.desks import Answers, connected, settings_of
from tests.slack.manifests import manifest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT.parent / "shared/specs/slack-manifest.schema.json"
MANIFEST = manifest()
DOCS = ROOT / "docs/slack.md"


def test_the_official_schema_takes_it() -> None:
    if not SCHEMA.is_file():
        pytest.skip("the official schema is not here")
    from jsonschema import Draft7Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(MANIFEST)] == []


def test_the_scopes_are_exactly_these() -> None:
    assert MANIFEST["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert set(SCOPES) == {
        *("app_mentions:read", "channels:read", "chat:write", "commands", "files:write"),
        *("groups:read", "im:history", "im:write", "users:read"),
    }
    assert not set(SCOPES) & (HISTORY | PREVIEWS | {"chat:write.public", "chat:write.customize"})


def test_what_else_it_says() -> None:
    assert len(MANIFEST["display_information"]["name"]) <= 35
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["settings"]["interactivity"] == {"is_enabled": True}
    assert MANIFEST["settings"]["org_deploy_enabled"] is True
    assert MANIFEST["settings"]["token_rotation_enabled"] is False
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is False


async def test_it_names_what_is_listened_to(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    """Every command, shortcut and event of the manifest does something, and the other way round."""
    (command,) = MANIFEST["features"]["slash_commands"]
    (shortcut,) = MANIFEST["features"]["shortcuts"]
    assert (command["command"], shortcut["callback_id"]) == (COMMAND, SUMMARISE_LINKS)
    events = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    acme = slack.acme
    unheard = []
    async with connected(slack, tmp_path, clock, Answers()) as connection:
        app = connection.app
        for name in sorted({*events, "link_shared", "team_access_revoked", "team_rename"}):
            inner = {"type": name.partition(".")[0], "user": acme.bob.id, "channel": acme.news.id}
            if not await _is_heard(app, acme.id, inner):
                unheard.append(name)
    assert unheard == ["team_rename"]
    # Events of the opt-ins are heard, but not asked for.
    assert events == {
        *("app_home_opened", "app_mention", "app_uninstalled", "message.im", "tokens_revoked"),
    }


async def _is_heard(app: Any, team: str, inner: dict[str, Any]) -> bool:
    """Whether some listener of the app matches an event."""
    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_bolt.response import BoltResponse

    body = {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": inner}
    request = AsyncBoltRequest(mode="socket_mode", body=body)
    response = BoltResponse(status=200)
    for listener in app._async_listeners:
        if await listener.async_matches(req=request, resp=response):
            return True
    return False


def test_the_docs_say_the_same() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for scope in (*SCOPES, *HISTORY, *PREVIEWS):
        assert f"`{scope}`" in text
    assert COMMAND in text
    assert MANIFEST["features"]["shortcuts"][0]["name"] in text
    for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:
        assert f"`{event}`" in text
    assert "manifest.yaml" in text


def test_the_docs_name_every_setting() -> None:
    text = DOCS.read_text(encoding="utf-8")
    read = {name for name in vars(SlackSettings) if re.match(r"(slack_|secret_key|proxy)", name)}
    assert len(read) == 13
    for name in read:
        assert f"`INTELBRIEF_{name.upper()}`" in text


def test_a_manifest_that_is_not_understood_is_an_error() -> None:
    for text in ("a: [1]", "a: {b: c}", "a: &x b", "a: b\na: c", "a:\nb: c", "- a"):
        with pytest.raises(AssertionError):
            manifest(text)
    assert manifest('a:\n  - b\n  - c: "d: e"\n    f: true\ng: >-\n  h\n  i\n') == {
        "a": ["b", {"c": "d: e", "f": True}],
        "g": "h i",
    }


# --- intelbrief check ---------------------------------------------------------------------------

SAMPLES = {"an answer": Help((("/intel help", "This list"),)), "a digest": "# Title\n\nText [1].\n"}


async def checked(slack: SlackServer, tmp_path: Path, **more: str) -> list[tuple[str, str, str]]:
    settings = settings_of(slack, tmp_path, **more)
    settings.data_dir.mkdir(exist_ok=True)
    samples = cast(Any, SAMPLES)
    url = settings.database_url
    return [
        found async for found in findings(settings, samples=samples, live=True, database_url=url)
    ]


async def test_a_workspace_that_is_set_up_right(slack: SlackServer, tmp_path: Path) -> None:
    slack.acme.team.token.scopes = set(SCOPES)
    found = await checked(slack, tmp_path)
    assert [level for level, _, _ in found] == ["OK"] * 6
    said = [what for _, what, _ in found]
    assert said[0].startswith("Slack: workspace Acme, as @")
    assert said[1] == "Slack: scopes"
    assert "channels:history looks it up" in said[2]
    assert said[3] == "Slack: Socket Mode opens"
    assert said[4:] == [f"Slack: {name} fits, says Slack" for name in SAMPLES]
    assert len(slack.ledger.calls("blocks.validate")) == 2
    assert slack.messages == []


async def test_what_to_click_where_something_is_wrong(slack: SlackServer, tmp_path: Path) -> None:
    slack.acme.team.token.scopes = set(SCOPES) - {"users:read"}
    found = await checked(slack, tmp_path, SLACK_APP_TOKEN="xapp-wrong")
    failed = [(what, remedy) for level, what, remedy in found if level == "FAIL"]
    assert [what for what, _ in failed] == [
        "Slack: the app lacks scopes: users:read.",
        "Slack: no socket: Slack does not accept intelbrief's token (invalid_auth).",
    ]
    assert "add users:read, then click Reinstall to Workspace" in failed[0][1]
    assert "connections:write" in failed[1][1]


async def test_a_wrong_token_is_found_and_not_shown(slack: SlackServer, tmp_path: Path) -> None:
    found = await checked(slack, tmp_path, SLACK_BOT_TOKEN="xoxb-wrong-one")
    assert found[0][0] == "FAIL"
    assert "OAuth & Permissions" in found[0][2]
    assert "xoxb-wrong-one" not in str(found)


async def test_a_hosted_app(slack: SlackServer, tmp_path: Path) -> None:
    found = await checked(
        slack,
        tmp_path,
        SLACK_BOT_TOKEN="",
        SLACK_CLIENT_ID="1.2",
        SLACK_CLIENT_SECRET="secret",
        SLACK_PUBLIC_URL="https://desk.example/",
        SECRET_KEY="k" * 32,
        SLACK_MODE="http",
        SLACK_APP_TOKEN="",
        SLACK_SIGNING_SECRET="secret",
    )
    assert [what for _, what, _ in found[:3]] == [
        "Slack: 0 workspaces have the app; their tokens can be read",
        "Slack: the app's Redirect URL is to be https://desk.example/slack/oauth_redirect",
        "Slack: the app's Request URLs are to be https://desk.example/slack/events",
    ]
    assert found[-1][0] == "warn"


def test_scopes_that_are_too_many_or_optional() -> None:
    found = scope_findings(frozenset({*SCOPES, "chat:write.public", "channels:history"}))
    assert [level for level, _, _ in found] == ["OK", "warn", "OK"]
    assert "chat:write.public" in found[1][1]
    assert "is looked up (channels:history)" in found[2][1]
    half = scope_findings(frozenset({*SCOPES, "links:read"}))
    assert half[-1][:2] == ("warn", "Slack: previews of links need two scopes.")
