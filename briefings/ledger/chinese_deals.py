"""Deals in Chinese sentences: who buys, sells, pledges or invests how much of whom for how much.

View -> verbs of deals, each with its reach -> shares and money in its reach, its parts -> Draft

The reach of a verb goes from its clause's start to the next verb of a deal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from briefings.facts import Bound, Kind, PartyRole, Status
from briefings.ledger.chinese_each import apart
from briefings.ledger.chinese_elsewhere import is_earlier
from briefings.ledger.chinese_name_words import DESCRIBED
from briefings.ledger.chinese_objects import BESIDE, is_of_thing
from briefings.ledger.chinese_parts import BUYING, RAISES, Parts, is_unknown
from briefings.ledger.chinese_parts import parts as parts_of
from briefings.ledger.chinese_shares import left, option, shares
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_sums import Act, money, spends
from briefings.ledger.chinese_verbs import is_means, is_other
from briefings.ledger.chinese_view import MOST, Cast, View
from briefings.ledger.chinese_words import Part, words
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft, Missing, Stand
from briefings.text.amounts import Figure

CONTROL: Final = Decimal(50)
"""Whoever buys more percent than this acquires; less is a stake."""

_DEALS: Final = (
    Part.LEADS, Part.BUYS, Part.BUYS_SHARES, Part.BUYS_BACK, Part.SELLS, Part.INVESTS, Part.PLEDGES,
)  # fmt: skip

_NOUN: Final = re.compile(
    "计划|协议|事项|议案|方案|对价|价|金额|款|完成|后|前|标的|人|者|比例|数量|目的|预案|公告|专用|期|主体|报告"
    "|收益|机会|风险|原因|行为|规定|新规|事宜|意向|案|总额|额|均价|规模|业务|之|的|框架|项目|所形成|较多|登记"
    "|状态|需求|进展|标准|只有|仅有"
)
_PARTLY: Final = re.compile(r"[^,;]{0,30}(?:部分|少数)(?:股权|股份|股东)")
_SHARES_OF: Final = re.compile(r"的?(?:新股|股份|股票|[约逾近超]?[\d.,]+[万亿]?股)")
_SHARES_OF_IT: Final = re.compile(
    "其(?!全部|所有|剩余|其余|余下)[^,;。%]{0,6}(?:普通股|优先股|新股|股份|股票|[ab]类股|存托股)"
)
"""Behind a verb: some shares of whoever was named before, 买入其A类普通股."""
_OF_FIRMS: Final = words(
    "收购 并购 全资收购 要约收购 竞购 入股 参股 战略入股 领投 参投 跟投 共同领投"
)
"""Nobody but a firm does this, and to nobody else."""
_OPEN: Final = frozenset({Status.IN_TALKS, Status.DENIED, Status.UNWOUND})
_MATTER: Final = re.compile(
    "(?:[^,;。]{2,24})?的?(?:事宜|一事|意向|交易|谈判|协议|计划|事项|方案|传闻|传言|消息|报道|可能)"
)
_TOGETHER: Final = re.compile("共同|合计|一起")
_BRACKET: Final = re.compile(r"\([^()]*\)")


def drafts(view: View) -> list[Draft]:
    """Return what a sentence says of deals, in the order of their verbs."""
    found: list[Draft] = []
    for act in _acts(view):
        reached = status(view, act.verb)
        if reached is None:
            continue
        paying = act.part is Part.INVESTS and Part.PAYS in act.verb
        part = paying and "其中" in view.text[: act.verb.start]
        if (act.noun or paying) and not part and found and _prices(view, act, found):
            continue
        if act.part is Part.PLEDGES and reached is Status.ANNOUNCED:
            planned = view.before(act.verb.start, Part.INTENDS, Part.WANTS, start=act.start)
            reached = reached if planned else Status.COMPLETED
        if _is_round(act) and found and is_earlier(view, act.verb):
            continue
        for draft in _deals(view, act, reached):
            if not (_is_round(act) and found and _joined(found, draft)):
                found.append(draft)
    return found


def _is_round(act: Act) -> bool:
    return act.part is Part.LEADS or act.verb.text == RAISES


def _joined(found: list[Draft], draft: Draft) -> bool:
    """Add those who join a round to those who lead it; tell whether there was one of the target."""
    raising = {name.key for name in draft.named(PartyRole.TARGET)}
    for at, earlier in enumerate(found):
        same = raising and raising == {name.key for name in earlier.named(PartyRole.TARGET)}
        if not same or earlier.kind is not Kind.INVESTMENT or draft.kind is not Kind.INVESTMENT:
            continue
        if earlier.amount and draft.amount and earlier.amount != draft.amount:
            continue
        keys = {name.key for _, name in earlier.names}
        more = tuple(one for one in draft.names if one[1].key not in keys)
        first = tuple(one for one in earlier.names if one[0] is PartyRole.BUYER)
        last = tuple(one for one in earlier.names if one[0] is not PartyRole.BUYER)
        found[at] = replace(
            earlier,
            names=(*first, *more, *last),
            amount=earlier.amount or draft.amount,
            undisclosed=earlier.undisclosed and draft.undisclosed,
        )
        return True
    return False


def _prices(view: View, act: Act, found: list[Draft]) -> bool:
    """Add what a noun tells to the deals before it: 收购价为5亿元; tell whether it was that."""
    amounts = money(view, act)
    waiting = [at for at, draft in enumerate(found) if draft.amount is None]
    if not amounts or not waiting or shares(view, act):
        return False
    if len(amounts) != len(waiting):
        waiting, amounts = waiting[-1:], amounts[:1]
    for at, amount in zip(waiting, amounts, strict=True):
        found[at] = replace(found[at], amount=amount, undisclosed=False)
    return True


def _acts(view: View) -> list[Act]:
    verbs = [
        (word, next(part for part in _DEALS if part in word))
        for word in view.having(*_DEALS)
        if not is_other(view, word)
    ]
    kept = [
        (word, part)
        for index, (word, part) in enumerate(verbs[: MOST + 1])
        if part is not Part.INVESTS or not is_means(view, word, verbs[index + 1 : index + 2])
    ]
    acts = []
    for index, (verb, part) in enumerate(kept):
        free = kept[index - 1][0].end if index else 0
        start = max(free, view.clause(verb.start)[0])
        end = len(view.text)
        if index + 1 < len(kept):
            following = kept[index + 1][0].start
            end = max(verb.end, view.clause(following)[0])
            if view.number(following) == view.number(verb.start):
                end = following
        noun = Part.PAYS in verb or _NOUN.match(view.text, verb.end) is not None
        acts.append(Act(part, verb, start, end, free, noun and part is not Part.INVESTS))
    return acts[:MOST]


def _deals(view: View, act: Act, reached: Status) -> Iterator[Draft]:
    percents, amounts = shares(view, act) or left(view, act), money(view, act)
    if act.noun and not percents and not amounts and not _is_talked_of(view, act, reached):
        return
    if _is_unclear(view, act):
        return
    parts = parts_of(view, act, percents)
    if act.part is Part.BUYS_BACK and not any(
        cast.names for role, cast in parts if role is PartyRole.SELLER
    ):
        return  # own shares, bought of nobody in particular
    if spends(view, act.verb) is not None and not any(
        cast for role, cast in parts if role is PartyRole.TARGET
    ):
        return
    if act.part is Part.BUYS and _is_by_the_way(view, act, parts):
        return
    targets = [name for role, cast in parts if role is PartyRole.TARGET for name in cast.names]
    named = _named(parts)
    if (act.part in BUYING and _is_torn(named)) or _is_of_many(view, act, parts):
        return
    if _is_share_of_it(view, act, targets) or _is_of_both(view, act, parts):
        return
    known = [name for _, name in named if name.organisation is not None]
    # In whom a known organisation buys has to be told; elsewhere its money may be the price.
    vague = (
        bool(known)
        and act.part not in (Part.BUYS_BACK, Part.PLEDGES)
        and not (act.part is Part.SELLS and len(named) > 1)
        and not (targets if act.part is Part.BUYS else _has_target(parts))
    )
    if not percents and not amounts and not (targets and _is_sure(view, act, named, targets)):
        return
    percent = percents[0] if percents else None
    amount = amounts[0] if amounts else None
    each = _each(view, act, percents, targets)
    missing = tuple(one for role, cast in parts for one in cast.missing(role))
    if not missing and not any(cast for _, cast in parts):
        missing = (Missing(parts[0][0], Stand.NOBODY),)
    draft = Draft(
        kind=_kind(view, act, percent),
        status=reached,
        names=named,
        deal=act.verb.start,
        percent=_at_least(percent) if act.part is Part.PLEDGES and percent else percent,
        option_percent=option(view, act) if act.part in BUYING else None,
        amount=amount,
        undisclosed=amount is None and view.has(Part.UNTOLD),
        when=view.moment(act.verb.start),
        missing=missing,
        alone=bool(percents or amounts) and not vague,
    )
    told = apart(view, draft, view.clause(min(act.verb.start, *_starts(percent, amount)))[0])
    if told != [draft] or len(each) < 2:
        yield from told
        return
    for index, (target, share) in enumerate(each):
        mine = tuple((role, cast) for role, cast in parts if role is not PartyRole.TARGET)
        if len(amounts) == len(each):
            amount = amounts[index]
        yield replace(
            draft,
            kind=_kind(view, act, share),
            names=_named((*mine[:1], (PartyRole.TARGET, target), *mine[1:])),
            percent=share,
            amount=amount if not index or len(amounts) == len(each) else None,
        )


def _has_target(parts: Parts) -> bool:
    """Tell whether it is said in whom it is dealt, by name or by a word for him: 其."""
    return any(cast for role, cast in parts if role is PartyRole.TARGET)


def _is_unclear(view: View, act: Act) -> bool:
    """Tell whether somebody may act whom the rules do not know, or a thing is bought."""
    if act.part not in (Part.BUYS_BACK, Part.PLEDGES) and is_unknown(view, act.verb):
        return True
    _, end = view.clause(act.verb.start)
    return act.part in BUYING and is_of_thing(view, act.verb, end)


def _starts(*figures: Figure | None) -> list[int]:
    return [figure.start for figure in figures if figure is not None] or [sys.maxsize]


def _is_talked_of(view: View, act: Act, reached: Status) -> bool:
    """Tell whether a deal named by a noun is talked of, denied or called off: 洽谈入股事宜."""
    return reached in _OPEN and _MATTER.match(view.text, act.verb.end) is not None


def _is_sure(
    view: View, act: Act, named: tuple[tuple[PartyRole, Name], ...], targets: list[Name]
) -> bool:
    """Tell whether a deal without any figure is one: no name is a guess, none stands far off."""
    described = DESCRIBED.match(view.text, act.verb.end)
    near = (
        act.part is not Part.INVESTS
        or targets[0].start - act.verb.end <= BESIDE
        or (described is not None and described.end() == targets[0].start)
    )
    names = [name for _, name in named]
    plainly = act.verb.text in _OF_FIRMS and view.are_firms(names)
    return near and (plainly or view.are_sure(names))


def _kind(view: View, act: Act, percent: Figure | None) -> Kind:
    match act.part:
        case Part.SELLS:
            return Kind.DIVESTMENT
        case Part.PLEDGES | Part.BUYS_SHARES | Part.BUYS_BACK:
            return Kind.STAKE
        case Part.INVESTS | Part.LEADS:
            return Kind.STAKE if percent else Kind.INVESTMENT
    if percent is not None:
        return Kind.ACQUISITION if percent.quantity.value > CONTROL else Kind.STAKE
    if act.verb.text == "取得":
        return Kind.ACQUISITION if "控" in view.text[act.verb.end :] else Kind.STAKE
    if _PARTLY.match(view.text, act.verb.end) or _some_shares(view, act):
        return Kind.STAKE
    if _SHARES_OF_IT.match(view.text, act.verb.end):
        return Kind.STAKE
    return Kind.ACQUISITION


def _some_shares(view: View, act: Act) -> bool:
    """Tell whether shares are bought and not all of them: 买入甲股份."""
    name = next((name for name in view.names if name.start >= act.verb.end), None)
    return name is not None and _SHARES_OF.match(view.text, name.end) is not None


def _at_least(percent: Figure) -> Figure:
    """Return a pledged share as a bound: whoever pledges shares holds them, and maybe more."""
    return replace(percent, quantity=replace(percent.quantity, bound=Bound.AT_LEAST))


def _named(parts: Parts) -> tuple[tuple[PartyRole, Name], ...]:
    """Return the names with their parts, each once; a unit may be its owner's target."""
    seen: set[str] = set()
    named = []
    for role, cast in parts:
        for name in cast.names:
            if name.named not in seen and not name.regulator:
                seen.add(name.named)
                named.append((role, name))
    return tuple(named)


def _is_of_many(view: View, act: Act, parts: Parts) -> bool:
    """Tell whether it is open who acts: 其中5亿元认购乙, 丙51%股权收购待批准."""
    start, _ = view.clause(act.verb.start)
    own = bool(view.group(start, act.verb.start))
    among = any(
        view.text.startswith("其中", first) and last - first > len("其中")
        for first, last in view.clauses
        if first <= start
    )
    if among and not own and act.part is not Part.SELLS:
        return True
    ahead = act.part is Part.BUYS and view.text.startswith("股权", act.verb.start - 2)
    return ahead and not any(cast for role, cast in parts if role is PartyRole.BUYER)


def _is_by_the_way(view: View, act: Act, parts: Parts) -> bool:
    """Tell whether a clause about earlier times names nobody: 此前以40亿美元购得."""
    start, end = view.clause(act.verb.start)
    earlier = view.text.startswith(("此前", "早前", "当初", "当年", "之前"), start)
    told = any(start <= name.start < end for name in view.names)
    return earlier and not told and not any(cast for role, cast in parts[1:])


def _is_share_of_it(view: View, act: Act, targets: list[Name]) -> bool:
    """Tell whether it is only what one of several puts in: 其中甲出资5亿元."""
    if targets:
        return False
    start, _ = view.clause(act.verb.start)
    among = any(view.text.startswith("其中", first) for first, _ in view.clauses if first <= start)
    bought = view.has(Part.BUYS, Part.BUYS_SHARES, Part.LEADS, end=act.verb.start)
    return act.part is Part.INVESTS and among and bought


def _is_of_both(view: View, act: Act, parts: Parts) -> bool:
    """Tell whether two act together and the rules know one of them only: 甲与某某合计取得乙20%."""
    start, _ = view.clause(act.verb.start)
    together = _TOGETHER.search(view.text, start, act.verb.start)
    acting = parts[0][1]
    return together is not None and len(acting.names) == 1 and not acting.stand


def _is_torn(named: tuple[tuple[PartyRole, Name], ...]) -> bool:
    """Tell whether one name is the beginning of another's: 万达, 万达香港 are not two in a deal."""
    plain = [name.named for _, name in named if name.organisation is None]
    return any(one != other and other.startswith(one) for one in plain for other in plain)


def _each(
    view: View, act: Act, percents: list[Figure], targets: list[Name]
) -> list[tuple[Cast, Figure]]:
    """Return the targets of one verb that each have a share of their own.

    Either each share stands behind its name (甲36%股权和乙21%股权), or as many shares as names are
    listed behind the names (甲和乙72%、70%的股份).
    """
    behind = [figure for figure in percents if figure.number_start >= act.verb.end]
    pairs: list[tuple[Cast, Figure]] = []
    for figure in behind:
        near = [
            name
            for name in view.names
            if name.end <= figure.start
            and len(_BRACKET.sub("", view.text[name.end : figure.start])) <= BESIDE
        ]
        if near and not any(near[-1].key == cast.names[0].key for cast, _ in pairs):
            pairs.append((Cast((near[-1],)), figure))
    if len(pairs) < 2 and len(targets) == len(behind) > 1:
        return [(Cast((name,)), share) for name, share in zip(targets, behind, strict=True)]
    return pairs
