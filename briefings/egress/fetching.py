"""Fetching a document: what happens to a request between the desk and the web.

    FetchRequest -> check_url -> robots.txt (pages) -> pacing -> transport -> Fetched
                        ^                                            |
                        +---------------- Location <-----------------+    five times at most

Waiting for a host's turn is the clock's business; deadlines are timers of the event loop.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from briefings.addresses import Target, check_url, redirected
from briefings.egress.pacing import Pacing
from briefings.egress.robots import LONGEST_FILE, Robots, RobotsCache, readable
from briefings.egress.robots import parse as parse_robots
from briefings.errors import BadResponse, BadStatus, EgressError, SettingsError
from briefings.model import Fetched, FetchRequest
from briefings.networks import parse_openings
from briefings.ports import Clock

if TYPE_CHECKING:
    from briefings.egress.guard import NewSocket, Resolve
    from briefings.egress.transport import Answer, Transport

MAX_BYTES: Final = 10 * 1024 * 1024
DEADLINE_S: Final = 20.0

_PATIENCE: Final = 0.25
"""The share of the deadline DNS may take, and a body before it must keep up a rate: 5 s of 20."""
_MOST_REDIRECTS: Final = 5
_CONNECTIONS: Final = 50
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PERMANENT: Final = (301, 308)
_PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


class ClosedToRobots(EgressError):
    """The site's robots.txt asks that this page be left alone."""

    kind = "closed to robots"


class Egress:
    """Fetches documents under the rules of this room (a `ports.Fetcher`).

    `allow` opens what the public web does not have: "host:port", "cidr" or "cidr:port" each.
    `max_bytes` counts after decompression; `deadline_s` covers all redirects of a request, but
    not the wait for a host's turn. Only the `proxy` given here is used. `tls` says which
    certificates to trust, `resolver` and `new_socket` stand in for DNS and the network in tests.

    Raises:
        SettingsError: when `allow` or `proxy` cannot be understood.
    """

    def __init__(  # noqa: PLR0913 - each is one property of the way out
        self,
        clock: Clock,
        *,
        user_agent: str,
        allow: Sequence[str] = (),
        max_bytes: int = MAX_BYTES,
        deadline_s: float = DEADLINE_S,
        resolver: Resolve | None = None,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
        new_socket: NewSocket | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._openings = parse_openings(allow)
        self._max_bytes = max_bytes
        self._deadline_s = deadline_s
        self._resolver = resolver
        self._proxy = _checked_proxy(proxy) if proxy else None
        self._tls = tls
        self._new_socket = new_socket
        self._pacing = Pacing(clock)
        self._robots = RobotsCache(clock)
        self._connections = asyncio.Semaphore(_CONNECTIONS)
        self._opened: Transport | None = None

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Fetch one document, following redirects; `body` is empty unless the status is 2xx.

        Raises:
            EgressError: when no answer came back that may be used, with the reason in `kind`.
        """
        target = check_url(request.url, self._openings)
        return await self._follow(request, target, self._max_bytes)

    async def close(self) -> None:
        """Let go of the network; the next fetch would open it again."""
        if self._opened is not None:
            opened, self._opened = self._opened, None
            await opened.close()

    async def _follow(
        self, request: FetchRequest, target: Target, max_bytes: int, *, cut: bool = False
    ) -> Fetched:
        headers = _headers(request)
        budget_s = self._deadline_s
        time = asyncio.get_running_loop().time
        permanent: str | None = None
        unbroken = True
        visited = {target.url}
        while True:
            delay_s = await self._crawl_delay_s(target) if request.article else None
            async with self._pacing.turn(target.host, delay_s), self._connections:
                started = time()
                answer = await self._transport().ask(
                    target, headers, max_bytes=max_bytes, deadline_s=budget_s, cut=cut
                )
                budget_s -= time() - started
            self._pacing.heard(target.host, answer.status, answer.headers)
            if answer.status not in _REDIRECTS:
                return Fetched(
                    request.url, target.url, answer.status, answer.headers, answer.body, permanent
                )
            target = self._next(target, answer, visited)
            unbroken = unbroken and answer.status in _PERMANENT
            permanent = target.url if unbroken else permanent

    def _next(self, target: Target, answer: Answer, visited: set[str]) -> Target:
        """Where a redirect leads; `visited` are the addresses asked so far."""
        if len(answer.locations) != 1:
            raise _astray(target.host, "without saying where")
        if len(visited) > _MOST_REDIRECTS:
            raise _astray(target.host, "too often")
        following = redirected(target, answer.locations[0], self._openings)
        if following.url in visited:
            raise _astray(target.host, "in a circle")
        visited.add(following.url)
        return following

    async def _crawl_delay_s(self, page: Target) -> float:
        """Ask robots.txt about a page: the pause it wants between pages.

        Raises:
            ClosedToRobots: when the page is to be left alone.
            EgressError: when robots.txt could not be asked, which closes the site (RFC 9309,
                2.3.1.4).
        """
        robots = await self._robots.rules(page.origin, lambda: self._read_robots(page))
        if not robots.allow(page.resource):
            raise ClosedToRobots(
                f"{page.host} asks robots not to read this page.",
                remedy="Save the page and add the file instead.",
                host=page.host,
            )
        return robots.crawl_delay_s

    async def _read_robots(self, page: Target) -> Robots:
        target = Target(page.scheme, page.host, page.port, "/robots.txt", "")
        request = FetchRequest(target.url, accept="text/plain, */*;q=0.1")
        answer = await self._follow(request, target, LONGEST_FILE, cut=True)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            robot = re.match("[A-Za-z_-]*", self._user_agent)
            return parse_robots(readable(answer.body), robot[0] if robot else "")
        if (
            HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
            and answer.status != HTTPStatus.TOO_MANY_REQUESTS
        ):
            return Robots()
        raise BadStatus(
            f"{page.host} could not say what robots may read.",
            host=page.host,
            status=answer.status,
        )

    def _transport(self) -> Transport:
        if self._opened is None:
            # aiohttp takes 0.2 s to import; a desk that only answers never pays for it.
            from briefings.egress.guard import Guard  # noqa: PLC0415
            from briefings.egress.transport import Transport  # noqa: PLC0415

            self._opened = Transport(
                Guard(
                    self._openings,
                    dns_s=self._deadline_s * _PATIENCE,
                    resolve=self._resolver,
                    new_socket=self._new_socket,
                ),
                user_agent=self._user_agent,
                grace_s=self._deadline_s * _PATIENCE,
                proxy=self._proxy,
                tls=self._tls,
            )
        return self._opened


def _headers(request: FetchRequest) -> dict[str, str]:
    """The fields of a request; validators go back as they came, or not at all."""
    fields = {
        "Accept": request.accept,
        "If-None-Match": request.etag,
        "If-Modified-Since": request.last_modified,
    }
    return {name: value for name, value in fields.items() if _PRINTABLE.fullmatch(value)}


def _checked_proxy(proxy: str) -> str:
    try:
        parts = urlsplit(proxy)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port
    except ValueError:
        usable = False
    if not usable:
        # Not quoted: a proxy's address may hold a password.
        raise SettingsError("The proxy has no usable address.", remedy="Write http://host:port.")
    return proxy


def _astray(host: str, how: str) -> BadResponse:
    return BadResponse(f"{host} redirects {how}.", host=host, reason="redirects")
