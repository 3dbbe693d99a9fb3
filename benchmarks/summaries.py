"""How many articles a second are summarised, through the contained worker as in the desk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from benchmarks.catalogue import organisations
from benchmarks.product import Installation
from benchmarks.report import Findings, table
from benchmarks.setting import Setting
from benchmarks.texts import Newsroom, watched_names
from bot.app import build, settle
from bot.heart import SUMMARIES_A_BEAT
from briefings.ingest import POINTS
from config.settings import Settings

_LANGUAGES = {"English": "en", "Chinese": "zh"}


def run(setting: Setting) -> Findings:
    """Summarise generated articles of each language in the batches the desk uses."""
    newsroom = Newsroom(watched_names(organisations()), seed=7, mentioning=1.0, stride=2)
    count = setting.size(640, 96)
    texts = {
        name: ["\n\n".join(newsroom.write(number, code).paragraphs) for number in range(count)]
        for name, code in _LANGUAGES.items()
    }
    setting.say(f"summarising {count} articles in each language")
    seconds = asyncio.run(_summarise(setting, texts))
    rows = [
        (
            name,
            count,
            sum(map(len, texts[name])) / count,
            count / seconds[name],
        )
        for name in texts
    ]
    return Findings(
        "summaries",
        [
            table(
                f"Summaries of {POINTS} points, one worker",
                ("language", "articles", "characters each", "articles/s"),
                rows,
            )
        ],
        [],
        {
            name: {"articles": count, "seconds": seconds[name], "a_second": count / seconds[name]}
            for name in texts
        },
    )


async def _summarise(setting: Setting, texts: dict[str, list[str]]) -> dict[str, float]:
    installation = Installation.create(setting.folder / "summaries")
    installation.set_up()
    seconds = {}
    async with build(Settings.from_env(installation.env)) as app:
        settle()
        summariser = app.ingest.summariser
        await summariser.summarise(["The model is loaded. Twice."], points=1)
        for name, batch in texts.items():
            started = time.perf_counter()
            for some in _in_batches(batch):
                await summariser.summarise(some, points=POINTS)
            seconds[name] = time.perf_counter() - started
    return seconds


def _in_batches(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[i : i + SUMMARIES_A_BEAT] for i in range(0, len(texts), SUMMARIES_A_BEAT)]
