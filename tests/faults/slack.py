"""Slack's poster in the fault matrix.

A token is "xoxb-" and the workspace's name, a direct channel "D" and the user's id.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp.abc import AbstractResolver, ResolveResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.poster import SlackPoster
from briefings.ports import Post, Poster
from briefings.subscriptions import Scope
from tests.faults.plan import Ledger, Plan
from tests.faults.poster import PAGE_BREAK
from tests.faults.wire import Service

CHANNEL_HEADER = "x-test-channel"
"""Says in the head of a request what Slack only finds in its body, so that it can break there."""
_SENT_TO: ContextVar[str] = ContextVar("_SENT_TO", default="")


class SlackKit:
    """A tests.faults.poster.PosterKit."""

    platform = "slack"
    modes = ("looks", "blind")
    nonce_s = 0.0

    def service(self, ledger: Ledger, plan: Plan) -> Service:
        # Here, because workers have no use for it and are many.
        from tests.faults.slack_service import SlackService

        return SlackService(ledger, plan)

    @asynccontextmanager
    async def poster(self, arguments: Mapping[str, Any]) -> AsyncIterator[Poster]:
        path = Path(arguments["address"])

        def address() -> str:
            return path.read_text().strip()

        async def client_for(workspace: str) -> AsyncWebClient:
            return client(address(), workspace)

        inner = SlackPoster(
            client_for,
            pages=lambda markdown: (plain_page(markdown),),
            timeout_s=arguments.get("timeout_s", 15.0),
            resolver=NoNames(),
        )
        try:
            yield PagedPoster(inner, arguments.get("pace_s", 0.0))
        finally:
            await inner.close()


def client(address: str, workspace: str) -> AsyncWebClient:
    """A client of the server at an address, with the workspace's token."""
    made = AsyncWebClient(
        token=f"xoxb-{quote(workspace)}",
        base_url=f"{address}/api/",
        headers={CHANNEL_HEADER: quote(_SENT_TO.get())},
    )
    made.proxy = None
    return made


@dataclass(frozen=True)
class PlainPage:
    blocks: Sequence[Mapping[str, Any]]
    text: str
    picture: None = None


def plain_page(text: str) -> PlainPage:
    """A text as it is, and its beginning as blocks: as much as a message may have of them."""
    pieces = [text[at : at + 3000] for at in range(0, min(len(text), 12_000), 3000)] or ["-"]
    return PlainPage(
        [{"type": "section", "text": {"type": "plain_text", "text": piece}} for piece in pieces],
        text,
    )


class PagedPoster:
    """A SlackPoster whose pages are divided where the matrix divides them, at its own pace."""

    nonce_s = 0.0

    def __init__(self, inner: SlackPoster, pace_s: float) -> None:
        self._inner = inner
        self.pace_s = pace_s

    def prepare(self, page: str) -> tuple[str, ...]:
        return tuple(made for part in page.split(PAGE_BREAK) for made in self._inner.prepare(part))

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        _SENT_TO.set(post.scope.channel)
        return await self._inner.send(post, ready)

    async def copies(self, post: Post) -> tuple[str, ...]:
        _SENT_TO.set(post.scope.channel)
        return await self._inner.copies(post)

    async def delete(self, post: Post, remote_id: str) -> None:
        _SENT_TO.set(post.scope.channel)
        await self._inner.delete(post, remote_id)

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        _SENT_TO.set(scope.channel)
        await self._inner.alert(scope, user, text)


class NoNames(AbstractResolver):
    """Knows loopback addresses alone, and asks nobody."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(-2, f"{host} is not known")

    async def close(self) -> None:
        pass
