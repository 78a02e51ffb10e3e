"""Indexes of tables that may have millions of rows. On PostgreSQL they are made while others write, after the transaction of the steps."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex

# A statement that reads all rows of one of these holds up whoever writes.
TABLES = frozenset({"trail_event", "provision", "citation", "document", "version", "occurrence"})
# An arbitrary number: who makes indexes holds this lock of its session.
LOCK = 7_203_612
# An index whose making was cut off stays, and is not valid.
_VALID = """
SELECT index.relname, bool_and(pg_index.indisvalid)
FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid JOIN pg_class AS held ON held.oid = indrelid
JOIN pg_namespace ON pg_namespace.oid = held.relnamespace
WHERE held.relname IN :tables AND nspname = current_schema() GROUP BY index.relname
"""


def add_index(name: str, table: str, columns: list[str]) -> None:
    """Add an index in a step. On SQLite it is made at once; on PostgreSQL `make_up` makes it, as the models name it."""
    from alembic import op

    if op.get_bind().dialect.name == "sqlite":
        op.create_index(name, table, columns)


def make_up(engine: sa.Engine, tables: sa.MetaData) -> list[str]:
    """Make the indexes of large tables that `tables` name and the PostgreSQL database lacks, one after the other; return their names.
    Nobody waits for them; they wait for transactions that are open. Does nothing while another process is at it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Asked without waiting: a session that waits for a lock would itself be waited for by the index.
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
            return []
        try:
            return [*_made(connection, tables)]
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))


def _made(connection: sa.Connection, tables: sa.MetaData) -> Iterator[str]:
    asked = sa.text(_VALID).bindparams(sa.bindparam("tables", sorted(TABLES), expanding=True))
    valid = {str(name): bool(good) for name, good in connection.execute(asked)}
    wanted = {str(index.name): index for table in sorted(TABLES) for index in tables.tables[table].indexes}
    for name in sorted(wanted.keys() - {name for name, good in valid.items() if good}):
        if name in valid:
            connection.exec_driver_sql(f'DROP INDEX CONCURRENTLY "{name}"')
        statement = str(CreateIndex(wanted[name]).compile(connection))
        connection.exec_driver_sql(statement.replace(" INDEX ", " INDEX CONCURRENTLY ", 1))
        yield name
