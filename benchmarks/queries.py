"""How long a question takes, over a small and a large corpus of generated articles.

Half of the articles are Chinese, all name watched organisations (a few of them most of the time),
and some retell others, so stories have several members. They enter through the store like any
article, except that the meaning vectors of their story keys are left out: stories then go by words
and figures, and the corpus is ready in a minute instead of three.
"""

from __future__ import annotations

import asyncio
import signal
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from typing import Any

from benchmarks.catalogue import organisations
from benchmarks.product import Installation
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting
from benchmarks.texts import Newsroom, watched_names
from bot.app import App, build, settle
from bot.platforms.console.inbound import operator
from briefings.entities import Matcher
from briefings.model import NewArticle, Precision, Published
from briefings.render import markdown
from briefings.storykey import story_key
from config.settings import Settings

_SEED = 1_688
_SPACING = timedelta(minutes=26)
"""Between two articles: 55 a day, so that 100,000 are five years of them."""
_BATCH = 500
_POINTS = 3
_WARM_UP = 10

_WORST = "search, common words that never meet"
QUESTIONS: dict[str, Sequence[str]] = {
    "alibaba": ("/intel alibaba",),
    "alibaba since 30d": ("/intel alibaba since 30d",),
    "alibaba tencent": ("/intel alibaba tencent",),
    "search, English": tuple(
        f"/intel search {words}"
        for words in ("shipments", "warehouse robots", "cloud storage hamburg", "dividends lagos")
    ),
    "search, two Chinese characters": tuple(
        f"/intel search {word}" for word in ("订单", "深圳", "牌照", "专利")
    ),
    _WORST: ("/intel search velmora 北京",),
}


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one kind of question, in milliseconds."""

    p50: float
    p99: float
    asked: int


def run(setting: Setting) -> Findings:
    """Ask the same questions over a corpus of 1,000 articles and over one of 100,000."""
    small, large = 1_000, setting.size(100_000, 10_000)
    measured = {}
    filling = {}
    for size in (small, large):
        measured[size], filling[size] = asyncio.run(_measure(setting, size))
    rows = []
    aims = []
    for name in QUESTIONS:
        few, many = measured[small][name], measured[large][name]
        ratio = many.p99 / few.p99
        rows.append((name, few.p50, few.p99, many.p50, many.p99, ratio))
        aims.append(Aim(f"{name}: p99 over {large:,} articles", many.p99, 50, "ms"))
        if name != _WORST:
            aims.append(Aim(f"{name}: p99 beside that over {small:,}", ratio, 3, "times"))
    columns = ("question", *(f"{p} {n:,}" for n in (small, large) for p in ("p50", "p99")))
    return Findings(
        "query",
        [table("Answers in process, ms, Markdown included", (*columns, "p99 ratio"), rows)],
        aims,
        {
            "corpora": {
                str(size): {
                    "filling": filling[size],
                    "latency_ms": {
                        name: {"p50": each.p50, "p99": each.p99, "asked": each.asked}
                        for name, each in measured[size].items()
                    },
                }
                for size in (small, large)
            }
        },
    )


async def _measure(setting: Setting, size: int) -> tuple[dict[str, Latency], dict[str, Any]]:
    installation = Installation.create(setting.folder / f"corpus-{size}")
    installation.set_up()
    async with build(Settings.from_env(installation.env)) as app:
        settle()
        started = time.perf_counter()
        setting.say(f"filling a corpus of {size:,} articles")
        for done, batch in enumerate(batches(size), start=1):
            await app.store.corpus.add(batch)
            if done * _BATCH % 20_000 == 0:
                setting.say(f"{done * _BATCH:,} articles")
        totals = await app.store.corpus.totals()
        filling = {
            "seconds": time.perf_counter() - started,
            "articles": totals.articles,
            "stories": totals.stories,
            "database_mb": installation.database.stat().st_size / 2**20,
        }
        setting.say(f"{totals.articles:,} articles in {totals.stories:,} stories; asking")
        rounds = setting.size(300, 60)
        latencies = {
            name: await _ask(app, questions, rounds) for name, questions in QUESTIONS.items()
        }
    return latencies, filling


async def _ask(app: App, questions: Sequence[str], rounds: int) -> Latency:
    asker = operator(app.settings.timezone)
    times = []
    for turn in range(_WARM_UP + rounds):
        question = questions[turn % len(questions)]
        started = time.perf_counter()
        markdown(await app.ask(question, asker))
        times.append((time.perf_counter() - started) * 1000)
    measured = times[_WARM_UP:]
    p99 = statistics.quantiles(measured, n=100, method="inclusive")[98]
    return Latency(statistics.median(measured), p99, len(measured))


# --- the corpus ---------------------------------------------------------------------------------


def batches(size: int, *, since: int = 0) -> Iterator[list[NewArticle]]:
    """The articles of a corpus, oldest first, written in processes beside this one.

    `since`: without the first ones.
    """
    # Spawned, since this process has threads (SQLite's) that a fork would copy half.
    # Ctrl-C is for this one to hear; it ends them.
    with ProcessPoolExecutor(
        2,
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    ) as writers:
        newest = datetime.now(UTC).replace(microsecond=0)
        jobs = [
            (first, min(first + _BATCH, size), newest - _SPACING * (size - first))
            for first in range(since, size, _BATCH)
        ]
        yield from writers.map(_write, jobs)


@cache
def _desk_of_writers() -> tuple[Newsroom, Matcher]:
    known = organisations()
    newsroom = Newsroom(watched_names(known), seed=_SEED, mentioning=1.0, stride=2)
    return newsroom, Matcher(known)


def _write(job: tuple[int, int, datetime]) -> list[NewArticle]:
    first, last, published = job
    return [
        _article(number, published + _SPACING * (number - first)) for number in range(first, last)
    ]


def _article(number: int, published: datetime) -> NewArticle:
    newsroom, matcher = _desk_of_writers()
    report = newsroom.write(number, "zh" if number % 2 else "en")
    body = "\n\n".join(report.paragraphs)
    return NewArticle(
        title=report.title,
        publisher=f"Generated wire {number % 97}",
        author=report.author,
        url=f"http://127.0.0.1/{number}.html",
        language=report.language,
        published=Published(published, Precision.MINUTE),
        body=body,
        tags=matcher.tags(report.title, body),
        points=report.paragraphs[:_POINTS],
        key=story_key(report.title, body, b""),
    )
