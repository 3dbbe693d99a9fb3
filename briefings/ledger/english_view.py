"""An English sentence as a row of items, and the ways its rules walk along it.

    words + names + figures + moments -> items -> subject of a verb, object of a verb, amount

A name, a figure and a moment is one item each, so that a rule sees "@ agreed to buy % of @".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from briefings.ledger.english_clauses import Span, asides
from briefings.ledger.name_runs import POSSESSIVE, Word, words
from briefings.ledger.names import Name
from briefings.ledger.sentence import Sentence
from briefings.text.amounts import Figure, FigureKind
from briefings.text.periods import Moment

NAME, MONEY, PERCENT, COUNT, MOMENT = "@", "$", "%", "#", "~"
"""What stands for a name, a figure and a moment in the row of words."""

_FRONTING = frozenset({"after", "following", "besides", "like", "unlike", "before"})
"""What a sentence begins with that tells first of something else than its main clause."""

_SIGNS = {
    FigureKind.MONEY: MONEY,
    FigureKind.PERCENT: PERCENT,
    FigureKind.POINTS: PERCENT,
    FigureKind.COUNT: COUNT,
}


@dataclass(frozen=True, slots=True)
class Item:
    """A word, or what stands for several: `word` is in lower case, or a sign."""

    word: str
    start: int
    end: int
    name: Name | None = None
    figure: Figure | None = None
    moment: Moment | None = None


class View:
    """The items of one sentence; positions are indexes of items."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.items = tuple(_items(sentence))
        self.words = tuple(item.word for item in self.items)

    def __len__(self) -> int:
        return len(self.items)

    def word(self, at: int) -> str:
        """Return the word at `at`, "" beyond either end."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def name(self, at: int) -> Name | None:
        return self.items[at].name if 0 <= at < len(self.items) else None

    def figure(self, at: int) -> Figure | None:
        return self.items[at].figure if 0 <= at < len(self.items) else None

    @cached_property
    def row(self) -> str:
        """The words with one space between and around them, for a regular expression."""
        return f" {' '.join(self.words)} "

    @cached_property
    def _starts(self) -> dict[int, int]:
        starts, at = {}, 1
        for index, word in enumerate(self.words):
            starts[at] = index
            at += len(word) + 1
        return starts

    def index(self, offset: int) -> int:
        """Return which item stands at an offset in `row` (or the first behind it)."""
        while offset not in self._starts and offset < len(self.row):
            offset += 1
        return self._starts.get(offset, len(self.words))

    def text(self, start: int, end: int) -> str:
        """Return the items [start:end] as they are written."""
        if start >= end:
            return ""
        return self.sentence.text[self.items[start].start : self.items[end - 1].end]

    def names(self, start: int, end: int) -> Iterator[tuple[int, Name]]:
        for at in range(max(0, start), min(end, len(self.items))):
            name = self.items[at].name
            if name is not None:
                yield at, name

    @cached_property
    def asides(self) -> tuple[Span, ...]:
        """What is told beside the main clause, see `english_clauses`."""
        return asides(self.words)

    def aside(self, at: int) -> Span | None:
        """Return the aside that the item at `at` stands in, None for the main clause."""
        return next((span for span in self.asides if span[0] <= at < span[1]), None)

    def closed_at(self, at: int) -> Span | None:
        """Return the aside that the comma at `at` closes."""
        return next((span for span in self.asides if span[1] == at), None)

    @cached_property
    def fronted(self) -> int:
        """Where the main clause begins behind one that says what came before it, else 0.

        "After YTO in 2015 and ZTO in 2018, Alibaba has added" -> at Alibaba. What follows has to
        open with a name, and a comma between two that are listed parts nothing.
        """
        if self.word(0) not in _FRONTING:
            return 0
        for at in range(1, len(self.words) - 1):
            if self.words[at] == "," and self.name(at + 1) is not None:
                listed = self.name(at - 1) is not None and self.word(at + 2) in {",", "and", "in"}
                if not listed:
                    return at + 1
        return 0

    @cached_property
    def parted(self) -> bool:
        """Whether there is more than one clause to keep apart."""
        return bool(self.asides) or ";" in self.words

    @cached_property
    def _clauses(self) -> tuple[tuple[int, int], ...]:
        """Of each item, how many semicolons stand before it, and where its aside begins."""
        places, part = [], 0
        begins = {at: span[0] for span in self.asides for at in range(*span)}
        for at, word in enumerate(self.words):
            part += word == ";"
            places.append((part, begins.get(at, -1)))
        return tuple(places)

    def together(self, one: int, other: int) -> bool:
        """Tell whether two items stand in the same clause."""
        if not self.parted:
            return True
        last = len(self.words) - 1
        return self._clauses[min(max(one, 0), last)] == self._clauses[min(max(other, 0), last)]

    def clause(self, start: int, end: int, at: int) -> tuple[str, ...]:
        """Return those words of [start:end] that stand in the clause of the item at `at`."""
        start = max(0, start)
        if not self.parted:
            return self.words[start:end]
        return tuple(
            word
            for index, word in enumerate(self.words[start:end], start)
            if self.together(index, at)
        )

    def before(self, at: int, count: int) -> tuple[str, ...]:
        """Return up to `count` words before `at` in its clause, as if no aside stood between."""
        if not self.parted:
            return self.words[max(0, at - count) : at]
        return self.clause(0, at, at)[-count:]

    def after(self, at: int, count: int) -> tuple[str, ...]:
        """Return the word at `at` and those behind it in its clause, `count` in all."""
        return self.clause(at, len(self.words), at)[:count]

    def has(self, start: int, end: int, wanted: Iterable[str]) -> bool:
        """Tell whether one of the words stands in [start:end]."""
        wanted = frozenset(wanted)
        return any(self.word(at) in wanted for at in range(max(0, start), end))


def _items(sentence: Sentence) -> Iterator[Item]:
    wholes = sorted(_wholes(sentence), key=lambda item: (item.start, -item.end))
    at = 0
    waiting = iter(wholes)
    whole = next(waiting, None)
    for word in words(sentence.text):
        while whole is not None and whole.start < at:
            whole = next(waiting, None)
        if whole is not None and word.end > whole.start:
            if word.start < at:
                continue
            at = whole.end
            yield whole
            whole = next(waiting, None)
        elif word.start >= at and not _is_abbreviating(sentence.text, word):
            text = "'s" if word.text in POSSESSIVE else word.text.lower()
            yield Item(text, word.start, word.end)


def _is_abbreviating(text: str, word: Word) -> bool:
    """Tell whether a full stop belongs to a short form: it does not end the sentence."""
    return word.text == "." and word.end < len(text.rstrip())


def _wholes(sentence: Sentence) -> Iterator[Item]:
    for name in sentence.names:
        yield Item(NAME, name.start, name.end, name=name)
    for figure in sentence.figures:
        yield Item(_SIGNS[figure.kind], figure.start, figure.end, figure=figure)
    for moment in sentence.moments:
        yield Item(MOMENT, moment.start, moment.end, moment=moment)
