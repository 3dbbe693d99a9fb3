"""What is asked of 100,000 articles reads an index: the plans of the statements that are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from briefings.model import Audience
from briefings.store import Corpus, Store
from briefings.store.engine import Database
from tests.store.builders import NOON, about, article

BOTH = ["alibaba", "weibo"]
RED = Audience(1)

QUESTIONS: dict[str, Callable[[Corpus], Awaitable[object]]] = {
    "about one": lambda corpus: corpus.about(["weibo"], since=NOON, until=None, limit=5),
    "about two": lambda corpus: corpus.about(BOTH, since=None, until=None, limit=5),
    "count one": lambda corpus: corpus.about_of_total(["weibo"], since=NOON, until=None, limit=1),
    "count two": lambda corpus: corpus.about_of_total(BOTH, since=None, until=None, limit=1),
    "search": lambda corpus: corpus.search("report says", limit=5),
    "search by a character": lambda corpus: corpus.search("云", limit=5),
    "in stories": lambda corpus: corpus.in_stories([1, 2], until=NOON),
    "get": lambda corpus: corpus.get(1),
    "by address": lambda corpus: corpus.by_url(article(1).url),
    "without points": lambda corpus: corpus.without_points(5),
    "topic counts": lambda corpus: corpus.topic_counts(),
    "totals": lambda corpus: corpus.totals(),
    "about two, in a workspace": lambda corpus: corpus.about_of_total(
        BOTH, since=NOON, until=None, limit=1, audience=RED
    ),
    "search in a workspace": lambda corpus: corpus.search("report", limit=5, audience=RED),
    "in stories, in a workspace": lambda corpus: corpus.in_stories(
        [1, 2], until=NOON, audience=RED
    ),
    "by address, in a workspace": lambda corpus: corpus.by_url(article(1).url, RED),
    "topic counts in a workspace": lambda corpus: corpus.topic_counts(RED),
}


@contextmanager
def overheard() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent to any database, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def listen(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


async def test_no_question_reads_a_whole_table(store: Store, database: Database) -> None:
    await store.corpus.add([article(n, tags=about(*BOTH), title="云 report") for n in range(3)])
    async with database.read() as connection:
        if not database.is_sqlite:
            # With three rows a scan would be right; forbidden, it shows where it is needed.
            await connection.exec_driver_sql("SET enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        for name, question in QUESTIONS.items():
            with overheard() as sent:
                await question(store.corpus)
            selects = [each for each in sent if each[0].startswith(("SELECT", "WITH"))]
            assert selects, name
            for statement, parameters in selects:
                plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
                steps = [str(row[-1]) for row in plan]
                assert [step for step in steps if reads_everything(step)] == [], name
                if "AS walked" in statement and database.is_sqlite:
                    assert [step for step in steps if "ORDER BY" in step] == [], name


def reads_everything(step: str) -> bool:
    """Tell a scan of a table from one of a full-text query or of an index that is all wanted."""
    scan = step.startswith("SCAN") or "Seq Scan" in step
    return scan and "VIRTUAL TABLE" not in step and "articles_pending" not in step
