"""Days, weeks, months and quarters as seen from the day a text was published.

A date without a year is of the latest year in which it is at most a week after that day: papers
tell of what has just been, and now and then of what comes within days.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, timedelta

from briefings.facts import When

_AHEAD = timedelta(days=7)


def day(year: int, month: int, number: int) -> When | None:
    """Return the day, None when no calendar has it."""
    try:
        return When.day(date(year, month, number))
    except ValueError:
        return None


def months(year: int, month: int, count: int = 1) -> When | None:
    """Return so many whole months from one on, None when no calendar has them."""
    if MINYEAR < year < MAXYEAR - count // 12 - 1 and 1 <= month <= 12:
        return When.months(year, month, count)
    return None


def latest_day(month: int, number: int, published: date) -> When | None:
    """Return the day of the latest year in which it is past, or at most a week ahead."""
    for year in range(published.year + 1, published.year - 8, -1):  # 29 February
        found = day(year, month, number)
        if found is not None and found.first - published <= _AHEAD:
            return found
    return None


def latest_months(month: int, count: int, published: date) -> When | None:
    """Return so many months from `month` on, of the latest year in which they have begun."""
    return months(published.year - (month > published.month), month, count)


def latest_day_of_month(number: int, published: date) -> When | None:
    """Return the latest day with that number in its month: 29日."""
    for back in (0, 1, 2):
        year, month = shifted(published.year, published.month, -back)
        found = day(year, month, number)
        if found is not None and found.first <= published:
            return found
    return None


def ending(last: When, count: int) -> When | None:
    """Return the `count` months that end with the month in which `last` ends."""
    year, month = shifted(last.last.year, last.last.month, 1 - count)
    return months(year, month, count)


def shifted(year: int, month: int, by: int) -> tuple[int, int]:
    """Return the year and month so many months later."""
    number = year * 12 + month - 1 + by
    return number // 12, number % 12 + 1


def latest_weekday(number: int, published: date, *, before: int = 0) -> When | None:
    """Return the latest such day (0 is Monday) up to so many days before publication."""
    return days_from(published, -((published.weekday() - before - number) % 7) - before)


def weekday_of_week(number: int, week: int, published: date) -> When | None:
    """Return the day of a week, which counts from that of publication: -1 is the week before."""
    return days_from(published, number - published.weekday() + 7 * week)


def days_from(published: date, count: int) -> When | None:
    """Return the day so many days after publication."""
    try:
        return When.day(published + timedelta(days=count))
    except OverflowError:
        return None


def week_from(published: date, count: int) -> When | None:
    """Return the week, Monday to Sunday, so many weeks after that of publication."""
    first = days_from(published, 7 * count - published.weekday())
    last = days_from(published, 7 * count - published.weekday() + 6)
    return When(first.first, last.last) if first and last else None


def month_from(published: date, count: int) -> When | None:
    """Return the month so many months after that of publication."""
    return months(*shifted(published.year, published.month, count))


def quarter_from(published: date, count: int) -> When | None:
    """Return the quarter so many quarters after that of publication."""
    first = (published.month - 1) // 3 * 3 + 1
    year, month = shifted(published.year, first, 3 * count)
    return months(year, month, 3)


def year_from(published: date, count: int) -> When | None:
    """Return the year so many years after that of publication."""
    return months(published.year + count, 1, 12)
