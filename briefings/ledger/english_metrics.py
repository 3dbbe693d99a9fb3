"""Figures of organisations in an English sentence, those it has and those it wants.

figure + word of a metric beside it -> whose it is -> metric, or target where it is wanted
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger import metrics
from briefings.ledger.english_changes import change_of, segment_of
from briefings.ledger.english_figure_dates import moment_of_figure
from briefings.ledger.english_figure_guards import (
    is_a_base,
    is_a_change,
    is_a_share_of_it,
    is_another_measure,
    is_bought_or_spent,
    is_gapped,
    is_in_a_row,
    is_lost_on_a_deal,
    is_no_firm,
    is_of_a_related_firm,
    is_of_once,
    is_what_was_expected,
    tells_of_some,
)
from briefings.ledger.english_figure_parts import (
    event_of,
    is_of_a_place,
    is_of_an_unnamed_part,
    is_of_others,
    is_of_part_of_a_part,
    part_of,
)
from briefings.ledger.english_figure_rows import in_rows, told_of_each
from briefings.ledger.english_figure_wanted import is_wanted
from briefings.ledger.english_metric_verbs import told_by_verbs
from briefings.ledger.english_metric_words import (
    FALLS,
    METRIC_LINKS,
    METRIC_STOPS,
    RISES,
)
from briefings.ledger.english_owners import OWNER_REACH, SHARES_OF, Found, owner_of, past_owner
from briefings.ledger.english_parts import Part, roles
from briefings.ledger.english_results import of_the_firm_before
from briefings.ledger.english_view import COUNT, MOMENT, MONEY, NAME, PERCENT, View
from briefings.ledger.metrics import Measure
from briefings.ledger.sentence import Draft
from briefings.text.periods import Moment

_FIGURES = {Measure.MONEY: MONEY, Measure.COUNT: COUNT, Measure.SHARE: PERCENT}
_BEFORE = 5
"""How many items behind a figure its metric may stand: "503 million registered users"."""
_BEHIND = 14
"""How many items behind its metric a figure may stand: "revenue rose by a third to $5bn"."""

_NOT_SAID = re.compile(
    r" (?:not|no|never|if|could|might|may|cannot|without|neither|nor|unlikely|whether|fewer|like)"
    r" (?:\S+ ){0,4}$"
)
_EARNED_OR_LOST = frozenset({"net profit", "net loss"})
"""What a verb tells also beside another figure: "lost $5bn on revenue of $20bn"."""
_LOSING = frozenset({"lost", "lose", "loses", "losing"})
"""Verbs whose figure is a change: "lost 3 million users"."""
_MOVES = (
    FALLS
    | RISES
    | frozenset({"wiped", "wiping", "erased", "erasing", "shed", "shedding", "adding"})
)
"""What says that a market value is told as a move of a share price, which is no figure here."""


def metrics_of(view: View) -> Iterator[Draft]:
    """Yield the figures, had or wanted, that a sentence gives of organisations."""
    if view.row.rstrip().endswith("?"):
        return
    taken: set[int | None] = set()
    told = False
    terms = tuple(_terms(view))
    for found in in_rows(view, terms, _FIGURES):
        each = told_of_each(view, found, _FIGURES[found.term.measure])
        for name, at in each:
            one = _draft(view, replace(found, figure=at), Part((name,)))
            if one is not None:
                told = True
                taken.add(at)
                yield one
        draft = _draft(view, found) if found.figure not in taken and not each else None
        if draft is None:
            continue
        told = True
        taken.add(found.figure)
        taken.discard(None)
        yield draft
        further = _further(view, found, draft)
        if further is not None and further[0] not in taken:
            taken.add(further[0])
            yield further[1]
    named = {found.figure for found in terms}
    for found in told_by_verbs(view):
        beside = found.figure not in named and found.term.name in _EARNED_OR_LOST
        draft = _draft(view, found) if beside or not told else None
        if draft is not None:
            yield draft


def _terms(view: View) -> Iterator[Found]:
    """Yield the metrics of a sentence with the figure that each has beside it."""
    starts = {item.start: index for index, item in enumerate(view.items)}
    for word in metrics.metrics.find(view.sentence.text):
        start = starts.get(word.start)
        if start is None:
            continue
        end = start
        while end < len(view) and view.items[end].start < word.end:
            end += 1
        sign = _FIGURES[word.term.measure]
        figure = _before(view, start, sign)
        if figure is None:
            figure = _behind(view, past_owner(view, end), sign)
        yield Found(word.term, start, end, figure)


def _before(view: View, start: int, sign: str) -> int | None:
    """Return the figure before a metric: "66 million dollars of revenue", "503 million users"."""
    for at in range(start - 1, max(-1, start - 1 - _BEFORE), -1):
        word = view.word(at)
        if word == sign:
            where = sign == COUNT and view.word(at - 1) == "in"  # "sold in 30 shops"
            return None if where and not view.word(at - 2).startswith("result") else at
        tied = word == "to" or (word == "and" and _is_of_segments(view, at))
        if word in METRIC_STOPS and not (tied and sign == MONEY):
            return None
        if word in {MONEY, PERCENT, COUNT, MOMENT, ",", ";", NAME} and not (
            word == NAME and sign == MONEY
        ):
            return None
    return None


def _is_of_segments(view: View, at: int) -> bool:
    """Tell whether "and" ties parts of a business: "$5bn in cloud and AI revenue"."""
    return all(metrics.segments.find(view.word(beside)) for beside in (at - 1, at + 1))


def _behind(view: View, end: int, sign: str) -> int | None:
    """Return the figure that a metric is said to be, or to have come to."""
    for at in range(end, min(len(view), end + _BEHIND)):
        word = view.word(at)
        if view.asides and view.aside(at) != view.aside(end - 1):
            continue
        if word == sign:
            figure = view.figure(at)
            counts_others = (
                sign == COUNT and view.word(at - 1) == "in"
            )  # "merchants in 54 countries"
            if figure is not None and view.word(at - 1) != "by" and not counts_others:
                return at
        elif word == NAME and view.word(at - 1) == "at" and at > end + 1:
            continue  # "sales rose 10% at X to $5bn"
        elif word not in METRIC_LINKS and word not in {PERCENT, MOMENT, ",", "(", ")", "year"}:
            return None
    return None


def _is_part_of_more(view: View, found: Found) -> bool:
    """Tell whether a figure only says of how many others are some: "100 of its million users"."""
    at = found.figure
    if (
        at is None
        or at > found.start
        or view.has(at - 3, at, {"goal", "target", "total", "record"})
    ):
        return False
    return view.has(at - 2, at, {"of", "among"})


def _draft(view: View, found: Found, whose: Part | None = None) -> Draft | None:
    at = found.figure
    change, falls = change_of(view, found)
    if at is None and (change is None or found.term.measure is Measure.SHARE):
        return None
    place = at if at is not None else found.start
    left = min(place, found.start) if found.row is None else found.row[0]
    before = f" {' '.join(view.words[max(0, left - 12) : left])} "
    if (
        _is_part_of_more(view, found)
        or _NOT_SAID.search(before)
        or view.has(left - 2, left, SHARES_OF)
        or (found.term.measure is Measure.COUNT and view.has(left - 2, left, _LOSING))
        or is_of_others(view, found, left, place, apart=whose is not None or found.row is not None)
        or is_of_a_place(view, found, left, place)
        or is_a_change(view, found, left)
        or is_a_base(view, found)
        or is_another_measure(view, found)
        or is_lost_on_a_deal(view, found)
        or is_gapped(view, found)
        or tells_of_some(view, found)
        or is_bought_or_spent(view, found)
        or is_of_an_unnamed_part(view, found)
        or is_what_was_expected(view, found)
        or is_a_share_of_it(view, left)
        or is_of_once(view, found, left)
        or view.has(left - 3, left, {"turning", "reversed", "reversing"})
        or (view.has(left - 3, left, {"turned"}) and not view.has(left - 2, left, {"in", "over"}))
    ):
        return None
    moved = next((i for i in range(found.end, len(view)) if view.figure(i) is change), place)
    wanted = is_wanted(view, left, place if at is not None else moved)
    who = whose or owner_of(view, found, left, place, wanted) or of_the_firm_before(view, found)
    if not who or any(is_no_firm(view, name) for name in who.names):
        return None
    segment = _segment(view, found, left, who)
    if segment is None:
        return None
    figure = view.figure(at) if at is not None else None
    if figure is not None and figure.per:
        return None
    if at is not None and whose is None and found.row is None and is_in_a_row(view, found):
        return None  # "A and B had net profits of $5m and $6m"
    if found.term.name == "market value" and view.has(0, len(view), _MOVES):
        return None
    counted = found.term.measure is Measure.COUNT or found.term.measure is Measure.SHARE
    return Draft(
        kind=Kind.TARGET if wanted else Kind.METRIC,
        status=Status.ANNOUNCED if wanted else Status.COMPLETED,
        names=roles(PartyRole.SUBJECT, who.names),
        deal=found.start,
        amount=None if counted else figure,
        value=figure if counted else None,
        metric=found.term.name,
        segment=segment,
        change_percent=change,
        falls=falls,
        when=moment_of_figure(view, found.start, found.end, place),
        missing=who.missing,
    )


def _segment(view: View, found: Found, left: int, who: Part) -> str | None:
    """Return the part of a business that a figure is of, None if the ledger has no name for it."""
    told = segment_of(view, found, left)
    event = event_of(view, found)
    if event is not None:
        return event or None
    start = max(0, left - 6)
    if is_of_part_of_a_part(view, start, found.start):
        return None
    for name in who.names:
        at = next(i for i, _ in view.names(0, len(view)) if view.name(i) is name)
        if is_of_a_related_firm(view, at, found):
            return None
        part = part_of(view, found, name, at)
        if part is not None:
            told = told or part
            if not told:
                return None
    return told


def _further(view: View, found: Found, draft: Draft) -> tuple[int, Draft] | None:
    """Return a second figure of the same metric: "... this year and over a million in three"."""
    if found.figure is None or draft.kind is not Kind.TARGET:
        return None
    sign = view.word(found.figure)
    for at in range(found.end, min(len(view), found.end + OWNER_REACH)):
        ranged = view.word(at - 1) == "to" and view.word(at - 2) == sign  # "$24bn to $26bn"
        if view.word(at) == sign and not ranged and view.word(at - 1) in {"and", "to", ","}:
            beside = (view.text(found.end, at), view.text(at + 1, min(len(view), at + 4)))
            if any(map(metrics.metrics.find, beside)):
                return None
            figure = view.figure(at)
            counted = draft.value is not None
            return at, replace(
                draft,
                deal=at,
                value=figure if counted else None,
                amount=None if counted else figure,
                when=_moment_behind(view, at),
                change_percent=None,
            )
    return None


def _moment_behind(view: View, at: int) -> Moment | None:
    return next(
        (
            view.items[i].moment
            for i in range(at + 1, min(len(view), at + 6))
            if view.items[i].moment
        ),
        None,
    )
