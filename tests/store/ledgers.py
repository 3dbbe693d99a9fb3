"""A store with a ledger, and articles that are entered into it, for the ledger's tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from briefings.facts import Claim, Fact
from briefings.model import Article, Audience, NewArticle
from briefings.store import Claimed, Ledger, Store
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.store.builders import article

RED = Scope("chat", "W-red", "C1")
BLUE = Scope("chat", "W-blue", "C1")


def voice(publisher: str, _url: str) -> str:
    return publisher.casefold()


def of(number: int) -> NewArticle:
    """The article of a number, each a day after the one before and of its own publisher."""
    return article(number, hours=24 * number, publisher=f"Paper {number}")


@dataclass(frozen=True)
class Books:
    """A store and its ledger."""

    store: Store

    @property
    def ledger(self) -> Ledger:
        return self.store.ledger(voice)

    async def add(self, *new: NewArticle, scope: Scope = WHOLE_DESK) -> list[Article]:
        """Add articles and give them back as they are in the corpus, in order."""
        added = await self.store.corpus.add(new, scope)
        found = {each.id: await self.store.corpus.get(each.id) for each in added}
        return [there for each in added if (there := found[each.id])]

    async def enter(
        self, said: Mapping[int, Iterable[Claim]], scope: Scope = WHOLE_DESK
    ) -> list[Article]:
        """Add the articles of these numbers with what they claim, all at once."""
        there = await self.add(*map(of, said), scope=scope)
        readings = zip(there, said.values(), strict=True)
        await self.ledger.record([Claimed(each, tuple(claims)) for each, claims in readings])
        return there

    async def audience(self, scope: Scope) -> Audience:
        return await self.store.audiences.of(scope)

    async def all(self) -> list[Fact]:
        """Every fact that everybody sees, by number."""
        return [fact async for fact in self.ledger.export()]


def said_by(facts: Iterable[Fact]) -> dict[int, list[int]]:
    """The articles that each fact is told in, by its number."""
    return {fact.id: [report.article_id for report in fact.reports] for fact in facts}


def essence(facts: Sequence[Fact]) -> list[tuple[object, ...]]:
    """Facts without the numbers that they were given, in an order of their own."""
    return sorted(
        (tuple(report.id for report in fact.reports), str(fact.kind), fact.status, fact.since)
        for fact in facts
    )
