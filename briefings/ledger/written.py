"""The amount of a fact in the words of a text it is from."""

from __future__ import annotations

import re

from briefings.facts import Fact, Money
from briefings.text.amounts import figures
from briefings.text.names import folded

_UNTOLD = re.compile(
    r"undisclosed sum|undisclosed|not (?:been )?(?:disclosed|revealed)"
    r"|(?:did|does|do|would) not (?:disclose|reveal|give)|declined to (?:disclose|reveal|give)"
    r"|without disclosing|not (?:made public|given|specified|announced|released)|unspecified"
    r"|未(?:对外|予|具体)?(?:披露|公开|透露|公布)|没有(?:披露|透露|公布)|不披露|金额不详"
)


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
