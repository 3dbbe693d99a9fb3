"""Who holds how much of whom, in Chinese sentences that tell of no deal.

View -> 持有, 持股, 持股比例 -> the share behind it, of whom before or behind it -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.chinese_elsewhere import is_held_before, is_past_another
from briefings.ledger.chinese_name_words import described
from briefings.ledger.chinese_parts import is_unknown
from briefings.ledger.chinese_rounds import without
from briefings.ledger.chinese_shares import is_optional
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_view import MOST, Cast, View
from briefings.ledger.chinese_words import Part, Word
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure, FigureKind

_ATTRIBUTE: Final = re.compile("的(?!约|近|超|逾)")
_SHAREHOLDER: Final = re.compile(
    r"(?:以上|以下)?的?(?:股份|股权|股票)?的?[^,;。]{0,6}(?:股东|名|位)"
)
_IN: Final = re.compile("(?:在|于|对|将|把)")
_SHARES: Final = re.compile("的?(?:股份|股权)")
_OTHER: Final = re.compile("表决权|投票权")
_VOTES: Final = re.compile("的?(?:表决权|投票权)")
_MOVED: Final = re.compile("[升降增减提缩加少高低薄释跌涨到至为]")
_LARGEST: Final = re.compile("(?:是|为|系|成为)[^,;]{0,24}大?股东")
_PLAIN_HOLDER: Final = re.compile(
    "的?(?:是|为|系|成为)?(?:其|该|公司|第|[一二三四五]|最|大|单|主要|战略|重要|外部|机构|新|的|目前|控股|并列)*股东(?:为|是|系)?"
)
_LARGEST_IS: Final = re.compile("的[^,;]{0,8}股东(?:为|是|系)")
_CUT: Final = re.compile("[降减削缩][低少持减至到为]")
_THINNED: Final = re.compile("稀释|摊薄")
"""A share falls so without anything being sold."""
_UNITS: Final = ("旗下",)
"""Says whose unit follows, not what is held."""
_MOST_APART: Final = 30
"""So many characters may stand between the word and the share."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A holding: by whom, of whom, and the share's figure."""

    word: Word
    holder: Cast
    target: Cast
    share: Figure


def drafts(view: View) -> Iterator[Draft]:
    """Yield the holdings that a sentence tells of."""
    for word in islice(view.having(Part.HOLDS, Part.GAINS, Part.OWNS), MOST):
        if word.text in _UNITS or is_unknown(view, word):
            continue
        share = _share(view, word)
        reached = status(view, word) if share else None
        if share is None or reached is None or is_held_before(view, word, share):
            continue
        held = _in_somebody(view, word, share) or _of_somebody(view, word, share)
        held = held or _of_largest(view, word, share) or _by_somebody(view, word, share)
        if held is None or not (held.holder and held.target):
            continue
        for one in _each(view, held):
            yield _draft(view, one, reached)
        return


def _share(view: View, word: Word) -> Figure | None:
    """Return the share that a word for holding says, the last of two: 由18%升至32%."""
    _, end = view.clause(word.start)
    if _ATTRIBUTE.match(view.text, word.end) and word.text != "持股比例":
        return None
    behind = view.figures(FigureKind.PERCENT, word.end, end)
    if not behind or behind[0].start - word.end > _MOST_APART:
        return None
    behind = [one for one in behind if not _VOTES.match(view.text, one.end)] or behind
    share = behind[-1] if len(behind) == 2 and _has_moved(view, behind) else behind[0]
    if not 0 < share.quantity.value <= 100 or _SHAREHOLDER.match(view.text, share.end):
        return None
    if view.has(Part.TITLE, start=share.end, end=end):
        return None
    if Part.GAINS in word and not _SHARES.match(view.text, share.end):
        return None
    return None if _OTHER.match(view.text, share.end + 1) else share


def _has_moved(view: View, shares: list[Figure]) -> bool:
    """Tell whether the second of two shares is what the first has become: 由18%升至32%."""
    between = view.text[shares[0].end : shares[1].number_start]
    return _MOVED.search(between) is not None or "分别" in view.text[: shares[0].start]


def _in_somebody(view: View, word: Word, share: Figure) -> _Held | None:
    """Read 甲在乙的持股比例升至18%."""
    start, _ = view.clause(word.start)
    for place in _IN.finditer(view.text, start, word.start):
        inside = [name for name in view.names if place.end() <= name.start < word.start]
        near = (place.end() + 2, described(view.text, place.end()))
        if inside and inside[0].start <= max(near):
            target = Cast(tuple(inside[:1]))
            holder = view.group(start, place.start()) or view.subject(start)
            return _Held(word, without(holder, target), target, share)
    return None


def _of_somebody(view: View, word: Word, share: Figure) -> _Held | None:
    """Read 甲持有乙18%的股份."""
    others = view.figures(FigureKind.PERCENT, word.end, share.start)
    target = view.object(others[-1].end, share.number_start) if others else Cast()
    target = target or view.object(word.end, share.number_start)
    if not target and view.text.startswith("其", word.end):
        target = _paid(view, word)
    if not target:
        return None
    return _Held(word, without(view.subject(word.start), target), target, share)


def _paid(view: View, word: Word) -> Cast:
    """Return whom 其 means: to whom something was paid for it, 向甲支付3亿美元, 换取其40%的股份."""
    toward = view.before(word.start, Part.TO)
    if toward is None or toward.text not in ("向", "对"):
        return Cast()
    return view.object(toward.end, word.start)


def _each(view: View, held: _Held) -> list[_Held]:
    """Return a holding for each holder: 甲和乙分别持有丙10%和8%的股份."""
    start, end = view.clause(held.word.start)
    shares = view.figures(FigureKind.PERCENT, held.word.end, end)
    holders = held.holder.names
    if "分别" not in view.text[start : held.word.end] or len(holders) < 2:
        return [held]
    if len(holders) != len(shares):
        return []
    return [
        replace(held, holder=Cast((name,)), share=share)
        for name, share in zip(holders, shares, strict=True)
    ]


def _of_largest(view: View, word: Word, share: Figure) -> _Held | None:
    """Read 甲是乙的第一大股东, 持股18%."""
    number = view.number(word.start)
    if word.text not in ("持股", "持股比例"):
        return None
    named = {name.key: name for name in view.names}
    told = _LARGEST.search(view.text) or _LARGEST_IS.search(view.text)
    if len(named) != 2 or not told or _is_of_unknown(view, told):
        return None
    holder, target = named.values()
    if (
        _LARGEST_IS.search(view.text, holder.end, target.start)
        or view.clauses[number][0] <= target.start < word.start
    ):
        holder, target = target, holder
    return _Held(word, Cast((holder,)), Cast((target,)), share)


def _is_of_unknown(view: View, told: re.Match[str]) -> bool:
    """Tell whether it is a firm that the rules do not know that somebody is a shareholder of."""
    within = any(told.start() <= name.start < told.end() for name in view.names)
    return not within and _PLAIN_HOLDER.fullmatch(told.group()) is None


def _by_somebody(view: View, word: Word, share: Figure) -> _Held | None:
    """Read 乙由甲持股18%."""
    start, _ = view.clause(word.start)
    for name in view.names:
        if name.end == word.start and view.text.startswith("由", name.start - 1):
            target = view.group(start, name.start - 1)
            return _Held(word, Cast((name,)), target, share) if target.names else None
    return None


def _is_sold(view: View, held: _Held) -> bool:
    """Tell whether a holding has been cut: 甲对乙的持股由17%减至2%."""
    _, end = view.clause(held.word.start)
    shares = view.figures(FigureKind.PERCENT, held.word.end, end)
    return (
        len(shares) == 2
        and shares[0].quantity.value > shares[1].quantity.value
        and _CUT.search(view.text, shares[0].end, shares[1].number_start) is not None
        and not _THINNED.search(view.text)
    )


def _price(view: View, held: _Held) -> Figure | None:
    """Return what was paid for a share, told behind it: 持有乙36%的股份, 总代价224亿港元."""
    for figure in view.figures(FigureKind.MONEY, held.share.end, len(view.text)):
        start, stop = view.clause(figure.number_start)
        if any(held.share.end <= name.start < figure.start for name in view.names):
            break
        if is_past_another(view, held.word, figure):
            break
        if view.has(Part.SELLS, Part.BUYS_BACK, start=held.word.end, end=stop):
            break  # 持有乙5%股份,拟以2亿元将其出售
        if not figure.per and view.has(Part.PAYS, start=start, end=figure.number_start):
            return figure
    start, end = view.clause(held.word.start)
    if view.text.startswith("其中", start) or any(
        start <= one.start < end for one in view.sentence.moments
    ):
        return None
    known = {name.key for name in (*held.holder.names, *held.target.names)}
    for figure in reversed(view.figures(FigureKind.MONEY, 0, held.word.start)):
        first, _ = view.clause(figure.number_start)
        if view.has(Part.SELLS, start=first, end=held.word.start):
            break
        if (
            not figure.per
            and not any(
                name.key not in known
                for name in view.names
                if first <= name.start < held.word.start
            )
            and not view.has(Part.STOP, start=first, end=held.word.start)
            and not _has_own_deal(view, first, held)
            and view.number(start) - view.number(first) <= 1
            and view.has(Part.PAYS, Part.INVESTS, start=first, end=figure.number_start)
        ):
            return figure
    return None


def _has_own_deal(view: View, first: int, held: _Held) -> bool:
    """Tell whether money was paid in another deal: 甲以5亿元收购某业务, 乙在甲的持股升至57%."""
    start, _ = view.clause(held.word.start)
    named = any(start <= name.start < held.word.start for name in view.names)
    return start > first and named and view.has(Part.BUYS, start=first, end=start)


def _draft(view: View, held: _Held, reached: Status) -> Draft:
    start, _ = view.clause(held.word.start)
    optional = is_optional(view, held.share.number_start)
    planned = (
        optional
        or view.has(Part.INTENDS, Part.WANTS, start=start, end=held.word.start)
        or "将" in view.text[start : held.word.start]
    )
    if reached is Status.ANNOUNCED and not planned:
        reached = Status.COMPLETED
    sold = _is_sold(view, held)
    holder = PartyRole.SELLER if sold else PartyRole.BUYER
    return Draft(
        kind=Kind.DIVESTMENT if sold else Kind.STAKE,
        status=reached,
        names=(
            *((holder, name) for name in held.holder.names),
            *((PartyRole.TARGET, name) for name in held.target.names),
        ),
        deal=held.word.start,
        percent=None if optional else held.share,
        amount=_price(view, held),
        option_percent=held.share if optional else None,
        when=view.moment(held.word.start),
        missing=(
            *held.holder.missing(holder),
            *held.target.missing(PartyRole.TARGET),
        ),
    )
