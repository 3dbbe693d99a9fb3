"""The door of HTTP mode: who is not Slack is turned away before anything reads the request.

    POST /slack/events -> size -> timestamp -> signature -> seen before? -> bolt
    GET  /slack/install, /slack/oauth_redirect -> OAuth, where several workspaces install the app

Rules: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256

from aiohttp.web import (
    Application,
    AppRunner,
    HTTPException,
    Request,
    Response,
    TCPSite,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.platforms.slack.settings import EVENTS_PATH, INSTALL_PATH, LISTEN_ON, REDIRECT_PATH
from briefings.errors import SettingsError, StoreError
from briefings.ports import Clock

LARGEST = 1024 * 1024
"""Bytes of a request."""
WINDOW_S = 300
"""How far a request's time may be from ours."""
GRACE_S = 5

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")

Handler = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]

_log = logging.getLogger(__name__)


def is_from_slack(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether a request was signed by Slack within the last five minutes. Pure.

    `now` in seconds since 1970.
    """
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
        return False
    if abs(now - int(stamp)) > WINDOW_S:
        return False
    signed = hmac.new(secret.encode(), b"v0:%b:%b" % (stamp.encode(), body), sha256)
    return bool(secret) and hmac.compare_digest(f"v0={signed.hexdigest()}", signature)


class Door:
    """Lets Slack's requests through to bolt, each of them once.

    `first_time` remembers for a day, which is more than the window a replay has.
    """

    def __init__(
        self,
        app: AsyncApp,
        secret: str,
        first_time: Callable[[str], Awaitable[bool]],
        clock: Clock,
    ) -> None:
        self._app = app
        self._secret = secret
        self._first_time = first_time
        self._clock = clock

    async def handle(self, request: Request) -> Response:
        try:
            body = await request.read()
        except HTTPException:  # larger than the server takes
            return _refused("too large")
        if not is_from_slack(self._secret, request.headers, body, self._clock.now().timestamp()):
            return _refused("not signed by Slack, or not now")
        signature = sha256(request.headers["X-Slack-Signature"].encode()).hexdigest()
        try:
            if not await self._first_time(f"slack signature {signature}"):
                return _refused("a replay")
        except StoreError as error:
            _log.warning("Slack was asked to come again: %s", error)
            return Response(status=503, headers={"Retry-After": "5"})
        try:
            text = body.decode()
            answer = await self._app.async_dispatch(
                AsyncBoltRequest(
                    body=text, query=request.query_string, headers=dict(request.headers)
                )
            )
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
        ):  # signed, and no payload of Slack's
            return Response(status=400)
        return as_response(answer)


def _refused(why: str) -> Response:
    _log.info("a request was refused: %s", why)
    return Response(status=401)


def as_response(answer: BoltResponse) -> Response:
    """What bolt answers as the server says it, cookies and all."""
    response = Response(status=answer.status, body=(answer.body or "").encode())
    for name, values in answer.headers.items():
        if name.lower() in ("content-length", "content-type"):
            continue
        for value in values:
            response.headers.add(name, value)
    kind = (answer.headers.get("content-type") or ["text/plain; charset=utf-8"])[0]
    response.headers["Content-Type"] = kind
    return response


@asynccontextmanager
async def listening(
    *,
    port: int,
    door: Door | None = None,
    install: Handler | None = None,
    redirect: Handler | None = None,
    host: str = LISTEN_ON,
) -> AsyncIterator[int]:
    """Serve while open; the port it is, which Slack or a proxy before it can reach.

    Raises:
        SettingsError: when the port cannot be listened on.
    """
    application = Application(client_max_size=LARGEST)
    if door is not None:
        application.router.add_post(EVENTS_PATH, door.handle)
    for path, handler in ((INSTALL_PATH, install), (REDIRECT_PATH, redirect)):
        if handler is not None:
            application.router.add_get(path, _for_browsers(handler), allow_head=False)
    runner = AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(
                f"Port {port} on {host} cannot be listened on: {error.strerror}.",
                remedy="Set INTELBRIEF_SLACK_PORT to a free one.",
            ) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


def _for_browsers(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        asked = AsyncBoltRequest(body="", query=request.query_string, headers=dict(request.headers))
        response = as_response(await handler(asked))
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    return serve
