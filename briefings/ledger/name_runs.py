"""Words of an English text, and the runs of capitalised ones that may be one name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefings.ledger.name_words import (
    CORPORATE,
    GENERIC,
    JOINED_BY_OF,
    NEVER_NAMES,
    NEVER_STARTS,
    OWNED,
    PLACES,
    PRONOUNS,
)

POSSESSIVE = frozenset({"'s", "’s", "'S", "’S"})


LIKENED = ("-like", "-style", "-type", "-esque")
"""What makes a name a description of somebody else: "the Twitter-like service"."""

DESCRIBING = ("-backed", "-owned", "-controlled", "-funded", "-affiliated", "-invested", *LIKENED)
"""What makes a name say whose somebody else is: "Alibaba-backed Zhipu"."""

ADJECTIVE_ENDS = ("-based", "-listed", "-chartered", "-led", "-traded", *DESCRIBING)

LONGEST = 12
"""A longer run of capitalised words is a heading or a list."""

_HALF_OR_QUARTER = re.compile(r"\d[QH](?:\d|$)")

_BEFORE_NUMBERED_NAMES = frozenset(
    {"of", "buy", "buys", "buying", "bought", "acquire", "acquires", "acquiring", "acquired", "by",
     "store", "service", "site", "platform", "firm", "company", "app", "start-up", "operator",
     "startup", "developer", "maker", "studio", "publisher", "for"}
)  # fmt: skip
"""Words behind which a number with a capitalised word is a name: "the purchase of 91 Wireless"."""

_ODD_STARTS = frozenset(
    {"just", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
)
"""Words that names begin with, and sentences: "Just Eat", "Five Star", "One Medical"."""

_CAMEL = re.compile(r"[a-z][A-Z][A-Za-z]+")
"""A name that begins with a small letter: "eLong", "bKash"."""

_ENDS_OF_NAMES = frozenset({"up", "one", "now"})
"""Little words that names end with: "Shift Up"."""

_DIGITS_AND_NAME = re.compile(r"\d{1,3}[A-Z][a-z]+")
"""A name as "36Kr" and "51Job"."""

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?"  # L.P., U.S, A.B.C.
    r"|[^\W_]+(?:(?!['’][sS]\b)[.&'’\-/+][^\W_]+)*\+?"
    r"|['’][sS]\b|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of a text: `text` is what stands at [start:end]."""

    text: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() or _CAMEL.fullmatch(self.text) is not None


def words(text: str) -> tuple[Word, ...]:
    """Return the words and marks of an English text; a possessive 's stands alone."""
    return tuple(Word(match.group(), *match.span()) for match in _WORD.finditer(text))


def runs(
    listed: tuple[Word, ...], known_starts: frozenset[int], known_ends: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """Yield the runs of words that may be one name, as (first, last).

    A name of the catalogue, from one of `known_starts` to one of `known_ends`, is not joined by
    "and".
    """
    index = 0
    while index < len(listed):
        begun = _begins(listed, index) and not _is_cut(listed, index, known_ends)
        if not begun and not (_begins_oddly(listed, index) and index + 1 not in known_starts):
            index += 1
            continue
        last = index
        while last - index < LONGEST and (following := _next(listed, index, last)) is not None:
            between = listed[last + 1].text.casefold() in {"and", "&"}
            if between and (last in known_ends or last + 2 in known_starts):
                break
            last = following
        described = [at for at in range(index, last) if _is_adjective(listed[at])]
        yield (described[-1] + 1 if described else index), last
        index = last + 1


def _begins_oddly(listed: tuple[Word, ...], index: int) -> bool:
    """Tell whether "Just" or "Five" opens a name: written with a capital within a sentence."""
    if not listed[index].capital or listed[index].text.casefold() not in _ODD_STARTS:
        return False
    following = listed[index + 1] if index + 1 < len(listed) else None
    if following is None or not following.capital or _is_adjective(following):
        return False
    lower = following.text.casefold()
    return lower not in NEVER_NAMES | NEVER_STARTS | PLACES


def _is_cut(listed: tuple[Word, ...], index: int, known_ends: frozenset[int]) -> bool:
    """Tell whether a run would be the rest of a name that began before: "Be & Cheery"."""
    if index < 2 or listed[index - 1].text != "&" or index - 2 in known_ends:
        return False
    return listed[index - 2].capital


def _begins(listed: tuple[Word, ...], index: int) -> bool:
    word = listed[index]
    if word.text[0].isdigit():
        # "2001 Distributors Inc", "3M", but no year, amount or date.
        follows = index + 1 < len(listed) and listed[index + 1].capital
        if follows and len(word.text) < 4 and word.text.isdigit() and index:
            lower = listed[index + 1].text.casefold()
            if listed[index - 1].text.casefold() in _BEFORE_NUMBERED_NAMES:
                return lower not in NEVER_NAMES | NEVER_STARTS | PLACES
        if _DIGITS_AND_NAME.fullmatch(word.text):
            return True
        return (word.text[-1].isupper() and not _HALF_OR_QUARTER.match(word.text)) or (
            follows
            and word.text.isdigit()
            and index + 2 < len(listed)
            and ends_a_name(listed[index + 2])
        )
    lower = word.text.casefold()
    if not word.capital or lower in NEVER_STARTS or _is_adjective(word):
        return False
    return re.split("['’]", lower, maxsplit=1)[0] not in PRONOUNS


def _next(listed: tuple[Word, ...], first: int, last: int) -> int | None:
    """Return the last word of the run when it is taken one step further, None at its end."""
    at = last + 1
    if at >= len(listed):
        return None
    word, before = listed[at], listed[last]
    if word.text in POSSESSIVE:
        return _past_possessive(listed, first, last)
    if before.text[-1] in ".," and not _is_initial(before):
        return None
    if word.start - before.end > 1:
        return None
    lower = word.text.casefold()
    if word.capital:
        return at if _goes_on_a_name(listed, at) else None
    ended = ends_a_name(before)
    following = listed[at + 1] if at + 1 < len(listed) else None
    if following is None:
        return None
    if word.text == "." and _is_initial(before) and following.capital:
        return at + 1 if following.start - word.end <= 1 else None
    if word.text == "(" and following.capital:
        return _past_brackets(listed, at)
    if word.text == "," and not ended and _is_ending_alone(following):
        return at + 1
    if lower in {"and", "&"} and following.capital and not (ended and lower == "and"):
        return _joined(listed, first, last, at + 1)
    if lower == "of" and before.text.casefold() in JOINED_BY_OF and following.capital:
        return at + 1
    if lower in {"de", "du", "von", "und", "der", "van", "et", "y"} and following.capital:
        return at + 1
    return None


def _goes_on_a_name(listed: tuple[Word, ...], at: int) -> bool:
    """Tell whether a capitalised word behind a name is part of it: "Ping An", "Shift Up"."""
    word = listed[at].text
    if word.casefold() in _ENDS_OF_NAMES and at + 1 < len(listed):
        return listed[at + 1].text.islower()
    if word == "Jun":  # no month, behind a name and before no day: "Lei Jun"
        return at + 1 == len(listed) or not listed[at + 1].text[0].isdigit()
    return word == "An" or word.casefold() not in NEVER_NAMES | NEVER_STARTS


def _past_brackets(listed: tuple[Word, ...], at: int) -> int | None:
    """Return where "Alder Pacific (Paper) Ltd" goes on: a word or two in brackets."""
    for close in (at + 2, at + 3):
        if close + 1 < len(listed) and listed[close].text == ")":
            behind = listed[close + 1]
            return close + 1 if behind.capital and not behind.text.isupper() else None
    return None


def _past_possessive(listed: tuple[Word, ...], first: int, last: int) -> int | None:
    """Return where "Baker's Furniture Inc" goes on: a name that opens the sentence."""
    if first != 0 or last != 0 or listed[0].text.casefold() in PLACES:
        return None
    end = last + 2
    while end < len(listed) and listed[end].capital and end < LONGEST:
        if ends_a_name(listed[end]):
            follows = listed[end + 1].text if end + 1 < len(listed) else ""
            return end if follows.islower() and follows not in OWNED else None
        end += 1
    return None


def _joined(listed: tuple[Word, ...], first: int, last: int, at: int) -> int | None:
    """Return where a name goes on behind "and": Hazel and Sons Co, Oak Oil and Gas Corp."""
    if listed[at - 1].text == "&":
        return at
    if first > 1 and listed[first - 1].text == "," and listed[first - 2].capital:
        return None  # the end of a list: "Elm, Larch and Ash Capital"
    if listed[at].text.casefold() in GENERIC or listed[at].text == listed[last].text:
        return at
    end = at
    while end + 1 < len(listed) and listed[end + 1].capital and end - at < LONGEST:
        end += 1
    short = at - first <= 2 and 0 < end - at <= 2
    generic = all(word.text.casefold() in GENERIC | CORPORATE for word in listed[at + 1 : end + 1])
    return at if ends_a_name(listed[end]) and short and generic else None


def ends_a_name(word: Word) -> bool:
    """Tell whether companies' names end so: Inc, Ltd, Group, Bank."""
    return word.text.rstrip(".").casefold() in CORPORATE


def _is_ending_alone(word: Word) -> bool:
    return word.capital and word.text.rstrip(".").casefold() in {"inc", "ltd", "llc", "lp", "l.p"}


def _is_adjective(word: Word) -> bool:
    return word.text.casefold().endswith(ADJECTIVE_ENDS)


def _is_initial(word: Word) -> bool:
    return (len(word.text) == 1 and word.text.isalpha()) or "." in word.text[1:2]
