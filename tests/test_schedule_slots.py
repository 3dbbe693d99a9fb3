"""When digests are due: the rows T and C of the fault matrix, and any schedule on any clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefings.schedule import Run, due_run, next_slot, slot_at
from briefings.subscriptions import Frequency, Schedule, Slot
from tests.fakes.timeline import DAY, HOUR, Timeline, day_number, instant, wall_name

DAILY, HOURLY = Frequency.DAILY, Frequency.HOURLY
WEEKDAYS, WEEKLY, MONTHLY = Frequency.WEEKDAYS, Frequency.WEEKLY, Frequency.MONTHLY


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot(wall: str, due: str) -> Slot:
    return Slot(wall, utc(due))


def daily(at: str, zone: str = "Europe/Berlin") -> Schedule:
    return Schedule(DAILY, time.fromisoformat(at), zone)


def coming(schedule: Schedule, after: str, count: int) -> list[Slot]:
    """The next slots, each asked for when the one before was due."""
    found = [next_slot(schedule, after=utc(after))]
    while len(found) < count:
        found.append(next_slot(schedule, after=found[-1].due, last_wall=found[-1].wall))
    return found


@pytest.mark.parametrize(
    ("at", "zone", "after", "slots"),
    [
        ("02:30", "Europe/Berlin", "2026-03-28T00:00", [
            slot("2026-03-28T02:30", "2026-03-28T01:30"),
            slot("2026-03-29T02:30", "2026-03-29T01:00"),
            slot("2026-03-30T02:30", "2026-03-30T00:30"),
        ]),
        ("03:00", "Europe/Berlin", "2026-03-28T12:00", [
            slot("2026-03-29T03:00", "2026-03-29T01:00"),
        ]),
        ("00:00", "America/Sao_Paulo", "2018-11-03T00:00", [
            slot("2018-11-03T00:00", "2018-11-03T03:00"),
            slot("2018-11-04T00:00", "2018-11-04T03:00"),
            slot("2018-11-05T00:00", "2018-11-05T02:00"),
        ]),
        ("00:59", "America/Sao_Paulo", "2018-11-03T12:00", [
            slot("2018-11-04T00:59", "2018-11-04T03:00"),
        ]),
        ("02:00", "Australia/Lord_Howe", "2026-10-02T20:00", [
            slot("2026-10-04T02:00", "2026-10-03T15:30"),
            slot("2026-10-05T02:00", "2026-10-04T15:00"),
        ]),
        ("02:29", "Australia/Lord_Howe", "2026-10-02T20:00", [
            slot("2026-10-04T02:29", "2026-10-03T15:30"),
        ]),
    ],
)  # fmt: skip
def test_t1_in_the_gap_of_spring_a_slot_is_due_right_after_it(
    at: str, zone: str, after: str, slots: list[Slot]
) -> None:
    assert coming(daily(at, zone), after, len(slots)) == slots


@pytest.mark.parametrize(
    ("at", "zone", "after", "slots"),
    [
        ("02:30", "Europe/Berlin", "2026-10-24T12:00", [
            slot("2026-10-25T02:30", "2026-10-25T00:30"),
            slot("2026-10-26T02:30", "2026-10-26T01:30"),
        ]),
        ("01:30", "America/New_York", "2026-10-31T12:00", [
            slot("2026-11-01T01:30", "2026-11-01T05:30"),
            slot("2026-11-02T01:30", "2026-11-02T06:30"),
        ]),
        ("02:30", "Africa/Casablanca", "2025-02-22T12:00", [
            slot("2025-02-23T02:30", "2025-02-23T01:30"),
            slot("2025-02-24T02:30", "2025-02-24T02:30"),
        ]),
        ("23:30", "America/Sao_Paulo", "2018-02-17T12:00", [
            slot("2018-02-17T23:30", "2018-02-18T01:30"),
            slot("2018-02-18T23:30", "2018-02-19T02:30"),
        ]),
    ],
)  # fmt: skip
def test_t2_in_the_fold_of_autumn_a_slot_is_due_the_first_time_round(
    at: str, zone: str, after: str, slots: list[Slot]
) -> None:
    assert coming(daily(at, zone), after, len(slots)) == slots
    assert next_slot(daily(at, zone), after=slots[0].due + timedelta(minutes=45)) == slots[1]


def test_t3_a_date_the_zone_leaves_out_has_no_slot() -> None:
    apia = "Pacific/Apia"
    assert [s.wall for s in coming(daily("09:00", apia), "2011-12-28T20:00", 3)] == [
        "2011-12-29T09:00", "2011-12-31T09:00", "2012-01-01T09:00",
    ]  # fmt: skip
    assert [s.due for s in coming(daily("00:00", apia), "2011-12-29T00:00", 2)] == [
        utc("2011-12-29T10:00"),
        utc("2011-12-30T10:00"),
    ]
    fridays = Schedule(WEEKLY, time(9), apia, 4)
    assert [s.wall for s in coming(fridays, "2011-12-20T00:00", 2)] == [
        "2011-12-23T09:00",
        "2012-01-06T09:00",
    ]
    hours = coming(Schedule(HOURLY, time(0), apia), "2011-12-30T08:30", 3)
    assert [s.wall for s in hours] == ["2011-12-29T23:00", "2011-12-31T00:00", "2011-12-31T01:00"]


@pytest.mark.parametrize("hours", [-1, -72, 1, 72])
def test_t4_a_clock_that_steps_repeats_no_slot(hours: int) -> None:
    ran = slot("2026-03-10T09:00", "2026-03-10T08:00")
    stepped = ran.due + timedelta(hours=hours)
    following = next_slot(daily("09:00"), after=stepped, last_wall=ran.wall)
    assert following.wall == ("2026-03-14T09:00" if hours == 72 else "2026-03-11T09:00")


def test_t4_after_a_clock_came_back_from_the_future_its_slots_are_not_due_again() -> None:
    planned_ahead = "2026-03-13T09:00"
    now = utc("2026-03-10T12:00")
    assert next_slot(daily("09:00"), after=now, last_wall=planned_ahead).wall == "2026-03-14T09:00"


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Dublin"]
)
def test_t4_a_clock_may_show_anything(frequency: Frequency, zone: str) -> None:
    schedule = Schedule(frequency, time(23, 59), zone, 3)
    usual = next_slot(schedule, after=utc("2026-03-10T12:00"))
    for now in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        for last_wall in ("", "0001-01-01T00:00", "9999-12-31T23:59"):
            assert next_slot(schedule, after=now, last_wall=last_wall).wall
        assert due_run(schedule, usual, now).next.wall
    assert due_run(schedule, usual, utc("2026-03-01T00:00")) == Run(None, False, (), usual)


def test_t5_a_digest_moved_within_its_day_runs_once_on_it() -> None:
    ran = "2026-03-10T09:00"
    half_past_nine = utc("2026-03-10T08:30")
    later = next_slot(daily("10:00"), after=half_past_nine, last_wall=ran)
    assert later == slot("2026-03-11T10:00", "2026-03-11T09:00")
    half_past_eight = utc("2026-03-10T07:30")
    earlier = next_slot(daily("08:00"), after=half_past_eight, last_wall="2026-03-09T09:00")
    assert earlier == slot("2026-03-11T08:00", "2026-03-11T07:00")
    other_zone = next_slot(daily("10:00", "America/New_York"), after=half_past_nine, last_wall=ran)
    assert other_zone.wall == "2026-03-11T10:00"


def test_t5_an_hourly_digest_moved_within_its_hour_runs_once_in_it() -> None:
    half_past = Schedule(HOURLY, time(0, 30), "UTC")
    moved = next_slot(half_past, after=utc("2026-03-10T09:10"), last_wall="2026-03-10T09:00")
    assert moved.wall == "2026-03-10T10:30"


def test_t6_a_slot_follows_the_rules_its_zone_has_now() -> None:
    """The stored due time came from rules that have changed since; here, from another zone's."""
    stored = next_slot(daily("09:00", "Asia/Kolkata"), after=utc("2026-03-10T12:00"))
    assert slot_at(daily("09:00", "Asia/Shanghai"), stored.wall) == slot(
        "2026-03-11T09:00", "2026-03-11T01:00"
    )
    gone = slot_at(daily("09:00", "Pacific/Apia"), "2011-12-30T09:00")
    assert gone == slot("2011-12-31T09:00", "2011-12-30T19:00")
    hour = slot_at(Schedule(HOURLY, time(0, 30), "Europe/Berlin"), "2026-03-29T02:30")
    assert hour == slot("2026-03-29T03:30", "2026-03-29T01:30")


def test_c1_three_days_off_is_one_late_digest() -> None:
    first = slot("2026-03-09T09:00", "2026-03-09T08:00")
    assert due_run(daily("09:00"), first, utc("2026-03-12T07:00")) == Run(
        slot=slot("2026-03-11T09:00", "2026-03-11T08:00"),
        late=True,
        skipped=(first, slot("2026-03-10T09:00", "2026-03-10T08:00")),
        next=slot("2026-03-12T09:00", "2026-03-12T08:00"),
    )


def test_c2_three_days_of_hours_off_are_one_late_digest() -> None:
    hourly = Schedule(HOURLY, time(0, 15), "UTC")
    first = slot("2026-03-09T09:15", "2026-03-09T09:15")
    run = due_run(hourly, first, utc("2026-03-12T09:00"))
    assert run.slot == slot("2026-03-12T08:15", "2026-03-12T08:15")
    assert run.late
    assert (len(run.skipped), run.skipped[0]) == (71, first)
    assert run.skipped[-1].wall == "2026-03-12T07:15"
    assert run.next.wall == "2026-03-12T09:15"


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (10, False), (10.1, True), (60, True)])
def test_c3_ten_minutes_are_not_late(minutes: float, late: bool) -> None:
    first = slot("2026-03-09T09:00", "2026-03-09T08:00")
    run = due_run(daily("09:00"), first, first.due + timedelta(minutes=minutes))
    assert run == Run(first, late, (), slot("2026-03-10T09:00", "2026-03-10T08:00"))


def test_c4_what_is_older_than_a_week_is_skipped() -> None:
    monthly = Schedule(MONTHLY, time(9), "UTC", 1)
    first, second = slot("2026-03-01T09:00", "2026-03-01T09:00"), utc("2026-04-01T09:00")
    run = due_run(monthly, first, second + timedelta(days=7))
    assert (run.slot, run.late, run.skipped) == (Slot("2026-04-01T09:00", second), True, (first,))
    run = due_run(monthly, first, second + timedelta(days=7, seconds=1))
    assert (run.slot, run.late) == (None, False)
    assert run.skipped == (first, Slot("2026-04-01T09:00", second))
    assert run.next.wall == "2026-05-01T09:00"
    brief = due_run(monthly, first, first.due + timedelta(hours=2), max_catch_up=timedelta(hours=1))
    assert (brief.slot, brief.skipped) == (None, (first,))


@pytest.mark.parametrize(
    ("schedule", "years", "skipped"),
    [
        (Schedule(HOURLY, time(0), "Europe/Berlin"), 1, 1000),
        (Schedule(HOURLY, time(0), "Europe/Berlin"), 100, 1000),
        (Schedule(DAILY, time(2, 30), "Europe/Berlin"), 30, 1000),
        (Schedule(WEEKDAYS, time(9), "Europe/Berlin"), 30, 1000),
        (Schedule(WEEKLY, time(9), "Europe/Berlin", 6), 30, 1000),
        (Schedule(MONTHLY, time(9), "Europe/Berlin", 31), 100, 1000),
        (Schedule(MONTHLY, time(9), "Europe/Berlin", 31), 2, 23),
    ],
)
def test_of_a_long_outage_the_newest_thousand_slots_are_named(
    schedule: Schedule, years: int, skipped: int
) -> None:
    first = next_slot(schedule, after=utc("2000-01-01T12:00"))
    now = first.due + timedelta(days=365.25 * years)
    run = due_run(schedule, first, now, max_catch_up=timedelta(days=31))
    assert run.slot is not None
    assert len(run.skipped) == skipped
    missed = [*run.skipped, run.slot, run.next]
    for one, other in pairwise(missed):
        assert next_slot(schedule, after=one.due, last_wall=one.wall) == other
    assert run.slot.due <= now < run.next.due
    too_old = due_run(schedule, first, now, max_catch_up=timedelta(seconds=-1))
    assert too_old.slot is None
    assert too_old.skipped == tuple(missed[:-1])[-1000:]


@pytest.mark.parametrize(
    ("day", "after", "walls"),
    [
        (31, "2026-01-30", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (30, "2028-01-30", ["2028-02-29", "2028-03-30"]),
        (29, "2027-01-30", ["2027-02-28", "2027-03-29"]),
        (1, "2026-11-15", ["2026-12-01", "2027-01-01"]),
    ],
)
def test_a_monthly_day_a_month_lacks_is_its_last(day: int, after: str, walls: list[str]) -> None:
    monthly = Schedule(MONTHLY, time(9), "Asia/Shanghai", day)
    slots = coming(monthly, f"{after}T12:00", len(walls))
    assert [s.wall for s in slots] == [f"{wall}T09:00" for wall in walls]


def test_weekdays_are_monday_to_friday() -> None:
    slots = coming(Schedule(WEEKDAYS, time(9), "Asia/Shanghai"), "2026-03-12T12:00", 3)
    assert [s.wall[:10] for s in slots] == ["2026-03-13", "2026-03-16", "2026-03-17"]


ZONES = (
    "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Shanghai",
    "Africa/Casablanca", "Antarctica/Troll", "America/St_Johns", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
timeline = lru_cache(lambda zone: Timeline(zone, 1994, 2036))


def is_on(schedule: Schedule, day: date) -> bool:
    match schedule.frequency:
        case Frequency.WEEKDAYS:
            return day.isoweekday() not in (6, 7)
        case Frequency.WEEKLY:
            return day.isoweekday() == schedule.day + 1
        case Frequency.MONTHLY:
            is_last = (day + timedelta(days=1)).day == 1
            return day.day == schedule.day or (is_last and day.day < schedule.day)
    return True


def all_slots(schedule: Schedule, first: date) -> Iterator[Slot]:
    """The slots from a date on, by a calendar read day by day and clocks read from UTC."""
    clocks, day = timeline(schedule.zone), day_number(first)
    minute = schedule.at.minute * 60
    while True:
        if schedule.frequency is Frequency.HOURLY:
            for wall in range(day * DAY + minute, (day + 1) * DAY, HOUR):
                if (due := clocks.first_showing(wall)) is not None:
                    yield Slot(wall_name(wall), instant(due))
        elif is_on(schedule, date(1970, 1, 1) + timedelta(days=day)):
            seconds = schedule.at.hour * HOUR + minute
            if (due := clocks.due(day, seconds)) is not None:
                yield Slot(wall_name(day * DAY + seconds), instant(due))
        day += 1


schedules = st.builds(
    lambda frequency, at, zone, day: Schedule(
        frequency, at, zone, {WEEKLY: day % 7, MONTHLY: day}.get(frequency, 0)
    ),
    st.sampled_from(Frequency),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
    st.integers(1, 31),
)
moments = st.datetimes(datetime(1995, 3, 1), datetime(2034, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
near_changes = st.tuples(st.sampled_from(ZONES), st.integers(0, 200), st.integers(-30, 30)).map(
    lambda drawn: instant(
        (starts := timeline(drawn[0]).starts[3:-4] or [10**9])[drawn[1] % len(starts)]
        + drawn[2] * HOUR
    )
)


@settings(deadline=None, max_examples=300)
@given(schedules, st.one_of(moments, near_changes), st.integers(-3, 40))
@example(Schedule(MONTHLY, time(0), "Pacific/Apia", 30), utc("2011-12-15T00:00"), 0)
@example(Schedule(DAILY, time(3, 1, fold=1), "Pacific/Apia"), utc("2012-03-31T12:30"), 0)
def test_the_next_slot_is_the_first_of_the_calendar_that_is_later(
    schedule: Schedule, after: datetime, last: int
) -> None:
    """With a last slot up to three slots ago, or as far as 40 days ahead of the clock."""
    last_wall = (after + timedelta(days=last)).strftime("%Y-%m-%dT%H:%M") if last else ""
    unit = 13 if schedule.frequency is HOURLY else 10
    expected = next(
        found
        for found in all_slots(schedule, after.date() - timedelta(days=2))
        if found.due > after and found.wall[:unit] > last_wall[:unit]
    )
    assert next_slot(schedule, after=after, last_wall=last_wall) == expected
    assert slot_at(schedule, expected.wall) == expected


@settings(deadline=None, max_examples=150)
@given(schedules, st.one_of(moments, near_changes), st.timedeltas(timedelta(0), timedelta(days=45)))
def test_a_run_and_what_it_skips_are_all_that_was_missed(
    schedule: Schedule, after: datetime, outage: timedelta
) -> None:
    first = next_slot(schedule, after=after)
    now = first.due + outage
    missed, following = [], first
    for found in all_slots(schedule, first.due.date() - timedelta(days=2)):
        if found.wall >= first.wall:
            following = found
            if found.due > now:
                break
            missed.append(found)
    run = due_run(schedule, first, now)
    assert run.next == following
    assert (*run.skipped, *([run.slot] if run.slot else [])) == tuple(missed)[
        -1000 - bool(run.slot) :
    ]
    assert (run.slot is None) == (now - missed[-1].due > timedelta(days=7))
    assert run.late == (timedelta(minutes=10) < now - missed[-1].due <= timedelta(days=7))
