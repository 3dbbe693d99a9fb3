"""What of the ledger a briefing shows, and the ledger's rows on a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from briefings.answers import FactList
from briefings.citing import Citations
from briefings.compose import Question
from briefings.excerpt import ALLIANCES, DISPUTED, FIGURES, Excerpt, excerpt_lines, pick
from briefings.factlines import Telling
from briefings.factlist import compose_facts
from briefings.facts import Alliance, Fact, Kind, Status, When
from briefings.render import markdown
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, money, number, stake, users
from tests.fakes.recorded import articles_of, recorded, said

NOW = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)
IN_2013 = said(1, "2013-04-29", stake("acme", "globex", "18", status=Status.COMPLETED))
IN_2014 = said(2, "2014-03-01", stake("acme", "globex", "32", status=Status.COMPLETED))


def percents(excerpt: Excerpt) -> list[int]:
    return [int(each.percent.value) for each in excerpt.alliances if each.percent]


def values(facts: Sequence[Fact]) -> list[int]:
    return [int(fact.value.value) for fact in facts if fact.value]


# --- a briefing's part --------------------------------------------------------------------------


def test_what_holds_is_shown_and_what_it_took_the_place_of_is_not() -> None:
    facts = recorded(
        IN_2013,
        IN_2014,
        said(3, "2013-05-01", users("acme", "500e6", when=When.months(2013, 1, 3))),
        said(4, "2014-05-01", users("acme", "600e6", when=When.months(2014, 1, 3))),
    )
    excerpt = pick(["acme"], facts)
    assert percents(excerpt) == [32]
    assert values(excerpt.figures) == [600_000_000]
    assert excerpt.disputed == ()


def test_of_two_organisations_only_what_is_between_them() -> None:
    facts = recorded(IN_2013, said(2, "2014-01-01", stake("acme", "initech", "5")))
    assert [each.organisations for each in pick(["acme"], facts).alliances] == [
        ("acme", "initech"),
        ("acme", "globex"),
    ]
    between = pick(["globex", "acme"], facts)
    assert [each.organisations for each in between.alliances] == [("globex", "acme")]
    assert pick(["globex", "initech"], facts).alliances == ()


def test_since_leaves_out_what_is_older_but_not_how_an_alliance_began() -> None:
    facts = recorded(
        IN_2013,
        IN_2014,
        said(3, "2012-01-01", stake("acme", "initech", "5")),
        said(4, "2012-01-01", users("acme", "500e6")),
    )
    excerpt = pick(["acme"], facts, date(2014, 1, 1))
    (alliance,) = excerpt.alliances
    assert (alliance.since, alliance.last) == (date(2013, 4, 29), date(2014, 3, 1))
    assert excerpt.figures == ()
    assert pick(["acme"], facts, date(2014, 3, 2)).alliances == ()


def test_what_sources_dispute_stands_apart() -> None:
    quarter = When.months(2019, 4, 3)
    facts = recorded(
        said(1, "2019-08-01", users("acme", "503e6", when=quarter)),
        said(2, "2019-08-01", users("acme", "700e6", when=quarter)),
        said(3, "2019-08-02", claim(Kind.METRIC, "acme", metric="revenue", amount=money("5e9"))),
    )
    excerpt = pick(["acme"], facts)
    assert [fact.metric for fact in excerpt.disputed] == ["users"]
    assert [fact.metric for fact in excerpt.figures] == ["revenue"]


def test_there_is_an_end_to_everything() -> None:
    quarter = When.months(2019, 4, 3)
    facts = recorded(
        *(
            said(n, "2019-08-01", claim(Kind.PARTNERSHIP, "acme", f"Firm {chr(64 + n)}"))
            for n in range(1, ALLIANCES + 3)
        ),
        *(
            said(30 + n, "2019-08-01", users("acme", "5e6", segment=f"shop {n}"))
            for n in range(FIGURES + 2)
        ),
        *(
            said(50 + 10 * n + m, "2019-08-01",
                 users("acme", f"{m}e6", segment=f"game {n}", when=quarter))
            for n in range(DISPUTED + 1)
            for m in (3, 7)
        ),
    )  # fmt: skip
    excerpt = pick(["acme"], facts)
    assert len(excerpt.alliances) == ALLIANCES
    assert (len(excerpt.figures), len(excerpt.disputed)) == (FIGURES, DISPUTED)
    # One more is disputed than there is room for: it is among the figures, and says so.
    assert sum(fact.contradicted for fact in excerpt.figures) <= 1


def test_two_facts_of_one_number_are_told_apart() -> None:
    """Known on a day may be two facts that later reports made one: both have its number."""
    facts = [replace(fact, id=7) for fact in recorded(IN_2013, IN_2014)]
    figures = recorded(
        said(3, "2013-05-01", users("acme", "500e6", when=When.months(2013, 1, 3))),
        said(4, "2014-05-01", users("acme", "600e6", when=When.months(2014, 1, 3))),
    )
    alike = [replace(fact, id=9) for fact in figures]
    excerpt = pick(["acme"], [*facts, *alike])
    assert values(excerpt.figures) == [600_000_000]
    assert [row.superseded_by for row in rows(*facts).facts] == [
        "",
        "stake of 32% (completed, reported 2014-03-01)",
    ]


def test_the_articles_it_needs_are_those_its_lines_cite_and_no_others() -> None:
    deal = stake("acme", "globex", "18", status=Status.COMPLETED)
    facts = recorded(
        *(said(n, "2013-04-29", deal) for n in range(1, 20)),
        *(said(n, "2014-06-01", users("acme", "5e6")) for n in range(30, 45)),
    )
    excerpt = pick(["acme"], facts)
    needed = set(excerpt.articles)
    articles = articles_of(facts)
    citations = Citations()
    excerpt = replace(excerpt, evidence={id_: articles[id_] for id_ in needed})
    alliances, figures, disputed = excerpt_lines(excerpt, NAMING, citations)
    cited = {int(one.url.rpartition("/")[2]) for one in citations.sources((), NAMING)}
    assert cited == needed
    assert all(line.cites for line in (*alliances, *figures, *disputed))
    assert len(excerpt.telling(range(99)).holding) == 19


def test_nothing_is_made_of_nothing() -> None:
    excerpt = pick(["acme"], ())
    assert (excerpt.articles, excerpt.telling(range(9))) == ((), Telling())
    assert excerpt_lines(excerpt, NAMING, Citations()) == ((), (), ())


# --- the ledger's rows --------------------------------------------------------------------------


def rows(*facts: Fact, history: Sequence[Fact] = (), kind: Kind | None = None) -> FactList:
    return compose_facts(
        Question(("acme",), None, NOW, NAMING), kind, facts, articles_of(facts),
        more=0, pending=0, history=history,
    )  # fmt: skip


def test_rows_are_the_newest_first_and_say_what_holds_instead() -> None:
    found = rows(*recorded(IN_2013, IN_2014))
    assert [(row.says, row.superseded_by) for row in found.facts] == [
        ("32%", ""),
        ("18%", "stake of 32% (completed, reported 2014-03-01)"),
    ]
    assert [source.number for source in found.sources] == [1, 2]
    assert "since superseded by stake of 32%" in markdown(found)


def test_what_holds_instead_may_be_of_a_kind_that_was_not_asked_for() -> None:
    deal = claim(Kind.ACQUISITION, "acme", "globex", amount=money("4e9"), status=Status.COMPLETED)
    bought = said(3, "2016-01-01", deal)
    everything = recorded(IN_2013, bought)
    stakes = [fact for fact in everything if fact.kind is Kind.STAKE]
    (row,) = rows(*stakes, history=everything, kind=Kind.STAKE).facts
    assert row.superseded_by == "acquisition of US$4 billion (completed, reported 2016-01-01)"


@pytest.mark.parametrize("topics", [("acme",), ("acme", "globex")])
def test_a_list_without_rows_says_so(topics: tuple[str, ...]) -> None:
    question = Question(topics, None, NOW, NAMING)
    found = compose_facts(question, Kind.JOINT_VENTURE, (), {}, more=0, pending=2)
    assert (found.facts, found.sources, found.kind) == ((), (), "Joint venture")
    page = markdown(found)
    assert "The ledger has no facts of the kind joint venture" in page
    assert "2 articles are still to be read for facts." in page


def test_a_publisher_of_a_partys_is_marked() -> None:
    facts = recorded(said(1, "2013-04-29", stake("globex", "acme", "18"), by="Harbour Post"))
    (source,) = rows(*facts).sources
    assert source.owned_by == "Acme"


def test_an_alliance_tells_its_option_too() -> None:
    deal = stake("acme", "globex", "18", option_percent=number("30"))
    (alliance,) = pick(["acme"], recorded(said(1, "2013-04-29", deal))).alliances
    assert isinstance(alliance, Alliance)
    excerpt = Excerpt((alliance,), evidence=articles_of(alliance.facts))
    (line,), _, _ = excerpt_lines(excerpt, NAMING, Citations())
    assert line.says == "18%, option to 30%"
