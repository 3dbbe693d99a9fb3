"""Since when a feed lists an entry no more: what was seen of it need not be known for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("entries", sa.Column("unlisted_since", sa.DateTime(timezone=True)))
    unlisted = sa.text("unlisted_since IS NOT NULL")
    op.create_index(
        "entries_unlisted",
        "entries",
        ["unlisted_since"],
        sqlite_where=unlisted,
        postgresql_where=unlisted,
    )
