"""What an app may look up: history, conversations, users, the workspace, and its own token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from tests.servers.slack import limits, shapes
from tests.servers.slack.calls import Call, Refused
from tests.servers.slack.core import Asking, Served, Slack
from tests.servers.slack.ledger import Message
from tests.servers.slack.world import KINDS, Channel

T = TypeVar("T")

TYPES = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}


def history(slack: Slack, asking: Asking) -> dict[str, Any]:
    channel = slack.channel(asking)
    asking.allow(f"{channel.scope_word}:history")
    if not (slack.lookups_allowed and slack.plan.history_allowed):
        raise Refused("missing_scope", needed=f"{channel.scope_word}:history", provided="")
    if not channel.member:
        raise Refused("not_in_channel")
    found = [
        message
        for message in reversed(_shown(slack, channel))
        if not message.thread_ts or message.thread_ts == message.ts
    ]
    return _messages(asking.call, found)


def replies(slack: Slack, asking: Asking) -> dict[str, Any]:
    channel = slack.channel(asking)
    asking.allow(f"{channel.scope_word}:history")
    ts = asking.call.needed("ts")
    found = [message for message in _shown(slack, channel) if ts in (message.ts, message.thread_ts)]
    if not found:
        raise Refused("thread_not_found")
    return _messages(asking.call, found)


def _shown(slack: Slack, channel: Channel) -> list[Message]:
    until = slack.clock.now() - timedelta(seconds=slack.history_lag_s)
    return [message for message in slack.ledger.visible(channel) if message.at <= until]


def _messages(call: Call, found: list[Message]) -> dict[str, Any]:
    oldest, latest = float(call.text("oldest", "0")), float(call.text("latest", "inf"))
    inclusive = call.flag("inclusive")
    within = [
        message
        for message in found
        if oldest < float(message.ts) < latest
        or (inclusive and float(message.ts) in (oldest, latest))
    ]
    page, cursor = _page(call, within, most=999)
    metadata = call.flag("include_all_metadata")
    return {
        "messages": [message.shown(with_metadata=metadata) for message in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _page(call: Call, found: Sequence[T], most: int = 1000) -> tuple[Sequence[T], str]:
    """The page a call asks for, and the cursor of the next one ("" at the end)."""
    size = max(1, min(call.number("limit", 100), most))
    cursor = call.text("cursor")
    if cursor and not cursor.startswith("next:"):
        raise Refused("invalid_cursor")
    start = int(cursor.removeprefix("next:") or 0)
    more = start + size < len(found)
    return found[start : start + size], f"next:{start + size}" if more else ""


def info(slack: Slack, asking: Asking) -> dict[str, Any]:
    channel = slack.channel(asking)
    asking.allow(f"{channel.scope_word}:read")
    return {"channel": channel.described()}


def open_direct(slack: Slack, asking: Asking) -> dict[str, Any]:
    if asking.call.text("channel"):
        return {"channel": {"id": slack.channel(asking).id}}
    users = asking.call.needed("users").split(",")
    if len(users) > 1:
        raise Refused("missing_scope", needed="mpim:write", provided="")
    user = slack.world.user(asking.token, users[0])
    if user is None and slack.world.open:
        return {"channel": {"id": f"D{users[0]}"}}
    if user is None:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_disabled")
    return {"channel": {"id": user.team.direct(user).id}}


def members(slack: Slack, asking: Asking) -> dict[str, Any]:
    channel = slack.channel(asking)
    asking.allow(f"{channel.scope_word}:read")
    page, cursor = _page(asking.call, sorted(channel.members))
    return {"members": list(page), "response_metadata": {"next_cursor": cursor}}


def conversations(slack: Slack, asking: Asking) -> dict[str, Any]:
    """conversations.list, and users.conversations: of the app, or of a user."""
    call = asking.call
    types = call.text("types", "public_channel").replace(" ", "").split(",")
    kinds = {TYPES[type] for type in types if type in TYPES}
    for kind in sorted(kinds):
        asking.allow(f"{KINDS[kind]}:read")
    mine = call.method == "users.conversations"
    user = call.text("user")
    found = [
        channel
        for channel in slack.world.channels(asking.token)
        if channel.kind in kinds
        and channel.seen_by_app
        and not (channel.archived and call.flag("exclude_archived"))
        and not (mine and not (user in channel.members if user else channel.member))
        and call.text("team_id") in ("", channel.team.id)
    ]
    page, cursor = _page(call, found)
    return {
        "channels": [channel.described() for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


def user_info(slack: Slack, asking: Asking) -> dict[str, Any]:
    return {"user": slack.user(asking, asking.call.needed("user")).described()}


def users(slack: Slack, asking: Asking) -> dict[str, Any]:
    found = [user for team in asking.token.teams for user in team.users.values()]
    page, cursor = _page(asking.call, found)
    said = [user.described() for user in page]
    return {"members": said, "response_metadata": {"next_cursor": cursor}}


def team_info(_: Slack, asking: Asking) -> dict[str, Any]:
    named = asking.call.text("team")
    team = next((team for team in asking.token.teams if named in ("", team.id)), None)
    if team is None:
        raise Refused("team_not_found")
    said: dict[str, Any] = {"id": team.id, "name": team.name, "domain": team.domain}
    if team.enterprise is not None:
        said |= {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
    return {"team": said}


def auth_test(_: Slack, asking: Asking) -> dict[str, Any]:
    team = asking.team
    grid = asking.token.enterprise or team.enterprise
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot.name,
        "team_id": grid.id if asking.token.enterprise and grid else team.id,
        "user_id": team.bot.id,
        "bot_id": team.bot_id,
        "is_enterprise_install": asking.token.enterprise is not None,
        **({"enterprise_id": grid.id} if grid else {}),
    }


def validate(slack: Slack, asking: Asking) -> dict[str, Any]:
    """blocks.validate: what would be refused, without sending it."""
    call = asking.call
    found = call.arguments.get("blocks")
    if found is None:
        call.needed("blocks")
    problems = [*limits.blocks(found), *shapes.blocks(found)]
    if problems:
        raise Refused(
            "invalid_blocks",
            errors=[
                {"pointer": each.pointer, "code": each.code, "message": each.message}
                for each in problems
            ],
        )
    return {}


METHODS = {
    "auth.test": Served(auth_test),
    "blocks.validate": Served(validate),
    "conversations.history": Served(history),
    "conversations.replies": Served(replies),
    "conversations.info": Served(info),
    "conversations.members": Served(members),
    "conversations.open": Served(open_direct, ("im:write",)),
    "conversations.list": Served(conversations),
    "users.conversations": Served(conversations),
    "users.info": Served(user_info, ("users:read",)),
    "users.list": Served(users, ("users:read",)),
    "team.info": Served(team_info, ("team:read",)),
}
