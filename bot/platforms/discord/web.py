"""Calls of Discord's HTTP API that are made once, and known to the first byte.

    limits of rate -> connection -> ready -> request -> answer, or what the lack of one means

discord.py's own client asks up to five times, waits as long as Discord likes, and ends no request
that hangs; here a call is one request, and over after `timeout_s`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver as Resolver

from bot.platforms.discord.refusals import (
    from_answer,
    from_break,
    parsed,
    refuses_token,
    retry_after_s,
)
from briefings.errors import DeliveryError, Refused
from briefings.ports import Clock, SystemClock

__all__ = ["TIMEOUT_S", "File", "Resolver", "Web"]

TIMEOUT_S = 15.0
USER_AGENT = (
    "DiscordBot (https://github.com/Rapptz/discord.py, "
    f"{version('discord.py')}) intelbrief/{version('intelbrief')}"
)
"""The form Discord asks of every bot; others are turned away at its door."""
SHORTEST_S = 0.001
"""The library takes no time, or less, as all the time there is."""
WORTH_WAITING_S = 2.0
"""What is free again so soon is waited for here."""
ME = "/users/@me"
KEPT = 1024
"""Limits that are remembered."""


@dataclass(frozen=True)
class File:
    """A file that goes with a message, which describes it as its attachment 0."""

    name: str
    content: bytes
    alt: str


@dataclass
class _Call:
    """One call under way. `begun`: there is a connection, so something may have been sent."""

    ready: Callable[[], None] | None
    begun: bool = False
    objection: Exception | None = None
    """What `ready` raised."""


class Web:
    """Discord's HTTP API with one bot's token, over one session.

    `resolver` looks up Discord's address in place of the machine's own; `proxy` is an HTTP proxy,
    and the environment's are not used. Without a token none is shown; `kept`: connections are used
    again, which is faster, and may lose what is asked without a word. `void` hears that Discord
    does not take the token any more: then that is no refusal of what was asked, which can be asked
    again with another.
    """

    def __init__(  # noqa: PLR0913 - all but the first two are for some only
        self,
        token: str,
        base_url: str,
        *,
        timeout_s: float = TIMEOUT_S,
        resolver: Resolver | None = None,
        proxy: str | None = None,
        clock: Clock | None = None,
        kept: bool = False,
        void: Callable[[], None] | None = None,
    ) -> None:
        self._token = token
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._resolver = resolver
        self._proxy = proxy
        self.clock = clock or SystemClock()
        self._limits = _Limits(self.clock)
        self._kept = kept
        self._void = void
        self._session: aiohttp.ClientSession | None = None

    @property
    def base_url(self) -> str:
        """Where Discord's API is."""
        return self._base_url

    def headers(self) -> dict[str, str]:
        """What every request says of who asks."""
        token = {"Authorization": f"Bot {self._token}"} if self._token else {}
        return {**token, "User-Agent": USER_AGENT}

    async def close(self) -> None:
        """Let go of the network; a later call takes it up again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(  # noqa: PLR0913 - a request has many parts
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        file: File | None = None,
        ready: Callable[[], None] | None = None,
        within_s: float | None = None,
    ) -> Any:
        """Ask once and return the JSON of what Discord says, None where it says nothing.

        `ready` is called between connection and first byte; what it raises passes.

        Raises:
            Refused, Ambiguous, Rejected, Unfit: there is no answer, or it is a refusal.
        """
        route = _route(method, path)
        total_s = self._timeout_s if within_s is None else min(within_s, self._timeout_s)
        await self._leave(route)
        call = _Call(ready)
        failure: Exception
        try:
            async with self._opened().request(
                method,
                self.base_url + path,
                params=query,
                headers=self.headers(),
                proxy=self._proxy,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=max(total_s, SHORTEST_S)),
                trace_request_ctx=call,
                **_body(body, file),
            ) as answer:
                status, headers = answer.status, answer.headers
                content = await answer.read()
        except Exception as error:
            failure = call.objection or from_break(error, begun=call.begun)
        else:
            said = parsed(content)
            self._limits.learn(route, status, said, headers)
            if status == 204:
                return None
            if 200 <= status < 300 and isinstance(said, (dict, list)):
                return said
            failure = from_answer(status, said, headers)
        if self._void is not None and refuses_token(failure):
            failure = await self._without_token(path, self._void)
        # Outside of the handler: the library's errors hold the request, with token and text.
        raise failure

    async def _without_token(self, path: str, void: Callable[[], None]) -> Refused:
        """What it means that the token was not taken: one refusal may be a slip, two are not."""
        if path == ME:
            void()
        else:
            with suppress(DeliveryError):
                await self.ask("GET", ME)
        return Refused("Discord does not take intelbrief's token.", code="", status=401)

    async def _leave(self, route: str) -> None:
        """Wait until the limits of rate allow a request, where that is soon."""
        while wait_s := self._limits.wait_s(route):
            if wait_s > WORTH_WAITING_S:
                raise Refused(
                    "Discord's limit of rate is used up.", retry_after_s=wait_s, code="", status=0
                )
            await self.clock.sleep(wait_s)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            tracing = aiohttp.TraceConfig()
            tracing.on_connection_create_end.append(_connected)
            tracing.on_connection_reuseconn.append(_connected)
            # Called before the head is written, whatever its name says.
            tracing.on_request_headers_sent.append(_about_to_write)
            self._session = aiohttp.ClientSession(
                # A connection a call: on one that was kept, a message may be lost unseen.
                connector=aiohttp.TCPConnector(
                    force_close=not self._kept, limit=0, resolver=self._resolver
                ),
                trace_configs=[tracing],
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


class _Limits:
    """Until when Discord takes no more requests: of a route in a channel, or of all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def wait_s(self, route: str) -> float:
        now = self._clock.monotonic()
        return max(0.0, *(self._until.get(each, 0.0) - now for each in (route, "")))

    def learn(self, route: str, status: int, said: object, headers: Mapping[str, str]) -> None:
        if status == 429:
            everywhere = isinstance(said, dict) and said.get("global") is True
            everywhere = everywhere or "X-RateLimit-Global" in headers
            self._close("" if everywhere else route, retry_after_s(said, headers))
        elif headers.get("X-RateLimit-Remaining") == "0":
            spent = {"retry_after": headers.get("X-RateLimit-Reset-After", "0")}
            self._close(route, retry_after_s(spent, {}))

    def _close(self, route: str, seconds: float) -> None:
        now = self._clock.monotonic()
        if len(self._until) >= KEPT:
            self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[route] = now + seconds


def _route(method: str, path: str) -> str:
    """What Discord counts requests by: without the ids of messages, but for those deleted."""
    return f"{method} {'/'.join(path.split('/')[:4])}"


def _body(body: Mapping[str, Any] | None, file: File | None) -> dict[str, Any]:
    """The arguments of a request that carry its content."""
    if body is None:
        return {}
    if file is None:
        content = json.dumps(body, ensure_ascii=False).encode()
        return {"data": aiohttp.BytesPayload(content, content_type="application/json")}
    # Discord does not know names of fields with their brackets escaped.
    form = aiohttp.FormData(quote_fields=False)
    whole = json.dumps(body, ensure_ascii=False)
    form.add_field("payload_json", whole, content_type="application/json")
    form.add_field("files[0]", file.content, filename=file.name, content_type="image/png")
    return {"data": form}


async def _connected(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _parameters: aiohttp.TraceConnectionCreateEndParams | aiohttp.TraceConnectionReuseconnParams,
) -> None:
    context.trace_request_ctx.begun = True


async def _about_to_write(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _parameters: aiohttp.TraceRequestHeadersSentParams,
) -> None:
    call: _Call = context.trace_request_ctx
    if call.ready is not None:
        try:
            call.ready()
        except Exception as objection:
            call.objection = objection
            raise
