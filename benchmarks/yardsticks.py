"""Two other ways to poll the same feeds, to judge our figures by.

    python -m benchmarks.yardsticks bare|reader DATABASE FEED-LIST

polls all feeds once for every line it is given, and answers each with the number of entries it
holds. `bare` is the least a Python program can do with a feed: download (aiohttp), feedparser as it
comes, a plain insert into SQLite with an FTS5 table. `reader` is the library of that name with its
defaults. The first poll of a database is cold, later ones send validators.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CONNECTIONS = 16
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feeds (url TEXT PRIMARY KEY, etag TEXT, modified TEXT);
CREATE TABLE IF NOT EXISTS entries (
    rowid INTEGER PRIMARY KEY, feed TEXT, id TEXT, title TEXT, link TEXT, published TEXT, body TEXT,
    UNIQUE (feed, id)
);
CREATE VIRTUAL TABLE IF NOT EXISTS entries_text USING fts5(
    title, body, content='entries', content_rowid='rowid'
);
CREATE TRIGGER IF NOT EXISTS entries_inserted AFTER INSERT ON entries BEGIN
    INSERT INTO entries_text (rowid, title, body) VALUES (new.rowid, new.title, new.body);
END;
"""


class Bare:
    """The bare pipeline: download | feedparser | INSERT OR IGNORE, one commit a poll."""

    def __init__(self, database: str, urls: Sequence[str]) -> None:
        import aiohttp  # noqa: PLC0415 - each yardstick pays for its own imports only
        import feedparser  # noqa: PLC0415

        self._session_class = aiohttp.ClientSession
        self._parse = feedparser.parse
        self._urls = urls
        self._db = sqlite3.connect(database)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)

    def poll(self) -> int:
        asyncio.run(self._poll())
        self._db.commit()
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        held: int = self._db.execute("SELECT count(*) FROM entries").fetchone()[0]
        return held

    async def _poll(self) -> None:
        validators = {
            url: {"If-None-Match": etag, "If-Modified-Since": modified}
            for url, etag, modified in self._db.execute("SELECT * FROM feeds")
        }
        gate = asyncio.Semaphore(_CONNECTIONS)
        async with self._session_class() as session:

            async def ask(url: str) -> None:
                async with gate, session.get(url, headers=validators.get(url, {})) as answer:
                    if answer.status == 200:
                        self._take(url, dict(answer.headers), await answer.read())

            await asyncio.gather(*map(ask, self._urls))

    def _take(self, url: str, headers: dict[str, str], body: bytes) -> None:
        lowered = {name.lower(): value for name, value in headers.items()}
        parsed: Any = self._parse(io.BytesIO(body), response_headers=lowered)
        self._db.executemany(
            "INSERT OR IGNORE INTO entries (feed, id, title, link, published, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    url,
                    entry.get("id", entry.get("link")),
                    entry.get("title"),
                    entry.get("link"),
                    entry.get("published"),
                    entry.content[0].value if "content" in entry else entry.get("summary"),
                )
                for entry in parsed.entries
            ],
        )
        self._db.execute(
            "INSERT OR REPLACE INTO feeds VALUES (?, ?, ?)",
            (url, lowered.get("etag", ""), lowered.get("last-modified", "")),
        )


class Reader:
    """Updates of every feed by `reader`, one worker, whether due or not (scheduled=False)."""

    def __init__(self, database: str, urls: Sequence[str]) -> None:
        from reader import make_reader  # noqa: PLC0415

        self._library = make_reader(database)
        for url in urls:
            self._library.add_feed(url)

    def poll(self) -> int:
        self._library.update_feeds(scheduled=False, workers=1)
        return self._library.get_entry_counts().total or 0


def main() -> None:
    parser = argparse.ArgumentParser(description="Poll feeds the way of a yardstick.")
    parser.add_argument("yardstick", choices=YARDSTICKS)
    parser.add_argument("database")
    parser.add_argument("feeds", type=Path, help="a file with one feed address a line")
    chosen = parser.parse_args()
    yardstick = YARDSTICKS[chosen.yardstick](chosen.database, chosen.feeds.read_text().split())
    print("ready", flush=True)
    while sys.stdin.readline():
        print(yardstick.poll(), flush=True)


YARDSTICKS: dict[str, type[Bare | Reader]] = {"bare": Bare, "reader": Reader}

if __name__ == "__main__":
    main()
