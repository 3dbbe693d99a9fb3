"""The parts views are built of. Pure.

Whatever somebody else wrote stands in `plain_text` or in an element of a rich text: neither is
read for mentions, links or marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from briefings.render import link as autolink
from briefings.text.hygiene import clean, clean_line

Block = dict[str, Any]

MOST_OPTIONS = 100
_OPTION, _VALUE = 75, 150


def plain(text: str, limit: int = 3_000) -> Block:
    """A text shown letter for letter, on one line; Slack takes no empty one."""
    return {"type": "plain_text", "text": clean_line(text, limit) or "–", "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def note(text: str) -> Block:
    """A line in small grey letters."""
    return {"type": "context", "elements": [plain(text, 2_000)]}


def paragraph(*elements: Block) -> Block:
    """Elements side by side: `text`, `channel`, `person`, `link`."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": list(elements)}],
    }


def bullets(lines: Iterable[Sequence[Block]]) -> Block:
    """Lines of elements as a list."""
    items = [{"type": "rich_text_section", "elements": list(line)} for line in lines]
    listed = {"type": "rich_text_list", "style": "bullet", "elements": items}
    return {"type": "rich_text", "elements": [listed]}


def text(text: str, *, bold: bool = False) -> Block:
    style = {"style": {"bold": True}} if bold else {}
    return {"type": "text", "text": clean(text)[:2_000] or "–", **style}


def person(user: str) -> Block:
    return {"type": "user", "user_id": user}


def place(channel: str) -> list[Block]:
    """A channel by its name, which Slack puts in where the reader may see it."""
    if channel.startswith("D"):
        return [text("your messages with intelbrief")]
    return [{"type": "channel", "channel_id": channel}]


def link(address: str) -> list[Block]:
    """A link that shows the host it leads to; nothing where the address is no web address."""
    safe = autolink(address)
    if not safe.startswith("<"):
        return []
    url = safe[1:-1]
    return [{"type": "link", "url": url, "text": urlsplit(url).hostname or url}]


def button(  # noqa: PLR0913 - what a button has
    action: str,
    label: str,
    value: str,
    *,
    spoken: str = "",
    style: str = "",
    confirm: Block | None = None,
) -> Block:
    """A button; `spoken` is what a screen reader says."""
    made: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(label, 75),
        "value": value,
    }
    if spoken:
        made["accessibility_label"] = clean_line(spoken, 75)
    if style:
        made["style"] = style
    if confirm is not None:
        made["confirm"] = confirm
    return made


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def option(label: str, value: str, meaning: str = "") -> Block:
    made: Block = {"text": plain(label, _OPTION), "value": value}
    if meaning:
        made["description"] = plain(meaning, _OPTION)
    return made


def options(choices: Iterable[tuple[str, str]]) -> list[Block]:
    """Choices (label, value) as options, as many as Slack takes; none whose value is too long."""
    fitting = [option(label, value) for label, value in choices if 0 < len(value) <= _VALUE]
    return fitting[:MOST_OPTIONS]


def field(block: str, label: str, element: Block, *, hint: str = "", **more: Any) -> Block:
    """An input of a form, with its label."""
    made: Block = {"type": "input", "block_id": block, "label": plain(label), "element": element}
    if hint:
        made["hint"] = plain(hint)
    return {**made, **more}


def message(title: str, *said: str) -> Block:
    """A modal that says something and asks nothing."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": [paragraph(text(each)) for each in said if each],
    }
