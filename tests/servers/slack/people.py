"""What people do in Slack: type a command, mention the app, open its Home tab, remove it.

Every one of these tells the app, and waits for its acknowledgement, 3 s at most.
"""

from __future__ import annotations

from typing import Any

from tests.servers.slack import payloads
from tests.servers.slack.interactions import Interaction
from tests.servers.slack.ledger import Message
from tests.servers.slack.touching import Touching
from tests.servers.slack.world import Channel, Team, User


class People(Touching):
    """Everything somebody can do; see `Touching` for buttons and forms."""

    # --- commands and shortcuts ---------------------------------------------------------------

    async def slash(
        self, channel: Channel, user: User, text: str, *, command: str = "/intel"
    ) -> Interaction:
        url = self._slack.new_response_url(channel, user.id)
        payload = payloads.slash(self._slack, channel, user, (command, text), url)
        done = await self._do("slash_commands", payload, user, channel=channel, response_url=url)
        if done.ack:
            self._answered(done, done.ack)
        return done

    def _answered(self, done: Interaction, said: dict[str, Any]) -> None:
        """An answer within the acknowledgement is a message like any other."""
        assert done.channel is not None
        self._slack.check_message("ack", said)
        public = said.get("response_type") == "in_channel"
        self._slack.ledger.messages.append(
            Message(
                self._slack.world.new_ts(),
                done.channel,
                done.team.bot.id,
                said.get("text", ""),
                said.get("blocks") or [],
                self._slack.clock.now(),
                "ack",
                visibility="channel" if public else "ephemeral",
                to="" if public else done.user.id,
                request=said,
                response_url=done.response_url,
            )
        )

    async def shortcut(
        self, callback_id: str, user: User, message: Message | None = None
    ) -> Interaction:
        """A message shortcut, or a global one when there is no message."""
        team = user.team
        more: dict[str, Any] = {"callback_id": callback_id}
        more["trigger_id"] = self._slack.new_trigger(team, user.id)
        more["action_ts"] = self._slack.world.new_ts()
        if message is None:
            payload = payloads.interaction(self._slack, "shortcut", team, user, **more)
            return await self._do("interactive", payload, user)
        url = self._slack.new_response_url(message.channel, user.id)
        channel = {"id": message.channel.id, "name": message.channel.called}
        more |= {"channel": channel, "message": message.shown(), "message_ts": message.ts}
        more["response_url"] = url
        payload = payloads.interaction(self._slack, "message_action", team, user, **more)
        return await self._do(
            "interactive", payload, user, channel=message.channel, response_url=url
        )

    # --- messages -----------------------------------------------------------------------------

    def say(self, channel: Channel, user: User, text: str, *, thread_ts: str = "") -> Message:
        """Write a message that the app is not told of."""
        message = Message(
            self._slack.world.new_ts(),
            channel,
            user.id,
            text,
            [],
            self._slack.clock.now(),
            "user",
            thread_ts=thread_ts,
        )
        self._slack.ledger.messages.append(message)
        return message

    async def mention(
        self, channel: Channel, user: User, text: str, *, thread_ts: str = ""
    ) -> Interaction:
        """Write "@app text" in a channel."""
        text = f"<@{channel.team.bot.id}> {text}"
        message = self.say(channel, user, text, thread_ts=thread_ts)
        return await self._event(message, user, {"type": "app_mention"})

    async def direct_message(self, user: User, text: str, *, thread_ts: str = "") -> Interaction:
        channel = user.team.direct(user)
        message = self.say(channel, user, text, thread_ts=thread_ts)
        return await self._event(message, user, {"type": "message", "channel_type": "im"})

    async def link_shared(self, channel: Channel, user: User, *urls: str) -> Interaction:
        """Post links of domains the app registered for."""
        message = self.say(channel, user, " ".join(f"<{url}>" for url in urls))
        links = [{"url": url, "domain": url.split("/")[2]} for url in urls]
        inner = {
            "type": "link_shared",
            "channel": channel.id,
            "is_bot_user_member": channel.member,
            "user": user.id,
            "message_ts": message.ts,
            "unfurl_id": f"{channel.id}-{message.ts}",
            "source": "conversations_history",
            "links": links,
            "event_ts": message.ts,
        }
        return await self.event(channel.team, user, inner, channel)

    async def _event(self, message: Message, user: User, more: dict[str, Any]) -> Interaction:
        inner = {
            "user": user.id,
            "ts": message.ts,
            "client_msg_id": f"00000000-0000-0000-0000-{message.ts.replace('.', '')[-12:]}",
            "text": message.text,
            "team": message.team.id,
            "channel": message.channel.id,
            "event_ts": message.ts,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
            **more,
        }
        return await self.event(message.team, user, inner, message.channel)

    async def event(
        self, team: Team, user: User, inner: dict[str, Any], channel: Channel | None = None
    ) -> Interaction:
        """Any event, as the app would be told of it."""
        payload = payloads.event(self._slack, team, inner)
        return await self._do("events_api", payload, user, channel=channel)

    async def open_home(self, user: User, *, tab: str = "home") -> Interaction:
        """Open the app's Home tab; `ledger.home(team, user.id)` is what it shows then."""
        home = self._slack.ledger.home(user.team, user.id)
        inner = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": user.team.direct(user).id,
            "event_ts": self._slack.world.new_ts(),
            "tab": tab,
            **({"view": home.described()} if home else {}),
        }
        return await self.event(user.team, user, inner)

    # --- the end ------------------------------------------------------------------------------

    async def uninstall(self, team: Team, *, user: User | None = None) -> list[Interaction]:
        """Remove the app from a workspace: its tokens end, and it is told so twice."""
        user = user or team.people[0]
        for token in self._slack.world.tokens.values():
            if token.team is team and token.kind == "bot":
                token.state = "account_inactive"
        return [
            await self.event(team, user, {"type": "app_uninstalled"}),
            await self.tokens_revoked(team, user),
        ]

    async def tokens_revoked(self, team: Team, user: User) -> Interaction:
        tokens = {"oauth": [], "bot": [team.bot.id]}
        return await self.event(team, user, {"type": "tokens_revoked", "tokens": tokens})
