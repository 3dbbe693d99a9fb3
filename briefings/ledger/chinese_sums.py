"""Which shares and amounts of a Chinese sentence are those of a deal.

A share that somebody holds anyway (持股7.13%的股东), a change (同比增长34%), a price for each share
and money of something else (净利润, 市值, 借款) are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, Word
from briefings.ledger.metrics import Measure, metrics
from briefings.text.amounts import Figure, FigureKind

_OF_SHARES: Final = re.compile(
    r"(?:、[\d.]+%)*\s?(?:以上)?的?(?:合计)?(?:多数|少数|部分|控股|公司)?(?:股|权益|流通股|无限售)"
)
_OF_WHOLE: Final = re.compile(r"(?:占|即)[^,;]{0,28}$|比例[^,;%]{0,10}$")
_OF_OWN: Final = re.compile(r"占[^,;%]{0,14}(?:所持|持有|持股)[^,;%]{0,16}$")
_OPTION: Final = re.compile(r"(?:有权|可选择|选择权|期权|可进一步|可将)[^,;%]{0,30}$")
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
_FALLEN: Final = re.compile("[降减变少]?[至到为]$")
_COME_TO: Final = re.compile("[至到为达]约?$")
_RECEIVED: Final = re.compile("(?:获得|获利|获|得到|收到|取得|套得)[^,;]{0,6}$")
_OF_A_RULE: Final = "自然日"
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


def shares(view: View, act: Act) -> list[Figure]:
    """Return the shares in a verb's reach that are the deal's, the likeliest first."""
    inside = [
        figure
        for figure in view.figures(FigureKind.PERCENT, act.start, act.end)
        if _is_share(view, act, figure)
    ]
    if act.part is Part.PLEDGES:
        return [figure for figure in inside if _is_of_whole(view, figure)] or [
            figure for figure in inside if _OF_SHARES.match(view.text, figure.end)
        ]
    behind = [figure for figure in inside if figure.number_start >= act.verb.end]
    ahead = [figure for figure in inside if figure.number_start < act.verb.start]
    if act.verb.text.endswith("至") and behind and behind[0].start - act.verb.end <= 1:
        return behind  # 由21.3%降至18.7%
    plain = [
        figure
        for figure in behind
        if _OF_SHARES.match(view.text, figure.end) or _is_of_whole(view, figure)
    ]
    sold = [
        figure
        for figure in ahead
        if _OF_SHARES.match(view.text, figure.end) or _is_of_whole(view, figure)
    ]
    return plain or sold or behind


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
    return [
        figure
        for figure in view.figures(FigureKind.MONEY, max(ahead, act.free), act.start)
        if _is_paid(view, act, figure)
    ]


def left(view: View, act: Act) -> list[Figure]:
    """Return the share that is left to a seller, told behind the sale: 持股比例由17%降至2%."""
    if act.part is not Part.SELLS or act.noun:
        return []
    for word in view.having(Part.HOLDS, start=act.verb.end, end=act.end):
        behind = view.figures(FigureKind.PERCENT, word.end, view.clause(word.start)[1])
        if behind and _FALLEN.search(view.text, word.end, behind[-1].start):
            return behind[-1:]
    return []


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


def is_optional(view: View, at: int) -> bool:
    """Tell whether what stands at `at` is somebody's right, to be used later: 有权增持至30%."""
    return _OPTION.search(view.text, view.clause(at)[0], at) is not None


def option(view: View, act: Act) -> Figure | None:
    """Return the share that may be reached later."""
    later = view.figures(FigureKind.PERCENT, act.verb.end, len(view.text))
    return next((figure for figure in later if is_optional(view, figure.number_start)), None)


def _is_of_whole(view: View, figure: Figure) -> bool:
    return _OF_WHOLE.search(view.text, max(0, figure.start - 40), figure.number_start) is not None


def _is_share(view: View, act: Act, figure: Figure) -> bool:
    start, end = view.clause(figure.number_start)
    ahead = view.text[start : figure.number_start]
    near = max(start, figure.number_start - 10)
    if act.verb.end <= figure.start:
        near = max(near, act.verb.end)  # 减至 says itself that something falls
    if _is_change(view, near, figure) and not _is_level(view, act, start, figure):
        return False
    if is_optional(view, figure.number_start):
        return False
    if not 0 < figure.quantity.value <= 100 or _OF_A_RULE in ahead or _OF_OWN.search(ahead):
        return False
    if any(found.end + start >= near for found in metrics.find(ahead)):
        return False
    if view.has(Part.TITLE, start=figure.end, end=min(end, figure.end + 4)):
        return False
    if _is_anothers(view, act, start, figure):
        return False
    holds = view.before(figure.number_start, Part.HOLDS, start=start)
    if holds is None:
        return True
    if view.number(act.verb.start) != view.number(figure.number_start):
        # What is held after a deal is its share only where money was put in for it.
        return act.part is Part.INVESTS or (act.part is Part.BUYS_SHARES and not act.noun)
    if act.verb.end <= max(holds.start, figure.number_start):
        return True
    return view.has(Part.TAKES, Part.INTENDS, Part.SELLS, start=start, end=holds.start)


def _is_anothers(view: View, act: Act, start: int, figure: Figure) -> bool:
    """Tell whether another gets the share, a clause behind the verb: 甲收购乙, 丙获得甲5%股权."""
    gains = view.before(figure.number_start, Part.GAINS, start=start)
    if gains is None or start <= act.verb.start:
        return False
    taker = view.group(start, gains.start)
    buyers = {name.key for name in view.subject(act.verb.start).names}
    return bool(taker.names) and buyers.isdisjoint(name.key for name in taker.names)


def _is_level(view: View, act: Act, start: int, figure: Figure) -> bool:
    """Tell whether a holding has come to a percentage: 增持甲, 持股比例升至9.6%."""
    if act.part not in (Part.BUYS_SHARES, Part.INVESTS):
        return False
    holds = view.before(figure.number_start, Part.HOLDS, start=start)
    return (
        holds is not None and _COME_TO.search(view.text, holds.end, figure.number_start) is not None
    )


def _is_change(view: View, near: int, figure: Figure) -> bool:
    """Tell whether something rises or falls by a percentage; one character says so next to it."""
    return any(
        len(word.text) > 1 or figure.number_start - word.end <= 2
        for word in view.having(Part.RISES, Part.FALLS, start=near, end=figure.number_start)
    )


def _is_paid(view: View, act: Act, figure: Figure) -> bool:
    if figure.per or _EACH.match(view.text, figure.end) or _OTHERWISE.match(view.text, figure.end):
        return False
    start, end = view.clause(figure.number_start)
    ahead = view.text[start : figure.number_start]
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
    if measured and (cue is None or measured[-1] > cue.start):
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
