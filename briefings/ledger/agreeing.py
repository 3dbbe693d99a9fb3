"""What the reports of one fact say for a field: the best supported, and where they differ.

Best supported is what most independent voices give, then what the nearest source gives, then what
is most exact, then what is newest. Nothing is ever averaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from briefings.facts import Bound, Difference, Money, Quantity, Reading, Report, Status, When
from briefings.ledger.figures import agree, precision, quantity_of
from briefings.ledger.voices import Voices, nearest

PROGRESS = (
    Status.RUMOURED,
    Status.IN_TALKS,
    Status.ANNOUNCED,
    Status.COMPLETED,
    Status.UNWOUND,
)
"""How far something may come, step by step; a denial is none of the steps."""

OPEN = frozenset({Status.RUMOURED, Status.IN_TALKS})
"""What is only talked of."""

OVER = frozenset({Status.UNWOUND, Status.DENIED})
"""What holds no more, or never did."""

Support = tuple[int, int]
"""Independent voices, and how near the nearest source is."""


def best_figure(
    field: str, reports: Sequence[Report], speaking: Voices
) -> tuple[Quantity | None, Difference | None]:
    """Return the best supported reading of a field that holds a quantity, and the difference."""
    found, difference = _best(
        field,
        [
            (place, "", quantity)
            for place, report in enumerate(reports)
            if (quantity := getattr(report.claim, field)) is not None
        ],
        reports,
        speaking,
    )
    return (found if isinstance(found, Quantity) else None), difference


def best_money(
    reports: Sequence[Report], speaking: Voices
) -> tuple[Money | None, Difference | None]:
    """Return the best supported amount, and the difference.

    Amounts in different currencies stand side by side: nothing tells that they are not the same.
    """
    found, difference = _best(
        "amount",
        [
            (place, report.claim.amount.currency, report.claim.amount)
            for place, report in enumerate(reports)
            if report.claim.amount is not None
        ],
        reports,
        speaking,
    )
    return (found if isinstance(found, Money) else None), difference


def best_date(reports: Sequence[Report], speaking: Voices) -> tuple[When | None, Difference | None]:
    """Return the best supported date, and the difference.

    A day speaks for its month and the month for the day: such dates differ only in how exact they
    are, and the most exact of them holds.
    """
    given: defaultdict[When, list[int]] = defaultdict(list)
    for place, report in enumerate(reports):
        if report.claim.when is not None:
            given[report.claim.when].append(place)
    if len(given) < 2:
        return next(iter(given), None), None

    def rank(when: When) -> tuple[Support, int, int, str]:
        backing = [place for other in given if _one_in_other(when, other) for place in given[other]]
        length = (when.last - when.first).days
        return _support(backing, reports, speaking), -length, given[when][-1], str(when)

    ordered = sorted(given, key=rank, reverse=True)
    return ordered[0], Difference(
        "when",
        tuple(Reading(when, _at(given[when], reports)) for when in ordered),
        explained=max(when.first for when in given) <= min(when.last for when in given),
    )


def status_of(reports: Sequence[Report], speaking: Voices) -> tuple[Status, Difference | None]:
    """Return how far it has come by the last that is known, and the difference.

    To come further is no difference; a denial of what others tell is, and stands until somebody
    reports more than talk after it.
    """
    given: defaultdict[Status, list[int]] = defaultdict(list)
    for place, report in enumerate(reports):
        given[report.claim.status].append(place)
    reached = [status for status in PROGRESS if status in given]
    if Status.DENIED not in given:
        return _furthest(given, reached, reports), None
    if not reached:
        return Status.DENIED, None
    denied_at = reports[given[Status.DENIED][-1]].published.at
    overtaken = any(
        reports[given[status][-1]].published.at > denied_at
        for status in reached
        if status not in OPEN
    )
    status = _furthest(given, reached, reports) if overtaken else Status.DENIED

    def rank(other: Status) -> tuple[bool, Support, str]:
        return other is status, _support(given[other], reports, speaking), other

    readings = tuple(
        Reading(other, _at(given[other], reports))
        for other in sorted((*reached, Status.DENIED), key=rank, reverse=True)
    )
    return status, Difference("status", readings, explained=overtaken)


def _best(
    field: str,
    figures: Iterable[tuple[int, str, Quantity | Money]],
    reports: Sequence[Report],
    speaking: Voices,
) -> tuple[Quantity | Money | None, Difference | None]:
    given: defaultdict[tuple[str, Decimal, Bound], list[tuple[int, Quantity | Money]]]
    given = defaultdict(list)
    for place, currency, figure in figures:
        quantity = quantity_of(figure)
        if quantity.value.is_finite():
            given[currency, quantity.value, quantity.bound].append((place, figure))
    if not given:
        return None, None
    readings = []
    for alike in given.values():
        places = [place for place, _ in alike]
        # One number written in two ways is one reading, as exact as the finer of them.
        figure = max((figure for _, figure in alike), key=_precision)
        backing = _support(places, reports, speaking) if len(given) > 1 else (0, 0)
        readings.append(((backing, _precision(figure), places[-1], repr(figure)), figure, places))
    readings.sort(key=lambda reading: reading[0], reverse=True)
    best = readings[0][1]
    if len(readings) == 1:
        return best, None
    by_currency: defaultdict[str, list[Quantity]] = defaultdict(list)
    for currency, value, bound in given:
        by_currency[currency].append(quantity_of(given[currency, value, bound][0][1]))
    return best, Difference(
        field,
        tuple(Reading(figure, _at(places, reports)) for _, figure, places in readings),
        explained=all(agree(quantities) for quantities in by_currency.values()),
    )


def _furthest(
    given: dict[Status, list[int]], reached: Sequence[Status], reports: Sequence[Report]
) -> Status:
    """The last step; what was called off and later completed is complete."""
    last = reached[-1]
    if last is Status.UNWOUND and Status.COMPLETED in given:
        ended, completed = given[last][-1], given[Status.COMPLETED][-1]
        if reports[completed].dated > reports[ended].dated:
            return Status.COMPLETED
    return last


def _support(places: Sequence[int], reports: Sequence[Report], speaking: Voices) -> Support:
    return speaking.count(places), nearest(places, reports, speaking)


def _precision(figure: Quantity | Money) -> tuple[bool, float]:
    return precision(quantity_of(figure))


def _one_in_other(one: When, other: When) -> bool:
    return (one.first <= other.first and other.last <= one.last) or (
        other.first <= one.first and one.last <= other.last
    )


def _at(places: Iterable[int], reports: Sequence[Report]) -> tuple[Report, ...]:
    return tuple(reports[place] for place in places)
