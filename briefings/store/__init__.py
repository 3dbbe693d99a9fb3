"""All SQL of intelbrief: sources, the corpus and its index, the outbox of digests, on two engines.

    Store.open -> engine.connect -> schema.ensure -> Store(sources, corpus, planning, outgoing, ...)

Every write is one transaction, every failure of the database a StoreError.
"""

from __future__ import annotations

from briefings.ports import Clock
from briefings.store.audiences import Audiences
from briefings.store.corpus import Corpus, Totals
from briefings.store.deliveries import Deliveries
from briefings.store.departures import Departures
from briefings.store.engine import Database, connect
from briefings.store.entering import Claimed
from briefings.store.inbox import Inbox
from briefings.store.intake import Added, Intake
from briefings.store.ledger import Found, Ledger, Tally
from briefings.store.ledger_rows import Voice
from briefings.store.marks import Marks
from briefings.store.news import News
from briefings.store.notices import Notices
from briefings.store.outgoing import Outgoing
from briefings.store.planning import Planning
from briefings.store.pruning import Pruning
from briefings.store.schema import ensure
from briefings.store.sources import Recorded, Sources
from briefings.store.subscriptions import Subscriptions
from briefings.store.templates import Templates

__all__ = [
    "Added",
    "Claimed",
    "Corpus",
    "Found",
    "Ledger",
    "Recorded",
    "Sources",
    "Store",
    "Tally",
    "Totals",
]


class Store:
    """An open database at the current schema."""

    def __init__(self, database: Database, clock: Clock) -> None:
        intake = Intake(database, clock)
        self.engine_name = database.version
        self.audiences = Audiences(database, intake, clock)
        self.sources = Sources(database, intake)
        self.corpus = Corpus(database, intake)
        self.marks = Marks(database)
        self.subscriptions = Subscriptions(database, clock)
        self.news = News(database)
        self.templates = Templates(database, clock)
        self.inbox = Inbox(database, clock)
        self.planning = Planning(database, self.marks)
        self.outgoing = Outgoing(database)
        self.notices = Notices(database)
        self.deliveries = Deliveries(database, clock)
        self.departures = Departures(database, clock)
        self.pruning = Pruning(database, clock)
        self.database = database
        self._intake = intake

    @classmethod
    async def open(cls, url: str, *, clock: Clock) -> Store:
        """Open a database and bring it to the current schema.

        `url` is sqlite:///file, sqlite:// (in memory) or postgresql://user:password@host/name.

        Raises:
            StoreError: when it cannot be used, or its schema is newer than this code.
        """
        database = connect(url)
        try:
            await ensure(database)
        except BaseException:
            await database.close()
            raise
        return cls(database, clock)

    async def forget_audience(self, platform: str, workspace: str) -> None:
        """Delete what a workspace has for itself: its sources and articles, and all about them."""
        await self.audiences.forget(platform, workspace)

    def ledger(self, voice: Voice) -> Ledger:
        """The ledger; `voice` says whose voice an article is, by publisher and address."""
        return Ledger(self.database, self._intake, voice)

    async def close(self) -> None:
        """Give the database back; the store cannot be used any more."""
        await self.database.close()
