"""Datelines: place, day and agency ahead of the first sentence of a text.

"HONG KONG, May 7, 2013 (Reuters) - The company"    place, day, agency
"BEIJING (AP) -- 7 May 2013 -- The company"         the same in another order
"April 10, 2021 - The company"                      a day alone
"新华社北京2023年9月25日电（记者 某某）该公司"          agency, place, day, reporter

Only what closes like a dateline is one: with a dash, or in Chinese with 电, 讯 or 消息. "On May 7,
2013 the company" and "2023年9月25日，该公司" date what happened. A day without a year has the year
of that day elsewhere in the text, or of its copyright line, and else no date is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from briefings.model import Precision, Published
from briefings.reading.credits import HAN, Credits, plain_publisher, read_names
from briefings.text import dates

LONGEST_DATELINE = 160
"""Characters at the head of a paragraph in which a dateline ends."""

# --- English ------------------------------------------------------------------------------------

_AGENCIES = (
    r"(?:Reuters|Bloomberg|AP|AFP|Xinhua|UPI|Kyodo(?: News)?|PTI|IANS|ANI|CNN|CNBC|Yonhap|Nikkei"
    r"|Caixin|TASS|DPA|EFE|Jiji|Dow Jones|MarketWatch|Associated Press|Business Wire|BUSINESS WIRE"
    r"|PRNewswire|PR Newswire|GLOBE NEWSWIRE|GlobeNewswire|ACN Newswire)"
)
_DASH = r"(?:--|—+|–|-)"
_AFTER_PLACE = r"(?:,\s*[A-Z][\w.]*(?:\s\d{1,2})?(?:,?\s\d{4})?){0,3}"
# An agency stands alone or after a place; a place in capitals lets any name in brackets pass,
# after another place ("Tencent (TCEHY) -") only the agencies everybody knows.
_UNDATED = re.compile(
    rf"(?:\((?P<alone>[A-Z][A-Za-z&.'’ ]{{1,30}})\)\s*{_DASH}\s*"
    rf"|\((?P<known>{_AGENCIES})\)\s*(?::\s*)?(?=[A-Z\"“])"
    rf"|[A-Z][\w'’. -]{{1,40}}{_AFTER_PLACE}\s*[(/](?P<placed>{_AGENCIES})[)/]\s*(?:{_DASH}|:)\s*"
    rf"|[A-Z][A-Z'’. -]{{2,30}}{_AFTER_PLACE}\s*-?-?\s*"
    rf"\((?P<other>[A-Z][A-Za-z&.'’ ]{{1,30}})\)\s*{_DASH}\s*)"
)

_MONTH = rf"(?i:{'|'.join(sorted(dates.MONTHS, key=len, reverse=True))})\b\.?"
_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_CLOCK = r"(?:,?\s{1,2}\d{1,2}[:.]\d\d(?:\s?[apAP]\.?[mM]\.?)?(?:\s[A-Z]{2,4}\b)?)?"
_DAY = (
    r"(?P<date>(?:(?i:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?i:day)?\b\.?,?\s{1,2})?"
    rf"(?:(?P<month>{_MONTH})\s{{0,2}}(?P<day>{_NUMBER})\b|(?P<day_>{_NUMBER})\s{{1,2}}"
    rf"(?P<month_>{_MONTH})|(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b)"
    rf"(?:,?\s{{1,2}}(?P<year>(?:19|20)\d\d)\b)?{_CLOCK})"
)
_NO_PLACE = (
    rf"(?!(?:{_MONTH})|(?i:on|in|at|by|as|of|from|since|until|till|before|after|between|during"
    r"|around|about|the|this|that|when|while|for|to|and|or|but|if|it|he|she|we|they|founded"
    r"|established|born|launched|listed|updated|modified|timeline|through|effective|dated|due"
    r"|starting|beginning|ending|ended|q[1-4]|fy)\b)"
)
_PLACE_WORD = r"[A-Z][\w'’.]*"
_PLACE = (
    rf"{_NO_PLACE}{_PLACE_WORD}(?:(?:\s|-)(?:(?:de|of|la|upon)\s)?(?!(?:{_MONTH}))"
    rf"{_PLACE_WORD}){{0,3}}"
)
_PLACES = rf"(?P<place>{_PLACE}(?:\s?[,/]\s?{_PLACE}){{0,2}})"
_AGENCY = r"(?:\((?P<agency>[A-Z][A-Za-z&.'’ -]{1,30})\)|/(?P<wire>[A-Z][A-Za-z&.'’ -]{1,30})/)"
_SEPARATOR = r"\s?(?:-{2,3}|—{1,2}|–|―|-(?=\s))\s?"
_END = (
    rf"(?:\s?(?:-{{2,3}}|—{{1,2}}|–|―|(?<=[\s)/])-|-(?=\s))\s*|(?<=[)/])\s?:\s*|\]\s*{_DASH}?\s*)"
)
# A second day makes a span of days, and small letters go on with the sentence.
_TEXT = (
    rf"(?=[\"“‘'(]?(?:[a-z]{{0,2}}[A-Z]|[$€£¥{HAN}]|\d))(?!\d{{4}}\b)"
    rf"(?!{_NUMBER}\s(?:{_MONTH})|(?:{_MONTH})\s\d)"
)
_DATED = tuple(
    re.compile(pattern)
    for pattern in (
        # May 7, 2013 -- OSLO --
        rf"{_DAY}{_SEPARATOR}(?P<place>[A-Z][A-Z'’. ]+(?:,\s?{_PLACE}){{0,2}})(?:\s?{_AGENCY})?"
        rf"{_END}{_TEXT}",
        # 7 May 2013, Oslo - ; what may be the company's own name is left to the sentence
        rf"{_DAY},\s(?={_PLACES}(?:\s?{_AGENCY})?{_END}{_TEXT})",
        # OSLO, May 7, 2013 (Reuters) -   OSLO (AP) -- 7 May 2013 --   Oslo – May 7, 2013 –
        rf"[\[(]?(?:{_PLACES}(?:,\s?|\s|{_SEPARATOR}))?(?:{_AGENCY}(?:{_SEPARATOR}|,?\s?))?"
        rf"{_DAY}[\])]?{_END}{_TEXT}",
        rf"(?:{_PLACES}(?:,\s?|\s|{_SEPARATOR}))?{_DAY},?\s?{_AGENCY}(?:{_END}|\s){_TEXT}",
    )
)
_DAY_ALONE = re.compile(rf"\W{{0,3}}{_DAY}\s?(?:{_DASH}|:)")
# A line of its own: a place in capitals or an agency, and a day.
_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<place>[A-Z][A-Z'’. ]+(?:,\s?{_PLACE}){{0,2}})(?:,\s?|\s|{_SEPARATOR}){_DAY}"
        rf"(?:\s?{_AGENCY})?\W*",
        rf"{_PLACES}\s?{_AGENCY}(?:{_SEPARATOR}|,?\s?){_DAY}\W*",
        rf"(?:{_PLACES}(?:,\s?|\s|{_SEPARATOR}))?{_DAY}\s?{_AGENCY}\W*",
    )
)
_KNOWN_AGENCY = re.compile(_AGENCIES)


def _wire(found: re.Match[str]) -> str:
    """The agency of an English dateline: the one in brackets, or one that stands for the place."""
    parts = found.groupdict()
    named = parts.get("agency") or parts.get("wire") or ""
    place = parts.get("place") or ""
    if not named and _KNOWN_AGENCY.fullmatch(place):
        named = place
    return plain_publisher(re.sub(r"-(?:FirstCall|Asia|AsiaNet|USNewswire)$", "", named))


# --- Chinese ------------------------------------------------------------------------------------

_CHINESE_AGENCY = (
    rf"[{HAN}A-Za-z0-9]{{1,10}}"
    r"(?:社|网|網|报|報|科技|财经|財經|新闻|新聞|之家|在线|周刊|氪|Tech|TechWeb|快讯)"
)
_REPORTER = (
    r"(?:[（(][^（）()]{0,8}(?:记者|記者)\s*(?P<reporter>[^（）()]{2,30})[）)])?\s*[，,：:]?\s*"
)
_CHINESE_UNDATED = re.compile(
    # Other words in such brackets are a rubric or a headline, and part of the text.
    rf"(?:【(?P<bracketed>{_CHINESE_AGENCY}|[{HAN}]{{2,8}}(?=[讯訊]】)|[A-Za-z0-9]{{3,12}})[讯訊]?】\s*"
    rf"|(?P<agency>{_CHINESE_AGENCY})[讯訊]?\s*[{HAN}]{{0,6}}\s*(?:\d{{1,2}}\s*月\s*)?\d{{1,2}}\s*日"
    rf"[{HAN}]{{0,2}}(?:电|電|讯|訊|消息|报道|報導))\s*{_REPORTER}"
)
_CHINESE_DAY = (
    r"(?P<date>(?:(?P<year>(?:19|20)\d\d)\s?年\s?)?(?P<month>1[0-2]|0?[1-9])\s?月\s?"
    r"(?P<day>3[01]|[12]\d|0?[1-9])\s?[日号號])"
)
_HALF = (
    r"(?:凌晨|清晨|早间|早間|早晨|上午|中午|午间|午間|下午|傍晚|晚间|晚間|晚上|夜间|夜間|深夜"
    r"|晚|早)?"
)
_CLOSING = (
    r"(?:专?[电電](?![话話视視商子影报報信力台器池邮郵讯訊])|[讯訊](?![息问問号號飞飛录錄])"
    r"|消息(?!称|稱|人士|源|指|显示|顯示|传|傳|灵通|说|說|面)|报[道导](?!称|指|说)|報[道導](?!稱|指|說))"
)
_NO_HEAD = (
    r"据|據|自从|自從|从|從|截至|截止|直到|成立|创立|創立|创办|創辦|始于|始於|早在|如果|根据|根據|按照"
    r"|由于|由於|因为|因為|宣布|于|於|在|发布|發布|称|稱|曾|预计|預計|此前|去年|第"
)
_HEAD = rf"(?P<head>(?:(?!{_NO_HEAD})[{HAN}A-Za-z0-9.·／/ ]){{0,28}}?)"
_BETWEEN = r"[讯訊]?[\s，,】）)」]{0,3}(?:北京[时時][间間])?\s?"
_CHINESE_DATED = tuple(
    re.compile(pattern)
    for pattern in (
        # 新华社北京5月7日电（记者 ...）   新浪科技讯 北京时间4月29日晚间消息，
        rf"[【（(「]?{_HEAD}{_BETWEEN}(?:[（(][^（）()]{{0,30}}[）)])?\s?{_CHINESE_DAY}\s?{_HALF}"
        rf"{_CLOSING}[】）)」]?\s*{_REPORTER}(?:[-—–:：]+\s*)?",
        # 每经AI快讯，5月7日，
        rf"(?P<head>[{HAN}A-Za-z0-9]{{2,12}})快[讯訊][\s，,：:]{{1,2}}{_CHINESE_DAY}[\s，,：:]",
        # 路透北京5月7日 -
        rf"(?P<head>(?:路透|彭博|法新|美联|美聯|道琼斯|道瓊斯|中新|新华|新華|共同)社?[{HAN}]{{0,6}})\s?"
        rf"{_CHINESE_DAY}\s?[-—–]+\s*",
    )
)
_CHINESE_NAME = re.compile(
    rf"(?:{_CHINESE_AGENCY}|路透社?|彭博社?|法新社?|美[联聯]社?|每[经經]|[{HAN}A-Za-z0-9]{{2,10}}(?=公司[讯訊]|$))"
)
_OWN_PAPER = re.compile(r"本(?:报|報|刊|网|網|台)")


def _chinese_publisher(head: str) -> str:
    """The agency that a Chinese dateline begins with; a paper does not name itself (本报讯)."""
    name = head.strip(" ·／/")
    if _OWN_PAPER.match(name):
        return ""
    known = re.match(r"(?:新[华華]社|中新[社网網]|中央社|路透社?|彭博社?|法新社?|每[经經])", name)
    found = known or _CHINESE_NAME.match(name)
    return plain_publisher(found[0].removesuffix("快讯")) if found else ""


# --- both ---------------------------------------------------------------------------------------


def read_dateline(
    paragraph: str, elsewhere: Iterable[Published] = (), *, day_alone: bool = True
) -> tuple[Credits, str]:
    """Agency, date and reporter at the head of a paragraph, and the paragraph without them.

    `elsewhere` are the dates that may tell the year of a day: those of days in the text, and
    the year of its copyright line. Without `day_alone` a day needs a place or an agency beside
    it, as in a text whose paragraphs each begin with a day.
    """
    head = paragraph[:LONGEST_DATELINE]
    for form in _DATED:
        found = form.match(head)
        if found is None or (found["place"] is None and not _wire(found) and not day_alone):
            continue
        credits = Credits(publisher=_wire(found), published=_date(found, elsewhere))
        if credits != Credits():  # a day that has no year is left to the reader
            return credits, paragraph[found.end() :]
    if found := _UNDATED.match(head):
        agency = found["alone"] or found["known"] or found["placed"] or found["other"]
        return Credits(publisher=plain_publisher(agency)), paragraph[found.end() :]
    for form in _CHINESE_DATED:
        if found := form.match(head):
            credits = Credits(
                author=read_names(found.groupdict().get("reporter") or ""),
                publisher=_chinese_publisher(found["head"]),
                published=_date(found, elsewhere),
            )
            if credits != Credits():
                return credits, paragraph[found.end() :]
    if found := _CHINESE_UNDATED.match(head):
        credits = Credits(
            author=read_names(found["reporter"] or ""),
            publisher=plain_publisher(found["bracketed"] or found["agency"]),
        )
        return credits, paragraph[found.end() :]
    return Credits(), paragraph


def read_dateline_line(line: str, elsewhere: Iterable[Published] = ()) -> Credits | None:
    """What a line says that is a dateline and nothing else; None for any other line."""
    if len(line) > LONGEST_DATELINE:
        return None
    for form in _LINES:
        if found := form.fullmatch(line):
            return Credits(publisher=_wire(found), published=_date(found, elsewhere))
    return None


def begins_with_day(line: str) -> bool:
    """Tell whether a line begins with a day and a dash, as those of a chronology do."""
    return _DAY_ALONE.match(line[:LONGEST_DATELINE]) is not None


def _date(found: re.Match[str], elsewhere: Iterable[Published]) -> Published | None:
    """The day of a dateline; None where nothing tells its year, or no calendar has it."""
    parts = found.groupdict()
    if parts.get("iso"):
        return dates.parse_date(parts["iso"])
    named = parts["month"] or parts.get("month_") or ""
    month = dates.MONTHS.get(named.rstrip(".").lower()) or int(named)
    day = int(re.sub(r"\D", "", parts["day"] or parts.get("day_") or ""))
    year = int(parts["year"]) if parts["year"] else _year(month, day, elsewhere)
    return dates.parse_date(f"{year:04}-{month:02}-{day:02}") if year else None


def _year(month: int, day: int, elsewhere: Iterable[Published]) -> int:
    """The year of a day by dates given elsewhere, 0 where they leave it open."""
    given = list(elsewhere)
    same = {
        each.at.year
        for each in given
        if (each.at.month, each.at.day) == (month, day)
        and each.precision in (Precision.DAY, Precision.MINUTE)
    }
    years = same or {each.at.year for each in given if each.precision is Precision.YEAR}
    return years.pop() if len(years) == 1 else 0
