"""What each word of a schedule means: weekly, mon, 09:00, 15th, 每周一. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
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
_EVERY = {
    **dict.fromkeys(("day", "morning", "evening"), "daily"),
    **dict.fromkeys(("weekday", "workday", "working day"), "weekdays"),
    **{"hour": "hourly", "week": "weekly", "month": "monthly"},
}
"""What comes every ... is how often."""
_HALF_DAYS = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "早晨", "上午"), "am"),
    **dict.fromkeys(("下午", "傍晚", "晚上", "晚间"), "pm"),
    "中午": "noon",
}
_HALVES = "|".join(_HALF_DAYS)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}
_NUMERAL = rf"(?:\d{{1,2}}|[{''.join(_DIGITS)}]{{1,3}})"
"""9, 15; 九, 十五, 二十一, and 零五 of 八点零五分."""
_SIMPLIFIED = str.maketrans("週禮點號個時間兩", "周礼点号个时间两")

_CHINESE_WEEKDAY = r"每?(?:周|星期|礼拜)[一二三四五六日天]"
_CHINESE_PAST = rf"点(?:半|[一三]刻|整|钟|{_NUMERAL}分?)?"
_CHINESE_TIME = rf"(?:{_HALVES})?(?:{_NUMERAL}{_CHINESE_PAST}|\d{{1,2}}:\d\d)"
_CHINESE_PIECE = re.compile(
    rf"{_CHINESE_WEEKDAY}|{_NUMERAL}[日号]|{_CHINESE_TIME}|"
    + "|".join(word for word in sorted(_FREQUENCY, key=len, reverse=True) if not word.isascii())
)
_CHINESE = re.compile(rf"(?:{_CHINESE_PIECE.pattern})+")
_CLOCK = re.compile(
    rf"(?P<half>{_HALVES})?(?P<hour>\d{{1,2}}|[{''.join(_DIGITS)}]{{1,3}}(?=点))"
    rf"(?::(?P<minute>\d\d)|点(?:(?P<past>半|[一三]刻|整|钟|{_NUMERAL})分?)?)?(?P<meridiem>[ap]m)?"
)
_MINUTE = re.compile(r":(\d\d)")
_ORDINAL = re.compile(rf"(?:(\d{{1,2}})(?:st|nd|rd|th)|({_NUMERAL})[日号])")


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
        return MonthDay(_number(found[1] or found[2]))
    if found := _MINUTE.fullmatch(word):
        return _minute(int(found[1]))
    return _time(word)


def meant(word: str) -> str:
    """The word of a schedule that was mistyped, "" where it looks like none."""
    known = [word for word in (*_FREQUENCY, *_DAY_NAMES) if word.isascii()]
    near = process.extractOne(plain(word), known, scorer=fuzz.ratio, score_cutoff=80)
    return near[0] if near else ""


def schedule_meant(words: Sequence[str]) -> str:
    """The words of a schedule that somebody has put as in a sentence: every day, mon; else ""."""
    said = " ".join(plain(word) for word in words)
    every = re.fullmatch(r"(?:every|each) ?(.+)|everyday", said)
    what = (every[1] or "day") if every else said
    if every and what in _EVERY:
        return _EVERY[what]
    return f"weekly {what[:3]}" if what in _WEEKDAY else ""


def _minute(number: int) -> Minute:
    if number > 59:
        raise InputError(
            f"“{number}” is not a minute of the hour.", remedy="Minutes go from 00 to 59."
        )
    return Minute(number)


def _time(word: str) -> time | None:
    """A time of day: 09:00, 9am, 9:30pm, 9点半, 下午3点, 早上八点半."""
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    hour = _number(found["hour"])
    minute = _minutes_past(found["minute"] or found["past"] or "整")
    half = found["meridiem"] or _HALF_DAYS.get(found["half"] or "")
    impossible = hour > 23 or minute > 59 or bool(found["meridiem"] and not 1 <= hour <= 12)
    if impossible:
        raise InputError(f"“{word}” is not a time of day.", remedy="Times go from 00:00 to 23:59.")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif half == "noon" and hour < 3:
        hour += 12
    return time(hour, minute)


def _minutes_past(text: str) -> int:
    """The minutes of a time: 05, 五, 半, 一刻; none for 整 and 钟."""
    match text:
        case "半":
            return 30
        case "一刻" | "三刻":
            return 15 * _number(text[0])
        case "整" | "钟":
            return 0
        case _:
            return _number(text)


def _number(text: str) -> int:
    """A number of up to two digits, or in Chinese: 15, 十五, 二十一; 99 for one that is none."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        tens, ones = "零", text.lstrip("零〇") or "零"
    values = (_DIGITS.get(tens or "一"), _DIGITS.get(ones or "零"))
    return 99 if None in values else 10 * (values[0] or 0) + (values[1] or 0)
