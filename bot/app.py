"""The composition root: the program and the tests build the desk here.

    folders: environment -> Settings -> build -> App.serve -> platforms
                                                           -> heart: feeds and digests that are due

Nothing is started before it is needed: no worker process, no HTTP client, no scheduler.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from bot.charts import alt_text, timeline_picture
from bot.commands import answer
from bot.folders import DataFiles, make_folder, tz_version
from bot.grammar import Chronicle, parse
from bot.heart import Heart
from bot.models import open_model
from bot.platforms import Host, Picture, Platform, discover
from bot.rates import Rates, Recent
from bot.serving import PATIENCE_S, Serving
from briefings.answers import Answer, Timeline
from briefings.bookkeeping import Bookkeeper, claim_workers
from briefings.catalog import parse_corpus, parse_entities, parse_feeds
from briefings.containment import WorkerPool
from briefings.courtesy import Courtesy
from briefings.delivery import Policy
from briefings.digest import Digests
from briefings.drafts import from_shipped, with_story_keys
from briefings.editing import Editor
from briefings.egress import Egress
from briefings.entities import Matcher
from briefings.errors import InputError
from briefings.ingest import Ingest
from briefings.layouts import Layouts, drawing_workers, parse_presets
from briefings.naming import Naming
from briefings.outbox import Outbox
from briefings.ports import Clock, Fetcher, Poster, SystemClock
from briefings.prose import Prose
from briefings.query import Desk
from briefings.store import Store
from briefings.subscribing import Subscribing
from briefings.subscriptions import Principal
from briefings.summaries.embedding import Embedder, meaning_workers
from briefings.summaries.extractive import ExtractiveSummariser
from briefings.watch import Watcher
from config.settings import Settings

if TYPE_CHECKING:
    from briefings.summaries.model import ModelWriter

VERSION = version("intelbrief")
AGENT = f"intelbrief/{VERSION}"
UNSURE: Mapping[str, Literal["once", "always"]] = {"ask": "once", "send": "always"}
FEED_READING = ("briefings.reading.feed",)
PAGE_READING = ("briefings.reading.article", "trafilatura")
"""What a worker has imported before its time and memory are counted."""
COLLECTED_AFTER = 5_000, 10, 20
"""New objects before the youngest are walked, and walks before the next generation is."""


class Closing(Protocol):
    """A part of the program that is closed with it."""

    async def close(self) -> None: ...


Part = TypeVar("Part", bound=Closing)


@dataclass(frozen=True, slots=True)
class App:
    """The program, wired and open.

    `posters` are those of the platforms that are open, by name, and `serving` serves these; what
    else the desk does while it serves is of `heart`.
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
    posters: dict[str, Poster]
    serving: Serving
    model: ModelWriter | None
    rates: Rates
    courtesy: Courtesy
    recent: Recent
    heart: Heart
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

    async def serve(
        self, platforms: Iterable[Platform] | None = None, *, patience_s: float = PATIENCE_S
    ) -> int:
        """Answer on every enabled platform until all have ended; the program's exit status.

        One that is away is waited for so many seconds before the others are served.

        Raises:
            IntelbriefError: a platform cannot be used as it is set up; or the last chat there was
                cannot be any more.
        """
        found = discover() if platforms is None else platforms
        names, settings = self.naming.every_name(), self.settings
        example = f"/intel {names[0][0].lower()}" if names else "/intel topics"
        greeting = f"intelbrief {VERSION}. Ask {example}, or /intel help."
        host = Host(
            ask=self.ask,
            names=names,
            data_dir=settings.data_dir,
            zone=settings.timezone,
            greeting=greeting,
            desk=self.desk,
            suggest=self.naming.suggest,
            first_time=self.first_time,
            presets=self.layouts.names,
            settings=settings,
            database_url=settings.database_url,
            clock=self.clock,
            picture=self.picture,
        )
        chosen = [platform for platform in found if platform.enabled(settings)]
        opened = self.serving.opened(chosen, host, patience_s=patience_s)
        async with opened, self.heart.beating():
            return await self.serving.all()


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
    data = DataFiles(settings.config_dir)
    entities = data.text("entities.toml")
    naming = Naming(Matcher(parse_entities(entities)), settings.language)
    feeds = parse_feeds(
        data.text("feeds.toml"),
        naming.matcher.organisations.values(),
        shipped=data.folder is not None and data.own("feeds.toml") is None,
    )
    make_folder(settings.data_dir)
    async with AsyncExitStack() as stack:

        def kept(part: Part) -> Part:
            stack.push_async_callback(part.close)
            return part

        store = kept(await Store.open(settings.database_url, clock=clock))
        if fetcher is None:
            fetcher = kept(_egress(settings, clock))
        feeds_reading = kept(WorkerPool("feeds", size=settings.workers, preload=FEED_READING))
        pages_reading = kept(WorkerPool("pages", size=settings.workers, preload=PAGE_READING))
        claims_reading, drawing = kept(claim_workers()), kept(drawing_workers())
        meaning = kept(meaning_workers())
        embedder, summariser = Embedder(meaning), ExtractiveSummariser(meaning)
        courtesy = Courtesy()
        watcher = Watcher(
            store, fetcher, feeds_reading, embedder, naming.matcher, clock, pause=courtesy.pause
        )
        ledger = store.ledger(naming.voice_of)
        writer = await stack.enter_async_context(
            open_model(settings, store, naming, clock, user_agent=AGENT)
        )
        second = None
        if writer is not None and settings.model_reads:
            # It brings the rules of the ledger, which otherwise only workers import.
            from briefings.second_reading import SecondReading  # noqa: PLC0415

            second = SecondReading(writer, claims_reading, entities)
        bookkeeper = Bookkeeper(ledger, claims_reading, entities, second)
        ingest = Ingest(
            store, fetcher, pages_reading, embedder, summariser, naming.matcher, bookkeeper
        )
        presets = parse_presets(data.shipped("digests.toml"), data.own_presets())
        layouts = Layouts(
            presets, lambda name: data.own(f"templates/{name}"), store.templates, drawing
        )
        posters: dict[str, Poster] = {}
        serving = Serving(posters)
        prose = Prose(writer)
        digests = Digests(
            store,
            Editor(store, ledger, naming, layouts, clock, prose, bookkeeper),
            posters,
            clock,
            delivering=delivering,
        )
        outbox = Outbox(store, posters, clock, policy=Policy(unsure=UNSURE[settings.when_unsure]))
        subscribing = Subscribing(store, naming, digests, layouts.names, clock)
        desk = Desk(
            store=store,
            ingest=ingest,
            watcher=watcher,
            ledger=ledger,
            subscribing=subscribing,
            naming=naming,
            clock=clock,
            version=VERSION,
            watching=watching,
            delivering=delivering,
            other_problems=lambda: (*serving.problems, *layouts.problems),
            prose=prose,
        )
        stack.push_async_callback(desk.close)
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
            posters=posters,
            serving=serving,
            model=writer,
            rates=Rates(clock),
            courtesy=courtesy,
            recent=Recent(),
            heart=Heart(
                watcher=watcher,
                ingest=ingest,
                bookkeeper=bookkeeper,
                layouts=layouts,
                digests=digests,
                outbox=outbox,
                subscribing=subscribing,
                pruning=store.pruning,
                pause=courtesy.pause,
                watching=watching,
                delivering=delivering,
            ),
        )
        await store.sources.sync(feeds)
        await store.subscriptions.reschedule(tz_version())
        await load_corpus(app, embedder, data.text("corpus.jsonl"))
        yield app


def settle() -> None:
    """Tell the garbage collector that what is here now stays; for a process, once it is open.

    Walking the catalogue and the libraries again and again costs a briefing 20 ms at the worst
    moment. Walking the rest costs 50 ms and more, which is done once in half a minute of much work
    instead of every two seconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


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
    articles = [from_shipped(each, app.naming.matcher) for each in parse_corpus(jsonl)]
    added = await app.store.corpus.add(await with_story_keys(articles, embedder))
    await app.bookkeeper.enter_pending(len(added), among=[each.id for each in added])
    mark.write_text(digest, encoding="ascii")


def in_chat(settings: Settings) -> bool:
    """Whether the desk serves a chat platform, which it does as long as it runs."""
    return any(platform.NAME != "console" and platform.enabled(settings) for platform in discover())


def _egress(settings: Settings, clock: Clock) -> Egress:
    contact = f" (+{settings.contact})" if settings.contact else ""
    return Egress(
        clock,
        user_agent=f"{AGENT}{contact}",
        allow=settings.internal_feeds,
        proxy=settings.proxy or None,
    )
