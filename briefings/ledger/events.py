"""A report in the terms in which reports are compared, and the keys by which they are found.

    report -> Profile: who, what, when, which figures -> keys

Two reports of one event share a key. Time is in every key, by overlapping stretches, so that what
is written of a company for ten years does not come under one key.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations

from briefings.facts import Kind, Party, PartyRole, Report, Status
from briefings.ledger.figures import Span, cells, spans
from briefings.model import Precision
from briefings.text.names import name_key

FIGURE_KINDS = frozenset({Kind.METRIC, Kind.TARGET})
"""Kinds that are about one organisation and a number; all others are deals."""

TOGETHER = frozenset({Kind.PARTNERSHIP, Kind.JOINT_VENTURE})


@dataclass(frozen=True, slots=True)
class Habit:
    """How many days reports of one event lie apart, by how they are alike.

    `alike`: they agree in a figure. `bare`: one of them gives none, or each another one. `clash`:
    they differ in a figure, and so it is the same event only while the news is fresh.
    """

    alike: int
    bare: int
    clash: int

    def and_(self, other: Habit) -> Habit:
        """What holds between two kinds: the shorter of each."""
        if other is self:
            return self
        return Habit(
            min(self.alike, other.alike), min(self.bare, other.bare), min(self.clash, other.clash)
        )


_HOLDING = Habit(alike=400, bare=21, clash=4)  # "which bought 18% last year" is still told
_TOGETHER = Habit(alike=45, bare=10, clash=4)

HABITS = {
    Kind.STAKE: _HOLDING,
    Kind.ACQUISITION: _HOLDING,
    Kind.INVESTMENT: Habit(alike=180, bare=21, clash=4),
    Kind.DIVESTMENT: Habit(alike=60, bare=21, clash=4),
    Kind.PARTNERSHIP: _TOGETHER,
    Kind.JOINT_VENTURE: _TOGETHER,
    Kind.REGULATORY: Habit(alike=45, bare=14, clash=4),
}

FIGURE_WINDOW = 60
"""How many days apart a figure without a period may be published and be the same one."""

_LONG_KEY = 120
_MOST_PARTIES = 6
_LONGEST = 800
_NAME = 200
_ENDINGS = re.compile(
    r"(?:[\s,]+(?:inc|corp|co|ltd|plc|llc|lp|ag|sa|nv|bv|limited|incorporated|corporation|company"
    r"|group|holdings?)\.?)+$|(?:股份|有限|责任|集团|控股|公司)+$",
    re.IGNORECASE,
)

SIDES = {
    PartyRole.BUYER: "buyer",
    PartyRole.TARGET: "target",
    PartyRole.SELLER: "seller",
}


class Stage(StrEnum):
    """How far a deal has come, as far as it tells two of them apart.

    Who has a share and bids for the rest has not bought the rest, and when the bid is called off
    it still has the share.
    """

    HELD = "held"
    """Has a share, or has put money in."""
    SOUGHT = "sought"
    """Would take it over; or a share is called off, or one of its own figure denied."""
    EITHER = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a report says, as far as it tells events apart.

    `groups` are the texts under which reports of one event are to be looked for, without the time:
    what is bought, who works together, whose figure it is. `who` are the parties with their sides,
    regulators apart. `first` to `last` are the days it may be of, `day` the one it is taken to be
    of, `told` to `told_last` those of its publication, all as ordinals. `period`: the text gives
    the days itself.
    """

    kind: Kind
    groups: tuple[str, ...]
    who: frozenset[tuple[str, str]]
    regulators: frozenset[str]
    first: int
    last: int
    day: int
    told: int
    told_last: int
    period: bool
    figures: tuple[tuple[str, Span], ...]
    stage: Stage

    def may_be(self, other: Profile) -> bool:
        """Whether what they tell, though in no figure alike, may be one deal by how far it came."""
        return {self.stage, other.stage} != {Stage.HELD, Stage.SOUGHT}


def profile(report: Report) -> Profile:
    """Return what a report says, as far as it tells events apart."""
    claim = report.claim
    told, told_last = _published(report)
    when = claim.when
    first, last = (when.first.toordinal(), when.last.toordinal()) if when else (told, told_last)
    acting = [party for party in claim.parties if party.role is not PartyRole.REGULATOR]
    figures = claim.kind in FIGURE_KINDS
    who = frozenset(_measured(acting) if figures else _dealing(acting, claim.kind))
    groups = _figure_groups(report, who) if figures else tuple(_deal_groups(report, who))
    return Profile(
        kind=claim.kind,
        groups=groups or (f"alone|{report.article_id}|{claim.evidence.start}",),
        who=who,
        regulators=frozenset(
            party.organisation
            for party in claim.parties
            if party.role is PartyRole.REGULATOR and party.organisation
        ),
        first=max(first, last - _LONGEST),
        last=last,
        day=last if when else told,
        told=told if figures else 0,
        told_last=told_last if figures else 0,
        period=when is not None and figures,
        figures=tuple(sorted(spans(claim).items())),
        stage=stage(claim.kind, claim.status, bare=not spans(claim)),
    )


def keys(report: Report) -> tuple[str, ...]:
    """Return short texts of which two reports of one event share at least one."""
    its = profile(report)
    timed = _figure_times(its) if its.kind in FIGURE_KINDS else _deal_times(its)
    return tuple(dict.fromkeys(_short(f"{group}|{time}") for time in timed for group in its.groups))


def party_key(party: Party) -> str:
    """What makes two parties one: the organisation, else the name in any spelling.

    "Sea Ltd" is "Sea"; empty for a party without a name.
    """
    return party.organisation or _name(party.named[:_NAME])


def stretches(first: int, last: int, days: int) -> range:
    """Number the stretches of time that some days are in or next to.

    Days no further apart than `days` have a stretch in common.
    """
    return range(first // days, last // days + 2)


@lru_cache(maxsize=4096)
def _name(named: str) -> str:
    # Names never look like the ids of organisations: those are in the catalogue.
    short = _ENDINGS.sub("", named.strip())
    return name_key(short) or name_key(named)


def _published(report: Report) -> tuple[int, int]:
    day = report.published.at.date()
    match report.published.precision:
        case Precision.YEAR:
            return day.toordinal(), date(day.year, 12, 31).toordinal()
        case Precision.MONTH:
            length = calendar.monthrange(day.year, day.month)[1]
            return day.toordinal(), day.replace(day=length).toordinal()
        case _:
            return day.toordinal(), day.toordinal()


def stage(kind: Kind, status: Status, *, bare: bool) -> Stage:
    """Tell how far a deal has come by what a text says of it, `bare` without figures."""
    parts = kind in (Kind.STAKE, Kind.INVESTMENT)
    match status:
        case Status.COMPLETED:
            return Stage.HELD if parts else Stage.EITHER
        case Status.UNWOUND if parts:
            return Stage.SOUGHT
        case Status.DENIED if parts and not bare:
            # A denial without a figure is one of the very reports that give it.
            return Stage.SOUGHT
        case _:
            return Stage.SOUGHT if kind is Kind.ACQUISITION else Stage.EITHER


def _measured(parties: Iterable[Party]) -> Iterator[tuple[str, str]]:
    for party in parties:
        if key := party_key(party):
            yield key, party.named.casefold() if party.organisation else ""


def _dealing(parties: Iterable[Party], kind: Kind) -> Iterator[tuple[str, str]]:
    sided = kind not in TOGETHER and kind is not Kind.REGULATORY
    for party in parties:
        if key := party_key(party):
            yield key, SIDES.get(party.role, "") if sided else ""


def _figure_groups(report: Report, who: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    if not who:
        return ()
    claim = report.claim
    named = ";".join(f"{key}/{unit}" for key, unit in sorted(who))
    return (f"{claim.kind}|{named}|{claim.metric}|{claim.segment}",)


def _deal_groups(report: Report, who: frozenset[tuple[str, str]]) -> Iterator[str]:
    kind = report.claim.kind
    parties = sorted(key for key, _ in who)
    if kind in TOGETHER:
        if len(parties) > 1:
            for pair in combinations(parties[:_MOST_PARTIES], 2):
                yield "together|" + ";".join(pair)
        elif parties:
            yield f"together|{parties[0]}"
    elif kind is Kind.REGULATORY:
        for party in parties or sorted(
            party_key(one) for one in report.claim.parties if party_key(one)
        ):
            yield f"regulatory|{party}"
    else:
        targets = [key for key, side in sorted(who) if side == "target"]
        for target in targets:
            yield f"share|of {target}"
        if not targets and parties:
            yield "share|by " + ";".join(parties)


def _figure_times(its: Profile) -> Iterator[str]:
    if its.period:
        yield f"period {its.last}"
    first = max(its.told, its.told_last - _LONGEST)
    for number in stretches(first, its.told_last, FIGURE_WINDOW):
        yield f"told {number}"


def _deal_times(its: Profile) -> Iterator[str]:
    habit = HABITS[its.kind]
    if its.kind in TOGETHER or its.kind is Kind.REGULATORY:
        for number in stretches(its.first, its.last, habit.alike):
            yield str(number)
        return
    for number in stretches(its.day, its.day, habit.bare):
        yield str(number)
    for field, open_ in its.figures:
        for number in stretches(its.first, its.last, _HOLDING.alike):
            for cell in cells(open_):
                yield f"{field} {cell} {number}"


def _short(key: str) -> str:
    if len(key) <= _LONG_KEY:
        return key
    return blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
