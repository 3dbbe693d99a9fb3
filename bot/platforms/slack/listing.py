"""Lists in rich text.

Slack numbers a list by itself, from one on. A list that begins elsewhere, is interrupted by one
inside it or takes more than one block has its numbers written out: they are cited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.runs import Run, joined
from bot.platforms.slack.limits import INDENT, weight
from bot.platforms.slack.runs import divided, elements, runs

Block = dict[str, Any]

ITEM = 2_500
"""What an item weighs at most, as JSON; the rest of a longer one follows below it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list; `style` is bullet, ordered, or "" for one that is a text of its own."""

    element: Block
    style: str
    indent: int


def rich(*found: Block) -> Block:
    """A block of rich text."""
    return {"type": "rich_text", "elements": stacked(found)}


def stacked(found: Sequence[Block]) -> list[Block]:
    """Elements of a rich text, each beginning on a line of its own."""
    return [
        _ended(each) if after and each["type"] == "rich_text_section" else each
        for each, after in zip(found, [*found[1:], None], strict=True)
    ]


def rows(items: SyntaxTreeNode | Sequence[Sequence[Run]], most: int) -> Iterator[Block]:
    """A list as blocks that weigh at most `most` each: of Markdown, or of bare items."""
    found = list(_of_node(items, 0, most) if isinstance(items, SyntaxTreeNode) else _bare(items))
    some: list[Row] = []
    for row in found:
        if some and weight(_block([*some, row])) > most:
            yield _block(some)
            some = []
        some.append(row)
    if some:
        yield _block(some)


def _block(some: Sequence[Row]) -> Block:
    made: list[Block] = []
    for (style, indent), group in groupby(some, key=lambda row: (row.style, row.indent)):
        sections = [row.element for row in group]
        if not style:
            made += sections
            continue
        listed: Block = {"type": "rich_text_list", "style": style, "elements": sections}
        made.append(listed | {"indent": indent} if indent else listed)
    return rich(*made)


def _bare(items: Sequence[Sequence[Run]]) -> Iterator[Row]:
    for item in items:
        yield from _rows(item, "bullet", 0)


def _of_node(node: SyntaxTreeNode, depth: int, most: int) -> Iterator[Row]:
    ordered = node.type == "ordered_list"
    items = [_item(item) for item in node.children]
    first = int(node.attrs.get("start", 1))
    own = ordered and (first != 1 or any(inner for _, inner in items))
    style = "ordered" if ordered else "bullet"
    lines = [list(_rows(text, style, depth)) for text, _ in items]
    if ordered and (own or any(len(each) != 1 for each in lines) or not _in_one(lines, most)):
        style = ""
        lines = [
            list(_rows(joined([Run(f"{number}. "), *text]), style, depth))
            for number, (text, _) in enumerate(items, start=first)
        ]
    for line, (_, inner) in zip(lines, items, strict=True):
        yield from line
        for each in inner:
            yield from _of_node(each, depth + 1, most)


def _in_one(lines: Sequence[Sequence[Row]], most: int) -> bool:
    return weight(_block([row for line in lines for row in line])) <= most


def _item(node: SyntaxTreeNode) -> tuple[list[Run], list[SyntaxTreeNode]]:
    """The text of an item, and the lists inside it."""
    text: list[Run] = []
    inner: list[SyntaxTreeNode] = []
    for child in node.children:
        if child.type in ("bullet_list", "ordered_list"):
            inner.append(child)
            continue
        text += [Run("\n")] if text else []
        text += runs(child) if child.children else [Run(child.content)]
    return joined(text), inner


def _rows(text: Sequence[Run], style: str, depth: int) -> Iterator[Row]:
    for number, part in enumerate(divided(text, ITEM)):
        section = {"type": "rich_text_section", "elements": elements(part)}
        yield Row(section, style if number == 0 else "", min(depth, INDENT) if style else 0)


def _ended(section: Block) -> Block:
    """A section with a line end, if it has none yet."""
    *before, last = section["elements"]
    if last.get("text", "").endswith("\n"):
        return section
    if last["type"] == "text" and "style" not in last:
        last = last | {"text": last["text"] + "\n"}
        return section | {"elements": [*before, last]}
    return section | {"elements": [*before, last, {"type": "text", "text": "\n"}]}
