"""Figures in running text: shares, money and counts, English and Chinese in one go.

A figure keeps what is written around its number: the bound (more than, 不超过), the currency, the
scale, what it counts and what it is each of. A range (10 to 15 percent) is two figures, at least
the one and up to the other. Years, dates, times, durations, ranks, multiples, codes and numbers
that are part of a name are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from briefings.facts import Bound, Quantity
from briefings.text import amounts_words as words
from briefings.text.amounts_numerals import Numeral, numerals
from briefings.text.chinese import HAN
from briefings.text.names import folded


class FigureKind(StrEnum):
    PERCENT = "percent"
    POINTS = "points"
    """Percentage points."""
    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it is of, at [start:end] of the text.

    The value is in units: 586m is 586,000,000 with a step of a million. `currency` is the ISO 4217
    code of money, "" where the text names none. `unit` is the noun a count is followed by (users,
    股), "" for none. `per` is what it is each of (share, 股). `start` and `end` take in the words
    of its bound; the number, or its sign of currency, begins at `number_start`.
    """

    kind: FigureKind
    quantity: Quantity
    start: int
    end: int
    number_start: int
    currency: str = ""
    unit: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A numeral with what is written on to it: its scale, and what it is of (None: not said).

    `start` is that of a currency's sign before it.
    """

    numeral: Numeral
    start: int
    end: int
    factor: Decimal
    kind: FigureKind | None
    currency: str = ""
    bound: Bound = Bound.EXACT


_NEAR = 40
"""Characters before a number that are looked at for its bound."""
_MOST_BOUNDS = 2
_WORDS_TO_NOUN = 4
_AFTER = re.compile(
    rf"(?:(?P<more>[多余])?\s?(?P<han>{words.any_of(words.CHINESE_SCALES)})"
    rf"|[ ]{{0,3}}-?[ ]?(?P<scale>{words.any_of(words.SCALES)})"
    rf"|(?P<letter>{words.any_of(words.LETTER_SCALES)}))?"
    r"(?P<plus>\+|[多余](?!额|股[东权]))?"
    rf"(?:[ ]{{0,3}}-?[ ]?(?:(?P<points>{words.POINTS})|(?P<basis>{words.BASIS_POINTS})"
    rf"|(?P<percent>{words.PERCENT})|(?P<currency>{words.any_of(words.CURRENCIES_AFTER)}"
    r"(?:(?<![a-z])|(?![ ]?[0-9])))))?"
)
_TENTHS = re.compile(r"成(?P<half>半)?(?![为立功都员本交果长绩熟品人年分份])")
_LATIN_BOUND = words.any_of(word for word in words.BOUNDS_BEFORE if word.isascii())
_HAN_BOUND = words.any_of(word for word in words.BOUNDS_BEFORE if not word.isascii())
_BOUND = re.compile(
    rf"(?:(?<![a-z0-9])(?P<latin>{_LATIN_BOUND})(?: (?:{words.BOUND_ARTICLES}))?[ ]{{0,2}}"
    rf"|(?P<han>{words.OWN_WORDS_ASIDE}{_HAN_BOUND})[为了达至]?(?:{words.CHINESE_WHOLE})?\s?)\Z"
)
_BOUND_AFTER = re.compile(
    rf"[ ]{{0,2}},?[ ]?(?!\+[0-9])(?P<word>{words.any_of(words.BOUNDS_AFTER)})"
)  # "$463.7M, +3%" is a change
_SIGN = re.compile(rf"(?<![a-z])(?P<sign>{words.any_of(words.CURRENCIES_BEFORE)})[ ]{{0,2}}\Z")
_MINUS = re.compile(rf"(?:^|[\s(:{HAN}])[-−]\Z")
_PER = re.compile(
    rf"[ ]{{0,3}}(?:/|(?<! )每|per |a |an |for each |for every )[ ]{{0,2}}"
    rf"(?P<per>(?:{words.PER_AFTER})(?![a-z])|(?:{words.PER_CHINESE}))"
    r"|[ ]{1,3}(?P<each>each|apiece)(?![a-z])"
)
_PER_BEFORE = re.compile(rf"每({words.PER_CHINESE})[^,。;0-9]{{0,8}}\Z")
_MONEY_BEFORE = re.compile(rf"(?:{words.MONEY_BEFORE})[为达约近超]{{0,3}}\Z")
_NO_COUNT = re.compile(rf"[ -]{{0,2}}(?:{words.NO_COUNT})(?![a-z])|\s?(?:{words.NO_COUNT_CHINESE})")
_NO_COUNT_BEFORE = re.compile(rf"(?:{words.NO_COUNT_BEFORE})[ ]{{0,2}}\Z")
_NAME_BEFORE = re.compile(r"(?<![\w'.])(?!(?:The|A|An|Its|And|With|All|These)\b)[A-Z][\w&]*[ -]\Z")
_COUNTED = re.compile(rf"\s?(?:{words.MEASURES})?(?:的)?(?P<noun>{words.COUNTED_CHINESE})")
_MEASURED = re.compile(rf"\s?(?P<noun>{words.MEASURES})")
_WORD = re.compile(r"[ ]{1,3}([a-z][a-z-]*)(?![a-z'])")
_TOUCHING = re.compile(r"[a-z0-9_/\\#=&@:]|-\Z|\A-")
"""Marks with which digits belong to a name, an address or a code."""
_JOINT = re.compile(r"\s{0,2}(?P<joint>[-~—至到]|to|and)\s{0,2}\Z")
_COUNTED_KINDS = frozenset({FigureKind.COUNT, FigureKind.MONEY})
_CHANGED_BY = re.compile(r"(?:\bby|\b(?:grew|rose|fell|added|gained|lost|up|down)) \Z")
"""Before how much something changed, not before a range: "rose by 12 million to 257 million"."""


def figures(text: str) -> tuple[Figure, ...]:
    """Return every figure of a text, in order, none overlapping."""
    plain = folded(text)
    measured: list[_Measured] = []
    for numeral in numerals(plain):
        floor = measured[-1].end if measured else 0
        if numeral.start >= floor:
            measured.append(_measured(text, plain, numeral, floor))
    found: list[Figure] = []
    before = 0
    for place, one in enumerate(measured):
        if one.numeral.start < before:
            continue
        if one.kind is None and place + 1 < len(measured):
            one = _with_measure_of(plain, one, measured[place + 1])  # noqa: PLW2901
        figure = _figure(text, plain, one, before)
        if figure is None:
            continue
        if found and _is_range(plain, found[-1], figure):
            found[-1] = _bounded(found[-1], Bound.AT_LEAST)
            figure = _bounded(figure, Bound.UP_TO)
        found.append(figure)
        before = figure.end
    return tuple(found)


def _measured(text: str, plain: str, numeral: Numeral, floor: int) -> _Measured:
    """Read what is written on to a number, on both sides, from `floor` on."""
    start, end, factor = numeral.start, numeral.end, Decimal(1)
    kind: FigureKind | None = None
    currency, bound = "", Bound.EXACT
    if numeral.share:
        return _Measured(numeral, start, end, factor, FigureKind.PERCENT, bound=numeral.bound)
    if tenths := _TENTHS.match(plain, end):
        half = Decimal("0.5") if tenths["half"] else Decimal(0)
        value = (numeral.value + half) * 10
        numeral = replace(numeral, value=value, step=Decimal(5) if half else Decimal(10))
        return _Measured(numeral, start, tenths.end(), factor, FigureKind.PERCENT)
    if sign := _SIGN.search(plain, max(floor, start - 12), start):
        kind, currency = FigureKind.MONEY, words.CURRENCIES_BEFORE[sign["sign"]]
        start = sign.start()
    after = _AFTER.match(plain, end)
    if after is None:
        return _Measured(numeral, start, end, factor, kind, currency)
    factor = _factor(text, numeral, after, signed=kind is not None)
    if after["letter"] and factor == 1:  # 4K, 3M: part of a name
        return _Measured(numeral, start, end, factor, kind, currency)
    if after["more"] or after["plus"]:
        bound = Bound.AT_LEAST
    if after["percent"]:
        kind, currency = FigureKind.PERCENT, ""
    elif after["points"] or after["basis"]:
        kind, currency = FigureKind.POINTS, ""
        factor *= Decimal("0.01") if after["basis"] else 1
    elif after["currency"]:
        code, worth = words.CURRENCIES_AFTER[after["currency"]]
        kind, currency = FigureKind.MONEY, currency or code
        factor *= worth
    return _Measured(numeral, start, after.end(), factor, kind, currency, bound)


def _factor(text: str, numeral: Numeral, after: re.Match[str], *, signed: bool) -> Decimal:
    """Return what the scale after a number multiplies it with; 1 where a letter is none."""
    if after["han"]:
        return Decimal(10) ** words.CHINESE_SCALES[after["han"]]
    if after["scale"]:
        return Decimal(10) ** words.SCALES[after["scale"]]
    letter = after["letter"]
    # 3M is a company and 4K a screen; $3M and 20K users are numbers.
    if not letter or (not signed and text[after.start("letter")].isupper() and numeral.value < 10):
        return Decimal(1)
    return Decimal(10) ** words.LETTER_SCALES[letter]


def _with_measure_of(plain: str, low: _Measured, high: _Measured) -> _Measured:
    """Return the lower end of a range with the measure that only its upper end states."""
    joint = _JOINT.fullmatch(plain, low.end, high.start)
    if joint is None or low.numeral.value >= high.numeral.value:
        return low
    if joint["joint"] == "and" and not plain.endswith("between ", 0, low.start):
        return low
    factor = low.factor if low.factor != 1 else high.factor
    return replace(low, factor=factor, kind=high.kind, currency=high.currency)


def _figure(text: str, plain: str, one: _Measured, before: int) -> Figure | None:
    """Return the figure of a number with what stands around it; None where it makes none."""
    kind, currency, end = one.kind, one.currency, one.end
    unit, counted_end = "", end
    bound, start = _bound_before(plain, one.start, before)
    if start != one.start and (sign := _SIGN.search(plain, max(before, start - 12), start)):
        # 港币约500万
        start, currency = sign.start(), words.CURRENCIES_BEFORE[sign["sign"]]
        kind = kind or FigureKind.MONEY
    if kind is None:
        if not _may_count(text, plain, one):
            return None
        unit, counted_end = _counted(plain, end)
        if not _counts(one, unit):
            return None
        money = not unit and one.factor != 1 and _MONEY_BEFORE.search(plain, before, one.start)
        kind = FigureKind.MONEY if money else FigureKind.COUNT
    per = _per(plain, start, end, before) if kind is FigureKind.MONEY else ""
    if after := _BOUND_AFTER.match(plain, end) or _BOUND_AFTER.match(plain, counted_end):
        bound, end = words.BOUNDS_AFTER[after["word"]], after.end()
    value, step = one.numeral.value * one.factor, one.numeral.step * one.factor
    if _MINUS.search(plain, max(before, one.start - 2), one.start):
        value = -value
    quantity = Quantity(_tidy(value), one.bound if bound is Bound.EXACT else bound, _tidy(step))
    return Figure(kind, quantity, start, end, one.start, currency, unit, per)


def _may_count(text: str, plain: str, one: _Measured) -> bool:
    """Tell whether a number without % or currency is none of what only looks like a count."""
    start, end = one.numeral.start, one.end
    if not plain[start].isascii() and one.numeral.value < 10:  # 一家公司, 三方
        return False
    if plain.startswith("第", start - 1) or _NO_COUNT.match(plain, end):
        return False
    if one.factor != 1 or not one.numeral.plain:
        return True
    touching = plain[max(0, start - 1) : start] + plain[end : end + 1]
    return not (
        _TOUCHING.search(touching)
        or _NO_COUNT_BEFORE.search(plain, max(0, start - 12), start)
        or _NAME_BEFORE.search(text, max(0, start - _NEAR), start)
    )


def _counted(plain: str, end: int) -> tuple[str, int]:
    """Return the noun that is counted after `end`, and where it ends; "" for none."""
    if han := _COUNTED.match(plain, end) or _MEASURED.match(plain, end):
        return han["noun"], han.end()
    at = end
    for _ in range(_WORDS_TO_NOUN):
        word = _WORD.match(plain, at)
        if word is None or word[1] in words.NO_NOUNS:
            break
        at = word.end()
        if word[1] in words.PLURALS or (word[1].endswith("s") and not word[1].endswith("ss")):
            return word[1], at
    return "", end


def _counts(one: _Measured, unit: str) -> bool:
    """Tell whether a number counts something, rather than being a year, a code or a rank."""
    if unit in words.DURATIONS:
        return False
    if one.factor != 1 or not one.numeral.plain:
        return True
    value = one.numeral.value
    if unit.isascii() and 1900 <= value <= 2100:
        return unit in words.YEAR_COUNTS
    return bool(unit)


def _bound_before(plain: str, start: int, before: int) -> tuple[Bound, int]:
    """Return the bound that stands before `start`, and where its words begin."""
    bound, at = Bound.EXACT, start
    for _ in range(_MOST_BOUNDS):
        found = _BOUND.search(plain, max(before, at - _NEAR), at)
        if found is None:
            break
        at = found.start()
        said = words.BOUNDS_BEFORE[found["latin"] or found["han"]]
        # "up to about 30%" is up to, whatever the order.
        bound = said if bound in {Bound.EXACT, Bound.ABOUT} else bound
    return bound, at


def _per(plain: str, start: int, end: int, before: int) -> str:
    """Return what an amount is each of, "" for nothing."""
    if after := _PER.match(plain, end):
        return after["per"] or after["each"]
    ahead = _PER_BEFORE.search(plain, max(before, start - _NEAR), start)
    return ahead[1] if ahead else ""


def _is_range(plain: str, low: Figure, high: Figure) -> bool:
    """Tell whether two figures are the ends of a range: 10 to 15 percent, not from 17% to 2%."""
    if low.kind is not high.kind or low.currency != high.currency:
        return False
    joint = _JOINT.fullmatch(plain, low.end, high.start)
    if joint is None or not 0 <= low.quantity.value < high.quantity.value:
        return False
    ahead = plain[max(0, low.start - 8) : low.start]
    if joint["joint"] == "and":
        return ahead.endswith("between ")
    if joint["joint"] == "to" and low.kind in _COUNTED_KINDS and _CHANGED_BY.search(ahead):
        return False
    return not ahead.endswith(("from ", "从", "由", "自"))


def _bounded(figure: Figure, bound: Bound) -> Figure:
    if figure.quantity.bound is not Bound.EXACT:
        return figure
    return replace(figure, quantity=replace(figure.quantity, bound=bound))


def _tidy(number: Decimal) -> Decimal:
    """Return the number without a fraction of zeros."""
    whole = number.to_integral_value()
    return whole if whole == number else number
