"""Which measure a word for a metric gives in a Chinese sentence, and of which part of a business.

View, metric -> what is written on to its word -> the metric's name, or none that there is one for
             -> what stands before it -> the part's name, "" for the whole, None for one unnamed
"""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_view import View
from briefings.ledger.metrics import Measure, Word, metrics, segments

_ADJUSTED: Final = (
    "经调整|调整后|非国际(?:财务报告)?(?:会计)?(?:准则)?|non-? ?(?:ifrs|gaap)"
    "|非(?:美国)?(?:通用|公认)(?:会计)?(?:准则)?"
    "|非(?:ifrs|gaap)|扣非|扣除非经常性损益|不按(?:国际|通用|公认)[^,;。]{0,8}准则"
)
_ADJUSTED_AHEAD: Final = re.compile(
    rf"(?:{_ADJUSTED})(?:计量|准则|口径|后|下|的|计|归属于?|公司|股东|权益|持有人|归母|净|总|\)|\s)*$"
)
_ADJUSTED_BEHIND: Final = re.compile(rf"\s*\((?:按|以)?(?:{_ADJUSTED})")
_OTHER_PROFIT: Final = re.compile(
    "(?:核心|(?<!归)[税息]前|除税前|税息前|税前|分部|板块|持续经营|应占|摊占|备考|模拟|账面|浮动|浮|投资|处置|出售|汇兑|减值|公允价值|单店|毛|ebit(?:d?a)?)的?$"
)
"""Before a word for profit or loss: another measure, or a part of it."""
_OUTCOMES: Final = {
    "net profit": "adjusted net profit",
    "net loss": "adjusted net loss",
    "adjusted net profit": "adjusted net profit",
    "adjusted net loss": "adjusted net loss",
}
_PLAIN: Final = frozenset(
    {"net profit", "net loss", "operating profit", "operating loss", "gross profit"}
)
_AHEAD: Final = 24
_PART_REACH: Final = 4
"""So many may stand between a part of a business and the metric that is of it."""
_OF_A_PART: Final = re.compile(
    "(?:业务|板块|分部|部门|单元|事业[部群])(?:的|净|总|合计|经营|日均?|每日|年度|季度)*$"
)
"""Before a metric: a part of the business that has no name here."""
_OF_GOODS: Final = re.compile(
    "(?:服务|产品|商品|会员|自营|线[上下]|店铺|数字|商业|企业|餐饮)的?[净总]?$"
)
"""Before a metric of money: it is made with these alone."""
_PLAIN_END: Final = re.compile("业务|服务|板块|分部|部门|市场|集团|的|产生|贡献|带来")


def measure_of(view: View, word: Word) -> str:
    """Return the name of the metric that a word gives, "" where there is none for it.

    Non-IFRS净利613亿 is an adjusted net profit; 经调整经营利润 and 税前利润 have no name.
    """
    name = word.term.name
    if name not in _PLAIN and name not in _OUTCOMES:
        return name
    start = max(view.clause(word.start)[0], word.start - _AHEAD)
    if name in _PLAIN and _OTHER_PROFIT.search(view.text, start, word.start):
        return ""
    adjusted = _ADJUSTED_AHEAD.search(view.text, start, word.start) or _ADJUSTED_BEHIND.match(
        view.text, word.end
    )
    return _OUTCOMES.get(name, "") if adjusted else name


def part_of(view: View, word: Word, *, wanted: bool) -> str | None:
    """Return the part of the business that a metric is said to be of, right before its word.

    None where it is a part of a part, or one without a name: 海外游戏收入, 新业务亏损.
    """
    start, _ = view.clause(word.start)
    start = max(start, *(name.end for name in view.names if name.end <= word.start), 0, 0)
    earlier = [one.end for one in metrics.find(view.text[start : word.start])]
    start += max(earlier, default=0)
    ahead = view.text[start : word.start]
    found = segments.find(ahead)
    if not found:
        part = _OF_A_PART.search(ahead)
        if word.term.measure is Measure.MONEY:
            part = part or _OF_GOODS.search(ahead)
        return None if part else ""
    end = start + found[-1].end
    spans = [(one.start, one.end) for one in view.sentence.moments]
    spans += [(one.start, one.end) for one in view.sentence.figures]
    told = sum(last - first for first, last in spans if end <= first and last <= word.start)
    rest = _PLAIN_END.sub("", ahead[found[-1].end :])
    if len({one.term.name for one in found}) == 1 and len(rest) - told <= _PART_REACH:
        return found[-1].term.name
    return "" if wanted else None
