"""Who is said to be a shareholder of whom, with which share, in an English sentence."""

from __future__ import annotations

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_figures import moment, price
from briefings.ledger.english_objects import thing
from briefings.ledger.english_parts import Part, coordinated, joined, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import NAME, PERCENT, View
from briefings.ledger.english_words import AUXILIARIES, PREPOSITIONS
from briefings.ledger.sentence import Draft

HOLDERS = frozenset({"shareholder", "stockholder", "investor", "owner", "holder"})
REACH = 12
"""How far behind the word the share may stand."""

_RANKS = frozenset(
    {"largest", "biggest", "top", "major", "main", "single", "leading", "second-largest",
     "third-largest", "second-biggest", "third-biggest", "significant", "principal", "controlling",
     "minority", "outside", "corporate", "foreign", "substantial", "majority", "sole", "second",
     "the", "a", "its", "now", "currently", "still", "also", "become", "becomes", "became",
     "remain", "remains", "remained", "as", "by", "far", "once", "and", "long", "already"}
)  # fmt: skip
_WITH = frozenset({"with", "holding", "owning", "holds", "owns", "at", "(", "has", "having"})
_IS = frozenset({"is", "are", "was", "now", "currently", ",", "remains", "became", "becomes"})


def of_holder(view: View, at: int) -> Draft | None:
    """Return what "X is the largest shareholder of Y with 15%" tells."""
    share = _share(view, at)
    if view.word(at) == "holder" and view.word(at + 1) != "of":
        return None
    told = status(view, at, None)
    if share is None or told is None:
        return None
    start = at
    while start > 0 and (
        view.word(start - 1) in _RANKS | {PERCENT} or view.word(start - 1) in AUXILIARIES
    ):
        start -= 1
    if view.word(start - 1) == "," and view.has(share - 2, share, {"holds", "owns", "has"}):
        return None  # "X, the owner of Z, holds 5% of Y"
    if view.word(at + 1) in {"of", "in"}:
        target = thing(view, at + 2, PartyRole.TARGET).target
        holder = Part(coordinated(view, start - 2 if view.word(start - 1) == "," else start - 1))
    elif view.word(start - 1) == "'s" and view.name(start - 2) is not None:
        target = Part(joined(view, start - 2)[0][:1])
        holder = _named_behind(view, at) or subject(view, start - 2, PartyRole.BUYER)
    elif (counted := _counted_as(view, at)) is not None:
        holder = Part(joined(view, counted)[0])
        target = subject(view, counted - 1, PartyRole.TARGET)
    else:
        return None
    if not holder or not target:
        return None
    coming = view.has(start, at, {"become"}) and view.has(start, at, {"will", "would", "to"})
    return Draft(
        kind=Kind.STAKE,
        status=Status.COMPLETED if told is Status.ANNOUNCED and not coming else told,
        names=(*roles(PartyRole.BUYER, holder.names), *roles(PartyRole.TARGET, target.names)),
        deal=at,
        percent=view.figure(share),
        amount=price(view, share, share + 1),
        when=None if view.word(start - 1) == "," else moment(view, at),
        missing=(*holder.missing, *target.missing),
    )


def _share(view: View, at: int) -> int | None:
    if view.word(0) == "with" and view.has(1, 4, {PERCENT}):
        return view.words.index(PERCENT)  # "With 30%, X is the largest shareholder of Y"
    if view.word(at + 1) == "of" and view.has(at + 2, at + 4, {PERCENT}):
        return at + 2 if view.word(at + 2) == PERCENT else at + 3  # "the owner of 9% of Y"
    if view.word(at - 1) == PERCENT and view.word(at + 1) in {"of", "in"}:
        return at - 1  # "becomes a 10% shareholder of Y"
    for index in range(at + 1, min(len(view), at + REACH)):
        if view.word(index) == PERCENT:
            tied = view.has(index - 4, index, _WITH)
            return index if tied and view.word(index + 1) != "more" else None
        if view.word(index) in {";", "while"}:
            return None
    return None


def _counted_as(view: View, at: int) -> int | None:
    """Return who is named in "Y counts X as its largest shareholder"."""
    for index in range(at - 1, max(0, at - 7), -1):
        if view.word(index) == "as":
            return index - 1 if view.name(index - 1) is not None else None
    return None


def _named_behind(view: View, at: int) -> Part:
    """Return who is named behind "Y's largest shareholder", right away or after "is"."""
    index = at + 1
    while view.word(index) in _IS:
        index += 1
    if view.word(index) == NAME and view.word(index - 1) not in PREPOSITIONS:
        return Part(joined(view, index)[0])
    return Part()
