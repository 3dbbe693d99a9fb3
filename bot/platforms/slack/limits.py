"""What Slack takes at most, and a check of a message or a view against it.

The figures are those of docs.slack.dev/reference/block-kit; the total of a message's blocks is
undocumented and was measured. Lengths are counted in UTF-16 units: no count of Slack's is higher.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.cutting import size

BLOCKS_A_MESSAGE = 50
BLOCKS_A_VIEW = 100
BLOCKS_CHARS = 13_200
"""All blocks of a message together, as compact JSON."""
TEXT = 40_000
TEXT_OBJECT = 3_000
SECTION_FIELDS = 10
SECTION_FIELD = 2_000
HEADER = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
IDENTIFIER = 255
RICH_TEXT = 3_000
"""The text of one rich_text block: no limit of Slack's is known, longer ones are folded away."""
INDENT = 8
TABLE_ROWS = 100
TABLE_CELLS = 20
TABLE_CHARS = 10_000
TABLES_A_MESSAGE = 1
MARKDOWN = 12_000
OPTIONS = 100
OPTION_TEXT = 75
OPTION_VALUE = 150
PLACEHOLDER = 150
LABEL = 2_000
ALT_TEXT = 2_000
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000

_VIEWS = ("modal", "home")

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Excess:
    """Something Slack would refuse: where (a JSON pointer), and what is wrong there."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.what}"


def weight(value: object) -> int:
    """How much of a message's total a block takes, or a list of them."""
    return size(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def fits(payload: Mapping[str, Any]) -> bool:
    """Whether Slack takes a message (`blocks`, `text`) or a view (`type`, `blocks`)."""
    return not check(payload)


def check(payload: Mapping[str, Any]) -> tuple[Excess, ...]:
    """What is too long, too many, empty or twice in a message or a view; nothing when it fits."""
    blocks = payload.get("blocks") or ()
    view = payload.get("type") in _VIEWS
    found = _view(payload) if view else _message(payload, blocks)
    most = BLOCKS_A_VIEW if view else BLOCKS_A_MESSAGE
    return (*found, *_many(blocks, "/blocks", most, least=0), *_blocks(blocks))


def _message(payload: Mapping[str, Any], blocks: Sequence[Block]) -> Iterator[Excess]:
    yield from _long(payload.get("text") or "", "/text", TEXT, least=0)
    if (total := weight(list(blocks))) > BLOCKS_CHARS:
        yield Excess("/blocks", f"{total:,} characters together, {BLOCKS_CHARS:,} at most")
    tables = sum(block.get("type") == "table" for block in blocks)
    if tables > TABLES_A_MESSAGE:
        yield Excess("/blocks", f"{tables} tables, {TABLES_A_MESSAGE} at most")
    markdown = sum(size(block["text"]) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN:
        yield Excess("/blocks", f"{markdown:,} characters of Markdown, {MARKDOWN:,} at most")


def _view(view: Mapping[str, Any]) -> Iterator[Excess]:
    for name in ("title", "submit", "close"):
        if view.get(name):
            yield from _long(view[name]["text"], f"/{name}/text", VIEW_TITLE)
    yield from _long(view.get("private_metadata", ""), "/private_metadata", PRIVATE_METADATA, 0)
    yield from _long(view.get("callback_id", ""), "/callback_id", IDENTIFIER, 0)


def _blocks(blocks: Sequence[Block]) -> Iterator[Excess]:
    for at, block in enumerate(blocks):
        yield from _block(block, f"/blocks/{at}")
    yield from _twice((b["block_id"] for b in blocks if "block_id" in b), "/blocks", "block_id")


def _twice(ids: Iterable[str], at: str, name: str) -> Iterator[Excess]:
    for value, times in Counter(ids).items():
        if times > 1:
            yield Excess(at, f"{name} {value!r} is there {times} times")


def _block(block: Block, at: str) -> Iterator[Excess]:
    yield from _long(block.get("block_id", "-"), f"{at}/block_id", IDENTIFIER)
    match block["type"]:
        case "header":
            yield from _long(block["text"]["text"], f"{at}/text/text", HEADER)
        case "section":
            yield from _section(block, at)
        case "context":
            yield from _many(block["elements"], f"{at}/elements", CONTEXT_ELEMENTS)
            for n, element in enumerate(block["elements"]):
                yield from _element(element, f"{at}/elements/{n}")
        case "actions":
            elements = block["elements"]
            yield from _many(elements, f"{at}/elements", ACTIONS_ELEMENTS)
            ids = (element["action_id"] for element in elements if "action_id" in element)
            yield from _twice(ids, f"{at}/elements", "action_id")
            for n, element in enumerate(elements):
                yield from _element(element, f"{at}/elements/{n}")
        case "input":
            yield from _long(block["label"]["text"], f"{at}/label/text", LABEL)
            if "hint" in block:
                yield from _long(block["hint"]["text"], f"{at}/hint/text", LABEL)
            yield from _element(block["element"], f"{at}/element")
        case "image":
            yield from _element(block, at)
        case "rich_text":
            yield from _rich_text(block, at)
        case "table":
            yield from _table(block, at)


def _section(block: Block, at: str) -> Iterator[Excess]:
    fields = block.get("fields", ())
    if "text" in block:
        yield from _long(block["text"]["text"], f"{at}/text/text", TEXT_OBJECT)
    elif not fields:
        yield Excess(at, "neither text nor fields")
    yield from _many(fields, f"{at}/fields", SECTION_FIELDS, least=0)
    for n, field in enumerate(fields):
        yield from _long(field["text"], f"{at}/fields/{n}/text", SECTION_FIELD)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{at}/accessory")


def _element(element: Mapping[str, Any], at: str) -> Iterator[Excess]:
    """A text object, or an element of a block that holds others."""
    kind = element["type"]
    if kind in ("plain_text", "mrkdwn"):
        yield from _long(element["text"], f"{at}/text", TEXT_OBJECT)
        return
    yield from _long(element.get("action_id", "-"), f"{at}/action_id", IDENTIFIER)
    for name in ("url", "image_url"):
        yield from _long(element.get(name, "-"), f"{at}/{name}", URL)
    yield from _long(element.get("alt_text", "-"), f"{at}/alt_text", ALT_TEXT)
    if "placeholder" in element:
        yield from _long(element["placeholder"]["text"], f"{at}/placeholder/text", PLACEHOLDER)
    if kind == "button":
        yield from _long(element["text"]["text"], f"{at}/text/text", BUTTON_TEXT)
        yield from _long(element.get("value", "-"), f"{at}/value", BUTTON_VALUE)
    groups = element.get("option_groups", ())
    yield from _many(groups, f"{at}/option_groups", OPTIONS, least=0)
    for n, group in enumerate(groups):
        yield from _options(group["options"], f"{at}/option_groups/{n}/options")
    if "options" in element:
        yield from _options(element["options"], f"{at}/options")


def _options(options: Sequence[Mapping[str, Any]], at: str) -> Iterator[Excess]:
    yield from _many(options, at, OPTIONS)
    for n, option in enumerate(options):
        yield from _long(option["text"]["text"], f"{at}/{n}/text/text", OPTION_TEXT)
        yield from _long(option.get("value", "-"), f"{at}/{n}/value", OPTION_VALUE)


def _rich_text(block: Block, at: str) -> Iterator[Excess]:
    total = sum(size(text) for text in rich_texts(block))
    if total > RICH_TEXT:
        yield Excess(at, f"{total:,} characters, {RICH_TEXT:,} at most")
    yield from _rich_elements(block, at)


def _rich_elements(holder: Mapping[str, Any], at: str) -> Iterator[Excess]:
    """Empty elements, and indents too deep, at any depth."""
    elements = holder["elements"]
    if not elements:
        yield Excess(f"{at}/elements", "empty")
    if holder.get("indent", 0) > INDENT:
        yield Excess(f"{at}/indent", f"{holder['indent']}, {INDENT} at most")
    for n, element in enumerate(elements):
        here = f"{at}/elements/{n}"
        if "elements" in element:
            yield from _rich_elements(element, here)
            continue
        yield from _long(element.get("text", "-"), f"{here}/text", RICH_TEXT)
        yield from _long(element.get("url", "-"), f"{here}/url", URL)


def rich_texts(holder: Mapping[str, Any]) -> Iterator[str]:
    """The texts inside a rich_text block, in order."""
    for element in holder["elements"]:
        if "elements" in element:
            yield from rich_texts(element)
        else:
            yield element.get("text", "")


def _table(block: Block, at: str) -> Iterator[Excess]:
    yield from _many(block["rows"], f"{at}/rows", TABLE_ROWS)
    yield from _many(block.get("column_settings", ()), f"{at}/column_settings", TABLE_CELLS, 0)
    total = 0
    for r, row in enumerate(block["rows"]):
        yield from _many(row, f"{at}/rows/{r}", TABLE_CELLS)
        for c, cell in enumerate(row):
            here = f"{at}/rows/{r}/{c}"
            if cell["type"] == "rich_text":
                yield from _rich_text(cell, here)
                total += sum(size(text) for text in rich_texts(cell))
            elif cell["type"] == "raw_text":
                yield from _long(cell["text"], f"{here}/text", TABLE_CHARS)
                total += size(cell["text"])
    if total > TABLE_CHARS:
        yield Excess(at, f"{total:,} characters in all cells, {TABLE_CHARS:,} at most")


def _long(text: str, at: str, most: int, least: int = 1) -> Iterator[Excess]:
    if (length := size(text)) > most:
        yield Excess(at, f"{length:,} characters, {most:,} at most")
    elif length < least:
        yield Excess(at, "empty")


def _many(items: Sequence[object], at: str, most: int, least: int = 1) -> Iterator[Excess]:
    if len(items) > most:
        yield Excess(at, f"{len(items)} items, {most} at most")
    elif len(items) < least:
        yield Excess(at, "empty")
