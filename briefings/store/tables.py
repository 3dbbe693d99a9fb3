"""The tables as the code reads and writes them; migrations/ is how a database gets there.

Not here: `article_terms`, the search index, which each engine has in its own form (search.py),
and `articles_pending`, an index of the articles without points; to name PostgreSQL's condition
would import its dialect, a tenth of a second at every start on SQLite.
Column order matters in `articles`: SQLite reads a row from the front, so what lists and joins
need stands before the long texts.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """An instant, timezone-aware in UTC on both engines; SQLite keeps it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plain(text: str) -> str:
    """Text without what a database refuses: NUL (PostgreSQL) and lone surrogates (both)."""
    text = text.replace("\0", "")
    return text if text.isascii() else text.encode(errors="ignore").decode()


class PlainText(TypeDecorator[str]):
    """Text that is made `plain` on its way in, because it may come from anybody."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else plain(value)


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers its rows by a column of exactly this type: no second index is needed."""

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    # The address as shipped or added, which says which source it is; `url` is where it is now.
    Column("defined_url", PlainText, nullable=False, unique=True),
    Column("url", PlainText, nullable=False, unique=True),
    Column("origin", String(10), nullable=False),
    Column("publisher", PlainText, nullable=False),
    Column("owner", PlainText),
    Column("language", PlainText, nullable=False),
    Column("tier", PlainText, nullable=False),
    Column("note", PlainText, nullable=False),
    # `enabled` as defined, `chosen` as a user decided since (NULL: not); the choice wins.
    Column("enabled", Boolean, nullable=False),
    Column("chosen", Boolean),
    Column("claim_owner", PlainText),
    Column("claim_until", Instant),
    # From here on: model.FeedState, field by field.
    Column("etag", PlainText, nullable=False),
    Column("last_modified", PlainText, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("next_check_at", Instant),
    Column("checked_at", Instant),
    Column("succeeded_at", Instant),
    Column("changed_at", Instant),
    Column("failing_since", Instant),
    Column("failures", Integer, nullable=False),
    Column("error", PlainText, nullable=False),
    Column("error_kind", PlainText, nullable=False),
    Column("redirect_url", PlainText, nullable=False),
    Column("redirect_seen", Integer, nullable=False),
    Column("redirect_since", Instant),
    Column("skip_hours", Integer, nullable=False),
    Column("skip_days", Integer, nullable=False),
    Column("stopped", PlainText, nullable=False),
    Column("entries_seen", BigInteger, nullable=False),
    Column("entries_kept", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

stories = Table(
    "stories",
    metadata,
    # The article that founded it; a story has no other properties of its own.
    Column("id", Id, primary_key=True, autoincrement=False),
)

articles = Table(
    "articles",
    metadata,
    # Given by the writer, who holds the corpus lock, in the order of commits (filing.py).
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("story_id", ForeignKey("stories.id"), nullable=False),
    # Minutes since 1970 and the id in one number: unique, and in the order of publication.
    Column("recency", BigInteger, nullable=False, unique=True),
    Column("published_at", Instant, nullable=False),
    Column("published_precision", String(6), nullable=False),
    Column("added_at", Instant, nullable=False),
    # 16 bytes that say which article it is: made of the address, or of the text without one.
    Column("identity", LargeBinary, nullable=False, unique=True),
    Column("source_id", ForeignKey("sources.id", ondelete="SET NULL")),
    Column("language", PlainText, nullable=False),
    Column("title", PlainText, nullable=False),
    Column("publisher", PlainText, nullable=False),
    Column("author", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    # NULL: not summarised yet.
    Column("points", JSON(none_as_null=True)),
    Column("body", PlainText, nullable=False),
)
Index("articles_story", articles.c.story_id, articles.c.recency)
Index("articles_source", articles.c.source_id)

story_keys = Table(
    "story_keys",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("bands", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation", PlainText, primary_key=True),
    # 0: the article is about it, 1: it mentions it in passing; so that subjects sort first.
    Column("role", SmallInteger, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("recency", BigInteger, nullable=False),
    Column("named", PlainText, nullable=False),
    sqlite_with_rowid=False,
)
Index("tags_newest", tags.c.organisation, tags.c.role, tags.c.recency, tags.c.article_id)

entries = Table(
    "entries",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("identity", LargeBinary, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL")),
    sqlite_with_rowid=False,
)

WATCHED = (sources.c.chosen.is_(true())) | (
    sources.c.chosen.is_(None) & sources.c.enabled.is_(true())
)
"""A source is watched as its definition says, unless a user decided otherwise."""
