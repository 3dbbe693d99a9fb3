"""What a part of the bench found: figures with their aims, printed as tables, written as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("intelbrief", "feedparser", "reader", "aiohttp", "sqlalchemy", "numpy")


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure that has an aim: met when it is at most the limit."""

    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Findings:
    """One part's tables, the figures that have an aim, and everything measured for the JSON."""

    name: str
    tables: Sequence[Table]
    aims: Sequence[Aim]
    data: Mapping[str, Any] = field(default_factory=dict)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table whose first column is text and whose others are figures, set to the right."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number else "left")
    for row in rows:
        made.add_row(*(figure(cell) for cell in row))
    return made


def figure(value: object) -> str:
    """A number with as many digits as it deserves; anything else as it is."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def show(console: Console, findings: Findings) -> None:
    """Print the tables of a part, its aims last."""
    console.print()
    for made in findings.tables:
        console.print(made)
    if findings.aims:
        aims = Table(title=f"{findings.name}: aims", title_justify="left", title_style="bold")
        aims.add_column("what")
        aims.add_column("measured", justify="right")
        aims.add_column("aim", justify="right")
        aims.add_column("")
        for aim in findings.aims:
            verdict = "[green]met[/green]" if aim.met else "[red]missed[/red]"
            aims.add_row(
                aim.what,
                f"{figure(aim.value)} {aim.unit}",
                f"at most {aim.limit:g} {aim.unit}",
                verdict,
            )
        console.print(aims)


def write(findings: Findings, facts: Mapping[str, Any], *, small: bool) -> Path:
    """Write a part's figures with the facts about the machine; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{findings.name}.json"
    document = {
        "part": findings.name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "small": small,
        "machine": facts,
        "aims": [
            {"what": a.what, "value": a.value, "limit": a.limit, "unit": a.unit, "met": a.met}
            for a in findings.aims
        ],
        **findings.data,
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def machine() -> dict[str, Any]:
    """What the figures depend on: cores and how busy they are, memory, Python, libraries."""
    return {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
