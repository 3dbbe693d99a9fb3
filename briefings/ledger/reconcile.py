"""Reports of one event, and of one figure, become one fact with all its evidence.

    reports -> profiles -> which are of one event (`deals`) or give one figure (`measured`)
            -> who speaks in them (`voices`) -> the best supported of what they say (`agreeing`)
            -> who says that (`counting`) -> facts

The facts do not depend on the order of the reports. To add reports to facts that are known it
takes the new ones and all reports of every fact that has one which shares a key (`events.keys`)
with a new one: what comes out is what all reports together would have given. To take reports away
it takes all remaining reports of their facts, and they count as new ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from briefings.facts import Fact, Kind, Party, PartyRole, Report
from briefings.ledger.agreeing import best_date, best_figure, best_money, status_of
from briefings.ledger.counting import support
from briefings.ledger.deals import Told, same_deals
from briefings.ledger.events import FIGURE_KINDS, SIDES, Profile, party_key, profile
from briefings.ledger.measured import same_figures
from briefings.ledger.voices import Voices, nearest, voices

_SPECIFIC = (
    Kind.ACQUISITION,
    Kind.DIVESTMENT,
    Kind.STAKE,
    Kind.INVESTMENT,
    Kind.JOINT_VENTURE,
    Kind.PARTNERSHIP,
    Kind.REGULATORY,
)
"""Kinds that one deal may be called by, the one that says most first."""

_ORDER = {
    PartyRole.BUYER: 1,
    PartyRole.TARGET: 2,
    PartyRole.SUBJECT: 2,
    PartyRole.PARTNER: 3,
    PartyRole.SELLER: 4,
    PartyRole.REGULATOR: 5,
}

_BY_WEIGHT = ("percent", "option_percent", "value", "amount", "change_percent")
"""The figures of a fact, the one that says most of it first."""


def reconcile(reports: Iterable[Report]) -> tuple[Fact, ...]:
    """Return what the reports say together: a fact for every event and every figure.

    Facts are in the order of their first reports; each has number 0.
    """
    telling: dict[Profile, list[Report]] = {}
    for report in reports:
        telling.setdefault(profile(report), []).append(report)
    deals: list[tuple[Profile, list[Report]]] = []
    figures: list[tuple[Profile, list[Report]]] = []
    for its in sorted(telling, key=_order):
        (figures if its.kind in FIGURE_KINDS else deals).append((its, telling[its]))
    events = [
        [report for place in places for report in found[place][1]]
        for found, together in ((deals, same_deals), (figures, same_figures))
        for places in together([_told(its, of_it) for its, of_it in found])
    ]
    facts = {id(event[0]): _fact(event) for event in map(_oldest_first, events)}
    return tuple(
        facts[id(first)] for first in _oldest_first(one.reports[0] for one in facts.values())
    )


def _told(its: Profile, reports: Sequence[Report]) -> Told:
    return Told(its, frozenset(report.article_id for report in reports), dict(its.figures))


def _order(its: Profile) -> tuple[object, ...]:
    """An order of profiles that only depends on what they say."""
    return (
        its.day,
        its.first,
        its.told,
        its.told_last,
        its.kind,
        its.period,
        its.groups,
        sorted(its.who),
        sorted(its.regulators),
        its.figures,
        its.stage,
    )


def _oldest_first(reports: Iterable[Report]) -> list[Report]:
    """Reports in the order of publication, and within an article as its sentences stand."""
    ordered = list(reports)
    places = {_place(report) for report in ordered}
    if len(places) == len(ordered):
        return sorted(ordered, key=_place)
    return sorted(ordered, key=lambda report: (_place(report), repr(report.claim)))


def _place(report: Report) -> tuple[datetime, int, bool, int, int, int]:
    evidence = report.claim.evidence
    return (
        report.published.at,
        report.article_id,
        not evidence.in_title,
        evidence.start,
        evidence.end,
        report.id,
    )


def _fact(reports: list[Report]) -> Fact:
    first = reports[0].claim
    kind, parties = first.kind, first.parties
    if len(reports) > 1:
        parties = tuple(_parties(reports))
    speaking = voices(reports, parties)
    if len(reports) > 1:
        kind = _kind(reports, speaking)
        parties = _in_order(parties, kind)
    status, status_differs = status_of(reports, speaking)
    when, when_differs = best_date(reports, speaking)
    percent, percent_differs = best_figure("percent", reports, speaking)
    option, option_differs = best_figure("option_percent", reports, speaking)
    amount, amount_differs = best_money(reports, speaking)
    value, value_differs = best_figure("value", reports, speaking)
    change, change_differs = best_figure("change_percent", reports, speaking)
    if kind is Kind.INVESTMENT and percent is not None:
        kind = Kind.STAKE
    day = reports[0].published.at.date()
    figures = (percent, option, value, amount, change)
    differences = tuple(
        found
        for found in (
            percent_differs,
            option_differs,
            amount_differs,
            value_differs,
            change_differs,
            when_differs,
            status_differs,
        )
        if found is not None
    )
    whole, apart = support(
        {name: each for name, each in zip(_BY_WEIGHT, figures, strict=True) if each is not None},
        differences,
        reports,
        speaking,
        kind=kind,
        status=status,
    )
    return Fact(
        id=0,
        kind=kind,
        parties=parties,
        status=status,
        since=min(day, when.last) if when else day,
        when=when,
        reports=tuple(reports),
        voices=whole.voices,
        corroboration=whole.corroboration,
        percent=percent,
        option_percent=option,
        amount=amount,
        undisclosed=amount is None and any(report.claim.undisclosed for report in reports),
        metric=first.metric,
        segment=first.segment,
        value=value,
        change_percent=change,
        differences=differences,
        party_owned=frozenset(reports[place].article_id for place in speaking.own),
        support=apart,
    )


def _kind(reports: Sequence[Report], speaking: Voices) -> Kind:
    """The best supported kind: by voices, by the nearest source, then the one that says most."""
    by_kind: defaultdict[Kind, list[int]] = defaultdict(list)
    for place, report in enumerate(reports):
        by_kind[report.claim.kind].append(place)
    if len(by_kind) == 1:
        return reports[0].claim.kind

    def support(kind: Kind) -> tuple[int, int, int]:
        places = by_kind[kind]
        near = nearest(places, reports, speaking)
        return speaking.count(places), near, -_SPECIFIC.index(kind)

    return max(by_kind, key=support)


def _parties(reports: Sequence[Report]) -> Iterable[Party]:
    """All parties, each once in the part and under the name it is most often given."""
    given: defaultdict[str, dict[Party, int]] = defaultdict(dict)
    for report in reports:
        for party in report.claim.parties:
            if key := party_key(party):
                given[key][party] = given[key].get(party, 0) + 1
    for named in given.values():
        # A part in the deal says more than that there is one; of names alike the first is kept.
        yield max(named, key=lambda party: (party.role in SIDES, named[party]))


def _in_order(parties: Iterable[Party], kind: Kind) -> tuple[Party, ...]:
    """Whoever acts first, then the target, then the others."""
    seller = 0 if kind is Kind.DIVESTMENT else _ORDER[PartyRole.SELLER]

    def part(party: Party) -> int:
        return seller if party.role is PartyRole.SELLER else _ORDER[party.role]

    return tuple(sorted(parties, key=part))
