"""Bytes to text, believing the bytes before what is said about them.

    byte order mark -> pattern of NULs -> UTF-8 -> HTTP charset -> declaration -> likelihood

Publishers often declare an encoding they do not use (XML 1.0 appendix F and RFC 7303 describe
what they should do). Valid UTF-8 with a multi-byte character in it is hardly ever anything else,
so it is tried before any declaration; a wrong declaration is noted, not obeyed.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NUL_PATTERNS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([^"'>]{1,40})["']"""
    rb"""|<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([^"';\s]{1,40})""", re.IGNORECASE)
# Supersets that publishers mean when they name the smaller set, as browsers read them.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Python codecs that no publisher uses and that are slow, or fail with other than UnicodeError.
_NEVER = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_LONG_RUN = re.compile(rb"[\x80-\xff][\x40-\xff]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_COMMON_GB = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
_COMMON_BIG5 = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_SAMPLE_BYTES = 65_536


class Decoded(NamedTuple):
    """A document as text; `note` says, in plain words, what was wrong with its declaration."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes, content_type: str = "") -> Decoded:
    """Decode a document of unknown honesty; never raises.

    `content_type` is the HTTP header, empty where there is none.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return Decoded(text, encoding, _note(data, content_type, encoding))
    for pattern, encoding in _NUL_PATTERNS:
        if data[:64].lstrip().startswith(pattern):
            text = data.decode(encoding, "replace")
            return Decoded(text, encoding, _note(data, content_type, encoding))
    if (strict := _strictly(data, "utf-8")) is not None:
        return Decoded(strict, "utf-8", _note(data, content_type, "utf-8"))
    if _mostly_utf_8(data[:_SAMPLE_BYTES]):
        return Decoded(data.decode("utf-8", "replace"), "utf-8 with errors", "is not clean UTF-8")
    for claim in filter(None, _claims(data, content_type)):
        if (strict := _strictly(data, encoding := _codec(claim))) is not None:
            return Decoded(strict, encoding, _note(data, content_type, encoding))
    encoding = _likely(data[:_SAMPLE_BYTES])
    return Decoded(data.decode(encoding, "replace"), encoding, _note(data, content_type, encoding))


def _claims(data: bytes, content_type: str) -> tuple[str, str]:
    """What the HTTP header and the document itself say the encoding is."""
    header = _HEADER_CHARSET.search(content_type)
    inside = _DECLARED.search(data[:1024])
    declared = (inside[1] or inside[2]).decode("ascii", "replace") if inside else ""
    return header[1] if header else "", declared


def _codec(name: str) -> str:
    """The Python codec to try for a declared name; empty when there is none to be trusted."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    if codec in _NEVER or codec.startswith(("utf-16", "utf-32")):
        # A document in UTF-16 has a byte order mark or NULs; without them it decodes to noise.
        return ""
    return _WIDER.get(codec, codec)


def _strictly(data: bytes, encoding: str) -> str | None:
    if not encoding:
        return None
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):  # LookupError: a codec that does not make text (zlib)
        return None


def _mostly_utf_8(sample: bytes) -> bool:
    """Whether a document is UTF-8 but for a few bytes that went wrong on the way."""
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = len(_BEYOND_ASCII.findall(text)) - wrong
    return right > 4 * wrong


def _likely(sample: bytes) -> str:
    """The encoding of text that is not UTF-8 and declares nothing true.

    Chinese legacy encodings write runs of high bytes, Western ones single accented letters. The
    two Chinese ones differ in where their common characters lie.
    """
    runs = _HIGH.findall(sample)
    if len(_LONG_RUN.findall(sample)) < 1.5 * len(runs):
        return "cp1252"
    gb, big5 = len(_COMMON_GB.findall(sample)), len(_COMMON_BIG5.findall(sample))
    return "gb18030" if gb >= big5 else "big5hkscs"


def _note(data: bytes, content_type: str, used: str) -> str:
    for claim in _claims(data, content_type):
        if claim and not _same(claim, used, data):
            return f"declares the encoding {claim[:20]!r} but is read as {used}"
    return ""


def _same(claim: str, used: str, data: bytes) -> bool:
    try:
        claimed = codecs.lookup(claim).name
    except (LookupError, ValueError):
        return False
    if _WIDER.get(claimed, claimed) == used or used.startswith(claimed):
        return True
    # ASCII is the same text in all of them but the wide ones.
    return data.isascii() and claimed not in _NEVER and not claimed.startswith(("utf-16", "utf-32"))
