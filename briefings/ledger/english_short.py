"""Deals that an English sentence tells shortly, because it has named the other part before.

"X pays $6m for 7% of Y, while Z buys 5% of the retailer"   -> the retailer is Y
"X is taking 7% of Y and Z 5%"                              -> Z takes 5% of Y
"X puts another $2bn into Y, raising its stake to 91%"      -> a stake of X in Y
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_parts import roles
from briefings.ledger.english_view import MONEY, PERCENT, View
from briefings.ledger.sentence import Draft, Stand

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


def gapped(view: View, draft: Draft) -> Draft | None:
    """Return the second deal of "X is taking 7% of Y and Z 5%"."""
    if draft.kind is not Kind.STAKE or draft.percent is None:
        return None
    target = draft.named(PartyRole.TARGET)
    for at in range(draft.deal + 1, len(view) - 2):
        tied = view.word(at) in {"and", ",", "while"} and view.word(at + 2) in {PERCENT, MONEY}
        name = view.name(at + 1) if tied else None
        if name is None:
            continue
        known = {other.key for _, other in draft.names}
        share = next((i for i in (at + 2, at + 3, at + 4) if view.word(i) == PERCENT), None)
        if share is None or name.key in known or view.figure(share) is draft.percent:
            return None
        if view.word(share + 1) in {"of", "in"} and view.name(share + 2) is not None:
            target = tuple(filter(None, [view.name(share + 2)]))
        paid = (at + 2, share + 1, share + 2)
        return replace(
            draft,
            names=(*roles(PartyRole.BUYER, (name,)), *roles(PartyRole.TARGET, target)),
            deal=share,
            percent=view.figure(share),
            option_percent=None,
            amount=next((view.figure(i) for i in paid if view.word(i) == MONEY), None),
        )
    return None
