"""Named points of a worker process at which it kills or stops itself, or its disk gives way.

The product is not patched: points of the database are events of SQLAlchemy, points of a message
are calls of the poster, which is wrapped.

    plan statement, planned       about to write occurrences; they are committed
    sending statement, sending    about to write that a message is being sent; that is committed
    send, ready, answered         the poster is called; connected, no byte sent; it returned
    looked                        the copies are known, and nothing was done about it
    sent written, sent            written but not committed that it was sent; that is committed
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.pool import Pool

from briefings.ports import Post, Poster
from briefings.subscriptions import Scope

KILL, STOP, NO_DISK, READ_ONLY = "kill", "stop", "no disk", "read-only"


class Points:
    """What is to happen at which point, once in a run: files in `folder` remember it.

    A disk that gave way stays so until the harness removes its file.
    """

    def __init__(self, folder: Path, what: Mapping[str, str]) -> None:
        self._folder = folder
        self._what = what

    def reach(self, point: str) -> None:
        what = self._what.get(point)
        if what is None or not self._first(point):
            return
        if what in (NO_DISK, READ_ONLY):
            (self._folder / what).touch()
            self.feel_disk()
            return
        os.kill(os.getpid(), signal.SIGKILL if what == KILL else signal.SIGSTOP)
        # A signal to oneself may take effect a moment later; another thread may handle it.
        time.sleep(0.05 if what == STOP else 5)

    def _first(self, point: str) -> bool:
        try:
            os.close(os.open(self._folder / f"{point}.reached", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def feel_disk(self) -> None:
        """Let writes to files fail, or not, as the harness has it now."""
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        full = (self._folder / NO_DISK).exists()
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 if full else hard, hard))

    def watch_database(self) -> None:
        """Reach the points of every database this process opens from now on."""
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        event.listen(Engine, "rollback", _forget)
        event.listen(Pool, "checkin", self._checkin)
        if READ_ONLY in self._what.values():
            event.listen(Pool, "checkout", self._checkout)

    def _before(
        self, _connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> None:
        match _written(statement, parameters):
            case "planned":
                self.reach("plan statement")
            case "sending":
                self.reach("sending statement")

    def _after(
        self, connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any
    ) -> None:
        written = _written(statement, parameters)
        if written:
            # "sent" last: one transaction may tell of several messages.
            connection.info.setdefault("written", set()).add(written)
        if written == "sent":
            self.reach("sent written")

    def _checkin(self, _dbapi: Any, record: Any) -> None:
        for written in sorted(record.info.pop("written", ())):
            self.reach(written)

    def _checkout(self, dbapi: Any, _record: Any, _proxy: Any) -> None:
        locked = (self._folder / READ_ONLY).exists()
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA query_only = {'ON' if locked else 'OFF'}")
        cursor.close()


def _forget(connection: Connection) -> None:
    with contextlib.suppress(
        InvalidRequestError
    ):  # the server is gone, and with it what was written
        connection.info.pop("written", None)


def _written(statement: str, parameters: Any) -> str:
    """What a statement writes that has a point: "planned", "sending", "sent" or ""."""
    if statement.startswith("INSERT INTO occurrences"):
        return "planned"
    if not statement.startswith("UPDATE parts"):
        return ""
    rows = parameters if isinstance(parameters, list) else [parameters]
    values = {value for row in rows for value in (row.values() if isinstance(row, dict) else row)}
    return next((state for state in ("sent", "sending") if state in values), "")


class PointedPoster:
    """A poster that passes its points."""

    def __init__(self, poster: Poster, points: Points) -> None:
        self._poster = poster
        self._points = points

    @property
    def pace_s(self) -> float:
        return self._poster.pace_s

    @property
    def nonce_s(self) -> float:
        return self._poster.nonce_s

    def prepare(self, page: str) -> tuple[str, ...]:
        return self._poster.prepare(page)

    async def send(self, post: Post, ready: Callable[[], None]) -> str:
        def passing() -> None:
            ready()
            self._points.reach("ready")

        self._points.reach("send")
        id = await self._poster.send(post, passing)
        self._points.reach("answered")
        return id

    async def copies(self, post: Post) -> tuple[str, ...]:
        found = await self._poster.copies(post)
        self._points.reach("looked")
        return found

    async def delete(self, post: Post, remote_id: str) -> None:
        await self._poster.delete(post, remote_id)

    async def alert(self, scope: Scope, user: str, text: str) -> None:
        await self._poster.alert(scope, user, text)
