"""Who and what there is in the loopback Slack: workspaces, people, channels, tokens.

    world = World(FakeClock())
    acme = world.add_team("Acme")
    news = acme.add_channel("news")
    ann = acme.add_user("ann", is_admin=True)

Ids are unique over all workspaces, so that one found where it does not belong gives itself away.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from briefings.ports import Clock

SCOPES = frozenset(
    {
        *("chat:write", "commands", "app_mentions:read", "users:read", "team:read"),
        *("channels:read", "groups:read", "im:read", "mpim:read", "im:write"),
        *("channels:history", "groups:history", "im:history", "mpim:history"),
        *("files:write", "links:read", "links:write"),
    }
)
"""What a token may do unless a test says otherwise: all that is served here."""


@dataclass(eq=False)
class Enterprise:
    """An enterprise grid; `token`, where there is one, is of an app installed in all of it."""

    id: str
    name: str
    teams: list[Team] = field(default_factory=list)
    token: Token | None = None


@dataclass(eq=False)
class User:
    """Somebody of a workspace; `is_restricted`: a guest, in one channel `is_ultra_restricted`."""

    id: str
    team: Team
    name: str
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    tz: str = "America/New_York"
    deleted: bool = False

    def described(self) -> dict[str, Any]:
        """As users.info says it."""
        grid = {"enterprise_id": self.team.enterprise.id} if self.team.enterprise else {}
        return {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.name.title(),
            "tz": self.tz,
            "tz_label": self.tz,
            "profile": {"real_name": self.name.title(), "display_name": self.name},
            "is_admin": self.is_admin or self.is_owner,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted or self.is_ultra_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            **({"enterprise_user": {**grid, "id": self.id}} if grid else {}),
        }


KINDS = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
"""Kinds of channels, each with the word its scopes begin with."""


@dataclass(eq=False)
class Channel:
    """A conversation; `member`: the app is in it. `user`: the other side of a direct message."""

    id: str
    team: Team
    name: str
    kind: str = "public"
    member: bool = True
    archived: bool = False
    members: set[str] = field(default_factory=set)
    user: str = ""
    everybody: bool = False

    @property
    def scope_word(self) -> str:
        return KINDS[self.kind]

    @property
    def seen_by_app(self) -> bool:
        """Whether its very existence shows."""
        return self.kind == "public" or self.member

    @property
    def called(self) -> str:
        """What a slash command says its channel is called."""
        return {"im": "directmessage", "private": "privategroup"}.get(self.kind, self.name)

    def described(self) -> dict[str, Any]:
        """As conversations.info says it."""
        said: dict[str, Any] = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_org_shared": False,
            "context_team_id": self.team.id,
        }
        if self.kind == "im":
            return {**said, "user": self.user, "is_user_deleted": False, "is_open": True}
        return {
            **said,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_private": self.kind != "public",
            "is_member": self.member,
            "is_general": False,
            "is_shared": False,
            "is_ext_shared": False,
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass(eq=False)
class Token:
    """`state` is "" or what Slack answers instead: token_revoked, account_inactive, ..."""

    value: str = field(repr=False)
    kind: str
    team: Team | None = None
    enterprise: Enterprise | None = None
    scopes: set[str] = field(default_factory=set)
    state: str = ""

    @property
    def teams(self) -> list[Team]:
        if self.team is not None:
            return [self.team]
        return self.enterprise.teams if self.enterprise is not None else []


class Team:
    """A workspace. `token` is the app's bot token in it, whether it was installed there or not."""

    def __init__(self, world: World, name: str, enterprise: Enterprise | None) -> None:
        self._world = world
        self.id = world.new_id("T")
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.enterprise = enterprise
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.bot = self.add_user("intelbrief", is_bot=True)
        self.bot_id = world.new_id("B")
        self.token = world.new_token("bot", SCOPES, team=self)

    def __repr__(self) -> str:
        return f"Team({self.id}, {self.name!r})"

    def add_user(self, name: str, **more: Any) -> User:
        user = User(self._world.new_id("U"), self, name, **more)
        self.users[user.id] = user
        for channel in self.channels.values():
            if channel.everybody:
                channel.members.add(user.id)
        return user

    def add_channel(
        self,
        name: str,
        kind: str = "public",
        *,
        id: str = "",
        people: Iterable[User] = (),
        **more: Any,
    ) -> Channel:
        """A channel with some people in it, or, when none are named, everybody there will be."""
        assert kind in KINDS, kind
        named = {user.id for user in people}
        channel = Channel(id or self._world.new_id("C"), self, name, kind, **more)
        channel.everybody = not named
        channel.members = named or {user.id for user in self.people}
        if channel.member:
            channel.members.add(self.bot.id)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: User) -> Channel:
        """The direct messages between a user and the app."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.user == user.id:
                return channel
        made = Channel(self._world.new_id("D"), self, "", "im", user=user.id)
        made.members = {user.id, self.bot.id}
        self.channels[made.id] = made
        return made

    @property
    def people(self) -> list[User]:
        return [user for user in self.users.values() if not user.is_bot]


class World:
    """Every workspace there is.

    `open`: a bot token that is not known, xoxb-<workspace>, is one of a workspace of that id, and
    a channel that is not known is one the app is in; for tests that name theirs freely.
    """

    def __init__(self, clock: Clock, *, open: bool = False) -> None:
        self.clock = clock
        self.open = open
        self.teams: dict[str, Team] = {}
        self.enterprises: dict[str, Enterprise] = {}
        self.tokens: dict[str, Token] = {}
        self.app_id = "A0INTELBRIEF"
        self._ids = itertools.count(1)
        self._last_ts = (0, 0)

    def new_id(self, letter: str) -> str:
        return f"{letter}0{next(self._ids):07}"

    def new_token(self, kind: str, scopes: Iterable[str], **owner: Any) -> Token:
        prefix = {"bot": "xoxb", "app": "xapp-1"}[kind]
        value = f"{prefix}-{next(self._ids):010}-{secrets.token_hex(12)}"
        token = Token(value, kind, scopes=set(scopes), **owner)
        self.tokens[value] = token
        return token

    def new_ts(self) -> str:
        """The time as Slack writes it, which is also a message's id: it always rises."""
        second = int(self.clock.now().timestamp())
        last_second, last_number = self._last_ts
        number = last_number + 1 if second <= last_second else 100
        self._last_ts = (max(second, last_second), number)
        return f"{self._last_ts[0]}.{number:06}"

    def add_team(self, name: str, enterprise: Enterprise | None = None, *, id: str = "") -> Team:
        team = Team(self, name, enterprise)
        team.id = id or team.id
        self.teams[team.id] = team
        if enterprise is not None:
            enterprise.teams.append(team)
        return team

    def add_enterprise(self, name: str, *, org_wide: bool = False) -> Enterprise:
        """A grid; `org_wide`: the app is installed in all of it with one token."""
        made = Enterprise(self.new_id("E"), name)
        if org_wide:
            made.token = self.new_token("bot", SCOPES, enterprise=made)
        self.enterprises[made.id] = made
        return made

    def token(self, value: str) -> Token | None:
        found = self.tokens.get(value)
        if found is None and self.open and value.startswith("xoxb-"):
            name = value.removeprefix("xoxb-")
            team = self.teams.get(name) or self.add_team(name, id=name)
            found = self.tokens[value] = Token(value, "bot", team, scopes=set(SCOPES))
        return found

    def channel(self, token: Token, id: str) -> Channel | None:
        """A channel as far as the owner of a token can know it: by its id, or a user's."""
        for team in token.teams:
            if id in team.channels:
                return team.channels[id]
            if id in team.users:
                return team.direct(team.users[id])
        if self.open and token.team is not None and id:
            letter = id[0]
            kind = "im" if letter in "DU" else "public"
            return token.team.add_channel(id.lower(), kind, id=id)
        return None

    def user(self, token: Token, id: str) -> User | None:
        found = (team.users[id] for team in token.teams if id in team.users)
        return next(found, None)

    def channels(self, token: Token) -> Iterator[Channel]:
        for team in token.teams:
            yield from team.channels.values()
