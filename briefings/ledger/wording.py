"""Facts in words: numbers, amounts, and what a fact says in a line. Pure.

A number is written no more precisely than the text it is from wrote it, with the bound it was
given.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Final

from briefings.facts import Bound, Claim, Fact, Kind, Money, Quantity, Reading, Status, When

_EXACT: Final = Context(prec=200)
"""Far more places than any text writes."""
_SCALES: Final = (
    (Decimal(10) ** 12, "trillion"),
    (Decimal(10) ** 9, "billion"),
    (Decimal(10) ** 6, "million"),
)
_BOUNDS: Final = {
    Bound.EXACT: "",
    Bound.ABOUT: "about ",
    Bound.AT_LEAST: "at least ",
    Bound.UP_TO: "up to ",
}
_SIGNS: Final = {
    "USD": "US$", "HKD": "HK$", "SGD": "S$", "TWD": "NT$", "AUD": "A$", "CAD": "C$",
    "EUR": "€", "GBP": "£",
}  # fmt: skip
_UNITS: Final = {"CNY": "yuan", "JPY": "yen", "KRW": "won", "INR": "rupees", "RUB": "roubles"}
KINDS: Final = {
    Kind.STAKE: "Stake",
    Kind.INVESTMENT: "Investment",
    Kind.ACQUISITION: "Acquisition",
    Kind.DIVESTMENT: "Divestment",
    Kind.PARTNERSHIP: "Partnership",
    Kind.JOINT_VENTURE: "Joint venture",
    Kind.REGULATORY: "Regulatory",
    Kind.METRIC: "Figure",
    Kind.TARGET: "Target",
}
FIELDS: Final = {
    "percent": "share",
    "option_percent": "option",
    "amount": "amount",
    "value": "figure",
    "change_percent": "change",
    "when": "date",
    "status": "status",
}
"""What a field of a fact is called where reports differ in it."""


def number(value: Decimal, step: Decimal) -> str:
    """A number in digits with its scale, as precise as its step: 586 million, 1.327 billion.

    Zeros at the end of a scaled number are left out: 2700万 is written to ten thousands, and is
    27 million all the same.
    """
    scale, word = next(
        ((scale, word) for scale, word in _SCALES if abs(value) >= scale), (Decimal(1), "")
    )
    places = max(0, scale.adjusted() - step.adjusted()) if step > 0 else 0
    exact = _EXACT.divide(value, scale)
    scaled = _EXACT.quantize(exact, Decimal(1).scaleb(-places))
    if scaled != exact:  # written more exactly than its step says: nothing is rounded away
        scaled = _EXACT.normalize(exact)
    digits = f"{scaled:,f}"
    if not word:
        return digits
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits} {word}"


def quantity(value: Quantity) -> str:
    """A count with its bound: at least 500 million."""
    return _BOUNDS[value.bound] + number(value.value, value.step)


def percent(value: Quantity) -> str:
    """A share with its bound: about 18%."""
    return f"{_BOUNDS[value.bound]}{number(value.value, value.step)}%"


def change(value: Quantity) -> str:
    """A change with its direction: up 34%, down about 5%."""
    bound, size = _BOUNDS[value.bound], number(abs(value.value), value.step)
    return f"{'down' if value.value < 0 else 'up'} {bound}{size}%"


def money(value: Money) -> str:
    """An amount with its bound and currency: about US$3 billion, 25 billion yuan."""
    bound = _BOUNDS[value.quantity.bound]
    size = number(value.quantity.value, value.quantity.step)
    if not value.currency:
        return f"{bound}{size} (currency not given)"
    if value.currency in _SIGNS:
        return f"{bound}{_SIGNS[value.currency]}{size}"
    return f"{bound}{size} {_UNITS.get(value.currency, value.currency)}"


def figures(fact: Fact | Claim) -> str:
    """The figures of a fact, in a line: 18%, option to 30%, US$586 million."""
    parts = deal_figures(fact.percent, fact.option_percent, fact.amount)
    if fact.undisclosed and not fact.amount:
        parts.append("amount not disclosed")
    if fact.value:
        parts.append(quantity(fact.value))
    if fact.change_percent:
        parts.append(change(fact.change_percent))
    return ", ".join(parts)


def deal_figures(
    share: Quantity | None, option: Quantity | None, amount: Money | None
) -> list[str]:
    """The figures a deal may have, each in words."""
    parts = [percent(share)] if share else []
    if option:
        parts.append(f"option to {percent(option)}")
    if amount:
        parts.append(money(amount))
    return parts


def metric(fact: Fact | Claim) -> str:
    """What a figure is of: advertising revenue; "" for a deal."""
    return f"{fact.segment} {fact.metric}".strip()


def reading(field: str, value: Reading) -> str:
    """What some reports give for a field, in words."""
    match value.value:
        case Money() as amount:
            return money(amount)
        case Quantity() as figure:
            if field in ("percent", "option_percent"):
                return percent(figure)
            return change(figure) if field == "change_percent" else quantity(figure)
        case When() | Status() as plain:
            return str(plain)
