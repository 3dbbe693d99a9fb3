"""The fast path: plain, well-formed RSS 2.0 and Atom 1.0 read with libxml2.

Gives exactly what `anyfeed` (feedparser) gives, or nothing: the elements and attributes a plain
feed may use are an allow-list (`plainnames`), and a feed with anything else in it is read the
long way. `tests/reading/test_plainfeed.py` holds the two against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from briefings.reading import plainnames as names
from briefings.reading.plainentry import (
    Declined,
    allow_attributes,
    bare_text,
    is_ignorable,
    person,
    read_entry,
    read_item,
    rebased,
    text_construct,
)
from briefings.reading.rawfeed import RawEntry, RawFeed, RawText, malformed, raw_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)
_ROOT = re.compile(rb"<[A-Za-z][^>]*")


def read_plain(document: bytes, base_url: str) -> RawFeed | None:
    """The feed in a UTF-8 document, or None when only feedparser knows what it means.

    Raises:
        ReadingError: elements are nested deeper than 256, which no feed is and which would cost
            feedparser seconds.
    """
    root_tag = _ROOT.search(document)
    if root_tag is None or b"<!DOCTYPE" in document[: root_tag.start()].upper():
        return None
    # libxml2 and expat differ over which letters beyond ASCII may stand in a name.
    if not document[: root_tag.end()].isascii() or document.find(b"<?", root_tag.end()) >= 0:
        return None
    try:
        root = etree.fromstring(document, _PARSER)
        if root.tag == "rss":
            return _rss(root, base_url)
        if root.tag == names.FEED:
            return _atom(root, base_url)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT and "depth" in (error.msg or ""):
            raise malformed("nested too deeply") from None
    except Declined:
        pass
    return None


def _rss(root: _Element, base: str) -> RawFeed:
    allow_attributes(root, names.RSS_ATTRIBUTES)
    base = rebased(root, base)
    if len(root) != 1 or root[0].tag != "channel" or root[0].keys():
        raise Declined
    title: RawText | None = None
    language = _language(root)
    entries: list[RawEntry] = []
    for child in root[0]:
        tag = child.tag
        if tag == "item":
            entries.append(read_item(child, base))
        elif tag == "title" and title is None:
            title = raw_text(bare_text(child), html=False)
        elif tag in names.LANGUAGES:
            language = bare_text(child)
        elif tag in names.HOLDERS_IN_CHANNEL:
            parts = names.HOLDERS_IN_CHANNEL[tag]
            if child.keys() or not all(is_ignorable(part, parts) for part in child):
                raise Declined
        elif not is_ignorable(child, names.IGNORED_IN_CHANNEL):
            raise Declined
    return RawFeed(title or RawText(), language, entries)


def _atom(root: _Element, base: str) -> RawFeed:
    allow_attributes(root, names.FEED_ATTRIBUTES)
    base = rebased(root, base)
    title: RawText | None = None
    entries: list[RawEntry] = []
    for child in root:
        tag = child.tag
        if tag == names.ENTRY:
            entries.append(read_entry(child, base))
        elif tag == names.TITLE and title is None:
            title = text_construct(child)
        elif tag == names.AUTHOR:
            person(child)
        elif not is_ignorable(child, names.IGNORED_IN_FEED):
            raise Declined
    return RawFeed(title or RawText(), _language(root), entries)


def _language(root: _Element) -> str:
    language: str = root.get(names.XML_LANG, "")
    return language.replace("_", "-")
