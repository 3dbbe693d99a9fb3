"""The composition root: the program and the tests build the desk here.

    environment -> load_settings -> build -> App.serve -> platforms
                                                       -> heartbeat: feeds and digests that are due

Nothing is started before it is needed: no worker process, no HTTP client, no scheduler.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Literal

from bot.charts import alt_text, timeline_picture
from bot.commands import answer
from bot.grammar import Chronicle, parse
from bot.platforms import Host, Picture, Platform, discover
from bot.rates import Rates, Recent
from bot.serving import Serving
from briefings.answers import Answer, Timeline
from briefings.bookkeeping import Bookkeeper, claim_workers
from briefings.catalog import parse_corpus, parse_entities, parse_feeds
from briefings.containment import WorkerPool
from briefings.courtesy import Courtesy
from briefings.delivery import Policy
from briefings.digest import Digests
from briefings.drafts import with_story_keys
from briefings.editing import Editor
from briefings.egress import Egress
from briefings.entities import Matcher
from briefings.errors import EgressError, InputError, SettingsError
from briefings.ingest import Ingest
from briefings.layouts import Layouts, drawing_workers, parse_presets
from briefings.model import NewArticle
from briefings.naming import Naming
from briefings.outbox import Outbox
from briefings.ports import Clock, Fetcher, Limits, Poster, SystemClock
from briefings.prose import Prose
from briefings.query import Desk
from briefings.store import Store
from briefings.store.budget import Budget
from briefings.subscribing import Subscribing
from briefings.subscriptions import Principal
from briefings.summaries.embedding import Embedder, meaning_workers
from briefings.summaries.extractive import ExtractiveSummariser
from briefings.watch import Watcher
from config.settings import InvalidSettings, Settings, read_env_file

if TYPE_CHECKING:
    from briefings.summaries.model import ModelWriter

VERSION = version("intelbrief")
HEARTBEAT_S = 15
DRAIN_S = 20
"""How long a message that is being sent when the desk is told to stop may still take."""
UNSURE: Mapping[str, Literal["once", "always"]] = {"ask": "once", "send": "always"}
SUMMARIES_A_BEAT = 32
CLAIMS_A_BEAT = 256
FEED_READING = ("briefings.reading.feed",)
PAGE_READING = ("briefings.reading.article", "trafilatura")
"""What a worker has imported before its time and memory are counted."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """The program, wired and open.

    `posters` are those of the platforms that are open, by name, and `serving` serves these.
    `watching`: feeds are asked in the background; `delivering`: digests are.
    """

    settings: Settings
    clock: Clock
    store: Store
    naming: Naming
    desk: Desk
    ingest: Ingest
    bookkeeper: Bookkeeper
    watcher: Watcher
    layouts: Layouts
    digests: Digests
    outbox: Outbox
    posters: dict[str, Poster]
    serving: Serving
    model: ModelWriter | None
    rates: Rates
    courtesy: Courtesy
    recent: Recent
    watching: bool
    delivering: bool
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def ask(self, text: str, principal: Principal) -> Answer:
        """Answer one command as somebody typed it."""
        with self.courtesy.answering():
            return await answer(text, self.desk, principal, self.rates)

    async def first_time(self, id: str, *, lasting: bool = True) -> bool:
        """Whether an event of this id comes for the first time in a day.

        `lasting`: also where another process had it before. Without, only this one remembers, and
        nothing is written: for what may be answered twice without harm.
        """
        if lasting:
            return await self.store.inbox.is_new(id)
        return self.recent.is_new(id)

    async def picture(self, text: str, principal: Principal) -> Picture | None:
        """The picture of the timeline that a command asks for.

        None when it asks for something else, or there is nothing to draw.
        """
        try:
            command = parse(text)
        except InputError:
            return None
        if not isinstance(command, Chronicle):
            return None
        found = await answer(text, self.desk, principal)
        if not isinstance(found, Timeline) or not found.events:
            return None
        # One at a time: it takes a third of a second that others would wait for.
        async with self._drawing:
            png = await asyncio.to_thread(timeline_picture, found, zone=principal.zone)
        return Picture(png, alt_text(found), f"Timeline of {' and '.join(found.topics)}")

    def _suggest(self, text: str, limit: int) -> Sequence[tuple[str, str]]:
        naming = self.naming
        return [
            (naming.with_owner(id), naming.display(id))
            for id in naming.matcher.suggest(text, limit)
        ]

    async def serve(self, platforms: Iterable[Platform] | None = None) -> int:
        """Answer on every enabled platform until all have ended; the program's exit status.

        Raises:
            IntelbriefError: a platform cannot be used as it is set up; or the last chat there was
                cannot be any more.
        """
        found = discover() if platforms is None else platforms
        names, settings = _names(self.naming), self.settings
        example = f"/intel {names[0][0].lower()}" if names else "/intel topics"
        greeting = f"intelbrief {VERSION}. Ask {example}, or /intel help."
        host = Host(
            ask=self.ask,
            names=names,
            data_dir=settings.data_dir,
            zone=settings.timezone,
            greeting=greeting,
            desk=self.desk,
            suggest=self._suggest,
            first_time=self.first_time,
            presets=self.layouts.names,
            settings=settings,
            database_url=settings.database_url,
            clock=self.clock,
            picture=self.picture,
        )
        async with AsyncExitStack() as stack:
            connections = []
            for platform in found:
                if platform.enabled(settings):
                    connection = await stack.enter_async_context(platform.open(host))
                    self.posters[platform.NAME] = connection.poster
                    connections.append((platform.NAME, connection))
            await stack.enter_async_context(heartbeat(self))
            return await self.serving.all(connections)


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


def catalogue(settings: Settings) -> Matcher:
    """The organisations of entities.toml, as they are found in texts.

    Raises:
        SettingsError: when the file is wrong.
    """
    return Matcher(parse_entities(_config(settings, "entities.toml")))


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
    delivering: bool = False,
) -> AsyncIterator[App]:
    """Open the program: database, sources, shipped corpus. `serve` starts what runs by itself.

    Raises:
        SettingsError: when a data file under config/ is wrong or the data folder cannot be made.
        StoreError: when the database cannot be used.
    """
    clock = clock or SystemClock()
    entities = _config(settings, "entities.toml")
    naming = Naming(Matcher(parse_entities(entities)), settings.language)
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
        courtesy = Courtesy()
        watcher = Watcher(
            store,
            fetcher,
            feeds_reading,
            embedder,
            naming.matcher,
            clock,
            pause=courtesy.pause,
        )
        claims_reading = claim_workers()
        stack.push_async_callback(claims_reading.close)
        ledger = store.ledger(naming.voice_of)
        writer = await stack.enter_async_context(open_model(settings, store, naming, clock))
        second = None
        if writer is not None and settings.model_reads:
            # It brings the rules of the ledger, which otherwise only workers import.
            from briefings.second_reading import SecondReading  # noqa: PLC0415

            second = SecondReading(writer, claims_reading, entities)
        bookkeeper = Bookkeeper(ledger, claims_reading, entities, second)
        ingest = Ingest(
            store, fetcher, pages_reading, embedder, summariser, naming.matcher, bookkeeper
        )
        drawing = drawing_workers()
        stack.push_async_callback(drawing.close)
        presets = parse_presets(_shipped("digests.toml"), _own_presets(settings))
        layouts = Layouts(
            presets,
            lambda name: _own(settings, f"templates/{name}"),
            store.templates,
            drawing,
        )
        posters: dict[str, Poster] = {}
        serving = Serving(posters)
        prose = Prose(writer)
        digests = Digests(
            store, Editor(store, ledger, naming, layouts, clock, prose), posters, clock
        )
        policy = Policy(unsure=UNSURE[settings.when_unsure])
        desk = Desk(
            store=store,
            ingest=ingest,
            watcher=watcher,
            ledger=ledger,
            subscribing=Subscribing(store, naming, digests, layouts.names, clock),
            naming=naming,
            clock=clock,
            version=VERSION,
            watching=watching,
            delivering=delivering,
            other_problems=lambda: (*serving.problems, *layouts.problems),
            prose=prose,
        )
        app = App(
            settings=settings,
            clock=clock,
            store=store,
            naming=naming,
            desk=desk,
            ingest=ingest,
            bookkeeper=bookkeeper,
            watcher=watcher,
            layouts=layouts,
            digests=digests,
            outbox=Outbox(store, posters, clock, policy=policy),
            posters=posters,
            serving=serving,
            model=writer,
            rates=Rates(clock),
            courtesy=courtesy,
            recent=Recent(),
            watching=watching,
            delivering=delivering,
        )
        await store.sources.sync(feeds)
        await store.subscriptions.reschedule(tz_version())
        await load_corpus(app, embedder, _config(settings, "corpus.jsonl"))
        yield app


def tz_version() -> str:
    """The versions of the time zone rules a zone may come from: the system's and the package's."""
    found = [f"tzdata {version('tzdata')}"]
    for folder in zoneinfo.TZPATH:
        with contextlib.suppress(OSError), Path(folder, "tzdata.zi").open() as rules:
            found.append(rules.readline().strip())
    return ", ".join(found)


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
    added = await app.store.corpus.add(await with_story_keys(articles, embedder))
    await app.bookkeeper.enter_pending(len(added), among=[each.id for each in added])
    mark.write_text(digest, encoding="ascii")


def in_chat(settings: Settings) -> bool:
    """Whether the desk serves a chat platform, which it does as long as it runs."""
    return any(platform.NAME != "console" and platform.enabled(settings) for platform in discover())


def wants(choice: str, *, people: bool) -> bool:
    """Whether something is done in the background: as set, by default while it serves people."""
    return choice == "on" or (choice == "auto" and people)


async def ask_feeds(app: App) -> None:
    """Ask the feeds that are due and summarise some of what they brought."""
    await app.watcher.poll()
    await app.ingest.summarise_pending(SUMMARIES_A_BEAT)


async def keep_books(app: App) -> None:
    """Read some of the articles that were not read for the ledger yet."""
    await app.bookkeeper.enter_pending(CLAIMS_A_BEAT, pause=app.courtesy.pause)


async def deliver_digests(app: App) -> None:
    """Plan the digests that are due, and deliver until the next beat."""
    await app.layouts.refresh()
    await app.digests.plan_due()
    await app.outbox.deliver(until_idle_s=HEARTBEAT_S)


async def forget_departed(app: App) -> None:
    """Delete what is of workspaces that the desk was removed from for too long."""
    await app.desk.subscribing.forget_departed()


async def beat(app: App, duty: Callable[[App], Awaitable[None]]) -> None:
    """Do one duty; whatever goes wrong is logged, and the next beat comes."""
    try:
        await duty(app)
    except Exception:
        _log.exception("the heartbeat stumbled; the next one is in %d s", HEARTBEAT_S)


@asynccontextmanager
async def heartbeat(app: App) -> AsyncIterator[None]:
    """While open, a beat now and every 15 seconds for each duty that is not still at the last one.

    What is due is written in the database; the scheduler only knocks. At the end what is being
    sent may end, and what a poll has finished is recorded.
    """
    duties = [ask_feeds] * app.watching + [deliver_digests, forget_departed] * app.delivering
    if duties or await app.bookkeeper.is_behind():
        duties.append(keep_books)
    if not duties:
        yield
        return
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 - slow to import

    beating: dict[Callable[[App], Awaitable[None]], asyncio.Task[None]] = {}

    async def knock() -> None:
        for duty in duties:
            if duty not in beating or beating[duty].done():
                beating[duty] = asyncio.create_task(beat(app, duty))

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
        scheduler.shutdown(wait=False)
        for nobody_waits_for in (ask_feeds, keep_books):
            if going_on := beating.get(nobody_waits_for):
                going_on.cancel()
        await app.outbox.stop(DRAIN_S)
        if beating:
            await asyncio.wait(beating.values(), timeout=DRAIN_S / 10)
        for task in beating.values():
            task.cancel()
        await asyncio.gather(*beating.values(), return_exceptions=True)


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


@asynccontextmanager
async def open_model(
    settings: Settings, store: Store, naming: Naming, clock: Clock
) -> AsyncIterator[ModelWriter | None]:
    """The writer that asks the operator's model; None where none is set.

    Raises:
        SettingsError: the extra it needs is not installed, or its address cannot be asked.
    """
    if not settings.model_url:
        yield None
        return
    try:
        # The client takes half a second to import; only who uses it pays.
        from briefings.summaries.model import ModelWriter  # noqa: PLC0415
        from briefings.summaries.model_client import Endpoint, ModelClient  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "INTELBRIEF_MODEL_URL is set, and the client for models is not installed.",
            remedy="Install intelbrief with its extra: intelbrief[model].",
        ) from error
    try:
        client = ModelClient(
            Endpoint(settings.model_url, settings.model_name, settings.model_key),
            clock,
            user_agent=f"intelbrief/{VERSION}",
            deadline_s=max(settings.model_timeout, settings.model_digest_timeout),
            proxy=settings.proxy or None,
        )
    except EgressError as error:
        raise SettingsError(
            "INTELBRIEF_MODEL_URL is no address that can be asked.",
            remedy="Write one such as https://api.example.com/v1.",
        ) from error
    limits = Limits(
        desk=settings.model_tokens_a_day,
        workspace=settings.model_tokens_a_day_workspace,
        channel=settings.model_tokens_a_day_channel,
    )
    try:
        yield ModelWriter(
            client,
            Budget(store.database, clock, limits, settings.timezone),
            naming.matcher,
            clock,
            name=settings.model_name,
            language=settings.language,
            answer_s=settings.model_timeout,
            digest_s=settings.model_digest_timeout,
        )
    finally:
        await client.close()


def _config(settings: Settings, name: str) -> str:
    """The text of a data file: the operator's own where there is one, else the shipped one."""
    own = _own(settings, name) if settings.config_dir else None
    return _shipped(name) if own is None else own


def _own_presets(settings: Settings) -> str:
    """The operator's presets, which are added to the shipped ones."""
    return (_own(settings, "digests.toml") or "") if settings.config_dir else ""


def _shipped(name: str) -> str:
    return (files("config") / name).read_text(encoding="utf-8")


def _own(settings: Settings, name: str) -> str | None:
    """The text of a file of the operator's: in their folder, or added to the shipped ones."""
    path = (settings.config_dir or Path(str(files("config")))) / name
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
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
