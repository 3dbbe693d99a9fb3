"""Which facts organisations are parties to: statements over one index, the newest first.

`fact_parties_newest` (audience, organisation, deal or figure, since, fact, ...) has the facts of an
organisation as two runs, deals and figures, so that a thousand figures do not hide a deal. For
several organisations the rarest one's runs are walked and the others are looked up by primary key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.facts import Fact, Kind
from briefings.model import Audience
from briefings.store.ledger_rows import FIGURES, found_by, kept
from briefings.store.records import slices
from briefings.store.tables import articles, fact_parties, reports

_walked = fact_parties.alias("walked")

LOOKED_BACK = 1_000
"""How many facts from before a period are looked through for those that were told again in it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which facts are asked for: all of these organisations in, and all conditions met.

    The period is of the day a fact is of, `until` excluded; a fact that no report dates is also
    found by a later report. `known_by` is the last day on which the first report may have been
    published.
    """

    organisations: tuple[str, ...]
    kinds: Collection[Kind] | None = None
    since: date | None = None
    until: date | None = None
    known_by: date | None = None

    def fits(self, fact: Fact) -> bool:
        """Tell whether a fact made of some of its reports, or of more, is still what is asked."""
        return (
            {kept(name) for name in self.organisations} <= set(found_by(fact))
            and (self.kinds is None or fact.kind in self.kinds)
            and (self.since is None or fact.is_since(self.since))
            and (self.until is None or fact.since < self.until)
        )

    async def find(
        self, connection: AsyncConnection, audiences: Sequence[Audience], limit: int
    ) -> tuple[list[int], int, int]:
        """The newest `limit` deals and figures, and how many more there are of each."""
        wanted = await self._rarest_first(connection, audiences)
        if wanted is None:
            return [], 0, 0
        numbers: list[int] = []
        left_out = [0, 0]
        for is_figure in wanted._runs():
            found: list[tuple[date, int]] = []
            there = 0
            for audience in audiences:
                walk = wanted._walk(audience, is_figure=is_figure)
                rows = list(await connection.execute(_newest(walk, limit)))
                full = len(rows) == limit
                if self.since is not None and not full:
                    before = wanted._walk_before(self.since, audience, is_figure=is_figure)
                    older = list(await connection.execute(_newest(before, LOOKED_BACK)))
                    again = await _told_since(
                        connection, [number for _, number in older], self.since
                    )
                    rows += [row for row in older if row.fact_id in again]
                found += rows
                there += (await connection.scalar(_count(walk)) or 0) if full else len(rows)
            newest = sorted(found, reverse=True)[:limit]
            numbers += [number for _, number in newest]
            left_out[is_figure] = there - len(newest)
        return numbers, left_out[False], left_out[True]

    async def _rarest_first(
        self, connection: AsyncConnection, audiences: Sequence[Audience]
    ) -> Wanted | None:
        """The same with the organisation first that has the fewest facts; None: one has none."""
        names = [kept(name) for name in self.organisations]
        if len(names) > 1:
            counts = dict((await connection.execute(_count_each(names, audiences))).all())
            names = sorted(
                (name for name in names if name in counts), key=lambda name: counts[name]
            )
        if not names or len(names) < len(self.organisations):
            return None
        return replace(self, organisations=tuple(names))

    def _runs(self) -> Iterable[bool]:
        kinds = frozenset(Kind) if self.kinds is None else frozenset(self.kinds)
        return [is_figure for is_figure in (False, True) if kinds & _kinds_of(is_figure=is_figure)]

    def _walk_before(
        self, day: date, audience: Audience, *, is_figure: bool
    ) -> ColumnElement[bool]:
        until = min(day, self.until) if self.until else day
        return replace(self, since=None, until=until)._walk(audience, is_figure=is_figure)

    def _walk(self, audience: Audience, *, is_figure: bool) -> ColumnElement[bool]:
        """The condition of a run of the first organisation's, and of all that is looked up."""
        condition = and_(
            _walked.c.audience == audience,
            _walked.c.organisation == self.organisations[0],
            _walked.c.is_figure == is_figure,
            *(exists().where(_party(name)) for name in self.organisations[1:]),
        )
        if self.kinds is not None and not _kinds_of(is_figure=is_figure) <= frozenset(self.kinds):
            condition &= _walked.c.kind.in_(sorted(kind.value for kind in self.kinds))
        if self.since is not None:
            condition &= _walked.c.since >= self.since
        if self.until is not None:
            condition &= _walked.c.since < self.until
        if self.known_by is not None:
            condition &= _walked.c.known <= self.known_by
        return condition


def _newest(walk: ColumnElement[bool], limit: int) -> Select[date, int]:
    return (
        select(_walked.c.since, _walked.c.fact_id)
        .where(walk)
        .order_by(_walked.c.since.desc(), _walked.c.fact_id.desc())
        .limit(limit)
    )


async def _told_since(
    connection: AsyncConnection, numbers: Sequence[int], day: date
) -> frozenset[int]:
    """Of some facts those with a report published on a day or later."""
    found: set[int] = set()
    for some in slices(sorted(numbers)):
        statement = (
            select(reports.c.fact_id)
            .join_from(reports, articles, articles.c.id == reports.c.article_id)
            .where(
                reports.c.fact_id.in_(some),
                articles.c.published_at >= datetime.combine(day, time(), UTC),
            )
        )
        found |= set((await connection.execute(statement)).scalars())
    return frozenset(found)


def _count(walk: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(_walked).where(walk)


def _count_each(names: Sequence[str], audiences: Sequence[Audience]) -> Select[str, int]:
    """Each organisation that is a party to any fact, and the number of those facts."""
    return (
        select(fact_parties.c.organisation, func.count())
        .where(fact_parties.c.audience.in_(audiences), fact_parties.c.organisation.in_(names))
        .group_by(fact_parties.c.organisation)
    )


def _party(name: str) -> ColumnElement[bool]:
    return and_(fact_parties.c.fact_id == _walked.c.fact_id, fact_parties.c.organisation == name)


def _kinds_of(*, is_figure: bool) -> frozenset[Kind]:
    return FIGURES if is_figure else frozenset(Kind) - FIGURES
