"""Feed lists as OPML 2.0 (http://opml.org/spec2.opml): written for others, read from anyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from lxml import etree

from briefings.errors import InputError
from briefings.model import FeedDefinition, Source
from briefings.text.hygiene import clean_line

LARGEST = 5 * 1024 * 1024
"""Bytes."""
DEEPEST = 32
MOST_OUTLINES = 5_000
LONGEST_URL = 2_000

_CHUNK = 64 * 1024


def export_opml(sources: Iterable[Source]) -> str:
    """The sources that are switched on, as one OPML document that `import_opml` reads back."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources watched by intelbrief"
    body = etree.SubElement(root, "body")
    for definition in (source.definition for source in sources):
        if not definition.enabled:
            continue
        outline = etree.SubElement(body, "outline", type="rss")
        outline.set("text", definition.publisher)
        outline.set("title", definition.publisher)
        outline.set("xmlUrl", definition.url)
        if definition.language:
            outline.set("language", definition.language)
    text: str = etree.tostring(
        root, encoding="unicode", pretty_print=True, doctype='<?xml version="1.0"?>'
    )
    return text


def import_opml(data: bytes) -> list[FeedDefinition]:
    """The feeds of an OPML document, nested ones too, each address once, in document order.

    Only http and https addresses count. What a stranger's file says of a feed is its name and
    language; it cannot make a source more trustworthy than the press.

    Raises:
        InputError: not OPML, no feed in it, or over a limit: 5 MiB, 5,000 outlines, 32 levels,
            any document type declaration (where XML's entity attacks live).
    """
    if len(data) > LARGEST:
        raise InputError(
            f"The OPML file is larger than {LARGEST // 1024 // 1024} MiB.", remedy="Split it."
        )
    outlines = _Outlines()
    # Entities can only be declared in a document type declaration, which `_Outlines` refuses as
    # it opens. (With resolve_entities=False libxml2 would leave &amp; in attributes as "&#38;".)
    parser = etree.XMLParser(
        target=outlines,
        resolve_entities="internal",
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        parser.close()
    except etree.XMLSyntaxError as error:
        raise InputError(
            f"The file is not well-formed OPML (line {error.lineno}).",
            remedy="Export it again from the program it came from.",
        ) from None
    if not outlines.is_opml or not outlines.feeds:
        raise InputError(
            "The file lists no feed." if outlines.is_opml else "The file is not OPML.",
            remedy="Feeds stand in <outline xmlUrl='https://...'> elements.",
        )
    return list(outlines.feeds.values())


class _Outlines:
    """What the XML parser calls as it goes along, so that nothing is built that is not needed."""

    def __init__(self) -> None:
        self.feeds: dict[str, FeedDefinition] = {}
        self.is_opml = False
        self._depth = 0
        self._outlines = 0

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        raise InputError(
            "The OPML file carries a document type declaration.", remedy="Remove <!DOCTYPE ...>."
        )

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._depth == 0:
            self.is_opml = tag == "opml"
        self._depth += 1
        if self._depth > DEEPEST:
            raise InputError(f"The OPML file is nested deeper than {DEEPEST} levels.")
        if tag != "outline":
            return
        self._outlines += 1
        if self._outlines > MOST_OUTLINES:
            raise InputError(
                f"The OPML file has more than {MOST_OUTLINES} outlines.", remedy="Split it."
            )
        if (feed := _feed(attributes)) is not None:
            self.feeds.setdefault(feed.url, feed)

    def end(self, tag: str) -> None:
        self._depth -= 1

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


def _feed(attributes: Mapping[str, str]) -> FeedDefinition | None:
    url = attributes.get("xmlUrl", "").strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LONGEST_URL:
        return None
    name = clean_line(attributes.get("title", "")) or clean_line(attributes.get("text", ""))
    return FeedDefinition(
        url=clean_line(url, LONGEST_URL),
        publisher=name or parts.hostname,
        language=clean_line(attributes.get("language", ""), 12).lower(),
    )
