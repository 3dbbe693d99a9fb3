"""Looking for messages by the key in their metadata, page by page, as far as Slack allows.

    oldest -> page of 15 -> cursor -> ... -> the last page        or: 429 -> later, from there

Apps sold outside of Slack's Marketplace get 15 messages a minute, all others 50 pages a minute:
docs.slack.dev/reference/methods/conversations.history. A channel is only said to lack a message
once all of it was seen, so a search that was cut short goes on where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.web import Said, Web
from briefings.errors import Ambiguous, DeliveryError, Refused
from briefings.subscriptions import Scope

PAGE = 15
"""The most that every kind of app is given at once."""
MOST_PAGES = 20
"""Pages of one look: within what is allowed in a minute, also where others look as well."""
BUSY_S = 60.0
KEPT = 256
"""Searches, and bots, that are remembered."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for where; `thread` is the id of a message, "" for the channel itself."""

    scope: Scope
    key: str
    thread: str


@dataclass
class _Progress:
    cursor: str = ""
    found: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Bot:
    """Who we are in a workspace."""

    id: str
    user: str

    def wrote(self, message: Mapping[str, Any]) -> bool:
        # An app of a whole organization has another bot_id in each of its workspaces.
        return message.get("bot_id") == self.id or message.get("user") == self.user


class Search:
    """Finds our own messages of one type in channels and threads."""

    def __init__(self, web: Web, event_type: str) -> None:
        self._web = web
        self._event_type = event_type
        self._bots: dict[str, _Bot] = {}
        self._progress: dict[Look, _Progress] = {}

    async def find(self, look: Look, since: datetime) -> set[str]:
        """The ids of all of them since a time.

        Raises:
            Refused: not all was seen, and the next call goes on.
            Ambiguous, Rejected: Slack could not be asked, or does not show it.
        """
        bot = await self._bot(look.scope.workspace)
        progress = self._progress.pop(look, None) or _Progress()
        try:
            for _ in range(MOST_PAGES):
                said = await self._page(look, since, progress.cursor)
                progress.found |= self._ours(said, look.key, bot)
                progress.cursor = _cursor(said)
                if not progress.cursor:
                    return progress.found
        except Refused as error:
            if error.retry_after_s is not None:
                self._keep(look, progress)
            raise
        except DeliveryError as error:
            if error.ids.get("code") != "thread_not_found":
                raise
            return progress.found
        self._keep(look, progress)
        raise Refused(
            "The channel has more messages than can be looked through at once.",
            retry_after_s=BUSY_S,
            code="",
        )

    async def _page(self, look: Look, since: datetime, cursor: str) -> Said:
        def ask(client: AsyncWebClient) -> Any:
            where: dict[str, Any] = {
                "channel": look.scope.channel,
                "oldest": f"{since.timestamp():.6f}",
                "limit": PAGE,
                "include_all_metadata": True,
                "cursor": cursor or None,
            }
            if look.thread:
                return client.conversations_replies(ts=look.thread, **where)
            return client.conversations_history(**where)

        return await self._web.call(look.scope.workspace, ask)

    async def _bot(self, workspace: str) -> _Bot:
        # By its token: an app that was removed and installed again may be somebody else.
        token = (await self._web.client(workspace)).token or ""
        if token not in self._bots:
            said = await self._web.call(workspace, _who_am_i)
            _make_room(self._bots)
            self._bots[token] = _Bot(str(said.get("bot_id", "")), str(said.get("user_id", "")))
        return self._bots[token]

    def _ours(self, said: Said, key: str, bot: _Bot) -> set[str]:
        messages = said.get("messages")
        if not isinstance(messages, list):
            raise Ambiguous("Slack's answer lacks the messages.", code="")
        return {
            message["ts"]
            for message in messages
            if _key(message.get("metadata"), self._event_type) == key and bot.wrote(message)
        }

    def _keep(self, look: Look, progress: _Progress) -> None:
        _make_room(self._progress)
        self._progress[look] = progress


def _make_room(kept: dict[Any, Any]) -> None:
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]


async def _who_am_i(client: AsyncWebClient) -> AsyncSlackResponse:
    return await client.auth_test()


def _key(metadata: object, event_type: str) -> str:
    match metadata:
        case {"event_type": str(type_), "event_payload": {"key": str(key)}} if type_ == event_type:
            return key
        case _:
            return ""


def _cursor(said: Said) -> str:
    after = said.get("response_metadata")
    cursor = after.get("next_cursor") if isinstance(after, Mapping) else ""
    return cursor if isinstance(cursor, str) else ""
