"""What the loopback Slack was asked, what it took, and whom it would have woken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from tests.servers.slack.world import Channel, Team

T = TypeVar("T")

PATIENCE_S = 10.0
"""How long `until` waits, in real seconds, before a test fails."""


@dataclass(eq=False)
class Asked:
    """A request as it came: `outcome` is "ok" or the error it was answered with."""

    method: str
    team: str
    arguments: Mapping[str, Any]
    at: datetime
    outcome: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(eq=False)
class Message:
    """A message that was accepted, or one that a user wrote.

    `visibility`: "channel", or "ephemeral" (only `to` sees it). `via`: the method it came by,
    "response_url", "ack" or "user". `request` are its arguments as they were sent.
    """

    ts: str
    channel: Channel
    user: str
    text: str
    blocks: list[dict[str, Any]]
    at: datetime
    via: str
    visibility: str = "channel"
    to: str = ""
    thread_ts: str = ""
    metadata: dict[str, Any] | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    request: Mapping[str, Any] = field(default_factory=dict)
    response_url: str = ""
    deleted_at: datetime | None = None
    edited_at: datetime | None = None

    @property
    def team(self) -> Team:
        return self.channel.team

    @property
    def visible(self) -> bool:
        return self.deleted_at is None

    @property
    def ephemeral(self) -> bool:
        return self.visibility == "ephemeral"

    @property
    def key(self) -> str:
        """The key a digest's message is found again by."""
        found = (self.metadata or {}).get("event_payload", {}).get("key", "")
        return str(found)

    def shown(self, *, with_metadata: bool = True) -> dict[str, Any]:
        """As the history shows it."""
        said: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
            "team": self.team.id,
        }
        if self.user == self.team.bot.id:
            said |= {"bot_id": self.team.bot_id, "app_id": "A0INTELBRIEF"}
        if self.blocks:
            said["blocks"] = self.blocks
        if self.thread_ts:
            said |= {"thread_ts": self.thread_ts, "parent_user_id": self.user}
        if self.files:
            said["files"] = self.files
        if self.edited_at is not None:
            said["edited"] = {"user": self.user, "ts": f"{int(self.edited_at.timestamp())}.000000"}
        if self.metadata is not None and with_metadata:
            said["metadata"] = self.metadata
        return said


@dataclass(eq=False)
class View:
    """A modal or a Home tab as it is now; `history` are the earlier forms of it."""

    id: str
    team: Team
    user: str
    content: dict[str, Any]
    hash: str
    root_id: str = ""
    previous_id: str = ""
    is_open: bool = True
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.content["type"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.content["blocks"]
        return found

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

    def described(self) -> dict[str, Any]:
        """As views.open answers it, and as interactions carry it."""
        empty = {"title": None, "close": None, "submit": None}
        return {
            "id": self.id,
            "team_id": self.team.id,
            "callback_id": "",
            "private_metadata": "",
            "state": {"values": {}},
            "clear_on_close": False,
            "notify_on_close": False,
            "external_id": "",
            **empty,
            **self.content,
            "hash": self.hash,
            "previous_view_id": self.previous_id or None,
            "root_view_id": self.root_id or self.id,
            "app_id": "A0INTELBRIEF",
            "app_installed_team_id": self.team.id,
            "bot_id": self.team.bot_id,
        }


@dataclass(eq=False)
class File:
    id: str
    name: str
    length: int
    alt_text: str
    content: bytes = b""
    title: str = ""
    channel: str = ""
    thread_ts: str = ""
    complete: bool = False
    refused: int = 0
    """How many messages that show it were refused because it is new."""


@dataclass(frozen=True)
class Unfurl:
    team: str
    channel: str
    ts: str
    unfurls: Mapping[str, Any]


@dataclass(frozen=True)
class Violation:
    """Something sent that Slack, or a rule of ours, forbids; `pointer` says where."""

    method: str
    code: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.method}: {self.code} at {self.pointer or '/'}: {self.message}"


class Ledger:
    """Everything that happened, in order; `until` waits for something to."""

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.messages: list[Message] = []
        self.views: list[View] = []
        self.files: list[File] = []
        self.unfurls: list[Unfurl] = []
        self.violations: list[Violation] = []
        self._waiting: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Wake whoever waits for something to happen."""
        for waiting in tuple(self._waiting):
            if not waiting.done():
                waiting.set_result(None)

    async def until(
        self, what: str, found: Callable[[], T | None], patience_s: float = PATIENCE_S
    ) -> T:
        """Wait until `found` finds something (not None, not False, not empty), and return it.

        Raises:
            AssertionError: when it did not within `patience_s` real seconds; says `what`.
        """
        end = asyncio.get_running_loop().time() + patience_s
        while True:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            try:
                if it := found():
                    return it
                left = end - asyncio.get_running_loop().time()
                done, _ = await asyncio.wait([waiting], timeout=max(left, 0))
                if not done:
                    asked = [f"{each.method} ({each.outcome})" for each in self.requests[-8:]]
                    raise AssertionError(f"no {what} within {patience_s} s; asked last: {asked}")
            finally:
                self._waiting.discard(waiting)

    def calls(self, method: str, team: str | None = None) -> list[Asked]:
        """The requests of one method (from one workspace)."""
        return [
            asked
            for asked in self.requests
            if asked.method == method and team in (None, asked.team)
        ]

    def visible(self, channel: Channel | None = None) -> list[Message]:
        """What everybody in a channel can read now, oldest first."""
        return [
            message
            for message in self.messages
            if message.visible and not message.ephemeral and channel in (None, message.channel)
        ]

    def ephemerals(self, user: str | None = None) -> list[Message]:
        return [
            message
            for message in self.messages
            if message.visible and message.ephemeral and user in (None, message.to)
        ]

    def message(self, channel: Channel, ts: str) -> Message | None:
        found = (
            message
            for message in self.messages
            if message.channel is channel and message.ts == ts and message.visible
        )
        return next(found, None)

    def view(self, id: str) -> View | None:
        return next((view for view in self.views if view.id == id), None)

    def home(self, team: Team, user: str) -> View | None:
        """What is published on a user's Home tab."""
        found = (
            view
            for view in self.views
            if view.kind == "home" and view.team is team and view.user == user
        )
        return next(found, None)
