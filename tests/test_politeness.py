from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings import politeness
from briefings.politeness import LONGEST_S, SHORTEST_S
from tests.fakes.feedvalues import entry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = 3600, 86400
JITTER = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120),
        (" 7200 ", 7200),
        ("0", 60),
        ("-5", 60),
        ("86400", DAY),
        ("86401", DAY),
        ("999999999999", DAY),
        ("9" * 500, DAY),
        ("Mon, 02 Mar 2026 09:10:00 GMT", 600),
        ("Mon, 02 Mar 2026 12:10:00 +0300", 600),
        ("Sun, 01 Mar 2026 09:00:00 GMT", 60),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("soon", None),
        ("", None),
        ("1e3", None),
        ("１２０", None),
        ("Thu, 99 Foo 2026", None),
    ],
)
def test_retry_after_takes_seconds_or_a_date_and_is_clamped(
    value: str, expected: int | None
) -> None:
    assert politeness.retry_after_s({"retry-after": value}, NOW) == expected


def test_no_retry_after() -> None:
    assert politeness.retry_after_s({}, NOW) is None


@given(st.text(max_size=60))
def test_any_retry_after_is_a_wait_between_a_minute_and_a_day_or_none(value: str) -> None:
    wait = politeness.retry_after_s({"retry-after": value}, NOW)
    assert wait is None or 60 <= wait <= DAY


@given(st.integers(-(10**10), 10**10))
def test_a_date_and_its_seconds_ask_for_the_same_wait(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert politeness.retry_after_s({"retry-after": date}, NOW) == politeness.retry_after_s(
        {"retry-after": str(seconds)}, NOW
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "max-age=7200"}, 2 * HOUR),
        ({"cache-control": "public, MAX-AGE = 600, must-revalidate"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "s-maxage=7200"}, 0),
        ({"cache-control": "max-age=31536000, immutable"}, DAY),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=-1"}, 0),
        ({"expires": "Mon, 02 Mar 2026 11:00:00 GMT"}, 2 * HOUR),
        (
            {
                "expires": "Mon, 02 Mar 2026 11:00:00 GMT",
                "date": "Mon, 02 Mar 2026 10:00:00 GMT",
            },
            HOUR,
        ),
        ({"expires": "Mon, 02 Mar 2026 11:00:00 GMT", "cache-control": "max-age=60"}, 60),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({}, 0),
    ],
)
def test_freshness(headers: dict[str, str], expected: int) -> None:
    assert politeness.freshness_s(headers, NOW) == expected


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_headers_keep_an_answer_fresh_for_a_day_at_most(control: str, expires: str) -> None:
    headers = {"cache-control": control, "expires": expires, "date": expires}
    assert 0 <= politeness.freshness_s(headers, NOW) <= DAY


@pytest.mark.parametrize(
    ("gap", "ttl", "expected"),
    [
        (timedelta(hours=5), None, 5 * HOUR),
        (timedelta(minutes=2), None, SHORTEST_S),
        (timedelta(days=9), None, LONGEST_S),
        (timedelta(minutes=2), 300, 300),
        (timedelta(minutes=2), 2 * HOUR, 2 * HOUR),
        (timedelta(minutes=2), 90 * DAY, LONGEST_S),
        (timedelta(0), None, HOUR),
    ],
)
def test_the_first_interval_is_the_mean_gap_between_entries(
    gap: timedelta, ttl: int | None, expected: int
) -> None:
    entries = [entry(str(n), published=NOW - n * gap) for n in range(10)]
    assert politeness.first_interval_s(entries, ttl) == expected


def test_a_feed_without_dates_starts_at_an_hour() -> None:
    assert politeness.first_interval_s([entry("a"), entry("b")], None) == HOUR


@pytest.mark.parametrize(
    ("interval", "new", "quiet", "ttl", "expected"),
    [
        (4 * HOUR, 1, 4 * HOUR, None, 4 * HOUR),  # just as expected: stays
        (4 * HOUR, 4, 4 * HOUR, None, 2 * HOUR),  # one an hour: half way there
        (HOUR, 1, 16 * HOUR, None, 4 * HOUR),
        (HOUR, 100, HOUR, None, SHORTEST_S),
        (HOUR, 100, HOUR, 600, 600),
        (HOUR, 100, HOUR, 3 * HOUR, 3 * HOUR),
        (HOUR, 0, 5 * HOUR, None, HOUR),
        (HOUR, 0, 50 * HOUR, None, 5 * HOUR),
        (HOUR, 0, 90 * DAY, None, LONGEST_S),
        (HOUR, 0, 5 * HOUR, 2 * HOUR, 2 * HOUR),
    ],
)
def test_the_interval_follows_the_feed(
    interval: int, new: int, quiet: float, ttl: int | None, expected: int
) -> None:
    assert politeness.next_interval_s(interval, new=new, quiet_s=quiet, ttl_s=ttl) == expected


@given(st.integers(SHORTEST_S, LONGEST_S), st.integers(0, 500), st.floats(0, 1e9), st.none())
def test_an_interval_without_hint_stays_within_its_bounds(
    interval: int, new: int, quiet: float, ttl: None
) -> None:
    following = politeness.next_interval_s(interval, new=new, quiet_s=quiet, ttl_s=ttl)
    assert SHORTEST_S <= following <= LONGEST_S


@given(
    interval=st.integers(60, LONGEST_S),
    new=st.integers(0, 500),
    quiet=st.floats(0, 1e9),
    ttl=st.integers(-10, 10**9),
)
def test_a_hint_is_obeyed_up_to_a_day(interval: int, new: int, quiet: float, ttl: int) -> None:
    following = politeness.next_interval_s(interval, new=new, quiet_s=quiet, ttl_s=ttl)
    assert min(max(ttl, 60), LONGEST_S) <= following <= LONGEST_S


@given(st.integers(SHORTEST_S, LONGEST_S), JITTER, st.integers(0, LONGEST_S))
def test_the_next_check_is_spread_but_crosses_no_bound(
    interval: int, jitter: float, fresh: int
) -> None:
    at = politeness.next_check(NOW, interval, jitter=jitter, fresh_s=fresh)
    wait = (at - NOW).total_seconds()
    assert SHORTEST_S <= wait <= LONGEST_S
    assert wait >= fresh
    if not fresh:
        assert abs(wait - interval) <= interval * 0.1 + 1e-3


@given(st.integers(1, 400), st.integers(60, LONGEST_S), JITTER)
def test_errors_back_off_to_a_day(failures: int, interval: int, jitter: float) -> None:
    at = politeness.next_try(NOW, interval, failures=failures, retry_after=None, jitter=jitter)
    wait = (at - NOW).total_seconds()
    assert wait <= LONGEST_S
    assert wait >= min(interval * 2 ** min(failures, 12), LONGEST_S) * 0.9 - 1e-3


@given(st.integers(1, 40), st.integers(60, DAY), JITTER)
def test_nobody_returns_before_the_time_the_server_asked_for(
    failures: int, retry_after: int, jitter: float
) -> None:
    at = politeness.next_try(NOW, HOUR, failures=failures, retry_after=retry_after, jitter=jitter)
    assert retry_after <= (at - NOW).total_seconds() <= DAY


def test_a_server_that_goes_on_failing_after_its_own_date_is_left_alone_for_longer() -> None:
    def wait(failures: int) -> timedelta:
        return politeness.next_try(NOW, HOUR, failures=failures, retry_after=120, jitter=0) - NOW

    assert wait(1) == timedelta(minutes=2)
    assert wait(2) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((), (), NOW),
        ((8,), (1,), NOW),
        ((9,), (), NOW + timedelta(hours=1)),
        ((9, 10, 11), (), NOW + timedelta(hours=3)),
        ((), (0,), datetime(2026, 3, 3, 0, 0, tzinfo=UTC)),
        ((0, 1), (0,), datetime(2026, 3, 3, 2, 0, tzinfo=UTC)),
        (tuple(range(24)), (), NOW + timedelta(days=1)),
        ((), (0, 1, 2), NOW + timedelta(days=1)),
    ],
)
def test_skipped_hours_and_days_are_left_out_for_a_day_at_most(
    hours: tuple[int, ...], days: tuple[int, ...], expected: datetime
) -> None:
    hour_bits, day_bits = sum(1 << hour for hour in hours), sum(1 << day for day in days)
    assert politeness.outside(NOW, hour_bits, day_bits) == expected
