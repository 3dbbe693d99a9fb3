"""What is bought, sold or held: the object of a verb or a noun of an English sentence."""

from __future__ import annotations

from dataclasses import dataclass

from briefings.facts import PartyRole
from briefings.ledger.english_parts import FARTHEST, Part, description, joined
from briefings.ledger.english_view import MONEY, NAME, PERCENT, View
from briefings.ledger.english_words import (
    ASSETS,
    AUXILIARIES,
    CHAIN,
    DETERMINERS,
    OBJECT_ENDS,
    ORGANISATION_NOUNS,
    PAIR_NOUNS,
    PARTS,
    PHRASE_ENDS,
    PREPOSITIONS,
    PRONOUNS_ONE,
    SHARE_NOUNS,
    SHARES,
    UNITS,
    VERBS,
    WHOLE,
)
from briefings.ledger.names import Name
from briefings.ledger.sentence import Missing, Stand
from briefings.text.amounts import Figure


@dataclass(frozen=True, slots=True)
class Thing:
    """The object of a deal: `target` is who is bought, `owners` whose it is ("Elm's library").

    `share`: a part of it, by its percent or in words; `whole`: all of it or control.
    """

    target: Part
    owners: tuple[Name, ...]
    percent: Figure | None
    share: bool
    whole: bool
    end: int


def thing(view: View, start: int, role: PartyRole) -> Thing:
    """Return what is bought, sold or held: the object beginning at `start`."""
    end = _object_end(view, start)
    percents = [at for at in range(start, end) if view.word(at) == PERCENT]
    partly = not PARTS.isdisjoint(view.words[start : start + 2]) and view.has(start, end, {"of"})
    percent = view.figure(percents[0]) if percents and not partly else None
    words = frozenset(view.words[start:end])
    whole = not WHOLE.isdisjoint(words) or (percent is not None and percent.quantity.value == 100)
    part = (
        percent is not None
        or partly
        or not words.isdisjoint(SHARE_NOUNS)
        or (not words.isdisjoint(SHARES) and not whole)
    )
    target, owners = _target(view, start, end, role, part or not words.isdisjoint(SHARES))
    return Thing(target, owners, percent, part, whole, end)


def _object_end(view: View, start: int) -> int:
    named = False
    stop = min(len(view), start + FARTHEST)
    at = start
    while at < stop:
        word = view.word(at)
        if word in OBJECT_ENDS and not (word == "as" and view.word(at + 1) == "much"):
            return at
        if word == "to" and view.word(at - 1) != "up":
            return at
        if word == NAME:
            named = True
        elif word == "in" and named and view.word(at - 1) not in SHARE_NOUNS | SHARES:
            return at
        elif word == ",":
            if view.word(at + 1) == "or" and view.word(at + 2) in {PERCENT, "about"}:
                at += 2 if view.word(at + 3) != "," else 3
            elif named or not _named_soon(view, at):
                return at
        elif word == "and" and (named or _verb_follows(view, at)) and view.name(at + 1) is None:
            return at
        at += 1
    return stop


def _named_soon(view: View, comma: int) -> bool:
    """Tell whether a name follows a comma within the same object: "its oil unit, Larch Inc"."""
    for at in range(comma + 1, min(len(view), comma + 5)):
        if view.word(at) == NAME:
            return True
        if view.word(at) in OBJECT_ENDS or view.word(at) in AUXILIARIES:
            return False
    return False


def _verb_follows(view: View, at: int) -> bool:
    after = view.word(at + 1)
    return after in VERBS or after in AUXILIARIES or after in PRONOUNS_ONE or after.endswith("ing")


def _target(
    view: View, start: int, end: int, role: PartyRole, share: bool
) -> tuple[Part, tuple[Name, ...]]:
    names = list(view.names(start, end))
    if not names and share:
        return Part(), ()
    if not names:
        return _unnamed(view, start, end, role), ()
    at, first = names[0]
    if view.word(at + 1) != "'s":
        found, stop = joined(view, at)
        if not _is_whole(view, stop, end):
            return Part(), ()
        asset = len(found) == 1 and first.organisation is None and not share
        phrase = _phrase(view, at, end) if asset and view.has(stop, end, ASSETS - UNITS) else None
        return Part((phrase,) if phrase else found), ()
    if len(names) > 1:
        behind, second = names[1]
        between = view.words[at + 2 : behind]
        if not any(word in PREPOSITIONS or word == "," for word in between):
            return Part((second,)), (first,)
    if share:
        return Part((first,)), ()
    phrase = _phrase(view, at + 2, end)
    return (Part((phrase,)), (first,)) if phrase else (Part((first,)), ())


def _is_whole(view: View, stop: int, end: int) -> bool:
    """Tell whether a name ends what is bought: "the XPeng stake", not "an XPeng car"."""
    after = view.word(stop)
    if stop >= end or not after.isalpha() or after in PREPOSITIONS | CHAIN | {"and", "or", "plus"}:
        return True
    return view.has(stop, end, ASSETS | SHARES | SHARE_NOUNS | {"outright", "common", "private"})


def _unnamed(view: View, start: int, end: int, role: PartyRole) -> Part:
    for at in range(start, end):
        word = view.word(at)
        if word in PRONOUNS_ONE and at == start:
            return Part((), (Missing(role, Stand.ONE, word),))
        if word in ORGANISATION_NOUNS or word in PAIR_NOUNS:
            described = description(view, at, role)
            if described:
                return described
    phrase = _phrase(view, start, end)
    return Part((phrase,)) if phrase else Part()


def _phrase(view: View, start: int, end: int) -> Name | None:
    """Return what is bought as it is written, if its words say that it can be."""
    while start < end and view.word(start) in DETERMINERS | WHOLE | {"substantially", "of"}:
        start += 1
    stop = start
    for at in range(start, min(end, start + 10)):
        if view.word(at) in PREPOSITIONS | PHRASE_ENDS | {MONEY, PERCENT}:
            break
        stop = at + 1
    while stop > start and view.word(stop - 1) in {",", "-", '"'}:
        stop -= 1
    words = view.words[start:stop]
    if not words or words[-1] not in ASSETS or words[0] in {"own", "and"}:
        return None
    text = view.text(start, stop)
    span = view.items[start].start, view.items[stop - 1].end
    return Name(*span, None, " ".join(text.split()))
