"""Markdown in the console: rich's renderer, with what it lacks for answers.

Titles stand at the left and are underlined where there is no colour, tables fold long words where
rich's own would cut them off, citations stand out, and an address is shown as it is written: not
decoded, so that `xn--` hosts cannot pass for others. Of a picture there are the words, and of one
of ours the command that saves it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement, Paragraph, TableElement
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from briefings.render import pictured

THEME = Theme(
    {
        "markdown.h1": "bold bright_white on blue",
        "markdown.h2": "bold cyan",
        "markdown.h3": "bold",
        "markdown.em": "dim",
        "markdown.code": "bold green",
        "markdown.link_url": "blue underline",
        "markdown.item.bullet": "cyan",
        "markdown.item.number": "yellow",
        "markdown.table.header": "bold",
        "markdown.table.border": "dim",
        "citation": "yellow",
        "good": "green",
        "bad": "bold red",
    },
    inherit=True,
)
UNDERLINES = {"h1": "=", "h2": "-"}


class _Title(Heading):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if console.color_system is None:
            yield self.text
            if line := UNDERLINES.get(self.tag):
                yield Text(line * min(self.text.cell_len, options.max_width))
            return
        if self.tag == "h1":
            self.text.pad(1)
        yield self.text


class _Marked(Paragraph):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.highlight_regex(r"\[\d+\]", "citation")
        self.text.highlight_regex(r"^✓", "good")
        self.text.highlight_regex(r"^✗", "bad")
        yield self.text


class _Folding(TableElement):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, border_style="markdown.table.border")
        for cell in self.header.row.cells if self.header and self.header.row else []:
            table.add_column(
                cell.content,
                justify=cell.justify,
                overflow="fold",
                header_style="markdown.table.header",
            )
        for row in self.body.rows if self.body else []:
            table.add_row(*(cell.content for cell in row.cells))
        yield table


class ConsoleMarkdown(Markdown):
    """An answer in Markdown as something rich can print."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = Markdown.elements | {
        "heading_open": _Title,
        "paragraph_open": _Marked,
        "table_open": _Folding,
    }

    def __init__(self, text: str) -> None:
        super().__init__("")
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        parser.normalizeLinkText = str  # type: ignore[method-assign, assignment]
        self.parsed = parser.parse(text)
        for token in self.parsed:
            if token.children:
                token.children = list(_in_words(token.children))


def _in_words(tokens: Iterable[Token]) -> Iterator[Token]:
    """The same, with the words of each picture in its place."""
    for token in tokens:
        if token.type != "image":
            yield token
            continue
        said = "".join(child.content for child in token.children or ())
        if not (command := pictured(str(token.attrs.get("src", "")))):
            yield Token("text", "", 0, content=said)
            continue
        saves = shlex.join(["intelbrief", "ask", *command.split(), "--png", "timeline.png"])
        yield Token("em_open", "em", 1)
        yield Token("text", "", 0, content=f"{said}: {saves}")
        yield Token("em_close", "em", -1)
