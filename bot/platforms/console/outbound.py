"""What goes out to a terminal, a pipe or a picture."""

from __future__ import annotations

import asyncio
import io
import re
import shlex
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TextIO

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from bot.platforms.console.markup import THEME, ConsoleMarkdown
from briefings.answers import Answer, Timeline
from briefings.model import Published
from briefings.render import markdown

_SVG_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""rich's picture without the fonts it would have the viewer fetch from the web."""

PIPED_WIDTH = 100
SOON_S = 0.25

Above = Callable[[Callable[[], None]], Awaitable[None]]
"""Draws above the line that is being typed."""


class Screen:
    """Prints answers, coloured on a terminal and plain elsewhere."""

    def __init__(self, console: Console, zone: tzinfo) -> None:
        self._console = console
        self._zone = zone
        self._above: Above = _at_once

    @classmethod
    def of(cls, stream: TextIO, zone: tzinfo) -> Screen:
        """A screen on a stream, as wide as the terminal; a pipe is 100 columns wide."""
        width = None if stream.isatty() else PIPED_WIDTH
        return cls(Console(file=stream, theme=THEME, width=width, highlight=False), zone)

    def show(self, answer: Answer) -> None:
        """Print an answer and an empty line after it, and of a timeline how to save its picture."""
        parts: list[RenderableType] = [ConsoleMarkdown(markdown(answer, self._zone))]
        if isinstance(answer, Timeline) and answer.events:
            parts += [Text(), Text(f"As a picture: {saving(answer)}", style="dim")]
        self._print(*parts)

    def digest(self, page: str, arrived: datetime | None) -> None:
        """Print a page of Markdown that nobody asked for now, under a line that says so.

        `arrived` None: it goes on with what the page before it began.
        """
        rule = [self._headline("Digest", arrived)] if arrived else []
        self._print(*rule, ConsoleMarkdown(page))

    def alert(self, text: str) -> None:
        """Print a remark in Markdown about something that needs attention."""
        self._print(Rule("Needs attention", align="left", style="yellow"), ConsoleMarkdown(text))

    def note(self, text: str) -> None:
        """Print a remark that is no answer."""
        self._console.print(text, style="dim", markup=False)

    async def aside(self, draw: Callable[[], None]) -> None:
        """Draw something while a line may be being typed, which is left as it is."""
        await self._above(draw)

    def typing(self, above: Above) -> None:
        """From now on lines are typed; `above` draws above the one under way."""
        self._above = above

    def _headline(self, what: str, at: datetime) -> Rule:
        when = f"{at.astimezone(self._zone):%a %d %b %Y, %H:%M} {self._zone}"
        return Rule(Text(f"{what}  {when}", style="dim"), align="left", style="dim")

    def _print(self, *parts: RenderableType) -> None:
        """Print at once, so that nothing comes in between, and an empty line after it."""
        if self._console.is_terminal:
            self._console.print(Group(*parts))
            self._console.print()
            return
        with self._console.capture() as captured:
            self._console.print(Group(*parts))
        for line in captured.get().splitlines():  # rich fills lines up with spaces
            self._console.file.write(f"{line.rstrip()}\n")
        self._console.file.write("\n")
        self._console.file.flush()

    async def wait_for(self, task: asyncio.Task[Answer], what: str = "Working on it") -> None:
        """Wait until a task has ended; a terminal says what is being done when that takes time."""
        try:
            await asyncio.wait({task}, timeout=SOON_S)
            if task.done():
                return
            with self._console.status(what) if self._console.is_terminal else nullcontext():
                await asyncio.wait({task})
        finally:
            if not task.done():  # nobody waits any more
                task.cancel()
                await asyncio.wait({task})


async def _at_once(draw: Callable[[], None]) -> None:
    draw()


def saving(answer: Timeline) -> str:
    """The command that saves a timeline's picture, of the period that was asked for."""
    words = [
        "intelbrief",
        "ask",
        "timeline",
        *(w for topic in answer.topics for w in topic.split()),
    ]
    if answer.since is not None:
        words += ["since", str(answer.since)]
    if isinstance(answer.as_of, Published):
        words += ["asof", str(answer.as_of)]
    return shlex.join([*words, "--png", "timeline.png"])


def picture(answer: Answer, zone: tzinfo, path: Path, *, width: int, title: str) -> None:
    """Save an answer as it looks in the console, as an SVG picture.

    Raises:
        OSError: when the file cannot be written.
    """
    console = Console(
        file=io.StringIO(),
        record=True,
        width=width,
        theme=THEME,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    console.print(ConsoleMarkdown(markdown(answer, zone)))
    console.save_svg(str(path), title=title, code_format=_SVG_FORMAT)
