"""A database from before there was a ledger: its articles are there to be read."""

from __future__ import annotations

from sqlalchemy import text

from briefings.store import Claimed, Store, schema
from briefings.store.engine import connect
from tests.conftest import Databases
from tests.fakes.claims import stake
from tests.fakes.clock import FakeClock
from tests.store.ledgers import Books, of, said_by

BEFORE = schema.Schema("0003", schema.CURRENT.folders)

COLUMNS = (
    "id, story_id, recency, published_at, published_precision, added_at, identity, language, "
    "title, publisher, author, url, body, audience"
)


async def test_articles_from_before_are_pending_and_make_facts(
    databases: Databases, clock: FakeClock, memory_store: Store
) -> None:
    await Books(memory_store).add(of(1), of(2))
    async with memory_store.database.read() as connection:
        rows = (await connection.execute(text(f"SELECT {COLUMNS} FROM articles"))).mappings().all()
    url = databases.empty()
    old = connect(url)
    await schema.ensure(old, BEFORE)
    async with old.write() as connection:
        values = ", ".join(f":{name.strip()}" for name in COLUMNS.split(","))
        for row in rows:
            await connection.execute(text("INSERT INTO stories VALUES (:id)"), {"id": row["id"]})
            await connection.execute(
                text(f"INSERT INTO articles ({COLUMNS}) VALUES ({values})"), dict(row)
            )
    await old.close()

    store = await Store.open(url, clock=clock)
    books = Books(store)
    assert (await books.ledger.totals()).pending == 2
    first, second = await books.ledger.pending(9)
    assert (first.id, second.id) == (2, 1)
    await books.ledger.record([Claimed(second, (stake("alibaba", "weibo", "18"),))])
    assert said_by(await books.all()) == {1: [1]}
    assert (await books.ledger.totals()).pending == 1
    await store.close()
