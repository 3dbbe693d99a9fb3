"""Which numbers and dates of a sentence stand in an article. Pure.

A number stands there when its value does: 18 %, 18 percent and 百分之十八 are one, and so are
$586m and 5.86亿美元. Shares, amounts of a currency, counts and dates are told apart: the 18 of 18%
is no count. A date stands there when the article gives a day within it, or was published within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from briefings.facts import When
from briefings.text.amounts import Figure, FigureKind, figures
from briefings.text.chinese import simplified
from briefings.text.names import plain_width
from briefings.text.periods import moments

_WRITTEN = re.compile(r"[a-z]*\d(?:[\d.,:/-]*\d)?[a-z]*")
_WORD = re.compile(r"[a-z]+")
_FROM_THREE = """
three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_SPELLED = {
    **{word: Decimal(number) for number, word in enumerate(_FROM_THREE.split(), start=3)},
    **{word: Decimal(10 * tens) for tens, word in enumerate(_TENS.split(), start=3)},
}
"""One and two are left out: they are grammar more often than news ("the two companies")."""
_MEASURE_WORDS = """
half halved third thirds quarter quarters fifth tenth double doubled doubles doubling triple tripled
triples quadrupled twice thrice dozen dozens hundred hundreds thousand thousands million millions
billion billions trillion trillions tenfold
"""
_MEASURES = frozenset(_MEASURE_WORDS.split())
"""Words that say how much without a numeral; the article has to have the very word."""
_CHINESE_MEASURES = (
    "翻倍",
    "翻番",
    "翻一番",
    "一半",
    "过半",
    "半数",
    "减半",
    "数倍",
    "分之",
    "成倍",
)

_Value = tuple[str, Decimal, str]


@dataclass(frozen=True, slots=True)
class FiguresOf:
    """The numbers and dates of an article: by value, as written, and the words that measure."""

    published: date
    values: frozenset[_Value]
    written: frozenset[str]
    words: frozenset[str]
    chinese: str
    days: tuple[When, ...]

    @classmethod
    def text(cls, text: str, published: date) -> FiguresOf:
        found, dated = figures(text), moments(text, published)
        # What is left beside figures and dates may be a count; 18 of "18%" is none, nor a day.
        beside = _blanked(text, [(figure.start, figure.end) for figure in found])
        left = _plain(_blanked(beside, [(moment.start, moment.end) for moment in dated]))
        counts = (
            *(_decimal(match[0]) for match in _WRITTEN.finditer(left)),
            *(_SPELLED.get(word) for word in _WORD.findall(left)),
        )
        return cls(
            published,
            frozenset(
                [
                    *map(_value, found),
                    *(("count", number, "") for number in counts if number is not None),
                ]
            ),
            frozenset(match[0] for match in _WRITTEN.finditer(_plain(beside)))
            | {str(published.year)},
            frozenset(_WORD.findall(_plain(text))),
            simplified(text),
            (When.day(published), *(moment.when for moment in dated)),
        )


def unfounded_figure(text: str, sources: Sequence[FiguresOf]) -> str:
    """The first number or date of a sentence that no source has; "" when there is none."""
    found = figures(text)
    spans = [(figure.start, figure.end) for figure in found]
    for figure in found:
        if not any(_has(source, figure) for source in sources):
            return text[figure.start : figure.end]
    for start, end, founded in _dates(text, sources):
        if not founded:
            return text[start:end]
        spans.append((start, end))
    return _unfounded_rest(_blanked(text, spans), sources)


def _has(source: FiguresOf, figure: Figure) -> bool:
    kind, _, currency = value = _value(figure)
    if value in source.values:
        return True
    # "586 million" of a currency that was named before.
    return kind == "money" and not currency and any(has[:2] == value[:2] for has in source.values)


def _dates(text: str, sources: Sequence[FiguresOf]) -> Iterator[tuple[int, int, bool]]:
    """Where dates stand in a sentence, and whether a source has a day within each.

    "Last week" is read as of each source's own day.
    """
    founded: dict[tuple[int, int], bool] = {}
    for source in sources:
        for moment in moments(text, source.published):
            span = moment.start, moment.end
            within = any(
                moment.when.first <= day.first and day.last <= moment.when.last
                for day in source.days
            )
            founded[span] = founded.get(span, False) or within
    for (start, end), good in founded.items():
        yield start, end, good


def _unfounded_rest(text: str, sources: Sequence[FiguresOf]) -> str:
    """What is left of numbers beside figures and dates: years, versions, codes, plain words."""
    plain = _plain(text)
    for match in _WRITTEN.finditer(plain):
        number = _decimal(match[0])
        if not any(
            match[0] in source.written or (number and ("count", number, "") in source.values)
            for source in sources
        ):
            return match[0]
    for word in (match[0] for match in _WORD.finditer(plain)):
        spelled = _SPELLED.get(word)
        if spelled is not None:
            founded = any(("count", spelled, "") in source.values for source in sources)
        else:
            founded = word not in _MEASURES or any(word in source.words for source in sources)
        if not founded:
            return word
    folded = simplified(text)
    for measure in _CHINESE_MEASURES:
        if measure in folded and not any(measure in source.chinese for source in sources):
            return measure
    return ""


def _value(figure: Figure) -> _Value:
    """A figure by what it says; a fall of 3% is told as "fell 3%" and as "-3%"."""
    currency = figure.currency if figure.kind is FigureKind.MONEY else ""
    return figure.kind.value, abs(figure.quantity.value).normalize(), currency


def _plain(text: str) -> str:
    """Half width, lower case and without the commas inside numbers."""
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain_width(text).casefold())


def _decimal(written: str) -> Decimal | None:
    try:
        return Decimal(written).normalize() if written[0].isdigit() else None
    except InvalidOperation:
        return None


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text with spaces in the place of some parts, as long as before."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            pieces += [text[at:start], " " * (end - max(at, start))]
            at = end
    return "".join([*pieces, text[at:]])
