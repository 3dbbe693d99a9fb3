"""What is read from a feed: golden files, identities, versions, hints, and what is refused."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.errors import NotAFeed, ReadingError
from briefings.model import ParsedFeed
from briefings.reading.feed import parse_feed
from briefings.reading.hints import polling_hints
from tests.reading import golden

NOW = datetime(2024, 6, 1, tzinfo=UTC)
BASE = "https://feeds.example/dir/feed.xml"


def rss(items: str, channel: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        f"<channel><title>T</title>{channel}{items}</channel></rss>"
    ).encode()


def read(
    body: bytes, *, seen: frozenset[bytes] = frozenset(), content_type: str = ""
) -> ParsedFeed:
    return parse_feed(body, content_type, BASE, seen, NOW)


@pytest.mark.parametrize("path", golden.feeds(), ids=lambda p: p.stem)
def test_golden_feeds(path: Path) -> None:
    assert golden.read_feed(path) == golden.expected(path)


# --- identity and version -----------------------------------------------------------------------


def test_a_known_version_is_counted_and_left_out() -> None:
    body = rss("<item><guid>1</guid><title>a</title></item><item><guid>2</guid></item>")
    first = read(body)
    again = read(body, seen=frozenset(entry.digest for entry in first.entries[:1]))

    assert [entry.identity for entry in again.entries] == [first.entries[1].identity]
    assert (first.unchanged, again.unchanged) == (0, 1)


def test_changed_words_are_a_new_version_and_a_changed_date_is_not() -> None:
    def entry(title: str, date: str) -> tuple[bytes, bytes]:
        item = f"<item><guid>1</guid><title>{title}</title><pubDate>{date}</pubDate></item>"
        found = read(rss(item)).entries[0]
        return found.identity, found.digest

    original = entry("a", "Mon, 06 May 2013 10:00:00 GMT")
    restamped = entry("a", "Mon, 06 May 2013 10:05:00 GMT")
    reworded = entry("b", "Mon, 06 May 2013 10:00:00 GMT")

    assert restamped == original
    assert reworded[0] == original[0]
    assert reworded[1] != original[1]


def test_without_a_guid_the_link_identifies_and_without_a_link_title_and_date() -> None:
    linked = "<item><title>{}</title><link>https://a.example/1</link></item>"
    bare = "<item><title>{}</title><pubDate>Mon, 06 May 2013 10:00:00 GMT</pubDate></item>"

    def identity(item: str) -> bytes:
        return read(rss(item)).entries[0].identity

    assert identity(linked.format("a")) == identity(linked.format("b"))
    assert identity(bare.format("a")) != identity(bare.format("b"))
    assert len(identity("<item><guid>" + "g" * 100_000 + "</guid></item>")) == 16


def test_one_guid_for_all_entries_identifies_none_of_them() -> None:
    items = "".join(
        f'<item><guid isPermaLink="false">same</guid><link>https://a.example/{n}</link></item>'
        for n in range(5)
    )
    entries = read(rss(items)).entries

    assert len({entry.identity for entry in entries}) == 5


def test_an_entry_listed_twice_is_one() -> None:
    item = "<item><guid>1</guid><title>a</title><link>https://a.example/1</link></item>"

    assert len(read(rss(item * 2)).entries) == 1


# --- fields -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("ed@paper.example (Ed Itor)", "Ed Itor"),
        ("Jane Doe (staff)", "Jane Doe (staff)"),
        ("Bob &lt;bob@paper.example&gt;", "Bob"),
        ("only@paper.example", ""),
        ("A &amp;amp; B", "A & B"),
        ("x" * 1000, "x" * 254),
    ],
)
def test_authors_are_names(written: str, read_as: str) -> None:
    item = f"<item><title>t</title><author>{written}</author></item>"

    assert read(rss(item)).entries[0].author == read_as


@pytest.mark.parametrize(
    ("offset", "kept"),
    [(timedelta(hours=23), True), (timedelta(hours=25), False)],
    ids=["23 h ahead", "25 h ahead"],
)
def test_a_date_may_lie_a_day_ahead(offset: timedelta, kept: bool) -> None:
    date = (NOW + offset).strftime("%Y-%m-%dT%H:%M:%SZ")
    feed = read(rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>"))

    assert (feed.entries[0].published is not None) is kept
    assert bool(feed.notes) is not kept


def test_of_two_dates_the_readable_one_is_taken() -> None:
    item = "<item><pubDate>yesterday</pubDate><dc:date>2024-01-02T03:04:05Z</dc:date></item>"
    published = read(rss(item)).entries[0].published

    assert published is not None
    assert published.at == datetime(2024, 1, 2, 3, 4, tzinfo=UTC)


def test_hints_are_read_from_the_head_of_the_channel() -> None:
    channel = (
        "<ttl>90</ttl><sy:updatePeriod>daily</sy:updatePeriod>"
        "<sy:updateFrequency>4</sy:updateFrequency>"
        "<skipHours><hour>0</hour><hour>24</hour><hour>5</hour></skipHours>"
        "<skipDays><day>Saturday</day><day>Sunday</day><day>Someday</day></skipDays>"
    )
    feed = read(rss("<item><title>x</title></item>", channel))

    assert feed.ttl_s == 6 * 3600  # four times a day is rarer than every 90 minutes
    assert feed.skip_hours == (0, 5)
    assert feed.skip_days == (5, 6)


def test_hints_that_would_stop_polling_for_good_are_dropped() -> None:
    hours = "".join(f"<hour>{n}</hour>" for n in range(24))
    days = "".join(f"<day>{n}day</day>" for n in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur"))
    hints = polling_hints(
        f"<ttl>9999999</ttl><skipHours>{hours}</skipHours>"
        f"<skipDays>{days}<day>Sunday</day></skipDays>"
    )

    assert hints == (30 * 86_400, (), ())


# --- encodings ----------------------------------------------------------------------------------

CHINESE = "<item><title>中文合作消息公布了新的日期</title></item>"


@pytest.mark.parametrize(
    ("declared", "sent", "content_type", "warns"),
    [
        ("utf-8", "utf-8", "", False),
        ("utf-8", "utf-8-sig", "application/rss+xml", False),
        ("gb2312", "gb18030", "", False),
        ("big5", "big5", "text/xml", False),
        ("UTF-16", "utf-16", "", False),
        ("utf-8", "utf-16-le", "", False),
        ("utf-8", "gb18030", "", True),
        ("utf-16", "utf-8", "", True),
        ("iso-8859-1", "utf-8", "text/xml; charset=ISO-8859-1", True),
        ("utf-8", "gb18030", "text/xml; charset=gbk", True),
        ("punycode", "utf-8", "", True),
        ("undefined", "gb18030", "text/xml; charset=idna", True),
        ("utf-8", "utf-8", 'text/xml; charset="a\0b"', True),
        ("utf-8", "utf-8", "text/xml; charset=", False),
    ],
)
def test_text_arrives_whatever_is_said_about_its_encoding(
    declared: str, sent: str, content_type: str, warns: bool
) -> None:
    document = rss(CHINESE).decode().replace('"1.0"', f'"1.0" encoding="{declared}"')
    feed = read(document.encode(sent), content_type=content_type)

    assert feed.entries[0].title == "中文合作消息公布了新的日期"
    assert bool(feed.notes) is warns


@given(st.text(max_size=40), st.sampled_from(["utf-8", "utf-16", "utf-32", "gb18030"]))
def test_any_text_in_any_encoding_is_read_or_refused(text: str, encoding: str) -> None:
    body = rss(f"<item><title>{text}</title></item>").decode("utf-8", "replace")
    with contextlib.suppress(ReadingError):
        read(body.encode(encoding, "replace"))


# --- what is not a feed -------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><base href="https://page.example/news/">
<link rel="stylesheet" href="a.css">
<link rel="alternate" type="application/rss+xml" href="rss">
<link rel="ALTERNATE nofollow" type="application/atom+xml" href="/atom?utm_source=x">
<link rel="alternate" type="application/rss+xml" href="rss">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" hreflang="de" href="https://page.example/de">
{}</head><body><p>Not a feed.</p></body></html>"""


def test_a_page_is_refused_with_the_feeds_it_points_to() -> None:
    with pytest.raises(NotAFeed) as caught:
        read(PAGE.format("").encode(), content_type="text/html")

    feeds = ("https://page.example/news/rss", "https://page.example/atom")
    assert caught.value.ids["alternates"] == feeds
    assert feeds[0] in str(caught.value)


def test_at_most_five_feeds_are_named() -> None:
    more = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{n}">' for n in range(9)
    )
    with pytest.raises(NotAFeed) as caught:
        read(PAGE.format(more).encode())

    assert len(caught.value.ids["alternates"]) == 5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n ",
        b"just words",
        b"https://feeds.example/feed.xml",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
        b"<svg xmlns='http://www.w3.org/2000/svg'><path d=''/></svg>",
        b"<?xml version='1.0'?><sitemapindex><sitemap/></sitemapindex>",
        b"%PDF-1.7\n" + bytes(range(32)) * 20,
    ],
)
def test_other_documents_are_refused(body: bytes) -> None:
    with pytest.raises(NotAFeed) as caught:
        read(body)

    assert caught.value.ids["alternates"] == ()


@pytest.mark.parametrize(
    "body",
    [b"<rss", b"<rss version='2.0'><channel>", b"<?xml version='1.0'?><rss><channel><<<"],
)
def test_a_feed_cut_short_is_malformed(body: bytes) -> None:
    with pytest.raises(ReadingError):
        read(body)


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")).entries == ()
