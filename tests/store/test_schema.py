"""From any schema to the current one, or not at all."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from briefings.errors import StoreError
from briefings.model import FeedDefinition
from briefings.store import Store, schema
from briefings.store.engine import Database, connect
from briefings.store.tables import metadata
from tests.conftest import Databases
from tests.fakes.clock import FakeClock
from tests.store.builders import article, check, entry
from tests.store.schemas import NEXT

ROOT = Path(__file__).resolve().parents[2]


async def scalar(database: Database, statement: str) -> object:
    async with database.read() as connection:
        return await connection.scalar(text(statement))


async def fill(url: str, clock: FakeClock) -> None:
    """One source with an entry that became an article."""
    store = await Store.open(url, clock=clock)
    source = await store.sources.add(FeedDefinition("https://feed.example/", "Feed"))
    await store.sources.record([check(source.id, entry(1, 1, article(1)))])
    await store.close()


async def run_python(*arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
    return await process.wait()


async def test_an_empty_database_comes_to_what_the_code_expects(databases: Databases) -> None:
    database = connect(databases.empty())
    await schema.ensure(database)

    def differences(connection: Connection) -> list[object]:
        def ours(name: str | None, _kind: str, _parents: object) -> bool:
            apart = ("article_terms", "articles_pending", "entries_became", "entries_unlisted")
            return not str(name).startswith((*apart, "subscriptions_topics"))

        context = MigrationContext.configure(connection, opts={"include_name": ours})
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def test_the_number_of_the_schema_is_that_of_the_last_migration() -> None:
    (folder,) = schema.CURRENT.folders
    scripts = ScriptDirectory(str(folder.parent), version_locations=[str(folder)])
    assert scripts.get_heads() == [schema.CURRENT.head]


async def test_opening_again_changes_nothing_and_needs_no_alembic(database_url: str) -> None:
    code = (
        "import asyncio, sys; from briefings.store import Store;"
        "from tests.fakes.clock import FakeClock\n"
        f"asyncio.run(Store.open({database_url!r}, clock=FakeClock()))\n"
        "sys.exit('alembic' in sys.modules)"
    )
    assert await run_python("-c", code) == 0


async def test_two_that_start_at_once_both_come_up(databases: Databases, clock: FakeClock) -> None:
    url = databases.empty()
    stores = await asyncio.gather(*(Store.open(url, clock=clock) for _ in range(3)))
    assert [(await store.corpus.totals()).articles for store in stores] == [0, 0, 0]
    for store in stores:
        await store.close()


async def test_a_newer_schema_is_refused_by_name(database_url: str, clock: FakeClock) -> None:
    database = connect(database_url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    await database.close()
    with pytest.raises(StoreError, match=f"0999.*{schema.CURRENT.head}") as refusal:
        await Store.open(database_url, clock=clock)
    assert refusal.value.ids == {"found": "0999", "known": schema.CURRENT.head}


async def test_a_database_of_something_else_is_left_alone(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()
    with pytest.raises(StoreError, match="something else"):
        await Store.open(f"sqlite:///{path}", clock=clock)


async def test_an_upgrade_keeps_what_is_there_and_a_copy_of_it(
    databases: Databases, clock: FakeClock
) -> None:
    url = databases.fresh()
    await fill(url, clock)
    database = connect(url)
    await schema.ensure(database, NEXT)
    assert await scalar(database, "SELECT version_num FROM alembic_version") == NEXT.head
    assert await scalar(database, "SELECT colour FROM sources") == "red"
    # SQLite made the table of sources anew; the entries that refer to it are still there.
    assert await scalar(database, "SELECT count(*) FROM entries") == 1
    if database.path is not None:
        copy = database.path.with_name(f"{database.path.name}.schema-{schema.CURRENT.head}.bak")
        assert copy.stat().st_mode & 0o777 == 0o600
        before = await Store.open(f"sqlite:///{copy}", clock=clock)
        assert (await before.corpus.totals()).articles == 1
        await before.close()
        with pytest.raises(StoreError, match="refused a statement"):
            async with database.write() as connection:
                await connection.execute(text("DELETE FROM stories"))  # foreign keys hold again
    await database.close()


@pytest.mark.parametrize("statements", [1, 3])
async def test_a_kill_in_the_middle_leaves_the_old_schema(
    databases: Databases, clock: FakeClock, statements: int
) -> None:
    url = databases.fresh()
    await fill(url, clock)
    died = await run_python("-m", "tests.store.schemas", url, str(statements))
    assert died == -signal.SIGKILL
    database = connect(url)
    assert await scalar(database, "SELECT version_num FROM alembic_version") == schema.CURRENT.head
    assert await scalar(database, "SELECT count(*) FROM entries") == 1
    await schema.ensure(database, NEXT)
    assert await scalar(database, "SELECT count(*) FROM added_for_tests") == 1
    await database.close()


async def test_an_upgrade_that_breaks_references_is_taken_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    database = connect(url)
    await schema.ensure(database)
    (tmp_path / "0900_breaks.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = '0900', '{schema.CURRENT.head}'\n"
        "def upgrade():\n"
        "    op.execute(\"INSERT INTO entries VALUES (7, x'00', x'00', NULL, NULL)\")\n"
    )
    with pytest.raises(StoreError, match="left as it was"):
        await schema.ensure(database, schema.Schema("0900", (*schema.CURRENT.folders, tmp_path)))
    assert await scalar(database, "SELECT version_num FROM alembic_version") == schema.CURRENT.head
    assert await scalar(database, "SELECT count(*) FROM entries") == 0
    await database.close()
