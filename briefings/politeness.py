"""When a feed may be asked again: pure arithmetic on seconds, headers and instants.

The rule, for a feed that answers:

- it starts at one question an hour;
- the first reading sets the interval to the mean gap between the entries the feed carries;
- later, new entries move the interval half way (geometric mean) to the mean gap observed since
  the last new one, and silence stretches it to a tenth of the time the feed has been quiet, so
  that asking less often never adds more than a tenth to the age of what comes at last;
- it stays between 15 minutes and 24 hours; the publisher's own hint (ttl, sy:updatePeriod) is
  obeyed from 1 minute to 24 hours, and is the only way below 15 minutes;
- Cache-Control max-age or Expires, skipHours and skipDays postpone a question by up to 24 hours;
- every wait is spread by 10 % either way, never across one of these bounds.

For a feed that fails: twice the interval, four times, and so on up to 24 hours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from briefings.model import ParsedEntry

DEFAULT_S = 60 * 60
SHORTEST_S = 15 * 60
LONGEST_S = 24 * 60 * 60
HINT_SHORTEST_S = 60
"""The least a publisher can ask for, by ttl or Retry-After."""

_SPREAD = 0.1
_QUIET_SHARE = 0.1
_WHOLE_SECONDS = re.compile(r"[+-]?[0-9]+")
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?([0-9]+)", re.ASCII | re.IGNORECASE)
_NOT_FRESH = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.ASCII | re.IGNORECASE)


def retry_after_s(headers: Mapping[str, str], now: datetime) -> int | None:
    """How long the server asks to be left alone, clamped to [60 s, 24 h] (RFC 9110, 10.2.3).

    Takes seconds or an HTTP date; None when the header is absent or says neither.
    """
    value = headers.get("retry-after", "").strip()
    if _WHOLE_SECONDS.fullmatch(value):
        seconds = float(value)
    elif (date := _http_date(value)) is not None:
        seconds = (date - now).total_seconds()
    else:
        return None
    return _clamp(seconds, HINT_SHORTEST_S, LONGEST_S)


def freshness_s(headers: Mapping[str, str], now: datetime) -> int:
    """How long the answer stays fresh by its own headers, 0 to 24 h (RFC 9111, 4.2.1)."""
    control = headers.get("cache-control", "")
    if _NOT_FRESH.search(control):
        return 0
    if (age := _MAX_AGE.search(control)) is not None:
        return _clamp(float(age[1]), 0, LONGEST_S)
    if (expires := _http_date(headers.get("expires", ""))) is None:
        return 0
    sent = _http_date(headers.get("date", "")) or now
    return _clamp((expires - sent).total_seconds(), 0, LONGEST_S)


def first_interval_s(entries: Sequence[ParsedEntry], ttl_s: int | None) -> int:
    """The interval for a feed read for the first time, from the dates of its entries."""
    dates = [entry.published.at for entry in entries if entry.published is not None]
    if len(dates) < 2 or (span := (max(dates) - min(dates)).total_seconds()) <= 0:
        return _bounded(DEFAULT_S, ttl_s)
    return _bounded(span / (len(dates) - 1), ttl_s)


def next_interval_s(
    interval_s: int, *, new: int = 0, quiet_s: float, ttl_s: int | None = None
) -> int:
    """The interval of a feed whose last `quiet_s` seconds ended in `new` entries, or in none.

    `ttl_s` is None too when the answer did not repeat the hint (not modified): such an interval
    never gets shorter, so that what the hint made of it holds.
    """
    if new:
        return _bounded(math.sqrt(interval_s * max(quiet_s, 1.0) / new), ttl_s)
    stretched = max(interval_s, quiet_s * _QUIET_SHARE)
    return _clamp(stretched if ttl_s is None else max(stretched, ttl_s), 0, LONGEST_S)


def next_check(now: datetime, interval_s: int, *, jitter: float, fresh_s: int = 0) -> datetime:
    """When to ask again a feed that answered. `jitter` is a random number from -1 to 1."""
    spread = interval_s * (1 + _SPREAD * jitter)
    postponed = fresh_s * (1 + _SPREAD * abs(jitter))
    wait = min(max(spread, postponed, min(interval_s, SHORTEST_S)), LONGEST_S)
    return now + timedelta(seconds=wait)


def outside(at: datetime, skip_hours: int, skip_days: int) -> datetime:
    """`at`, or as many hours later as it takes to be in no skipped hour or day (UTC), up to 24.

    Hours and days (0 = Monday) are given as bits, as in `FeedState`.
    Whole hours keep the minute, and with it the spread: nobody returns on the stroke of the hour.
    """
    latest = at + timedelta(seconds=LONGEST_S)
    while at < latest and (skip_hours >> at.hour | skip_days >> at.weekday()) & 1:
        at += timedelta(hours=1)
    return at


def next_try(
    now: datetime, interval_s: int, *, failures: int, retry_after: int | None, jitter: float
) -> datetime:
    """When to ask again a feed that failed `failures` times in a row (from 1).

    The first time the server's own Retry-After decides alone; when it fails again all the same,
    the doubled interval holds too.
    """
    backoff = min(LONGEST_S, interval_s * 2 ** min(failures, 12)) * (1 + _SPREAD * jitter)
    if retry_after is None:
        wait = backoff
    else:
        asked = retry_after * (1 + _SPREAD * abs(jitter))
        wait = asked if failures == 1 else max(asked, backoff)
    return now + timedelta(seconds=min(wait, LONGEST_S))


def _bounded(seconds: float, ttl_s: int | None) -> int:
    shortest = SHORTEST_S if ttl_s is None else _clamp(ttl_s, HINT_SHORTEST_S, LONGEST_S)
    return _clamp(seconds, shortest, LONGEST_S)


def _clamp(seconds: float, least: int, most: int) -> int:
    return int(min(max(seconds, least), most))


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    try:
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except OverflowError:  # year 1 or 9999 pushed over the edge by its zone
        return None
