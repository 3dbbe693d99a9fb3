"""The places where something real is swapped: time, the web and the summariser."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from briefings.model import Fetched, FetchRequest, Summary


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
