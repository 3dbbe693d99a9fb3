"""What Slack tells an app, in the shapes its documentation gives."""

from __future__ import annotations

import itertools
from typing import Any

from tests.servers.slack.core import Slack
from tests.servers.slack.ledger import Message, View
from tests.servers.slack.world import Channel, Team, User

VERIFICATION = "v1verificationtoken"
"""The deprecated token that payloads still carry; nobody may rely on it."""
_events = itertools.count(1)


def slash(
    slack: Slack, channel: Channel, user: User, typed: tuple[str, str], response_url: str
) -> dict[str, Any]:
    """A slash command; in HTTP mode these are the fields of a form, so all are strings."""
    team = channel.team
    command, text = typed
    said = {
        "token": VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.called,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": slack.world.app_id,
        "is_enterprise_install": "true" if _org_wide(team) else "false",
        "response_url": response_url,
        "trigger_id": slack.new_trigger(team, user.id),
    }
    if team.enterprise is not None:
        said |= {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
    return said


def event(slack: Slack, team: Team, inner: dict[str, Any]) -> dict[str, Any]:
    """The wrapper of the Events API."""
    enterprise = team.enterprise.id if team.enterprise else None
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": enterprise,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "api_app_id": slack.world.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": f"Ev0{next(_events):08}",
        "event_time": int(slack.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if _org_wide(team) else team.id,
                "user_id": team.bot.id,
                "is_bot": True,
                "is_enterprise_install": _org_wide(team),
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{slack.world.app_id}-{team.id}",
    }


def interaction(slack: Slack, kind: str, team: Team, user: User, **more: Any) -> dict[str, Any]:
    """What every kind of interaction has."""
    enterprise = (
        {"id": team.enterprise.id, "name": team.enterprise.name} if team.enterprise else None
    )
    said_team: dict[str, Any] = {"id": team.id, "domain": team.domain}
    if team.enterprise is not None:
        said_team |= {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
    return {
        "type": kind,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": team.id,
        },
        "api_app_id": slack.world.app_id,
        "token": VERIFICATION,
        "team": said_team,
        "enterprise": enterprise,
        "is_enterprise_install": _org_wide(team),
        **more,
    }


def of_message(message: Message) -> dict[str, Any]:
    """Where a button was pressed; people's own copies of ephemeral messages are not shown."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel.id,
        "is_ephemeral": message.ephemeral,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    channel = {"id": message.channel.id, "name": message.channel.called}
    said: dict[str, Any] = {"container": container, "channel": channel}
    if not message.ephemeral:
        said["message"] = message.shown()
    return said


def of_view(view: View, values: dict[str, Any]) -> dict[str, Any]:
    described = view.described()
    described["state"] = {"values": values}
    return {"container": {"type": "view", "view_id": view.id}, "view": described}


def _org_wide(team: Team) -> bool:
    return team.enterprise is not None and team.enterprise.token is not None
