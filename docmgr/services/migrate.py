"""Bringing the database to the shape that this release expects.

All steps of one upgrade run in one transaction, on both databases: it ends in the old shape or in the new one.
Acts for nobody, so its functions take the database and not an actor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from docmgr.db import Base, Database

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
# Any number will do, as long as two starting processes use the same one.
ADVISORY_LOCK = 7_203_611


class UnknownRevision(Exception):
    """The database was made by a newer release than this one."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    """The revision that this release expects."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise UnknownRevision("docmgr/migrations/versions is empty")
    return found


def current(database: Database) -> str | None:
    """The revision of the database; None: nothing there yet."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, revision: str = "head") -> bool:
    """Bring the database to `revision`; True where something was done.

    Raises UnknownRevision where the database comes from a newer release: nothing is touched then.
    """
    known = ScriptDirectory.from_config(_config())
    wanted = head() if revision == "head" else revision
    before = current(database)
    if before == wanted:
        return False
    if before is not None and before not in {step.revision for step in known.walk_revisions()}:
        raise UnknownRevision(before)
    with _exclusive(database) as connection:
        command.upgrade(_config(connection), revision)
    return True


def differences(database: Database) -> list[Any]:
    """What the models say and the database does not; empty where they agree."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def new_step(database: Database, message: str) -> None:
    """Write the next file of docmgr/migrations/versions from the models (`make migration`)."""
    with _exclusive(database) as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


@contextmanager
def _exclusive(database: Database) -> Iterator[Connection]:
    """One connection in one writing transaction that no other upgrade can enter."""
    with database.write_engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
                yield connection
                if sqlite:
                    _refuse_broken_keys(connection)
        finally:
            if sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    # Rebuilding a table would cascade otherwise, and inside a transaction the pragma does nothing.
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={state}")


def _refuse_broken_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"migration leaves broken foreign keys: {broken[:5]}")
