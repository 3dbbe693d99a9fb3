"""When a digest is due, by the clocks of its zone. Pure.

A slot is named by its local wall time and happens once on its local date, whatever the clocks do:
in the gap of spring it is due at the first instant after it, in the fold of autumn the first time
round, and a date the zone leaves out has none. So due times go up with the names, strictly.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from briefings.subscriptions import Frequency, Schedule, Slot
from briefings.zones import zone_of

ON_TIME = timedelta(minutes=10)
LISTED = 1_000
"""Skipped slots a run names; the hours of a year nobody will read."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NONE = timedelta(0)
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)
"""A clock further off is taken to show these: near them there is no local time to count with."""
_LONGEST = {
    Frequency.HOURLY: _HOUR,
    Frequency.DAILY: _DAY,
    Frequency.WEEKDAYS: 1.4 * _DAY,
    Frequency.WEEKLY: 7 * _DAY,
    Frequency.MONTHLY: 31 * _DAY,
}
"""From one slot to the next, on average at most."""


@dataclass(frozen=True, slots=True)
class Run:
    """What to do about a subscription whose next slot is due.

    `slot` is the one to run, None when all are too old (or none is due yet); `late` says that it
    is more than ten minutes past its time. `skipped` are the other missed slots, oldest first, the
    newest thousand of them. `next` is the next slot in the future.
    """

    slot: Slot | None
    late: bool
    skipped: tuple[Slot, ...]
    next: Slot


def next_slot(schedule: Schedule, *, after: datetime, last_wall: str = "") -> Slot:
    """The first slot due later than `after` on a local date later than that of `last_wall`.

    So a digest that was moved within its day does not run twice on it. Of an hourly one only the
    local hour has to be later.
    """
    zone = zone_of(schedule.zone)
    after = min(max(after, _FIRST), _LAST)
    local = after.astimezone(zone).replace(tzinfo=None, fold=0)
    # Due times go up with wall times, so nothing before `local` can still be due.
    if schedule.frequency is Frequency.HOURLY:
        walls = _hours(schedule, max(local, _wall(last_wall) + _HOUR) if last_wall else local)
    else:
        day = local.date()
        walls = _days(schedule, max(day, _wall(last_wall).date() + _DAY) if last_wall else day)
    return next(
        Slot(wall.isoformat(timespec="minutes"), due)
        for wall in walls
        if (due := _due(schedule, wall, zone)) is not None and due > after
    )


def slot_at(schedule: Schedule, wall: str) -> Slot:
    """The slot of a wall time under the zone's rules of today, which may have changed.

    The next one, where that wall time exists no longer.
    """
    there = _wall(wall)
    due = _due(schedule, there, zone_of(schedule.zone))
    if due is not None:
        return Slot(wall, due)
    return next_slot(schedule, after=there.replace(tzinfo=UTC) - 2 * _DAY, last_wall=wall)


def due_run(
    schedule: Schedule,
    first: Slot,
    now: datetime,
    *,
    max_catch_up: timedelta = timedelta(days=7),
) -> Run:
    """Which of the slots from `first` until now to run: the newest, unless it is too old.

    However long the desk was off, one digest catches up for all (delivery.md, "Catch-up rule").
    """
    now = min(now, _LAST)
    missed = deque(_missed(schedule, first, now), maxlen=LISTED + 1)
    if not missed:
        return Run(None, False, (), first)
    newest = missed[-1]
    following = next_slot(schedule, after=now, last_wall=newest.wall)
    lateness = now - newest.due
    if lateness > max_catch_up:
        return Run(None, False, tuple(missed)[-LISTED:], following)
    missed.pop()
    return Run(newest, lateness > ON_TIME, tuple(missed), following)


def _missed(schedule: Schedule, first: Slot, now: datetime) -> Iterator[Slot]:
    """The slots due until now; of very many only the newest, and more of them than are listed."""
    # A week more, because the folds of the clocks have hours without a slot.
    enough = (LISTED + 2) * _LONGEST[schedule.frequency] + 7 * _DAY
    slot = first
    if now - slot.due > enough:
        slot = next_slot(schedule, after=now - enough, last_wall=first.wall)
    while slot.due <= now:
        yield slot
        slot = next_slot(schedule, after=slot.due, last_wall=slot.wall)


def _wall(text: str) -> datetime:
    return min(datetime.fromisoformat(text), datetime(9998, 1, 1))  # noqa: DTZ001 - a wall time


def _hours(schedule: Schedule, local: datetime) -> Iterator[datetime]:
    """The wall times of an hourly schedule from the hour of `local` on."""
    wall = local.replace(minute=schedule.at.minute, second=0, microsecond=0)
    while True:
        yield wall
        wall += _HOUR


def _days(schedule: Schedule, day: date) -> Iterator[datetime]:
    """The wall times of any other schedule from a date on."""
    at = time(schedule.at.hour, schedule.at.minute)  # never the second time round
    match schedule.frequency:
        case Frequency.WEEKLY:
            day += timedelta(days=(schedule.day - day.weekday()) % 7)
            while True:
                yield datetime.combine(day, at)
                day += 7 * _DAY
        case Frequency.MONTHLY:
            month = day.replace(day=1)
            while True:
                last = calendar.monthrange(month.year, month.month)[1]
                if (dated := month.replace(day=min(schedule.day, last))) >= day:
                    yield datetime.combine(dated, at)
                month = (month + timedelta(days=31)).replace(day=1)
        case frequency:
            while True:
                if frequency is Frequency.DAILY or day.weekday() < 5:
                    yield datetime.combine(day, at)
                day += _DAY


def _due(schedule: Schedule, wall: datetime, zone: ZoneInfo) -> datetime | None:
    """When a wall time happens first; None when it does not and nothing stands for it."""
    offset = zone.utcoffset(wall) or _NONE
    then = zone.utcoffset(wall.replace(fold=1)) or _NONE
    if offset >= then:
        return (wall - offset).replace(tzinfo=UTC)
    # PEP 495: only in a gap is the offset of the second reading, that after it, the greater one.
    if schedule.frequency is Frequency.HOURLY:
        return None
    end = _end_of_gap(wall, zone, offset, then)
    opens = end.astimezone(zone).replace(tzinfo=None)
    midnight = datetime.combine(wall, datetime.min.time())
    skipped = opens - (then - offset) <= midnight and midnight + _DAY <= opens
    return None if skipped else end


def _end_of_gap(wall: datetime, zone: ZoneInfo, offset: timedelta, then: timedelta) -> datetime:
    """The first instant whose local time is later than a wall time that does not exist, in UTC."""
    before = (wall - then).replace(tzinfo=UTC)

    def is_past(seconds: int) -> bool:
        local = (before + timedelta(seconds=seconds)).astimezone(zone)
        return local.replace(tzinfo=None) > wall

    within = range(int((then - offset).total_seconds()))
    return before + timedelta(seconds=bisect_left(within, True, key=is_past))
