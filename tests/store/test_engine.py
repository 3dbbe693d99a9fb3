"""Getting at a database, taking turns in it, and what is said when that fails."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from briefings.errors import StoreError
from briefings.model import FeedDefinition
from briefings.store import Store
from briefings.store.engine import LOCK_TIMEOUT_S, Database, connect, explain
from briefings.store.sqliteconnection import SQLiteConnection
from tests.conftest import Databases
from tests.fakes.clock import FakeClock
from tests.store.builders import article

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


async def refused(url: str) -> str:
    with pytest.raises(StoreError) as refusal:
        await Store.open(url, clock=FakeClock())
    return str(refusal.value)


# --- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "intelbrief.db",
        "mysql://desk:hunter2@host/db",
        "postgresql+asyncpg://desk:hunter2@host/db",
        "postgresql://desk:hunter2@host:port/db",
    ],
)
async def test_an_address_of_no_known_kind_is_refused_without_being_shown(url: str) -> None:
    said = await refused(url)
    assert "of no kind that intelbrief knows" in said
    assert "hunter2" not in said


async def test_a_database_in_memory_is_one_for_all_its_users(clock: FakeClock) -> None:
    store, other = [await Store.open("sqlite://", clock=clock) for _ in range(2)]
    await asyncio.gather(*(store.corpus.add([article(n)]) for n in range(9)))
    counts = await asyncio.gather(*(store.corpus.totals() for _ in range(9)))
    assert {total.articles for total in counts} == {9}
    assert (await other.corpus.totals()).articles == 0
    await store.close()
    await other.close()


async def test_a_database_in_memory_outlives_a_cancelled_statement(memory_store: Store) -> None:
    await memory_store.corpus.add([article(1)])
    for pause in range(12):
        await _cancelled([memory_store.corpus.add([article(2)])], after=pause)
    assert await memory_store.corpus.by_url(article(1).url) is not None


async def _cancelled(
    work: Iterable[Coroutine[Any, Any, object]], *, after: int, times: int = 1
) -> None:
    """Begin all of it, and call it off after so many turns of the loop, once or more often."""
    tasks = [asyncio.ensure_future(each) for each in work]
    for _ in range(after):
        await asyncio.sleep(0)
    for _ in range(times):
        for task in tasks:
            task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_engine_is_named_without_its_address(store: Store, database_url: str) -> None:
    name, version = store.engine_name.split()
    assert name.lower() == database_url.partition(":")[0]
    assert version[0].isdigit()


# --- files --------------------------------------------------------------------------------------


async def test_a_file_that_cannot_be_a_database_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in await refused(f"sqlite:///{tmp_path}")
    assert "does not exist" in await refused(f"sqlite:///{tmp_path}/nowhere/store.db")
    (tmp_path / "page.html").write_text("<html>" * 1000)
    assert "not an SQLite database" in await refused(f"sqlite:///{tmp_path}/page.html")


async def test_a_damaged_file_is_called_so(sqlite_databases: Databases) -> None:
    url = sqlite_databases.fresh()
    with open(url.removeprefix("sqlite:///"), "r+b") as file:  # noqa: ASYNC230
        file.seek(100)
        file.write(os.urandom(3996))
    assert "damaged" in await refused(url)


@pytest.mark.parametrize(
    ("mode", "folder_mode", "said"),
    [(0o444, 0o755, "read-only"), (0o644, 0o555, "read-only"), (0o000, 0o755, "may not be read")],
)
def test_a_file_without_the_rights_to_it_is_refused(
    sqlite_databases: Databases, mode: int, folder_mode: int, said: str
) -> None:
    code = (
        "import asyncio, os, sys\n"
        "from briefings.store import Store\n"
        "from tests.fakes.clock import FakeClock\n"
        f"if os.geteuid() == 0: os.setuid({NOBODY})\n"
        "asyncio.run(Store.open(sys.argv[1], clock=FakeClock()))\n"
    )
    # Beside pytest's folder, which is closed to anybody else.
    folder = Path(tempfile.mkdtemp(prefix="intelbrief-rights-"))
    try:
        path = folder / "store.db"
        shutil.copy(sqlite_databases.fresh().removeprefix("sqlite:///"), path)
        path.chmod(mode)
        folder.chmod(folder_mode)
        opened = subprocess.run(
            [sys.executable, "-c", code, f"sqlite:///{path}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "StoreError" in opened.stderr
        assert said in opened.stderr
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


# --- servers ------------------------------------------------------------------------------------


async def test_a_server_that_is_not_there_is_named_without_user_or_password() -> None:
    said = await refused("postgresql://desk:hunter2@127.0.0.1:1/db")
    assert "cannot be reached" in said
    assert "hunter2" not in said
    assert "desk" not in said


@pytest.mark.parametrize(
    ("user", "name", "said"),
    [("stranger", "postgres", "refused the user"), ("postgres", "nothing", "no database of that")],
)
async def test_a_server_that_refuses_is_told_from_one_that_is_away(
    postgres_databases: Databases, user: str, name: str, said: str
) -> None:
    host = postgres_databases.fresh().partition("?")[2]
    message = await refused(f"postgresql://{user}:hunter2@/{name}?{host}")
    assert said in message
    assert "hunter2" not in message
    assert "stranger" not in message


async def test_a_connection_that_the_server_cut_is_replaced(
    postgres_databases: Databases, clock: FakeClock
) -> None:
    url = postgres_databases.fresh()
    store, other = [await Store.open(url, clock=clock) for _ in range(2)]
    database = connect(url)
    async with database.write() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert (await store.corpus.totals()).articles == 0
    for each in (store, other, database):
        await each.close()


def test_an_unknown_failure_says_no_more_than_its_kind() -> None:
    said = str(explain(sqlite3.OperationalError("near 'hunter2': syntax error")))
    assert said == "The database refused a statement (OperationalError)."


# --- turns --------------------------------------------------------------------------------------


async def test_readers_are_not_held_up_by_a_writer(store: Store, database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO marks VALUES ('written', 'yes')"))
        async with asyncio.timeout(5):
            assert "written" not in await store.marks.all()
            assert await store.corpus.search("anything", limit=5) == []
    assert "written" in await store.marks.all()


async def test_a_lock_that_is_held_too_long_is_an_error_in_words(
    sqlite_databases: Databases, clock: FakeClock
) -> None:
    url = sqlite_databases.fresh()
    store = await Store.open(f"{url}?timeout=0.05", clock=clock)
    holder = connect(url)
    async with holder.write():
        with pytest.raises(StoreError, match="locked by another process") as locked:
            await store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    assert locked.value.ids["kind"] == "locked"
    await store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    await store.close()
    await holder.close()


async def test_writers_of_one_process_take_turns(store: Store) -> None:
    feeds = [FeedDefinition(f"https://feed.example/{n}", "Feed") for n in range(20)]
    await asyncio.gather(*(store.sources.add(feed) for feed in feeds))
    assert len(await store.sources.list()) == 20


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_cancelled_tasks_leave_neither_a_lock_nor_a_connection(
    store: Store, database: Database, times: int
) -> None:
    async def written() -> None:
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO marks VALUES ('cut off', 'yes')"))
            await asyncio.Event().wait()

    async with asyncio.timeout(LOCK_TIMEOUT_S):
        for pause in range(0, 60, 3):
            work = [written(), store.corpus.totals(), store.corpus.add([article(1)]), written()]
            await _cancelled(work, after=pause, times=times)
            async with database.write() as connection:
                await connection.execute(text("DELETE FROM marks WHERE name = 'cut off'"))
    assert "cut off" not in await store.marks.all()
    gc.collect()
    assert database.engine.pool.checkedout() == 0


# --- the end ------------------------------------------------------------------------------------


async def test_a_closed_database_lets_nobody_in(database_url: str) -> None:
    database = connect(database_url)
    async with database.read() as connection:
        await connection.execute(text("SELECT 1"))
    await database.close()
    with pytest.raises(StoreError, match="The database was closed"):
        async with database.write():
            raise AssertionError
    await database.close()


async def test_a_close_cuts_off_who_still_uses_the_database(
    databases: Databases, clock: FakeClock
) -> None:
    url = databases.fresh()
    database, drivers = _observed(url)

    async def used() -> None:
        async with database.write() as connection, database.read():
            await connection.execute(text("INSERT INTO marks VALUES ('cut off', 'yes')"))
            await database.close()
            await connection.execute(text("SELECT 1"))

    with pytest.raises(StoreError):
        await used()
    assert len(drivers) == 2
    assert all(_is_closed(each) for each in drivers)
    store = await Store.open(url, clock=clock)
    assert "cut off" not in await store.marks.all()
    await store.close()


@pytest.mark.parametrize("after", range(6))
async def test_a_cancelled_close_closes_all_the_same(database_url: str, after: int) -> None:
    database, drivers = _observed(database_url)
    async with database.read(), database.read(), database.read():
        assert len(drivers) == 3
    await _cancelled([database.close()], after=after)
    if not after:
        await database.close()  # it had not begun
    assert all(_is_closed(each) for each in drivers)


def _observed(url: str) -> tuple[Database, list[Any]]:
    """A database, and the drivers' connections that it opens."""
    database, drivers = connect(url), []

    @event.listens_for(database.engine.sync_engine, "connect")
    def opened(connection: Any, _: object) -> None:
        drivers.append(connection.driver_connection)

    return database, drivers


def _is_closed(driver: Any) -> bool:
    if isinstance(driver, SQLiteConnection):
        driver._thread.join(5)
        return not driver._thread.is_alive()
    return bool(driver.closed)
