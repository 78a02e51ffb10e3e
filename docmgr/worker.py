"""The worker process. It reads uploaded files, writes the search index, and stores heads of the trail in a
file.

With SQLite there is one worker. With PostgreSQL there can be several, also on several machines, each with all roles or some. Those
that read, read; those that recognise scans do so. Of those that index, only the one that holds the lease indexes, and also stores
heads, makes notices, and takes files from the inbox. When it ends or loses the lease, another worker takes over.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection
from functools import partial

from docmgr import context, db
from docmgr.context import Context
from docmgr.machines import logs, waking
from docmgr.machines.leases import Lease, LeaseHeld, lease, may_be_several, present
from docmgr.machines.waking import POLL_SECONDS, Waker
from docmgr.policy import WORKER
from docmgr.reading import watch
from docmgr.reading.process import rendering
from docmgr.reading.process.runner import Reader
from docmgr.services import duties, figures, jobs, outage
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

READ, INDEX, OCR = "read", "index", "ocr"
ROLES = frozenset({READ, INDEX, OCR})
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
# How often, in seconds, a worker that leads looks whether it is to stop.
STOP_SECONDS = 0.2
# How often, in seconds, a worker that does not lead tries to get the lease.
TAKE_OVER_SECONDS = 5.0

log = logging.getLogger(__name__)


class RolesApart(Exception):
    """With SQLite one worker has all roles."""


def run_forever(site: Context, stop: threading.Event, roles: Collection[str] = ROLES) -> None:
    """Work in these roles until `stop` is set. With SQLite this raises LeaseHeld when another process is already the
    worker, and RolesApart when not all roles are wanted."""
    waker = Waker(stop)
    with contextlib.ExitStack() as held:
        if not may_be_several(site):
            if set(roles) != ROLES:
                raise RolesApart
            held.enter_context(lease(site))
        held.enter_context(present(site))
        threads = [threading.Thread(target=run, name=name) for name, run in _loops(site, stop, waker, roles).items()]
        for thread in threads:
            thread.start()
        try:
            if not may_be_several(site):
                _lead(site, stop, waker, Lease())
            while INDEX in roles and not stop.is_set():
                _lead_once(site, stop, waker)
                stop.wait(TAKE_OVER_SECONDS)
            stop.wait()
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _loops(site: Context, stop: threading.Event, waker: Waker, roles: Collection[str]) -> dict[str, Callable[[], None]]:
    """What threads of their own do in these roles, by name."""
    loops: dict[str, Callable[[], None]] = {"waking": partial(waking.listen, site, waker)}
    if READ in roles:
        loops["reading"] = partial(_reading_loop, site, stop, waker)
        loops["rendering"] = partial(_loop, site, stop, _rendering_step(stop), waker)
        loops["rereading"] = partial(_loop, site, stop, _rereading_step(stop), waker)
    if OCR in roles:
        loops["recognising"] = partial(_loop, site, stop, _recognising_step(stop), waker)
    return loops


def _lead_once(site: Context, stop: threading.Event, waker: Waker) -> None:
    """Lead for as long as this process has the lease; return at once when another has it."""
    try:
        with lease(site) as found:
            _lead(site, stop, waker, found)
    except LeaseHeld:
        return
    except outage.ERRORS:
        # The database may be unavailable for a while.
        log.exception("worker lease")


def _lead(site: Context, stop: threading.Event, waker: Waker, found: Lease) -> None:
    """Index documents, store heads of the trail, start documents in workflows, make notices and watch the inbox until `stop` is set or the lease is lost. Jobs for the index that the previous
    holder of the lease left unfinished are released first."""
    with site.bound():
        jobs.release_leases("index")
    if found.connection is not None:
        duties.work_for(duties.INDEX, found.token)
    over = threading.Event()
    steps = {"heads": trail_heads.Keeper().step, **turns.steps(over.is_set), "notices": turn.NoticesTurn().step, **watching.steps(site.settings.inbox, over.is_set)}
    if site.settings.mail is not None:
        steps["mails"] = MailTurn(site.settings.mail).step
    beside = [threading.Thread(target=_loop, args=(site, over, step), name=name) for name, step in steps.items()]
    beside.append(threading.Thread(target=_watch, args=(site, stop, over, found), name="lease"))
    for thread in beside:
        thread.start()
    try:
        _loop(site, over, _index_step(site), waker)
    finally:
        over.set()
        for thread in beside:
            thread.join()


def _watch(site: Context, stop: threading.Event, over: threading.Event, found: Lease) -> None:
    """Set `over` when `stop` is set or the lease is lost."""
    checked = time.monotonic()
    try:
        while not stop.is_set() and not over.wait(STOP_SECONDS):
            if time.monotonic() - checked >= HEARTBEAT_SECONDS:
                checked = time.monotonic()
                with site.bound(patience=HEARTBEAT_SECONDS):
                    if not found.holds():
                        log.warning("the lease is lost; another worker may have it")
                        break
    finally:
        # Whatever ends this thread, nobody may go on leading unwatched.
        over.set()


def _reading_loop(site: Context, stop: threading.Event, waker: Waker) -> None:
    with Reader() as reader:
        _loop(site, stop, _reading_step(reader, stop.is_set), waker)


def _reading_step(reader: Reader, stopping: Callable[[], bool] = lambda: False) -> Callable[[], int]:
    swept = -SWEEP_SECONDS

    def step() -> int:
        nonlocal swept
        done = ingest.read_some(reader, stopping=stopping) + second_files.read_some(reader)
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


def _loop(site: Context, stop: threading.Event, step: Callable[[], int], waker: Waker | None = None) -> None:
    """Do one step after the other until `stop` is set. After one without work wait a moment, or until `waker` says that there
    may be work."""
    woken = waker.loop() if waker else None
    while not stop.is_set():
        with site.bound():
            try:
                busy = step()
            except Exception:
                # The database may be unavailable for a while; the jobs stay in the queue.
                log.exception("worker step")
                busy = 0
        if not busy and waker is not None and woken is not None:
            waker.wait(woken, stop)
        elif not busy:
            stop.wait(POLL_SECONDS)


def run_until_idle(site: Context, again: bool = False) -> None:
    """Do all waiting jobs, then return; with `again` also read files again that wait for it. Page pictures and notices
    are left for a worker that stays. The command line and tests use it. Raises LeaseHeld when a worker is running."""
    with lease(site), present(site), site.bound(), Reader() as reader:
        while (
            ingest.read_some(reader) + second_files.read_some(reader) + applying.work() + rebuild.serve() + sync.drain()
            or recognise.recognise_some()
            or second_files.recognise_some()
            or execute.work(WORKER)
            or making.work(WORKER)
            or (again and rereading.read_all(reader, queue.gives_way))
        ):
            db.release()


def _roles(given: list[str] | None) -> frozenset[str]:
    """The roles that the options of the command name; all when they name none."""
    parser = argparse.ArgumentParser(prog="python -m docmgr.worker", description="Tiến trình nền; không nêu vai trò nào là làm tất cả.")
    parser.add_argument("--read", action="append_const", const=READ, dest="roles", help="đọc tệp và làm hình trang")
    parser.add_argument("--index", action="append_const", const=INDEX, dest="roles", help="ghi chỉ mục, thông báo, hộp thư")
    parser.add_argument("--ocr", action="append_const", const=OCR, dest="roles", help="nhận dạng chữ trong bản quét")
    return frozenset(parser.parse_args(given).roles or ROLES)


def main(given: list[str] | None = None) -> int:
    """Run the worker process. Returns the exit code."""
    from docmgr import settings

    roles = _roles(given)
    configured = settings.from_environment()
    logs.configure(configured.machines.json_log, logging.INFO, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    watch.give_way(NICE)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    site = context.build(configured)
    try:
        run_forever(site, stop, roles)
    except LeaseHeld:
        log.error("another process is the worker of this data folder")
        return 1
    except RolesApart:
        print("Với SQLite chỉ có một tiến trình nền, làm mọi vai trò; chia vai trò cần PostgreSQL (DOCMGR_DATABASE_URL).", file=sys.stderr)
        return 2
    finally:
        figures.store(site)
        site.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
