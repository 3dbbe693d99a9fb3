"""One request over one connection, within limits of time and size.

    Target -> Guard -> connection -> request -> status, headers -> Body -> Answer

A connection carries one request and is closed. Feeds are asked hours apart, so a kept connection
would save nothing, and none can be used for a host it was not opened for.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from math import inf
from typing import Final

import aiohttp
from yarl import URL

from briefings.addresses import Target, blocked, unreachable
from briefings.egress.decoding import Body
from briefings.egress.guard import ADDRESSES_TRIED, Guard, Refused
from briefings.errors import BadResponse, EgressError, TooSlow

_SLOWEST_BYTES_PER_S: Final = 1000
_MOST_CHUNKS: Final = 50_000
_LONGEST_FIELD: Final = 32 * 1024
_MOST_FIELDS: Final = 128

# What the desk acts on. Other fields stay here: they would only be more hostile text to carry.
_KEPT_FIELDS: Final = (
    *("content-type", "content-language", "etag", "last-modified", "date", "age"),
    *("cache-control", "expires", "retry-after"),
)
_LONGEST_KEPT_FIELD: Final = 2048


class BadCertificate(EgressError):
    """The server could not prove who it is, or offered no TLS that is still safe."""

    kind = "bad certificate"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request: lower-case header names, a body for 2xx only."""

    status: int
    headers: dict[str, str]
    locations: tuple[str, ...]
    body: bytes


class Transport:
    """Sends requests and reads answers, under the limits given with each request.

    After `grace_s` a body must have come, and keep coming, at 1 kB/s on average.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        user_agent: str,
        grace_s: float,
        proxy: str | None,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._guard = guard
        self._grace_s = grace_s
        self._proxy = URL(proxy) if proxy else None
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=guard,
                socket_factory=guard.open_socket,
                ssl=tls or True,
                # Also how many addresses are given up at once: each is connected to once only.
                interleave=ADDRESSES_TRIED,
                use_dns_cache=False,
                force_close=True,
                limit=0,
            ),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip", "Connection": "close"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
            max_field_size=_LONGEST_FIELD,
            max_headers=_MOST_FIELDS,
            middlewares=[_once],
        )

    async def ask(  # noqa: PLR0913 - each is one property of a question or its answer
        self,
        target: Target,
        headers: dict[str, str],
        *,
        max_bytes: int,
        deadline_s: float,
        content: bytes | None = None,
        cut: bool = False,
    ) -> Answer:
        """Send one request and read the answer; redirects are the caller's business.

        It is a GET, or a POST of `content` where that is given. Of a body beyond `max_bytes` the
        beginning is kept with `cut`, and nothing without.

        Raises:
            EgressError: Blocked, TooSlow, TooLarge, BadResponse, BadCertificate, or plainly
                unreachable.
        """
        try:
            async with asyncio.timeout(deadline_s) as limit:
                if self._proxy is not None:
                    await self._check_behind_proxy(target)
                with self._bound_for(target):
                    async with self._session.request(
                        "GET" if content is None else "POST",
                        _url(target),
                        data=content,
                        headers=headers,
                        allow_redirects=False,
                        proxy=self._proxy,
                    ) as response:
                        body = await self._body(target.host, response, max_bytes, limit, cut=cut)
        except aiohttp.ClientError as error:
            raise _told(error, target.host) from error
        except TimeoutError:
            raise TooSlow(f"{target.host} took too long to answer.", host=target.host) from None
        locations = tuple(response.headers.getall("Location", ()))
        return Answer(response.status, _kept(response), locations, body)

    async def close(self) -> None:
        await self._session.close()
        await self._guard.close()

    def _bound_for(self, target: Target) -> AbstractContextManager[None]:
        if self._proxy is None:
            return self._guard.only(target.host, target.port)
        return self._guard.only(self._proxy.raw_host or "", self._proxy.port or 0, trusted=True)

    async def _check_behind_proxy(self, target: Target) -> None:
        """Judge the host a proxy will connect to, as far as it can be seen from here.

        Where only the proxy can resolve names, its own rules decide.
        """
        with suppress(OSError):
            await self._guard.addresses(target.host, target.port)

    async def _body(
        self,
        host: str,
        response: aiohttp.ClientResponse,
        max_bytes: int,
        limit: asyncio.Timeout,
        *,
        cut: bool,
    ) -> bytes:
        """The body of a 2xx answer, decoded; other bodies are not even read."""
        if not HTTPStatus.OK <= response.status <= 599:
            raise _broke_http(host, "status")
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            return b""
        if _joined(response, "Transfer-Encoding").lower() not in ("", "chunked", "identity"):
            raise _broke_http(host, "transfer encoding")
        body = Body(host, _joined(response, "Content-Encoding"), max_bytes, cut=cut)
        body.expect(response.content_length or 0)
        latest = limit.when() or inf
        begun = asyncio.get_running_loop().time()
        chunks = 0
        while not (body.full or response.content.at_eof()):
            due = begun + max(self._grace_s, body.received / _SLOWEST_BYTES_PER_S)
            limit.reschedule(min(due, latest))
            data, chunk_ended = await response.content.readchunk()
            body.feed(data)
            chunks += chunk_ended
            if chunks > _MOST_CHUNKS:
                raise _broke_http(host, "chunks")
        return body.finish()


async def _once(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Let a broken connection be an error: aiohttp would ask again at once, unpaced."""
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError("the connection broke") from error


def _told(error: aiohttp.ClientError, host: str) -> EgressError:
    """Say what an aiohttp error means, never quoting what the server sent."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            why = getattr(error.certificate_error, "verify_message", "") or "it is not valid"
            return BadCertificate(
                f"{host} has a certificate that is not trusted: {why}.", host=host
            )
        case aiohttp.ClientSSLError():
            return BadCertificate(f"{host} offers no encryption that is still safe.", host=host)
        case aiohttp.ClientConnectorError(os_error=Refused() as refused):
            return blocked(f"connects to {refused}", host)
        case aiohttp.ClientHttpProxyError():
            return unreachable(host, reason="proxy")
        case aiohttp.ClientPayloadError():
            return _broke_http(host, "body cut short")
        case aiohttp.ClientResponseError() | aiohttp.InvalidURL():
            return _broke_http(host, "malformed")
        case _:
            return unreachable(host, reason=type(error).__name__)


def _broke_http(host: str, reason: str) -> BadResponse:
    return BadResponse(f"{host} sent an answer that breaks HTTP.", host=host, reason=reason)


def _url(target: Target) -> URL:
    """The target for aiohttp, put together from its parts so that nothing is parsed twice."""
    return URL.build(
        scheme=target.scheme,
        authority=target.authority,
        path=target.path,
        query_string=target.query,
        encoded=True,
    )


def _joined(response: aiohttp.ClientResponse, name: str) -> str:
    return ",".join(response.headers.getall(name, ())).strip()


def _kept(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The header fields the desk acts on, as sent; one that is not plain ASCII is left out."""
    found = ((name, response.headers.get(name)) for name in _KEPT_FIELDS)
    return {
        name: value
        for name, value in found
        if value is not None
        and len(value) <= _LONGEST_KEPT_FIELD
        and value.isascii()
        and value.isprintable()
    }
