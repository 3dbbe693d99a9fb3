"""How articles enter the corpus: recognised or new, given a story, tagged and indexed.

    drafts -> identify -> what is there already -> decide -> new | new version | duplicate
                                                      new -> story
                                            -> articles, story keys, tags, search index

All of it within one transaction of the caller, and each kind of row written in one statement,
however many articles there are. Whoever writes articles holds one lock (SQLite: the only writer;
PostgreSQL: an advisory lock), so ids are given in the order of commits, and two processes that
bring the same article, or two reports of one event, see each other's.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.ports import Clock
from briefings.store import search
from briefings.store.engine import Database
from briefings.store.recent_stories import RecentStories, packed
from briefings.store.records import (
    ROLES,
    execute_many,
    identity,
    load_tags,
    slices,
)
from briefings.store.tables import articles, stories, story_keys, tags
from briefings.store.versions import (
    TEXTS,
    Before,
    Draft,
    Version,
    first_version,
    next_version,
    plain_article,
)

_INDEXED = ("recency", "title", "body", "audience")

_CORPUS_LOCK = 0x1B71EF02
"""PostgreSQL's advisory lock for whoever writes articles."""

Outcome = Literal["new", "updated", "duplicate"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an article: it is new, a new version of article `id`, or that one again."""

    id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Names:
    """The identity of a draft's article among those of its audience, and among everybody's."""

    own: bytes
    common: bytes

    @classmethod
    def of(cls, draft: Draft) -> _Names:
        return cls(identity(draft.article, draft.audience), identity(draft.article))


class Intake:
    """Takes articles into the corpus of a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._stories = RecentStories()

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction that may take articles in."""
        try:
            async with self._database.write() as connection:
                if not self._database.is_sqlite:
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CORPUS_LOCK}
                    )
                yield connection
        except BaseException:
            self._stories.forget()
            raise

    def forget_stories(self) -> None:
        """Read the stories anew when they are next needed: articles were deleted."""
        self._stories.forget()

    async def take(self, connection: AsyncConnection, drafts: Sequence[Draft]) -> list[Added]:
        """Take articles in, in order; `connection` must come from `transaction`."""
        if not drafts:
            return []
        drafts = [replace(draft, article=plain_article(draft.article)) for draft in drafts]
        names = [_Names.of(draft) for draft in drafts]
        there = await _identified(
            connection, list({name for each in names for name in (each.own, each.common)})
        )
        standing = await _standing(connection, _revisable(drafts, names, there))
        last = max((await connection.execute(_LAST)).one())
        await self._stories.catch_up(connection, last)

        added: list[Added] = []
        new: list[Version] = []
        revised: dict[int, Version] = {}
        for draft, name in zip(drafts, names, strict=True):
            its_identity = name.own
            target = (
                there.get(its_identity)
                or _its_own(draft, standing)
                or _everybodys(draft, there.get(name.common), standing)
            )
            if target is None:
                target = last + len(new) + 1
                new.append(first_version(draft, target, its_identity, self._clock.now()))
                added.append(Added(target, "new"))
            elif (before := standing.get(target)) and draft.changes(before):
                revised[target] = next_version(draft, before, its_identity)
                added.append(Added(target, "updated"))
            else:
                added.append(Added(target, "duplicate"))
            there[its_identity] = target
        await self._write_new(connection, new)
        await self._write_revised(
            connection, [(version, standing[id_]) for id_, version in revised.items()]
        )
        return added

    async def _write_new(self, connection: AsyncConnection, rows: Sequence[Version]) -> None:
        story_of: dict[int, int] = {}
        # In the order of publication: the first report founds the story, and the days that are
        # held in memory are gone through once.
        for row in sorted(rows, key=lambda row: row.recency):
            story_of[row.id] = await self._stories.place(
                connection, row.id, row.article, row.published.at
            )
            # Comparing one with all of its days takes milliseconds: others have a turn between.
            await asyncio.sleep(0)
        now = self._clock.now()
        await execute_many(
            connection,
            insert(stories),
            [{"id": row.id} for row in rows if story_of[row.id] == row.id],
        )
        await execute_many(
            connection,
            insert(articles),
            [
                {
                    "id": row.id,
                    "story_id": story_of[row.id],
                    "added_at": now,
                    "audience": row.audience,
                    **_columns(row),
                }
                for row in rows
            ],
        )
        await _write_around(connection, rows)

    async def _write_revised(
        self, connection: AsyncConnection, revisions: Sequence[tuple[Version, Before]]
    ) -> None:
        await search.remove(
            connection,
            [search.Indexed(*(before.row[name] for name in _INDEXED)) for _, before in revisions],
        )
        rows = [row for row, _ in revisions]
        keyed = [row.id for row in rows if row.article.key]
        for some in slices([row.id for row in rows]):
            await connection.execute(delete(tags).where(tags.c.article_id.in_(some)))
        for some in slices(keyed):
            await connection.execute(delete(story_keys).where(story_keys.c.article_id.in_(some)))
        await execute_many(
            connection,
            update(articles).where(articles.c.id == bindparam("row_id")),
            [
                {"row_id": row.id, "claims_version": row.claims_version(before), **_columns(row)}
                for row, before in revisions
            ],
        )
        await _write_around(connection, rows)
        for row, before in revisions:
            story_id = before.row["story_id"]
            self._stories.revise(row.id, story_id, row.article, row.published.at)


# --- writing ------------------------------------------------------------------------------------


def _columns(row: Version) -> dict[str, Any]:
    """What a new article and a new version of one have in common, as columns of `articles`."""
    return {
        "recency": row.recency,
        "published_at": row.published.at,
        "published_precision": row.published.precision.value,
        "identity": row.identity,
        "source_id": row.article.source_id,
        "points": None if row.points is None else list(row.points),
        **{name: getattr(row.article, name) for name in TEXTS},
    }


async def _write_around(connection: AsyncConnection, rows: Sequence[Version]) -> None:
    """Write what hangs on articles: story keys, tags and the terms they are found by."""
    await execute_many(
        connection,
        insert(story_keys),
        [
            {"article_id": row.id, "bands": packed(key.bands), "vector": key.vector}
            for row in rows
            if (key := row.article.key)
        ],
    )
    await execute_many(
        connection,
        insert(tags),
        [
            {"article_id": row.id, "recency": row.recency, "position": position}
            | {"audience": row.audience}
            | {"organisation": tag.organisation, "role": ROLES[tag.role], "named": tag.named}
            for row in rows
            for position, tag in enumerate(row.article.tags)
        ],
    )
    await search.add(
        connection,
        [
            search.Indexed(row.recency, row.article.title, row.article.body, row.audience)
            for row in rows
        ],
    )


# Numbers go on from the highest there ever was: where articles were deleted, a story keeps it.
_LAST = select(
    func.coalesce(select(func.max(articles.c.id)).scalar_subquery(), 0),
    func.coalesce(select(func.max(stories.c.id)).scalar_subquery(), 0),
)


# --- what is there ------------------------------------------------------------------------------


async def _identified(connection: AsyncConnection, identities: Sequence[bytes]) -> dict[bytes, int]:
    """The articles of these identities."""
    found: dict[bytes, int] = {}
    for some in slices(identities):
        rows = await connection.execute(
            select(articles.c.identity, articles.c.id).where(articles.c.identity.in_(some))
        )
        found |= {bytes(its_identity): article_id for its_identity, article_id in rows}
    return found


async def _standing(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Before]:
    """These articles as they are."""
    found: dict[int, Before] = {}
    for some in slices(ids):
        rows = await connection.execute(select(articles).where(articles.c.id.in_(some)))
        its_tags = await load_tags(connection, some)
        found |= {
            row["id"]: Before(row, frozenset(its_tags.get(row["id"], ())))
            for row in rows.mappings()
        }
    return found


# --- what it is to what arrives -----------------------------------------------------------------


def _revisable(
    drafts: Sequence[Draft], names: Sequence[_Names], there: Mapping[bytes, int]
) -> list[int]:
    """The articles that some draft may be a new version of, or say more than."""
    ids = {draft.revises for draft in drafts}
    ids |= {
        there.get(identity_)
        for draft, name in zip(drafts, names, strict=True)
        if draft.replaces
        for identity_ in (name.own, name.common)
    }
    return sorted(each for each in ids if each is not None)


def _its_own(draft: Draft, standing: Mapping[int, Before]) -> int | None:
    """The article a draft's entry became, although the draft has another identity now."""
    before = standing.get(draft.revises) if draft.revises is not None else None
    return draft.revises if before is not None and draft.owns(before) else None


def _everybodys(draft: Draft, known: int | None, standing: Mapping[int, Before]) -> int | None:
    """The article a draft repeats that everybody sees already; not where that is a bare headline
    and somebody handed over the text."""
    before = standing.get(known) if known is not None else None
    return None if before is not None and draft.adds_to(before) else known
