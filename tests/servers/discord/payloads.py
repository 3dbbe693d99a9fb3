"""Interactions as the gateway tells them to the app.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.discord import shapes, shown
from tests.servers.discord.core import Discord
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.permissions import DIRECT, May
from tests.servers.discord.world import Channel, User

IN_GUILD, IN_BOT_DM, IN_PRIVATE = 0, 1, 2


def context(channel: Channel) -> int:
    if channel.guild is not None:
        return IN_GUILD
    return IN_BOT_DM if channel.with_app and channel.kind == 1 else IN_PRIVATE


def owners(command: Mapping[str, Any], channel: Channel, user: User) -> dict[str, str]:
    """By whose installation a command is there: "0" a guild's, "1" the user's own."""
    types = command.get("integration_types") or [0]
    made: dict[str, str] = {}
    if 0 in types and channel.guild is not None and channel.guild.app_in:
        made["0"] = channel.guild.id
    if 0 in types and context(channel) == IN_BOT_DM:
        made["0"] = "0"
    if 1 in types and user.installed:
        made["1"] = user.id
    return made


def whole(
    discord: Discord, it: Interaction, data: dict[str, Any], by: dict[str, str]
) -> dict[str, Any]:
    """INTERACTION_CREATE of an interaction with its data, authorised by some installation."""
    said: dict[str, Any] = {
        "id": it.id,
        "application_id": discord.world.app_id,
        "type": int(it.did),
        "data": data,
        "token": it.token,
        "version": 1,
        "channel": channel_seen_by(discord, it.channel, it.user),
        "channel_id": it.channel.id,
        "locale": it.user.locale,
        "entitlements": [],
        "authorizing_integration_owners": by,
        "context": context(it.channel),
        "attachment_size_limit": 10 * 1024 * 1024,
        "app_permissions": str(int(_app_may(discord, it))),
    }
    if it.guild is None:
        said["user"] = shapes.user(it.user)
    else:
        member = it.guild.members[it.user.id]
        said |= {
            "guild_id": it.guild.id,
            "guild": {"id": it.guild.id, "locale": it.guild.locale, "features": ["COMMUNITY"]},
            "guild_locale": it.guild.locale,
            "member": {**shapes.member(member), "permissions": str(int(member.may(it.channel)))},
        }
    if it.source is not None:
        said["message"] = shown.message(it.source, discord.world, discord.root)
    return said


def _app_may(discord: Discord, it: Interaction) -> May:
    if not it.external:
        return discord.world.app_may(it.channel)
    may = discord.world.user_may(it.user, it.channel) & (May.EMBED_LINKS | May.ATTACH_FILES)
    return may if it.guild is not None else DIRECT


def channel_seen_by(discord: Discord, channel: Channel, user: User) -> dict[str, Any]:
    may = discord.world.user_may(user, channel)
    return {**shapes.channel(channel), "permissions": str(int(may))}
