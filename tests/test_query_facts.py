"""What the desk answers from the ledger, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.commands import answer
from bot.grammar import Facts, parse
from briefings.answers import Answer, Briefing, Choice, FactList, Failure, Timeline
from briefings.errors import InputError
from briefings.facts import Kind, Status, When
from briefings.query import FACTS, RECORDED, Ago, Desk
from briefings.render import markdown
from briefings.store import Store
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.articles import day
from tests.fakes.claims import claim, money, number, party, stake, users
from tests.fakes.clock import FakeClock
from tests.fakes.desk import desk_over
from tests.fakes.ledger import Press
from tests.fakes.subscribing import HERE, THERE, somebody

QUARTER = When.months(2019, 4, 3)


@pytest.fixture
def press(store: Store) -> Press:
    return Press(store)


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return desk_over(store, clock)


@pytest.fixture
async def filled(press: Press) -> Press:
    """18% of Globex in 2013, 32% in 2014; a partnership in 2020; users of 2019 by two papers."""
    await press.publish(
        "Acme takes 18% of Globex for US$586 million, and may go to 30%",
        stake("acme", "globex", "18", option_percent=number("30"), amount=money("586e6"),
              status=Status.COMPLETED),
        on="2013-04-29",
    )  # fmt: skip
    await press.publish(
        "Acme takes 32% of Globex",
        stake("acme", "globex", "32", status=Status.COMPLETED),
        on="2014-03-20",
    )
    await press.publish(
        "Globex counts 503 million users", users("globex", "503e6", when=QUARTER), on="2019-08-01"
    )
    await press.publish(
        "Globex counts 700 million users",
        users("globex", "700e6", when=QUARTER),
        by="Nightly",
        on="2019-08-02",
    )
    await press.publish(
        "Acme and Initech work together",
        claim(Kind.PARTNERSHIP, "acme", "initech"),
        on="2020-06-01",
    )
    return press


def rows(answer: Answer) -> list[tuple[str, str, str]]:
    assert isinstance(answer, FactList)
    return [(row.kind, row.says, row.when) for row in answer.facts]


def alliances(answer: Answer) -> list[tuple[tuple[str, str], str]]:
    assert isinstance(answer, Briefing)
    return [(line.organisations, line.says) for line in answer.alliances]


# --- briefings ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
async def test_a_briefing_has_alliances_figures_and_what_is_disputed(desk: Desk) -> None:
    acme = await desk.brief("acme")
    assert alliances(acme) == [
        (("Acme", "Initech"), ""),
        (("Acme", "Globex"), "32%"),
    ]
    globex = await desk.brief("globex")
    assert isinstance(globex, Briefing)
    (disputed,) = globex.disputed
    (users_of,) = disputed.differing
    assert {(each.text, len(each.cites)) for each in users_of.readings} == {
        ("503 million", 1),
        ("700 million", 1),
    }
    assert globex.figures == ()
    named = {n for line in globex.alliances for n in line.cites} | set(disputed.cites)
    assert named <= {source.number for source in globex.sources}


async def test_an_alliance_with_more_deals_than_are_read_began_then_or_earlier(
    desk: Desk, press: Press
) -> None:
    first = date(2000, 1, 1)
    ties = [
        claim(Kind.PARTNERSHIP, "acme", "globex", when=When.day(first + timedelta(days=90 * n)))
        for n in range(RECORDED + 1)
    ]
    await press.publish("Acme and Globex work together, and have often done so", *ties)
    briefing = await desk.brief("acme")
    assert isinstance(briefing, Briefing)
    assert [line.since for line in briefing.alliances] == ["since 2000-03-31 or earlier"]


@pytest.mark.usefixtures("filled")
async def test_between_two_there_is_only_what_is_between_them(desk: Desk) -> None:
    assert [pair for pair, _ in alliances(await desk.brief("globex acme"))] == [("Globex", "Acme")]
    assert alliances(await desk.brief("globex initech")) == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("as_of", "says"),
    [
        ("2013-04-28", None),
        ("2013-04-29", "18%, option to 30%, US$586 million"),
        ("2013", "18%, option to 30%, US$586 million"),
        ("2014-02", "18%, option to 30%, US$586 million"),
        ("2014-03", "32%"),
    ],
)
async def test_nothing_known_later_shows(desk: Desk, as_of: str, says: str | None) -> None:
    briefing = await desk.brief("acme globex", as_of=day(as_of))
    assert alliances(briefing) == ([(("Acme", "Globex"), says)] if says else [])
    shown = repr(briefing) + repr(await desk.facts("acme globex", as_of=day(as_of)))
    shown += repr(await desk.timeline("acme globex", as_of=day(as_of)))
    assert ("18%" in shown) is (says is not None)
    assert ("32%" in shown) is (says is not None and says.startswith("32%"))


@pytest.mark.usefixtures("filled")
async def test_since_leaves_older_alliances_out(desk: Desk) -> None:
    briefing = await desk.brief("acme", since=day("2015"))
    assert alliances(briefing) == [(("Acme", "Initech"), "")]


async def test_a_unit_has_the_alliances_that_name_it(desk: Desk, press: Press) -> None:
    parcel = party("acme", unit="parcel")
    await press.publish(
        "Parcel and Globex work together",
        claim(Kind.PARTNERSHIP, parties=(parcel, party("globex"))),
        on="2021-01-01",
    )
    await press.publish(
        "Acme and Initech work together",
        claim(Kind.PARTNERSHIP, "acme", "initech"),
        on="2022-01-01",
    )
    assert alliances(await desk.brief("parcel")) == [(("Acme", "Globex"), "")]
    assert alliances(await desk.brief("parcel globex")) == [(("Acme", "Globex"), "")]
    assert alliances(await desk.brief("parcel initech")) == []
    assert [parties for parties, _ in alliances(await desk.brief("acme"))] == [
        ("Acme", "Initech"),
        ("Acme", "Globex"),
    ]


async def test_the_bottom_line_tells_a_deal_rather_than_the_weather(
    desk: Desk, press: Press
) -> None:
    for n in range(3):
        await press.publish(f"Acme likes the weather of day {n}", on=f"2023-10-0{n + 1}")
    await press.publish(
        "Acme and Globex share a port", claim(Kind.PARTNERSHIP, "acme", "globex"), on="2023-10-02"
    )
    briefing = await desk.brief("acme")
    assert isinstance(briefing, Briefing)
    assert any("share a port" in statement.text for statement in briefing.bottom_line)


# --- facts --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
async def test_the_rows_of_a_topic_newest_first(desk: Desk) -> None:
    answer = await desk.facts("acme")
    assert rows(answer) == [
        ("Partnership", "", "reported 2020-06-01"),
        ("Stake", "32%", "reported 2014-03-20"),
        ("Stake", "18%, option to 30%, US$586 million", "reported 2013-04-29"),
    ]
    assert isinstance(answer, FactList)
    assert [row.superseded_by for row in answer.facts] == [
        "", "", "stake of 32% (completed, reported 2014-03-20)",
    ]  # fmt: skip
    first = answer.sources[answer.facts[1].cites[0] - 1]
    assert (first.publisher, str(first.published)) == ("Daily", "2014-03-20")
    assert answer.facts[1].quote == "Daily of 2014-03-20: Acme takes 32% of Globex."
    assert (answer.more, answer.pending) == (0, 0)


@pytest.mark.usefixtures("filled")
async def test_the_rows_of_a_kind_and_of_two_topics(desk: Desk) -> None:
    assert len(rows(await desk.facts("acme", kind=Kind.STAKE))) == 2
    assert rows(await desk.facts("acme", kind=Kind.METRIC)) == []
    assert [kind for kind, _, _ in rows(await desk.facts("globex", kind=Kind.METRIC))] == ["Figure"]
    assert [kind for kind, _, _ in rows(await desk.facts("acme initech"))] == ["Partnership"]
    assert rows(await desk.facts("globex initech")) == []


async def test_a_row_says_what_holds_instead_though_it_is_of_another_kind(
    desk: Desk, filled: Press
) -> None:
    await filled.publish(
        "Acme buys Globex",
        claim(Kind.ACQUISITION, "acme", "globex", status=Status.COMPLETED),
        on="2016-05-01",
    )
    answer = await desk.facts("acme globex", kind=Kind.STAKE)
    assert isinstance(answer, FactList)
    assert [row.superseded_by for row in answer.facts] == [
        "acquisition (completed, reported 2016-05-01)",
        "stake of 32% (completed, reported 2014-03-20)",
    ]
    before = await desk.facts("acme globex", kind=Kind.STAKE, as_of=day("2015"))
    assert isinstance(before, FactList)
    assert before.facts[0].superseded_by == ""


@pytest.mark.usefixtures("filled")
async def test_rows_of_a_period(desk: Desk) -> None:
    assert len(rows(await desk.facts("acme", since=day("2014")))) == 2
    assert len(rows(await desk.facts("acme", since=day("2014"), as_of=day("2015")))) == 1
    assert rows(await desk.facts("acme", since=Ago(1, "y"))) == []
    with pytest.raises(InputError, match="empty"):
        await desk.facts("acme", since=day("2020"), as_of=day("2019"))


async def test_an_unknown_topic_is_offered_with_the_nearest(desk: Desk) -> None:
    choice = await desk.facts("acmee", kind=Kind.STAKE, since=Ago(30, "d"))
    assert isinstance(choice, Choice)
    assert choice.commands[0] == "/intel facts Acme stake since 30d"
    venture = await desk.facts("acmee", kind=Kind.JOINT_VENTURE, as_of=day("2018-06"))
    assert isinstance(venture, Choice)
    assert venture.commands[0] == "/intel facts Acme joint venture asof 2018-06"
    assert parse(venture.commands[0]) == Facts("Acme", Kind.JOINT_VENTURE, None, day("2018-06"))


async def test_more_than_an_answer_holds_are_counted(desk: Desk, press: Press) -> None:
    for n in range(FACTS + 4):
        await press.publish(
            f"Acme and Firm {n} work together",
            claim(Kind.PARTNERSHIP, "acme", f"Firm {chr(65 + n)}"),
            on=f"{1996 + n % 25}-01-0{1 + n % 9}",
        )
    answer = await desk.facts("acme")
    assert isinstance(answer, FactList)
    assert (len(answer.facts), answer.more) == (FACTS, 4)
    assert [row.when for row in answer.facts] == sorted(
        (row.when for row in answer.facts), reverse=True
    )


async def test_what_is_older_than_the_period_is_not_counted_as_left_out(
    desk: Desk, press: Press
) -> None:
    """More than are ever read for an answer, and nearly all of them of before."""
    firms = [f"{chr(65 + n // 26)}{chr(65 + n % 26)} Ltd" for n in range(RECORDED + 9)]
    deals = [claim(Kind.PARTNERSHIP, "acme", firm) for firm in firms]
    await press.publish("Acme works with many", *deals, on="2013-01-01")
    await press.publish("Acme works with one", claim(Kind.PARTNERSHIP, "acme", "globex"))
    answer = await desk.facts("acme")
    assert isinstance(answer, FactList)
    assert (len(answer.facts), answer.more) == (FACTS, len(firms) + 1 - FACTS)
    answer = await desk.facts("acme", since=day("2020"))
    assert isinstance(answer, FactList)
    assert (len(answer.facts), answer.more) == (1, 0)


async def test_articles_that_were_not_read_yet_are_counted(desk: Desk, press: Press) -> None:
    await press.publish("Acme takes 18% of Globex", read=False)
    await press.publish("Acme rests", read=False, scope=HERE)
    for scope, pending in ((WHOLE_DESK, 1), (HERE, 2), (THERE, 1)):
        answer = await desk.facts("acme", scope=scope)
        assert isinstance(answer, FactList)
        assert (answer.pending, answer.facts) == (pending, ())


# --- timelines ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
async def test_a_timeline_tells_deals_by_their_dates_and_stories_beside_them(desk: Desk) -> None:
    timeline = await desk.timeline("acme")
    assert isinstance(timeline, Timeline)
    assert [(event.kind, str(event.date)) for event in timeline.events] == [
        ("stake", "2013-04-29"),
        ("stake", "2014-03-20"),
        ("partnership", "2020-06-01"),
    ]
    later = await desk.timeline("acme", since=day("2014"))
    assert isinstance(later, Timeline)
    assert [str(event.date) for event in later.events] == ["2014-03-20", "2020-06-01"]


async def test_news_that_recall_an_old_deal_stay_news(desk: Desk, filled: Press) -> None:
    recalled = stake("acme", "globex", "18", when=When.months(2013, 4), status=Status.COMPLETED)
    await filled.publish("Acme opens a port", recalled, by="Nightly", on="2023-10-31")
    timeline = await desk.timeline("acme")
    assert isinstance(timeline, Timeline)
    assert [event.headline for event in timeline.events][-1] == "Acme opens a port"


# --- workspaces ---------------------------------------------------------------------------------


async def test_a_private_article_makes_facts_in_its_workspace_alone(
    desk: Desk, press: Press
) -> None:
    await press.publish(
        "Acme takes 7% of Initech",
        stake("acme", "initech", "7"),
        by="Own Gazette",
        on="2023-01-01",
        scope=HERE,
    )
    own = await desk.facts("acme", scope=HERE)
    assert [says for _, says, _ in rows(own)] == ["7%"]
    assert isinstance(own, FactList)
    assert own.facts[0].cites == (1,)
    assert own.sources[0].publisher == "Own Gazette"
    assert alliances(await desk.brief("acme", scope=HERE)) == [(("Acme", "Initech"), "7%")]
    for scope in (THERE, WHOLE_DESK):
        answers = (
            await desk.facts("acme", scope=scope),
            await desk.brief("acme", scope=scope),
            await desk.timeline("acme", scope=scope),
        )
        assert "7%" not in repr(answers)
        assert "Gazette" not in repr(answers)


async def test_a_private_contradiction_is_seen_nowhere_else(
    desk: Desk, press: Press, store: Store
) -> None:
    await press.publish(
        "503 million use Globex", users("globex", "503e6", when=QUARTER), on="2019-08-01"
    )
    before = [await desk.facts("globex", scope=scope) for scope in (THERE, WHOLE_DESK)]
    await press.publish(
        "700 million use Globex",
        users("globex", "700e6", when=QUARTER),
        by="Own Gazette",
        on="2019-08-02",
        scope=HERE,
    )
    own = await desk.facts("globex", scope=HERE)
    assert isinstance(own, FactList)
    assert own.facts[0].contradicted
    assert [await desk.facts("globex", scope=scope) for scope in (THERE, WHOLE_DESK)] == before
    disputed = {scope: await desk.brief("globex", scope=scope) for scope in (HERE, THERE)}
    assert {
        scope: len(one.disputed) for scope, one in disputed.items() if isinstance(one, Briefing)
    } == {
        HERE: 1,
        THERE: 0,
    }


async def test_another_voice_of_a_workspaces_own_counts_there_alone(
    desk: Desk, press: Press
) -> None:
    deal = stake("acme", "globex", "18")
    await press.publish("Acme takes 18% of Globex", deal, on="2013-04-29")
    await press.publish(
        "It is 18% of Globex for Acme", deal, by="Own Gazette", on="2013-04-30", scope=HERE
    )

    async def stands(scope: Scope) -> str:
        answer = await desk.facts("acme", scope=scope)
        assert isinstance(answer, FactList)
        return answer.facts[0].standing

    assert await stands(HERE) == "2 independent publishers"
    assert await stands(THERE) == "single source"


# --- periods ------------------------------------------------------------------------------------


async def test_a_period_finds_what_is_undated_by_any_report_and_what_is_dated_by_its_date(
    desk: Desk, press: Press
) -> None:
    deal = stake("acme", "globex", "18")
    past = users("acme", "400e6", when=When.months(2012, 1, 12))
    await press.publish("Acme takes 18% of Globex", deal, on="2013-05-07")
    await press.publish("Acme and its 18% of Globex, told again", deal, past, on="2013-06-03")
    for since, found in (("2013-06", ["Stake"]), ("2013-07", []), ("2012", ["Stake", "Figure"])):
        answer = await desk.facts("acme", since=day(since))
        assert isinstance(answer, FactList)
        assert [row.kind for row in answer.facts] == found, since
        briefing = await desk.brief("acme", since=day(since))
        assert bool(alliances(briefing)) is bool(found)
        known = await desk.facts("acme", since=day(since), as_of=day("2020"))
        assert isinstance(known, FactList)
        assert [row.kind for row in known.facts] == found, since


async def test_what_has_not_come_yet_is_not_known(desk: Desk) -> None:
    for asked in (desk.brief, desk.facts, desk.timeline):
        with pytest.raises(InputError, match="2030 has not come yet"):
            await asked("acme", as_of=day("2030"))


# --- kinds --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("facts acme staek", "Did you mean /intel facts acme stake?"),
        ("facts acme 入股股", "Did you mean /intel facts acme 入股?"),
        ("facts stake", "Write /intel facts <topic> stake."),
        ("facts acme bogus", "The kinds of facts are stake, investment, acquisition, divestment, "
         "partnership, joint venture, regulatory, figure, target."),
    ],
)  # fmt: skip
async def test_what_may_be_a_kind_of_facts_is_answered_with_the_kinds(
    desk: Desk, text: str, said: str
) -> None:
    found = await answer(text, desk, somebody())
    if isinstance(found, Choice):
        assert found.hint == said
        assert said in markdown(found)
    else:
        assert isinstance(found, Failure)
        assert said in found.remedy


async def test_an_empty_answer_speaks_of_a_period_where_one_was_asked_for(desk: Desk) -> None:
    for call in ("", "facts ", "timeline "):
        for period, bounded in (("", False), (" since 1y", True), (" asof 2018", True)):
            found = await answer(f"{call}initech{period}", desk, somebody())
            assert ("in this period" in markdown(found)) == bounded
