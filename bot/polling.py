"""Asking the feeds from the command line: a progress bar, and what came of it."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bot.app import App
from bot.heart import CLAIMS_A_BEAT, HEARTBEAT_S, SUMMARIES_A_BEAT
from briefings.model import Source
from briefings.polled import Outcome, PollReport, Verdict


async def poll_once(app: App, console: Console) -> int:
    """Ask every feed that may be asked now, and show what came of each kind."""
    console.print(table(await _poll(app, console, everything=True)))
    return 0


async def poll_on(app: App, console: Console) -> int:
    """Ask the feeds whenever they are due, until somebody ends it."""
    while True:
        report = await _poll(app, console, everything=False)
        if report.asked:
            console.print(table(report))
        await asyncio.sleep(HEARTBEAT_S)


def table(report: PollReport) -> Table:
    """A poll as a table: entries that are new or changed, feeds unchanged or failed, and why."""
    grid = Table(
        title=f"Feeds asked: {report.asked:,}, in {report.seconds:.1f} s",
        title_justify="left",
        box=None,
        show_header=False,
        padding=(0, 2),
    )
    grid.add_column()
    grid.add_column(justify="right", style="bold")
    grid.add_column(overflow="fold")
    grid.add_row(
        "entries new", f"{report.new:,}", f"{report.kept:,} kept, {report.dropped:,} dropped"
    )
    grid.add_row("entries changed", f"{report.changed:,}")
    grid.add_row("feeds unchanged", f"{report.unchanged:,}")
    if report.waiting:
        grid.add_row("feeds not asked", f"{report.waiting:,}", "their server asked to wait")
    failed = [f"{source.definition.publisher}: {reason}" for source, reason in report.failed]
    grid.add_row(
        "feeds failed",
        f"{len(failed):,}",
        Text("\n".join(failed)),
        style="red" if failed else "",
    )
    return grid


async def _poll(app: App, console: Console, *, everything: bool) -> PollReport:
    sources = await app.store.sources.of_all()
    now = app.clock.now()
    total = sum(_is_asked(source, now, everything=everything) for source in sources)
    with Progress(
        TextColumn("Asking feeds"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[last]}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal or not total,
    ) as progress:
        bar = progress.add_task("", total=total, last="")

        def tell(source: Source, outcome: Outcome) -> None:
            mark = "✗" if outcome.verdict is Verdict.FAILED else "✓"
            progress.update(bar, advance=1, last=f"{mark} {source.definition.publisher}")

        report = await app.watcher.poll(everything=everything, progress=tell)
    with console.status("Summarising") if console.is_terminal else nullcontext():
        while await app.ingest.summarise_pending(SUMMARIES_A_BEAT):
            pass
        while await app.bookkeeper.enter_pending(CLAIMS_A_BEAT):
            pass
    return report


def _is_asked(source: Source, now: datetime, *, everything: bool) -> bool:
    if not source.definition.enabled or source.state.stopped:
        return False
    due = source.state.next_check_at
    return everything or due is None or due <= now
