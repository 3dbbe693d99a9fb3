"""What is bought, sold or held: the object of a verb or a noun of an English sentence."""

from __future__ import annotations

from dataclasses import dataclass

from briefings.facts import PartyRole
from briefings.ledger.english_parts import FARTHEST, Part, description, joined
from briefings.ledger.english_view import COUNT, MONEY, NAME, PERCENT, View
from briefings.ledger.english_words import (
    ASSETS,
    AUXILIARIES,
    CHAIN,
    DETERMINERS,
    FRACTIONS,
    OBJECT_ENDS,
    ORGANISATION_NOUNS,
    PAIR_NOUNS,
    PARTS,
    PHRASE_ENDS,
    PREPOSITIONS,
    PRONOUNS_ONE,
    SHARE_NOUNS,
    SHARES,
    SPENDING,
    UNITS,
    VERBS,
    WHOLE,
    Form,
)
from briefings.ledger.name_words import words_of
from briefings.ledger.names import Name
from briefings.ledger.sentence import Missing, Stand
from briefings.text.amounts import Figure

_NO_SHARE_OF = frozenset(
    {
        "orders",
        "bookings",
        "trips",
        "votes",
        "class",
        "float",
        "voting",
        "vote",
        "market",
        "traffic",
        "users",
        "revenue",
        "sales",
        "profit",
    }
)
"""What a percentage is of that is no share in anybody."""


_SHARED = frozenset({"share", "portion", "slice", "part", "cut", PERCENT})
_TAKINGS = words_of("""
profit profits earnings income revenue revenues sales takings proceeds fees cash-flow royalties
""")
"""What is shared out that is no firm."""
_SHARED_FIRMS = words_of("consortium vehicle fund venture partnership")
"""What several hold together, and is not the firm they bought."""


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
    partly = partly or (
        view.word(start) in FRACTIONS and view.words[start + 1 : start + 2] == ("of",)
    )
    partly = partly or (bool(percents) and _is_of_a_share(view, percents[0]))
    percent = view.figure(percents[0]) if percents and not partly else None
    words = frozenset(view.words[start:end])
    whole = not WHOLE.isdisjoint(words) or (percent is not None and percent.quantity.value == 100)
    fraction = next((at for at in range(start, end - 1) if view.word(at) in FRACTIONS), None)
    part = (
        percent is not None
        or partly
        or (fraction is not None and view.word(fraction + 1) == "of")
        or not words.isdisjoint(SHARE_NOUNS)
        or (not words.isdisjoint(SHARES) and not whole)
    )
    target, owners = _target(view, start, end, role, part or not words.isdisjoint(SHARES))
    paired = bool(percents) and view.words[percents[0] + 1 : percents[0] + 3] == ("and", PERCENT)
    if paired:
        target = Part()  # "7% and 5.5% of Y"
    shared = percents[0] if percents else fraction
    if shared is not None and view.has(shared + 1, min(end, shared + 8), _NO_SHARE_OF):
        target = Part()
    return Thing(target, owners, percent, part, whole, end)


def is_share_of_takings(view: View, start: int, end: int) -> bool:
    """Tell whether a share is one of what a firm earns, not of the firm.

    "giving up its share of Elm's profit", "takes 30% of Elm's fees"
    """
    shared = next((i for i in range(start, end) if view.word(i) in _SHARED), None)
    if shared is None or view.has(start, shared + 1, SHARE_NOUNS):
        return False
    for at in range(shared + 1, min(end, shared + 9)):
        if view.word(at) in _TAKINGS:
            return view.has(shared + 1, at, {"of"})
    return False


def _is_of_a_share(view: View, at: int) -> bool:
    """Tell whether a percentage is of a holding: "a quarter of its 24%", "30% of its stake"."""
    part = view.word(at - 3)
    if view.word(at - 2) == "of" and (part in FRACTIONS or part.endswith(("th", "ths"))):
        return view.word(at - 1) in {"its", "their", "the"}
    own = view.words[at + 1 : at + 3] in {("of", "its"), ("of", "their")}
    return own and view.has(at + 3, at + 7, SHARE_NOUNS)


def _object_end(view: View, start: int) -> int:
    named = False
    span = view.aside(start)
    stop = min(span[1] if span is not None else len(view), start + FARTHEST)
    at = start
    while at < stop:
        word = view.word(at)
        if word == "behind" and view.word(start) in {"the", "a"}:
            at += 1
            continue
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
        elif word == "and" and (
            _gaps(view, at) or ((named or _verb_follows(view, at)) and view.name(at + 1) is None)
        ):
            return at
        at += 1
    return stop


def _gaps(view: View, at: int) -> bool:
    """Tell whether "and" ties on another who does the same: "7% and Z 5%", "and Z the rest"."""
    after = view.word(at + 2)
    return view.name(at + 1) is not None and (
        after in {PERCENT, MONEY}
        or (after == "'s" and view.word(at + 3) in SPENDING)
        or (after == "the" and view.has(at + 3, at + 6, {PERCENT, "rest", "other", "remaining"}))
    )


def _named_soon(view: View, comma: int) -> bool:
    """Tell whether a name follows a comma within the same object: "its oil unit, Larch Inc"."""
    for at in range(comma + 1, min(len(view), comma + 5)):
        if view.word(at) == NAME:
            _, end = joined(view, at)
            return not _begins_clause(view, end)
        word = view.word(at)
        if word in OBJECT_ENDS or word in AUXILIARIES or word in VERBS:
            return False
    return False


def _begins_clause(view: View, at: int) -> bool:
    """Tell whether a name that ends at `at` does something: "..., JD.com runs its own shops"."""
    word = view.word(at)
    if word in UNITS | SHARE_NOUNS | SHARES:
        return False
    if word in {PERCENT, MONEY}:
        return True  # "holds 1.4%, Z 4.3%"
    return word in AUXILIARIES or word in VERBS or word.endswith(("ed", "es", "ns", "ts", "ys"))


def _verb_follows(view: View, at: int) -> bool:
    after = view.word(at + 1)
    return after in VERBS or after in AUXILIARIES or after in PRONOUNS_ONE or after.endswith("ing")


def _target(
    view: View, start: int, end: int, role: PartyRole, share: bool
) -> tuple[Part, tuple[Name, ...]]:
    names = list(view.names(start, end))
    if not names and (share or not SHARES.isdisjoint(view.words[start:end])):
        return _spoken_of(view, start, end, role), ()
    if not names:
        return _unnamed(view, start, end, role), ()
    at, first = names[0]
    if view.word(at - 1) == "behind":  # "the studio behind X, Y"
        named = len(names) > 1 and view.words[at + 1 : names[1][0]] == (",",)
        return (Part((names[1][1],)) if named else Part()), ()
    if view.word(at + 1) != "'s":
        found, stop = joined(view, at)
        if len(found) > 1 and view.word(stop) in {PERCENT, MONEY}:
            found = found[:-1]  # "7% of Y and Z 5%": Z does the same
            return Part(found), ()
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
        if len(between) > 1 and between[-1] in {"in", "of"} and _is_share_word(between[-2]):
            return Part((second,)), (first,)  # "X's 9% stake in Y"
    if share:
        return Part((first,)), ()
    phrase = _phrase(view, at + 2, end)
    if phrase is None and view.word(at + 2)[:1].isalpha() and at + 2 < end:
        return Part(), ()  # "X's electric-car project"
    plain = phrase is None or phrase.named in UNITS  # "X's business" is X
    return (Part((first,)), ()) if plain or phrase is None else (Part((phrase,)), (first,))


_NO_NOUNS = words_of("""
and or plus back late last early this next outright too instead ahead there here today yesterday
tomorrow over alone overnight worldwide worth valued priced fell collapsed failed broke came ran
stalled unravelled cost costs fetched fetches netted nets gave gives made makes closed closes drew
went goes means meant leaves private
""")
"""What may follow a name without making it an attribute."""


def _is_share_word(word: str) -> bool:
    return word in SHARE_NOUNS or word in SHARES or word == PERCENT


def _is_whole(view: View, stop: int, end: int) -> bool:
    """Tell whether a name ends what is bought: "the XPeng stake", not "an XPeng car"."""
    after = view.word(stop)
    if stop >= end or not after.isalpha() or after in PREPOSITIONS | CHAIN | _NO_NOUNS:
        return True
    verb = VERBS.get(after)
    if verb is not None and verb.form in {Form.PAST, Form.PRESENT}:
        return True
    return view.has(stop, end, ASSETS | SHARES | SHARE_NOUNS | {"outright", "common", "private"})


def _spoken_of(view: View, start: int, end: int, role: PartyRole) -> Part:
    """Return whose shares are meant by "8% of the courier" or "7% of its shares"."""
    for at in range(start, end):
        if view.word(at) not in {"of", "in"}:
            continue
        if view.word(at + 1) == "its" and view.has(at + 2, at + 6, UNITS - {"holding"}):
            return Part()  # "80% of its Chinese arm"
        if view.word(at + 1) in {"it", "its"}:
            return Part((), (Missing(role, Stand.ONE, view.word(at + 1)),))
        if view.word(at + 1) in {"that", "a", "an", "another"} or view.has(
            at + 2, min(end, at + 4), _SHARED_FIRMS
        ):
            return Part()  # "its interest in that consortium", "in the vehicle"
        if view.word(at - 1) == PERCENT and view.word(at + 1) not in {"the", "this", "all"}:
            return Part()  # of somebody whose name is not known as one
        for noun in range(at + 2, min(end, at + 6)):
            if view.word(at + 1) in {"the", "this"} and view.word(noun) in ORGANISATION_NOUNS:
                owns = view.word(noun + 1) == "'s" and not _is_share_word(view.word(noun + 2))
                if owns or view.word(noun + 1) in {"that", "which", "behind"}:
                    return Part()  # "20% of the company that runs the app"
                return Part((), (Missing(role, Stand.ONE, view.text(at + 1, noun + 1)),))
    named = {name.key for _, name in view.names(0, len(view))}
    if view.word(start) in {"its", "their"} and len(named) > 1:
        return Part((), (Missing(role, Stand.ONE, view.word(start)),))
    return Part()


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
    if not words or words[-1] not in ASSETS or words[0] in {"own", "and", COUNT}:
        return None
    text = view.text(start, stop)
    span = view.items[start].start, view.items[stop - 1].end
    return Name(*span, None, " ".join(text.split()))
