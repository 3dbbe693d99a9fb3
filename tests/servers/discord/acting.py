"""Acting as users: commands, buttons, menus, forms, and what happens to guilds.

Every act waits for what the user would wait for, and gives the `Interaction` with what came of it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal

from tests.servers.discord import payloads, shapes
from tests.servers.discord.core import Discord
from tests.servers.discord.filling import Filling, of_menu, of_modal
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import Did, Interaction
from tests.servers.discord.ledger import PATIENCE_S, Ledger, Message, controls
from tests.servers.discord.permissions import May
from tests.servers.discord.world import Channel, Guild, Role, User

Until = Literal["sent", "answered", "done"]
"""How long an act waits: not at all, for the first response, or for all the user waits for."""


class Acting:
    """What DiscordServer lets tests do; `discord`, `gateway` and `ledger` are the server's."""

    discord: Discord
    gateway: Gateway
    ledger: Ledger

    # --- interactions -----------------------------------------------------------------------------

    async def slash(
        self,
        channel: Channel,
        user: User,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        until: Until = "done",
    ) -> Interaction:
        """A slash command, such as "intel" or "sources add", with its options by name.

        Values are text, numbers, truth values, or a User, Channel or Role.
        """
        first, *steps = name.split()
        command = self.command(first, channel, user)
        data = Filling(self.discord, user).of_command(command, steps, options or {})
        return await self._act(Did.COMMAND, channel, user, data, command=command, until=until)

    async def autocomplete(
        self,
        channel: Channel,
        user: User,
        name: str,
        *,
        typed: Mapping[str, str],
        others: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """The choices that are offered: [{name, value}, ...].

        `typed` is the option that is being written, and what is there of it; `others` are those
        filled in before.
        """
        [(focused, text)] = typed.items()
        first, *steps = name.split()
        command = self.command(first, channel, user)
        options = {**(others or {}), focused: text}
        data = Filling(self.discord, user, focused).of_command(command, steps, options)
        it = await self._act(Did.AUTOCOMPLETE, channel, user, data, command=command)
        assert it.choices is not None
        return it.choices

    async def menu(
        self, user: User, name: str, target: Message, *, until: Until = "done"
    ) -> Interaction:
        """A context menu on a message."""
        command = self.command(name, target.channel, user, kind=3)
        data = of_menu(self.discord, command, target)
        return await self._act(
            Did.COMMAND, target.channel, user, data, command=command, until=until
        )

    async def press(
        self,
        message: Message,
        custom_id: str,
        user: User | None = None,
        *,
        values: list[str] | None = None,
        until: Until = "done",
    ) -> Interaction:
        """Press a button of a message, or choose `values` in a menu of it.

        Without a user it is the one whom the message answers.
        """
        if user is None:
            assert message.interaction is not None, "say who presses it"
            user = message.interaction.user
        assert message.visible, "the message is gone"
        assert message.to in (None, user), "only one person sees the message"
        found = [c for c in controls(message.components) if c.get("custom_id") == custom_id]
        assert found, f"there is no {custom_id}, only {message.custom_ids}"
        assert not found[0].get("disabled"), f"{custom_id} is disabled"
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": found[0]["type"], "id": 1}
        if values is not None:
            data["values"] = values
        return await self._act(
            Did.COMPONENT, message.channel, user, data, source=message, until=until
        )

    async def submit(
        self, opened: Interaction, values: Mapping[str, Any], *, until: Until = "done"
    ) -> Interaction:
        """Fill in and send the form an interaction was answered with; values by custom id."""
        assert opened.modal is not None, "it was not answered with a form"
        data = of_modal(opened.modal, values)
        return await self._act(
            Did.MODAL,
            opened.channel,
            opened.user,
            data,
            source=opened.source,
            until=until,
            of=opened,
        )

    def replay(self, it: Interaction) -> None:
        """Tell an interaction once more, as a resumed gateway may."""
        it.replays += 1
        self.discord.happened(self._told_to(it), "INTERACTION_CREATE", it.payload)

    async def done(self, it: Interaction, until: Until = "done") -> Interaction:
        """Wait for it."""
        if until != "sent":
            await self.ledger.until(
                lambda: it.answer if until == "answered" else it.done, patience_s=PATIENCE_S
            )
        return it

    def command(self, name: str, channel: Channel, user: User, kind: int = 1) -> dict[str, Any]:
        """A command as it is offered to a user somewhere; fails where it is not."""
        where = channel.guild.id if channel.guild is not None else ""
        places = dict.fromkeys([where, ""])
        registered = [each for place in places for each in self.discord.commands.get(place, [])]
        found = next((c for c in registered if c["name"] == name and c["type"] == kind), None)
        assert found is not None, f"no such command: {name}; {[c['name'] for c in registered]}"
        contexts = found.get("contexts")
        here = payloads.context(channel)
        assert contexts is None or here in contexts, f"{name} is not offered in context {here}"
        assert payloads.owners(found, channel, user), f"nobody installed {name} here"
        may = self.discord.world.user_may(user, channel)
        assert May.USE_APPLICATION_COMMANDS in may, f"{user.name} may not use commands here"
        needed = found.get("default_member_permissions")
        if channel.guild is not None and needed is not None and May.ADMINISTRATOR not in may:
            assert int(needed), f"{name} is for administrators"
            assert int(may) & int(needed) == int(needed), f"{name} is not for everybody"
        return found

    async def _act(
        self,
        did: Did,
        channel: Channel,
        user: User,
        data: dict[str, Any],
        *,
        command: dict[str, Any] | None = None,
        source: Message | None = None,
        of: Interaction | None = None,
        until: Until = "done",
    ) -> Interaction:
        earlier = of or (source.interaction if source is not None else None)
        if command is not None:
            by = payloads.owners(command, channel, user)
        elif earlier is not None:
            by = earlier.payload["authorizing_integration_owners"]
        else:
            by = {"0": channel.guild.id if channel.guild is not None else "0"}
        it = Interaction(
            self.discord.world.new_snowflake(),
            secrets.token_urlsafe(48),
            did,
            user,
            channel,
            channel.guild,
            self.discord.clock.now(),
            external="0" not in by,
            source=source,
            command=command,
            opened=of,
        )
        it.payload = payloads.whole(self.discord, it, data, by)
        self.discord.interactions[it.token] = it
        it.sent_s = time.monotonic()
        self.discord.happened(self._told_to(it), "INTERACTION_CREATE", it.payload)
        return await self.done(it, until)

    def _told_to(self, it: Interaction) -> str:
        assert self.gateway.sessions, "nobody ever connected to the gateway"
        return it.guild.id if it.guild is not None and it.guild.app_in else ""

    # --- what else people do ----------------------------------------------------------------------

    def write(self, user: User, channel: Channel, content: str) -> Message:
        """A message of a user's own."""
        made = Message(
            self.discord.world.new_snowflake(),
            channel,
            user,
            self.discord.clock.now(),
            content,
            via="user",
        )
        self.ledger.messages.append(made)
        return made

    def leave(self, guild: Guild) -> None:
        """Somebody removes the app from a guild."""
        guild.app_in = False
        self.discord.happened(guild.id, "GUILD_DELETE", {"id": guild.id})

    def join(self, guild: Guild) -> None:
        """Somebody adds the app to a guild (again)."""
        guild.app_in = guild.available = True
        said = self.gateway.guild_created(guild)
        del said["unavailable"]
        self.discord.happened(guild.id, "GUILD_CREATE", said)

    def outage(self, guild: Guild) -> None:
        """Discord cannot reach a guild for a while; the app is still in it."""
        guild.available = False
        self.discord.happened(guild.id, "GUILD_DELETE", {"id": guild.id, "unavailable": True})

    def recover(self, guild: Guild) -> None:
        guild.available = True
        self.discord.happened(guild.id, "GUILD_CREATE", self.gateway.guild_created(guild))

    def changed(self, what: Channel | Role, guild: Guild) -> None:
        """Tell that a channel (its overwrites, its state) or a role of a guild was changed."""
        if isinstance(what, Role):
            said = {"guild_id": guild.id, "role": shapes.role(what)}
            self.discord.happened(guild.id, "GUILD_ROLE_UPDATE", said)
        else:
            event = "THREAD_UPDATE" if what.thread else "CHANNEL_UPDATE"
            self.discord.happened(guild.id, event, shapes.channel(what))

    def add(self, channel: Channel) -> None:
        """Tell that a channel was made."""
        assert channel.guild is not None
        event = "THREAD_CREATE" if channel.thread else "CHANNEL_CREATE"
        self.discord.happened(channel.guild.id, event, shapes.channel(channel))

    def delete_channel(self, channel: Channel) -> None:
        assert channel.guild is not None
        channel.deleted = True
        event = "THREAD_DELETE" if channel.thread else "CHANNEL_DELETE"
        self.discord.happened(channel.guild.id, event, shapes.channel(channel))
