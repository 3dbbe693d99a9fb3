"""`intelbrief check`: whether this machine and its settings are fit to run the desk.

What only weakens it is a warning; what keeps it from running is a failure.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from pyexpat import version_info as expat_version
from typing import TYPE_CHECKING

from bot.app import App, build
from bot.backups import newest_backup
from bot.folders import load_settings, make_folder
from bot.helping import HELP
from bot.platforms import discover
from bot.process import message
from briefings.answers import Answer, Help
from briefings.errors import IntelbriefError
from briefings.sample_digests import SAMPLES

if TYPE_CHECKING:
    from briefings.summaries.model import ModelWriter

OK, WARN, FAIL = "OK", "warn", "FAIL"

FLOORS: Mapping[str, tuple[tuple[int, ...], str]] = {
    "aiohttp": ((3, 13, 3), "CVE-2025-69223"),
    "jinja2": ((3, 1, 6), "CVE-2025-27516"),
    "brotli": ((1, 2), "CVE-2025-6176"),
    "lxml-html-clean": ((0, 4, 4), "CVE-2026-28350"),
}
"""Packages that have a hole below a version; one that is not installed has none."""
PYTHON_FLOORS = {(3, 11): (3, 11, 10), (3, 12): (3, 12, 4)}
EXPAT_FLOOR = (2, 6)
BACKUP_AGE = timedelta(days=2)
"""One a day, with room for one that failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    what: str
    remedy: str = ""


def floors() -> Iterator[Finding]:
    """What is older than it should be on a machine that reads hostile input."""
    release = sys.version_info[:3]
    floor = PYTHON_FLOORS.get(release[:2], (3, 11))
    yield _floor("Python", release, floor, "CVE-2024-4032")
    yield _floor("expat", expat_version, EXPAT_FLOOR, "CVE-2023-52425")
    for package, (least, reason) in FLOORS.items():
        try:
            found = version(package)
        except PackageNotFoundError:
            continue
        numbers = tuple(int(part) for part in found.split(".") if part.isdigit())
        yield _floor(package, numbers, least, reason)


async def examine(
    environment: Mapping[str, str], folder: Path, *, live: bool = False
) -> AsyncIterator[Finding]:
    """Look at everything a start needs, in the order it needs it; stops at what is in its way.

    `live`: the platforms judge what would be posted, without posting it.
    """
    for finding in floors():
        yield finding
    try:
        settings = load_settings(environment, folder)
        yield Finding(OK, "settings")
        make_folder(settings.data_dir)
        yield Finding(OK, f"data folder {settings.data_dir}")
        async with build(settings) as app:
            yield Finding(OK, f"database: {app.store.engine_name}")
            if app.store.engine_name.startswith("SQLite"):
                yield _backups(newest_backup(settings), app.clock.now())
            organisations = len(app.naming.matcher.organisations)
            sources = len(await app.store.sources.list())
            articles = (await app.store.corpus.totals()).articles
            yield Finding(
                OK,
                f"catalogue: {organisations} organisations, {sources} sources, "
                f"{articles:,} articles",
            )
            await app.ingest.summariser.summarise(["One company bought another."], points=1)
            yield Finding(OK, "workers")
            if app.model is not None:
                yield await _model(app.model)
            samples = await _samples(app)
            for platform in discover():
                if platform.enabled(settings):
                    async for found in platform.findings(settings, samples, live=live):
                        yield Finding(*found)
    except IntelbriefError as error:
        yield Finding(FAIL, message(error), error.remedy)


async def _samples(app: App) -> dict[str, Answer | str]:
    """What platforms may try: an answer, and the longest kind of digest."""
    digest, zone = SAMPLES[1]
    (page,) = await app.layouts.draw([(digest, "full", zone)])
    return {"the list of commands": Help(HELP), "a digest": page}


async def _model(writer: ModelWriter) -> Finding:
    """Whether the model answers; without it the desk quotes, so this is a warning."""
    problem = await writer.trial()
    if problem is None:
        return Finding(OK, f"model {writer.name}")
    return Finding(WARN, problem.message, problem.remedy)


def _backups(newest: datetime | None, now: datetime) -> Finding:
    if newest is None:
        return Finding(OK, "backups: none yet; intelbrief backup makes one")
    old = now - newest
    hours = f"{old.total_seconds() / 3600:,.0f} hours"
    if old <= BACKUP_AGE:
        return Finding(OK, f"backups: the newest is {hours} old")
    return Finding(WARN, f"The newest backup is {hours} old.", "Run intelbrief backup every day.")


def _floor(name: str, found: tuple[int, ...], least: tuple[int, ...], reason: str) -> Finding:
    shown, wanted = ".".join(map(str, found)), ".".join(map(str, least))
    if found >= least:
        return Finding(OK, f"{name} {shown}")
    return Finding(
        WARN,
        f"{name} {shown} is older than {wanted} ({reason}).",
        f"Install {name} {wanted} or newer.",
    )
