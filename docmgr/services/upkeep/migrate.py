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

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
# Any number will do, as long as two starting processes use the same one.
ADVISORY_LOCK = 7_203_611
NO_SITE = "Không có dữ liệu của docmgr ở {}; hãy đặt DOCMGR_HOME và DOCMGR_DATABASE_URL như của hệ thống đang dùng."


class UnknownRevision(Exception):
    """The database was made by a newer release than this one."""


class NoSite(Exception):
    """There is no site where the settings point; the message is Vietnamese."""


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


def require_site(database: Database) -> None:
    """Raises NoSite where the database has no tables of ours, or is not there; makes nothing, no empty file either."""
    url = database.engine.url
    where = "cơ sở dữ liệu của DOCMGR_DATABASE_URL"
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        where = str(file)
        if not file.is_file() or not file.stat().st_size:
            raise NoSite(NO_SITE.format(where))
    if current(database) is None:
        raise NoSite(NO_SITE.format(where))


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
    with exclusive(database) as connection:
        upgrade_on(connection, revision)
    return True


def upgrade_on(connection: Connection, revision: str = "head") -> None:
    """The steps to `revision` as part of the caller's `exclusive` transaction."""
    command.upgrade(_config(connection), revision)


def differences(database: Database) -> list[Any]:
    """What the models say and the database does not; empty where they agree."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def new_step(database: Database, message: str) -> None:
    """Write the next file of docmgr/migrations/versions from the models (`make migration`)."""
    with exclusive(database) as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


@contextmanager
def exclusive(database: Database) -> Iterator[Connection]:
    """One connection in one writing transaction that no other upgrade can enter; on SQLite keys of other rows are looked
    at when it ends. Raises RuntimeError where some are broken then."""
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


def broken_keys(connection: Connection) -> list[str]:
    """SQLite: names of tables with rows that refer to rows which are not there."""
    return sorted({str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))})


def _refuse_broken_keys(connection: Connection) -> None:
    if broken := broken_keys(connection):
        raise RuntimeError(f"migration leaves broken foreign keys: {broken}")
