"""A Chinese sentence's words and clauses, and which dates and figures stand where.

Sentence -> words of the tables outside of names -> clauses (what commas part)
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from briefings.ledger.chinese_aliases import as_meant
from briefings.ledger.chinese_asides import is_comparison, is_date_of_another, is_part, of_that_year
from briefings.ledger.chinese_owners import described_by
from briefings.ledger.chinese_words import Part, Word, read
from briefings.ledger.sentence import Sentence
from briefings.text.amounts import Figure, FigureKind
from briefings.text.names import folded
from briefings.text.periods import Moment

CLAIMS_ITS_OWN: Final = (Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.LEADS, Part.HOLDS)
"""What a clause says for its own sake, with its own date."""
_OTHER_TIME: Final = re.compile(
    "此前|早前|之前|随后|其后|此后|次[年月日]|翌|而本次|本次|如今|目前|现|当时"
)


class Clauses:
    """A sentence's clauses, words and figures, without what only describes somebody."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = of_that_year(sentence)
        self.text = folded(sentence.text)
        named = as_meant(sentence)
        self._asides = list(described_by(self.text, named))
        self.names = tuple(name for name in named if not self._describes(name.start))
        taken = [(name.start, name.end) for name in (*sentence.names, *named)]
        taken += [(aside.start, aside.end) for aside in self._asides]
        self.words = list(_outside(read(self.text), sorted(set(taken))))
        self._word_starts = [word.start for word in self.words]
        self.clauses = self._clauses()
        self._starts = [start for start, _ in self.clauses]

    def _describes(self, at: int) -> bool:
        """Tell whether what stands at `at` is named to describe another: 甲投资的乙."""
        return any(aside.start <= at < aside.end for aside in self._asides)

    def is_veiled(self, at: int) -> bool:
        """Tell whether a clause speaks of somebody only described: 甲投资的公司收购乙."""
        number = self.number(at)
        return any(not aside.named and self.number(aside.start) == number for aside in self._asides)

    def clause(self, at: int) -> tuple[int, int]:
        """Return the clause that `at` stands in."""
        return self.clauses[self.number(at)]

    def number(self, at: int) -> int:
        """Return the place of that clause among the sentence's."""
        return max(0, bisect_right(self._starts, at) - 1)

    def having(self, *parts: Part, start: int = 0, end: int | None = None) -> Iterator[Word]:
        """Yield the words that may have one of these parts, in [start:end]."""
        wanted = frozenset(parts)
        for index in range(bisect_left(self._word_starts, start), len(self.words)):
            word = self.words[index]
            if end is not None and word.start >= end:
                return
            if not wanted.isdisjoint(word.parts):
                yield word

    def has(self, *parts: Part, start: int = 0, end: int | None = None) -> bool:
        return next(self.having(*parts, start=start, end=end), None) is not None

    def before(self, at: int, *parts: Part, start: int = 0) -> Word | None:
        """Return the last of those words that ends by `at`."""
        wanted = frozenset(parts)
        for index in range(bisect_left(self._word_starts, at) - 1, -1, -1):
            word = self.words[index]
            if word.start < start:
                return None
            if word.end <= at and not wanted.isdisjoint(word.parts):
                return word
        return None

    def figures(self, kind: FigureKind, start: int, end: int) -> list[Figure]:
        return [
            figure
            for figure in self.sentence.figures
            if figure.kind is kind
            and start <= figure.number_start
            and figure.end <= end
            and not self._describes(figure.number_start)
        ]

    def moment(self, at: int) -> Moment | None:
        """Return the date of what happens at `at`: the clause's own, else the last one before."""
        start, end = self.clause(at)
        moments = [one for one in self.sentence.moments if not self._is_of_another(one)]
        own = [one for one in moments if start <= one.start < end]
        ahead = [one for one in own if one.start < at]
        if ahead:
            return ahead[-1]
        acting = {name.key for name in self.names if start <= name.start < at}
        earlier = [
            one
            for one in moments
            if one.start < start
            and not self._is_told_of_others(one, acting)
            and not self._is_of_earlier_claim(one, start)
        ]
        return earlier[-1] if earlier else (own[0] if own else None)

    def _is_told_of_others(self, moment: Moment, acting: set[str]) -> bool:
        """Tell whether a date follows another's name, and not those of a later clause."""
        start, _ = self.clause(moment.start)
        ahead = {name.key for name in self.names if start <= name.start < moment.start}
        return bool(ahead and acting) and ahead.isdisjoint(acting)

    def _is_of_earlier_claim(self, moment: Moment, at: int) -> bool:
        """Tell whether a clause before `at` is dated for its own sake: 甲2018年上线; 乙入股丙."""
        start, end = self.clause(moment.start)
        figures = any(start <= one.number_start < end for one in self.sentence.figures)
        return (
            figures
            or self.has(Part.STOP, start=end, end=at)
            or self.has(*CLAIMS_ITS_OWN, start=start, end=end)
            or _OTHER_TIME.match(self.text, at) is not None
        )

    def is_aside(self, at: int) -> bool:
        """Tell whether a clause tells of a part, or where something comes from: 其中八成来自甲."""
        return is_part(self.text, *self.clause(at))

    def unknown(self, start: int, end: int) -> bool:
        """Tell whether something stands in [start:end] that no word of the tables explains."""
        spans = [(word.start, word.end) for word in self.having(*Part, start=start, end=end)]
        spans += [(one.start, one.end) for one in self.names]
        spans += [(one.start, one.end) for one in self.sentence.figures]
        spans += [(one.start, one.end) for one in self.sentence.moments]
        spans += [(one.start, one.end) for one in self._asides]
        rest = list(self.text[start:end])
        for first, last in spans:
            for at in range(max(first, start), min(last, end)):
                rest[at - start] = " "
        return any(len(run) > 1 and not run.isascii() for run in "".join(rest).split())

    def is_comparison(self, at: int) -> bool:
        """Tell whether a clause only names what another is compared with: 与甲入股乙不同."""
        return is_comparison(self.text, *self.clause(at))

    def _is_of_another(self, moment: Moment) -> bool:
        """Tell whether a date is of something mentioned by the way."""
        return self.is_comparison(moment.start) or is_date_of_another(
            self.text, moment.start, moment.end
        )

    def _clauses(self) -> list[tuple[int, int]]:
        clauses = []
        start = depth = 0
        for word in self.words:
            if word.text in "([":
                depth += 1
            elif word.text in ")]":
                depth = max(0, depth - 1)
            elif word.parts & {Part.COMMA, Part.STOP} and (depth == 0 or Part.STOP in word):
                clauses.append((start, word.start))
                start = word.end
                depth = 0
        clauses.append((start, len(self.text)))
        return clauses


def _outside(words: Iterable[Word], taken: list[tuple[int, int]]) -> Iterator[Word]:
    """Yield the words that are no part of a name, without digits; both are in order."""
    at = 0
    for word in words:
        while at < len(taken) and taken[at][1] <= word.start:
            at += 1
        if not word.text.isdigit() and (at == len(taken) or word.end <= taken[at][0]):
            yield word
