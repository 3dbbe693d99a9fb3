"""A loopback server of generated feeds, one address a feed, in a process of its own.

    python -m benchmarks.feedserver --feeds 1000 --entries 30 [--delay 1.0]

prints `ready PORT` on standard output, then answers

    GET  http://127.x.y.z:PORT/feed   the feed of that address: RSS 2.0 or Atom, ETag, 304
    GET  http://127.x.y.z:PORT/article a page to summarise
    POST http://127.0.0.1:PORT/advance one feed in ten gets one new entry

until its standard input closes. A feed an address, because a polite client asks one host one thing
at a time; one feed in ten is Chinese, one entry in ten names a watched organisation. With `--delay`
a feed is answered so many seconds later, as those of distant servers are.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

from benchmarks.catalogue import organisations
from benchmarks.texts import Newsroom, Report, watched_names

SEED = 2013
_SPACING = timedelta(hours=5)


def host(feed: int) -> str:
    """The loopback address of a feed; the control call is on 127.0.0.1."""
    return f"127.10.{feed // 250}.{feed % 250 + 1}"


def gets_news(feed: int) -> bool:
    """Whether the control call adds an entry to this feed: one in each ten, of every kind."""
    return feed % 10 == feed // 10 % 10


class Feed:
    """One feed: its newest entries, rendered once and again when an entry is added."""

    def __init__(self, number: int, entries: int, newsroom: Newsroom, newest: datetime) -> None:
        self._number = number
        self._entries = entries
        self._newsroom = newsroom
        self._newest = newest + timedelta(seconds=number)
        self._extra = 0
        self._render()

    @property
    def language(self) -> str:
        return "zh" if self._number % 10 == 9 else "en"

    def add_entry(self) -> None:
        """A new entry on top; the oldest falls off the end."""
        self._extra += 1
        self._render()

    def _render(self) -> None:
        atom = (self._number + self._number // 10) % 2 == 1
        body = "".join(self._atom() if atom else self._rss()).encode()
        self.body = body
        self.content_type = "application/atom+xml" if atom else "application/rss+xml"
        self.etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        self.modified = format_datetime(self._published(-self._extra), usegmt=True)

    def _published(self, slot: int) -> datetime:
        """Entries of the start lie hours apart, those added since minutes."""
        return self._newest - (_SPACING * slot if slot >= 0 else timedelta(minutes=slot))

    def _items(self) -> Iterator[tuple[str, datetime, Report]]:
        """Newest first; slot -1 is the first entry added after the start."""
        for slot in range(-self._extra, self._entries - self._extra):
            number = self._number * self._entries + slot
            if slot < 0:  # far from every number in first use
                number = 10_000_000 + self._number * 1_000 - slot
            link = f"http://{host(self._number)}/{self.language}/{number}.html"
            yield link, self._published(slot), self._newsroom.write(number, self.language)

    def _rss(self) -> Iterator[str]:
        home = f"http://{host(self._number)}/"
        yield (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
            f"<title>Generated wire {self._number}</title><link>{home}</link>"
            f"<description>Generated reports</description><language>{self.language}</language>\n"
        )
        for link, published, report in self._items():
            yield (
                f"<item><title>{escape(report.title)}</title><link>{link}</link>"
                f'<guid isPermaLink="true">{link}</guid>'
                f"<dc:creator>{escape(report.author)}</dc:creator>"
                f"<pubDate>{format_datetime(published)}</pubDate>"
                f"<category>Business</category>"
                f"<description>{escape(report.paragraphs[0][:160])}</description>"
                f"<content:encoded><![CDATA[{html(report, link)}]]></content:encoded></item>\n"
            )
        yield "</channel></rss>\n"

    def _atom(self) -> Iterator[str]:
        home = f"http://{host(self._number)}/"
        yield (
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
            f'xml:lang="{self.language}"><title>Generated wire {self._number}</title>'
            f'<id>{home}</id><link href="{home}"/>'
            f"<updated>{self._published(-self._extra).isoformat()}</updated>\n"
        )
        for link, published, report in self._items():
            yield (
                f'<entry><title type="html">{escape(report.title)}</title><id>{link}</id>'
                f'<link rel="alternate" href="{link}"/>'
                f"<author><name>{escape(report.author)}</name></author>"
                f"<published>{published.isoformat()}</published>"
                f"<updated>{published.isoformat()}</updated>"
                f"<summary>{escape(report.paragraphs[0][:160])}</summary>"
                f'<content type="html">{escape(html(report, link))}</content></entry>\n'
            )
        yield "</feed>\n"


def html(report: Report, link: str) -> str:
    """The report marked up as publishers do: figure, links, emphasis, a list now and then."""
    rng = random.Random(link)
    parts = [
        f'<figure><img src="{link}.jpg" alt="" width="1200" height="675" loading="lazy"></figure>'
    ]
    for paragraph in report.paragraphs:
        text = escape(paragraph, quote=False)
        kind = rng.random()
        if kind < 0.15:
            text = f"<strong>{text}</strong>"
        elif kind < 0.35:
            text += f' <a href="{link}#more" rel="nofollow">More</a>'
        parts.append(f"<ul><li>{text}</li></ul>" if kind > 0.92 else f"<p>{text}</p>")
    parts.append(f'<p class="tags"><em>{escape(report.author)}</em></p>')
    return "\n".join(parts)


def page(report: Report) -> str:
    """A whole article page."""
    title = escape(report.title)
    return (
        f"<!doctype html><html lang='{report.language}'><head><meta charset='utf-8'>"
        f"<title>{title}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1>{html(report, '/article')}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )


class Wire:
    """All feeds, by the address they are asked at."""

    def __init__(self, feeds: int, entries: int, delay_s: float) -> None:
        self._delay_s = delay_s
        newsroom = Newsroom(
            watched_names(organisations()), seed=SEED, mentioning=0.1, stride=entries
        )
        newest = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
        self._feeds = {
            host(number): Feed(number, entries, newsroom, newest) for number in range(feeds)
        }
        self._lead = newsroom.write(1, "en")

    async def feed(self, request: web.Request) -> web.Response:
        feed = self._feeds[request.url.host or ""]
        await asyncio.sleep(self._delay_s)
        headers = {"ETag": feed.etag, "Last-Modified": feed.modified}
        if request.headers.get("If-None-Match") == feed.etag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=feed.body, headers=headers | {"Content-Type": feed.content_type})

    async def article(self, request: web.Request) -> web.Response:
        return web.Response(text=page(self._lead), content_type="text/html")

    async def advance(self, request: web.Request) -> web.Response:
        changed = [feed for number, feed in enumerate(self._feeds.values()) if gets_news(number)]
        for feed in changed:
            feed.add_entry()
        return web.json_response({"changed": len(changed)})


async def serve(feeds: int, entries: int, delay_s: float) -> None:
    wire = Wire(feeds, entries, delay_s)
    application = web.Application()
    application.add_routes(
        [
            web.get("/feed", wire.feed),
            web.get("/article", wire.article),
            web.post("/advance", wire.advance),
        ]
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    control = socket.create_server(("127.0.0.1", 0))
    port = control.getsockname()[1]
    await web.SockSite(runner, control).start()
    for feed in range(feeds):
        await web.SockSite(runner, socket.create_server((host(feed), port))).start()
    print(f"ready {port}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve generated feeds on loopback addresses.")
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--delay", type=float, default=0.0)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.feeds, chosen.entries, chosen.delay))


if __name__ == "__main__":
    main()
