"""What each of several has of his own, in Chinese sentences: 分别, 各.

View -> 分别 -> those it is said of, the figures in a row behind it -> one figure for each
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from briefings.facts import Kind, PartyRole
from briefings.ledger.chinese_view import View
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure, FigureKind

APART: Final = re.compile(
    r"分别|各自|(?<![一-鿿]家)各(?=[\d向对以出投认持获被有占罚处购买卖减增领])"
)
_WHOLE: Final = 100
_LINK: Final = re.compile("[和与及、,]|以及|")
_TOGETHER: Final = re.compile("(?:合计|总计|总共|共计?|总[额价]|一共)[^,;。]{0,6}$")


def apart(view: View, draft: Draft, start: int) -> list[Draft]:
    """Return a deal for each of several where it is told of each: 甲和乙分别投资6亿元和3亿元.

    `start` is where what is told begins. Where it is unclear who has which figure, nobody has any.
    """
    told = (draft.percent, draft.amount, draft.value)
    figures = [one for one in told if one is not None]
    end = max([draft.deal, *(figure.start for figure in figures)])
    if not draft.names or APART.search(view.text, start, end) is None:
        return [draft]
    acting = draft.names[0][0]
    actors = [one for one in draft.names if one[0] is acting]
    targets = [one for one in draft.names if one[0] is PartyRole.TARGET and acting is not one[0]]
    rest = [one for one in draft.names if one not in actors and one not in targets]
    if len(actors) > 1 and len(targets) > 1:
        if len(actors) != len(targets):
            return []
        sides = [[actor, target] for actor, target in zip(actors, targets, strict=True)]
    elif len(actors) > 1:
        sides = [[actor, *targets] for actor in actors]
    elif len(targets) > 1:
        sides = [[*actors, target] for target in targets]
    else:
        return [draft]
    if draft.amount is not None and draft.percent is None and _is_total(view, draft.amount):
        return [draft]
    if draft.kind is Kind.REGULATORY and _is_alike(view, draft.amount):
        return [draft]
    percents = _shared_out(view, draft.percent, len(sides))
    amounts = _shared_out(view, draft.amount, len(sides))
    values = _shared_out(view, draft.value, len(sides))
    if percents is None or amounts is None or values is None or _is_of_one(draft, actors):
        return []
    return [
        replace(draft, names=(*names, *rest), percent=percent, amount=amount, value=value)
        for names, percent, amount, value in zip(sides, percents, amounts, values, strict=True)
    ]


def _is_of_one(draft: Draft, actors: list[tuple[PartyRole, Name]]) -> bool:
    """Tell whether figures are of units that one owner counts for: 淘宝和天猫的用户分别为."""
    owners = {name.organisation or name.named for _, name in actors}
    return bool(draft.metric) and len(owners) < len(actors)


def row(view: View, figure: Figure) -> list[Figure]:
    """Return the figures that a figure is told with in a row: 6亿元和3亿元."""
    alike = [one for one in view.sentence.figures if one.kind is figure.kind]
    first = last = next(at for at, one in enumerate(alike) if one.start == figure.start)
    while first and _linked(view, alike[first - 1], alike[first]):
        first -= 1
    while last + 1 < len(alike) and _linked(view, alike[last], alike[last + 1]):
        last += 1
    return alike[first : last + 1]


def _shared_out(view: View, figure: Figure | None, count: int) -> list[Figure | None] | None:
    """Return a figure for each of `count`: one of a row, or the same for all; None if unclear."""
    if figure is None or _is_total(view, figure):
        return [None] * count
    told = row(view, figure)
    if figure.kind is FigureKind.PERCENT and any(one.quantity.value > _WHOLE for one in told):
        return None
    if len(told) == count:
        return list(told)
    return None if len(told) > 1 else [figure] * count


def _is_alike(view: View, figure: Figure | None) -> bool:
    """Tell whether one sum is told for all: 甲和乙各被罚50万元."""
    return figure is None or len(row(view, figure)) == 1


def _is_total(view: View, figure: Figure) -> bool:
    start, _ = view.clause(figure.start)
    return _TOGETHER.search(view.text, start, figure.number_start) is not None


def _linked(view: View, one: Figure, other: Figure) -> bool:
    between = view.text[one.end : other.number_start]
    if one.kind is FigureKind.PERCENT:
        between = between.removeprefix("的股份").removeprefix("股份")
    return _LINK.fullmatch(between) is not None
