"""The dates and periods a text names, English and Chinese, relative ones from its publication.

    text -> forms of its script (periods_english, periods_chinese) -> When of each -> ranges joined

A duration (over three years) is none, and neither is what a figure is compared with (up from last
year, 去年同期).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from briefings.facts import When
from briefings.text import periods_chinese, periods_english
from briefings.text.chinese import has_han
from briefings.text.names import folded
from briefings.text.periods_english import Form


@dataclass(frozen=True, slots=True)
class Moment:
    """The days meant by the words at [start:end] of a text."""

    when: When
    start: int
    end: int


_MAY_NAME = re.compile(
    r"[0-9]|day|week|month|year|quarter|half|night|tomorrow|ago\b|morning|evening|afternoon"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|[年月日天周季晚]|星期"
)
_JOINT = re.compile(r"[\s晚间日]{0,2}(?P<joint>-|~|—|至|到|to|until|through|and)[\s]{0,2}")
_YEAR = re.compile("[0-9]{4}|年")
_COUNTED = re.compile("(?<=[0-9])[百千万亿家单名户个位元人件股点辆米吨台部款座亩倍页](?!月)")
"""Behind bare digits: they count something, and are no year."""
_LONGEST_JOINT = 12


def moments(text: str, published: date) -> tuple[Moment, ...]:
    """Return the dates and periods of a text published on a day, in order, none overlapping."""
    plain = folded(text)
    if _MAY_NAME.search(plain) is None:
        return ()
    found: list[Moment] = []
    for moment in sorted(_named(plain, published), key=lambda moment: moment.start):
        if found and moment.start < found[-1].end:
            continue
        if found and (joined := _joined(plain, found[-1], moment)) is not None:
            found[-1] = joined
        else:
            found.append(moment)
    return tuple(found)


def _named(plain: str, published: date) -> Iterator[Moment]:
    scripts = [(periods_english.FORMS, r"(?<![a-z0-9$€£¥./-])")]
    if has_han(plain):
        scripts.insert(0, (periods_chinese.FORMS, ""))
    for forms, ahead in scripts:
        any_form, each = _compiled(forms, ahead)
        for match in any_form.finditer(plain):
            number = int((match.lastgroup or "f0")[1:])
            form = each[number].match(plain, match.start())
            if form is not None and _COUNTED.match(plain, form.end()):
                continue
            if form is not None and (when := forms[number][1](form, published)) is not None:
                yield Moment(when, *form.span())


@cache
def _compiled(
    forms: tuple[Form, ...], ahead: str
) -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]:
    """Return one pattern that finds any form and says which, and those that take them apart."""
    bare = (re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern, _ in forms)
    any_form = "|".join(f"(?P<f{number}>{pattern})" for number, pattern in enumerate(bare))
    return re.compile(f"{ahead}(?:{any_form})"), tuple(re.compile(pattern) for pattern, _ in forms)


def _joined(plain: str, first: Moment, second: Moment) -> Moment | None:
    """Return the span of two days that a text joins: from May 9 to June 3, 9月2日至12月31日."""
    if second.start - first.end > _LONGEST_JOINT:
        return None
    joint = _JOINT.fullmatch(plain, first.end, second.start)
    if joint is None or (
        joint["joint"] == "and" and not plain.endswith("between ", 0, first.start)
    ):
        return None
    start, last = first.when.first, second.when.last
    if start > last:  # a year that is told with one of them is that of both
        told = [_YEAR.search(plain, one.start, one.end) for one in (first, second)]
        try:
            if told[1] and not told[0]:
                start = start.replace(year=last.year)
            elif not told[1]:
                last = last.replace(year=start.year)
        except ValueError:
            return None
    return Moment(When(start, last), first.start, second.end) if start <= last else None
