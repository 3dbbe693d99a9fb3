"""Dates and periods as texts name them, seen from the day of publication."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.text.periods import moments

PUBLISHED = date(2023, 9, 28)  # a Thursday

ENGLISH = [
    ("On September 25, 2023, both", "September 25, 2023", "2023-09-25"),
    ("on Sept. 25 both", "Sept. 25", "2023-09-25"),
    ("on the 25th of September", "25th of September", "2023-09-25"),
    ("on 3 October", "3 October", "2023-10-03"),
    ("on October 20", "October 20", "2022-10-20"),
    ("on February 29", "February 29", "2020-02-29"),
    ("on 9 May the firm", "9 May", "2023-05-09"),
    ("dated 2023-09-25.", "2023-09-25", "2023-09-25"),
    ("in May", "in May", "2023-05"),
    ("It closed in May.", "in May", "2023-05"),
    ("in November", "in November", "2022-11"),
    ("May 2013 figures", "May 2013", "2013-05"),
    ("last May", "last May", "2023-05"),
    ("next May", "next May", "2024-05"),
    ("in the second quarter it", "second quarter", "2023-Q2"),
    ("in the fourth quarter of last year", "fourth quarter of last year", "2022-Q4"),
    ("the fourth quarter", "fourth quarter", "2022-Q4"),
    ("Q2 2022 revenue", "Q2 2022", "2022-Q2"),
    ("2Q22 revenue", "2Q22", "2022-Q2"),
    ("the June quarter", "June quarter", "2023-Q2"),
    ("first-half profit", "first-half", "2023-H1"),
    ("H1 2022", "H1 2022", "2022-H1"),
    ("the three months ended June 30", "three months ended June 30", "2023-Q2"),
    ("year ended Dec 31, 1986", "year ended Dec 31, 1986", "1986"),
    ("for the year ended June 30", "year ended June 30", "2022-07-01/2023-06-30"),
    ("the quarter from April to June 2022", "from April to June 2022", "2022-Q2"),
    ("from May 9 to June 3", "May 9 to June 3", "2023-05-09/2023-06-03"),
    ("between April 1 and June 30, 2020", "April 1 and June 30, 2020", "2020-Q2"),
    ("by 2025", "2025", "2025"),
    ("the 2013 deal", "2013", "2013"),
    ("in 2016-2018", "2016-2018", "2016-01-01/2018-12-31"),
    ("fiscal 2022", "fiscal 2022", "2022"),
    ("FY22 revenue", "FY22", "2022"),
    ("said today", "today", "2023-09-28"),
    ("said yesterday", "yesterday", "2023-09-27"),
    ("said Tuesday", "Tuesday", "2023-09-26"),
    ("on Thursday", "Thursday", "2023-09-28"),
    ("last Thursday", "last Thursday", "2023-09-21"),
    ("next Monday", "next Monday", "2023-10-02"),
    ("said last week", "last week", "2023-09-18/2023-09-24"),
    ("earlier this month", "this month", "2023-09"),
    ("last quarter", "last quarter", "2023-Q2"),
    ("late last year", "last year", "2022"),
    ("a year ago it", "a year ago", "2022"),
    ("three weeks ago", "three weeks ago", "2023-09-04/2023-09-10"),
    ("by the end of the year", "the end of the year", "2023"),
]
CHINESE = [
    ("2023年9月25日,双方", "2023年9月25日", "2023-09-25"),
    ("二〇二三年九月二十五日", "二〇二三年九月二十五日", "2023-09-25"),
    ("９月２５日晚间", "９月２５日", "2023-09-25"),
    ("11月5日公告", "11月5日", "2022-11-05"),
    ("16年10月", "16年10月", "2016-10"),
    ("今年3月19日", "今年3月19日", "2023-03-19"),
    ("截至6月30日", "6月30日", "2023-06-30"),
    ("25日晚间公告", "25日", "2023-09-25"),
    ("29日晚间公告", "29日", "2023-08-29"),
    ("2019-10-30", "2019-10-30", "2019-10-30"),
    ("9月2日至12月31日", "9月2日至12月31日", "2023-09-02/2023-12-31"),
    ("2018年9月13日至2019年10月30日", "2018年9月13日至2019年10月30日", "2018-09-13/2019-10-30"),
    ("2017年11月", "2017年11月", "2017-11"),
    ("5月份", "5月份", "2023-05"),
    ("2019年1-6月", "2019年1-6月", "2019-H1"),
    ("第二季度", "第二季度", "2023-Q2"),
    ("去年四季度", "去年四季度", "2022-Q4"),
    ("2019Q3", "2019Q3", "2019-Q3"),
    ("前三季度", "前三季度", "2023-01-01/2023-09-30"),
    ("上半年营收", "上半年", "2023-H1"),
    ("2017年底", "2017年", "2017"),
    ("去年营收", "去年", "2022"),
    ("昨日宣布", "昨日", "2023-09-27"),
    ("周二宣布", "周二", "2023-09-26"),
    ("上周五", "上周五", "2023-09-22"),
    ("上周宣布", "上周", "2023-09-18/2023-09-24"),
    ("本月", "本月", "2023-09"),
    ("上个月", "上个月", "2023-08"),
]


@pytest.mark.parametrize(("text", "written", "when"), ENGLISH + CHINESE)
def test_a_moment(text: str, written: str, when: str) -> None:
    moment = moments(text, PUBLISHED)[0]
    assert text[moment.start : moment.end] == written
    assert str(moment.when) == when


@pytest.mark.parametrize(
    "text",
    [
        "",
        "over three years, 10-year bonds, 18 months, 24 hours",
        "up from a year ago, more than last year, from the same period last year",
        "Tencent may sell, the other 9 may sell, a march of 500 people",
        "2000 users, $2000, 1,987 shares, the 1980s, 2,013 people, version 2.2013",
        "a quarter of the shares, half of its stake, in the second half of its stake sale",
        "30 February 2023, September 31, 2023, 2023-13-45",
        "去年同期, 15个交易日后的6个月内, 20日均线, 80年代, 月活用户, 同年4月, 十年, 周边",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert moments(text, PUBLISHED) == ()


@pytest.mark.parametrize("published", [date.min, date(2, 1, 1), date.max])
def test_no_day_of_publication_is_too_far_out(published: date) -> None:
    text = "; ".join(text for text, _, _ in ENGLISH + CHINESE)
    for moment in moments(text, published):
        assert moment.when.first <= moment.when.last


PIECES = st.sampled_from(
    [
        *("1", "9", "31", "2023", "23", "May", " to ", "-", "Q2", " of ", "last ", "next ", "year"),
        *("quarter", "second ", " ago", "three ", "months ended ", "Tuesday", "from ", "today"),
        *(
            "年",
            "月",
            "日",
            "上",
            "周",
            "三",
            "十",
            "季度",
            "至",
            "去年",
            "同期",
            "前",
            " ",
            ",",
            "\n",
        ),
    ]
)


@given(
    st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join),
    st.dates() | st.just(PUBLISHED),
)
def test_moments_are_in_order_inside_the_text_and_apart(text: str, published: date) -> None:
    before = 0
    for moment in moments(text, published):
        assert before <= moment.start < moment.end <= len(text)
        assert moment.when.first <= moment.when.last
        before = moment.end


@pytest.mark.parametrize(
    "piece",
    ["1,", "1-", "年", "一", "1999-", "in ", "may ", "last ", "first ", "三 ", " "],
)
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert len(moments(text, PUBLISHED)) <= 1
