"""What is between two organisations, now or at any day.

facts -> reports published by then, reconciled again -> deals of the two -> what holds
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from briefings.facts import Alliance, Fact, Kind, Party, PartyRole, Report, Status
from briefings.ledger.agreeing import OPEN
from briefings.ledger.events import FIGURE_KINDS, party_key
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import superseding

_OVER = frozenset({Status.UNWOUND, Status.DENIED})
_HELD = frozenset({Kind.STAKE, Kind.ACQUISITION})
_MOST_PARTIES = 12


def alliance(
    first: str, second: str, facts: Iterable[Fact], as_of: date | None = None
) -> Alliance | None:
    """Return what is between two parties, by their keys; None when there is nothing.

    With `as_of` only what was published by that day counts. Figures and rulings are no alliance;
    to invest in the same organisation is one.
    """
    between = [fact for fact in facts if _is_between(fact, first, second)]
    known = [fact for fact in known_by(between, as_of) if _is_between(fact, first, second)]
    return _alliance((first, second), known) if known else None


def partners(
    organisation: str, facts: Iterable[Fact], as_of: date | None = None
) -> tuple[Alliance, ...]:
    """Return what is between an organisation and each other one, the most recent first.

    The others go by the keys of their parties in the newest fact.
    """
    concerned = [fact for fact in facts if organisation in _parties(fact)]
    between: defaultdict[str, list[Fact]] = defaultdict(list)
    shown: dict[str, str] = {}
    for fact in sorted(known_by(concerned, as_of), key=_time):
        parties = _parties(fact)
        for one, other in _pairs(fact):
            if one == organisation:
                between[other].append(fact)
                shown[other] = parties[other].key
    found = [_alliance((organisation, shown[other]), known) for other, known in between.items()]
    return tuple(sorted(found, key=lambda one: (-one.last.toordinal(), one.organisations)))


def known_by(facts: Iterable[Fact], day: date | None) -> list[Fact]:
    """Return the facts as they were known at the end of a day, all of them without one.

    Reports published later are left out and the others reconciled again; each fact has the number
    of the one that its first report was in.
    """
    if day is None:
        return list(facts)
    number_of: dict[int, int] = {}
    known: list[Report] = []
    for fact in facts:
        for report in fact.reports:
            if report.published.at.date() <= day:
                number_of[id(report)] = fact.id
                known.append(report)
    return [replace(fact, id=number_of[id(fact.reports[0])]) for fact in reconcile(known)]


def _alliance(organisations: tuple[str, str], facts: Sequence[Fact]) -> Alliance:
    facts = sorted(facts, key=_time)
    overtaken = superseding(facts)
    earlier = {id(one.earlier) for one in overtaken}
    current = [fact for fact in reversed(facts) if id(fact) not in earlier]
    settled = [fact for fact in current if fact.status not in OPEN | _OVER]
    holding = settled or current
    held = [fact for fact in holding if fact.kind in _HELD and not _is_joint(fact, organisations)]
    return Alliance(
        organisations=organisations,
        kinds=tuple(dict.fromkeys(fact.kind for fact in facts)),
        status=holding[0].status,
        percent=next((fact.percent for fact in held if fact.percent), None),
        option_percent=next((fact.option_percent for fact in held if fact.option_percent), None),
        amount=next((fact.amount for fact in holding if fact.amount), None),
        since=facts[0].since,
        last=facts[-1].since,
        facts=tuple(facts),
        superseded=overtaken,
    )


def _pairs(fact: Fact) -> set[tuple[str, str]]:
    """The pairs of parties that a deal is between, both ways round, by their keys.

    A buyer, a seller and what is sold are; two things sold in one deal are not.
    """
    if fact.kind in FIGURE_KINDS or fact.kind is Kind.REGULATORY:
        return set()
    parties = list(_parties(fact).items())[:_MOST_PARTIES]
    found = set()
    for (one, here), (other, there) in combinations(parties, 2):
        if here.role is not PartyRole.TARGET or there.role is not PartyRole.TARGET:
            found |= {(one, other), (other, one)}
    return found


def _is_between(fact: Fact, first: str, second: str) -> bool:
    key_of = {party.key: key for key, party in _parties(fact).items()}
    return (key_of.get(first, first), key_of.get(second, second)) in _pairs(fact)


def _parties(fact: Fact) -> dict[str, Party]:
    return {
        key: party
        for party in fact.parties
        if party.role is not PartyRole.REGULATOR and (key := party_key(party))
    }


def _is_joint(fact: Fact, organisations: tuple[str, str]) -> bool:
    """Whether both act in it, so that what is bought is somebody else's."""
    roles = {
        party.role for party in fact.parties if {party.key, party_key(party)} & {*organisations}
    }
    return PartyRole.TARGET not in roles


def _time(fact: Fact) -> tuple[date, date, int]:
    first = fact.reports[0]
    return fact.since, first.published.at.date(), first.article_id
