"""Every zone of the tz database, 2000 to 2035: each local date once, whatever its clocks do.

`make test` looks about every change of the clocks and at days between; every single day is
counted with INTELBRIEF_ALL_SLOTS=1 (a few minutes), which prints how many zones and slots it saw.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from briefings.schedule import next_slot
from briefings.subscriptions import Frequency, Schedule, Slot
from tests.fakes.timeline import DAY, HOUR, Timeline, instant, wall_name

FIRST_YEAR, LAST_YEAR = 2000, 2035
ZONES = sorted(available_timezones())
WALLS = (
    time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(12), time(23, 59)
)  # fmt: skip
SHARES = 2


@dataclass
class Seen:
    slots: int = 0
    changes: int = 0
    skipped: int = 0


def seconds(at: time) -> int:
    return at.hour * HOUR + at.minute * 60


def expected_slots(timeline: Timeline, days: Sequence[int], at: time) -> list[Slot]:
    """What the timeline says of a daily schedule on some dates."""
    return [
        Slot(wall_name(day * DAY + seconds(at)), instant(due))
        for day in days
        if (due := timeline.due(day, seconds(at))) is not None
    ]


def steps(schedule: Schedule, slot: Slot, count: int) -> Iterator[Slot]:
    """The slots as the desk comes upon them, each asked for when the one before was due."""
    for _ in range(count):
        yield slot
        slot = next_slot(schedule, after=slot.due, last_wall=slot.wall)


def check(schedule: Schedule, expected: list[Slot]) -> None:
    first = next_slot(schedule, after=instant(int(expected[0].due.timestamp()) - 1))
    assert list(steps(schedule, first, len(expected))) == expected, schedule
    dues = [slot.due for slot in expected]
    assert all(a < b for a, b in pairwise(dues)), schedule


def about_changes(zones: Sequence[str]) -> Seen:
    """The days about each change of the clocks, and some more; of one clock's many names once."""
    seen, chance = Seen(), random.Random(7)
    known: set[tuple[int, ...]] = set()
    for key in zones:
        timeline = Timeline(key, FIRST_YEAR - 1, LAST_YEAR, step=3 * DAY)
        middles = {chance.randrange(10_957, 24_000) for _ in range(4)}
        if (clock := (*timeline.starts, *timeline.offsets)) not in known:
            known.add(clock)
            middles |= {start // DAY for start in timeline.starts[1:]}
            seen.changes += len(timeline.starts) - 1
            check_hours(timeline, key)
        for middle in middles:
            days = range(middle - 1, middle + 2)
            for at in WALLS:
                expected = expected_slots(timeline, days, at)
                seen.slots += len(expected)
                seen.skipped += len(days) - len(expected)
                check(Schedule(Frequency.DAILY, at, key), expected)
    return seen


def check_hours(timeline: Timeline, key: str) -> None:
    """Hourly slots are the wall times that exist."""
    for number, start in enumerate(timeline.starts[1:]):
        minute = number % 4 * 15
        around = (start + timeline.offsets[number]) // HOUR * HOUR + minute * 60
        expected = [
            Slot(wall_name(wall), instant(due))
            for wall in range(around - 2 * HOUR, around + 4 * HOUR, HOUR)
            if (due := timeline.first_showing(wall)) is not None
        ]
        check(Schedule(Frequency.HOURLY, time(0, minute), key), expected)


@pytest.mark.parametrize("share", range(SHARES))
def test_slots_about_every_change_of_the_clocks(share: int) -> None:
    """A daily schedule has one on each local date, an hourly one at each wall hour that exists."""
    seen = about_changes(ZONES[share::SHARES])
    assert seen.slots > 8 * 3 * 4 * len(ZONES) / SHARES
    assert seen.changes > 1000


def test_a_date_without_a_slot_is_one_the_zone_left_out() -> None:
    skipping = ["Pacific/Apia", "Pacific/Fakaofo"]
    assert about_changes(skipping).skipped == len(skipping) * len(WALLS)


def test_the_timeline_is_what_a_clock_shows_minute_by_minute() -> None:
    """The oracle itself, against clocks watched every minute of a change: forward, back, a day."""
    for key in ("Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"):
        timeline = Timeline(key, 2017, 2019)
        for change in timeline.starts[1:]:
            watched = range(change - 5 * HOUR, change + 5 * HOUR, 60)
            shown: dict[str, int] = {}
            for moment in watched:
                clock = instant(moment).astimezone(ZoneInfo(key))
                shown.setdefault(clock.strftime("%Y-%m-%dT%H:%M"), moment)
            local = change + timeline.offsets[0]
            for wall in range(local - 2 * HOUR, local + 2 * HOUR, 60):
                assert timeline.first_showing(wall) == shown.get(wall_name(wall)), (key, wall)
    apia = Timeline("Pacific/Apia", 2011, 2012)
    assert [apia.has_date(15_336 + n) for n in range(4)] == [True, True, False, True]


def every_day(key: str) -> Seen:
    """Every date of every year for each wall time; changes are looked for every hour."""
    timeline = Timeline(key, FIRST_YEAR - 1, LAST_YEAR, step=HOUR)
    seen = Seen(changes=len(timeline.starts) - 1)
    days = range(10_957, 24_106)  # 2000-01-01 to 2035-12-31
    for at in WALLS:
        expected = expected_slots(timeline, days, at)
        check(Schedule(Frequency.DAILY, at, key), expected)
        seen.slots += len(expected)
        seen.skipped += len(days) - len(expected)
    return seen


@pytest.mark.skipif("INTELBRIEF_ALL_SLOTS" not in os.environ, reason="takes minutes")
def test_every_slot_of_every_zone(capsys: pytest.CaptureFixture[str]) -> None:
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(every_day, ZONES, chunksize=5))
    slots, skipped = sum(seen.slots for seen in found), sum(seen.skipped for seen in found)
    with capsys.disabled():
        print(  # noqa: T201 - the count is what the run is for
            f"\n{len(ZONES)} zones, {sum(seen.changes for seen in found):,} changes of their "
            f"clocks, {slots:,} slots of {FIRST_YEAR}-{LAST_YEAR} checked; {skipped} skipped dates"
        )
    assert slots + skipped == len(ZONES) * len(WALLS) * 13_149
