"""Things as Discord's JSON says them, whole: nothing is left out but what Discord leaves out."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.kinds import Kind
from tests.servers.discord.world import Channel, Guild, Member, Role, User, World

JOINED = "2024-01-02T00:00:00+00:00"
BOT_FLAGS = 1 << 23
"""The application has commands."""


def user(of: User) -> dict[str, Any]:
    return {
        "id": of.id,
        "username": of.name.replace(" ", "_").lower(),
        "global_name": None if of.bot else of.name,
        "avatar": None,
        "discriminator": "0001" if of.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        **({"bot": True} if of.bot else {}),
    }


def me(world: World) -> dict[str, Any]:
    """As /users/@me says it."""
    return {
        **user(world.bot),
        "mfa_enabled": True,
        "locale": "en-US",
        "premium_type": 0,
        "email": None,
        "verified": True,
    }


def application(world: World) -> dict[str, Any]:
    guilds = [guild for guild in world.guilds.values() if guild.app_in]
    return {
        "id": world.app_id,
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {
            "0": {
                "oauth2_install_params": {
                    "scopes": ["applications.commands", "bot"],
                    "permissions": "0",
                }
            },
            "1": {},
        },
        "verify_key": "0" * 64,
        "flags": BOT_FLAGS,
        "flags_new": str(BOT_FLAGS),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(world.operator),
        "approximate_guild_count": len(guilds),
        "approximate_user_install_count": sum(each.installed for each in world.users.values()),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def role(of: Role) -> dict[str, Any]:
    return {
        "id": of.id,
        "name": of.name,
        "permissions": str(of.permissions),
        "position": of.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": bool(of.managed_by),
        "mentionable": of.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
        **({"tags": {"bot_id": of.managed_by}} if of.managed_by else {}),
    }


def member(of: Member) -> dict[str, Any]:
    return {
        "user": user(of.user),
        "nick": of.nick,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": JOINED,
        "pending": False,
        "premium_since": None,
        "roles": [each.id for each in of.roles],
        "mute": False,
        "deaf": False,
    }


def channel(of: Channel) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": of.id,
        "type": int(of.kind),
        "flags": 1 << 4 if of.requires_tag else 0,
        "last_message_id": of.last_message_id,
    }
    if of.direct:
        said["recipients"] = [user(each) for each in of.people]
        if of.kind is Kind.GROUP_DM:
            said |= {"name": of.name or None, "icon": None, "owner_id": of.people[0].id}
        return said
    assert of.guild is not None
    said |= {
        "guild_id": of.guild.id,
        "name": of.name,
        "parent_id": of.parent.id if of.parent is not None else None,
        "rate_limit_per_user": 0,
    }
    if of.thread:
        return said | {
            "owner_id": of.owner_id,
            "thread_metadata": {
                "archived": of.archived,
                "archive_timestamp": of.made_at.isoformat(),
                "auto_archive_duration": 1440,
                "locked": of.locked,
                "create_timestamp": of.made_at.isoformat(),
            },
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "applied_tags": of.applied_tags,
        }
    said |= {
        "topic": None,
        "position": list(of.guild.channels).index(of.id),
        "permission_overwrites": _overwrites(of),
        "nsfw": False,
    }
    if of.tags or of.kind is Kind.FORUM:
        said |= {
            "available_tags": [
                {"id": id, "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
                for id, name in of.tags.items()
            ],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return said


def _overwrites(of: Channel) -> list[dict[str, Any]]:
    assert of.guild is not None
    return [
        {"id": id, "type": int(id not in of.guild.roles), "allow": str(allow), "deny": str(deny)}
        for id, (allow, deny) in of.overwrites.items()
    ]


def guild(of: Guild) -> dict[str, Any]:
    return {
        "id": of.id,
        "name": of.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY", "NEWS"],
        "banner": None,
        "owner_id": of.owner.id,
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "roles": [role(each) for each in of.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": of.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_created(of: Guild) -> dict[str, Any]:
    """As GUILD_CREATE says it to an app without the members intent: itself is the one member."""
    channels = [each for each in of.channels.values() if not each.deleted and not each.thread]
    return {
        **guild(of),
        "joined_at": JOINED,
        "large": False,
        "unavailable": False,
        "member_count": len(of.members),
        "voice_states": [],
        "members": [member(of.me)],
        "channels": [channel(each) for each in channels],
        "threads": [channel(each) for each in of.threads if not each.archived],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
