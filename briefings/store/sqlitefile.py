"""A SQLite file as such, where no desk has it open: opening it, making one, and what is in it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from briefings.errors import InputError, StoreError
from briefings.store.engine import LOCK_TIMEOUT_S, explain, make_private

Tell = Callable[[str, int, int], None]
"""Is told what is being done, how many pages are done, and of how many."""

_CHECK_EVERY = 1_000_000
"""Steps of SQLite's virtual machine between two calls of `tell`."""
_HEADER = b"SQLite format 3\0"
_COUNTED = (
    ("sources", "sources"),
    ("articles", "articles"),
    ("subscriptions", "subscriptions"),
    ("occurrences", "digests"),
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database file holds: rows by what they are, and its size in bytes."""

    schema: str
    counts: tuple[tuple[str, int], ...]
    size: int

    def __str__(self) -> str:
        rows = ", ".join(
            f"{count:,} {what.removesuffix('s') if count == 1 else what}"
            for what, count in self.counts
        )
        return f"{rows} (schema {self.schema}, {self.size / 1e6:,.1f} MB)"


@contextlib.contextmanager
def open_file(path: Path, how: str = "mode=rw") -> Iterator[sqlite3.Connection]:
    """Open a file; a new one (mode=rwc) is for this user alone."""
    if how == "mode=rwc":
        make_private(path)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, timeout=LOCK_TIMEOUT_S
    )
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def new_file(to: Path) -> Iterator[Path]:
    """A file to fill, for this user alone, that gets its name when it is whole.

    Raises:
        InputError: when something of that name is there, or it cannot be made.
    """
    there = InputError(
        f"{to} is there already, and a backup never overwrites.", remedy="Name another file."
    )
    if to.exists():
        raise there
    with writing(to):
        descriptor, name = mkstemp(prefix=f"{to.name}.", suffix=".partial", dir=to.parent)
        os.close(descriptor)
        partial = Path(name)
        try:
            yield partial
            fsync(partial)
            try:
                os.link(partial, to)  # unlike a rename, it fails when the name was taken meanwhile
            except FileExistsError:
                raise there from None
            except OSError:  # a file system without links
                os.rename(partial, to)
            fsync(to.parent)
        finally:
            partial.unlink(missing_ok=True)
            beside(partial, "-journal").unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in our words what goes wrong with a file that is written.

    Raises:
        InputError: naming it.
    """
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def beside(path: Path, ending: str) -> Path:
    """A file beside another, called like it with something added."""
    return path.with_name(f"{path.name}{ending}")


def fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a StoreError about a file."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error


def refuse_unreadable(file: Path) -> None:
    """Say what is wrong with a file in words SQLite does not have."""
    try:
        with file.open("rb") as opened:
            start = opened.read(len(_HEADER))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error
    if not start:
        raise InputError(f"{file} is empty.", remedy="Use another backup.")
    if start != _HEADER:
        raise InputError(
            f"{file} is no SQLite database.",
            remedy="Unpack it first if it is packed.",
        )


def still(file: Path) -> str:
    """How to open a file that must not change: nothing is written beside it either."""
    in_use = any(beside(file, ending).exists() for ending in ("-wal", "-journal"))
    return "mode=ro" if in_use else "mode=ro&immutable=1"


def damage(connection: sqlite3.Connection, tell: Tell) -> str:
    """What is wrong inside a database; "" when nothing is."""
    raised: list[BaseException] = []

    def look() -> int:
        try:
            tell("Checking", 0, 0)
        except BaseException as error:  # SQLite would swallow it
            raised.append(error)
        return len(raised)

    look()
    connection.set_progress_handler(look, _CHECK_EVERY)
    try:
        broken = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.OperationalError:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)
    if raised:
        raise raised[0]
    if broken != ["ok"]:
        return "; ".join(" ".join(line.split()) for line in broken)
    return f"a row of {dangling[0]} refers to one that is not there" if dangling else ""


def tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def holds(connection: sqlite3.Connection, path: Path) -> Contents:
    """What an open database holds.

    Raises:
        StoreError: when it is none of intelbrief.
    """
    there = tables(connection)
    if "alembic_version" not in there:
        raise StoreError("The database is empty, or one of something else.")
    schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    counts = tuple(
        (what, connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
        for table, what in _COUNTED
        if table in there
    )
    return Contents(schema[0] if schema else "", counts, path.stat().st_size)
