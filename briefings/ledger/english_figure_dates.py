"""Of which time a figure of an English sentence is.

A figure has the nearest moment that is not of something else: "260 billion yuan in the December
quarter". What it is compared with ("fewer than in March 2023"), what another figure is of, the day
of a report ("On Thursday X reported revenue") and history ("launched in 2009") give no date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from briefings.facts import Kind, When
from briefings.ledger.english_metric_words import HAVING
from briefings.ledger.english_view import COUNT, MOMENT, MONEY, PERCENT, View
from briefings.ledger.english_words import CHAIN, VERBS
from briefings.ledger.name_words import words_of
from briefings.ledger.sentence import Draft, Sentence
from briefings.text.periods import Moment

REACH = 24
"""How many items from its figure a moment within another may stand."""

_COMPARING = words_of("""
than compared compares comparing comparison versus vs against since twice relative before until from
level levels surpassing exceeding peak
""")
_HISTORY = words_of("""
founded founding launched launch born released establish established listed listing delisted
delisting floated flotation ipo since bought acquired created started opened began introduced
debuted fined invested raised sold paid joined merged took purchase takeover acquisition ago
anniversary formed
""")
_REPORTING = words_of("""
reported reports report posted posts announced announces said says unveiled released publishes
published disclosed showed shows logged booked told
""")
_AS_OF = frozenset({"of", "by", "end", "ended", "ending", "to", "until", "through", "at", "late"})
_FURTHER_CLAUSE = frozenset({";", "while", "whereas", "when", "after", "as", "because"})
_NUMBER_WORDS = frozenset({"billion", "million", "trillion", "thousand"})
_DAY_OF_A_REPORT = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tonight|this (?:morning|evening"
    r"|afternoon)|last (?:night|week)|this week",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"fiscal|financial year|\bfy ?\d", re.IGNORECASE)
_OWN_YEAR = re.compile(r"[0-9]{4}|'[0-9]{2}|[qh] ?[0-9]{2}\b|\bthis\b|\bcurrent\b", re.IGNORECASE)
_FIGURES = frozenset({MONEY, COUNT})
_MONTHS_WITHIN = re.compile(
    r" (?:first|last|final|opening|closing|initial|latter|early) (?:\S+ ){0,2}?"
    r"(?:months?|weeks?|quarters?|halves|half|days|part) (?:of|to|in) (?:the (?:year )?)?$"
)
_QUARTER, _HALF_YEAR, _YEAR = 80, 190, 370
"""Days: less than a quarter, more than half a year, and more than a year."""


def moment_of_figure(view: View, start: int, end: int, place: int) -> Moment | None:
    """Return the period the figure at `place` is of, told of the metric at [start:end]."""
    first, last = min(start, place), max(end - 1, place)
    found = [
        index
        for index, item in enumerate(view.items)
        if item.moment is not None and view.together(place, index)
        if not _is_of_something_else(view, index, first, last, place)
    ]
    if not found:
        return None
    nearest = view.items[min(found, key=lambda index: (abs(index - place), index))].moment
    for index in found:
        other = view.items[index].moment
        if other and nearest and _within(other, nearest) and abs(index - place) < REACH:
            nearest = other  # "from April to June this year"
    return nearest


def of_the_past(draft: Draft, sentence: Sentence, published: date) -> Draft:
    """Return a result with a quarter or half that is over: "fourth-quarter profit" of last year."""
    moment = draft.when
    if moment is None or draft.kind is not Kind.METRIC:
        return draft
    days = (moment.when.last - moment.when.first).days
    if days > _YEAR:
        return replace(draft, when=None)  # "from 2014 to 2018 users tripled to 462 million"
    if (
        moment.when.last <= published
        or not _QUARTER < days < _HALF_YEAR
        or _OWN_YEAR.search(sentence.text, moment.start, moment.end)
    ):
        return draft
    try:
        first, last = (
            day.replace(year=day.year - 1) for day in (moment.when.first, moment.when.last)
        )
    except ValueError:
        return replace(draft, when=None)
    return replace(draft, when=replace(moment, when=When(first, last)))


def _is_of_something_else(view: View, index: int, first: int, last: int, place: int) -> bool:
    return (
        _is_fiscal(view, index)
        or _is_of_months_within(view, index)
        or _is_of_a_report(view, index, first)
        or _is_month_of_a_report(view, index, first, place)
        or _is_history(view, index, last)
        or _is_compared(view, index, first, last)
        or _is_of_another_figure(view, index, first, place)
        or _is_in_other_brackets(view, index, place)
        or _is_of_a_further_clause(view, index, last)
    )


def _is_fiscal(view: View, at: int) -> bool:
    """Tell whether a moment is of a year of accounts: "fiscal 2023", "ended in March"."""
    moment = view.items[at].moment
    if moment is None or _FISCAL.search(view.sentence.text, moment.start, moment.end):
        return True
    if view.word(at - 1) in {"fiscal", "financial"} or view.has(at + 1, at + 4, {"fiscal"}):
        return True
    return view.has(at - 3, at, {"ended", "ending"}) and view.has(
        at - 5, at, {",", "which", "that"}
    )


def _is_of_a_report(view: View, at: int, first: int) -> bool:
    """Tell whether a moment is the day that a figure is told: "On Thursday X reported"."""
    moment = view.items[at].moment
    if moment is None:
        return True
    if _DAY_OF_A_REPORT.search(view.sentence.text, moment.start, moment.end):
        return True
    days = (moment.when.last - moment.when.first).days
    if days > 31 or view.word(at - 1) in _AS_OF:
        return False
    if view.has(at - 2, at, _REPORTING) or (days == 0 and view.has(0, len(view), _REPORTING)):
        return True
    return at < first and view.has(at - 3, at + 5, _REPORTING)


def _is_of_months_within(view: View, at: int) -> bool:
    """Tell whether a moment is not meant whole: "the final three months of 2024".

    And where it is none at all: "its first quarterly decline".
    """
    moment = view.items[at].moment
    if moment is not None and view.sentence.text[moment.start : moment.end + 2].endswith("ly"):
        return True  # "its first quarterly decline"
    return bool(_MONTHS_WITHIN.search(f" {' '.join(view.words[max(0, at - 7) : at])} "))


def _is_month_of_a_report(view: View, at: int, first: int, place: int) -> bool:
    """Tell whether a month is when money is reported, not when it was made.

    "Posted its first decline in August 2022, when sales fell to 134bn": not August's sales.
    """
    moment = view.items[at].moment
    if moment is None or (moment.when.last - moment.when.first).days > 31:
        return False
    if view.word(at - 1) in _AS_OF | {"for"} or view.word(place) == COUNT:
        return False
    return view.has(0, min(at, first), _REPORTING)


def _is_history(view: View, at: int, last: int) -> bool:
    """Tell whether a moment is of what was done then: "launched in 2009", "since its listing"."""
    for before in range(at - 1, max(-1, at - 9), -1):
        word = view.word(before)
        if before == last or word == ";":
            return False
        if word == ",":
            return at < last and _opens_participle(view, before)
        if word in _HISTORY or (word in VERBS and word not in CHAIN and at < last):
            return True
    return view.word(at + 1) == "listing" or view.word(at - 1) == "since"


def _opens_participle(view: View, comma: int) -> bool:
    """Tell whether a comma opens what was done to a name: "Didi, banned in 2021, earned"."""
    verb = view.word(comma + 1)
    return (
        view.name(comma - 1) is not None and verb.endswith(("ed", "en", "born")) and len(verb) > 3
    )


def _is_compared(view: View, at: int, first: int, last: int) -> bool:
    """Tell whether a moment is one that the figure is compared with: "fewer than in March"."""
    if at > last:
        between = view.words[max(last + 1, at - 10) : at]
        if view.words[at - 2 : at] == (PERCENT, "from"):
            return True  # "$495 million, down 14% from 2018"
        return any(word in _COMPARING for word in between if word != "from") or (
            "as" in between and ("many" in between or "much" in between)
        )
    return at < first and view.has(at - 4, at, _COMPARING - {"from", "before", "until"})


def _is_of_another_figure(view: View, at: int, first: int, place: int) -> bool:
    """Tell whether a moment is another figure's: "from 586 million in December", "$8bn in 2022"."""
    for before in range(at - 1, max(-1, at - 12), -1):
        if before == place or view.word(before) == ";":
            return False
        if view.word(before) == "," and at < place:
            return False
        if view.word(before) in _FIGURES:
            if at < place:
                return at - before < 6 and first - at > 2
            if view.word(before - 1) == "and" and view.word(before + 1) in {"in", "by", MOMENT}:
                return True  # "100 million users in 433 days and a billion in March"
            return view.has(before - 4, before, _COMPARING | {"of", "to"}) or view.has(
                place + 1, before, HAVING
            )
    return False


def _is_in_other_brackets(view: View, at: int, place: int) -> bool:
    """Tell whether a moment stands with a figure of its own in brackets: "(Q1 2023: 150bn)"."""
    opening = next((i for i in range(at - 1, max(-1, at - 4), -1) if view.word(i) == "("), None)
    if opening is None:
        return False
    closing = next((i for i in range(at, min(len(view), at + 8)) if view.word(i) == ")"), len(view))
    if opening < place < closing:
        return False
    return view.has(opening, closing, _FIGURES | {"%"})


def _is_of_a_further_clause(view: View, at: int, last: int) -> bool:
    """Tell whether a moment is told behind "when" or "after": "$9bn, after it listed in 2014"."""
    return any(
        (
            view.word(tie) in _FURTHER_CLAUSE
            and not (view.word(tie) == "as" and view.word(tie + 1) in {"of", "at"})
        )
        or (view.word(tie) == "and" and view.word(tie + 2) in _NUMBER_WORDS)
        for tie in range(last + 1, at)
    )


def _within(inner: Moment, outer: Moment) -> bool:
    first, last = inner.when.first, inner.when.last
    return inner != outer and outer.when.first <= first and last <= outer.when.last
