"""Who backs a fact, and who backs each figure of it.

A report that contradicts a figure of the row backs nothing of it, and no more does one that denies
what the row tells. One that says loosely what the row says exactly ("more than 500 million" and
503 million) backs the event, but not the figure. A row about a figure stands as the figure does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from briefings.facts import (
    Bound,
    Difference,
    Kind,
    Money,
    Quantity,
    Reading,
    Report,
    Status,
    Support,
)
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.figures import agree, quantity_of
from briefings.ledger.voices import Voices, corroboration

Figure = Quantity | Money

_PLAIN = frozenset({Bound.EXACT, Bound.ABOUT})


def states(given: Figure, figure: Figure) -> bool:
    """Tell whether a text gives that very number: "about 18%" gives 18%, "over 18%" does not."""
    its, wanted = quantity_of(given), quantity_of(figure)
    alike = its.bound is wanted.bound or {its.bound, wanted.bound} <= _PLAIN
    return alike and its.value == wanted.value and _one_currency(given, figure)


def support(  # noqa: PLR0913 - what a fact is made of
    figures: Mapping[str, Figure],
    differences: Iterable[Difference],
    reports: Sequence[Report],
    speaking: Voices,
    *,
    kind: Kind,
    status: Status,
) -> tuple[Support, tuple[Support, ...]]:
    """Return how well a fact stands, and each figure of it that stands otherwise.

    `figures` are the fact's, by field, the one that says most first.
    """
    if len(reports) == 1:
        return _support("", [0], reports, speaking, status), ()
    differing = {difference.field: difference.readings for difference in differences}
    place_of = {id(report): at for at, report in enumerate(reports)} if differing else {}
    against = {
        place_of[id(report)]
        for field in figures.keys() & differing.keys()
        for reading in differing[field]
        if not _may_be(reading, figures[field])
        for report in reading.reports
    }
    if "status" in differing:
        denied = status is Status.DENIED
        against.update(
            place
            for place, report in enumerate(reports)
            if (report.claim.status is Status.DENIED) is not denied
        )
    stating = {
        field: [
            place_of[id(report)]
            for reading in differing[field]
            if _states(reading, figure)
            for report in reading.reports
        ]
        if field in differing
        else [at for at, report in enumerate(reports) if getattr(report.claim, field) is not None]
        for field, figure in figures.items()
    }
    first = next(iter(stating.values()), [])
    places = [place for place in range(len(reports)) if place not in against]
    if first and (kind in FIGURE_KINDS or not places):
        places = first
    whole = _support("", places, reports, speaking, status)
    each = (
        _support(field, those, reports, speaking, status)
        for field, those in stating.items()
        if those != places
    )
    return whole, tuple(
        one
        for one in each
        if (one.voices, one.corroboration) != (whole.voices, whole.corroboration)
    )


def _states(reading: Reading, figure: Figure) -> bool:
    return isinstance(reading.value, Quantity | Money) and states(reading.value, figure)


def _may_be(reading: Reading, figure: Figure) -> bool:
    """Whether what some reports give may be a figure; in another currency nothing tells."""
    given = reading.value
    if not isinstance(given, Quantity | Money) or not _one_currency(given, figure):
        return True
    return agree((quantity_of(given), quantity_of(figure)))


def _one_currency(one: Figure, other: Figure) -> bool:
    currencies = {each.currency for each in (one, other) if isinstance(each, Money)}
    return len(currencies) < 2


def _support(
    field: str, places: Sequence[int], reports: Sequence[Report], speaking: Voices, status: Status
) -> Support:
    return Support(
        field,
        speaking.independent_among(places),
        corroboration(reports, speaking, status, places),
    )
