"""Names of an English deal that are only told beside it: in what it holds, combines, or is part of.

"a 25% stake in a new unit holding the Larch brand"    -> no stake in Larch
"a joint venture combining Elm's shops with Larch"     -> Larch is no partner
"Larch bought its internet business"                   -> no name of what is bought
"""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_view import View
from briefings.ledger.english_whose import position
from briefings.ledger.english_words import ORGANISATION_NOUNS, UNITS
from briefings.ledger.name_words import words_of
from briefings.ledger.sentence import Draft

_UNNAMED = (UNITS | ORGANISATION_NOUNS) | words_of("""
vehicle entity subsidiary venture company fund consortium newco
""")
_COMBINING = words_of("combining merging pooling uniting bundling comprising")
_CONTAINING = _COMBINING | words_of("holding owning housing containing including")
_ARTICLES = frozenset({"a", "an"})
_OWN = frozenset({"its", "their", "his", "her"})
_BOUGHT = frozenset({Kind.STAKE, Kind.ACQUISITION, Kind.INVESTMENT, Kind.DIVESTMENT})
_BUYING = _BOUGHT - {Kind.DIVESTMENT}
_TOGETHER = frozenset({Kind.JOINT_VENTURE, Kind.PARTNERSHIP})
_REACH = 12
"""How many items before a name the unit without one may stand that holds it."""


def without_the_passing(view: View, draft: Draft) -> Draft | None:
    """Return the draft without those that are only told beside it; None where no deal is left."""
    if draft.kind in _TOGETHER:
        return _without_combined(view, draft)
    if draft.kind not in _BOUGHT:
        return draft
    if draft.kind in _BUYING and _is_owned_and_unnamed(view, draft):
        return None
    targets = [at for n in draft.named(PartyRole.TARGET) if (at := position(view, n)) is not None]
    if any(_is_held_by_unnamed(view, at) for at in targets if at > draft.deal):
        return None
    return draft


def _without_combined(view: View, draft: Draft) -> Draft | None:
    """Return a venture without what is put into it: "combining Elm's shops with Larch"."""
    combining = next(
        (
            at
            for at in range(draft.deal + 1, len(view))
            if view.word(at) in _COMBINING and view.together(at, draft.deal)
        ),
        None,
    )
    if combining is None:
        return draft
    kept = tuple(
        (role, name)
        for role, name in draft.names
        if (at := position(view, name)) is None or at < combining
    )
    return replace(draft, names=kept) if len({name.key for _, name in kept}) > 1 else None


def _is_held_by_unnamed(view: View, at: int) -> bool:
    """Tell whether the name at `at` is of what a unit without a name holds.

    "a stake in a new subsidiary holding the Larch and Ash brands", "in a fund owning Larch".
    """
    for held in range(at - 1, max(0, at - _REACH), -1):
        if view.word(held) in {";", "which", "who"}:
            return False
        if view.word(held) in _CONTAINING:
            start = held - 1
            while start > 0 and view.word(start) not in _ARTICLES and held - start < _REACH:
                start -= 1
            named = any(True for _ in view.names(start, held - 1))
            return view.word(start) in _ARTICLES and not named and view.has(start, held, _UNNAMED)
    return False


def _is_owned_and_unnamed(view: View, draft: Draft) -> bool:
    """Tell whether what is bought is somebody's and has no name: "bought its internet business"."""
    for name in draft.named(PartyRole.TARGET):
        at = next((i for i, item in enumerate(view.items) if item.start >= name.start), None)
        if at is None or name.organisation is not None or not name.named.islower():
            continue
        if view.word(at - 1) in _OWN and at > draft.deal:
            return True
    return False
