"""Who somebody is, by what Discord says with each interaction: nothing is remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.grammar import Action, AddSource, Manage, RemoveSource, Subscribe, parse
from bot.platforms.discord.places import may_write
from bot.platforms.discord.settings import ALONE, NAME, PERMISSIONS, SCOPES
from briefings.answers import Failure
from briefings.errors import InputError
from briefings.render import Markdown, link
from briefings.subscriptions import Principal, Scope, Standing

NEEDED = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
NO_SUCH_CHANNEL = Failure("You cannot see that channel.", "Choose one of this server's channels.")
MAY_NOT_WRITE = Failure(
    "You may not write here.", "Ask again where you may write, and share it there."
)


def principal(
    interaction: discord.Interaction[Any], manager_role: str, zone: ZoneInfo, *, channel: str = ""
) -> Principal:
    """Whoever acted, in the channel they acted in or another of the same server. Pure."""
    user = str(interaction.user.id)
    here = channel or str(interaction.channel_id or "")
    if interaction.is_guild_integration():
        scope = Scope(NAME, str(interaction.guild_id), here)
        standing = _standing(interaction, manager_role)
    else:
        scope = Scope(NAME, f"{ALONE}{user}", here)
        # Their direct messages with the bot are their own; anywhere else it is a guest.
        own = not interaction.guild_id and interaction.context.dm_channel
        standing = Standing.MANAGER if own else Standing.MEMBER
    return Principal(scope, user, standing, zone)


def invitation(application: object) -> str:
    """Where a server's manager adds the bot, with exactly what it needs. Pure."""
    return discord.utils.oauth_url(str(application), permissions=NEEDED, scopes=SCOPES)


def refused_here(text: str, who: Principal, application: object) -> Failure | None:
    """Why a command makes no sense where somebody gave it; None where it does. Pure."""
    if who.standing is not Standing.MEMBER or not who.scope.workspace.startswith(ALONE):
        return None
    match _parsed(text):
        case Subscribe() | Manage(action=Action.SEND | Action.RESUME | Action.PAUSE):
            return Failure(
                "Digests are posted by the bot, which is not in here.",
                Markdown(
                    f"Whoever manages the server adds it: {link(invitation(application))}. Or "
                    "subscribe in the bot's direct messages."
                ),
            )
        case _:
            return None


def writes_here(interaction: discord.Interaction[Any]) -> bool:
    """Whether somebody may write where they acted: for who may not, the bot does not either."""
    if not interaction.guild_id:
        return True
    channel, held = interaction.channel, interaction.permissions.value
    if isinstance(channel, discord.Thread):
        return may_write(held, thread=True, locked=channel.locked)
    return may_write(held)


def fit_for(text: str, who: Principal) -> Principal:
    """Somebody as they may give a command. Pure.

    Each source is one more for the desk to ask: who rules no more than their own direct messages
    does not change what is watched.
    """
    alone = who.scope.workspace.startswith(ALONE)
    if alone and isinstance(_parsed(text), AddSource | RemoveSource):
        return replace(who, standing=Standing.MEMBER)
    return who


def _parsed(text: str) -> object:
    try:
        return parse(text)
    except InputError:
        return None


def _standing(interaction: discord.Interaction[Any], manager_role: str) -> Standing:
    # Discord sends permissions and roles with every interaction, as they are now.
    if interaction.permissions.manage_guild or interaction.permissions.administrator:
        return Standing.MANAGER
    roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
    named = {
        word
        for role in roles
        if not role.is_default()
        for word in (str(role.id), role.name.casefold())
    }
    listed = bool(manager_role) and manager_role.casefold() in named
    return Standing.MANAGER if listed else Standing.MEMBER
