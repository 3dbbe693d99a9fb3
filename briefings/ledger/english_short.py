"""Deals that an English sentence tells shortly, because it has named the other part before.

"X pays $6m for 7% of Y, while Z buys 5% of the retailer"   -> the retailer is Y
"X is taking 7% of Y and Z 5%"                              -> Z takes 5% of Y
"X puts another $2bn into Y, raising its stake to 91%"      -> a stake of X in Y
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_figures import moment
from briefings.ledger.english_parts import roles
from briefings.ledger.english_view import MOMENT, MONEY, PERCENT, View
from briefings.ledger.english_words import VERBS
from briefings.ledger.sentence import Draft, Stand

_BEHIND_SHARES = frozenset({"", ".", ",", "and", "for", "in", "on", ";", MOMENT})
"""What follows "10% of Z" where Z itself is meant, not an attribute."""
_BUYING = frozenset({Kind.STAKE, Kind.ACQUISITION, Kind.INVESTMENT})


def with_targets(found: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the deals of a sentence, what stands for the target of an earlier one named as it."""
    target = None
    for draft in found:
        told = draft
        left = [m for m in draft.missing if m.role is PartyRole.TARGET and m.stand is Stand.ONE]
        if left and target is not None and draft.kind in _BUYING:
            others = {name.named for _, name in draft.names}
            if target.named not in others:
                told = replace(
                    draft,
                    names=(*draft.names, (PartyRole.TARGET, target)),
                    missing=tuple(m for m in draft.missing if m not in left),
                )
        named = told.named(PartyRole.TARGET)
        if told.kind in _BUYING:
            target = named[0] if len(named) == 1 else None
        yield told


def also_taken(view: View, draft: Draft) -> Iterator[Draft]:
    """Yield the further shares of "X holds 15% of Y, 10% of Z and 25% of W"."""
    if draft.kind not in {Kind.STAKE, Kind.ACQUISITION} or not draft.named(PartyRole.BUYER):
        return
    buyers = draft.named(PartyRole.BUYER)
    known = {name.key for _, name in draft.names}
    for at in range(draft.deal + 2, len(view) - 2):
        share = at + 1 if view.word(at) in {"and", ","} else at
        name = view.name(share + 2) if view.word(share) == PERCENT else None
        if share == at or name is None or view.word(share + 1) != "of" or name.key in known:
            continue
        behind = view.word(share + 3)
        if behind not in _BEHIND_SHARES or not view.together(at, draft.deal):
            continue
        if any(word in VERBS for word in view.words[draft.deal + 1 : at]):
            return
        paid = share + 4 if behind == "for" and view.word(share + 4) == MONEY else None
        dated = share + 4 if behind in {"in", "on"} else share + 3
        yield replace(
            draft,
            kind=Kind.STAKE,
            names=(*roles(PartyRole.BUYER, buyers), (PartyRole.TARGET, name)),
            deal=share,
            percent=view.figure(share),
            option_percent=None,
            amount=view.figure(paid) if paid is not None else None,
            when=view.items[dated].moment if dated < len(view) else None,
            missing=tuple(m for m in draft.missing if m.role is PartyRole.BUYER),
        )


def gapped(view: View, draft: Draft) -> Draft | None:
    """Return the second deal of "X is taking 7% of Y and Z 5%"."""
    if draft.kind is not Kind.STAKE or draft.percent is None:
        return None
    target = draft.named(PartyRole.TARGET)
    for at in range(draft.deal + 1, len(view) - 2):
        if not view.together(at, draft.deal):
            continue
        tied = view.word(at) in {"and", ",", "while"} and view.word(at + 2) in {PERCENT, MONEY}
        name = view.name(at + 1) if tied else None
        if name is None:
            continue
        known = {other.key for _, other in draft.names}
        share = next((i for i in (at + 2, at + 3, at + 4) if view.word(i) == PERCENT), None)
        if share is None or name.key in known or view.figure(share) is draft.percent:
            return None
        if not target and draft.missing:
            return None  # "X owns 7.5% of it and Z 13.8%"
        if view.word(share + 1) in {"of", "in"} and view.name(share + 2) is not None:
            target = tuple(filter(None, [view.name(share + 2)]))
        paid = (at + 2, share + 1, share + 2)
        return replace(
            draft,
            names=(*roles(PartyRole.BUYER, (name,)), *roles(PartyRole.TARGET, target)),
            deal=share,
            percent=view.figure(share),
            option_percent=None,
            when=moment(view, share),
            amount=next((view.figure(i) for i in paid if view.word(i) == MONEY), None),
        )
    return None
