"""Which figure and which moment of an English sentence belongs to a deal."""

from __future__ import annotations

import re
from dataclasses import replace

from briefings.facts import Bound
from briefings.ledger.english_objects import Thing
from briefings.ledger.english_view import MONEY, NAME, PERCENT, View
from briefings.ledger.english_words import (
    BACKGROUND,
    BEFORE_PRICES,
    DEAL_NOUNS,
    SHARE_NOUNS,
    SHARES,
    SPENDING,
    VERBS,
    Frame,
)
from briefings.text.amounts import Figure
from briefings.text.periods import Moment

_ALLOWING = frozenset(
    {"allows", "allow", "allowing", "entitles", "entitling", "lets", "letting", "permits",
     "permitting", "enables", "enabling"}
)  # fmt: skip
UNDISCLOSED = re.compile(
    r" (?:undisclosed|not disclosed|not been disclosed|were not revealed|was not revealed"
    r"|withheld|did not disclose|without disclosing|declined to (?:disclose|give|reveal)"
    r"|not (?:made )?public|not announced|not given|not specified|unspecified|not released) "
)
_OFFERING = frozenset({"offered", "offers", "offering", "offer", "bid"})
_MORE = frozenset({"further", "another", "additional", "extra", "fresh", "more"})
REACH = 12
"""How many items a moment may stand from what it is of."""

_MONEY_WORD = re.compile(
    r" (?:terms?|sum|sums|amount|amounts|price|value|details|cost|consideration|figure) "
)


_OPTIONS = frozenset({"option", "options"})
_LEAVE = frozenset({"leave", "permission", "allowed", "permitted"})
_MORE_HELD = frozenset({"go", "raise", "lift", "increase", "own", "hold", "holding", "stake"})
"""What makes a share behind a word of leave one that may be held."""


def shares(view: View, at: int, what: Thing) -> tuple[Figure | None, Figure | None]:
    """Return the share taken and the share that may be reached."""
    optional = (
        view.has(at - 6, at, {"option", "options", "right"})
        or view.word(at - 1) == "can"
        or view.has(at - 4, at, _ALLOWING)
        or (view.has(at - 3, at, {"could", "may"}) and view.has(0, len(view), {"under", "option"}))
    ) and not view.has(at - 8, at, {"exercised", "exercising", "exercises"})
    if optional:
        return None, what.percent
    for index in range(at, len(view)):
        if view.word(index) in _OPTIONS | _LEAVE:
            for ahead in range(index + 1, min(len(view), index + 12)):
                figure = view.figure(ahead)
                meant = view.word(index) in _OPTIONS or view.has(index, ahead, _MORE_HELD)
                if view.word(ahead) == PERCENT and figure is not what.percent and meant:
                    return what.percent, figure
    return what.percent, None


def share_reached(view: View, what: Thing) -> Figure | None:
    for at in range(what.end, min(len(view), what.end + 6)):
        if view.word(at) == "to" and view.word(at + 1) == PERCENT:
            return view.figure(at + 1)
    return None


def share_left(view: View, at: int) -> Figure | None:
    """Return the share that is left: "cut its holding from 17% to 2.3%"."""
    cuts = [
        index
        for index in range(at, len(view))
        if (verb := VERBS.get(view.word(index))) is not None and verb.frame is Frame.CUT
    ]
    for cut in cuts:
        if not view.has(cut, cut + 8, SHARE_NOUNS | SHARES):
            continue
        for index in range(cut, min(len(view), cut + 22)):
            if view.word(index) == "to" and view.has(index + 1, index + 6, {PERCENT}):
                left = next(
                    view.figure(i) for i in range(index + 1, index + 7) if view.word(i) == PERCENT
                )
                return _said(left)
    return None


def _said(figure: Figure | None) -> Figure | None:
    """Return the figure without a bound that no word gives: "by 2% to 31%" is no range."""
    if figure is None or figure.start != figure.number_start:
        return figure
    return unbounded(figure)


def unbounded(figure: Figure | None) -> Figure | None:
    """Return a figure as if no word before it set a bound."""
    if figure is None:
        return None
    return replace(figure, quantity=replace(figure.quantity, bound=Bound.EXACT))


def share_before(view: View, at: int) -> Figure | None:
    return next((view.figure(i) for i in range(at - 8, at) if view.word(i) == PERCENT), None)


def share_for(view: View, start: int) -> Figure | None:
    """Return the share money is put in for: "for a 10% stake"."""
    for at in range(start, min(len(view), start + 18)):
        if view.word(at) == PERCENT and view.has(at - 4, at, _GIVING):
            tied = view.has(at + 1, at + 4, SHARE_NOUNS | {"of"}) or view.has(
                at - 3, at, SHARE_NOUNS
            )
            return view.figure(at) if tied else None
    return None


_GIVING = frozenset(
    {"for", "a", "giving", "gives", "gave", "handing", "securing", "taking", "getting", "receive",
     "receiving", "acquiring", "equivalent", "equal", "representing", "own", "buys", "hold"}
)  # fmt: skip
"""What ties a share to the money that is put in."""


def price(view: View, at: int, end: int) -> Figure | None:
    """Return what the deal at `at` costs: the first price behind it, else one right before it."""
    for index in range(at + 1, len(view)):
        if view.word(index) in VERBS and index > end and VERBS[view.word(index)].frame is Frame.BUY:
            break
        if view.word(index) == MONEY and (price := price_at(view, index)) is not None:
            return price
    for index in range(max(0, at - 4), at):
        if view.word(index) == MONEY and _before_more(view, index) in SPENDING | _OFFERING:
            return price_at(view, index)
        raised = view.word(index - 1).startswith("rais") and view.word(index + 1) in {"by", "from"}
        if view.word(index) == MONEY and raised:
            return view.figure(index)
    if view.word(0) in {"for", "with"} and at < REACH:  # "For $5m X bought Y"
        first = next((i for i in range(1, 4) if view.word(i) == MONEY), 0)
        if first and (view.word(0) == "for" or view.word(first - 1) in _MORE):
            return price_at(view, first)
    for index in range(max(0, at - 12), at):
        if view.word(index) == MONEY and view.word(index - 1) == "worth":
            return price_at(view, index)
        if view.word(index) == MONEY and view.has(index + 1, index + 4, DEAL_NOUNS | {"stake"}):
            return price_at(view, index)
    return None


def price_at(view: View, at: int) -> Figure | None:
    """Return the money at `at` if it is the price of something whole."""
    figure = view.figure(at)
    if figure is None or figure.per:
        return None
    if view.has(at - 4, at, BACKGROUND) or view.has(at + 1, at + 4, BACKGROUND):
        return None
    if view.has(at - 4, at, {"valuing", "values", "valuation"}):
        return None
    if view.word(at + 1) in {"a", "per", "each"} or view.has(at + 1, at + 3, {"each", "apiece"}):
        return None
    if view.word(at + 1) in {"of", "worth"} and view.has(at + 2, at + 6, SHARES):
        return figure  # "sold $2 billion of Y shares"
    if view.word(at - 1) == NAME and view.word(at - 2) in {"brought", "earned", "netted", "gave"}:
        return figure
    tied = _before_more(view, at) in BEFORE_PRICES or _deal_noun_near(view, at)
    return figure if tied else None


def _before_more(view: View, at: int) -> str:
    """Return the word before the money at `at`, past "a further" and "another"."""
    before = at - 1
    if view.word(before) in {"it", "them"} and view.word(before - 1) in {
        "cost",
        "costs",
        "costing",
    }:
        return "cost"
    while view.word(before) in _MORE:
        before -= 1
    if before < at - 1 and view.word(before) in {"a", "an"}:
        before -= 1
    if view.word(before) == "for" and view.word(at - 1) == "another":
        return ""  # what a second purchase costs
    return view.word(before)


def _deal_noun_near(view: View, at: int) -> bool:
    return view.has(at + 1, at + 3, DEAL_NOUNS | {"worth"}) or view.word(at - 1) in {
        ",",
        "(",
        "some",
    }


def undisclosed(view: View) -> bool:
    """Tell whether the sentence says that an amount or the terms are not told."""
    return bool(UNDISCLOSED.search(view.row) and _MONEY_WORD.search(view.row))


def moment(view: View, at: int) -> Moment | None:
    """Return when the deal at `at` is: the nearest moment that is not of something else."""
    best: tuple[int, Moment] | None = None
    for index, item in enumerate(view.items):
        if item.moment is None or view.has(index - 3, index, {"founded", "since", "established"}):
            continue
        if view.has(index - 4, index, {"ended", "ending"}):
            continue
        distance = abs(index - at)
        if best is None or distance < best[0]:
            best = distance, item.moment
    return best[1] if best else None


def moment_near(view: View, at: int) -> Moment | None:
    """Return the period a figure at `at` is of: the nearest moment in the sentence."""
    found = [index for index, item in enumerate(view.items) if item.moment is not None]
    if not found:
        return None
    nearest = view.items[min(found, key=lambda index: (abs(index - at), index))].moment
    for index in found:
        other = view.items[index].moment
        if other and nearest and _within(other, nearest) and abs(index - at) < 2 * REACH:
            nearest = other  # "from April to June this year"
    return nearest


def _within(inner: Moment, outer: Moment) -> bool:
    first, last = inner.when.first, inner.when.last
    return inner != outer and outer.when.first <= first and last <= outer.when.last
