"""All SQL of intelbrief: watched sources, the corpus and its search index, on two engines.

    Store.open -> engine.connect -> schema.ensure -> Store(sources, corpus)

Every write is one transaction, every failure of the database a StoreError.
"""

from __future__ import annotations

from briefings.ports import Clock
from briefings.store.corpus import Corpus, Totals
from briefings.store.engine import Database, connect
from briefings.store.intake import Added, Intake
from briefings.store.schema import ensure
from briefings.store.sources import Recorded, Sources

__all__ = ["Added", "Corpus", "Recorded", "Sources", "Store", "Totals"]


class Store:
    """An open database at the current schema."""

    def __init__(self, database: Database, clock: Clock) -> None:
        intake = Intake(database, clock)
        self.engine_name = database.version
        self.sources = Sources(database, intake)
        self.corpus = Corpus(database, intake)
        self._database = database

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

    async def close(self) -> None:
        """Give the database back; the store cannot be used any more."""
        await self._database.close()
