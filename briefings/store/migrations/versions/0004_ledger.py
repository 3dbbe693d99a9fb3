"""The ledger: facts, the reports they are made of, and what finds them; nothing is read yet."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column(
        "articles",
        sa.Column("claims_version", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("articles_claims", "articles", ["claims_version", "recency", "audience"])
    op.create_table(
        "facts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("audience", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("contradicted", sa.Boolean, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("facts_counted", "facts", ["audience", "contradicted", "reports"])
    op.create_table(
        "reports",
        _to("article", key=True),
        sa.Column("ordinal", sa.SmallInteger, primary_key=True, autoincrement=False),
        _to("fact"),
        sa.Column("claim", sa.Text, nullable=False),
    )
    op.create_index("reports_fact", "reports", ["fact_id"])
    _finding()


def _finding() -> None:
    op.create_table(
        "fact_keys",
        _to("fact", key=True),
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("audience", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("fact_keys_shared", "fact_keys", ["audience", "key", "fact_id"])
    op.create_table(
        "fact_parties",
        _to("fact", key=True),
        sa.Column("organisation", sa.Text, primary_key=True),
        sa.Column("audience", sa.Integer, nullable=False),
        sa.Column("is_figure", sa.Boolean, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("known", sa.Date, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "fact_parties_newest",
        "fact_parties",
        ["audience", "organisation", "is_figure", "since", "fact_id", "kind", "known"],
    )


def _to(table: str, *, key: bool = False) -> sa.Column[int]:
    to = sa.ForeignKey(f"{table}s.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", ID, to, nullable=False, primary_key=key, autoincrement=False)
