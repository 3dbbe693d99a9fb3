"""Which shares of a Chinese sentence are those of a deal.

A share that somebody holds anyway (持股7.13%的股东), a change (同比增长34%), a part of a market
or of a price are not.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from briefings.ledger.chinese_elsewhere import (
    is_held_before,
    is_market_share,
    is_of_some,
    is_past_another,
)
from briefings.ledger.chinese_sums import Act
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part
from briefings.ledger.metrics import metrics
from briefings.text.amounts import Figure, FigureKind

_OF_SHARES: Final = re.compile(
    r"(?:、[\d.]+%)*\s?(?:以上)?的?(?:合计)?(?:多数|少数|部分|控股|公司)?(?:股|权益|流通股|无限售)"
)
_OF_WHOLE: Final = re.compile(r"(?:占|即)[^,;]{0,28}$|比例[^,;%]{0,10}$")
_OF_OWN: Final = re.compile(r"占[^,;%]{0,14}(?:所持|持有|持股)[^,;%]{0,16}$")
_OPTION: Final = re.compile(
    r"(?:转股后|换股后|行权后|有权|可选择|选择权|期权|可进一步|可[将由]|允许|可在)[^,;%]{0,40}(?:由[\d.]+%[^,;%]{0,6})?$"
)
_NO_SHARES: Final = re.compile(
    "的?(?:经济权益|经济利益|投票权|表决权)|(?:为|以|是|采用)?(?:现金|股票支付|股份支付)"
)
"""Behind a percentage: votes, or a part of the price."""
_IN_SHARES: Final = re.compile("(?:现金|元)[及和加与、][^,;%]{0,10}$")
"""Before a percentage: shares are a part of the price, 12亿元现金及5%的股份."""
_OLD: Final = re.compile(
    r"(?:的?(?:股权|股份))?(?:进一步|继续|大幅|逐步)?(?:升|增|提|上|扩|降|减|下|稀释|摊薄)[^,;。\d]{0,4}[至到为]"
)
"""Behind a percentage: it is the one from before."""
_TAKES: Final = re.compile("(?:将|则|也|仍|由此)?(?:获|得到|持)")
_OF_MONEY: Final = re.compile(
    "占[^,;%]{0,16}(?:总额|金额|价款|营收|收入|利润|资产|ipo|发行(?!后|前))[^,;%]{0,10}$"
)
_ISSUED: Final = re.compile("(?<!已)发行(?!在外)")
_FALLEN: Final = re.compile("[降减变少]?[至到为]$")
_LOST: Final = re.compile("[降减释跌]")
_COME_TO: Final = re.compile("[至到为达]约?$")
_OF_A_RULE: Final = "自然日"


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
    near = [one for one in behind if view.number(one.start) == view.number(act.verb.start)]
    behind = near or behind
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


def left(view: View, act: Act) -> list[Figure]:
    """Return the share that is left to a seller, told behind the sale: 持股比例由17%降至2%."""
    if act.part is not Part.SELLS or act.noun:
        return []
    for word in view.having(Part.HOLDS, start=act.verb.end, end=act.end):
        behind = view.figures(FigureKind.PERCENT, word.end, view.clause(word.start)[1])
        if behind and _FALLEN.search(view.text, word.end, behind[-1].start):
            return behind[-1:]
    return []


def is_optional(view: View, at: int) -> bool:
    """Tell whether what stands at `at` is somebody's right, to be used later: 有权增持至30%."""
    return _OPTION.search(view.text, view.clause(at)[0], at) is not None


def option(view: View, act: Act) -> Figure | None:
    """Return the share that may be reached later."""
    later = view.figures(FigureKind.PERCENT, act.verb.end, len(view.text))
    return next(
        (
            figure
            for figure in later
            if is_optional(view, figure.number_start)
            and not _OLD.match(view.text, figure.end)
            and not _is_of_others_holding(view, figure)
        ),
        None,
    )


def _is_of_others_holding(view: View, figure: Figure) -> bool:
    """Tell whether it is in somebody named behind 持有 that more may be held later."""
    start, _ = view.clause(figure.number_start)
    holds = view.before(figure.number_start, Part.HOLDS, start=start)
    return holds is not None and any(name.start == holds.end for name in view.names)


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
    if is_optional(view, figure.number_start) or is_of_some(view, act.verb, figure):
        return False
    if _is_no_share(view, act, start, figure) or is_market_share(view, figure):
        return False
    if is_past_another(view, act.verb, figure) or is_held_before(view, act.verb, figure):
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
        return view.number(act.verb.start) >= view.number(figure.number_start) or (
            _OF_SHARES.match(view.text, figure.end) is not None
            or _is_of_whole(view, figure)
            or view.has(Part.SHARES, Part.OWNS, start=start, end=figure.number_start)
        )
    if view.number(act.verb.start) != view.number(figure.number_start):
        # What is held after a deal is its share only where money was put in for it.
        invests = act.part is Part.INVESTS or (act.part is Part.BUYS_SHARES and not act.noun)
        return (
            invests
            and not view.unknown(start, holds.start)
            and not _is_held_by_another(view, act, start, holds.start)
        )
    if act.verb.end <= max(holds.start, figure.number_start):
        return True
    return view.has(Part.TAKES, Part.INTENDS, Part.SELLS, start=start, end=holds.start)


def _is_no_share(view: View, act: Act, start: int, figure: Figure) -> bool:
    """Tell whether a percentage is of money, votes, a day's trade, or the share of before."""
    if _OF_MONEY.search(view.text[start : figure.number_start]):
        return True
    if _NO_SHARES.match(view.text, figure.end) or _IN_SHARES.search(
        view.text, start, figure.number_start
    ):
        return True
    if _OLD.match(view.text, figure.end) and act.part is not Part.SELLS:
        return True
    return view.has(Part.MARKET, start=start, end=figure.start)


def _is_held_by_another(view: View, act: Act, start: int, end: int) -> bool:
    """Tell whether it is another who holds a share: 甲投资乙, 丙持股5%."""
    holders = view.group(start, end).names
    known = {name.key for name in view.names if name.start < act.verb.start}
    if len(holders) == 1 and _acts_with_another(view, act, holders[0].key):
        return True
    return bool(holders) and known.isdisjoint(name.key for name in holders)


def _acts_with_another(view: View, act: Act, key: str) -> bool:
    """Tell whether somebody is named beside another before a verb: 甲、乙投资丙."""
    return any(
        key in (one.key, other.key)
        and view.text[one.end : other.start] in ("和", "与", "、", "及", "以及")
        for one, other in pairwise(view.names)
        if other.end <= act.verb.start
    )


def _is_anothers(view: View, act: Act, start: int, figure: Figure) -> bool:
    """Tell whether another gets the share, a clause behind the verb: 甲收购乙, 丙获得甲5%股权."""
    if act.part is Part.SELLS and start > act.verb.start:
        known = {name.key for name in view.names if name.start < start}
        ahead = [name for name in view.names if start <= name.start < figure.start]
        if (
            view.has(Part.GAINS, Part.BY, start=start, end=figure.start)
            or _ISSUED.search(view.text, start, figure.start) is not None
            or "换得" in (view.text[start : figure.start])
        ):
            return True
        return bool(ahead) and known.isdisjoint(name.key for name in ahead)
    if start > act.verb.start and any(
        start <= name.start < figure.start and _TAKES.match(view.text, name.end)
        for name in view.names
        if name.key not in {one.key for one in view.subject(act.verb.start).names}
    ):
        return True
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
    holds = view.before(figure.number_start, Part.HOLDS, Part.SHARES, start=start)
    return (
        holds is not None
        and _LOST.search(view.text, holds.end, figure.number_start) is None
        and _COME_TO.search(view.text, holds.end, figure.number_start) is not None
    )


def _is_change(view: View, near: int, figure: Figure) -> bool:
    """Tell whether something rises or falls by a percentage; one character says so next to it."""
    return any(
        len(word.text) > 1 or figure.number_start - word.end <= 2
        for word in view.having(Part.RISES, Part.FALLS, start=near, end=figure.number_start)
    )
