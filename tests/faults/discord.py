"""Discord's poster in the fault matrix.

The loopback Discord takes every channel, recipient and token for known; headers say what Discord
has no need to be told: whose channel it is, and about which one somebody is told.
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

from bot.platforms.discord.poster import DiscordPoster
from bot.platforms.discord.web import Web
from briefings.ports import Clock, Post, Poster
from briefings.subscriptions import Scope
from tests.faults.clock import SteeredClock
from tests.faults.plan import Ledger, Plan
from tests.faults.poster import PAGE_BREAK
from tests.faults.wire import Service

TOKEN = "MTIzNDU2Nzg5.loopback.token-of-the-matrix"
WORKSPACE_HEADER = "x-test-workspace"
CHANNEL_HEADER = "x-test-channel"
_ABOUT: ContextVar[Scope | None] = ContextVar("_ABOUT", default=None)


class DiscordKit:
    """A tests.faults.poster.PosterKit."""

    platform = "discord"
    modes = ("looks", "nonce", "blind")
    nonce_s = 120.0

    def service(self, ledger: Ledger, plan: Plan) -> Service:
        # Here, because workers have no use for it and are many.
        from tests.servers.discord.service import DiscordService

        return DiscordService(ledger, plan)

    @asynccontextmanager
    async def poster(self, arguments: Mapping[str, Any]) -> AsyncIterator[Poster]:
        path = Path(arguments["address"])
        web = LedWeb(
            lambda: path.read_text().strip(),
            timeout_s=arguments.get("timeout_s", 15.0),
            clock=SteeredClock(path.parent / "clock"),
        )
        inner = DiscordPoster(web, pages=lambda markdown: (plain_page(markdown),))
        nonce_s = self.nonce_s if arguments.get("mode") == "nonce" else 0.0
        try:
            yield PagedPoster(inner, arguments.get("pace_s", 0.0), nonce_s)
        finally:
            await inner.close()


class LedWeb(Web):
    """Discord's API at an address that may change, and told whose a request is."""

    def __init__(
        self,
        address: Callable[[], str],
        *,
        token: str = TOKEN,
        timeout_s: float = 15.0,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(token, "", timeout_s=timeout_s, resolver=NoNames(), clock=clock)
        self._address = address

    @property
    def base_url(self) -> str:
        return f"{self._address()}/api/v10"

    def headers(self) -> dict[str, str]:
        scope = _ABOUT.get()
        if scope is None:
            return super().headers()
        told = {WORKSPACE_HEADER: scope.workspace, CHANNEL_HEADER: scope.channel}
        return super().headers() | {name: quote(value) for name, value in told.items()}


@dataclass(frozen=True)
class PlainPage:
    content: str
    embeds: Sequence[Mapping[str, Any]]
    picture: None = None


def plain_page(text: str) -> PlainPage:
    """A text as it is, in an embed."""
    return PlainPage("", [{"description": text[:4096] or "-"}])


class PagedPoster:
    """A DiscordPoster whose pages are divided where the matrix divides them, at its own pace.

    `nonce_s` as the mode has it: without, the outbox looks and does not send again.
    """

    def __init__(self, inner: DiscordPoster, pace_s: float, nonce_s: float) -> None:
        self._inner = inner
        self.pace_s = pace_s
        self.nonce_s = nonce_s

    def prepare(self, page: str) -> tuple[str, ...]:
        return tuple(made for part in page.split(PAGE_BREAK) for made in self._inner.prepare(part))

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        _ABOUT.set(post.scope)
        return await self._inner.send(post, ready)

    async def copies(self, post: Post) -> tuple[str, ...]:
        _ABOUT.set(post.scope)
        return await self._inner.copies(post)

    async def delete(self, post: Post, remote_id: str) -> None:
        _ABOUT.set(post.scope)
        await self._inner.delete(post, remote_id)

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        _ABOUT.set(scope)
        await self._inner.alert(scope, user, text)


class NoNames(AbstractResolver):
    """Knows loopback addresses alone, and asks nobody."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(-2, f"{host} is not known")

    async def close(self) -> None:
        pass
