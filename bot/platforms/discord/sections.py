"""Markdown as sections of a message: a title each, and chunks of Discord's Markdown under it.

Markdown -> tree -> sections of chunks
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import cut, size
from bot.platforms.discord.limits import TITLE
from bot.platforms.discord.runs import divided, escape, runs, written
from bot.platforms.nodes import Wanted, emphasised, flat, nodes, wanted
from bot.platforms.runs import Run, joined, said, stripped
from briefings.text.hygiene import clean, clean_line

PART = 1_800
"""What a paragraph or an item takes at most; the rest of a longer one follows it."""
HEAD = 900
META = 600
DEEPEST = 5
EMPTY = "–"
"""Stands where Discord takes no empty text."""

_AS_OF = re.compile(r"as of \d{4}(?:-\d\d){0,2}(?: \d\d:\d\d \S+)?")
_MOMENT = re.compile(r"[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d .+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines that stay together; `holds`: and with the next ones; `close`: right under those
    before; `listed`: of a list.
    """

    text: str
    holds: bool = False
    close: bool = False
    listed: bool = False


@dataclass(slots=True)
class Section:
    """What stands under one title, which is shown letter for letter; `head`: it is of all."""

    title: str = ""
    head: bool = False
    chunks: list[Chunk] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """Sections in order; `when`: the moment it is of, where its first lines say so."""

    sections: tuple[Section, ...]
    when: str
    picture: Wanted | None

    @property
    def title(self) -> str:
        """The title of all."""
        return next((each.title for each in self.sections if each.head), "")


def read(markdown: str) -> Document:
    """Markdown as sections; pictures of ours are left out of them."""
    found, when, picture = [Section()], "", None
    for node in nodes(markdown):
        here = found[-1]
        if asked := wanted(node, runs):
            picture = asked
        elif node.type == "heading" and node.tag in ("h1", "h2"):
            title = clean_line(said(runs(node)), len(node.children[0].content) + 1)
            found.append(Section(title, head=node.tag == "h1"))
        elif node.type == "heading":
            here.chunks += _heading(node)
        elif node.type == "paragraph" and (meta := _meta(node)):
            if here.head and not here.chunks:
                meta, when = _moment(meta)
            under = bool(here.chunks) and here.chunks[-1].holds
            alone = meta.endswith("]")  # what is cited there is all there is
            if meta:
                line = f"-# {escape(meta)}"
                here.chunks.append(Chunk(line, holds=under and not alone, close=under))
        else:
            chunks = list(_body(node))
            if chunks and here.chunks and here.chunks[-1].holds:
                chunks[0] = replace(chunks[0], close=True)
            here.chunks += chunks
    return Document(tuple(each for each in found if each.title or each.chunks), when, picture)


def joined_text(chunks: Sequence[Chunk]) -> str:
    """Chunks as one text."""
    text = ""
    for chunk in chunks:
        text += (("\n" if chunk.close else "\n\n") if text else "") + chunk.text
    return text


def title_of(text: str, most: int = TITLE) -> str:
    """A title, escaped, cut where it is too long."""
    return escape(cut(text, most, lambda part: size(escape(part))))


def _moment(meta: str) -> tuple[str, str]:
    """The line under a title, and the moment it names: "as of" a time is said at the end alone."""
    parts = meta.split(" · ")
    for part in parts:
        if _AS_OF.fullmatch(part):
            return " · ".join(each for each in parts if each is not part), part
    return meta, parts[0] if _MOMENT.fullmatch(parts[0]) else ""


def _heading(node: SyntaxTreeNode) -> Iterator[Chunk]:
    for number, part in enumerate(divided(runs(node, ("bold",)), HEAD)):
        yield Chunk(written(part), holds=True, close=number > 0)


def _meta(node: SyntaxTreeNode) -> str:
    """The text of an emphasised paragraph, on one line; "" for others, and for a long one."""
    text = " ".join(said(emphasised(node, runs)).split())
    return text if size(escape(text)) <= META else ""


def _body(node: SyntaxTreeNode) -> Iterator[Chunk]:
    match node.type:
        case "paragraph":
            yield from (Chunk(written(part)) for part in divided(runs(node), PART))
        case "bullet_list" | "ordered_list":
            yield from _first_apart(_rows(node, 0))
        case "table":
            yield from _first_apart(_table(node))
        case "fence" | "code_block":
            for part in divided([Run(clean(node.content))], PART):
                text = said(part)
                yield Chunk(escape(text) if "`" in text else f"```\n{text}\n```")
        case "hr":
            return
        case _:
            mark = "> " if node.type == "blockquote" else ""
            for part in divided(flat(node, runs), PART):
                yield Chunk(mark + written(part).replace("\n", f"\n{mark}"))


def _first_apart(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The first of several that stand right under each other is set off from what is above."""
    for number, chunk in enumerate(chunks):
        yield Chunk(chunk.text, close=number > 0, listed=True)


def _rows(node: SyntaxTreeNode, depth: int) -> Iterator[Chunk]:
    """A list; its numbers are text, for they are cited and Discord would count by itself."""
    first = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, start=first):
        text: list[Run] = []
        inner: list[SyntaxTreeNode] = []
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                inner.append(child)
                continue
            text += [Run("\n")] if text else []
            text += runs(child) if child.children else [Run(child.content)]
        mark = "- " if node.type == "bullet_list" else f"{number}\\. "
        yield from _row(joined(text), mark, depth)
        for each in inner:
            yield from _rows(each, depth + 1)


def _row(text: Sequence[Run], mark: str, depth: int) -> Iterator[Chunk]:
    margin = "  " * min(depth, DEEPEST)
    below = f"\n{margin}  " if mark == "- " else f"\n{margin}"
    for number, part in enumerate(divided(text, PART)):
        begins = margin + mark if number == 0 else below[1:]
        yield Chunk(begins + written(part).replace("\n", below), close=True)


def _table(node: SyntaxTreeNode) -> Iterator[Chunk]:
    """A table as a list: the first cell, then the others, with their columns if there are more."""
    lines = [each for each in node.walk() if each.type == "tr"]
    titles, *rows = [[stripped(runs(cell)) for cell in line.children] for line in lines]
    for row in rows:
        item = [Run(run.text, run.styles | {"bold"}, run.url) for run in row[0]]
        for title, cell in zip(titles[1:], row[1:], strict=False):
            if cell:
                named = len(titles) > 2 and bool(title)
                item += [Run(f" · {said(title)}: " if named else " · "), *cell]
        yield from _row(joined(item), "- ", 0)
