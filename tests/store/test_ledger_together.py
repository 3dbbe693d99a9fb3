"""Whatever the order, the pieces and the processes in which it is entered: the same ledger."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from briefings.facts import Claim, Fact, Kind, Status, When
from briefings.ledger.reconcile import reconcile
from briefings.model import Article
from briefings.store import Claimed, Store
from tests.fakes.claims import claim, money, number, stake, users
from tests.store.ledgers import Books, essence, of

NAMES = ("alibaba", "weibo", "Zhipu AI")


def any_claim(chance: random.Random) -> Claim:
    """A claim of few organisations within some months, so that many are of one event."""
    buyer, target = chance.sample(NAMES, 2)
    day = date(2026, 1, 1) + timedelta(chance.randrange(60))
    when: dict[str, Any] = {
        "when": chance.choice([None, When.day(day), When.months(day.year, day.month, 3)])
    }
    status: dict[str, Any] = {"status": chance.choice(list(Status))}
    match chance.randrange(5):
        case 0:
            return stake(buyer, target, chance.choice(["18", "18.2", "30"]), **when, **status)
        case 1:
            return claim(Kind.ACQUISITION, buyer, target, **when, **status)
        case 2:
            paid = money(chance.choice(["586e6", "600e6", "5e9"]))
            return claim(Kind.INVESTMENT, buyer, target, amount=paid, **when, **status)
        case 3:
            return claim(Kind.PARTNERSHIP, buyer, target, **when, **status)
        case _:
            return users(buyer, chance.choice(["500e6", "503e6", "800e6"]), **when)


def any_readings(chance: random.Random, there: Sequence[Article]) -> list[Claimed]:
    return [
        Claimed(each, tuple(any_claim(chance) for _ in range(chance.randrange(4))))
        for each in there
    ]


def at_once(ledger: Sequence[Fact]) -> list[tuple[object, ...]]:
    """What all the ledger's reports make together."""
    return essence(reconcile([report for fact in ledger for report in fact.reports]))


async def in_pieces(books: Books, readings: Sequence[Claimed], chance: random.Random) -> None:
    left = chance.sample(readings, len(readings))
    while left:
        size = chance.randint(1, len(left))
        await books.ledger.record(left[:size])
        left = left[size:]


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_and_any_pieces_give_the_same_facts(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    books = Books(store)
    there = await books.add(*map(of, range(14)))
    readings = any_readings(chance, there)
    await books.ledger.record(readings)
    found = await books.all()
    said = sum(len(reading.claims) for reading in readings)
    assert sum(len(fact.reports) for fact in found) == said > len(found)
    assert essence(found) == at_once(found)
    for _ in range(3):
        # Emptied, or full of something else that every article takes back in its turn.
        await in_pieces(books, any_readings(chance, there), chance)
        if chance.random() < 0.5:
            await in_pieces(books, [Claimed(each, ()) for each in there], chance)
            assert await books.all() == []
        await in_pieces(books, readings, chance)
        again = await books.all()
        assert essence(again) == essence(found)
        assert len({fact.id for fact in again}) == len(again)
    tally = await books.ledger.totals()
    assert (tally.facts, tally.reports, tally.pending) == (len(found), said, 0)
    assert tally.contradictions == sum(fact.contradicted for fact in found)


async def test_a_number_never_means_another_event_later(store: Store) -> None:
    """Every fact shares a party with whatever had its number before."""
    chance = random.Random(7)
    books = Books(store)
    there = await books.add(*map(of, range(10)))
    parties: dict[int, set[str]] = {}
    for _ in range(25):
        await books.ledger.record(any_readings(chance, chance.sample(there, 3)))
        for fact in await books.all():
            its_parties = {party.key for party in fact.parties}
            assert its_parties & parties.get(fact.id, its_parties)
            parties[fact.id] = its_parties


async def test_two_processes_that_enter_reports_of_one_event_make_one_fact(
    open_store: Callable[[], Awaitable[Store]],
) -> None:
    first, second = Books(await open_store()), Books(await open_store())
    there = await first.add(*map(of, range(24)))
    deal = stake("alibaba", "weibo", "18")
    readings = [Claimed(each, (deal, users("weibo", "503e6"))) for each in there]

    async def enter(books: Books, some: Sequence[Claimed]) -> None:
        for reading in some:
            await books.ledger.record([reading])

    # Both enter the last ones, too.
    await asyncio.gather(enter(first, readings[:16]), enter(second, readings[8:]))
    facts = await first.all()
    assert [len(fact.reports) for fact in facts] == [24, 24]
    assert {fact.kind for fact in facts} == {Kind.STAKE, Kind.METRIC}


async def test_names_and_numbers_without_end_are_kept_and_found(store: Store) -> None:
    books = Books(store)
    long = "Very " * 5_000 + "Long Company"
    many = [users("weibo", f"{n}e6") for n in range(3_000)]
    hostile = [
        stake(long, long + " Too", "1e400"),
        users("weibo", "1e-400", metric="u" * 9_000),
        users("weibo", "7e6", when=When(date.min, date.max)),
        claim(Kind.REGULATORY),
        stake("", "", "0"),
    ]
    await books.enter({1: [*hostile, *many]})
    found = await books.ledger.facts_of([long.casefold()], limit=9)
    assert [fact.percent for fact in found.facts] == [number("1e400")]
    tally = await books.ledger.totals()
    assert tally.reports == 1024
    assert sum(len(fact.reports) for fact in await books.all()) == 1024
