"""Markdown to Slack's Block Kit, and Slack's blocks to plain text.

    # title            header          a list          rich_text_list, nested by indent
    ## part            divider, bold   a table         table, or a list where it does not fit
    ### story          bold            `code`          text in code style
    *meta* [1]         context         <https://..>    link that shows its host
    ![a picture](..)   its words; where the address is one of ours, a picture below the last page

No block has mrkdwn in it: feed text stands where Slack reads no marks, mentions or addresses. Only
the plain text that goes with every message is mrkdwn to Slack; there `&`, `<` and `>` are escaped.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.platforms.cutting import cut, size
from bot.platforms.nodes import Wanted
from bot.platforms.slack.limits import check
from bot.platforms.slack.pieces import Piece, last_wanted, pieces

PAGE_BLOCKS = 40
PAGE_CHARS = 10_000
"""What a page weighs at most, as JSON: buttons come on top."""
PAGE_TEXT = 3_000
"""Characters of the plain text of a page: an edited message takes no more than 4,000."""

_CHAIN = PAGE_CHARS // 2
_CHAIN_BLOCKS = PAGE_BLOCKS // 4
_RUNNING_HEAD = 300

_log = logging.getLogger(__name__)

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its blocks, and its text for notifications, screen readers and search.

    Without blocks the text is the message. `picture` is wanted below the blocks.
    """

    blocks: tuple[Block, ...]
    text: str
    picture: Wanted | None = None


def blocks(markdown: str) -> list[Block]:
    """Markdown as any number of blocks, each within Slack's limits."""
    return [piece.block for piece in pieces(markdown)]


def pages(markdown: str) -> list[Page]:
    """Markdown as messages in order, at least one, each within Slack's limits.

    All but the first begin with the title and their number; the last has the picture.
    """
    *others, last = pages_of(pieces(markdown))
    return [*others, replace(last, picture=last_wanted(markdown))]


def pages_of(found: Sequence[Piece]) -> list[Page]:
    """Pieces as messages, the same way."""
    divided = [[piece.block for piece in part] for part in _divided(found)]
    if len(divided) < 2:
        return [page_of(divided[0] if divided else [])]
    title = next((b["text"]["text"] for b in divided[0] if b["type"] == "header"), "")
    made = [page_of(divided[0])]
    for number, page in enumerate(divided[1:], start=2):
        place = f"page {number} of {len(divided)}"
        line = f"{cut(title, 100)} · {place}" if title else place.capitalize()
        made.append(page_of([note(line), *page]))
    return made


def page_of(found: Sequence[Block], text: str = "") -> Page:
    """Blocks as one message; where Slack would refuse them, their text alone."""
    said = text or escaped(spoken(found)) or "–"
    if excess := check({"blocks": found, "text": said}):
        _log.error("blocks that Slack would refuse are sent as text: %s", excess[0])
        return Page((), said)
    return Page(tuple(found), said)


def plain(markdown: str) -> str:
    """Markdown as text without marks, escaped, of at most 3,000 characters."""
    return escaped(spoken(blocks(markdown)))


def note(text: str) -> Block:
    """A line in small grey letters."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def escaped(text: str, most: int = PAGE_TEXT) -> str:
    """A text as Slack's mrkdwn shows it letter for letter, cut where it is too long."""
    return _escape(cut(text, most, lambda part: size(_escape(part))))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- pages --------------------------------------------------------------------------------------


def _divided(found: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces as pages: broken between parts where that leaves none half empty, else anywhere
    between pieces that need not stay together.
    """
    waiting = deque(_chains(found))
    page: list[list[Piece]] = []
    while waiting:
        chain = waiting.popleft()
        if _fits([*page, chain]) or not page:
            page.append(chain)
            continue
        at = _break(page)
        yield _flat(page[:at])
        waiting.extendleft(reversed([*page[at:], chain]))
        page = []
    if page:
        yield _flat(page)


def _chains(found: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces that stay together, but for more of them than a page has room for."""
    chain: list[Piece] = []
    for piece in found:
        full = len(chain) == _CHAIN_BLOCKS or _weight([*chain, piece]) > _CHAIN
        if chain and full:
            yield chain
            chain = []
        chain.append(piece)
        if not piece.holds:
            yield chain
            chain = []
    if chain:
        yield chain


def _break(page: Sequence[list[Piece]]) -> int:
    """Before which chain a full page ends: the last part that begins in its second half, or all."""
    for at in range(len(page) - 1, 0, -1):
        if page[at][0].begins and _weight(_flat(page[:at])) >= PAGE_CHARS // 2:
            return at
    return len(page)


def _fits(page: Sequence[list[Piece]]) -> bool:
    found = _flat(page)
    tables = sum(piece.block["type"] == "table" for piece in found)
    room = PAGE_CHARS - _RUNNING_HEAD
    return tables <= 1 and len(found) < PAGE_BLOCKS and _weight(found) <= room


def _flat(page: Sequence[list[Piece]]) -> list[Piece]:
    """The pieces of a page; it does not begin with a line across."""
    found = [piece for chain in page for piece in chain]
    return found[1:] if found[0].block["type"] == "divider" and len(found) > 1 else found


def _weight(found: Sequence[Piece]) -> int:
    return sum(piece.weight for piece in found)


# --- plain text ---------------------------------------------------------------------------------


def spoken(found: Sequence[Block]) -> str:
    """What blocks say, in their order, as text without marks; addresses in full."""
    text, before = "", ""
    for block in found:
        if said := _SAYS.get(block["type"], _silent)(block).strip():
            close = block["type"] == "context" or (before == "context" and not _is_head(block))
            text += ("\n" if close else "\n\n") * bool(text) + said
            before = block["type"]
    return text


def _is_head(block: Block) -> bool:
    """Whether a block begins with bold letters."""
    text = block.get("elements", [{}])[0].get("elements", [{}])[0]
    return bool(text.get("style", {}).get("bold"))


def _silent(block: Block) -> str:
    return ""


def _header(block: Block) -> str:
    return str(block["text"]["text"])


def _context(block: Block) -> str:
    return " ".join(element.get("text", "") for element in block["elements"])


def _table(block: Block) -> str:
    lines = ([_cell(cell) for cell in row] for row in block["rows"])
    return "\n".join(" · ".join(line) for line in lines)


def _cell(cell: Block) -> str:
    return cell["text"] if cell["type"] == "raw_text" else _rich(cell).strip()


def _rich(block: Block) -> str:
    lines: list[str] = []
    for element in block["elements"]:
        if element["type"] != "rich_text_list":
            lines.append(_said(element))
            continue
        indent = "  " * element.get("indent", 0)
        for number, item in enumerate(element["elements"], start=1):
            mark = f"{number}." if element["style"] == "ordered" else "•"
            lines.append(f"{indent}{mark} {_said(item)}")
    return "\n".join(line.rstrip("\n") for line in lines)


def _said(section: Block) -> str:
    return "".join(each.get("url") or each.get("text", "") for each in section["elements"])


_SAYS = {"header": _header, "context": _context, "table": _table, "rich_text": _rich}
