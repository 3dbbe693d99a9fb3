"""Markdown as pieces of a message: blocks, and which of them stay together.

Markdown -> tree -> pieces -> heads joined with what they stand over
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import cut, size
from bot.platforms.nodes import Wanted, emphasised, flat, nodes, wanted
from bot.platforms.runs import Run, joined, said, stripped
from bot.platforms.slack.limits import HEADER, TABLE_CELLS, TABLE_ROWS, weight
from bot.platforms.slack.listing import rich, rows, stacked
from bot.platforms.slack.runs import divided, elements, runs
from briefings.text.hygiene import clean, clean_line

BLOCK = 2_900
"""What a block of rich text weighs at most, as JSON."""
PARAGRAPH = 2_700
META = 1_500
TABLE = 8_000
EMPTY = "–"
"""Stands in an empty cell: Slack takes no empty text."""

Block = dict[str, Any]


@dataclass(frozen=True)
class Piece:
    """A block; `holds`: it makes no sense without the next one; `begins`: a part begins here."""

    block: Block
    holds: bool = False
    begins: bool = False

    @cached_property
    def weight(self) -> int:
        """What it takes of a message."""
        return weight(self.block) + 1


def pieces(markdown: str) -> list[Piece]:
    """Markdown as blocks, each valid by itself; pictures of ours are left out."""
    found = [node for node in nodes(markdown) if wanted(node, runs) is None]
    made: list[Piece] = []
    for at, node in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if node.type == "heading":
            made += _heading(node, top=all(_is_top(piece) for piece in made))
        elif node.type == "paragraph" and (meta := _meta(node)):
            holds = bool(made) and made[-1].holds and _is_text(following)
            made.append(Piece(_context(meta), holds=holds))
        else:
            made += [Piece(block) for block in _body(node)]
    return list(_joined_heads(made))


def last_wanted(markdown: str) -> Wanted | None:
    """The last picture of ours that Markdown has on a line of its own."""
    found = (wanted(node, runs) for node in reversed(nodes(markdown)))
    return next((each for each in found if each is not None), None)


def head(text: str) -> Block:
    """A title: one line, cut where it is too long."""
    line = cut(clean_line(text, len(text) + 1), HEADER)
    return {"type": "header", "text": {"type": "plain_text", "text": line, "emoji": False}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def _heading(node: SyntaxTreeNode, *, top: bool) -> Iterator[Piece]:
    """A title, or a head over a part or a story; a part is set off from what is above it."""
    title = node.tag == "h1"
    found = stripped(runs(node, () if title else ("bold",)))
    if not found:
        return
    if title:
        yield Piece(head(said(found)), begins=True)
        return
    part = node.tag == "h2"
    if part and not top:
        yield Piece({"type": "divider"}, holds=True, begins=True)
    first, *more = (_section(part) for part in divided(found, PARAGRAPH))
    yield Piece(rich(first), holds=True, begins=part and top)
    yield from (Piece(rich(each), holds=True) for each in more)


def _is_top(piece: Piece) -> bool:
    return piece.block["type"] in ("header", "context")


def _is_text(node: SyntaxTreeNode | None) -> bool:
    return node is not None and node.type in ("paragraph", "bullet_list", "ordered_list")


def _meta(node: SyntaxTreeNode) -> str:
    """The text of an emphasised paragraph; "" for others, and for a long one."""
    text = said(stripped(emphasised(node, runs)))
    return text if size(text) <= META else ""


def _body(node: SyntaxTreeNode) -> Iterator[Block]:
    match node.type:
        case "paragraph":
            yield from (rich(_section(part)) for part in divided(runs(node), PARAGRAPH))
        case "bullet_list" | "ordered_list":
            yield from rows(node, BLOCK)
        case "table":
            yield from _table(node)
        case "fence" | "code_block":
            for part in divided([Run(clean(node.content))], PARAGRAPH):
                yield rich({"type": "rich_text_preformatted", "elements": elements(part)})
        case "blockquote":
            for part in divided(flat(node, runs), PARAGRAPH):
                yield rich({"type": "rich_text_quote", "elements": elements(part)})
        case "hr":
            yield {"type": "divider"}
        case _:
            yield from (rich(_section(part)) for part in divided(flat(node, runs), PARAGRAPH))


def _section(part: Sequence[Run]) -> Block:
    return {"type": "rich_text_section", "elements": elements(part)}


# --- tables -------------------------------------------------------------------------------------


def _table(node: SyntaxTreeNode) -> Iterator[Block]:
    lines = [each for each in node.walk() if each.type == "tr"]
    cells = [[stripped(runs(cell)) for cell in line.children] for line in lines]
    aligned = [str(cell.attrs.get("style", "")).partition(":")[2] for cell in lines[0].children]
    table = {
        "type": "table",
        "column_settings": [
            {"align": align or "left", "is_wrapped": True} for align in aligned[:TABLE_CELLS]
        ],
        "rows": [[_cell(cell) for cell in line] for line in cells],
    }
    if len(cells) <= TABLE_ROWS and len(aligned) <= TABLE_CELLS and weight(table) <= TABLE:
        yield table
    else:
        yield from _as_list(cells)


def _cell(found: Sequence[Run]) -> Block:
    if any(run.styles or run.url for run in found):
        return rich(_section(found))
    return {"type": "raw_text", "text": said(found) or EMPTY}


def _as_list(cells: Sequence[Sequence[Sequence[Run]]]) -> Iterator[Block]:
    """A table that is too large as a list: the first cell, then the others with their columns."""
    titles, *lines = cells
    items = []
    for line in lines:
        item = [Run(run.text, run.styles | {"bold"}, run.url) for run in line[0]]
        for title, cell in zip(titles[1:], line[1:], strict=False):
            if cell:
                item += [Run(f" · {said(title)}: " if title else " · "), *cell]
        items.append(joined(item))
    yield from rows(items, BLOCK)


# --- heads and what they stand over -------------------------------------------------------------


def _joined_heads(made: Sequence[Piece]) -> Iterator[Piece]:
    """A head and the text right under it are one block: Slack leaves space between two."""
    waiting: Piece | None = None
    for piece in made:
        if waiting is not None:
            if (both := _together(waiting, piece)) is not None:
                waiting = None
                yield both
                continue
            yield waiting
            waiting = None
        if piece.holds and piece.block["type"] == "rich_text":
            waiting = piece
        else:
            yield piece
    if waiting is not None:
        yield waiting


def _together(over: Piece, under: Piece) -> Piece | None:
    if under.block["type"] != "rich_text" or under.holds:
        return None
    block = rich(*stacked([*over.block["elements"], *under.block["elements"]]))
    return Piece(block, begins=over.begins) if weight(block) <= BLOCK else None
