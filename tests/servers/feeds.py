"""Feeds on loopback, from a server that keeps account of how politely it is asked.

    async with FeedServer(clock) as server:
        wire = server.feed("wire", Item("Acme buys Globex"))
        ... poll ...
        assert server.complaints() == []

Every feed has switches for what can go wrong; they may be turned between two requests. Each answer
sets a cookie, so that a client that keeps cookies gives itself away. The rules are those of
feed readers' public test sites: conditional requests, intervals, Retry-After, gone means gone.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from aiohttp import web

from briefings.ports import Clock

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""When the first items were published, unless a test says otherwise."""
TOUCHES = timedelta(seconds=1)
"""Requests to one host less than this apart come too fast."""
SHORTEST = timedelta(minutes=15)


@dataclass(frozen=True)
class Item:
    """An entry as a publisher writes it; `guid` and `link` follow from the title."""

    title: str
    text: str = ""
    published: datetime | None = START
    guid: str = ""
    link: str = ""

    @property
    def slug(self) -> str:
        return sha256(self.title.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Asked:
    """A request as it came, and how it was answered."""

    path: str
    query: str
    at: datetime
    headers: dict[str, str]
    status: int
    answered: dict[str, str]
    """The header fields of the answer, names in lower case."""

    @property
    def conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass
class Feed:
    """A feed and its switches. Lists of items are newest first."""

    url: str
    items: list[Item]
    title: str = "The Wire"
    language: str = "en"
    ttl_minutes: int | None = None
    skip_hours: tuple[int, ...] = ()
    body: bytes | None = None
    """Sent in place of the feed."""
    content_type: str = "application/rss+xml"
    validators: bool = True
    """Whether answers carry ETag and Last-Modified."""
    etag_form: str = '"{}"'
    heeds_validators: bool = True
    """Whether an unchanged feed is answered with 304."""
    rename_entries: bool = False
    """F19: other guids at every answer."""
    status: int = 200
    """404, 410, 429, 500, 503, or a redirect to `location`."""
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    @property
    def statuses(self) -> list[int]:
        return [request.status for request in self.asked]

    def publish(self, *items: Item) -> None:
        self.items = [*items, *self.items]

    def render(self) -> bytes:
        if self.body is not None:
            return self.body
        return "".join(self._rss()).encode()

    def etag(self) -> str:
        return self.etag_form.format(sha256(self.render()).hexdigest()[:16])

    def _rss(self) -> Iterator[str]:
        yield '<?xml version="1.0"?><rss version="2.0"><channel>'
        yield f"<title>{escape(self.title)}</title><link>{escape(self.url)}</link>"
        yield f"<language>{self.language}</language>"
        if self.ttl_minutes is not None:
            yield f"<ttl>{self.ttl_minutes}</ttl>"
        if self.skip_hours:
            hours = "".join(f"<hour>{hour}</hour>" for hour in self.skip_hours)
            yield f"<skipHours>{hours}</skipHours>"
        for item in self.items:
            link = item.link or f"https://wire.example/{item.slug}"
            guid = (
                f"{item.slug} {len(self.asked)}" if self.rename_entries else item.guid or item.slug
            )
            yield f"<item><title>{escape(item.title)}</title><link>{escape(link)}</link>"
            yield f'<guid isPermaLink="false">{escape(guid)}</guid>'
            yield f"<description>{escape(item.text)}</description>"
            if item.published is not None:
                yield f"<pubDate>{format_datetime(item.published, usegmt=True)}</pubDate>"
            yield "</item>"
        yield "</channel></rss>"


class FeedServer:
    """Serves feeds and pages on one or more loopback addresses; times are those of `clock`."""

    def __init__(self, clock: Clock, *, hosts: int = 1) -> None:
        self._clock = clock
        self._hosts = [f"127.0.{n // 250}.{n % 250 + 1}" for n in range(hosts)]
        self._feeds: dict[str, Feed] = {}
        self.asked: list[Asked] = []
        self.under_way = 0
        self.most_at_once: dict[str, int] = defaultdict(int)
        self._now_at: dict[str, int] = defaultdict(int)

    async def __aenter__(self) -> FeedServer:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        self.port = 0
        for host in self._hosts:
            site = web.TCPSite(self._runner, host, self.port)
            await site.start()
            self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def url(self, path: str, *, host: int = 0) -> str:
        return f"http://{self._hosts[host]}:{self.port}/{path}"

    def feed(self, path: str, *items: Item, host: int = 0, **switches: object) -> Feed:
        """A new feed at `path`; switches may be given at once or turned later."""
        feed = Feed(self.url(path, host=host), list(items))
        for name, value in switches.items():
            setattr(feed, name, value)
        self._feeds[feed.url] = feed
        return feed

    def page(self, path: str, html: str, *, host: int = 0) -> Feed:
        """A web page: a feed whose body is HTML."""
        return self.feed(path, host=host, body=html.encode(), content_type="text/html")

    async def _answer(self, request: web.Request) -> web.Response:
        host = request.host.partition(":")[0]
        self._now_at[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._now_at[host])
        try:
            feed = self._feeds.get(f"http://{request.host}{request.path}")
            if feed is not None and feed.delay_s:
                await asyncio.sleep(feed.delay_s)
            response = web.Response(status=404) if feed is None else self._respond(feed, request)
        finally:
            self._now_at[host] -= 1
        asked = Asked(
            request.path,
            request.query_string,
            self._clock.now(),
            {name.lower(): value for name, value in request.headers.items()},
            response.status,
            {name.lower(): value for name, value in response.headers.items()},
        )
        self.asked.append(asked)
        if feed is not None:
            feed.asked.append(asked)
        return response

    def _respond(self, feed: Feed, request: web.Request) -> web.Response:
        headers = {"Set-Cookie": "reader=42; Path=/", **feed.headers}
        if feed.location:
            headers["Location"] = feed.location
        if feed.status != 200:
            return web.Response(status=feed.status, headers=headers, text="no feed here")
        body, etag = feed.render(), feed.etag()
        if feed.validators:
            modified = format_datetime(START, usegmt=True)
            headers |= {"ETag": etag, "Last-Modified": modified}
            if feed.heeds_validators and request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers=headers)
        headers["Content-Type"] = feed.content_type
        return web.Response(body=body, headers=headers)

    # --- the account --------------------------------------------------------------------------

    def complaints(self) -> list[str]:
        """Everything impolite in what was asked so far, in words; empty for a good reader."""
        found = [f"{each.path}: {fault}" for each in self.asked for fault in _manners(each)]
        for host, most in self.most_at_once.items():
            if most > 1:
                found.append(f"{host}: {most} requests at once")
        for feed in self._feeds.values():
            found += [f"{feed.url}: {fault}" for fault in _habits(feed)]
        times = sorted(each.at for each in self.asked) if len(self._hosts) == 1 else []
        found += [
            f"two requests {after - before} apart"
            for before, after in itertools.pairwise(times)
            if after - before < TOUCHES
        ]
        return found


def _manners(asked: Asked) -> Iterator[str]:
    headers = asked.headers
    for unwanted in ("cookie", "referer", "authorization", "from"):
        if unwanted in headers:
            yield f"sent {unwanted}"
    if asked.query:
        yield f"added ?{asked.query}"
    if not headers.get("user-agent", "").startswith("intelbrief/"):
        yield f"came as {headers.get('user-agent')}"
    if not {"gzip", "deflate", "identity"}.issuperset(
        part.strip() for part in headers.get("accept-encoding", "").split(",")
    ):
        yield f"takes {headers['accept-encoding']}"


def _habits(feed: Feed) -> Iterator[str]:
    """What is wrong with how one feed was asked over time."""
    whole = [asked.at for asked in feed.asked if asked.status == 200 and not asked.conditional]
    if feed.validators:
        for before, after in itertools.pairwise(whole):
            if after - before < timedelta(hours=24):
                yield f"asked unconditionally twice within {after - before}"
    given = ""
    for asked in feed.asked:
        if asked.headers.get("if-none-match", given) != given:
            yield f"made up the validator {asked.headers['if-none-match']}"
        if asked.status in (200, 304):
            given = asked.answered.get("etag", "")
    for before, after in itertools.pairwise(feed.asked):
        waited = after.at - before.at
        if before.status == 410:
            yield "asked again after 410"
        elif waited < _owed(feed, before):
            yield f"asked again after {waited}"


def _owed(feed: Feed, answer: Asked) -> timedelta:
    """How long a reader has to wait after an answer, at least."""
    day = timedelta(hours=24)
    if answer.status in (429, 503) and "retry-after" in answer.answered:
        value = answer.answered["retry-after"]
        asked_for = timedelta(seconds=int(value)) if value.isdigit() else timedelta()
        return min(max(asked_for, timedelta(seconds=60)), day)
    shortest = SHORTEST if feed.ttl_minutes is None else timedelta(minutes=feed.ttl_minutes)
    return min(shortest - TOUCHES, day)
