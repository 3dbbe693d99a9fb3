"""A desk over a store, for questions alone: nothing is fetched and nothing is delivered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from briefings.query import Desk
from briefings.store import Store
from briefings.subscribing import Subscribing
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import FakeClock
from tests.fakes.subscribing import FakeDigests


def desk_over(
    store: Store,
    clock: FakeClock,
    *,
    web: Any = None,
    other_problems: Callable[[], Sequence[str]] = tuple,
) -> Desk:
    """A desk; `web` stands for what reads pages and feeds, where a test asks for these."""
    digests: Any = FakeDigests()
    return Desk(
        store=store,
        ingest=web,
        watcher=web,
        subscribing=Subscribing(store, NAMING, digests, ("brief",), clock),
        ledger=store.ledger(NAMING.voice_of),
        naming=NAMING,
        clock=clock,
        version="1.2.3",
        watching=True,
        delivering=True,
        other_problems=other_problems,
    )
