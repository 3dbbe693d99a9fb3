"""A chat platform in memory, with a ledger of what it took and switches for what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from briefings.errors import Ambiguous, CannotLook
from briefings.ports import Clock, Post
from briefings.subscriptions import Scope


@dataclass(frozen=True)
class Taken:
    """A message in the ledger."""

    id: str
    post: Post
    at: datetime
    visible: bool = True


@dataclass
class FakePoster:
    """A ports.Poster. Set the switches; each fault in `faults` happens to one `send`.

    A fault is an error to raise instead of taking the message, or a pair (error, True) to raise
    after it was taken. `waiting` holds every send until it is set. `unfit_pages` maps a page to
    the error raised when it is prepared.
    """

    clock: Clock
    pace_s: float = 0.0
    nonce_s: float = 0.0
    can_look: bool = True
    look_error: Exception | None = None
    delete_error: Exception | None = None
    alert_error: Exception | None = None
    lag_s: float = 0.0
    faults: list[Exception | tuple[Exception, bool]] = field(default_factory=list)
    unfit_pages: dict[str, Exception] = field(default_factory=dict)
    waiting: asyncio.Event | None = None
    sent: list[Post] = field(default_factory=list)
    ledger: list[Taken] = field(default_factory=list)
    alerts: list[tuple[Scope, str, str]] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)
    _progress: asyncio.Event = field(default_factory=asyncio.Event)
    before_answer: Callable[[Post], Awaitable[None]] | None = None

    def prepare(self, page: str) -> tuple[str, ...]:
        if page in self.unfit_pages:
            raise self.unfit_pages[page]
        return tuple(page.split("\n---\n"))

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        ready()
        self.sent.append(post)
        self._progress.set()
        if self.waiting is not None:
            await self.waiting.wait()
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        id_ = self.take(post)
        if self.before_answer is not None:
            await self.before_answer(post)
        if fault is not None:
            raise fault[0]
        return id_

    def take(self, post: Post) -> str:
        """Put a message into the ledger, whoever sent it; its id."""
        now = self.clock.now()
        for taken in self.ledger:
            same = taken.post.key == post.key and taken.visible
            if same and (now - taken.at).total_seconds() < self.nonce_s:
                return taken.id
        taken = Taken(f"m{len(self.ledger) + 1}", post, now)
        self.ledger.append(taken)
        return taken.id

    async def copies(self, post: Post) -> tuple[str, ...]:
        now = self.clock.now()
        self.looks.append(now)
        if self.look_error is not None:
            raise self.look_error
        if not self.can_look:
            raise CannotLook("The desk may not read this channel.")
        return tuple(
            taken.id
            for taken in self.visible()
            if taken.post.key == post.key and (now - taken.at).total_seconds() >= self.lag_s
        )

    async def delete(self, post: Post, remote_id: str) -> None:
        if self.delete_error is not None:
            raise self.delete_error
        self.ledger = [
            replace(taken, visible=False) if taken.id == remote_id else taken
            for taken in self.ledger
        ]

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        if self.alert_error is not None:
            raise self.alert_error
        self.alerts.append((scope, user, text))

    async def reached(self, sends: int) -> None:
        """Wait until so many messages were on their way."""
        while len(self.sent) < sends:
            self._progress.clear()
            await self._progress.wait()

    def visible(self) -> Iterator[Taken]:
        return (taken for taken in self.ledger if taken.visible)

    def payloads(self) -> list[str]:
        """What can be seen, in the order it came."""
        return [taken.post.payload for taken in self.visible()]


LOST = Ambiguous("The answer got lost.")
