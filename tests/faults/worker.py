"""A desk that only plans and delivers: what the fault matrix starts, stops and kills.

plan what is due | deliver | a beat for the harness        over and over, until SIGTERM
"""

from __future__ import annotations

import asyncio
import logging
import mmap
import os
import signal
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite  # noqa: F401 - imported before the fork
import psycopg  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite.aiosqlite  # noqa: F401
from sqlalchemy import event
from sqlalchemy.engine import Engine

from briefings.digest import Digests
from briefings.errors import StoreError
from briefings.outbox import Outbox
from briefings.ports import Clock, Poster, SystemClock
from briefings.store import Store
from briefings.subscriptions import Content, Occasion
from tests.faults.clock import SteeredClock
from tests.faults.points import PointedPoster, Points
from tests.faults.poster import PAGE_BREAK, load_kit

_BEAT = struct.Struct("QQ")
_REST_S = 0.005


class Beats:
    """How often each worker came round, and how often the database failed it; in a shared file."""

    SLOTS = 256

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(self.SLOTS * _BEAT.size))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), self.SLOTS * _BEAT.size)

    def of(self, number: int) -> tuple[int, int]:
        rounds, failures = _BEAT.unpack_from(self._shared, number * _BEAT.size)
        return rounds, failures

    def beat(self, number: int, *, failed: bool) -> None:
        rounds, failures = self.of(number)
        _BEAT.pack_into(self._shared, number * _BEAT.size, rounds + 1, failures + failed)


@dataclass(frozen=True)
class Writer:
    """Stands for the editor: pages of `messages` parts that say which digest they are.

    The first line of each names the digest and the part, whatever its key is.
    """

    messages: int = 1
    filling: int = 200

    async def write(self, occasions: Sequence[Occasion]) -> list[Content]:
        return [self._content(occasion) for occasion in occasions]

    def _content(self, occasion: Occasion) -> Content:
        scope, slot = occasion.subscription.scope, occasion.slot
        name = f"{scope.channel} {occasion.subscription.number} {slot.wall}"
        catch_up = " covers an outage" if occasion.late else ""
        pages = (
            f"{name} {number}/{self.messages}\n{'.' * self.filling}{catch_up}"
            for number in range(1, self.messages + 1)
        )
        return Content(PAGE_BREAK.join(pages), (), 0)


def build(
    store: Store, writer: Writer, posters: Mapping[str, Poster], clock: Clock
) -> tuple[Digests, Outbox]:
    """What the desk's wiring builds for delivering."""
    return Digests(store, writer, posters, clock), Outbox(store, posters, clock)


def main(what: Mapping[str, Any]) -> int:
    """Work until SIGTERM; `what` is as tests.faults.run.Run.start says it."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    if "migrate" in what:
        return asyncio.run(_migrate(what["migrate"], what["statements"]))
    return asyncio.run(_main(what))


async def _main(what: Mapping[str, Any]) -> int:
    folder = Path(what["folder"])
    clock = SteeredClock(folder / "clock")
    points = Points(folder, what["points"])
    points.watch_database()
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    kit = load_kit(what["kit"])
    store = await Store.open(what["url"], clock=clock)
    async with kit.poster(what["poster"]) as poster:
        posters = {kit.platform: PointedPoster(poster, points)}
        digests, outbox = build(store, Writer(**what["writer"]), posters, clock)
        beats = Beats(folder / "beats")
        working = asyncio.create_task(
            _work(digests, outbox, points, lambda failed: beats.beat(what["number"], failed=failed))
        )
        stopping = asyncio.create_task(ending.wait())
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        await outbox.stop(20)
        working.cancel()
        await asyncio.wait((working,))
    await store.close()
    return 0


async def _migrate(url: str, statements: int) -> int:
    """Upgrade a database, and die after so many statements of the migration."""
    left = statements

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal left
        if statement.lstrip().startswith(("CREATE", "INSERT", "ALTER", "DROP", "UPDATE")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)
    await (await Store.open(url, clock=SystemClock())).close()
    return 0


async def _work(digests: Digests, outbox: Outbox, points: Points, beat: Any) -> None:
    while True:
        failed = False
        for step in (digests.plan_due, outbox.deliver):
            points.feel_disk()
            try:
                await step()
            except StoreError as error:
                logging.getLogger(__name__).warning("%s", error)
                failed = True
        beat(failed)
        await asyncio.sleep(_REST_S * (10 if failed else 1))
