"""Deals told in the passive: "a 14% stake in Y is being bought by X"."""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import behind, purchase, sale
from briefings.ledger.english_objects import Thing, thing
from briefings.ledger.english_parts import Part, coordinated, joined
from briefings.ledger.english_shares import share_before
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import PERCENT, View
from briefings.ledger.english_words import SHARE_NOUNS, SHARES, WHOLE, Form, Frame, Verb
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

SUBJECT_REACH = 16
"""How far before a passive verb the share may stand that is its subject."""

_BE = frozenset({"be", "been", "being", "is", "are", "was", "were"})
_CLAUSES = frozenset({";", ":", "which", "that", "said", "says", "who", "while"})


def is_passive(view: View, at: int, verb: Verb) -> bool:
    """Tell whether the verb at `at` says what is done to its subject."""
    if verb.form not in {Form.PAST, Form.PARTICIPLE}:
        return False
    before = at - 1
    while view.word(before).endswith("ly") or view.word(before) in {"also", "already", "now"}:
        before -= 1
    if view.word(before) in _BE:
        return True
    return view.word(at + 1) == "by" and view.word(before) not in {"has", "have", "had"}


def passive(view: View, at: int, verb: Verb, told: Status) -> Draft | None:
    """Return what "Y was bought by X" tells; `told` is how far it has come."""
    by = behind(view, at + 1, "by")
    percent = share_before(view, at) or (
        view.figure(at + 1) if view.word(at + 1) == PERCENT else None
    )
    what = _share_before(view, at) or Thing(
        _of_which(view, at) or subject(view, at, PartyRole.TARGET), (), percent, False, True, at + 1
    )
    if not what.target:
        return None
    if by and (verb.frame is Frame.BUY or view.word(at + 1) in {"private", "over"}):
        return purchase(view, at, told, Part(by), what)
    if verb.frame is Frame.HOLD and by and what.percent is not None:
        held = told if what.share or view.has(at - 3, at, {"will", "to"}) else Status.COMPLETED
        owned = replace(what, share=True, whole=False)
        return replace(purchase(view, at, held, Part(by), owned), kind=Kind.STAKE)
    if verb.frame is not Frame.SELL:
        return None
    by = by or _held_by(view, at)
    if by or what.owners:
        return sale(view, at, told, Part(by), what)
    buyers = behind(view, at + 1, "to") if view.word(at) == "sold" else ()
    return purchase(view, at, told, Part(buyers), what) if buyers else None


def _held_by(view: View, at: int) -> tuple[Name, ...]:
    """Return X in "the Y shares owned by X were sold", "the stake X held in Y was sold"."""
    for before in range(at - 1, max(0, at - 12), -1):
        if view.word(before) in {"owned", "held", "controlled"}:
            if view.word(before + 1) == "by":
                return joined(view, before + 2)[0]
            return coordinated(view, before - 1)
    return ()


def _of_which(view: View, at: int) -> Part:
    """Return Y in "Y, 18% of which is owned by X"."""
    for which in range(at - 1, max(2, at - 5), -1):
        if view.word(which) == "which" and view.word(which - 1) == "of":
            for before in range(which - 2, max(-1, which - 7), -1):
                if view.name(before) is not None:
                    return Part(joined(view, before)[0])
    return Part()


def _share_before(view: View, at: int) -> Thing | None:
    """Return the share in "a 14% stake in Y is being bought", "Y shares will be handed out"."""
    first = max(0, at - SUBJECT_REACH)
    clause = max((i + 1 for i in range(first, at) if view.word(i) in _CLAUSES), default=first)
    dealt_in = SHARE_NOUNS | SHARES | {PERCENT}
    at_share = next((i for i in range(clause, at) if view.word(i) in dealt_in), None)
    if at_share is None:
        return None
    owner = view.name(at_share - 2) if view.word(at_share - 1) == "'s" else None
    if owner is not None:
        what = thing(view, at_share, PartyRole.TARGET)
        if what.target:
            return replace(what, owners=(owner,), end=at + 1)
    start = at_share - 2 if owner is not None else at_share
    if view.name(at_share - 1) is not None:
        start = at_share - 1
    while start > 0 and view.word(start - 1) in WHOLE | {"of", "its", "their"}:
        start -= 1
    what = thing(view, start, PartyRole.TARGET)
    return replace(what, end=at + 1) if what.target and (what.share or what.whole) else None
