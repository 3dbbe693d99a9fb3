"""Sentences denser than the rules: whom a deal is not with, and what is no figure of it."""

from __future__ import annotations

import pytest

from tests.ledger.english_reading import claims

NOTHING = [
    "Acme took a 20% stake in Chirper's ticketing unit.",
    "Acme took a 20% stake in Larch Sports' ticketing unit.",
    "Acme owns 30% of the operator of the Chirper app.",
    "Acme bought 5% of a unit of Chirper.",
    "Acme bought a stake in the company behind the Chirper app.",
    "Acme bought 20% of the company that runs Chirper.",
    "Acme invested $200 million in the parent company of the wallet Chirper.",
    "Acme bought half of Chirper's football club for $30 million.",
    "Acme sold its 30% stake in Chirper's parent for $90 million.",
    "Acme bought 85% of Chirper's 29%.",
    "Acme's founder sold 10% of Chirper for $90 million.",
    "Acme's co-founder Joe Ash bought 49% of Chirper.",
    "The head of Acme's cloud unit bought 10% of Chirper.",
    "The family of Acme's Joe Ash holds 7% of Chirper.",
    "A fund backed by Acme bought 5% of Chirper.",
    "Acme rival Larch's boss bought 5% of Chirper.",
    "Acme and Birch buy 7% and 5.5% of Chirper.",
    "Acme (3.5%) and Birch (4.1%) hold stakes in Chirper.",
    "Birch's founder and Acme bought 10% of Chirper.",
    "Birch and its affiliate Acme sold 10% of Chirper.",
    "Chirper slumped 9% as Acme sold 3% at 60 rupees to Birch.",
    "Chirper: Acme sold 25 million ADSs, cutting its holding to 7.5%.",
    "Acme invested $1 billion in rural schools, Birch $2 billion in prizes.",
    "Acme bought rights to the league for $10 million.",
    "Acme has 70% of music streaming and 1% of Chirper.",
    "Acme did not deny that it had bought 5% of Chirper.",
    "Acme passed on buying 10% of Chirper.",
    "Acme owned 5%, or had owned 10%, of a fund.",
    '"Acme to buy 7% of Chirper?" asked the blog.',
    # what has no name is not what is told beside it
    "Acme took a 25% stake in a new subsidiary holding the Larch and Rowan brands.",
    "Acme took 25% of a new subsidiary of Globex, giving the unit a valuation of $4 billion.",
    "Acme bought a 30% stake in a vehicle owning Chirper.",
    "Acme raised its interest in that consortium, which bought Chirper, to 51%.",
    "Acme changed its name after Chirper bought its internet business for $4.5 billion.",
    "Acme cut its stake in the Singaporean group to 18.7%.",
    # a share of what a firm earns is none of the firm
    "Acme gave up its share of Chirper's profit.",
    "Acme takes a 30% share of Chirper's revenue.",
    "Acme offered $3.8 billion for the 36.3% of the logistics company it does not own.",
]
"""What tells no deal between those who are named."""

LESS = [
    ("Acme plans to trim its 26% stake in Chirper.", "percent", None),
    ("Acme is considering selling some of its 25% holding in Chirper.", "percent", None),
    ("Acme will continue to sell down its 24.9% of Chirper.", "percent", None),
    ("Acme may sell part of its 17% stake in Chirper, worth $24 billion.", "amount", None),
    ("Acme took 15% of Chirper, while Birch prepares an IPO worth $15 billion.", "amount", None),
    ("Acme's purchase of Chirper was financed with a loan of $3 billion.", "amount", None),
    ("Acme invested in Chirper as part of a $300 million round.", "amount", None),
    ("Founded by Joe Ash in 1999, Acme bought 18% of Chirper.", "when", None),
    ("Acme bought 12% of Chirper a year after its 2017 listing.", "when", None),
    ("Five years ago this week, Acme bought 33% of Chirper.", "when", None),
    ("Acme was fined $5 million over deals dating back to 2012.", "when", None),
    ("After Birch in 2015, Acme bought 33% of Chirper.", "when", None),
    ("Acme, the owner of 18% of Chirper, met its board on Friday.", "when", None),
    ("Acme will buy Chirper, after walking away in May 2023 from a first deal.", "when", None),
    ("Acme took 75% of Chirper, the shop unit that moved to Paris in 2021.", "when", None),
    ("Acme bought Chirper in 2016 and raised its interest in that fund to 51%.", "percent", None),
]
"""What a figure or a date of something else is left out of."""


@pytest.mark.parametrize("text", NOTHING)
def test_who_is_only_mentioned_is_no_party(text: str) -> None:
    found = [claim for claim in claims(text) if claim.kind not in {"metric", "target"}]
    assert found == []


@pytest.mark.parametrize(("text", "field", "value"), LESS)
def test_a_figure_of_something_else_is_none_of_the_deals(
    text: str, field: str, value: object
) -> None:
    (claim,) = claims(text)
    assert getattr(claim, field) == value


PLAIN = [
    ("Acme raised its stake in Chirper to 32% from 18%.", {"acme", "chirper"}),
    ("Acme's logistics arm AcmePay bought 5% of Chirper.", {"acme", "chirper"}),
    ("Acme bought 5% of Chirper from Birch's former partner.", {"acme", "chirper"}),
    ("Acme, the largest shareholder of Birch, bought 10% of Chirper.", {"acme", "chirper"}),
    ("Acme is in talks with the Ash family about a buyout of Chirper.", {"acme", "chirper"}),
    ("After talks with Birch collapsed, Chirper sold 10% to Acme.", {"acme", "chirper"}),
    ("Acme sold its 62% of eLong to Birch for $600 million.", {"acme", "elong", "birch"}),
    ("Rowan & Larch sold 5% of Chirper to Acme.", {"acme", "rowan & larch", "chirper"}),
    ("Acme bought 10% of Five Star for $30 million.", {"acme", "five star"}),
    (
        "Acme and Birch set up a joint venture combining Acme's shops with Chirper.",
        {"acme", "birch"},
    ),
    (
        "The merger of Birch and Chirper, two sites in which Acme held 36%, was blocked.",
        {"birch", "chirper"},
    ),
]
"""What the guards let through."""


@pytest.mark.parametrize(("text", "parties"), PLAIN)
def test_a_plain_deal_is_told(text: str, parties: set[str]) -> None:
    (claim,) = claims(text)
    assert {party.key for party in claim.parties} == parties


@pytest.mark.parametrize(
    "text",
    [
        "The Fair Trade Office blocked the merger of Birch and Chirper, the two biggest sites, in"
        " which Acme held 36.9%.",
        "The merger of Birch and Chirper, which Acme controls, was blocked by the Fair Trade"
        " Office.",
    ],
)
def test_who_holds_a_part_of_those_that_merge_is_no_party(text: str) -> None:
    told = claims(text)
    assert {party.key for claim in told for party in claim.parties} == {"birch", "chirper", "fto"}


def test_a_date_of_the_deal_is_kept_before_an_aside() -> None:
    for text in (
        "Acme bought Chirper in June 2016 after months of talks.",
        "Acme bought Chirper, which makes games, in June 2016.",
    ):
        (claim,) = claims(text)
        assert str(claim.when) == "2016-06"


def test_a_price_belongs_to_one_deal() -> None:
    first, second = claims(
        "Acme bought 10% of Chirper before Birch paid $19 million for Larch Inc."
    )
    assert first.amount is None
    assert second.amount is not None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The Fair Trade Office rejected Acme's purchase of Chirper.", "unwound"),
        ("Acme's bid for Chirper was turned down by its board.", "unwound"),
        ("Rumours about Acme buying 10% of Chirper were dismissed by both.", "denied"),
        ("After talks with Birch collapsed, Chirper sold 10% to Acme.", "completed"),
    ],
)
def test_how_far_a_deal_came_is_of_its_own_clause(text: str, status: str) -> None:
    deal = next(claim for claim in claims(text) if claim.kind != "regulatory")
    assert deal.status == status


@pytest.mark.parametrize(
    "text",
    [
        '"We passed 12 million users in January," said Ann Ash, an analyst who follows Chirper.',
        '"We passed 12 million users in January," said Ann Ash.',
        '"We passed 12 million users in January," Ann Ash said.',
    ],
)
def test_what_we_have_is_not_the_speakers(text: str) -> None:
    assert claims(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Acme bought 5% of Chirper, and the two would never work together.",
        "Acme may buy 5% of Chirper, and the two would work together.",
        "Acme bought 5% of Chirper from Birch, and the two will work together.",
    ],
)
def test_the_two_work_together_only_where_that_is_plain(text: str) -> None:
    assert [claim.kind for claim in claims(text)] == ["stake"]
