"""Rows of `sources`: as they are defined, at which address, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.errors import InputError
from briefings.model import Audience, FeedDefinition, FeedState, Source
from briefings.store.records import DEFINED, definition_row, slices, state_row
from briefings.store.tables import audiences, sources

LONGEST_ADDRESS = 2_000
"""Bytes: what a unique index of PostgreSQL takes, with room to spare."""

MOST = 200
"""Sources of one workspace; everybody's are not counted."""

MOVED_ONTO_ANOTHER = "Moved for good to the address of another source that is watched."

UPDATE = update(sources).where(sources.c.id == bindparam("row_id"))
UNCLAIMED: dict[str, Any] = {"claim_owner": None, "claim_until": None}
"""What becomes of a claim that ends."""
PRESENT = sources.c.audience.not_in(select(audiences.c.id).where(audiences.c.away.is_(true())))
"""Its workspace has the desk, or it is everybody's."""


def new_row(
    url: str, definition: FeedDefinition, origin: str, audience: Audience
) -> dict[str, Any]:
    """A source that nobody has asked yet."""
    return {
        "audience": audience,
        "defined_url": url,
        "url": url,
        "origin": origin,
        **definition_row(definition),
        **state_row(FeedState()),
    }


def redefined(row: RowMapping, definition: FeedDefinition | None) -> dict[str, Any]:
    """What a source is defined as from now on; nothing when that is what it was before."""
    before = {name: row[name] for name in DEFINED}
    if definition is not None:
        after = definition_row(definition)
    else:
        after = before | ({"enabled": False} if row["origin"] == "shipped" else {})
    return {} if after == before else after


def longest_overdue(row: RowMapping) -> tuple[bool, datetime, int]:
    """Sorts sources by how long they have been due, those never asked first."""
    due = row["next_check_at"]
    return due is not None, due or datetime.min.replace(tzinfo=UTC), row["id"]


def refuse_watched(url: str, known: Source) -> None:
    """Refuse to watch an address where a source that is there is watched.

    Raises:
        InputError: it is.
    """
    if known.definition.enabled and not known.state.stopped:
        raise InputError(f"{url} is watched already: it is source {known.id}.", source_id=known.id)


async def refuse_too_many(connection: AsyncConnection, audience: Audience) -> None:
    """Refuse a workspace one source more than it may have.

    Raises:
        InputError: it has `MOST`.
    """
    statement = select(func.count()).select_from(sources).where(sources.c.audience == audience)
    if (await connection.scalar(statement) or 0) >= MOST:
        raise InputError(
            f"This workspace has {MOST} sources of its own, and cannot have more.",
            remedy="Remove one with /intel sources remove <n>; /intel sources lists them.",
        )


async def at_address(
    connection: AsyncConnection, url: str, audience: Audience
) -> RowMapping | None:
    """An audience's source whose feed is at an address now, or else was when it was defined."""
    own = sources.c.audience == audience
    for column in (sources.c.url, sources.c.defined_url):
        statement = select(sources).where(own, column == url)
        row = (await connection.execute(statement)).mappings().first()
        if row is not None:
            return row
    return None


async def move(connection: AsyncConnection, source_id: int, url: str, audience: Audience) -> None:
    """Give a source its new address; it stops when another source is watched there."""
    if len(url.encode()) > LONGEST_ADDRESS:
        return
    there = await at_address(connection, url, audience)
    taken = there is not None and there["id"] != source_id
    change = {"stopped": MOVED_ONTO_ANOTHER} if taken else {"url": url}
    await connection.execute(update(sources).where(sources.c.id == source_id).values(change))


async def existing(connection: AsyncConnection, source_ids: Sequence[int]) -> dict[int, Audience]:
    """Those of these sources that there are, each with its audience; they stay until the
    transaction ends."""
    there: dict[int, Audience] = {}
    for some in slices(source_ids):
        statement = select(sources.c.id, sources.c.audience).where(sources.c.id.in_(some))
        rows = await connection.execute(statement.order_by(sources.c.id).with_for_update())
        there |= {id_: Audience(audience) for id_, audience in rows}
    return there
