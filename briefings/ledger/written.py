"""What a fact is told with: the sentence that says most of it, its days, its amount as written."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final

from briefings.facts import FIGURES, Claim, Evidence, Fact, Kind, Money, Report, When
from briefings.ledger.counting import states
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.figures import quantity_of
from briefings.text.amounts import figures
from briefings.text.names import folded

CANDIDATES: Final = 12
"""Reports whose sentences are looked at for a quotation."""
_MAIN: Final = ("value", "amount", "change_percent")
_UNTOLD = re.compile(
    r"undisclosed sum|undisclosed|not (?:been )?(?:disclosed|revealed)"
    r"|(?:did|does|do|would) not (?:disclose|reveal|give)|declined to (?:disclose|reveal|give)"
    r"|without disclosing|not (?:made public|given|specified|announced|released)|unspecified"
    r"|未(?:对外|予|具体)?(?:披露|公开|透露|公布)|没有(?:披露|透露|公布)|不披露|金额不详"
)

_NUMBER = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a report, and how much it says of what the fact says."""

    report: Report
    text: str
    weight: tuple[int, int, bool, bool, int]


def quoted(fact: Fact) -> Quoted:
    """The sentence that says most of what the fact says.

    Of those alike the one that a report's claim was read from, and then the shortest.
    """
    names = {party.key for party in fact.parties}
    digits = [
        _digits(quantity_of(figure).value) for name in FIGURES if (figure := getattr(fact, name))
    ]
    found = (
        Quoted(report, each.text, _weight(each, report.claim, digits, names))
        for report in fact.reports[:CANDIDATES]
        for each in (report.claim.evidence, *report.claim.also)
    )
    return max(found, key=lambda one: one.weight)


def _weight(
    evidence: Evidence, claim: Claim, digits: Collection[str], names: Collection[str]
) -> tuple[int, int, bool, bool, int]:
    written = {_bare(number) for number in _NUMBER.findall(evidence.text)} if digits else set()
    said = sum(1 for each in digits if each in written)
    named = sum(1 for party in claim.parties if party.key in names)
    first = evidence is claim.evidence
    return said, named, not evidence.in_title, first, -len(evidence.text)


def _digits(value: Decimal) -> str:
    """The digits that any text writes a number with: 586 of 586 million and of 5.86亿."""
    return "".join(map(str, value.as_tuple().digits)).strip("0")


def _bare(number: str) -> str:
    return number.replace(",", "").replace(".", "").strip("0")


_LEFT = re.compile(
    r"(?:\b(?:to|at|of only|holds|keeps|keeping|retains|retaining|remaining)|[至到为剩]|持有|保留)"
    r"\s*(?:just|only|about|around|nearly|some|roughly|约|近)?\s*$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d[\d.,]*(?=\s*(?:%|％|percent|per cent|pc\b))", re.IGNORECASE)


def is_left(fact: Fact) -> bool:
    """Whether the share of a sale is the one that is left: "cut its stake from 30% to 25%"."""
    if fact.kind is not Kind.DIVESTMENT or fact.percent is None:
        return False
    wanted = _digits(fact.percent.value)
    text = quoted(fact).text
    return any(
        _LEFT.search(text[: each.start()]) is not None
        for each in _PERCENT.finditer(text)
        if _bare(each.group()) == wanted
    )


def reported(fact: Fact) -> tuple[When, When]:
    """The days of the first and the last report that gives a fact: of a figure, its number."""
    reports = fact.reports
    if fact.kind in FIGURE_KINDS:
        named = ((name, its) for name in _MAIN if (its := getattr(fact, name)))
        for name, figure in islice(named, 1):
            given = ((report, getattr(report.claim, name)) for report in fact.reports)
            reports = tuple(report for report, its in given if its and states(its, figure))
    known = [report for report in reports if report.published.is_known] or reports
    return When.of(known[0].published), When.of(known[-1].published)


def amount_as_written(fact: Fact) -> str:
    """Return the amount as it first stands in a fact's sentences, or the words that it is not told.

    Its bound (about, up to) is left out; "" where the fact has neither.
    """
    sentences = [
        evidence.text
        for report in fact.reports
        for evidence in (report.claim.evidence, *report.claim.also)
    ]
    if fact.amount is not None:
        amount = fact.amount
        written = (_amount(sentence, amount) for sentence in sentences)
    elif fact.undisclosed:
        written = (_untold(sentence) for sentence in sentences)
    else:
        return ""
    return " ".join(next(filter(None, written), "").split())


def _amount(sentence: str, amount: Money) -> str:
    for figure in figures(sentence):
        if figure.quantity.value == amount.quantity.value and (
            figure.currency == amount.currency or not figure.currency
        ):
            return sentence[figure.number_start : figure.end]
    return ""


def _untold(sentence: str) -> str:
    found = _UNTOLD.search(folded(sentence))
    return sentence[found.start() : found.end()] if found else ""
