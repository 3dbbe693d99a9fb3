"""One deal said in many ways, with parties named in many ways: kind and parties stay the same."""

from __future__ import annotations

import pytest

from briefings.facts import Kind
from tests.ledger.english_reading import claims

TARGETS = [
    ("Chirper", "chirper"),
    ("Freshwave", "Freshwave"),
    ("the Cambridge games studio Halden Brook", "Halden Brook"),
    ("Singapore Post", "Singapore Post"),
    ("South Korean game maker Bluehive", "Bluehive"),
    ("Berlin-based lender Kontist", "Kontist"),
    ("Indian food-delivery start-up Zomira", "Zomira"),
]
"""Who is dealt in: as the text names them, and the name that is theirs."""

SHAPES: dict[Kind, list[str]] = {
    Kind.STAKE: [
        "A 9% stake in {t} was bought by Acme for £17.7 million.",
        "Acme's purchase of 9% of {t} will cost it £17.7 million.",
        "Acme will subscribe for new shares amounting to 9% of {t}.",
        "9% of {t} now belongs to Acme.",
        "The purchase by Acme of a 9% interest in {t} cost £17.7 million.",
        "Acme is the owner of 9% of {t}.",
        "{t} sold 9% of itself to Acme for £17.7 million.",
    ],
    Kind.ACQUISITION: [
        "{t} has been taken over by Acme.",
        "{t} will become a wholly owned subsidiary of Acme.",
        "{t} becomes part of Acme in a $50 million deal.",
        "{t} fell into the hands of Acme for $50 million.",
        "Acme paid $50 million for {t}.",
    ],
    Kind.INVESTMENT: [
        "A $50 million round in {t} was led by Acme.",
        "Acme backed {t} with $50 million.",
        "Acme has become an investor in {t}.",
        "Acme was the largest investor in a $50 million round for {t}.",
        "{t} secured $50 million from Acme.",
    ],
    Kind.DIVESTMENT: [
        "Acme plans to spin off its 9% stake in {t}.",
        "Acme's sale of 9% of {t} brought in $50 million.",
        "Acme got $50 million for its 9% stake in {t}.",
        "Acme has divested itself of its 9% stake in {t}.",
        "Acme has sold out of {t} for $50 million.",
    ],
    Kind.PARTNERSHIP: [
        "Acme and {t} signed a partnership to sell clothes.",
        "A strategic cooperation agreement was signed by Acme and {t}.",
        "Acme deepened its ties with {t}.",
        "Acme will work with {t} on cloud services.",
        "{t} signed up with Acme to open smart shops.",
        "Acme has been chosen by {t} as its cloud partner.",
    ],
    Kind.JOINT_VENTURE: [
        "A joint venture for car software has been established by Acme and {t}.",
        "Acme and {t} are partners in a new joint venture.",
        "The joint venture between Acme and {t} will make batteries.",
        "Acme and {t} jointly founded a company to make car software.",
        "A company for car software was founded jointly by Acme and {t}.",
        "Together with {t}, Acme has set up a joint venture.",
        "Acme has teamed up with {t} to form a joint venture.",
    ],
}

NOTHING = [
    "A merger of Birch and Chirper would be blocked, a lawyer said.",
    "A joint venture between Acme and Birch is unlikely.",
    "90% of the goods on Chirper belong to Birch sellers.",
    "Acme will become part of the Hang Seng China index.",
    "Chirper became part of daily life in China.",
    "Acme backed calls for stricter rules on games.",
    "Acme picked Dana Reed to run its travel business.",
    "Acme split off the post of chairman from that of chief executive.",
    "Acme rejected a call to sell Chirper.",
    "Under a new law, Acme may sell the goods of Birch.",
    "A fund manager said Chirper was a better buy than Acme.",
    "5,000 employees of Acme moved to a new building.",
    "Chirper lost 3 million users in the quarter.",
    "1,200 merchants sued Acme over fees.",
]

FIGURES = [
    ("Nearly 50,000 merchants sell goods on Chirper.", Kind.METRIC, "merchants"),
    ("Some 2 million creators earn money on Chirper.", Kind.METRIC, "creators"),
    ("Nine million merchants are active on Chirper.", Kind.METRIC, "merchants"),
    ("Revenue for the year at Chirper dipped 4% to $750 million.", Kind.METRIC, "revenue"),
    ("Sales rose 10% at Chirper to $300 billion.", Kind.METRIC, "revenue"),
    ("Chirper has its sights set on 200 million users.", Kind.TARGET, "users"),
    ("Chirper sees revenue rising 20% this year.", Kind.TARGET, "revenue"),
]


@pytest.mark.parametrize(
    ("kind", "shape"), [(kind, shape) for kind, shapes in SHAPES.items() for shape in shapes]
)
def test_a_deal_is_read_however_it_is_said(kind: Kind, shape: str) -> None:
    for written, named in TARGETS:
        text = shape.format(t=written)
        told = claims(text[0].upper() + text[1:])
        parties = {party.organisation or party.named for claim in told for party in claim.parties}
        assert [claim.kind for claim in told] == [kind], text
        assert parties == {"acme", named}, text


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_a_deal_claims_nothing(text: str) -> None:
    assert claims(text) == ()


@pytest.mark.parametrize(("text", "kind", "metric"), FIGURES)
def test_figures_are_told_by_what_people_do(text: str, kind: Kind, metric: str) -> None:
    assert [(claim.kind, claim.metric) for claim in claims(text)] == [(kind, metric)]


def test_two_may_buy_into_each_other() -> None:
    told = claims(
        "Acme will pay $28m for 20% of Chirper, which in turn will buy 1% of Acme for $9m."
    )
    buyers = [next(p.organisation for p in claim.parties if p.role == "buyer") for claim in told]
    assert buyers == ["acme", "chirper"]
