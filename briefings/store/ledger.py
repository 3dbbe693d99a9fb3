"""The ledger: what articles say of organisations, as facts with their reports.

    article, claims -> reports -> those that share a key with them -> settle -> facts, keys, parties
    organisations -> numbers of facts (one index) -> their reports -> reconcile -> facts

Only what the reports say is stored, and which of them belong together. The facts themselves are
made of the reports whenever they are read, which takes microseconds a report: so who speaks, which
corroborates or contradicts whom, is always by today's catalogue and rules. A fact is made of the
reports of one audience; for a workspace with facts of its own, these and everybody's are reconciled
once more when they are read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.facts import Fact, Kind
from briefings.ledger.version import VERSION
from briefings.model import EVERYBODY, Article, Audience
from briefings.store.engine import Database
from briefings.store.entering import Claimed, enter, unread
from briefings.store.fact_walks import Wanted
from briefings.store.intake import Intake
from briefings.store.ledger_rows import (
    FIGURES,
    Voice,
    load_reports,
)
from briefings.store.records import load_articles, seen_by, slices, visible
from briefings.store.settling import Entered
from briefings.store.tables import articles, fact_keys, facts, reports

EXPORTED_AT_ONCE = 500
_its_audience = facts.c.audience + 0
"""A condition and no way to find rows: SQLite would begin with all facts of an audience."""


@dataclass(frozen=True, slots=True)
class Found:
    """Facts, deals before figures and the newest first, and how many there are beyond a limit."""

    facts: tuple[Fact, ...]
    older_deals: int
    older_figures: int

    @property
    def left_out(self) -> int:
        return self.older_deals + self.older_figures


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is; `pending` counts the articles that have yet to be read."""

    facts: int
    reports: int
    contradictions: int
    pending: int


class Ledger:
    """The ledger of a database; `voice` says whose voice an article is."""

    def __init__(self, database: Database, intake: Intake, voice: Voice) -> None:
        self._database = database
        self._intake = intake
        self._voice = voice

    # --- keeping it -----------------------------------------------------------------------------

    async def pending(self, limit: int, *, among: Sequence[int] | None = None) -> list[Article]:
        """Articles of all audiences to be read for claims, or those of them `among` some ids.

        Those that were never read come first, the newest before the others, and then those that
        older rules have read.
        """
        async with self._database.read() as connection:
            return await load_articles(connection, await unread(connection, limit, among), None)

    async def record(self, readings: Sequence[Claimed]) -> None:
        """Enter what articles claim, in the place of what they claimed before.

        An article that says something else by now, or is gone, is left as it is: it is pending.

        Raises:
            StoreError: the database gave way; nothing was entered.
        """
        async with self._intake.transaction() as connection:
            await enter(connection, readings, self._voice)

    # --- asking it ------------------------------------------------------------------------------

    async def facts_of(  # noqa: PLR0913 - each narrows what is asked
        self,
        organisations: Sequence[str],
        audience: Audience = EVERYBODY,
        *,
        kinds: Collection[Kind] | None = None,
        since: date | None = None,
        until: date | None = None,
        limit: int,
    ) -> Found:
        """The facts that all the organisations are parties to, `limit` deals and as many figures.

        An organisation is the key of a party, or a unit that is named itself. The period, from
        `since` and before `until`, is of the days that facts are of.
        """
        wanted = Wanted(tuple(dict.fromkeys(organisations)), kinds, since, until)
        return await self._find(wanted, audience, limit)

    async def known_by(
        self,
        organisations: Sequence[str],
        day: date,
        audience: Audience = EVERYBODY,
        *,
        limit: int,
    ) -> Found:
        """The facts of all the organisations as they were known at the end of a day.

        They are made of what was published by then alone.
        """
        wanted = Wanted(tuple(dict.fromkeys(organisations)), known_by=day)
        return await self._find(wanted, audience, limit)

    async def export(self, audience: Audience = EVERYBODY) -> AsyncIterator[Fact]:
        """All facts in the order of their numbers."""
        last = 0
        while True:
            async with self._database.read() as connection:
                statement = (
                    select(facts.c.id)
                    .where(facts.c.id > last, visible(facts.c.audience, audience))
                    .order_by(facts.c.id)
                    .limit(EXPORTED_AT_ONCE)
                )
                numbers = (await connection.execute(statement)).scalars().all()
                if not numbers:
                    return
                last = numbers[-1]
                entered = await load_reports(connection, reports.c.fact_id, numbers, self._voice)
            found = _facts(_current(entered), numbers)
            for fact in sorted(found, key=lambda fact: fact.id):
                yield fact

    async def totals(self, audience: Audience = EVERYBODY) -> Tally:
        """How much an audience sees, and how much of it has yet to be read."""
        counts = select(
            func.count(),
            func.coalesce(func.sum(facts.c.reports), 0),
            func.count().filter(facts.c.contradicted),
        ).where(visible(facts.c.audience, audience))
        unread = select(func.count()).where(
            articles.c.claims_version < VERSION, visible(articles.c.audience, audience)
        )
        async with self._database.read() as connection:
            number, its_reports, contradicted = (await connection.execute(counts)).one()
            pending = await connection.scalar(unread) or 0
        return Tally(number, its_reports, contradicted, pending)

    async def _find(self, wanted: Wanted, audience: Audience, limit: int) -> Found:
        async with self._database.read() as connection:
            numbers, *left_out = await wanted.find(connection, seen_by(audience), limit)
            entered = await self._load(connection, numbers, audience)
        if wanted.known_by is not None:
            day = wanted.known_by
            entered = [one for one in entered if one.report.published.at.date() <= day]
        facts = _facts(entered, numbers)
        found = [fact for fact in facts if wanted.fits(fact)]
        found.sort(key=lambda fact: (fact.kind in FIGURES, -fact.since.toordinal(), -fact.id))
        return Found(tuple(found), *left_out)

    async def _load(
        self, connection: AsyncConnection, numbers: Collection[int], audience: Audience
    ) -> list[Entered]:
        """The reports of facts, and of those of another audience that may be the same facts."""
        together = set(numbers)
        if audience != EVERYBODY and numbers:
            others = together
            while others := await _counterparts(connection, others, audience) - together:
                together |= others
        return _current(await load_reports(connection, reports.c.fact_id, together, self._voice))


def _current(entered: Sequence[Entered]) -> list[Entered]:
    """The reports of articles that say still what they were read for."""
    return [one for one in entered if one.current]


def _facts(entered: Sequence[Entered], numbers: Collection[int]) -> list[Fact]:
    """What reports say together, as far as some are of the facts of these numbers.

    A fact has the smallest of the numbers of its reports.
    """
    from briefings.ledger.reconcile import reconcile  # noqa: PLC0415 - not at every start

    number_of = {one.report.id: one.number for one in entered}
    wanted = frozenset(numbers)
    found = []
    for fact in reconcile(one.report for one in entered):
        its_numbers = {number_of[report.id] for report in fact.reports}
        if not wanted.isdisjoint(its_numbers):
            found.append(replace(fact, id=min(its_numbers)))
    return found


async def _counterparts(
    connection: AsyncConnection, numbers: Collection[int], audience: Audience
) -> set[int]:
    """The facts an audience sees that share a key with facts of the other of the two."""
    mine = fact_keys.alias("mine")
    pairs = ((EVERYBODY, audience), (audience, EVERYBODY))
    found: set[int] = set()
    for some in slices(sorted(numbers)):
        for here, there in pairs:
            its_keys = (
                select(mine.c.key)
                .join_from(mine, facts, facts.c.id == mine.c.fact_id)
                .where(mine.c.fact_id.in_(some), _its_audience == here)
            )
            statement = select(fact_keys.c.fact_id).where(
                fact_keys.c.audience == there, fact_keys.c.key.in_(its_keys)
            )
            found |= set((await connection.execute(statement)).scalars())
    return found
