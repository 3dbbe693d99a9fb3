"""Runs intelbrief itself, in folders of its own and on loopback alone.

    python -m benchmarks.product

opens the program as its console does and then carries out a line at a time: `workers` starts the
contained workers, `poll HOURS` polls the feeds that are due on a clock that is HOURS ahead,
`summarise` summarises what they brought. It answers each with a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from briefings.ports import SystemClock

COMMAND = (sys.executable, "-m", "bot")
_ROOT = Path(__file__).resolve().parents[1]
_COUNTS = ("asked", "new", "changed", "kept", "dropped", "unchanged", "waiting")
_FEED = (
    b"<rss version='2.0'><channel><title>One</title><item><title>A</title></item></channel></rss>"
)
_NO_FEED = "http://127.0.0.1:9/feed"


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation in a folder: its data, and a feeds.toml that names loopback feeds only."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, feeds: Sequence[str] = ()) -> Installation:
        """Make the folders; without feeds, one that is switched off stands in."""
        installation = cls(folder)
        (folder / "config").mkdir(parents=True)
        entries = [
            f'[[feed]]\nurl = "{url}"\npublisher = "Generated wire {number}"\n'
            for number, url in enumerate(feeds)
        ] or [f'[[feed]]\nurl = "{_NO_FEED}"\npublisher = "Nobody"\nenabled = false\n']
        (folder / "config" / "feeds.toml").write_text("\n".join(entries), encoding="utf-8")
        return installation

    @property
    def env(self) -> dict[str, str]:
        """The environment it runs in: this one without any other setting of the product.

        Run it with `folder` as the working folder, so that no `.env` of an operator is read.
        """
        own = {
            "PYTHONPATH": str(_ROOT),
            "INTELBRIEF_DATA_DIR": str(self.folder / "data"),
            "INTELBRIEF_CONFIG_DIR": str(self.folder / "config"),
            "INTELBRIEF_INTERNAL_FEEDS": "127.0.0.0/8",
            "INTELBRIEF_WATCH": "off",
        }
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("INTELBRIEF_")}
        return inherited | own

    def set_up(self) -> None:
        """Start the program once, so that its database is made and its corpus loaded."""
        subprocess.run(
            [*COMMAND, "ask", "help"],
            env=self.env,
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def database(self) -> Path:
        return self.folder / "data" / "intelbrief.db"


class ClockAhead(SystemClock):
    """The machine's clock, some hours ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


async def _serve() -> None:
    # The bench itself imports this module and needs none of these.
    from bot.app import build, settle  # noqa: PLC0415
    from bot.folders import load_settings  # noqa: PLC0415
    from bot.heart import SUMMARIES_A_BEAT  # noqa: PLC0415
    from briefings.reading.feed import parse_feed  # noqa: PLC0415

    clock = ClockAhead()
    async with build(load_settings(os.environ, Path.cwd()), clock=clock) as app:
        settle()
        _say({"ready": True})
        while task := await asyncio.to_thread(sys.stdin.readline):
            match task.split():
                case ["workers"]:
                    await app.watcher.embedder.embed(["The model is loaded."])
                    seen: frozenset[bytes] = frozenset()
                    await app.watcher.parsers.run(
                        parse_feed, _FEED, "text/xml", _NO_FEED, seen, clock.now()
                    )
                    _say({"workers": "started"})
                case ["poll", hours]:
                    clock.ahead = timedelta(hours=float(hours))
                    report = await app.watcher.poll()
                    totals = await app.store.corpus.totals()
                    _say(
                        {name: getattr(report, name) for name in _COUNTS}
                        | {"failed": len(report.failed)}
                        | {"articles": totals.articles, "stories": totals.stories}
                    )
                case ["summarise"]:
                    done = 0
                    while some := await app.ingest.summarise_pending(SUMMARIES_A_BEAT):
                        done += some
                    _say({"summarised": done})


def _say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
