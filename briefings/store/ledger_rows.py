"""Rows of the ledger to values and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.facts import Claim, Fact, Kind, Report
from briefings.model import Audience, Precision, Published
from briefings.store.records import execute_many, slices
from briefings.store.settling import Entered, Settled, digested_keys
from briefings.store.tables import articles, fact_keys, fact_parties, facts, plain, reports, sources

CLAIMS_AN_ARTICLE: Final = 1024
"""Claims of one article that are kept; more than any text has that somebody wrote to be read."""
LONGEST_NAME: Final = 200
"""Characters of a party's key that it is found by; an index takes no more than some kilobytes."""
UNKNOWN_TIER: Final = "press"
"""That of an article which came without a source."""
FIGURES: Final = frozenset({Kind.METRIC, Kind.TARGET})
"""The kinds that are figures of one organisation; all others are deals."""

Voice = Callable[[str, str], str]
"""Says by the name of a publisher and an article's address whose voice it is."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Claim).decode

_REPORTS = (
    select(
        reports.c.fact_id,
        reports.c.article_id,
        reports.c.ordinal,
        reports.c.claim,
        articles.c.published_at,
        articles.c.published_precision,
        articles.c.publisher,
        articles.c.url,
        articles.c.claims_version,
        sources.c.tier,
    )
    .join_from(reports, articles, articles.c.id == reports.c.article_id)
    .outerjoin(sources, sources.c.id == articles.c.source_id)
    .order_by(reports.c.article_id, reports.c.ordinal)
)


def report_id(article_id: int, ordinal: int) -> int:
    """The number of an article's report: its place among the article's."""
    return article_id * CLAIMS_AN_ARTICLE + ordinal


def kept(name: str) -> str:
    """A party's key as it is stored and looked up."""
    return plain(name)[:LONGEST_NAME]


async def load_reports(
    connection: AsyncConnection, column: ColumnElement[int], ids: Collection[int], voice: Voice
) -> list[Entered]:
    """The reports whose `column` (that of the fact, or of the article) is one of `ids`.

    Who speaks is found out now, by today's catalogue; the tier is today's of the source.
    """
    found: list[Entered] = []
    for some in slices(sorted(ids)):
        for row in await connection.execute(_REPORTS.where(column.in_(some))):
            fact_id, article_id, ordinal, claim, at, precision, publisher, url, version, tier = row
            report = Report(
                id=report_id(article_id, ordinal),
                article_id=article_id,
                published=Published(at, Precision(precision)),
                publisher=publisher,
                voice=voice(publisher, url),
                tier=tier or UNKNOWN_TIER,
                claim=_decode(claim),
            )
            found.append(Entered(report, fact_id, current=version > 0))
    return found


async def keys_of(connection: AsyncConnection, numbers: Collection[int]) -> frozenset[bytes]:
    """The keys of facts."""
    found: set[bytes] = set()
    for some in slices(sorted(numbers)):
        statement = select(fact_keys.c.key).where(fact_keys.c.fact_id.in_(some))
        found |= set((await connection.execute(statement)).scalars())
    return frozenset(found)


async def sharing_keys(
    connection: AsyncConnection, keys: Collection[bytes], audience: Audience
) -> set[int]:
    """The facts of an audience's own that have one of these keys."""
    found: set[int] = set()
    for some in slices(sorted(keys)):
        rows = await connection.execute(
            select(fact_keys.c.fact_id).where(
                fact_keys.c.audience == audience, fact_keys.c.key.in_(some)
            )
        )
        found |= set(rows.scalars())
    return found


async def drop_reports(connection: AsyncConnection, article_ids: Collection[int]) -> None:
    for some in slices(sorted(article_ids)):
        await connection.execute(delete(reports).where(reports.c.article_id.in_(some)))


async def drop_facts(connection: AsyncConnection, numbers: Collection[int]) -> None:
    """Delete facts, with their keys and parties; their reports belong to others already."""
    for some in slices(sorted(numbers)):
        await connection.execute(delete(facts).where(facts.c.id.in_(some)))


async def write_facts(
    connection: AsyncConnection,
    settled: Sequence[Settled],
    audience: Audience,
    standing: Mapping[int, int],
) -> None:
    """Write facts with all their reports.

    `standing` has the fact's number of each report that is in the ledger; the others are new.
    """
    numbers = await _numbers(connection, settled, audience)
    moved = []
    entered = []
    for number, one in zip(numbers, settled, strict=True):
        for report in one.fact.reports:
            article_id, ordinal = divmod(report.id, CLAIMS_AN_ARTICLE)
            if report.id not in standing:
                claim = _encode(report.claim).decode()
                entered.append(
                    {"article_id": article_id, "ordinal": ordinal}
                    | {"fact_id": number, "claim": claim}
                )
            elif standing[report.id] != number:
                moved.append({"of": article_id, "at": ordinal, "number": number})
    await execute_many(connection, insert(reports), entered)
    await execute_many(connection, _MOVE, moved)
    changed = [one.number for one in settled if one.number is not None]
    for some in slices(changed):
        for table in (fact_keys, fact_parties):
            await connection.execute(delete(table).where(table.c.fact_id.in_(some)))
    numbered = [(number, one.fact) for number, one in zip(numbers, settled, strict=True)]
    await _write_around(connection, numbered, audience)


_MOVE = (
    update(reports)
    .where(reports.c.article_id == bindparam("of"), reports.c.ordinal == bindparam("at"))
    .values(fact_id=bindparam("number"))
)
_CHANGE = update(facts).where(facts.c.id == bindparam("number"))
_NEW = insert(facts).returning(facts.c.id, sort_by_parameter_order=True)


async def _numbers(
    connection: AsyncConnection, settled: Sequence[Settled], audience: Audience
) -> list[int]:
    """The facts' numbers, in order, with rows of their own from now on."""
    await execute_many(
        connection,
        _CHANGE,
        [{"number": one.number, **_columns(one.fact)} for one in settled if one.number is not None],
    )
    new = [{"audience": audience, **_columns(one.fact)} for one in settled if one.number is None]
    given = iter((await connection.execute(_NEW, new)).scalars() if new else ())
    return [next(given) if one.number is None else one.number for one in settled]


def _columns(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind.value,
        "since": fact.since,
        "contradicted": fact.contradicted,
        "reports": len(fact.reports),
    }


async def _write_around(
    connection: AsyncConnection, numbered: Sequence[tuple[int, Fact]], audience: Audience
) -> None:
    """Write by what facts are found: keys, and parties with what an index needs of the fact."""
    await execute_many(
        connection,
        insert(fact_keys),
        [
            {"fact_id": number, "key": key, "audience": audience}
            for number, fact in numbered
            for key in digested_keys(fact.reports)
        ],
    )
    await execute_many(
        connection,
        insert(fact_parties),
        [
            {"fact_id": number, "organisation": name, "audience": audience}
            | {"kind": fact.kind.value, "is_figure": fact.kind in FIGURES}
            | {"since": fact.since, "known": known(fact.reports)}
            for number, fact in numbered
            for name in found_by(fact)
        ],
    )


def known(its_reports: Iterable[Report]) -> date:
    """When a fact was first published."""
    return min(report.published.at.date() for report in its_reports)


def found_by(fact: Fact) -> Collection[str]:
    """The keys of a fact's parties, and the units of organisations that are named in it."""
    keys = (party.key for party in fact.parties)
    units = (party.named for party in fact.parties if party.organisation is not None)
    return dict.fromkeys(kept(name) for name in (*keys, *units))
