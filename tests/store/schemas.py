"""The schema of tomorrow, and a process that dies on its way there.

    python -m tests.store.schemas URL STATEMENTS

upgrades the database at URL to `NEXT` and kills itself after so many statements of a migration.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from briefings.store.engine import connect
from briefings.store.schema import CURRENT, Schema, ensure

NEXT = Schema("0900", (*CURRENT.folders, Path(__file__).parent / "next_schema"))


async def _die(url: str, statements: int) -> None:
    left = statements

    @event.listens_for(Engine, "after_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal left
        if statement.lstrip().startswith(("CREATE", "INSERT", "ALTER", "DROP", "UPDATE")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    await ensure(connect(url), NEXT)


if __name__ == "__main__":
    asyncio.run(_die(sys.argv[1], int(sys.argv[2])))
