"""How often a publisher wants its feed asked for, read from the head of the document.

Read from the text rather than from a parser: feedparser keeps only the last of several
`<hour>` elements, and both ways of parsing must agree.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DAY_S = 86_400
LONGEST_TTL_S = 30 * DAY_S

_HEAD = 65_536
_FIRST_ENTRY = re.compile(r"<(?:item|entry)[\s>]")
_TTL = re.compile(r"<ttl>\s*(\d{1,7})\s*</ttl>")
_PERIOD = re.compile(r"<\w{1,20}:updatePeriod>\s*(\w{1,10})\s*</")
_FREQUENCY = re.compile(r"<\w{1,20}:updateFrequency>\s*(\d{1,4})\s*</")
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL)
_SKIP_DAYS = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>")
_DAY = re.compile(r"<day>\s*(\w{6,9})\s*</day>")

_PERIODS_S = {
    "hourly": 3600,
    "daily": DAY_S,
    "weekly": 7 * DAY_S,
    "monthly": 30 * DAY_S,
    "yearly": 365 * DAY_S,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Hints(NamedTuple):
    """RSS 2.0's ttl, skipHours (UTC) and skipDays (0 = Monday), or the syndication module's."""

    ttl_s: int | None
    skip_hours: tuple[int, ...]
    skip_days: tuple[int, ...]


def polling_hints(text: str) -> Hints:
    """The hints before the first entry; where there are two kinds the longer wait counts.

    A list that would skip every hour or every day says nothing and is dropped.
    """
    head = text[:_HEAD]
    if (entry := _FIRST_ENTRY.search(head)) is not None:
        head = head[: entry.start()]
    waits = [int(ttl[1]) * 60 for ttl in _TTL.finditer(head)]
    if (period := _PERIOD.search(head)) is not None:
        frequency = _FREQUENCY.search(head)
        times = max(1, int(frequency[1])) if frequency else 1
        waits.append(_PERIODS_S.get(period[1].lower(), 0) // times)
    ttl_s = min(max(waits, default=0), LONGEST_TTL_S) or None
    hours = {int(h) % 24 for part in _SKIP_HOURS.findall(head) for h in _HOUR.findall(part)}
    named = {d.lower() for part in _SKIP_DAYS.findall(head) for d in _DAY.findall(part)}
    days = {_DAYS.index(day) for day in named if day in _DAYS}
    return Hints(
        ttl_s,
        tuple(sorted(hours)) if len(hours) < 24 else (),
        tuple(sorted(days)) if len(days) < 7 else (),
    )
