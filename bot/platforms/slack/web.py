"""Calls of Slack's Web API that are made once, and known to the first byte.

    client for the workspace -> connection -> ready -> request -> answer, or what its lack means

The library's own sends a message again when its answer got lost; here nothing does.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver as Resolver
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.clients import sdk_log
from bot.platforms.slack.refusals import (
    from_answer,
    from_break,
    not_installed,
    refuses_token,
)
from briefings.errors import DeliveryError, Refused

__all__ = ["TIMEOUT_S", "Ask", "Resolver", "Said", "Web"]

TIMEOUT_S = 15.0
Ask = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
Said = Mapping[str, Any]


@dataclass
class _Call:
    """One call under way. `begun`: there is a connection, so something may have been sent."""

    ready: Callable[[], None] | None
    begun: bool = False
    objection: Exception | None = None
    """What `ready` raised."""


_CALL: ContextVar[_Call] = ContextVar("_CALL")


class Web:
    """Slack's Web API for many workspaces, over one session.

    `client_for` gives the client of a workspace: its token, address and proxy are used, its way
    of retrying is not. `void`, for a desk with one token alone, hears that Slack does not take it
    any more: then that is no refusal of what was asked, which can be asked again with another.
    """

    def __init__(
        self,
        client_for: Callable[[str], Awaitable[AsyncWebClient]],
        *,
        timeout_s: float = TIMEOUT_S,
        resolver: Resolver | None = None,
        void: Callable[[], None] | None = None,
    ) -> None:
        self._client_for = client_for
        self._void = void
        self._timeout_s = timeout_s
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the network; a later call takes it up again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(
        self, workspace: str, ask: Ask, *, ready: Callable[[], None] | None = None
    ) -> Said:
        """Ask once and return what Slack says.

        `ready` is called between connection and first byte; what it raises passes.

        Raises:
            Refused, Ambiguous, Rejected, Unfit: there is no answer, or it is a refusal.
        """
        client = await self.client(workspace)
        call = _Call(ready)
        token = _CALL.set(call)
        failure: Exception
        try:
            answer = await ask(client)
            if isinstance(answer.data, dict):
                return answer.data
            failure = from_answer(200, None, {})
        except Exception as error:
            failure = call.objection or from_break(error, begun=call.begun)
        finally:
            _CALL.reset(token)
        if self._void is not None and refuses_token(failure):
            failure = await self._without_token(client, self._void)
        # Outside of the handler: the library's errors hold the request, with token and text.
        raise failure

    async def _without_token(self, client: AsyncWebClient, void: Callable[[], None]) -> Refused:
        """What it means that the token was not taken: one refusal may be a slip, two are not."""
        token = _CALL.set(_Call(None))
        try:
            await client.auth_test()
        except Exception as error:
            if refuses_token(from_break(error, begun=False)):
                void()
        finally:
            _CALL.reset(token)
        return Refused("Slack does not take intelbrief's token.", code="")

    async def put(self, workspace: str, address: str, content: bytes) -> None:
        """Send a file's content to the address Slack gave for it, which says whose it is.

        Raises:
            Refused, Ambiguous, Rejected, Unfit: it is not there, or may not be.
        """
        client = await self.client(workspace)
        call = _Call(None)
        token = _CALL.set(call)
        try:
            async with self._opened().post(
                address,
                data=io.BytesIO(content),
                proxy=client.proxy,
                ssl=client.ssl or True,
                allow_redirects=False,
            ) as answer:
                if answer.status == 200:
                    return
                failure = from_answer(answer.status, None, answer.headers)
        except Exception as error:
            failure = from_break(error, begun=call.begun)
        finally:
            _CALL.reset(token)
        raise failure  # as above: an error may hold the address

    async def client(self, workspace: str) -> AsyncWebClient:
        """A client of the workspace that calls as it is done here.

        Raises:
            Refused, Rejected: there is no token, or it cannot be read now.
        """
        try:
            given = await self._client_for(workspace)
        except DeliveryError:
            raise
        except Exception as error:
            said = f"The token of the workspace could not be read ({type(error).__name__})."
            raise Refused(said) from error
        if not given.token:
            raise not_installed()
        client = AsyncWebClient(
            token=given.token,
            base_url=given.base_url,
            ssl=given.ssl,
            session=self._opened(),
            headers=dict(given.headers),
            team_id=given.default_params.get("team_id"),
            logger=sdk_log(),
            retry_handlers=[],
        )
        client.proxy = given.proxy  # and not the environment's, where that one has none
        return client

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            tracing = aiohttp.TraceConfig()
            tracing.on_connection_create_end.append(_connected)
            # Called before the head is written, whatever its name says.
            tracing.on_request_headers_sent.append(_about_to_write)
            self._session = aiohttp.ClientSession(
                # A connection a call: on one that was kept, a message may be lost unseen.
                connector=aiohttp.TCPConnector(
                    force_close=True,
                    limit=0,
                    resolver=self._resolver,
                ),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                trace_configs=[tracing],
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _connected(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _parameters: aiohttp.TraceConnectionCreateEndParams,
) -> None:
    _CALL.get().begun = True


async def _about_to_write(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _parameters: aiohttp.TraceRequestHeadersSentParams,
) -> None:
    call = _CALL.get()
    if call.ready is not None:
        try:
            call.ready()
        except Exception as objection:
            call.objection = objection
            raise
