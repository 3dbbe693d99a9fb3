"""The time that a figure of a Chinese sentence is of.

View, figure, whose it is -> the date of its clause, else one told before of the same -> Moment
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from briefings.ledger.chinese_asides import is_date_of_another
from briefings.ledger.chinese_view import View
from briefings.ledger.metrics import Word
from briefings.ledger.names import Name
from briefings.text.periods import Moment

_PUBLISHED: Final = re.compile(
    "[^,;。]{0,10}?(?:公布|发布|披露|宣布|公告|召开|报告|表示|称|透露|消息|讯)"
)
"""Behind a day: the figure is published then."""
_RELATIVE: Final = re.compile("[上本这下]一?个?季")
"""The quarter that has just been reported, or the one that runs: which, no text tells."""
_QUARTER: Final = re.compile("[^月]季|q[1-4]")
_OWN_YEAR: Final = frozenset({"alibaba", "softbank"})
"""Organisations whose year of accounts is not the calendar's: 三季报 of theirs is of December."""
_OWN_YEAR_NAMED: Final = re.compile(
    "微软|苹果|联想|新东方|好未来|索尼|任天堂|迪士尼|甲骨文|英伟达|naspers|prosus"
)
_OF_ACCOUNTS: Final = re.compile("财年|财政年|财季|会计年度")
_REPORT: Final = re.compile("度?(?:第?[一二三四]季|半年|中期|中报|季报)")
"""Behind a year: the report of a part of it, 2025年三季报."""
_FROM: Final = ("从", "由", "较", "比")
"""Before a time: it was otherwise then, 从2019年的3768亿元增至5097亿元."""
_OTHER_TIME: Final = re.compile(
    "全年|年内|当年|今后|未来|同期|同日|上年|单[季月日]|首[日月周年]|期内|半年|年底|目前|迄今|截[至止]|累计|过去"
)
"""A time of its own that no date is read from: none is carried to it."""


def period(view: View, at: int, who: Sequence[Name], words: Sequence[Word]) -> Moment | None:
    """Return the time that a figure is of, which is not the day of its publication.

    微博2023年净利3.4亿美元,2022年为0.8亿;营收17.6亿: the revenue is not of 2022. 过去一季: of none.
    """
    when = _moment(view, at, who, words)
    if when is None:
        return None
    said = view.text[when.start : when.end]
    if _RELATIVE.match(said) or view.text.startswith("过去", when.start - 2):
        return None
    if _QUARTER.search(said) and _is_of_own_year(view, said, who):
        return None
    told = _PUBLISHED.match(view.text, when.end) is not None
    return None if told and when.when.first == when.when.last else when


def _moment(view: View, at: int, who: Sequence[Name], words: Sequence[Word]) -> Moment | None:
    """Return the date told in a figure's clause, else the last one before that it may be of."""
    start, end = view.clause(at)
    moments = [
        one
        for one in view.sentence.moments
        if one.start < end
        and not view.is_comparison(one.start)
        and not is_date_of_another(view.text, one.start, one.end)
        and not _REPORT.match(view.text, one.end)
        and not view.text.startswith(_FROM, one.start - 1)
    ]
    ahead = [one for one in moments if one.start < at]
    if ahead and _is_of(view, ahead[-1], at, who, words):
        return ahead[-1]
    return next((one for one in moments if start <= one.start), None) if not ahead else None


def _is_of_own_year(view: View, said: str, who: Sequence[Name]) -> bool:
    """Tell whether quarters are counted from another month than January: 阿里三季财报."""
    if _OF_ACCOUNTS.search(view.text):
        return True
    return "年" not in said and any(
        name.key in _OWN_YEAR or _OWN_YEAR_NAMED.match(name.named.casefold()) for name in who
    )


def _is_of(view: View, when: Moment, at: int, who: Sequence[Name], words: Sequence[Word]) -> bool:
    """Tell whether a date is of a figure's clause, or told before of the same organisation."""
    start, _ = view.clause(at)
    if when.start >= start:
        return True
    if _OTHER_TIME.search(view.text, start, at):
        return False
    first, end = view.clause(when.start)
    keys = {name.key for name in who}
    ahead = {name.key for name in view.names if name.start < when.start}
    if ahead and keys and ahead.isdisjoint(keys):
        return False
    if view.text.startswith(("其中", "而上", "上年", "此前"), first):
        return False
    figures = any(when.end <= one.start < end for one in view.sentence.figures)
    measured = any(first <= word.start < end for word in words)
    named = any(first <= name.start < end for name in view.names)
    return measured or named or not figures
