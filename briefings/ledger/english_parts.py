"""Names in a row, and words that stand for a name, in an English sentence."""

from __future__ import annotations

from dataclasses import dataclass

from briefings.facts import PartyRole
from briefings.ledger.english_view import NAME, View
from briefings.ledger.english_words import (
    ORGANISATION_NOUNS,
    PAIR_NOUNS,
    PREPOSITIONS,
)
from briefings.ledger.names import Name
from briefings.ledger.sentence import Missing, Stand

FARTHEST = 40
"""How many items a verb is looked for its subject and its object."""


@dataclass(frozen=True, slots=True)
class Part:
    """Who has a part: names, or what stands for them; nothing where the sentence tells nobody."""

    names: tuple[Name, ...] = ()
    missing: tuple[Missing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.missing)


def coordinated(view: View, at: int) -> tuple[Name, ...]:
    """Return the name at `at` and those joined to it on its left: "A, B and C"."""
    found: list[Name] = []
    while (name := view.name(at)) is not None and len(found) < FARTHEST:
        found.append(name)
        before = at - 1
        if view.word(before) == "'s" and view.name(before - 1) is not None:
            before -= 2  # "and Alibaba's Tmall"
        if view.word(before) in {"and", "&"}:
            before -= 1
            if view.word(before) == ",":
                before -= 1
        elif view.word(before) == "," and len(found) > 1:
            before -= 1
        else:
            break
        at = before
    return tuple(reversed(found))


def joined(view: View, at: int) -> tuple[tuple[Name, ...], int]:
    """Return the name at `at`, those joined to it on its right, and where they end."""
    found: list[Name] = []
    end = at
    while (name := view.name(at)) is not None and len(found) < FARTHEST:
        found.append(name)
        end = at + 1
        after = at + 1
        if view.word(after) == "'s" and view.name(after + 1) is not None:
            found.pop()
            at = after + 1
            continue
        ahead = after + 1 if view.word(after) == "," else after
        if view.word(ahead) in {"and", "&"} and view.name(ahead + 1) is not None:
            at = ahead + 1
        elif ahead > after and view.name(ahead) is not None and _list_goes_on(view, ahead):
            at = ahead
        else:
            break
    return tuple(found), end


def _list_goes_on(view: View, at: int) -> bool:
    after = at + 1
    if view.word(after) == ",":
        after += 1
    return view.word(after) in {"and", "&"} and view.name(after + 1) is not None


def description(view: View, at: int, role: PartyRole) -> Part:
    """Return what "the company" or "both firms" ending at `at` stands for: somebody to be found."""
    noun = view.word(at)
    if noun not in ORGANISATION_NOUNS and noun not in PAIR_NOUNS:
        return Part()
    for before in range(at - 1, max(-1, at - 7), -1):
        word = view.word(before)
        if noun in ORGANISATION_NOUNS and word in {"the", "this", "it"}:
            return Part((), (Missing(role, Stand.ONE, view.text(before, at + 1)),))
        if noun in PAIR_NOUNS and word in {"both", "two", "the"}:
            return Part((), (Missing(role, Stand.BOTH, view.text(before, at + 1)),))
        if word in PREPOSITIONS or word in {NAME, "'s", ",", "a", "an"}:
            break
    return Part()


def roles(role: PartyRole, names: tuple[Name, ...]) -> tuple[tuple[PartyRole, Name], ...]:
    """Return names with the part that all of them have."""
    return tuple((role, name) for name in names)


def once(names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Return everybody once, in the order they are named first."""
    return tuple({name.key: name for name in reversed(names)}.values())[::-1]
