"""Figures in running text: value, bound, currency, what is counted, and what is no figure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.facts import Bound
from briefings.text.amounts import Figure, FigureKind, figures

PERCENT, POINTS, MONEY, COUNT = FigureKind
EXACT, ABOUT, AT_LEAST, UP_TO = Bound


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


SHARES = [
    ("buys 18 percent of it", "18 percent", "18", EXACT),
    ("an 18-percent stake", "18-percent", "18", EXACT),
    ("10.0 pct of the stock", "10.0 pct", "10", EXACT),
    ("12-3/4 pct of the stock", "12-3/4 pct", "12.75", EXACT),
    ("twenty-five per cent", "twenty-five per cent", "25", EXACT),
    ("up to 30% of it", "up to 30%", "30", UP_TO),
    ("up to about 30% of it", "up to about 30%", "30", UP_TO),
    ("up to a further 5%", "up to a further 5%", "5", UP_TO),
    ("nearly 40 percent", "nearly 40 percent", "40", ABOUT),
    ("no less than 7%", "no less than 7%", "7", AT_LEAST),
    ("20% or more", "20% or more", "20", AT_LEAST),
    ("a one-third stake in it", "one-third", "33.3", ABOUT),
    ("half of the company", "half", "50", EXACT),
    ("fell -3.5% on the year", "3.5%", "-3.5", EXACT),
    ("持股约18%", "约18%", "18", ABOUT),
    ("占18%左右", "18%左右", "18", ABOUT),
    ("不超过8%的股份", "不超过8%", "8", UP_TO),
    ("不超过公司总股本的2.04%", "不超过公司总股本的2.04%", "2.04", UP_TO),
    ("持有５％以上", "５％以上", "5", AT_LEAST),
    ("近三成股权", "近三成", "30", ABOUT),
    ("两成半股权", "两成半", "25", EXACT),
    ("百分之三十五点二", "百分之三十五点二", "35.2", EXACT),
    ("百分之百控股", "百分之百", "100", EXACT),
    ("收购一半股权", "一半", "50", EXACT),
    ("最近5%的人", "5%", "5", EXACT),
]


@pytest.mark.parametrize(("text", "written", "value", "bound"), SHARES)
def test_shares(text: str, written: str, value: str, bound: Bound) -> None:
    figure = only(text)
    assert text[figure.start : figure.end] == written
    assert figure.kind is PERCENT
    assert (figure.quantity.value, figure.quantity.bound) == (Decimal(value), bound)


SUMS = [
    ("a $586m deal", "$586m", 586_000_000, "USD", EXACT),
    ("a $586-million deal", "$586-million", 586_000_000, "USD", EXACT),
    ("for US$1.2 bn in cash", "US$1.2 bn", 1_200_000_000, "USD", EXACT),
    ("about 3,200,000 dlrs", "about 3,200,000 dlrs", 3_200_000, "USD", ABOUT),
    ("6.3 mln U.S. dlrs", "6.3 mln U.S. dlrs", 6_300_000, "USD", EXACT),
    ("two mln stg in stock", "two mln stg", 2_000_000, "GBP", EXACT),
    ("half a billion dollars", "half a billion dollars", 500_000_000, "USD", EXACT),
    ("a million pounds", "a million pounds", 1_000_000, "GBP", EXACT),
    ("more than HK$2bn", "more than HK$2bn", 2_000_000_000, "HKD", AT_LEAST),
    ("RMB182.3bn", "RMB182.3bn", 182_300_000_000, "CNY", EXACT),
    ("€5m or less", "€5m or less", 5_000_000, "EUR", UP_TO),
    ("25 billion\nyuan", "25 billion\nyuan", 25_000_000_000, "CNY", EXACT),
    ("Rs 500 crore", "Rs 500 crore", 5_000_000_000, "INR", EXACT),
    ("以5.86亿美元入股", "5.86亿美元", 586_000_000, "USD", EXACT),
    ("超过人民币5亿元", "超过人民币5亿元", 500_000_000, "CNY", AT_LEAST),
    ("港币约500万", "港币约500万", 5_000_000, "HKD", ABOUT),
    ("约为1000万澳元", "约为1000万澳元", 10_000_000, "AUD", ABOUT),
    ("31.7亿元左右", "31.7亿元左右", 3_170_000_000, "CNY", ABOUT),
    ("共1亿5000万元", "1亿5000万元", 150_000_000, "CNY", EXACT),
    ("十八亿元的罚款", "十八亿元", 1_800_000_000, "CNY", EXACT),
    ("一万二千亿日元", "一万二千亿日元", 1_200_000_000_000, "JPY", EXACT),
    ("5860萬港元", "5860萬港元", 58_600_000, "HKD", EXACT),
    ("3亿多美元", "3亿多美元", 300_000_000, "USD", AT_LEAST),
    ("作价约63亿", "约63亿", 6_300_000_000, "", ABOUT),
    ("签约5亿元", "5亿元", 500_000_000, "CNY", EXACT),
    ("at 250 pence", "250 pence", Decimal("2.5"), "GBP", EXACT),
]


@pytest.mark.parametrize(("text", "written", "value", "currency", "bound"), SUMS)
def test_money(text: str, written: str, value: Decimal, currency: str, bound: Bound) -> None:
    figure = only(text)
    assert text[figure.start : figure.end] == written
    assert (figure.kind, figure.currency) == (MONEY, currency)
    assert (figure.quantity.value, figure.quantity.bound) == (value, bound)


COUNTS = [
    ("503 million registered users,", "503 million", 503_000_000, "users", EXACT),
    ("more than 100,000 creators", "more than 100,000", 100_000, "creators", AT_LEAST),
    ("500m+ users", "500m+", 500_000_000, "users", AT_LEAST),
    ("some 3,000 people", "some 3,000", 3000, "people", ABOUT),
    ("2000 employees", "2000", 2000, "employees", EXACT),
    ("341,210 shares of it", "341,210", 341_210, "shares", EXACT),
    ("1.3 billion a month", "1.3 billion", 1_300_000_000, "", EXACT),
    ("账户数为13.27亿。", "13.27亿", 1_327_000_000, "", EXACT),
    ("不超过800万股", "不超过800万", 8_000_000, "股", UP_TO),
    ("500余万户", "500余万", 5_000_000, "户", AT_LEAST),
    ("三亿五千万用户", "三亿五千万", 350_000_000, "用户", EXACT),
    ("月活用户5亿以上", "5亿以上", 500_000_000, "", AT_LEAST),
]


@pytest.mark.parametrize(("text", "written", "value", "unit", "bound"), COUNTS)
def test_counts(text: str, written: str, value: int, unit: str, bound: Bound) -> None:
    figure = only(text)
    assert text[figure.start : figure.end] == written
    assert (figure.kind, figure.unit) == (COUNT, unit)
    assert (figure.quantity.value, figure.quantity.bound) == (value, bound)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5 percentage points", "0.5"), ("1.2个百分点", "1.2"), ("25 basis points", "0.25")],
)
def test_percentage_points_are_no_percent(text: str, value: str) -> None:
    figure = only(text)
    assert (figure.kind, figure.quantity.value) == (POINTS, Decimal(value))


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("11.00 dlrs a share", "share"),
        ("HK$2.75 per share", "share"),
        ("$3 each", "each"),
        ("2.75港元/股", "股"),
        ("每股转让价格为2.75元", "股"),
        ("每股2.75元", "股"),
        ("$3 in shares", ""),
    ],
)
def test_a_price_says_what_it_is_each_of(text: str, per: str) -> None:
    assert only(text).per == per


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("18%", "1"),
        ("17.5%", "0.1"),
        ("503 million users", "1000000"),
        ("$1.25bn", "10000000"),
        ("13.27亿户", "1000000"),
        ("十八亿元", "100000000"),
        ("3,200,000 dlrs", "1"),
    ],
)
def test_the_step_is_the_unit_of_the_last_place_written(text: str, step: str) -> None:
    assert only(text).quantity.step == Decimal(step)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("between 10 and 15 percent", (10, 15)),
        ("10 to 15 percent", (10, 15)),
        ("10-15%", (10, 15)),
        ("$3m to $5m", (3_000_000, 5_000_000)),
        ("3-5 million users", (3_000_000, 5_000_000)),
        ("5至8亿元", (500_000_000, 800_000_000)),
        ("4500万元-5500万元", (45_000_000, 55_000_000)),
    ],
)
def test_a_range_is_at_least_and_up_to(text: str, values: tuple[int, int]) -> None:
    low, high = figures(text)
    assert (low.quantity.value, high.quantity.value) == values
    assert (low.quantity.bound, high.quantity.bound) == (AT_LEAST, UP_TO)
    assert (low.kind, low.currency) == (high.kind, high.currency)


@pytest.mark.parametrize(
    "text", ["from about 17% to 2.3%", "cut from 10 to 15 percent", "由17%降至20%", "3% and 5%"]
)
def test_a_change_or_a_list_is_no_range(text: str) -> None:
    assert {figure.quantity.bound for figure in figures(text)} <= {EXACT, ABOUT}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "in 2013, on June 9 shares rose, 2013 sales, 25 September",
        "2023-09-28, 10:30, 5 p.m., 11月28日10时, 2019年, 6个月内, 第3名, 9月份",
        "3 years, a 10-year bond, 24 hours, 20 trading days, three times, 2倍",
        "市值前20名, 15个交易日后",
        "call 010-12345678 or 400-800-1234",
        "1. First, 2) second, section 13, Chapter 11, No. 5",
        "v1.2.3, GPT-4 users, a 747, Boeing 747 jets, Fortune 500 companies, 4K, 3M, 5G",
        "002943, (600519), 9988.HK, SZ002943, A320 jets",
        "hundreds of thousands of users, tens of millions, several million, 数百万, 上亿, 几千万",
        "三一重工, 万科, 一家公司, 千方科技, 三方",
        "https://example.org/2023/500/users",
        "a 50-50 venture, over the past three years",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert figures(text) == ()


PIECES = st.sampled_from(
    [
        *("1", "18", "2.5", "1,000", "2023", "%", "$", "US$", "m", " million", " dlrs", " percent"),
        *("约", "超过", "亿", "万", "元", "百分之", "三", "十", "成", "一半股权", "股", "至", "-"),
        *(" to ", " about ", "more than ", " a share", " users", "每股", ",", ".", "\n", " ", "年"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_figures_are_in_order_inside_the_text_and_apart(text: str) -> None:
    before = 0
    for figure in figures(text):
        assert before <= figure.start <= figure.number_start < figure.end <= len(text)
        assert figure.quantity.step > 0
        before = figure.end


@pytest.mark.parametrize(
    ("piece", "most"),
    [
        *(
            ("1,", 0),
            ("1-", 0),
            ("万", 0),
            ("一", 0),
            ("亿万", 0),
            ("9", 0),
            ("$", 0),
            ("不超过", 0),
        ),
        *(("每股", 0), ("twenty ", 0), ("1 ", 0), ("a million ", 20_000), ("1亿", 100_000)),
        *(("5% to ", 40_000), ("百分之", 40_000), ("about ", 0), ("- ", 0), ("总股本的", 0)),
    ],
)
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str, most: int) -> None:
    text = piece * (200_000 // len(piece))
    assert len(figures(text)) <= most
