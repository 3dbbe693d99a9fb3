"""Deals that an English sentence names by a noun: an acquisition, a sale, a stake, a merger."""

from __future__ import annotations

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import behind, purchase, sale
from briefings.ledger.english_figures import moment, price
from briefings.ledger.english_objects import thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MOMENT, MONEY, PERCENT, View
from briefings.ledger.english_words import AUXILIARIES, Form
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

_STANDS = frozenset(
    {"stands", "stood", "is", "was", "to", "at", "of", "now", "about", "rose", "rises", "increased",
     "grew", "fell", "dropped", "reached", "amounts", "currently", "remains", "remained"}
)  # fmt: skip


def for_whom(view: View, at: int) -> bool:
    return view.word(at + 1) == "for" or view.has(at + 1, at + 5, {"for"})


def of_buying_noun(view: View, at: int) -> Draft | None:
    tie = at + 1
    if view.word(at) in {"bid", "offer", "bids"}:
        tie = next((i for i in range(at + 1, at + 5) if view.word(i) == "for"), at)
        if tie == at or view.word(tie + 1) in {MONEY, MOMENT}:
            return None
    elif view.word(tie) != "of":
        return None
    owner = _possessor(view, at)
    told = status(view, at, None, since=owner)
    what = thing(view, tie + 1, PartyRole.TARGET)
    if told is None or not what.target:
        return None
    buyers = behind(view, what.end, "by") or _named_at(view, owner)
    who = Part(buyers) if buyers else subject(view, at, PartyRole.BUYER)
    who = Part(tuple(name for name in who.names if not name.regulator), who.missing)
    return purchase(view, at, told, who, what) if who else None


def of_selling_noun(view: View, at: int) -> Draft | None:
    if view.word(at + 1) != "of":
        return None
    owner = _possessor(view, at)
    told = status(view, at, None, since=owner)
    what = thing(view, at + 2, PartyRole.TARGET)
    if told is None or not what.target:
        return None
    sellers = behind(view, what.end, "by") or _named_at(view, owner)
    who = Part(sellers) if sellers else subject(view, at, PartyRole.SELLER)
    return sale(view, at, told, who, what)


def _possessor(view: View, at: int) -> int | None:
    """Return where the name before a noun with 's is: "Elm's acquisition"."""
    for before in range(at - 1, max(0, at - 6), -1):
        if view.word(before) == "'s":
            return before - 1 if view.name(before - 1) is not None else None
        if view.word(before) in AUXILIARIES | {"its", "the", "of", ",", "a", "said"}:
            break
    return None


def _named_at(view: View, at: int | None) -> tuple[Name, ...]:
    name = view.name(at) if at is not None else None
    return (name,) if name is not None else ()


def of_share_noun(view: View, at: int) -> Draft | None:
    """Return the holding in "X's 30% stake in Y" and "X's stake in Y stands at 30%"."""
    owner = _possessor(view, at)
    if owner is None or view.word(at + 1) != "in":
        return None
    target, end = joined(view, at + 2)
    percent = next((view.figure(i) for i in range(owner, at) if view.word(i) == PERCENT), None)
    for index in range(end, min(len(view), end + 7)):
        if percent is None and view.word(index) == PERCENT:
            percent = view.figure(index)
        if view.word(index) not in _STANDS:
            break
    told = status(view, at, None, since=owner)
    if told is None or percent is None or not target:
        return None
    return Draft(
        kind=Kind.STAKE,
        status=Status.COMPLETED if told is Status.ANNOUNCED else told,
        names=(
            *roles(PartyRole.BUYER, _named_at(view, owner)),
            *roles(PartyRole.TARGET, target),
        ),
        deal=at,
        percent=percent,
        when=moment(view, at),
    )


def of_merger(view: View, at: int, form: Form | None) -> Draft | None:
    """Return the merger of two: whoever is named first is taken to be the one that goes on."""
    told = status(view, at, form)
    if told is None:
        return None
    names: tuple[Name, ...] = ()
    for index in range(at + 1, min(len(view), at + 8)):
        if view.name(index) is not None:
            names, _ = joined(view, index)
            break
        if view.word(index) in {"in", ",", "for", "that", "which", "under"}:
            break
    who = Part() if len(names) == 2 else subject(view, at, PartyRole.BUYER)
    pair = (*who.names, *names)
    if len(pair) != 2 or who.missing:
        return None
    return Draft(
        kind=Kind.ACQUISITION,
        status=told,
        names=((PartyRole.BUYER, pair[0]), (PartyRole.TARGET, pair[1])),
        deal=at,
        amount=price(view, at, at + 1),
        when=moment(view, at),
    )
