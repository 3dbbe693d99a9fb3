"""The manifest, read: the little of YAML it is written in, and nothing more.

Mappings, lists of words or of mappings, words, quoted words, true and false, whole numbers, and
folded texts (>-). Anything else is an error, so that nobody relies on what this does not know.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parents[2] / "bot/platforms/slack/manifest.yaml"
_PAIR = re.compile(r"([a-z_]+):(?: (.+))?")

Line = tuple[int, str]


def manifest(text: str | None = None) -> dict[str, Any]:
    written = PATH.read_text(encoding="utf-8") if text is None else text
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip())
        for line in written.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    found, rest = _mapping(lines, 0)
    assert rest == [], f"not understood: {rest[0]}"
    return found


def _mapping(lines: list[Line], indent: int) -> tuple[dict[str, Any], list[Line]]:
    found: dict[str, Any] = {}
    while lines and lines[0][0] == indent and not lines[0][1].startswith("- "):
        pair = _PAIR.fullmatch(lines[0][1])
        assert pair, f"no pair: {lines[0][1]}"
        name, value, lines = pair[1], pair[2], lines[1:]
        assert name not in found, f"twice: {name}"
        if value == ">-":
            end = next((n for n, line in enumerate(lines) if line[0] <= indent), len(lines))
            found[name] = " ".join(line for _, line in lines[:end])
            lines = lines[end:]
        elif value is None:
            inside = lines[0][0] if lines else 0
            assert inside > indent, f"nothing in {name}"
            read = _list if lines[0][1].startswith("- ") else _mapping
            found[name], lines = read(lines, inside)
        else:
            found[name] = _word(value)
    return found, lines


def _list(lines: list[Line], indent: int) -> tuple[list[Any], list[Line]]:
    found: list[Any] = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("- "):
        first = lines[0][1][2:]
        if _PAIR.fullmatch(first):
            item, lines = _mapping([(indent + 2, first), *lines[1:]], indent + 2)
            found.append(item)
        else:
            found.append(_word(first))
            lines = lines[1:]
    return found, lines


def _word(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if value.isdigit():
        return int(value)
    if value.startswith('"'):
        return json.loads(value)
    assert not set("&*!|>%@`{}[]#'") & {value[0]}, f"not plain: {value}"
    assert ": " not in value, f"not plain: {value}"
    assert " #" not in value, f"not plain: {value}"
    return value
