"""How many tokens the optional model may take a day: reserved before a question, settled after.

    reserve -> row of the desk, of the workspace, of the channel -> the question -> settle

A reservation is taken off all three or off none, by one transaction, so that questions asked at
once, in one process or several, cannot overspend. A process that dies with a question on its way
leaves the reservation as spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, text, tuple_, update

from briefings.ports import Clock, Limits, Reservation, Usage
from briefings.store.engine import Database
from briefings.store.tables import PlainText, model_usage, plain
from briefings.subscriptions import WHOLE_DESK, Scope

KEPT: Final = timedelta(days=60)
"""How long the use of a day is remembered."""

_TAKE = text(
    "INSERT INTO model_usage (day, platform, workspace, channel, tokens, questions) "
    "VALUES (:day, :platform, :workspace, :channel, :tokens, 1) "
    "ON CONFLICT (day, platform, workspace, channel) DO UPDATE SET "
    "tokens = model_usage.tokens + excluded.tokens, questions = model_usage.questions + 1 "
    "WHERE model_usage.tokens + excluded.tokens <= :most RETURNING tokens"
).bindparams(
    bindparam("platform", type_=PlainText),
    bindparam("workspace", type_=PlainText),
    bindparam("channel", type_=PlainText),
)


class _Exhausted(Exception):
    """Undoes a reservation that one of the budgets has no room for."""


class Budget:
    """The day's tokens; a day begins at midnight in `zone`."""

    def __init__(self, database: Database, clock: Clock, limits: Limits, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._zone = zone
        self._swept = ""

    async def reserve(self, scope: Scope, tokens: int) -> Reservation | None:
        """Take tokens off the budgets that hold for a channel; None: one has not enough left."""
        day = self._today()
        await self._sweep(day)
        levels = self._levels(scope)
        if any(tokens > most for most in levels.values()):
            return None
        try:
            async with self._database.write() as connection:
                for level, most in levels.items():
                    row = {**_key(day, level), "tokens": tokens, "most": most}
                    if (await connection.execute(_TAKE, row)).first() is None:
                        raise _Exhausted
        except _Exhausted:
            return None
        return Reservation(day, scope, tokens)

    async def settle(self, reservation: Reservation, tokens: int) -> None:
        """Count what a question took in place of what was reserved for it."""
        used = model_usage.c
        key = tuple_(used.platform, used.workspace, used.channel)
        levels = [_names(level) for level in self._levels(reservation.scope)]
        async with self._database.write() as connection:
            await connection.execute(
                update(model_usage)
                .where(used.day == reservation.day, key.in_(levels))
                .values(tokens=used.tokens + (tokens - reservation.tokens))
            )

    async def used(self, scope: Scope) -> Usage:
        """What was used today in a channel, its workspace, and everywhere."""
        used = model_usage.c
        async with self._database.read() as connection:
            found = await connection.execute(
                select(used.platform, used.workspace, used.channel, used.tokens).where(
                    used.day == self._today(),
                    tuple_(used.platform, used.workspace, used.channel).in_(
                        [_names(level) for level in _scopes(scope)]
                    ),
                )
            )
            tokens = {Scope(*names): int(count) for *names, count in found}
        desk, workspace, channel = (tokens.get(level, 0) for level in _scopes(scope))
        return Usage(desk, workspace, channel, self._limits)

    def _levels(self, scope: Scope) -> Mapping[Scope, int]:
        """The rows a question of a channel is counted in, each with its limit, desk first.

        Always in this order: whoever waits for a row holds none that comes after it.
        """
        limits = (self._limits.desk, self._limits.workspace, self._limits.channel)
        levels: dict[Scope, int] = {}
        for level, most in zip(_scopes(scope), limits, strict=True):
            levels.setdefault(level, most)
        return levels

    def _today(self) -> str:
        return self._clock.now().astimezone(self._zone).date().isoformat()

    async def _sweep(self, day: str) -> None:
        """Forget old days, once a day."""
        if day == self._swept:
            return
        self._swept = day
        until = (date.fromisoformat(day) - KEPT).isoformat()
        async with self._database.write() as connection:
            await connection.execute(delete(model_usage).where(model_usage.c.day < until))


def _scopes(scope: Scope) -> tuple[Scope, Scope, Scope]:
    platform, workspace, channel = map(plain, _names(scope))
    return WHOLE_DESK, Scope(platform, workspace, ""), Scope(platform, workspace, channel)


def _names(scope: Scope) -> tuple[str, str, str]:
    return scope.platform, scope.workspace, scope.channel


def _key(day: str, scope: Scope) -> dict[str, str]:
    platform, workspace, channel = _names(scope)
    return {"day": day, "platform": platform, "workspace": workspace, "channel": channel}
