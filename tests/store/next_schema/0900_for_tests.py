"""A later schema, to try what an upgrade does to a database with data in it.

In SQLite it makes a table anew, which is how that changes one, and others refer to the table.
"""

import sqlalchemy as sa
from alembic import op

from briefings.store.schema import CURRENT

revision = "0900"
down_revision = CURRENT.head


def upgrade() -> None:
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("sources", recreate=anew) as sources:
        sources.add_column(sa.Column("colour", sa.Text, server_default="red"))
    op.create_table("added_for_tests", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO added_for_tests VALUES (1)")
