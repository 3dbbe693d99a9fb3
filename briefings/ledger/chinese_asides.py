"""What a Chinese sentence mentions by the way: comparisons, origins, dates of other things."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from briefings.facts import When
from briefings.ledger.sentence import Sentence
from briefings.text.periods import Moment

_COMPARED: Final = re.compile(
    "(?:而|但|不过)?(?:[与和跟同较]|相比)[^,;。]*(?:不同|相比|相较|类似|一样|有别)|不同于[^,;。]*|相比[^,;。]*"
)
_MENTIONED: Final = re.compile(
    "[^,;。]{0,6}?(?:提起|成立|创立|创办|发起|推出|上线|上市|收购|入股|投资|签署|发布)的"
)
"""Behind a date: it is when something began that is told of."""
_YEAR_TO: Final = re.compile("[日底末份]*止?(?:的)?(?:年度|财年|财政年度|[三六九十]个月|半年|季度)")
"""Behind the day that a company's year ends."""
_DEADLINE: Final = re.compile(
    "(?:可在|可于|有权在|有权于|不晚于|不迟于|(?:续约|续签|延长?|签约|合作)[至到])$"
)
_HOLDS_SOME: Final = re.compile(r"持(?:股|有)?[约近超逾]?[\d.]+%|收购|入股|增持|减持|认购")
"""Of a clause with it: the figures behind may be of whom it is held in."""
_THAT_YEAR: Final = re.compile("[当當同次翌]年")
_LATER: Final = {"当年": 0, "當年": 0, "同年": 0, "次年": 1, "翌年": 1}
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}年?")
_ORIGINS: Final = ("来自", "贡献", "计入")


def is_comparison(text: str, start: int, end: int) -> bool:
    """Tell whether a clause only names what another is compared with: 与甲入股乙不同."""
    return _COMPARED.fullmatch(text, start, end) is not None


def is_part(text: str, start: int, end: int) -> bool:
    """Tell whether a clause tells of a part, or where something comes from: 其中八成来自甲."""
    return (
        text.startswith("其中", start)
        or any(text.find(word, start, end) >= 0 for word in _ORIGINS)
        or _HOLDS_SOME.search(text, start, end) is not None
    )


def of_that_year(sentence: Sentence) -> Sentence:
    """Return the sentence with 当年7月 of the year told before it: 2016年的旧事:当年7月,甲收购乙.

    Without such a year in the sentence it is of none, and no date.
    """
    text = sentence.text
    if not _THAT_YEAR.search(text):
        return sentence
    kept: list[Moment] = []
    for moment in sentence.moments:
        told = _THAT_YEAR.search(text, max(0, moment.start - 2), moment.end)
        if told is None or "年" in text[told.end() : moment.end]:
            kept.append(moment)
            continue
        years = {one.when.first.year for one in kept if _YEAR.match(text, one.start)}
        if len(years) == 1 and (dated := _in_year(moment, years.pop() + _LATER[told[0]])):
            kept.append(dated)
    return replace(sentence, moments=tuple(kept))


def _in_year(moment: Moment, year: int) -> Moment | None:
    """Return a moment moved into a year; None where it is not within one."""
    try:
        first, last = (day.replace(year=year) for day in (moment.when.first, moment.when.last))
    except ValueError:
        return None
    return replace(moment, when=When(first, last)) if first <= last else None


def is_date_of_another(text: str, start: int, end: int) -> bool:
    """Tell whether the date at [start:end] is of something else: 2020年提起的诉讼."""
    return (
        _MENTIONED.match(text, end) is not None
        or _DEADLINE.search(text, 0, start) is not None
        or _YEAR_TO.match(text, end) is not None
    )
