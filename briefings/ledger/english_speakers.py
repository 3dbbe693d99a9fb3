"""Whom somebody speaks for who is quoted with "we" in an English sentence.

"We have ...," said a spokesman for X    -> X
"We have ...," said Ann Ash, who runs X  -> X, and not Ann Ash
"""

from __future__ import annotations

from briefings.ledger.english_parts import Part, joined
from briefings.ledger.english_view import View
from briefings.ledger.name_words import TITLES
from briefings.ledger.names import is_corporate

_LEADING = frozenset({"runs", "heads", "leads", "chairs", "founded", "ran", "led", "headed"})
"""What people do with a firm that they speak for."""


def speaker_of(view: View, at: int) -> Part:
    """Return who says "we" at `at`: "..., said a spokesman for X", "..., X said"."""
    for said in range(at + 1, len(view)):
        if view.word(said) not in {"said", "says"}:
            continue
        name = view.name(said - 1)
        if name is not None:
            return Part() if _is_a_person(view, said - 1) else Part((name,))
        first = next((i for i, _ in view.names(said + 1, said + 8)), None)
        if first is None:
            return Part()
        tied = first == said + 1 or view.word(first - 1) in {"for", "of", "at"}
        office = view.word(first + 1) == "'s" or view.word(first + 1) in TITLES
        if first == said + 1 and not office and _is_a_person(view, first):
            return _speakers_firm(view, first)
        return Part(joined(view, first)[0][:1]) if tied or office else Part()
    return Part()


def _is_a_person(view: View, at: int) -> bool:
    """Tell whether an unknown name is a person's, as far as the words behind it tell no firm's."""
    name = view.name(at)
    if name is None or name.organisation is not None or is_corporate(name.named):
        return False
    if view.word(at + 1) != "," or view.word(at + 2) not in {"which", "whose", "a", "an", "the"}:
        return True
    return view.has(at + 3, at + 7, TITLES)


def _speakers_firm(view: View, at: int) -> Part:
    """Return whom the person at `at` speaks for: "Ann Ash, who runs Elm", "Ann Ash of Elm".

    Nobody where the words behind the name do not say: "Ann Ash, an analyst who follows Elm".
    """
    if view.word(at + 1) in {"of", "at", "from"}:
        firm = at + 2
    elif view.word(at + 2) == "who" and view.word(at + 3) in _LEADING:
        firm = at + 4
    else:
        firm = at + 3 if view.word(at + 2) in TITLES else at + 2
        while view.word(firm) in TITLES | {"the", "and", "executive", "officer", "of"}:
            firm += 1
        named = view.name(firm) is not None
        office = view.word(firm + 1) == "'s" and view.word(firm + 2) in TITLES
        if not named or not (office or view.word(firm - 1) == "of"):
            return Part()
    name = view.name(firm)
    return Part((name,)) if name is not None and name.organisation is not None else Part()
