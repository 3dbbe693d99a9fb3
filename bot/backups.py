"""`intelbrief backup` and `intelbrief restore`: what they ask, do and say.

They open neither the desk nor its feeds, so that they also work where it cannot start.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from bot.folders import load_settings, make_folder
from bot.logs import configure_logging
from briefings.errors import InputError, StoreError
from briefings.ports import SystemClock
from briefings.store import backups
from briefings.store.engine import connect
from briefings.store.recovery import Recovery, as_of, begin_recovery
from briefings.store.schema import ensure
from briefings.store.sqlitefile import Tell
from config.settings import Settings

T = TypeVar("T")

WORTH_A_BAR = 8_192
"""Pages: 32 MiB."""


async def back_up(environment: Mapping[str, str], folder: Path, file: Path | None) -> int:
    """Back the database up into a file, which must not be there yet."""
    settings, now, terminal = _open(environment, folder), SystemClock().now(), _Terminal()
    database = _sqlite_file(settings, "back up")
    to = _default_file(settings, now) if file is None else file
    contents = await terminal.work(lambda tell: backups.back_up(database, to, now, tell))
    terminal.say(f"Backed up to {to}, and checked: {contents}.")
    return 0


async def restore_from(
    environment: Mapping[str, str],
    folder: Path,
    file: Path,
    *,
    yes: bool,
    follow: Tell = lambda what, done, total: None,
) -> int:
    """Replace the database by a backup; 1: whoever was asked did not want it.

    `follow` is told how far it is, as the functions in briefings.store.backups are.
    """
    settings, clock, terminal = _open(environment, folder), SystemClock(), _Terminal(follow)
    database = _sqlite_file(settings, "restore")
    _refuse_itself(file, database)
    with TemporaryDirectory(prefix=".restore-", dir=database.parent) as beside:
        copy = Path(beside) / "copy.db"
        contents = await terminal.work(lambda tell: backups.take_in(file, copy, tell))
        opened = connect(f"sqlite:///{copy}")
        try:
            await ensure(opened)
            terminal.say(f"{file}, written {_minute(await as_of(opened))}: {contents}.")
            if not yes and not await terminal.confirmed(f"Replace {database} by it?"):
                terminal.say("Nothing was changed.")
                return 1
            recovery = await begin_recovery(opened, clock.now())
        finally:
            await opened.close()
        await _replace(terminal, copy, database, _kept_as(database, clock.now()))
    terminal.say(_what_next(recovery))
    return 0


async def mark_recovery(environment: Mapping[str, str], folder: Path) -> int:
    """Tell a database that was restored by other means that it was."""
    settings, terminal = _open(environment, folder), _Terminal()
    opened = connect(settings.database_url)
    try:
        if opened.path is not None and not opened.path.exists():
            raise StoreError(f"There is no database at {opened.path}.")
        await ensure(opened)
        recovery = await begin_recovery(opened, SystemClock().now())
    finally:
        await opened.close()
    terminal.say(_what_next(recovery))
    return 0


def backup_folder(settings: Settings) -> Path:
    """Where backups go that are not told where."""
    return settings.data_dir / "backups"


def _default_file(settings: Settings, now: datetime) -> Path:
    folder = backup_folder(settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"intelbrief-{backups.stamp(now)}.db"


def newest_backup(settings: Settings) -> datetime | None:
    """When the newest backup in that folder was made."""
    made = [path.stat().st_mtime for path in backup_folder(settings).glob("*.db")]
    return datetime.fromtimestamp(max(made), UTC) if made else None


async def _replace(terminal: _Terminal, copy: Path, database: Path, kept: Path) -> None:
    there = await terminal.work(lambda tell: backups.keep(database, kept, tell))
    if there:
        terminal.say(f"The database as it was is kept as {kept}.")
    written = await terminal.work(lambda tell: backups.put_back(copy, database, tell))
    terminal.say(f"Restored into {database}.")
    if there and not written:
        terminal.say("The old one was damaged: start the desk anew if it is running.")


def _kept_as(database: Path, now: datetime) -> Path:
    """A name that is free for the database as it was."""
    name = f"{database.name}.before-restore-{backups.stamp(now)}"
    free = (f"{name}{more}" for more in ("", *(f"-{number}" for number in range(2, 100))))
    return next(path for path in map(database.with_name, free) if not path.exists())


def _what_next(recovery: Recovery) -> str:
    since = _minute(recovery.since)
    if not recovery.due:
        return f"No digest was due since then ({since}), as far as this database knows."
    digests = "1 digest was" if recovery.due == 1 else f"{recovery.due:,} digests were"
    them = "it" if recovery.due == 1 else "each"
    return f"{digests} due since then ({since}): the desk looks {them} up before it sends it."


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _open(environment: Mapping[str, str], folder: Path) -> Settings:
    settings = load_settings(environment, folder)
    configure_logging(settings.log_level)
    make_folder(settings.data_dir)
    return settings


def _refuse_itself(file: Path, database: Path) -> None:
    if database.exists() and file.exists() and file.samefile(database):
        raise InputError(f"{file} is the database itself.", remedy="Name a backup of it.")


def _sqlite_file(settings: Settings, verb: str) -> Path:
    opened = connect(settings.database_url)  # opens nothing yet
    if opened.path is not None:
        return opened.path
    if opened.is_sqlite:
        raise StoreError(f"The database is in memory: there is nothing to {verb}.")
    raise StoreError(
        f"intelbrief does not {verb} PostgreSQL, which has tools of its own.",
        remedy="Use pg_dump and pg_restore; after pg_restore, and before the desk starts, run "
        "intelbrief restore --mark-recovery. See docs/backups.md.",
    )


# --- working and talking ------------------------------------------------------------------------


class _Stopped(Exception):
    """Ends the work in its thread."""


class _Terminal:
    """Says, shows and asks; `follow` is told what the progress bar shows."""

    def __init__(self, follow: Tell = lambda what, done, total: None) -> None:
        self._console = Console(highlight=False)
        self._follow = follow

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    async def work(self, work: Callable[[Tell], T]) -> T:
        """Do what blocks in a thread, and show how far it is; when cancelled, end it first."""
        stop = threading.Event()
        with self._bar() as show:

            def tell(what: str, done: int, total: int) -> None:
                if stop.is_set():
                    raise _Stopped
                show(what, done, total)
                self._follow(what, done, total)

            working = asyncio.create_task(asyncio.to_thread(work, tell))
            try:
                return await asyncio.shield(working)
            except asyncio.CancelledError:
                stop.set()
                await asyncio.wait({working})
                working.exception()  # that it was stopped is no news
                raise

    async def confirmed(self, question: str) -> bool:
        """Ask on the terminal; Ctrl-C ends the program as anywhere else."""
        if not sys.stdin.isatty():
            raise InputError(
                "Restoring replaces the database, and there is no terminal to ask on.",
                remedy="Add --yes if that is what you want.",
            )
        self._console.print(f"{question} [y/N] ", markup=False, end="", soft_wrap=True)
        loop, typed = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(sys.stdin, typed.set)
        try:
            await typed.wait()
        finally:
            loop.remove_reader(sys.stdin)
        return sys.stdin.readline().strip().casefold() in {"y", "yes"}

    @contextlib.contextmanager
    def _bar(self) -> Iterator[Tell]:
        """A progress bar, on a terminal and for what takes a while."""
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        ) as progress:
            task = progress.add_task("", visible=False, total=None)

            def show(what: str, done: int, total: int) -> None:
                if total >= WORTH_A_BAR:
                    progress.update(task, visible=True)
                progress.update(task, description=what, completed=done, total=total or None)

            yield show
