"""One entry of a plain feed: an RSS 2.0 item or an Atom 1.0 entry.

Assignments happen in document order and as feedparser makes them: a later `link` replaces an
earlier one, a permalink `guid` fills in for a missing link. What feedparser would treat in a way
of its own (guessed types, nested markup, repaired text) raises `Declined`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from briefings.reading import plainnames as names
from briefings.reading.links import PLAIN_LINK
from briefings.reading.rawfeed import RawEntry, RawText, raw_text

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_AUTHOR = 254
"""Characters of an author in which an e-mail address is looked for."""

# Text that feedparser would repair: UTF-8 encoded twice, Windows characters among the C1 controls.
_CONTROL = re.compile("[\x80-\x9f]")
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)")
_MISTAKEN_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
# feedparser's own pattern for the address in each of several authors.
_EMAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))"
    r"([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)


class Declined(Exception):
    """Something in the feed is not plain."""


class _Entry:
    """An entry in the making."""

    __slots__ = (
        *("_authors", "_base", "_content", "_guid", "_link", "_published", "_summary", "_title"),
        *("_title_must_stand", "_updated"),
    )

    def __init__(self, base: str) -> None:
        self._base = base
        self._guid = ""
        self._link: str | None = None
        self._title: RawText | None = None
        self._title_must_stand = False
        self._authors: list[str] = []
        self._content: RawText | None = None
        self._summary: RawText | None = None
        self._published = ""
        self._updated = ""

    def read(
        self, element: _Element, fields: Mapping[str, _Field], ignored: frozenset[str]
    ) -> None:
        for child in element:
            if (field := fields.get(child.tag)) is not None:
                field(self, child)
            elif not is_ignorable(child, ignored):
                self._pass_media(child)

    def finished(self) -> RawEntry:
        if self._title_must_stand and not (self._title and self._title.value):
            raise Declined
        text = self._content if self._content and self._content.value else self._summary
        return RawEntry(
            self._guid,
            self._link or "",
            self._title or RawText(),
            self._finished_authors(),
            text or RawText(),
            tuple(date for date in (self._published, self._updated) if date),
        )

    def _finished_authors(self) -> tuple[str, ...]:
        if len(self._authors) > 1:
            self._authors = [_without_email(author) for author in self._authors]
        return tuple(author for author in self._authors if author)

    # RSS 2.0 and the modules that go with it

    def item_title(self, element: _Element) -> None:
        _only_one(self._title)
        self._title = raw_text(bare_text(element), html=False)

    def item_link(self, element: _Element) -> None:
        link = bare_text(element)
        if link:
            link = _resolved(self._base, link)
        if "&" in link:
            link = _MISTAKEN_REFERENCE.sub(r"&\1", link.replace("&amp;", "&"))
        self._link = link

    def item_guid(self, element: _Element) -> None:
        allow_attributes(element, names.GUID_ATTRIBUTES)
        self._identify(element, permalink=element.get("isPermaLink", "true") == "true")

    def item_description(self, element: _Element) -> None:
        _only_one(self._summary)
        self._summary = raw_text(bare_text(element), html=True)

    def item_content(self, element: _Element) -> None:
        _only_one(self._content)
        self._content = raw_text(bare_text(element), html=True)

    def item_author(self, element: _Element) -> None:
        author = bare_text(element)
        if len(author) > LONGEST_AUTHOR:
            raise Declined
        self._authors.append(author)

    def item_source(self, element: _Element) -> None:
        # After a source feedparser lets a media:title replace the title.
        if len(element) or self._title_must_stand:
            raise Declined
        self._title_must_stand = True

    # Atom 1.0

    def entry_title(self, element: _Element) -> None:
        _only_one(self._title)
        self._title = text_construct(element)

    def entry_link(self, element: _Element) -> None:
        allow_attributes(element, names.LINK_ATTRIBUTES)
        href = element.get("href")
        if len(element) or not href:
            raise Declined
        relation = element.get("rel", "alternate").lower()
        media_type = element.get("type", "text/html").lower()
        if relation == "alternate" and media_type in names.HTML_LINK_TYPES:
            self._link = _resolved(self._base, href)

    def entry_id(self, element: _Element) -> None:
        allow_attributes(element, frozenset())
        self._identify(element, permalink=True)

    def entry_summary(self, element: _Element) -> None:
        _only_one(self._summary)
        self._summary = text_construct(element)

    def entry_content(self, element: _Element) -> None:
        _only_one(self._content)
        self._content = text_construct(element)

    def entry_author(self, element: _Element) -> None:
        self._authors.append(person(element))

    def entry_contributor(self, element: _Element) -> None:
        person(element)

    # both

    def published(self, element: _Element) -> None:
        self._published = bare_text(element)

    def updated(self, element: _Element) -> None:
        self._updated = bare_text(element)

    def _identify(self, element: _Element, *, permalink: bool) -> None:
        guid = _text(element)
        if guid and permalink:
            guid = _resolved(self._base, guid)
        self._guid = guid
        if permalink and self._link is None:
            self._link = guid

    def _pass_media(self, element: _Element) -> None:
        """Pass over a media group; a title in it must not come to replace the entry's."""
        if element.tag not in names.MEDIA_HOLDERS:
            raise Declined
        for part in element:
            if part.tag == names.MEDIA_TITLE and not len(part):
                self._title_must_stand = True
            elif not is_ignorable(part, names.IGNORED_ANYWHERE):
                self._pass_media(part)


_Field = Callable[[_Entry, "_Element"], None]
_ITEM_FIELDS: Mapping[str, _Field] = {
    "title": _Entry.item_title,
    "link": _Entry.item_link,
    names.ATOM + "link": _Entry.entry_link,
    "guid": _Entry.item_guid,
    "description": _Entry.item_description,
    names.CONTENT + "encoded": _Entry.item_content,
    "author": _Entry.item_author,
    names.DC + "creator": _Entry.item_author,
    "pubDate": _Entry.published,
    names.DC + "date": _Entry.updated,
    "source": _Entry.item_source,
}
_ENTRY_FIELDS: Mapping[str, _Field] = {
    names.ATOM + "title": _Entry.entry_title,
    names.ATOM + "link": _Entry.entry_link,
    names.ATOM + "id": _Entry.entry_id,
    names.ATOM + "summary": _Entry.entry_summary,
    names.ATOM + "content": _Entry.entry_content,
    names.ATOM + "author": _Entry.entry_author,
    names.ATOM + "contributor": _Entry.entry_contributor,
    names.ATOM + "published": _Entry.published,
    names.ATOM + "updated": _Entry.updated,
}


def read_item(element: _Element, base: str) -> RawEntry:
    """Read an RSS 2.0 item whose relative addresses start from `base`."""
    allow_attributes(element, frozenset())
    entry = _Entry(base)
    entry.read(element, _ITEM_FIELDS, names.IGNORED_IN_ITEM)
    return entry.finished()


def read_entry(element: _Element, base: str) -> RawEntry:
    """Read an Atom 1.0 entry whose relative addresses start from `base`."""
    allow_attributes(element, names.LANGUAGE_ATTRIBUTE)
    entry = _Entry(base)
    entry.read(element, _ENTRY_FIELDS, names.IGNORED_IN_ENTRY)
    return entry.finished()


def text_construct(element: _Element) -> RawText:
    """An Atom text construct (RFC 4287 section 3.1) that holds no elements of its own."""
    allow_attributes(element, names.TEXT_ATTRIBUTES)
    kind = element.get("type", "text").lower()
    if kind in names.HTML_TYPES:
        return raw_text(_text(element), html=True)
    if kind in names.PLAIN_TYPES:
        return raw_text(_text(element), html=False)
    raise Declined


def person(element: _Element) -> str:
    """The name in an Atom author or contributor, who must have exactly one."""
    allow_attributes(element, frozenset())
    found = []
    for part in element:
        if part.tag not in names.PERSON_PARTS or part.keys() or len(part):
            raise Declined
        if part.tag == names.PERSON_NAME:
            found.append((part.text or "").strip())
    if len(found) != 1 or not found[0] or "@" in found[0]:
        raise Declined
    return found[0]


def bare_text(element: _Element) -> str:
    """The text of an element that may have no attributes."""
    if element.keys():
        raise Declined
    return _text(element)


def is_ignorable(element: _Element, ignored: frozenset[str]) -> bool:
    """A leaf that both parsers take and neither heeds (XML parsers differ over odd names)."""
    return element.tag in ignored and not len(element) and "".join(element.keys()).isascii()


def allow_attributes(element: _Element, allowed: frozenset[str]) -> None:
    if not allowed.issuperset(element.keys()):
        raise Declined


def rebased(root: _Element, base: str) -> str:
    """Where relative addresses start: the document's address or the root's xml:base."""
    declared = root.get(names.XML_BASE)
    return _resolved(base, declared) if declared else base


def _only_one(field: RawText | None) -> None:
    if field is not None:
        raise Declined


def _text(element: _Element) -> str:
    if len(element):
        raise Declined
    text: str = (element.text or "").strip()
    if text.isascii():
        return text
    if _CONTROL.search(text):
        raise Declined
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
    raise Declined


def _resolved(base: str, link: str) -> str:
    if PLAIN_LINK.fullmatch(link):
        return link
    try:
        return urljoin(base, _SLASHES.sub(r"\1", link))
    except ValueError:
        return ""


def _without_email(author: str) -> str:
    found = _EMAIL.search(author) if "@" in author else None
    if found is None:
        return author
    for part in (found[0], "()", "<>", "&lt;&gt;"):
        author = author.replace(part, "")
    return author.strip().removeprefix("(").removesuffix(")").strip()
