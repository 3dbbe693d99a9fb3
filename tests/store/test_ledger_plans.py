"""What is asked of a ledger of 100,000 facts reads an index: the plans of what is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.facts import Kind
from briefings.model import Audience
from briefings.store import Claimed, Ledger, Store
from briefings.store.engine import Database
from tests.fakes.claims import stake, users
from tests.store.ledgers import RED, Books
from tests.store.test_plans import overheard, reads_everything

DAY = date(2026, 3, 1)
WORKSPACE = Audience(1)
BOTH = ["alibaba", "weibo"]

QUESTIONS: dict[str, Callable[[Ledger], Awaitable[object]]] = {
    "of one": lambda ledger: ledger.facts_of(["weibo"], limit=1),
    "of one, some kinds": lambda ledger: ledger.facts_of(
        ["weibo"], kinds=[Kind.STAKE], since=DAY, until=DAY, limit=5
    ),
    "of two, in a workspace": lambda ledger: ledger.facts_of(BOTH, WORKSPACE, limit=1),
    "of two": lambda ledger: ledger.facts_of(BOTH, limit=5),
    "known by a day": lambda ledger: ledger.known_by(BOTH, DAY, limit=5),
    "pending": lambda ledger: ledger.pending(5),
    "totals": lambda ledger: ledger.totals(),
}


async def test_no_question_reads_a_whole_table(store: Store, database: Database) -> None:
    books = Books(store)
    deal = stake("alibaba", "weibo", "18")
    there = await books.enter({1: [deal, users("weibo", "1e6")], 2: [deal]})
    await books.enter({3: [deal]}, RED)
    ask: dict[str, Callable[[Ledger], Awaitable[object]]] = {
        **QUESTIONS,
        "record": lambda ledger: ledger.record([Claimed(there[1], (deal, deal))]),
        "record nothing": lambda ledger: ledger.record([Claimed(there[0], ())]),
    }
    async with database.read() as connection:
        if not database.is_sqlite:
            # With three rows a scan would be right; forbidden, it shows where it is needed.
            await connection.exec_driver_sql("SET enable_seqscan = off")
        for name, question in ask.items():
            with overheard() as sent:
                await question(books.ledger)
            asked = ("SELECT", "UPDATE", "DELETE")
            statements = [each for each in sent if each[0].startswith(asked)]
            assert statements, name
            for statement, parameters in statements:
                if isinstance(parameters, list) or "pg_advisory" in statement:
                    continue
                steps = await plan(connection, database, statement, parameters)
                assert [step for step in steps if reads_everything(step)] == [], (name, statement)
                if name != "totals":
                    assert not [step for step in steps if step.endswith("(audience=?)")], name
                if " AS walked" in statement and database.is_sqlite:
                    assert [step for step in steps if "ORDER BY" in step] == [], name


async def test_a_deleted_article_or_fact_is_looked_for_in_indexes(
    store: Store, database: Database
) -> None:
    """What refers to it with a cascade."""
    if not database.is_sqlite:
        return
    async with database.read() as connection:
        for table, column in (
            ("reports", "article_id"),
            ("reports", "fact_id"),
            ("fact_keys", "fact_id"),
            ("fact_parties", "fact_id"),
        ):
            steps = await plan(
                connection, database, f"DELETE FROM {table} WHERE {column} = ?", (1,)
            )
            assert all(step.startswith("SEARCH") for step in steps), table


async def plan(
    connection: AsyncConnection, database: Database, statement: str, parameters: Any
) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    rows = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
    return [str(row[-1]) for row in rows]
