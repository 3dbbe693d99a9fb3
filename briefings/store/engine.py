"""One way into SQLite and PostgreSQL: addresses, connections, transactions and their failures.

Reading and writing are two context managers, because SQLite wants to know beforehand: a writer
begins with BEGIN IMMEDIATE, so that it waits for its turn instead of failing half way, and a
reader begins nothing and is never blocked (write-ahead log). Every failure of a database leaves
here as a StoreError that names neither passwords nor users.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from briefings.errors import StoreError
from briefings.store.sqliteconnection import SQLiteConnection

LOCK_TIMEOUT_S = 10.0
"""How long a statement waits for another process's lock before it fails."""

_CONNECT_TIMEOUT_S = 10
_CONNECTIONS = 4

# FULL: measured here, a batch of 100 feeds commits once, so durability costs about 1 ms a batch.
# cache_size is in KiB: four connections of 8 MB keep the process under its memory limit.
_SQLITE_SETUP = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -8000;
PRAGMA journal_size_limit = 67108864;
"""

_POSTGRES_SCHEMES = frozenset({"postgresql", "postgresql+psycopg", "postgres"})
_SQLITE_SCHEMES = frozenset({"sqlite", "sqlite+aiosqlite"})


class Database:
    """An open database: `read` and `write` hand out connections; close it when done.

    One process writes one transaction at a time: its tasks queue here, fairly and without
    polling, and only processes compete for the database's own lock.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        path: Path | None,
        opened: WeakSet[Any],
        anchor: object = None,
    ) -> None:
        self.engine = engine
        self.path = path
        """The SQLite file; None in memory and on PostgreSQL."""
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._opened = opened
        self._anchor = anchor
        self._closing: asyncio.Task[None] | None = None
        event.listen(engine.sync_engine, "do_connect", self._refuse_when_closed)
        self._writing = engine.execution_options(begin="BEGIN IMMEDIATE")
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with.

        Raises:
            StoreError: when the database cannot be used.
        """
        with storage_errors(self.path):
            async with self.engine.connect() as connection:
                yield connection

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back when anything is raised.

        Raises:
            StoreError: when the database cannot be used or was locked for too long.
        """
        with storage_errors(self.path):
            async with self._turn, self._writing.begin() as connection:
                yield connection

    @property
    def version(self) -> str:
        """The engine and its version, such as "SQLite 3.45.1"; never an address."""
        numbers = ".".join(str(part) for part in self.engine.dialect.server_version_info or ())
        return f"{'SQLite' if self.is_sqlite else 'PostgreSQL'} {numbers}"

    async def close(self) -> None:
        """Close every connection, also where the caller is cancelled; who still uses one fails.

        The pool alone would leave open what is in use, and what a cancelled task gave up.
        """
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        try:
            await asyncio.shield(self._closing)
        finally:
            await asyncio.wait({self._closing})

    async def _close(self) -> None:
        await self.engine.dispose()
        for connection in tuple(self._opened):
            await connection.close()
        if isinstance(self._anchor, sqlite3.Connection):
            self._anchor.close()

    def _refuse_when_closed(self, *_: object) -> None:
        if self._closing is not None:
            raise StoreError("The database was closed: nothing can be asked of it any more.")


def connect(url: str) -> Database:
    """Prepare a database for use; nothing is asked of it yet.

    `url` is sqlite:///file, sqlite:// (in memory) or postgresql://user@host/name, each with the
    options its driver takes; SQLite's `timeout` (seconds) is how long to wait for a lock.

    Raises:
        StoreError: when the address is of no kind known here, or its file cannot be used.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The message and its cause quote the address, and with it a password.
        raise _unknown_address() from None
    if parsed.drivername in _SQLITE_SCHEMES:
        return _connect_sqlite(parsed)
    if parsed.drivername in _POSTGRES_SCHEMES:
        return _connect_postgres(parsed)
    raise _unknown_address()


def _unknown_address() -> StoreError:
    return StoreError(
        "The database address is of no kind that intelbrief knows.",
        remedy="Use sqlite:///path/to/file.db or postgresql://user:password@host/name.",
    )


def _connect_sqlite(url: URL) -> Database:
    anchor: sqlite3.Connection | None = None
    options: dict[str, Any] = {}
    opened: WeakSet[SQLiteConnection] = WeakSet()
    path: Path | None = None

    def opening(*arguments: Any, **options: Any) -> SQLiteConnection:
        if path is not None and "uri" not in url.query:
            make_private(path)
        connection = SQLiteConnection(*arguments, **options)
        opened.add(connection)
        return connection

    if url.database and url.database != ":memory:":
        path = Path(url.database).absolute()
        _check_usable(path)
        options["pool_size"] = _CONNECTIONS
    else:
        # One connection that callers take turns with, as a database in memory cannot be shared
        # well. The anchor keeps its content when that connection is lost to a cancelled task.
        name = f"file:/{uuid4().hex}"
        anchor = sqlite3.connect(f"{name}?vfs=memdb", uri=True, check_same_thread=False)
        url = url.set(database=name).update_query_dict({"vfs": "memdb", "uri": "true"})
        options |= {"pool_size": 1, "max_overflow": 0}
    arguments = {
        "isolation_level": None,
        "timeout": float(LOCK_TIMEOUT_S),
        "async_creator_fn": opening,
    }
    if "timeout" in url.query:
        del arguments["timeout"]
    engine = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        connect_args=arguments,
        hide_parameters=True,
        **options,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.run_async(lambda connection: connection.executescript(_SQLITE_SETUP))

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("begin")
        if statement:
            connection.exec_driver_sql(statement)

    return Database(engine, path=path, opened=opened, anchor=anchor)


def make_private(path: Path) -> None:
    """Make an empty database that only this user may read, unless a file is there; SQLite gives
    what it keeps beside it the same rights."""
    with contextlib.suppress(OSError):  # SQLite says so itself when it opens it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _check_usable(path: Path) -> None:
    """Say what is wrong with a database file in words SQLite does not have."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database file.", path=str(path))
    if not path.parent.is_dir():
        raise StoreError(
            f"The folder {path.parent}, where the database belongs, does not exist.",
            remedy="Create it, or name another in INTELBRIEF_DATABASE_URL.",
            path=str(path),
        )
    if path.exists() and not os.access(path, os.R_OK):
        raise StoreError(f"The database {path} may not be read by this user.", path=str(path))
    # SQLite keeps its log beside the database, so the folder has to be writable as well.
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise StoreError(
            f"The database {path} is read-only for this user.",
            remedy="Give this user the right to write the file and its folder.",
            path=str(path),
        )


def _connect_postgres(url: URL) -> Database:
    settings = f"-c timezone=UTC -c lock_timeout={int(LOCK_TIMEOUT_S * 1000)}"
    arguments: dict[str, Any] = {"application_name": "intelbrief"}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = _CONNECT_TIMEOUT_S
    if "options" not in url.query:
        arguments["options"] = settings
    try:
        engine = create_async_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=arguments,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
        )
    except ImportError as error:
        raise StoreError(
            "The driver for PostgreSQL is not installed.",
            remedy="Install intelbrief with its extra: intelbrief[postgres].",
        ) from error
    opened: WeakSet[Any] = WeakSet()

    @event.listens_for(engine.sync_engine, "connect")
    def remember(dbapi_connection: Any, _record: object) -> None:
        opened.add(dbapi_connection.driver_connection)

    return Database(engine, path=None, opened=opened)


# --- failures -----------------------------------------------------------------------------------


@contextlib.contextmanager
def storage_errors(path: Path | None = None) -> Iterator[None]:
    """Turn whatever a database raises into a StoreError.

    Its `ids` name the file, which its words do not: they are shown in chats, too.
    """
    try:
        yield
    except StatementError as error:
        raise explain(error.orig, path) from error
    except PoolTimeout as error:
        raise StoreError("The database is busy: no connection became free in time.") from error


_SQLITE_REASONS = (
    ("database is locked", "The database was locked by another process for too long.", "locked"),
    ("readonly database", "The database is read-only for this user.", "read-only"),
    ("unable to open", "The database file cannot be opened.", "unreadable"),
    ("not a database", "The database file is not an SQLite database.", "damaged"),
    ("malformed", "The database file is damaged.", "damaged"),
    ("disk is full", "The disk that holds the database is full.", "full"),
    ("disk I/O error", "The disk that holds the database does not answer properly.", "disk"),
)

_RESTORE = "Replace it by a backup: intelbrief restore FILE."

# https://www.postgresql.org/docs/18/errcodes-appendix.html; the longest prefix that fits counts.
_POSTGRES_REASONS = {
    "28": ("PostgreSQL refused the user or the password.", "refused"),
    "3D000": ("PostgreSQL has no database of that name.", "refused"),
    "42501": ("PostgreSQL gives this user too few rights on the database.", "refused"),
    "25006": ("The database is read-only for this user.", "read-only"),
    "55P03": ("The database was locked by another process for too long.", "locked"),
    "40": ("The database called the transaction off in favour of another; try again.", "locked"),
    "53": ("PostgreSQL has run out of disk, memory or connections.", "full"),
    "57": ("PostgreSQL is shutting down or starting.", "unreachable"),
    "08": ("The connection to PostgreSQL broke.", "unreachable"),
}


def explain(original: BaseException | None, path: Path | None = None) -> StoreError:
    """Say in our words what a driver raised: its own may quote users, addresses and data."""
    name = type(original).__name__
    if isinstance(original, sqlite3.Error):
        said = str(original)
        for mark, message, kind in _SQLITE_REASONS:
            if mark in said:
                remedy = _RESTORE if kind == "damaged" else ""
                ids = {"kind": kind} | ({"path": str(path)} if path else {})
                return StoreError(message, remedy=remedy, **ids)
        return StoreError(f"The database refused a statement ({name}).", kind="refused")
    state = getattr(original, "sqlstate", None) or _state_before_session(original)
    for prefix in (state, state[:2]):
        if prefix in _POSTGRES_REASONS:
            message, kind = _POSTGRES_REASONS[prefix]
            return StoreError(message, kind=kind, sqlstate=state)
    if name == "OperationalError":
        return StoreError(
            "PostgreSQL cannot be reached.",
            remedy="Check the host and port in INTELBRIEF_DATABASE_URL and that it is running.",
            kind="unreachable",
        )
    return StoreError(f"The database refused a statement ({name}).", kind="refused", sqlstate=state)


def _state_before_session(original: BaseException | None) -> str:
    """The SQLSTATE of a refused connection, which libpq gives in words alone."""
    said = str(original)
    if "authentication failed" in said or "no pg_hba.conf entry" in said:
        return "28000"
    if "no password supplied" in said or ("role " in said and "does not exist" in said):
        return "28000"
    if "database " in said and "does not exist" in said:
        return "3D000"
    return ""
