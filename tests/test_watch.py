"""The watcher against a server that keeps account: real egress, real parsing, real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from briefings import decide
from briefings.containment import WorkerPool
from briefings.egress import Egress
from briefings.errors import Blocked, InputError, IntelbriefError, NotAFeed, StoreError
from briefings.model import FeedDefinition, Fetched, FetchRequest, Health, Source
from briefings.polled import Outcome, PollReport, Verdict
from briefings.store import Store
from briefings.store.pruning import ENTRIES_KEPT
from briefings.watch import UNRECORDED, Watcher
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import FakeClock
from tests.fakes.workers import FakeEmbedder, InlinePool
from tests.servers.feeds import START, Feed, FeedServer, Item

DEAL = Item("Acme buys a stake in Globex", "Acme pays $200 million for 5% of Globex.")
WEATHER = Item("Rain expected on Tuesday", "Take an umbrella.")


@dataclass
class Desk:
    """A watcher with everything it stands on."""

    clock: FakeClock
    store: Store
    server: FeedServer
    egress: Egress
    pool: InlinePool = field(default_factory=InlinePool)
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)

    @property
    def watcher(self) -> Watcher:
        return Watcher(
            self.store,
            self.egress,
            self.pool,
            self.embedder,
            NAMING.matcher,
            self.clock,
            jitter=lambda: 0.0,
        )

    async def watch(self, *feeds: Feed) -> None:
        for feed in feeds:
            await self.store.sources.add(FeedDefinition(url=feed.url, publisher=feed.title))

    async def poll(self, **options: object) -> PollReport:
        return await self.watcher.poll(**options)

    async def poll_when_due(self) -> PollReport:
        """Let time pass until the next feed is due, and ask it."""
        due = [s.state.next_check_at for s in await self.sources() if s.state.next_check_at]
        now = self.clock.now()
        self.clock.advance(seconds=max((min(due) - now).total_seconds(), 0) if due else 3600)
        return await self.poll()

    async def sources(self) -> list[Source]:
        return await self.store.sources.list()

    async def only(self) -> Source:
        (source,) = await self.sources()
        return source

    async def titles(self, organisation: str = "acme") -> list[str]:
        found = await self.store.corpus.about([organisation], since=None, until=None, limit=1000)
        return [article.title for article in found]


async def _desk(clock: FakeClock, store: Store, hosts: int = 1) -> AsyncIterator[Desk]:
    async with FeedServer(clock, hosts=hosts) as server:
        egress = Egress(clock, user_agent="intelbrief/test", allow=["127.0.0.0/8"])
        yield Desk(clock, store, server, egress)
        await egress.close()


@pytest.fixture
async def desk(clock: FakeClock, memory_store: Store) -> AsyncIterator[Desk]:
    async for desk in _desk(clock, memory_store):
        yield desk


@pytest.fixture
async def durable_desk(clock: FakeClock, store: Store) -> AsyncIterator[Desk]:
    """The same on files and on PostgreSQL."""
    async for desk in _desk(clock, store):
        yield desk


@pytest.fixture
async def wide_desk(clock: FakeClock, memory_store: Store) -> AsyncIterator[Desk]:
    """Feeds may lie on 60 hosts."""
    async for desk in _desk(clock, memory_store, hosts=60):
        yield desk


# --- what comes in ------------------------------------------------------------------------------


async def test_what_one_poll_does_not_take_comes_with_the_next_although_nothing_changed(
    desk: Desk,
) -> None:
    many = [Item(f"Acme buys {n} of Globex", f"Acme pays ${n} million.") for n in range(150)]
    await desk.watch(desk.server.feed("/a", *many))
    assert [(await desk.poll_when_due()).new for _ in range(4)] == [100, 50, 0, 0]
    assert (await desk.poll_when_due()).unchanged == 1
    assert len(await desk.titles()) == 150


async def test_what_names_a_watched_organisation_is_kept_and_the_rest_counted(
    durable_desk: Desk,
) -> None:
    desk = durable_desk
    wire = desk.server.feed("wire", DEAL, WEATHER)
    await desk.watch(wire)
    told: list[tuple[str, Outcome]] = []
    report = await desk.poll(progress=lambda s, o: told.append((s.definition.publisher, o)))
    assert (report.asked, report.new, report.kept, report.dropped) == (1, 2, 1, 1)
    assert (report.changed, report.unchanged, report.failed) == (0, 0, ())
    assert told == [("The Wire", Outcome(Verdict.READ, new=2, kept=1))]
    (article,) = await desk.store.corpus.about(["globex"], since=None, until=None, limit=9)
    assert (article.title, article.publisher, article.body) == (DEAL.title, "The Wire", DEAL.text)
    assert (article.published.at, article.language) == (START, "en")
    assert [tag.organisation for tag in article.tags] == ["acme", "globex"]
    state = (await desk.only()).state
    assert (state.entries_seen, state.entries_kept) == (2, 1)


async def test_new_changed_and_unchanged(durable_desk: Desk) -> None:
    desk = durable_desk
    wire = desk.server.feed("wire", DEAL, WEATHER)
    await desk.watch(wire)
    await desk.poll()
    second = await desk.poll_when_due()
    assert (second.unchanged, second.new, wire.statuses) == (1, 0, [200, 304])
    wire.items[0] = replace(DEAL, text="Acme pays $300 million for 5% of Globex.")
    wire.publish(Item("Globex sells Initech"), Item("A quiet day"))
    third = await desk.poll_when_due()
    assert (third.new, third.kept, third.dropped, third.changed) == (2, 1, 1, 1)
    assert await desk.titles("globex") == ["Globex sells Initech", DEAL.title]
    (deal,) = await desk.store.corpus.about(["acme"], since=None, until=None, limit=9)
    assert "$300 million" in deal.body


async def test_what_a_feed_lists_no_more_is_forgotten_in_time_and_comes_back_as_known(
    durable_desk: Desk,
) -> None:
    desk = durable_desk
    wire = desk.server.feed("wire", DEAL, WEATHER)
    await desk.watch(wire)
    await desk.poll()
    gone = wire.items.pop(0)
    wire.publish(Item("A quiet day"))
    await desk.poll_when_due()
    wire.publish(Item("A quieter day"))
    await desk.poll_when_due()
    source = await desk.only()
    desk.clock.advance(days=ENTRIES_KEPT.days)
    await desk.store.pruning.prune()
    assert len((await desk.store.sources.known_entries([source.id]))[source.id]) == 3
    wire.publish(gone)
    again = await desk.poll()
    assert (again.new, again.failed, await desk.titles()) == (1, (), [DEAL.title])
    assert await desk.store.news.newest() == 1


async def test_a_feed_without_validators_is_read_once_and_compared_after(desk: Desk) -> None:
    await desk.watch(desk.server.feed("wire", DEAL, validators=False))
    await desk.poll()
    for _ in range(3):
        assert (await desk.poll_when_due()).unchanged == 1
    assert desk.pool.runs == 1


async def test_relevant_entries_of_many_feeds_are_embedded_together(wide_desk: Desk) -> None:
    desk = wide_desk
    feeds = [
        desk.server.feed("wire", Item(f"Acme does thing {n}"), WEATHER, host=n) for n in range(60)
    ]
    await desk.watch(*feeds)
    report = await desk.poll()
    assert (report.asked, report.kept) == (60, 60)
    assert sum(map(len, desk.embedder.batches)) == 60
    assert len(desk.embedder.batches) <= 6


async def test_a_story_told_by_two_feeds_is_one_story(wide_desk: Desk) -> None:
    desk = wide_desk
    report = Item(
        "Acme buys a 5% stake in Globex for $200 million",
        "Acme said on Monday it had bought 5% of Globex for $200 million in cash. " * 3,
    )
    one = desk.server.feed("wire", report, title="Wire")
    other = desk.server.feed(
        "wire", replace(report, link="https://x.example/1"), title="Echo", host=1
    )
    await desk.watch(one, other)
    await desk.poll()
    articles = await desk.store.corpus.about(["globex"], since=None, until=None, limit=9)
    assert {article.publisher for article in articles} == {"Wire", "Echo"}
    assert len({article.story_id for article in articles}) == 1


async def test_news_is_kept_when_it_cannot_be_embedded(desk: Desk) -> None:
    desk.embedder.fails = True
    await desk.watch(desk.server.feed("wire", DEAL))
    assert (await desk.poll()).kept == 1
    assert await desk.titles() == [DEAL.title]


# --- how feeds are asked ------------------------------------------------------------------------


async def test_three_days_of_a_busy_feed_leave_no_complaints(desk: Desk) -> None:
    wire = desk.server.feed("wire", *(Item(f"Old {n}") for n in range(5)))
    quiet = desk.server.feed("quiet", DEAL, etag_form='W/"{}-gzip"')
    hinted = desk.server.feed("hinted", WEATHER, ttl_minutes=240)
    cached = desk.server.feed("cached", WEATHER, headers={"Cache-Control": "max-age=10800"})
    await desk.watch(wire, quiet, hinted, cached)
    start, published = desk.clock.now(), 0
    while (elapsed := desk.clock.now() - start) < timedelta(days=3):
        while published < elapsed // timedelta(hours=2):
            published += 1
            wire.publish(Item(f"Acme report {published}", published=desk.clock.now()))
        await desk.poll_when_due()
    assert desk.server.complaints() == []
    assert len(await desk.titles()) >= 34
    assert 20 <= len(wire.asked) <= 72
    assert len(hinted.asked) <= 19
    assert len(cached.asked) <= 25
    assert len(quiet.asked) <= 48
    assert [asked.conditional for asked in quiet.asked] == [False] + [True] * (len(quiet.asked) - 1)
    assert all(asked.headers["user-agent"] == "intelbrief/test" for asked in desk.server.asked)


async def test_asking_everything_is_conditional_and_patient(desk: Desk) -> None:
    wire, busy = desk.server.feed("wire", DEAL), desk.server.feed("busy", WEATHER)
    await desk.watch(wire, busy)
    await desk.poll()
    desk.clock.advance(minutes=20)
    assert (await desk.poll()).asked == 0
    later = await desk.poll(everything=True)
    assert (later.asked, later.unchanged, later.waiting) == (2, 2, 0)
    assert desk.server.complaints() == []


async def test_a_restart_asks_nobody_twice(durable_desk: Desk) -> None:
    desk = durable_desk
    await desk.watch(desk.server.feed("wire", DEAL))
    await desk.poll()
    desk.clock.advance(minutes=20)
    assert (await desk.poll()).asked == 0  # each poll is a new watcher: what is due is stored
    assert len(desk.server.asked) == 1


async def test_a_host_is_asked_one_thing_at_a_time_with_pauses(desk: Desk) -> None:
    feeds = [desk.server.feed(f"feed{n}", WEATHER) for n in range(8)]
    await desk.watch(*feeds)
    await desk.poll()
    assert desk.server.most_at_once == {"127.0.0.1": 1}
    assert desk.server.complaints() == []


async def test_a_crowded_host_does_not_hold_up_the_others(wide_desk: Desk) -> None:
    desk = wide_desk
    crowd = [desk.server.feed(f"slow{n}", WEATHER, delay_s=0.02) for n in range(50)]
    others = [desk.server.feed("quick", WEATHER, host=n) for n in range(1, 40)]
    await desk.watch(*crowd, *others)
    order: list[str] = []
    await desk.poll(progress=lambda source, _: order.append(source.definition.url))
    assert len(order) == 89
    assert all("quick" in url for url in order[:30])


async def test_what_waited_longer_than_its_claim_is_left_to_the_next_poll(desk: Desk) -> None:
    feeds = [desk.server.feed(f"feed{n}", WEATHER) for n in range(UNRECORDED + 4)]
    await desk.watch(*feeds)

    class Patient:
        """Takes ten minutes for every answer."""

        async def fetch(self, request: FetchRequest) -> Fetched:
            desk.clock.advance(minutes=10)
            return await desk.egress.fetch(request)

    watcher = replace(desk.watcher, fetcher=Patient())
    assert (await watcher.poll()).asked == 2
    assert (await watcher.poll()).asked == 2


# --- what goes wrong ----------------------------------------------------------------------------


async def test_gone_is_never_asked_again(desk: Desk) -> None:
    """H13."""
    wire = desk.server.feed("wire", DEAL)
    await desk.watch(wire)
    await desk.poll()
    wire.status = 410
    report = await desk.poll_when_due()
    assert [reason for _, reason in report.failed] == ["gone: the publisher removed it (410)"]
    desk.clock.advance(days=60)
    assert (await desk.poll(everything=True)).asked == 0
    assert wire.statuses == [200, 410]
    assert decide.health(await desk.only(), desk.clock.now()) is Health.GONE
    assert desk.server.complaints() == []


async def test_a_page_missing_for_a_week_stops_and_one_that_returns_does_not(desk: Desk) -> None:
    lost, back = desk.server.feed("lost", status=404), desk.server.feed("back", DEAL, status=404)
    await desk.watch(lost, back)
    start = desk.clock.now()
    while desk.clock.now() - start < timedelta(days=9):
        if desk.clock.now() - start > timedelta(days=5):
            back.status = 200
        await desk.poll_when_due()
    first, second = await desk.sources()
    assert first.state.stopped == "gone: not found (404) for 7 days"
    assert (second.state.stopped, second.state.failures) == ("", 0)
    assert len(lost.asked) <= 12


@pytest.mark.parametrize(
    ("status", "retry_after", "least", "most"),
    [
        (503, "7200", 120, 133),
        (429, "86400", 1440, 1440),
        (429, "-1", 1, 2),
        (503, "Fri, 31 Dec 9999 23:59:59 GMT", 1440, 1440),
        (429, "whenever", 120, 120),
    ],
)
async def test_a_server_says_when_to_come_back(
    desk: Desk, status: int, retry_after: str, least: int, most: int
) -> None:
    """H15."""
    wire = desk.server.feed("wire", DEAL)
    await desk.watch(wire)
    await desk.poll()
    wire.status, wire.headers = status, {"Retry-After": retry_after}
    await desk.poll_when_due()
    wire.status = 200
    failed_at = desk.clock.now()
    await desk.poll(everything=True)
    while len(wire.asked) < 3:
        await desk.poll_when_due()
    waited = (wire.asked[2].at - failed_at) / timedelta(minutes=1)
    assert least <= waited <= most + 1
    assert desk.server.complaints() == []


async def test_feeds_of_a_host_that_wants_peace_wait_without_failing(desk: Desk) -> None:
    angry = desk.server.feed("angry", status=429, headers={"Retry-After": "3600"})
    neighbour = desk.server.feed("neighbour", DEAL)
    await desk.watch(angry, neighbour)
    report = await desk.poll()
    assert (len(report.failed), report.waiting, len(neighbour.asked)) == (1, 1, 0)
    _, state = [source.state for source in await desk.sources()]
    assert (state.failures, state.error) == (0, "")
    while not neighbour.asked:
        await desk.poll_when_due()
    assert await desk.titles() == [DEAL.title]
    assert desk.server.complaints() == []


@pytest.mark.parametrize("status", [301, 308])
async def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(
    desk: Desk, status: int
) -> None:
    """H11."""
    new = desk.server.feed("new", DEAL)
    old = desk.server.feed("old", status=status, location=new.url)
    await desk.watch(old)
    start = desk.clock.now()
    while (await desk.only()).definition.url == old.url:
        await desk.poll_when_due()
    assert desk.clock.now() - start >= timedelta(hours=24)
    assert len(old.asked) >= 3
    asked_before = len(old.asked)
    assert (await desk.poll_when_due()).unchanged == 1
    assert (len(old.asked), (await desk.only()).definition.url) == (asked_before, new.url)


@pytest.mark.parametrize("status", [302, 307])
async def test_a_detour_is_taken_and_forgotten(desk: Desk, status: int) -> None:
    new = desk.server.feed("new", DEAL)
    await desk.watch(desk.server.feed("old", status=status, location=new.url))
    for _ in range(30):
        await desk.poll_when_due()
    source = await desk.only()
    assert (source.definition.url.endswith("/old"), source.state.redirect_seen) == (True, 0)
    assert await desk.titles() == [DEAL.title]


async def test_a_feed_that_now_leads_to_a_page_has_not_moved_there(desk: Desk) -> None:
    home = desk.server.page("home", "<html><p>We closed our feeds")
    await desk.watch(desk.server.feed("old", status=301, location=home.url))
    for _ in range(8):
        assert len((await desk.poll_when_due()).failed) == 1
    source = await desk.only()
    assert (source.definition.url[-4:], source.state.redirect_url) == ("/old", "")


async def test_a_move_to_where_nobody_may_go_is_a_failure(desk: Desk) -> None:
    """H11: a private address is not answered, so it is never stored."""
    await desk.watch(desk.server.feed("old", status=301, location="http://10.0.0.1/feed"))
    for _ in range(5):
        report = await desk.poll_when_due()
        assert len(report.failed) == 1
    source = await desk.only()
    assert (source.state.error_kind, source.state.redirect_url) == ("blocked", "")
    assert "unreachable" in decide.detail(source, desk.clock.now())


async def test_an_answer_too_large_is_skipped_with_a_clear_reason(desk: Desk) -> None:
    """H17."""
    wire = desk.server.feed("wire", body=b"<rss>" + b" " * 11 * 1024 * 1024)
    await desk.watch(wire)
    (failed,) = (await desk.poll()).failed
    assert "10 MiB" in failed[1] or "10 MB" in failed[1]
    assert (await desk.only()).state.error_kind == "too large"


async def test_guids_that_change_at_every_poll_bring_nothing_twice(desk: Desk) -> None:
    """F19."""
    items = [Item(f"Acme report {n}", published=None) for n in range(150)]
    wire = desk.server.feed("wire", *items, rename_entries=True)
    await desk.watch(wire)
    reports, notes = [], []
    for n in range(6):
        wire.publish(Item(f"Acme extra {n}", published=None))
        reports.append(await desk.poll_when_due())
    assert max(report.new for report in reports) == 100
    assert reports[-1].new == 1
    wire.publish(Item("Acme again", published=None))
    desk.clock.advance(days=2)
    await desk.poll(progress=lambda _, outcome: notes.extend(outcome.notes))
    assert any("renames" in note for note in notes)
    titles = await desk.titles()
    assert len(titles) == len(set(titles)) == 157


async def test_one_bad_feed_stops_nobody(wide_desk: Desk) -> None:
    desk = wide_desk
    desk.pool.poison = b"POISON"
    feeds = [desk.server.feed("wire", Item(f"Acme {n}"), host=n) for n in range(20)]
    bad = [
        desk.server.feed("bad", Item("POISON"), host=20),
        desk.server.feed("bad", body=b"\x00\xff" * 9000, host=21),
        desk.server.page("bad", "<html><p>no feed", host=22),
        desk.server.feed("bad", status=500, host=23),
        desk.server.feed("bad", status=301, location="file:///etc/passwd", host=24),
    ]
    await desk.watch(*feeds[:10], *bad, *feeds[10:])
    report = await desk.poll()
    assert (report.kept, len(report.failed)) == (20, 5)
    kinds = [source.state.error_kind for source in await desk.sources() if source.state.failures]
    assert kinds == [
        "too costly to read",
        "not a feed",
        "not a feed",
        "server error",
        kinds[4],
    ]


async def test_a_body_that_is_no_feed_is_not_read_again_until_it_changes(desk: Desk) -> None:
    page = desk.server.page("wire", "<html><p>maintenance")
    await desk.watch(page)
    for _ in range(4):
        assert len((await desk.poll_when_due()).failed) == 1
    assert (desk.pool.runs, page.statuses) == (1, [200, 304, 304, 304])
    page.body, page.items = None, [DEAL]
    assert (await desk.poll_when_due()).kept == 1


async def test_a_fetcher_that_breaks_in_an_unforeseen_way_fails_one_feed_only(desk: Desk) -> None:
    good, bad = desk.server.feed("good", DEAL), desk.server.feed("bad", DEAL)
    await desk.watch(good, bad)

    class Clumsy:
        async def fetch(self, request: FetchRequest) -> Fetched:
            if request.url == bad.url:
                raise ZeroDivisionError
            return await desk.egress.fetch(request)

    report = await replace(desk.watcher, fetcher=Clumsy()).poll()
    assert (report.kept, [source.definition.url for source, _ in report.failed]) == (1, [bad.url])


# --- storing ------------------------------------------------------------------------------------


class Frail:
    """A store's sources whose `record` can fail: `fails` says for which checks."""

    def __init__(self, store: Store) -> None:
        self.corpus = store.corpus
        self.sources = self
        self._sources = store.sources
        self.fails = lambda checks: False

    def __getattr__(self, name: str) -> object:
        return getattr(self._sources, name)

    async def record(self, checks: object) -> object:
        if self.fails(checks):
            raise StoreError("The disk is full.")
        return await self._sources.record(checks)


async def test_nothing_counts_as_seen_that_was_not_stored(desk: Desk) -> None:
    await desk.watch(desk.server.feed("wire", DEAL))
    frail = Frail(desk.store)
    frail.fails = lambda checks: True
    with pytest.raises(StoreError):
        await replace(desk.watcher, store=frail).poll()
    assert (await desk.only()).state.checked_at is None
    report = await desk.poll()  # the claim was given back, and the validators not stored
    assert report.kept == 1
    assert await desk.titles() == [DEAL.title]


async def test_a_check_that_cannot_be_stored_takes_no_other_with_it(wide_desk: Desk) -> None:
    desk = wide_desk
    feeds = [desk.server.feed("wire", Item(f"Acme {n}"), host=n) for n in range(5)]
    await desk.watch(*feeds)
    frail = Frail(desk.store)
    frail.fails = lambda checks: any(check.source_id == 3 and check.entries for check in checks)
    report = await replace(desk.watcher, store=frail).poll()
    assert (report.kept, [source.id for source, _ in report.failed]) == (4, [3])
    assert len(await desk.titles()) == 4
    assert [s.state.failures for s in await desk.sources()] == [0, 0, 1, 0, 0]


async def test_a_poll_cut_short_keeps_what_it_finished_and_gives_back_the_rest(
    wide_desk: Desk,
) -> None:
    desk = wide_desk
    quick = [desk.server.feed("wire", Item(f"Acme {n}"), host=n) for n in range(5)]
    slow = [desk.server.feed("wire", DEAL, host=n, delay_s=30) for n in range(5, 8)]
    await desk.watch(*quick, *slow)
    poll = asyncio.create_task(desk.poll())
    await desk.pool.reached(5)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert len(await desk.titles()) == 5
    for feed in slow:
        feed.delay_s = 0
    assert (await desk.poll()).asked == 3


async def test_two_watchers_share_the_work(durable_desk: Desk) -> None:
    desk = durable_desk
    feeds = [desk.server.feed(f"feed{n}", WEATHER) for n in range(6)]
    await desk.watch(*feeds)
    reports = await asyncio.gather(desk.poll(), desk.poll())
    assert sum(report.asked for report in reports) == 6
    assert all(len(feed.asked) == 1 for feed in feeds)


# --- with real workers --------------------------------------------------------------------------


async def test_hostile_feeds_in_contained_workers(desk: Desk) -> None:
    """What kills or fails a worker is one feed's failure; entities and files stay closed."""
    bomb = (
        b"<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'>%s]>"
        b"<rss><channel><title>&z9;</title></channel></rss>"
    )
    levels = b"".join(
        b"<!ENTITY z%d '%s'>" % (n, b"&%s;" % (b"a" if n == 0 else b"z%d" % (n - 1)) * 10)
        for n in range(10)
    )
    feeds = [
        desk.server.feed("good", DEAL),
        desk.server.feed("bomb", body=bomb % levels),
        desk.server.feed("deep", body=b"<rss><channel>" + b"<a>" * 1_000_000),
        desk.server.feed("path", body=b"/etc/passwd"),
    ]
    await desk.watch(*feeds)
    workers = WorkerPool("parsers", deadline_s=5.0)
    try:
        report = await replace(desk.watcher, parsers=workers).poll()
    finally:
        await workers.close()
    assert report.kept == 1
    assert "path" in [source.definition.url.rsplit("/", 1)[1] for source, _ in report.failed]
    assert await desk.titles() == [DEAL.title]


# --- finding feeds ------------------------------------------------------------------------------


async def test_an_address_of_a_feed(desk: Desk) -> None:
    wire = desk.server.feed("wire", DEAL, title="Harbour Post", language="en-gb")
    assert await desk.watcher.discover(wire.url) == FeedDefinition(
        url=wire.url, publisher="Harbour Post", owner="acme", language="en"
    )


async def test_a_page_that_points_to_its_feed(desk: Desk) -> None:
    desk.server.feed("rss", DEAL, title="Wire")
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    page = desk.server.page(
        "page",
        "<html><head>"
        + link.format("http://169.254.169.254/latest")
        + link.format("/missing")
        + link.format("/rss")
        + "</head><body>News</body></html>",
    )
    found = await desk.watcher.discover(page.url)
    assert (found.url, found.publisher) == (desk.server.url("rss"), "Wire")


@pytest.mark.parametrize(
    ("links", "said"), [(0, "it points to none"), (9, "what it points to is none either")]
)
async def test_a_page_without_a_feed(desk: Desk, links: int, said: str) -> None:
    tags = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(links)
    )
    page = desk.server.page("page", f"<html><head>{tags}</head><body>News</body></html>")
    with pytest.raises(InputError, match=said):
        await desk.watcher.discover(page.url)
    assert len(desk.server.asked) == 1 + min(links, 5)


async def test_no_more_than_five_addresses_of_a_page_are_tried(desk: Desk) -> None:
    class Generous:
        """Reads every document as a page that points to nine feeds."""

        async def run(self, *_: object) -> object:
            urls = tuple(desk.server.url(f"{n}") for n in range(9))
            raise NotAFeed("The document is a web page.", alternates=urls)

    page = desk.server.page("page", "<html>")
    with pytest.raises(InputError):
        await replace(desk.watcher, parsers=Generous()).discover(page.url)
    assert len(desk.server.asked) == 6


async def test_an_address_where_there_is_nothing(desk: Desk) -> None:
    with pytest.raises(InputError, match="answered 404"):
        await desk.watcher.discover(desk.server.url("nothing"))


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1:1/feed", True),
        ("http://localhost/feed", True),
        ("http://[::1]/feed", True),
        ("http://10.1.2.3/feed", True),
        ("https://feeds.example/", False),
        ("http://8.8.8.8/feed", False),
    ],
)
async def test_an_address_that_is_private_as_written_is_called_so(
    desk: Desk, url: str, *, private: bool
) -> None:
    class Unreached:
        async def fetch(self, request: FetchRequest) -> Fetched:
            raise Blocked("That address could not be reached.")

    with pytest.raises(IntelbriefError) as refused:
        await replace(desk.watcher, fetcher=Unreached()).discover(url)
    assert ("INTELBRIEF_INTERNAL_FEEDS" in refused.value.remedy) == private
    assert isinstance(refused.value, Blocked) == (not private)
