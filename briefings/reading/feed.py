"""A feed's bytes to clean entries; runs in a contained worker.

    bytes -> decode -> sniff -> read_plain, else read_any -> newest 500 -> not seen before -> clean

Everything in the result is plain text without controls, tags or links that are not http(s).
Finding out that an entry is known costs a hash; only the others are cleaned.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from html import unescape
from urllib.parse import urljoin

from briefings.errors import NotAFeed
from briefings.model import ParsedEntry, ParsedFeed, Published
from briefings.reading.anyfeed import read_any
from briefings.reading.encoding import decode
from briefings.reading.hints import polling_hints
from briefings.reading.links import clean_link
from briefings.reading.markup import html_to_text, parse_html
from briefings.reading.plainfeed import read_plain
from briefings.reading.rawfeed import RawEntry, RawText
from briefings.text import dates, hygiene

ENTRIES_KEPT = 500
TEXT_BYTES = 256 * 1024
AUTHOR_CHARACTERS = 254
ALTERNATES = 5
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
FUTURE_ALLOWED = timedelta(hours=24)

_SNIFFED = 4096
_RAW_TEXT = 2**20  # characters of markup worth parsing for `TEXT_BYTES` of text
_RAW_TITLE = 8192
_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE_ROOT = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_MARKUP_IN_TITLE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|br|center|cite|code|del|div|em|embed|font|form|h[1-6]|i|iframe"
    r"|img|input|ins|li|link|mark|marquee|math|meta|object|p|pre|q|s|script|small|span|strong"
    r"|style|sub|sup|svg|table|td|tt|u|ul|video|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_EMPTY_BRACKETS = re.compile(r"[(<\[]\s*[)>\]]")
# The line WordPress puts under every entry.
_SYNDICATION = re.compile(
    r"the post .{1,300} (?:first appeared|appeared first) on .{1,100}", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])")


def parse_feed(
    body: bytes, content_type: str, base_url: str, seen: frozenset[bytes], now: datetime
) -> ParsedFeed:
    """Read a feed; entries whose digest is in `seen` are counted in `unchanged` and left out.

    Raises:
        NotAFeed: the document is something else; for an HTML page, `ids["alternates"]` has the
            addresses of at most 5 feeds it points to.
        ReadingError: a feed too broken to read; `ids["reason"]` is "malformed".
    """
    text, encoding, warning = decode(body, content_type)
    _refuse_other_documents(text, base_url)
    plain = body if encoding == "utf-8" else text.encode("utf-8", "replace")
    feed = read_plain(plain, base_url) or read_any(text, base_url)
    notes = [warning] if warning else []
    notes.extend(feed.notes)
    fresh, same = _unseen(_newest(feed.entries, notes), seen)
    cleaning = _Cleaning(base_url, now + FUTURE_ALLOWED, notes)
    entries = tuple(cleaning.entry(*entry) for entry in fresh)
    hints = polling_hints(text)
    language = _LANGUAGE.match(feed.language.strip().lower())
    return ParsedFeed(
        title=_title(feed.title),
        language=language[0] if language else "",
        entries=entries,
        unchanged=len(same),
        same=same,
        notes=tuple(dict.fromkeys(notes)),
        ttl_s=hints.ttl_s,
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
    )


# --- what is not a feed -------------------------------------------------------------------------


def _refuse_other_documents(text: str, base_url: str) -> None:
    """Tell from the first 4 kB that a document is no feed, and what it is instead."""
    head = text[:_SNIFFED].lstrip()
    if not head:
        raise NotAFeed("The document is empty.", alternates=())
    root, page = _FEED_ROOT.search(head), _PAGE_ROOT.search(head)
    if not root and len(_CONTROLS.findall(head)) > len(head) // 100:
        raise NotAFeed("The document is not a feed but binary data.", alternates=())
    if page and not (root and root.start() < page.start()):
        alternates = _alternates(text, base_url)
        remedy = (
            f"It points to these feeds: {', '.join(alternates)}"
            if alternates
            else "It points to no feed."
        )
        raise NotAFeed(
            "The document is a web page, not a feed.", remedy=remedy, alternates=alternates
        )
    if not root and "<?xml" not in head:
        remedy = "JSON Feed is not supported." if head.startswith("{") else ""
        raise NotAFeed("The document is not a feed.", remedy=remedy, alternates=())


def _alternates(page: str, base_url: str) -> tuple[str, ...]:
    """The feeds a page declares (WHATWG HTML, link type "alternate"), as absolute addresses."""
    root = parse_html(page[: 2 * _RAW_TEXT])
    found: dict[str, None] = {}
    for element in root.iter("base", "link") if root is not None else ():
        href = element.get("href") or ""
        if element.tag == "base" and href:
            base_url = urljoin(base_url, href)
        elif (
            "alternate" in (element.get("rel") or "").lower().split()
            and (element.get("type") or "").strip().lower() in _FEED_TYPES
            and (link := clean_link(href, base_url))
        ):
            found[link] = None
        if len(found) == ALTERNATES:
            break
    return tuple(found)


# --- which entries ------------------------------------------------------------------------------


def _newest(entries: list[RawEntry], notes: list[str]) -> list[RawEntry]:
    """The newest 500 in document order; by position where an entry has no date."""
    if len(entries) <= ENTRIES_KEPT:
        return entries
    notes.append(f"has {len(entries):,} entries; only the newest {ENTRIES_KEPT} were kept")
    times = [_first_date(entry.dates) for entry in entries]
    if any(time is None for time in times):
        return entries[:ENTRIES_KEPT]
    ranked = sorted(range(len(entries)), key=lambda i: times[i].at, reverse=True)  # type: ignore[union-attr]
    return [entries[i] for i in sorted(ranked[:ENTRIES_KEPT])]


def _unseen(
    entries: Sequence[RawEntry], seen: frozenset[bytes]
) -> tuple[list[tuple[RawEntry, bytes, bytes]], tuple[bytes, ...]]:
    """Entries not seen in this version, with identity and digest, and the digests of the others.

    An entry is known by its guid, else by its link, else by title and date; a guid or link that
    several entries of the document share identifies none of them. A changed date alone makes no
    new version: some publishers stamp every answer.
    """
    guids = Counter(entry.guid for entry in entries)
    links = Counter(entry.link for entry in entries)
    fresh = []
    same = []
    taken: set[bytes] = set()
    for entry in entries:
        known_by: tuple[str, ...] = ("title", entry.title.value, *entry.dates[:1])
        if entry.guid and guids[entry.guid] == 1:
            known_by = ("guid", entry.guid)
        elif entry.link and links[entry.link] == 1:
            known_by = ("link", entry.link)
        identity = _hash(*known_by)
        if identity in taken:
            continue
        taken.add(identity)
        digest = _hash(*known_by, entry.link, entry.title.value, *entry.authors, entry.text.value)
        if digest in seen:
            same.append(digest)
        else:
            fresh.append((entry, identity, digest))
    return fresh, tuple(same)


def _hash(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).digest()


# --- cleaning -----------------------------------------------------------------------------------


class _Cleaning:
    """Turns raw entries into clean ones, and notes in plain words what it had to leave out."""

    def __init__(self, base_url: str, latest: datetime, notes: list[str]) -> None:
        self._base_url = base_url
        self._latest = latest
        self._notes = notes

    def entry(self, raw: RawEntry, identity: bytes, digest: bytes) -> ParsedEntry:
        return ParsedEntry(
            identity=identity,
            digest=digest,
            title=_title(raw.title),
            url=self._link(raw),
            author=_author(raw.authors),
            text=self._text(raw.text),
            published=self._published(raw.dates),
        )

    def _link(self, raw: RawEntry) -> str:
        link = clean_link(raw.link, self._base_url)
        # A guid that stands in for a missing link is often no address, and nobody's mistake.
        if raw.link and not link and raw.link != raw.guid:
            self._notes.append("has links that are not web addresses; they were dropped")
        return link

    def _published(self, written: Sequence[str]) -> Published | None:
        published = _first_date(written)
        if published is not None and EARLIEST <= published.at <= self._latest:
            return published
        if written:
            self._notes.append("has dates that are unreadable, before 1995 or in the future")
        return None

    def _text(self, raw: RawText) -> str:
        text = raw.value[:_RAW_TEXT]
        text = hygiene.clean(html_to_text(text) if raw.html else text)
        if len(text) * 4 > TEXT_BYTES:
            encoded = text.encode()
            if len(encoded) > TEXT_BYTES or len(raw.value) > _RAW_TEXT:
                self._notes.append("has an entry longer than 256 kB; it was cut")
                text = encoded[:TEXT_BYTES].decode("utf-8", "ignore")
        body, _, last_line = text.rstrip().rpartition("\n")
        return body if _SYNDICATION.fullmatch(last_line) else text.strip()


def _first_date(written: Sequence[str]) -> Published | None:
    for text in written:
        if (published := dates.parse_date(text)) is not None:
            return published
    return None


def _title(raw: RawText) -> str:
    """A title on one line. RSS titles are text by the book and markup in practice."""
    title = raw.value[:_RAW_TITLE]
    if raw.html or ("<" in title and _MARKUP_IN_TITLE.search(title)):
        title = html_to_text(title)
    elif "&" in title:
        title = unescape(title)
    return hygiene.clean_line(title)


def _author(names: Sequence[str]) -> str:
    """Names without e-mail addresses; RSS writes "desk@example.com (The Desk)"."""
    found: dict[str, None] = {}
    for written in names:
        name = _EMAIL.sub("", unescape(written[: 2 * AUTHOR_CHARACTERS]))
        name = hygiene.clean_line(_EMPTY_BRACKETS.sub("", name))
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1]
        found[name] = None
    return hygiene.clean_line(", ".join(filter(None, found)), AUTHOR_CHARACTERS)
