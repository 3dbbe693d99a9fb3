"""What platforms bring twice is taken once."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

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
