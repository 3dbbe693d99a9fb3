"""Whom a message wakes: the mention grammar of Slack's documentation, and links that lie.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from tests.servers.slack.ledger import Message

_CONTROL = re.compile(r"<([^<>]*)>")
_USER = re.compile(r"@([UW][A-Z0-9]+)$")
_GROUP = re.compile(r"!subteam\^(S[A-Z0-9]+)$")
_CHANNEL = re.compile(r"#(C[A-Z0-9]+)$")
_EVERYBODY = frozenset({"!here", "!channel", "!everyone", "!group"})
_NAME = re.compile(r"(?<![\w<])@([a-z0-9][a-z0-9._-]*)", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^\s/@]+@)?((?:[\w-]+\.)+[a-z\u00a1-\uffff]{2,})(?=[/:?#\s]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Notified:
    """`people`: user ids and groups; `everybody`: here, channel, everyone; `forged`: links."""

    people: frozenset[str]
    everybody: frozenset[str]
    forged: tuple[str, ...]
    channels: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    """The addresses of every link there is."""

    def __bool__(self) -> bool:
        return bool(self.people or self.everybody)


def notified(message: Message) -> Notified:
    """Of a message as it was accepted, with the arguments it was sent with."""
    names = {user.name.lower(): user.id for user in message.team.users.values()}
    request = message.request
    return within(
        message.text,
        message.blocks,
        names=names,
        parse=str(request.get("parse", "none")),
        link_names=request.get("link_names") in (True, "1", "true", 1),
        mrkdwn=request.get("mrkdwn", True) is not False,
    )


def within(
    text: str,
    blocks: list[dict[str, Any]],
    *,
    names: Mapping[str, str] | None = None,
    parse: str = "none",
    link_names: bool = False,
    mrkdwn: bool = True,
) -> Notified:
    """Of a text and blocks. The text beside blocks is shown in notifications, and counts too."""
    found = _Found(dict(names or {}), full=parse == "full" or link_names, bare=parse == "full")
    found.mrkdwn(text) if mrkdwn else found.escapes(text)
    for block in blocks:
        found.walk(block)
    return Notified(
        frozenset(found.people),
        frozenset(found.everybody),
        tuple(found.forged),
        frozenset(found.channels),
        tuple(found.links),
    )


class _Found:
    def __init__(self, names: dict[str, str], *, full: bool, bare: bool) -> None:
        self._names = names
        self._full = full
        self._bare = bare
        self.people: set[str] = set()
        self.everybody: set[str] = set()
        self.channels: set[str] = set()
        self.forged: list[str] = []
        self.links: list[str] = []

    def mrkdwn(self, text: str) -> None:
        self.escapes(text)
        if self._full:
            for name in _NAME.findall(text):
                if name.lower() in {"here", "channel", "everyone"}:
                    self.everybody.add(f"!{name.lower()}")
                elif name.lower() in self._names:
                    self.people.add(self._names[name.lower()])

    def escapes(self, text: str) -> None:
        """What stands between < and >: nothing else is a mention or a link in mrkdwn."""
        for inside in _CONTROL.findall(text):
            target, bar, label = inside.partition("|")
            self._target(target, label if bar else "")

    def _target(self, target: str, label: str) -> None:
        if user := _USER.match(target):
            self.people.add(user[1])
        elif group := _GROUP.match(target):
            self.people.add(group[1])
        elif channel := _CHANNEL.match(target):
            self.channels.add(channel[1])
        elif target in _EVERYBODY:
            self.everybody.add(target)
        elif not target.startswith(("!", "@", "#")) and ":" in target:
            self.link(unescape(target), unescape(label))

    def link(self, address: str, label: str) -> None:
        self.links.append(address)
        if lies(address, label):
            self.forged.append(f"{label} -> {address}")

    def walk(self, value: Any) -> None:
        """Everything in a block: mrkdwn of text objects, elements of rich text, markdown."""
        if isinstance(value, list):
            for each in value:
                self.walk(each)
        if not isinstance(value, dict):
            return
        match value.get("type"):
            case "mrkdwn":
                self.mrkdwn(str(value.get("text", "")))
                return
            case "markdown":
                self.markdown(str(value.get("text", "")))
                return
            case "plain_text" | "raw_text":
                return
            case "user":
                self.people.add(str(value.get("user_id")))
            case "usergroup":
                self.people.add(str(value.get("usergroup_id")))
            case "broadcast":
                self.everybody.add(f"!{value.get('range')}")
            case "channel":
                self.channels.add(str(value.get("channel_id")))
            case "link":
                self.link(str(value.get("url")), str(value.get("text", "")))
        for each in value.values():
            self.walk(each)

    def markdown(self, text: str) -> None:
        """A markdown block: Slack's own escapes hold in it, and CommonMark's links."""
        self.mrkdwn(text)
        for label, address in _links_of_markdown(text):
            self.link(address, label)


def _links_of_markdown(text: str) -> Iterator[tuple[str, str]]:
    from markdown_it import MarkdownIt

    for token in MarkdownIt("commonmark").parse(text):
        label, address = "", ""
        for child in token.children or []:
            if child.type == "link_open":
                label, address = "", str(child.attrGet("href") or "")
            elif child.type == "link_close":
                yield label, address
                address = ""
            elif address:
                label += child.content


def lies(address: str, label: str) -> bool:
    """Whether a label looks like the address of another host than the link leads to."""
    shown = _as_read(label)
    host = _ascii((urlsplit(address).hostname or "").rstrip("."))
    amid_words = " " in shown and "://" not in shown
    for match in _HOST.finditer(shown):
        if amid_words and "/" not in shown:
            # A name such as Booking.com amid words is a name.
            continue
        named = _ascii(match[1])
        if not (host == named or host.endswith("." + named) or named.endswith("." + host)):
            return True
    return False


def _as_read(label: str) -> str:
    """What a person sees: wide letters are letters, what has no width is not there."""
    wide = unicodedata.normalize("NFKC", label).replace("\u3002", ".")
    seen = "".join(letter for letter in wide if unicodedata.category(letter) != "Cf")
    return seen.strip().rstrip(".")


def _ascii(host: str) -> str:
    try:
        return host.lower().encode("idna").decode()
    except UnicodeError:
        return host.lower()
