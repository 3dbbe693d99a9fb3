"""Digests going out to Discord: sent once, found again by their key, deleted where they are double.

    text, thread   POST /channels/{id}/messages, the key as enforced nonce; what follows replies
    announcement   ... and published to the channels that follow it, where that is allowed
    forum          POST /channels/{id}/threads: a post of its own, in which the rest follows
    key -> GET /channels/{id}/messages, "ref k7Q…" in the last line -> ids, oldest first

Discord takes two messages of one nonce for one for a few minutes. A forum knows no nonce, so there
a message that may have been sent before is looked for first.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import quote

from bot.platforms import Picture
from bot.platforms.cutting import cut
from bot.platforms.discord import sending
from bot.platforms.discord.places import ANNOUNCEMENT, Place, Places
from bot.platforms.discord.search import Search
from bot.platforms.discord.web import File, Web
from bot.platforms.nodes import Wanted
from briefings.errors import Ambiguous, CannotLook, DeliveryError, Refused, Rejected, Unfit
from briefings.ports import Post
from briefings.subscriptions import Scope

PACE_S = 0.3
NONCE_S = 120.0
"""Discord says "the past few minutes"."""
EARLIER = timedelta(seconds=120)
"""How much earlier than its first try a message is looked for: clocks differ."""
FIRST_TRY = timedelta(seconds=4)
"""A message tried longer ago than this may have been sent before: no retry comes sooner."""
PATIENCE_S = 6.0
"""Drawing takes no longer: the message waits, and a digest may not wait for long."""
PUBLISH_S = 5.0
NAME = "timeline.png"
_NO_DIRECT = frozenset({50007, 50278, 10013})
"""With these, somebody takes no direct messages of ours."""
_NO_REPLY = 160002
_GONE = frozenset({10003, 10008})
_NO_FILES = frozenset({50013})

_log = logging.getLogger(__name__)


class Page(Protocol):
    """A message: its embeds, or its text where it has none, and the picture it wants."""

    @property
    def content(self) -> str: ...

    @property
    def embeds(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def picture(self) -> Wanted | None: ...


class DiscordPoster:
    """Discord's `briefings.ports.Poster`.

    `pages` makes messages of Markdown. `picture` draws what a command shows; a message whose
    picture is not there within `patience_s`, or is not taken, goes without.
    """

    pace_s = PACE_S
    nonce_s = NONCE_S

    def __init__(
        self,
        web: Web,
        *,
        pages: Callable[[str], Sequence[Page]],
        picture: Callable[[str], Awaitable[Picture | None]] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._web = web
        self._places = Places(web)
        self._search = Search(web, self._places)
        self._pages = pages
        self._picture = picture
        self._patience_s = patience_s

    async def close(self) -> None:
        """Let go of the network."""
        await self._web.close()

    def prepare(self, page: str) -> tuple[str, ...]:
        return tuple(
            json.dumps(_payload(message), ensure_ascii=False, separators=(",", ":"))
            for message in self._pages(page)
        )

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        place = await self._place(post)
        if place.forum and not post.first_id and (there := await self._posted(post, place)):
            return there
        payload = json.loads(post.payload)
        message = sending.body(payload, key=post.key, plain=post.plain)
        path, name = _messages(post, place), ""
        if place.forum and not post.first_id:
            path, name = f"/channels/{_id(place.id)}/threads", sending.thread_name(payload)
        else:
            message |= {"nonce": post.key, "enforce_nonce": True}
        if post.first_id and not place.forum and not post.plain:
            # Where the first is gone, this one does without.
            reply = {"message_id": post.first_id, "fail_if_not_exists": False}
            message["message_reference"] = reply
        file = None if post.plain else await self._file(payload)
        id = _told(await self._post(path, name, message, file, ready), "id")
        if place.kind == ANNOUNCEMENT:
            await self._publish(f"{path}/{id}/crosspost")
        return id

    async def _place(self, post: Post) -> Place:
        try:
            return await self._places.of(post.scope.channel)
        except Ambiguous as error:
            # Of the message itself not one byte was sent.
            raise Refused(error.message, code=error.ids.get("code", "")) from None

    async def _posted(self, post: Post, forum: Place) -> str:
        """The id of a forum's post that an earlier try made, "" where there is none."""
        if abs(self._web.clock.now() - post.first_try) < FIRST_TRY:
            return ""
        try:
            found = await self._search.posts(forum, post.key, post.first_try - EARLIER)
        except CannotLook as error:
            raise Ambiguous(error.message, remedy=error.remedy, **error.ids) from None
        return min(found, key=int, default="")

    async def _post(
        self,
        path: str,
        name: str,
        message: dict[str, Any],
        file: File | None,
        ready: Callable[[], None],
    ) -> Any:
        """Post a message, and where Discord does not take what adorns it, without that.

        `name` is that of the thread it begins, "" for none.
        """
        while True:
            body = sending.illustrated(message, file.name, file.alt) if file else message
            if name:
                body = {"name": name, "message": body}
            try:
                return await self._web.ask("POST", path, body=body, file=file, ready=ready)
            except (Unfit, Rejected) as error:
                code = error.ids.get("code")
                if code == _NO_REPLY and "message_reference" in message:
                    message = {k: v for k, v in message.items() if k != "message_reference"}
                elif file is not None and (isinstance(error, Unfit) or code in _NO_FILES):
                    _log.warning("Discord did not take a message with its picture: %s", error)
                    file = None
                else:
                    raise

    async def _file(self, payload: Mapping[str, Any]) -> File | None:
        """The picture a payload wants, if there is one and it can be had."""
        wanted = payload.get("picture")
        if not wanted or self._picture is None:
            return None
        try:
            async with asyncio.timeout(self._patience_s):
                picture = await self._picture(wanted["command"])
        except Exception as error:
            # What it says may hold what is being sent.
            _log.warning("a message goes without its picture: %s", type(error).__name__)
            return None
        if picture is None:
            return None
        alt = cut(picture.alt or wanted["alt"], sending.ALT)
        return File(NAME, picture.png, alt)

    async def _publish(self, path: str) -> None:
        """Let it go to the channels that follow this one; where it does not, it is still here."""
        try:
            await self._web.ask("POST", path, within_s=PUBLISH_S)
        except DeliveryError as error:
            _log.info("a message was not published to the channels that follow: %s", error)

    async def copies(self, post: Post) -> tuple[str, ...]:
        place, since = await self._places.of(post.scope.channel), post.first_try - EARLIER
        if place.forum and not post.first_id:
            found = await self._search.posts(place, post.key, since)
        else:
            where = post.first_id if place.forum else place.id
            found = await self._search.messages(where, post.key, since)
        return tuple(sorted(found, key=int))

    async def delete(self, post: Post, remote_id: str) -> None:
        place = await self._places.of(post.scope.channel)
        # The first message of a forum's post has the id of the post.
        path = _messages(post, place, post.first_id or remote_id)
        try:
            await self._web.ask("DELETE", f"{path}/{_id(remote_id)}")
        except DeliveryError as error:
            thread_gone = place.forum and error.ids.get("code") in _GONE
            if error.ids.get("code") != 10008 and not thread_gone:
                raise

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        pages = [sending.body(_payload(page)) for page in self._pages(text)]
        try:
            said = await self._web.ask("POST", "/users/@me/channels", body={"recipient_id": user})
            channel = _told(said, "id")
            for number, page in enumerate(pages):
                await self._tell(channel, page, _nonce(scope, user, text, number))
        except Rejected as error:
            if error.ids.get("code") not in _NO_DIRECT:
                raise
            # Better read by the channel, which its digests concern, than by nobody.
            for number, page in enumerate(pages):
                await self._tell(scope.channel, page, _nonce(scope, user, text, number))

    async def _tell(self, channel: str, page: Mapping[str, Any], nonce: str) -> None:
        body = {**page, "nonce": nonce, "enforce_nonce": True}
        await self._web.ask("POST", f"/channels/{_id(channel)}/messages", body=body)


def _payload(message: Page) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "content": message.content,
        "embeds": [dict(each) for each in message.embeds],
    }
    if message.picture is not None:
        payload["picture"] = {"command": message.picture.command, "alt": message.picture.alt}
    return payload


def _messages(post: Post, place: Place, thread: str = "") -> str:
    """Where the messages of a digest are: a forum's in the post that is its first."""
    where = (thread or post.first_id) if place.forum else place.id
    return f"/channels/{_id(where)}/messages"


def _id(of: str) -> str:
    return quote(of, safe="")


def _told(said: object, name: str) -> str:
    value = said.get(name) if isinstance(said, Mapping) else None
    if not isinstance(value, str) or not value.isdigit():
        raise Ambiguous("Discord's answer lacks what it should say.", code="")
    return value


def _nonce(scope: Scope, user: str, text: str, number: int) -> str:
    """The same for the same notice, so that one told twice in a row is there once."""
    said = f"{scope.workspace}|{scope.channel}|{user}|{text}|{number}"
    return sha256(said.encode()).hexdigest()[:25]
