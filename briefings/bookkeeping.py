"""Keeps the ledger: reads articles for what they claim of organisations, and enters it.

    articles that were not read -> claims (worker) -> ledger

Nobody waits for it but whoever has asked for an article by name, and a digest that tells of some;
so it goes in small pieces, each read in a contained worker and entered in a transaction of its own.
Only what nobody waits for is read a second time, which takes a model minutes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from briefings.containment import WorkerPool
from briefings.courtesy import Pause, go_on
from briefings.errors import ContainmentError
from briefings.facts import Claim
from briefings.ledger.working import PRELOADED, claims_of
from briefings.model import Article
from briefings.store import Claimed, Ledger
from briefings.tries import Tries, died, once_more

if TYPE_CHECKING:
    from briefings.second_reading import SecondReading

AT_ONCE: Final = 8
"""Articles entered in one transaction, which holds up whoever else has something to write."""

_log = logging.getLogger(__name__)


def claim_workers() -> WorkerPool:
    """The pool in which articles are read: one worker."""
    return WorkerPool("claims", size=1, memory_mb=192, deadline_s=10.0, preload=PRELOADED)


@dataclass(frozen=True, slots=True)
class Bookkeeper:
    """Enters articles into a ledger; `entities` is the catalogue of organisations as TOML."""

    ledger: Ledger
    readers: WorkerPool
    entities: str
    second: SecondReading | None = None
    """Reads again what the rules could not, where nobody waits for it."""
    tries: Tries = field(default_factory=Tries)
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def enter_pending(
        self, limit: int, *, among: Sequence[int] | None = None, pause: Pause = go_on
    ) -> int:
        """Enter up to `limit` articles that were not read yet, or those of them `among` some ids.

        Returns how many of them are read now. A text that no worker can cope with claims nothing;
        one that a worker and the next died with is left for later, and whatever came after it, too.
        `pause` comes between two articles.

        Raises:
            StoreError: the database gave way; what was entered before stays.
        """
        waiting = self.tries.waiting()
        found = await self.ledger.pending(limit + len(waiting), among=among)
        pending = [article for article in found if article.id not in waiting][:limit]
        second = self.second if among is None else None
        at_once = AT_ONCE if second is None else 1
        for first in range(0, len(pending), at_once):
            some = pending[first : first + at_once]
            if second is None:
                entered = await self._enter(some, pause)
            else:
                # One after the other, whoever asks: a sentence is paid for once.
                async with self._asking:
                    entered = await self._enter(some, pause, second)
            if entered < len(some):
                return first + entered
        return len(pending)

    async def is_behind(self) -> bool:
        """Tell whether there is anything to be read."""
        return bool(await self.ledger.pending(1))

    async def _enter(
        self, articles: Sequence[Article], pause: Pause, second: SecondReading | None = None
    ) -> int:
        """Enter articles but for those that are entered by now; how many there are to the first
        that is left for later."""
        unread = await self._unread(articles)
        claimed: list[Claimed] = []
        for article in unread:
            claims = await self._claims(article)
            if claims is None:
                break
            if second is not None:
                claims += await second.claims(article, claims)
            claimed.append(Claimed(article, claims))
            await pause()
        entered = len(articles) - len(unread) + len(claimed)
        if second is not None:
            # A digest may have read it meanwhile and told of it: what came now would be told never.
            still = {article.id for article in await self._unread(articles)}
            claimed = [each for each in claimed if each.article.id in still]
        if claimed:
            await self.ledger.record(claimed)
        return entered

    async def _unread(self, articles: Sequence[Article]) -> list[Article]:
        return await self.ledger.pending(len(articles), among=[article.id for article in articles])

    async def _claims(self, article: Article) -> tuple[Claim, ...] | None:
        """What an article claims by the rules; None: it is left for later."""
        try:
            claims = await once_more(
                lambda: self.readers.run(
                    claims_of,
                    self.entities,
                    article.title,
                    article.body,
                    article.language,
                    article.published,
                )
            )
        except ContainmentError as error:
            if died(error) and self.tries.failed(article.id):
                _log.warning("article %d is read for the ledger later: %s", article.id, error)
                return None
            _log.warning("article %d goes into the ledger without claims: %s", article.id, error)
            return ()
        self.tries.succeeded(article.id)
        return claims
