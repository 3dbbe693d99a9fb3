"""Digests going out to Slack: sent once, found again by their key, deleted where they are double.

    payload {"blocks", "text"} -> chat.postMessage with the key as metadata -> its ts
    ... with "picture" {"command", "alt"} -> drawn and uploaded first, an image block at the end
    key -> conversations.history, or .replies for what is in the digest's thread -> ts, oldest first

Slack takes no key of idempotence, so a message in doubt is looked for by its metadata:
docs.slack.dev/messaging/message-metadata.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms import Picture
from bot.platforms.cutting import size
from bot.platforms.nodes import Wanted
from bot.platforms.slack import limits
from bot.platforms.slack.pictures import PATIENCE_S, READY_S, image
from bot.platforms.slack.search import Look, Search
from bot.platforms.slack.web import TIMEOUT_S, Resolver, Said, Web
from briefings.errors import Ambiguous, CannotLook, Rejected, Unfit
from briefings.ports import Clock, Post, SystemClock
from briefings.subscriptions import Scope

EVENT_TYPE = "intelbrief_digest"
PACE_S = 1.1
"""chat.postMessage: about one message a second and channel."""
EARLIER = timedelta(seconds=120)
"""How much earlier than its first try a message is looked for: clocks differ."""
_NO_DIRECT = frozenset(
    {
        "missing_scope",
        "no_permission",
        "messages_tab_disabled",
        "cannot_dm_bot",
        "restricted_action",
        "not_allowed_token_type",
    }
)
"""With these, somebody can still be told in the channel, where only they see it."""
_NOT_ALLOWED = frozenset({"missing_scope", "no_permission", "access_denied", "ekm_access_denied"})
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")

_log = logging.getLogger(__name__)


class Page(Protocol):
    """A message: its blocks, and what is shown where blocks are not (& < > escaped)."""

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def text(self) -> str: ...

    @property
    def picture(self) -> Wanted | None: ...


class SlackPoster:
    """Slack's `briefings.ports.Poster`, for as many workspaces as there are tokens.

    `client_for` gives a workspace's client; where there is none it raises `Rejected`, as
    `refusals.not_installed` makes it, or gives one without a token. `pages` makes messages of
    Markdown. `can_look` says whether a workspace granted the right to read its channels.
    `resolver` looks up Slack's address, in place of the machine's own. `picture` draws what a
    command shows; a message whose picture is not there within `patience_s` goes without. `void`
    hears of a token that is not taken any more: see `Web`.
    """

    pace_s = PACE_S
    nonce_s = 0.0

    def __init__(  # noqa: PLR0913 - all but the first two are for some only
        self,
        client_for: Callable[[str], Awaitable[AsyncWebClient]],
        *,
        pages: Callable[[str], Sequence[Page]],
        can_look: Callable[[str], bool] = lambda _workspace: True,
        timeout_s: float = TIMEOUT_S,
        resolver: Resolver | None = None,
        picture: Callable[[str], Awaitable[Picture | None]] | None = None,
        patience_s: float = PATIENCE_S,
        clock: Clock | None = None,
        void: Callable[[], None] | None = None,
    ) -> None:
        self._web = Web(client_for, timeout_s=timeout_s, resolver=resolver, void=void)
        self._picture = picture
        self._patience_s = patience_s
        self._clock = clock or SystemClock()
        self._search = Search(self._web, EVENT_TYPE)
        self._pages = pages
        self._can_look = can_look

    async def close(self) -> None:
        """Let go of the network."""
        await self._web.close()

    def prepare(self, page: str) -> tuple[str, ...]:
        return tuple(
            json.dumps(_payload(message), ensure_ascii=False, separators=(",", ":"))
            for message in self._pages(page)
        )

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        payload = json.loads(post.payload)
        blocks = [] if post.plain else payload["blocks"]
        if blocks and (shown := await self._image(post, payload)):
            for wait_s in (0.0, READY_S):
                if wait_s:
                    await self._clock.sleep(wait_s)
                try:
                    return await self._post(post, payload["text"], [*blocks, shown], ready)
                except Unfit as error:
                    _log.warning("Slack did not take a message with its picture: %s", error)
        return await self._post(post, payload["text"], blocks, ready)

    async def _image(self, post: Post, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The block of the picture a payload wants, if there is one and it can be had."""
        wanted, draw = payload.get("picture"), self._picture
        if not wanted or draw is None:
            return None
        workspace, patience_s = post.scope.workspace, self._patience_s

        async def titled() -> Picture | None:
            found = await draw(wanted["command"])
            return found and replace(found, title=wanted["alt"])

        return await image(self._web, workspace, titled, patience_s=patience_s)

    async def _post(
        self,
        post: Post,
        text: str,
        blocks: Sequence[Mapping[str, Any]],
        ready: Callable[[], None],
    ) -> str:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": post.key}}
        said = await self._web.call(
            post.scope.workspace,
            lambda client: client.chat_postMessage(
                channel=post.scope.channel,
                text=_cut(text),
                blocks=[dict(block) for block in blocks] or None,
                # As text alone it also leaves a thread that may not take it.
                thread_ts=None if post.plain else post.first_id or None,
                mrkdwn=None if blocks else False,
                metadata=metadata,
                **_SILENT,
            ),
            ready=ready,
        )
        return _told(said, "ts")

    async def copies(self, post: Post) -> tuple[str, ...]:
        if not self._can_look(post.scope.workspace):
            raise _cannot_look("missing_scope")
        threads = {post.first_id, ""} if post.plain else {post.first_id}
        since = post.first_try - EARLIER
        found: set[str] = set()
        for thread in sorted(threads):
            try:
                found |= await self._search.find(Look(post.scope, post.key, thread), since)
            except Rejected as error:
                if error.ids.get("code") in _NOT_ALLOWED:
                    raise _cannot_look(str(error.ids["code"])) from None
                raise
        return tuple(sorted(found, key=_moment))

    async def delete(self, post: Post, remote_id: str) -> None:
        try:
            await self._web.call(
                post.scope.workspace,
                lambda client: client.chat_delete(channel=post.scope.channel, ts=remote_id),
            )
        except Exception as error:
            if getattr(error, "ids", {}).get("code") != "message_not_found":
                raise

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        pages = self._pages(text)
        try:
            said = await self._web.call(
                scope.workspace, lambda client: client.conversations_open(users=[user])
            )
        except Rejected as error:
            if error.ids.get("code") not in _NO_DIRECT:
                raise
            for page in pages:
                await self._whisper(scope, user, page)
            return
        direct = _told(said.get("channel", {}), "id")
        for page in pages:
            await self._say(scope.workspace, direct, page)

    async def _say(self, workspace: str, channel: str, page: Page) -> None:
        await self._web.call(
            workspace,
            lambda client: client.chat_postMessage(
                channel=channel,
                text=_cut(page.text),
                blocks=[dict(block) for block in page.blocks] or None,
                **_SILENT,
            ),
        )

    async def _whisper(self, scope: Scope, user: str, page: Page) -> None:
        await self._web.call(
            scope.workspace,
            lambda client: client.chat_postEphemeral(
                channel=scope.channel,
                user=user,
                text=_cut(page.text),
                blocks=[dict(block) for block in page.blocks] or None,
                link_names=False,
                parse="none",
            ),
        )


_SILENT: dict[str, Any] = {
    "unfurl_links": False,
    "unfurl_media": False,
    "link_names": False,
    "parse": "none",
}
"""Nothing in a message becomes a preview or a mention that is not marked up as one."""


def _payload(message: Page) -> dict[str, Any]:
    payload: dict[str, Any] = {"blocks": list(message.blocks), "text": message.text}
    if message.picture is not None:
        payload["picture"] = {"command": message.picture.command, "alt": message.picture.alt}
    return payload


def _told(said: Said, name: str) -> str:
    value = said.get(name) if isinstance(said, Mapping) else None
    if not isinstance(value, str) or not value:
        raise Ambiguous("Slack's answer lacks what it should say.", code="")
    return value


def _cannot_look(code: str) -> CannotLook:
    return CannotLook(
        f"Slack does not let intelbrief see the channel's messages ({code}).",
        remedy="On the app's page at api.slack.com/apps, under OAuth & Permissions, add "
        "channels:history (groups:history for private channels) and click Reinstall to "
        "Workspace.",
        code=code,
    )


def _moment(ts: str) -> tuple[int, ...]:
    return tuple(int(part) for part in ts.split(".") if part.isdigit())


def _cut(text: str) -> str:
    """At most what Slack takes, and no half of an escaped character at the end."""
    if size(text) <= limits.TEXT:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (limits.TEXT - 1)]
    return _HALF_ENTITY.sub("", kept.decode("utf-16-le", "ignore")) + "…"
