"""The places where something real is swapped: time, the web, the summariser, chat platforms."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from briefings.answers import Statement
from briefings.model import Fetched, FetchRequest, Published, Summary
from briefings.subscriptions import Scope


class Clock(Protocol):
    """Tells and spends time; nothing else in the core looks at the machine's clock."""

    def now(self) -> datetime:
        """The current instant, timezone-aware in UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps back."""

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Fetcher(Protocol):
    """Gets documents from the web."""

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Fetch one document.

        Raises:
            EgressError: when no document (or "not modified") came back, with the reason.
        """


class Summariser(Protocol):
    """Says what an article says, in its own sentences."""

    async def summarise(self, texts: Sequence[str], *, points: int) -> list[Summary]:
        """One summary a text, in order, each of at most `points` sentences in text order."""


@dataclass(frozen=True, slots=True)
class Material:
    """An article that a text may be written from, under the number it is cited by.

    `text` is all there is of it to check the text against, and `said` are the sentences the desk
    itself quotes it with.
    """

    number: int
    publisher: str
    published: Published
    title: str
    text: str
    url: str
    said: tuple[str, ...] = ()


class Writer(Protocol):
    """Writes better prose than quoted sentences, from the articles it is given and nothing else.

    Every method takes the channel the text is for, whose budget pays, and never raises: None means
    that there is nothing better than the quoted sentences.
    """

    async def bottom_line(
        self, topics: Sequence[str], material: Sequence[Material], scope: Scope
    ) -> tuple[Statement, ...] | None:
        """Two or three sentences on what is told of the topics, for an answer in a chat."""

    async def digest_line(
        self, topics: Sequence[str], material: Sequence[Material], scope: Scope
    ) -> tuple[Statement, ...] | None:
        """The same for a digest, which may wait longer."""

    async def summary(self, material: Material, scope: Scope) -> tuple[Statement, ...] | None:
        """What one article says, in at most five sentences."""

    async def state(self, scope: Scope) -> str:
        """What is used of today's budgets and what went wrong last, in a line for the status."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens a day the model may take: of the whole desk, of one workspace, of one channel."""

    desk: int
    workspace: int
    channel: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens used today, reserved ones included, and their limits."""

    desk: int
    workspace: int
    channel: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens taken off the budgets of a day for one question of a channel."""

    day: str
    scope: Scope
    tokens: int


class TokenBudget(Protocol):
    """Keeps account of what the model takes."""

    async def reserve(self, scope: Scope, tokens: int) -> Reservation | None:
        """Take tokens off the budgets that hold for a channel; None: one has not enough left."""

    async def settle(self, reservation: Reservation, tokens: int) -> None:
        """Count what a question took in place of what was reserved for it."""

    async def used(self, scope: Scope) -> Usage:
        """What was used today in a channel, its workspace, and everywhere."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a digest, ready to be sent.

    `key` (22 letters and digits) is the same whenever this message is sent; `number` counts from 1
    to `total`; `first_id` is the platform's id of the digest's first message ("" for that one
    itself); `first_try` is when it may first have been sent; `plain`: the platform did not take
    the payload's native form, so send its text.
    """

    scope: Scope
    key: str
    payload: str
    number: int
    total: int
    first_id: str
    first_try: datetime
    plain: bool = False


class Poster(Protocol):
    """Puts messages into the channels of one platform; when, and how often, is the outbox's to say.

    Whatever a method raises beyond the errors named counts as `Ambiguous`.
    """

    @property
    def pace_s(self) -> float:
        """Least seconds between two messages to one channel."""

    @property
    def nonce_s(self) -> float:
        """How long the platform takes two messages of one key for one; 0: it never does."""

    def prepare(self, page: str) -> tuple[str, ...]:
        """A page of Markdown as payloads in order, each one message within the platform's limits.

        Pure: the same page gives the same payloads.
        """

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        """Post a message and return the platform's id of it.

        Calls `ready` as late before the first byte as it can, and lets what that raises pass.

        Raises:
            Refused, Ambiguous, Rejected, Unfit: the message did not arrive, or may not have.
        """

    async def copies(self, post: Post) -> tuple[str, ...]:
        """The ids of the visible messages that carry the post's key, oldest first.

        Raises:
            CannotLook: the platform does not allow to look.
            Refused, Ambiguous: it could not be asked now.
            Rejected: the channel cannot be seen any more.
        """

    async def delete(self, post: Post, remote_id: str) -> None:
        """Delete one of our own messages; one that is gone already counts as deleted.

        Raises:
            Refused, Ambiguous, Rejected: it may still be there.
        """

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        """Tell somebody privately that something needs their attention; `text` is Markdown.

        Raises:
            Refused, Ambiguous, Rejected: it was not told, or may not have been.
        """
