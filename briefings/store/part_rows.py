"""Parts as rows: reading them with what their digest and channel say, and writing them back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update

from briefings.delivery import Part, PartState
from briefings.store.tables import channels, occurrences, parts, subscriptions
from briefings.subscriptions import Scope

_FIRST = parts.alias("first")
_MUTABLE = (
    *("state", "next_at", "claim", "attempts", "first_try", "uncertain_since", "looks"),
    *("plain", "remote_id", "repaired", "error"),
)
STORE = (
    update(parts)
    .where(parts.c.id == bindparam("row_id"))
    .values({name: bindparam(f"to_{name}") for name in _MUTABLE})
)


def select_parts() -> Select[Any]:
    """Parts with what a `Part` says of their digest and channel."""
    return (
        select(
            parts,
            channels.c.platform,
            channels.c.workspace,
            channels.c.channel,
            occurrences.c.slot,
            occurrences.c.parts.label("total"),
            subscriptions.c.number.label("digest"),
            _FIRST.c.remote_id.label("first_id"),
        )
        .join(channels, channels.c.id == parts.c.channel_id)
        .join(occurrences, occurrences.c.id == parts.c.occurrence_id)
        .join(subscriptions, subscriptions.c.id == occurrences.c.subscription_id)
        .outerjoin(
            _FIRST,
            (_FIRST.c.occurrence_id == parts.c.occurrence_id)
            & (_FIRST.c.number == 1)
            & (parts.c.number > 1),
        )
    )


def part_of(row: Row[Any]) -> Part:
    return Part(
        id=row.id,
        occurrence_id=row.occurrence_id,
        channel_id=row.channel_id,
        scope=Scope(row.platform, row.workspace, row.channel),
        digest=row.digest,
        slot=row.slot,
        number=row.number,
        total=row.total,
        first_id=row.first_id or "",
        key=row.key,
        payload=row.payload,
        state=PartState(row.state),
        next_at=row.next_at,
        claim=row.claim,
        attempts=row.attempts,
        first_try=row.first_try,
        uncertain_since=row.uncertain_since,
        looks=row.looks,
        plain=row.plain,
        remote_id=row.remote_id,
        repaired=row.repaired,
        error=row.error,
    )


def state_row(part: Part) -> dict[str, Any]:
    return {"row_id": part.id, **{f"to_{name}": getattr(part, name) for name in _MUTABLE}}
