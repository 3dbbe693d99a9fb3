"""The tables as the code reads and writes them; migrations/ is how a database gets there.

Not here: `article_terms`, the search index, which each engine has in its own form (search.py),
`articles_pending`, an index of the articles without points, `entries_became` and
`entries_unlisted`, of the entries that became an article and of those no feed lists any more, and
`subscriptions_topics`, which keeps a channel from following the same topics twice; to name
PostgreSQL's condition would import its dialect, a tenth of a second at every start on SQLite.
Column order matters in `articles`: SQLite reads a row from the front, so what lists and joins
need stands before the long texts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
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
    UniqueConstraint,
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

audiences = Table(
    "audiences",
    metadata,
    # Workspaces with sources or articles of their own, numbered from 1 on; everybody is number 0.
    Column("id", Integer, primary_key=True),
    Column("platform", PlainText, nullable=False),
    Column("workspace", PlainText, nullable=False),
    # The desk was removed from there: its sources are not asked.
    Column("away", Boolean, nullable=False),
    UniqueConstraint("platform", "workspace"),
    sqlite_autoincrement=True,
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    # Who may see it; two audiences that watch one feed have a row each.
    Column("audience", Integer, nullable=False),
    # The address as shipped or added, which says which source it is; `url` is where it is now.
    Column("defined_url", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
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
    UniqueConstraint("audience", "defined_url"),
    UniqueConstraint("audience", "url"),
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
    # 16 bytes that say which article it is: made of the address, or of the text without one, and
    # of its audience.
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
    # Who may see it. Lists and counts read it from an index: in a table it stands behind the texts.
    Column("audience", Integer, nullable=False),
    # The version of the rules that read it for the ledger; 0: this text was not read yet.
    Column("claims_version", SmallInteger, nullable=False, server_default="0"),
)
Index("articles_story", articles.c.audience, articles.c.story_id, articles.c.recency)
Index("articles_newest", articles.c.audience, articles.c.id)
Index("articles_source", articles.c.source_id)
Index("articles_claims", articles.c.claims_version, articles.c.recency, articles.c.audience)

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
    # The article's.
    Column("audience", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "tags_newest",
    tags.c.audience,
    tags.c.organisation,
    tags.c.role,
    tags.c.recency,
    tags.c.article_id,
)

entries = Table(
    "entries",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("identity", LargeBinary, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL")),
    # When its feed was first read without it; NULL: the feed lists it.
    Column("unlisted_since", Instant),
    sqlite_with_rowid=False,
)

channels = Table(
    "channels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", PlainText, nullable=False),
    Column("workspace", PlainText, nullable=False),
    Column("channel", PlainText, nullable=False),
    # Who is told when something needs attention: the last who changed a subscription.
    Column("manager", PlainText, nullable=False),
    # The highest number a subscription of the channel ever had.
    Column("last_number", Integer, nullable=False),
    # Nothing is posted to it before (pacing, and what the platform asked for).
    Column("free_at", Instant),
    UniqueConstraint("platform", "workspace", "channel"),
    sqlite_autoincrement=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    # Organisation ids in order, separated by a space.
    Column("topics", PlainText, nullable=False),
    Column("frequency", String(8), nullable=False),
    Column("day", SmallInteger, nullable=False),
    Column("wall_time", String(5), nullable=False),
    Column("zone", PlainText, nullable=False),
    Column("preset", PlainText, nullable=False),
    Column("created_by", PlainText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("last_wall", String(16), nullable=False),
    # NULL, both: paused or removed.
    Column("next_wall", String(16)),
    Column("next_due", Instant),
    Column("paused", PlainText, nullable=False),
    Column("removed_at", Instant),
    UniqueConstraint("channel_id", "number"),
    sqlite_autoincrement=True,
)
Index("subscriptions_due", subscriptions.c.next_due)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    # The local wall slot, or "asked <instant>" for one that was sent on demand.
    Column("slot", String(32), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("planned_at", Instant, nullable=False),
    # planned until every part has ended, then sent, failed, skipped or review.
    Column("state", String(8), nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("covered_by", PlainText, nullable=False),
    # The newest article there was: what comes later is news for the next one.
    Column("newest_article", Id, nullable=False),
    Column("parts", SmallInteger, nullable=False),
    Column("ended_at", Instant),
    # Somebody has seen that it was not delivered.
    Column("dismissed", Boolean, nullable=False),
    UniqueConstraint("subscription_id", "slot"),
    sqlite_autoincrement=True,
)
Index("occurrences_due", occurrences.c.subscription_id, occurrences.c.due_at)
Index("occurrences_state", occurrences.c.state, occurrences.c.due_at)

told = Table(
    "told",
    metadata,
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("occurrence_id", ForeignKey("occurrences.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("told_occurrence", told.c.occurrence_id)
# To delete an article is to look for what was told of it.
Index("told_article", told.c.article_id)

parts = Table(
    "parts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("occurrence_id", ForeignKey("occurrences.id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("key", String(22), nullable=False, unique=True),
    Column("state", String(9), nullable=False),
    # When something is to be done about it next: sending, looking, sweeping, or taking it from a
    # process that died with it. NULL: nothing, or not before the part before it is sent.
    Column("next_at", Instant),
    # Who works on it until then: a name for each claim, not for each process.
    Column("claim", PlainText),
    Column("attempts", SmallInteger, nullable=False),
    Column("first_try", Instant),
    Column("uncertain_since", Instant),
    Column("looks", SmallInteger, nullable=False),
    Column("plain", Boolean, nullable=False),
    Column("remote_id", PlainText, nullable=False),
    Column("repaired", SmallInteger, nullable=False),
    Column("error", PlainText, nullable=False),
    # Frozen when planned: what is sent again is what was sent.
    Column("payload", PlainText, nullable=False),
    UniqueConstraint("occurrence_id", "number"),
    sqlite_autoincrement=True,
)
Index("parts_next", parts.c.next_at)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel_id", ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    # What it is about: one of a kind and channel is enough.
    Column("kind", String(16), nullable=False),
    Column("text", PlainText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    # When to tell it (again); NULL: told, or given up.
    Column("next_at", Instant),
    Column("told_at", Instant),
    sqlite_autoincrement=True,
)
Index("notices_next", notices.c.next_at)
Index("notices_channel", notices.c.channel_id, notices.c.kind, notices.c.created_at)

inbound = Table(
    "inbound",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("seen_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
Index("inbound_seen", inbound.c.seen_at)

templates = Table(
    "templates",
    metadata,
    # The last source that passed its trial under a name.
    Column("name", PlainText, primary_key=True),
    Column("source", PlainText, nullable=False),
    Column("accepted_at", Instant, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    # What this database remembers of itself: install_id, tzdata, recovery.
    Column("name", PlainText, primary_key=True),
    Column("value", PlainText, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    # Never given twice: somebody may have been told it.
    Column("id", Id, primary_key=True),
    # That of the articles it is made of.
    Column("audience", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("since", Date, nullable=False),
    Column("contradicted", Boolean, nullable=False),
    # How many there are.
    Column("reports", Integer, nullable=False),
    sqlite_autoincrement=True,
)
Index("facts_counted", facts.c.audience, facts.c.contradicted, facts.c.reports)

reports = Table(
    "reports",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", SmallInteger, primary_key=True),
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), nullable=False),
    # A facts.Claim as JSON; its decimals are strings, to the place they were written to.
    Column("claim", PlainText, nullable=False),
)
Index("reports_fact", reports.c.fact_id)

fact_keys = Table(
    "fact_keys",
    metadata,
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True),
    # 16 bytes made of a key of its reports: reports of one event share one.
    Column("key", LargeBinary, primary_key=True),
    Column("audience", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("fact_keys_shared", fact_keys.c.audience, fact_keys.c.key, fact_keys.c.fact_id)

fact_parties = Table(
    "fact_parties",
    metadata,
    Column("fact_id", ForeignKey("facts.id", ondelete="CASCADE"), primary_key=True),
    # The key of a party, or the unit of it that is named.
    Column("organisation", PlainText, primary_key=True),
    # From here on the fact's, for the index that finds the newest.
    Column("audience", Integer, nullable=False),
    Column("is_figure", Boolean, nullable=False),
    Column("since", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    # When the first of its reports was published.
    Column("known", Date, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "fact_parties_newest",
    fact_parties.c.audience,
    fact_parties.c.organisation,
    fact_parties.c.is_figure,
    fact_parties.c.since,
    fact_parties.c.fact_id,
    fact_parties.c.kind,
    fact_parties.c.known,
)

model_usage = Table(
    "model_usage",
    metadata,
    # A day of the desk's zone: 2026-03-02.
    Column("day", String(10), primary_key=True),
    # A channel; a workspace where `channel` is empty; the whole desk where all three are.
    Column("platform", PlainText, primary_key=True),
    Column("workspace", PlainText, primary_key=True),
    Column("channel", PlainText, primary_key=True),
    # Tokens used, and those reserved for questions on their way.
    Column("tokens", BigInteger, nullable=False),
    Column("questions", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Workspaces the desk was removed from; what is theirs is kept for a while.
departures = Table(
    "departures",
    metadata,
    Column("platform", PlainText, primary_key=True),
    Column("workspace", PlainText, primary_key=True),
    Column("left_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

WATCHED = (sources.c.chosen.is_(true())) | (
    sources.c.chosen.is_(None) & sources.c.enabled.is_(true())
)
"""A source is watched as its definition says, unless a user decided otherwise."""


def posted_on(platforms: Collection[str]) -> ColumnElement[bool]:
    """Whether a channel is on one of these platforms; a condition, and never a way to find rows.

    SQLite would begin with the channels of a platform, which may be all there are, where a few
    rows are due.
    """
    return (channels.c.platform + "").in_(platforms)
