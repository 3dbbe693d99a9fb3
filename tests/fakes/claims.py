"""Claims for the tests of the ledger, with everything not under test filled in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from briefings.facts import (
    Bound,
    Claim,
    Evidence,
    Kind,
    Money,
    Party,
    PartyRole,
    Quantity,
    Status,
    When,
)


def party(name: str, role: PartyRole = PartyRole.PARTNER, *, unit: str = "") -> Party:
    """A catalogue's organisation, named itself or by its `unit`; a capitalised name is in none."""
    known = name.islower()
    return Party(role, name if known else None, unit or name)


def number(value: str, bound: Bound = Bound.EXACT) -> Quantity:
    """A number as written: "18" to the one, "17.5" to the tenth, "503e6" to the million."""
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    return Quantity(Decimal(f"{exact:f}"), bound, Decimal(f"{Decimal(1).scaleb(exponent):f}"))


def money(value: str, currency: str = "USD") -> Money:
    return Money(number(value), currency)


def claim(kind: Kind, *names: str, text: str = "", **changes: Any) -> Claim:
    """A claim of a buyer and its target, a seller and what it sells, partners, or a subject."""
    roles = {
        Kind.PARTNERSHIP: (PartyRole.PARTNER,) * len(names),
        Kind.JOINT_VENTURE: (PartyRole.PARTNER,) * len(names),
        Kind.DIVESTMENT: (PartyRole.SELLER, *(PartyRole.TARGET,) * len(names)),
        Kind.METRIC: (PartyRole.SUBJECT,) * len(names),
        Kind.TARGET: (PartyRole.SUBJECT,) * len(names),
    }.get(kind, (PartyRole.BUYER, *(PartyRole.TARGET,) * len(names)))
    parties = changes.pop("parties", None) or tuple(
        party(name, role) for name, role in zip(names, roles, strict=False)
    )
    said = text or f"{' and '.join(names)}: {kind.value}."
    filled: dict[str, Any] = {
        "status": Status.ANNOUNCED,
        "evidence": Evidence(said, 0, len(said)),
        "language": "en",
    }
    return Claim(kind, parties, **filled | changes)


def stake(buyer: str, target: str, percent: str, **changes: Any) -> Claim:
    return claim(Kind.STAKE, buyer, target, percent=number(percent), **changes)


def users(organisation: str, value: str, **changes: Any) -> Claim:
    filled: dict[str, Any] = {"metric": "users", "value": number(value), "status": Status.COMPLETED}
    return claim(Kind.METRIC, organisation, **filled | changes)


def on(day: str) -> When:
    return When.day(date.fromisoformat(day))
