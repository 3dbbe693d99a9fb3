"""A request to the Web API, whatever form its arguments came in."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

STRUCTURED = frozenset(
    {"attachments", "blocks", "files", "metadata", "unfurls", "user_auth_blocks", "view"}
)
"""Arguments that are JSON also within a form."""


class Refused(Exception):
    """The platform says no, as {"ok": false, "error": code, ...}."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(frozen=True)
class Call:
    method: str
    arguments: dict[str, Any]
    token: str = field(default="", repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise Refused(
                "invalid_arguments",
                response_metadata={"messages": [f"[ERROR] missing required field: {name}"]},
            )
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """JSON's true, and a form's "1" and "true", are all the same."""
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        return str(value).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        return int(value) if value.isdigit() else default


@dataclass(frozen=True)
class Said:
    """An answer of the Web API."""

    body: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def parse(method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Call:
    """`headers`: their names in lower case.

    Raises:
        Refused: when the body is not what it says it is.
    """
    arguments: dict[str, Any] = dict(query)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and body:
        try:
            found = json.loads(body)
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(found, dict):
            raise Refused("json_not_object")
        arguments |= found
    elif body:
        arguments |= parse_qsl(body.decode(), keep_blank_values=True)
    for name in STRUCTURED & arguments.keys():
        arguments[name] = _structured(arguments[name], name)
    authorization = headers.get("authorization", "")
    in_arguments = str(arguments.pop("token", ""))
    bearer = authorization.removeprefix("Bearer ") if authorization.startswith("Bearer ") else ""
    return Call(method, arguments, bearer or in_arguments, _basic(authorization), headers)


def _structured(value: Any, name: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
        raise Refused(code.get(name, "invalid_arguments")) from None


def _basic(authorization: str) -> tuple[str, str] | None:
    if not authorization.startswith("Basic "):
        return None
    try:
        name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
