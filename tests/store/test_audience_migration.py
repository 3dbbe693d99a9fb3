"""A database from before there were audiences: everything in it is for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Boolean, DateTime, LargeBinary, Numeric

from briefings.errors import InputError, StoreError
from briefings.model import EVERYBODY, FeedDefinition, NewArticle
from briefings.store import Added, Store, schema, search
from briefings.store.engine import Database, connect
from briefings.store.records import identity, recency
from briefings.subscriptions import Scope
from tests.conftest import Databases
from tests.fakes.clock import FakeClock
from tests.store.builders import NOON, article, check, digest, entry

BEFORE = schema.Schema("0002", schema.CURRENT.folders)
RED = Scope("chat", "W-red", "C1")


class Old:
    """Writes rows into tables as they were; what is not given is empty."""

    def __init__(self, connection: AsyncConnection, tables: MetaData) -> None:
        self._connection = connection
        self._tables = tables.tables

    async def row(self, table: str, **values: Any) -> int:
        into = self._tables[table]
        filled = {
            column.name: _empty(column.type)
            for column in into.columns
            if not column.nullable and column.name not in values and column.name != "id"
        }
        done = await self._connection.execute(insert(into).values(**filled, **values))
        return int((done.inserted_primary_key or (0,))[0])


def _empty(kind: object) -> object:
    match kind:
        case Boolean():
            return True
        case DateTime():
            return NOON
        case LargeBinary():
            return b""
        case Numeric():
            return 0
        case _:
            return 0 if "INT" in str(kind) else ""


def reflected(connection: Connection) -> MetaData:
    tables = MetaData()
    for name in ("sources", "stories", "articles", "tags", "entries", "channels",
                 "subscriptions", "occurrences", "told"):  # fmt: skip
        Table(name, tables, autoload_with=connection)
    return tables


async def fill(database: Database) -> int:
    """Two sources, the second removed again; an article of the first that a channel was told of."""
    async with database.write() as connection:
        old = Old(connection, await connection.run_sync(reflected))
        url = "https://feed.example/"
        source = await old.row("sources", defined_url=url, url=url, publisher="The Feed",
                               origin="added", etag="W/x", interval_s=900, chosen=True)  # fmt: skip
        gone = await old.row("sources", defined_url="gone", url="gone")
        await connection.execute(text("DELETE FROM sources WHERE id = :id"), {"id": gone})
        new = article(1)
        await old.row("stories", id=1)
        await old.row("articles", id=1, story_id=1, recency=recency(NOON, 1), published_at=NOON,
                      published_precision="minute", identity=identity(new), source_id=source,
                      title=new.title, publisher=new.publisher, url=new.url, language="en",
                      author=new.author, body=new.body, points=["A point."])  # fmt: skip
        await old.row("tags", article_id=1, organisation="alibaba", named="alibaba",
                      recency=recency(NOON, 1))  # fmt: skip
        await old.row("entries", source_id=source, identity=digest(1), digest=digest(1),
                      article_id=1)  # fmt: skip
        channel = await old.row("channels", platform="chat", workspace="W-red", channel="C1")
        subscription = await old.row("subscriptions", channel_id=channel, number=1)
        occurrence = await old.row("occurrences", subscription_id=subscription, slot="x")
        await old.row("told", channel_id=channel, article_id=1, occurrence_id=occurrence)
        documents = [search.Indexed(recency(NOON, 1), new.title, new.body, EVERYBODY)]
        await search.add(connection, documents)
    return gone


async def test_what_was_there_is_everybodys_and_goes_on(
    databases: Databases, clock: FakeClock
) -> None:
    url = databases.empty()
    database = connect(url)
    await schema.ensure(database, BEFORE)
    gone = await fill(database)
    await schema.ensure(database)
    store = await Store.open(url, clock=clock)
    try:
        (source,) = await store.sources.list()
        assert (source.audience, source.definition.publisher) == (EVERYBODY, "The Feed")
        assert (source.state.etag, source.state.interval_s) == ("W/x", 900)
        (found,) = await store.corpus.about(["alibaba"], since=None, until=None, limit=5)
        assert (found.id, found.source_id, found.points) == (1, source.id, ("A point.",))
        assert [each.id for each in await store.corpus.search("report", limit=5)] == [1]
        assert await store.corpus.add([replaced(article(1))]) == [Added(1, "duplicate")]
        # Its entry is known, and what it brings anew is a version of the article.
        assert (await store.sources.known_entries([source.id]))[source.id] == {digest(1): digest(1)}
        anew = check(source.id, entry(1, 2, article(1, title="Report anew")))
        assert (await store.sources.record([anew])).updated == 1
        assert await store.corpus.search("1", limit=5) != []
        async with database.read() as connection:
            told = text("SELECT article_id FROM told")
            assert (await connection.execute(told)).scalars().all() == [1]
        # A number that was given once is not given again, and a workspace may watch its own.
        with pytest.raises(InputError, match="already"):
            await store.sources.add(FeedDefinition(source.definition.url, "Again"), RED)
        own = await store.sources.add(FeedDefinition("https://red.example/", "Red"), RED)
        assert own.id > gone
        assert [each.id for each in await store.sources.list(own.audience)] == [source.id, own.id]
    finally:
        await store.close()
        await database.close()


def replaced(new: NewArticle) -> NewArticle:
    """The article as it was put there: what a version leaves empty stays."""
    return NewArticle(new.title, "", "", new.url, "", None, "", new.tags)


async def test_addresses_are_unique_within_an_audience_and_not_beyond(
    databases: Databases, clock: FakeClock
) -> None:
    url = databases.empty()
    database = connect(url)
    await schema.ensure(database, BEFORE)
    await fill(database)
    await schema.ensure(database)
    async with database.write() as connection:
        tables = await connection.run_sync(reflected)
        kept = select(tables.tables["sources"])
        (row,) = (await connection.execute(kept)).mappings()
        twin = {**row, "id": 77, "audience": 5}
        await connection.execute(insert(tables.tables["sources"]).values(twin))
    for column in ("url", "defined_url"):
        other = {**row, "id": 78, "url": "u", "defined_url": "d", column: row[column]}
        with pytest.raises(StoreError, match="refused a statement"):
            async with database.write() as connection:
                await connection.execute(insert(tables.tables["sources"]).values(other))
    await database.close()
