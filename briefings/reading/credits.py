"""Who wrote a text, who published it and when: read from the lines that say so, never guessed.

"By Ada Lind | May 7, 2013 | 3 min read"      a credits line: nothing else stands in it
"HONG KONG, May 7 (Reuters) - The company"    an agency's dateline, at the head of a paragraph
"© 2020 Bloomberg L.P."                       a copyright line: a year and an owner
"Ada Lind is a reporter in Oslo."             a biography, under the text
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from briefings.model import Precision, Published
from briefings.reading.prose import SENTENCE
from briefings.text import dates

HAN = "一-鿿"
LONGEST_LINE = 200
LONGEST_REMARK = 40
"""Characters beside the credits that a credits line may hold: a role, a place, a number."""

# --- names --------------------------------------------------------------------------------------

_WORD = r"(?:[^\W\d_a-z][\w'’.-]*|d['’][A-Z]\w+)"
_PARTICLE = r"(?:de|del|della|da|di|dos|du|la|le|van|von|der|den|ter|bin|binti|al|el|ibn|y)"
NAME = rf"{_WORD}(?:\s+(?:{_PARTICLE}\s+){{0,2}}{_WORD}){{1,3}}"
_NAME = re.compile(NAME)
_CHINESE_NAME = re.compile(rf"[{HAN}]{{2,4}}(?:·[{HAN}]{{2,8}})?")
# The hundred commonest, in both scripts: nine people in ten.
_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣"
    "余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱侯江尹薛闫闫雷龙龍黎史陶贺賀毛郝顾"
    "顧龚龔邵万萬钱錢严嚴赖賴覃洪武莫孔汤湯向常温康施文牛樊葛邢安齐庞颜倪庄聂章鲁岳翟申关欧殷柯"
)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|、|\band\b|\bwith\b|\s/\s)\s*")
_BETWEEN_CHINESE_NAMES = re.compile(r"[\s、，,/]+")
# Words of outlets, teams and places of work: not part of anybody's name.
_NOT_A_NAME = re.compile(
    r"\b(?:times|post|news|newswire|journal|daily|press|review|media|magazine|weekly|today|herald"
    r"|tribune|bloomberg|reuters|wire|online|insider|agency|network|tv|radio|gazette|observer"
    r"|guardian|chronicle|standard|bureau|staff|desk|editors?|editorial|team|reporters?|writers?"
    r"|correspondents?|contributors?|analysts?|business|markets?|technology|tech|world|asia|china"
    r"|europe|inc|ltd|corp|company|group|holdings?|limited|university|updated|published|posted"
    r"|exclusive|opinion|analysis|the|a|an|of|in|on|for|to|january|february|march|april|may|june"
    r"|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    r"\b(?:times|post|news|newswire|journal|daily|press|review|magazine|weekly|herald|tribune"
    r"|bloomberg|reuters|gazette|observer|guardian|chronicle)\b|(?:网|報|报|社|周刊|杂志|新闻|财经|科技)$",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(
    r"(?:the )?[A-Z][\w.&'’-]*(?: (?:(?:of|the|and|&) )?[A-Z][\w.&'’-]*){0,3}"
)
_AFTER_NAMES = re.compile(
    r"\s*(?:[,，|(（]|\s[-–—]\s|\s(?:in|at|for|of|from|on)\s)(?!\s*(?:jr|sr)\b).*$", re.IGNORECASE
)


def read_names(written: str) -> str:
    """The people in the rest of a byline, joined by commas; empty when they are no names."""
    written = re.sub(r"\S+@\S+|@\w+", "", written).strip(" .。|")
    if re.search(f"[{HAN}]", written):
        parts = _BETWEEN_CHINESE_NAMES.split(re.sub(r"[（(].*", "", written).strip())
        parts = [part for part in parts if not _OUTLET.search(part)]
        named = itertools.takewhile(_CHINESE_NAME.fullmatch, parts)
        return "、".join(itertools.islice(named, 5))
    names = []
    for part in _BETWEEN_NAMES.split(written):
        name = _AFTER_NAMES.sub("", part).strip(" .")
        if not _NAME.fullmatch(name) or _NOT_A_NAME.search(name):
            break  # what follows the names of a byline: a role, a place
        names.append(name.title() if name.isupper() else name)
    return ", ".join(names[:5])


# --- publishers ---------------------------------------------------------------------------------

_LEGAL_FORM = re.compile(
    r"[\s,]+(?:l\.?p|llc|l\.l\.c|ltd|limited|inc|corp|corporation|co|company|plc|pte|gmbh|s\.a"
    r"|holdings?)\.?$|(?:股份)?有限公司$",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"[.,;\s|]*(?:all rights reserved|版权所有|保留所有权利).*$", re.IGNORECASE)


def plain_publisher(written: str) -> str:
    """A publisher's name without its legal form, rights and addresses; empty when none is left."""
    name = _RIGHTS.sub("", re.sub(r"https?://\S+", "", written)).strip(" .,;:|-–—()（）[]【】《》")
    while (shorter := _LEGAL_FORM.sub("", name).rstrip(" &")) != name:
        name = shorter
    return name if 1 < len(name) <= 60 else ""


# --- credits lines ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credits:
    """What a line says about a text; empty where it says nothing."""

    author: str = ""
    publisher: str = ""
    published: Published | None = None
    url: str = ""


_BYLINE = re.compile(
    r"(?:(?:written|words|story|reported|posted|published|text)\s+)?by\b[:\s]+(?P<names>.+)"
    r"|(?:author|writer|reporter)s?\s*[:：]\s*(?P<labelled>.+)"
    rf"|(?:作者|撰文|撰稿|撰稿人|本报记者|記者|记者|特约记者|通讯员|文)\s*(?:[:：|｜/／丨]|\s(?=[{HAN}]))"
    r"\s*(?P<chinese>.+)"
    rf"|[记記]者\s*(?P<reporter>[{HAN}]{{2,4}})\s*[/／].{{0,20}}",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:source|publisher|publication|originally published (?:by|in|on|at)|first published (?:by|in"
    r"|on)|published (?:by|in)|republished from|via)\s*[:：]?\s+(?P<english>.+)"
    r"|(?:(?:文章|本文|稿件|新闻|信息|内容)?(?:来源|來源)|稿源|转自|轉自|转载自|出处|出處|原载)"
    r"\s*(?:于|於)?\s*[:：|｜]?\s*(?P<chinese>.+)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:url|link|original(?: article)?|source|原文(?:链接|地址|连接)?|链接|来源)\s*[:：]?\s*"
    r"(?P<url>https?://\S+)|(?P<bare>https?://\S+)",
    re.IGNORECASE,
)
_CLOCK = r"\d{1,2}[:.]\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:\(?[A-Z]{2,4}\)?)?"
_FILLER_WORDS = (
    r"(?:first|last|originally|published|posted|updated|modified|created|date|time|dated|on|at|in"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|exclusive)\b"
)
_FILLER = re.compile(
    rf"(?:{_FILLER_WORDS}|{_CLOCK}|[\s,:;|])+|[ap]\.?m\.?|[A-Z]{{3,4}}|\d+ words"
    r"|(?:[a-z]+\s)?(?:\d+\s*)?min(?:ute)?s?\s*read|reading time\s?:?.{0,20}|editors?\s*:.{0,30}"
    r"|\d[\d,.]*k?\s*(?:views?|comments?|shares?|reads?)"
    r"|(?:发布|發布|发表|發表|更新|创建|刊发|时间|時間|日期|发布时间|發布時間|更新时间|发稿时间|发表于|发布于|于)"
    r"\s*[:：]?|(?:阅读|浏览|点击|评论|字数|字体|字号|分享).{0,12}"
    r"|(?:责任|责|文字)?(?:编辑|編輯|校对)\s*[:：].{0,20}|原创|首发|独家|专栏",
    re.IGNORECASE,
)
_FILLER_BEFORE = re.compile(rf"^(?:by\s+)?(?:{_FILLER_WORDS}\s*[:：]?\s*)*(?=\S)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?<=\S)\s+(?=(?:作者|来源|來源|编辑|編輯|责任编辑|发布|更新|时间|記者|记者|文)\s*[:：|｜/])"
    r"|(?<=\S)(?<!shed)(?<!ten)(?<!ted)(?<!tory)(?<!ords)(?<!ext)\s+(?=(?:[Bb]y|BY)\s+[A-Z])|(?<=\S)\s+(?=(?:Source|Updated|Published|Posted)\b)"
)
# What a WeChat account puts above its articles.
_WECHAT = re.compile(
    rf"原[创創]\s+(?P<author>[{HAN}]{{2,4}})\s+(?P<account>[^\s|]{{2,20}})\s*(?:\||$)"
)
_CHINESE_BAR = re.compile(r"(作者|撰文|撰稿|记者|文)\s*[|｜丨/]\s*")
_SEPARATOR = re.compile(r"\s*[|｜•·丨\t]+\s*|\s+[-–—/]+\s+|\s{3,}|　+")
_UPDATED = re.compile(
    r"(?:updated|modified|更新|修改)\W{0,20}(?:on|at|时间|于)?\W{0,3}$", re.IGNORECASE
)
_AMBIGUOUS_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/.-])")


def read_credits(line: str) -> Credits | None:
    """What a credits line says; None for a line that says anything beside."""
    if len(line) > LONGEST_LINE or line.count(" ") > LONGEST_LINE // 10:
        return None
    if (address := _ADDRESS.fullmatch(line)) is not None:
        return Credits(url=address["url"] or address["bare"])
    published, rest = take_date(line)
    if wechat := _WECHAT.match(rest):
        return Credits(wechat["author"], plain_publisher(wechat["account"]), published)
    rest = _LABEL.sub(" | ", _CHINESE_BAR.sub(r"\1：", rest))
    author = publisher = ""
    left: list[str] = []
    for segment in (part.strip(" ,，;()（）[]") for part in _SEPARATOR.split(rest)):
        if (byline := _BYLINE.fullmatch(segment)) and (names := read_names(_value(byline))):
            if left and not published:
                return None  # "The factory is owned by Ada Lind"
            author = author or names
            publisher = publisher or _outlet(segment)
        elif source := _SOURCE.fullmatch(segment):
            publisher = publisher or plain_publisher(_value(source))
        elif segment and not _FILLER.fullmatch(segment):
            left.append(_FILLER_BEFORE.sub("", segment))
    if not (published or author or publisher):
        return None
    for part in left:
        author = author or (_unlabelled_name(part) if published else "")
        publisher = publisher or _outlet(part if part.startswith(author) and author else f",{part}")
    if _is_said_in_full(line, left, author, publisher, published):
        return Credits(author, publisher, published)
    return None


def _is_said_in_full(
    line: str, left: list[str], author: str, publisher: str, published: Published | None
) -> bool:
    """Whether what is left of a line beside its credits is a role, a place or the like."""
    unread = [p for p in left if p != publisher and not (author and p.startswith(author))]
    if not unread:
        return True
    if sum(map(len, unread)) > LONGEST_REMARK or (len(unread) > 1 and not published):
        return False
    if author and not (published and unread[0] == left[0]):
        return True
    if SENTENCE.search(unread[-1]):
        return False  # "On May 7, 2013, the company bought a share."
    # A headline may end in a date; a line that begins with one, or tells the minute, is none.
    return published is not None and (
        published.precision is Precision.MINUTE or not line.startswith(unread[0])
    )


def _unlabelled_name(segment: str) -> str:
    """A name that only stands beside a date: in Chinese it has to begin with a surname."""
    if not re.search(f"[{HAN}]", segment):
        return read_names(segment)
    return segment if re.fullmatch(f"[{_SURNAMES}][{HAN}]{{1,2}}", segment) else ""


def _value(found: re.Match[str]) -> str:
    """What a labelled segment says, whichever language the label was in."""
    return found[found.lastgroup or 0]


def _outlet(segment: str) -> str:
    """The outlet after the last comma: "Jane Doe, Reuters"."""
    last = segment.rpartition(",")[2].strip()
    named = _CAPITALISED.fullmatch(last) or re.search(f"[{HAN}]", last)
    return plain_publisher(last) if named and _OUTLET.search(last) else ""


def take_date(line: str) -> tuple[Published | None, str]:
    """The publication date in a line, and the line without any date.

    A date of day or better counts, an update only where there is nothing else. Of one whose
    order of day and month cannot be told ("03/04/2023") the year is taken.
    """
    best: Published | None = None
    updated: Published | None = None
    rest = line
    for start, end, published in reversed(dates.find_dates(line)):
        if published.precision is Precision.YEAR:
            continue
        rest = f"{rest[:start]} | {rest[end:]}"
        if _UPDATED.search(line[:start]):
            updated = published
        else:
            best = published
    ambiguous = None if best or updated else _AMBIGUOUS_DATE.search(rest)
    if ambiguous and max(int(ambiguous[1]), int(ambiguous[3])) <= 12:
        best = dates.parse_date(ambiguous[4])
        rest = f"{rest[: ambiguous.start()]} | {rest[ambiguous.end() :]}"
    return best or updated, rest
