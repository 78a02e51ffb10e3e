"""The database triggers that protect the trail. They refuse UPDATE, DELETE, TRUNCATE, an INSERT that
overwrites a row, and a new row that does not have the next number.

In its batch mode Alembic rebuilds a table and thereby drops its triggers. A migration that changes
trail_event must create them again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, text

MESSAGE = "trail_event: rows are only ever added"
NEXT = "(SELECT max(coalesce(max(seq), 0), 0) + 1 FROM trail_event)"

# INSERT OR REPLACE removes the old row without firing the DELETE trigger, so the last trigger refuses it too.
_SQLITE = {
    "trail_event_no_update": f"BEFORE UPDATE ON trail_event BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "trail_event_no_delete": f"BEFORE DELETE ON trail_event BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "trail_event_in_order": f"BEFORE INSERT ON trail_event WHEN NEW.seq IS NOT {NEXT}"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}, one number after the other'); END",
}

# Trigger → its events, its function, the body of the function. FOR EACH ROW sees the rows that its own statement added.
_POSTGRESQL = {
    "trail_event_append_only": (
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_event FOR EACH STATEMENT",
        "trail_event_refuse",
        f" BEGIN RAISE EXCEPTION '{MESSAGE}'; END ",
    ),
    "trail_event_in_order": (
        "BEFORE INSERT ON trail_event FOR EACH ROW",
        "trail_event_refuse_number",
        " BEGIN IF NEW.seq IS DISTINCT FROM (SELECT greatest(max(seq), 0) + 1 FROM trail_event)"
        f" THEN RAISE EXCEPTION '{MESSAGE}, one number after the other'; END IF; RETURN NEW; END ",
    ),
}
# The expected value of pg_trigger.tgtype for each trigger, as bits: row 1, before 2, insert 4, delete 8, update 16,
# truncate 32.
_KINDS = {"trail_event_append_only": 2 + 8 + 16 + 32, "trail_event_in_order": 1 + 2 + 4}
_CATALOGUE = """
SELECT t.tgname, t.tgtype, t.tgenabled, t.tgqual IS NULL AND t.tgattr = ''::int2vector, p.proname, p.prosrc
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = 'trail_event'::regclass AND NOT t.tgisinternal
"""
# Other objects of PostgreSQL that can discard or hide rows: rules, row security, child tables.
_SWALLOWING = """
SELECT 'rule_added', rulename::text FROM pg_rewrite WHERE ev_class = 'trail_event'::regclass
UNION ALL SELECT 'row_security', relname::text FROM pg_class
    WHERE oid = 'trail_event'::regclass AND (relrowsecurity OR relforcerowsecurity)
UNION ALL SELECT 'child_table', inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'trail_event'::regclass
"""


def statements(dialect: str) -> list[str]:
    """Build the SQL statements that create the triggers; running them again changes nothing. `dialect` is
    "sqlite" or "postgresql"; others raise KeyError."""
    return list({"sqlite": _sqlite, "postgresql": _postgresql}[dialect]())


def _sqlite() -> Iterator[str]:
    for name, body in _SQLITE.items():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"CREATE TRIGGER {name} {body}"


def _postgresql() -> Iterator[str]:
    for name, (events, function, body) in _POSTGRESQL.items():
        yield f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        yield f"DROP TRIGGER IF EXISTS {name} ON trail_event"
        yield f"CREATE TRIGGER {name} {events} EXECUTE FUNCTION {function}()"
        # The triggers also fire when session_replication_role would skip ordinary triggers.
        yield f"ALTER TABLE trail_event ENABLE ALWAYS TRIGGER {name}"


def lift(connection: Connection) -> None:
    """Drop the triggers, including older forms of them, before the table is changed. Afterwards they must be
    created again (`set_on`) in the same transaction."""
    for name in _found(connection):
        on = "" if connection.dialect.name == "sqlite" else " ON trail_event"
        connection.execute(text(f'DROP TRIGGER "{name}"{on}'))


def set_on(connection: Connection) -> None:
    """Create the triggers on the database of this connection."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


@contextlib.contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Drop the triggers for the block. They are created again when the block ends without an error; after an
    error the caller must roll back the transaction."""
    lift(connection)
    yield
    set_on(connection)


def faults(connection: Connection) -> list[tuple[str, str]]:
    """Compare the triggers in the database with the triggers that should exist. Returns one (kind, name)
    pair for each difference; empty when there is none. A kind is trigger_missing, trigger_changed or
    trigger_added. On PostgreSQL the kinds rule_added, row_security and child_table report other ways to
    change what the table stores or shows."""
    wanted, found = _wanted(connection.dialect.name), _found(connection)
    kinds = [("trigger_missing", name) for name in wanted.keys() - found.keys()]
    kinds += [("trigger_added", name) for name in found.keys() - wanted.keys()]
    kinds += [("trigger_changed", name) for name in wanted.keys() & found.keys() if wanted[name] != found[name]]
    if connection.dialect.name == "postgresql":
        kinds += [(kind, name) for kind, name in connection.execute(text(_SWALLOWING))]
    return sorted(kinds)


def _wanted(dialect: str) -> dict[str, object]:
    if dialect == "sqlite":
        return {name: f"CREATE TRIGGER {name} {body}" for name, body in _SQLITE.items()}
    return {
        name: (_KINDS[name], "A", True, function, body) for name, (_, function, body) in _POSTGRESQL.items()
    }


def _found(connection: Connection) -> dict[str, object]:
    if connection.dialect.name == "sqlite":
        query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'trail_event'")
        return {name: sql for name, sql in connection.execute(query)}
    return {name: tuple(rest) for name, *rest in connection.execute(text(_CATALOGUE))}
