"""The end of the pipe that `watch` draws: finished checks -> embed -> record, some dozens at once.

finished checks -> batch -> story keys -> one transaction -> progress
                                              `-> fails: each alone, so that one check that
                                                  cannot be stored takes no other with it
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from briefings import decide
from briefings.courtesy import Pause
from briefings.decide import Moment
from briefings.drafts import with_story_keys
from briefings.failures import failure_of
from briefings.model import Check, Source
from briefings.polled import Outcome, Verdict
from briefings.store import Store
from briefings.summaries.embedding import Embedder

AT_ONCE: Final = 16
WITHIN_S: Final = 0.5

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finished:
    """A source that was asked, what to store of it and what to tell."""

    source: Source
    check: Check
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Recorder:
    """Stores finished checks and then reports each to `done`."""

    store: Store
    embedder: Embedder
    moment: Callable[[], Moment]
    pause: Pause
    done: Callable[[Finished], None]

    async def run(self, finished: asyncio.Queue[Finished | None]) -> None:
        """Store what comes until the queue ends with None.

        Raises:
            StoreError: the database gave way.
        """
        async for batch in batches(finished, AT_ONCE, WITHIN_S):
            for item in await self._record(batch):
                self.done(item)

    async def _record(self, batch: Sequence[Finished]) -> Sequence[Finished]:
        try:
            await self._commit([item.check for item in batch])
        except Exception:
            _log.exception("%d checks could not be stored together", len(batch))
            return [await self._record_alone(item) for item in batch]
        return batch

    async def _record_alone(self, item: Finished) -> Finished:
        """Store one check, or in its place that it could not be stored."""
        try:
            await self._commit([item.check])
        except Exception as error:
            state = decide.after_failure(item.source.state, failure_of(error), self.moment())
            check = Check(item.source.id, state)
            await self._commit([check])
            return Finished(item.source, check, Outcome(Verdict.FAILED, reason=state.error))
        return item

    async def _commit(self, checks: Sequence[Check]) -> None:
        drafts = [
            version.article
            for check in checks
            for version in check.entries
            if version.article is not None
        ]
        keyed = iter(await with_story_keys(drafts, self.embedder, self.pause))
        await self.store.sources.record(
            [
                replace(
                    check,
                    entries=tuple(
                        replace(version, article=next(keyed)) if version.article else version
                        for version in check.entries
                    ),
                )
                for check in checks
            ]
        )


async def batches(
    queue: asyncio.Queue[T | None], size: int, within_s: float
) -> AsyncIterator[list[T]]:
    """What comes through a queue, up to `size` at a time, none kept waiting over `within_s`."""
    while (item := await queue.get()) is not None:
        batch = [item]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while len(batch) < size and (item := await queue.get()) is not None:
                    batch.append(item)
        yield batch
        if item is None:
            return
