"""The worker process. It reads uploaded files, writes the search index, and stores heads of the trail in a
file.

With SQLite there is one worker. With PostgreSQL there can be several, also on several machines. All of them
read files. Only the worker that holds the lease also indexes, stores heads, makes notices, and takes files from the
inbox. When it ends, another worker takes over.
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

from sqlalchemy import Connection, text

from docmgr import context, db
from docmgr.context import Context
from docmgr.policy import WORKER
from docmgr.reading import watch
from docmgr.reading.process import rendering
from docmgr.reading.process.runner import Reader
from docmgr.services import jobs, outage
from docmgr.services.access import applying
from docmgr.services.disposal import execute
from docmgr.services.documents import ingest
from docmgr.services.documents.confirming import second_files
from docmgr.services.documents.pictures import renderings
from docmgr.services.documents.rereading import queue
from docmgr.services.handover import making
from docmgr.services.inbox import watching
from docmgr.services.indexing import rebuild, sync
from docmgr.services.mailing.sending import MailTurn
from docmgr.services.notifications import turn
from docmgr.services.scans import recognise
from docmgr.services.texts import rereading
from docmgr.services.trail import heads as trail_heads
from docmgr.services.upkeep import sweeping, turns
from docmgr.storage import StoreAway

POLL_SECONDS = 0.5
HEARTBEAT_SECONDS = 5.0
TIDY_AFTER_SECONDS = 3.0
# The pause in seconds before segments are merged again after the disk was full: a merge is not urgent and writes much.
TIDY_PAUSE_SECONDS = 300.0
# How often, in seconds, stored bytes that no row names are looked for; also once at the start.
SWEEP_SECONDS = 3600.0
# How often, in seconds, it is looked whether LibreOffice was installed since files could not be rendered.
RENDER_AGAIN_SECONDS = 600.0
# How much less of a busy processor the worker and its children get than the pages: about a tenth. With 19 a page could wait too
# long for a unit of work of the worker.
NICE = 10
# How often, in seconds, a worker that only reads tries to get the lease.
TAKE_OVER_SECONDS = 5.0
# Arbitrary fixed numbers that name two advisory locks of PostgreSQL: the lease, and the lock that all workers share.
ADVISORY_LOCK, PRESENT_LOCK = 7_301_930, 7_301_931

log = logging.getLogger(__name__)


class LeaseHeld(Exception):
    """Another process holds the lease of the worker."""


@contextlib.contextmanager
def lease(site: Context) -> Iterator[None]:
    """Hold the lease of the worker during the block, so that no other process writes the index. Raises
    LeaseHeld when another process holds it."""
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


def _may_be_several(site: Context) -> bool:
    return site.database.engine.dialect.name == "postgresql"


@contextlib.contextmanager
def _server_session(site: Context) -> Iterator[Connection]:
    """Open a PostgreSQL connection that only this block uses. Advisory locks taken on it are released at the
    end of the block, or by the server when the connection breaks."""
    with site.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        try:
            yield connection
        finally:
            # After a close alone the server releases the locks a moment later, and the next worker meets them.
            # A broken session holds none.
            if not connection.invalidated:
                with contextlib.suppress(*outage.ERRORS):
                    connection.execute(text("SELECT pg_advisory_unlock_all()"))


@contextlib.contextmanager
def _advisory_lock(site: Context) -> Iterator[None]:
    if not _may_be_several(site):
        yield
        return
    with _server_session(site) as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK}):
            raise LeaseHeld
        yield


@contextlib.contextmanager
def _present(site: Context) -> Iterator[None]:
    """Register this process as a worker during the block. If it is the only worker, jobs that dead workers
    had taken are released at once."""
    with contextlib.ExitStack() as held:
        alone = True
        if _may_be_several(site):
            connection = held.enter_context(_server_session(site))
            alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": PRESENT_LOCK}))
        with site.bound():
            if alone:
                jobs.release_leases()
            try:
                ingest.clean_up()
            except StoreAway:
                # It is tried again with each sweep.
                log.exception("cleaning up")
        if _may_be_several(site):
            connection.execute(text("SELECT pg_advisory_lock_shared(:n)"), {"n": PRESENT_LOCK})
            if alone:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": PRESENT_LOCK})
        yield


def run_forever(site: Context, stop: threading.Event) -> None:
    """Work until `stop` is set. Raises LeaseHeld with SQLite when another process is already the worker."""
    with contextlib.ExitStack() as held:
        leads = _try_lease(site, held)
        if not leads and not _may_be_several(site):
            raise LeaseHeld
        held.enter_context(_present(site))
        reading = threading.Thread(target=_reading_loop, args=(site, stop), name="reading")
        slow = [
            threading.Thread(target=_loop, args=(site, stop, _recognising_step(stop)), name="recognising"),
            threading.Thread(target=_loop, args=(site, stop, _rendering_step(stop)), name="rendering"),
            threading.Thread(target=_loop, args=(site, stop, _rereading_step(stop)), name="rereading"),
        ]
        for thread in (reading, *slow):
            thread.start()
        try:
            while not leads and not stop.wait(TAKE_OVER_SECONDS):
                leads = _try_lease(site, held)
            if leads:
                _lead(site, stop)
        finally:
            stop.set()
            for thread in (reading, *slow):
                thread.join()


def _try_lease(site: Context, held: contextlib.ExitStack) -> bool:
    """Try to take the lease of the worker, and return whether it was taken. It is held until `held` is
    closed."""
    try:
        held.enter_context(lease(site))
    except LeaseHeld:
        return False
    except outage.ERRORS:
        # The database may be unavailable for a while.
        log.exception("worker lease")
        return False
    return True


def _lead(site: Context, stop: threading.Event) -> None:
    """Index documents, store heads of the trail, start documents in workflows, make notices and watch the inbox until `stop` is set. Jobs for the index that the previous
    holder of the lease left unfinished are released first."""
    with site.bound():
        jobs.release_leases("index")
    steps = {"heads": trail_heads.Keeper().step, **turns.steps(stop.is_set), "notices": turn.NoticesTurn().step, **watching.steps(site.settings.inbox, stop.is_set)}
    if site.settings.mail is not None:
        steps["mails"] = MailTurn(site.settings.mail).step
    beside = [threading.Thread(target=_loop, args=(site, stop, step), name=name) for name, step in steps.items()]
    for thread in beside:
        thread.start()
    try:
        _loop(site, stop, _index_step(site))
    finally:
        stop.set()
        for thread in beside:
            thread.join()


def _reading_loop(site: Context, stop: threading.Event) -> None:
    with Reader() as reader:
        _loop(site, stop, _reading_step(reader))


def _reading_step(reader: Reader) -> Callable[[], int]:
    swept = -SWEEP_SECONDS

    def step() -> int:
        nonlocal swept
        done = ingest.read_some(reader) + second_files.read_some(reader)
        if not done and time.monotonic() - swept >= SWEEP_SECONDS:
            # The time is set before the work, so that a failing sweep is not repeated at every step.
            swept = time.monotonic()
            ingest.clean_up()
            sweeping.sweep()
        return done

    return step


def _recognising_step(stop: threading.Event) -> Callable[[], int]:
    return lambda: recognise.recognise_some(stop.is_set) + second_files.recognise_some(stop.is_set)


def _rendering_step(stop: threading.Event) -> Callable[[], int]:
    looked = -RENDER_AGAIN_SECONDS

    def step() -> int:
        nonlocal looked
        if time.monotonic() - looked >= RENDER_AGAIN_SECONDS:
            looked = time.monotonic()
            rendering.clean_up()
            renderings.retry_missing()
        return renderings.render_some(stop.is_set)

    return step


def _rereading_step(stop: threading.Event) -> Callable[[], int]:
    return rereading.Turn(lambda: Reader(gives_way=True), stop.is_set)


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
            # One merge per step, so that a new document never waits for more than one.
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
                # The database may be unavailable for a while; the jobs stay in the queue.
                log.exception("worker step")
                busy = 0
        if not busy:
            stop.wait(POLL_SECONDS)


def run_until_idle(site: Context, again: bool = False) -> None:
    """Do all waiting jobs, then return; with `again` also read files again that wait for it. Page pictures and notices
    are left for a worker that stays. The command line and tests use it. Raises LeaseHeld when a worker is running."""
    with lease(site), _present(site), site.bound(), Reader() as reader:
        while (
            ingest.read_some(reader) + second_files.read_some(reader) + applying.work() + rebuild.serve() + sync.drain()
            or recognise.recognise_some()
            or second_files.recognise_some()
            or execute.work(WORKER)
            or making.work(WORKER)
            or (again and rereading.read_all(reader, queue.gives_way))
        ):
            db.release()


def main() -> int:
    """Run the worker process. Returns the exit code."""
    from docmgr import settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    watch.give_way(NICE)
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
