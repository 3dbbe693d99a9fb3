"""Discord's own description of its API, where a copy of it lies beside the repository.

Both what is sent to the loopback Discord and what that answers is held against it: a server that
lies proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.servers.discord.limits import Problem

PATH = Path(__file__).resolve().parents[4] / "shared" / "specs" / "discord-openapi.json"
_ROOT = "urn:discord"


class Description:
    """The description as read; `of_routes` are (method, path pattern, id of the operation)."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._said = said
        resource = DRAFT202012.create_resource(said)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        self._operations = {
            operation["operationId"]: operation
            for item in said["paths"].values()
            for method, operation in item.items()
            if method != "parameters"
        }
        self._validators: dict[str, Draft202012Validator] = {}

    def request(self, operation: str, body: Any) -> Iterator[Problem]:
        """What is wrong with the body of a request."""
        asked = self._operations[operation].get("requestBody")
        if asked is None or body is None:
            return
        schema = asked["content"]["application/json"]["schema"]
        yield from self._problems(f"request {operation}", schema, _waived(body))

    def response(self, operation: str, status: int, body: Any) -> Iterator[Problem]:
        """What is wrong with an answer of ours."""
        answers = self._operations[operation]["responses"]
        found = answers.get(str(status)) or answers.get(f"{status // 100}XX")
        if found is None:
            if status < 500:
                yield Problem("", "UNKNOWN_STATUS", f"{operation} never answers {status}")
            return
        if "$ref" in found:
            name = found["$ref"].rpartition("/")[2]
            found = self._said["components"]["responses"][name]
        content = found.get("content")
        if content is None:
            if body is not None:
                yield Problem("", "NO_CONTENT", f"{operation} says nothing with {status}")
            return
        schema = content["application/json"]["schema"]
        said = _numbered(body) if status >= 400 else body
        yield from self._problems(f"response {operation} {status}", schema, said)

    def thing(self, name: str, body: Any) -> Iterator[Problem]:
        """What is wrong with one of the components, such as MessageResponse."""
        schema = {"$ref": f"#/components/schemas/{name}"}
        yield from self._problems(f"thing {name}", schema, body)

    def _problems(self, key: str, schema: dict[str, Any], body: Any) -> Iterator[Problem]:
        validator = self._validators.get(key)
        if validator is None:
            validator = Draft202012Validator(_rooted(schema), registry=self._registry)
            self._validators[key] = validator
        for error in validator.iter_errors(body):
            yield _problem(error)


def _problem(error: ValidationError) -> Problem:
    deepest = error
    while deepest.context:
        # Of several forms that might be meant, the one that fits furthest.
        deepest = max(deepest.context, key=lambda each: (len(each.absolute_path), relevance(each)))
    path = ".".join(str(step) for step in deepest.absolute_path)
    return Problem(path, f"SCHEMA_{str(deepest.validator).upper()}", deepest.message[:300])


def _rooted(schema: Any) -> Any:
    """References of a fragment made to lead into the whole."""
    if isinstance(schema, dict):
        return {
            name: f"{_ROOT}{value}" if name == "$ref" else _rooted(value)
            for name, value in schema.items()
        }
    return [_rooted(each) for each in schema] if isinstance(schema, list) else schema


def _waived(body: Any) -> Any:
    """A body with ids as text: discord.py sends some as numbers, which Discord takes.

    These are attachments[].id, allowed_mentions.users and .roles.
    """
    if isinstance(body, dict):
        return {name: _waived_in(name, value) for name, value in body.items()}
    return [_waived(each) for each in body] if isinstance(body, list) else body


def _waived_in(name: str, value: Any) -> Any:
    if name == "attachments" and isinstance(value, list):
        return [{**each, "id": str(each["id"])} if "id" in each else each for each in value]
    if name == "allowed_mentions" and isinstance(value, dict):
        ids = {
            kind: [str(id) for id in value[kind]] for kind in ("users", "roles") if kind in value
        }
        return {**value, **ids}
    return _waived(value)


def _numbered(errors: Any) -> Any:
    """Errors with numbers for codes, as the description has it; Discord itself says words."""
    if isinstance(errors, dict):
        return {
            name: 0 if name == "code" and isinstance(value, str) else _numbered(value)
            for name, value in errors.items()
        }
    return [_numbered(each) for each in errors] if isinstance(errors, list) else errors


@lru_cache(maxsize=1)
def description() -> Description | None:
    """Discord's description, or None where there is no copy of it."""
    return Description(json.loads(PATH.read_text())) if PATH.exists() else None
