"""Articles in a store together with what they claim."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from briefings.facts import Claim, Evidence
from briefings.store import Claimed, Store
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.articles import day, new_article
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import FakeClock


@dataclass
class Press:
    """Publishes articles; what each claims is in the ledger at once."""

    store: Store
    unread: dict[int, tuple[Claim, ...]] = field(default_factory=dict)
    """What the articles claim that were not read, by their numbers."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def publish(
        self,
        title: str,
        *claims: Claim,
        by: str = "Daily",
        on: str = "2023-10-31",
        scope: Scope = WHOLE_DESK,
        text: str = "",
        read: bool = True,
    ) -> int:
        """Add an article whose one sentence says every claim, and return its number.

        `read`: whether it was read for facts already.
        """
        body = text or f"{by} of {on}: {title}."
        host = by.casefold().replace(" ", "-")
        new = new_article(
            title,
            body,
            points=[body],
            publisher=by,
            url=f"https://{host}.example/{next(self._numbers)}",
            published=day(on),
        )
        (added,) = await self.store.corpus.add([new], scope)
        sentence = Evidence(body, 0, len(body))
        self.unread[added.id] = tuple(replace(each, evidence=sentence) for each in claims)
        if read:
            await self.read(added.id)
        return added.id

    async def read(self, number: int) -> None:
        """Enter what an article claims."""
        article = await self.store.corpus.get(number)
        assert article is not None
        claimed = Claimed(article, self.unread.pop(number))
        await self.store.ledger(NAMING.voice_of).record([claimed])


@dataclass
class FakeBooks:
    """Reads what a press published and nobody read yet, as a `Bookkeeper` does for a digest.

    `away`: it cannot read. `broken`: it fails. Each article takes it `takes_s` on the clock.
    """

    press: Press
    clock: FakeClock
    away: bool = False
    broken: bool = False
    takes_s: float = 0.0

    async def enter_pending(self, limit: int, *, among: Sequence[int]) -> int:
        if self.broken:
            raise RuntimeError("the pool is closed")
        if self.away:
            return 0
        for number in among[:limit]:
            self.clock.advance(seconds=self.takes_s)
            await self.press.read(number)
        return len(among[:limit])
