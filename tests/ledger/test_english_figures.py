"""What English sentences with several figures, dates and names say of whose figure is which.

A figure that is plainly of a whole organisation is read; one that is of a part, of another, of what
was expected or of an earlier time is not given as it.
"""

from __future__ import annotations

from datetime import date

import pytest

from briefings.facts import Bound, Kind
from tests.ledger.english_reading import EXTRACTOR, claims, lines

NOTHING = [
    # of one place
    "Acme has 10 million users in Korea.",
    "In London, Acme has 100 employees.",
    "Acme in Hong Kong has 3 million users and free shipping.",
    "Acme's US sales rose 5% to $9 billion.",
    "Birch Thailand's profit was 604 million baht.",
    # of one event, deal or customer
    "Acme's sales during its spring festival reached 400 billion yuan.",
    "On the two sales Acme lost 22.5 billion yuan.",
    "Acme booked a loss of 13.2 billion yuan on its stake in Chirper.",
    "Birch's share of Acme's profit was 3.9 billion yuan.",
    "Acme will sell its stake in Birch to Chirper, booking a loss of 13.2 billion yuan.",
    "Acme sold Birch to Chirper and expects a loss of 9.3 billion yuan on the transaction.",
    "Acme offered $3.8 billion for the 36.3% of the logistics company it does not own.",
    "Birch paid 3% of its 2020 sales, 3.44 billion yuan.",
    # of a part without a name in the ledger
    "Acme's Brazilian unit posted $2 billion in revenue.",
    "Acme's overseas games revenue was 13.9 billion yuan.",
    "Acme boss out, unit's revenue up 2%.",
    # of somebody else
    "The Acme seller Larchwood, listed in Paris, lost 13 million users.",
    "More than 40% of the 1,200 Acme sellers polled expect revenue to fall 10%.",
    "Acme overtook Birch with 788 million active buyers.",
    "The company founded by Birch in 1999 employed 204,891 people.",
    # what changes, what is bought, what some do
    "Acme cut 19,576 jobs.",
    "Acme added 20 million users.",
    "Acme plans to open 70 stores this year.",
    "Birch bought 12 stores from Acme.",
    "Users of Chirper spent 80% more time on it.",
    "Up to 1.5 million merchants on Acme will lose out.",
    "Acme says 402 brands sold more than 100 million yuan each.",
    # what was expected
    "Acme's revenue was 8% below the 240 billion yuan expected.",
    "Birch's revenue from Acme was $112 million in 2023.",
    "Acme's cost of revenue was 75 billion yuan.",
    "Acme's revenue from electronics rose 5.3% to 123 billion yuan.",
    # several, not as many as there are figures
    "Acme's revenue and profit rose 8% to 161 billion yuan.",
    "The combined profit of Acme, Birch and Chirper fell 15% to 60 billion yuan.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_of_less_or_of_another_is_not_given(text: str) -> None:
    assert [claim for claim in claims(text) if claim.kind in {Kind.METRIC, Kind.TARGET}] == []


READ = [
    (
        "Acme's revenue and profit were 260.3 billion yuan and 14.4 billion yuan.",
        [
            "metric, completed: subject acme; revenue, CNY 260300000000",
            "metric, completed: subject acme; net profit, CNY 14400000000",
        ],
    ),
    (
        "Users and revenue at Chirper grew 7% and 15%.",
        [
            "metric, completed: subject chirper; users, change 7%",
            "metric, completed: subject chirper; revenue, change 15%",
        ],
    ),
    (
        "Acme's and Birch's revenue was 260 billion yuan and 155 billion yuan.",
        [
            "metric, completed: subject acme; revenue, CNY 260000000000",
            "metric, completed: subject birch; revenue, CNY 155000000000",
        ],
    ),
    (
        "Chirper and Birch have 598 million and 336 million monthly users, respectively.",
        [
            "metric, completed: subject chirper; monthly active users, 598000000",
            "metric, completed: subject birch; monthly active users, 336000000",
        ],
    ),
    (
        "AcmePay reported a profit of 7 billion yuan, on revenue that rose 9.7% to $8 billion.",
        ["metric, completed: subject acmepay; net profit, CNY 7000000000"],
    ),
    (
        "Acme's profit rose 5% to 3 billion yuan on sales of 10 billion yuan, up 12%.",
        [
            "metric, completed: subject acme; net profit, CNY 3000000000, change 5%",
            "metric, completed: subject acme; revenue, CNY 10000000000, change 12%",
        ],
    ),
    (
        "Acme's Singles' Day sales soared 58% to 57.1 billion yuan.",
        ["metric, completed: subject acme; singles' day revenue, CNY 57100000000, change 58%"],
    ),
    (
        "Acme's cloud arm posted revenue of 25 billion yuan.",
        ["metric, completed: subject acme; cloud revenue, CNY 25000000000"],
    ),
    (
        "Acme's customer management revenue was 80 billion yuan.",
        ["metric, completed: subject acme; customer management revenue, CNY 80000000000"],
    ),
    (
        "The e-commerce group Birch had revenue of $5 billion.",
        ["metric, completed: subject birch; revenue, USD 5000000000"],
    ),
    (
        "Acme's drivers delivered 9 billion orders, up 24%.",
        ["metric, completed: subject acme; orders, 9000000000, change 24%"],
    ),
    (
        "Chirper swung to a loss of $23 million from a profit of $87 million.",
        ["metric, completed: subject chirper; net loss, USD 23000000"],
    ),
    (
        "Acme's market share fell to 37%, Birch's rose to 19%.",
        ["metric, completed: subject acme; market share, 37"],
    ),
    (
        "Birch, with 60 million users, got no licence.",
        ["metric, completed: subject birch; users, 60000000"],
    ),
    (
        "Birch has spent $1 billion on data centres.",
        ["metric, completed: subject birch; capital expenditure, USD 1000000000"],
    ),
]


@pytest.mark.parametrize(("text", "told"), READ)
def test_each_figure_goes_where_it_belongs(text: str, told: list[str]) -> None:
    assert lines(text) == told


RESULTS = [
    "Acme said it would cut jobs as profit fell 1% to 25.5 billion yuan.",
    "Acme plans to buy back shares as its revenue climbed to $436 million.",
    "Acme missed estimates with revenue of 243 billion yuan, against a consensus of 249 billion.",
    "Hopes of more were dashed by revenue up 3% at 207 billion yuan, Acme said.",
]
WANTED = [
    "Analysts forecast that Acme's revenue grew 5.4% to 256 billion yuan.",
    "Acme said its profit would rise 10% this year.",
    "Acme's revenue is expected to have grown 2% to 18.9 billion yuan.",
    "Analysts see Acme's revenue at 940 billion yuan this year.",
]


@pytest.mark.parametrize("text", RESULTS)
def test_a_result_beside_plans_is_no_target(text: str) -> None:
    assert {claim.kind for claim in claims(text)} <= {Kind.METRIC}


@pytest.mark.parametrize("text", WANTED)
def test_a_forecast_is_no_result(text: str) -> None:
    assert {claim.kind for claim in claims(text)} == {Kind.TARGET}


DATES = [
    ("Chirper had 129 million users in December 2013.", "2013-12"),
    ("Acme's revenue rose 5% to 260 billion yuan in the December quarter.", "2023-Q4"),
    ("As of December 31, 2023, Chirper had 588 million users.", "2023-12-31"),
    ("Acme, launched in August 2009, reached 500 million users in 2012.", "2012"),
    ("Acme's revenue was $1.76 billion in 2023 and $1.84 billion in 2022.", "2023"),
    ("Acme's fourth-quarter profit was 27 billion yuan.", "2023-Q4"),
    ("Acme's first-half profit was 27 billion yuan.", "2023-H1"),
    ("On Thursday Acme reported a 7% increase in revenue to 221.9 billion yuan.", ""),
    ("Last week Acme reported revenue of 221.9 billion yuan.", ""),
    ("Acme employs 204,891 people, fewer than in March 2023.", ""),
    ("Chirper's monthly users of 598 million compare with 586 million in December 2022.", ""),
    ("Acme revenue up 6 pct at 159.5 bln yuan (Q1 2023: 150.0 bln)", ""),
    ("Acme made its first profit, 1.5 billion yuan, since its listing in February 2021.", ""),
    ("Acme had revenue of 49 billion yuan, its best since the delisting in June 2022.", ""),
    ("For fiscal 2023, ended in March, Acme's revenue was 868.7 billion yuan.", ""),
    ("Acme, fined 8 billion yuan in 2022 and delisted, earned 500 million yuan.", ""),
    ("Acme has 300 million users, half as many as Birch had in 2019.", ""),
    ("Acme's revenue rose 29% to 11.9 billion yuan, surpassing the level of 2019 by 46%.", ""),
    ("Acme reached 100 million users in 433 days and a billion in March 2018.", ""),
    ("Chirper had 144 million monthly users when it listed in 2014.", ""),
    ("Acme's revenue rose 20% to 88 billion yuan in the final three months of 2022.", ""),
    ("Acme had revenue of 88 billion yuan in the first six months of 2023.", ""),
    ("Acme posted its first quarterly fall in May 2022, when sales fell 3% to $9 billion.", ""),
    ("Acme reported in August 2022 that its revenue fell 3% to 134 billion yuan.", ""),
]


@pytest.mark.parametrize(("text", "when"), DATES)
def test_a_figure_has_its_own_date_only(text: str, when: str) -> None:
    told = next(claim for claim in claims(text) if claim.metric)
    assert str(told.when or "") == when


def test_a_quarter_of_a_result_is_over() -> None:
    text = "Acme's third-quarter profit was 27 billion yuan."
    (claim,) = EXTRACTOR.claims("", text, language="en", published=date(2024, 8, 1))
    assert str(claim.when) == "2023-Q3"
    (claim,) = EXTRACTOR.claims("", text, language="en", published=date(2024, 11, 1))
    assert str(claim.when) == "2024-Q3"


BOUNDS = [
    ("Chirper's users grew by 21 million to 605 million.", Bound.EXACT),
    ("Chirper's users rose by 12 million to 257 million.", Bound.EXACT),
    ("Chirper has more than 500 million users.", Bound.AT_LEAST),
]


@pytest.mark.parametrize(("text", "bound"), BOUNDS)
def test_a_change_is_no_bound(text: str, bound: Bound) -> None:
    (claim,) = claims(text)
    assert claim.value is not None
    assert claim.value.bound is bound


def test_a_change_with_its_sign_is_no_bound() -> None:
    (claim,) = claims("Chirper: Q4 net revenues $463.7M, +3%, users 598M.")
    assert claim.amount is not None
    assert claim.amount.quantity.bound is Bound.EXACT
