"""The desk's answers from a corpus on both databases; what leaves it is faked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from briefings.answers import Briefing, Choice, DeliveryRow, Timeline
from briefings.chronology import ARTICLES
from briefings.delivery import OccurrenceState, Undelivered
from briefings.errors import EgressError, InputError
from briefings.ingest import Ingested
from briefings.model import Check, EntryVersion, FeedDefinition, FeedState, Health, Published
from briefings.query import Ago, Desk
from briefings.render import markdown
from briefings.replies import delivery_row
from briefings.sharing import KEPT_S
from briefings.store import Store
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.articles import day, new_article
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import START, FakeClock
from tests.fakes.desk import desk_over
from tests.fakes.subscribing import HERE, THERE, somebody

FEED = FeedDefinition(url="https://daily.example/feed", publisher="Daily")


class Web:
    """Stands for ingest and watcher: `pages` and `feeds` by address, `asked` what was fetched."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.pages: dict[str, str] = {}
        self.feeds = {FEED.url: FEED}
        self.asked: list[str] = []

    async def add_url(self, url: str, scope: Scope = WHOLE_DESK) -> Ingested:
        self.asked.append(url)
        if url not in self.pages:
            raise EgressError(f"{url} did not answer.", remedy="Try again later.")
        title, _, body = self.pages[url].partition("\n")
        draft = new_article(title, body, url=url, points=[body.partition(". ")[0] + "."])
        (added,) = await self._store.corpus.add([draft], scope)
        article = await self._store.corpus.get(added.id)
        assert article is not None
        return Ingested(article, added.outcome)

    async def discover(self, url: str) -> FeedDefinition:
        if url not in self.feeds:
            raise InputError(f"{url} is not a feed.")
        return self.feeds[url]


@pytest.fixture
def web(store: Store) -> Web:
    return Web(store)


@pytest.fixture
def desk(store: Store, web: Web, clock: FakeClock, templates: list[str]) -> Desk:
    return desk_over(store, clock, web=web, other_problems=lambda: templates)


@pytest.fixture
def templates() -> list[str]:
    """What is wrong with templates of the operator's."""
    return []


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.corpus.add(
        [
            new_article("Acme buys 18% of Globex", "Acme paid US$586 million.",
                        points=["Acme paid Globex US$586 million."], published=day("2013-05-07")),
            new_article("艾克美与环球公司", "艾克美持有环球公司的股份。",
                        points=["艾克美持有环球公司18%的股份。"], published=day("2020")),
            new_article("Parcel ships to Mars", "Parcel, of Acme, ships to Mars.",
                        points=["Parcel ships 3 million boxes."], published=day("2023-10-31")),
        ]
    )  # fmt: skip
    return store


@pytest.mark.usefixtures("filled")
async def test_a_briefing_on_one_organisation_and_its_units(desk: Desk) -> None:
    briefing = await desk.brief("acme")
    assert isinstance(briefing, Briefing)
    assert briefing.articles == 3
    assert briefing.covers == (day("2013-05-07"), day("2023-10-31"))
    assert [str(source.published) for source in briefing.sources] == [
        "2023-10-31", "2020", "2013-05-07",
    ]  # fmt: skip


@pytest.mark.usefixtures("filled")
async def test_a_briefing_on_two(desk: Desk) -> None:
    briefing = await desk.brief("9111.HK 环球公司")
    assert isinstance(briefing, Briefing)
    assert briefing.topics == ("Acme", "Globex")
    assert briefing.articles == 2
    assert briefing.bottom_line[1].text == "Acme paid Globex US$586 million."


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("since", "as_of", "articles"),
    [
        ("2013-05-07", None, 3),
        ("2013-05-08", None, 2),
        ("2020", None, 2),
        ("2021-01", None, 1),
        (None, "2013-05-07", 1),
        (None, "2013-05-06", 0),
        (None, "2013-05", 1),
        (None, "2020", 2),
        ("2014", "2022", 1),
    ],
)
async def test_a_period_includes_both_its_ends(
    desk: Desk, since: str | None, as_of: str | None, articles: int
) -> None:
    briefing = await desk.brief(
        "acme", since=day(since) if since else None, as_of=day(as_of) if as_of else None
    )
    assert isinstance(briefing, Briefing)
    assert briefing.articles == articles


@pytest.mark.usefixtures("filled")
async def test_a_length_of_time_leads_back_from_the_date_asked_for(desk: Desk) -> None:
    briefing = await desk.brief("acme", since=Ago(1, "m"), as_of=day("2013-05"))
    assert isinstance(briefing, Briefing)
    assert str(briefing.since) == "2013-05-01"
    assert briefing.articles == 1


@pytest.mark.usefixtures("filled")
async def test_a_period_counted_back_from_now(desk: Desk, clock: FakeClock) -> None:
    clock.advance(days=-849)  # to 2023-11-04
    briefing = await desk.brief("acme", since=Ago(2, "w"))
    assert isinstance(briefing, Briefing)
    assert briefing.articles == 1
    assert str(briefing.since) == "2023-10-21"
    assert briefing.as_of == clock.now()


async def test_an_impossible_period_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError, match="empty"):
        await desk.brief("acme", since=day("2020"), as_of=day("2019"))
    with pytest.raises(InputError, match="now"):
        await desk.brief("acme", since=day("2099"))


async def test_a_known_topic_without_articles_says_so(desk: Desk) -> None:
    briefing = await desk.brief("initech")
    assert isinstance(briefing, Briefing)
    assert (briefing.articles, briefing.stories) == (0, ())


async def test_an_unknown_topic_keeps_the_period_in_what_it_offers(desk: Desk) -> None:
    choice = await desk.brief("acmee", since=Ago(30, "d"), as_of=day("2018-06"))
    assert isinstance(choice, Choice)
    assert choice.commands[0] == "/intel Acme since 30d asof 2018-06"


async def test_more_articles_than_are_read_are_counted(desk: Desk, store: Store) -> None:
    await store.corpus.add(
        [new_article(f"Acme report {n}", f"Acme said {n}.", url=f"https://d.example/{n}",
                     published=day(f"{2000 + n % 20}-0{1 + n % 9}-01"))
         for n in range(130)]
    )  # fmt: skip
    briefing = await desk.brief("acme")
    assert isinstance(briefing, Briefing)
    assert (briefing.articles, briefing.more) == (130, True)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "since", "as_of", "dates"),
    [
        ("acme", None, None, ["2013-05-07", "2020", "2023-10-31"]),
        ("9111.HK 环球公司", None, None, ["2013-05-07", "2020"]),
        ("acme", day("2014"), day("2022"), ["2020"]),
        ("acme", Ago(1, "m"), day("2013-05"), ["2013-05-07"]),
        ("initech", None, None, []),
    ],
)
async def test_a_timeline_has_the_events_of_a_period(
    desk: Desk,
    words: str,
    since: Published | Ago | None,
    as_of: Published | None,
    dates: list[str],
) -> None:
    timeline = await desk.timeline(words, since=since, as_of=as_of)
    assert isinstance(timeline, Timeline)
    assert [str(event.date) for event in timeline.events] == dates
    assert [str(source.published) for source in timeline.sources] == dates
    assert timeline.unread == 0


async def test_a_timeline_of_an_unknown_topic_is_offered_of_the_nearest(desk: Desk) -> None:
    choice = await desk.timeline("acmee", since=Ago(30, "d"))
    assert isinstance(choice, Choice)
    assert choice.commands[0] == "/intel timeline Acme since 30d"
    with pytest.raises(InputError, match="empty"):
        await desk.timeline("acme", since=day("2020"), as_of=day("2019"))


async def test_a_timeline_tells_how_many_articles_it_has_not_read(desk: Desk, store: Store) -> None:
    await store.corpus.add(
        [new_article(f"Acme report {n}", f"Acme said {n}.", url=f"https://d.example/{n}",
                     published=day(f"{2000 + n % 20}-0{1 + n % 9}-01"))
         for n in range(ARTICLES + 7)]
    )  # fmt: skip
    timeline = await desk.timeline("acme")
    assert isinstance(timeline, Timeline)
    assert (timeline.articles, timeline.unread) == (ARTICLES, 7)


@pytest.mark.usefixtures("filled")
async def test_search_in_both_languages(desk: Desk) -> None:
    found = await desk.search("股份")
    assert [hit.title for hit in found.hits] == ["艾克美与环球公司"]
    assert "股份" in found.hits[0].snippet
    assert not found.more
    assert not (await desk.search("nowhere")).hits
    assert not (await desk.search("!?")).hits


@pytest.mark.usefixtures("filled")
async def test_a_name_no_article_writes_finds_those_on_what_it_names(desk: Desk) -> None:
    found = await desk.search("ACME")
    assert found.hits
    assert found.named == ()
    by_name = await desk.search("9111.HK")
    assert by_name.named == ("Acme",)
    assert by_name.hits


@pytest.mark.usefixtures("filled")
async def test_a_search_that_finds_nothing_shows_what_comes_nearest(
    desk: Desk, store: Store
) -> None:
    await store.corpus.add(
        [
            new_article("A whale of a deal", "Acme bought a whale.", url="https://w.example/1"),
            new_article("A whale", "Nobody bought it.", url="https://w.example/2"),
        ]
    )
    on = await desk.search("whale 艾克美")
    assert (on.named, on.held, on.most) == (("Acme",), ("whale",), False)
    assert [hit.title for hit in on.hits] == ["A whale of a deal"]
    assert "and have whale" in markdown(on)
    most = await desk.search("whale bought nowhere")
    assert {hit.title for hit in most.hits} == {"A whale of a deal", "A whale"}
    assert (most.named, most.most) == ((), True)
    assert "these have most of them" in markdown(most)
    either = await desk.search("9111.HK nowhere")
    assert (either.named, bool(either.hits)) == (("Acme",), True)
    assert not (await desk.search("nowhere notever")).hits


async def test_what_is_quoted_is_searched_as_a_phrase(desk: Desk, store: Store) -> None:
    text = "Advertising grew. {} An alliance on payments. 云服务与计算。"
    await store.corpus.add(
        [
            new_article(
                "Both",
                text.format("An advertising alliance was signed. 云计算 Weibo 成立。"),
                url="https://p.example/1",
            ),
            new_article("Apart", text.format("Nothing else."), url="https://p.example/2"),
        ]
    )
    for phrase in (
        '"advertising alliance"',
        "“Advertising Alliance” payments",
        '"云计算"',
        '"云计算 weibo"',
        "「计算 weibo 成立」",
    ):
        found = await desk.search(phrase)
        assert ([hit.title for hit in found.hits], found.most) == (["Both"], False), phrase
    (hit,) = (await desk.search('"advertising alliance"')).hits
    assert "advertising alliance was signed" in hit.snippet
    assert len((await desk.search("advertising alliance")).hits) == 2
    assert not (await desk.search('"alliance advertising"')).hits


async def test_a_hit_shows_the_sentence_that_holds_the_words(desk: Desk, store: Store) -> None:
    body = "Acme grew. " + "Nothing here. " * 60 + "Globex sold a stake to Acme. The end."
    await store.corpus.add([new_article("Deal", body)])
    (hit,) = (await desk.search("acme stake")).hits
    assert "Globex sold a stake to Acme." in hit.snippet


async def test_search_tells_that_there_is_more(desk: Desk, store: Store) -> None:
    await store.corpus.add(
        [new_article(f"Acme {n}", "Acme.", url=f"https://d.example/{n}") for n in range(11)]
    )
    found = await desk.search("acme")
    assert (len(found.hits), found.more) == (10, True)
    assert [hit.number for hit in found.hits] == list(range(1, 11))


@pytest.mark.parametrize(
    ("before", "found", "after"),
    [
        ("Nothing here. " * 40, "Acme bought a whale.", " Nothing there." * 40),
        ("这里没有什么。" * 80, "艾克美买了一条鲸鱼。", "那里也没有什么。" * 80),
    ],
)
async def test_a_snippet_shows_the_place_that_was_found(
    desk: Desk, store: Store, before: str, found: str, after: str
) -> None:
    await store.corpus.add([new_article("Acme", before + found + after)])
    (hit,) = (await desk.search("whale" if "whale" in found else "鲸鱼")).hits
    assert found in hit.snippet
    assert 120 < len(hit.snippet) < 250
    assert (hit.snippet[:2], hit.snippet[-2:]) == ("… ", " …")


async def test_an_address_in_the_corpus_is_answered_without_the_web(
    desk: Desk, store: Store, web: Web
) -> None:
    url = "https://daily.example/1"
    body = "Acme is old. Acme paid US$586 million. Nobody minded."
    await store.corpus.add([new_article("Acme", body, url=url, points=["Acme is old."])])
    summary = await desk.summarise(url)
    assert web.asked == []
    assert [point.text for point in summary.points] == ["Acme is old."]
    assert [figure.text for figure in summary.figures] == ["Acme paid US$586 million."]
    assert {cite for s in (*summary.points, *summary.figures) for cite in s.cites} == {1}
    assert summary.words == 10


async def test_an_unknown_address_is_fetched_and_kept(desk: Desk, web: Web) -> None:
    url = "https://daily.example/2"
    web.pages[url] = "Globex\nGlobex sold it. It is gone."
    assert (await desk.summarise(url)).title == "Globex"
    assert (await desk.summarise(url)).title == "Globex"
    assert web.asked == [url]


@pytest.mark.usefixtures("filled")
async def test_who_ask_the_same_at_once_share_an_answer_and_what_was_added_is_in_the_next(
    desk: Desk, store: Store, web: Web, clock: FakeClock
) -> None:
    async def articles() -> int:
        briefing = await desk.brief("acme")
        assert isinstance(briefing, Briefing)
        return briefing.articles

    assert await articles() == 3
    await store.corpus.add([new_article("Acme grows", "Acme is larger now.")])
    assert await articles() == 3, "of the same moment"
    clock.advance(seconds=KEPT_S + 1)
    assert await articles() == 4
    url = "https://daily.example/2"
    web.pages[url] = "Acme\nAcme sold it. It is gone."
    await desk.summarise(url)
    assert await articles() == 5, "whoever had it read sees it at once"


@pytest.mark.usefixtures("filled")
async def test_a_timeline_and_its_picture_are_of_one_moment(desk: Desk, clock: FakeClock) -> None:
    told = await desk.timeline("acme")
    assert await desk.timeline("acme") is told
    clock.advance(seconds=KEPT_S + 1)
    later = await desk.timeline("acme")
    assert isinstance(later, Timeline)
    assert isinstance(told, Timeline)
    assert (later.as_of, later.events) == (clock.now(), told.events)


async def test_a_headline_without_text_is_fetched(desk: Desk, store: Store, web: Web) -> None:
    url = "https://daily.example/3"
    await store.corpus.add([new_article("Globex sells", "", url=url)])
    with pytest.raises(EgressError, match="did not answer"):
        await desk.summarise(url)
    web.pages[url] = "Globex sells\nGlobex sold it. It is gone."
    assert [point.text for point in (await desk.summarise(url)).points] == ["Globex sold it."]


async def test_sources_are_added_listed_and_removed(desk: Desk) -> None:
    added = await desk.add_source(FEED.url)
    (row,) = added.rows
    assert added.notice == f"Added Daily as number {row.number}."
    assert (row.health, row.detail) == (Health.NEW, "")
    with pytest.raises(InputError, match="already"):
        await desk.add_source(FEED.url)
    with pytest.raises(InputError, match="not a feed"):
        await desk.add_source("https://daily.example/")
    removed = await desk.remove_source(row.number)
    assert removed.notice == "Daily is no longer watched."
    assert not removed.rows
    with pytest.raises(InputError) as unknown:
        await desk.remove_source(row.number)
    assert unknown.value.remedy == "/intel sources lists those there are."


async def test_a_source_that_is_off_is_not_removed_again(desk: Desk, store: Store) -> None:
    await store.sources.sync([FEED])
    (row,) = (await desk.sources()).rows
    assert (await desk.remove_source(row.number)).notice == "Daily is no longer watched."
    again = await desk.remove_source(row.number)
    assert again.notice == "Daily was not watched: it is off."
    assert again.rows[0].detail.startswith("somebody removed it")


async def test_what_is_watched_already_is_said_before_the_web_is_asked(
    desk: Desk, web: Web
) -> None:
    (row,) = (await desk.add_source(FEED.url)).rows
    web.feeds = {}
    with pytest.raises(InputError, match=f"already: it is source {row.number}"):
        await desk.add_source(FEED.url)


async def test_topics_are_the_owners_with_their_units(desk: Desk, filled: Store) -> None:
    rows = (await desk.topics()).rows
    assert [row.name for row in rows][:2] == ["Acme", "Globex"]
    assert rows[0].units == ("Parcel", "Acme Cloud")
    assert rows[0].articles == 3


async def test_status_names_what_is_wrong_and_what_to_do(
    desk: Desk, store: Store, clock: FakeClock
) -> None:
    assert (await desk.status(somebody())).problems == ()
    for name in ("works", "fails", "gone"):
        await store.sources.add(replace(FEED, url=f"https://{name}.example/", publisher=name))
    now = clock.now()
    works, fails, gone = await store.sources.list()
    good = FeedState(
        checked_at=now, succeeded_at=now, changed_at=now, entries_seen=9, entries_kept=2
    )
    bad = replace(good, failures=3, failing_since=now, error="it timed out", error_kind="too slow")
    await store.sources.record(
        [
            Check(works.id, good, (EntryVersion(b"i" * 16, b"d" * 16),)),
            Check(fails.id, bad),
            Check(gone.id, replace(bad, stopped="gone: the publisher removed it (410)")),
        ]
    )
    status = await desk.status(somebody())
    assert (status.coverage.watched, status.coverage.failing) == (2, ("fails",))
    assert status.coverage.gone == ("gone",)
    assert (status.coverage.entries_seen, status.coverage.entries_kept) == (27, 6)
    first, second = status.problems
    assert first.startswith("fails is failing: too slow")
    assert "Whoever runs the desk can remove it." in second
    clock.advance(seconds=timedelta(days=2).total_seconds())
    assert "No source was asked since" in (await desk.status(somebody())).problems[0]


async def test_status_names_the_templates_that_are_not_used(
    desk: Desk, templates: list[str]
) -> None:
    templates.append("digest-brief.md.j2 is not used: line 3: a tag is not closed.")
    assert (await desk.status(somebody())).problems == tuple(templates)


LATER = START + timedelta(minutes=12)
SENDS = "/intel send 2 sends it again, /intel dismiss 2 leaves it."


@pytest.mark.parametrize(
    ("state", "reason", "next_at", "row"),
    [
        ("failed", "channel_not_found.", None,
         ("is not delivered: channel_not_found", None, f"When that is mended: {SENDS}")),
        ("failed", "", None,
         ("is not delivered: nobody said why", None, f"When that is mended: {SENDS}")),
        ("review", "no answer", None,
         ("may have arrived: nobody can look", None, f"Check the channel: {SENDS}")),
        ("planned", "no connection", LATER,
         ("is being retried: no connection; attempt 3", LATER, "")),
        ("planned", "", None, ("is on its way", None, "")),
        ("planned", "", START - timedelta(minutes=1),
         ("is on its way", START - timedelta(minutes=1), "")),
        ("planned", "", START - timedelta(minutes=3),
         ("waits for a process that delivers digests; none has taken it when it could", None,
          "Start the desk with intelbrief run, or with INTELBRIEF_DELIVER=on.")),
        ("skipped", "The desk was off for too long.", None,
         ("was left out: The desk was off for too long", None,
          "/intel dismiss 2 takes it off this list.")),
    ],
)  # fmt: skip
def test_what_is_not_delivered_has_a_reason_and_a_next_step(
    state: str, reason: str, next_at: datetime | None, row: tuple[str, datetime | None, str]
) -> None:
    missing = Undelivered(
        scope=HERE,
        number=2,
        topics=("acme", "globex"),
        slot="2026-03-02T09:00",
        due=START,
        state=OccurrenceState(state),
        reason=reason,
        attempts=3,
        next_at=next_at,
    )
    digest = "Digest 2 (Acme / Globex) of Mon 2026-03-02 09:00"
    assert delivery_row(missing, HERE, NAMING, START) == DeliveryRow(digest, "", *row)
    elsewhere = delivery_row(missing, THERE, NAMING, START)
    assert elsewhere.place == "chat W-here C-here"
    assert (" there " in elsewhere.step) == ("/intel" in row[2])
    asked = replace(missing, slot="asked 2026-03-02T09:00:00.000001")
    asked = delivery_row(asked, HERE, NAMING, START)
    assert asked.digest == f"{digest} UTC (asked for)"


# --- what a workspace has for itself ------------------------------------------------------------


async def test_what_a_workspace_adds_answers_nobody_else(
    desk: Desk, web: Web, filled: Store
) -> None:
    url = "https://daily.example/2"
    web.pages[url] = "Acme canary\nAcme sold the canary. It is gone."
    await desk.add_source(FEED.url, HERE)
    await desk.summarise(url, HERE)
    assert (await desk.known(url, HERE)) is not None
    (own,) = (await desk.sources(HERE)).rows
    for scope in (THERE, WHOLE_DESK):
        answers = [
            await desk.brief("acme", scope=scope),
            await desk.timeline("acme", scope=scope),
            await desk.search("canary", scope),
            await desk.search("acme", scope),
            await desk.sources(scope),
            await desk.topics(scope),
            await desk.status(somebody(scope=scope)),
        ]
        said = repr(answers).replace("words='canary'", "")
        assert "canary" not in said
        assert "Daily" not in repr(answers[4])
        assert await desk.known(url, scope) is None
        with pytest.raises(InputError) as foreign:
            await desk.remove_source(own.number, scope)
        assert foreign.value.message == f"There is no source {own.number}."
    assert (await desk.topics(HERE)).rows[0].articles == 4
    assert (await desk.topics(THERE)).rows[0].articles == 3
    mine = await desk.status(somebody(scope=HERE))
    theirs = await desk.status(somebody(scope=THERE))
    assert (mine.coverage.articles, mine.coverage.watched) == (4, 1)
    assert (theirs.coverage.articles, theirs.coverage.watched) == (3, 0)
    assert (mine.stories, theirs.stories) == (4, 3)
    # Within the seconds for which it is kept.
    briefs = [await desk.brief("acme", scope=scope) for scope in (HERE, THERE, HERE)]
    watched = [each.coverage.watched for each in briefs if isinstance(each, Briefing)]
    assert watched == [1, 0, 1]
    # Fetched once more, for somebody else: what one has read is not the other's to have.
    await desk.summarise(url, THERE)
    assert web.asked == [url, url]
    assert (await desk.topics(THERE)).rows[0].articles == 4


async def test_a_text_fetched_for_a_common_headline_is_the_workspaces_own(
    desk: Desk, store: Store, web: Web
) -> None:
    url = "https://daily.example/3"
    await store.corpus.add([new_article("Globex sells", "", url=url)])
    web.pages[url] = "Globex sells\nGlobex sold it. It is gone."
    assert [point.text for point in (await desk.summarise(url, HERE)).points] == ["Globex sold it."]
    await desk.summarise(url, HERE)
    assert web.asked == [url]
    assert await desk.known(url, THERE) is None


async def test_a_common_source_is_the_desks_to_remove(desk: Desk) -> None:
    (row,) = (await desk.add_source(FEED.url)).rows
    with pytest.raises(InputError, match="Whoever runs the desk can remove it"):
        await desk.remove_source(row.number, HERE)
    with pytest.raises(InputError, match=f"watched already: it is source {row.number}"):
        await desk.add_source(FEED.url, HERE)
    assert not (await desk.remove_source(row.number)).rows


async def test_a_workspace_is_not_told_to_remove_what_is_not_its_own(
    desk: Desk, store: Store, clock: FakeClock
) -> None:
    gone = FeedState(checked_at=clock.now(), stopped="It answered 410.")
    common = await store.sources.add(FEED)
    own = await store.sources.add(replace(FEED, url="https://own.example/", publisher="Own"), HERE)
    await store.sources.record([Check(each.id, gone) for each in (common, own)])
    said = (await desk.status(somebody(scope=HERE))).problems
    assert [line.rpartition(". ")[2] for line in said] == [
        "Whoever runs the desk can remove it.",
        f"Remove it with /intel sources remove {own.id}.",
    ]
