"""What a figure leaves open, and whether two of them can be the same one.

A text that says 18 percent rounds: anything from 17.5 to 18.5 may be meant, and 500 million is
rounder than 503 million. "About" leaves more open, "more than" something above, "up to" something
below. Two figures agree when what they leave open overlaps. All of it is exact enough in floating
point, and figures that no text can mean (not a number, or without end) agree with nothing and
differ from nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from briefings.facts import Bound, Claim, Money, Quantity

ABOUT = 0.05
"""How far from "about 100" the figure may be, in parts of it."""
BEYOND = 0.15
"""How far above "more than 100", or below "up to 100", it may be."""

_SHORT_OF = 1 - 1e-6  # what 18 and 19 leave open ends before it meets
_WIDEST = 4.0
_ROUND = 0.01
"""How much a round number may be off, in parts of it: 500 counts as written to its tens."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """What a figure leaves open, from `low` to `high`."""

    low: float
    high: float

    def meets(self, other: Span) -> bool:
        return self.low <= other.high and other.low <= self.high


def span(quantity: Quantity) -> Span | None:
    """Return what a quantity leaves open; None for one that says nothing.

    However coarsely it is written, its ends have the same sign and lie within a factor of four.
    """
    value, step = _number(quantity.value), _number(quantity.step)
    if value is None:
        return None
    size = abs(value)
    half = 0.0
    if step is not None and step > 0:
        half = min(_rounding(size, step) / 2 * _SHORT_OF, size * 0.6)
    match quantity.bound:
        case Bound.EXACT:
            low, high = size - half, size + half
        case Bound.ABOUT:
            half = max(half, size * ABOUT)
            low, high = size - half, size + half
        case Bound.AT_LEAST:
            low, high = size, size * (1 + BEYOND)
        case Bound.UP_TO:
            low, high = size * (1 - BEYOND), size
    low = max(low, high / _WIDEST)
    return Span(low, high) if value >= 0 else Span(-high, -low)


def spans(claim: Claim) -> dict[str, Span]:
    """Return what the figures of a claim leave open, by field; an amount's has its currency."""
    found: dict[str, Span] = {}
    for field, quantity in (
        ("percent", claim.percent),
        ("option_percent", claim.option_percent),
        ("value", claim.value),
        ("change_percent", claim.change_percent),
        (f"amount {claim.amount.currency}", claim.amount.quantity) if claim.amount else ("", None),
    ):
        if quantity is not None and (open_ := span(quantity)) is not None:
            found[field] = open_
    return found


def agree(figures: Iterable[Quantity]) -> bool:
    """Tell whether one number can be all of them."""
    left_open = [found for quantity in figures if (found := span(quantity)) is not None]
    # Spans that meet two by two have a point in common.
    return not left_open or max(one.low for one in left_open) <= min(one.high for one in left_open)


def cells(open_: Span, per_factor: int = 4) -> range:
    """The cells a span touches on a logarithmic scale, so that spans that meet share one.

    `per_factor` cells lie between a number and ten times it. A span that touches zero has cell 0
    of its own scale; there is no other, for the ends of a span are within a factor of four.
    """
    low, high = sorted((abs(open_.low), abs(open_.high)))
    if low <= 0:
        return range(1)
    return range(_cell(low, per_factor), _cell(high, per_factor) + 1)


def quantity_of(figure: Quantity | Money) -> Quantity:
    """The number of a figure, without its currency."""
    return figure.quantity if isinstance(figure, Money) else figure


def precision(quantity: Quantity) -> tuple[bool, float]:
    """How exactly a figure is given, more being better: without a bound first, then by its step."""
    step = _number(quantity.step)
    return quantity.bound is Bound.EXACT, -step if step is not None and step > 0 else -math.inf


def size(quantity: Quantity) -> float:
    """The number itself, 0 for one that says nothing."""
    return _number(quantity.value) or 0.0


def _number(value: Decimal) -> float | None:
    if not value.is_finite():
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _rounding(size: float, step: float) -> float:
    """The place a number seems to be rounded to: its last, or the last before its zeros."""
    while step * 10 <= size * _ROUND * 2 and size % (step * 10) == 0:
        step *= 10
    return step


def _cell(number: float, per_factor: int) -> int:
    return math.floor(math.log10(number) * per_factor)
