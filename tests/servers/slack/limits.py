"""Slack's limits as its documentation gives them, written down apart from the product's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TEXT = 40_000
BLOCKS = {"message": 50, "modal": 100, "home": 100}
BLOCKS_TOGETHER = 13_200
"""Measured by others and counted here as compact JSON, the strictest reading: 13,297 characters
went through in one markdown block, fewer with more blocks (slackapi/bolt-js#2509, #2867)."""
MARKDOWN_TOGETHER = 12_000
METADATA = 16_384
PRIVATE_METADATA = 3000
ID = 255

LENGTHS: dict[tuple[str, str], int] = {
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("image", "title"): 2000,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("markdown", "text"): 12_000,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("option", "description"): 75,
    ("option group", "label"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("plain_text_input", "initial_value"): 3000,
}
COUNTS: dict[tuple[str, str], int] = {
    ("section", "fields"): 10,
    ("context", "elements"): 10,
    ("actions", "elements"): 25,
    ("table", "rows"): 100,
    ("table", "column_settings"): 20,
    ("overflow", "options"): 5,
    ("checkboxes", "options"): 10,
    ("radio_buttons", "options"): 10,
}
OPTIONS = 100
TEXT_OBJECT = 3000
TABLE_COLUMNS = 20
TABLE_TEXT = 10_000
FIELD = 2000
PLACEHOLDER = 150


@dataclass(frozen=True)
class Problem:
    """As blocks.validate describes it."""

    pointer: str
    code: str
    message: str


def message(arguments: dict[str, Any]) -> Iterator[Problem]:
    """What Slack would refuse in a message, besides its shapes."""
    text, found = arguments.get("text") or "", arguments.get("blocks") or []
    if not text and not found and not arguments.get("attachments"):
        yield Problem("/text", "no_text", "no text")
    if size(text) > TEXT:
        yield Problem("/text", "msg_too_long", f"must be less than {TEXT + 1} characters")
    yield from blocks(found, "message")
    metadata = arguments.get("metadata")
    if metadata is not None and len(json.dumps(metadata)) > METADATA:
        yield Problem("/metadata", "metadata_too_large", f"over {METADATA} bytes")


def manners(method: str, arguments: dict[str, Any]) -> Iterator[Problem]:
    """What Slack takes, and we never send: what can ping people, or show pages of others."""
    if not (arguments.get("text") or "").strip():
        yield Problem("/text", "no_fallback", "blocks without a text beside them")
    if arguments.get("link_names") not in (None, False, "0", "false"):
        yield Problem("/link_names", "pings", "names become mentions")
    if arguments.get("parse") == "full":
        yield Problem("/parse", "pings", "names become mentions")
    if method == "chat.postMessage":
        for name in ("unfurl_links", "unfurl_media"):
            if arguments.get(name) not in (False, "0", "false"):
                yield Problem(f"/{name}", "unfurls", "must be false")


def view(content: dict[str, Any]) -> Iterator[Problem]:
    kind = content["type"]
    found = content.get("blocks")
    yield from _lengths(content, kind, "")
    if len(content.get("private_metadata") or "") > PRIVATE_METADATA:
        yield _too_long("/private_metadata", PRIVATE_METADATA)
    for name in ("callback_id", "external_id"):
        if len(content.get(name) or "") > ID:
            yield _too_long(f"/{name}", ID)
    if kind == "modal" and not content.get("title"):
        yield Problem("/title", "missing", "missing required field: title")
    if not isinstance(found, list):
        yield Problem("/blocks", "missing", "missing required field: blocks")
        return
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in found)
    if kind == "modal" and inputs and not content.get("submit"):
        yield Problem("/submit", "missing", "a form with inputs needs a button to submit")
    yield from blocks(found, kind)


def blocks(found: Any, surface: str = "message") -> list[Problem]:
    """What is too long, too many or twice in blocks."""
    if not isinstance(found, list):
        return [Problem("/blocks", "type", "must be an array")]
    problems = []
    if len(found) > BLOCKS[surface]:
        problems.append(_too_many("/blocks", BLOCKS[surface]))
    for number, block in enumerate(found):
        if isinstance(block, dict):
            problems += _block(block, f"/blocks/{number}", surface)
    ids = [block["block_id"] for block in found if isinstance(block, dict) and "block_id" in block]
    if len(ids) != len(set(ids)):
        problems.append(Problem("/blocks", "twice", "block_id is not unique"))
    problems += _together(found, surface)
    return problems


def _together(found: list[Any], surface: str) -> Iterator[Problem]:
    together = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    if surface == "message" and size(together) > BLOCKS_TOGETHER:
        message = f"all blocks together are over {BLOCKS_TOGETHER} characters"
        yield Problem("/blocks", "msg_blocks_too_long", message)
    markdown = [block for block in found if block.get("type") == "markdown"]
    if sum(len(block.get("text", "")) for block in markdown) > MARKDOWN_TOGETHER:
        yield _too_long("/blocks", MARKDOWN_TOGETHER)
    if sum(block.get("type") == "table" for block in found) > 1:
        yield Problem("/blocks", "only_one_table_allowed", "one table a message")


def size(text: str) -> int:
    """In UTF-16 units: no way of counting that Slack may have gives more, bytes aside."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def written(value: Any) -> int:
    """How many characters of text a value holds: those people read, and addresses."""
    if isinstance(value, list):
        return sum(written(each) for each in value)
    if isinstance(value, dict):
        own = sum(
            size(value[name])
            for name in ("text", "url", "alt_text", "image_url")
            if isinstance(value.get(name), str)
        )
        return own + sum(written(each) for each in value.values() if not isinstance(each, str))
    return 0


_SURFACES = {
    "message": frozenset(),
    "modal": frozenset({"table", "markdown", "file"}),
    "home": frozenset({"table", "markdown", "file"}),
}
"""Blocks that a surface does not take."""


def _block(block: dict[str, Any], at: str, surface: str) -> Iterator[Problem]:
    kind = str(block.get("type"))
    if kind in _SURFACES[surface]:
        yield Problem(at, "unsupported_type", f"unsupported block in a {surface}: {kind}")
    if len(block.get("block_id") or "") > ID:
        yield _too_long(f"{at}/block_id", ID)
    if kind == "section":
        if not block.get("text") and not block.get("fields"):
            yield Problem(at, "missing", "text or fields is needed")
        for number, text in enumerate(block.get("fields") or []):
            if _length(text) > FIELD:
                yield _too_long(f"{at}/fields/{number}", FIELD)
    if kind in {"actions", "context"} and not block.get("elements"):
        yield Problem(f"{at}/elements", "missing", "no less than 1 items allowed")
    if kind == "table":
        yield from _table(block, at)
    names = [element["action_id"] for element in _elements(block) if element.get("action_id")]
    if len(names) != len(set(names)):
        yield Problem(at, "twice", "action_id is not unique in its block")
    yield from _inside(block, at)


def _table(block: dict[str, Any], at: str) -> Iterator[Problem]:
    rows = block.get("rows") or []
    for number, row in enumerate(rows):
        if isinstance(row, list) and len(row) > TABLE_COLUMNS:
            yield _too_many(f"{at}/rows/{number}", TABLE_COLUMNS)
    if not rows:
        yield Problem(f"{at}/rows", "missing", "no less than 1 items allowed")
    if len({len(row) for row in rows}) > 1:
        yield Problem(f"{at}/rows", "uneven", "rows must have the same number of cells")
    if written(rows) > TABLE_TEXT:
        yield _too_long(f"{at}/rows", TABLE_TEXT)


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    return [element for element in found if isinstance(element, dict)]


def _inside(value: Any, at: str) -> Iterator[Problem]:
    """Limits of everything within a block, by the type it says it is of."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _inside(each, f"{at}/{number}")
    if isinstance(value, dict):
        yield from _object(value, str(value.get("type", "")), at)
        for name, each in value.items():
            yield from _inside(each, f"{at}/{name}")


def _object(value: dict[str, Any], kind: str, at: str) -> Iterator[Problem]:
    if kind in {"plain_text", "mrkdwn"}:
        if not value.get("text"):
            yield Problem(f"{at}/text", "too_short", "must be more than 0 characters")
        if size(value.get("text") or "") > TEXT_OBJECT:
            yield _too_long(f"{at}/text", TEXT_OBJECT)
    yield from _lengths(value, kind, at)
    for (owner, name), most in COUNTS.items():
        if owner == kind and len(value.get(name) or []) > most:
            yield _too_many(f"{at}/{name}", most)
    if len(value.get("action_id") or "") > ID:
        yield _too_long(f"{at}/action_id", ID)
    if _length(value.get("placeholder")) > PLACEHOLDER:
        yield _too_long(f"{at}/placeholder", PLACEHOLDER)
    if isinstance(value.get("confirm"), dict) and kind:
        yield from _lengths(value["confirm"], "confirm", f"{at}/confirm")
    for name in ("options", "option_groups", "initial_options"):
        yield from _options(value.get(name), f"{at}/{name}")


def _options(found: Any, at: str) -> Iterator[Problem]:
    if found is None:
        return
    if not isinstance(found, list) or not found:
        yield Problem(at, "missing", "no less than 1 items allowed")
        return
    if len(found) > OPTIONS:
        yield _too_many(at, OPTIONS)
    values = [json.dumps(option.get("value")) for option in found if "value" in option]
    if len(values) != len(set(values)):
        yield Problem(at, "twice", "the values of options must be unique")
    for number, option in enumerate(found):
        kind = "option group" if at.endswith("groups") else "option"
        yield from _lengths(option, kind, f"{at}/{number}")


def suggestions(said: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with the options offered to a select."""
    groups = said.get("option_groups")
    if groups is not None:
        yield from _options(groups, "/option_groups")
        for number, group in enumerate(groups):
            yield from _options(group.get("options"), f"/option_groups/{number}/options")
        return
    found = said.get("options")
    if found:
        yield from _options(found, "/options")
    elif found is None:
        yield Problem("/options", "missing", "options or option_groups is needed")


def _lengths(value: dict[str, Any], kind: str, at: str) -> Iterator[Problem]:
    for (owner, name), most in LENGTHS.items():
        if owner == kind and _length(value.get(name)) > most:
            yield _too_long(f"{at}/{name}", most)


def _length(value: Any) -> int:
    """Of a string, or of a text object."""
    found = value.get("text") if isinstance(value, dict) else value
    return size(found) if isinstance(found, str) else 0


def _too_long(at: str, most: int) -> Problem:
    return Problem(at, "too_long", f"must be less than {most + 1} characters")


def _too_many(at: str, most: int) -> Problem:
    return Problem(at, "too_many", f"no more than {most} items allowed")
