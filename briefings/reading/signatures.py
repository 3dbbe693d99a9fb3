"""Credits that stand in or around the text: copyright lines, datelines, signatures, biographies.

"© 2020 Bloomberg L.P."                       a year and an owner
"HONG KONG, May 7 (Reuters) - The company"    an agency, at the head of a paragraph
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
    take_date,
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


# --- datelines ----------------------------------------------------------------------------------

_AGENCIES = (
    r"(?:Reuters|Bloomberg|AP|AFP|Xinhua|UPI|Kyodo(?: News)?|PTI|IANS|ANI|CNN|CNBC|Yonhap|Nikkei"
    r"|Caixin|TASS|DPA|EFE|Jiji|Dow Jones|MarketWatch|Associated Press|Business Wire|BUSINESS WIRE"
    r"|PRNewswire|PR Newswire|GLOBE NEWSWIRE|GlobeNewswire|ACN Newswire)"
)
_DASH = r"(?:--|—+|–|-)"
_AFTER_PLACE = r"(?:,\s*[A-Z][\w.]*(?:\s\d{1,2})?(?:,?\s\d{4})?){0,3}"
# An agency stands alone or after a place; a place in capitals lets any name in brackets pass,
# after another place ("Tencent (TCEHY) -") only the agencies everybody knows.
_DATELINE = re.compile(
    rf"(?:\((?P<alone>[A-Z][\w&.'’ ]{{1,30}})\)\s*{_DASH}\s*"
    rf"|\((?P<known>{_AGENCIES})\)\s*(?::\s*)?(?=[A-Z\"“])"
    rf"|[A-Z][\w'’. -]{{1,40}}{_AFTER_PLACE}\s*[(/](?P<placed>{_AGENCIES})[)/]\s*(?:{_DASH}|:)\s*"
    rf"|[A-Z][A-Z'’. -]{{2,30}}{_AFTER_PLACE}\s*"
    rf"\((?P<other>[A-Z][\w&.'’ ]{{1,30}})\)\s*{_DASH}\s*)"
)
_CHINESE_AGENCY = (
    rf"[{HAN}A-Za-z0-9]{{1,10}}"
    r"(?:社|网|網|报|報|科技|财经|財經|新闻|新聞|之家|在线|周刊|氪|Tech|TechWeb|快讯)"
)
_CHINESE_DATELINE = re.compile(
    # Other words in such brackets are a rubric or a headline, and part of the text.
    rf"(?:【(?P<bracketed>{_CHINESE_AGENCY}|[{HAN}]{{2,8}}(?=[讯訊]】)|[A-Za-z0-9]{{3,12}})[讯訊]?】\s*"
    rf"|(?P<agency>{_CHINESE_AGENCY})[讯訊]?\s*[{HAN}]{{0,6}}\s*(?:\d{{1,2}}\s*月\s*)?\d{{1,2}}\s*日"
    rf"[{HAN}]{{0,2}}(?:电|電|讯|訊|消息|报道|報導))\s*"
    rf"(?:[（(][^（）()]{{0,4}}(?:记者|記者)\s*(?P<reporter>[^（）()]{{2,30}})[）)])?\s*[，,：:]?\s*"
)


def read_dateline(paragraph: str) -> tuple[Credits, str]:
    """Agency, date and reporter at the head of a paragraph, and the paragraph without them."""
    if found := _DATELINE.match(paragraph):
        agency = found["alone"] or found["known"] or found["placed"] or found["other"]
        published, _ = take_date(found[0])
        credits = Credits(publisher=plain_publisher(agency), published=published)
        return credits, paragraph[found.end() :]
    if found := _CHINESE_DATELINE.match(paragraph):
        credits = Credits(
            author=read_names(found["reporter"] or ""),
            publisher=plain_publisher(found["bracketed"] or found["agency"]),
        )
        return credits, paragraph[found.end() :]
    return Credits(), paragraph


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
