"""A connection ends well, in whatever order its end is asked for."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from briefings.store.sqliteconnection import SQLiteConnection


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "desk.db")


async def test_a_close_gives_the_lock_back_although_a_statement_is_still_referred_to(
    path: str,
) -> None:
    connection = await SQLiteConnection(path, isolation_level=None)
    await connection.execute("CREATE TABLE t (n)")
    await connection.execute("BEGIN IMMEDIATE")
    kept = await connection.execute("INSERT INTO t VALUES (1), (2) RETURNING n")
    await connection.close()
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    other.execute("BEGIN IMMEDIATE")
    assert other.execute("SELECT count(*) FROM t").fetchone() == (0,)
    other.close()
    del kept


async def test_a_cancelled_opening_closes_what_it_opened(path: str) -> None:
    connection = SQLiteConnection(path, check_same_thread=False)
    opening = asyncio.ensure_future(connection)
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    async with asyncio.timeout(5):
        await connection.close()
    assert _ended(connection)


async def test_it_may_be_closed_more_than_once_and_by_whom_gives_up_waiting(path: str) -> None:
    connection = await SQLiteConnection(path, check_same_thread=False)
    given_up = asyncio.ensure_future(connection.close())
    await asyncio.sleep(0)
    given_up.cancel()
    connection.stop()
    async with asyncio.timeout(5):
        await asyncio.gather(connection.close(), connection.close())
        await connection.close()
    assert _ended(connection)
    with pytest.raises(ValueError, match="no active connection"):
        await connection.execute("SELECT 1")


def _ended(connection: SQLiteConnection) -> bool:
    """Whether the file is closed and the thread has gone."""
    thread: threading.Thread = connection._thread
    thread.join(5)
    opened = connection._opened
    assert opened is not None
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened.execute("SELECT 1")
    return not thread.is_alive()
