"""Who and what there is in the loopback Discord: guilds, channels, roles, people, the app.

    world = World(FakeClock())
    acme = world.add_guild("Acme")
    news = acme.add_channel("news")
    ann = world.add_user("ann")
    acme.add_member(ann, roles=[acme.add_role("desk", May.MANAGE_GUILD)])

Ids are snowflakes, unique over everything, so that one found where it does not belong gives itself
away.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from briefings.ports import Clock
from tests.servers.discord.kinds import DIRECT_KINDS, THREADS, Kind, snowflake
from tests.servers.discord.permissions import DIRECT, EVERYTHING, MEMBERS, May, resolve

_LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
"""When everything there is at the start was made."""


@dataclass(eq=False)
class User:
    """Somebody; `installed`: has the app for themselves; `open`: takes direct messages."""

    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False
    installed: bool = False
    open: bool = True


@dataclass(eq=False)
class Role:
    id: str
    name: str
    permissions: int = 0
    mentionable: bool = False
    position: int = 1
    managed_by: str = ""


@dataclass(eq=False)
class Member:
    user: User
    guild: Guild
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None

    @property
    def id(self) -> str:
        return self.user.id

    def may(self, channel: Channel | None = None) -> May:
        """What they may in a channel, or in the guild as such."""
        where = channel.parent if channel is not None and channel.parent is not None else channel
        return resolve(
            self.guild.everyone.permissions,
            [(role.id, role.permissions) for role in self.roles],
            where.overwrites if where is not None else {},
            guild_id=self.guild.id,
            user_id=self.user.id,
            owner=self.guild.owner is self.user,
        )


@dataclass(eq=False)
class Channel:
    """A conversation. `overwrites`: (allow, deny) by the id of a role or a member.

    `requires_tag` and `tags` are a forum's; `archived`, `locked` a thread's; `people` are those in
    direct messages (without the app in conversations it has no part in).
    """

    id: str
    name: str
    kind: Kind
    guild: Guild | None = None
    parent: Channel | None = None
    owner_id: str = ""
    overwrites: dict[str, tuple[int, int]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    applied_tags: list[str] = field(default_factory=list)
    requires_tag: bool = False
    archived: bool = False
    locked: bool = False
    people: list[User] = field(default_factory=list)
    with_app: bool = True
    made_at: datetime = _LONG_AGO
    last_message_id: str | None = None
    deleted: bool = False

    @property
    def thread(self) -> bool:
        return self.kind in THREADS

    @property
    def direct(self) -> bool:
        return self.kind in DIRECT_KINDS

    def deny(self, whom: User | Role, *what: May) -> None:
        """Take permissions from somebody here."""
        allow, deny = self.overwrites.get(whom.id, (0, 0))
        for each in what:
            allow, deny = allow & ~each, deny | each
        self.overwrites[whom.id] = (int(allow), int(deny))

    def allow(self, whom: User | Role, *what: May) -> None:
        allow, deny = self.overwrites.get(whom.id, (0, 0))
        for each in what:
            allow, deny = allow | each, deny & ~each
        self.overwrites[whom.id] = (int(allow), int(deny))


class Guild:
    """A server. `app_in`: the bot is a member; `commands_only`: installed without the bot."""

    def __init__(self, world: World, name: str, *, locale: str = "en-US", id: str = "") -> None:
        self._world = world
        self.id = id or world.new_id()
        self.name = name
        self.locale = locale
        self.everyone = Role(self.id, "@everyone", int(MEMBERS), position=0)
        self.roles: dict[str, Role] = {self.id: self.everyone}
        self.channels: dict[str, Channel] = {}
        self.members: dict[str, Member] = {}
        self.app_in = True
        self.available = True
        self.owner = world.add_user(f"owner of {name}")
        self.add_member(self.owner)
        bot_role = self.add_role("intelbrief", managed_by=world.bot.id)
        self.me = self.add_member(world.bot, roles=[bot_role])

    def __repr__(self) -> str:
        return f"Guild({self.id}, {self.name!r})"

    def add_role(
        self, name: str, *permissions: May, mentionable: bool = False, managed_by: str = ""
    ) -> Role:
        granted = 0
        for each in permissions:
            granted |= each
        role = Role(
            self._world.new_id(), name, int(granted), mentionable, len(self.roles), managed_by
        )
        self.roles[role.id] = role
        return role

    def add_member(
        self, user: User, roles: Iterable[Role] = (), *, nick: str | None = None
    ) -> Member:
        member = self.members[user.id] = Member(user, self, list(roles), nick)
        return member

    def add_channel(
        self,
        name: str,
        kind: Kind = Kind.TEXT,
        *,
        parent: Channel | None = None,
        id: str = "",
        tags: Iterable[str] = (),
        requires_tag: bool = False,
    ) -> Channel:
        """A channel of any kind; a thread needs its parent."""
        assert (kind in THREADS) == (parent is not None), "threads, and they alone, have a parent"
        channel = Channel(
            id or self._world.new_id(),
            name,
            kind,
            guild=self,
            parent=parent,
            owner_id=self.owner.id if parent is not None else "",
            tags={self._world.new_id(): tag for tag in tags},
            requires_tag=requires_tag,
        )
        self.channels[channel.id] = channel
        return channel

    @property
    def threads(self) -> Iterator[Channel]:
        return (
            channel for channel in self.channels.values() if channel.thread and not channel.deleted
        )

    def app_may(self, channel: Channel) -> May:
        return self.me.may(channel)


class World:
    """Everything and everybody.

    `open`: a channel that is not known is a text channel of the first guild; for tests that name
    theirs freely.
    """

    def __init__(self, clock: Clock, *, open: bool = False) -> None:
        self.clock = clock
        self.open = open
        self._last = 0
        self._made = 0
        self.guilds: dict[str, Guild] = {}
        self.users: dict[str, User] = {}
        self.direct: dict[str, Channel] = {}
        self.app_id = self.new_id()
        self.bot = User(self.app_id, "intelbrief", bot=True)
        self.users[self.bot.id] = self.bot
        self.operator = self.add_user("operator")
        self.token = (
            f"{secrets.token_urlsafe(18)}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(27)}"
        )

    def new_id(self) -> str:
        """An id of something that was there before the test began."""
        self._made += 1
        return str(snowflake(_LONG_AGO) + (self._made << 22))

    def new_snowflake(self) -> str:
        """An id of something that happens now; such ids always rise."""
        self._last = max(self._last + 1, snowflake(self.clock.now()))
        return str(self._last)

    def add_user(self, name: str, *, locale: str = "en-US", installed: bool = False) -> User:
        user = User(self.new_id(), name, locale, installed=installed)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, locale: str = "en-US", id: str = "") -> Guild:
        guild = Guild(self, name, locale=locale, id=id)
        self.guilds[guild.id] = guild
        return guild

    def dm(self, *users: User, with_app: bool = True) -> Channel:
        """The direct messages of the app with somebody, or of people among themselves."""
        for channel in self.direct.values():
            if set(channel.people) == set(users) and channel.with_app == with_app:
                return channel
        kind = Kind.DM if len(users) < 3 else Kind.GROUP_DM
        made = Channel(self.new_id(), "", kind, people=list(users), with_app=with_app)
        self.direct[made.id] = made
        return made

    def channel(self, id: str) -> Channel | None:
        """A channel the app may know to exist, whatever it may do there."""
        for guild in self.guilds.values():
            found = guild.channels.get(id)
            if found is not None:
                return found if guild.app_in and not found.deleted else None
        found = self.direct.get(id)
        if found is not None:
            return found if found.with_app else None
        if self.open and self.guilds and id:
            return next(iter(self.guilds.values())).add_channel(f"channel-{id}"[:100], id=id)
        return None

    def guild(self, id: str) -> Guild | None:
        """A guild the app is in."""
        found = self.guilds.get(id)
        return found if found is not None and found.app_in else None

    def app_may(self, channel: Channel) -> May:
        if channel.guild is not None:
            return channel.guild.app_may(channel)
        return DIRECT if channel.with_app else May(0)

    def user_may(self, user: User, channel: Channel) -> May:
        if channel.guild is not None:
            member = channel.guild.members.get(user.id)
            return member.may(channel) if member is not None else May(0)
        return EVERYTHING if user in channel.people else May(0)
