"""Keeps the ledger: reads articles for what they claim of organisations, and enters it.

    articles that were not read -> claims (worker) -> ledger

Nobody waits for it but whoever has asked for an article by name, so it goes in small pieces, each
read in a contained worker and entered in a transaction of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from briefings.containment import WorkerPool
from briefings.courtesy import Pause, go_on
from briefings.errors import ContainmentError
from briefings.facts import Claim
from briefings.ledger.working import PRELOADED, claims_of
from briefings.model import Article
from briefings.store import Claimed, Ledger

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

    async def enter_pending(
        self, limit: int, *, among: Sequence[int] | None = None, pause: Pause = go_on
    ) -> int:
        """Enter up to `limit` articles that were not read yet, or those of them `among` some ids.

        Returns how many there were; a text that no worker can cope with claims nothing. `pause`
        comes between two articles.

        Raises:
            StoreError: the database gave way; what was entered before stays.
        """
        pending = await self.ledger.pending(limit, among=among)
        for first in range(0, len(pending), AT_ONCE):
            claimed = []
            for article in pending[first : first + AT_ONCE]:
                claims = await self._claims(article)
                if self.second is not None and among is None:
                    claims += await self.second.claims(article, claims)
                claimed.append(Claimed(article, claims))
                await pause()
            await self.ledger.record(claimed)
        return len(pending)

    async def is_behind(self) -> bool:
        """Tell whether there is anything to be read."""
        return bool(await self.ledger.pending(1))

    async def _claims(self, article: Article) -> tuple[Claim, ...]:
        published = article.published.at.date()
        try:
            return await self.readers.run(
                claims_of,
                self.entities,
                article.title,
                article.body,
                article.language,
                published,
            )
        except ContainmentError as error:
            _log.warning("article %d goes into the ledger without claims: %s", article.id, error)
            return ()
