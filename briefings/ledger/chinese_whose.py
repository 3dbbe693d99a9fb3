"""Whose a figure of a Chinese sentence is.

View, metric -> who is named before it in its clause, and what stands between
             -> else whose the metric before it was, clause by clause -> Cast
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from briefings.ledger.chinese_modifiers import describes, is_source
from briefings.ledger.chinese_others import is_plain, is_plain_lead
from briefings.ledger.chinese_view import CARRIED, NOBODY, Cast, View
from briefings.ledger.chinese_words import Part
from briefings.ledger.chinese_words import words as table
from briefings.ledger.metrics import Word, segments
from briefings.ledger.names import Name
from briefings.ledger.sentence import Stand
from briefings.text.amounts import FigureKind

_PART_OF: Final = re.compile(
    "(?:集团)?(?:的|旗下)?(?:新业务|创新业务|其他业务|其它业务|新兴业务|投资业务)|(?:所|为[^,;。]{1,8})?贡献的?|(?:的|等)?(?:竞争|交易)?对手"
)
"""Behind a name: a figure is of a part of it that has no name, or what another owes to it."""
_FUND: Final = re.compile("基金$|小程序$")
_ANY_FIRM: Final = re.compile("[一-鿿]{1,2}(?:公司|企业|集团|平台)")
"""A country or a trade, and no name."""
_PART: Final = re.compile(
    "(?:该|此|这)(?:项|个|款|一)?(?:业务|板块|分部|部门|市场|产品|游戏|地区|国家|品牌|服务|单元|子公司)"
)
"""Before a metric: a part that was told of before has the figure."""
_ITS: Final = re.compile("其(?!中)")
_DEALS: Final = (Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PASSES)
_RAISES: Final = table("融资 减至 降至")
_FOUNDED: Final = re.compile("(?:创立|成立|创办|诞生|上市)于?的?$")
"""Before a name, behind a date: only says since when there is such a one."""
_HOLDER: Final = re.compile(
    "股东|投资[人方者]|大客户|持[有股仓]|供应商|领投|参投|跟投|退出|清仓|分拆|拆分|投资$"
)
"""In a clause without a figure: who is named there stands beside the one who is told of."""
_RESULTS: Final = frozenset(
    {"revenue", "net profit", "net loss", "adjusted net profit", "adjusted net loss",
     "operating profit", "operating loss", "monthly active users", "daily active users"}
)  # fmt: skip
"""What a firm reports; users and orders may as well be of a market."""
_PLACE: Final = re.compile(
    "(?:入|进|登陆|在|于|进驻|通过|经|借助|凭借|联手|携手|对|向|给|从|跟|同|较|比|超过?|高于|低于|不及|仅次于|逼近|反超|落后于?|领先|接近|等于|相当于|为)$"
)
"""Before a name: somebody else is told of, who does it there, or is measured by it."""


def whose(view: View, word: Word, words: Sequence[Word]) -> Cast:
    """Return whose figure a metric's is; NOBODY where that is not plain.

    腾讯投资的快手去年营收810亿元,净亏188亿元: both are 快手's.
    招股书:腾讯持股18%,营收26亿元: nobody's.
    """
    start, _ = view.clause(word.start)
    if _PART.search(view.text, start, word.start):
        return NOBODY
    named = [name for name in view.names if start <= name.start and name.end <= word.start]
    if named:
        return _named(view, word, start, named)
    own = view.group(start, word.start, last=False)
    if own:
        return own if _is_plainly_meant(view, own, start, word.start) else NOBODY
    if not is_plain_lead(view, start, word.start):
        return NOBODY  # somebody the rules do not know may stand there
    found = _carried(view, start, words)
    if found is None:
        return view.company or _of_the_firm_before(view, word)
    if len(found.names) > 1:
        return NOBODY
    if found and view.company and found != view.company:
        return NOBODY  # the one whose report it is, or the one named last
    part = segments.find(view.text[start : word.start])
    if part and any(name.organisation not in (None, name.named) for name in found.names):
        return NOBODY  # 甲视频会员1亿,音乐会员2亿: a part of its owner, not of the unit
    return found


def _of_the_firm_before(view: View, word: Word) -> Cast:
    """Return who is left to the reader where a sentence names nobody: 三季度净利润5亿元,增长3%.

    It is the one firm that the sentences before it name, see `standing`.
    """
    if word.term.name not in _RESULTS or view.sentence.names:
        return NOBODY
    return Cast((), Stand.ONE)


def _named(view: View, word: Word, start: int, named: list[Name]) -> Cast:
    """Return whose it is of those named before a metric in its clause."""
    if any(is_source(view.text, name.start) for name in named):
        return NOBODY  # 来自甲的收入: a part of another's
    aside = [name for name in named if describes(view.text, name.start, name.end)]
    first = max((name.end for name in aside), default=start)
    if any(_PLACE.search(view.text, start, name.start) for name in named if name not in aside):
        return NOBODY  # 丙入甲首日销售额2亿元
    own = view.group(first, word.start, last=False)
    if not own.names:
        return NOBODY
    keys = {name.key for name in own.names}
    heads = [name for name in named if name.start >= first]
    if any(name.key not in keys for name in heads if name.start > own.names[-1].start):
        return NOBODY
    if not aside and _is_led_by_another(view, start, named[0].start):
        return NOBODY  # 某某采用甲后营收: somebody the rules do not know may stand there
    last = max(name.end for name in heads if name.key in keys)
    if _PART_OF.match(view.text, last, word.start) or not is_plain(view, last, word.start):
        return NOBODY  # 甲新业务亏损5亿元, 甲持股12%的乙
    if any(_FUND.search(view.text, name.start, name.end) for name in heads):
        return NOBODY
    if any(name.organisation is None and _ANY_FIRM.fullmatch(name.named) for name in own.names):
        return NOBODY  # 芬兰公司估值30亿美元
    return NOBODY if _is_of_both(view, own, word) else own


def _is_led_by_another(view: View, start: int, at: int) -> bool:
    """Tell whether somebody unknown may act before the first name: not where he only speaks."""
    said = view.before(at, Part.WANTS, Part.ANNOUNCES, start=start)
    speaks = said is not None and said.end == at
    lead = _FOUNDED.search(view.text, start, at)
    end = lead.start() if lead else at
    return not speaks and view.unknown(start, end) and not is_plain(view, start, end)


def _is_plainly_meant(view: View, own: Cast, start: int, end: int) -> bool:
    """Tell whether 其 or 公司 can be only one of those named before it."""
    ahead = {
        name.key
        for name in view.names
        if name.end <= start and not describes(view.text, name.start, name.end)
    }
    if len(ahead) < 2:
        return True
    return bool(own.names) and not _ITS.search(view.text, start, end)


def _carried(view: View, start: int, words: Sequence[Word]) -> Cast | None:
    """Return whose figures the clauses before tell of; None where none of them names anybody."""
    number = view.number(start)
    for earlier in range(number - 1, max(-1, number - 1 - CARRIED), -1):
        first, end = view.clauses[earlier]
        told = words[bisect_left(words, first, key=lambda one: one.start) :]
        told = [one for one in told if one.start < end]
        named = [name for name in view.names if first <= name.start < end]
        if told and not (named and named[-1].start > told[-1].start):
            return whose(view, told[-1], words)
        if named:
            return _told_of(view, first, end, named)
        if view.is_veiled(first):
            return NOBODY  # 甲投资的公司上市, 营收5亿元
    return None


def _told_of(view: View, start: int, end: int, named: list[Name]) -> Cast:
    """Return whom a clause without a figure of its own is about: 甲公布财报, 营收5亿元."""
    heads = [name for name in named if not describes(view.text, name.start, name.end)]
    if view.is_aside(start) or _HOLDER.search(view.text, start, end):
        return NOBODY  # 其中八成来自甲, 甲为第二大股东
    if len({name.key for name in heads}) != 1:
        return NOBODY
    last = heads[-1].end
    if view.unknown(last, last + 2) and not is_plain(view, last, last + 2):
        return NOBODY  # 甲工业递交招股书: a longer name than the one known
    dealt = view.having(*_DEALS, start=start, end=end)
    if any(word.text not in _RAISES for word in dealt):
        return NOBODY  # 甲拿下乙, 用户5亿: whose are they
    if view.figures(FigureKind.PERCENT, start, end) and not view.has(
        Part.RISES, Part.FALLS, start=start, end=end
    ):
        return NOBODY  # 甲通过其投资3.5%
    if any(
        one.start - heads[-1].end <= 1
        for one in view.sentence.figures
        if heads[-1].end <= one.start < end
    ):
        return NOBODY  # 甲8900万: one of a list
    return view.group(heads[0].start, end, last=False)


def _is_of_both(view: View, own: Cast, word: Word) -> bool:
    """Tell whether a figure is of two together: 甲与乙市值合计超过1万亿元."""
    ends = [name.end for name in own.names]
    keys = {name.key for name in own.names}
    joined = len(keys) > 1 or any(
        name.key not in keys and name.end <= word.start and name.start - 1 in ends
        for name in view.names
    )
    return joined and "合计" in view.text[word.end : word.end + 4]
