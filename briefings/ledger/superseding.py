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

from briefings.facts import Fact, Kind, PartyRole, Quantity, Status, Superseded
from briefings.ledger.agreeing import OPEN, OVER
from briefings.ledger.events import FIGURE_KINDS, party_key
from briefings.ledger.figures import agree

HOLDINGS = frozenset({Kind.STAKE, Kind.ACQUISITION, Kind.DIVESTMENT})
"""Kinds that change what one organisation holds of another."""

SHARES = HOLDINGS | {Kind.INVESTMENT}

_LOOKED_AHEAD = 50
"""How many later facts of a history are asked whether they take an earlier one's place."""

_LENGTHS = (1, 8, 32, 93, 185, 367)
"""Days up to which a period counts as a day, a week, a month, a quarter, a half and a year."""


def superseding(facts: Iterable[Fact]) -> tuple[Superseded, ...]:
    """Return each fact that is overtaken by a later one, with the first that overtakes it.

    A rumour overtakes no more than rumours, a fact of the same day none, and neither does one of
    which nothing is known but the day its article was added. What is held gives way only to what
    is done: a bid that is planned, denied or called off stands beside it.
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
    if history[0].kind in FIGURE_KINDS:
        return _figures_overtaken(history)
    # A plan that came to nothing gives back what it was to replace.
    in_vain = {id(one.earlier) for one in _next(history, _ends)}
    return _next(
        history,
        lambda later, earlier: (
            _ends(later, earlier) or (id(later) not in in_vain and _replaces(later, earlier))
        ),
    )


def _next(history: Sequence[Fact], takes: Callable[[Fact, Fact], bool]) -> Iterator[Superseded]:
    """Each fact with the first later one that takes its place."""
    for at, earlier in enumerate(history):
        for later in history[at + 1 : at + 1 + _LOOKED_AHEAD]:
            if _day(later) > _day(earlier) and _is_placed(later) and takes(later, earlier):
                yield Superseded(earlier, later)
                break


def _ends(later: Fact, earlier: Fact) -> bool:
    """Whether an earlier deal is the one that is called off, ended or denied.

    One of its own kind is, unless their figures differ, and of another kind one that has the same
    figure. A sale is never ended with a purchase, nor the other way round.
    """
    if later.status not in OVER or earlier.status in OVER:
        return False
    done = earlier.status is Status.COMPLETED
    if done and later.status is Status.DENIED:
        return False
    if later.kind not in SHARES:
        return True
    if (later.kind is Kind.DIVESTMENT) is not (earlier.kind is Kind.DIVESTMENT):
        return False
    same = _same_figures(later, earlier)
    if same is not None:
        return same
    if done:
        # Whoever has all of it bids for it no more; whoever has a part may bid for more.
        return later.kind is earlier.kind is Kind.ACQUISITION and earlier.percent is None
    return later.kind is earlier.kind


def _same_figures(later: Fact, earlier: Fact) -> bool | None:
    """Whether what is called off is a deal by its figures; None where they do not tell.

    What is only an option of a deal is not the deal.
    """
    sought = later.percent or later.option_percent
    named = earlier.percent or earlier.option_percent
    if sought and named:
        option = later.percent is None and earlier.percent is not None
        return not option and agree((sought, named))
    one, other = later.amount, earlier.amount
    if one and other and one.currency == other.currency:
        return agree((one.quantity, other.quantity))
    return None


def _replaces(later: Fact, earlier: Fact) -> bool:
    """Whether a later deal holds in the place of an earlier one.

    What is done replaces what was held, announced or talked of; what is announced only talk and
    announcements of its own kind; talk only talk.
    """
    if {later.status, earlier.status} & OVER or not {later.kind, earlier.kind} <= SHARES:
        return False
    if _firmness(later) < _firmness(earlier):
        return False
    if earlier.status is Status.COMPLETED and later.status is not Status.COMPLETED:
        return False
    if Kind.INVESTMENT in (later.kind, earlier.kind):
        # Who puts money in again still has what it put in before.
        talked_of = earlier.status in OPEN and later.status not in OPEN
        return later.kind is earlier.kind and talked_of
    if later.status is earlier.status is Status.ANNOUNCED and later.kind is not earlier.kind:
        return False
    if later.kind is not Kind.STAKE:
        return True
    if later.percent is not None:
        held_meanwhile = later.status is Status.COMPLETED is not earlier.status
        return not held_meanwhile or _came_of(later.percent, earlier)
    # That it holds a share, without saying which, takes nothing away from what is known.
    if earlier.kind is not Kind.STAKE or earlier.percent is not None:
        return False
    further = earlier.option_percent is None and later.status is not earlier.status
    return later.option_percent is not None or further


def _came_of(held: Quantity, sought: Fact) -> bool:
    """Whether a share that is held is what came of a deal; who holds less still seeks the rest."""
    if sought.kind is not Kind.STAKE:
        return False
    share = sought.percent
    return share is None or held.value >= share.value or agree((held, share))


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


def _is_placed(fact: Fact) -> bool:
    """Whether somebody says when it was: the day on which an article was added only bounds it."""
    told = fact.when is not None and fact.when.last == _day(fact)
    return told or fact.reports[0].published.is_known


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
