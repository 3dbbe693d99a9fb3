"""Names in a row, and words that stand for a name, in an English sentence."""

from __future__ import annotations

from dataclasses import dataclass

from briefings.facts import PartyRole
from briefings.ledger.english_view import NAME, View
from briefings.ledger.english_words import (
    AUXILIARIES,
    ORGANISATION_NOUNS,
    PAIR_NOUNS,
    PREPOSITIONS,
    VERBS,
    Form,
)
from briefings.ledger.name_runs import ADJECTIVE_ENDS
from briefings.ledger.name_words import PLACES, TRADES
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


_INVESTORS = frozenset({"investor", "fund", "manager", "engine", "rival", "peer", "house"})
LONGEST_LIST = 12
"""How many names of a list are looked at for its end."""


def coordinated(view: View, at: int) -> tuple[Name, ...]:
    """Return the name at `at` and those joined to it on its left: "A, B and C"."""
    found: list[Name] = []
    acts = _opens_clause(view, at, after_comma=True)
    while (name := view.name(at)) is not None and len(found) < FARTHEST:
        found.append(name)
        before = at - 1
        if view.word(before) == "the" and view.word(before - 1) in {"and", "&", ","}:
            before -= 1
        if view.word(before) == "'s" and view.name(before - 1) is not None:
            before -= 2  # "and Alibaba's Tmall"
        elif view.word(before) == "'s" and view.word(before - 1) in PLACES:
            before -= 2  # "and South Korea's E-Mart"
            while view.word(before) in PLACES:
                before -= 1
        before = _before_description(view, before)
        if view.word(before) in {"and", "&"}:
            before -= 1
            if view.word(before) == ",":
                before -= 1
        elif view.word(before) == "," and len(found) > 1:
            before -= 1
        else:
            break
        span = view.closed_at(before + 1)
        if span is not None and view.name(span[0] - 1) is not None:
            at = span[0] - 1  # "Y, founded by Z, and X"
            continue
        if acts and (_is_object(view, before) or _ends_clause(view, before)):
            break
        parted = view.words[before + 1 : before + 3] == (",", "and")
        if acts and parted and len(found) == 1 and view.word(before - 1) != ",":
            break  # "what is now X, and Y bought"
        at = before
    return tuple(reversed(found))


def _opens_clause(view: View, at: int, *, after_comma: bool) -> bool:
    """Tell whether the name at `at` acts: "X took 5% of Y, and Z bought", no "of Y and Z"."""
    following = view.word(at + 1)
    deal = VERBS.get(following)
    finite = deal is not None and deal.form is not Form.GERUND
    return finite or (after_comma and following in AUXILIARIES | {"that", "who"})


def _is_object(view: View, at: int) -> bool:
    """Tell whether the name at `at` ends another clause: Y of "X took 5% of Y and Z bought"."""
    start = before_described(view, at)
    if view.word(start - 1) in {"the", "a", "an"}:
        start -= 1
    before = start - 2 if view.word(start - 1) in {"over", "up", "out"} else start - 1
    verb = VERBS.get(view.word(before))
    if verb is not None and view.word(before - 1) not in {"that", "which"}:
        return True  # "X bought Y and Z took"
    told = any(word in VERBS for word in view.words[: start - 1])
    return told and view.word(start - 1) in {"of", "in", "into"}


def _ends_clause(view: View, at: int) -> bool:
    """Tell whether ", and" behind the name at `at` begins a clause: no list has a comma there."""
    return view.words[at + 1 : at + 3] == (",", "and") and "," not in view.words[:at]


def before_described(view: View, at: int) -> int:
    """Return where "the Danish shoe maker Y" begins whose name is at `at`."""
    start = at - 1
    if view.word(start) not in TRADES | PLACES and not view.word(start).endswith(ADJECTIVE_ENDS):
        return at
    while start >= max(0, at - 7):
        word = view.word(start)
        if not word[:1].isalpha() or word in PREPOSITIONS | AUXILIARIES or word in VERBS:
            break
        start -= 1
    return start + 1


def _before_description(view: View, at: int) -> int:
    """Return where "and" stands before "the Danish shoe maker" that ends at `at`, or `at`."""
    if view.word(at) not in TRADES | PLACES and not view.word(at).endswith(ADJECTIVE_ENDS):
        return at
    for before in range(at - 1, at - 7, -1):
        word = view.word(before)
        if word in {"and", "&"}:
            return before
        if word == "," and view.word(before - 1) not in TRADES | PLACES:
            return at
        if word in PREPOSITIONS | AUXILIARIES or word in VERBS or not word[:1].isalpha():
            return at
    return at


def joined(view: View, at: int) -> tuple[tuple[Name, ...], int]:
    """Return the name at `at`, those joined to it on its right, and where they end."""
    found: list[Name] = []
    end = at
    while (name := view.name(at)) is not None and len(found) < FARTHEST:
        found.append(name)
        end = at + 1
        after = at + 1
        head = _possessed_head(view, after)
        if head is not None:
            found.pop()
            at = head
            continue
        if view.closed_at(after) is not None:
            break
        ahead = after + 1 if view.word(after) == "," else after
        last = _past_article(view, ahead + 1)
        if view.word(ahead) in {"and", "&"} and view.name(last) is not None:
            if _opens_clause(view, last, after_comma=ahead > after and len(found) == 1):
                break
            at = last
        elif ahead > after and view.name(ahead) is not None and _list_goes_on(view, ahead):
            at = ahead
        else:
            break
    return tuple(found), end


def _possessed_head(view: View, at: int) -> int | None:
    """Return who is meant by "Tesla's rival NIO" with its 's at `at`: the last who is named."""
    if view.word(at) != "'s":
        return None
    for ahead in range(at + 1, at + 5):
        if view.name(ahead) is not None:
            return ahead
        word = view.word(ahead)
        if not word[:1].isalpha() or word in PREPOSITIONS | AUXILIARIES or word in VERBS:
            break
    return None


def _list_goes_on(view: View, at: int) -> bool:
    """Tell whether the name at `at` is one of a list that ends in "and" and a name."""
    for _ in range(LONGEST_LIST):
        after = at + 1
        if view.word(after) == ",":
            after += 1
        if view.word(after) in {"and", "&"}:
            named = view.name(_past_article(view, after + 1)) is not None
            return named or view.word(after + 1) in {"others", "other", "several"}
        if after == at + 1 or view.name(after) is None:
            return False
        at = after
    return False


def _past_article(view: View, at: int) -> int:
    """Return where a name begins behind what may stand before it: "the", "game maker"."""
    start = at
    while view.word(start) in PLACES | {"the", "'s"}:
        start += 1
    if view.name(start) is not None:
        return start
    for stop in range(start + 1, start + 5):
        if view.name(stop) is not None:
            last = view.word(stop - 1)
            described = last in ORGANISATION_NOUNS | TRADES | _INVESTORS | PLACES or last.endswith(
                ADJECTIVE_ENDS
            )
            return stop if described else at
        word = view.word(stop - 1)
        if not word[:1].isalpha() or word in PREPOSITIONS | AUXILIARIES or word in VERBS:
            break
    return at


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
