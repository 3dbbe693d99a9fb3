"""What Slack's payloads say. Pure.

A payload is a slash command (flat), an interaction (button, shortcut, view) or an event in its
envelope; docs.slack.dev/interactivity and docs.slack.dev/apis/events-api describe them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.platforms.slack.settings import NAME
from briefings.subscriptions import Scope

Body = Mapping[str, Any]

MOST_LINKS = 3
"""Of a message, that are summarised."""

_MARKED = re.compile(r"<([^<>\n]*)>")
_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, where, and what tells this request from every other."""

    id: str
    scope: Scope
    user: str
    response_url: str = ""


def asked(body: Body, workspace: str) -> Asked:
    """Who sent a payload, and where; `workspace` is the one whose token answers it."""
    event = body.get("event")
    if isinstance(event, Mapping):
        channel, user = event.get("channel"), event.get("user")
    else:
        channel = _id(body.get("channel")) or body.get("channel_id")
        channel = channel or (body.get("container") or {}).get("channel_id")
        user = _id(body.get("user")) or body.get("user_id")
    return Asked(
        id=delivery_id(body),
        scope=Scope(NAME, workspace, str(channel or "")),
        user=str(user or ""),
        response_url=str(body.get("response_url") or ""),
    )


def delivery_id(body: Body) -> str:
    """What is the same whenever Slack brings the same thing again, and else never.

    An event has an id of its own; a command or a press has the id of what it may open a form with.
    An envelope has an id, too, but only of one delivery.
    """
    if body.get("type") == "event_callback" and body.get("event_id"):
        return f"{NAME} event {body['event_id']}"
    if body.get("trigger_id"):
        return f"{NAME} {body.get('type') or 'command'} {body['trigger_id']}"
    text = json.dumps(body, sort_keys=True, default=str)
    return f"{NAME} payload {sha256(text.encode()).hexdigest()}"


def typed(text: str, *, bot_user: str = "") -> str:
    """A text as it was typed, out of the form Slack sends it in; the bot's own name is left out."""

    def unmarked(found: re.Match[str]) -> str:
        inside, _, label = found[1].partition("|")
        if bot_user and inside == f"@{bot_user}":
            return " "
        if inside.startswith(("http://", "https://", "mailto:")):
            return inside.removeprefix("mailto:")
        if inside.startswith(("@", "#", "!")):
            return label or inside
        return found[0]

    return html.unescape(_MARKED.sub(unmarked, text)).strip()


def is_from_a_person(event: Body, bot_user: str) -> bool:
    """Whether an event is a new message somebody wrote: no bot's, no edit, no notice."""
    return bool(
        event.get("user")
        and event["user"] not in (bot_user, "USLACKBOT")
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and not event.get("subtype")
        and not event.get("edited")
        and not event.get("hidden")
    )


def links(message: Body) -> tuple[str, ...]:
    """The web addresses in a message, each once, in order; no more than are summarised."""
    text = str(message.get("text") or "")
    found = [html.unescape(address) for address in _LINK.findall(text)]
    found += _linked(message.get("blocks")) if not found else ()
    return tuple(dict.fromkeys(found))[:MOST_LINKS]


def _linked(part: Any) -> Iterator[str]:
    """The addresses of link elements, at any depth."""
    if isinstance(part, list):
        for each in part:
            yield from _linked(each)
    elif isinstance(part, Mapping):
        url = str(part.get("url") or "")
        if part.get("type") == "link" and url.startswith(("http://", "https://")):
            yield url
        yield from _linked(part.get("elements"))


def _id(value: Any) -> str:
    """The id of what a payload names by its id alone, or describes."""
    if isinstance(value, Mapping):
        return str(value.get("id") or "")
    return value if isinstance(value, str) else ""
