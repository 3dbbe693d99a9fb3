"""Dates as articles and feeds write them, each with the precision it gives."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.model import Precision, Published
from briefings.text.dates import find_dates, parse_date

WHOLE_DATES = [
    # as the shipped articles have them
    ("Tuesday, May 7, 2013", "2013-05-07", "day"),
    ("06/3/13", "2013-06-03", "day"),
    ("2023.09.28 05:24", "2023-09-28T05:24", "minute"),
    ("31/10/2023", "2023-10-31", "day"),
    ("2020", "2020-01-01", "year"),
    # ISO 8601
    ("2013-05-07", "2013-05-07", "day"),
    ("2013-05", "2013-05-01", "month"),
    ("20130507", "2013-05-07", "day"),
    ("2013-05-07T10:00:00Z", "2013-05-07T10:00", "minute"),
    ("2013-05-07T10:00:59.123456+08:00", "2013-05-07T02:00", "minute"),
    ("2013-05-07 10:00:00+0530", "2013-05-07T04:30", "minute"),
    # RFC 822, RFC 850, asctime
    ("Tue, 07 May 2013 10:00:00 GMT", "2013-05-07T10:00", "minute"),
    ("Tue, 07 May 2013 10:00:00 +0800", "2013-05-07T02:00", "minute"),
    ("Tue, 07 May 2013 10:00:00 +0800 (CST)", "2013-05-07T02:00", "minute"),
    ("07 May 2013 10:00 EST", "2013-05-07T15:00", "minute"),
    ("Tue, 07 May 2013 10:00:00 XYZ", "2013-05-07T10:00", "minute"),
    ("Saturday, 06-Nov-99 08:49:37 GMT", "1999-11-06T08:49", "minute"),
    ("Tue May  7 10:00:00 UTC 2013", "2013-05-07T10:00", "minute"),
    # English
    ("7th of May, 2013", "2013-05-07", "day"),
    ("Sept. 28th, 2023 at 5:24 p.m. EST", "2023-09-28T22:24", "minute"),
    ("October 31, 2023, 12:30 am GMT+8", "2023-10-30T16:30", "minute"),
    ("28-Sep-2023", "2023-09-28", "day"),
    ("May 2013", "2013-05-01", "month"),
    # Chinese
    ("2023年9月28日", "2023-09-28", "day"),
    ("２０２３年９月２８日", "2023-09-28", "day"),
    ("二〇二三年九月二十八日", "2023-09-28", "day"),
    ("2023年9月28日 星期四 下午5:24", "2023-09-28T17:24", "minute"),
    ("2023年9月28日北京时间17时05分", "2023-09-28T09:05", "minute"),
    ("2023年10月", "2023-10-01", "month"),
    ("二零二零年", "2020-01-01", "year"),
    # day and month as numbers
    ("5/5/2023", "2023-05-05", "day"),
    ("28.09.2023 05:24", "2023-09-28T05:24", "minute"),
    ("03.04.2023", "2023-04-03", "day"),
    ("03/04/23", "2023-03-04", "day"),
    ("06/2013", "2013-06-01", "month"),
]


@pytest.mark.parametrize(("text", "at", "precision"), WHOLE_DATES)
def test_a_date_is_read_with_its_precision(text: str, at: str, precision: str) -> None:
    wanted = Published(datetime.fromisoformat(at).replace(tzinfo=UTC), Precision(precision))
    assert parse_date(text) == wanted
    assert parse_date(f"  {text}\n") == wanted


@pytest.mark.parametrize("text", [text for text, _, _ in WHOLE_DATES if not text.isdecimal()])
def test_a_date_is_found_whole_inside_a_long_text(text: str) -> None:
    before = "Nothing here. " * 20
    ((start, end, published),) = find_dates(f"{before}{text} {before}")
    # "XYZ" is a zone in a date, a word in a text.
    assert f"{before}{text}"[start:end] == text.removesuffix(" XYZ").removesuffix(" (CST)")
    assert published == parse_date(text)


@pytest.mark.parametrize(
    ("day_first", "wanted"), [(True, "2023-04-03"), (False, "2023-03-04"), (None, "None")]
)
def test_an_order_nobody_can_tell_is_settled_by_the_caller(
    day_first: bool | None, wanted: str
) -> None:
    assert str(parse_date("03/04/2023", day_first=day_first)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "9月28日",
        "2023-02-30",
        "2023-13-01",
        "13/13/2023",
        "Tue, 32 May 2013 10:00:00 GMT",
        "Tue, 07 May 2013 10:00:00 +9999",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0000-01-01",
        "1699-01-01",
        "10000-01-01T00:00:00Z",
        "2100-01-01",
        "1994-12-31",
        "1698710400",
        "12/2/69",
        "二十十年",
        "May 7, 2013 " * 100,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_dates_are_found_in_running_text_with_their_spans() -> None:
    text = (
        "Posted on 31/10/2023. From 2019 to May 2020, $2020 and 2020 million, 于2023-09-28发布,"
        " 截至２０２３年６月３０日, v1.2.2013, 03/04/2023, https://example.org/2021/02/03/x"
    )
    found = [(text[start:end], str(published)) for start, end, published in find_dates(text)]
    assert found == [
        ("31/10/2023", "2023-10-31"),
        ("2019", "2019"),
        ("May 2020", "2020-05"),
        ("2023-09-28", "2023-09-28"),
        ("２０２３年６月３０日", "2023-06-30"),
        ("2021/02/03", "2021-02-03"),
    ]


@given(st.dates(date(1995, 1, 1), date(2099, 12, 31)))
def test_the_usual_spellings_of_a_day_agree(named: date) -> None:
    day = datetime(named.year, named.month, named.day, tzinfo=UTC)
    spellings = (
        f"{day:%Y-%m-%d}",
        f"{day:%d %B %Y}",
        f"{day:%A, %B %d, %Y}",
        f"{day:%b %d, %Y}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
    )
    assert {parse_date(spelling) for spelling in spellings} == {Published(day, Precision.DAY)}


@given(st.text(st.sampled_from("0123456789/-.: ,年月日十二MayTueGMT+amt\u3000"), max_size=60))
def test_any_text_gives_ordered_spans_and_no_error(text: str) -> None:
    parse_date(text)
    end_before = 0
    for start, end, published in find_dates(text):
        assert end_before <= start < end <= len(text)
        assert 1995 <= published.at.year <= 2099
        end_before = end
