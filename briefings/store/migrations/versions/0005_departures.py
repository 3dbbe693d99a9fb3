"""Workspaces the desk was removed from, until what is theirs is deleted or they come back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "departures",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("workspace", sa.Text, primary_key=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_with_rowid=False,
    )
