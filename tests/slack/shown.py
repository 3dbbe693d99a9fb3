"""Views as the text a reader sees, so that what reads badly shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]


def shown(view: Block) -> str:
    """A view, one line a block; buttons in brackets, what is chosen in angle brackets."""
    lines = [f"== {view['title']['text']} =="] if "title" in view else []
    for block in view["blocks"]:
        lines += _block(block)
    ends = [f"[{view[name]['text']}]" for name in ("close", "submit") if name in view]
    return "\n".join([*lines, *([" ".join(ends)] if ends else [])]) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "divider":
            yield "---"
        case "context":
            yield "  ".join(f"({each['text']})" for each in block["elements"])
        case "actions":
            yield "  ".join(f"[{each['text']['text']}]" for each in block["elements"])
        case "input":
            optional = "" if not block.get("optional") else " ?"
            yield f"{block['label']['text']}{optional}: {_element(block['element'])}"
            if "hint" in block:
                yield f"    ({block['hint']['text']})"
        case "rich_text":
            for part in block["elements"]:
                if part["type"] == "rich_text_list":
                    yield from (f"- {_rich(item)}" for item in part["elements"])
                else:
                    yield _rich(part)


def _element(element: Block) -> str:
    first = element.get("initial_option", {}).get("text", {}).get("text", "")
    for name in ("initial_time", "initial_value", "initial_conversation"):
        first = first or element.get(name, "")
    if element["type"] != "static_select":
        return f"<{first}>"
    labels = [_option(option) for option in element["options"]]
    return f"<{first}> of {' | '.join(labels)}"


def _option(option: Block) -> str:
    meaning = option.get("description", {}).get("text", "")
    return f"{option['text']['text']}{f' ({meaning})' if meaning else ''}"


def _rich(section: Block) -> str:
    said = []
    for element in section["elements"]:
        match element["type"]:
            case "text" if element.get("style", {}).get("bold"):
                said.append(f"**{element['text']}**")
            case "text":
                said.append(element["text"])
            case "channel":
                said.append(f"#{element['channel_id']}")
            case "user":
                said.append(f"@{element['user_id']}")
            case "link":
                said.append(f"<{element['url']}|{element['text']}>")
    return "".join(said)
