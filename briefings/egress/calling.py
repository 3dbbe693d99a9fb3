"""The door as a client library sees it: calls to one origin that the operator chose.

    library -> OneOrigin -> Transport -> Guard -> connection

The library speaks its protocol; what it is connected to is decided here. Nothing but the
configured origin is asked, and where that points elsewhere the call ends: a redirect would carry
the key and the question along. The origin may be private, since the operator named it.
"""

from __future__ import annotations

import ssl
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx2

from briefings.addresses import Target, blocked, check_url
from briefings.egress.guard import Guard
from briefings.egress.transport import Transport
from briefings.errors import EgressError
from briefings.networks import Openings, why_refused

_PASSED_ON: Final = ("Authorization", "Content-Type", "Accept")
"""What of a library's header fields is sent; the others would describe this machine."""
_PORTS: Final = {"http": 80, "https": 443}
_DNS_SHARE: Final = 0.25


class Redirected(EgressError):
    """The address answered that something else is to be asked; it was not."""

    kind = "redirect"


class OneOrigin(httpx2.AsyncBaseTransport):
    """Sends a client's requests to the origin of `address` and to nothing else.

    A `proxy` is used where the origin is public. `tls` says which certificates to trust, in
    tests.

    Raises:
        Blocked: the address is none that could be asked, whatever is opened.
    """

    def __init__(  # noqa: PLR0913 - each is one property of the way out
        self,
        address: str,
        *,
        user_agent: str,
        deadline_s: float,
        max_bytes: int,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        openings = _opening(address)
        self._openings = openings
        self._origin = check_url(address, openings).origin
        self._deadline_s = deadline_s
        self._max_bytes = max_bytes
        self._transport = Transport(
            Guard(openings, dns_s=deadline_s * _DNS_SHARE),
            user_agent=user_agent,
            grace_s=deadline_s,
            proxy=proxy if is_public(address) else None,
            tls=tls,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request.

        Raises:
            EgressError: Blocked for another origin, Redirected, or why no answer came.
        """
        target = self._target(str(request.url))
        answer = await self._transport.ask(
            target,
            {name: request.headers[name] for name in _PASSED_ON if name in request.headers},
            max_bytes=self._max_bytes,
            deadline_s=self._deadline_s,
            content=None if request.method == "GET" else await request.aread(),
        )
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            raise Redirected(f"{target.host} answered with a redirect.", host=target.host)
        return httpx2.Response(
            answer.status, headers=answer.headers, content=answer.body, request=request
        )

    async def aclose(self) -> None:
        await self._transport.close()

    def _target(self, url: str) -> Target:
        target = check_url(url, self._openings)
        if target.origin != self._origin:
            raise blocked("not the origin that was configured", target.host)
        return target


def is_public(address: str) -> bool:
    """Whether an address leads, as far as it shows, to the public web.

    `localhost`, names without a dot and private IP addresses do not.
    """
    host, port = _place(address)
    if any(character.isalpha() for character in host) and ":" not in host:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".lan"))
    return not why_refused(host, port)


def _opening(address: str) -> Openings:
    return Openings(endpoints=frozenset({_place(address)}))


def _place(address: str) -> tuple[str, int]:
    """Host and port of an address.

    Raises:
        Blocked: it has none.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = None, 0
    if not host or not port:
        raise blocked("not an http or https address")
    return host, port
