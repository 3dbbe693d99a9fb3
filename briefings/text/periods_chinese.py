"""The dates and periods of Chinese text: each form as a pattern with what it means.

Patterns are written for folded text (`text.names.folded`).
"""

from __future__ import annotations

import re
from datetime import date

from briefings.facts import When
from briefings.text import periods_calendar as calendar
from briefings.text.dates import small_number
from briefings.text.periods_english import Form, Match

_UNKNOWN = -9999
"""The year of 同年 where the text before it tells none: no calendar has it."""
_TOLD_YEAR = re.compile("(?:19|20)[0-9]{2}(?=年)")
_YEARS = {"今": 0, "本": 0, "去": -1, "上": -1, "明": 1, "前": -2, "后": 2}
_ORDINALS = {"首": 1, "次": 2, "末": 4}
_TURNS = {"上": -1, "本": 0, "这": 0, "当": 0, "下": 1}
_DAYS = {"今": 0, "昨": -1, "前": -2, "明": 1}
_NUMERAL = "[0-9〇零一二三四五六七八九十]"

_YEAR = (
    rf"(?:(?P<year>(?:19|20)[0-9]{{2}}|[0-9]{{2}}(?=年 ?[0-9]{{1,2}} ?月)|[一二]{_NUMERAL}{{3}})"
    r"(?: ?年|(?=q[1-4]))|(?P<turn>[今本去上明前后同])年)"
)
_MONTH = rf"(?P<month>{_NUMERAL}{{1,2}}) ?月"


def _year(match: Match, published: date) -> int:
    """The year a match names, 0 for none."""
    if match["turn"] == "同":
        told = _TOLD_YEAR.findall(match.string, 0, match.start())
        return int(told[-1]) if told else _UNKNOWN
    if match["turn"]:
        return published.year + _YEARS[match["turn"]]
    if not match["year"]:
        return 0
    number = small_number(match["year"])
    return number if number > 99 else 2000 + number


def _day(match: Match, published: date) -> When | None:
    year, month = _year(match, published), small_number(match["month"])
    number = small_number(match["day"])
    if year:
        return calendar.day(year, month, number)
    return calendar.latest_day(month, number, published)


def _month(match: Match, published: date) -> When | None:
    return _months(_year(match, published), small_number(match["month"]), 1, published)


def _from_month_to_month(match: Match, published: date) -> When | None:
    first, last = small_number(match["month"]), small_number(match["until"])
    if not 1 <= first < last <= 12:
        return None
    return _months(_year(match, published), first, last - first + 1, published)


def _quarter(match: Match, published: date) -> When | None:
    if match["first"]:  # 前三季度
        return _months(_year(match, published), 1, 3 * small_number(match["first"]), published)
    told = "首" if match["initial"] else match["number"] or match["short"] or match["q"]
    number = _ORDINALS.get(told) or small_number(told)
    return _months(_year(match, published), 3 * number - 2, 3, published)


def _quarter_to(match: Match, published: date) -> When | None:
    """6月季度: the quarter that ends with the month."""
    return _months(_year(match, published), int(match["month"]) - 2, 3, published)


def _half(match: Match, published: date) -> When | None:
    return _months(_year(match, published), 1 if match["half"] == "上" else 7, 6, published)


def _months(year: int, month: int, count: int, published: date) -> When | None:
    if not 1 <= month <= 12:
        return None
    if year:
        return calendar.months(year, month, count)
    return calendar.latest_months(month, count, published)


def _whole_year(match: Match, published: date) -> When | None:
    first = _year(match, published)
    last = int(match["until"] or first)
    if not first <= last <= first + 50:
        return None
    return calendar.months(first, 1, 12 * (last - first + 1))


def _day_word(match: Match, published: date) -> When | None:
    return calendar.days_from(published, _DAYS[match["word"]])


def _weekday(match: Match, published: date) -> When | None:
    number = min("一二三四五六日天".index(match["number"]), 6)
    if match["turn"]:
        return calendar.weekday_of_week(number, _TURNS[match["turn"]], published)
    return calendar.latest_weekday(number, published)


def _turn(match: Match, published: date) -> When | None:
    turn = _TURNS[match["turn"]]
    if match["unit"] == "月":
        return calendar.month_from(published, turn)
    if match["unit"] == "季":
        return calendar.quarter_from(published, turn)
    return calendar.week_from(published, turn)


def _day_of_month(match: Match, published: date) -> When | None:
    return calendar.latest_day_of_month(small_number(match["day"]), published)


_IN_YEAR = rf"(?:{_YEAR}(?:的|度)? ?)?"

FORMS: tuple[Form, ...] = (
    (
        rf"{_IN_YEAR}{_MONTH} ?(?P<day>{_NUMERAL}{{1,3}}) ?[日号](?!线)",
        _day,
    ),
    (
        rf"{_IN_YEAR}(?P<month>[0-9]{{1,2}}|[一二三四五六七八九十]{{1,2}})月?(?:份)? ?"
        r"(?:-|~|至|到|—) ?"
        rf"(?P<until>{_NUMERAL}{{1,2}}) ?月(?!{_NUMERAL})",
        _from_month_to_month,
    ),
    (
        r"(?:[0-9]{2,4}|[本新上该])?财年?(?:的)?(?:首|第?[一二三四1-4])个?季度?",
        lambda _match, _published: None,  # nobody but the company knows when its year begins
    ),
    (
        rf"{_IN_YEAR}(?:[前首](?P<first>[二两三])个?季度?"
        r"|(?<!》)(?:第(?P<number>[一二三四1-4])个?|(?<![第去上])(?P<short>[一二三四1-4首次末]))"
        r"季(?:度|(?![节风军票候前后赛播集酒青报更花常]))|首个(?P<initial>季度)"
        r"|q(?P<q>[1-4])(?![0-9]))",
        _quarter,
    ),
    (rf"{_IN_YEAR}(?P<month>3|6|9|12)月(?:份|止|底)?季度?", _quarter_to),
    (rf"{_IN_YEAR}(?P<half>[上下])半年(?!同期)", _half),
    (rf"{_IN_YEAR}(?<![个0-9]){_MONTH}(?![活均薪供])(?:份|底|初|末|中旬|上旬|下旬)?", _month),
    (
        rf"{_YEAR}(?:度)?(?!同期|[代级])(?:(?:-|~|至|到|—)(?P<until>(?:19|20)[0-9]{{2}})年)?",
        _whole_year,
    ),
    (r"(?<!之)(?P<word>[今昨前明])(?:日|天|晚|晨)(?!报|新闻|头条|资本|活|均|订|单)", _day_word),
    (r"(?P<turn>[上本这下])?(?:个)?(?:周|星期|礼拜)(?P<number>[一二三四五六日天])(?!期)", _weekday),
    (r"(?P<turn>[上本这下])一?个?(?P<unit>周|星期|月|季)(?:度)?(?![期边围同])", _turn),
    (
        r"(?<![月0-9个年前后近])(?P<day>[0-9]{1,2})日"
        r"(?=晚|早|上午|下午|凌晨|公告|电|讯|消息|披露|宣布|,|\Z)",
        _day_of_month,
    ),
)
