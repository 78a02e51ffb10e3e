"""The database: one engine per process, and the only module that commits.

`write()` opens a unit of work, which is one transaction: it commits at the end of the outermost `write()`
block and rolls back on any error. On SQLite it starts with BEGIN IMMEDIATE. `read()` gives a session for
reading. Both reuse a block that is already open, so services can call each other. `bound(database)` sets the
database for the current request, command or worker loop.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, NullPool, create_engine, event, func, select
from sqlalchemy.dialects.sqlite import DATETIME as SQLITE_DATETIME
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from docmgr import collation

BUSY_TIMEOUT_SECONDS = 15
# How long a page waits for a database lock. It is short, because a waiting thread cannot serve another page.
PAGE_PATIENCE_SECONDS = 3.0
# How long a page waits after another page has waited in vain. It ends when a unit of work succeeds again.
WORN_PATIENCE_SECONDS = 0.25
# A note that is added to database errors raised in a unit of work.
WRITING = "in a unit of work: nothing was saved"
# The time limit for connecting to a database server, and for waiting for a free connection of the pool.
CONNECT_SECONDS = 5
# A connection to a server whose machine is gone ends after about 15 seconds, not when TCP gives up: after so many seconds
# without a packet it is asked whether it is there, and bytes that are not received end the connection (in milliseconds).
SERVER_CONNECTION = {
    "connect_timeout": CONNECT_SECONDS, "keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 10_000,
}  # fmt: skip
# The size to which SQLite's write-ahead log is cut back. Long readers make it grow (to 700 MB in a large import).
LOG_BYTES = 64 << 20

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base class of all database models."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """The column type for a point in time. In Python it is a datetime with the zone UTC. SQLite stores it
    without a zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """Return the column type for the database: without a zone for SQLite, with a zone for others."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(SQLITE_DATETIME())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Convert a datetime to UTC for the database; None stays None. Raises ValueError for a datetime
        without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Convert a stored value to a datetime with the zone UTC; None stays None."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def clock(session: Session) -> dt.datetime:
    """The current time by which workers on several machines agree: that of the database server. With SQLite it is this
    machine's."""
    if session.get_bind().dialect.name != "postgresql":
        return now()
    # On the connection, because a query of the session would flush rows that are not complete.
    moment: dt.datetime = session.connection().execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(dt.UTC)


def now() -> dt.datetime:
    """The current time as a datetime with the zone UTC."""
    return dt.datetime.now(dt.UTC)


class Database:
    """The SQLAlchemy engines for the database `url`, with the connection settings that SQLite needs."""

    def __init__(self, url: str, direct_url: str = "") -> None:
        self.url = url
        self.direct_url = direct_url
        # Whether the last unit of work of a page waited in vain for the database.
        self.worn = False
        # What this process keeps of tables that rarely change, and counted for others, by what it is.
        self.kept: dict[str, Any] = {}
        self.engine: Engine = create_engine(url, hide_parameters=True, **_engine_options(url))
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _sqlite_connect)
            event.listen(self.engine, "begin", _sqlite_begin)
        else:
            event.listen(self.engine, "connect", _server_connect)
            event.listen(self.engine, "begin", _server_begin)
        self.write_engine = self.engine.execution_options(docmgr_write=True)

    @cached_property
    def direct_engine(self) -> Engine:
        """The engine for connections past a pooler of connections, for what belongs to a session of the server."""
        if not self.direct_url:
            return self.engine
        return create_engine(self.direct_url, poolclass=NullPool, hide_parameters=True, connect_args=SERVER_CONNECTION)

    def dispose(self) -> None:
        """Close the connection pools of the engines."""
        self.engine.dispose()


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}, "pool_timeout": CONNECT_SECONDS}
    return {"pool_pre_ping": True, "pool_size": 5, "pool_timeout": CONNECT_SECONDS, "connect_args": SERVER_CONNECTION}


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
    # Whatever the busy timeout is, SQLite refuses at once when a deferred transaction starts to write.
    writes = connection.get_execution_options().get("docmgr_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _sqlite_patience(connection: Any) -> None:
    patience = _patience()
    milliseconds = int(1000 * (BUSY_TIMEOUT_SECONDS if patience is None else patience))
    if connection.info.get("busy_timeout") != milliseconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        connection.info["busy_timeout"] = milliseconds


def _server_connect(connection: Any, _record: Any) -> None:
    # Compiling a statement took 3 s where running it took .1 s: the server thinks that rules of reading cost much. Not among the
    # options of the connection: those in the database's address would be lost, and poolers of connections refuse them.
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    # What is set in a transaction that is rolled back is forgotten.
    connection.commit()


def _server_begin(connection: Any) -> None:
    # Without this setting the server would let a page wait for a lock forever.
    if (patience := _patience()) is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(1000 * patience)}")


def _patience() -> float | None:
    """Return how many seconds the current `bound` block waits for a database lock. None means that the
    engine's own setting applies."""
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
    kept: dict[str, Any] = field(default_factory=dict)


_scope: ContextVar[_Scope | None] = ContextVar("docmgr_scope", default=None)


def _current() -> _Scope:
    scope = _scope.get()
    if scope is None:
        raise RuntimeError("no database bound: use docmgr.db.bound(database)")
    return scope


@contextlib.contextmanager
def bound(database: Database, patience: float | None = None) -> Iterator[None]:
    """Use `database` for the block. The session for reading stays open until the block ends.

    `patience` is how many seconds the block waits for a database lock; None means the engine's own setting. After
    a page waited in vain, this is at most WORN_PATIENCE_SECONDS until a unit of work succeeds.
    """
    scope = _Scope(database, patience)
    token = _scope.set(scope)
    try:
        yield
    finally:
        _end_reading(scope)
        _scope.reset(token)


def _end_reading(scope: _Scope) -> None:
    """End the session for reading. When its connection has broken since, what was read is still right."""
    session, scope.reading = scope.reading, None
    if session is None:
        return
    try:
        session.close()
    except DBAPIError:
        session.invalidate()


@contextlib.contextmanager
def read() -> Iterator[Session]:
    """Give a session for reading. In a unit of work this is its session, elsewhere the session of the current
    `bound` block. Raises RuntimeError outside of such a block."""
    scope = _current()
    if scope.writing is not None:
        yield scope.writing
        return
    if scope.reading is None:
        scope.reading = Session(scope.database.engine, expire_on_commit=False, autoflush=False)
    yield scope.reading


@contextlib.contextmanager
def write() -> Iterator[Session]:
    """Open the unit of work (a transaction) and give its session, or join the one that is open. The
    transaction commits when the outermost block ends, and rolls back on any error."""
    scope = _current()
    if scope.writing is not None:
        yield scope.writing
        return
    session = Session(scope.database.write_engine, expire_on_commit=False)
    scope.writing = session
    scope.kept.clear()
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
        scope.kept.clear()
        session.close()
        if scope.reading is not None:
            # End the old snapshot, so that later reads in this block see the change.
            scope.reading.rollback()
            scope.reading.expire_all()


def release() -> None:
    """End the session for reading, so that the next `read()` sees data committed since. Loops that run for a
    long time, such as the worker's, call this."""
    scope = _current()
    scope.kept.clear()
    _end_reading(scope)


def kept() -> dict[str, Any]:
    """Give what the current `bound` block remembers of the database: it is emptied when a unit of work begins or ends, and by
    `release`."""
    return _current().kept


def is_writing() -> bool:
    """Whether a unit of work is open, which may still be rolled back."""
    return _current().writing is not None
