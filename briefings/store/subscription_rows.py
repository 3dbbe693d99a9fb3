"""Subscriptions as rows: read with their channel, written, and paused or resumed together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.schedule import next_slot, slot_at
from briefings.store.tables import channels, subscriptions
from briefings.subscriptions import Frequency, Schedule, Scope, Slot, Subscription

SUBSCRIPTIONS: Select[Any] = select(
    subscriptions, channels.c.platform, channels.c.workspace, channels.c.channel
).join(channels)
"""Subscriptions with the scope of their channel, as `subscription` reads them."""

RECKONED = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("row_id"))
    .values(next_wall=bindparam("to_wall"), next_due=bindparam("to_due"))
)


def subscription(row: RowMapping) -> Subscription:
    """A subscription from its row and its channel's scope."""
    wall, due = row["next_wall"], row["next_due"]
    return Subscription(
        id=row["id"],
        scope=Scope(row["platform"], row["workspace"], row["channel"]),
        number=row["number"],
        topics=tuple(row["topics"].split()),
        schedule=_schedule(row),
        preset=row["preset"],
        created_by=row["created_by"],
        version=row["version"],
        last_wall=row["last_wall"],
        next=None if wall is None or due is None else Slot(wall, due),
        paused=row["paused"],
    )


def _schedule(row: RowMapping) -> Schedule:
    return Schedule(
        frequency=Frequency(row["frequency"]),
        at=time.fromisoformat(row["wall_time"]),
        zone=row["zone"],
        day=row["day"],
    )


def schedule_row(schedule: Schedule) -> dict[str, Any]:
    """A schedule as its columns."""
    return {
        "frequency": str(schedule.frequency),
        "day": schedule.day,
        "wall_time": f"{schedule.at:%H:%M}",
        "zone": schedule.zone,
    }


def slot_row(slot: Slot | None) -> dict[str, Any]:
    """The next slot as its columns; None is a pause."""
    return {
        "next_wall": slot.wall if slot else None,
        "next_due": slot.due if slot else None,
    }


def reckoned(row: RowMapping) -> dict[str, Any] | None:
    """Where a subscription's next slot lies by today's rules; None where it lies there already."""
    slot = slot_at(_schedule(row), row["next_wall"])
    if (slot.wall, slot.due) == (row["next_wall"], row["next_due"]):
        return None
    return {"row_id": row["id"], "to_wall": slot.wall, "to_due": slot.due}


async def pause_where(connection: AsyncConnection, reason: str, *where: ColumnElement[bool]) -> int:
    """Pause the subscriptions of some channels for one reason; how many were not paused before."""
    among = select(channels.c.id).where(*where)
    paused = await connection.execute(
        update(subscriptions)
        .where(
            subscriptions.c.channel_id.in_(among),
            subscriptions.c.paused == "",
            subscriptions.c.removed_at.is_(None),
        )
        .values(paused=reason, next_wall=None, next_due=None, version=subscriptions.c.version + 1)
    )
    return paused.rowcount


async def resume_where(
    connection: AsyncConnection, now: datetime, *where: ColumnElement[bool]
) -> int:
    """Let some paused subscriptions go on with their first slots from now; how many."""
    statement = SUBSCRIPTIONS.where(
        subscriptions.c.paused != "", subscriptions.c.removed_at.is_(None), *where
    ).with_for_update(of=subscriptions)
    paused = [subscription(row) for row in (await connection.execute(statement)).mappings()]
    for each in paused:
        then = next_slot(each.schedule, after=now, last_wall=each.last_wall)
        await write_row(connection, each.id, {"paused": "", **slot_row(then)})
    return len(paused)


def in_channel(scope: Scope) -> ColumnElement[bool]:
    """Whether a channel is the one of a scope."""
    return (
        (channels.c.platform == scope.platform)
        & (channels.c.workspace == scope.workspace)
        & (channels.c.channel == scope.channel)
    )


async def write_row(connection: AsyncConnection, id: int, values: Mapping[str, Any]) -> None:
    """Write a row that is held; whoever read it before finds its version gone by."""
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == id)
        .values(version=subscriptions.c.version + 1, **values)
    )
