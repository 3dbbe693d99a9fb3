"""What platforms bring twice is taken once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import func, select

from briefings.store import Store
from briefings.store.engine import Database
from briefings.store.inbox import Inbox
from briefings.store.tables import inbound
from tests.fakes.clock import FakeClock


async def test_an_id_is_new_once(database: Database, clock: FakeClock) -> None:
    inbox = Inbox(database, clock)
    assert await inbox.is_new("event 1")
    assert not await inbox.is_new("event 1")
    assert await inbox.is_new("event 2")
    clock.advance(hours=23, minutes=59)
    assert not await Inbox(database, clock).is_new("event 1")


async def test_of_many_at_once_one_is_told_that_it_is_new(
    database: Database, clock: FakeClock
) -> None:
    inboxes = [Inbox(database, clock) for _ in range(5)]
    for round_ in range(3):
        told = await asyncio.gather(*(inboxes[n % 5].is_new(f"event {round_}") for n in range(100)))
        assert told.count(True) == 1


async def test_an_id_is_forgotten_after_a_day(database: Database, clock: FakeClock) -> None:
    inbox = Inbox(database, clock)
    for n in range(3):
        assert await inbox.is_new(f"event {n}")
    clock.advance(days=1)
    told = await asyncio.gather(*(inbox.is_new("event 0") for _ in range(10)))
    assert told.count(True) == 1
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(inbound)) == 1


async def test_any_text_can_be_an_id(database: Database, clock: FakeClock) -> None:
    inbox = Inbox(database, clock)
    assert await inbox.is_new("a\0b' OR ''='")
    assert not await inbox.is_new("a\0b' OR ''='")
    assert await inbox.is_new("")


async def test_two_processes_that_are_brought_the_same_ids_in_other_orders(
    open_store: Callable[[], Awaitable[Store]],
) -> None:
    one, other = await open_store(), await open_store()
    for round_ in range(10):
        ids = [f"event {round_}-{n}" for n in range(30)]
        told = await asyncio.gather(
            *(one.inbox.is_new(each) for each in ids),
            *(other.inbox.is_new(each) for each in reversed(ids)),
        )
        here, there = told[:30], told[:29:-1]
        assert [a + b for a, b in zip(here, there, strict=True)] == [1] * 30


async def test_the_answers_are_in_the_order_asked(database: Database, clock: FakeClock) -> None:
    inbox = Inbox(database, clock)
    assert await inbox.is_new("b")
    told = await asyncio.gather(*(inbox.is_new(each) for each in ("c", "b", "a", "c", "a")))
    assert told == [True, False, True, False, False]
