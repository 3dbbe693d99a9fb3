"""Who has which part in a deal of a Chinese sentence.

View, verb -> by its place, and by 将, 被, 向, 从, 由, 获 and 持有的 -> buyer, target, seller
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from briefings.facts import PartyRole
from briefings.ledger.chinese_name_words import described
from briefings.ledger.chinese_objects import (
    holder_behind,
    invested_in,
    object_before,
    object_of,
    talked_with,
    the_other,
    toward,
)
from briefings.ledger.chinese_rounds import raising, round_of, without
from briefings.ledger.chinese_sums import Act
from briefings.ledger.chinese_view import NOBODY, Cast, View
from briefings.ledger.chinese_words import Part, Word, words
from briefings.text.amounts import Figure

BUYING: Final = frozenset({Part.BUYS, Part.BUYS_SHARES})


Parts = tuple[tuple[PartyRole, Cast], ...]

_JOINT: Final = re.compile("[与和同跟]")
_THEIRS: Final = re.compile(
    "(?:之间)?(?:的|(?:已|将|就|正|正在)?(?:达成|签署|签订|进行|展开|洽谈|磋商|商谈|谈判|探讨|协商|接洽)了?)"
    "(?:一项|关于|潜在的?|全资|战略|最终|初步)?"
)
"""Between the second of two and the noun for their deal."""

_ITS: Final = re.compile("其(?![余他它中所持]|[^,;。%]{0,8}业务)")
"""Behind a verb: of the other one who is named."""


_SAKE: Final = re.compile("[为往]")
"""Before whom money is put into: 为甲追加投资."""
_SOLD_TO: Final = words("卖身 委身")
"""Whoever does this is bought by those behind it."""
_TAKES_IN: Final = words("引入 引进")
"""Whoever does this is invested in by those behind it."""
_HANDED_OUT: Final = words("派发 分派")
_FALLS_TO: Final = words("降至 减至 减持至")
_GIVEN: Final = re.compile("给予?|予")
RAISES: Final = "融资"
"""Whoever does this takes money, and does not put it in."""


def parts(view: View, act: Act, percents: list[Figure]) -> Parts:
    """Return who has which part in a deal, whoever acts first."""
    verb, (start, end) = act.verb, view.clause(act.verb.start)
    match act.part:
        case Part.BUYS_BACK:
            holder = toward(view, start, verb.start) or holder_behind(view, verb.end, end)
            owner = without(view.subject(verb.start), holder)
            # Own shares: the stake is in whoever buys it back, never in who sells it.
            return ((PartyRole.TARGET, owner), (PartyRole.SELLER, holder))
        case Part.PLEDGES:
            pledged = object_before(view, act, percents)
            holder = without(view.subject(verb.start), pledged)
            if not pledged and holder != view.company:
                pledged = view.company
            return ((PartyRole.BUYER, holder), (PartyRole.TARGET, pledged))
        case Part.SELLS:
            return _selling(view, act, percents)
    passive = view.before(verb.start, Part.BY, start=start)
    if passive is not None and view.group(start, passive.start):
        target = view.group(start, passive.start)
        if view.has(
            Part.DENIES, start=target.names[-1].end if target.names else start, end=passive.start
        ):
            target = NOBODY  # 甲否认某某被乙收购
        buyer = view.object(passive.end, verb.start)
        if not buyer:
            buyer = toward(view, start, passive.start)  # 甲从乙获得投资
            target = without(target, buyer) or view.group(start, passive.start, last=False)
        if not buyer and verb.text == RAISES:
            buyer, target = round_of(view, verb, start)
        return ((PartyRole.BUYER, buyer), (PartyRole.TARGET, target))
    if act.part is Part.LEADS:
        buyer, target = view.group(start, verb.start), raising(view, verb)
    elif verb.text in _SOLD_TO or verb.text in _TAKES_IN:
        buyer, target = view.object(verb.end, end), view.subject(verb.start)
    elif verb.text == RAISES:
        buyer, target = round_of(view, verb, start)
    else:
        return _buying(view, act, percents)
    return ((PartyRole.BUYER, without(buyer, target)), (PartyRole.TARGET, target))


_NUMBER: Final = re.compile("(?:^|[传称悉,])[0-9]{2,3}(?=拟|将|或|已|欲|曾|同时)")
"""Before a verb: somebody whose name is a number acts."""
_LEAD: Final = re.compile(
    "(?:直接|间接|及|合计|累计|共计?|仍|现|目前|总共|一共|各自?|均|最终|而|同期|随后|此后|其后|同[日年月]|另外|此前|则)*"
)
"""Before whoever acts in a clause."""


def is_unknown(view: View, verb: Word) -> bool:
    """Tell whether somebody whom the rules do not know may act: 甲收购乙, 同期某某收购丙."""
    start, _ = view.clause(verb.start)
    if _NUMBER.search(view.text, start, verb.start):
        return True
    takes = next(view.having(Part.TAKES, start=start, end=verb.start), None)
    acting = takes.start if takes else verb.start  # 某某将乙5%股权卖给甲
    if not start or any(start <= name.start < acting for name in view.names):
        return False
    lead = _LEAD.match(view.text, start, verb.start)
    first = lead.end() if lead else start
    first = next((one.end for one in view.sentence.moments if one.start == first), first)
    opens = view.unknown(first, min(first + 2, verb.start))
    return opens and bool(view.subject(verb.start).names)


def _buying(view: View, act: Act, percents: list[Figure]) -> Parts:
    verb, (start, end) = act.verb, view.clause(act.verb.start)
    sake = _SAKE.search(view.text, start, verb.start) if act.part is Part.INVESTS else None
    helped = [name for name in view.names if sake and name.start == sake.end()]
    buyer = view.subject(sake.start() if sake and helped else verb.start)
    first = view.group(start, verb.start, last=False)
    if act.free > start and buyer.names and buyer.names[0].start >= act.free and first.names:
        buyer = first if first.names[0].end <= act.free else buyer  # 甲认购乙、投资丙
    theirs, other = _between(view, verb, start)
    if other:
        return ((PartyRole.BUYER, theirs), (PartyRole.TARGET, other))
    target, seller = object_of(
        view, act, min(end, act.end) if act.end > verb.end else end, percents
    )
    if view.text.startswith("的", verb.start - 1) and (ahead := object_before(view, act, [])):
        target = ahead  # 对乙的收购让甲花费5亿元
        buyer = without(buyer, target) or view.object(verb.end, end)
    if not target and act.part in BUYING:
        target = object_before(view, act, percents)
        buyer = without(buyer, target)
    if act.part is Part.INVESTS and not target:
        target = Cast(tuple(helped)) or invested_in(view, start, verb)
    if not target and _ITS.match(view.text, verb.end) and not _is_latter(view, start, verb.start):
        target = the_other(view, buyer) or without(view.company, buyer)
    if act.part is Part.BUYS_SHARES and not target and view.company != buyer:
        target = view.company
    if not target and view.has(Part.TALKS, start=start, end=verb.start):
        target = talked_with(view, start, verb.start)
    given = toward(view, start, verb.start)
    if act.part is not Part.INVESTS and given and not seller:
        seller = given
    if buyer.names and view.has(Part.RULES, start=buyer.names[-1].end, end=verb.start):
        buyer = NOBODY  # 某机构批准甲收购乙
    buyer = without(buyer, target) or _denier(view, target)
    if not buyer:
        beside = tuple(name for name in view.names if name.end == verb.start >= start)
        buyer = without(Cast(beside), target)  # 对甲收购乙罚款
    return (
        (PartyRole.BUYER, buyer),
        (PartyRole.TARGET, target),
        (PartyRole.SELLER, seller),
    )


def _is_latter(view: View, start: int, end: int) -> bool:
    """Tell whether 后者 or 前者 acts: 甲与乙签约,后者收购其全部股份. Whose they are is open."""
    return view.text.startswith(("后者", "前者"), start, end)


def _selling(view: View, act: Act, percents: list[Figure]) -> Parts:
    verb, (start, end) = act.verb, view.clause(act.verb.start)
    if (sold := _sold_by(view, verb, start, end)) is not None:
        return sold
    seller = view.subject(verb.start)
    target, _ = object_of(view, act, min(end, act.end), percents)
    if not target:
        target = object_before(view, act, percents)
    if not target and _ITS.match(view.text, verb.end):
        target = the_other(view, seller)
    taker = toward(view, start, verb.start) or _given_to(view, verb, end)
    if not taker and (
        view.has(Part.TALKS, start=start, end=verb.start) or "谈" in view.text[verb.end : end]
    ):
        taker = talked_with(view, start, verb.start)
    if "给" in verb.text or "予" in verb.text:
        taker = view.object(verb.end, end)
        target = object_before(view, act, percents)
    fallen = verb.end if verb.text in _HANDED_OUT else start
    if verb.text in _HANDED_OUT | _FALLS_TO and (held := _held_in(view, fallen)):
        target = held
        seller = without(seller, held)
    if not target or target == taker:
        target = view.company
    seller = without(seller, target) or without(view.subject(start), target)
    seller = seller or _denier(view, target)
    return (
        (PartyRole.SELLER, seller),
        (PartyRole.TARGET, target),
        (PartyRole.BUYER, without(taker, target)),
    )


def _given_to(view: View, verb: Word, end: int) -> Cast:
    """Return to whom it is told behind a verb: 转让5%股份予甲, 转让全部股份给甲."""
    for word in _GIVEN.finditer(view.text, verb.end, end):
        found = view.object(word.end(), end)
        if found.names and found.names[0].start in (
            word.end(),
            described(view.text, word.end()),
            word.end() + 2,
        ):
            return found
    return NOBODY


def _held_in(view: View, start: int) -> Cast:
    """Return in whom somebody's holding falls, told behind 派发: 甲对乙的持股将由17%降至2%."""
    for word in view.having(Part.HOLDS, start=start):
        toward = view.before(word.start, Part.TO, start=view.clause(word.start)[0])
        if toward is not None and toward.text == "对":
            return view.object(toward.end, word.start)
    return NOBODY


def _sold_by(view: View, verb: Word, start: int, end: int) -> Parts | None:
    """Read 甲被乙出售给丙, 甲遭乙减持; None where it is not said so."""
    passive = view.before(verb.start, Part.BY, start=start)
    if passive is None or passive.text not in ("被", "遭", "遭到", "由"):
        return None
    target = view.group(start, passive.start)
    seller = view.object(passive.end, verb.start)
    if not (target.names and seller.names):
        return None
    given = "给" in verb.text or "予" in verb.text
    taker = view.object(verb.end, end) if given else NOBODY
    return (
        (PartyRole.SELLER, seller),
        (PartyRole.TARGET, target),
        (PartyRole.BUYER, without(taker, target)),
    )


def _between(view: View, verb: Word, start: int) -> tuple[Cast, Cast]:
    """Return the two whose deal a noun tells of: 甲与乙的收购谈判, 甲与乙达成收购协议."""
    for first, second in pairwise(view.names):
        if start <= first.start and second.end <= verb.start:
            joined = _JOINT.match(view.text, first.end)
            near = joined and second.start in (joined.end(), described(view.text, joined.end()))
            if near and _THEIRS.fullmatch(view.text, second.end, verb.start):
                pair = Cast((first,)), Cast((second,))
                turned = first.organisation is None and second.organisation is not None
                return pair[::-1] if turned else pair
    return NOBODY, NOBODY


def _denier(view: View, taken: Cast) -> Cast:
    """Return who denies a deal told before: 针对收购乙的传言, 甲称消息不实."""
    for word in view.having(Part.DENIES):
        clause, _ = view.clause(word.start)
        found = without(view.group(clause, word.start, last=False), taken)
        found = found or without(view.subject(word.start), taken)
        if found.names:
            return found
    return NOBODY
