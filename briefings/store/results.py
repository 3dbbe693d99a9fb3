"""What follows from the result of a message: for its digest, its channel, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, false, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.delivery import OccurrenceState, Part, PartState
from briefings.store.part_rows import STORE, state_row
from briefings.store.records import execute_many
from briefings.store.subscription_rows import pause_where
from briefings.store.tables import channels, notices, occurrences, parts

LONGEST_WAIT = timedelta(hours=29)
"""Nothing is put off for longer (a platform may ask for a day, and a fifth is added): a time
further away was written by a clock that was wrong."""
NOTICE_EVERY = {"late": timedelta(days=1)}
"""How often a channel hears of one kind of trouble; a late digest is tried for a day."""
OTHERWISE_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a part: as it was while its claim held it, and as it is to be.

    `hold_until`: nothing is posted to its channel before. `halt`: the subscription, or all of the
    workspace's, are paused for the part's error. `notice` is what the channel's manager is told,
    one of a kind an hour.
    """

    before: Part
    part: Part
    hold_until: datetime | None = None
    halt: bool = False
    halt_workspace: bool = False
    notice_kind: str = ""
    notice: str = ""


_HOLD = (
    update(channels)
    .where(channels.c.id == bindparam("row_id"))
    .values(
        free_at=case(
            (
                and_(
                    channels.c.free_at > bindparam("until"),
                    channels.c.free_at <= bindparam("believed"),
                ),
                channels.c.free_at,
            ),
            else_=bindparam("until"),
        )
    )
)


async def hold(
    connection: AsyncConnection, holds: Sequence[tuple[int, datetime]], now: datetime
) -> None:
    """Let nothing be posted to channels, by id, before an instant; a longer hold stays."""
    believed = now + LONGEST_WAIT
    await execute_many(
        connection,
        _HOLD,
        [
            {"row_id": channel, "until": until, "believed": believed}
            for channel, until in sorted(holds)
        ],
    )


async def record_results(
    connection: AsyncConnection, results: Sequence[Result], now: datetime
) -> None:
    await execute_many(connection, STORE, [state_row(one.part) for one in results])
    holds = [(one.part.channel_id, one.hold_until) for one in results if one.hold_until]
    await hold(connection, holds, now)
    # One that nobody could tell of has arrived after all.
    found = [one.part for one in results if one.before.state is PartState.REVIEW]
    await execute_many(connection, _REOPEN, [{"row_id": part.occurrence_id} for part in found])
    ended = [
        one.part
        for one in results
        if one.part.ended and (not one.before.ended or one.before.state is PartState.REVIEW)
    ]
    await execute_many(
        connection,
        _FOLLOW,
        [
            {"digest": part.occurrence_id, "following": part.number + 1, "at": now}
            for part in ended
            if part.state is PartState.SENT and part.number < part.total
        ],
    )
    await execute_many(
        connection,
        _END,
        [
            {"row_id": part.occurrence_id, "to": part.state, "why": part.error, "at": now}
            for part in ended
            if part.state is not PartState.SENT or part.number == part.total
        ],
    )
    await execute_many(
        connection,
        _SKIP_REST,
        [
            {"digest": part.occurrence_id, "after": part.number}
            for part in ended
            if part.state in (PartState.FAILED, PartState.SKIPPED)
        ],
    )
    for one in results:
        if one.halt:
            await _halt(connection, one)
        if one.notice:
            await _notify(connection, one, now)


# Unless somebody left it as it is.
_REOPEN = (
    update(occurrences)
    .where(
        occurrences.c.id == bindparam("row_id"),
        occurrences.c.state == OccurrenceState.REVIEW,
        occurrences.c.dismissed.is_(False),
    )
    .values(state=OccurrenceState.PLANNED, reason="", ended_at=None)
)
_STATE_OF_IT = (
    select(occurrences.c.state).where(occurrences.c.id == bindparam("digest")).scalar_subquery()
)
_FOLLOW = (
    update(parts)
    .where(
        _STATE_OF_IT == OccurrenceState.PLANNED,
        parts.c.occurrence_id == bindparam("digest"),
        parts.c.number == bindparam("following"),
        parts.c.next_at.is_(None),
        # Not in_(): it cannot be executed for many rows at once.
        or_(parts.c.state == PartState.PLANNED, parts.c.state == PartState.UNCERTAIN),
    )
    .values(next_at=bindparam("at"))
)
_END = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("row_id"))
    .values(state=bindparam("to"), reason=bindparam("why"), ended_at=bindparam("at"))
)
_SKIP_REST = (
    update(parts)
    .where(
        parts.c.occurrence_id == bindparam("digest"),
        parts.c.number > bindparam("after"),
        parts.c.next_at.is_(None),
    )
    .values(state=PartState.SKIPPED)
)


async def _halt(connection: AsyncConnection, result: Result) -> None:
    """Pause what could not be delivered either."""
    scope, reason = result.part.scope, result.part.error
    if result.halt_workspace:
        platform, workspace = channels.c.platform, channels.c.workspace
        same = (platform == scope.platform, workspace == scope.workspace)
        await pause_where(connection, reason, *same)
    else:
        await pause_where(connection, reason, channels.c.id == result.part.channel_id)


async def _notify(connection: AsyncConnection, result: Result, now: datetime) -> None:
    """Have the channel's manager told, unless they were lately."""
    scope, kind = result.part.scope, result.notice_kind
    here = or_(channels.c.channel == scope.channel, true() if result.halt_workspace else false())
    since = now - NOTICE_EVERY.get(kind, OTHERWISE_EVERY)
    lately = (
        select(notices.c.id)
        .join(channels, channels.c.id == notices.c.channel_id)
        .where(
            channels.c.platform == scope.platform,
            channels.c.workspace == scope.workspace,
            here,
            notices.c.kind == kind,
            or_(notices.c.next_at.is_not(None), notices.c.told_at > since),
        )
        .limit(1)
    )
    if (await connection.execute(lately)).first() is None:
        await connection.execute(
            insert(notices).values(
                channel_id=result.part.channel_id,
                kind=kind,
                text=result.notice,
                created_at=now,
                next_at=now,
                attempts=0,
            )
        )
