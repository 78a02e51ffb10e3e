"""Bring the database to the schema that this release expects.

All steps of an upgrade run in one transaction, on both kinds of database, so it ends with the old schema or with the
new one. On PostgreSQL a step waits only WAIT_SECONDS for a table that somebody reads for long, because all others who want that table
wait behind it; then everything is taken back and tried again. Indexes of large tables come afterwards. No person acts here, so the functions take the database and no actor.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from docmgr.db import Base, Database
from docmgr.migrations import large

# Alembic takes 10 MB of memory, and a web process, which imports this room, never upgrades; so each function imports what it needs.
if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
# An arbitrary number, which all starting processes share.
ADVISORY_LOCK = 7_203_611
# How long a step waits for a table that others use, and how often and after which pause the upgrade is tried again.
WAIT_SECONDS, TRIES, PAUSE_SECONDS = 1.5, 100, 1.0
LOCK_NOT_AVAILABLE = "55P03"
NO_SITE = "Không có dữ liệu của docmgr ở {}; hãy đặt DOCMGR_HOME và DOCMGR_DATABASE_URL như của hệ thống đang dùng."


class UnknownRevision(Exception):
    """Raised when the database was made by a newer release than this one, so that this release does not know its
    schema."""


class NoSite(Exception):
    """Raised when there is no data of this program where the settings say it is. The message is Vietnamese."""


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _steps() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def head() -> str:
    """Find the schema revision that this release expects. Raises UnknownRevision when there are no migrations."""
    found = _steps().get_current_head()
    if found is None:
        raise UnknownRevision("docmgr/migrations/versions is empty")
    return found


def known() -> set[str]:
    """Find all schema revisions that this release knows."""
    return {step.revision for step in _steps().walk_revisions()}


def current(database: Database) -> str | None:
    """The schema revision of the database. None when the database has no tables of this program."""
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_site(database: Database) -> None:
    """Raise NoSite when the database does not exist or has no tables of this program. Nothing is created, not even an
    empty file."""
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
    """Bring the database to the schema `revision`; return whether anything had to be done.

    Raises UnknownRevision when the database was made by a newer release; nothing is changed then. Raises OperationalError
    when others do not let go of a table in all that time.
    """
    wanted = head() if revision == "head" else revision
    before = current(database)
    if before not in (None, wanted) and before not in known():
        raise UnknownRevision(str(before))
    if before != wanted:
        _take_steps(database, revision)
    if wanted == head() and database.engine.dialect.name == "postgresql":
        large.make_up(database.direct_engine.execution_options(docmgr_write=True), Base.metadata)
    return before != wanted


def _take_steps(database: Database, revision: str) -> None:
    for left in range(TRIES, 0, -1):
        try:
            with exclusive(database) as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SET LOCAL lock_timeout = {round(WAIT_SECONDS * 1000)}"))
                upgrade_on(connection, revision)
            return
        except OperationalError as error:
            if left == 1 or getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
        time.sleep(PAUSE_SECONDS)


def upgrade_on(connection: Connection, revision: str = "head") -> None:
    """Run the migration steps to the schema `revision` in the transaction that the caller opened with `exclusive`."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def differences(database: Database) -> list[Any]:
    """Compare the models with the tables of the database. Returns the differences in the form in which Alembic's
    compare_metadata gives them, or an empty list when there are none."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def new_step(database: Database, message: str) -> None:
    """Write the next file of docmgr/migrations/versions from the differences between the models and the database
    (`make migration`). `message` is its title."""
    from alembic import command

    with exclusive(database) as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


@contextmanager
def exclusive(database: Database) -> Iterator[Connection]:
    """Open a connection with one write transaction for the block. No other upgrade can run meanwhile. On SQLite,
    references between tables are checked only at the end of the block. Broken references then raise RuntimeError, and
    nothing is saved."""
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
    # Otherwise rebuilding a table would cascade deletions, and inside a transaction the pragma has no effect.
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={state}")


def broken_keys(connection: Connection) -> list[str]:
    """Find the tables with rows that refer to missing rows; return their names. Works on SQLite only."""
    return sorted({str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))})


def _refuse_broken_keys(connection: Connection) -> None:
    if broken := broken_keys(connection):
        raise RuntimeError(f"migration leaves broken foreign keys: {broken}")
