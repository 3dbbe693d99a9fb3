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
from briefings.ledger.english_figures import moment_near
from briefings.ledger.english_metric_verbs import told_by_verbs
from briefings.ledger.english_metric_words import (
    FALLS,
    HAVING,
    METRIC_LINKS,
    METRIC_STOPS,
    RISES,
    WANTING,
)
from briefings.ledger.english_owners import OWNER_REACH, SHARES_OF, Found, owner_of, past_owner
from briefings.ledger.english_parts import roles
from briefings.ledger.english_view import COUNT, MOMENT, MONEY, NAME, PERCENT, View
from briefings.ledger.metrics import Measure
from briefings.ledger.sentence import Draft
from briefings.text.periods import Moment

_FIGURES = {Measure.MONEY: MONEY, Measure.COUNT: COUNT, Measure.SHARE: PERCENT}
_BEFORE = 5
"""How many items behind a figure its metric may stand: "503 million registered users"."""
_BEHIND = 14
"""How many items behind its metric a figure may stand: "revenue rose by a third to $5bn"."""

_TARGET = re.compile(
    r" (?:looking to|sights (?:set )?on|should have"
    r"|looking for|means to|counts? on|counting on|set to|on track to|on course to"
    r"|to reach|to attract|should (?:bring|add|reach|generate|contribute|help|lift)) "
)
_NOT_SAID = re.compile(
    r" (?:not|no|never|if|could|might|may|cannot|without|neither|nor|unlikely|whether|fewer|like)"
    r" (?:\S+ ){0,4}$"
)
_SEEN_COMING = re.compile(
    r" sees? (?:\S+ ){1,5}?(?:rising|growing|reaching|falling|climbing|dropping|coming in) "
)
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
    for found in _terms(view):
        draft = _draft(view, found) if found.figure not in taken else None
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
    if not told:
        drafts = (_draft(view, found) for found in told_by_verbs(view))
        yield from filter(None, drafts)


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


def _draft(view: View, found: Found) -> Draft | None:
    at = found.figure
    change, falls = change_of(view, found)
    if at is None and (change is None or found.term.measure is Measure.SHARE):
        return None
    place = at if at is not None else found.start
    left = min(place, found.start)
    before = f" {' '.join(view.words[max(0, left - 12) : left])} "
    if (
        _is_part_of_more(view, found)
        or _NOT_SAID.search(before)
        or view.has(left - 2, left, SHARES_OF)
        or (found.term.measure is Measure.COUNT and view.has(left - 2, left, _LOSING))
        or _tells_of_some(view, found)
        or view.has(left - 3, left, {"turning", "reversed", "reversing"})
        or (view.has(left - 3, left, {"turned"}) and not view.has(left - 2, left, {"in", "over"}))
    ):
        return None
    wanted = _wanted(view, left, place)
    who = owner_of(view, found, left, place, wanted)
    if not who:
        return None
    figure = view.figure(at) if at is not None else None
    if figure is not None and figure.per:
        return None
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
        segment=segment_of(view, found, left),
        change_percent=change,
        falls=falls,
        when=moment_near(view, place),
        missing=who.missing,
    )


def _tells_of_some(view: View, found: Found) -> bool:
    """Tell whether "5,000 employees of X moved" says what some of them did."""
    opens = found.figure is not None and found.figure == found.start - 1 and found.figure < 2
    if not opens or view.word(found.end) not in {"of", "at"} or view.name(found.end + 1) is None:
        return False
    after = view.word(found.end + 2)
    return after.isalpha() and after not in METRIC_LINKS | HAVING | {"use", "used", "now"}


def _further(view: View, found: Found, draft: Draft) -> tuple[int, Draft] | None:
    """Return a second figure of the same metric: "... this year and over a million in three"."""
    if found.figure is None or draft.kind is not Kind.TARGET:
        return None
    sign = view.word(found.figure)
    for at in range(found.end, min(len(view), found.end + OWNER_REACH)):
        ranged = view.word(at - 1) == "to" and view.word(at - 2) == sign  # "$24bn to $26bn"
        if view.word(at) == sign and not ranged and view.word(at - 1) in {"and", "to", ","}:
            if metrics.metrics.find(view.text(at + 1, min(len(view), at + 4))):
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


def _wanted(view: View, left: int, place: int) -> bool:
    """Tell whether the figure is one that somebody wants or expects."""
    clause = left
    while (
        clause > 0
        and left - clause < OWNER_REACH
        and view.word(clause - 1) not in {";", "which", "while"}
    ):
        clause -= 1
    before = f" {' '.join(view.words[clause : max(left, place)])} "
    if " than expected " in view.row or " as expected " in view.row:
        return False
    wanting = view.has(clause, max(left, place), WANTING)
    return wanting or bool(_TARGET.search(before) or _SEEN_COMING.search(view.row))
