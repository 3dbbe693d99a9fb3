"""Which reports give the same figure: of whom, of what, and for which period.

    profiles -> with a period: the same period, or a day at its end that agrees
             -> without: the nearest with a period that agrees, else others without that agree

A figure without a period that moved a little within weeks is a newer one; one that is far off is
another account of it. Amounts without a period are never set against each other: one may be of a
quarter and the other of a year.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence

from briefings.facts import Kind
from briefings.ledger.deals import Told
from briefings.ledger.events import FIGURE_WINDOW, Profile
from briefings.ledger.figures import Span
from briefings.ledger.joining import Joined, connected

FRESH = 4
"""Days within which a count does not grow, so that any difference is one of accounts."""
GROWTH = 0.15
"""What a count may grow within the window, in parts of it."""

_LONGEST = 366


def same_figures(told: Sequence[Told]) -> list[list[int]]:
    """Return the places of those that give one figure, figure by figure."""
    joined = Joined(len(told))
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(told):
        groups[one.profile.groups[0]].append(place)
    for places in groups.values():
        if len(places) > 1:
            _join(told, places, joined)
    return joined.sets()


def _join(told: Sequence[Told], places: Sequence[int], joined: Joined) -> None:
    dated = [place for place in places if told[place].profile.period]
    loose = [place for place in places if not told[place].profile.period]

    def one_period(one: int, other: int) -> bool:
        return _one_period(told[one], told[other])

    def one_count(one: int, other: int) -> bool:
        return _one_count(told[one], told[other])

    found = connected(dated, lambda place: told[place].profile.last, 0, one_period)
    dated.sort(key=lambda place: told[place].profile.told)
    published = [told[place].profile.told for place in dated]
    vague = max((_length(told[place].profile) for place in dated), default=0)
    alone = []
    for place in loose:
        its = told[place].profile
        near = slice(
            bisect_left(published, its.told - FIGURE_WINDOW - vague),
            bisect_right(published, its.told_last + FIGURE_WINDOW),
        )
        nearest = _nearest(told, place, dated[near])
        if nearest is None:
            alone.append(place)
        else:
            joined.join(place, nearest)
    # What is published in a year or month nobody knows the day of may be near to all of it.
    window = FIGURE_WINDOW + max((_length(told[place].profile) for place in alone), default=0)
    found += connected(alone, lambda place: told[place].profile.told, window, one_count)
    for component in found:
        for place in component[1:]:
            joined.join(component[0], place)


def _nearest(told: Sequence[Told], place: int, dated: Sequence[int]) -> int | None:
    its = told[place]
    best: tuple[int, int] | None = None
    for other in dated:
        apart = _apart(its.profile, told[other].profile)
        if apart <= FIGURE_WINDOW and _agreeing(its, told[other]):
            candidate = apart, other
            if best is None or candidate < best:
                best = candidate
    return best[1] if best else None


def _apart(one: Profile, other: Profile) -> int:
    return max(0, one.told - other.told_last, other.told - one.told_last)


def _length(profile: Profile) -> int:
    return min(profile.told_last - profile.told, _LONGEST)


def _one_period(one: Told, other: Told) -> bool:
    same = one.profile.first == other.profile.first
    a_day = one.profile.last in (one.profile.first, other.profile.first)
    if not same and not a_day:
        return False
    if _agreeing(one, other):
        return True
    shared = one.figures.keys() & other.figures.keys()
    if not same or shared == {"change_percent"}:
        return False
    if one.profile.kind is Kind.TARGET and _apart(one.profile, other.profile) > FIGURE_WINDOW:
        return False  # a newer target for the same period
    return not shared or one.articles.isdisjoint(other.articles)


def _one_count(one: Told, other: Told) -> bool:
    apart = _apart(one.profile, other.profile)
    if apart > FIGURE_WINDOW:
        return False
    if _agreeing(one, other):
        return True
    if "value" not in one.figures or "value" not in other.figures:
        return False
    return one.articles.isdisjoint(other.articles) and (
        apart <= FRESH or _far(one.figures["value"], other.figures["value"])
    )


def _agreeing(one: Told, other: Told) -> bool:
    """Whether they agree in a figure, and in the number itself if both give it."""
    shared = one.figures.keys() & other.figures.keys()
    main = shared - {"change_percent"}
    return bool(shared) and all(
        one.figures[field].meets(other.figures[field]) for field in main or shared
    )


def _far(one: Span, other: Span) -> bool:
    smaller, larger = sorted((one, other))
    return larger.low > smaller.high * (1 + GROWTH) if smaller.low >= 0 else True
