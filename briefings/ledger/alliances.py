"""What is between two organisations, now or at any day.

facts -> reports published by then, reconciled again -> deals of the two -> what holds
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, combinations

from briefings.facts import Alliance, Fact, Kind, Party, PartyRole, Report, Status
from briefings.ledger.agreeing import OPEN, OVER
from briefings.ledger.events import FIGURE_KINDS, party_key
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import SHARES, superseding

_HELD = frozenset({Kind.STAKE, Kind.ACQUISITION})
_LAPSES = timedelta(days=365)
"""A bid of so long before what is held was last told is no longer told beside it."""
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
    settled = [fact for fact in current if fact.status not in OPEN | OVER]
    holding = settled or [fact for fact in current if fact.status is current[0].status]
    shares = [fact for fact in holding if fact.kind in _HELD and not _is_joint(fact, organisations)]
    main = _main(shares) or holding[0]
    bids = {id(fact) for fact in facts if _is_bid(fact, main)}
    beside = [fact for fact in current if id(fact) in bids and main.since - fact.since <= _LAPSES]
    holding = [fact for fact in holding if id(fact) not in bids]
    held = [fact for fact in shares if id(fact) not in bids]
    return Alliance(
        organisations=organisations,
        kinds=tuple(dict.fromkeys(fact.kind for fact in facts if id(fact) not in bids)),
        status=main.status,
        percent=next((fact.percent for fact in held if fact.percent), None),
        option_percent=next((fact.option_percent for fact in held if fact.option_percent), None),
        amount=next((fact.amount for fact in holding if fact.amount), None),
        since=facts[0].since,
        last=facts[-1].since,
        facts=tuple(facts),
        superseded=overtaken,
        beside=tuple({fact.kind: fact for fact in reversed(beside)}.values())[::-1],
    )


def _main(shares: Sequence[Fact]) -> Fact | None:
    """What is held, of shares from the newest on: what is done, else a share that is known."""
    done = (fact for fact in shares if fact.status is Status.COMPLETED)
    known = (fact for fact in shares if fact.percent)
    return next(chain(done, known, shares), None)


def _is_bid(fact: Fact, main: Fact) -> bool:
    """Whether a deal is a bid or a sale that is not done, beside what is held.

    An announced stake is none that gives the share of what is held, or says nothing of it.
    """
    if fact is main or fact.kind not in SHARES or fact.status is Status.COMPLETED:
        return False
    if fact.kind is Kind.STAKE and fact.status is Status.ANNOUNCED:
        agreed = main.percent is None and _time(fact) < _time(main)
        if agreed or not (fact.percent or fact.option_percent):
            return False
    return True


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
