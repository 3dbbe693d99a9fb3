"""Sentences the rules could not read, asked about in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from briefings.bookkeeping import Bookkeeper, claim_workers
from briefings.containment import WorkerPool
from briefings.facts import Claim, Evidence, Kind, Status
from briefings.ledger.hard import hard, hard_of
from briefings.ledger.sentence import Sentence
from briefings.model import Article
from briefings.second_reading import SENTENCES, SecondReading
from briefings.store import Store
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.articles import article, new_article
from tests.fakes.catalogue import NAMING
from tests.fakes.workers import InlinePool
from tests.summaries.model_texts import ENTITIES, sentence

BODY = (
    "Weibo is a microblog. The stake that Tencent said it might take in Weibo was not sold. "
    "Alibaba bought 18% of Weibo for $586m. It rained."
)
DAY = date(2013, 5, 7)


def claimed(text: str, start: int) -> Claim:
    return Claim(Kind.STAKE, (), Status.ANNOUNCED, Evidence(text, start, start + len(text)), "en")


class FakeReader:
    """Claims something of every sentence it is asked about."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Scope]] = []

    async def claims(self, sentence: Sentence, scope: Scope) -> tuple[Claim, ...]:
        self.asked.append((sentence.text, scope))
        return (replace(claimed(sentence.text, sentence.start), by_model=True),)


@pytest.fixture
async def workers() -> AsyncIterator[WorkerPool]:
    pool = claim_workers()
    yield pool
    await pool.close()


def test_a_sentence_that_gave_a_claim_is_not_hard() -> None:
    told, untold = sentence("Alibaba bought Weibo.", 0), sentence("Weibo bought Alibaba.", 50)
    alone = sentence("Weibo bought a house.", 100)
    assert list(hard([told, untold, alone], [claimed("Alibaba bought Weibo.", 0)])) == [untold]
    # The same place of the headline is another sentence.
    of_title = replace(claimed(told.text, 0), evidence=Evidence(told.text, 0, 21, in_title=True))
    assert list(hard([told], [of_title])) == [told]


def test_the_hard_sentences_of_an_article_stand_in_its_text() -> None:
    bought = "Alibaba bought 18% of Weibo for $586m."
    found = hard_of(ENTITIES, "Tencent", BODY, "en", DAY, (claimed(bought, BODY.index(bought)),))
    assert [one.text for one in found] == [
        "The stake that Tencent said it might take in Weibo was not sold."
    ]
    assert all(BODY[one.start : one.end] == one.text for one in found)
    assert hard_of(ENTITIES, "", BODY, "fr", DAY, ()) == ()


async def test_they_are_asked_about_on_the_desks_budget(workers: WorkerPool) -> None:
    reader = FakeReader()
    body = " ".join(f"Tencent may take a stake of {n}% in Weibo." for n in range(11, 19))
    told = article(1, body=body, title="Weibo")
    claims = await SecondReading(reader, workers, ENTITIES).claims(told, ())
    assert len(claims) == len(reader.asked) == SENTENCES
    assert all(claim.by_model for claim in claims)
    assert {scope for _, scope in reader.asked} == {WHOLE_DESK}


async def test_what_somebody_waits_for_is_not_asked_about(
    memory_store: Store, workers: WorkerPool
) -> None:
    reader = FakeReader()
    second = SecondReading(reader, workers, ENTITIES)
    books = Bookkeeper(memory_store.ledger(NAMING.voice_of), workers, ENTITIES, second)
    (waited,) = await memory_store.corpus.add([new_article("Weibo's house", BODY)])
    await memory_store.corpus.add([new_article("Tencent's house", f"{BODY} It rained again.")])
    await books.enter_pending(9, among=[waited.id])
    assert reader.asked == []
    await books.enter_pending(9)
    assert len(reader.asked) == 1


class SlowSecond:
    """Finds nothing; `asked` has the articles, and `meanwhile` happens while it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.meanwhile: Callable[[], Awaitable[object]] = partial(asyncio.sleep, 0)

    async def claims(self, article: Article, found: tuple[Claim, ...]) -> tuple[Claim, ...]:
        self.asked.append(article.id)
        await self.meanwhile()
        return (replace(claimed(article.body, 0), by_model=True),)


def thorough(store: Store, second: SlowSecond) -> Bookkeeper:
    return Bookkeeper(
        store.ledger(NAMING.voice_of),
        InlinePool(),  # type: ignore[arg-type]
        ENTITIES,
        second,  # type: ignore[arg-type]
    )


async def test_a_sentence_is_paid_for_once_whoever_keeps_the_books(memory_store: Store) -> None:
    second = SlowSecond()
    books = thorough(memory_store, second)
    await memory_store.corpus.add([new_article(f"Tencent {n}", f"Day {n}.") for n in range(5)])
    await asyncio.gather(books.enter_pending(9), books.enter_pending(9))
    assert sorted(second.asked) == [1, 2, 3, 4, 5]


async def test_a_digest_waits_for_no_model_and_what_it_says_too_late_is_left(
    memory_store: Store,
) -> None:
    """Told of without it, it would be told never, and corrected never."""
    second = SlowSecond()
    books = thorough(memory_store, second)
    (one, other) = await memory_store.corpus.add(
        [new_article("Tencent", BODY), new_article("Weibo", f"{BODY} It rained again.")]
    )
    second.meanwhile = lambda: books.enter_pending(8, among=[one.id, other.id])
    await books.enter_pending(9)
    assert len(second.asked) == 1
    assert [fact async for fact in books.ledger.export() if fact.reports[0].claim.by_model] == []
