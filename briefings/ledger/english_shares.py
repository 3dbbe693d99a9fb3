"""Which share of an English sentence belongs to a deal: taken, reached, left, optional."""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Bound
from briefings.ledger.english_objects import Thing
from briefings.ledger.english_view import PERCENT, View
from briefings.ledger.english_words import SHARE_NOUNS, SHARES, VERBS, Frame
from briefings.text.amounts import Figure

_ALLOWING = frozenset(
    {"allows", "allow", "allowing", "entitles", "entitling", "lets", "letting", "permits", "permit",
     "permitting", "enables", "enabling"}
)  # fmt: skip
_EXERCISING = frozenset({"exercised", "exercising", "exercises"})
_OPTIONS = frozenset({"option", "options"})
_LEAVE = frozenset({"leave", "permission", "allowed", "permitted"})
_MORE_HELD = frozenset(
    {"go", "raise", "build", "expand", "boost", "take", "double", "lift", "increase", "own", "hold",
     "holding", "stake"}
)  # fmt: skip
"""What makes a share behind a word of leave one that may be held."""
_GIVING = frozenset(
    {"for", "a", "giving", "gives", "gave", "handing", "securing", "taking", "getting", "receive",
     "receiving", "acquiring", "equivalent", "equal", "representing", "own", "buys", "hold"}
)  # fmt: skip
"""What ties a share to the money that is put in."""


def shares(view: View, at: int, what: Thing) -> tuple[Figure | None, Figure | None]:
    """Return the share taken and the share that may be reached."""
    if _is_optional(view, at):
        return None, what.percent
    if (allowed := _allowed(view, at)) is not None:
        return what.percent, allowed
    for index in range(at, len(view)):
        if view.word(index) in _OPTIONS | _LEAVE:
            for ahead in range(index + 1, min(len(view), index + 12)):
                figure = view.figure(ahead)
                meant = view.word(index) in _OPTIONS or view.has(index, ahead, _MORE_HELD)
                if view.word(ahead) != PERCENT or figure is what.percent or not meant:
                    continue
                if not _is_of_another(view, ahead, what):
                    return what.percent, figure
    return what.percent, None


def _is_of_another(view: View, at: int, what: Thing) -> bool:
    """Tell whether the share at `at` is plainly one of somebody else: "10% of Snap"."""
    ours = {name.key for name in what.target.names}
    for ahead in range(at + 1, at + 5):
        name = view.name(ahead)
        if name is not None:
            return name.key not in ours and view.word(ahead - 1) in {"of", "in"}
    return False


def _is_optional(view: View, at: int) -> bool:
    """Tell whether the verb at `at` says what may be taken later: "an option to buy 9%"."""
    before = view.before(at, 8)
    if not _EXERCISING.isdisjoint(before):
        return False
    apart = before[-1:] == (",",) or before[-2:] == (",", "to")
    return (
        (apart and not _ALLOWING.isdisjoint(view.before(at, 12)))
        or not {"option", "options", "right"}.isdisjoint(before[-6:])
        or before[-1:] == ("can",)
        or not _ALLOWING.isdisjoint(before[-4:])
        or (
            not {"could", "may"}.isdisjoint(before[-3:])
            and not {"under", "option"}.isdisjoint(view.words)
        )
    )


def _allowed(view: View, at: int) -> Figure | None:
    """Return 10% in "allows X, which owns 5% of Y, to go up to 10%": told around an aside."""
    span = view.aside(at)
    if span is None or _ALLOWING.isdisjoint(view.words[max(0, span[0] - 8) : span[0]]):
        return None
    start = span[1] + 1
    if view.word(start) == "to":
        start += 1
    if view.word(start) not in _MORE_HELD:
        return None
    found = [i for i in range(start, min(len(view), start + 8)) if view.word(i) == PERCENT]
    named = any(True for _ in view.names(start, found[0])) if found else True
    return None if named else unbounded(view.figure(found[0]))


def share_reached(view: View, what: Thing) -> Figure | None:
    start = _past_description(view, what.end)
    for at in range(start, min(len(view), start + 6)):
        if view.word(at) == "to" and view.word(at + 1) == PERCENT:
            return view.figure(at + 1)
    return None


def _past_description(view: View, at: int) -> int:
    """Return where "a stake in Y, China's biggest grocer, to 72%" goes on behind Y."""
    if view.word(at) != ",":
        return at
    for closing in range(at + 2, min(len(view), at + 10)):
        word = view.word(closing)
        if word == ",":
            return closing + 1 if view.word(closing + 1) in {"to", "from"} else at
        if word in VERBS or word in {PERCENT, "which", "who", ";", "and"}:
            return at
    return at


def share_left(view: View, at: int) -> Figure | None:
    """Return the share that is left: "cut its holding from 17% to 2.3%"."""
    cuts = [
        index
        for index in range(at, len(view))
        if (verb := VERBS.get(view.word(index))) is not None
        and verb.frame is Frame.CUT
        and view.together(at, index)
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
