"""Resident memory: the program alone, and with the workers that hold a parser and the model."""

from __future__ import annotations

import time
from dataclasses import asdict

from benchmarks.console import console
from benchmarks.meter import Memory, memory
from benchmarks.product import Installation
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting
from benchmarks.wire import serving

_SETTLE_S = 2.0


def run(setting: Setting) -> Findings:
    """Answer a question, then summarise a page, which starts both workers; look after each."""
    with serving(1) as wire:
        installation = Installation.create(setting.folder / "memory", wire.urls())
        installation.set_up()
        setting.say("starting the console, then its workers")
        with console(installation) as program:
            program.type("/intel alibaba")
            program.answer()
            idle = _settled(program.pid)
            program.type(f"/intel summarize {wire.article()}")
            summary, _ = program.answer()
            loaded = _settled(program.pid)
    if loaded.processes < 3:
        raise RuntimeError(f"the workers did not start: {summary[:500]}")
    states = {"idle after an answer": idle, "with parser and model workers": loaded}
    return Findings(
        "memory",
        [
            table(
                "Resident memory of the tree, MB",
                ("state", "PSS", "RSS", "processes"),
                [(name, m.pss_mb, m.rss_mb, m.processes) for name, m in states.items()],
            )
        ],
        [
            Aim("idle, RSS", idle.rss_mb, 150, "MB"),
            Aim("with the workers, PSS of the tree", loaded.pss_mb, 400, "MB"),
        ],
        {name: asdict(m) for name, m in states.items()},
    )


def _settled(pid: int) -> Memory:
    time.sleep(_SETTLE_S)
    return memory(pid)
