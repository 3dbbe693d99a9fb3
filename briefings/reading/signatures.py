"""Credits that stand in or around the text: copyright lines, signatures, biographies.

"© 2020 Bloomberg L.P."                       a year and an owner
"(Reporting by Ada Lind; Editing by Bo Ek)"   an author, under the text
"Ada Lind is a reporter in Oslo."             an author, introduced to the reader
"""

from __future__ import annotations

import re

from briefings.reading.credits import (
    HAN,
    LONGEST_LINE,
    NAME,
    Credits,
    plain_publisher,
    read_names,
)
from briefings.text import dates

# --- copyright lines ----------------------------------------------------------------------------

_COPYRIGHT = re.compile(
    r"(?:copyright\s*(?:©|\(c\))?|©|\(c\)|版权(?:所有)?\s*(?:©|\(c\))?)[\s:：]*(?P<year>(?:19|20)\d\d)?"
    r"(?P<range>\s*[-–—]\s*(?:(?:19|20)\d\d|present))?[\s,]*(?:by\s+)?(?P<owner>.{0,100})",
    re.IGNORECASE,
)


def read_copyright(line: str) -> Credits | None:
    """Owner and year of a copyright line; a span of years dates the site, not the text."""
    found = _COPYRIGHT.fullmatch(line) if len(line) <= LONGEST_LINE else None
    if found is None:
        return None
    published = None
    if found["year"] and not found["range"]:
        published = dates.parse_date(found["year"])
    return Credits(publisher=plain_publisher(found["owner"]), published=published)


# --- under the text -----------------------------------------------------------------------------

_BIOGRAPHY = re.compile(
    rf"(?:about the author:?\s*)?(?P<name>{NAME})(?:,[^,]{{2,60}},)?\s"
    r"(?:(?:is|was|has been|works as)\b.{0,250}?"
    r"\b(?:writer|reporter|journalist|author|editor|correspondent|columnist|analyst|contributor"
    r"|blogger|marketer|professor|researcher|fellow|consultant|strategist|economist|freelancer?"
    r"|intern)\b|(?:writes|covers|reports)\s(?:on|about|for|from|the)?\b)",
)
_CHINESE_BIOGRAPHY = re.compile(
    rf"(?:作者简介\s*[:：]\s*)?(?:本文)?作者\s*(?:为|系|是|[:：])?\s*(?P<name>[{HAN}]{{2,4}}?)"
    r"(?:[，,]|为|系|是|现任).{0,200}"
)
_REPORTING = re.compile(
    r"\(?(?:additional )?reporting (?:and writing )?by (?P<names>[^;.]{3,100}?)"
    r"(?:[;.]|\s(?:in|editing)\s).*",
    re.IGNORECASE,
)
_CHINESE_SIGNATURE = re.compile(
    r"[（(]\s*(?:本文)?(?:作者|记者|文)\s*[:：/]?\s*(?P<names>[^（）()]{2,30})[）)]"
)


def read_biography(paragraph: str) -> str:
    """Whom a biographical paragraph is about; empty for any other paragraph."""
    found = _BIOGRAPHY.match(paragraph) or _CHINESE_BIOGRAPHY.match(paragraph)
    return read_names(found["name"]) if found else ""


def read_signature(line: str) -> str:
    """The author in a line under the text: "(Reporting by ...)", "（作者：王某）"."""
    found = _REPORTING.fullmatch(line) or _CHINESE_SIGNATURE.fullmatch(line)
    return read_names(found["names"]) if found else ""
