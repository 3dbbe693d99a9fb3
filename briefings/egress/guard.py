"""What a connection may be opened to, judged at the last moment: aiohttp's resolver and sockets.

    host  -> Guard.resolve     -> addresses    all of them admitted, or the host is refused
    address -> Guard.open_socket -> socket     the address about to be connected to, looked at again

The second look is the one that cannot be lied to: literals, redirects and rebinding all pass
through it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from briefings.addresses import blocked
from briefings.networks import Openings, why_refused

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""From a host name to the IP addresses it has; raises OSError when it has none."""

NewSocket = Callable[[int, int, int], socket.socket]
"""From family, type and protocol to a socket; called only for an address that was admitted."""

_DNS_THREADS: Final = 16

ADDRESSES_TRIED: Final = 2
"""Addresses of each family, IPv4 and IPv6, that are connected to before a host counts as dead."""


@dataclass(frozen=True, slots=True)
class _Approach:
    host: str
    port: int
    trusted: bool


_APPROACH: ContextVar[_Approach] = ContextVar("approach")
"""The only place the running request may be connected to; unset, nothing may be."""


class SystemResolver:
    """Asks the machine's own resolver, in threads that are made when first needed."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_DNS_THREADS, thread_name_prefix="dns")

    async def __call__(self, host: str) -> Sequence[str]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Refused(PermissionError):
    """A socket was not opened: the address is none the desk may connect to."""


class Guard(AbstractResolver):
    """Lets a connection be opened only to an admitted address: aiohttp's resolver and sockets."""

    def __init__(
        self,
        openings: Openings,
        *,
        dns_s: float,
        resolve: Resolve | None = None,
        new_socket: NewSocket | None = None,
    ) -> None:
        self._openings = openings
        self._dns_s = dns_s
        self._resolve: Resolve = resolve or SystemResolver()
        self._new_socket = new_socket or socket.socket

    @contextmanager
    def only(self, host: str, port: int, *, trusted: bool = False) -> Iterator[None]:
        """Let connections opened within the block go to this host and port alone.

        The addresses of a `trusted` host (the operator's proxy) need not be public.
        """
        trusted = trusted or self._openings.names(host, port)
        token = _APPROACH.set(_Approach(host, port, trusted))
        try:
            yield
        finally:
            _APPROACH.reset(token)

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, all of them admitted.

        Raises:
            Blocked: when one of them is not.
            OSError: when there is none, or DNS takes longer than `dns_s`.
        """
        addresses = await self._ask_dns(host)
        if not self._openings.names(host, port):
            for address in addresses:
                if reason := why_refused(address, port, self._openings):
                    raise blocked(f"resolves to {reason}", host)
        return addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        approach = _APPROACH.get()
        if (host, port) != (approach.host, approach.port):
            raise blocked("not the host that was checked", host)
        addresses = await (self._ask_dns(host) if approach.trusted else self.addresses(host, port))
        v6 = [address for address in addresses if ":" in address][:ADDRESSES_TRIED]
        v4 = [address for address in addresses if ":" not in address][:ADDRESSES_TRIED]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in [*v6, *v4]
        ]

    def open_socket(self, where: aiohttp.AddrInfoType) -> socket.socket:
        """The socket for an address about to be connected to (aiohttp's `socket_factory`)."""
        family, kind, protocol, _, (address, port, *_) = where
        approach = _APPROACH.get()
        if port != approach.port:
            raise Refused("not the port that was checked")
        if not approach.trusted and (reason := why_refused(address, port, self._openings)):
            raise Refused(reason)
        return self._new_socket(family, kind, protocol)

    async def _ask_dns(self, host: str) -> Sequence[str]:
        try:
            async with asyncio.timeout(self._dns_s):
                addresses = await self._resolve(host)
        except TimeoutError:
            raise OSError("DNS did not answer in time") from None
        if not addresses:
            raise OSError("DNS knows no address")
        return addresses

    async def close(self) -> None:
        if isinstance(self._resolve, SystemResolver):
            self._resolve.close()
