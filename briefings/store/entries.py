"""The entries of feeds: which versions were seen, and the articles they became."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import Audience, Check, EntryVersion, NewArticle
from briefings.store.intake import Added, Intake
from briefings.store.records import execute_many, slices
from briefings.store.tables import entries
from briefings.store.versions import Draft

# The article that an earlier version became stays linked.
_SEEN = text(
    "INSERT INTO entries (source_id, identity, digest) VALUES (:source_id, :identity, :digest) "
    "ON CONFLICT (source_id, identity) DO UPDATE SET digest = excluded.digest"
)
_KEPT = text(
    "INSERT INTO entries (source_id, identity, digest, article_id) "
    "VALUES (:source_id, :identity, :digest, :article_id) "
    "ON CONFLICT (source_id, identity) "
    "DO UPDATE SET digest = excluded.digest, article_id = excluded.article_id"
)


async def load_known(
    connection: AsyncConnection, source_ids: Sequence[int]
) -> dict[int, dict[bytes, bytes]]:
    """Read the entries of each source: identity to digest of the version seen last."""
    known: dict[int, dict[bytes, bytes]] = {source_id: {} for source_id in source_ids}
    for some in slices(source_ids):
        rows = await connection.execute(
            select(entries.c.source_id, entries.c.identity, entries.c.digest).where(
                entries.c.source_id.in_(some)
            )
        )
        for source_id, identity, digest in rows:
            known[source_id][identity] = digest
    return known


async def store_entries(
    connection: AsyncConnection,
    intake: Intake,
    checks: Sequence[Check],
    audiences: Mapping[int, Audience],
) -> list[Added]:
    """Write the entries that checks brought, and take in the articles among them.

    `audiences` are those of the sources: what a source brings is for whoever may see the source.
    """
    seen: list[dict[str, Any]] = []
    kept: list[tuple[dict[str, Any], NewArticle]] = []
    for check in checks:
        for version in check.entries:
            row = _row(check.source_id, version)
            if version.article is None:
                seen.append(row)
            else:
                kept.append((row, replace(version.article, source_id=check.source_id)))
    became = await _became(connection, [(row["source_id"], row["identity"]) for row, _ in kept])
    drafts = [
        Draft(
            article,
            revises=became.get((row["source_id"], row["identity"])),
            audience=audiences[row["source_id"]],
        )
        for row, article in kept
    ]
    added = await intake.take(connection, drafts)
    became_now = [row | {"article_id": each.id} for (row, _), each in zip(kept, added, strict=True)]
    # In one order, so that no process waits for a row while it holds one that another waits for.
    await execute_many(connection, _SEEN, sorted(seen, key=_place))
    await execute_many(connection, _KEPT, sorted(became_now, key=_place))
    for check in sorted(checks, key=lambda check: check.source_id):
        if check.listed is not None:
            await _compare(connection, check.source_id, check.listed, check.state.checked_at)
    return added


async def _compare(
    connection: AsyncConnection, source_id: int, listed: Collection[bytes], now: datetime | None
) -> None:
    """Mark the entries a feed has ceased to list, and those it lists again as listed."""
    its = update(entries).where(entries.c.source_id == source_id)
    since = entries.c.unlisted_since
    left = its.where(since.is_(None), entries.c.identity.not_in(listed))
    await connection.execute(left.values(unlisted_since=now))
    back = its.where(since.is_not(None), entries.c.identity.in_(listed))
    await connection.execute(back.values(unlisted_since=None))


def _place(row: Mapping[str, Any]) -> tuple[int, bytes]:
    return row["source_id"], row["identity"]


def _row(source_id: int, version: EntryVersion) -> dict[str, Any]:
    return {"source_id": source_id, "identity": version.identity, "digest": version.digest}


async def _became(
    connection: AsyncConnection, keys: Sequence[tuple[int, bytes]]
) -> dict[tuple[int, bytes], int]:
    """The articles that entries became earlier."""
    found: dict[tuple[int, bytes], int] = {}
    for some in slices(keys):
        rows = await connection.execute(
            select(entries).where(
                tuple_(entries.c.source_id, entries.c.identity).in_(some),
                entries.c.article_id.is_not(None),
            )
        )
        found |= {(row.source_id, row.identity): row.article_id for row in rows}
    return found
