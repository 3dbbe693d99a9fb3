"""The amount of a fact as its text has it."""

from dataclasses import replace

import pytest

from briefings.facts import Claim, Evidence, Fact, Kind
from briefings.ledger.reconcile import reconcile
from briefings.ledger.written import amount_as_written
from tests.fakes.claims import claim, money
from tests.ledger.reports import report


def said(text: str, **fields: object) -> Claim:
    made = claim(Kind.STAKE, "acme", "globex", **fields)
    return replace(made, evidence=Evidence(text, 0, len(text)))


def fact(claimed: Claim) -> Fact:
    (made,) = reconcile([report(claimed, "2013-05-07", text=claimed.evidence.text)])
    return made


@pytest.mark.parametrize(
    ("text", "amount", "written"),
    [
        ("Acme paid about $586m for 18% of it.", money("586e6"), "$586m"),
        ("It paid 3 dlrs a share, or 6.3 mln\ndlrs in all.", money("6.3e6"), "6.3 mln dlrs"),
        ("艾克美以不超过5.86亿美元入股。", money("586e6"), "5.86亿美元"),
        ("Acme paid a lot for it.", money("586e6"), ""),
        ("It paid 586m yuan.", money("586e6", "USD"), ""),
    ],
)
def test_the_amount_without_its_bound(text: str, amount: object, written: str) -> None:
    assert amount_as_written(fact(said(text, amount=amount))) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Terms were not disclosed.", "not disclosed"),
        ("Acme bought it for an undisclosed sum.", "undisclosed sum"),
        ("Acme bought it for undisclosed terms.", "undisclosed"),
        ("交易金额未披露。", "未披露"),
    ],
)
def test_the_words_that_it_is_not_told(text: str, written: str) -> None:
    assert amount_as_written(fact(said(text, undisclosed=True))) == written


def test_a_further_sentence_may_have_it() -> None:
    more = Evidence("The deal is worth $5m.", 30, 52)
    made = replace(said("Acme bought it.", amount=money("5e6")), also=(more,))
    assert amount_as_written(fact(made)) == "$5m"


def test_a_fact_without_an_amount_has_no_words_for_it() -> None:
    assert amount_as_written(fact(said("Terms were not disclosed."))) == ""
