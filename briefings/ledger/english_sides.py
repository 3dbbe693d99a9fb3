"""Whom the words around the parties of an English deal show to be on another side.

"Larch fell 9% as Elm sold 3% to Ash"     -> Larch sells nothing
"in schools, Ash $2 billion"              -> Ash does the same as the one before
"Elm's and Larch's units"                 -> Larch alone is not whom it is of
"""

from __future__ import annotations

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_view import COUNT, MONEY, PERCENT, View
from briefings.ledger.english_whose import RELATIONS, WORD_REACH, describes, position
from briefings.ledger.english_words import RELATIVES, UNITS
from briefings.ledger.name_words import words_of
from briefings.ledger.sentence import Draft

_AGREEING = words_of("talks negotiations discussions agreed agreement deal contract negotiating")
_FUND = words_of("led run managed advised")
_BACKED = words_of("backed owned founded controlled supported funded co-founded")
_OBJECTS = words_of("in into from at on than against unlike despite")
_CLAUSES = words_of("as when while after because whereas")
_BETWEEN = frozenset(Kind) - {Kind.REGULATORY, Kind.METRIC, Kind.TARGET}


def is_of_others(view: View, draft: Draft) -> bool:
    """Tell whether the words around its parties show that a deal is not theirs."""
    if draft.kind is Kind.REGULATORY:
        subjects = [
            at
            for name in draft.named(PartyRole.SUBJECT)
            if (at := position(view, name)) is not None
        ]
        return bool(subjects) and _is_cut_list(view, min(subjects))
    if draft.kind not in _BETWEEN:
        return False
    actors = PartyRole.SELLER if draft.kind is Kind.DIVESTMENT else PartyRole.BUYER
    if draft.kind in {Kind.PARTNERSHIP, Kind.JOINT_VENTURE}:
        actors = PartyRole.PARTNER
    places = [at for name in draft.named(actors) if (at := position(view, name)) is not None]
    acting = [at for at in places if at < draft.deal]
    targets = [
        at
        for name in draft.named(PartyRole.TARGET)
        if (at := position(view, name)) is not None and at > draft.deal
    ]
    if any(_is_gapped_subject(view, at) for at in targets):
        return True
    if places and _is_cut_list(view, min(places)):
        return True
    if not acting:
        return False
    first, last = min(acting), max(acting)
    return (
        _is_labelled(view, last)
        or _is_object(view, first, selling=draft.kind is Kind.DIVESTMENT)
        or _speaks_of_another(view, last, draft.deal)
    )


def _is_gapped_subject(view: View, at: int) -> bool:
    """Tell whether the name at `at` does the same as another: "in schools, Elm $2bn"."""
    tied = view.word(at - 1) in {",", "and", "while"}
    return tied and view.word(at + 1) in {MONEY, PERCENT, COUNT}


def _is_labelled(view: View, at: int) -> bool:
    """Tell whether a name opens a heading: "Larch: Elm sold 25 million shares"."""
    return view.word(at + 1) == ":" and view.name(at + 2) is not None


def _is_object(view: View, at: int, *, selling: bool) -> bool:
    """Tell whether the name at `at` is what another word is about, and so does nothing itself.

    "in talks with the Ash family about a buyout of Larch", "an investor in Larch, where it has 15%"
    """
    start = at - 1
    while start > 0 and at - start < WORD_REACH and describes(view.word(start)):
        start -= 1
    before = view.word(start)
    if before == "with" and view.word(start - 1) in _AGREEING:
        return True
    relative = view.has(at + 1, at + 4, RELATIVES)
    if before == "of" and view.word(start - 1) == PERCENT:
        return not relative
    if before == "by" and view.word(start - 1) in _BACKED:
        return not selling
    if before == "by" and view.word(start - 1) in _FUND:
        return "and" in view.words[max(0, start - 5) : start] and bool(
            next(view.names(0, start), None)
        )
    return before in _OBJECTS and view.word(at - 1) in _OBJECTS | {"the"} and start > 0


def _is_cut_list(view: View, at: int) -> bool:
    """Tell whether the name at `at` is only the last of those meant: "Elm's and Larch's"."""
    if view.word(at - 1) in RELATIONS and view.name(at - 2) is not None:
        at -= 2  # "Elm rival Larch and Ash affiliate Birch"
        if view.word(at - 1) in {"and", ","} and view.name(at - 2) is not None:
            return True
    if view.word(at - 1) in RELATIONS and view.word(at - 2) == "'s":
        at -= 3  # "Larch, Elm's rival Ash and Birch"
        return view.word(at - 1) in {"and", ","} and view.name(at - 2) is not None
    own = view.word(at - 2) in {"its", "their"} and view.word(at - 3) == "and"
    if own and view.word(at - 1) in RELATIONS | UNITS:
        return True  # "Elm and its affiliate Ash"
    if view.word(at - 1).endswith(("-owned", "-backed")) and view.word(at - 2) == ",":
        return view.name(at - 3) is not None
    if view.word(at - 1) not in {"and", "&"}:
        return False
    opens = view.name(at - 2) is not None and (at == 2 or view.word(at - 3) in RELATIVES)
    return opens or view.word(at - 2) in RELATIONS | {")", "'s"}


def _speaks_of_another(view: View, at: int, deal: int) -> bool:
    """Tell whether another one acts between: "Larch slumped as Elm sold 3%"."""
    return any(
        view.word(between) in _CLAUSES
        and view.name(between + 1) is not None
        and view.word(between + 2) != "'s"
        and view.together(between, deal)
        for between in range(at + 1, deal - 1)
    )
