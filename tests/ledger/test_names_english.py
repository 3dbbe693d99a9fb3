"""Whom an English text names."""

from __future__ import annotations

import pytest

from briefings.ledger.names import english
from tests.ledger.english_reading import MATCHER

NAMED = [
    ("Elm Corp bought Larch Foods Ltd.", ["Elm Corp", "Larch Foods Ltd"]),
    ("Hazel and Sons Co sold it.", ["Hazel and Sons Co"]),
    ("Oak Timber and Chemical Corp said so.", ["Oak Timber and Chemical Corp"]),
    ("Acme and Larch Foods Ltd agreed.", ["acme", "Larch Foods Ltd"]),
    ("Second Elm Savings and Loan Association of Port Smith said its board met.",
     ["Second Elm Savings and Loan Association of Port Smith"]),
    ("Swift Ltd of Ottawa, Oak Inc of Denver, Colo., and Elm Corp met.",
     ["Swift Ltd", "Oak Inc", "Elm Corp"]),
    ("Alder Pacific (Paper) Ltd owns it.", ["Alder Pacific (Paper) Ltd"]),
    ("Yesterday Elm Corp's Larch unit was sold.", ["Elm Corp", "Larch"]),
    ("1900 Hardware Inc had 30 stores in 1987.", ["1900 Hardware Inc"]),
    ("Lisbon-based Larch Equity Ltd rose.", ["Larch Equity Ltd"]),
    ("Baker's Furniture Inc said sales rose.", ["Baker's Furniture Inc"]),
    ("Acme Holdings Ltd said so.", ["acme"]),
    ("Acme Furniture Repair Inc said so.", ["Acme Furniture Repair Inc"]),
    ("The Fair Trade Office fined Acme Films.", ["fto", "acme-films"]),
    ("Nvidia bought Arm.", ["Nvidia", "Arm"]),
]  # fmt: skip

NOBODY = [
    "On Tuesday, shares in China and the United States rose.",
    "Chairman Peter Reed resigned in January.",
    "Investors sold bonds; We're waiting, he said.",
    "Successful completion of the offer is due in March.",
    "Analysts expect the IPO in New York.",
]


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_organisations_are_named_as_they_are_written(text: str, named: list[str]) -> None:
    assert [name.named for name in english(MATCHER, text)] == named


@pytest.mark.parametrize("text", NOBODY)
def test_weekdays_places_people_and_first_words_are_no_organisations(text: str) -> None:
    assert english(MATCHER, text) == ()


def test_a_headline_in_capitals_names_only_whom_its_words_prove() -> None:
    found = english(MATCHER, "Big Retailers Fear Acme Could Buy Larch Foods Ltd For Billions")
    assert [name.named for name in found] == ["acme", "Larch Foods Ltd"]


def test_a_unit_counts_for_its_owner_and_a_regulator_is_told_apart() -> None:
    films, office, commission = english(
        MATCHER, "Acme Films met the Fair Trade Office and the Elm Trade Commission."
    )
    assert (films.organisation, films.named, films.regulator) == ("acme", "acme-films", False)
    assert office.regulator
    assert (commission.organisation, commission.regulator) == (None, True)


def test_positions_are_those_of_the_text() -> None:
    text = "Elm Corp and  Larch\nFoods Ltd met Acme."
    assert [text[name.start : name.end] for name in english(MATCHER, text)] == [
        "Elm Corp",
        "Larch\nFoods Ltd",
        "Acme",
    ]
