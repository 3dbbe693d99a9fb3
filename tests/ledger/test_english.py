"""What one English sentence claims, and what claims nothing.

english_claims.txt holds sentences with the claims expected of each, indented, one a line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from briefings.facts import Kind, Status
from tests.ledger.english_reading import lines

_BLOCKS = (Path(__file__).parent / "english_claims.txt").read_text("utf-8").strip().split("\n\n")
CLAIMS = [(block.split("\n")[0], block.split("\n")[1:]) for block in _BLOCKS]

NO_CLAIM = [
    "Had Acme bought all of Chirper, it would have paid $3.3 billion.",
    "An earlier version of this article said Acme owned 30% of Chirper.",
    "Acme neither confirmed nor denied that it had sold 3% of Chirper.",
    "Acme has 39% of the market, Birch 19%, and Chirper 15%.",
    "Acme controls 52.4% of the voting rights in Chirper.",
    "Acme and Birch earned $80 million and $115 million respectively.",
    "The combined revenue of Acme and Birch reached $1.5 billion.",
    "Excluding Acme, Chirper's revenue was $310 million.",
    "Acme accounted for $28 million of advertising sales.",
    "Acme cut 19,576 jobs.",
    "Acme was banned from owning more than 10% of Chirper.",
    "Acme is under pressure to sell its 30% of Chirper.",
    "Acme thought about selling its 27% of Chirper.",
    "Acme won $10 million in damages from Birch.",
    "In return for its Dovetail shares Chirper received $488 million from Acme.",
    "Dovetail, an analyst said, would sell its 30% of Chirper to Acme.",
    "Acme rebuffed an offer of $3 billion for its 20% of Chirper.",
    "Acme's stock gained 4% in early trading on Monday.",
    "Acme has opened a canteen for its guests.",
    "Acme could buy Chirper, analysts say.",
    "If Birch bought Chirper, regulators would object.",
    "Has Acme bought Chirper?",
    "And what if Birch were to take half of Chirper?",
    "It would be like Birch buying 40% of Chirper.",
    "Acme does not plan to buy Chirper.",
    "Acme has no plans to raise its stake in Chirper, it said.",
    "Acme does not own Chirper.",
    "Acme bought back $2.5 billion of its own shares.",
    "Acme's $25 billion share repurchase was completed in March.",
    "Acme plans to spin off its cloud unit and list it.",
    "Acme has called off the spin-off of its cloud business.",
    "Dana Reed took over Acme's cloud unit as chief in September.",
    "Birch has also contributed to Chirper's campaigns.",
    "Birch works with church groups in Dayton.",
    "Dana Reed scooped the Acme Prize for biology.",
    "Unlike Acme, which owns stakes in many shops, Birch runs its own.",
    "Acme was founded in 2012 and has its headquarters in Beijing.",
    "Acme and Birch compete for the same shoppers.",
    "Birch-backed Chirper raised its forecast.",
    "Weather cost farmers $2 billion last year.",
    "Several mayors are backing Smith for the second round.",
    "A cook who lost his job sues a hotel company.",
    "Two of 100 of its million users earn a living on Chirper.",
    "Acme's shares fell 5% after Birch bought 20 planes.",
    "Investors bought more than 3 billion dollars of bonds.",
    "The company said it had 12,000 employees.",
    "Acme helps its merchants to sell for Chirper users.",
    "Rumours of a truce between Acme and Birch lifted the stock of both by more than 5%.",
    "Acme's chairman took part in a round table on advertising.",
    "Acme made headlines with a 10% discount for users.",
    "Chirper users complained about 3 new advertisements on Tuesday.",
    "Acme has worked with small farmers for ten years.",
    "Birch wants to work with Acme, an executive said.",
    "Dana Reed worked with Sam Hill on a film.",
    "Dana Reed signed a $22 million contract with Elm Rovers.",
    "Acme is doing design work with Birch chairs.",
    "Acme said that it was not seeking a stake in Chirper.",
    "Acme is weighing its options in India.",
    "Acme wants a 20% discount from suppliers.",
    "Acme earns a 30% cut of every sale in its app store.",
    "Acme doubled its share buyback to $50 billion.",
    "Acme wants to hold a bigger share of the cloud market.",
    "Chirper parted with its technology chief.",
    "Acme ought to sell its stake in Chirper, analysts say.",
    "MSCI added Acme and Birch to its index.",
    "Acme signed a singer as a brand ambassador.",
    "Acme paid $15 million for sponsoring the games.",
    "AcmePay is accepted by merchants in 54 countries.",
    "Birch and Acme will bring coffee to customers in 30 cities.",
    "Acme users in 200 cities can order medicine by drone.",
    "Birch sold its phones in 30 shops.",
    "Acme accepted an offer of help from Birch.",
]


@pytest.mark.parametrize(("text", "claims"), CLAIMS)
def test_a_sentence_claims_what_is_written_below_it(text: str, claims: list[str]) -> None:
    assert lines(text) == [claim.strip() for claim in claims]


@pytest.mark.parametrize("text", NO_CLAIM)
def test_what_is_no_fact_gives_none(text: str) -> None:
    assert lines(text) == []


def test_every_kind_and_every_status_is_among_the_sentences() -> None:
    kinds = {claim.split(",")[0].strip() for _, told in CLAIMS for claim in told}
    statuses = {claim.split(",")[1].split(":")[0].strip() for _, told in CLAIMS for claim in told}
    assert kinds == set(Kind)
    assert statuses == set(Status)
