"""Socket Mode's side of the server: connections, envelopes, acks, and all that breaks them."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.servers.slack.core import Slack

ACK_WITHIN_S = 3.0


@dataclass(eq=False)
class Delivery:
    """Something the app was told. `ack_s`: real seconds until it acknowledged, None if never.

    `ack` is what it answered with at once; `status` that of HTTP mode. `attempt` counts from 0.
    """

    kind: str
    payload: dict[str, Any]
    envelope_id: str = ""
    attempt: int = 0
    reason: str = ""
    sent_at: float = 0.0
    ack_s: float | None = None
    ack: dict[str, Any] | None = None
    status: int = 0
    response: bytes = b""

    @property
    def acked(self) -> bool:
        return self.ack_s is not None


TAKES_PAYLOAD = frozenset({"slash_commands", "view_submission", "block_suggestion"})


@dataclass(eq=False)
class Connection:
    number: int
    ws: web.WebSocketResponse
    transport: asyncio.Transport
    accepting: bool = True
    """Whether new envelopes go here."""
    pings: int = 0
    unacked: dict[str, Delivery] = field(default_factory=dict)


class SocketMode:
    """The open connections; envelopes go to the newest."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._numbers = itertools.count(1)
        self._owed: list[Delivery] = []
        self.connections: list[Connection] = []
        self.ever_connected = 0
        self.answers_pings = True
        self.redelivers = True
        """Whether an event that a closed connection left unacknowledged comes again."""
        self.received: list[dict[str, Any]] = []
        """Everything the app sent, as it came."""
        self.stray_acks: list[dict[str, Any]] = []
        """Acks of envelopes that are unknown, or were acknowledged before."""

    # --- the app's side -----------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /link/?ticket=...: one connection from its first byte to its last."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._slack.tickets:
            return web.Response(status=403, text="the link was used, or is none")
        self._slack.tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False, max_msg_size=0)
        await ws.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(next(self._numbers), ws, request.transport)
        self.ever_connected += 1
        self.connections.append(connection)
        try:
            await ws.send_json(self._hello())
            self._slack.ledger.changed()
            await self._pay(connection)
            await self._listen(connection)
        except ConnectionError:
            pass
        finally:
            self._gone(connection)
        return ws

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-1",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._slack.world.app_id},
        }

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            if message.type is WSMsgType.PING:
                connection.pings += 1
                if self.answers_pings:
                    await connection.ws.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledge(connection, json.loads(message.data))

    def _acknowledge(self, connection: Connection, said: dict[str, Any]) -> None:
        now = time.perf_counter()
        self.received.append(said)
        delivery = connection.unacked.pop(said.get("envelope_id", ""), None)
        if delivery is None:
            self.stray_acks.append(said)
        else:
            delivery.ack_s = now - delivery.sent_at
            delivery.ack = said.get("payload")
        self._slack.ledger.changed()

    def _gone(self, connection: Connection) -> None:
        self.connections.remove(connection)
        if self.redelivers:
            events = (each for each in connection.unacked.values() if each.kind == "events_api")
            self._owed += events
        self._slack.ledger.changed()

    async def _pay(self, connection: Connection) -> None:
        owed, self._owed = self._owed, []
        for delivery in owed:
            await self._send(connection, delivery, again="timeout")

    # --- the server's side --------------------------------------------------------------------

    async def connected(self, times: int = 1) -> Connection:
        """Wait for a connection to send on, at least the `times`-th there ever was."""
        return await self._slack.ledger.until(
            f"connection ({self.ever_connected} so far)",
            lambda: self._newest() if self.ever_connected >= times else None,
        )

    def _newest(self) -> Connection | None:
        usable = (each for each in reversed(self.connections) if each.accepting)
        return next(usable, None)

    async def deliver(self, delivery: Delivery) -> None:
        """Send an envelope, as soon as there is a connection to send it on."""
        await self._send(await self.connected(), delivery)

    async def redeliver(self, delivery: Delivery, reason: str = "timeout") -> None:
        """The same once more, as after an ack that did not come in time."""
        await self._send(await self.connected(), delivery, again=reason)

    async def _send(self, connection: Connection, delivery: Delivery, again: str = "") -> None:
        if again:
            delivery.attempt += 1
            delivery.reason = again
            delivery.ack_s = None
        delivery.envelope_id = str(uuid.uuid4())
        envelope: dict[str, Any] = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "accepts_response_payload": delivery.kind in TAKES_PAYLOAD
            or delivery.payload.get("type") in TAKES_PAYLOAD,
            "payload": delivery.payload,
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
        connection.unacked[delivery.envelope_id] = delivery
        delivery.sent_at = time.perf_counter()
        await connection.ws.send_json(envelope)

    async def disconnect(self, reason: str = "warning", *, close: bool = False) -> None:
        """Announce on every connection that it ends; the app is to open another.

        `reason`: warning, refresh_requested or link_disabled. `close`: and end it at once.
        """
        for connection in tuple(self.connections):
            connection.accepting = False
            said = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            await connection.ws.send_json(said)
            if close:
                await connection.ws.close(code=WSCloseCode.GOING_AWAY)

    async def close(self) -> None:
        """Close every connection in good order, unannounced."""
        for connection in tuple(self.connections):
            connection.accepting = False
            await connection.ws.close(code=WSCloseCode.GOING_AWAY)

    async def cut(self) -> None:
        """Break every connection off without a word, as a network does."""
        for connection in tuple(self.connections):
            connection.accepting = False
            connection.transport.abort()
        await asyncio.sleep(0)
