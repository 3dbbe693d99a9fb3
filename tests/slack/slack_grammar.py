"""What Slack would make of a message: an independent reading of its formatting rules.

docs.slack.dev/messaging/formatting-message-text and the Block Kit reference: `<...>` in mrkdwn and
in the text of a message, elements of rich text; `plain_text` and `raw_text` are letters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft7Validator

SPEC = Path(__file__).resolve().parents[2].parent / "shared" / "specs" / "slack.schema.json"
NOTIFYING = {"user", "usergroup", "broadcast", "team", "channel", "date"}
ANGLE = re.compile(r"<([^<>]*)>")


@dataclass
class Seen:
    """What a reader gets: who is notified, what can be clicked under which label, and letters."""

    mentions: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    colons: list[str] = field(default_factory=list)


def read(blocks: Sequence[Mapping[str, Any]], text: str) -> Seen:
    seen = Seen()
    _read_mrkdwn(text, seen)
    for each in _objects(list(blocks)):
        match each.get("type"):
            case "mrkdwn":
                seen.marked.append(each["text"])
                _read_mrkdwn(each["text"], seen)
            case "plain_text":
                seen.letters.append(each["text"])
                if each.get("emoji") is not False:
                    seen.colons.append(each["text"])
            case "raw_text" | "text":
                seen.letters.append(each["text"])
            case "link":
                seen.links.append((each["url"], each.get("text", each["url"])))
            case kind if kind in NOTIFYING:
                seen.mentions.append(json.dumps(each))
        if each.get("type") == "button" and "url" in each:
            seen.links.append((each["url"], each["text"]["text"]))
    return seen


def _read_mrkdwn(text: str, seen: Seen) -> None:
    for found in ANGLE.finditer(text):
        target, _, label = found[1].partition("|")
        if target[:1] in ("@", "#", "!"):
            seen.mentions.append(found[0])
        else:
            seen.links.append((target, label or target))


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _objects(each)


def label_forges(url: str, label: str) -> bool:
    """Whether a label may be taken for another host's than the one its link leads to."""
    host = urlsplit(url).netloc
    if not label.startswith(host) or label[len(host) : len(host) + 1] not in ("", "/", "?"):
        return True
    return not label.replace("…", "").isascii()


@cache
def block_validator() -> Draft7Validator:
    if not SPEC.exists():
        pytest.skip("Slack's schema (../shared/specs/slack.schema.json) is not beside the project")
    definitions = json.loads(SPEC.read_text(encoding="utf-8"))["definitions"]
    return Draft7Validator({"$ref": "#/definitions/KnownBlock", "definitions": definitions})


def refused_by_schema(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{block['type']}: {error.message[:200]}"
        for block in blocks
        for error in block_validator().iter_errors(block)
    ]
