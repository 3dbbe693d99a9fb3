"""Which reports tell of one deal, ruling or partnership.

    profiles -> those that agree in a figure are one            (18% in April, "about 18%" in June)
             -> groups that begin within days of each other too (18% and 20% of one morning)
             -> a report without figures joins the nearest one that has them
             -> those left over form runs: the same parties, days apart, within one quarter

Nothing without a figure ever joins two groups, and groups that differ in a figure are compared by
the days they begin on. So the mentions of later years lead from no deal to the next one: 18% in
2013 and 32% in 2014 stay two, however often both are told in between. The parties of one report
must all be in the other: a bid by somebody else is another event.

The parts of this can be done on any set of whole events: what a further report changes is only in
events that have a report which shares a key with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from briefings.ledger.events import HABITS, Habit, Profile, Stage
from briefings.ledger.figures import Span
from briefings.ledger.joining import Joined, connected

DIFFERING = 30
"""Days within which reports that agree in one figure may differ in another."""


@dataclass(frozen=True, slots=True)
class Told:
    """A profile and the articles that have it; `figures` are the profile's, by field."""

    profile: Profile
    articles: frozenset[int]
    figures: Mapping[str, Span]

    @property
    def habit(self) -> Habit:
        return HABITS[self.profile.kind]


Groups = Mapping[str, Sequence[int]]
"""Places of what was told, by what its profiles are looked for under."""


def same_deals(told: Sequence[Told]) -> list[list[int]]:
    """Return the places of those that tell of one event, event by event."""
    joined = Joined(len(told))
    figured: defaultdict[str, list[int]] = defaultdict(list)
    bare: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(told):
        for group in one.profile.groups:
            (figured if one.figures else bare)[group].append(place)
    for places in figured.values():
        _join_agreeing(told, places, joined)
    roots = [joined.root(place) for place in range(len(told))]
    for places in figured.values():
        _join_fresh(told, places, roots, joined)
    _join_bare(told, figured, bare, joined)
    return joined.sets()


def _nested(one: Profile, other: Profile) -> bool:
    """Whether all parties of one are in the other, and no two regulators are known."""
    if not (one.who <= other.who or other.who <= one.who):
        return False
    regulators = one.regulators, other.regulators
    return not all(regulators) or not regulators[0].isdisjoint(regulators[1])


def _join_agreeing(told: Sequence[Told], group: Sequence[int], joined: Joined) -> None:
    """Join those that agree in a figure, by going through what the figures leave open.

    At any point of the scale the reports alike in all other respects are one already, so the one
    that reaches furthest stands for them.
    """
    if len(group) == 1:
        return
    for field in sorted({field for place in group for field in told[place].figures}):
        open_: dict[tuple[object, ...], int] = {}
        having = [place for place in group if field in told[place].figures]
        having.sort(key=lambda place: told[place].figures[field])
        for place in having:
            here = told[place]
            reach = here.figures[field]
            for alike, other in list(open_.items()):
                there = told[other]
                if there.figures[field].high < reach.low:
                    del open_[alike]
                elif joined.root(place) != joined.root(other) and _alike(here, there, field):
                    joined.join(place, other)
            its = _apart_from(here, field)
            if its not in open_ or told[open_[its]].figures[field].high < reach.high:
                open_[its] = place


def _apart_from(one: Told, field: str) -> tuple[object, ...]:
    its = one.profile
    others = tuple(figure for figure in its.figures if figure[0] != field)
    return its.kind, its.who, its.regulators, its.first, its.last, others


def _alike(one: Told, other: Told, agreeing: str) -> bool:
    if not _nested(one.profile, other.profile):
        return False
    apart = max(0, one.profile.first - other.profile.last, other.profile.first - one.profile.last)
    if apart > one.habit.and_(other.habit).alike:
        return False
    return apart <= DIFFERING or all(
        one.figures[field].meets(other.figures[field])
        for field in one.figures.keys() & other.figures.keys()
        if field != agreeing
    )


@dataclass(frozen=True, slots=True)
class _Opening:
    """Reports that agree, by how they begin: the first of them, and what all of them give."""

    place: int
    first: Told
    fields: frozenset[str]
    articles: frozenset[int]


def _join_fresh(
    told: Sequence[Told], group: Sequence[int], roots: Sequence[int], joined: Joined
) -> None:
    """Join groups that begin within days of each other.

    They give different figures for the same field, which the sources contradict each other in, or
    figures for different ones. An article that gives two figures speaks of two events.
    """
    agreeing: defaultdict[int, list[int]] = defaultdict(list)
    for place in group:
        agreeing[roots[place]].append(place)
    if len(agreeing) == 1:
        return
    openings = []
    for places in agreeing.values():
        place = min(places, key=lambda place: (told[place].profile.day, place))
        fields = frozenset(field for place in places for field in told[place].figures)
        articles = frozenset[int]().union(*(told[place].articles for place in places))
        openings.append(_Opening(place, told[place], fields, articles))
    window = max(opening.first.habit.bare for opening in openings)
    for component in connected(openings, lambda one: one.first.profile.day, window, _one_opening):
        for one in component[1:]:
            joined.join(component[0].place, one.place)


def _one_opening(one: _Opening, other: _Opening) -> bool:
    its, others = one.first.profile, other.first.profile
    if not _nested(its, others) or not its.may_be(others):
        return False
    habit = one.first.habit.and_(other.first.habit)
    apart = abs(its.day - others.day)
    if one.fields.isdisjoint(other.fields):
        return apart <= habit.bare
    return apart <= habit.clash and one.articles.isdisjoint(other.articles)


def _join_bare(
    told: Sequence[Told],
    figured: Mapping[str, Sequence[int]],
    bare: Mapping[str, Sequence[int]],
    joined: Joined,
) -> None:
    """Join reports without figures to the nearest that has them and names all their parties.

    Of the others each joins the nearest that names more parties; where there is none, those that
    name the same within the days of their kind are one run.
    """
    near_figured = _Nearest(told, figured)
    single = []
    for place in sorted({place for places in bare.values() for place in places}):
        nearest = near_figured.to(place)
        if nearest is None:
            single.append(place)
        else:
            joined.join(place, nearest)
    alone: defaultdict[str, list[int]] = defaultdict(list)
    for place in single:
        for name in told[place].profile.groups:
            alone[name].append(place)
    near_wider = _Nearest(told, alone)
    followers = set()
    for place in single:
        nearest = near_wider.to(place, wider=True)
        if nearest is not None:
            joined.join(place, nearest)
            followers.add(place)
    for places in alone.values():
        for one, other in _runs(told, [place for place in places if place not in followers]):
            joined.join(one, other)


class _Nearest:
    """Finds the report that is nearest in time, and the first of those equally near."""

    def __init__(self, told: Sequence[Told], groups: Mapping[str, Sequence[int]]) -> None:
        self._told = told
        self._days: dict[str, dict[frozenset[tuple[str, str]], list[tuple[int, int]]]] = {}
        for name, places in groups.items():
            by_parties = self._days.setdefault(name, {})
            for place in places:
                its = told[place].profile
                by_parties.setdefault(its.who, []).append((its.day, place))
            for days in by_parties.values():
                days.sort()

    def to(self, place: int, *, wider: bool = False) -> int | None:
        """The nearest whose parties include all of those at `place`; with `wider`, and more."""
        its = self._told[place].profile
        best: tuple[int, int] | None = None
        for name in its.groups:
            for who, days in self._days.get(name, {}).items():
                if its.who < who or (not wider and its.who == who):
                    for other in self._around(days, place):
                        candidate = abs(self._told[other].profile.day - its.day), other
                        if best is None or candidate < best:
                            best = candidate
        return best[1] if best else None

    def _around(self, days: Sequence[tuple[int, int]], place: int) -> Iterator[int]:
        """Those that may be of the event on the nearest day before it, and from its day on."""
        its = self._told[place]
        after = bisect_left(days, (its.profile.day, -1))
        for places in (range(after - 1, -1, -1), range(after, len(days))):
            found: int | None = None
            for at in places:
                day, there = days[at]
                apart = abs(day - its.profile.day)
                if apart > its.habit.bare or (found is not None and day != found):
                    break
                other = self._told[there]
                if (
                    apart <= other.habit.bare
                    and _nested(its.profile, other.profile)
                    and its.profile.may_be(other.profile)
                ):
                    found = day
                    yield there


def _runs(told: Sequence[Told], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours in time that name the same parties: no further apart than their kind allows.

    Of each stage the last one before it is a neighbour.
    """
    same: defaultdict[object, list[int]] = defaultdict(list)
    for place in places:
        its = told[place].profile
        day = date.fromordinal(its.day)
        same[its.who, its.regulators, day.year, (day.month - 1) // 3].append(place)
    for alike in same.values():
        alike.sort(key=lambda place: (told[place].profile.day, place))
        last: dict[Stage, int] = {}
        for other in alike:
            its = told[other].profile
            for one in last.values():
                apart = its.day - told[one].profile.day
                near = apart <= told[one].habit.and_(told[other].habit).bare
                if near and its.may_be(told[one].profile):
                    yield one, other
            last[its.stage] = other
