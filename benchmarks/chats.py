"""How fast commands typed in a chat are acknowledged and answered, over a large corpus.

    this process -> loopback chat server -> intelbrief run -> chat server: acknowledged, answered

The product runs as it is deployed, in a process of its own; so do the chat server and the feeds.
A mix of commands comes at a steady rate, whether those before are answered or not, from more people
and workspaces than any limit holds back. That is measured three times: one command after the other,
at the full rate without a poll, and at the full rate while feeds are polled that are all new.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.chatfigures import ALONE, POLLING, STEADY, Asked, Round, findings
from benchmarks.meter import OF_ITS_OWN, end
from benchmarks.product import COMMAND, Installation
from benchmarks.queries import batches
from benchmarks.report import Findings
from benchmarks.setting import Setting
from benchmarks.watching import Watch, polled
from benchmarks.wire import serving
from bot.app import build
from config.settings import Settings

RATE = 20
"""Commands a second."""
WORKSPACES = 30
PEOPLE = 9
"""In each workspace; the first may subscribe, the others only ask."""
FEED_DELAY_S = 1.0
"""The desk asks 32 hosts at once, so that many feeds a second are polled, and for a minute."""
_TOO_LONG_S = 60.0
_REFUSALS = ("That is more than", "Something went wrong")
_SEED = 77
_WARM_UP = 20

_SEARCHES = ("search shipments", "search 订单", "search warehouse robots", "search 专利")
MIX: Mapping[str, tuple[int, str, Sequence[str]]] = {
    "alibaba": (6, "libaba", ("alibaba",)),
    "alibaba since 30d": (4, "libaba", ("alibaba since 30d",)),
    "alibaba tencent": (3, "encent", ("alibaba tencent",)),
    "search": (4, "", _SEARCHES),
    "subscriptions": (2, "encent", ("subscriptions",)),
    "timeline": (1, "libaba", ("timeline alibaba",)),
}
"""Of twenty commands so many; what an answer has in it; the commands, in turn."""
SUBSCRIBE = "subscribe alibaba tencent monthly 1 09:00"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat platform. `server` is a module that serves it on loopback.

    The server prints what an app needs, and answers at its `door`: see slackserver. `env` are the
    product's settings for it; `install` does what an operator does once the product runs.
    """

    name: str
    called: str
    server: str
    env: Callable[[Mapping[str, Any]], dict[str, str]]
    install: Callable[[Mapping[str, Any], Mapping[str, str]], Awaitable[None]]


def run(setting: Setting, chat: Chat) -> Findings:
    """Fill a corpus, then ask."""
    _raise_limits()
    feeds = setting.size(2_000, 600)
    setting.say(f"generating {feeds:,} feeds")
    with (
        serving(feeds, delay_s=FEED_DELAY_S) as wire,
        chat_server(setting.folder, chat) as (said, server),
    ):
        installation = Installation.create(setting.folder / chat.name, wire.urls())
        installation.set_up()
        articles = asyncio.run(_fill(setting, installation))
        bench = _Bench(setting, chat, installation, said, server)
        rounds = asyncio.run(bench.measure())
    return findings(chat.name, chat.called, {"articles": articles, "feeds": feeds}, rounds)


async def _fill(setting: Setting, installation: Installation) -> int:
    size = setting.size(100_000, 10_000)
    setting.say(f"filling a corpus of {size:,} articles")
    async with build(Settings.from_env(installation.env)) as app:
        for batch in batches(size):
            await app.store.corpus.add(batch)
        return (await app.store.corpus.totals()).articles


class _Bench:
    """The product and a chat server, asked from this process."""

    def __init__(
        self,
        setting: Setting,
        chat: Chat,
        installation: Installation,
        said: Mapping[str, Any],
        server: int,
    ) -> None:
        self._setting = setting
        self._chat = chat
        self._installation = installation
        self._said = said
        self._server = server
        self._door = f"http://127.0.0.1:{said['door']}"
        self._env = installation.env | chat.env(said) | {"INTELBRIEF_DELIVER": "on"}
        self._people = 0
        """Whoever asks next: everybody in turn, so that nobody asks too much."""

    async def measure(self) -> dict[str, Round]:
        seconds = self._setting.size(60, 15)
        found = {}
        timeout = aiohttp.ClientTimeout(total=120)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as self._session:
            with self._product(watch="off") as product:
                await self._connected(product)
                self._setting.say(f"installing in {WORKSPACES} workspaces")
                await self._chat.install(self._said, self._env)
                for workspace in range(WORKSPACES):
                    await self._ask("subscriptions", SUBSCRIBE, workspace, 0, "")
                await self._one_by_one(_WARM_UP)
                self._setting.say(ALONE)
                found[ALONE] = await self._round(product, self._one_by_one(RATE * 3))
                self._setting.say(f"{STEADY}, for {seconds} s")
                found[STEADY] = await self._round(product, self._steadily(seconds))
            with self._product(watch="on") as product:
                await self._connected(product)
                await self._one_by_one(_WARM_UP)
                while not polled(self._installation.database)[0]:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.2)
                self._setting.say(f"{POLLING}, for {seconds} s")
                found[POLLING] = await self._round(product, self._steadily(seconds))
        return found

    @contextmanager
    def _product(self, *, watch: str) -> Iterator[subprocess.Popen[bytes]]:
        """The product, until the block ends."""
        log = self._installation.folder / f"run-{watch}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*COMMAND, "run"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=self._env | {"INTELBRIEF_WATCH": watch},
                cwd=self._installation.folder,
                **OF_ITS_OWN,
            )
            try:
                yield process
            except BaseException:
                self._setting.say(f"the product said last: {log.read_text()[-2000:]}")
                raise
            finally:
                end(process, grace_s=60.0)

    async def _connected(self, product: subprocess.Popen[bytes]) -> None:
        """Wait until the chat server has the product's connection."""
        while product.poll() is None:
            async with self._session.get(f"{self._door}/ready") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)
        raise RuntimeError(f"the product ended with {product.returncode}")

    async def _round(
        self, product: subprocess.Popen[bytes], asking: Awaitable[list[Asked]]
    ) -> Round:
        await self._late()
        pids = {"product": product.pid, "server": self._server}
        async with Watch(pids, self._installation.database) as watch:
            asked = await asking
        return Round(asked, await self._late(), watch.found())

    async def _late(self) -> list[float]:
        async with self._session.get(f"{self._door}/late") as answer:
            return [late * 1000 for late in (await answer.json())["late_s"]]

    # --- asking -----------------------------------------------------------------------------------

    async def _one_by_one(self, count: int) -> list[Asked]:
        return [await self._next(*command) for command in _commands(count)]

    async def _steadily(self, seconds: int) -> list[Asked]:
        """At the full rate, whether those before are answered or not."""
        asking = []
        started = time.monotonic()
        for number, command in enumerate(_commands(seconds * RATE)):
            await asyncio.sleep(max(0.0, started + number / RATE - time.monotonic()))
            asking.append(asyncio.create_task(self._next(*command)))
        return list(await asyncio.gather(*asking))

    async def _next(self, kind: str, text: str, expected: str) -> Asked:
        workspace = self._people % WORKSPACES
        person = 1 + self._people // WORKSPACES % (PEOPLE - 1)
        self._people += 1
        return await self._ask(kind, text, workspace, person, expected)

    async def _ask(self, kind: str, text: str, workspace: int, person: int, expected: str) -> Asked:
        command = {"workspace": workspace, "person": person, "text": text}
        async with self._session.post(f"{self._door}/command", json=command) as answer:
            said = await answer.json()
        times = [
            _TOO_LONG_S if time is None else time for time in (said["ack_s"], said["answer_s"])
        ]
        if said["answer_s"] is None:
            return Asked(kind, times[0] * 1000, times[1] * 1000, answered=False)
        refused = any(words in said["answer"] for words in _REFUSALS)
        if refused or expected not in said["answer"]:
            raise RuntimeError(f"{text}: the bench went wrong: {said['answer']:.500}")
        return Asked(kind, times[0] * 1000, times[1] * 1000)


def _commands(count: int) -> Iterator[tuple[str, str, str]]:
    """The mix in a fixed order without a rhythm: kind, command, what its answer has in it."""
    kinds = [kind for kind, (weight, _, _) in MIX.items() for _ in range(weight)]
    shuffled = random.Random(_SEED)
    turns = dict.fromkeys(MIX, 0)
    for number in range(count):
        if number % len(kinds) == 0:
            shuffled.shuffle(kinds)
        kind = kinds[number % len(kinds)]
        _, expected, commands = MIX[kind]
        yield kind, commands[turns[kind] % len(commands)], expected
        turns[kind] += 1


# --- what stands around ---------------------------------------------------------------------------


@contextmanager
def chat_server(folder: Path, chat: Chat) -> Iterator[tuple[Mapping[str, Any], int]]:
    """A chat server in a process of its own: what it said, and its pid."""
    with (folder / "chat-server.log").open("wb") as errors:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", chat.server),
                *("--workspaces", str(WORKSPACES), "--people", str(PEOPLE)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            **OF_ITS_OWN,
        )
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline()), process.pid
        finally:
            end(process)


def _raise_limits() -> None:
    """Each feed listens on an address of its own: as many open files as may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
