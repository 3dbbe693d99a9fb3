"""More handles on a test's database, closed when the test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from briefings.store import Store
from briefings.store.engine import Database, connect
from tests.fakes.clock import FakeClock


@pytest.fixture
async def open_store(
    database_url: str, clock: FakeClock
) -> AsyncIterator[Callable[[], Awaitable[Store]]]:
    """Opens the test's database once more, as another process would."""
    async with AsyncExitStack() as closing:

        async def open_one() -> Store:
            store = await Store.open(database_url, clock=clock)
            closing.push_async_callback(store.close)
            return store

        yield open_one


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The test's database under the store, for statements of the test's own."""
    opened = connect(database_url)
    yield opened
    await opened.close()
