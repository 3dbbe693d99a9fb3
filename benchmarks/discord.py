"""What Discord is for the part of the bench that measures a chat: see chats.py.

Several servers, because the desk limits how much one may ask; and how long the bot takes from the
start of its process until the gateway has told it that it is ready.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks import chats
from benchmarks.meter import OF_ITS_OWN, end
from benchmarks.product import COMMAND, Installation
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting

STARTS = 6
"""The first tells Discord the commands, and is apart."""
READY_S = 2.0
_WITHIN_S = 60.0
_LOOK_S = 0.005


def run(setting: Setting) -> Findings:
    """Measure commands that come by the gateway, and starts."""
    found = chats.run(setting, DISCORD)
    first, *times = _starts(setting)
    times.sort()
    median = statistics.median(times)
    starts = table(
        "Start of the process to READY, s",
        ("first start", "best of 5", "median", "worst"),
        [(first, times[0], median, times[-1])],
    )
    acked, answered = found.aims
    return replace(
        found,
        tables=[*found.tables, starts],
        aims=[
            replace(acked, what="interaction in to defer out, p99, polling"),
            answered,
            Aim("start of the process to READY, worst", times[-1], READY_S, "s"),
        ],
        data={**found.data, "starts_s": [first, *times]},
    )


def _starts(setting: Setting) -> list[float]:
    setting.say(f"starting the bot {STARTS} times")
    installation = Installation.create(setting.folder / "discord-starts")
    installation.set_up()
    with chats.chat_server(setting.folder, DISCORD) as (said, _):
        return [_start(installation, said) for _ in range(STARTS)]


def _start(installation: Installation, said: Mapping[str, Any]) -> float:
    """Seconds from the start of a process until the gateway has a session that is ready."""
    env = installation.env | _env(said)
    door = f"http://127.0.0.1:{said['door']}/ready"
    with (installation.folder / "start.log").open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            [*COMMAND, "run"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=env,
            cwd=installation.folder,
            **OF_ITS_OWN,
        )
        try:
            while not _is_ready(door):
                if process.poll() is not None or time.perf_counter() - started > _WITHIN_S:
                    raise RuntimeError("the bot was never ready; start.log says why")
                time.sleep(_LOOK_S)
            return time.perf_counter() - started
        finally:
            end(process, grace_s=30.0)
            while _is_ready(door):  # until the server has noticed
                time.sleep(_LOOK_S)


def _is_ready(door: str) -> bool:
    try:
        with urlopen(door, timeout=_WITHIN_S) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False


def _env(said: Mapping[str, Any]) -> dict[str, str]:
    return {
        "INTELBRIEF_DISCORD_TOKEN": said["token"],
        "INTELBRIEF_DISCORD_BASE_URL": said["base_url"],
        "INTELBRIEF_DISCORD_GATEWAY_URL": said["gateway_url"],
    }


async def _install(said: Mapping[str, Any], env: Mapping[str, str]) -> None:
    """Nothing: the bot is in every server."""


DISCORD = chats.Chat("discord", "Discord", "benchmarks.discordserver", _env, _install)
