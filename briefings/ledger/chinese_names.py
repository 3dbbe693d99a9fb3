"""Whom a Chinese text names: the catalogue's organisations, and others by where they stand.

    text -> mentions of the catalogue -> words that are part of no name -> the runs between them
         -> those that end as companies do, or stand where only a name stands -> names

Chinese sets no capitals and no spaces, so that a run is a name by its ending (集团, 有限公司), by
what follows it (a stock code, a short name in brackets, 公告) or by what it stands between
(收购 ... 51%股权, 股东 ... 计划减持).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from briefings.entities import Matcher
from briefings.ledger.chinese_name_ends import SPOKEN, trimmed
from briefings.ledger.chinese_name_places import (
    ACTS,
    DEALS,
    FIGURES,
    LINKS,
    OPENINGS,
    is_expected,
)
from briefings.ledger.chinese_name_words import COMMON, NOBODY, NUMBERED, PUBLIC, SPELT, described
from briefings.ledger.chinese_words import Part, Word, read, words
from briefings.ledger.metrics import METRICS, SEGMENTS
from briefings.ledger.names import REGULATOR, Name, known
from briefings.text.chinese import HAN
from briefings.text.names import folded

SHORTEST, LONGEST = 2, 36
"""Characters of a plain name."""

SHORT = 12
"""A name that has no company's ending is no longer than this."""

_ENDINGS: Final = words(
    """
    公司 集团 控股 银行 证券 基金 资本 信托 人寿 保险 实业 药业 企业 合伙企业 股份 国资 投资 投控
    置业 地产 事务所 中心 科技 研究院 法院 委员会 交易所
    """
)
_WEAK: Final = words("企业 科技 中心 投资 保险 股份 银行 基金 资本 证券 地产 置业 信托 法院 委员会")
"""Endings of common nouns too: they make a name of a short run only, or where one is expected."""


_WORDLIKE: Final = 4
"""Characters of a name that is a word as well, at most."""

_ALSO_ENDINGS: Final = words("公司 集团 股份 投资")
"""Words that say something else where no name stands right before them."""
_SOFT: Final = frozenset("升增涨减降跌共欲花没若不未才")
"""Single characters that say something of a figure, and stand in names as well."""
_CODE: Final = re.compile(
    r"\((?:行情|股票代码|证券代码|代码|nasdaq|nyse|sh|sz|hk)?[:,]?\s?"
    r"(?:\d{3,6}|[a-z]{1,5})(?:\.[a-z]{1,2})?[,)]|\((?:以?下)?简?称|\(行情"
)
_SUM: Final = re.compile(
    r"(?:了|约|超过?|逾|近|至少|不超过|总计|合计|共|人民币|数)?\s?[\d一二三五六七八九十百数]"
)
_SHARE_OF: Final = re.compile(r"(?:的|合计|约)?\s?[\d.]+%\s?的?(?:股权|股份|股票)")
_TERMS: Final = frozenset(folded(word) for term in (*METRICS, *SEGMENTS) for word in term.words)
_PLACED: Final = re.compile(f"\\((?:集团|有限合伙|普通合伙|控股|[{HAN}]{{2,4}})\\)(?=[{HAN}])")
_ENDED: Final = re.compile(r"(?:企业|中心|基金)\((?:有限合伙|普通合伙)\)")
_CLOSED: Final = re.compile(r"[,;。!?]|$")
_OF_CARS: Final = re.compile(
    "(?!电动|智能|二手|豪华|燃油|能源|国产|进口|网络|手机|单机|在线|电子|小型|大型|社交|休闲|热门|新能|多款|一款)"
    f"[{HAN}]{{2,3}}(?:汽车|游戏|单车)$"
)
"""Ends as a common noun and is a name: 理想汽车, 摩拜单车."""
_IS_HAN: Final = re.compile(f"[{HAN}](?<![的和与在了是对向由])")
_HAS_LETTER: Final = re.compile(f"[{HAN}a-z]")
_THINGS: Final = re.compile(
    "(?:版权|转播权|可转债|可交债|要约|提议|案件?|事件|传闻|误传)$|案件|未申报|全资附属|附属公司.|.母公司$"
)
"""What is bought, lent or tried, and nobody's name."""
_UNIT: Final = re.compile(
    "(?:外卖|体育|消费金融|置业|影业|文学|医疗|动漫|保险|地图|手机|钱包|输入法|浏览器|糯米|游戏|21世纪)"
    r"(?=的?[\d,;。、被获后所并和与]|的?全?部?股权|的?股份|的(?:旧闻|传闻|消息|交易)|$)"
)
"""Written on to a name: the unit of it that is meant."""
_DEALT: Final = re.compile(
    "(?:收购|并购|认购|增持|减持|入股|买下|购买|投资|领投|出售|卖掉|剥离|转让|竞争对手)了?$"
)
_DEALT_IN: Final = re.compile(r"被|的?[\d.]+%")
_ODD: Final = re.compile(
    r"^(?:某|\d+起|[多数几两三各这该]家"
    r"|[它他她](?:们|也|还|刚|曾|已|又|将|正|才|便|就|仍|再|更|却|则|随|先|最|以|在|对|从|与|和|的|一|首|于)"
    r"|第.{1,3}[届次条款名]|[一二三四五六七八九十]+$|[^a-z]*[了着过们])"
)


def chinese(matcher: Matcher, text: str) -> tuple[Name, ...]:
    """Return everybody a Chinese sentence names, in order, none overlapping."""
    plain = folded(text)
    names = [_with_unit(text, plain, name) for name in known(matcher, text)]
    names += _measured(matcher, text, plain, names)
    names.sort(key=lambda name: name.start)
    listed: list[tuple[Word, int, int, Word]] = []
    for before, after in pairwise(_whole_verbs(plain, _marks(plain, names))):
        if before.end < after.start:
            start, end = trimmed(plain, before, after)
            if _is_name(plain, start, end, before, after):
                names.append(_plain_name(matcher, text, plain, start, end))
            elif Part.AND in before or Part.AND in after:
                listed.append((before, start, end, after))
    names += _listed(matcher, text, plain, names, listed)
    return tuple(sorted(names, key=lambda name: name.start))


def _plain_name(matcher: Matcher, text: str, plain: str, start: int, end: int) -> Name:
    """Return the name at [start:end]: the catalogue's, if it is a word as well (菜鸟), or plain."""
    run = text[start:end]
    if (called := matcher.called(run)) is not None:
        kind = matcher.organisations[called].kind
        return Name(start, end, matcher.owner(called), called, kind == REGULATOR)
    public = PUBLIC.search(plain, start, end) is not None
    return Name(start, end, None, run, public)


def _with_unit(text: str, plain: str, name: Name) -> Name:
    """Return the name of an unknown unit where it is dealt in: 收购甲外卖."""
    unit = _UNIT.match(plain, name.end)
    if unit is None or name.regulator:
        return name
    bought = _DEALT.search(plain, 0, name.start) or _DEALT_IN.match(plain, unit.end())
    return Name(name.start, unit.end(), None, text[name.start : unit.end()]) if bought else name


def _measured(matcher: Matcher, text: str, plain: str, names: list[Name]) -> Iterator[Name]:
    """Yield names that are words as well, where a clause gives a figure of them: 菜鸟营收5亿元."""
    taken = {at for name in names for at in range(name.start, name.end)}
    for opening in OPENINGS.finditer(plain):
        at = opening.end()
        for end in range(min(len(text), at + _WORDLIKE), at + SHORTEST - 1, -1):
            if at in taken or not FIGURES.match(plain, end):
                continue
            if matcher.called(text[at:end]) is not None:
                yield _plain_name(matcher, text, plain, at, end)
                break


def _whole_verbs(plain: str, marks: Iterator[Word]) -> Iterator[Word]:
    """Yield the marks with 了, and an opening 《, taken as a part of the verb before them."""
    last: Word | None = None
    for mark in marks:
        if last is None:
            last = mark
            continue
        if last.end == mark.start and (
            mark.text == "了" or (mark.text == "《" and last.parts & DEALS)
        ):
            last = replace(last, end=mark.end)
            continue
        yield last
        last = mark
    if last is not None:
        yield last


def _listed(
    matcher: Matcher,
    text: str,
    plain: str,
    names: list[Name],
    listed: list[tuple[Word, int, int, Word]],
) -> list[Name]:
    """Return the runs that are names because they are listed with names: 丰田 in 上汽集团、丰田."""
    starts, ends = {name.start for name in names}, {name.end for name in names}
    found: dict[int, Name] = {}
    for some in (listed, listed[::-1]):
        for before, start, end, after in some:
            alone = after.start == end and start in (before.end, described(plain, before.end))
            if start in found or not alone or not _may_be_listed(plain[start:end]):
                continue
            if (Part.AND in before and before.start in ends and _closes(after)) or (
                Part.AND in after and after.end in starts and _opens(before)
            ):
                found[start] = _plain_name(matcher, text, plain, start, end)
                starts.add(start)
                ends.add(end)
    return list(found.values())


def _may_be_listed(run: str) -> bool:
    return (
        SHORTEST <= len(run) <= SPOKEN
        and run not in NOBODY
        and run not in _TERMS
        and not _ODD.match(run)
        and (not COMMON.search(run) or run[0].isdigit() or _OF_CARS.match(run) is not None)
        and _HAS_LETTER.search(run) is not None
    )


def _opens(before: Word) -> bool:
    """Tell whether a list may begin behind a word."""
    return bool(
        before.parts & {Part.STOP, Part.COMMA, Part.BY, Part.TO, Part.AND}
        or before.text in ("包括", "为", "(")
    )


def _closes(after: Word) -> bool:
    """Tell whether a list may end before a word."""
    return bool(
        after.parts & (ACTS | {Part.AND, Part.COMMA, Part.STOP})
        or after.text in LINKS
        or after.text in ("在", "等", "将", "均", "都")
    )


def is_likely(name: Name) -> bool:
    """Tell whether a guess looks like a name: written in capitals, or short and no common noun."""
    if name.named[:1].isdigit():
        return len(name.named) <= SPOKEN
    if name.named[:1].isascii():
        return name.named[0].isupper()
    plain = folded(name.named)
    if not SHORTEST <= len(plain) <= SPOKEN:
        return False
    return _OF_CARS.match(plain) is not None or not COMMON.search(plain)


def is_sure(name: Name) -> bool:
    """Tell whether a name is one wherever it stands: the catalogue's, or ending as companies do."""
    if name.organisation is not None:
        return True
    plain = folded(name.named)
    return _is_company(plain) and not plain.endswith("投资")  # 拿去投资 ends so as well


def _marks(plain: str, names: list[Name]) -> Iterator[Word]:
    """Yield what names end at, in order: words, mentions, and the ends of the text."""
    inner = {
        at
        for pattern in (_PLACED, _ENDED, NUMBERED, SPELT)
        for match in pattern.finditer(plain)
        for at in range(*match.span())
    }
    ends: frozenset[Part] = frozenset({Part.STOP})
    yield Word("", 0, 0, ends)
    waiting = list(reversed(names))
    found = read(plain)
    reached = 0
    for index, word in enumerate(found):
        while waiting and waiting[-1].end <= word.start:
            mention = waiting.pop()
            reached = mention.end
            yield Word("", mention.start, mention.end, frozenset())
        if waiting and word.end > waiting[-1].start:
            continue
        if word.text == "和" and _CLOSED.match(plain, word.end):
            continue  # 收购美中宜和。
        if word.start in inner or word.text in _SOFT or _is_ending(plain, found, index, reached):
            continue
        reached = word.end
        yield word
    for mention in reversed(waiting):
        yield Word("", mention.start, mention.end, frozenset())
    yield Word("", len(plain), len(plain), ends)


def _is_ending(plain: str, found: Sequence[Word], index: int, reached: int) -> bool:
    """Tell whether a word is the end of the name before it: 某某集团, 国安投资, 宇晶股份."""
    word = found[index]
    if word.text in ("股份", "投资") and index:
        reached = max(reached, found[index - 1].end)  # 物流公司德邦股份
    run = word.start - reached
    if run < SHORTEST or word.text not in _ALSO_ENDINGS:
        return False
    if word.text in ("公司", "集团"):
        return True
    if word.text == "股份":
        return run <= 4 and plain[reached : word.start] not in NOBODY
    # 某某投资计划减持, but 某某投资1亿元 and 某某投资另一家.
    after = plain[word.end : word.end + 1]
    if _SUM.match(plain, word.end):
        return False
    following = found[index + 1] if index + 1 < len(found) else None
    next_to = not after or (following is not None and following.start == word.end)
    return run <= 6 and next_to and not after.isdigit()


def _is_name(plain: str, start: int, end: int, before: Word, after: Word) -> bool:
    run = plain[start:end]
    if not SHORTEST <= len(run) <= LONGEST or run in NOBODY or run in _TERMS:
        return False
    if (
        _ODD.match(run)
        or not _HAS_LETTER.search(run)
        or (Part.IT in before and before.end == start and not _stands_alone(run))
    ):
        return False
    if _THINGS.search(run):
        return False
    if run.endswith(("新公司", "独立公司", "军事企业", "军方企业")):
        return False
    described_so = COMMON.search(run) is not None
    if before.text.endswith("家") and before.end == start and described_so:
        return False  # 收购一家消费金融公司
    if not after.text and after.start == end < after.end and described_so:
        return False  # 芬兰游戏公司, before its name
    if after.text == "联合" and COMMON.search(run):
        return False
    if run.endswith(")") or _is_company(run) or PUBLIC.search(run):
        return True
    if run.isascii() and _IS_HAN.match(plain, start - 1):
        return True  # 支付公司Paytm: described, and so named
    if after.text == "(" and _CODE.match(plain, after.start):
        return True
    if len(run) > SHORT and not run.isascii():
        return False
    return _SHARE_OF.match(plain, end) is not None or is_expected(plain, before, after)


def _stands_alone(run: str) -> bool:
    """Tell whether a run behind 公司 is a name and not what the company does or has."""
    return run.isascii() or (run.endswith(("股份", "集团")) and len(run) <= SPOKEN)


def _is_company(run: str) -> bool:
    """Tell whether a run ends as companies' names do."""
    if run.endswith(("(有限合伙)", "(普通合伙)")):
        return True
    for ending in _ENDINGS:
        if run.endswith(ending):
            stem = run.removesuffix(ending)
            strong = stem not in NOBODY and (ending not in _WEAK or len(stem) <= 4)
            return len(stem) >= SHORTEST and strong
    return False
