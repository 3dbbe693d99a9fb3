"""Who is meant, in one article: short names, and words that stand for somebody named before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from briefings.facts import PartyRole
from briefings.ledger.chinese_aliases import introduced
from briefings.ledger.names import Name, is_corporate
from briefings.ledger.sentence import Draft, Missing, Sentence, Stand

BACK = 3
"""How many sentences back a word may point."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and what it claims; it is read for its names only if somebody asks.

    `promising`: it was read, because a word in it may tell a deal or a figure.
    """

    read: Callable[[], Sentence]
    chinese: bool
    promising: bool
    drafts: tuple[Draft, ...] = ()


def full_names(told: Sequence[Told]) -> dict[str, Name]:
    """Return the long form of every short name: "Elm Foods" for "Elm Foods Corp".

    Chinese texts say themselves what is short for what: (以下简称“甲北”).
    """
    longs: dict[str, Name] = {}
    for one in told:
        if one.promising and not one.chinese:
            for name in one.read().names:
                if name.organisation is None and is_corporate(name.named):
                    longs.setdefault(name.named.casefold(), name)
    full: dict[str, Name] = {}
    ambiguous: set[str] = set()
    for key in sorted(longs, key=len, reverse=True):
        words = key.split()
        for count in range(1, len(words)):
            short = " ".join(words[:count])
            longer = full.setdefault(short, longs[key])
            if not f"{longer.key} ".startswith(f"{key} "):
                ambiguous.add(short)
    full = {short: name for short, name in full.items() if short not in ambiguous}
    for one in told:
        if one.promising and one.chinese:
            for short, name in introduced(one.read()).items():
                full.setdefault(short.casefold(), name)
    return full


def renamed(draft: Draft, full: dict[str, Name]) -> Draft:
    names = tuple((role, _long(name, full)) for role, name in draft.names)
    return replace(draft, names=names)


def _long(name: Name, full: dict[str, Name]) -> Name:
    if name.organisation is not None:
        return name
    long = full.get(name.named.casefold())
    return replace(long, start=name.start, end=name.end) if long is not None else name


# --- words that stand for somebody ----------------------------------------------------------------


def resolved(draft: Draft, told: Sequence[Told], at: int, full: dict[str, Name]) -> Draft:
    """Return the draft with everybody found whom it leaves to the reader."""
    left: list[Missing] = []
    names = list(draft.names)
    for missing in draft.missing:
        taken = {name.key for _, name in names}
        found = tuple(
            name for name in _stood_for(missing, draft, told, at, full) if name.key not in taken
        )
        if found:
            names += [(missing.role, name) for name in found]
        else:
            left.append(missing)
    return replace(draft, names=tuple(names), missing=tuple(left))


def _stood_for(
    missing: Missing, draft: Draft, told: Sequence[Told], at: int, full: dict[str, Name]
) -> tuple[Name, ...]:
    wanted = 2 if missing.stand is Stand.BOTH else 1
    if missing.stand is Stand.NOBODY:
        return ()
    if told[at].chinese:
        here = _others_here(draft, told[at].read(), full)
    else:
        here = _before_word(missing, _others_here(draft, told[at].read(), full), told[at].read())
    if len(here) == wanted and (missing.role is PartyRole.TARGET or draft.names):
        return here
    unsaid = missing.role is PartyRole.SUBJECT and not missing.said
    particular = not told[at].chinese and (
        is_particular(missing.said) or (missing.role is PartyRole.TARGET and missing.said == "it")
    )
    if unsaid:
        return tuple(name for name in _only_one(told, at, full) if _is_firm(name))
    if particular:
        return _only_one(told, at, full) if wanted == 1 and " new " not in missing.said else ()
    for back in range(at - 1, max(-1, at - 1 - BACK), -1):
        sentence = told[back].read()
        if sentence.in_title != told[at].read().in_title:
            break
        names = _distinct(_long(name, full) for name in sentence.names if not name.regulator)
        if not names:
            continue
        if len(names) == wanted:
            return names
        return _subjects(told[back], sentence, names, wanted)
    return ()


_PEOPLE = tuple(
    f"{tie} {person}"
    for tie in ("", "'s", "’s")
    for person in ("founder", "co-founder", "chairman", "chief", "boss", "executive", "president")
)
"""What makes a name that of a person's firm: "Elm founder Ash bought it"."""


def _before_word(missing: Missing, here: tuple[Name, ...], sentence: Sentence) -> tuple[Name, ...]:
    """Return those a pronoun may point back to: named before it, and not as who tells of it."""
    if missing.said not in {"it", "its"}:
        return here
    last = max(sentence.text.rfind(f" {missing.said}{end}") for end in " ,.;")
    return tuple(
        name
        for name in here
        if name.start < last
        and not sentence.text.startswith(_PEOPLE, name.end)
        and not (
            missing.said == "its"
            and sentence.text.startswith((" said", " says", " told"), name.end)
        )
    )


def _only_one(told: Sequence[Told], at: int, full: dict[str, Name]) -> tuple[Name, ...]:
    """Return whom the sentences before name, if it is only one."""
    names = _distinct(
        _long(name, full)
        for back in range(max(0, at - BACK), at)
        for name in told[back].read().names
        if told[back].read().in_title == told[at].read().in_title and not name.regulator
        if not _is_somebodys_chief(name, told[back].read())
    )
    return names if len(names) == 1 else ()


_OFFICE = re.compile(
    r",(?: the| a| an| its)?(?: [\w'’.&-]+){0,4}? (?:founder|co-founder|chairman|chairwoman|chief"
    r"|boss|executive|president|director|head|spokesman|spokeswoman)\b"
)


def _is_somebodys_chief(name: Name, sentence: Sentence) -> bool:
    """Tell whether a name is a person's: "Ann Ash, Elm's chief executive, said"."""
    return name.organisation is None and _OFFICE.match(sentence.text, name.end) is not None


def _is_firm(name: Name) -> bool:
    """Tell whether a name is no guess: the catalogue's, or ending as companies' names do."""
    return name.organisation is not None or is_corporate(name.named)


_COMMON = frozenset({"the", "this", "company", "firm", "group", "giant", "it", "its", "they"})


def is_particular(said: str) -> bool:
    """Tell whether words say more of whom they stand for: "the carmaker", "the Finnish firm".

    They need not be of whom the sentence before is about.
    """
    words = said.casefold().split()
    return len(words) > 1 and words[0] in {"the", "this"} and not _COMMON.issuperset(words)


def _others_here(draft: Draft, sentence: Sentence, full: dict[str, Name]) -> tuple[Name, ...]:
    taken = {name.key for _, name in draft.names}
    named = (_long(name, full) for name in sentence.names if not name.regulator)
    return _distinct(name for name in named if name.key not in taken)


def _subjects(
    told: Told, sentence: Sentence, names: tuple[Name, ...], wanted: int
) -> tuple[Name, ...]:
    """Return whom the sentence before is about, where it names more than are meant."""
    if wanted == 1:
        first = names[0]
        opens = sentence.text[: first.start].strip(" \"“'").casefold() in {"", "the"}
        behind = sentence.text[first.end : first.end + 5]
        if opens and not behind.startswith((" and", "'s", "’s", " &", ", ")):
            return (first,)
        return ()
    acting = {
        name.key
        for draft in told.drafts
        for role, name in draft.names
        if role is not PartyRole.REGULATOR
    }
    pair = tuple(name for name in names if name.key in acting)
    return pair if len(pair) == wanted else ()


def _distinct(names: Iterable[Name]) -> tuple[Name, ...]:
    return tuple({name.key: name for name in reversed(tuple(names))}.values())[::-1]
