"""Whether a figure of a Chinese sentence is wanted or expected, or has been reached.

View, metric, its figure -> words before it, the clause before it, 的目标 behind it -> wanted or not
"""

from __future__ import annotations

import re
from typing import Final

from briefings.facts import Status
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part
from briefings.ledger.chinese_words import Word as Marked
from briefings.ledger.metrics import Word
from briefings.text.amounts import Figure

_TO_COME: Final = (
    "在|于|会|继续|再|进一步|新增|增|达|突破|超|招|扩|实现|提升|提高|升|翻|拥有|开[设出]|做到|做大|发展|冲|让|把"
    "|覆盖|服务|吸引|今年|明年|[\\d一二三四五两]+年"
)
_PLANNED: Final = re.compile(
    f"(?:将|要|想要?|准备)(?={_TO_COME})|承诺|有意|[预意]料|(?<![原材资爆燃饮涂塑布肥毛])料(?=[将升增涨跌降达为约按同会可])"
    "|或(?=[增升涨跌降达超为约至])|可望|恐"
    "|渴望|[立定设]下|立志|志在|剑指|有信心"
    "|[寻谋]求|拟|争取|谋划|筹备|酝酿"
)
"""Before a figure that is to come. 将 before a noun only puts it before the verb: 将员工减至."""
_TOLD_BEFORE: Final = (
    "预计", "预期", "希望", "目标是", "表示", "目标", "目标为", "计划", "打算", "计划是", "承诺",
    "提出", "规划", "任务", "愿景", "展望",
)  # fmt: skip
"""A clause ends so before the one with the figure: 定下目标:用户要达到3亿."""
_AIM: Final = re.compile(
    "(?:[户人个家名位单])?的?(?:[^,;。的]{0,4})?(?:目标|计划|承诺|任务|指引|规划|愿景)"
)
_MEASURED_BY: Final = re.compile(
    "(?:[低高好优逊]于|不?及|超出?|超过|符合)(?:市场|此前|分析师|外界)?$"
)
"""Before 预期: what has been reached is measured by it."""
_ASKED: Final = re.compile("[^;。!]*[?]")
"""Behind a metric: it is asked for."""
_A_RUMOUR: Final = re.compile("后|之后|未|被|并|不|遭|已|持续|引发|,|。|$")
"""Behind 传闻: something is told of the rumour."""
_OPENS: Final = re.compile("(?:市场|外界|坊间|业内|网络|有|近日|此前)*")
"""Before 传闻: what follows is the rumour, 市场传闻,甲净利5亿元."""
_DEALS: Final = (
    Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PARTNERS, Part.JOINS,
)  # fmt: skip
_REACHED: Final = re.compile("完成|达成|实现了|提前|达到了|已")


def is_wanted(view: View, word: Word, figure: Figure | None) -> bool:
    """Tell whether a metric's figure is one that somebody wants or expects."""
    start, _ = view.clause(word.start)
    at = max(figure.start if figure else word.start, word.start)
    told = _told_from(view, start)
    hoped = view.before(at, Part.WANTS, start=told)
    if hoped is not None and not _MEASURED_BY.search(view.text, told, hoped.start):
        return True
    if _PLANNED.search(view.text, start, at):
        return True
    if view.text.startswith("目标", word.end):
        return True  # 定下1000亿元的成交额目标
    end = max(figure.end if figure else word.end, word.end)
    return _AIM.match(view.text, end) is not None and not _REACHED.search(view.text, start, at)


def _told_from(view: View, start: int) -> int:
    """Return where it may be said that a figure is wanted: 甲预计, 用户将达到5亿."""
    number = view.number(start)
    if number and view.text.endswith(_TOLD_BEFORE, 0, start - 1):
        return view.clauses[number - 1][0]
    return start


def how_far(view: View, mark: Marked) -> Status | None:
    """Return how far what a metric's word says has come; None where it claims nothing.

    What another clause denies or rumours does not touch it: 甲否认与乙合并, 甲用户5亿.
    """
    start, end = view.clause(mark.start)
    reached = status(view, mark)
    if _ASKED.match(view.text, mark.end):
        return None
    if reached is Status.DENIED and not _is_denied(view, mark, start, end):
        reached = Status.COMPLETED
    if reached is Status.RUMOURED and not _is_rumoured(view, start, mark.start):
        reached = Status.COMPLETED
    return None if reached in (Status.UNWOUND, Status.IN_TALKS) else reached


def _is_denied(view: View, mark: Marked, start: int, end: int) -> bool:
    """Tell whether a denial is of the figure: in its clause, or in the one right behind."""
    following = view.clauses[min(view.number(start) + 1, len(view.clauses) - 1)]
    return view.has(Part.DENIES, start=start, end=end) or view.has(
        Part.DENIES, start=max(following[0], end), end=following[1]
    )


def _is_rumoured(view: View, start: int, at: int) -> bool:
    """Tell whether a rumour told by a figure is of it, and not of a deal, nor a thing: 传闻后."""
    for word in view.having(Part.RUMOURS, end=at):
        first, end = view.clause(word.start)
        if first == start:
            return True
        opens = _OPENS.fullmatch(view.text, first, word.start) is not None
        if (opens or not _A_RUMOUR.match(view.text, word.end)) and not view.has(
            *_DEALS, start=word.end, end=end
        ):
            return True
    return not view.has(Part.RUMOURS, end=at)  # 传甲, 甲或: said by no word of the table
