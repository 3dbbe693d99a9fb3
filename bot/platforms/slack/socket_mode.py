"""Slack's socket: envelopes come in by it, without a public address.

apps.connections.open -> an address, for once -> connected -> envelopes -> acknowledged, then bolt
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.platforms.slack.clients import sdk_log, web_client
from bot.platforms.slack.refusals import from_break
from bot.platforms.slack.settings import SlackSettings, base_url
from bot.platforms.working import Work
from briefings.errors import DeliveryError, Refused, Rejected, SettingsError
from briefings.ports import Clock

WORDLESS = frozenset({"slash_commands", "events_api"})
"""What Slack brings that is acknowledged without an answer in the acknowledgement."""
PRESSED = frozenset({"block_actions", "message_action", "shortcut", "view_closed"})
"""And what of its interactions: only a form that is sent, or a menu that opens, waits for words."""
AT_ONCE_S = 5.0
"""How long the start waits for the socket."""
LONGEST_WAIT_S = 60.0
"""Between two attempts to reach Slack at the start."""
NEW_APP_LEVEL = (
    "On the app's page at api.slack.com/apps, under Basic Information, App-Level Tokens, make one "
    "with the scope connections:write for INTELBRIEF_SLACK_APP_TOKEN."
)

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Socket(AsyncSocketModeHandler):
    """Acknowledges at once what needs no words: bolt looks for an ack every 10 ms.

    The library tries one address for ever, which serves only once; here another is asked for when
    there was no connection for `stuck_s`.
    """

    def __init__(
        self, settings: SlackSettings, app: AsyncApp, work: Work, *, ping_s: float, stuck_s: float
    ) -> None:
        super().__init__(
            app,
            settings.slack_app_token,
            logger=sdk_log(),
            web_client=web_client(base_url(settings), proxy=settings.proxy),
            ping_interval=ping_s,
        )
        self.client.proxy = settings.proxy or None
        self._work = work
        self._stuck_s = stuck_s
        self._connecting: asyncio.Task[None] | None = None

    async def begin(self, clock: Clock) -> None:
        """Connect; where that takes long, go on with it by itself: digests need no socket.

        Raises:
            SettingsError: when Slack does not take the token.
        """
        self._connecting = asyncio.create_task(self._connect(clock))
        done, _ = await asyncio.wait({self._connecting}, timeout=min(AT_ONCE_S, self._stuck_s))
        for task in done:
            task.result()

    async def keep_connected(self) -> None:
        """See to it for ever that there is a way to connect again.

        Raises:
            SettingsError: when Slack does not take the token, or does not any more.
        """
        if self._connecting is not None:
            await asyncio.shield(self._connecting)
        while True:
            await asyncio.sleep(self._stuck_s)
            if not await self.client.is_connected():
                try:
                    address = await self._address()
                except Rejected as meaning:
                    raise _no_socket(meaning) from None
                except DeliveryError:
                    self.client.wss_uri = None
                else:
                    self.client.wss_uri = address

    async def close(self) -> None:
        """Leave Slack, connected or not."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        await self.close_async()  # type: ignore[no-untyped-call]

    async def _connect(self, clock: Clock) -> None:
        while True:
            try:
                address = await patiently(self._address, clock)
            except Rejected as meaning:
                raise _no_socket(meaning) from None
            self.client.wss_uri = address
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._stuck_s):
                    await self.connect_async()  # type: ignore[no-untyped-call]
                    return

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        self._work.count()
        if req.type in WORDLESS or req.payload.get("type") in PRESSED:
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))
            await run_async_bolt_app(self.app, req)
        else:
            await super().handle(client, req)

    async def _address(self) -> str:
        """Where to connect to, for once.

        Raises:
            Refused, Ambiguous, Rejected: Slack does not say.
        """
        try:
            said = await self.client.web_client.apps_connections_open(app_token=self.app_token)
        except Exception as error:
            raise from_break(error, begun=False) from None
        return str(said["url"])


async def patiently(ask: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Ask until Slack answers, after longer and longer pauses.

    Raises:
        Rejected: Slack answers, and does not take the token.
    """
    wait_s = 1.0
    while True:
        try:
            return await ask()
        except Rejected:
            raise
        except DeliveryError as meaning:
            asked_s = meaning.retry_after_s if isinstance(meaning, Refused) else None
            _log.warning("Slack is not reached yet: %s Trying again.", meaning.message)
            await clock.sleep(asked_s or wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def _no_socket(meaning: Rejected) -> SettingsError:
    return SettingsError(f"No socket: {meaning.message}", remedy=NEW_APP_LEVEL)
