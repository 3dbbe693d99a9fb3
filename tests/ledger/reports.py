"""Reports for the tests of reconciling: claims in articles of chosen days and publishers."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from briefings.facts import Claim, Evidence, Fact, Report
from briefings.ledger.events import keys
from briefings.ledger.reconcile import reconcile
from briefings.model import Precision, Published


def report(
    claim: Claim,
    day: str,
    voice: str = "Reuters",
    *,
    article: int = 0,
    tier: str = "press",
    text: str = "",
) -> Report:
    """A claim in an article; without a `text` every publisher says it in words of its own."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    number = article or zlib.crc32(f"{day} {voice} {claim}".encode()) + 1
    said = text or f"{voice} on {day}: {claim.evidence.text}"
    claim = replace(claim, evidence=Evidence(said, 0, len(said)))
    published = Published(at, Precision.DAY)
    return Report(0, number, published, voice, voice, tier, claim)


def only(facts: Sequence[Fact]) -> Fact:
    (fact,) = facts
    return fact


def added(reports: Iterable[Report], size: int) -> tuple[Fact, ...]:
    """Reconcile some reports at a time as the store does.

    Each time with all reports of the facts that have one sharing a key with a new one.
    """
    facts: list[Fact] = []
    waiting = list(reports)
    while waiting:
        new, waiting = waiting[:size], waiting[size:]
        facts = _joined_by(new, facts)
    return tuple(facts)


def without(facts: Iterable[Fact], article: int) -> tuple[Fact, ...]:
    """Take an article's reports away; what is left of its facts comes in anew."""
    touched, others = [], []
    for fact in facts:
        told = any(one.article_id == article for one in fact.reports)
        (touched if told else others).append(fact)
    left = [one for fact in touched for one in fact.reports if one.article_id != article]
    return tuple(_joined_by(left, others))


def _joined_by(new: Sequence[Report], facts: Sequence[Fact]) -> list[Fact]:
    sought = {key for one in new for key in keys(one)}
    near = [fact for fact in facts if any(sought & set(keys(told)) for told in fact.reports)]
    others = [fact for fact in facts if fact not in near]
    return [*others, *reconcile([*(told for fact in near for told in fact.reports), *new])]
