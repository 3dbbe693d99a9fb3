"""The official shapes of blocks and views, from ../shared/specs where that is present."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from tests.servers.slack.limits import Problem

SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs" / "slack.schema.json"


def present() -> bool:
    return SPECS.is_file()


def message(arguments: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with the blocks and the metadata of a message."""
    if not present():
        return
    yield from _blocks(arguments.get("blocks") or [])
    if (metadata := arguments.get("metadata")) is not None:
        for problem in _against("MessageMetadata", metadata, "/metadata"):
            yield Problem(problem.pointer, "invalid_metadata_format", problem.message)


def view(content: dict[str, Any]) -> Iterator[Problem]:
    if not present():
        return
    name = {"modal": "ModalView", "home": "HomeView"}[content["type"]]
    yield from _against(name, {**content, "blocks": []}, "")
    yield from _blocks(content.get("blocks") or [])


def blocks(found: Any) -> list[Problem]:
    return list(_blocks(found)) if present() else []


def _blocks(found: Any) -> Iterator[Problem]:
    if not isinstance(found, list):
        yield Problem("/blocks", "type", "must be an array")
        return
    for number, block in enumerate(found):
        at = f"/blocks/{number}"
        kind = block.get("type") if isinstance(block, dict) else None
        name = _block_names().get(kind) if isinstance(kind, str) else None
        if name is None:
            yield Problem(at, "unsupported_type", f"unsupported type: {kind}")
        else:
            yield from _against(name, block, at)


def _against(name: str, value: Any, at: str) -> Iterator[Problem]:
    found: Iterable[Any] = _validator(name).iter_errors(value)
    for error in found:
        # The branch of an anyOf that comes nearest says more than the anyOf.
        nearest = best_match([error]) or error
        where = "".join(f"/{step}" for step in nearest.absolute_path)
        yield Problem(at + where, "schema", nearest.message[:300])


@cache
def _schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(SPECS.read_text())
    return read


@cache
def _validator(name: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"#/definitions/{name}", **_schema()})


@cache
def _block_names() -> dict[str, str]:
    """Types of blocks, each with the name of its definition."""
    names: dict[str, str] = {}
    definitions = _schema()["definitions"]
    for choice in definitions["KnownBlock"]["anyOf"]:
        name = choice["$ref"].rpartition("/")[2]
        for form in definitions[name].get("anyOf", [definitions[name]]):
            names[form["properties"]["type"]["const"]] = name
    return names
