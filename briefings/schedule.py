"""Schedules in words: read from a command, and told back; slots has when they are due. Pure.

words -> pieces (每周一9点 is two) -> what each means -> Schedule
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from briefings.errors import InputError
from briefings.slots import Run, due_run, next_slot, slot_at
from briefings.subscriptions import Frequency, Schedule
from briefings.timewords import (
    WEEKDAYS,
    Minute,
    MonthDay,
    Weekday,
    frequency_of,
    meaning_of,
    meant,
    pieces,
    plain,
    starts_schedule,
)
from briefings.zones import find_zone, is_zone_key, looks_like_zone, zone_named, zone_of

__all__ = [
    "Run",
    "describe",
    "due_run",
    "find_zone",
    "is_schedule_word",
    "next_slot",
    "read_schedule",
    "slot_at",
]

USUAL = time(9)

_FILLERS = frozenset({"at", "on", "the", "in"})
_HOW = "Write it like weekly mon 09:00 Asia/Shanghai, daily 18:30, monthly 15 or hourly at :15."
_T = TypeVar("_T")


@dataclass(slots=True)
class _Said:
    """What the words of a schedule said; `rest` is left for the zone."""

    frequency: Frequency | None = None
    weekday: Weekday | None = None
    month_day: MonthDay | None = None
    at: time | Minute | None = None
    number: int | None = None
    rest: list[str] = field(default_factory=list)
    after_weekly: str = ""
    """The word of `rest` where the day of a weekly one is expected."""


def read_schedule(words: Sequence[str], zone: ZoneInfo, before: Schedule | None = None) -> Schedule:
    """The schedule that words in any order say; what they leave out is weekly, Monday, 09:00, zone.

    With the schedule `before` them, what they leave out is as it was there, where that goes with
    what they say.

    Raises:
        InputError: they contradict each other, or one of them is not understood; says which.
    """
    said = _listen(pieces(" ".join(words)), before)
    frequency = said.frequency or _implied(said, before)
    day = _day(said, frequency, before)
    key = _zone(said, zone_of(before.zone) if before else zone).key
    at_before = before.at if before else USUAL
    was_hourly = before is not None and before.frequency is Frequency.HOURLY
    match said.at:
        case Minute(number) if frequency is not Frequency.HOURLY:
            raise InputError(
                f"“:{number:02}” is a minute without an hour.",
                remedy=f"Write 09:{number:02}, or hourly at :{number:02}.",
            )
        case Minute(number):
            return Schedule(frequency, time(0, number), key)
        case None if frequency is Frequency.HOURLY:
            return Schedule(frequency, time(0, at_before.minute if was_hourly else 0), key)
        case None:
            return Schedule(frequency, USUAL if was_hourly else at_before, key, day)
        case at if frequency is Frequency.HOURLY:
            if said.frequency is None:
                raise InputError(
                    f"This digest comes hourly, and “{at:%H:%M}” has an hour.",
                    remedy=f"Write daily {at:%H:%M}, or hourly at :{at:%M}.",
                )
            return Schedule(frequency, time(0, at.minute), key)
        case at:
            return Schedule(frequency, at, key, day)


def is_schedule_word(word: str) -> bool:
    """Whether a schedule starts with this word, whatever stands before it.

    What may be a company's name is none: an English weekday, a number, a city without its area.
    """
    return starts_schedule(word) or is_zone_key(word)


def describe(schedule: Schedule) -> str:
    """The schedule as people say it: weekly on Monday at 09:00, Asia/Shanghai."""
    at = f"at {schedule.at:%H:%M}, {schedule.zone}"
    match schedule.frequency:
        case Frequency.HOURLY:
            return f"hourly at :{schedule.at:%M}, {schedule.zone}"
        case Frequency.DAILY:
            return f"daily {at}"
        case Frequency.WEEKDAYS:
            return f"Monday to Friday {at}"
        case Frequency.WEEKLY:
            return f"weekly on {WEEKDAYS[schedule.day]} {at}"
        case Frequency.MONTHLY if schedule.day == 31:
            return f"monthly on the last day {at}"
        case Frequency.MONTHLY:
            shorter = " (or the month's last day)" if schedule.day > 28 else ""
            return f"monthly on the {_ordinal(schedule.day)}{shorter} {at}"


def _implied(said: _Said, before: Schedule | None) -> Frequency:
    """How often, where no word says it: as a day does, else as before."""
    if said.month_day:
        return Frequency.MONTHLY
    if said.weekday or before is None:
        return Frequency.WEEKLY
    return before.frequency


def _listen(words: list[str], before: Schedule | None) -> _Said:
    said = _Said()
    frequencies = [frequency for word in words if (frequency := frequency_of(word))]
    if before is not None and not frequencies:
        frequencies = [before.frequency]
    hourly = Frequency.HOURLY in frequencies
    for previous, word in pairwise(["", *words]):
        match meaning_of(word, after_at=plain(previous) == "at", hourly=hourly):
            case Frequency() as frequency:
                said.frequency = _once(said.frequency, frequency, word)
            case Weekday() as day:
                said.weekday = _once(said.weekday, day, word)
            case MonthDay() as day_of_month:
                said.month_day = _once(said.month_day, day_of_month, word)
            case time() | Minute() as at:
                said.at = _once(said.at, at, word)
            case int() as number:
                said.number = _once(said.number, number, word)
            case None if plain(word) not in _FILLERS:
                said.rest.append(word)
                if frequency_of(previous) is Frequency.WEEKLY:
                    said.after_weekly = word
    if words and plain(words[-1]) == "at":
        raise InputError("“at” is not followed by a time.", remedy="Write at 09:00, for example.")
    return said


def _day(said: _Said, frequency: Frequency, before: Schedule | None) -> int:
    number = said.number
    if number is not None and frequency is Frequency.MONTHLY:
        said.month_day = _once(said.month_day, MonthDay(number), str(number))
    elif number is not None and said.frequency is Frequency.WEEKLY:
        raise _bad_weekday(str(number))
    elif number is not None:
        raise InputError(
            f"“{number}” may be a time or a day.",
            remedy="Write 09:00 for a time, monthly 9 for a day of the month.",
        )
    if said.weekday and frequency is not Frequency.WEEKLY:
        name = WEEKDAYS[said.weekday.number]
        raise InputError(f"{frequency} does not go with {name}.", remedy=f"Write weekly {name}.")
    if said.month_day and frequency is not Frequency.MONTHLY:
        name = f"the {_ordinal(said.month_day.number)}"
        raise InputError(
            f"{frequency} does not go with {name}.",
            remedy=f"Write monthly {said.month_day.number}.",
        )
    if said.month_day and not 1 <= said.month_day.number <= 31:
        raise InputError(
            f"No month has a day {said.month_day.number}.",
            remedy="Give a day from 1 to 31; where a month is shorter, its last day counts.",
        )
    day = said.month_day if frequency is Frequency.MONTHLY else said.weekday
    if day is not None:
        return day.number
    if before is not None and before.frequency is frequency:
        return before.day
    return 1 if frequency is Frequency.MONTHLY else 0


def _zone(said: _Said, usual: ZoneInfo) -> ZoneInfo:
    """The zone that the words left over name together: Asia/Shanghai, new york."""
    if not said.rest:
        return usual
    name = " ".join(said.rest)
    if (zone := zone_named(name)) is not None:
        return zone
    unknown = [word for word in said.rest if zone_named(word) is None]
    if not unknown:
        raise InputError(
            f"A schedule has one time zone, not {len(said.rest)}: {name}.", remedy="Name one."
        )
    for word in unknown:
        if known := meant(word):
            raise InputError(f"“{word}” is not understood.", remedy=f"Did you mean {known}?")
    if said.after_weekly in unknown and not said.weekday and not looks_like_zone(said.after_weekly):
        raise _bad_weekday(said.after_weekly)
    for asked in (name, *unknown) if len(unknown) == len(said.rest) else unknown:
        if looks_like_zone(asked):
            return find_zone(asked)
    raise InputError(f"“{unknown[0]}” is not part of a schedule.", remedy=_HOW)


def _once(old: _T | None, new: _T, word: str) -> _T:
    if old is None or old == new:
        return new
    raise InputError(
        f"“{word}” is one too many: a schedule has one frequency, one day and one time.",
        remedy=_HOW,
    )


def _bad_weekday(word: str) -> InputError:
    return InputError(
        f"“{word}” is not a day of the week.",
        remedy="Write weekly mon, tue, wed, thu, fri, sat or sun.",
    )


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number < 20 else ending}"
