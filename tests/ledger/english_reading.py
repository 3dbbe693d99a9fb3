"""A small catalogue, and claims written in one line, for tests of what English texts claim."""

from __future__ import annotations

from datetime import date

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.facts import Claim, Quantity
from briefings.ledger.extract import Extractor

PUBLISHED = date(2024, 3, 1)

CATALOGUE = """
[[organisation]]
id = "acme"
name = "Acme"
kind = "company"
aliases = ["Acme Group"]

[[organisation]]
id = "acme-films"
name = "Acme Films"
kind = "unit"
part_of = "acme"

[[organisation]]
id = "acmepay"
name = "AcmePay"
kind = "unit"
part_of = "acme"

[[organisation]]
id = "birch"
name = "Birch"
kind = "company"

[[organisation]]
id = "chirper"
name = "Chirper"
kind = "company"

[[organisation]]
id = "dovetail"
name = "Dovetail AI"
kind = "investee"
aliases = ["Dovetail"]

[[organisation]]
id = "fto"
name = "Fair Trade Office"
kind = "regulator"
"""

MATCHER = Matcher(parse_entities(CATALOGUE))
EXTRACTOR = Extractor(MATCHER)


def claims(body: str, title: str = "", language: str = "en") -> tuple[Claim, ...]:
    return EXTRACTOR.claims(title, body, language=language, published=PUBLISHED)


def lines(body: str, title: str = "") -> list[str]:
    """Return each claim of a text as a line: kind, status, parties, figures, time."""
    return [line(claim) for claim in claims(body, title)]


def line(claim: Claim) -> str:
    """Write a claim as in english_claims.txt: kind, status: parties; figures, time."""
    who = ", ".join(f"{party.role} {party.named}" for party in claim.parties)
    told = [f"{claim.segment} {claim.metric}".strip()] if claim.metric else []
    if claim.percent is not None:
        told.append(f"{_number(claim.percent)}%")
    if claim.option_percent is not None:
        told.append(f"option {_number(claim.option_percent)}%")
    if claim.amount is not None:
        told.append(f"{claim.amount.currency} {_number(claim.amount.quantity)}")
    if claim.value is not None:
        told.append(_number(claim.value))
    if claim.change_percent is not None:
        told.append(f"change {_number(claim.change_percent)}%")
    if claim.undisclosed:
        told.append("undisclosed")
    if claim.when is not None:
        told.append(str(claim.when))
    return f"{claim.kind}, {claim.status}: {who}" + (f"; {', '.join(told)}" if told else "")


def _number(quantity: Quantity) -> str:
    bound = "" if quantity.bound == "exact" else f"{quantity.bound} "
    return f"{bound}{quantity.value.normalize():f}"
