"""How alembic reaches the database: over the connection, and in the transaction, it is given."""

from alembic import context

connection = context.config.attributes["connection"]
# SQLite can roll back a change of schema; alembic assumes that its driver commits before one.
context.configure(connection=connection, transactional_ddl=True)

with context.begin_transaction():
    context.run_migrations()
