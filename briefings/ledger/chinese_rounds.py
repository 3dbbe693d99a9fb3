"""Who raises a round and who gives the money, in Chinese sentences.

View, verb -> 甲完成融资, 由乙领投; 乙参与甲的融资; 甲从乙融资 -> who gives, who takes
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from briefings.ledger.chinese_view import NOBODY, Cast, View
from briefings.ledger.chinese_words import Part, Word

_ROUND: Final = re.compile(r"完成|获得|获|宣布|拿到|敲定|轮融资|融资")
_OF_A_ROUND: Final = re.compile("融资|轮|投资|注资")
_PORTFOLIO: Final = ("投资的", "入股的", "参股的", "领投的", "持股的")
"""Behind a name: what follows is another that it has put money into."""
_RAISED: Final = re.compile("募集|筹集|募资|完成|获得")
_JOINING: Final = re.compile("参与了?|参加了?|加入了?")
_INVESTORS: Final = re.compile(
    "(?:投资方|投资者|投资人|投资机构|领投方|参投方|跟投方|出资方|参与方|参与者|股东)(?:包括了?|为|是|有|:|来自)|来自"
)
_FROM: Final = re.compile("[从向](?=[^,;]{2,24}(?:处|手中|那里|手里)?[^,;]{0,4}$)")
_ARE_INVESTORS: Final = re.compile(
    "(?:为|是)(?:本轮|主要|其|该轮)?(?:投资方|投资者|投资人|领投方)|[亦也均都]?参与(?:其中|了?投资|了?[本此这该])|投资(?=[。;]|$)"
)


def round_of(view: View, verb: Word, start: int) -> tuple[Cast, Cast]:
    """Return who raises money and who gives it: 甲完成融资, 投资方包括乙; 乙参与甲的融资."""
    joins = _JOINING.search(view.text, start, verb.start)
    if joins is not None:
        buyer = view.subject(joins.start())
        target = view.object(joins.end(), verb.start)
        if target.names and view.text.startswith("旗下", target.names[-1].end):
            target = NOBODY  # 参与了甲旗下某某的融资
    else:
        gained = view.before(verb.start, Part.BY, start=start)
        if gained is not None and gained.text.startswith("获"):
            buyer = view.object(gained.end, verb.start)
            if buyer.names:
                return buyer, without(view.subject(gained.start), buyer)
        target = view.group(start, verb.start, last=False)
        if target.names and view.text.startswith(_PORTFOLIO, target.names[-1].end):
            target = without(view.group(start, verb.start), target)
            return NOBODY, target
        earlier = view.clause(max(0, start - 1))[0]
        if not target and not view.has(Part.LEADS, start=earlier, end=start):
            target = view.subject(verb.start)
        listed = _INVESTORS.search(view.text, verb.end)
        end = len(view.text)
        buyer = view.object(listed.end(), end) if listed else NOBODY
        if not listed and (given := _FROM.search(view.text, start, verb.start)):
            buyer = view.object(given.end(), verb.start)
            target = without(target, buyer) or view.subject(given.start())
            return buyer, target
        if not listed and (told := _ARE_INVESTORS.search(view.text, verb.end)):
            buyer = view.group(view.clause(told.start())[0], told.start())
            buyer = without(buyer, target)
    return buyer, target


def raising(view: View, verb: Word) -> Cast:
    """Return who raises the round that others lead: 甲完成5亿美元融资, 由乙领投."""
    stop = view.before(verb.start, Part.STOP)
    for raised in _ROUND.finditer(view.text, stop.end if stop else 0, verb.start):
        start, end = view.clause(raised.start())
        found = view.group(start, raised.start())
        leader = start <= verb.start < end and found == view.group(start, verb.start)
        if found and not leader and _OF_A_ROUND.search(view.text, raised.start(), end):
            return found
    if view.text[verb.end : verb.end + 1] not in ("、", "和", "与", "以", "及", "，", ","):
        _, end = view.clause(verb.start)
        again = next(view.having(Part.LEADS, start=verb.end, end=end), None)
        if again is not None:
            return view.object(verb.end, again.start)  # 甲领投乙后再领投丙
    following = list(view.having(Part.LEADS, start=verb.end, end=view.clause(verb.start)[1]))
    last = following[-1] if following else verb  # 甲领投、乙跟投某某
    found = view.object(last.end, view.clause(verb.start)[1])
    if found:
        return found
    later = _RAISED.search(view.text, verb.end)
    return view.group(view.clause(later.start())[0], later.start()) if later else NOBODY


def without(cast: Cast, other: Cast) -> Cast:
    """Return a cast without those who have another part already."""
    taken = {name.named for name in other.names}
    left = tuple(name for name in cast.names if name.named not in taken)
    return replace(cast, names=left) if left or not cast.names else NOBODY
