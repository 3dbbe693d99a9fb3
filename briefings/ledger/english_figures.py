"""Which figure and which moment of an English sentence belongs to a deal."""

from __future__ import annotations

import re

from briefings.ledger.english_view import MONEY, NAME, PERCENT, View
from briefings.ledger.english_words import (
    BACKGROUND,
    BEFORE_PRICES,
    CHAIN,
    DEAL_NOUNS,
    SHARE_NOUNS,
    SHARES,
    SPENDING,
    VERBS,
    Form,
    Frame,
)
from briefings.text.amounts import Figure
from briefings.text.periods import Moment

UNDISCLOSED = re.compile(
    r" (?:undisclosed|not disclosed|not been disclosed|were not revealed|was not revealed"
    r"|withheld|did not disclose|without disclosing|declined to (?:disclose|give|reveal)"
    r"|not (?:made )?public|not announced|not given|not specified|unspecified|not released) "
)
_OFFERING = frozenset({"offered", "offers", "offering", "offer", "bid"})
_MORE = frozenset({"further", "another", "additional", "extra", "fresh", "more"})
_LEAST = 1000
"""Less is the price of a share."""
_VALUING = frozenset({"valued", "values", "valuing", "valuation", "value"})
_VALUED_BY = frozenset({"that", "which", "to", "and", "would", ",", "it"})
_BETWEEN = frozenset(
    {"also", "then", "now", "has", "have", "had", "will", "would", "is", "to", "later", "it"}
)
"""What may stand between "and" and a second verb of the same sentence."""
REACH = 12
"""How many items a moment may stand from what it is of."""

_MONEY_WORD = re.compile(
    r" (?:terms?|sum|sums|amount|amounts|price|value|details|cost|consideration|figure) "
)


_FOLLOWED = frozenset({"after", "following", "despite", "having"})
_TYING = frozenset({"after", "before", "when", "while", "whereas", "and", "but", "until"})


def price(view: View, at: int, end: int) -> Figure | None:
    """Return what the deal at `at` costs: the first price behind it, else one right before it."""
    for index in range(at + 1, clause_end(view, at, end)):
        if not view.together(at, index):
            continue
        if view.word(index) in VERBS and index > end and VERBS[view.word(index)].frame is Frame.BUY:
            break
        if view.word(index) == MONEY and (price := price_at(view, index)) is not None:
            return price
    return _price_before(view, at)


def _price_before(view: View, at: int) -> Figure | None:
    """Return the price before a deal: "paid $5m to buy", "for $5m X bought", "a deal worth $5m"."""
    for index in range(max(0, at - 4), at):
        if not view.together(at, index):
            continue
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
        if not view.together(at, index):
            continue
        if view.word(index) == MONEY and view.word(index - 1) == "worth":
            return price_at(view, index)
        if view.word(index) == MONEY and view.has(index + 1, index + 4, DEAL_NOUNS | {"stake"}):
            return price_at(view, index)
    return None


def clause_end(view: View, at: int, end: int) -> int:
    """Return where the next thing is told behind a deal: "bought Y and invested $5m in Z"."""
    for index in range(max(at, end - 1) + 1, len(view)):
        if view.word(index) == ";":
            return index
        if view.word(index) not in {"and", "but", "while", "then"}:
            continue
        ahead = index + 1
        second = view.word(ahead) in {"all", PERCENT} or (
            view.word(ahead) in {"a", "an", "the", "its"}
            and view.has(ahead + 1, ahead + 4, SHARE_NOUNS | {PERCENT, "rest", "whole"})
        )
        if second:
            return index  # "took 18% of Y and all of Z for $4bn"
        if view.word(ahead) == "," and (
            closing := next((i for i in range(ahead + 1, ahead + 9) if view.word(i) == ","), None)
        ):
            ahead = closing + 1  # "and, in a separate deal, took"
        while view.word(ahead) in _BETWEEN or view.word(ahead).endswith("ly"):
            ahead += 1
        if view.name(ahead) is not None and view.word(ahead + 1) != "'s":
            ahead += 1
            while view.word(ahead) in _BETWEEN:
                ahead += 1
        verb = VERBS.get(view.word(ahead))
        if verb is not None and verb.form is not Form.GERUND:
            return index
    return len(view)


def price_at(view: View, at: int) -> Figure | None:
    """Return the money at `at` if it is the price of something whole."""
    figure = view.figure(at)
    if figure is None or figure.per or _values_another(view, at):
        return None
    if 1 < figure.quantity.value < _LEAST or view.word(at + 1) == "valuation":
        return None
    if view.word(at - 2) == "or" and view.word(at - 1) in SPENDING:
        return None  # "has to sell Y or pay $5m"
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


def _values_another(view: View, at: int) -> bool:
    """Tell whether money says what somebody is worth: "a round that valued it at $5bn"."""
    if view.word(at - 1) != "at":
        return False
    said = next((i for i in range(at - 2, at - 9, -1) if view.word(i) in _VALUING), None)
    if said is None or said == at - 2:
        return said is not None and view.word(said) == "valuation"
    return view.word(said) in {"values", "valuing"} or view.word(said - 1) in _VALUED_BY


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
        if (
            item.moment is None
            or not view.together(at, index)
            or view.has(index - 3, index, {"founded", "since", "established"})
        ):
            continue
        if view.has(index - 4, index, {"ended", "ending"}) or of_another(view, at, index):
            continue
        distance = abs(index - at)
        if best is None or distance < best[0]:
            best = distance, item.moment
    return best[1] if best else None


def _is_told_beside(view: View, at: int, index: int) -> bool:
    """Tell whether a moment is of what a deal follows, or of somebody's past.

    "to buy X, after walking away in January", "a stake in X, the unit that merged in 2021".
    """
    return any(
        (view.word(tie) in _FOLLOWED and index - tie > 1)
        or (view.word(tie) == "before" and view.word(tie + 1).endswith("ing"))
        or view.word(tie) in {"that", "which", "who", "whose", "where"}
        for tie in range(at + 1, index)
        if view.together(tie, index)
    )


def _is_of_a_name(view: View, at: int) -> bool:
    """Tell whether a moment is that of somebody named: "After Elm in 2015, X bought Y"."""
    return view.word(at - 1) in {"in", "of"} and view.name(at - 2) is not None


def of_another(view: View, at: int, index: int) -> bool:
    """Tell whether the moment at `index` is of another deal than the one told at `at`.

    "sold 2% of X after buying 5% of Y in 2017", "bought X in 2014 and took 30% of Y".
    """
    if view.has(index - 3, index, {"reported"}) and view.has(index - 6, index, {"as"}):
        return True
    if index < view.fronted <= at and _is_of_a_name(view, index):
        return True
    if index > at:
        return _is_told_beside(view, at, index) or any(
            view.word(tie) in _TYING
            and any(
                word in SPENDING or (word in VERBS and word not in CHAIN)
                for word in view.words[tie + 1 : min(index, tie + 6)]
            )
            for tie in range(at + 1, index)
        )
    verb = next((i for i in range(index - 1, -1, -1) if view.word(i) in VERBS), None)
    told = verb is not None and view.word(verb) not in CHAIN
    return told and view.has(index + 1, at, {"and", "but", "while", "before", "after"})
