"""The dates and periods of English text: each form as a pattern with what it means.

Patterns are written for folded text (`text.names.folded`), and none starts inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from briefings.facts import When
from briefings.model import Precision
from briefings.text import periods_calendar as calendar
from briefings.text.dates import MONTHS, parse_date

Match = re.Match[str]
Form = tuple[str, Callable[[Match, date], When | None]]
"""A pattern, and what a match of it means in a text published on a day; None: no date."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}
_COUNTS = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12},
}
_TURNS = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
_SAME_MONTHS = {"half": 6, "quarter": 3, "year": 12}
_COMPARED = re.compile(
    r"(?:\b(?:from|than|with|to|versus|vs\.?|over|on|same (?:period|time|quarter|month|half)"
    r"(?: of| in)?)) (?:the )?\Z"
)
"""What a figure is compared with is not when it is of: up from last year."""

_ABBREVIATED = ("sept", *(month for month in MONTHS if len(month) == 3 and month != "may"))
_SHORT = "|".join(_ABBREVIATED)
_FULL = "|".join(month for month in MONTHS if month not in _ABBREVIATED)
# A stop after a month that is written out ends the sentence.
_MONTH = rf"(?:(?:{_FULL})\b|(?:{_SHORT})\b\.?)"
_NO_QUANTITY = (
    r"(?! ?-?(?:million|mln|billion|bn|thousand|percent|pct|per cent|%|yuan|dollars|dlrs|people"
    r"|users|shares|employees|workers|staff|stores|customers|jobs|companies|points)(?![a-z]))"
)
_DAY = rf"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?(?![0-9%a-z]|[.,:/][0-9]){_NO_QUANTITY}"
_YEAR = rf"(?:19|20)[0-9]{{2}}(?![0-9%a-z]|[.,:/][0-9]){_NO_QUANTITY}"
_OF_YEAR = (
    r"(?:(?:,? | of | in |, )(?:the )?(?:fiscal |financial |calendar )?(?:year )?"
    rf"(?P<year>{_YEAR})| (?:of |in )?(?P<turn>last|this|next) year)?"
)


def _dated(match: Match, published: date) -> When | None:
    """A day of a month, with its year or of the latest one it fits."""
    month, number = _month(match["month"]), int(match["day"].rstrip("stndrh"))
    ahead = match.string[max(0, match.start() - 6) : match.start()]
    day_first = match.start("day") < match.start("month")
    led = match["year"] or ahead.endswith(("on ", "by ", "of ", "since ", "from "))
    if match["month"] == "may" and day_first and not led:  # "the other 9 may sell"
        return None
    if match["year"]:
        return calendar.day(int(match["year"]), month, number)
    return calendar.latest_day(month, number, published)


def _numeric(match: Match, _: date) -> When | None:
    """A day in numbers, where the order of its parts is plain."""
    found = parse_date(match.group())
    if found is None or found.precision is not Precision.DAY:
        return None
    return When.day(found.at.date())


def _ended(match: Match, published: date) -> When | None:
    """So many months, a quarter or a year that ended in a month."""
    month = _month(match["month"])
    if match["year"]:
        last = calendar.months(int(match["year"]), month)
    else:
        last = calendar.latest_months(month, 1, published)
    if match["unit"]:
        count = _SAME_MONTHS[match["unit"]]
    else:
        count = _COUNTS.get(match["count"]) or int(match["count"])
    return calendar.ending(last, count) if last else None


def _from_month_to_month(match: Match, published: date) -> When | None:
    first, last = _month(match["month"]), _month(match["until"])
    if match["joint"] == "and" and not match.group().startswith("between"):
        return None
    count = (last - first) % 12 + 1
    if match["year"]:
        end = calendar.months(int(match["year"]), last)
        return calendar.ending(end, count) if end else None
    return calendar.latest_months(first, count, published)


def _quarter(match: Match, published: date) -> When | None:
    number = int(match["q"] or 0) or _ORDINALS.get(match["ordinal"] or "", 0)
    if match["of"]:
        number = _month(match["of"]) // 3
        if _month(match["of"]) % 3:
            return None
    return _part_of_year(match, published, 3 * number - 2, 3)


def _half(match: Match, published: date) -> When | None:
    number = int(match["h"] or 0) or _ORDINALS[match["ordinal"]]
    return _part_of_year(match, published, 6 * number - 5, 6)


def _part_of_year(match: Match, published: date, month: int, count: int) -> When | None:
    """Months of a year that is given before or after, or of the latest in which they began."""
    year = match["year"] or match["ahead"]
    if match["short"]:
        return calendar.months(2000 + int(match["short"]), month, count)
    if year:
        return calendar.months(int(year), month, count)
    if match["turn"]:
        return calendar.months(published.year + _TURNS[match["turn"]], month, count)
    return calendar.latest_months(month, count, published)


def _shortest(match: Match, _: date) -> When | None:
    """2Q23, 1H 2023, 2019Q3."""
    number, year = int(match["number"]), int(match["year"])
    count = 3 if match["part"] == "q" else 6
    return calendar.months(year % 100 + 2000, count * (number - 1) + 1, count)


def _month_of_year(match: Match, published: date) -> When | None:
    month, lead = _month(match["month"]), match["lead"] or ""
    if match["year"]:
        return calendar.months(int(match["year"]), month)
    if not lead:
        return None
    if lead == "next":
        return calendar.months(published.year + (month <= published.month), month)
    if lead == "last":
        return calendar.months(published.year - (month >= published.month), month)
    if lead == "this":
        return calendar.months(published.year, month)
    return calendar.latest_months(month, 1, published)


def _day_word(match: Match, published: date) -> When | None:
    return calendar.days_from(published, {"yesterday": -1, "tomorrow": 1}.get(match["word"], 0))


def _last_night(_: Match, published: date) -> When | None:
    return calendar.days_from(published, -1)


def _weekday(match: Match, published: date) -> When | None:
    number = WEEKDAYS.index(match["weekday"])
    turn = match["turn"]
    if turn == "this":
        return calendar.weekday_of_week(number, 0, published)
    # The one before today, the one after today, the one up to today.
    before = {"last": 1, "next": -7, "coming": -7}.get(turn, 0)
    return calendar.latest_weekday(number, published, before=before)


def _turn(match: Match, published: date) -> When | None:
    if _is_compared(match):
        return None
    return _from(match["unit"], published, _TURNS[match["turn"]])


def _ago(match: Match, published: date) -> When | None:
    if _is_compared(match):
        return None
    return _from(match["unit"], published, -(_COUNTS.get(match["count"]) or int(match["count"])))


def _from(unit: str, published: date, count: int) -> When | None:
    """The day, week, month, quarter or year so many after that of publication."""
    readings = {
        "day": calendar.days_from,
        "week": calendar.week_from,
        "month": calendar.month_from,
        "quarter": calendar.quarter_from,
        "year": calendar.year_from,
    }
    return readings[unit](published, count)


def _end_of(match: Match, published: date) -> When | None:
    return _from(match["unit"] or "year", published, 0)


def _year(match: Match, _: date) -> When | None:
    first = int(match["year"] or 0) or 2000 + int(match["short"])
    last = int(match["until"] or first)
    if not first <= last <= first + 50:
        return None
    return calendar.months(first, 1, 12 * (last - first + 1))


def _is_compared(match: Match) -> bool:
    start = match.start()
    return _COMPARED.search(match.string, max(0, start - 30), start) is not None


def _month(word: str) -> int:
    return MONTHS[word.rstrip(".")]


_COUNT = rf"(?P<count>{'|'.join(_COUNTS)}|[0-9]{{1,2}})"
_WEEKDAY = rf"(?:(?:{'|'.join(WEEKDAYS)}),? )?"
_SHORT_YEAR = r"(?: ?'(?P<short>[0-9]{2})(?![0-9%a-z]|[.,:/-][0-9]))?"

FORMS: tuple[Form, ...] = (
    (
        r"(?:(?:19|20)[0-9]{2}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)[0-9]{1,2}"
        r"|[0-9]{1,2}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.)(?:19|20)[0-9]{2})(?![0-9])",
        _numeric,
    ),
    (
        rf"(?:from |between )?(?P<month>{_MONTH}) ?(?P<joint>to|through|until|-|and) ?"
        rf"(?P<until>{_MONTH})(?! ?[0-9]{{1,2}}(?![0-9]))(?:,? (?:of )?(?P<year>{_YEAR}))?",
        _from_month_to_month,
    ),
    (
        rf"{_WEEKDAY}(?P<month>{_MONTH})[ ]{{1,2}}(?P<day>{_DAY})(?:,? (?P<year>{_YEAR}))?",
        _dated,
    ),
    (
        rf"{_WEEKDAY}(?P<day>(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?)(?: of)?[ ]{{1,2}}"
        rf"(?P<month>{_MONTH})(?:,? (?P<year>{_YEAR}))?",
        _dated,
    ),
    (
        rf"(?:{_COUNT}[- ]months?|(?:(?:fiscal |first |second |third |fourth )?"
        rf"(?P<unit>quarter|half|year)))(?: period)? (?:that )?(?:ended|ending|to|through) (?:on )?"
        rf"(?P<month>{_MONTH})(?:[ ]{{1,2}}{_DAY})?(?:,? (?P<year>{_YEAR}))?",
        _ended,
    ),
    (
        rf"(?:(?P<ahead>{_YEAR})[ -])?(?:(?P<ordinal>first|second|third|fourth|final)[- ]"
        rf"(?:fiscal[- ]|financial[- ])?quarter|(?P<of>march|june|september|december) quarter"
        rf"|q(?P<q>[1-4])(?![0-9a-z])){_SHORT_YEAR}{_OF_YEAR}",
        _quarter,
    ),
    (
        rf"(?:(?P<ahead>{_YEAR})[ -])?(?:(?P<ordinal>first|second)[- ]half(?! of (?!the (?:year"
        rf"|fiscal)|fiscal|last|this|next|[12]))|h(?P<h>[12])(?![0-9a-z])){_SHORT_YEAR}{_OF_YEAR}",
        _half,
    ),
    (r"(?P<number>[1-4])(?P<part>[qh]) ?(?P<year>(?:20)?[0-9]{2})(?![0-9a-z%])", _shortest),
    (r"(?P<year>20[0-9]{2})(?P<part>[qh])(?P<number>[1-4])(?![0-9a-z%])", _shortest),
    (
        r"(?:(?P<lead>in|since|by|during|of|from|until|through|early|late|mid|last|this|next|end)"
        rf"[- ](?:early |late |mid-?)?)?(?P<month>{_MONTH})"
        rf"(?:(?:,? | of ){{1,2}}(?P<year>{_YEAR})|(?! ?[0-9]))",
        _month_of_year,
    ),
    (
        rf"(?:(?P<turn>last|next|this|coming)(?: past| coming)? )?(?P<weekday>{'|'.join(WEEKDAYS)})"
        r"(?![a-z])",
        _weekday,
    ),
    (r"(?P<word>today|yesterday|tomorrow|tonight|this (?:morning|afternoon|evening))\b", _day_word),
    (r"last night\b", _last_night),
    (
        r"(?P<turn>last|this|next|previous|current|coming) (?:fiscal |financial |calendar )?"
        r"(?P<unit>week|month|quarter|year)\b",
        _turn,
    ),
    (rf"{_COUNT} (?P<unit>day|week|month|year)s? ago\b", _ago),
    (
        r"(?:year[- ]end|(?:the )?end of (?:the )?(?P<unit>year|month|quarter)|year's end)\b",
        _end_of,
    ),
    (
        rf"(?:(?:fiscal |fy ?|mid-)?(?P<year>{_YEAR})(?:(?:-| to )(?P<until>(?:19|20)[0-9]{{2}})"
        r"(?![0-9a-z]))?|fy ?(?P<short>[0-9]{2})(?![0-9a-z%]))",
        _year,
    ),
)
