"""Triggers that keep the trail as it was written: no UPDATE, no DELETE, no TRUNCATE, no overwriting INSERT.

Alembic's batch mode rebuilds a table and so drops its triggers: a migration that touches trail_event runs these again.
"""

from __future__ import annotations

MESSAGE = "trail_event: rows are only ever added"

# INSERT OR REPLACE removes the old row without firing the DELETE trigger, hence the third.
_SQLITE = f"""
CREATE TRIGGER IF NOT EXISTS trail_event_no_update BEFORE UPDATE ON trail_event
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
----
CREATE TRIGGER IF NOT EXISTS trail_event_no_delete BEFORE DELETE ON trail_event
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
----
CREATE TRIGGER IF NOT EXISTS trail_event_no_replace BEFORE INSERT ON trail_event
WHEN EXISTS (SELECT 1 FROM trail_event WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""

# ENABLE ALWAYS: also where session_replication_role would leave triggers out.
_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION trail_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$
----
DROP TRIGGER IF EXISTS trail_event_append_only ON trail_event
----
CREATE TRIGGER trail_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_event
FOR EACH STATEMENT EXECUTE FUNCTION trail_event_refuse()
----
ALTER TABLE trail_event ENABLE ALWAYS TRIGGER trail_event_append_only
"""


def statements(dialect: str) -> list[str]:
    """SQL that sets the guard, safe to run again; `dialect` is sqlite or postgresql. Raises KeyError for others."""
    script = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[dialect]
    return [statement.strip() for statement in script.split("----")]
