"""What the loopback Discord was asked, what it took, and whom that would have woken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from tests.servers.discord.world import Channel, User

T = TypeVar("T")

PATIENCE_S = 10.0
"""How long `until` waits, in real seconds, before a test fails."""
EPHEMERAL = 1 << 6
LOADING = 1 << 7
CROSSPOSTED = 1 << 0
COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True)
class File:
    """A file that came with a message; `description` is its alt text."""

    id: str
    name: str
    content: bytes = field(repr=False)
    description: str = ""


@dataclass(eq=False)
class Asked:
    """A request as it came and what it was answered with. `body` is its JSON."""

    method: str
    path: str
    operation: str
    at: datetime
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    status: int = 0
    code: int = 0
    answer: Any = field(default=None, repr=False)


@dataclass(eq=False)
class Message:
    """A message that was accepted, or one that a user wrote.

    `request` is the body it came with, or was last edited with; `to` is the one person who sees an
    ephemeral one. `edits` counts how often it was changed.
    """

    id: str
    channel: Channel
    author: User
    at: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    flags: int = 0
    nonce: str = ""
    allowed_mentions: Mapping[str, Any] | None = None
    via: str = "channel"
    to: User | None = None
    interaction: Any = field(default=None, repr=False)
    request: Mapping[str, Any] = field(default_factory=dict, repr=False)
    edits: int = 0
    edited_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def visible(self) -> bool:
        return self.deleted_at is None

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """Whether it only says that an answer is being worked on."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """Everything in it that can be read, a line a piece."""
        return "\n".join(piece for piece in _pieces(self.content, self.embeds) if piece)

    @property
    def custom_ids(self) -> list[str]:
        """Of everything that can be pressed or chosen in it."""
        return [each["custom_id"] for each in controls(self.components) if "custom_id" in each]


def _pieces(content: str, embeds: list[dict[str, Any]]) -> list[str]:
    said = [content]
    for embed in embeds:
        said += [embed.get("author", {}).get("name", ""), embed.get("title", "")]
        said.append(embed.get("description", ""))
        for each in embed.get("fields", []):
            said += [each["name"], each["value"]]
        said.append(embed.get("footer", {}).get("text", ""))
    return said


def controls(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The components of a message or modal that are no mere containers, in order."""
    found = []
    for each in components:
        inner = [*each.get("components", [])]
        inner += [each[name] for name in ("component", "accessory") if name in each]
        found += controls(inner) if inner else [each]
    return found


@dataclass(frozen=True)
class Violation:
    """Something that should not have been sent: `path` leads to it in the body."""

    operation: str
    code: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.operation} {self.path}: {self.message} ({self.code})"


class Ledger:
    """Everything that was asked and accepted, in order; `until` waits for something in it."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.messages: list[Message] = []
        self.violations: list[Violation] = []
        """What the app should not have sent."""
        self.lies: list[Violation] = []
        """What this server should not have answered."""
        self._waiting: list[asyncio.Event] = []

    def changed(self) -> None:
        """Let everybody who waits look again."""
        for event in self._waiting:
            event.set()

    async def until(self, found: Callable[[], T | None], *, patience_s: float = PATIENCE_S) -> T:
        """What `found` gives as soon as that is something; asked after every change."""
        event = asyncio.Event()
        self._waiting.append(event)
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    event.clear()
                    result = found()
                    if result:
                        return result
                    await event.wait()
        except TimeoutError:
            last = [f"{a.method} {a.path} {a.status} {a.code}" for a in self.requests[-5:]]
            raise AssertionError(f"it never came; last was asked: {last}") from None
        finally:
            self._waiting.remove(event)

    def asked(self, operation: str) -> list[Asked]:
        """The requests of an operation, by its id in Discord's description of its API."""
        return [asked for asked in self.requests if asked.operation == operation]

    def visible(self, channel: Channel | None = None, *, by: User | None = None) -> list[Message]:
        """What everybody in a channel sees, oldest first."""
        return [
            message
            for message in self.messages
            if message.visible
            and not message.ephemeral
            and channel in (None, message.channel)
            and by in (None, message.author)
        ]

    def message(self, id: str) -> Message | None:
        found = (each for each in self.messages if each.id == id and each.visible)
        return next(found, None)

    @property
    def invalid(self) -> int:
        """Requests that count towards the 10,000 of ten minutes after which Discord bans."""
        return sum(asked.status in (401, 403, 429) for asked in self.requests)
