"""Facts in words: every bound, currency and scale, and no number that says more than it is."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.facts import Bound, Kind, Money, Quantity, Reading, Status, When
from briefings.ledger import wording
from tests.fakes.claims import claim, money, number, stake, users

SCALES = {"": 0, "million": 6, "billion": 9, "trillion": 12}


@pytest.mark.parametrize(
    ("value", "step", "written"),
    [
        ("0", "1", "0"),
        ("18", "1", "18"),
        ("17.5", "0.1", "17.5"),
        ("17.50", "0.01", "17.50"),
        ("999999", "1", "999,999"),
        ("12000", "1000", "12,000"),
        ("1e6", "1e6", "1 million"),
        ("586e6", "1e6", "586 million"),
        ("500e6", "1e8", "500 million"),
        ("1327e6", "1e6", "1.327 billion"),
        ("1500e6", "1e6", "1.5 billion"),
        ("27e6", "1e4", "27 million"),
        ("25e9", "1e8", "25 billion"),
        ("10e9", "1e8", "10 billion"),
        ("1e9", "1e6", "1 billion"),
        ("1.5e9", "1e8", "1.5 billion"),
        ("2e12", "1e12", "2 trillion"),
        ("1234e12", "1e12", "1,234 trillion"),
        ("-5e6", "1e6", "-5 million"),
        ("1500001", "1e6", "1.500001 million"),
        ("3", "0", "3"),
        ("1e27", "1e-6", "1,000,000,000,000,000 trillion"),
    ],
)
def test_numbers_are_as_precise_as_they_were_written(value: str, step: str, written: str) -> None:
    assert wording.number(Decimal(value), Decimal(step)) == written


def read_back(words: str) -> tuple[Decimal, Decimal]:
    """The value of a number in words, and the unit of its last place."""
    digits, _, scale = words.partition(" ")
    assert re.fullmatch(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?", digits)
    places = len(digits.partition(".")[2])
    by = SCALES[scale]
    return Decimal(digits.replace(",", "")).scaleb(by), Decimal(1).scaleb(by - places)


@given(st.integers(-(10**15), 10**15), st.integers(-6, 12), st.integers(-6, 12))
def test_a_number_read_back_is_the_number(digits: int, exponent: int, step: int) -> None:
    value = Decimal(digits).scaleb(exponent)
    assert read_back(wording.number(value, Decimal(1).scaleb(step)))[0] == value


@given(st.integers(1, 10**12), st.integers(-6, 12))
def test_no_place_is_shown_that_nobody_wrote(digits: int, exponent: int) -> None:
    value, step = Decimal(digits).scaleb(exponent), Decimal(1).scaleb(exponent)
    words = wording.number(value, step)
    if "." in words:
        assert read_back(words)[1] >= step


@pytest.mark.parametrize(
    ("bound", "share", "changed", "amount"),
    [
        (Bound.EXACT, "18%", "down 18%", "US$18"),
        (Bound.ABOUT, "about 18%", "down about 18%", "about US$18"),
        (Bound.AT_LEAST, "at least 18%", "down at least 18%", "at least US$18"),
        (Bound.UP_TO, "up to 18%", "down up to 18%", "up to US$18"),
    ],
)
def test_the_bound_of_a_figure_is_said(bound: Bound, share: str, changed: str, amount: str) -> None:
    figure = number("18", bound)
    assert wording.percent(figure) == share
    assert wording.quantity(figure) == share.removesuffix("%")
    assert wording.change(number("-18", bound)) == changed
    assert wording.change(figure) == changed.replace("down", "up", 1)
    assert wording.money(Money(figure, "USD")) == amount


@pytest.mark.parametrize(
    ("currency", "written"),
    [
        ("USD", "US$25 billion"), ("HKD", "HK$25 billion"), ("SGD", "S$25 billion"),
        ("TWD", "NT$25 billion"), ("AUD", "A$25 billion"), ("CAD", "C$25 billion"),
        ("EUR", "€25 billion"), ("GBP", "£25 billion"), ("CNY", "25 billion yuan"),
        ("JPY", "25 billion yen"), ("KRW", "25 billion won"), ("INR", "25 billion rupees"),
        ("RUB", "25 billion roubles"), ("CHF", "25 billion CHF"),
        ("", "25 billion (currency not given)"),
    ],
)  # fmt: skip
def test_every_currency_is_named(currency: str, written: str) -> None:
    assert wording.money(money("25e9", currency)) == written


def test_the_figures_of_a_deal_and_of_a_metric() -> None:
    deal = stake("acme", "globex", "18", option_percent=number("30"), amount=money("586e6"))
    assert wording.figures(deal) == "18%, option to 30%, US$586 million"
    assert wording.metric(deal) == ""
    hidden = claim(Kind.ACQUISITION, "acme", "globex", undisclosed=True)
    assert wording.figures(hidden) == "amount not disclosed"
    told = claim(Kind.ACQUISITION, "acme", "globex", undisclosed=True, amount=money("5e6"))
    assert wording.figures(told) == "US$5 million"
    growth = users("parcel", "503e6", segment="monthly active", change_percent=number("-34"))
    assert wording.figures(growth) == "503 million, down 34%"
    assert wording.metric(growth) == "monthly active users"
    assert wording.figures(claim(Kind.PARTNERSHIP, "acme", "globex")) == ""


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("percent", number("18"), "18%"),
        ("option_percent", number("30", Bound.UP_TO), "up to 30%"),
        ("value", number("503e6"), "503 million"),
        ("change_percent", number("-5"), "down 5%"),
        ("amount", money("1.2e9", "EUR"), "€1.2 billion"),
        ("when", When.months(2019, 4, 3), "2019-Q2"),
        ("when", When.day(date(2013, 5, 7)), "2013-05-07"),
        ("status", Status.DENIED, "denied"),
    ],
)
def test_what_some_reports_give_for_a_field(
    field: str, value: Quantity | Money | When | Status, said: str
) -> None:
    assert wording.reading(field, Reading(value, ())) == said


def test_every_kind_and_every_field_that_may_differ_has_a_name() -> None:
    assert set(wording.KINDS) == set(Kind)
    assert set(wording.FIELDS) == {
        "percent", "option_percent", "amount", "value", "change_percent", "when", "status",
    }  # fmt: skip
