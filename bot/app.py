"""The composition root: the program and the tests build the desk here.

    environment -> load_settings -> build -> App.serve  (platforms)
                                         `-> heartbeat  (feeds that are due)

Nothing is started before it is needed: no worker process, no HTTP client, no scheduler.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile

from bot.commands import answer
from bot.platforms import Host, Platform, discover
from briefings.answers import Answer
from briefings.catalog import parse_corpus, parse_entities, parse_feeds
from briefings.containment import WorkerPool
from briefings.drafts import with_story_keys
from briefings.egress import Egress
from briefings.entities import Matcher
from briefings.errors import SettingsError
from briefings.ingest import Ingest
from briefings.model import NewArticle
from briefings.naming import Naming
from briefings.ports import Clock, Fetcher, SystemClock
from briefings.query import Desk
from briefings.store import Store
from briefings.summaries.embedding import Embedder, meaning_workers
from briefings.summaries.extractive import ExtractiveSummariser
from briefings.watch import Watcher
from config.settings import InvalidSettings, Settings, read_env_file

VERSION = version("intelbrief")
HEARTBEAT_S = 15
SUMMARIES_A_BEAT = 32
FEED_READING = ("briefings.reading.feed",)
PAGE_READING = ("briefings.reading.article", "trafilatura")
"""What a worker has imported before its time and memory are counted."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """The program, wired and open."""

    settings: Settings
    clock: Clock
    store: Store
    naming: Naming
    desk: Desk
    ingest: Ingest
    watcher: Watcher

    async def ask(self, text: str) -> Answer:
        """Answer one command as somebody typed it."""
        return await answer(text, self.desk)

    async def serve(self, platforms: Iterable[Platform] | None = None) -> int:
        """Answer on every enabled platform until all have ended; the program's exit status."""
        found = discover() if platforms is None else platforms
        names, settings = _names(self.naming), self.settings
        example = f"/intel {names[0][0].lower()}" if names else "/intel topics"
        greeting = f"intelbrief {VERSION}. Ask {example}, or /intel help."
        host = Host(self.ask, names, settings.data_dir, settings.timezone, greeting)
        serving = [platform for platform in found if platform.enabled(self.settings)]
        statuses = await asyncio.gather(*(platform.serve(host) for platform in serving))
        return max(statuses, default=0)


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings of an environment and of a `.env` file in the folder the program started in.

    Raises:
        SettingsError: naming everything that is wrong.
    """
    path = folder / ".env"
    try:
        from_file = read_env_file(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return Settings.from_env({**from_file, **environment})
    except InvalidSettings as error:
        raise SettingsError("\n".join(error.problems)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error


def make_folder(folder: Path) -> None:
    """Make a folder that can be written to, or see that it is one.

    Raises:
        SettingsError: when it is not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} cannot be written to: {error.strerror}.",
            remedy="Set INTELBRIEF_DATA_DIR to one that can.",
        ) from error


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    fetcher: Fetcher | None = None,
    watching: bool = False,
) -> AsyncIterator[App]:
    """Open the program: database, sources and shipped corpus, and the heartbeat when `watching`.

    Raises:
        SettingsError: when a data file under config/ is wrong or the data folder cannot be made.
        StoreError: when the database cannot be used.
    """
    clock = clock or SystemClock()
    naming = Naming(Matcher(parse_entities(_config(settings, "entities.toml"))), settings.language)
    feeds = parse_feeds(_config(settings, "feeds.toml"), naming.matcher.organisations.values())
    make_folder(settings.data_dir)
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.database_url, clock=clock)
        stack.push_async_callback(store.close)
        if fetcher is None:
            fetcher = await stack.enter_async_context(_open_egress(settings, clock))
        feeds_reading = WorkerPool("feeds", size=settings.workers, preload=FEED_READING)
        stack.push_async_callback(feeds_reading.close)
        pages_reading = WorkerPool("pages", size=settings.workers, preload=PAGE_READING)
        stack.push_async_callback(pages_reading.close)
        meaning = meaning_workers()
        stack.push_async_callback(meaning.close)
        embedder, summariser = Embedder(meaning), ExtractiveSummariser(meaning)
        watcher = Watcher(store, fetcher, feeds_reading, embedder, naming.matcher, clock)
        ingest = Ingest(store, fetcher, pages_reading, embedder, summariser, naming.matcher)
        desk = Desk(
            store=store,
            ingest=ingest,
            watcher=watcher,
            naming=naming,
            clock=clock,
            version=VERSION,
            watching=watching,
        )
        app = App(settings, clock, store, naming, desk, ingest, watcher)
        await store.sources.sync(feeds)
        await load_corpus(app, embedder, _config(settings, "corpus.jsonl"))
        if watching:
            await stack.enter_async_context(heartbeat(app))
        yield app


def settle() -> None:
    """Tell the garbage collector that what is here now stays; for a process, once it is open.

    Walking the catalogue and the libraries again and again costs a briefing 20 ms at the worst
    moment.
    """
    gc.collect()
    gc.freeze()


async def load_corpus(app: App, embedder: Embedder, jsonl: str) -> None:
    """Put the shipped articles into the corpus: once, and again when their file has changed.

    The mark that it was done lies beside the data, so that a start costs no comparison; loading
    twice changes nothing.
    """
    mark = app.settings.data_dir / "corpus.loaded"
    digest = sha256(f"{app.settings.database_url}\n{jsonl}".encode()).hexdigest()
    known = mark.is_file() and mark.read_text(encoding="ascii", errors="replace") == digest
    if known and (await app.store.corpus.totals()).articles:
        return
    tags = app.naming.matcher.tags
    articles = [
        NewArticle(
            title=shipped.title,
            publisher=shipped.publisher,
            author=shipped.author,
            url=shipped.url,
            language=shipped.language,
            published=shipped.published,
            body=shipped.body,
            tags=tags(shipped.title, shipped.body),
            points=shipped.points,
        )
        for shipped in parse_corpus(jsonl)
    ]
    await app.store.corpus.add(await with_story_keys(articles, embedder))
    mark.write_text(digest, encoding="ascii")


def wants_watching(settings: Settings, *, terminal: bool) -> bool:
    """Whether feeds are asked in the background: as set, by default only at a terminal."""
    return settings.watch == "on" or (settings.watch == "auto" and terminal)


async def beat(app: App) -> None:
    """Ask the feeds that are due and summarise some of what they brought; never raises."""
    try:
        await app.watcher.poll()
        await app.ingest.summarise_pending(SUMMARIES_A_BEAT)
    except Exception:
        _log.exception("the heartbeat stumbled; the next one is in %d s", HEARTBEAT_S)


@asynccontextmanager
async def heartbeat(app: App) -> AsyncIterator[None]:
    """While open, a beat now and every 15 seconds.

    What is due is written in the database; the scheduler only knocks.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - slow to import

    beating = asyncio.Lock()

    async def knock() -> None:
        async with beating:
            # Only closing cancels it, which the scheduler would log as an error.
            with contextlib.suppress(asyncio.CancelledError):
                await beat(app)

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        knock,
        "interval",
        seconds=HEARTBEAT_S,
        next_run_time=datetime.now(UTC),
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)  # cancels a beat under way,
        async with beating:  # which still records what it has finished
            pass


@asynccontextmanager
async def _open_egress(settings: Settings, clock: Clock) -> AsyncIterator[Fetcher]:
    contact = f" (+{settings.contact})" if settings.contact else ""
    egress = Egress(
        clock,
        user_agent=f"intelbrief/{VERSION}{contact}",
        allow=settings.internal_feeds,
        proxy=settings.proxy or None,
    )
    try:
        yield egress
    finally:
        await egress.close()


def _config(settings: Settings, name: str) -> str:
    """The text of a data file: the operator's own where there is one, else the shipped one."""
    own = settings.config_dir / name if settings.config_dir else None
    try:
        path = own if own is not None and own.is_file() else files("config") / name
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name} cannot be read: {error}.", remedy="Check INTELBRIEF_CONFIG_DIR."
        ) from error


def _names(naming: Naming) -> list[tuple[str, str]]:
    """Every name an organisation is known by, with the one it is shown under."""
    return [
        (name, naming.with_owner(organisation.id))
        for organisation in naming.matcher.organisations.values()
        for name in dict.fromkeys(
            (
                organisation.name,
                organisation.name_zh,
                *organisation.aliases,
                *organisation.exact,
                *organisation.tickers,
            )
        )
        if name
    ]
