"""Channels and their subscriptions, the outbox of digests, notices, templates, marks."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _subscriptions()
    _occurrences()
    _parts()
    _around()


def _to(table: str, type_: sa.types.TypeEngine[int] = ID, *, key: bool = False) -> sa.Column[int]:
    to = sa.ForeignKey(f"{table}s.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", type_, to, nullable=False, primary_key=key)


def _subscriptions() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("manager", sa.Text, nullable=False),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("free_at", INSTANT),
        sa.UniqueConstraint("platform", "workspace", "channel"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        _to("channel", sa.Integer()),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("frequency", sa.String(8), nullable=False),
        sa.Column("day", sa.SmallInteger, nullable=False),
        sa.Column("wall_time", sa.String(5), nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("preset", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("last_wall", sa.String(16), nullable=False),
        sa.Column("next_wall", sa.String(16)),
        sa.Column("next_due", INSTANT),
        sa.Column("paused", sa.Text, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.UniqueConstraint("channel_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index("subscriptions_due", "subscriptions", ["next_due"])
    standing = sa.text("removed_at IS NULL")
    op.create_index(
        "subscriptions_topics",
        "subscriptions",
        ["channel_id", "topics"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", ID, primary_key=True),
        _to("subscription", sa.Integer()),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("covered_by", sa.Text, nullable=False),
        sa.Column("newest_article", ID, nullable=False),
        sa.Column("parts", sa.SmallInteger, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("dismissed", sa.Boolean, nullable=False),
        sa.UniqueConstraint("subscription_id", "slot"),
        sqlite_autoincrement=True,
    )
    op.create_index("occurrences_due", "occurrences", ["subscription_id", "due_at"])
    op.create_index("occurrences_state", "occurrences", ["state", "due_at"])
    op.create_table(
        "told",
        _to("channel", sa.Integer(), key=True),
        _to("article", key=True),
        _to("occurrence", key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("told_occurrence", "told", ["occurrence_id"])


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("id", ID, primary_key=True),
        _to("occurrence"),
        _to("channel", sa.Integer()),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("key", sa.String(22), nullable=False, unique=True),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("claim", sa.Text),
        sa.Column("attempts", sa.SmallInteger, nullable=False),
        sa.Column("first_try", INSTANT),
        sa.Column("uncertain_since", INSTANT),
        sa.Column("looks", sa.SmallInteger, nullable=False),
        sa.Column("plain", sa.Boolean, nullable=False),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("repaired", sa.SmallInteger, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.UniqueConstraint("occurrence_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_index("parts_next", "parts", ["next_at"])


def _around() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, primary_key=True),
        _to("channel", sa.Integer()),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("told_at", INSTANT),
        sqlite_autoincrement=True,
    )
    op.create_index("notices_next", "notices", ["next_at"])
    op.create_index("notices_channel", "notices", ["channel_id", "kind", "created_at"])
    op.create_table(
        "inbound",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("inbound_seen", "inbound", ["seen_at"])
    op.create_table(
        "templates",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("accepted_at", INSTANT, nullable=False),
    )
    marks = op.create_table(
        "marks",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    # From the first on: a copy of this database must name its messages as this one does.
    op.bulk_insert(marks, [{"name": "install_id", "value": uuid4().hex}])
