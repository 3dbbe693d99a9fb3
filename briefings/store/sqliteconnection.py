"""aiosqlite's connection, made to end well when the task that uses it is cancelled.

As it comes (aiosqlite 0.22), a cancelled opening loses the file it opened, a connection closed with
a statement still referred to keeps its lock on the database until that is collected, and a second
close waits for ever for a thread that has gone, with everybody who waits for that task.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import aiosqlite


class SQLiteConnection(aiosqlite.Connection):
    """A connection that is rolled back and closed once, by its own thread, whoever asks for it.

    It takes what `sqlite3.connect` takes, and is open when it has been awaited.
    """

    def __init__(self, database: str, **options: Any) -> None:
        super().__init__(lambda: self._open(database, options), iter_chunk_size=64)
        self._opened: sqlite3.Connection | None = None
        self._stopped: asyncio.Future[None] | None = None
        self._thread.daemon = True

    def stop(self) -> asyncio.Future[None] | None:
        """End the thread after what it was given to do; the future is done when it has ended."""
        self._connection = None
        if self._stopped is None:
            self._tx.put_nowait((None, self._close))
            self._stopped = super().stop()
        return self._stopped

    async def close(self) -> None:
        stopped = self.stop()
        if stopped is not None:
            await asyncio.shield(stopped)

    def _open(self, database: str, options: dict[str, Any]) -> sqlite3.Connection:
        self._opened = sqlite3.connect(database, **options)
        return self._opened

    def _close(self) -> None:
        if self._opened is not None:
            try:
                self._opened.rollback()
            finally:
                self._opened.close()
