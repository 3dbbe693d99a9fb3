"""Handing articles over: real reading, real database, files and pages served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from briefings.bookkeeping import Bookkeeper
from briefings.containment import WorkerPool
from briefings.egress import Egress
from briefings.errors import (
    BadStatus,
    ContainmentError,
    EgressError,
    InputError,
    IntelbriefError,
    ReadingError,
)
from briefings.ingest import LARGEST_FILE, Ingest
from briefings.model import FeedDefinition, NewArticle, Precision, Summary
from briefings.store import Store
from briefings.summaries.embedding import Embedder, meaning_workers
from briefings.summaries.extractive import ExtractiveSummariser
from briefings.tries import WAITS_S, Tries
from briefings.watch import Watcher
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ENTITIES
from tests.fakes.workers import FakeEmbedder, FakeSummariser, InlinePool
from tests.servers.feeds import FeedServer, Item

# trafilatura brings a downloader that is never used, and that misses a part when it is imported.
pytestmark = pytest.mark.filterwarnings("ignore:SOCKS support in urllib3")

PARAGRAPHS = (
    "Acme said on Monday that it had bought 5% of Globex for $200 million in cash.",
    "The two companies have worked together on parcel delivery since 2011, and Globex will move "
    "its warehouses to Acme Cloud over the next two years.",
    "Analysts had expected a deal since the spring, when both companies confirmed that they were "
    "in talks. Shares of Globex rose 7% in early trading.",
)
MARKDOWN = """---
author: Jo Writer
date: 2013-05-06
---
# Acme buys a stake in Globex

""" + "\n\n".join(PARAGRAPHS)
PAGE = """<!doctype html><html lang="en"><head><title>Acme buys a stake in Globex</title>
<meta property="og:site_name" content="Harbour Post">
<meta property="article:published_time" content="2013-05-06T08:00:00Z"></head><body>
<div class="cookie-banner">We use cookies. Accept all?</div>
<article><h1>Acme buys a stake in Globex</h1>{}</article></body></html>""".format(
    "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
)
OFF_TOPIC = "# The village fair\n\n6 May 2013\n\n" + "Cakes were judged by the mayor. " * 20


@dataclass
class Desk:
    """An `Ingest` with everything it stands on."""

    clock: FakeClock
    store: Store
    server: FeedServer
    egress: Egress
    pool: InlinePool = field(default_factory=InlinePool)
    embedder: FakeEmbedder = field(default_factory=FakeEmbedder)
    summariser: FakeSummariser = field(default_factory=FakeSummariser)

    @property
    def ingest(self) -> Ingest:
        ledger = self.store.ledger(NAMING.voice_of)
        return Ingest(
            self.store,
            self.egress,
            self.pool,
            self.embedder,
            self.summariser,
            NAMING.matcher,
            Bookkeeper(ledger, InlinePool(), ENTITIES),
        )


async def _desk(clock: FakeClock, store: Store) -> AsyncIterator[Desk]:
    async with FeedServer(clock) as server:
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


# --- files --------------------------------------------------------------------------------------


async def test_a_file_becomes_an_article_with_points(durable_desk: Desk) -> None:
    added = await durable_desk.ingest.add_file("deal.md", MARKDOWN.encode())
    article = added.article
    assert (added.outcome, added.note) == ("new", "")
    assert article.title == "Acme buys a stake in Globex"
    assert article.publisher == ""
    assert article.published.at == datetime(2013, 5, 6, tzinfo=UTC)
    assert article.published.precision is Precision.DAY
    assert article.language == "en"
    assert {tag.organisation for tag in article.tags} >= {"acme", "globex"}
    assert len(article.points) == 1
    assert article.points[0] in article.body
    assert await durable_desk.store.corpus.get(article.id) == article


async def test_the_same_file_twice_is_one_article(desk: Desk) -> None:
    first = await desk.ingest.add_file("deal.md", MARKDOWN.encode())
    again = await desk.ingest.add_file("copy.md", MARKDOWN.encode())
    assert (again.outcome, again.article.id) == ("duplicate", first.article.id)
    assert (await desk.store.corpus.totals()).articles == 1


async def test_what_names_no_watched_organisation_is_added_all_the_same(desk: Desk) -> None:
    added = await desk.ingest.add_file("fair.md", OFF_TOPIC.encode())
    assert (added.outcome, added.article.tags) == ("new", ())
    assert added.note == "names no watched organisation"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"x" * (LARGEST_FILE + 1), InputError),
        (b"", ReadingError),
        (b"\x00\x01\x02\xff" * 500, ReadingError),
        (b"   \n\n ", ReadingError),
    ],
)
async def test_a_file_that_cannot_be_read_is_named(
    desk: Desk, data: bytes, error: type[IntelbriefError]
) -> None:
    with pytest.raises(error, match=r"strange\.txt"):
        await desk.ingest.add_file("strange.txt", data)
    assert (await desk.store.corpus.totals()).articles == 0


async def test_a_file_that_kills_its_worker_is_named(desk: Desk) -> None:
    desk.pool.poison = b"POISON"
    with pytest.raises(ContainmentError, match=r"^bad\.md: .*longer than 5 s"):
        await desk.ingest.add_file("bad.md", b"POISON")


async def test_an_article_the_summariser_cannot_cope_with_has_no_points(desk: Desk) -> None:
    desk.summariser.poison = "Globex"
    added = await desk.ingest.add_file("deal.md", MARKDOWN.encode())
    assert (added.outcome, added.article.points) == ("new", ())


# --- addresses ----------------------------------------------------------------------------------


async def test_a_page_becomes_an_article_of_its_site(desk: Desk) -> None:
    page = desk.server.page("news/deal", PAGE)
    article = (await desk.ingest.add_url(page.url)).article
    assert (article.url, article.publisher) == (page.url, "Harbour Post")
    assert article.published.at.date().isoformat() == "2013-05-06"
    assert PARAGRAPHS[0] in article.body
    assert "cookies" not in article.body
    assert desk.server.asked[0].path == "/robots.txt"


async def test_a_page_that_names_no_site_is_published_by_its_domain(desk: Desk) -> None:
    html = PAGE.replace('<meta property="og:site_name" content="Harbour Post">', "")

    class Elsewhere:
        """The same page, on a public host."""

        async def fetch(self, request: object) -> object:
            answer = await desk.egress.fetch(replace(request, url=page.url))
            return replace(answer, final_url="https://news.harbour.co.uk/deal")

    page = desk.server.page("deal", html)
    ingest = replace(desk.ingest, fetcher=Elsewhere())
    article = (await ingest.add_url("https://news.harbour.co.uk/deal")).article
    assert article.publisher == "harbour.co.uk"


async def test_a_page_read_again_after_an_edit_is_updated(desk: Desk) -> None:
    page = desk.server.page("deal", PAGE)
    first = await desk.ingest.add_url(page.url)
    page.body = PAGE.replace("$200 million", "$250 million").encode()
    second = await desk.ingest.add_url(page.url)
    assert (second.outcome, second.article.id) == ("updated", first.article.id)
    assert "$250 million" in second.article.body


@pytest.mark.parametrize("status", [403, 404, 410, 500])
async def test_a_page_that_is_not_there(desk: Desk, status: int) -> None:
    page = desk.server.feed("deal", status=status)
    with pytest.raises(BadStatus, match=f"answered {status}"):
        await desk.ingest.add_url(page.url)


async def test_an_address_that_may_not_be_asked(desk: Desk) -> None:
    with pytest.raises(EgressError):
        await desk.ingest.add_url("http://169.254.169.254/latest/meta-data/")


# --- summaries that are missing ------------------------------------------------------------------


async def _add(desk: Desk, number: int, body: str) -> None:
    article = NewArticle(
        title=f"Acme report {number}",
        publisher="Wire",
        author="",
        url=f"https://wire.example/{number}",
        language="en",
        published=None,
        body=body,
        tags=NAMING.matcher.tags(f"Acme report {number}", body),
    )
    await desk.store.corpus.add([article])


async def test_pending_articles_are_summarised_some_at_a_time(durable_desk: Desk) -> None:
    desk = durable_desk
    for number in range(5):
        await _add(desk, number, f"Acme made {number} deals. More to come.")
    assert [await desk.ingest.summarise_pending(2) for _ in range(4)] == [2, 2, 1, 0]
    assert desk.summariser.calls == [2, 2, 1]
    found = await desk.store.corpus.about(["acme"], since=None, until=None, limit=9)
    assert {article.points for article in found} == {
        (f"Acme made {number} deals.",) for number in range(5)
    }


async def test_one_text_nobody_can_summarise_does_not_stop_the_others(desk: Desk) -> None:
    desk.summariser.poison = "POISON"
    for number, body in enumerate(["Acme one.", "Acme POISON.", "Acme three."]):
        await _add(desk, number, body)
    assert await desk.ingest.summarise_pending(10) == 3
    assert await desk.ingest.summarise_pending(10) == 0
    found = await desk.store.corpus.about(["acme"], since=None, until=None, limit=9)
    assert sorted(article.points for article in found) == [(), ("Acme one.",), ("Acme three.",)]


async def test_a_worker_that_dies_once_costs_no_summary(desk: Desk) -> None:
    for number, body in enumerate(["Acme one.", "Acme two."]):
        await _add(desk, number, body)
    desk.summariser.deaths = 2  # the batch, and the first text alone
    assert await desk.ingest.summarise_pending(10) == 2
    found = await desk.store.corpus.about(["acme"], since=None, until=None, limit=9)
    assert sorted(article.points for article in found) == [("Acme one.",), ("Acme two.",)]


async def test_a_text_every_worker_dies_with_is_tried_ever_later_and_then_has_no_summary(
    desk: Desk,
) -> None:
    desk.summariser.deadly = "DEADLY"
    for number, body in enumerate(["Acme one.", "Acme DEADLY.", "Acme three."]):
        await _add(desk, number, body)
    ingest = replace(desk.ingest, tries=Tries(desk.clock))
    assert await ingest.summarise_pending(10) + await ingest.summarise_pending(10) == 2
    for wait in WAITS_S:
        assert await ingest.summarise_pending(10) == 0
        (left,) = await desk.store.corpus.without_points(10)
        assert left.body == "Acme DEADLY."
        desk.clock.advance(seconds=wait)
        calls = len(desk.summariser.calls)
        assert await ingest.summarise_pending(10) == (wait == WAITS_S[-1])
        assert len(desk.summariser.calls) == calls + 2
    assert await desk.store.corpus.without_points(10) == []


async def test_the_points_of_an_old_text_are_not_those_of_the_new_one(durable_desk: Desk) -> None:
    """The article is corrected while its old text is summarised."""
    desk = durable_desk
    await _add(desk, 1, "Acme made a deal.")
    summariser = FakeSummariser()

    class Slow:
        async def summarise(self, texts: Sequence[str], *, points: int) -> list[Summary]:
            await _add(desk, 1, "Acme made no deal.")
            return await summariser.summarise(texts, points=points)

    await replace(desk.ingest, summariser=Slow()).summarise_pending(10)
    (pending,) = await desk.store.corpus.without_points(10)
    assert pending.body == "Acme made no deal."
    assert await desk.ingest.summarise_pending(10) == 1
    article = await desk.store.corpus.get(pending.id)
    assert article is not None
    assert article.points == ("Acme made no deal.",)


# --- with real workers --------------------------------------------------------------------------


async def test_from_a_feed_and_a_page_to_a_summary_in_real_workers(desk: Desk) -> None:
    parsers, meaning = WorkerPool("parsers", size=1), meaning_workers()
    embedder, summariser = Embedder(meaning), ExtractiveSummariser(meaning)
    ingest = replace(desk.ingest, parsers=parsers, embedder=embedder, summariser=summariser)
    wire = desk.server.feed("wire", Item("Acme buys 5% of Globex", " ".join(PARAGRAPHS)))
    page = desk.server.page("deal", PAGE)
    watcher = Watcher(desk.store, desk.egress, parsers, embedder, NAMING.matcher, desk.clock)
    try:
        await desk.store.sources.add(FeedDefinition(url=wire.url, publisher="Wire"))
        assert (await watcher.poll()).kept == 1
        assert await ingest.summarise_pending(10) == 1
        article = (await ingest.add_url(page.url)).article
    finally:
        await parsers.close()
        await meaning.close()
    (entry,) = await desk.store.corpus.about(["globex"], since=None, until=None, limit=1)
    assert entry.points
    assert all(point in entry.body for point in entry.points)
    assert all(point in article.body for point in article.points)
