"""Which figures of a Chinese sentence belong to another claim than the deal that they stand behind.

View, verb, figure -> who else acts between them, what else is measured -> not the deal's
"""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, Word
from briefings.text.amounts import Figure

_MARKET: Final = re.compile("份额|市占|占有率|占[^,;。%]{0,14}(?:市场|行业)")
_OF_SHARES: Final = re.compile("的?(?:股权|股份|股|权益)")
_RAISED: Final = re.compile("募集|筹集|募资|融资")
_ELSEWHERE: Final = re.compile(
    "此前|早前|之前|当初|次[年月日]|翌[年日]|同[年期日月](?!度)|另(?!外|获|需|支付)|而(?!且)|相比|与此|彼时|去年|前年|上一轮|上轮|较"
)
"""A clause that begins so tells of something else."""


_AMONG: Final = "其中"
_OPEN: Final = re.compile(
    "其|直接|间接|合计|共|总|占|作价|对价|代价|金额|价格|交易|持股|投后|估值|相当|约|交割|完成|股权|股份|涉|成交|套现|所|以|获|筹|前后|需|资金|耗|花|付|出资|融资|投资"
)
"""What a clause about the same deal begins with."""
_BEFORE: Final = re.compile("此前|早前|之前|上一轮|上轮|前一轮")


_HELD_BEFORE: Final = re.compile(
    "(?:交易|收购|并购|合并|投资|入股|上市|增持|此|早|之)(?:完成)?之?前"
)
"""Before a holding: it is one from before the deal."""


def is_held_before(view: View, verb: Word, figure: Figure) -> bool:
    """Tell whether a holding is from before the deal: 甲收购乙,交易前甲持有乙39%股权."""
    start, _ = view.clause(figure.number_start)
    said = _HELD_BEFORE.search(view.text, start, figure.number_start)
    return (
        said is not None
        and (Part.HOLDS in verb or not said.end() <= verb.start < figure.start)
        and view.has(Part.HOLDS, Part.SHARES, start=said.end(), end=figure.number_start)
    )


def is_market_share(view: View, figure: Figure) -> bool:
    """Tell whether a percentage is of a market: 收购乙后市场份额达到24%, 丙为29%."""
    if _OF_SHARES.match(view.text, figure.end):
        return False
    start, end = view.clause(figure.number_start)
    if view.has(Part.HOLDS, Part.SHARES, start=start, end=figure.number_start):
        return False
    return _MARKET.search(view.text, 0, end) is not None


def is_earlier(view: View, verb: Word) -> bool:
    """Tell whether a clause tells of an earlier round, year or deal: 此前A轮由甲领投."""
    start, _ = view.clause(verb.start)
    return _BEFORE.match(view.text, start) is not None


def is_past_another(view: View, verb: Word, figure: Figure) -> bool:
    """Tell whether somebody else, or another time, stands between a deal and a figure behind it.

    甲收购乙, 同期丙融资5亿元; 甲入股乙; 丙持股5%.
    """
    first, last = view.number(verb.start), view.number(figure.number_start)
    if first >= last:
        return False
    end = view.clauses[first][1]
    if view.has(Part.STOP, start=end, end=figure.number_start):
        return True
    known = {name.key for name in view.names if name.start < end}
    opening, _ = view.clause(verb.start)
    if not any(opening <= name.start < verb.start for name in view.names) and last == first + 1:
        known |= {name.key for name in view.names}  # 为收购乙,甲出资5亿元
    for start, stop in view.clauses[first + 1 : last + 1]:
        if _ELSEWHERE.match(view.text, start):
            return True
        if any(start <= one.start < figure.number_start for one in view.sentence.moments):
            return True  # 甲减持乙, 甲2000年投入2亿元
        if Part.LEADS in verb and _RAISED.search(view.text, start, figure.number_start):
            continue  # 甲领投, 乙共募集5亿元
        if start > end and _OPEN.match(view.text, start) is None and view.unknown(start, start + 2):
            return True  # 某某持有乙33%股份
        ahead = [name for name in view.names if start <= name.start < min(stop, figure.start)]
        if ahead and ahead[0].key not in known and not _is_met(view, start, ahead[0].start):
            return True
    return False


def _is_met(view: View, start: int, end: int) -> bool:
    """Tell whether somebody is named in a clause as an object: 由甲支付, 占乙股份."""
    return view.has(Part.TO, Part.HOLDS, start=start, end=end) or ("占" in view.text[start:end])


def is_of_some(view: View, verb: Word, figure: Figure) -> bool:
    """Tell whether a figure is of some of those who act together: 其中甲出资5亿元."""
    first = view.number(verb.start)
    for number in range(first + 1, view.number(figure.number_start) + 1):
        start, _ = view.clauses[number]
        if view.text.startswith(_AMONG, start):
            return any(start <= name.start < figure.start for name in view.names)
    return False
