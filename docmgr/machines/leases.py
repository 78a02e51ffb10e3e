"""Who is the worker of a data folder, and which worker of all machines writes the index.

On one machine a lock on a file decides. With PostgreSQL an advisory lock of the server does, on a connection of its own: it ends
with the connection, so it is free at once when a process is killed, and within about 15 seconds when a machine is gone. It
needs no clock.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from docmgr.context import Context
from docmgr.services import duties, jobs, outage
from docmgr.services.documents import ingest
from docmgr.storage import StoreAway

# Arbitrary fixed numbers that name two advisory locks of PostgreSQL: the lease, and the lock that all workers share.
ADVISORY_LOCK, PRESENT_LOCK = 7_301_930, 7_301_931
# After so many seconds without a packet the server asks whether a machine is still there, so often, and then ends its session.
KEEPALIVE_SECONDS, KEEPALIVE_TRIES = 5, 2
# After a start of the server, workers need so long to register again (`register`). A worker that starts in that time does not
# take itself for the only one.
REGISTER_SECONDS = 60

log = logging.getLogger(__name__)


class LeaseHeld(Exception):
    """Another process holds the lease of the worker."""


@dataclass(frozen=True)
class Lease:
    """The lease of the worker while it is held. `connection` has the lock and `token` is the fencing token; with SQLite there
    are none."""

    connection: Connection | None = None
    token: int = 0

    def holds(self) -> bool:
        """Whether the lock is still held: its session lives, and nobody has taken over the duty. Notes a sign of life; when
        that cannot be written now, the session alone counts."""
        if self.connection is None:
            return True
        try:
            self.connection.execute(text("SELECT 1"))
        except outage.ERRORS:
            return False
        try:
            return duties.beat(duties.INDEX, self.token)
        except outage.ERRORS:
            log.exception("sign of life")
            return True


@contextlib.contextmanager
def lease(site: Context) -> Iterator[Lease]:
    """Hold the lease of the worker during the block, so that no other process writes the index. Raises
    LeaseHeld when another process holds it."""
    path = site.settings.home / "worker.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LeaseHeld from None
        with _advisory_lock(site) as connection:
            if connection is None:
                yield Lease()
                return
            with site.bound():
                token = duties.take(duties.INDEX)
            yield Lease(connection, token)
    finally:
        os.close(handle)


def may_be_several(site: Context) -> bool:
    """Whether other workers may work for the same site."""
    return site.database.engine.dialect.name == "postgresql"


@contextlib.contextmanager
def server_session(site: Context) -> Iterator[Connection]:
    """Open a PostgreSQL connection that only this block uses, past any pooler. Advisory locks taken on it are released at the
    end of the block, or by the server when the connection breaks."""
    with site.database.direct_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        for name, value in (("idle", KEEPALIVE_SECONDS), ("interval", KEEPALIVE_SECONDS), ("count", KEEPALIVE_TRIES)):
            connection.execute(text(f"SET tcp_keepalives_{name} = {value}"))
        try:
            yield connection
        finally:
            # After a close alone the server releases the locks a moment later, and the next worker meets them.
            # A broken session holds none.
            if not connection.invalidated:
                with contextlib.suppress(*outage.ERRORS):
                    connection.execute(text("SELECT pg_advisory_unlock_all()"))


@contextlib.contextmanager
def _advisory_lock(site: Context) -> Iterator[Connection | None]:
    if not may_be_several(site):
        yield None
        return
    with server_session(site) as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK}):
            raise LeaseHeld
        yield connection


@contextlib.contextmanager
def present(site: Context) -> Iterator[None]:
    """Register this process as a worker during the block. If it is certainly the only worker, jobs that dead workers
    had taken are released at once; otherwise they come back when their leases have run out."""
    with contextlib.ExitStack() as held:
        alone = certain = True
        if may_be_several(site):
            connection = held.enter_context(server_session(site))
            alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": PRESENT_LOCK}))
            certain = alone and not _lately_started(connection)
        with site.bound():
            if certain:
                jobs.release_leases()
            try:
                ingest.clean_up()
            except StoreAway:
                # It is tried again with each sweep.
                log.exception("cleaning up")
        if may_be_several(site):
            register(connection)
            if alone:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": PRESENT_LOCK})
        yield


def register(connection: Connection) -> None:
    """Tell workers that start later, for as long as this session lives, that they are not alone."""
    connection.execute(text("SELECT pg_advisory_lock_shared(:n)"), {"n": PRESENT_LOCK})


def _lately_started(connection: Connection) -> bool:
    """Whether the server may have ended the sessions of workers that have not come back yet."""
    age = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())"))
    return age is None or age < REGISTER_SECONDS
