"""Facts as lines: which sentence is quoted, what is cited, and what reports do not give alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.answers import FactLine
from briefings.citing import Citations
from briefings.factlines import (
    CITES,
    Lines,
    evidence_between,
    evidence_of,
    headline,
    quoted,
    standing,
    summary,
    telling,
)
from briefings.facts import (
    Bound,
    Claim,
    Fact,
    Kind,
    Money,
    Party,
    PartyRole,
    Report,
    Status,
    When,
)
from briefings.ledger.alliances import alliance
from briefings.ledger.extract import Extractor
from briefings.ledgernews import what_changed
from briefings.model import Precision, Published
from tests.fakes.articles import day
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, money, number, on, party, stake, users
from tests.fakes.recorded import also, articles_of, recorded, recorded_one, said


def lines_of(*facts: Fact) -> tuple[Lines, Citations]:
    citations = Citations()
    return Lines(NAMING, articles_of(facts), citations), citations


def line(fact: Fact) -> FactLine:
    return lines_of(fact)[0].fact(fact)


# --- the sentence -------------------------------------------------------------------------------


def test_the_sentence_is_the_one_that_says_most_of_the_fact() -> None:
    deal = stake("acme", "globex", "18", amount=money("586e6"))
    fact = recorded_one(
        said(1, "2013-04-29", deal, text="Acme bought into Globex."),
        said(2, "2013-04-29", deal, text="Acme took 18% of Globex for $586 million on Monday."),
        said(3, "2013-04-30", deal, text="Acme took 18% of Globex for $586 million."),
        said(4, "2013-04-30", deal, text="Acme took 18% of Globex."),
    )
    assert line(fact).quote == "Acme took 18% of Globex for $586 million."
    assert quoted(fact).report.article_id == 3


def test_a_further_sentence_of_a_claim_may_say_it() -> None:
    deal = stake("acme", "globex", "18", also=(also("It paid 18% more."),))
    fact = recorded_one(said(1, "2013-04-29", deal, text="Acme bought a part of Globex."))
    assert line(fact).quote == "It paid 18% more."
    told = telling([fact], [], {1})
    assert told.holding == {"It paid 18% more.", "Acme bought a part of Globex."}
    assert telling([fact], [], {2}).holding == frozenset()


def test_a_sentence_of_the_body_goes_before_a_title_that_says_as_much() -> None:
    deal = stake("acme", "globex", "18")
    title = said(1, "2013-04-29", deal, text="Acme: 18%")
    claim_ = title.claim
    title = replace(title, claim=replace(claim_, evidence=replace(claim_.evidence, in_title=True)))
    body = said(2, "2013-04-29", deal, text="Acme has taken 18% of Globex, it was said on Monday.")
    assert line(recorded_one(title, body)).quote.startswith("Acme has taken")


def test_a_number_is_found_in_a_sentence_whatever_it_is_counted_in() -> None:
    deal = stake("acme", "globex", "18", amount=money("586e6"))
    fact = recorded_one(
        said(
            1, "2018-04-29", deal, text="In 2018 Acme bought a part of Globex, 1,586 people said."
        ),
        said(
            2,
            "2018-04-29",
            deal,
            text="艾克美以5.86亿美元收购环球公司18%的股份，双方周一宣布了这一消息。",
        ),
    )
    assert quoted(fact).report.article_id == 2


# --- its day ---


@pytest.mark.parametrize(
    ("precision", "when", "shown", "since"),
    [
        (Precision.YEAR, None, "reported 2020", "first reported 2020"),
        (Precision.MONTH, None, "reported 2020-01", "first reported 2020-01"),
        (Precision.DAY, None, "reported 2020-01-01", "first reported 2020-01-01"),
        (Precision.YEAR, When.months(2019, 10, 3), "2019-Q4", "since 2019-Q4"),
    ],
)
def test_a_day_is_told_as_well_as_it_is_known(
    precision: Precision, when: When | None, shown: str, since: str
) -> None:
    told = said(1, "2020-01-01", replace(stake("acme", "globex", "18"), when=when))
    fact = recorded_one(replace(told, published=Published(told.published.at, precision)))
    assert (line(fact).when, str(fact.known)) == (shown, shown.removeprefix("reported "))
    between = alliance("acme", "globex", [fact])
    assert between is not None
    assert lines_of(fact)[0].alliance(between).since == since


def test_what_no_report_dates_says_when_it_was_reported_and_a_figure_when_its_number_was() -> None:
    deal = recorded_one(
        said(1, "2013-05-07", stake("acme", "globex", "18")),
        said(2, "2013-06-03", stake("acme", "globex", "18")),
    )
    assert line(deal).when == "reported 2013-05-07 to 2013-06-03"
    assert summary(deal) == "stake of 18% (announced, reported 2013-05-07)"
    rough = number("500e6", Bound.AT_LEAST)
    figure = recorded_one(
        said(1, "2013-05-07", replace(users("acme", "500e6"), value=rough)),
        said(2, "2013-06-03", users("acme", "503e6")),
    )
    assert (line(figure).says, line(figure).when) == ("503 million", "reported 2013-06-03")


def test_the_day_on_which_a_text_was_added_is_not_when_it_was_reported() -> None:
    undated = said(1, "2026-11-16", stake("acme", "globex", "18"))
    undated = replace(undated, published=Published(undated.published.at, Precision.ADDED))
    assert line(recorded_one(undated)).when == "undated, added 2026-11-16"
    both = recorded_one(said(2, "2026-11-10", stake("acme", "globex", "18")), undated)
    assert line(both).when == "reported 2026-11-10"


# --- how many say it ---


def test_a_figure_that_fewer_say_is_counted_by_itself() -> None:
    deal = recorded_one(
        said(1, "2013-05-07", stake("acme", "globex", "18")),
        said(
            2,
            "2013-05-08",
            stake("acme", "globex", "18", option_percent=number("30"), amount=money("586e6")),
        ),
    )
    assert line(deal).standing == "2 independent publishers; option and amount: single source"


def test_who_says_more_than_500_million_does_not_say_503_million() -> None:
    rough = replace(users("acme", "500e6"), value=number("500e6", Bound.AT_LEAST))
    fact = recorded_one(said(1, "2013-05-07", rough), said(2, "2013-06-03", users("acme", "503e6")))
    assert (line(fact).standing, fact.voices) == ("single source", 1)
    again = recorded_one(*fact.reports, said(3, "2013-06-04", users("acme", "503e6")))
    assert line(again).standing == "2 independent publishers"


def test_a_report_that_contradicts_a_row_does_not_back_it() -> None:
    fact = recorded_one(
        said(1, "2013-04-29", stake("acme", "globex", "18", amount=money("586e6"))),
        said(2, "2013-04-29", stake("acme", "globex", "18", amount=money("586e6"))),
        said(3, "2013-04-30", stake("acme", "globex", "20", amount=money("700e6"))),
    )
    made = line(fact)
    assert made.says == "18%, US$586 million"
    assert (made.standing, made.contradicted) == ("2 independent publishers", True)


def test_who_denies_a_deal_does_not_back_it() -> None:
    deal = stake("acme", "globex", "18")
    fact = recorded_one(
        said(1, "2013-04-29", deal),
        said(2, "2013-04-30", replace(deal, status=Status.DENIED)),
    )
    assert (fact.status, fact.voices) == (Status.DENIED, 1)


def test_about_and_exactly_the_same_number_are_no_difference() -> None:
    about = stake("acme", "globex", "18", amount=replace_bound(money("586e6"), Bound.ABOUT))
    exact = stake("acme", "globex", "18", amount=money("586e6"))
    fact = recorded_one(said(1, "2013-04-29", about), said(2, "2013-04-30", exact))
    assert [each.field for each in fact.differences] == ["amount"]
    assert line(fact).differing == ()
    assert line(fact).standing == "2 independent publishers"


def replace_bound(amount: Money, bound: Bound) -> Money:
    return replace(amount, quantity=replace(amount.quantity, bound=bound))


# --- who does what with whom ---


def test_what_two_buy_together_is_said_to_be_somebody_elses() -> None:
    fact = recorded_one(
        said(
            1,
            "2015-06-04",
            claim(
                Kind.INVESTMENT,
                parties=(
                    party("acme", PartyRole.BUYER),
                    party("globex", PartyRole.BUYER),
                    party("initech", PartyRole.TARGET),
                ),
                amount=money("150e6"),
            ),
        ),
    )
    between = alliance("acme", "globex", [fact])
    assert between is not None
    made = lines_of(fact)[0].alliance(between)
    assert made.kinds == ("joint investment in Initech (US$150 million)",)
    assert made.says == ""
    assert line(fact).parties == ("Acme", "Globex", "Initech (target)")
    with_initech = alliance("initech", "acme", [fact])
    assert with_initech is not None
    made = lines_of(fact)[0].alliance(with_initech)
    assert (made.kinds, made.says) == (("investment",), "US$150 million")


def test_a_sale_says_who_sold_what_to_whom() -> None:
    parties = (
        party("acme", PartyRole.SELLER),
        party("globex", PartyRole.TARGET),
        party("initech", PartyRole.BUYER),
    )
    fact = recorded_one(
        said(
            1,
            "2017-06-04",
            claim(Kind.DIVESTMENT, parties=parties, percent=number("30")),
            text="Acme sold its entire 30% stake in Globex to Initech.",
        )
    )
    told = {}
    for other in ("globex", "initech"):
        between = alliance("acme", other, [fact])
        assert between is not None
        told[other] = lines_of(fact)[0].alliance(between).kinds
    assert told == {
        "globex": ("sale to Initech (30%)",),
        "initech": ("sale of Globex by Acme to Initech (30%)",),
    }
    assert line(fact).parties == ("Acme (seller)", "Globex", "Initech (buyer)")
    assert line(fact).says == "30%"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme cut its stake in Globex from 30% to 25%.", "down to 25%"),
        ("Acme cut its stake in Globex from 30 percent to about 25 percent.", "down to 25%"),
        ("艾克美将所持环球股份由30%减持至25%。", "down to 25%"),
        ("Acme sold 25% of Globex.", "25%"),
        ("Acme sold 25% of Globex, a sale of 2.5% less than planned to Initech.", "25%"),
        ("艾克美减持环球25%股份。", "25%"),
    ],
)
def test_the_share_that_a_sale_leaves_is_told_from_the_one_it_sells(text: str, shown: str) -> None:
    sale = claim(Kind.DIVESTMENT, "acme", "globex", percent=number("25"))
    assert line(recorded_one(said(1, "2016-06-04", sale, text=text))).says == shown


# --- who read it ---


def test_what_only_the_model_has_read_is_marked() -> None:
    deal = stake("acme", "globex", "18")
    guessed = said(1, "2013-04-29", replace(deal, by_model=True))
    fact = recorded_one(guessed)
    made = line(fact)
    assert made.standing == "single source, read by the model"
    assert headline(made).endswith(" (read by the model)")
    between = alliance("acme", "globex", [fact])
    assert between is not None
    assert lines_of(fact)[0].alliance(between).status == "announced, read by the model"
    confirmed = recorded_one(guessed, said(2, "2013-04-30", deal))
    assert "model" not in line(confirmed).standing + headline(line(confirmed))


def test_an_alliance_says_where_its_figures_are_disputed() -> None:
    fact = recorded_one(
        said(1, "2013-04-29", stake("acme", "globex", "18")),
        said(2, "2013-04-30", stake("acme", "globex", "25")),
    )
    between = alliance("acme", "globex", [fact])
    assert between is not None
    assert lines_of(fact)[0].alliance(between).says.endswith("%, sources contradict each other")


def test_of_an_alliance_with_older_deals_the_beginning_is_not_told_as_known() -> None:
    fact = recorded_one(said(1, "2013-04-29", stake("acme", "globex", "18")))
    between = alliance("acme", "globex", [fact])
    assert between is not None
    told = lines_of(fact)[0].alliance(between, whole=False)
    assert told.since == "first reported 2013-04-29 or earlier"


# --- what is cited ------------------------------------------------------------------------------


def test_a_line_cites_the_quoted_article_first_and_what_differs_and_no_more_than_it_names() -> None:
    deal = stake("acme", "globex", "18", text="Acme took 18% of Globex.")
    other = stake("acme", "globex", "25", text="Acme took 25% of Globex.")
    fact = recorded_one(
        *(said(n, "2013-04-29", deal) for n in range(1, 9)), said(20, "2013-04-29", other)
    )
    lines, citations = lines_of(fact)
    made = lines.fact(fact)
    cited = [source.url.rpartition("/")[2] for source in citations.sources((), NAMING)]
    assert int(cited[0]) == quoted(fact).report.article_id
    assert evidence_of(fact)[:2] == (quoted(fact).report.article_id, 20)
    assert (made.cites, len(made.cites)) == (tuple(range(1, CITES + 1)), CITES)
    (shares,) = made.differing
    assert [(each.text, each.cites) for each in shares.readings] == [
        ("18%", (1, 3, 4, 5, 6)),
        ("25%", (2,)),
    ]
    # Whatever is listed as a source is cited somewhere.
    named = {n for each in shares.readings for n in each.cites} | set(made.cites)
    assert named == set(range(1, len(cited) + 1))


def test_every_reading_keeps_an_article_however_many_there_are() -> None:
    fact = recorded_one(
        *(said(n, "2013-04-29", stake("acme", "globex", str(10 + 3 * n))) for n in range(1, 9))
    )
    made = line(fact)
    (shares,) = made.differing
    assert not shares.explained
    assert len(shares.readings) == 8
    assert all(each.cites for each in shares.readings)
    assert len(evidence_of(fact)) == 8


def test_an_article_that_is_gone_is_not_cited() -> None:
    deal = stake("acme", "globex", "18")
    fact = recorded_one(said(1, "2013-04-29", deal), said(2, "2013-04-29", deal))
    articles = articles_of([fact])
    del articles[1]
    assert Lines(NAMING, articles, Citations()).fact(fact).cites == (1,)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(10, 14)), min_size=1, max_size=30))
def test_citations_exist_and_every_source_is_cited(told: list[tuple[int, int]]) -> None:
    facts = recorded(
        *(
            said(article, "2013-04-29", stake("acme", "globex", str(percent)))
            for article, percent in dict(told).items()
        )
    )
    lines, citations = lines_of(*facts)
    made = [lines.fact(fact) for fact in facts]
    sources = citations.sources((), NAMING)
    numbers = {n for each in made for n in each.cites}
    numbers |= {n for m in made for one in m.differing for each in one.readings for n in each.cites}
    assert numbers == {source.number for source in sources}
    assert all(each.cites for each in made)
    # The first of the sources of each line has the sentence.
    for each, fact in zip(made, facts, strict=True):
        first = next(source for source in sources if source.number == each.cites[0])
        assert first.url.endswith(f"/{quoted(fact).report.article_id}")


# --- what a line says ---------------------------------------------------------------------------


def test_a_deal_in_words() -> None:
    deal = stake("acme", "globex", "18", option_percent=number("30"), amount=money("586e6"))
    fact = recorded_one(said(1, "2013-04-29", replace(deal, when=When.months(2013, 4))))
    made = line(fact)
    assert (made.kind, made.parties, made.what) == ("Stake", ("Acme", "Globex"), "")
    assert made.says == "18%, option to 30%, US$586 million"
    assert (made.status, made.when, made.standing) == ("announced", "2013-04", "single source")
    assert headline(made) == "Stake: Acme, Globex · 18%, option to 30%, US$586 million"
    assert headline(replace(made, status="denied", says="")) == "Stake: Acme, Globex (denied)"


def test_parties_are_named_with_their_owner_and_a_regulator_only_alone() -> None:
    lines, _ = lines_of()
    regulator = Party(PartyRole.REGULATOR, None, "SAMR")
    unit = party("acme", PartyRole.SUBJECT, unit="parcel")
    gone = Party(PartyRole.TARGET, "no-longer-there", "gone-unit")
    assert lines.parties([regulator, unit]) == ("Parcel (Acme)",)
    assert lines.parties([regulator]) == ("SAMR",)
    assert lines.parties([party("Big Fish"), party("Big Fish"), gone]) == (
        "Big Fish",
        "no-longer-there",
    )


@pytest.mark.parametrize(
    ("voices", "tier", "status", "said_to_stand"),
    [
        (["Daily"], "press", Status.ANNOUNCED, "single source"),
        (["Daily", "Nightly"], "press", Status.ANNOUNCED, "2 independent publishers"),
        (["Daily"], "press", Status.RUMOURED, "rumour"),
        (["Daily", "Nightly"], "press", Status.RUMOURED, "2 independent publishers"),
        (["acme"], "press", Status.ANNOUNCED, "said by a party to it"),
        (["acme"], "company", Status.ANNOUNCED, "said by a party to it"),
        (["Daily"], "company", Status.ANNOUNCED, "single source"),
        (["Daily"], "filing", Status.ANNOUNCED, "company filing"),
    ],
)
def test_how_well_a_fact_stands(
    voices: list[str], tier: str, status: Status, said_to_stand: str
) -> None:
    deal = stake("acme", "globex", "18", status=status)
    reports = [
        said(n, "2013-04-29", deal, by=voice, tier=tier) for n, voice in enumerate(voices, start=1)
    ]
    assert standing(recorded_one(*reports)) == said_to_stand


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (stake("acme", "globex", "18"), "stake of 18% (announced, reported 2013-04-29)"),
        (claim(Kind.PARTNERSHIP, "acme", "globex", when=on("2013-04-28")),
         "partnership (announced, 2013-04-28)"),
        (claim(Kind.ACQUISITION, "acme", "globex", undisclosed=True),
         "acquisition, amount not disclosed (announced, reported 2013-04-29)"),
        (claim(Kind.STAKE, "acme", "globex", option_percent=number("30")),
         "stake, option to 30% (announced, reported 2013-04-29)"),
        (users("acme", "503e6", when=When.months(2013, 1, 3)), "users, 503 million (2013-Q1)"),
        (claim(Kind.TARGET, "acme", metric="revenue", amount=money("5e9")),
         "revenue target, US$5 billion (reported 2013-04-29)"),
    ],
)  # fmt: skip
def test_a_fact_in_a_few_words(told: Claim, words: str) -> None:
    assert summary(recorded_one(said(1, "2013-04-29", told))) == words


def test_what_rounding_explains_is_no_contradiction() -> None:
    fact = recorded_one(
        said(1, "2019-06-01", users("acme", "503e6", when=When.months(2019, 4, 3))),
        said(2, "2019-06-02", users("acme", "500e6", when=When.months(2019, 4, 3))),
    )
    (figures,) = line(fact).differing
    assert (figures.field, figures.explained) == ("users", True)
    assert {each.text for each in figures.readings} == {"503 million", "500 million"}


# --- alliances ----------------------------------------------------------------------------------


def test_an_alliance_cites_what_holds_before_the_last_news() -> None:
    facts = recorded(
        said(1, "2013-04-29", stake("acme", "globex", "18", amount=money("586e6"))),
        *(
            said(n, f"20{n:02}-06-01", claim(Kind.PARTNERSHIP, "acme", "globex"))
            for n in range(14, 24)
        ),
    )
    between = alliance("acme", "globex", facts)
    assert between is not None
    ids = evidence_between(between)
    assert (ids[0], len(ids)) == (1, CITES)
    lines, citations = lines_of(*facts)
    made = lines.alliance(between)
    assert (made.organisations, made.says) == (("Acme", "Globex"), "18%, US$586 million")
    assert (made.since, made.last) == ("first reported 2013-04-29", "2023-06-01")
    assert made.cites == (1, 2, 3, 4, 5)
    assert len(citations.sources((), NAMING)) == CITES


def test_a_bid_that_is_not_done_stands_beside_what_is_held_with_its_source() -> None:
    facts = recorded(
        said(1, "2013-04-29", stake("acme", "globex", "32", status=Status.COMPLETED)),
        *(
            said(n, f"20{n:02}-06-01", claim(Kind.PARTNERSHIP, "acme", "globex"))
            for n in range(18, 26)
        ),
        said(2, "2016-03-01", claim(Kind.ACQUISITION, "acme", "globex", status=Status.UNWOUND)),
    )
    between = alliance("acme", "globex", facts)
    assert between is not None
    assert evidence_between(between)[:3] == (1, 2, 25)
    made = lines_of(*facts)[0].alliance(between)
    assert (made.kinds, made.says, made.status) == (("stake", "partnership"), "32%", "completed")
    assert made.beside == ("acquisition (unwound, reported 2016-03-01)",)


def test_a_partner_that_is_in_no_catalogue_goes_by_its_name() -> None:
    facts = recorded(said(1, "2013-04-29", claim(Kind.PARTNERSHIP, "acme", "Big Fish Ltd")))
    key = facts[0].parties[1].key
    between = alliance("acme", key, facts)
    assert between is not None
    assert lines_of(*facts)[0].alliance(between).organisations == ("Acme", "Big Fish Ltd")


# --- numbers stand in a cited text --------------------------------------------------------------

SCALES = {
    "thousand": 3, "million": 6, "mln": 6, "m": 6, "billion": 9, "bn": 9, "trillion": 12,
    "万": 4, "亿": 8, "万亿": 12,
}  # fmt: skip
FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(万亿|万|亿|(?:thousand|[mbtr]+illion|mln|m|bn)\b)?")


def numbers_in(text: str) -> set[Decimal]:
    """Every number in a text, with its scale."""
    return {
        Decimal(digits.replace(",", "")).scaleb(SCALES.get(scale, 0)).normalize()
        for digits, scale in FIGURE.findall(text)
    }


AMOUNTS = st.tuples(
    st.integers(1, 999),
    st.sampled_from(["", ".5", ".25"]),
    st.sampled_from([" million", " billion", "m", "bn"]),
)
SHARES = st.tuples(st.integers(1, 99), st.sampled_from(["", ".5", ".3"]))
BOUNDS = st.sampled_from(["", "about ", "more than ", "up to "])
WANS = st.tuples(st.integers(1, 9_999), st.sampled_from(["", ".5", ".86"]), st.sampled_from("万亿"))


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, str]:
    """A sentence with figures and its language; some have a share, an amount, users or a growth."""
    bound = draw(BOUNDS)
    share, amount, wan = ("".join(map(str, draw(each))) for each in (SHARES, AMOUNTS, WANS))
    return draw(
        st.sampled_from(
            [
                (f"Acme said it had bought {bound}{share}% of Globex for ${amount}.", "en"),
                (f"Acme has acquired Globex for {bound}${amount}, it said.", "en"),
                (f"Globex said it has {bound}{amount} users.", "en"),
                (f"Globex said its revenue rose {share}% to ${amount} in 2023.", "en"),
                (f"艾克美以{wan}美元收购环球公司{share}%的股份。", "zh"),
                (f"环球公司拥有{wan}用户。", "zh"),
            ]
        )
    )


def read(told: Sequence[tuple[str, str]]) -> list[Report]:
    """What articles claim, each by a publisher of its own, a month after the one before."""
    extractor = Extractor(NAMING.matcher)
    return [
        Report(100 * n + place, n, day(f"2023-{n:02}-01"), f"Paper {n}", f"paper {n}", "press", one)
        for n, (text, language) in enumerate(told, start=1)
        for place, one in enumerate(
            extractor.claims("Report", text, language=language, published=date(2023, n, 1))
        )
    ]


def evidence(fact: Fact) -> Iterable[str]:
    for report in fact.reports:
        yield report.claim.evidence.text
        yield from (each.text for each in report.claim.also)


@settings(deadline=None)
@given(st.lists(sentences(), min_size=1, max_size=6), st.integers(0, 6))
def test_every_number_of_a_line_stands_in_one_of_its_sentences(
    told: list[tuple[str, str]], known: int
) -> None:
    facts = recorded(*read(told))
    lines = Lines(NAMING, articles_of(facts), Citations())
    for fact in facts:
        made = lines.fact(fact)
        stated = [made.says, *(each.text for one in made.differing for each in one.readings
                               if one.field != "date")]  # fmt: skip
        stands = set().union(*map(numbers_in, evidence(fact)))
        for text in stated:
            assert numbers_in(text) <= stands, (text, list(evidence(fact)))
    everywhere = {n for text, _ in told[:known] for n in numbers_in(text)}
    before = set(range(1, known + 1))
    news = what_changed(facts, before, set(range(7)) - before, set(range(7)) - before)
    for change in news.corrections:
        figures = change.before.rpartition(" (")[0]  # in brackets stand its status and its day
        assert numbers_in(figures) <= everywhere, change.before


def test_the_sentences_above_are_read() -> None:
    """The property holds of nothing where nothing is extracted."""
    told = [
        ("Acme said it had bought about 18.5% of Globex for $586m.", "en"),
        ("Acme has acquired Globex for up to $2 billion, it said.", "en"),
        ("Globex said it has more than 500 million users.", "en"),
        ("Globex said its revenue rose 34% to $5 billion in 2023.", "en"),
        ("艾克美以5.86亿美元收购环球公司18%的股份。", "zh"),
        ("环球公司拥有5000万用户。", "zh"),
    ]
    assert {report.article_id for report in read(told)} == set(range(1, 7))
    assert {1, 4} <= {len(fact.reports) for fact in recorded(*read(told[:1] * 4), *read(told[2:3]))}
