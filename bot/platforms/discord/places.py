"""What kind of channel it is, who we are, and whether we may see what was posted there.

Without the right to read its history Discord shows a channel as if it were empty, and says no word
of it: docs.discord.com/developers/resources/message#get-channel-messages. So where nothing is to be
seen the permissions are asked for, and computed as Discord does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.platforms.discord.web import Web
from briefings.errors import Ambiguous

ANNOUNCEMENT = 5
FORUMS = frozenset({15, 16})
"""Forum and media channels: they hold threads, and no messages."""
DIRECT = frozenset({1, 3})
THREADS = frozenset({10, 11, 12})
ADMINISTRATOR = 1 << 3
SEND_MESSAGES = 1 << 11
READ_MESSAGE_HISTORY = 1 << 16
MANAGE_THREADS = 1 << 34
SEND_MESSAGES_IN_THREADS = 1 << 38
KNOWN_FOR_S = 3600.0
WITHIN_S = 5.0
"""A message waits for what its channel is, and a digest may not wait for long."""
KEPT = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """A channel; `guild` is "" in direct messages."""

    id: str
    kind: int
    guild: str

    @property
    def forum(self) -> bool:
        return self.kind in FORUMS


class Places:
    """Remembers channels for an hour; permissions are always asked for anew."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: dict[str, tuple[float, Place]] = {}
        self._me = ""

    async def of(self, channel: str) -> Place:
        """What kind of channel it is.

        Raises:
            Refused, Ambiguous, Rejected: it could not be asked, or cannot be seen.
        """
        now = self._web.clock.monotonic()
        until, place = self._known.get(channel, (0.0, None))
        if place is None or until <= now:
            said = await self._channel(channel)
            place = Place(channel, _number(said.get("type")), str(said.get("guild_id") or ""))
            while len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            self._known[channel] = now + KNOWN_FOR_S, place
        return place

    async def me(self) -> str:
        """Our own user id."""
        if not self._me:
            said = await self._web.ask("GET", "/users/@me", within_s=WITHIN_S)
            self._me = str(_told(said)["id"]) if "id" in _told(said) else ""
            if not self._me:
                raise Ambiguous("Discord's answer lacks what it should say.", code="")
        return self._me

    async def history_allowed(self, channel: str) -> bool:
        """Whether we may see what was posted in a channel or thread.

        Raises:
            Refused, Ambiguous, Rejected: it could not be asked.
        """
        said = await self._channel(channel)
        kind = _number(said.get("type"))
        if kind in DIRECT:
            return True
        if kind in THREADS:
            said = await self._channel(str(said.get("parent_id")))
        guild_id, me = quote(str(said.get("guild_id"))), await self.me()
        guild = _told(await self._web.ask("GET", f"/guilds/{guild_id}", within_s=WITHIN_S))
        path = f"/guilds/{guild_id}/members/{me}"
        member = _told(await self._web.ask("GET", path, within_s=WITHIN_S))
        granted = permissions(guild, member, said, me=me)
        return bool(granted & (READ_MESSAGE_HISTORY | ADMINISTRATOR))

    async def _channel(self, channel: str) -> Mapping[str, Any]:
        path = f"/channels/{quote(channel, safe='')}"
        return _told(await self._web.ask("GET", path, within_s=WITHIN_S))


def permissions(
    guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any], *, me: str
) -> int:
    """What a member may in a channel: roles first, then its overwrites.

    docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    everyone = str(guild.get("id"))
    held = {everyone, *map(str, member.get("roles") or ())}
    granted = 0
    for role in guild.get("roles") or ():
        if str(role.get("id")) in held:
            granted |= _number(role.get("permissions"))
    if granted & ADMINISTRATOR or str(guild.get("owner_id")) == me:
        return granted | ADMINISTRATOR
    overwrites = {str(each.get("id")): each for each in channel.get("permission_overwrites") or ()}
    for layer in ((everyone,), held - {everyone}, (me,)):
        found = [overwrites[id] for id in layer if id in overwrites]
        granted &= ~_all(each.get("deny") for each in found)
        granted |= _all(each.get("allow") for each in found)
    return granted


def may_write(granted: int, *, thread: bool = False, locked: bool = False) -> bool:
    """Whether permissions let somebody write in a channel, or in a thread that may be locked."""
    needed = SEND_MESSAGES_IN_THREADS if thread else SEND_MESSAGES
    needed |= MANAGE_THREADS if locked else 0
    return bool(granted & ADMINISTRATOR) or granted & needed == needed


def _all(values: Iterable[object]) -> int:
    together = 0
    for value in values:
        together |= _number(value)
    return together


def _number(value: object) -> int:
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        return 0


def _told(said: object) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise Ambiguous("Discord's answer lacks what it should say.", code="")
    return said
