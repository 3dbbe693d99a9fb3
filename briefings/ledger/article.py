"""The facts of one text: its claims, those of one event together."""

from __future__ import annotations

from briefings.facts import Fact, Report
from briefings.ledger.extract import Extractor
from briefings.ledger.reconcile import reconcile
from briefings.model import Published


def facts_of(
    extractor: Extractor, title: str, body: str, *, language: str, published: Published
) -> tuple[Fact, ...]:
    """Return what a text says, in the order of its sentences, each event and figure once.

    It is one voice that nobody knows.
    """
    claims = extractor.claims(
        title, body, language=language, published=published.at.date(), dated=published.is_known
    )
    return reconcile(
        Report(number, 1, published, publisher="", voice="", tier="", claim=claim)
        for number, claim in enumerate(claims, start=1)
    )
