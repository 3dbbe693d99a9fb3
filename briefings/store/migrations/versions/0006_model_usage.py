"""What the optional model used, by day and by channel."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "model_usage",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("workspace", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sa.Column("questions", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
