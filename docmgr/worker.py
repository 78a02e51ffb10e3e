"""The worker: one process a site that reads files and writes the index.

Three loops, each in a thread of its own: reading (the work is done in a child process), indexing, and keeping heads of
the trail's tree. A lease makes sure that there is one worker: a file lock in the data folder, and on PostgreSQL an
advisory lock as well, since several machines may share that database.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

from sqlalchemy import text

from docmgr import context, db
from docmgr.context import Context
from docmgr.reading.process.runner import Reader
from docmgr.services import jobs
from docmgr.services.documents import ingest
from docmgr.services.indexing import rebuild, sync
from docmgr.services.trail import heads as trail_heads
from docmgr.services.upkeep import sweeping

POLL_SECONDS = 0.5
HEARTBEAT_SECONDS = 5.0
TIDY_AFTER_SECONDS = 3.0
# Until segments are joined again after the disk did not take it: nothing waits for that, and each try writes much.
TIDY_PAUSE_SECONDS = 300.0
# How often what no row names is looked for; also at the start.
SWEEP_SECONDS = 3600.0
# Any fixed number; it names this program's lock among the advisory locks of the database.
ADVISORY_LOCK = 7_301_930

log = logging.getLogger(__name__)


class LeaseHeld(Exception):
    """Another process is the worker."""


@contextlib.contextmanager
def lease(site: Context) -> Iterator[None]:
    """Be the worker for this block. Raises LeaseHeld."""
    path = site.settings.home / "worker.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LeaseHeld from None
        with _advisory_lock(site):
            yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _advisory_lock(site: Context) -> Iterator[None]:
    if site.database.engine.dialect.name != "postgresql":
        yield
        return
    with site.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK}):
            raise LeaseHeld
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": ADVISORY_LOCK})


def run_forever(site: Context, stop: threading.Event) -> None:
    """Work until `stop` is set. Raises LeaseHeld."""
    with lease(site):
        with site.bound():
            jobs.release_leases()
            ingest.clean_up()
        reading = threading.Thread(target=_reading_loop, args=(site, stop), name="reading")
        heads = threading.Thread(target=_loop, args=(site, stop, trail_heads.Keeper().step), name="heads")
        reading.start()
        heads.start()
        try:
            _loop(site, stop, _index_step(site))
        finally:
            stop.set()
            reading.join()
            heads.join()


def _reading_loop(site: Context, stop: threading.Event) -> None:
    with Reader() as reader:
        _loop(site, stop, _reading_step(reader))


def _reading_step(reader: Reader) -> Callable[[], int]:
    swept = -SWEEP_SECONDS

    def step() -> int:
        nonlocal swept
        done = ingest.read_some(reader)
        if not done and time.monotonic() - swept >= SWEEP_SECONDS:
            # Before the work: what fails is not tried at every turn.
            swept = time.monotonic()
            sweeping.sweep()
        return done

    return step


def _index_step(site: Context) -> Callable[[], int]:
    beat = site.settings.home / "worker.heartbeat"
    last_beat, last_busy, tidy, put_off = 0.0, time.monotonic(), False, 0.0

    def step() -> int:
        nonlocal last_beat, last_busy, tidy, put_off
        if time.monotonic() - last_beat > HEARTBEAT_SECONDS:
            last_beat = time.monotonic()
            beat.touch()
        if done := rebuild.serve() + sync.drain():
            last_busy, tidy = time.monotonic(), False
        elif not tidy and time.monotonic() > max(last_busy + TIDY_AFTER_SECONDS, put_off):
            # One round a turn, so that a new document never waits for more than that.
            joined = sync.tidy()
            tidy = joined is False
            if joined is None:
                put_off = time.monotonic() + TIDY_PAUSE_SECONDS
        return done

    return step


def _loop(site: Context, stop: threading.Event, step: Callable[[], int]) -> None:
    while not stop.is_set():
        with site.bound():
            try:
                busy = step()
            except Exception:
                # The database may be away for a while; the queue keeps the work.
                log.exception("worker step")
                busy = 0
        if not busy:
            stop.wait(POLL_SECONDS)


def run_until_idle(site: Context) -> None:
    """Do all the work that waits, then return; for the command line and tests. Raises LeaseHeld."""
    with lease(site), site.bound(), Reader() as reader:
        jobs.release_leases()
        ingest.clean_up()
        while ingest.read_some(reader) + rebuild.serve() + sync.drain():
            db.release()


def main() -> int:
    """Entry point of the worker process."""
    from docmgr import settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    site = context.build(settings.from_environment())
    try:
        run_forever(site, stop)
    except LeaseHeld:
        log.error("another process is the worker of this data folder")
        return 1
    finally:
        site.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
