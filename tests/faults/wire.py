"""HTTP on a real socket that can break at every moment of a request.

    accept -> head -> half of the body -> body -> Service.perform (ledger) -> head -> body

One request a connection. What a request means is the `Service`'s to say, so that servers shaped
like one platform or another share every fault.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.faults.plan import Act, Asked, Fault, Ledger, Moment, Operation, Plan


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Their names in lower case."""
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """What a request wants; `channel` and `key` are empty where that is not known yet."""

    operation: Operation
    workspace: str
    channel: str
    key: str = ""


class Service(Protocol):
    """What a platform understands and says."""

    def about(self, request: Request) -> About | None:
        """What is asked: once for the head alone, once with the body. None: nothing known."""

    def perform(self, request: Request) -> Reply:
        """Do it: the ledger changes here and nowhere else."""

    def refusal(self, fault: Fault) -> Reply:
        """How the platform says a fault's status or code."""


class FaultyServer:
    """Serves a service on a port of its own; `await stop_listening()` is an outage."""

    def __init__(self, service: Service, plan: Plan, ledger: Ledger) -> None:
        self._service = service
        self._plan = plan
        self._ledger = ledger
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.port = 0
        self.in_hand = 0
        """Requests that came and are not answered."""
        self.delay_s = 0.0
        """Real seconds between accepting and answering."""

    async def __aenter__(self) -> FaultyServer:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop_listening()
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.port, limit=1 << 20, backlog=256
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop_listening(self) -> None:
        """Refuse connections from now on; what is in hand goes on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.in_hand += 1
        try:
            # A client may go at any moment, and a cancelled task ends here and not in a log.
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError, _Cut):
                await _Exchange(self, reader, writer).run()
        finally:
            self.in_hand -= 1
            self._connections.discard(task)
            writer.close()

    @property
    def parts(self) -> tuple[Service, Plan, Ledger]:
        return self._service, self._plan, self._ledger


_TLS = b"\x16"
"""What a client begins with that expects TLS, which is not spoken here."""


class _Cut(Exception):
    """The connection is over."""


class _Exchange:
    def __init__(
        self, server: FaultyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._service, self._plan, self._ledger = server.parts
        self._server = server
        self._reader = reader
        self._writer = writer
        self._fault: Fault | None = None
        self._asked: Asked | None = None

    async def run(self) -> None:
        request = await self._read_head()
        about = self._service.about(request)
        if about is None:
            await self._answer(Reply(404, "no such thing"))
            return
        asked = self._ledger.arrived(about.operation, about.workspace, about.channel)
        self._asked = asked
        self._fault = self._plan.take(about.operation, about.channel, read=False)
        await self._at(Moment.ARRIVED)
        length = int(request.headers.get("content-length", "0"))
        body = await self._reader.readexactly(length // 2)
        await self._at(Moment.HALF)
        body += await self._reader.readexactly(length - length // 2)
        request = Request(request.method, request.path, request.query, request.headers, body)
        about = self._service.about(request)
        assert about is not None
        asked.workspace, asked.channel, asked.key = about.workspace, about.channel, about.key
        if about.operation is Operation.SEND:
            asked.state = self._ledger.state_of(about.key)
        if self._fault is None:
            self._fault = self._plan.take(about.operation, about.channel, read=True)
        await self._at(Moment.READ)
        reply = self._service.perform(request)
        await self._at(Moment.ACCEPTED)
        if self._server.delay_s:
            await asyncio.sleep(self._server.delay_s)
        await self._answer(reply)

    async def _read_head(self) -> Request:
        first_byte = await self._reader.readexactly(1)
        if first_byte == _TLS:
            raise _Cut
        head = (first_byte + await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ", 2)
        address = urlsplit(target)
        fields = (line.partition(":") for line in lines if line)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        return Request(method, address.path, dict(parse_qsl(address.query)), headers)

    async def _at(self, moment: Moment) -> None:
        fault = self._fault
        if fault is None or fault.moment is not moment:
            return
        if fault.call is not None:
            await fault.call()
        match fault.act:
            case Act.GO_ON:
                return
            case Act.ANSWER:
                await self._answer(self._service.refusal(fault))
            case Act.HANG:
                self._say("hung")
                while await self._reader.read(1 << 16):
                    pass
            case Act.RESET:
                self._reset()
            case Act.CLOSE:
                self._say("closed")
            case Act.TRUNCATE:
                self._say("cut")
        raise _Cut

    def _reset(self) -> None:
        self._say("reset")
        connection: socket.socket = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def _answer(self, reply: Reply) -> None:
        fault, self._fault = self._fault, None
        late = fault if fault is not None and fault.moment is Moment.HEADED else None
        body = reply.body.encode()
        headers = {"Content-Type": "application/json", **reply.headers}
        head = f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self._say(str(reply.status))
        if late is None:
            self._writer.write(head.encode() + body)
            await self._writer.drain()
            return
        if late.act is Act.TRUNCATE and late.body == "whole":
            # Cut in the JSON and not in HTTP: the length is that of what is sent.
            cut = body[: len(body) // 2]
            said = head.replace(f"Content-Length: {len(body)}", f"Content-Length: {len(cut)}")
            self._writer.write(said.encode() + cut)
            await self._writer.drain()
            return
        self._writer.write(head.encode())
        if late.act is Act.TRUNCATE:
            self._writer.write(body[: len(body) // 2])
        await self._writer.drain()
        self._fault = late
        await self._at(Moment.HEADED)
        self._writer.write(body)
        await self._writer.drain()

    def _say(self, answer: str) -> None:
        if self._asked is not None and not self._asked.answer:
            self._asked.answer = answer
