"""What the program lends a platform, for tests of platforms that need little of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.platforms import FirstTime, Host
from briefings.answers import Answer
from briefings.query import Desk
from briefings.store import Store
from briefings.subscriptions import Principal
from tests.fakes.clock import FakeClock


def host_for(
    ask: Callable[[str, Principal], Coroutine[Any, Any, Answer]],
    folder: Path,
    *,
    zone: ZoneInfo,
    names: Sequence[tuple[str, str]] = (("Acme", "Acme"),),
    clock: FakeClock | None = None,
) -> Host:
    """A host without a desk, on which every event comes for the first time."""

    async def first_time(id: str, *, lasting: bool = True) -> bool:
        return True

    return Host(
        ask=ask,
        names=names,
        data_dir=folder,
        zone=zone,
        greeting="Hello.",
        desk=cast(Desk, None),
        suggest=lambda text, limit: list(names)[:limit],
        first_time=first_time,
        presets=("brief", "full", "headlines"),
        settings=None,
        database_url="sqlite://",
        clock=clock or FakeClock(),
    )


def remembered_by(store: Store) -> FirstTime:
    """Remembers every event in a store."""

    async def first_time(id: str, *, lasting: bool = True) -> bool:
        return await store.inbox.is_new(id)

    return first_time
