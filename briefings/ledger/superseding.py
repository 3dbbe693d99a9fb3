"""Which facts hold no longer, and what holds in their place.

    facts of one history (one holder and one held, one partnership, one figure), oldest first
        -> each fact, and the next one that may take its place

Both stay visible: what was said in 2013 was so in 2013.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date

from briefings.facts import Fact, Kind, PartyRole, Status, Superseded
from briefings.ledger.agreeing import OPEN
from briefings.ledger.events import FIGURE_KINDS, party_key

HOLDINGS = frozenset({Kind.STAKE, Kind.ACQUISITION, Kind.DIVESTMENT})
"""Kinds that change what one organisation holds of another."""

SHARES = HOLDINGS | {Kind.INVESTMENT}

_LOOKED_AHEAD = 50
"""How many later facts of a history are asked whether they take an earlier one's place."""

_LENGTHS = (1, 8, 32, 93, 185, 367)
"""Days up to which a period counts as a day, a week, a month, a quarter, a half and a year."""


def superseding(facts: Iterable[Fact]) -> tuple[Superseded, ...]:
    """Return each fact that is overtaken by a later one, with the first that overtakes it.

    A rumour overtakes no more than rumours, and a fact of the same day none.
    """
    histories: defaultdict[Hashable, list[Fact]] = defaultdict(list)
    for fact in facts:
        for name in _histories(fact):
            histories[name].append(fact)
    found: dict[tuple[int, int], Superseded] = {}
    for history in histories.values():
        history.sort(key=_order)
        for one in _overtaken(history):
            found.setdefault((id(one.earlier), id(one.later)), one)
    return tuple(found.values())


def _histories(fact: Fact) -> Iterator[Hashable]:
    keys = _by_role(fact)
    if fact.kind in FIGURE_KINDS:
        subjects = tuple(sorted((party_key(party), party.named) for party in fact.parties))
        yield "figure", subjects, fact.metric, fact.segment
    elif fact.kind in SHARES:
        holders = keys[PartyRole.SELLER] if fact.kind is Kind.DIVESTMENT else keys[PartyRole.BUYER]
        for holder in holders:
            for held in keys[PartyRole.TARGET]:
                yield "share", holder, held
    else:
        yield fact.kind, frozenset(key for named in keys.values() for key in named)


def _overtaken(history: Sequence[Fact]) -> Iterator[Superseded]:
    figures = history[0].kind in FIGURE_KINDS
    return _figures_overtaken(history) if figures else _next(history, _overtakes)


def _next(history: Sequence[Fact], takes: Callable[[Fact, Fact], bool]) -> Iterator[Superseded]:
    """Each fact with the first later one that takes its place."""
    for at, earlier in enumerate(history):
        for later in history[at + 1 : at + 1 + _LOOKED_AHEAD]:
            if _day(later) > _day(earlier) and takes(later, earlier):
                yield Superseded(earlier, later)
                break


def _overtakes(later: Fact, earlier: Fact) -> bool:
    if _firmness(later) < _firmness(earlier) or earlier.status in (Status.UNWOUND, Status.DENIED):
        return False
    if later.status is Status.UNWOUND:
        return True
    if later.status is Status.DENIED:
        return earlier.status is not Status.COMPLETED
    if later.kind is Kind.STAKE:
        # That it holds a share, without saying which, takes nothing away from what is known.
        return earlier.kind in HOLDINGS and (
            later.percent is not None or later.option_percent is not None
        )
    return later.kind in HOLDINGS and earlier.kind in HOLDINGS


def _firmness(fact: Fact) -> int:
    if fact.status is Status.RUMOURED:
        return 0
    return 1 if fact.status in OPEN else 2


def _figures_overtaken(history: Sequence[Fact]) -> Iterator[Superseded]:
    """Later figures of periods alike; and what was wanted, by what came of it or is wanted now."""
    alike: defaultdict[Hashable, list[Fact]] = defaultdict(list)
    results: dict[date, Fact] = {}
    for fact in history:
        metric = fact.kind is Kind.METRIC
        alike[fact.kind, _length(fact) if metric else fact.when, _measure(fact)].append(fact)
        if metric and fact.when and fact.status is not Status.RUMOURED:
            results.setdefault(fact.when.last, fact)
    overtaken = set()
    for fact in history:
        if fact.kind is Kind.TARGET and fact.when and (result := results.get(fact.when.last)):
            overtaken.add(id(fact))
            yield Superseded(fact, result)
    for same in alike.values():
        for one in _next(same, lambda later, earlier: _firmness(later) >= _firmness(earlier)):
            if id(one.earlier) not in overtaken:
                yield one


def _day(fact: Fact) -> date:
    """The day it holds from; of a figure the last of its period, but when a target was set."""
    if fact.kind is Kind.METRIC and fact.when:
        return fact.when.last
    return fact.since


def _order(fact: Fact) -> tuple[date, date, int]:
    first = fact.reports[0]
    return _day(fact), first.published.at.date(), first.article_id


def _length(fact: Fact) -> int:
    """Which kind of period it is of; a figure without one is of its day."""
    days = (fact.when.last - fact.when.first).days + 1 if fact.when else 1
    return bisect_left(_LENGTHS, days)


def _measure(fact: Fact) -> str:
    if fact.amount is not None:
        return fact.amount.currency or "amount"
    return "value" if fact.value is not None else "change"


def _by_role(fact: Fact) -> defaultdict[PartyRole, list[str]]:
    found: defaultdict[PartyRole, list[str]] = defaultdict(list)
    for party in fact.parties:
        if key := party_key(party):
            found[party.role].append(key)
    return found
