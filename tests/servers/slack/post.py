"""How the app is told: over its socket, or by signed requests to its address."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack.core import Slack
from tests.servers.slack.socketmode import Delivery, SocketMode

FORM = "application/x-www-form-urlencoded"


class Post:
    """Delivers by Socket Mode, unless `request_url` is set: then by HTTP to there."""

    def __init__(self, slack: Slack, socket: SocketMode) -> None:
        self._slack = slack
        self._socket = socket
        self._session: aiohttp.ClientSession | None = None
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.request_url = ""
        self.deliveries: list[Delivery] = []
        """Everything the app was told, in order."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def deliver(self, delivery: Delivery, within_s: float) -> None:
        """Tell the app, and wait for its acknowledgement for so many real seconds."""
        self.deliveries.append(delivery)
        if self.request_url:
            await self._request(delivery, within_s)
            return
        await self._socket.deliver(delivery)
        await self._acknowledged(delivery, within_s)

    async def redeliver(
        self, delivery: Delivery, reason: str = "http_timeout", within_s: float = 3.0
    ) -> None:
        """Tell it the same again."""
        if self.request_url:
            delivery.attempt += 1
            delivery.reason, delivery.ack_s = reason, None
            await self._request(delivery, within_s)
            return
        await self._socket.redeliver(delivery, "timeout")
        await self._acknowledged(delivery, within_s)

    async def _acknowledged(self, delivery: Delivery, within_s: float) -> None:
        try:
            await self._slack.ledger.until("ack", lambda: delivery.acked, within_s)
        except AssertionError:
            return

    async def _request(self, delivery: Delivery, within_s: float) -> None:
        body, kind = encoded(delivery)
        headers = self.sign(body) | {"Content-Type": kind}
        if delivery.attempt:
            headers |= {
                "X-Slack-Retry-Num": str(delivery.attempt),
                "X-Slack-Retry-Reason": delivery.reason,
            }
        delivery.sent_at = time.perf_counter()
        try:
            status, answer = await asyncio.wait_for(self.send(body, headers), within_s)
        except TimeoutError:
            return
        delivery.status, delivery.response = status, answer
        if status == 200:
            delivery.ack_s = time.perf_counter() - delivery.sent_at
            delivery.ack = _said(answer)

    async def send(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """A request to the app as it stands, whatever its headers say."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        async with self._session.post(self.request_url, data=body, headers=headers) as answer:
            return answer.status, await answer.read()

    def sign(
        self, body: bytes, *, at: float | str | None = None, secret: str = ""
    ) -> dict[str, str]:
        """The headers Slack signs a body with; `at` in Unix seconds, now if it is None."""
        stamp = str(int(time.time())) if at is None else str(at).partition(".")[0]
        key = (secret or self.signing_secret).encode()
        digest = hmac.new(key, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def forged(self, body: bytes, *, now: float | None = None) -> dict[str, dict[str, str]]:
        """Headers that no server may accept, by what is wrong with them."""
        now = time.time() if now is None else now
        good = self.sign(body, at=now)
        stamp, signature = good.values()

        def wrong(stamp: str | None, signature: str | None) -> dict[str, str]:
            found = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
            return {name: value for name, value in found.items() if value is not None}

        return {
            "no headers": {},
            "no timestamp": wrong(None, signature),
            "no signature": wrong(stamp, None),
            "another secret": self.sign(body, at=now, secret="not the secret"),
            "another body": self.sign(body + b"&x=1", at=now),
            "too old": self.sign(body, at=now - 301),
            "in the future": self.sign(body, at=now + 330),
            "timestamp of letters": wrong("yesterday", signature),
            "timestamp not ASCII": wrong("١٧٦٠٠٠٠٠٠٠", signature),
            "signature not ASCII": wrong(stamp, "v0=сигнатура"),
            "signature cut": wrong(stamp, signature[:-1]),
            "another version": wrong(stamp, signature.replace("v0=", "v1=")),
        }


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """The body of a request in HTTP mode, and its type."""
    if delivery.kind == "slash_commands":
        return urlencode(delivery.payload).encode(), FORM
    said = json.dumps(delivery.payload)
    if delivery.kind == "interactive":
        return urlencode({"payload": said}).encode(), FORM
    return said.encode(), "application/json"


def _said(answer: bytes) -> dict[str, Any] | None:
    if not answer:
        return None
    try:
        found = json.loads(answer)
    except ValueError:
        return {"text": answer.decode()}
    return found if isinstance(found, dict) else None
