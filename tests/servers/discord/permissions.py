"""Discord's permissions as it computes them: roles first, then a channel's overwrites.

https://docs.discord.com/developers/topics/permissions
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag


class May(IntFlag):
    """The permissions that are of interest here."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = May(sum(May))
MEMBERS = (
    May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.EMBED_LINKS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
    | May.USE_APPLICATION_COMMANDS
    | May.CREATE_PUBLIC_THREADS
    | May.SEND_MESSAGES_IN_THREADS
    | May.USE_EXTERNAL_APPS
)
"""What everybody may in a new guild."""
DIRECT = (
    May.VIEW_CHANNEL
    | May.SEND_MESSAGES
    | May.EMBED_LINKS
    | May.ATTACH_FILES
    | May.READ_MESSAGE_HISTORY
    | May.MENTION_EVERYONE
    | May.USE_APPLICATION_COMMANDS
)
"""What an app may in direct messages."""


def resolve(
    everyone: int,
    roles: Iterable[tuple[str, int]],
    overwrites: dict[str, tuple[int, int]],
    *,
    guild_id: str,
    user_id: str,
    owner: bool,
) -> May:
    """What a member may in a channel: `roles` and `overwrites` (allow, deny) by id."""
    held = dict(roles)
    granted = everyone
    for permissions in held.values():
        granted |= permissions
    if owner or granted & May.ADMINISTRATOR:
        return EVERYTHING
    allow, deny = overwrites.get(guild_id, (0, 0))
    granted = granted & ~deny | allow
    allowed = denied = 0
    for id in held:
        allow, deny = overwrites.get(id, (0, 0))
        allowed, denied = allowed | allow, denied | deny
    granted = granted & ~denied | allowed
    allow, deny = overwrites.get(user_id, (0, 0))
    granted = granted & ~deny | allow
    return May(granted & EVERYTHING) if granted & May.VIEW_CHANNEL else May(0)
