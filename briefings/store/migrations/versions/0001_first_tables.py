"""Sources and their entries, articles with tags and stories, the search index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _sources()
    _articles()
    _around_articles()
    _search_index()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("defined_url", sa.Text, nullable=False, unique=True),
        sa.Column("url", sa.Text, nullable=False, unique=True),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("tier", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("chosen", sa.Boolean),
        sa.Column("claim_owner", sa.Text),
        sa.Column("claim_until", INSTANT),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("body_hash", sa.LargeBinary, nullable=False),
        sa.Column("interval_s", sa.Integer, nullable=False),
        sa.Column("next_check_at", INSTANT),
        sa.Column("checked_at", INSTANT),
        sa.Column("succeeded_at", INSTANT),
        sa.Column("changed_at", INSTANT),
        sa.Column("failing_since", INSTANT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("error_kind", sa.Text, nullable=False),
        sa.Column("redirect_url", sa.Text, nullable=False),
        sa.Column("redirect_seen", sa.Integer, nullable=False),
        sa.Column("redirect_since", INSTANT),
        sa.Column("skip_hours", sa.Integer, nullable=False),
        sa.Column("skip_days", sa.Integer, nullable=False),
        sa.Column("stopped", sa.Text, nullable=False),
        sa.Column("entries_seen", sa.BigInteger, nullable=False),
        sa.Column("entries_kept", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def _articles() -> None:
    op.create_table("stories", sa.Column("id", ID, primary_key=True, autoincrement=False))
    op.create_table(
        "articles",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("story_id", ID, sa.ForeignKey("stories.id"), nullable=False),
        sa.Column("recency", sa.BigInteger, nullable=False, unique=True),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_precision", sa.String(6), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("identity", sa.LargeBinary, nullable=False, unique=True),
        _to_source(ondelete="SET NULL"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("points", sa.JSON),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("articles_story", "articles", ["story_id", "recency"])
    op.create_index("articles_source", "articles", ["source_id"])
    pending = sa.text("points IS NULL")
    op.create_index(
        "articles_pending",
        "articles",
        ["recency"],
        sqlite_where=pending,
        postgresql_where=pending,
    )


def _to_source(*, ondelete: str, primary_key: bool = False) -> sa.Column[int]:
    to = sa.ForeignKey("sources.id", ondelete=ondelete)
    return sa.Column("source_id", sa.Integer, to, primary_key=primary_key)


def _to_article(*, ondelete: str, primary_key: bool = False) -> sa.Column[int]:
    to = sa.ForeignKey("articles.id", ondelete=ondelete)
    return sa.Column("article_id", ID, to, primary_key=primary_key)


def _around_articles() -> None:
    op.create_table(
        "story_keys",
        _to_article(primary_key=True, ondelete="CASCADE"),
        sa.Column("bands", sa.LargeBinary, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tags",
        _to_article(primary_key=True, ondelete="CASCADE"),
        sa.Column("organisation", sa.Text, primary_key=True),
        sa.Column("role", sa.SmallInteger, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("recency", sa.BigInteger, nullable=False),
        sa.Column("named", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("tags_newest", "tags", ["organisation", "role", "recency", "article_id"])
    op.create_table(
        "entries",
        _to_source(primary_key=True, ondelete="CASCADE"),
        sa.Column("identity", sa.LargeBinary, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        _to_article(ondelete="SET NULL"),
        sqlite_with_rowid=False,
    )


def _search_index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The terms are made by briefings.text.tokens and separated by spaces; `ascii` takes
        # every character beyond ASCII as part of a term, whatever Unicode version it is from.
        op.execute(
            "CREATE VIRTUAL TABLE article_terms USING fts5("
            "terms, content='', columnsize=0, prefix='1', tokenize='ascii')"
        )
        return
    op.execute("CREATE TABLE article_terms (recency bigint PRIMARY KEY, terms tsvector NOT NULL)")
    op.execute("CREATE INDEX article_terms_gin ON article_terms USING gin (terms)")
