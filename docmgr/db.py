"""The database: one engine a process, one place that commits.

`write()` is the unit of work: on SQLite it starts with BEGIN IMMEDIATE, it commits at the end of the outermost block
and rolls back on any error. `read()` gives a session for looking. Both join a block that is already open, so services
can call each other. `bound(database)` names the database for the current request, command or worker loop.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.sqlite import DATETIME as SQLITE_DATETIME
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from docmgr import collation

BUSY_TIMEOUT_SECONDS = 15
# How long a page waits for what others hold: a thread that waits is one that no other page gets.
PAGE_PATIENCE_SECONDS = 3.0
# The same once somebody has waited in vain, until a unit of work comes through again.
WORN_PATIENCE_SECONDS = 0.25
# Noted on errors that a unit of work failed with.
WRITING = "in a unit of work: nothing was saved"
# How long a server may take to accept a connection, and a thread may wait for a free one.
CONNECT_SECONDS = 5
# What SQLite's log may keep of the room that it took while readers stood in its way (700 MB in a large import).
LOG_BYTES = 64 << 20

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all models."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment: aware UTC in Python, UTC without zone on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """SQLite has no zones."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(SQLITE_DATETIME())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Refuse moments without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def now() -> dt.datetime:
    """This moment, aware, UTC."""
    return dt.datetime.now(dt.UTC)


class Database:
    """An engine for `url`, with the settings that SQLite needs."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Whether the last unit of work of a page waited in vain for the database.
        self.worn = False
        self.engine: Engine = create_engine(url, **_engine_options(url))
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _sqlite_connect)
            event.listen(self.engine, "begin", _sqlite_begin)
        else:
            event.listen(self.engine, "begin", _server_begin)
        self.write_engine = self.engine.execution_options(docmgr_write=True)

    def dispose(self) -> None:
        """Close the pool."""
        self.engine.dispose()


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}, "pool_timeout": CONNECT_SECONDS}
    return {
        "pool_pre_ping": True, "pool_size": 5, "pool_timeout": CONNECT_SECONDS,
        "connect_args": {"connect_timeout": CONNECT_SECONDS},
    }  # fmt: skip


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off; _sqlite_begin does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}",
        "synchronous=FULL",
        f"journal_size_limit={LOG_BYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    collation.install(connection)


def _sqlite_begin(connection: Any) -> None:
    _sqlite_patience(connection)
    # A deferred transaction that turns into a writer is refused at once, busy timeout or not.
    writes = connection.get_execution_options().get("docmgr_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _sqlite_patience(connection: Any) -> None:
    patience = _patience()
    milliseconds = int(1000 * (BUSY_TIMEOUT_SECONDS if patience is None else patience))
    if connection.info.get("busy_timeout") != milliseconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        connection.info["busy_timeout"] = milliseconds


def _server_begin(connection: Any) -> None:
    # The server itself would let a page wait for a lock for ever.
    if (patience := _patience()) is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(1000 * patience)}")


def _patience() -> float | None:
    """How long the current block waits for locks, in seconds; None: as long as the engine is set to."""
    scope = _scope.get()
    if scope is None or scope.patience is None:
        return None
    return min(scope.patience, WORN_PATIENCE_SECONDS) if scope.database.worn else scope.patience


@dataclass
class _Scope:
    database: Database
    patience: float | None = None
    reading: Session | None = None
    writing: Session | None = None


_scope: ContextVar[_Scope | None] = ContextVar("docmgr_scope", default=None)


def _current() -> _Scope:
    scope = _scope.get()
    if scope is None:
        raise RuntimeError("no database bound: use docmgr.db.bound(database)")
    return scope


@contextlib.contextmanager
def bound(database: Database, patience: float | None = None) -> Iterator[None]:
    """Name the database for this block; one read session lives as long as the block.

    `patience` in seconds is how long it waits for locks, much less once another block waited in vain.
    """
    scope = _Scope(database, patience)
    token = _scope.set(scope)
    try:
        yield
    finally:
        if scope.reading is not None:
            scope.reading.close()
        _scope.reset(token)


@contextlib.contextmanager
def read() -> Iterator[Session]:
    """A session for looking: the open unit of work's, else the block's own. It sees what is committed now."""
    scope = _current()
    if scope.writing is not None:
        yield scope.writing
        return
    if scope.reading is None:
        scope.reading = Session(scope.database.engine, expire_on_commit=False, autoflush=False)
    yield scope.reading


@contextlib.contextmanager
def write() -> Iterator[Session]:
    """The unit of work. Commits when the outermost block ends, rolls back on any error."""
    scope = _current()
    if scope.writing is not None:
        yield scope.writing
        return
    session = Session(scope.database.write_engine, expire_on_commit=False)
    scope.writing = session
    try:
        session.connection()
        yield session
        session.commit()
        scope.database.worn = False
    except (DBAPIError, TimeoutError) as error:
        if isinstance(error, OperationalError) and (scope.patience or 0) >= PAGE_PATIENCE_SECONDS:
            scope.database.worn = True
        error.add_note(WRITING)
        session.rollback()
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        scope.writing = None
        session.close()
        if scope.reading is not None:
            # Ends the old snapshot, so that what is read after this block sees the change.
            scope.reading.rollback()
            scope.reading.expire_all()


def release() -> None:
    """End the read snapshot, in loops that live long (the worker)."""
    scope = _current()
    if scope.reading is not None:
        scope.reading.close()
        scope.reading = None
