"""The poster of the loopback chat, and what a poster needs to be put through the fault matrix."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from briefings.errors import Ambiguous, CannotLook, Refused, Rejected, Unfit
from briefings.ports import Post, Poster
from briefings.subscriptions import Scope
from tests.faults.plan import PERMANENT, UNFIT, WHOLE_WORKSPACE, Ledger, Plan
from tests.faults.wire import Service
from tests.servers.chat import Chat

PAGE_BREAK = "\n---\n"
WITHOUT_RETRY_AFTER_S = 60.0
"""How long to wait when a server asks for it and does not say how long."""
DOUBTFUL = frozenset({"fatal_error", "internal_error"})
"""Slack, chat.postMessage: "it's possible some aspect of the operation succeeded"."""


class PosterKit(Protocol):
    """One platform in the fault matrix: its poster, and a server that imitates the platform.

    `modes` are the ways its workspaces differ: "looks" (copies can be looked up), "nonce" (and
    two messages of one key within a while count as one), "blind" (no right to look).
    """

    platform: str
    modes: tuple[str, ...]
    nonce_s: float

    def service(self, ledger: Ledger, plan: Plan) -> Service:
        """The server's side, for wire.FaultyServer."""

    def poster(self, arguments: Mapping[str, Any]) -> AbstractAsyncContextManager[Poster]:
        """A poster in a worker process.

        `arguments`: `address`, the path of a file with the server's address, which may change;
        `mode`; `timeout_s`; `pace_s`.
        """


def load_kit(name: str) -> PosterKit:
    """A kit by its name, such as tests.faults.poster:ChatKit, in whatever process."""
    module, _, kit = name.partition(":")
    found: PosterKit = getattr(import_module(module), kit)()
    return found


class ChatKit:
    """The loopback chat, which can be any platform."""

    platform = "chat"
    modes = ("looks", "nonce")
    nonce_s = 120.0

    def service(self, ledger: Ledger, plan: Plan) -> Service:
        return Chat(ledger, plan)

    @asynccontextmanager
    async def poster(self, arguments: Mapping[str, Any]) -> AsyncIterator[Poster]:
        poster = HttpPoster(
            Path(arguments["address"]),
            timeout_s=arguments.get("timeout_s", 15.0),
            nonce_s=self.nonce_s if arguments.get("mode") == "nonce" else 0.0,
            pace_s=arguments.get("pace_s", 0.0),
        )
        try:
            yield poster
        finally:
            await poster.close()


class HttpPoster:
    """A ports.Poster for tests.servers.chat, as an HTTP client meets a platform.

    `address` is a file with the server's address, read before every request. A host that ends in
    .invalid has no address, and nobody is asked for it.
    """

    def __init__(
        self, address: Path, *, timeout_s: float = 15.0, nonce_s: float = 0.0, pace_s: float = 0.0
    ) -> None:
        self._address = address
        self._nonce_s = nonce_s
        self._pace_s = pace_s
        tracing = aiohttp.TraceConfig()
        tracing.on_connection_create_end.append(_connected)
        # A connection a request: aiohttp repeats a request that a kept one lost.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                force_close=True, limit=0, resolver=_Names(), use_dns_cache=False
            ),
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            trace_configs=[tracing],
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        await self._session.close()

    @property
    def pace_s(self) -> float:
        return self._pace_s

    @property
    def nonce_s(self) -> float:
        return self._nonce_s

    def prepare(self, page: str) -> tuple[str, ...]:
        return tuple(page.split(PAGE_BREAK))

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        body = {
            "key": post.key,
            "payload": post.payload,
            "number": post.number,
            "total": post.total,
            "first_id": post.first_id,
            "plain": post.plain,
        }
        said = await self._ask("POST", _messages(post.scope), body, ready=ready)
        id: str = _told(said, "id", str)
        return id

    async def copies(self, post: Post) -> tuple[str, ...]:
        said = await self._ask("GET", f"{_messages(post.scope)}?key={post.key}")
        return tuple(_told(said, "ids", list))

    async def delete(self, post: Post, remote_id: str) -> None:
        await self._ask("DELETE", f"{_messages(post.scope)}/{remote_id}")

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        said = {"workspace": scope.workspace, "channel": scope.channel, "user": user, "text": text}
        await self._ask("POST", "/alerts", said)

    async def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        ready: Callable[[], None] | None = None,
    ) -> dict[str, Any]:
        address = self._address.read_text().strip()
        connected = False

        def on_connection() -> None:
            nonlocal connected
            if ready is not None:
                ready()
            connected = True

        try:
            async with self._session.request(
                method, address + path, json=body, trace_request_ctx=on_connection
            ) as answer:
                status, headers, text = answer.status, answer.headers, await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if not connected:
                said = f"The chat cannot be reached ({type(error).__name__})."
                raise Refused(said) from error
            raise Ambiguous(f"The chat's answer was lost ({type(error).__name__}).") from error
        if status == 429:
            wait = headers.get("Retry-After", "")
            raise Refused(
                "The chat asks to wait.",
                retry_after_s=float(wait) if wait.isdigit() else WITHOUT_RETRY_AFTER_S,
            )
        if status >= 500:
            raise Ambiguous(f"The chat had an error of its own ({status}).")
        try:
            said = json.loads(text)
        except ValueError:
            raise Ambiguous("The chat's answer was cut short.") from None
        _refuse(said.get("code", ""))
        return said if isinstance(said, dict) else {}


async def _connected(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _parameters: aiohttp.TraceConnectionCreateEndParams,
) -> None:
    context.trace_request_ctx()


def _messages(scope: Scope) -> str:
    return f"/channels/{quote(scope.workspace)}/{quote(scope.channel)}/messages"


def _told(said: Mapping[str, Any], name: str, kind: type) -> Any:
    value = said.get(name)
    if not isinstance(value, kind):
        raise Ambiguous("The chat's answer lacks what it should say.")
    return value


def _refuse(code: str) -> None:
    if code == "history_forbidden":
        raise CannotLook("The chat does not let us see the channel's history.")
    if code in DOUBTFUL:
        raise Ambiguous(f"The chat had an error of its own ({code}).")
    if code == UNFIT:
        raise Unfit("The chat finds the message too long.", code=code)
    if code in PERMANENT:
        raise Rejected(
            f"The chat refuses the message for good ({code}).",
            remedy="Invite the desk to the channel again.",
            whole_workspace=code in WHOLE_WORKSPACE,
            code=code,
        )


class _Names(AbstractResolver):
    """Knows loopback addresses alone."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(-2, f"{host} is not known")

    async def close(self) -> None:
        pass
