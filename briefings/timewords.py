"""What each word of a schedule means: weekly, mon, 09:00, 15th, 每周一. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

from rapidfuzz import fuzz, process

from briefings.errors import InputError
from briefings.subscriptions import Frequency

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAY_NAMES = {day.lower(): number for number, day in enumerate(WEEKDAYS)}
_WEEKDAY = (
    {day[:3]: number for day, number in _DAY_NAMES.items()}
    | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
    | _DAY_NAMES
    | {f"{day}s": number for day, number in _DAY_NAMES.items()}
)
_FREQUENCY = {str(frequency): frequency for frequency in Frequency} | {
    "每小时": Frequency.HOURLY,
    "每天": Frequency.DAILY,
    "每日": Frequency.DAILY,
    "工作日": Frequency.WEEKDAYS,
    "每个工作日": Frequency.WEEKDAYS,
    "每周": Frequency.WEEKLY,
    "每星期": Frequency.WEEKLY,
    "每月": Frequency.MONTHLY,
    "每个月": Frequency.MONTHLY,
}
_HALF_DAYS = {"上午": "am", "早上": "am", "下午": "pm", "晚上": "pm"}
_SIMPLIFIED = str.maketrans("週禮點號個時", "周礼点号个时")

_CHINESE_WEEKDAY = r"每?(?:周|星期|礼拜)[一二三四五六日天]"
_CHINESE_TIME = r"(?:上午|早上|下午|晚上)?\d{1,2}(?:点(?:半|\d{1,2}分?)?|:\d\d)"
_CHINESE_PIECE = re.compile(
    rf"{_CHINESE_WEEKDAY}|\d{{1,2}}[日号]|{_CHINESE_TIME}|"
    + "|".join(word for word in sorted(_FREQUENCY, key=len, reverse=True) if not word.isascii())
)
_CHINESE = re.compile(rf"(?:{_CHINESE_PIECE.pattern})+")
_CLOCK = re.compile(
    r"(?P<half>上午|早上|下午|晚上)?(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d\d)|点(?:(?P<past>半|\d{1,2})分?)?)?(?P<meridiem>[ap]m)?"
)
_MINUTE = re.compile(r":(\d\d)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|日|号)")


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, 0 = Monday."""

    number: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the month."""

    number: int


@dataclass(frozen=True, slots=True)
class Minute:
    """The minute of every hour: `:15`."""

    number: int


Meaning = Frequency | Weekday | MonthDay | Minute | time | int
"""An int is a bare number, and what it counts depends on the others."""


def pieces(text: str) -> list[str]:
    """The words, where Chinese ones written together come apart and "9 am" together."""
    text = unicodedata.normalize("NFKC", text).translate(_SIMPLIFIED)
    text = re.sub(r"(?<=\d) +(?=[ap]m\b)", "", text, flags=re.IGNORECASE)
    words = (word.strip(",;、。") for word in text.split())
    return [
        piece
        for word in words
        if word
        for piece in (_CHINESE_PIECE.findall(word) if _CHINESE.fullmatch(word) else [word])
    ]


def plain(word: str) -> str:
    """A word as the others of this module compare it."""
    return unicodedata.normalize("NFKC", word).casefold().translate(_SIMPLIFIED)


def starts_schedule(word: str) -> bool:
    """Whether a word, zones apart, is one of a schedule wherever it stands.

    A number or a weekday in English is not: it may belong to a company's name.
    """
    word = plain(word)
    if word.isdecimal() or _ORDINAL.fullmatch(word):
        return False
    return word in {"at", *_FREQUENCY} or any(
        form.fullmatch(word) for form in (_CHINESE, _CLOCK, _MINUTE)
    )


def frequency_of(word: str) -> Frequency | None:
    """The frequency a word names, if it does."""
    return _FREQUENCY.get(plain(word))


def meaning_of(word: str, *, after_at: bool, hourly: bool) -> Meaning | None:
    """What a word means; after "at" a bare number is an hour, in an hourly schedule a minute.

    Raises:
        InputError: it has the form of a time, but no clock shows it.
    """
    word = plain(word)
    if word.isdecimal() and len(word) <= 4:
        if hourly:
            return _minute(int(word))
        return _time(f"{word}:00") if after_at else int(word)
    if word in _FREQUENCY:
        return _FREQUENCY[word]
    if word in _WEEKDAY:
        return Weekday(_WEEKDAY[word])
    if re.fullmatch(_CHINESE_WEEKDAY, word):
        return Weekday(min("一二三四五六日天".index(word[-1]), 6))
    if word == "last":
        return MonthDay(31)
    if found := _ORDINAL.fullmatch(word):
        return MonthDay(int(found[1]))
    if found := _MINUTE.fullmatch(word):
        return _minute(int(found[1]))
    return _time(word)


def meant(word: str) -> str:
    """The word of a schedule that was mistyped, "" where it looks like none."""
    known = [word for word in (*_FREQUENCY, *_DAY_NAMES) if word.isascii()]
    near = process.extractOne(plain(word), known, scorer=fuzz.ratio, score_cutoff=80)
    return near[0] if near else ""


def _minute(number: int) -> Minute:
    if number > 59:
        raise InputError(
            f"“{number}” is not a minute of the hour.", remedy="Minutes go from 00 to 59."
        )
    return Minute(number)


def _time(word: str) -> time | None:
    """A time of day: 09:00, 9am, 9:30pm, 9点半, 下午3点."""
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    hour = int(found["hour"])
    minute = 30 if found["past"] == "半" else int(found["minute"] or found["past"] or 0)
    half = found["meridiem"] or _HALF_DAYS.get(found["half"] or "")
    impossible = hour > 23 or minute > 59 or bool(found["meridiem"] and not 1 <= hour <= 12)
    if impossible:
        raise InputError(f"“{word}” is not a time of day.", remedy="Times go from 00:00 to 23:59.")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return time(hour, minute)
