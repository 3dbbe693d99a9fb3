"""Publication dates as English, Chinese, ISO 8601 and RFC 822 text writes them.

A date names a minute, a day, a month or a year; `Published` keeps which. A time without a zone is
taken as UTC, except after 北京时间 (UTC+8). Zone letters are those of RFC 822 and a few that
newspapers use; other letters in an RFC 822 date count as UTC, as RFC 5322 section 4.3 asks.

Day and month as numbers ("06/3/13"): where one part exceeds 12, or both are equal, the order is
plain. Otherwise `day_first` decides; without it dots mean day first (European usage), a two-digit
year means month first (American usage), and a four-digit year after slashes or hyphens is no
date: a guess would be stored as a fact. Two-digit years follow POSIX: 69-99 are 1900s, 00-68 are
2000s. Before 1995 and after 2099 nothing was published on the web.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from briefings.model import Precision, Published
from briefings.text.names import plain_width

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_DATE = 100
"""Characters in the longest string that is tried as one date."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
"""The number of a month by its name or abbreviation, in lower case."""
_ZONE_HOURS = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "wet"), 0),
    **{"est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6},
    **{"pst": -8, "pdt": -7, "pt": -8, "bst": 1, "cet": 1, "cest": 2, "msk": 3},
    **{"hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11},
}
_BEIJING_MINUTES = 8 * 60
_WIDEST_ZONE_MINUTES = 14 * 60
_CHINESE_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))

_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?\s{0,2},?\s{0,2})?"
)
_MONTH = rf"(?P<month_name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_HOUR = r"(?P<hour>[01]?\d|2[0-3])"
_ZONE = rf"(?P<zone>(?:(?:gmt|utc)\s?)?[+-]\d\d?(?::?\d\d)?(?!\d)|(?:{'|'.join(_ZONE_HOURS)})\b)"
_CLOCK = (
    rf"(?:(?:\s{{0,2}}[,|·–-]?\s{{0,2}}(?:at\s)?|t){_HOUR}:(?P<minute>[0-5]\d)"
    rf"(?::[0-6]\d(?:[.,]\d{{1,9}})?)?(?:\s{{0,2}}(?P<half>[ap]\.?m\b\.?))?"
    rf"(?:\s{{0,2}}\(?{_ZONE}\)?)?)?"
)
_NUMERAL = "0-9〇零○一二三四五六七八九十"
_CHINESE_CLOCK = (
    r"(?:\s{0,2}[(]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)]?)?"
    r"(?:\s{0,2}(?P<beijing>北京[时時][间間])?\s{0,2}"
    r"(?P<half>凌晨|早上|早晨|上午|中午|下午|晚上|晚间|晚間)?\s{0,2}"
    rf"{_HOUR}(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?|[时時点點](?:(?P<minute_zh>[0-5]?\d)分)?))?"
)
# No digit, sign of money or path may touch a date: 1.2013, $2013, v2.2013 are something else.
_BEFORE = r"(?<![\w$€£¥.:/-])(?<!\d,)"
_AFTER = r"(?![\w%/]|[.,:-]\d)"
_QUANTITY = (
    r"(?!\s?(?:[\u3400-\u9fff]|(?:million|billion|trillion|thousand|percent|yuan|people)\b))"
)
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        # 2013-05-07T10:00:00+08:00   2023.09.28 05:24   /2023/9/28/
        rf"(?<![\w$€£¥.:-])(?<!\d,){_YEAR}(?P<sep>[-./])(?P<month>\d\d?)(?P=sep){_DAY}"
        rf"(?!\d){_CLOCK}(?![\w%]|[.,:-]\d)",
        # Tue, 07 May 2013 10:00:00 GMT   7th of May, 2013   28-Sep-2023   06-Nov-94 08:49:37
        rf"{_BEFORE}{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?(?:\s{{1,2}}of)?[\s-]{{1,2}}{_MONTH},?"
        rf"[\s-]{{1,2}}(?P<year>(?:19|20)\d\d|\d\d(?=\s\d?\d:)){_CLOCK}{_AFTER}",
        # Tuesday, May 7, 2013   Sept. 28th 2023 at 5:24 p.m. EST
        rf"{_BEFORE}{_WEEKDAY}{_MONTH}\s{{0,2}}{_DAY}(?:st|nd|rd|th)?(?:\s{{0,2}},|\b)"
        rf"\s{{0,2}}{_YEAR}{_CLOCK}{_AFTER}",
        # Tue May  7 10:00:00 UTC 2013
        rf"{_BEFORE}{_WEEKDAY}{_MONTH}\s{{1,2}}{_DAY}\s{_HOUR}:(?P<minute>[0-5]\d):\d\d\s"
        rf"(?:{_ZONE}\s)?{_YEAR}{_AFTER}",
        # 2023年9月28日 下午5:24   二〇二三年九月二十八日   2023年9月   2023年
        rf"(?<![{_NUMERAL}])(?P<year>\d{{4}}|[一二][{_NUMERAL}]{{3}})\s?年"
        rf"(?:\s?(?P<month>[{_NUMERAL}]{{1,2}})\s?月"
        rf"(?:份|\s?(?P<day>[{_NUMERAL}]{{1,3}})\s?[日号號]{_CHINESE_CLOCK})?)?",
        # 31/10/2023   06/3/13   28.09.2023 05:24
        rf"{_BEFORE}(?P<first>\d\d?)(?P<sep>[-./])(?P<second>\d\d?)(?P=sep)"
        rf"(?P<year>(?:19|20)\d\d|(?<=/)\d\d)(?!\d){_CLOCK}{_AFTER}",
        # May 2013   Sept., 2013
        rf"{_BEFORE}{_MONTH}(?:\s{{0,2}},)?\s{{1,2}}(?:of\s)?{_YEAR}{_AFTER}",
        # 2013-06   06/2013
        rf"{_BEFORE}{_YEAR}-(?P<month>0[1-9]|1[0-2])(?!-){_AFTER}",
        rf"{_BEFORE}(?P<month>0?[1-9]|1[0-2])/{_YEAR}{_AFTER}",
        # 2020, but not 2020万 and not 2020 million
        rf"{_BEFORE}{_YEAR}{_AFTER}{_QUANTITY}",
    )
)
# Every form has a year; looking around years only is ten times faster on ordinary text.
_MAY_BE_YEAR = re.compile(
    rf"(?:19|20)\d\d|/\d\d(?!\d)|\d\d\s\d?\d:|[一二][{_NUMERAL}]{{3}}\s?年", re.ASCII
)
_AROUND_YEAR = 60
# What nearly every feed writes, ahead of the rest for speed.
_RFC_822 = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+([01]\d|2[0-3]):([0-5]\d)"
    r"(?::\d\d)?\s*([+-]\d{4}|[A-Za-z]{1,4})?(?:\s\([A-Za-z ]{1,40}\))?",
    re.ASCII,
)


def parse_date(text: str, *, day_first: bool | None = None) -> Published | None:
    """Return the date `text` names when it is one date and nothing else, else None.

    `day_first` settles orders such as 03/04/2023; see the module for the rule without it.
    """
    text = text.strip()
    if not 4 <= len(text) <= LONGEST_DATE:
        return None
    if (rfc := _RFC_822.fullmatch(text)) is not None:
        day, month_name, year, hour, minute, zone = rfc.groups()
        month = MONTHS.get(month_name.lower(), 0)
        return _minute(int(year), month, int(day), (int(hour), int(minute)), _zone_minutes(zone))
    if len(text) == 8 and text.isdecimal():  # 20130507
        return _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    text = plain_width(text)
    for form in _FORMS:
        if (match := form.fullmatch(text)) is not None:
            return _named(match.groupdict(), day_first)
    return None


def find_dates(text: str) -> list[tuple[int, int, Published]]:
    """Return every date in running text as (start, end, date), in order, none overlapping."""
    text = plain_width(text)
    found: list[tuple[int, int, Published]] = []
    taken = bytearray(len(text))
    stretches = _stretches(text)
    for form in _FORMS:
        for match in (match for stretch in stretches for match in form.finditer(text, *stretch)):
            start, end = match.span()
            if taken.find(1, start, end) >= 0:
                continue
            # What looks like a date and is none (13/13/2023) is not read as a lesser one either.
            taken[start:end] = b"\x01" * (end - start)
            if (published := _named(match.groupdict(), None)) is not None:
                found.append((start, end, published))
    return sorted(found, key=lambda item: item[0])


def _stretches(text: str) -> list[tuple[int, int]]:
    """Return where in `text` a date may stand: around what may be a year, none overlapping."""
    stretches: list[tuple[int, int]] = []
    for year in _MAY_BE_YEAR.finditer(text):
        start, end = max(0, year.start() - _AROUND_YEAR), year.end() + _AROUND_YEAR
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches


def _named(parts: dict[str, str | None], day_first: bool | None) -> Published | None:
    """Return what the parts of one matched form name; None when no calendar has it."""
    year = _year(parts["year"] or "")
    if parts.get("first"):
        ordered = _ordered(parts, day_first)
        if ordered is None:
            return None
        month, day = ordered
    else:
        month_name = parts.get("month_name")
        month = MONTHS[month_name.lower()] if month_name else small_number(parts.get("month"))
        day = small_number(parts.get("day"))
    if parts.get("hour"):
        hour = _hour(small_number(parts["hour"]), (parts.get("half") or "").lower())
        minute = small_number(parts.get("minute") or parts.get("minute_zh"))
        zone = _BEIJING_MINUTES if parts.get("beijing") else _zone_minutes(parts.get("zone"))
        return _minute(year, month, day, (hour, minute), zone)
    if parts.get("day") or parts.get("first"):
        return _date(year, month, day)
    if parts.get("month_name") or parts.get("month"):
        return _date(year, month, 1, Precision.MONTH)
    return _date(year, 1, 1, Precision.YEAR)


def _ordered(parts: dict[str, str | None], day_first: bool | None) -> tuple[int, int] | None:
    """Return (month, day) of two numbers whose order has to be told; None: it cannot be."""
    first, second = small_number(parts["first"]), small_number(parts["second"])
    if first > 12 or second > 12 or first == second:
        day_first = first > 12
    elif day_first is None and parts["sep"] == ".":
        day_first = True
    elif day_first is None and len(parts["year"] or "") == 2:
        day_first = False
    if day_first is None:
        return None
    return (second, first) if day_first else (first, second)


def _year(digits: str) -> int:
    year = int("".join(_CHINESE_DIGITS.get(digit, digit) for digit in digits if digit != "十") or 0)
    if len(digits) == 2:
        year += 1900 if year >= 69 else 2000
    return year


def small_number(digits: str | None) -> int:
    """Return the value of one to three digits, Chinese ones (二十八) included; 0 for nothing."""
    if not digits:
        return 0
    tens, ten, units = digits.rpartition("十")
    if ten:
        return 10 * (small_number(tens) or 1) + small_number(units)
    return int("".join(_CHINESE_DIGITS.get(digit, digit) for digit in digits))


def _hour(hour: int, half: str) -> int:
    if half.startswith("p") or half in {"中午", "下午", "晚上", "晚间", "晚間"}:
        # 中午11点 is eleven in the morning.
        return hour + 12 if hour < (11 if half == "中午" else 12) else hour
    if half and hour == 12:
        return 0
    return hour


def _zone_minutes(zone: str | None) -> int | None:
    """Return how far a zone is ahead of UTC in minutes; None for one that cannot be."""
    if not zone:
        return 0
    offset = zone.lstrip("GMTUCgmtuc ").replace(":", "")
    if not offset or offset[0] not in "+-":
        return _ZONE_HOURS.get(zone.lower(), 0) * 60
    hours, minutes = int(offset[1:3]), int(offset[3:] or 0)
    ahead = hours * 60 + minutes
    if ahead > _WIDEST_ZONE_MINUTES:
        return None
    return -ahead if offset[0] == "-" else ahead


def _date(
    year: int, month: int, day: int, precision: Precision = Precision.DAY
) -> Published | None:
    try:
        return _within_bounds(datetime(year, month, day, tzinfo=UTC), precision)
    except ValueError:
        return None


def _minute(
    year: int, month: int, day: int, clock: tuple[int, int], zone: int | None
) -> Published | None:
    if zone is None:
        return None
    try:
        at = datetime(year, month, day, *clock, tzinfo=UTC) - timedelta(minutes=zone)
    except (ValueError, OverflowError):
        return None
    return _within_bounds(at, Precision.MINUTE)


def _within_bounds(at: datetime, precision: Precision) -> Published | None:
    return Published(at, precision) if EARLIEST <= at < LATEST else None
