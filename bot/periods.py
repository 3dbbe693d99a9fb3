"""The dates and lengths of time in commands: since 30d, since 2周, asof 2018-06. Pure."""

from __future__ import annotations

import calendar
import re

from bot.vocabulary import UNITS
from briefings.errors import InputError
from briefings.model import Published
from briefings.query import Ago
from briefings.text.dates import EARLIEST, LATEST, parse_date

SHOWN = 80
"""Letters of a word that an answer repeats."""
_DATES = "Write a date such as 2023, 2023-01 or 2023-01-31."
_NUMBERS = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_AGO_CHINESE = re.compile(rf"(\d{{1,3}})({'|'.join(UNITS)})")


def read_since(text: str) -> Published | Ago:
    """When a period begins: a date, or a length of time back such as 30d or 30天.

    Raises:
        InputError: it is neither.
    """
    if ago := _AGO.fullmatch(text.casefold()) or _AGO_CHINESE.fullmatch(text):
        count, unit = int(ago.group(1)), ago.group(2)
        if count:
            return Ago(count, UNITS.get(unit, unit))
    return read_date("since", text)


def read_date(name: str, text: str) -> Published:
    """The date after `since` or `asof`.

    Raises:
        InputError: it is none; says which part no calendar has.
    """
    date = parse_date(text)
    if date is None and (day := _NUMBERS.fullmatch(text)):
        year, month, number = (int(part) if part else 1 for part in day.groups())
        if not EARLIEST.year <= year < LATEST.year:
            raise InputError(
                f"{name} {text}: nothing is kept from before {EARLIEST.year}, or after "
                f"{LATEST.year - 1}.",
                remedy=f"Write a year from {EARLIEST.year} on.",
            )
        if not 1 <= month <= 12:
            raise InputError(f"{name} {text}: no year has a month {month}.", remedy=_DATES)
        last = calendar.monthrange(year, month)[1]
        if not 1 <= number <= last:
            raise InputError(
                f"{name} {text}: {calendar.month_name[month]} {year} has {last} days.",
                remedy=f"Write {year}-{month:02}-{last} or an earlier day.",
            )
    if date is None:
        raise InputError(
            f"{name} does not understand {shown(text)}.",
            remedy=_DATES.removesuffix(".")
            + (", or a period such as 30d, 2w, 6m or 1y." if name == "since" else "."),
        )
    return date


def shown(words: str) -> str:
    """What somebody wrote, in quotation marks, as far as an answer repeats it."""
    return repr(words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…")
