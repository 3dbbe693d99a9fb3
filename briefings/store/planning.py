"""Subscriptions that are due, and their digests on the way into the outbox.

    due -> (schedule, editor) -> plan: occurrence | told | parts | next slot    one transaction

A slot is planned once: whoever plans holds the subscription's row, and finds it moved on when
somebody else was first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.delivery import DECIDABLE, OccurrenceState, PartState
from briefings.store.engine import Database
from briefings.store.marks import (
    RECOVERED_FROM,
    RECOVERY_BEGUN,
    RECOVERY_UNTIL,
    TIMELINE,
    Marks,
    lock_marks,
    read_marks,
    recovery,
    write_marks,
)
from briefings.store.planned import Due, Plan, moved, notice_row, occurrence_row, part_rows
from briefings.store.records import execute_many, slices
from briefings.store.subscription_rows import subscription
from briefings.store.tables import (
    channels,
    notices,
    occurrences,
    parts,
    posted_on,
    subscriptions,
    told,
)

FAILOVER_LOSS = timedelta(days=1)
"""How far back a standby that took over is not trusted to know what was posted."""

NOT_DELIVERED = (OccurrenceState.FAILED, OccurrenceState.SKIPPED)


class Planning:
    """Plans digests into a database."""

    def __init__(self, database: Database, marks: Marks) -> None:
        self._database = database
        self._marks = marks

    async def due(self, now: datetime, platforms: Collection[str], *, limit: int) -> list[Due]:
        """The subscriptions whose slot has come, longest overdue first."""
        wanted = (
            _WITH_LAST_DIGEST.where(subscriptions.c.next_due <= now, posted_on(platforms))
            .order_by(subscriptions.c.next_due, subscriptions.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_due(row) for row in await connection.execute(wanted)]

    async def one(self, subscription_id: int) -> Due | None:
        """A subscription as `due` gives it, due or not."""
        wanted = _WITH_LAST_DIGEST.where(subscriptions.c.id == subscription_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
            return None if row is None else _due(row)

    async def plan(self, plans: Sequence[Plan], now: datetime) -> int:
        """Write plans down, all or none; the number of digests that are new.

        A plan for a subscription that was changed, removed or planned meanwhile is dropped, and
        one instead of digests that somebody sent or dismissed meanwhile.
        """
        install_id = await self._marks.install_id()
        planned = 0
        async with self._database.write() as connection:
            for some in slices(plans):
                standing = [
                    plan
                    for plan in await _standing(connection, some)
                    if not plan.instead_of or await _replace(connection, plan)
                ]
                planned += await _write(connection, standing, install_id, now)
        return planned

    async def recover(self, now: datetime) -> tuple[datetime, datetime] | None:
        """The time whose posts this database may not know of: it was restored, or failed over.

        At its first call after that, every message on its way is made uncertain: it may have been
        sent after the state that was restored.
        """
        async with self._database.read() as connection:
            values = await read_marks(connection)
            timeline = await self._timeline(connection)
        if not _news(values, timeline):
            return recovery(values)
        async with self._database.write() as connection:
            await lock_marks(self._database, connection)
            values = await read_marks(connection)
            if timeline and values.get(TIMELINE, timeline) != timeline:
                values[RECOVERED_FROM] = (now - FAILOVER_LOSS).isoformat()
                values[RECOVERY_UNTIL] = now.isoformat()
            if timeline:
                values[TIMELINE] = timeline
            if recovery(values) and values.get(RECOVERY_BEGUN) != values[RECOVERY_UNTIL]:
                await _doubt_everything(connection, now)
                values[RECOVERY_BEGUN] = values[RECOVERY_UNTIL]
            await write_marks(connection, values)
        return recovery(values)

    async def _timeline(self, connection: AsyncConnection) -> str:
        """PostgreSQL's timeline, the first 8 digits of the file it writes its log to."""
        if self._database.is_sqlite:
            return ""
        name = await connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())"))
        return str(name)[:8]


def _news(values: dict[str, str], timeline: str) -> bool:
    begun = values.get(RECOVERY_BEGUN) == values.get(RECOVERY_UNTIL)
    return not begun or values.get(TIMELINE, "") != timeline


async def _doubt_everything(connection: AsyncConnection, now: datetime) -> None:
    unsent = (PartState.PLANNED, PartState.RETRY, PartState.SENDING)
    planned_at = (
        select(occurrences.c.planned_at)
        .where(occurrences.c.id == parts.c.occurrence_id)
        .scalar_subquery()
    )
    doubted = {
        "state": PartState.UNCERTAIN,
        "claim": None,
        "looks": 0,
        "uncertain_since": now,
        "first_try": func.coalesce(parts.c.first_try, planned_at),
    }
    waiting = parts.c.next_at.is_(None)
    for condition, values in ((waiting, doubted), (~waiting, {**doubted, "next_at": now})):
        await connection.execute(
            update(parts).where(parts.c.state.in_(unsent), condition).values(values)
        )


async def _standing(connection: AsyncConnection, plans: Sequence[Plan]) -> list[Plan]:
    """The plans whose subscription is as it was when they were made; its row is held."""
    statement = (
        select(subscriptions.c.id, subscriptions.c.version, subscriptions.c.next_wall)
        .where(
            subscriptions.c.id.in_([plan.due.subscription.id for plan in plans]),
            subscriptions.c.removed_at.is_(None),
        )
        .order_by(subscriptions.c.id)
        .with_for_update()
    )
    now = {row.id: (row.version, row.next_wall) for row in await connection.execute(statement)}

    def same(plan: Plan) -> bool:
        before = plan.due.subscription
        version, wall = now.get(before.id, (None, None))
        return version == before.version and (
            plan.next is None or (before.next is not None and wall == before.next.wall)
        )

    return [plan for plan in plans if same(plan)]


async def _replace(connection: AsyncConnection, plan: Plan) -> bool:
    """Leave the digests a plan is instead of; False where that was done already."""
    left = await connection.execute(
        update(occurrences)
        .where(
            occurrences.c.id.in_(plan.instead_of),
            occurrences.c.state.in_(DECIDABLE),
            occurrences.c.dismissed.is_(False),
        )
        .values(dismissed=True)
    )
    return left.rowcount > 0


async def _write(
    connection: AsyncConnection, plans: Sequence[Plan], install_id: str, now: datetime
) -> int:
    wanted = [(plan, written) for plan in plans for written in plan.digests]
    there = await _there_already(connection, plans)
    new = [
        (plan, written)
        for plan, written in wanted
        if (plan.due.subscription.id, written.slot) not in there
    ]
    if new:
        ids = await connection.execute(
            insert(occurrences).returning(occurrences.c.id, sort_by_parameter_order=True),
            [occurrence_row(plan, written, now) for plan, written in new],
        )
        rows = list(zip(ids.scalars(), new, strict=True))
        await execute_many(
            connection,
            insert(told),
            [
                {"channel_id": plan.due.channel_id, "article_id": article, "occurrence_id": id_}
                for id_, (plan, written) in rows
                for article in dict.fromkeys(written.articles)
            ],
        )
        await execute_many(
            connection,
            insert(parts),
            [
                row
                for id_, (plan, written) in rows
                for row in part_rows(id_, plan, written, install_id, now)
            ],
        )
    await execute_many(
        connection,
        _MOVE_ON,
        [moved(plan, plan.next) for plan in plans if plan.next is not None],
    )
    await execute_many(
        connection,
        insert(notices),
        [notice_row(plan, now) for plan in plans if plan.notice],
    )
    return len(new)


async def _there_already(
    connection: AsyncConnection, plans: Sequence[Plan]
) -> set[tuple[int, str]]:
    statement = select(occurrences.c.subscription_id, occurrences.c.slot).where(
        occurrences.c.subscription_id.in_([plan.due.subscription.id for plan in plans]),
        occurrences.c.slot.in_({written.slot for plan in plans for written in plan.digests}),
    )
    return {(row.subscription_id, row.slot) for row in await connection.execute(statement)}


_MOVE_ON = (
    update(subscriptions)
    .where(subscriptions.c.id == bindparam("row_id"))
    .values(
        last_wall=bindparam("to_last_wall"),
        next_wall=bindparam("to_wall"),
        next_due=bindparam("to_due"),
    )
)

_BEFORE = occurrences.alias("before")
_LAST_TOLD = (
    select(_BEFORE.c.id)
    .where(
        _BEFORE.c.subscription_id == subscriptions.c.id,
        _BEFORE.c.state.not_in(NOT_DELIVERED),
        _BEFORE.c.newest_article > 0,
    )
    .order_by(_BEFORE.c.due_at.desc(), _BEFORE.c.id.desc())
    .limit(1)
    .correlate(subscriptions)
    .scalar_subquery()
)
_WITH_LAST_DIGEST = (
    select(
        subscriptions,
        channels.c.platform,
        channels.c.workspace,
        channels.c.channel,
        occurrences.c.due_at.label("since"),
        occurrences.c.newest_article,
    )
    .join(channels, channels.c.id == subscriptions.c.channel_id)
    .outerjoin(occurrences, occurrences.c.id == _LAST_TOLD)
)


def _due(row: Row[Any]) -> Due:
    key = f"{row.id}@{row.created_at.isoformat()}"
    return Due(subscription(row._mapping), key, row.channel_id, row.since, row.newest_article)
