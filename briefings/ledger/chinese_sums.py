"""Which amounts of a Chinese sentence are those of a deal.

A price for each share and money of something else (净利润, 市值, 借款) are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from briefings.ledger.chinese_elsewhere import is_of_some, is_past_another
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, Word
from briefings.ledger.metrics import Measure, metrics
from briefings.text.amounts import Figure, FigureKind

_LEAST: Final = 100_000
"""Less money is the price of a share, or of no organisation."""
_ALTOGETHER_AHEAD: Final = re.compile("累计|年内共|历轮")
_RAISED_AHEAD: Final = re.compile("融资|轮|募|价|代价|金额")
_ALTOGETHER: Final = re.compile("(?:累计|年内|迄今|至今|至此|历轮|历次|先后)[^,;。]{0,8}$")
"""Before money: it is of many deals."""
_EACH: Final = re.compile(r"\s*/|\s*(?:每|一)股")
_EACH_BEFORE: Final = re.compile(
    r"(?:每股|均价|收盘价|股价|最高价|最低价|价格区间|单价)[^,;]{0,8}$"
)
_PRICED: Final = re.compile(
    r"左右?的?(?:总|高)?(?:价格|对价|代价|高价|价款)|的?(?:总|高)?(?:价格|对价|代价|高价)"
)
_OTHERWISE: Final = re.compile(r"的?(?:估值|市值|贷款|债权|借款|营收|利润|罚款)")
_RAISED: Final = re.compile("的?[^,;。0-9]{0,8}融资(?!租赁|余额|券)")
_WILL: Final = re.compile("(?:将|未来)[^,;]{0,16}$")
_SPENT: Final = 8
"""So many characters may stand between 投入 and the sum."""
_RECEIVED: Final = re.compile("(?:获得|获(?!利)|得到|收到|取得|套得)[^,;]{0,6}$")
_NEAR: Final = 16
"""So many characters may stand between the word for a price and the amount."""


@dataclass(frozen=True, slots=True)
class Act:
    """A verb of a deal and its reach, [start:end].

    `free` is where the verb before it ends; `noun`: it is used as a noun.
    """

    part: Part
    verb: Word
    start: int
    end: int
    free: int
    noun: bool


def money(view: View, act: Act) -> list[Figure]:
    """Return the amounts in a verb's reach that are paid, raised or invested."""
    paid = [
        figure
        for figure in view.figures(FigureKind.MONEY, act.start, act.end)
        if _is_paid(view, act, figure)
    ]
    if paid or act.noun:
        return paid
    # 以3.57亿元的对价,从某某手中收购: the price stands a clause before.
    number = view.number(act.verb.start)
    ahead = view.clauses[max(0, number - 1)][0]
    if act.part is Part.SELLS and act.free > ahead:
        return []  # what another sale has brought
    if _is_of_another_clause(view, act, ahead):
        return []
    return [
        figure
        for figure in view.figures(FigureKind.MONEY, max(ahead, act.free), act.start)
        if _is_paid(view, act, figure)
    ]


def _is_of_another_clause(view: View, act: Act, ahead: int) -> bool:
    """Tell whether a clause before is of somebody else: 丙出资1亿元, 甲、乙参投."""
    start, _ = view.clause(act.verb.start)
    if view.has(Part.STOP, start=ahead, end=start) or _ALTOGETHER_AHEAD.search(
        view.text, ahead, start
    ):
        return True
    if view.has(Part.TAKES, Part.BY, start=start, end=act.verb.start):
        return False
    before = {name.key for name in view.names if ahead <= name.start < start}
    acting = {name.key for name in view.names if start <= name.start < act.verb.start}
    if not before or not acting or not before.isdisjoint(acting):
        return False
    return _RAISED_AHEAD.search(view.text, ahead, start) is None


def spends(view: View, word: Word) -> Figure | None:
    """Return what somebody plans to spend, on nobody: 计划未来三年投入3800亿元."""
    start, end = view.clause(word.start)
    if Part.SPENDS not in word or not (
        view.has(Part.WANTS, Part.INTENDS, start=start, end=word.start)
        or _WILL.search(view.text, start, word.start)
    ):
        return None
    sums = view.figures(FigureKind.MONEY, word.end, end)
    near = bool(sums) and sums[0].start - word.end <= _SPENT
    return sums[0] if near and not sums[0].per else None


def _is_no_price(view: View, act: Act, figure: Figure) -> bool:
    """Tell whether money is too little, the price of a share, or of some who act only."""
    return (
        figure.quantity.value < _LEAST
        or bool(figure.per)
        or _EACH.match(view.text, figure.end) is not None
        or _OTHERWISE.match(view.text, figure.end) is not None
        or is_of_some(view, act.verb, figure)
        or (
            view.number(figure.number_start) != view.number(act.verb.start)
            and _ALTOGETHER.search(view.text, 0, figure.number_start) is not None
        )
        or is_past_another(view, act.verb, figure)
    )


def _is_paid(view: View, act: Act, figure: Figure) -> bool:
    if _is_no_price(view, act, figure):
        return False
    start, end = view.clause(figure.number_start)
    ahead = view.text[start : figure.number_start]
    if ahead.endswith("斥"):
        return True
    if (
        act.part is Part.LEADS
        and start <= act.verb.start < end
        and _RAISED.match(view.text, figure.end)
    ):
        return True
    if _EACH_BEFORE.search(ahead):
        return False
    cue = None
    for word in view.having(Part.PAYS, Part.OTHER_MONEY, start=start, end=figure.number_start):
        cue = word
    measured = [
        found.end + start for found in metrics.find(ahead) if found.term.measure is Measure.MONEY
    ]
    if measured and (cue is None or measured[-1] > cue.end):
        return False
    if _PRICED.match(view.text, figure.end):
        return True
    if act.part is Part.SELLS and _RECEIVED.search(ahead) and figure.start > act.verb.end:
        return True
    if cue is not None and Part.PAYS not in cue:
        return False
    if cue is not None and figure.number_start - cue.end <= _NEAR:
        return True
    if view.number(act.verb.start) != view.number(figure.number_start):
        return False
    if figure.number_start >= act.verb.end:
        return figure.number_start - act.verb.end <= 2 * _NEAR
    return act.verb.start - figure.end <= _NEAR
