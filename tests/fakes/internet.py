"""A made-up internet: DNS answers a test can script, and sockets that only ever reach loopback.

Public addresses lead to two servers of the test, one plain and one with TLS; every other address
leads to a third, the inside of a network, where no request must ever arrive.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from briefings.networks import why_refused
from tests.servers.hostile import HostileServer, certificate

PUBLIC_V4 = "93.184.216.34"
OTHER_V4 = "8.8.4.4"
PUBLIC_V6 = "2606:2800:220:1:248:1893:25c8:1946"

NAMES = {
    "public.net": [PUBLIC_V4],
    "other.net": [OTHER_V4],
    "feeds.co.uk": [PUBLIC_V4],
    "xn--mnchen-3ya.net": [PUBLIC_V4],
    "dual.net": [PUBLIC_V6, PUBLIC_V4],
    "mixed.net": [PUBLIC_V4, "10.0.0.5"],
    "half-inside.net": [PUBLIC_V4, "::1"],
    "half-ula.net": [PUBLIC_V4, "fd00::1"],
    "half-nat64.net": [PUBLIC_V4, "64:ff9b::7f00:1"],
    "mapped.net": ["::ffff:127.0.0.1"],
    "compat.net": ["::127.0.0.1"],
    "teredo.net": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "ula.net": ["fd12:3456::1"],
    "scoped.net": ["fe80::1%eth0"],
    "nonsense.net": ["not an address"],
    "rebind-private.net": ["192.168.1.1"],
    "alibaba.net": ["100.100.100.200"],
    "azure.net": ["168.63.129.16"],
    "localtest.me": ["127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "intranet": ["10.0.0.7"],
    "metadata": ["169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "host.docker.internal": ["192.168.65.2"],
    "kubernetes.default.svc": ["10.96.0.1"],
}


class _Rerouted(socket.socket):
    """A socket that goes to loopback, whatever address it is told to connect to."""

    internet: Internet

    def connect(self, address: tuple[str, int]) -> None:  # type: ignore[override]
        here = self.internet.route(address)
        super().connect(
            ("::ffff:127.0.0.1" if self.family == socket.AF_INET6 else "127.0.0.1", here)
        )


@dataclass
class Internet:
    """Name servers and routes. `connected` lists every address a socket was sent to."""

    plain: HostileServer
    secure: HostileServer
    inside: HostileServer
    names: dict[str, list[str]] = field(default_factory=lambda: dict(NAMES))
    changing: dict[str, list[list[str]]] = field(default_factory=dict)
    """Names that answer differently each time they are asked: one list an answer."""
    asked: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    """Public addresses where nobody answers."""
    silent_dns: bool = False

    async def resolve(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if self.silent_dns:
            await asyncio.Event().wait()
        if answers := self.changing.get(host):
            return answers.pop(0)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.names[host]

    def new_socket(self, family: int, kind: int, protocol: int) -> socket.socket:
        opened = _Rerouted(family, kind, protocol)
        opened.internet = self
        return opened

    def route(self, address: tuple[str, int]) -> int:
        host, port = address[:2]
        self.connected.append((host, port))
        if host in self.dead:
            raise ConnectionRefusedError("nobody there")
        if why_refused(host, port):
            return self.inside.port
        return (self.secure if port in (443, 8443) else self.plain).port

    def went_inside(self) -> bool:
        """Whether any connection left for an address that is not public, or arrived there."""
        return bool(self.inside.hits) or any(why_refused(*place) for place in self.connected)


@asynccontextmanager
async def internet() -> AsyncIterator[Internet]:
    """An internet of three servers that know no documents yet."""
    async with (
        HostileServer() as plain,
        HostileServer(tls=certificate("site")) as secure,
        HostileServer() as inside,
    ):
        yield Internet(plain, secure, inside)
