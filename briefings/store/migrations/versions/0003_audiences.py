"""Who may see a source and what it brought: everything there is so far is for everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.DateTime(timezone=True)
EVERYBODY = sa.text("0")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "audiences",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("away", sa.Boolean, nullable=False),
        sa.UniqueConstraint("platform", "workspace"),
        sqlite_autoincrement=True,
    )
    if on_sqlite:
        _sources_anew()
    else:
        _sources_altered()
    _articles(on_sqlite=on_sqlite)


def _sources_altered() -> None:
    op.add_column("sources", sa.Column("audience", sa.Integer, server_default=EVERYBODY))
    op.alter_column("sources", "audience", nullable=False, server_default=None)
    for column in ("defined_url", "url"):
        op.drop_constraint(f"sources_{column}_key", "sources")
        op.create_unique_constraint(None, "sources", ["audience", column])


def _sources_anew() -> None:
    """SQLite changes what is unique by making the table anew; foreign keys are off meanwhile.

    Numbers are never given twice, so the highest there ever was has to come along.
    """
    anew = op.create_table(
        "sources_anew",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("audience", sa.Integer, nullable=False),
        sa.Column("defined_url", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
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
        sa.UniqueConstraint("audience", "defined_url"),
        sa.UniqueConstraint("audience", "url"),
        sqlite_autoincrement=True,
    )
    kept = [column.name for column in anew.columns if column.name != "audience"]
    before = sa.table("sources", *map(sa.column, kept))
    op.execute(
        sa.insert(anew).from_select([*kept, "audience"], sa.select(before, sa.literal_column("0")))
    )
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'sources_anew'")
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) "
        "SELECT 'sources_anew', seq FROM sqlite_sequence WHERE name = 'sources'"
    )
    op.drop_table("sources")
    op.rename_table("sources_anew", "sources")


def _articles(*, on_sqlite: bool) -> None:
    """A column at the end costs no rewrite of the texts; the indexes bring it to the front."""
    for table in ("articles", "tags"):
        op.add_column(
            table, sa.Column("audience", sa.Integer, nullable=False, server_default=EVERYBODY)
        )
        if not on_sqlite:  # which keeps the default of a column that was added
            op.alter_column(table, "audience", server_default=None)
    op.drop_index("articles_story", "articles")
    op.create_index("articles_story", "articles", ["audience", "story_id", "recency"])
    op.create_index("articles_newest", "articles", ["audience", "id"])
    op.drop_index("tags_newest", "tags")
    op.create_index(
        "tags_newest", "tags", ["audience", "organisation", "role", "recency", "article_id"]
    )
    # Whoever forgets an audience deletes its articles, and each is looked for in these.
    op.create_index("told_article", "told", ["article_id"])
    became = sa.text("article_id IS NOT NULL")
    op.create_index(
        "entries_became",
        "entries",
        ["article_id"],
        sqlite_where=became,
        postgresql_where=became,
    )
