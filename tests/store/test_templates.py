"""The last good templates, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from briefings.store.engine import Database, connect
from briefings.store.tables import templates
from briefings.store.templates import Templates
from tests.fakes.clock import START, FakeClock

NAME = "digest-brief.md.j2"


@pytest.fixture
async def database(database_url: str):  # type: ignore[no-untyped-def]
    opened = connect(database_url)
    yield opened
    await opened.close()


async def rows(database: Database) -> list[tuple[object, ...]]:
    async with database.read() as connection:
        found = await connection.execute(select(templates).order_by(templates.c.name))
        return [tuple(row) for row in found]


async def test_there_is_none_at_first(database: Database, clock: FakeClock) -> None:
    assert await Templates(database, clock).get(NAME) is None


async def test_the_source_accepted_last_is_the_one(database: Database, clock: FakeClock) -> None:
    kept = Templates(database, clock)
    await kept.accept(NAME, "# {{ title }} 中文 🙂\n")
    await kept.accept("other.md.j2", "other")
    clock.advance(hours=1)
    await kept.accept(NAME, "# new")
    assert await kept.get(NAME) == "# new"
    assert await kept.get("other.md.j2") == "other"
    assert [name for name, *_ in await rows(database)] == [NAME, "other.md.j2"]


async def test_every_sign_of_a_source_comes_back(database: Database, clock: FakeClock) -> None:
    source = "\r\n\t{# '\"\\ :name %s ? 中文 🙂 #}" * 800
    await Templates(database, clock).accept(NAME, source)
    assert await Templates(database, clock).get(NAME) == source


async def test_accepting_the_same_again_keeps_when(database: Database, clock: FakeClock) -> None:
    kept = Templates(database, clock)
    await kept.accept(NAME, "same")
    clock.advance(hours=1)
    await kept.accept(NAME, "same")
    assert await rows(database) == [(NAME, "same", START)]
    await kept.accept(NAME, "changed")
    assert await rows(database) == [(NAME, "changed", clock.now())]


async def test_what_no_database_takes_is_left_out(database: Database, clock: FakeClock) -> None:
    kept = Templates(database, clock)
    await kept.accept(NAME, "a\0b")
    assert await kept.get(NAME) == "ab"
