"""What whole articles claim: exact evidence, any text, and the articles that are shipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.catalog import parse_corpus, parse_entities
from briefings.entities import Matcher
from briefings.facts import Claim, Evidence, Kind, Money, PartyRole
from briefings.ledger.extract import LONGEST, Extractor
from briefings.reading.pasted import read_pasted
from tests.ledger.english_reading import EXTRACTOR, PUBLISHED, claims, line, lines

CONFIG = Path(__file__).resolve().parents[2] / "config"
PASTED = Path(__file__).resolve().parents[3] / "shared" / "seeds"

WORDS = st.sampled_from(
    [
        "Acme", "Birch", "Chirper", "Elm Corp", "Larch Foods Ltd", "it", "the company", "which",
        "said", "agreed to", "will", "buy", "bought", "acquired", "sold", "cut", "stake", "18%",
        "its", "in", "of", "to", "from", "for", "$586m", "2 million", "users", "revenue", "rose",
        "up 34%", "and", ",", ".", ";", "?", "'s", "(", ")", "was", "by", "a", "the", "not", "if",
        "merger", "partnership", "with", "between", "fined", "raised", "round", "led", "option",
        "terms", "were not disclosed", "\n", "\n\n", "阿里巴巴", "收购", "18%的股份", "。",
    ]
)  # fmt: skip


def _evidence(claim: Claim) -> Iterator[Evidence]:
    yield claim.evidence
    yield from claim.also


@given(title=st.text(max_size=80), body=st.text(max_size=400))
def test_no_text_is_too_odd_to_be_read(title: str, body: str) -> None:
    for language in ("en", "zh", "fr"):
        EXTRACTOR.claims(title, body, language=language, published=PUBLISHED)


@settings(max_examples=300)
@given(parts=st.lists(WORDS, max_size=60))
def test_evidence_is_what_stands_there_and_a_second_reading_says_the_same(
    parts: list[str],
) -> None:
    body, title = " ".join(parts), " ".join(parts[:8])
    found = claims(body, title)
    assert found == claims(body, title)
    for claim in found:
        assert len({party.key for party in claim.parties}) == len(claim.parties) > 0
        for evidence in _evidence(claim):
            text = title if evidence.in_title else body
            assert text[evidence.start : evidence.end] == evidence.text


@pytest.mark.parametrize(
    "piece",
    [
        "Acme bought Birch, ",
        "acquired acquired ",
        "$1 for $2 of ",
        "A, ",
        "Acme and ",
        "Acme's ",
        "(",
        "1,1,",
        "its stake in its stake in ",
        "Acme bought 18% of Chirper. ",
        "Elm Corp and Larch Foods Ltd ",
        "joint ",
    ],
)
def test_the_work_grows_as_the_text_does(piece: str) -> None:
    def seconds(length: int) -> float:
        body = (piece * (length // len(piece) + 1))[:length]
        start = process_time()
        claims(body)
        return process_time() - start

    seconds(1_000)
    assert seconds(200_000) < 40 * seconds(20_000) + 2


def test_an_article_of_thousands_of_deals_is_read_in_time() -> None:
    def seconds(deals: int) -> float:
        body = "\n".join(
            f"Acme bought {number} pct of Elm{number} Corp." for number in range(deals)
        )
        start = process_time()
        assert len(claims(body)) == deals
        return process_time() - start

    seconds(100)
    assert seconds(4_000) < 20 * seconds(800) + 2


def test_a_sentence_that_is_a_page_is_not_read() -> None:
    assert lines(f"{'and ' * (LONGEST // 4)} Acme bought 18% of Chirper.") == []


def test_hard_wrapped_lines_are_read_on_and_kept_as_they_are_in_the_evidence() -> None:
    body = (
        "Elm Paper Corp will give up its\n"
        "oldest site: by the end of the summer Elm Paper Corp\n"
        "will sell its Riverside paper mill to Larch Foods Ltd\n"
        "at a price that was not disclosed.\n"
        "\n"
        "Two hundred people work there, and both sides expect\n"
        "most of them to stay when the new owner comes, after\n"
        "the summer.\n"
    )
    (claim,) = claims(body)
    assert line(claim).startswith(
        "divestment, announced: seller Elm Paper Corp, target Riverside paper mill,"
        " buyer Larch Foods Ltd; undisclosed"
    )
    assert claim.evidence.text == body[: body.index("\n\n")]


def test_an_article_in_a_third_language_claims_nothing() -> None:
    assert claims("Acme bought 18% of Chirper.", language="fr") == ()


def test_a_sentence_is_read_in_its_own_language() -> None:
    found = claims("艾克美说，阿里。 Acme bought 18% of Chirper.", language="zh")
    assert [claim.language for claim in found] == ["en"]


# --- the shipped articles -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> dict[int, list[Claim]]:
    """The claims of the shipped articles, by the year of each (2023: both of them)."""
    extractor = _shipped_extractor()
    found: dict[int, list[Claim]] = {}
    for article in parse_corpus((CONFIG / "corpus.jsonl").read_text("utf-8")):
        day = article.published.at.date()
        told = extractor.claims(article.title, article.body, language="en", published=day)
        found.setdefault(day.year, []).extend(told)
        for claim in told:
            for evidence in _evidence(claim):
                text = article.title if evidence.in_title else article.body
                assert text[evidence.start : evidence.end] == evidence.text
    return found


def _shipped_extractor() -> Extractor:
    return Extractor(Matcher(parse_entities((CONFIG / "entities.toml").read_text("utf-8"))))


def _written(found: dict[int, list[Claim]], year: int) -> list[str]:
    return [line(claim) for claim in found[year]]


def test_the_stake_of_2013_has_its_option_and_its_price(shipped: dict[int, list[Claim]]) -> None:
    assert (
        "stake, announced: buyer alibaba, target weibo; 18%, option 30%, USD 586000000"
        in _written(shipped, 2013)
    )


def test_the_users_of_2013_are_told_twice_each_with_its_bound(
    shipped: dict[int, list[Claim]],
) -> None:
    users = [text for text in _written(shipped, 2013) if "; users" in text]
    assert users == [
        "metric, completed: subject weibo; users, at least 500000000",
        "metric, completed: subject weibo; users, 503000000",
    ]


def test_the_deals_of_2023(shipped: dict[int, list[Claim]]) -> None:
    deals = [claim for claim in shipped[2023] if claim.kind in {Kind.PARTNERSHIP, Kind.INVESTMENT}]
    keys = {(claim.kind, frozenset(party.key for party in claim.parties)) for claim in deals}
    assert keys == {
        (Kind.PARTNERSHIP, frozenset({"alibaba", "tencent"})),
        (Kind.PARTNERSHIP, frozenset({"bytedance", "tencent"})),
        (Kind.INVESTMENT, frozenset({"alibaba", "tencent", "zhipu", "baichuan"})),
    }
    assert date(2023, 9, 25) in {claim.when.first for claim in deals if claim.when}


def test_the_figures_of_2023(shipped: dict[int, list[Claim]]) -> None:
    figures = [text for text in _written(shipped, 2023) if text.startswith("metric")]
    assert figures == [
        "metric, completed: subject wechat; monthly active users, 1327000000, 2023-06-30",
        "metric, completed: subject taotian; customer management revenue, CNY 79660000000,"
        " change 10%, 2023-Q2",
        "metric, completed: subject tencent; advertising revenue, CNY 25000000000, change 34%,"
        " 2023-Q2",
    ]


def test_the_targets_of_2020(shipped: dict[int, list[Claim]]) -> None:
    assert _written(shipped, 2020) == [
        "target, announced: subject aliexpress; creators, at least 1000000",
        "target, announced: subject aliexpress; creators, at least 100000, 2020",
    ]


def test_a_comparison_in_the_shipped_articles_is_no_deal(shipped: dict[int, list[Claim]]) -> None:
    named = {party.key for told in shipped.values() for claim in told for party in claim.parties}
    assert named.isdisjoint({"twitter", "amazon", "ebay"})
    with_bytedance = [
        claim.evidence.text
        for told in shipped.values()
        for claim in told
        if "bytedance" in {party.key for party in claim.parties}
    ]
    assert len(with_bytedance) == 1
    assert with_bytedance[0].endswith("Tencent Video has begun to work with Douyin.")


def test_the_pasted_originals_say_the_same() -> None:
    if not PASTED.exists():
        pytest.skip("the original texts are not there")
    extractor = _shipped_extractor()
    told = []
    for path in sorted(PASTED.glob("*.txt")):
        pasted = read_pasted(path.read_text("utf-8"))
        body = "\n\n".join(pasted.body)
        told += extractor.claims(pasted.title, body, language="en", published=date(2023, 10, 31))
    parties = {frozenset(party.key for party in claim.parties) for claim in told}
    assert frozenset({"alibaba", "weibo"}) in parties
    assert frozenset({"alibaba", "tencent"}) in parties
    assert all(
        party.organisation
        for claim in told
        for party in claim.parties
        if party.role is not PartyRole.REGULATOR
    )
    amounts = {claim.amount for claim in told}
    assert {money.quantity.value for money in amounts if isinstance(money, Money)} >= {586000000}


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("Alibaba agreed on Monday to buy 18% of Weibo for $586 million.", ""),
        ("Alibaba agreed on May 6 to buy 18% of Weibo for $586 million.", ""),
        ("Alibaba agreed on May 6, 2013 to buy 18% of Weibo for $586 million.", "2013-05-06"),
        ("阿里巴巴昨日宣布以5.86亿美元入股微博18%的股份。", ""),
        ("阿里巴巴2013年4月29日宣布以5.86亿美元入股微博18%的股份。", "2013-04-29"),
    ],
)
def test_a_text_without_a_date_says_no_day_but_in_full(said: str, when: str) -> None:
    language = "en" if said.isascii() else "zh"
    read = partial(EXTRACTOR.claims, "", said, language=language, published=PUBLISHED)
    (claim,) = read(dated=False)
    assert str(claim.when or "") == when
    assert all(claim.when for claim in read())
