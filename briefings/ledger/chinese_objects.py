"""What is dealt in, and with whom, in a deal of a Chinese sentence: by where names stand.

View, verb -> behind it, before it by 将 and 对, with 向, 从, 与 and 持有的 -> who
"""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_sums import Act
from briefings.ledger.chinese_view import NOBODY, Cast, View
from briefings.ledger.chinese_words import Part, Word
from briefings.ledger.sentence import Stand
from briefings.text.amounts import Figure

BESIDE: Final = 4
"""So many characters may stand between a name and the share of it."""
_KIN: Final = re.compile(
    "(?:集团|公司)?的?(?:间接|直接)?(?:控股|第.大|单一|最大|主要|全资|大)*(?:股东|母公司|子公司|孙公司|附属公司|关联公司)"
    "|(?:旗下|国内|海外|境内)?的?[^,;。的0-9]{0,6}业务(?=[a-z])"
)
"""Behind a name: it is not the organisation itself, but one that is its kin."""
_THINGS: Final = re.compile(
    r"\d+[个处宗栋]"
    "|[一-鿿]{2,16}(?:追踪权|经营权|使用权|版权|专利|地块|大楼|库存)"
    "|的(?!全部|部分|剩余|其余|多数|少数|控[股制]|股|约|所有|资产|业务|权益|大部分|整体|流通|要约|传[闻言]|报道|新闻|说法|意向|可能|消息|计划|事宜|交易|谈判|协议|母公司|子公司|游戏|公司)"
    "[一-鿿]{1,6}(?=[,;。!]|$)"
)
"""Behind a name: it is something of theirs that is bought, 收购牧民的羊毛."""
_BUSINESS: Final = re.compile(
    "(?P<where>(?:东南亚|海外|国内|境内|国际|全球|美国|中国|日本|印度|欧洲)?)[一-鿿、]{0,14}业务(?![a-z])"
)
"""Behind a name: it is a business of theirs."""
_ITS_BUSINESS: Final = re.compile("(?:旗下)?的?[一-鿿、]{0,14}业务")
_IT: Final = re.compile(
    "其(?=以|作价|卖|出售|转|售|收|纳|剥离|整体|全资|私有化|买下|购入|并入|要约|全部(?:出售|转让|卖))"
)
"""Behind 将: what a clause before names."""
_DEALT: Final = (Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS)
_AGREED: Final = (Part.TALKS, Part.ANNOUNCES, Part.PARTNERS)
_TALKING: Final = re.compile(
    "等?(?:正在|进行|展开|进入)*(?:初步|深入)?(?:谈判|洽谈|商谈|磋商|接触|协商|接洽)"
)


def object_of(view: View, act: Act, end: int, percents: list[Figure]) -> tuple[Cast, Cast]:
    """Return the target behind a verb, and whoever holds it until then (甲持有的乙)."""
    passive = next(view.having(Part.BY, start=act.verb.end, end=end), None)
    if passive is not None and passive.text in ("被", "遭", "遭到"):
        end = passive.start  # 收购乙的消息被丙否认
    own = [one for one in percents if act.verb.end <= one.start < end]
    stop = own[0].start if own else end
    first = view.object(act.verb.end, stop)
    if not first.names:
        # 公司 behind a verb of selling is the company whose shares they are.
        return (first if act.part is Part.SELLS else NOBODY), NOBODY
    after = first.names[-1].end
    first = _without_next(view, first, end)
    after = first.names[-1].end
    if is_of_thing(view, act.verb, end):
        return NOBODY, NOBODY
    if view.text[first.names[0].start - 1] in "从自向":
        return NOBODY, first  # 收购某业务系从甲购入
    if (kin := _KIN.match(view.text, after)) is not None:
        return Cast(tuple(name for name in view.names if name.start == kin.end())), NOBODY
    held = view.having(Part.HOLDS, start=after, end=min(stop, after + 6))
    holder = next(held, None)
    if holder is None:
        return first, NOBODY
    second = view.object(holder.end, stop)
    if not second and holder.text in ("旗下", "手中") and holder.start == after:
        return NOBODY, first  # 收购甲旗下某某: of whom nobody knows
    if not second and holder.start == after and act.part is Part.BUYS_SHARES:
        return NOBODY, first  # 受让甲所持某某股权
    return (second, first) if second else (first, NOBODY)


def _without_next(view: View, found: Cast, end: int) -> Cast:
    """Return an object without those listed behind it who act, or are talked with.

    甲收购乙、丙收购丁; 甲就出售乙与丙谈判.
    """
    names = found.names
    if len(names) > 1 and (names[-1].end == end and view.has(*_DEALT, start=end, end=end + 1)):
        return Cast(names[:-1])
    if len(names) > 1 and _TALKING.match(view.text, names[-1].end):
        return Cast(names[:1])
    return found


def is_of_thing(view: View, verb: Word, end: int) -> bool:
    """Tell whether it is something of somebody's that is dealt in: 收购甲的羊毛, 甲东南亚业务.

    A unit written on to its owner's name (甲旗下甲外卖) is one that no rule knows, too.
    """
    named = view.object(verb.end, end).names
    if not named:
        return False
    after = named[-1].end
    if _THINGS.match(view.text, after):
        return True
    business = _BUSINESS.match(view.text, after, end)
    if business and (business["where"] or named[-1].organisation is not None):
        return True
    if not view.text.startswith("旗下", after):
        return False
    unit = view.object(after, end).names
    return bool(unit) and {one.key for one in unit} <= {one.key for one in named}


def object_before(view: View, act: Act, percents: list[Figure]) -> Cast:
    """Return the target that stands before the verb: 将甲49%股权出售, 对甲的收购."""
    start = view.clause(act.verb.start)[0]
    for figure in percents:
        if figure.start < act.verb.start:
            near = view.group(start, figure.start)
            if near.names and figure.start - near.names[-1].end <= BESIDE:
                return Cast(near.names[-1:])
    toward = view.before(act.verb.start, Part.TO, Part.TAKES, start=start)
    if toward is not None and Part.TAKES in toward and _IT.match(view.text, toward.end):
        return _told_before(view, start, toward.start) if start else NOBODY
    if toward is not None and toward.text in ("对", "将", "把"):
        found = view.object(toward.end, act.verb.start)
        return _business_named(view, found, act.verb.start)
    return NOBODY


def _told_before(view: View, start: int, end: int) -> Cast:
    """Return who 其 is in 将其收购: the object of the clause before; nobody who acts in it."""
    earlier = view.clause(start - 1)
    found = _dealt_with(view, *earlier) or _held(view, *earlier)
    if found or view.group(start, end):
        return found or view.group(*earlier, last=False)  # 乙上市后,甲将其收购
    inside = [name for name in view.names if earlier[0] <= name.start < earlier[1]]
    dealt = [name for name in inside if view.is_dealt_in(name)]
    return Cast(tuple(dealt[-1:]))  # 甲收购乙后,将其出售


def _dealt_with(view: View, start: int, end: int) -> Cast:
    """Return with whom a clause says that it is talked or agreed: 甲正与乙洽谈,拟将其收购."""
    talk = next(view.having(*_AGREED, start=start, end=end), None)
    return talked_with(view, start, talk.start) if talk is not None else NOBODY


def _held(view: View, start: int, end: int) -> Cast:
    """Return in whom a clause says that somebody has shares: 甲持有乙5%股份,拟将其出售."""
    word = next(view.having(Part.HOLDS, Part.OWNS, start=start, end=end), None)
    return view.object(word.end, end) if word is not None else NOBODY


def _business_named(view: View, found: Cast, end: int) -> Cast:
    """Return the business that is named as one of somebody's: 对甲国内直播业务乙的收购.

    Nobody, where it has no name of its own: 对甲国内直播业务的收购.
    """
    if not found.names:
        return NOBODY
    business = _ITS_BUSINESS.match(view.text, found.names[-1].end, end)
    if business is None:
        return found
    return Cast(tuple(name for name in view.names if name.start == business.end()))


def toward(view: View, start: int, end: int) -> Cast:
    """Return to or from whom: 向甲, 从甲手中, 给甲."""
    word = view.before(end, Part.TO, start=start)
    if word is None or word.text not in ("向", "从", "给"):
        return NOBODY
    return view.object(word.end, end)


def talked_with(view: View, start: int, end: int) -> Cast:
    """Return with whom it is talked of: 甲与乙洽谈入股."""
    word = view.before(end, Part.TO, start=start)
    if word is None or word.text not in ("与", "同", "跟", "和"):
        return NOBODY
    return view.object(word.end, end)


def holder_behind(view: View, start: int, end: int) -> Cast:
    """Return who has held what is bought: 回购乙所持股份."""
    found = view.object(start, end)
    held = bool(found.names) and view.has(
        Part.HOLDS, start=found.names[-1].end, end=found.names[-1].end + 1
    )
    return found if held else NOBODY


def the_other(view: View, buyer: Cast) -> Cast:
    """Return who 其 is behind a verb: the only one named beside the buyer."""
    taken = {name.named for name in buyer.names}
    others = {name.named: name for name in view.names if name.named not in taken}
    return Cast(tuple(others.values())) if len(others) == 1 else NOBODY


def invested_in(view: View, start: int, verb: Word) -> Cast:
    """Return into whom money is put, named before the verb: 向甲投资, 对甲增资."""
    word = view.before(verb.start, Part.TO, start=start)
    if word is None or word.text not in ("向", "对"):
        return NOBODY
    found = view.object(word.end, verb.start)
    if not found and view.text.startswith("其", word.end):
        return Cast((), Stand.ONE, "其")
    return found
