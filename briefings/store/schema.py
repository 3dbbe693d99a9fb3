"""Brings a database to the schema this code was written for, or refuses it.

    SELECT version -> current: done, without importing alembic
                   -> newer:   StoreError
                   -> older:   lock | copy (SQLite with data) | alembic upgrade | verify | commit

Lock, upgrade and verification are one transaction, so a process that dies in the middle leaves
the old schema, and a second process that waited finds nothing left to do.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.errors import StoreError
from briefings.store.engine import Database, make_private, storage_errors

_LOCK = 0x1B71EF01
"""PostgreSQL's advisory lock for migrations; any number that nothing else here uses."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A line of migrations: the folders they lie in and the last one's number.

    Revisions are numbered "0001", "0002", ...: a greater number is a newer schema.
    """

    head: str
    folders: tuple[Path, ...]


_MIGRATIONS = Path(__file__).parent / "migrations"

CURRENT = Schema(head="0007", folders=(_MIGRATIONS / "versions",))


async def ensure(database: Database, schema: Schema = CURRENT) -> None:
    """Bring the database to `schema`.

    Raises:
        StoreError: when it is newer, is not intelbrief's, or the migration failed; then it is
            left as it was.
    """
    async with database.read() as connection:
        found = await connection.run_sync(_version)
    if found == schema.head:
        return
    _refuse_newer(found, schema)
    async with _migrating(database) as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = await connection.run_sync(_version)
        if found == schema.head:
            return
        _refuse_newer(found, schema)
        if database.path is not None:
            await _refuse_foreign(connection, found, database.path)
            if found:
                await _copy(database, database.path, found)
        await connection.run_sync(_upgrade, schema)
        if database.is_sqlite:
            await _verify(connection)


def _version(connection: Connection) -> str:
    """The schema's revision; "" when there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _refuse_newer(found: str, schema: Schema) -> None:
    if found > schema.head:
        raise StoreError(
            f"The database has schema {found}, newer than schema {schema.head} of this intelbrief.",
            remedy="Start the newer intelbrief, or restore the copy made before its upgrade.",
            found=found,
            known=schema.head,
        )


async def _refuse_foreign(connection: AsyncConnection, found: str, path: Path) -> None:
    tables = await connection.scalar(text("SELECT count(*) FROM sqlite_master"))
    if tables and not found:
        raise StoreError(f"{path} is a database of something else.", path=str(path))


@asynccontextmanager
async def _migrating(database: Database) -> AsyncIterator[AsyncConnection]:
    """A write transaction that does not enforce foreign keys in SQLite.

    SQLite changes a table by making it anew, and dropping the old one would delete what refers
    to it; `_verify` looks for broken references before the commit.
    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    with storage_errors(database.path):
        async with database.engine.connect() as connection:
            if not database.is_sqlite:
                async with connection.begin():
                    yield connection
                return
            await connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            await connection.rollback()
            try:
                await connection.execution_options(begin="BEGIN EXCLUSIVE")
                async with connection.begin():
                    yield connection
            finally:
                # Not back into the pool: its next user relies on foreign keys.
                await connection.invalidate()


async def _copy(database: Database, path: Path, found: str) -> None:
    """Keep the database as it was, beside it; the writer's lock is held, so nothing is missing."""
    copy = path.with_name(f"{path.name}.schema-{found}.bak")
    partial = path.with_name(f"{copy.name}.partial")
    partial.unlink(missing_ok=True)
    make_private(partial)
    async with database.read() as connection:
        await connection.exec_driver_sql("VACUUM INTO ?", (str(partial),))
    os.replace(partial, copy)


def _upgrade(connection: Connection, schema: Schema) -> None:
    # Imported here because it takes longer than opening a database that needs no migration.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    folders = os.pathsep.join(str(folder) for folder in schema.folders)
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, schema.head)


async def _verify(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA integrity_check")).scalars().all()
    dangling = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken != ["ok"] or dangling:
        raise StoreError(
            "The database did not pass its checks after the upgrade and was left as it was.",
            remedy="Look at it with PRAGMA integrity_check, or restore a copy of it.",
        )
