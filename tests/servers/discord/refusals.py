"""How Discord says no: a status, a code of its own in JSON, and what is wrong with a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.servers.discord.limits import Problem

MESSAGES = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    40033: (400, "This message has already been crossposted."),
    40094: (400, "This interaction has reached the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50240: (400, "You cannot remove this app's Entry Point command in a bulk update operation."),
    50083: (400, "Thread is archived"),
}


class Refused(Exception):
    """A request that is not done."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = int(status)
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {"message": message, "code": code, **(more or {})}
        if errors:
            self.body["errors"] = dict(errors)


def refused(code: int) -> Refused:
    """The refusal of a code of Discord's."""
    status, message = MESSAGES[code]
    return Refused(status, code, message)


def form_errors(problems: Iterable[Problem]) -> dict[str, Any]:
    """Problems in the nested form of a 50035: {embeds: {0: {title: {_errors: [...]}}}}."""
    errors: dict[str, Any] = {}
    # What is wrong with a whole is said before, and instead of, what is wrong with its pieces.
    for problem in sorted(problems, key=lambda each: each.path.count(".")):
        place = errors
        for step in filter(None, problem.path.split(".")):
            place = place.setdefault(step, {}) if "_errors" not in place else place
        said = {"code": problem.code, "message": problem.message}
        if "_errors" in place or not place:
            place.setdefault("_errors", []).append(said)
    return errors
