"""A web server on loopback that answers byte for byte what a test tells it to.

It speaks no HTTP of its own: an answer is bytes, or a coroutine that writes what it likes for as
long as it likes. `hits` counts connections, `requests` keeps what was asked.

The certificates beside this file are for tests alone: `site.pem` is signed by `ca.pem` for
public.net, feeds.co.uk, dual.net and münchen.net.
"""

from __future__ import annotations

import asyncio
import gzip
import inspect
import ssl
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATES = Path(__file__).parent / "certificates"
MIB = 1024 * 1024


@dataclass(frozen=True)
class Request:
    """A request as it came: its target, its header fields in lower case, and all its bytes."""

    target: str
    headers: dict[str, str]
    raw: bytes


Fault = Callable[[asyncio.StreamWriter], Awaitable[None]]
Answer = bytes | Fault | Callable[[Request], bytes]


@dataclass
class HostileServer:
    """Answers by path; a path it was told nothing about is 404.

    Use it as an async context manager. Connections still open at the end are cut.
    """

    tls: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    hits: int = 0
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> HostileServer:
        self._running: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hits += 1
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                request = _request(await reader.readuntil(b"\r\n\r\n"))
                self.requests.append(request)
                answer = self.answers.get(request.target.partition("?")[0], reply(404))
                await _send(answer, request, writer)
        finally:
            self._running.discard(task)
            writer.transport.abort() if writer.is_closing() else writer.close()


async def _send(answer: Answer, request: Request, writer: asyncio.StreamWriter) -> None:
    if isinstance(answer, bytes):
        writer.write(answer)
    elif inspect.iscoroutinefunction(answer):
        await answer(writer)
    else:
        writer.write(answer(request))
    await writer.drain()


def _request(raw: bytes) -> Request:
    first, *lines = raw.decode("latin-1").strip().split("\r\n")
    fields = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in fields}
    return Request(first.split(" ")[1], headers, raw)


def reply(status: int = 200, body: bytes = b"", **fields: str) -> bytes:
    """A well-formed answer; underscores in field names stand for hyphens."""
    fields = {"content_length": str(len(body)), **fields}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Answer\r\n{lines}\r\n".encode() + body


def redirect(location: str, status: int = 302) -> bytes:
    return reply(status, location=location)


def encoded(encoding: str, body: bytes) -> bytes:
    return reply(body=body, content_encoding=encoding)


def bomb(mib: int) -> bytes:
    """A gzip stream that decodes to `mib` MiB of zeros; its checksum is never reached."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(bytes(MIB)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * mib


def cut_short(promised: int, body: bytes) -> bytes:
    """An answer that promises more than it sends."""
    return reply(body=body, content_length=str(promised))


def certificate(name: str) -> ssl.SSLContext:
    """The server side of TLS with one of the test certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


def trusting_tests() -> ssl.SSLContext:
    """The client side of TLS that trusts the test authority alone."""
    return ssl.create_default_context(cafile=CERTIFICATES / "ca.pem")


CHUNKED = b"HTTP/1.1 200 Answer\r\nTransfer-Encoding: chunked\r\n\r\n"


def endless(start: bytes, more: bytes) -> Fault:
    """Send `start`, then `more` for ever, as fast as it is taken."""

    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(0)

    return flood


def drip(start: bytes, piece: bytes, every_s: float) -> Fault:
    """Send `start`, then `piece` again and again with a pause in between."""

    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every_s)

    return trickle


def hang() -> Fault:
    """Take the request and never answer."""

    async def wait(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    return wait


def hang_up() -> Fault:
    """Take the request and break the connection."""

    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return cut
