"""The gateway: sessions, their numbered events, resuming, and everything that can break in it.

hello -> identify -> READY, GUILD_CREATE ... events | resume -> what was missed, RESUMED
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord import shapes
from tests.servers.discord.core import Discord
from tests.servers.discord.ledger import Violation

PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)
"""Members, presences, message content."""
GUILDS = 1 << 0
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = (
    0,
    1,
    2,
    6,
    7,
    9,
    10,
    11,
)
AUTHENTICATION_FAILED = 4004
NOT_AUTHENTICATED = 4003
DISALLOWED_INTENTS = 4014


@dataclass(eq=False)
class Session:
    """What a shard has been told, whether anybody listens at the moment or not."""

    id: str
    shard: int
    shards: int
    intents: int
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None
    resumed: int = 0
    over: bool = False

    @property
    def connected(self) -> bool:
        return self.socket is not None and not self.socket.closed


class Gateway:
    """Serves the websocket. Switches: `acknowledge`, `refuse_next`, `forget`; see the methods."""

    def __init__(self, discord: Discord, *, heartbeat_s: float = 41.25) -> None:
        self._discord = discord
        self.heartbeat_s = heartbeat_s
        self.sessions: dict[str, Session] = {}
        self.heard: list[dict[str, Any]] = []
        """Everything clients sent, in order."""
        self.acknowledge = True
        """Whether heartbeats are answered."""
        self.refuse_next = 0
        """How many connections are turned away with a 503."""
        self.refused = 0
        self.hold = False
        """Keep events back from sockets, as a connection does that hangs."""
        self.replay_again = 0
        """How many of the interactions a client has seen already are told again after a resume."""
        self._sockets: dict[web.WebSocketResponse, web.Request] = {}
        self._sending: set[asyncio.Future[None]] = set()
        discord.happened = self.happened

    # --- what happens -----------------------------------------------------------------------------

    def happened(self, guild_id: str, event: str, data: dict[str, Any]) -> None:
        """Tell it to the shards it concerns; direct messages are shard 0's."""
        for session in self.sessions.values():
            number = (int(guild_id) >> 22) % session.shards if guild_id else 0
            if number == session.shard and not session.over:
                self._tell(session, event, data)

    def _tell(self, session: Session, event: str, data: Any) -> None:
        said = {"op": _DISPATCH, "s": len(session.events) + 1, "t": event, "d": data}
        session.events.append(said)
        if not self.hold:
            self._send(session.socket, said)

    def _send(self, socket: web.WebSocketResponse | None, said: dict[str, Any]) -> None:
        if socket is None or socket.closed:
            return
        # Queued in order; who is gone hears it when they resume.
        task = asyncio.ensure_future(_quietly(socket, json.dumps(said)))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    # --- faults -----------------------------------------------------------------------------------

    async def drop(self, code: int | None = None) -> None:
        """End every connection: with a close code, or None as if a cable were pulled."""
        for socket, request in tuple(self._sockets.items()):
            if code is not None:
                await socket.close(code=code)
            elif request.transport is not None:
                request.transport.abort()

    async def ask_reconnect(self) -> None:
        """Op 7: the client is to come back and resume."""
        await self._to_all({"op": _RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9: the session is over, unless it is said to be resumable."""
        if not resumable:
            self.forget()
        await self._to_all({"op": _INVALID, "d": resumable})

    def forget(self) -> None:
        """Know no session any more: whoever resumes has to identify anew."""
        for session in self.sessions.values():
            session.over = True

    async def _to_all(self, said: dict[str, Any]) -> None:
        for socket in tuple(self._sockets):
            await _quietly(socket, json.dumps(said))

    # --- what is known ----------------------------------------------------------------------------

    @property
    def live(self) -> list[Session]:
        """The sessions somebody listens to, one a shard."""
        return [each for each in self.sessions.values() if each.connected and not each.over]

    def ready(self) -> list[Session] | None:
        """The sessions, once there is one of every shard; for Ledger.until."""
        shards = {each.shard for each in self.live}
        wanted = max((each.shards for each in self.live), default=1)
        return self.live if len(shards) == wanted else None

    def said(self, op: int) -> list[dict[str, Any]]:
        """What clients sent of one opcode."""
        return [each for each in self.heard if each.get("op") == op]

    @property
    def identifies(self) -> int:
        return len(self.said(_IDENTIFY))

    @property
    def resumes(self) -> int:
        return len(self.said(_RESUME))

    @property
    def heartbeats(self) -> int:
        return len(self.said(_HEARTBEAT))

    # --- a connection -----------------------------------------------------------------------------

    async def connected(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_next > 0:
            self.refuse_next -= 1
            self.refused += 1
            self._discord.ledger.changed()
            return web.Response(status=503, text="upstream connect error")
        # Plain text frames: discord.py takes them though it asks for compression.
        socket = web.WebSocketResponse(max_msg_size=1 << 20, compress=False)
        await socket.prepare(request)
        self._sockets[socket] = request
        try:
            beat = {"heartbeat_interval": int(self.heartbeat_s * 1000)}
            hello = {"op": _HELLO, "s": None, "t": None, "d": beat}
            await _quietly(socket, json.dumps(hello))
            session: Session | None = None
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                said = json.loads(frame.data)
                self.heard.append(said)
                session = await self._understood(socket, said, session)
                self._discord.ledger.changed()
        finally:
            del self._sockets[socket]
            self._discord.ledger.changed()
        return socket

    async def _understood(
        self, socket: web.WebSocketResponse, said: dict[str, Any], session: Session | None
    ) -> Session | None:
        match said["op"]:
            case 1:
                if self.acknowledge:
                    await _quietly(socket, json.dumps({"op": _ACK}))
            case 2:
                return await self._identified(socket, said["d"])
            case 6:
                return await self._resumed(socket, said["d"])
            case _ if session is None:
                await socket.close(code=NOT_AUTHENTICATED)
            case op:
                self._blame(f"OP_{op}", "an app of slash commands needs no such request")
        return session

    async def _identified(
        self, socket: web.WebSocketResponse, data: dict[str, Any]
    ) -> Session | None:
        if data.get("token") != self._discord.world.token:
            await socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
            return None
        if data["intents"] & PRIVILEGED:
            self._blame("PRIVILEGED_INTENTS", f"intents {data['intents']}")
            await socket.close(code=DISALLOWED_INTENTS, message=b"Disallowed intent(s).")
            return None
        if data["intents"] & ~GUILDS:
            self._blame("INTENTS", f"intents {data['intents']}: guilds alone are needed")
        shard, shards = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), shard, shards, data["intents"], socket=socket)
        for earlier in self.sessions.values():
            earlier.over = earlier.over or earlier.shard == shard
        self.sessions[session.id] = session
        guilds = [
            guild
            for guild in self._discord.world.guilds.values()
            if guild.app_in and (int(guild.id) >> 22) % shards == shard
        ]
        world = self._discord.world
        ready = {
            "v": 10,
            "user": shapes.me(world),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._discord.gateway_url,
            "shard": [shard, shards],
            "application": {"id": world.app_id, "flags": shapes.BOT_FLAGS},
            "private_channels": [],
        }
        self._tell(session, "READY", ready)
        for guild in guilds:
            if guild.available:
                self._tell(session, "GUILD_CREATE", self.guild_created(guild))
        return session

    def guild_created(self, guild: Any) -> dict[str, Any]:
        said = shapes.guild_created(guild)
        self._discord.check_thing("GuildResponse", shapes.guild(guild))
        return said

    async def _resumed(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Session | None:
        session = self.sessions.get(data.get("session_id", ""))
        if data.get("token") != self._discord.world.token:
            await socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
            return None
        if (
            session is None
            or session.over
            or data["seq"] is None
            or data["seq"] > len(session.events)
        ):
            await _quietly(socket, json.dumps({"op": _INVALID, "d": False}))
            return None
        session.socket = socket
        session.resumed += 1
        seen = [each for each in session.events[: data["seq"]] if each["t"] == "INTERACTION_CREATE"]
        again = seen[len(seen) - min(self.replay_again, len(seen)) :]
        for missed in [*again, *session.events[data["seq"] :]]:
            self._send(socket, missed)
        self._tell(session, "RESUMED", {"_trace": []})
        return session

    def _blame(self, code: str, message: str) -> None:
        self._discord.ledger.violations.append(Violation("gateway", code, "", message))


async def _quietly(socket: web.WebSocketResponse, text: str) -> None:
    """Send it, if there is still anybody."""
    try:
        await socket.send_str(text)
    except (ConnectionError, RuntimeError):
        return
