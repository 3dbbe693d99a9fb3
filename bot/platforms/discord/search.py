"""Looking for our own messages by the key in their last line, as far as Discord shows them.

    a channel or thread:  after -> 100 messages -> after -> ... -> fewer than 100
    a forum:              its open threads that we began -> the first message of each

A nonce is Discord's for a few minutes only; "ref k7Q…" in the footer is there for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.platforms.discord.places import Place, Places
from bot.platforms.discord.web import Web
from briefings.errors import Ambiguous, CannotLook, Refused, Rejected

PAGE = 100
MOST_PAGES = 20
BUSY_S = 60.0
KEPT = 256
"""Searches that are remembered."""
FIRST_ARCHIVED = timedelta(hours=1)
"""No thread is archived by itself before it was silent for so long."""
_EPOCH_MS = 1_420_070_400_000


@dataclass
class _Progress:
    after: int
    seen: bool = False
    found: set[str] = field(default_factory=set)


class Search:
    """Finds messages we posted."""

    def __init__(self, web: Web, places: Places) -> None:
        self._web = web
        self._places = places
        self._progress: dict[tuple[str, str], _Progress] = {}

    async def messages(self, channel: str, key: str, since: datetime) -> set[str]:
        """The ids of all messages of a key in a channel or thread since a time.

        Raises:
            CannotLook: its history is not for us to see.
            Refused: not all was seen, and the next call goes on.
            Ambiguous, Rejected: Discord could not be asked, or does not show it.
        """
        me = await self._places.me()
        progress = self._progress.pop((channel, key), None) or _Progress(snowflake(since))
        try:
            for _ in range(MOST_PAGES):
                page = await self._page(channel, progress.after)
                progress.seen = progress.seen or bool(page)
                progress.found |= {str(each["id"]) for each in page if _is_ours(each, key, me)}
                if len(page) < PAGE:
                    if not progress.seen and not await self._places.history_allowed(channel):
                        raise cannot_look()
                    return progress.found
                progress.after = max(int(each["id"]) for each in page)
        except Refused as error:
            if error.retry_after_s is not None:
                self._keep(channel, key, progress)
            raise
        self._keep(channel, key, progress)
        raise Refused(
            "The channel has more messages than can be looked through at once.",
            retry_after_s=BUSY_S,
            code="",
        )

    async def posts(self, forum: Place, key: str, since: datetime) -> set[str]:
        """The ids of all posts of a key in a forum since a time.

        Raises:
            CannotLook, Refused, Ambiguous, Rejected: as above.
        """
        me, found = await self._places.me(), set()
        for thread in await self._threads(forum, since):
            ours = str(thread.get("owner_id")) == me
            if not ours or str(thread.get("parent_id")) != forum.id:
                continue
            id = str(thread["id"])
            if int(id) >= snowflake(since) and await self._begins_with(id, key, me):
                found.add(id)
        return found

    async def _page(self, channel: str, after: int) -> list[Mapping[str, Any]]:
        said = await self._web.ask(
            "GET",
            f"/channels/{quote(channel, safe='')}/messages",
            query={"after": str(after), "limit": str(PAGE)},
        )
        if not isinstance(said, list):
            raise Ambiguous("Discord's answer lacks the messages.", code="")
        return said

    async def _threads(self, forum: Place, since: datetime) -> list[Mapping[str, Any]]:
        said = await self._web.ask("GET", f"/guilds/{quote(forum.guild)}/threads/active")
        threads = _threads_of(said)
        if self._web.clock.now() - since > FIRST_ARCHIVED:
            path = f"/channels/{quote(forum.id, safe='')}/threads/archived/public"
            try:
                said = await self._web.ask("GET", path, query={"limit": str(PAGE)})
            except Rejected as error:
                raise _blind(error) from None
            threads += _threads_of(said)
        return threads

    async def _begins_with(self, thread: str, key: str, me: str) -> bool:
        try:
            said = await self._web.ask("GET", f"/channels/{thread}/messages/{thread}")
        except Rejected as error:
            if error.ids.get("code") == 10003:
                return False
            raise _blind(error) from None
        except Refused as error:
            if error.ids.get("code") == 10008:
                return False
            raise
        return isinstance(said, Mapping) and _is_ours(said, key, me)

    def _keep(self, channel: str, key: str, progress: _Progress) -> None:
        while len(self._progress) >= KEPT:
            del self._progress[next(iter(self._progress))]
        self._progress[channel, key] = progress


def cannot_look() -> CannotLook:
    """What is said where Discord does not show what was posted."""
    return CannotLook(
        "Discord does not let intelbrief see the channel's messages.",
        remedy="In the channel's settings, under Permissions, allow intelbrief Read Message "
        "History.",
        code="",
    )


def snowflake(at: datetime) -> int:
    """The least id of what happens at an instant."""
    return max(0, int(at.timestamp() * 1000) - _EPOCH_MS) << 22


def reference(key: str) -> str:
    """How a message says its key."""
    return f"ref {key}"


def _is_ours(message: Mapping[str, Any], key: str, me: str) -> bool:
    author = message.get("author")
    by_us = isinstance(author, Mapping) and str(author.get("id")) == me
    return by_us and (
        message.get("nonce") == key or any(reference(key) in each for each in _last_lines(message))
    )


def _last_lines(message: Mapping[str, Any]) -> Iterator[str]:
    """Where only we write: the text of a headline must not pass for a key."""
    yield str(message.get("content") or "").rpartition("\n")[2]
    for embed in message.get("embeds") or ():
        yield str((embed.get("footer") or {}).get("text") or "")


def _threads_of(said: object) -> list[Mapping[str, Any]]:
    threads = said.get("threads") if isinstance(said, Mapping) else None
    if not isinstance(threads, list):
        raise Ambiguous("Discord's answer lacks the threads.", code="")
    return threads


def _blind(error: Rejected) -> CannotLook | Rejected:
    return cannot_look() if error.ids.get("code") in (50001, 50013) else error
