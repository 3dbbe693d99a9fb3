"""Whom a text names: the catalogue's organisations, and others by how their names look.

    text -> mentions of the catalogue -> runs of capitalised words around and between them -> names

This file knows English names; Chinese ones beyond the catalogue are `chinese_names`.
"""

from __future__ import annotations

from dataclasses import dataclass

from briefings.entities import Matcher
from briefings.facts import Party, PartyRole
from briefings.ledger.name_runs import DESCRIBING, POSSESSIVE, Word, ends_a_name, runs, words
from briefings.ledger.name_words import (
    COMMON_STARTS,
    CORPORATE,
    DEALT_IN_AFTER,
    DEALT_IN_BEFORE,
    FOLLOW_NAMES,
    GENERIC,
    INSTITUTIONS,
    MAKERS,
    MONTHS_AND_DAYS,
    NEVER_NAMES,
    NEVER_STARTS,
    NEWSPAPERS,
    PLACES,
    POSTED,
    PUBLIC_BODIES,
    STATES,
    TITLES,
    TRADES,
)

__all__ = ["Name", "Word", "english", "is_corporate", "known", "words"]

LONGEST_TRADE = 4
"""How many words may say of what trade somebody is: "electric scooter rental firm"."""

REGULATOR = "regulator"
"""The kind of organisation in the catalogue that acts on others by law."""


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody named at [start:end] of a text.

    `organisation` is the owner's id in the catalogue, None for one it does not know; `named` the id
    of the unit itself, or the name as the text has it (see `facts.Party`).
    """

    start: int
    end: int
    organisation: str | None
    named: str
    regulator: bool = False

    @property
    def key(self) -> str:
        """What two names of one organisation share."""
        return self.organisation or self.named.casefold()

    def party(self, role: PartyRole) -> Party:
        return Party(role, self.organisation, self.named)


def known(matcher: Matcher, text: str) -> tuple[Name, ...]:
    """Return the catalogue's organisations named in `text`, in order, none overlapping."""
    return tuple(
        Name(
            mention.start,
            mention.end,
            matcher.owner(mention.organisation),
            mention.organisation,
            matcher.organisations[mention.organisation].kind == REGULATOR,
        )
        for mention in matcher.mentions(text)
        if not text.startswith(DESCRIBING, mention.end)
    )


def english(matcher: Matcher, text: str) -> tuple[Name, ...]:
    """Return everybody an English sentence may name, in order, none overlapping.

    A plain name is a run of capitalised words; whether it is a party is for its place in the
    sentence to tell. Where nearly every word is capitalised, as in a headline, a plain name has to
    have a corporate ending.
    """
    listed = words(text)
    names = list(known(matcher, text))
    titled = not text.rstrip().endswith((".", "!")) and _is_title_case(listed)
    ends = {name.end for name in names}
    known_ends = frozenset(at for at, word in enumerate(listed) if word.end in ends)
    begins = {name.start for name in names}
    known_starts = frozenset(at for at, word in enumerate(listed) if word.start in begins)
    for first, last in runs(listed, known_starts, known_ends):
        start, end = listed[first].start, listed[last].end
        inside = [name for name in names if name.start < end and name.end > start]
        corporate = ends_a_name(listed[last])
        if not inside:
            proven = any(ends_a_name(word) for word in listed[first + 1 : last + 1])
            if proven or not titled:
                plain = _plain(text, listed, first, last)
                if plain is not None and not _describes(listed, first, last):
                    names.append(plain)
        elif corporate and len(inside) == 1:
            names.remove(inside[0])
            names.append(_with_ending(text, listed, first, last, inside[0]))
    return tuple(sorted(names, key=lambda name: name.start))


def is_corporate(name: str) -> bool:
    """Tell whether a plain name ends as companies' names do (Inc, Ltd, Group, Bank)."""
    return name.rpartition(" ")[2].rstrip(".").casefold() in CORPORATE


def _says_nobody(word: str) -> bool:
    """Tell whether a word alone is a place or no name at all: "China", "South-East", "AI"."""
    if "-" in word:
        parts = word.split("-")
        return parts[0] in MONTHS_AND_DAYS or all(part in PLACES for part in parts)
    return word in NEVER_NAMES or word in PLACES or word in STATES


def _acts(listed: tuple[Word, ...]) -> bool:
    """Tell whether a first word is followed as a name is: by a verb, a comma, a possessive."""
    if len(listed) < 2 or listed[0].text[1:].lower() != listed[0].text[1:]:
        return True
    after = listed[1].text.casefold()
    return after.endswith(("s", "ed", "s'")) or after in FOLLOW_NAMES


def _is_place(listed: tuple[Word, ...], first: int, last: int) -> bool:
    """Tell whether a run is where somebody sits: "Corp of Ottawa", "Midland, Texas"."""
    before = listed[first - 1].text if first else ""
    ahead = listed[first - 2] if first > 1 else None
    if before == "of" and ahead is not None and ends_a_name(ahead) and ahead.capital:
        return True
    if before == "in" and ahead is not None and ahead.text.casefold() in {"based", "located"}:
        return True
    if before == "," and ahead is not None and ends_a_name(ahead) and last + 1 == len(listed):
        return True
    after = [word.text.casefold().rstrip(".") for word in listed[last + 1 : last + 3]]
    if last + 3 < len(listed) and listed[last + 3].text in POSSESSIVE:
        return False  # "Elm Foods, China's largest baker"
    return len(after) == 2 and after[0] == "," and (after[1] in STATES or after[1] in PLACES)


def _is_dealt_in(listed: tuple[Word, ...], first: int, last: int) -> bool:
    """Tell whether a newspaper is bought or sold here, and is not the one that tells of it."""
    before = [word.text.casefold() for word in listed[max(0, first - 9) : first]]
    while before and before[-1] in {"the", "'s", "’s", "newspaper"}:
        before.pop()
    after = [word.text.casefold() for word in listed[last + 1 : last + 5]]
    sold = not DEALT_IN_AFTER.isdisjoint(after) and after[0] in {"was", "is", "has", "will", "had"}
    paid = before[-1:] == ["for"] and any(word in {"pay", "paid", "paying"} for word in before)
    return sold or paid or any(word in DEALT_IN_BEFORE for word in before[-2:])


def _describes(listed: tuple[Word, ...], first: int, last: int) -> bool:
    """Tell whether a run only says of what another is: "the Cambridge games studio Elm Park"."""
    if first < last and ends_a_name(listed[last]):
        return False
    for at in range(last + 1, min(len(listed) - 1, last + 1 + LONGEST_TRADE)):
        word = listed[at].text
        if not word.replace("-", "").isalpha() or word != word.lower() or word in NEVER_STARTS:
            return False
        if word in TRADES and listed[at + 1].capital:
            return True
    return False


def _plain(text: str, listed: tuple[Word, ...], first: int, last: int) -> Name | None:
    """Return the name in a run that no organisation of the catalogue is in, if it is one."""
    while first < last and listed[first].text.casefold() in FOLLOW_NAMES:
        first += 1  # "Buy" and "Take" are written with a capital in headlines
    if first == 0 < last and listed[0].text.casefold() in MAKERS:
        first = 1  # "Carmaker SAIC Motor"
    if listed[first].text.casefold() in TITLES:
        return None
    run = [word.text.casefold().rstrip(".") for word in listed[first : last + 1]]
    if all(_says_nobody(word) for word in run):
        return None
    if len(run) == 1 and (run[0] in CORPORATE or run[0] in TITLES or len(run[0]) == 1):
        return None
    if run[-1] in TITLES:
        return None
    if first == 0 and run[0] in COMMON_STARTS and (len(run) == 1 or CORPORATE.isdisjoint(run)):
        return None
    if first == last == 0 and not _acts(listed):
        return None
    after = listed[last + 1].text.casefold() if last + 1 < len(listed) else ""
    if after in {"district", "province", "county", "city", "prefecture", "region", "new area"}:
        return None
    if CORPORATE.isdisjoint(run) and _is_place(listed, first, last):
        return None
    if first and listed[first - 1].text.casefold() in TITLES and not ends_a_name(listed[last]):
        return None
    start, end = listed[first].start, listed[last].end
    public = not PUBLIC_BODIES.isdisjoint(run)
    postal = len(run) == 2 and run[0] in POSTED and run[1] == "post"
    plain = INSTITUTIONS.isdisjoint(run) or public or run[-1] in CORPORATE or postal
    if not (plain or (run[-1] in NEWSPAPERS and _is_dealt_in(listed, first, last))):
        return None
    return Name(start, end, None, " ".join(text[start:end].split()), public)


def _with_ending(text: str, listed: tuple[Word, ...], first: int, last: int, inside: Name) -> Name:
    """Return a run with a corporate ending around one name of the catalogue.

    "Tencent Holdings Ltd" is that organisation; "Meta Financial Group Inc" is another one.
    """
    end = listed[last].end
    before = [word for word in listed[first : last + 1] if word.end <= inside.start]
    after = [word for word in listed[first : last + 1] if word.start >= inside.end]
    if all(word.text.casefold().rstrip(".") in GENERIC | CORPORATE for word in after):
        return Name(inside.start, end, inside.organisation, inside.named, inside.regulator)
    if before or not after:
        return inside
    start = listed[first].start
    return Name(start, end, None, " ".join(text[start:end].split()))


def _is_title_case(listed: tuple[Word, ...]) -> bool:
    """Tell whether a text is written As Headlines Are, so that a capital says little."""
    long = [word for word in listed if len(word.text) > 3 and word.text[0].isalpha()]
    return len(long) > 3 and sum(word.capital for word in long) >= 0.75 * len(long)
