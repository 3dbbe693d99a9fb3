"""Articles in a store together with what they claim."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from briefings.facts import Claim, Evidence
from briefings.store import Claimed, Store
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.articles import day, new_article
from tests.fakes.catalogue import NAMING


@dataclass
class Press:
    """Publishes articles; what each claims is in the ledger at once."""

    store: Store
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
        if read:
            article = await self.store.corpus.get(added.id)
            assert article is not None
            sentence = Evidence(body, 0, len(body))
            told = tuple(replace(each, evidence=sentence) for each in claims)
            await self.store.ledger(NAMING.voice_of).record([Claimed(article, told)])
        return added.id
