"""The app itself, its commands, guilds and the way to the gateway, as the API serves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.servers.discord import keeping, limits, shapes
from tests.servers.discord.core import Asking, Discord, Served
from tests.servers.discord.keeping import ENTRY_POINT
from tests.servers.discord.limits import Problem
from tests.servers.discord.payloads import IN_BOT_DM
from tests.servers.discord.refusals import refused


def my_user(discord: Discord, _asking: Asking) -> tuple[int, Any]:
    return 200, shapes.me(discord.world)


def get_user(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = discord.world.users.get(asking.named["user_id"])
    if found is None:
        raise refused(10013)
    return 200, shapes.user(found)


def my_application(discord: Discord, _asking: Asking) -> tuple[int, Any]:
    return 200, shapes.application(discord.world)


def gateway(discord: Discord, _asking: Asking) -> tuple[int, Any]:
    return 200, {"url": discord.gateway_url}


def gateway_bot(discord: Discord, _asking: Asking) -> tuple[int, Any]:
    limit = {
        "total": 1000,
        "remaining": 1000,
        "reset_after": 86_400_000,
        "max_concurrency": discord.max_concurrency,
    }
    said = {"url": discord.gateway_url, "shards": discord.shards, "session_start_limit": limit}
    return 200, said


# --- commands -------------------------------------------------------------------------------------


def check_commands(asking: Asking) -> Iterable[Problem]:
    return limits.commands(asking.call.body or [])


def check_command(asking: Asking) -> Iterable[Problem]:
    return limits.commands([asking.body])


def _place(discord: Discord, asking: Asking) -> str:
    """The guild whose commands are meant; "" for those of all."""
    if asking.named["application_id"] != discord.world.app_id:
        raise refused(50001)
    guild_id = asking.named.get("guild_id", "")
    if guild_id and discord.world.guild(guild_id) is None:
        raise refused(50001)
    return guild_id


def list_commands(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = discord.commands.get(_place(discord, asking), [])
    translated = asking.call.query.get("with_localizations") == "true"
    return 200, keeping.told(found, translated=translated)


def set_commands(discord: Discord, asking: Asking) -> tuple[int, Any]:
    place = _place(discord, asking)
    before = {(each["type"], each["name"]): each for each in discord.commands.get(place, [])}
    made = []
    wanted = {(said.get("type") or 1, said["name"]) for said in asking.call.body or []}
    if any(kind == ENTRY_POINT for kind, _ in before.keys() - wanted):
        raise refused(50240)
    for said in asking.call.body or []:
        old = before.get((said.get("type") or 1, said["name"]))
        made.append(_command(discord, said, place, old))
    discord.commands[place] = made
    return 200, made


def create_command(discord: Discord, asking: Asking) -> tuple[int, Any]:
    place = _place(discord, asking)
    there = discord.commands.setdefault(place, [])
    kind, name = asking.body.get("type") or 1, asking.body["name"]
    old = next((each for each in there if (each["type"], each["name"]) == (kind, name)), None)
    made = _command(discord, asking.body, place, old)
    there[:] = [each for each in there if each is not old] + [made]
    return 200 if old else 201, made


def _found(discord: Discord, asking: Asking) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    there = discord.commands.get(_place(discord, asking), [])
    for each in there:
        if each["id"] == asking.named["command_id"]:
            return there, each
    raise refused(10063)


def get_command(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return 200, _found(discord, asking)[1]


def update_command(discord: Discord, asking: Asking) -> tuple[int, Any]:
    there, old = _found(discord, asking)
    made = _command(discord, {**old, **asking.body}, _place(discord, asking), old)
    there[there.index(old)] = made
    return 200, made


def delete_command(discord: Discord, asking: Asking) -> tuple[int, Any]:
    there, old = _found(discord, asking)
    there.remove(old)
    return 204, None


def _command(
    discord: Discord, said: dict[str, Any], place: str, old: dict[str, Any] | None
) -> dict[str, Any]:
    """A command as Discord keeps it; its id stays as long as its name does."""
    made: dict[str, Any] = {
        "id": old["id"] if old else discord.world.new_snowflake(),
        "application_id": discord.world.app_id,
        **keeping.kept(said),
    }
    if place:
        made["guild_id"] = place
    else:
        contexts = sorted(said.get("contexts") or ()) or None
        made |= {"dm_permission": contexts is None or IN_BOT_DM in contexts, "contexts": contexts}
    same = old is not None and {**old, "version": ""} == {**made, "version": ""}
    made["version"] = old["version"] if same and old is not None else discord.world.new_snowflake()
    return made


# --- guilds ---------------------------------------------------------------------------------------


def _guild(discord: Discord, asking: Asking) -> Any:
    found = discord.world.guild(asking.named["guild_id"])
    if found is None:
        raise refused(10004)
    return found


def get_guild(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = _guild(discord, asking)
    said = shapes.guild(found)
    if asking.call.query.get("with_counts") in ("1", "true"):
        said |= {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return 200, said


def get_member(discord: Discord, asking: Asking) -> tuple[int, Any]:
    member = _guild(discord, asking).members.get(asking.named["user_id"])
    if member is None:
        raise refused(10007)
    return 200, shapes.member(member)


def list_roles(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return 200, [shapes.role(each) for each in _guild(discord, asking).roles.values()]


def list_channels(discord: Discord, asking: Asking) -> tuple[int, Any]:
    channels = _guild(discord, asking).channels.values()
    return 200, [shapes.channel(each) for each in channels if not each.thread and not each.deleted]


def my_guilds(discord: Discord, _asking: Asking) -> tuple[int, Any]:
    return 200, [
        {
            "id": guild.id,
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(guild.me.may())),
            "features": ["COMMUNITY", "NEWS"],
        }
        for guild in discord.world.guilds.values()
        if guild.app_in
    ]


def leave_guild(discord: Discord, asking: Asking) -> tuple[int, Any]:
    guild = _guild(discord, asking)
    guild.app_in = False
    discord.happened(guild.id, "GUILD_DELETE", {"id": guild.id})
    return 204, None


_GLOBAL = "/applications/{application_id}/commands"
_OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _served_commands(base: str, of: str) -> Iterable[Served]:
    one = base + "/{command_id}"
    yield Served(f"list_{of}application_commands", "GET", base, list_commands)
    yield Served(f"bulk_set_{of}application_commands", "PUT", base, set_commands, check_commands)
    yield Served(f"create_{of}application_command", "POST", base, create_command, check_command)
    yield Served(f"get_{of}application_command", "GET", one, get_command)
    yield Served(f"update_{of}application_command", "PATCH", one, update_command)
    yield Served(f"delete_{of}application_command", "DELETE", one, delete_command)


SERVED = (
    Served("get_my_user", "GET", "/users/@me", my_user),
    Served("list_my_guilds", "GET", "/users/@me/guilds", my_guilds),
    Served("leave_guild", "DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Served("get_user", "GET", "/users/{user_id}", get_user),
    Served("get_my_oauth2_application", "GET", "/oauth2/applications/@me", my_application),
    Served("get_my_application", "GET", "/applications/@me", my_application),
    Served("get_gateway", "GET", "/gateway", gateway, open=True),
    Served("get_bot_gateway", "GET", "/gateway/bot", gateway_bot),
    *_served_commands(_GLOBAL, ""),
    *_served_commands(_OF_GUILD, "guild_"),
    Served("get_guild", "GET", "/guilds/{guild_id}", get_guild),
    Served("get_guild_member", "GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    Served("list_guild_roles", "GET", "/guilds/{guild_id}/roles", list_roles),
    Served("list_guild_channels", "GET", "/guilds/{guild_id}/channels", list_channels),
)
