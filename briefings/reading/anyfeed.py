"""The long way: feedparser, for every feed that is not plain, with the traps closed first.

    text -> doctype resolved -> illegal characters out -> overlong parts cut -> feedparser -> raw

feedparser reads almost anything, but some documents make it slow (an e-mail pattern that is
quadratic in the author's length, 100,000 entries) or raise what it should not (character
references to surrogates). The worker's deadline stops what gets past the cuts made here.
"""

from __future__ import annotations

import io
import re

import feedparser

from briefings.errors import NotAFeed
from briefings.reading.markup import without_long_tags
from briefings.reading.plainentry import LONGEST_AUTHOR
from briefings.reading.rawfeed import RawEntry, RawFeed, RawText, malformed, raw_text

ENTRIES_PARSED = 5_000
"""How many entries feedparser is shown: the first ones, which feeds list newest first."""
LONGEST_PART = 2**20
"""Characters of one CDATA section or stretch of escaped markup that feedparser is shown."""
LONGEST_ENTITY = 16
"""Characters in a declared entity: enough for a letter or sign, too few to blow a feed up."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));?")
_DOCTYPE = re.compile(
    r"""<!DOCTYPE\s(?:[^>"'\[]|"[^"]*"|'[^']*')*(?:\[(?P<subset>.*?)\]\s*)?>""",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY = re.compile(
    r"""<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[\w.:-]+)\s+"""
    r"""(?:"(?P<value>[^"]*)"|'(?P<single>[^']*)'|(?P<external>SYSTEM|PUBLIC)\s[^>]*)\s*>"""
)
_AUTHOR = re.compile(
    r"(<(?:[\w.-]+:)?(?:author|creator|managingEditor|webMaster|publisher|name|email)\b[^<>]*>"
    rf"\s*(?:<!\[CDATA\[)?(?:[^<\]]|\](?!\]>)){{{LONGEST_AUTHOR}}})(?:[^<\]]|\](?!\]>))+",
    re.IGNORECASE,
)
_ENTRY_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]")
_LONG_TEXT = re.compile(rf"([^<>]{{{LONGEST_PART}}})[^<>]+")
_BROKEN_REFERENCE = re.compile(r"&[^;&\s]{0,12}$")
_TEXTUAL = frozenset({"text/plain", "text/html", "application/xhtml+xml"})


def read_any(text: str, base_url: str) -> RawFeed:
    """Read a feed of any format and health that feedparser knows.

    Raises:
        ReadingError: it declares entities that expand, or cannot be parsed at all.
        NotAFeed: there is no feed in it.
    """
    text, notes = _prepared(text)
    try:
        # Always a stream: given bytes or text, feedparser would open a path or an address.
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": base_url,
            },
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        raise malformed(type(error).__name__) from error
    if not parsed.entries:
        if parsed.bozo and not parsed.feed.get("title"):
            raise malformed(type(parsed.get("bozo_exception")).__name__)
        if not parsed.version:
            raise NotAFeed("The document is not a feed.", alternates=())
    if parsed.bozo:
        notes = (*notes, "is not well-formed XML; read leniently")
    atom = parsed.version.startswith("atom")
    return RawFeed(
        title=_title(parsed.feed, atom=atom),
        language=_string(parsed.feed, "language"),
        entries=[_entry(entry, atom=atom) for entry in parsed.entries],
        notes=notes,
    )


def _entry(entry: object, *, atom: bool) -> RawEntry:
    authors = [_string(author, "name") for author in _list(entry, "authors")]
    if len(authors) == 1 and not atom:
        # As written: the name feedparser takes out loses letters to long top-level domains.
        authors = [_string(entry, "author")]
    dates = [_string(entry, name) for name in ("published", "updated", "created")]
    return RawEntry(
        _string(entry, "id"),
        _string(entry, "link"),
        _title(entry, atom=atom),
        tuple(author for author in authors if author),
        _text(entry),
        tuple(date for date in dates if date),
    )


def _title(holder: object, *, atom: bool) -> RawText:
    # RSS does not say whether a title is markup, so there feedparser's guess is not used.
    html = atom and _kind(_member(holder, "title_detail")) != "text/plain"
    return raw_text(_string(holder, "title"), html=html)


def _text(entry: object) -> RawText:
    """The content where there is one that is text, else the summary."""
    for content in _list(entry, "content"):
        if _kind(content) in _TEXTUAL and (value := _string(content, "value")):
            return raw_text(value, html=_kind(content) != "text/plain")
    summary_kind = _kind(_member(entry, "summary_detail"))
    return raw_text(_string(entry, "summary"), html=summary_kind != "text/plain")


def _kind(detail: object) -> str:
    """The media type in a detail, as feedparser spells it; HTML where it says nothing."""
    kind = _string(detail, "type")
    short = {"": "text/html", "text": "text/plain", "plain": "text/plain", "html": "text/html"}
    return short.get(kind, kind)


def _member(holder: object, name: str) -> object:
    # Not feedparser's own `get`, which falls back from one date to another with a warning.
    return dict.get(holder, name) if isinstance(holder, dict) else None


def _string(holder: object, name: str) -> str:
    # An element feedparser has no handler for may have left a dictionary under any name.
    value = _member(holder, name)
    return value if isinstance(value, str) else ""


def _list(holder: object, name: str) -> list[object]:
    value = _member(holder, name)
    return value if isinstance(value, list) else []


# --- the traps ----------------------------------------------------------------------------------


def _prepared(text: str) -> tuple[str, tuple[str, ...]]:
    """The document with everything cut that would make feedparser slow, and what was cut."""
    notes = []
    text = _without_doctype(text)
    without = _REFERENCE.sub(_legal_reference, _NOT_XML.sub("", text))
    if len(without) < len(text):
        notes.append("contained control characters; they were removed")
    text = without_long_tags(_AUTHOR.sub(r"\1", without))
    if len(text) > LONGEST_PART:
        text = _without_long_parts(text)
    starts = _ENTRY_START.finditer(text)
    for number, start in enumerate(starts):
        if number == ENTRIES_PARSED:
            notes.append(f"has more than {ENTRIES_PARSED:,} entries; only the first were read")
            text = text[: start.start()]
            break
    return text, tuple(notes)


def _without_doctype(text: str) -> str:
    """Take the document type declaration out, and put its few harmless entities in place.

    Entities made of entities, or longer than a sign, only serve to blow a parser up; what an
    external entity or DTD would bring is never asked for and stays empty.
    """
    start = text.find("<!DOCTYPE", 0, 4096)
    if start < 0:
        start = text[:4096].lower().find("<!doctype")
    doctype = _DOCTYPE.match(text, start) if start >= 0 else None
    if doctype is None:
        return text
    entities: dict[str, str] = {}
    for entity in _ENTITY.finditer(doctype["subset"] or ""):
        value = entity["value"] or entity["single"] or ""
        if len(value) > LONGEST_ENTITY or "%" in value or re.search(r"&(?!#)", value):
            raise malformed("entities that expand")
        entities.setdefault(entity["name"], "" if entity["external"] else value)
    text = text[:start] + text[doctype.end() :]
    if not entities:
        return text
    names = "|".join(map(re.escape, entities))
    return re.sub(f"&({names});", lambda reference: entities[reference[1]], text)


def _legal_reference(reference: re.Match[str]) -> str:
    """A character reference as it stands, or nothing when XML has no such character."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    legal = code < 0x110000 and _NOT_XML.match(chr(code)) is None
    return reference[0] if legal else ""


def _without_long_parts(text: str) -> str:
    """Cut every CDATA section and every stretch without a tag to `LONGEST_PART` characters."""
    parts = []
    at = 0
    while (opened := text.find("<![CDATA[", at)) >= 0:
        closed = text.find("]]>", opened)
        closed = len(text) if closed < 0 else closed
        parts.append(_LONG_TEXT.sub(_cut, text[at:opened]))
        parts.append(text[opened : min(closed, opened + LONGEST_PART)])
        at = closed
    parts.append(_LONG_TEXT.sub(_cut, text[at:]))
    return "".join(parts)


def _cut(stretch: re.Match[str]) -> str:
    return _BROKEN_REFERENCE.sub("", stretch[1])
