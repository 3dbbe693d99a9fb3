"""Rows to values and back, and reading whole articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Executable, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import (
    EVERYBODY,
    Article,
    Audience,
    FeedDefinition,
    FeedState,
    NewArticle,
    Precision,
    Published,
    Role,
    Source,
    Tag,
)
from briefings.store.tables import articles, tags

T = TypeVar("T")

_AT_ONCE = 1000
"""Values in one IN list: far below what either driver takes as parameters."""

_ID_BITS = 28
"""The lower bits of a recency are the article's id: room for 268 million of them."""

LARGEST_ID = (1 << _ID_BITS) - 1

ROLES = {Role.SUBJECT: 0, Role.PASSING: 1}
_ROLE_OF = {number: role for role, number in ROLES.items()}

_STATE = tuple(field.name for field in fields(FeedState))
DEFINED = tuple(field.name for field in fields(FeedDefinition) if field.name != "url")
"""The columns of `sources` that its definition sets for good; the address may move."""


def slices(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut values into lists short enough for one statement."""
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


async def execute_many(
    connection: AsyncConnection, statement: Executable, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Execute a statement once a row, in one round; not at all without rows."""
    if rows:
        await connection.execute(statement, rows)


# --- audiences ----------------------------------------------------------------------------------


def seen_by(audience: Audience) -> tuple[Audience, ...]:
    """Whose sources and articles an audience sees: everybody's, and its own."""
    return (EVERYBODY,) if audience == EVERYBODY else (EVERYBODY, audience)


def visible(column: ColumnElement[int], audience: Audience) -> ColumnElement[bool]:
    """The condition that an audience sees a row, by the row's own audience."""
    seen = seen_by(audience)
    return column == seen[0] if len(seen) == 1 else column.in_(seen)


# --- articles -----------------------------------------------------------------------------------


def recency(published: datetime, article_id: int) -> int:
    """An article's place in the order of publication: unique, greater is newer."""
    return first_recency(published) | article_id


def first_recency(instant: datetime) -> int:
    """The least recency of an article published in an instant's minute."""
    return max(int(instant.timestamp()) // 60, 0) << _ID_BITS


def identity(article: NewArticle, audience: Audience = EVERYBODY) -> bytes:
    """What makes two articles one, in 16 bytes: the address, or else the title and its date.

    Without an address and a date the text has to be the same: two notes may share a title. What
    a workspace has for itself is another article than what everybody sees.
    """
    if article.url:
        parts = ["url", article.url]
    elif article.published:
        parts = ["dated", article.title, article.publisher, article.published.at.isoformat()]
    else:
        parts = ["text", article.title, article.publisher, article.body]
    if audience != EVERYBODY:
        parts.append(f"for {audience}")
    return blake2b("\0".join(parts).encode(errors="ignore"), digest_size=16).digest()


def identity_of_url(url: str, audience: Audience) -> bytes:
    """The identity of an audience's article at an address."""
    return identity(NewArticle("", "", "", url, "", None, "", ()), audience)


async def load_articles(
    connection: AsyncConnection, ids: Sequence[int], audience: Audience | None
) -> list[Article]:
    """Read articles with their tags, in the order of `ids`; left out are those that do not exist
    and those the audience may not see. None: it is for the desk's own work, and nobody sees them.

    Two statements a thousand articles: the rows by primary key, and their tags by theirs.
    """
    seen = None if audience is None else seen_by(audience)
    found: dict[int, Article] = {}
    for some in slices(ids):
        rows = await connection.execute(select(articles).where(articles.c.id.in_(some)))
        its_tags = await load_tags(connection, some)
        found |= {
            row["id"]: _article(row, its_tags.get(row["id"], ()))
            for row in rows.mappings()
            if seen is None or row["audience"] in seen
        }
    return [found[each] for each in ids if each in found]


async def load_tags(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[Tag, ...]]:
    """Read the tags of articles, each article's in the order they were given."""
    rows = await connection.execute(
        select(tags.c.article_id, tags.c.organisation, tags.c.role, tags.c.named)
        .where(tags.c.article_id.in_(ids))
        .order_by(tags.c.article_id, tags.c.position)
    )
    return {
        article_id: tuple(
            Tag(organisation, _ROLE_OF[role], named) for _, organisation, role, named in of_article
        )
        for article_id, of_article in groupby(rows, key=itemgetter(0))
    }


def _article(row: RowMapping, its_tags: tuple[Tag, ...]) -> Article:
    return Article(
        id=row["id"],
        title=row["title"],
        publisher=row["publisher"],
        author=row["author"],
        url=row["url"],
        language=row["language"],
        published=Published(row["published_at"], Precision(row["published_precision"])),
        added_at=row["added_at"],
        body=row["body"],
        points=tuple(row["points"] or ()),
        tags=its_tags,
        story_id=row["story_id"],
        source_id=row["source_id"],
    )


# --- sources ------------------------------------------------------------------------------------


def state_row(state: FeedState) -> dict[str, Any]:
    """A feed's state as columns of `sources`."""
    return {name: getattr(state, name) for name in _STATE}


def definition_row(definition: FeedDefinition) -> dict[str, Any]:
    """A feed's definition as the `DEFINED` columns of `sources`."""
    return {name: getattr(definition, name) for name in DEFINED}


def source(row: RowMapping) -> Source:
    """A row of `sources`; it is enabled as defined unless a user chose otherwise."""
    definition = {name: row[name] for name in DEFINED}
    if row["chosen"] is not None:
        definition["enabled"] = row["chosen"]
    return Source(
        id=row["id"],
        definition=FeedDefinition(url=row["url"], **definition),
        origin=row["origin"],
        state=FeedState(**{name: row[name] for name in _STATE}),
        audience=Audience(row["audience"]),
        removed=row["chosen"] is False,
    )
