"""Articles are read for the ledger: pending ones, in small pieces; what no worker can read."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import build
from bot.heart import beat
from briefings.bookkeeping import AT_ONCE, Bookkeeper, claim_workers
from briefings.containment import WorkerPool
from briefings.facts import Fact, Kind
from briefings.ledger.working import PRELOADED
from briefings.model import NewArticle
from briefings.store import Store
from briefings.tries import WAITS_S, Tries
from config.settings import Settings
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import money, number
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ARTICLE, ENTITIES, environment
from tests.fakes.workers import InlinePool
from tests.fakes.writing import subscribe
from tests.store.builders import about, article

STAKE = "Acme said on Monday that it had bought 18% of Globex for $586 million."


def bookkeeper(store: Store, readers: WorkerPool | InlinePool) -> Bookkeeper:
    return Bookkeeper(store.ledger(NAMING.voice_of), readers, ENTITIES)  # type: ignore[arg-type]


async def add(store: Store, *new: NewArticle) -> list[int]:
    return [added.id for added in await store.corpus.add(new)]


async def facts(books: Bookkeeper) -> list[Fact]:
    return [fact async for fact in books.ledger.export()]


async def test_what_is_pending_is_read_and_entered(store: Store) -> None:
    books = bookkeeper(store, InlinePool())
    (one,) = await add(store, article(1, body=STAKE))
    await add(store, article(2, body="Cakes were judged by the mayor."))
    assert await books.is_behind()
    assert await books.enter_pending(9) == 2
    (fact,) = await facts(books)
    assert (fact.kind, [party.key for party in fact.parties]) == (Kind.STAKE, ["acme", "globex"])
    assert (fact.percent, fact.amount) == (number("18"), money("586e6"))
    (report,) = fact.reports
    evidence = report.claim.evidence
    assert report.article_id == one
    assert STAKE[evidence.start : evidence.end] == evidence.text
    assert not await books.is_behind()
    assert await books.enter_pending(9) == 0


async def test_a_limit_leaves_the_older_ones_for_the_next_time(memory_store: Store) -> None:
    readers = InlinePool()
    books = bookkeeper(memory_store, readers)
    many = 2 * AT_ONCE + 1
    await add(memory_store, *(article(n, hours=n, body=STAKE) for n in range(many)))
    assert await books.enter_pending(many - 2) == many - 2
    assert [each.url for each in await books.ledger.pending(9)] == [
        article(1).url, article(0).url
    ]  # fmt: skip
    assert readers.runs == many - 2


async def test_those_that_somebody_waits_for_go_first_and_once(memory_store: Store) -> None:
    readers = InlinePool()
    books = bookkeeper(memory_store, readers)
    ids = await add(memory_store, *(article(n, hours=n, body=STAKE) for n in range(4)))
    assert await books.enter_pending(9, among=ids[:1]) == 1
    assert await books.enter_pending(9, among=ids[:1]) == 0
    assert readers.runs == 1
    assert len(await books.ledger.pending(9)) == 3


async def test_others_get_their_turn_between_two_articles(memory_store: Store) -> None:
    books = bookkeeper(memory_store, InlinePool())
    await add(memory_store, *(article(n, body=STAKE) for n in range(3)))
    turns = 0

    async def pause() -> None:
        nonlocal turns
        turns += 1

    await books.enter_pending(9, pause=pause)
    assert turns == 3


async def test_a_revised_article_is_read_again(memory_store: Store) -> None:
    books = bookkeeper(memory_store, InlinePool())
    await add(memory_store, article(1, body=STAKE))
    await books.enter_pending(9)
    await add(memory_store, article(1, body=STAKE.replace("18%", "19%")))
    assert await facts(books) == []
    assert await books.enter_pending(9) == 1
    (fact,) = await facts(books)
    assert (fact.id, fact.percent) == (1, number("19"))


async def test_a_text_that_no_worker_can_read_claims_nothing_and_is_not_tried_again(
    memory_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Here every text takes longer than it may; the others are read by whoever comes next."""
    await add(memory_store, article(1, body=STAKE * 3_000))
    pool = WorkerPool("claims", memory_mb=192, deadline_s=0.0, preload=PRELOADED)
    books = bookkeeper(memory_store, pool)
    try:
        with caplog.at_level(logging.WARNING):
            assert await books.enter_pending(9) == 1
    finally:
        await pool.close()
    assert "article 1 goes into the ledger without claims" in caplog.text
    assert STAKE not in caplog.text
    assert not await books.is_behind()
    assert await facts(books) == []


# --- workers that die ---------------------------------------------------------------------------


async def test_a_worker_that_dies_once_loses_nothing(memory_store: Store) -> None:
    """As when the machine ran out of memory, or the whole desk was told to stop."""
    readers = InlinePool()
    books = bookkeeper(memory_store, readers)
    await add(memory_store, article(1, body=STAKE))
    readers.deaths = 1
    assert await books.enter_pending(9) == 1
    assert len(await facts(books)) == 1


async def test_what_every_worker_dies_with_is_tried_ever_later_and_then_claims_nothing(
    memory_store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    readers = InlinePool(deadly="DEADLY")
    books = replace(bookkeeper(memory_store, readers), tries=Tries(clock))
    (deadly,) = await add(memory_store, article(9, hours=9, body=f"{STAKE} DEADLY"))
    await add(memory_store, *(article(n, hours=n, body=STAKE) for n in range(3)))
    assert await books.enter_pending(9) == 0
    assert await books.enter_pending(9) == 3
    assert [each.id for each in await books.ledger.pending(9)] == [deadly]
    for wait in WAITS_S:
        clock.advance(seconds=wait - 1)
        before = readers.runs
        assert await books.enter_pending(9) == 0
        assert readers.runs == before
        clock.advance(seconds=1)
        assert await books.enter_pending(9) == (wait == WAITS_S[-1])
        assert readers.runs == before + 2
    assert not await books.is_behind()
    assert "article 1 is read for the ledger later" in caplog.text
    assert "article 1 goes into the ledger without claims" in caplog.text


async def test_a_machine_on_which_no_worker_lives_for_half_an_hour_loses_no_facts(
    memory_store: Store, clock: FakeClock
) -> None:
    readers = InlinePool(deadly="Acme")
    books = replace(bookkeeper(memory_store, readers), tries=Tries(clock))
    await add(memory_store, *(article(n, hours=n, body=STAKE) for n in range(20)))
    for _ in range(120):
        await books.enter_pending(9)
        clock.advance(seconds=15)
    readers.deadly = ""
    clock.advance(seconds=WAITS_S[-1])
    while await books.enter_pending(9):
        pass
    (fact,) = await facts(books)
    assert len(fact.reports) == 20


async def test_one_that_nobody_has_entered_by_the_way_is_read_once(memory_store: Store) -> None:
    readers = InlinePool()
    books = bookkeeper(memory_store, readers)
    ids = await add(memory_store, *(article(n, hours=n, body=STAKE) for n in range(2 * AT_ONCE)))

    async def somebody_asks() -> None:
        await books.enter_pending(AT_ONCE, among=ids[:AT_ONCE])

    await books.enter_pending(2 * AT_ONCE, pause=somebody_asks)
    assert readers.runs == 2 * AT_ONCE


async def test_a_contained_worker_reads_what_the_rules_read(memory_store: Store) -> None:
    pool = claim_workers()
    books = bookkeeper(memory_store, pool)
    chinese = "艾克美周一宣布，以5.86亿美元收购环球公司18%的股份。"
    await add(memory_store, article(1, body=STAKE), article(2, language="zh", body=chinese))
    try:
        assert await books.enter_pending(9) == 2
    finally:
        await pool.close()
    (fact,) = await facts(books)
    assert {report.claim.language for report in fact.reports} == {"en", "zh"}
    assert pool.kills.total() == 0


# --- in the program -----------------------------------------------------------------------------


def desk(tmp_path: Path, **more: str) -> Settings:
    return Settings.from_env(environment(tmp_path, articles=(ARTICLE,), **more))


async def test_the_shipped_corpus_has_its_facts_at_the_first_start(tmp_path: Path) -> None:
    async with build(desk(tmp_path)) as app:
        (fact,) = await facts(app.bookkeeper)
        assert (fact.percent, fact.amount) == (number("18"), money("586e6"))
        # Its publisher is nobody's that the catalogue knows of.
        assert [report.voice for report in fact.reports] == ["harbour post"]
        assert app.bookkeeper.readers.kills.total() == 0


async def test_a_file_that_is_added_has_its_facts_at_once(tmp_path: Path) -> None:
    text = f"# Acme invests again\n\n6 May 2014\n\n{STAKE.replace('18%', '32%')}\n\n" + (
        "Nobody had heard of it before, and the two said no more about it until the evening. " * 3
    )
    async with build(desk(tmp_path)) as app:
        added = await app.ingest.add_file("deal.md", text.encode())
        assert not await app.bookkeeper.is_behind()
        entered = [
            fact
            async for fact in app.bookkeeper.ledger.export()
            if added.article.id in {report.article_id for report in fact.reports}
        ]
    (fact,) = entered
    assert fact.percent == number("32")


async def test_what_is_pending_is_read_in_a_beat(tmp_path: Path) -> None:
    async with build(desk(tmp_path)) as app:
        before = len(await facts(app.bookkeeper))
        await add(app.store, article(1, body=STAKE.replace("18%", "32%")))
        await beat(app.heart.keep_books)
        assert len(await facts(app.bookkeeper)) == before + 1
        assert not await app.bookkeeper.is_behind()


async def test_a_digest_has_the_facts_of_what_came_a_moment_ago(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with build(desk(tmp_path), clock=clock) as app:
        subscription = await subscribe(app.store, clock.now())
        body = STAKE.replace("18%", "32%")
        await add(app.store, article(1, title="Acme invests", body=body, tags=about("acme")))
        page = await app.heart.digests.preview(subscription)
        assert not await app.bookkeeper.is_behind()
    assert "32%" in page


async def test_a_desk_that_watches_nothing_still_reads_what_is_pending(tmp_path: Path) -> None:
    """As after an update with new rules."""
    pool = InlinePool()
    async with build(desk(tmp_path)) as app:
        idle = replace(app.heart, bookkeeper=bookkeeper(app.store, pool))
        async with idle.beating():
            assert pool.runs == 0
        await add(app.store, article(1, body=STAKE.replace("18%", "32%")))
        async with idle.beating(), asyncio.timeout(5):
            await pool.reached(1)
