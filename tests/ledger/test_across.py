"""What belongs together across the sentences of one article."""

from __future__ import annotations

import pytest

from briefings.facts import Status
from tests.ledger.chinese_reading import claims as chinese_claims
from tests.ledger.english_reading import claims, lines


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("The deal is worth $410m.", "; USD 410000000"),
        ("Terms were not disclosed.", "; undisclosed"),
        ("Chirper will keep its name.", ""),
    ],
)
def test_the_amount_of_a_deal_may_stand_in_the_next_sentence(second: str, told: str) -> None:
    assert lines(f"Acme agreed to buy Chirper. {second}") == [
        f"acquisition, announced: buyer acme, target chirper{told}"
    ]


def test_an_amount_is_given_to_no_deal_where_two_could_have_it() -> None:
    text = "Acme agreed to buy Chirper. Birch agreed to buy Dovetail. The deal is worth $410m."
    assert [claim.amount for claim in claims(text)] == [None, None]


def test_the_sentence_with_the_amount_is_evidence_too() -> None:
    text = "Acme agreed to buy Chirper. The deal is worth $410m."
    (claim,) = claims(text)
    assert claim.evidence.text == "Acme agreed to buy Chirper."
    assert [evidence.text for evidence in claim.also] == ["The deal is worth $410m."]


@pytest.mark.parametrize(
    "text",
    [
        "Chirper has published its numbers. It has 212 million users.",
        "Chirper has published its numbers. The company has 212 million users.",
        "Chirper has published its numbers. It rained. It has 212 million users.",
    ],
)
def test_it_and_the_company_are_whoever_the_sentence_before_is_about(text: str) -> None:
    assert lines(text) == ["metric, completed: subject chirper; users, 212000000"]


def test_both_firms_are_the_two_named_before() -> None:
    text = "Acme and Birch met in spring. Both firms have invested $3 million in Dovetail."
    assert lines(text) == [
        "investment, completed: buyer acme, buyer birch, target dovetail; USD 3000000"
    ]


@pytest.mark.parametrize(
    "before",
    ["Somebody spoke.", "Acme and Birch spoke.", "A talk between Acme and Birch was held."],
)
def test_who_could_be_several_is_nobody(before: str) -> None:
    assert lines(f"{before} The company has 212 million users.") == []


def test_a_short_name_is_the_long_one_of_the_article() -> None:
    text = "Elm Foods Corp will cut its prices. Birch will buy Elm Foods for $9 million."
    assert lines(text) == [
        "acquisition, announced: buyer birch, target Elm Foods Corp; USD 9000000"
    ]


def test_headline_and_body_are_one_claim_with_the_bodys_sentence() -> None:
    (claim,) = claims("Acme said it will buy 18% of Chirper.", "Acme to buy 18% of Chirper")
    assert not claim.evidence.in_title
    assert [evidence.in_title for evidence in claim.also] == [True]


def test_what_only_the_headline_says_has_the_headline_for_evidence() -> None:
    (claim,) = claims("It rained.", "Acme to buy 18% of Chirper")
    assert claim.evidence.in_title
    assert claim.evidence.text == "Acme to buy 18% of Chirper"


def test_two_stages_of_a_deal_are_one_claim_that_has_come_as_far_as_the_later() -> None:
    (claim,) = claims("Acme agreed to buy Chirper. Acme completed the purchase of Chirper in May.")
    assert claim.status is Status.COMPLETED


def test_stakes_that_differ_stay_two_claims() -> None:
    text = "Acme took 18% of Chirper in 2013. Acme took 32% of Chirper in 2014."
    assert [str(claim.percent.value) for claim in claims(text) if claim.percent] == ["18", "32"]


def test_a_sale_and_the_purchase_it_is_are_one_claim() -> None:
    text = "Elm Corp agreed to sell Larch Ltd to Birch. Birch will acquire all of Larch Ltd."
    assert lines(text) == ["divestment, announced: seller Elm Corp, target Larch Ltd, buyer birch"]


def test_an_owners_unit_is_a_party_of_its_own_in_the_deal_it_was_bought_by() -> None:
    (claim,) = claims("Acme bought Acme Films for $1 billion.")
    assert [party.key for party in claim.parties] == ["acme", "acme-films"]


RESULTS = "metric, completed: subject chirper; revenue, USD 80000000, change 8%"


@pytest.mark.parametrize(
    "text",
    [
        "Chirper has a new chief. Revenue rose 8% to $80 million.",
        "Ann Ash, Chirper's chief executive, spoke. Revenue was up 8% at $80 million.",
        "Chirper has a new chief. Its shares fell. Net revenue rose 8% to $80 million.",
    ],
)
def test_results_of_nobody_named_are_those_of_the_only_firm_named_before(text: str) -> None:
    assert lines(text) == [RESULTS]


@pytest.mark.parametrize(
    "text",
    [
        "Revenue rose 8% to $80 million.",
        "Chirper and Acme have new chiefs. Revenue rose 8% to $80 million.",
        "Chirper has a new chief, as has Acme. Revenue rose 8% to $80 million.",
        "Chirper has a new chief. Retail sales rose 8% to $80 million.",
        "Chirper has a new chief. Car sales rose 8% to $80 million.",
        "Chirper has a new chief. Revenue of the industry rose 8% to $80 million.",
        "Chirper has a new chief. Revenue in China rose 8% to $80 million.",
    ],
)
def test_results_of_a_market_or_of_one_of_several_are_nobodys(text: str) -> None:
    assert lines(text) == []


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("微语今天发布了业绩报告。", ["weiyu"]),
        ("微语和青禾今天发布了业绩报告。", []),
        ("今天有业绩报告发布。", []),
    ],
)
def test_chinese_results_of_nobody_named_are_those_of_the_only_firm_before(
    before: str, told: list[str]
) -> None:
    found = chinese_claims(f"{before}三季度净利润5亿元,上年同期为3亿元。")
    assert [party.key for claim in found for party in claim.parties] == told
    assert all(str(claim.when) == "2023-Q3" for claim in found)
