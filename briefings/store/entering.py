"""How articles enter the ledger: what they claim takes the place of what they claimed before.

    claims -> those still so -> reports -> facts that share a key with them -> settle -> rows

All of it within one transaction of the caller, who holds the corpus lock: no article changes
meanwhile, and two processes that read reports of one event see each other's.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.facts import Claim, Report
from briefings.ledger.version import VERSION
from briefings.model import Article, Audience
from briefings.store.ledger_rows import (
    CLAIMS_AN_ARTICLE,
    UNKNOWN_TIER,
    Voice,
    drop_facts,
    drop_reports,
    keys_of,
    load_reports,
    report_id,
    sharing_keys,
    write_facts,
)
from briefings.store.records import slices
from briefings.store.settling import digested_keys, settle
from briefings.store.tables import articles, reports, sources


@dataclass(frozen=True, slots=True)
class Claimed:
    """An article as it was read, and what it claims."""

    article: Article
    claims: tuple[Claim, ...]


async def unread(
    connection: AsyncConnection, limit: int, among: Sequence[int] | None = None
) -> list[int]:
    """The articles to be read: those that never were, the newest first, then by older rules."""
    version = articles.c.claims_version
    newest = select(articles.c.id).order_by(version.desc(), articles.c.recency.desc())
    if among is not None:
        newest = newest.where(articles.c.id.in_(among[:limit]))
    ids: list[int] = []
    for which in (version == 0, (version > 0) & (version < VERSION)):
        if len(ids) < limit:
            statement = newest.where(which).limit(limit - len(ids))
            ids += (await connection.execute(statement)).scalars()
    return ids


async def enter(connection: AsyncConnection, claimed: Sequence[Claimed], voice: Voice) -> None:
    """Enter what articles claim; those that say something else by now are left out."""
    for audience, its_own in (await _still_so(connection, claimed)).items():
        await _replace(connection, audience, its_own, voice)
        for some in slices([reading.article.id for reading, _ in its_own]):
            its_rows = articles.c.id.in_(some)
            await connection.execute(
                update(articles).where(its_rows).values(claims_version=VERSION)
            )


async def _replace(
    connection: AsyncConnection,
    audience: Audience,
    claimed: Sequence[tuple[Claimed, str]],
    voice: Voice,
) -> None:
    ids = [reading.article.id for reading, _ in claimed]
    new = [report for reading, tier in claimed for report in _reports(reading, voice, tier)]
    replaced = await load_reports(connection, reports.c.article_id, ids, voice)
    if not new and not replaced:
        return
    # What is left of a fact that loses a report may belong elsewhere, just as what is new.
    touched = {one.number for one in replaced}
    keys = digested_keys(new) | await keys_of(connection, touched)
    touched |= await sharing_keys(connection, keys, audience)
    there = await load_reports(connection, reports.c.fact_id, touched, voice)
    standing = [one for one in there if one.report.article_id not in set(ids)]
    # Beside the loop: where much is said of one event, it takes some milliseconds.
    settlement = await asyncio.to_thread(settle, standing, replaced, new)
    await drop_reports(connection, {one.report.article_id for one in replaced})
    number_of = {one.report.id: one.number for one in standing}
    await write_facts(connection, settlement.written, audience, number_of)
    await drop_facts(connection, settlement.dropped)


def _reports(reading: Claimed, voice: Voice, tier: str) -> list[Report]:
    article = reading.article
    its_voice = voice(article.publisher, article.url)
    return [
        Report(
            id=report_id(article.id, ordinal),
            article_id=article.id,
            published=article.published,
            publisher=article.publisher,
            voice=its_voice,
            tier=tier,
            claim=claim,
        )
        for ordinal, claim in enumerate(reading.claims[:CLAIMS_AN_ARTICLE])
    ]


async def _still_so(
    connection: AsyncConnection, claimed: Sequence[Claimed]
) -> dict[Audience, list[tuple[Claimed, str]]]:
    """Those of articles that say still what was read, by audience, each with its tier."""
    found: defaultdict[Audience, list[tuple[Claimed, str]]] = defaultdict(list)
    reading_of = {reading.article.id: reading for reading in claimed}
    for some in slices(sorted(reading_of)):
        rows = await connection.execute(_SAID.where(articles.c.id.in_(some)))
        for article_id, audience, tier, *said in rows:
            article = reading_of[article_id].article
            texts = [article.title, article.body, article.language]
            if said == [*texts, article.published.at, article.published.precision.value]:
                found[Audience(audience)].append((reading_of[article_id], tier or UNKNOWN_TIER))
    return found


_SAID = select(
    articles.c.id,
    articles.c.audience,
    sources.c.tier,
    articles.c.title,
    articles.c.body,
    articles.c.language,
    articles.c.published_at,
    articles.c.published_precision,
).outerjoin_from(articles, sources, sources.c.id == articles.c.source_id)
