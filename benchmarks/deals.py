"""Generated deals and figures, as papers report them: some once, some in eight papers.

Organisations are as unequal as in real news (a few are in most of it); of an event's reports most
give the same figures, some round them, few contradict them. A tenth of what is claimed are figures
of a quarter; every third paper writes Chinese.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from briefings.facts import (
    Bound,
    Claim,
    Evidence,
    Kind,
    Money,
    Party,
    PartyRole,
    Quantity,
    Report,
    Status,
    When,
)
from briefings.model import Precision, Published

_FIRST_DAY = date(2019, 1, 1)
_DAYS = 5 * 365
_PAPERS = 40
_UNKNOWN = 2_000
"""Firms that no catalogue has."""
_KINDS = (Kind.STAKE, Kind.ACQUISITION, Kind.INVESTMENT, Kind.PARTNERSHIP, Kind.DIVESTMENT)
_CLAIMS_AN_ARTICLE = 4
_MILLION = Decimal(10) ** 6


@dataclass(frozen=True, slots=True)
class Who:
    """An organisation as a party is made of it."""

    organisation: str | None
    named: str


@dataclass(frozen=True, slots=True)
class Story:
    """An article of a paper, and what it claims."""

    number: int
    paper: str
    day: date
    claims: tuple[Claim, ...]

    @property
    def text(self) -> str:
        return "\n".join(claim.evidence.text for claim in self.claims)


def stories(organisations: Sequence[str], claims: int, *, seed: int) -> list[Story]:
    """Articles that make at least so many claims in all, the oldest first.

    `organisations` are ids of a catalogue, the most written about first; firms that it does not
    have are parties, too.
    """
    chance = random.Random(seed)
    known = tuple(Who(id, id) for id in organisations)
    everybody = (*known, *(Who(None, f"Firm {number}") for number in range(_UNKNOWN)))
    weights = list(itertools.accumulate(1 / (place + 10) for place in range(len(everybody))))
    told: dict[tuple[date, str], list[Claim]] = defaultdict(list)
    made = 0
    while made < claims:
        day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
        pair = chance.choices(everybody, cum_weights=weights, k=2)
        event = _figure(pair[0], day, chance) if chance.random() < 0.1 else _deal(pair, day, chance)
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            paper = f"Paper {chance.randrange(_PAPERS)}"
            told[day + timedelta(days=chance.choice((0, 0, 0, 1, 2))), paper].append(
                _retold(event, int(paper[6:]) % 3 == 0, chance)
            )
            made += 1
    numbers = itertools.count(1)
    return [
        Story(next(numbers), paper, day, tuple(some))
        for day, paper in sorted(told)
        for some in _batches(told[day, paper])
    ]


def _batches(claims: Sequence[Claim]) -> list[Sequence[Claim]]:
    size = _CLAIMS_AN_ARTICLE
    return [claims[first : first + size] for first in range(0, len(claims), size)]


def reports(of: Sequence[Story]) -> Iterator[Report]:
    """The claims of articles as the ledger's reports, every paper a voice of its own."""
    number = itertools.count(1)
    for story in of:
        for claim in story.claims:
            yield Report(
                next(number),
                story.number,
                published(story),
                story.paper,
                story.paper,
                "press",
                claim,
            )


def published(story: Story) -> Published:
    return Published(datetime.combine(story.day, time(9), UTC), Precision.MINUTE)


def _deal(pair: Sequence[Who], day: date, chance: random.Random) -> Claim:
    kind = chance.choice(_KINDS)
    roles = (PartyRole.BUYER, PartyRole.TARGET)
    if kind is Kind.PARTNERSHIP:
        roles = (PartyRole.PARTNER, PartyRole.PARTNER)
    elif kind is Kind.DIVESTMENT:
        roles = (PartyRole.SELLER, PartyRole.TARGET)
    parties = tuple(
        Party(role, who.organisation, who.named)
        for role, who in zip(roles, dict.fromkeys(pair), strict=False)
    )
    claim = Claim(kind, parties, Status.ANNOUNCED, Evidence("", 0, 0), "en", when=When.day(day))
    if kind in {Kind.STAKE, Kind.DIVESTMENT}:
        claim = replace(claim, percent=Quantity(Decimal(chance.randrange(20, 990)) / 10))
    if kind is not Kind.PARTNERSHIP:
        amount = Quantity(chance.randrange(5, 3000) * _MILLION, step=_MILLION)
        claim = replace(claim, amount=Money(amount, chance.choice(("USD", "CNY", "HKD"))))
    return claim


def _figure(who: Who, day: date, chance: random.Random) -> Claim:
    quarter = When.months(day.year, (day.month - 1) // 3 * 3 + 1, 3)
    users = Quantity(chance.randrange(50, 900) * _MILLION, step=_MILLION)
    subject = (Party(PartyRole.SUBJECT, who.organisation, who.named),)
    said = Evidence("", 0, 0)
    return Claim(
        Kind.METRIC,
        subject,
        Status.COMPLETED,
        said,
        "en",
        metric="users",
        value=users,
        when=quarter,
    )


def _retold(event: Claim, chinese: bool, chance: random.Random) -> Claim:
    """The claim as one paper has it: rounded now and then, wrong once in fifty times."""
    amount = event.amount
    drawn = chance.random()
    if amount is not None and drawn < 0.15:
        near = amount.quantity.value.quantize(Decimal("1e7"))
        amount = replace(amount, quantity=Quantity(near, Bound.ABOUT, Decimal("1e7")))
    elif amount is not None and drawn < 0.17:
        amount = replace(amount, quantity=replace(amount.quantity, value=amount.quantity.value * 2))
    text = (
        f"{event.kind.value} {[party.named for party in event.parties]} {event.when} {drawn:.12f}"
    )
    language = "zh" if chinese else "en"
    return replace(event, amount=amount, evidence=Evidence(text, 0, len(text)), language=language)
