"""Who has which part in a deal of a Chinese sentence.

View, verb -> by its place, and by 将, 被, 向, 从, 由, 获 and 持有的 -> buyer, target, seller
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from briefings.facts import PartyRole
from briefings.ledger.chinese_name_words import described
from briefings.ledger.chinese_sums import Act
from briefings.ledger.chinese_view import NOBODY, Cast, View
from briefings.ledger.chinese_words import Part, Word, words
from briefings.ledger.sentence import Stand
from briefings.text.amounts import Figure

BUYING: Final = frozenset({Part.BUYS, Part.BUYS_SHARES})

BESIDE: Final = 4
"""So many characters may stand between a name and the share of it."""

Parts = tuple[tuple[PartyRole, Cast], ...]

_ROUND: Final = re.compile(r"完成|获得|获|宣布|拿到|敲定|轮融资|融资")
_RAISED: Final = re.compile("募集|筹集|募资|完成|获得")
_JOINING: Final = re.compile("参与了?|参加了?|加入了?")
_INVESTORS: Final = re.compile(
    "(?:投资方|投资者|投资人|投资机构|领投方|参投方|跟投方|出资方|参与方|参与者|股东)(?:包括了?|为|是|有|:|来自)|来自"
)

_FROM: Final = re.compile("[从向](?=[^,;]{2,24}(?:处|手中|那里|手里)?[^,;]{0,4}$)")
_JOINT: Final = re.compile("[与和同跟]")
_THEIRS: Final = re.compile(
    "(?:之间)?(?:的|(?:已|将|就|正|正在)?(?:达成|签署|签订|进行|展开|洽谈|磋商|商谈|谈判|探讨|协商|接洽)了?)"
    "(?:一项|关于|潜在的?|全资|战略|最终|初步)?"
)
"""Between the second of two and the noun for their deal."""

_IT: Final = re.compile("其(?=以|作价|卖|出售|转|售|收|纳|剥离|整体|全部(?:出售|转让|卖))")
"""Behind 将: what a clause before names."""

_SAKE: Final = re.compile("[为往]")
"""Before whom money is put into: 为甲追加投资."""
_SOLD_TO: Final = words("卖身 委身")
"""Whoever does this is bought by those behind it."""
_TAKES_IN: Final = words("引入 引进")
"""Whoever does this is invested in by those behind it."""
_ARE_INVESTORS: Final = re.compile(
    "(?:为|是)(?:本轮|主要|其|该轮)?(?:投资方|投资者|投资人|领投方)|[亦也均都]?参与(?:其中|了?投资|了?[本此这该])|投资(?=[。;]|$)"
)
RAISES: Final = "融资"
"""Whoever does this takes money, and does not put it in."""


def parts(view: View, act: Act, percents: list[Figure]) -> Parts:
    """Return who has which part in a deal, whoever acts first."""
    verb, (start, end) = act.verb, view.clause(act.verb.start)
    match act.part:
        case Part.BUYS_BACK:
            holder = _toward(view, start, verb.start) or _holder(view, verb.end, end)
            owner = without(view.subject(verb.start), holder)
            return ((PartyRole.BUYER, owner), (PartyRole.SELLER, holder))
        case Part.PLEDGES:
            pledged = _before(view, act, percents)
            holder = without(view.subject(verb.start), pledged)
            if not pledged and holder != view.company:
                pledged = view.company
            return ((PartyRole.BUYER, holder), (PartyRole.TARGET, pledged))
        case Part.SELLS:
            return _selling(view, act, percents)
    passive = view.before(verb.start, Part.BY, start=start)
    if passive is not None and view.group(start, passive.start):
        target = view.group(start, passive.start)
        buyer = view.object(passive.end, verb.start)
        if not buyer:
            buyer = _toward(view, start, passive.start)  # 甲从乙获得投资
            target = without(target, buyer) or view.group(start, passive.start, last=False)
        if not buyer and verb.text == RAISES:
            buyer, target = _round(view, verb, start)
        return ((PartyRole.BUYER, buyer), (PartyRole.TARGET, target))
    if act.part is Part.LEADS:
        buyer, target = view.group(start, verb.start), _raising(view, verb)
    elif verb.text in _SOLD_TO or verb.text in _TAKES_IN:
        buyer, target = view.object(verb.end, end), view.subject(verb.start)
    elif verb.text == RAISES:
        buyer, target = _round(view, verb, start)
    else:
        return _buying(view, act, percents)
    return ((PartyRole.BUYER, without(buyer, target)), (PartyRole.TARGET, target))


def _buying(view: View, act: Act, percents: list[Figure]) -> Parts:
    verb, (start, end) = act.verb, view.clause(act.verb.start)
    sake = _SAKE.search(view.text, start, verb.start) if act.part is Part.INVESTS else None
    helped = [name for name in view.names if sake and name.start == sake.end()]
    buyer = view.subject(sake.start() if sake and helped else verb.start)
    theirs, other = _between(view, verb, start)
    if other:
        return ((PartyRole.BUYER, theirs), (PartyRole.TARGET, other))
    target, seller = _object(view, act, min(end, act.end) if act.end > verb.end else end, percents)
    if view.text.startswith("的", verb.start - 1) and (ahead := _before(view, act, [])):
        target = ahead  # 对乙的收购让甲花费5亿元
        buyer = without(buyer, target) or view.object(verb.end, end)
    if not target and act.part in BUYING:
        target = _before(view, act, percents)
        buyer = without(buyer, target)
    if act.part is Part.INVESTS and not target:
        target = Cast(tuple(helped)) or _into(view, start, verb)
    if not target and view.text.startswith("其", verb.end):
        target = _other(view, buyer)
    if act.part is Part.BUYS_SHARES and not target and view.company != buyer:
        target = view.company
    if not target and view.has(Part.TALKS, start=start, end=verb.start):
        target = _talked_with(view, start, verb.start)
    given = _toward(view, start, verb.start)
    if act.part is not Part.INVESTS and given and not seller:
        seller = given
    buyer = without(buyer, target) or _denier(view, target)
    return (
        (PartyRole.BUYER, buyer),
        (PartyRole.TARGET, target),
        (PartyRole.SELLER, seller),
    )


def _selling(view: View, act: Act, percents: list[Figure]) -> Parts:
    verb, (start, end) = act.verb, view.clause(act.verb.start)
    if (sold := _sold_by(view, verb, start, end)) is not None:
        return sold
    seller = view.subject(verb.start)
    target, _ = _object(view, act, min(end, act.end), percents)
    if not target:
        target = _before(view, act, percents)
    if not target and view.text.startswith("其", verb.end):
        target = _other(view, seller)
    taker = _toward(view, start, verb.start)
    if not taker and (
        view.has(Part.TALKS, start=start, end=verb.start) or "谈" in view.text[verb.end : end]
    ):
        taker = _talked_with(view, start, verb.start)
    if "给" in verb.text or "予" in verb.text:
        taker = view.object(verb.end, end)
        target = _before(view, act, percents)
    if not target:
        target = view.company
    seller = without(seller, target) or without(view.subject(start), target)
    seller = seller or _denier(view, target)
    return (
        (PartyRole.SELLER, seller),
        (PartyRole.TARGET, target),
        (PartyRole.BUYER, without(taker, target)),
    )


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


def _object(view: View, act: Act, end: int, percents: list[Figure]) -> tuple[Cast, Cast]:
    """Return the target behind a verb, and whoever holds it until then (甲持有的乙)."""
    own = [one for one in percents if act.verb.end <= one.start < end]
    stop = own[0].start if own else end
    first = view.object(act.verb.end, stop)
    if not first.names:
        # 公司 behind a verb of selling is the company whose shares they are.
        return (first if act.part is Part.SELLS else NOBODY), NOBODY
    after = first.names[-1].end
    held = view.having(Part.HOLDS, start=after, end=min(stop, after + 6))
    holder = next(held, None)
    if holder is None:
        return first, NOBODY
    second = view.object(holder.end, stop)
    if not second and holder.text in ("旗下", "手中") and holder.start == after:
        return NOBODY, first  # 收购甲旗下某某: of whom nobody knows
    return (second, first) if second else (first, NOBODY)


def _before(view: View, act: Act, percents: list[Figure]) -> Cast:
    """Return the target that stands before the verb: 将甲49%股权出售, 对甲的收购."""
    start = view.clause(act.verb.start)[0]
    for figure in percents:
        if figure.start < act.verb.start:
            near = view.group(start, figure.start)
            if near.names and figure.start - near.names[-1].end <= BESIDE:
                return Cast(near.names[-1:])
    toward = view.before(act.verb.start, Part.TO, Part.TAKES, start=start)
    if toward is not None and Part.TAKES in toward and _IT.match(view.text, toward.end):
        earlier = view.clause(max(0, start - 1))
        return view.group(*earlier, last=False) if start else NOBODY
    if toward is not None and toward.text in ("对", "将", "把"):
        found = view.object(toward.end, act.verb.start)
        return found if found.names else NOBODY
    return NOBODY


def _toward(view: View, start: int, end: int) -> Cast:
    """Return to or from whom: 向甲, 从甲手中, 给甲."""
    word = view.before(end, Part.TO, start=start)
    if word is None or word.text not in ("向", "从", "给"):
        return NOBODY
    return view.object(word.end, end)


def _talked_with(view: View, start: int, end: int) -> Cast:
    """Return with whom it is talked of: 甲与乙洽谈入股."""
    word = view.before(end, Part.TO, start=start)
    if word is None or word.text not in ("与", "同", "跟", "和"):
        return NOBODY
    return view.object(word.end, end)


def _holder(view: View, start: int, end: int) -> Cast:
    """Return who has held what is bought: 回购乙所持股份."""
    found = view.object(start, end)
    held = bool(found.names) and view.has(
        Part.HOLDS, start=found.names[-1].end, end=found.names[-1].end + 1
    )
    return found if held else NOBODY


def _other(view: View, buyer: Cast) -> Cast:
    """Return who 其 is behind a verb: the only one named beside the buyer."""
    taken = {name.key for name in buyer.names}
    others = {name.key: name for name in view.names if name.key not in taken}
    return Cast(tuple(others.values())) if len(others) == 1 else NOBODY


def _into(view: View, start: int, verb: Word) -> Cast:
    """Return into whom money is put, named before the verb: 向甲投资, 对甲增资."""
    word = view.before(verb.start, Part.TO, start=start)
    if word is None or word.text not in ("向", "对"):
        return NOBODY
    found = view.object(word.end, verb.start)
    if not found and view.text.startswith("其", word.end):
        return Cast((), Stand.ONE, "其")
    return found


def _round(view: View, verb: Word, start: int) -> tuple[Cast, Cast]:
    """Return who raises money and who gives it: 甲完成融资, 投资方包括乙; 乙参与甲的融资."""
    joins = _JOINING.search(view.text, start, verb.start)
    if joins is not None:
        buyer = view.subject(joins.start())
        target = view.object(joins.end(), verb.start)
    else:
        target = view.group(start, verb.start, last=False) or view.subject(verb.start)
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


def _raising(view: View, verb: Word) -> Cast:
    """Return who raises the round that others lead: 甲完成5亿美元融资, 由乙领投."""
    for raised in _ROUND.finditer(view.text, 0, verb.start):
        found = view.group(view.clause(raised.start())[0], raised.start())
        if found:
            return found
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
