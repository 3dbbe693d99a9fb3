"""Digests and the ledger, end to end and on both databases: what is new, and what is corrected."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.answers import Digest
from briefings.editing import READING_S, UNREAD_FOR, Books, Editor
from briefings.facts import Kind, Status, When
from briefings.store import Store
from briefings.store.engine import Database, connect
from briefings.subscriptions import Content, Scope
from briefings.threads import HEADLINES, LINES
from tests.fakes.articles import new_article
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, stake, users
from tests.fakes.clock import START, FakeClock
from tests.fakes.delivered import History, occasion
from tests.fakes.ledger import FakeBooks, Press

WEEK = timedelta(days=7)
QUARTER = When.months(2019, 4, 3)
TOOK_18 = stake("acme", "globex", "18", status=Status.COMPLETED)
TOOK_32 = stake("acme", "globex", "32", status=Status.COMPLETED)


class Pages:
    """Keeps the digests it is given to draw."""

    def __init__(self) -> None:
        self.digests: list[Digest] = []

    async def draw(self, pages: Sequence[tuple[Digest, str, str]]) -> list[str]:
        self.digests = [digest for digest, _, _ in pages]
        return [f"page {number}" for number in range(len(pages))]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def press(store: Store) -> Press:
    return Press(store)


class Newsroom:
    """Channels that get digests of one subscription each, one after the other."""

    def __init__(self, store: Store, database: Database, clock: FakeClock, books: Books) -> None:
        self._pages = Pages()
        self._editor = Editor(
            store, store.ledger(NAMING.voice_of), NAMING, self._pages, clock, books=books
        )
        self._history = History(database)
        self._subscriptions: dict[str, tuple[int, int]] = {}
        self._last: dict[str, tuple[int, datetime]] = {}

    async def digest(self, name: str = "C1", topics: str = "acme", *, weeks: int = 1) -> Digest:
        """Write a channel its next digest, so many weeks after the last, and have it arrive."""
        if name not in self._subscriptions:
            channel = await self._history.channel(name)
            made = await self._history.subscription(channel, 1, topics)
            self._subscriptions[name] = channel, made
        channel, subscription = self._subscriptions[name]
        after, since = self._last.get(name, (None, None))
        due = since + weeks * WEEK if since else START
        (content,) = await self._editor.write(
            [occasion(channel, *topics.split(), after=after, since=since, due=due)]
        )
        await self._arrive(subscription, content, due)
        self._last[name] = content.newest_article, due
        return self._pages.digests[0]

    def newest(self, name: str = "C1") -> int:
        """The article a channel's last digest ended with."""
        return self._last[name][0]

    async def _arrive(self, subscription: int, content: Content, due: datetime) -> None:
        await self._history.digest(
            subscription, content.articles, due=due, newest=content.newest_article
        )


@pytest.fixture
def books(press: Press, clock: FakeClock) -> FakeBooks:
    return FakeBooks(press, clock)


@pytest.fixture
def newsroom(store: Store, database: Database, clock: FakeClock, books: FakeBooks) -> Newsroom:
    return Newsroom(store, database, clock, books)


def corrections(digest: Digest) -> list[tuple[str, str, str]]:
    return [(line.change, line.fact.says, line.before) for line in digest.corrections]


def changes(digest: Digest) -> list[tuple[str, str]]:
    return [(line.change, line.fact.says) for line in digest.changes]


async def test_the_first_digest_lists_what_stands(newsroom: Newsroom, press: Press) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    await press.publish("Acme has 5 million users", users("acme", "5e6"), on="2015-01-01")
    digest = await newsroom.digest()
    assert changes(digest) == [("new", "32%"), ("new", "5 million")]
    assert corrections(digest) == []
    cited = {n for line in digest.changes for n in line.fact.cites}
    assert cited <= {source.number for source in digest.sources}


async def test_a_later_stake_supersedes_and_is_said_once(newsroom: Newsroom, press: Press) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await newsroom.digest()
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    digest = await newsroom.digest()
    assert corrections(digest) == [
        ("superseded", "32%", "stake of 18% (completed, reported 2013-04-29)")
    ]
    assert changes(digest) == []
    await press.publish("Acme rests", on="2014-04-01")
    later = await newsroom.digest()
    assert (corrections(later), changes(later)) == ([], [])


async def test_another_publishers_figure_contradicts_what_was_told_months_before(
    newsroom: Newsroom, press: Press
) -> None:
    await press.publish("Acme has 503 million users", users("acme", "503e6", when=QUARTER))
    await newsroom.digest()
    for n in range(3):
        await press.publish(f"Acme rests for the {n}. time", on=f"2023-11-0{n + 1}")
        digest = await newsroom.digest(weeks=6)
        assert (corrections(digest), changes(digest)) == ([], [])
    await press.publish(
        "Acme has 700 million users", users("acme", "700e6", when=QUARTER), by="Nightly",
        on="2024-02-01",
    )  # fmt: skip
    digest = await newsroom.digest()
    ((change, _, before),) = corrections(digest)
    assert (change, before) == ("contradicted", "users, 503 million (2019-Q2)")
    (line,) = digest.corrections
    (figures,) = line.fact.differing
    texts = {digest.sources[each.cites[0] - 1].publisher: each.text for each in figures.readings}
    assert texts == {"Daily": "503 million", "Nightly": "700 million"}
    await press.publish("Acme rests again", on="2024-02-08")
    assert corrections(await newsroom.digest()) == []


async def test_a_channel_that_was_never_told_gets_no_correction(
    newsroom: Newsroom, press: Press
) -> None:
    await press.publish("Acme rests")
    await newsroom.digest("C1")
    await newsroom.digest("C2", "initech")
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await newsroom.digest("C1")
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    assert changes(await newsroom.digest("C2", "initech")) == []
    told = await newsroom.digest("C1")
    assert [change for change, _, _ in corrections(told)] == ["superseded"]
    # Its first digest says how things stand, and nothing of what stood before.
    fresh = await newsroom.digest("C3")
    assert (corrections(fresh), changes(fresh)) == ([], [("new", "32%")])


async def test_channels_of_one_topic_that_were_told_different_things_get_different_digests(
    newsroom: Newsroom, press: Press
) -> None:
    await press.publish("Acme rests")
    for name in ("C1", "C2"):
        await newsroom.digest(name)
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    assert changes(await newsroom.digest("C1")) == [("new", "18%")]
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    told, late = [await newsroom.digest(name) for name in ("C1", "C2")]
    assert corrections(told) == [
        ("superseded", "32%", "stake of 18% (completed, reported 2013-04-29)")
    ]
    assert (corrections(late), changes(late)) == ([], [("new", "32%")])


async def test_channels_told_alike_but_for_one_article_written_at_once(
    store: Store, database: Database, press: Press, clock: FakeClock
) -> None:
    """They share what came, and not what is said of it."""
    await press.publish("Acme rests")
    deal = await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    history, pages = History(database), Pages()
    for name, told in (("C1", [1, deal]), ("C2", [1])):
        channel = await history.channel(name)
        subscription = await history.subscription(channel, 1, "acme")
        await history.digest(subscription, told, newest=deal)
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    later = {"after": deal, "since": START, "due": START + WEEK}
    editor = Editor(store, store.ledger(NAMING.voice_of), NAMING, pages, clock)
    await editor.write([occasion(1, "acme", **later), occasion(2, "acme", **later)])
    told, untold = pages.digests
    assert [change for change, _, _ in corrections(told)] == ["superseded"]
    assert (corrections(untold), changes(untold)) == ([], [("new", "32%")])


async def test_without_a_new_article_nothing_is_said(newsroom: Newsroom, press: Press) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await newsroom.digest()
    digest = await newsroom.digest()
    assert digest.nothing_changed
    assert (corrections(digest), changes(digest), digest.sources) == ([], [], ())


async def test_a_correction_in_a_story_beyond_the_room_comes_once(
    newsroom: Newsroom, press: Press
) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await newsroom.digest()
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    for n in range(LINES + HEADLINES):
        await press.publish(f"Acme opens shop {n}", on=f"2023-10-{n % 28 + 1:02}")
    digest = await newsroom.digest()
    assert digest.beyond == 1
    assert [change for change, _, _ in corrections(digest)] == ["superseded"]
    titles = [source.title for source in digest.sources]
    assert titles[digest.corrections[0].fact.cites[0] - 1] == "Acme takes 32% of Globex"
    await press.publish("Acme has 32% of Globex", TOOK_32, by="Nightly", on="2014-03-21")
    later = await newsroom.digest()
    assert corrections(later) == []
    assert changes(later) == [("confirmed", "32%")]


async def test_what_is_only_beyond_the_room_is_not_listed(newsroom: Newsroom, press: Press) -> None:
    await press.publish("Acme rests")
    await newsroom.digest()
    deal = claim(Kind.PARTNERSHIP, "acme", "initech")
    await press.publish("Acme and Initech work together", deal, on="2013-01-01")
    for n in range(LINES + HEADLINES):
        await press.publish(f"Acme opens shop {n}", on=f"2023-10-{n % 28 + 1:02}")
    digest = await newsroom.digest()
    assert (digest.beyond, changes(digest)) == (1, [])


async def test_what_an_article_recalls_is_no_news(newsroom: Newsroom, press: Press) -> None:
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20")
    await newsroom.digest()
    recalled = replace(TOOK_18, when=When.months(2013, 4))
    await press.publish("Acme opens a port", recalled, by="Nightly")
    digest = await newsroom.digest()
    assert [story.headline for story in digest.new] == ["Acme opens a port"]
    assert (corrections(digest), changes(digest)) == ([], [])


async def test_a_workspaces_own_article_corrects_its_own_digests_alone(
    newsroom: Newsroom, press: Press
) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await newsroom.digest()
    elsewhere = Scope("test", "another", "C9")
    await press.publish(
        "Acme takes 32% of Globex", TOOK_32, by="Own Gazette", on="2014-03-20", scope=elsewhere
    )
    await press.publish("Acme rests", on="2014-04-01")
    digest = await newsroom.digest()
    assert (corrections(digest), changes(digest)) == ([], [])
    assert "Gazette" not in repr(digest)
    own = Scope("test", "W", "C1")
    await press.publish(
        "Acme takes 25% of Globex",
        stake("acme", "globex", "25", status=Status.COMPLETED),
        by="House Gazette",
        on="2014-05-01",
        scope=own,
    )
    digest = await newsroom.digest()
    assert corrections(digest) == [
        ("superseded", "25%", "stake of 18% (completed, reported 2013-04-29)")
    ]


@pytest.mark.parametrize("topics", ["acme", "globex", "acme globex"])
async def test_whoever_follows_a_party_or_both_is_told(
    newsroom: Newsroom, press: Press, topics: str
) -> None:
    await press.publish("Acme and Globex rest")
    await newsroom.digest("C1", topics)
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    assert changes(await newsroom.digest("C1", topics)) == [("new", "18%")]


# --- what the ledger has not read yet -----------------------------------------------------------


async def test_what_came_a_moment_ago_is_read_before_it_is_told(
    newsroom: Newsroom, press: Press
) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29", read=False)
    assert changes(await newsroom.digest()) == [("new", "18%")]
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20", read=False)
    digest = await newsroom.digest()
    assert corrections(digest) == [
        ("superseded", "32%", "stake of 18% (completed, reported 2013-04-29)")
    ]
    await press.publish("Acme rests", on="2014-04-01")
    later = await newsroom.digest()
    assert (corrections(later), changes(later)) == ([], [])


async def test_an_edition_ends_before_what_cannot_be_read_and_the_next_tells_it_once(
    newsroom: Newsroom, press: Press, books: FakeBooks
) -> None:
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await newsroom.digest()
    await press.publish("Acme rests", on="2014-03-19")
    await press.publish("Acme takes 32% of Globex", TOOK_32, on="2014-03-20", read=False)
    await press.publish("Acme rests again", on="2014-03-21")
    books.away = True
    early = await newsroom.digest()
    assert [story.headline for story in early.new] == ["Acme rests"]
    assert (corrections(early), changes(early)) == ([], [])
    books.away = False
    full = await newsroom.digest()
    assert {story.headline for story in full.new} == {
        "Acme takes 32% of Globex",
        "Acme rests again",
    }
    assert [change for change, _, _ in corrections(full)] == ["superseded"]
    assert corrections(await newsroom.digest()) == []


async def test_what_cannot_be_read_keeps_no_digest_waiting_for_long(
    newsroom: Newsroom, press: Press, books: FakeBooks, clock: FakeClock
) -> None:
    await press.publish("Acme rests")
    await newsroom.digest()
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29", read=False)
    books.away = True
    clock.advance(seconds=UNREAD_FOR.total_seconds() - 1)
    assert (await newsroom.digest()).nothing_changed
    clock.advance(seconds=2)
    digest = await newsroom.digest()
    assert [story.headline for story in digest.new] == ["Acme takes 18% of Globex"]


async def test_many_that_are_unread_are_read_for_some_seconds_and_the_rest_comes_next(
    newsroom: Newsroom, press: Press, books: FakeBooks, clock: FakeClock
) -> None:
    await press.publish("Acme rests")
    await newsroom.digest()
    titles = [f"Acme opens shop {n}" for n in range(24)]
    for n, title in enumerate(titles):
        await press.publish(title, on=f"2023-10-{n + 1:02}", read=False)
    books.takes_s = 1.0
    began = clock.monotonic()
    first = await newsroom.digest()
    assert clock.monotonic() - began < 2 * READING_S
    assert first.articles == 16
    assert (await newsroom.digest()).articles == 8


async def test_a_revised_article_takes_no_edition_back(
    newsroom: Newsroom, press: Press, books: FakeBooks, store: Store
) -> None:
    """It was read before, and is not read again yet."""
    first = await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
    await press.publish("Acme rests", on="2014-03-19")
    await newsroom.digest()
    before = newsroom.newest()
    article = await store.corpus.get(first)
    assert article is not None
    (revised,) = await store.corpus.add(
        [new_article(article.title, "Said otherwise.", publisher="Daily", url=article.url,
                     published=article.published)]
    )  # fmt: skip
    assert (revised.id, revised.outcome) == (first, "updated")
    books.away = True
    await press.publish("Acme opens a port", on="2014-03-20")
    digest = await newsroom.digest()
    assert [story.headline for story in digest.new] == ["Acme opens a port"]
    assert newsroom.newest() > before


async def test_a_reader_that_fails_keeps_no_digest_from_being_written(
    newsroom: Newsroom, press: Press, books: FakeBooks
) -> None:
    await press.publish("Acme rests")
    await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29", read=False)
    books.broken = True
    assert [story.headline for story in (await newsroom.digest()).new] == ["Acme rests"]
    books.broken = False
    assert changes(await newsroom.digest()) == [("new", "18%")]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(["read", "unread", "reader leaves", "reader comes", "digest"]),
        max_size=14,
    )
)
def test_whatever_is_read_when_each_fact_is_told_exactly_once(events: list[str]) -> None:
    asyncio.run(_told_once(events))


async def _told_once(events: list[str]) -> None:
    clock = FakeClock()
    store = await Store.open("sqlite://", clock=clock)
    try:
        press = Press(store)
        books = FakeBooks(press, clock)
        newsroom = Newsroom(store, store.database, clock, books)
        told: Counter[str] = Counter()
        published: list[str] = []

        async def digest() -> None:
            written = await newsroom.digest()
            cited = {n for line in written.changes for n in line.fact.cites}
            told.update(written.sources[n - 1].title for n in cited)

        await press.publish("Acme rests")
        await digest()
        for n, event in enumerate(events):
            clock.advance(seconds=UNREAD_FOR.total_seconds() / 20)
            if event in ("read", "unread"):
                published.append(f"Acme and Firm{n} Inc work together")
                deal = claim(Kind.PARTNERSHIP, "acme", f"Firm{n} Inc")
                await press.publish(
                    published[-1], deal, on=f"2023-10-{n + 1:02}", read=event == "read"
                )
            elif event == "digest":
                await digest()
            else:
                books.away = event == "reader leaves"
        books.away = False
        await digest()
        await digest()
        assert told == Counter(published)
    finally:
        await store.close()
