"""Every hostile feed of the catalogue (F01-F25), through the pool, within its limits.

Inputs are generated; none is stored. The deadline of 5 s and the memory cap are the pool's own.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from briefings.containment import WorkerPool
from briefings.errors import ContainmentError, NotAFeed, ReadingError
from briefings.model import ParsedFeed
from briefings.reading.feed import parse_feed
from tests.fakes.contained_tasks import resident_bytes

NOW = datetime(2024, 6, 1, tzinfo=UTC)
BASE = "https://feeds.example/feed.xml"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool("feeds", preload=["briefings.reading.feed"])
    yield pool
    await pool.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient_pool() -> AsyncIterator[WorkerPool]:
    """For rows without a time limit, which a busy machine may take long over."""
    pool = WorkerPool("feeds", deadline_s=30.0, preload=["briefings.reading.feed"])
    yield pool
    await pool.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


def rss(items: str, *, doctype: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Feed</title>{items}</channel></rss>"
    )


def item(inside: str = "", *, title: str = "Title", number: int = 1) -> str:
    link = f"https://feeds.example/{number}"
    return f"<item><title>{title}</title><link>{link}</link>{inside}</item>"


def described(markup: str) -> str:
    return rss(item(f"<description><![CDATA[{markup}]]></description>"))


async def read(pool: WorkerPool, document: str | bytes, content_type: str = "") -> ParsedFeed:
    body = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    return await pool.run(parse_feed, body, content_type, BASE, frozenset(), NOW)


async def malformed(pool: WorkerPool, document: str) -> None:
    with pytest.raises(ReadingError) as caught:
        await read(pool, document)
    assert caught.value.ids["reason"] == "malformed"


# --- entities and external references -----------------------------------------------------------


async def test_f01_billion_laughs(pool: WorkerPool) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE l [<!ENTITY l0 "lol">{levels}]>'

    await malformed(pool, rss(item(title="&l9;"), doctype=doctype))


async def test_f02_quadratic_entity(pool: WorkerPool) -> None:
    doctype = f'<!DOCTYPE q [<!ENTITY a "{"a" * 20_000}">]>'

    await malformed(pool, rss(item(title="&a;" * 20_000), doctype=doctype))


async def test_f03_external_entity_stays_empty(pool: WorkerPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    doctype = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    feed = await read(
        pool, rss(item("<description>&x;</description>", title="[&x;]"), doctype=doctype)
    )

    assert feed.entries[0].title == "[]"
    assert "canary" not in repr(feed)


async def test_f04_external_dtd_and_parameter_entity_are_not_asked_for(pool: WorkerPool) -> None:
    connections = 0

    def count(_reader: object, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    server = await asyncio.start_server(count, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    doctype = (
        f'<?xml-stylesheet href="{address}/s.xsl"?>'
        f'<!DOCTYPE x SYSTEM "{address}/x.dtd" [<!ENTITY % p SYSTEM "{address}/p.ent"> %p;]>'
    )
    xinclude = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{address}/i"/>'
    feed = await read(pool, rss(item(xinclude), doctype=doctype))
    await asyncio.sleep(0.05)
    server.close()
    await server.wait_closed()

    assert feed.entries[0].title == "Title"
    assert connections == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"/etc/passwd", id="F05 a path"),
        pytest.param(b"http://169.254.169.254/latest/meta-data/", id="F05 an address"),
        pytest.param(b"/dev/zero", id="F06"),
        pytest.param(b"file:///etc/passwd", id="a file address"),
    ],
)
async def test_f05_f06_a_body_that_is_an_address_is_neither_opened_nor_asked(
    pool: WorkerPool, body: bytes
) -> None:
    with pytest.raises(NotAFeed):
        await read(pool, body)

    touched = opened_and_connected(body)
    with pytest.raises(NotAFeed):
        parse_feed(body, "", BASE, frozenset(), NOW)
    assert touched == []


def opened_and_connected(body: bytes) -> list[str]:
    """What is opened or connected to from now on and has to do with `body` (a list that grows).

    An audit hook cannot be taken away again: it is made blind to everything else.
    """
    touched: list[str] = []
    text = body.decode()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("open", "socket.connect", "urllib.Request") and text in str(arguments):
            touched.append(event)

    sys.addaudithook(watch)
    return touched


# --- what makes a parser slow or large ----------------------------------------------------------

ENDLESS_ADDRESS = "a@" + "a." * 32_000 + "!"


@pytest.mark.parametrize("wrapped", ["{}", "<![CDATA[{}]]>", "]{}", "<![CDATA[]{}]]>"])
async def test_f07_author_address_that_never_ends(pool: WorkerPool, wrapped: str) -> None:
    author = wrapped.format(ENDLESS_ADDRESS)
    feed = await read(pool, rss(item(f"<author>{author}</author>")))

    assert 0 < len(feed.entries[0].author) <= 254


async def test_f08_fifty_such_authors(pool: WorkerPool) -> None:
    author = f"<author>{ENDLESS_ADDRESS[:8000]}!</author>"
    feed = await read(pool, rss("".join(item(author, number=n) for n in range(50))))

    assert len(feed.entries) == 50


async def test_f07_one_that_gets_past_the_cuts_is_stopped() -> None:
    # Comments hide the length of the author from the cut; feedparser joins the pieces.
    pool = WorkerPool("feeds", deadline_s=1.0, preload=["briefings.reading.feed"])
    hidden = ("a." * 100 + "<!-- -->") * 400
    document = rss(item(f"<author>a@{hidden}!</author><author>b</author>"))
    with pytest.raises(ContainmentError) as caught:
        await read(pool, document)
    await pool.close()

    assert caught.value.ids["reason"] == "time"


async def test_f09_comment_starts(pool: WorkerPool) -> None:
    feed = await read(pool, described("<!--" * 200_000))

    assert feed.entries[0].text == ""


async def test_f10_of_100_000_entries_the_newest_500_are_kept(patient_pool: WorkerPool) -> None:
    # Oldest first: position alone would keep the wrong ones.
    def dated(number: int) -> str:
        date = datetime.fromtimestamp(1e9 + number * 3600, UTC)
        return item(f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate>", number=number)

    feed = await read(patient_pool, rss("".join(map(dated, range(100_000)))))

    assert len(feed.entries) == 500
    assert feed.entries[-1].url == "https://feeds.example/99999"
    assert any("100,000 entries" in note for note in feed.notes)


async def test_f10_the_long_way_too(patient_pool: WorkerPool) -> None:
    items = "".join(item("<unknown/>", number=n) for n in range(60_000))
    feed = await read(patient_pool, rss(items))

    assert len(feed.entries) == 500
    assert feed.entries[0].url == "https://feeds.example/0"
    assert any("5,000 entries" in note for note in feed.notes)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("word " * 2_000_000, id="text"),
        pytest.param("<![CDATA[" + "<p>word</p>" * 900_000 + "]]>", id="CDATA with tags"),
        pytest.param("&lt;p&gt;word&lt;/p&gt;" * 430_000, id="escaped tags"),
    ],
)
async def test_f11_one_entry_of_10_mb(pool: WorkerPool, body: str) -> None:
    feed = await read(pool, rss(item(f"<description>{body}</description>")))

    assert 0 < len(feed.entries[0].text.encode()) <= 256 * 1024
    assert any("256 kB" in note for note in feed.notes)


async def test_f12_a_million_nested_elements(pool: WorkerPool) -> None:
    await malformed(pool, rss(item("<a>" * 1_000_000)))
    await malformed(pool, rss(item("<a>" * 500_000 + "</a>" * 500_000)))


async def test_f13_nested_html(pool: WorkerPool) -> None:
    feed = await read(pool, described("before" + "<div>" * 100_000))

    assert feed.entries[0].text == "before"


async def test_f14_a_hundred_thousand_attributes(pool: WorkerPool) -> None:
    names = [f"a{n}" for n in range(100_000)]
    attributes = " ".join(f"{name}=''" for name in names)
    on_element = await read(pool, rss(item(f"<unknown {attributes}/>")))
    in_markup = await read(pool, described(f"<p {' '.join(names)}>text</p>"))

    assert on_element.entries[0].title == "Title"
    assert in_markup.entries[0].text == "text"


# --- what breaks decoding, dates and identity ---------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "content_type"),
    [
        ("punycode", ""),
        ("undefined", ""),
        ("idna", ""),
        ("utf-8", "text/xml; charset=undefined"),
        ("utf-8", 'text/xml; charset="utf\0-8"'),
        ("x" * 100, "text/xml; charset=" + "x" * 10_000),
    ],
)
async def test_f15_encodings_that_raise(pool: WorkerPool, declared: str, content_type: str) -> None:
    document = rss(item()).replace('"1.0"', f'"1.0" encoding="{declared}"')
    feed = await read(pool, document, content_type)

    assert feed.entries[0].title == "Title"


async def test_f16_an_encoding_that_lies_is_noted(pool: WorkerPool) -> None:
    document = rss(item(title="Café Zürich")).replace('"1.0"', '"1.0" encoding="utf-16"')
    feed = await read(pool, document.encode("latin-1"))

    assert feed.entries[0].title == "Café Zürich"
    assert any("utf-16" in note for note in feed.notes)


async def test_f17_controls_and_surrogates(pool: WorkerPool) -> None:
    title = "中文标题在前\x00b\x01c\x0bd\x7fe\x85f&#0;&#1;&#xD800;&#55357;\u202eg\ufffe"
    broken = (
        rss(item(title=title + "阿里巴巴与腾讯的合作消息" * 2)).encode() + b"<!-- \xed\xa0\x80 -->"
    )
    feed = await read(pool, broken)

    assert feed.entries[0].title.startswith("中文标题在前bcde…fg阿里")
    assert any("control characters" in note for note in feed.notes)


@pytest.mark.parametrize(
    "date",
    [
        *("Mon, 01 Jan 10000 00:00:00 GMT", "0000-01-01T00:00:00Z", "1699-01-01", "Jan 70"),
        *("2070-01-01T00:00:00Z", "Fri, 31 Dec 2099 23:59:59 +0000", "-62135596800", "0"),
        *("Mon, 06 May 2013 10:00:00 +9999", "9999-12-31T23:59:59-12:00", "99999999999999999999"),
        "2013-13-45T99:99:99Z",
    ],
)
async def test_f18_impossible_dates_are_left_out_and_noted(pool: WorkerPool, date: str) -> None:
    feed = await read(pool, rss(item(f"<pubDate>{date}</pubDate>")))

    assert feed.entries[0].published is None
    assert any("dates" in note for note in feed.notes)


async def test_f19_identities_are_16_bytes(pool: WorkerPool) -> None:
    items = (
        item(f"<guid>{'g' * 1_000_000}</guid>", number=1)
        + item("<guid>same</guid>", number=2)
        + item("<guid>same</guid>", number=3)
        + item(number=4)
    )
    feed = await read(pool, rss(items))

    assert {len(entry.identity) for entry in feed.entries} == {16}
    assert len({entry.identity for entry in feed.entries}) == 4


# --- what would act when shown ------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"),
        *("file:///etc/passwd", "\x01javascript:alert(1)", "java\nscript:alert(1)", "ftp://x/y"),
    ],
)
async def test_f20_links_that_are_not_web_addresses_are_dropped(
    pool: WorkerPool, link: str
) -> None:
    feed = await read(pool, rss(f"<item><title>t</title><link>{link}</link></item>"))

    assert feed.entries[0].url == ""
    assert feed.entries[0].title == "t"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://x.example/\u202egnp.exe", "https://x.example/gnp.exe"),
        ("https://x\u200b.example/", "https://x.example/"),
        ("https://paypal.example@evil.example/login", "https://evil.example/login"),
        ("https://\u0430pple.example/", "https://xn--pple-43d.example/"),
        ("https://x.example/?utm_source=feed&amp;id=1", "https://x.example/?id=1"),
    ],
)
async def test_f21_links_show_where_they_lead(pool: WorkerPool, link: str, shown: str) -> None:
    feed = await read(pool, rss(f"<item><title>t</title><link>{link}</link></item>"))

    assert feed.entries[0].url == shown


async def test_f22_mentions_are_only_text(pool: WorkerPool) -> None:
    title = "@everyone &lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt; |x&gt; ```\u202e\u200b"
    feed = await read(pool, rss(item(title=title)))

    assert feed.entries[0].title == "@everyone <!channel> <@U1> <#C1> |x> ```"


async def test_f23_nothing_that_acts_survives(pool: WorkerPool) -> None:
    markup = (
        "<script>alert(1)</script><svg onload=alert(1)><text>drawn</text></svg><math><mi>m</mi>"
        "</math><iframe src=x>framed</iframe><img src=x onerror=alert(1)><style>p{}</style>"
        "<p onclick=alert(1)>kept <a href='javascript:alert(1)'>words</a></p><object>o</object>"
    )
    escaped = markup.replace("<", "&lt;")
    feed = await read(
        pool, rss(item(f"<description>{escaped}</description>", title=f"Title {escaped}"))
    )

    assert feed.entries[0].text == "kept words"
    assert "<" not in feed.entries[0].title
    assert "alert" not in feed.entries[0].title


# --- what is not a feed -------------------------------------------------------------------------


async def test_f24_a_page_names_at_most_five_feeds(pool: WorkerPool) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/feed{n}">' for n in range(9)
    )
    page = f"<!doctype html><html><head>{links}</head><body>{'<p>word</p>' * 200_000}</body>"
    with pytest.raises(NotAFeed) as caught:
        await read(pool, page, "text/html")

    assert caught.value.ids["alternates"] == tuple(
        f"https://feeds.example/feed{n}" for n in range(5)
    )


async def test_f25_random_bytes(pool: WorkerPool) -> None:
    noise = random.Random(25).randbytes(5_000_000)
    with pytest.raises(NotAFeed):
        await read(pool, noise)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measured on Linux only")
async def test_a_worker_that_reads_feeds_stays_small() -> None:
    pool = WorkerPool("feeds", preload=["briefings.reading.feed"])
    await read(pool, rss(item()))
    resident = await pool.run(resident_bytes)
    await pool.close()

    assert resident < 60 * 2**20
