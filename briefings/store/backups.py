"""Copies of a SQLite database that is in use, and the way back.

    back_up:   database -> snapshot -> partial file -> mark, verify, fsync -> file
    take_in:   file -> copy -> verify;  the caller upgrades it and begins its recovery
    put_back:  copy -> the database, one transaction, or in its place where that cannot be used

These block, for seconds where the database is large; `tell` is called all along with what is
being done, how many pages are done, and of how many. Whatever it raises ends the work, and then
nothing has changed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from briefings.errors import InputError, StoreError
from briefings.store.engine import LOCK_TIMEOUT_S, explain
from briefings.store.recovery import BACKED_UP_AT
from briefings.store.schema import CURRENT
from briefings.store.sqlitefile import (
    Contents,
    Tell,
    beside,
    damage,
    fsync,
    holds,
    new_file,
    open_file,
    refuse_unreadable,
    sqlite_errors,
    still,
    tables,
    writing,
)

STEP = 256
"""Pages copied at a time: 1 MiB."""


def stamp(now: datetime) -> str:
    """An instant as file names have it."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def back_up(database: Path, to: Path, now: datetime, tell: Tell) -> Contents:
    """Copy a database that is in use into a new file, as it is now, and check the copy.

    Raises:
        InputError: when the file is there already or cannot be made.
        StoreError: when the database cannot be read or is damaged.
    """
    if not database.is_file():
        raise StoreError(f"There is no database at {database} yet, so nothing to back up.")
    with new_file(to) as partial, sqlite_errors(database), open_file(partial) as copy:
        _copy_out(database, copy, tell)
        if "marks" in tables(copy):
            copy.execute(
                "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)",
                (BACKED_UP_AT, now.astimezone(UTC).isoformat()),
            )
        if found := damage(copy, tell):
            raise StoreError(
                f"The database is damaged ({found}), and so is every copy of it.",
                remedy="Restore an older backup: intelbrief restore FILE.",
            )
        return holds(copy, partial)


def take_in(file: Path, copy: Path, tell: Tell) -> Contents:
    """Copy a backup to where it can be changed, and see that it may be restored.

    Raises:
        InputError: naming the file, when it is no whole database of this intelbrief.
    """
    refuse_unreadable(file)
    try:
        with open_file(file, still(file)) as source, open_file(copy, "mode=rwc") as target:
            source.backup(target, pages=STEP, progress=_telling("Reading the backup", tell))
            target.execute("PRAGMA journal_mode = DELETE")
            if not {"alembic_version", "articles"} <= tables(target):
                raise InputError(f"{file} is a database of something else.", path=str(file))
            contents = holds(target, copy)
            if contents.schema > CURRENT.head:
                raise InputError(
                    f"{file} has schema {contents.schema}, newer than schema {CURRENT.head} of "
                    "this intelbrief.",
                    remedy="Restore it with the newer intelbrief.",
                )
            if found := damage(target, tell):
                raise InputError(f"{file} is damaged: {found}.", remedy="Use another backup.")
            return contents
    except sqlite3.Error as error:
        told = explain(error)
        if told.ids["kind"] in {"full", "disk"}:
            raise told from error
        raise InputError(
            f"{file} is damaged or incomplete, or no SQLite database.",
            remedy="Use another backup.",
        ) from error


def keep(database: Path, to: Path, tell: Tell) -> bool:
    """Copy a database as it is, file by file where it is damaged; False: there is none.

    Raises:
        InputError: when the file is there already or cannot be made.
        StoreError: when the database is locked or the disk is full.
    """
    if not database.exists():
        return False
    try:
        with new_file(to) as partial, open_file(partial) as copy:
            _copy_out(database, copy, tell)
        return True
    except sqlite3.Error as error:
        _pass_on_unless_damaged(error)
    for ending in ("", "-wal", "-shm"):
        if (part := beside(database, ending)).exists():
            with new_file(beside(to, ending)) as partial:
                shutil.copyfile(part, partial)
    return True


def put_back(copy: Path, database: Path, tell: Tell, *, patience_s: float = LOCK_TIMEOUT_S) -> bool:
    """Write a copy into a database that may be in use; False: it was put in its place instead.

    Those who use it see one transaction. In its place it is put where there is none, or a damaged
    one; whoever still has that one open has to be started anew.

    Raises:
        StoreError: when the database is locked or the disk is full; then it is as it was.
    """
    database = database.resolve()
    if database.exists():
        try:
            _write_into(copy, database, tell, patience_s)
            return True
        except sqlite3.Error as error:
            _pass_on_unless_damaged(error)
    with writing(database):
        if database.exists():
            shutil.copymode(database, copy)
        fsync(copy)
        for ending in ("-wal", "-shm"):  # SQLite would take them for those of the new file
            beside(database, ending).unlink(missing_ok=True)
        os.replace(copy, database)
        fsync(database.parent)
    return False


# --- copying ------------------------------------------------------------------------------------


def _copy_out(database: Path, copy: sqlite3.Connection, tell: Tell) -> None:
    with open_file(database) as source:
        # One snapshot for all steps: otherwise every write of others begins the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=STEP, progress=_telling("Copying", tell))
    copy.execute("PRAGMA journal_mode = DELETE")  # a backup is one file


def _write_into(copy: Path, database: Path, tell: Tell, patience_s: float) -> None:
    with open_file(copy) as source, open_file(database) as target:
        target.execute(f"PRAGMA busy_timeout = {int(patience_s * 1000)}")
        target.execute("PRAGMA journal_mode = WAL")
        target.execute("PRAGMA synchronous = FULL")
        size = target.execute("PRAGMA page_size").fetchone()[0]
        if source.execute("PRAGMA page_size").fetchone()[0] != size:
            source.execute("PRAGMA journal_mode = DELETE")
            source.execute(f"PRAGMA page_size = {int(size)}")
            source.execute("VACUUM")
        source.backup(target, pages=STEP, progress=_telling("Restoring", tell))
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _telling(what: str, tell: Tell) -> Callable[[int, int, int], None]:
    def progress(status: int, remaining: int, total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:  # its timeout has passed
            raise StoreError("The database was locked by another process for too long.")
        tell(what, total - remaining, total)

    return progress


def _pass_on_unless_damaged(error: sqlite3.Error) -> None:
    told = explain(error)
    if told.ids["kind"] != "damaged":
        raise told from error
