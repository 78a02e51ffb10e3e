"""Several workers on PostgreSQL: one leads, clocks may differ, jobs wake who waits, and who lost the lease writes nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update

from docmgr import context, db, worker
from docmgr.machines import leases, waking
from docmgr.models import Document, Job, WorkerDuty
from docmgr.policy import COMMAND_LINE
from docmgr.services import duties, jobs
from docmgr.services.indexing import sync
from docmgr.services.upkeep import health
from docmgr.settings import ROOT
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.running import environment

PATIENCE = 30.0


@pytest.fixture(autouse=True)
def server(site: Any, request: pytest.FixtureRequest) -> None:
    """These tests are about sessions of a server, except those whose names say sqlite."""
    if site.database.engine.dialect.name != "postgresql" and "sqlite" not in request.node.name:
        pytest.skip("on SQLite there is one worker")


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Any, site: Any) -> Iterator[Any]:
    """Another machine: the same database, an own data folder."""
    home = tmp_path / "other-machine"
    home.mkdir()
    other = context.build(dataclasses.replace(settings, home=home))
    yield other
    other.close()


def _wait(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
        db.release()


def _duty() -> tuple[int, str] | None:
    db.release()
    with db.read() as session:
        row = session.get(WorkerDuty, duties.INDEX)
        return None if row is None else (row.token, row.holder)


def _end_sessions(site: Any) -> None:
    """The server loses all connections of the site, as when it starts again."""
    db.release()
    engine = create_engine(site.database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    engine.dispose()


def test_a_clock_that_is_ahead_or_behind_takes_no_job_of_others(site: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = db.now
    upload(actor_of(people["clerk"]), decision())
    for minutes in (-45, 45):
        monkeypatch.setattr(db, "now", lambda minutes=minutes: kept() + dt.timedelta(minutes=minutes))
        assert len(jobs.claim("read", 9, 700)) == 1, minutes
        monkeypatch.setattr(db, "now", lambda minutes=minutes: kept() - dt.timedelta(minutes=minutes))
        assert jobs.claim("read", 9, 700) == []
        jobs.release_leases()


def test_a_job_of_a_machine_whose_clock_is_ahead_is_due_at_once(site: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = db.now
    monkeypatch.setattr(db, "now", lambda: kept() + dt.timedelta(minutes=4))
    upload(actor_of(people["clerk"]), decision())
    monkeypatch.setattr(db, "now", kept)
    (claimed,) = jobs.claim("read", 9, 700)
    assert abs(claimed.created_at - kept()) < dt.timedelta(minutes=1)


def test_many_who_claim_at_once_get_each_job_once(site: Any, people: Any) -> None:
    clerk = actor_of(people["clerk"])
    for number in range(12):
        upload(clerk, decision(number=str(number)))
    got: list[int] = []

    def take() -> None:
        with site.bound():
            while claimed := jobs.claim("read", 2, 700):
                got.extend(job.id for job in claimed)
                db.release()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 12


def test_two_machines_have_one_lease_and_its_number_grows(site: Any, elsewhere: Any) -> None:
    with leases.lease(site) as first:
        with pytest.raises(leases.LeaseHeld), leases.lease(elsewhere):
            pass
        with site.bound():
            assert first.holds()
    with leases.lease(elsewhere) as second, site.bound():
        assert second.token == first.token + 1 and second.holds()
        assert not duties.beat(duties.INDEX, first.token)
        # The lock itself is gone where its session is.
        _end_sessions(elsewhere)
        assert not second.holds()


def test_who_lost_the_lease_writes_nothing_more_into_the_index(site: Any, people: Any, elsewhere: Any) -> None:
    work(site)
    document_id = upload(actor_of(people["clerk"]), decision())
    told: list[int] = []

    def late() -> None:
        # A thread of its own, as a worker's: what it works for ends with it.
        with site.bound():
            duties.work_for(duties.INDEX, lost.token)
            told.append(sync.drain())

    with leases.lease(site) as lost:
        pass
    with site.bound():
        with db.write() as session:
            session.execute(update(Job).values(kind="index"))
        with leases.lease(elsewhere):
            thread = threading.Thread(target=late)
            thread.start()
            thread.join()
        db.release()
        with db.read() as session:
            job = session.scalars(select(Job)).one()
            # The job waits for the other worker, nothing was announced, and who lost the lease has a pause before the next look.
            assert told == [0] and (job.leased_until, job.error) == (None, None)
            assert session.get_one(Document, document_id).indexed_access_list_id is None


def test_who_may_take_over_waits_for_what_is_being_announced(site: Any, elsewhere: Any) -> None:
    with site.bound():
        token = duties.take(duties.INDEX)
        taken: list[int] = []

        def take() -> None:
            with elsewhere.bound():
                taken.append(duties.take(duties.INDEX))

        def announce() -> None:
            with site.bound():
                duties.work_for(duties.INDEX, token)
                with db.write() as session:
                    duties.require(session)
                    taker.start()
                    taker.join(0.5)
                    assert taken == []

        taker, announcer = threading.Thread(target=take), threading.Thread(target=announce)
        announcer.start()
        announcer.join()
        taker.join()
        assert taken == [token + 1]


def test_another_worker_leads_after_the_sessions_of_the_first_have_ended(site: Any, elsewhere: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEARTBEAT_SECONDS", "TAKE_OVER_SECONDS"):
        monkeypatch.setattr(worker, name, 0.2)
    monkeypatch.setattr(waking, "AGAIN_SECONDS", 0.1)
    stop = threading.Event()
    running = [threading.Thread(target=worker.run_forever, args=(place, stop, [worker.INDEX])) for place in (site, elsewhere)]
    try:
        for thread in running:
            thread.start()
        with site.bound():
            _wait(lambda: _duty() is not None)
            before = _duty()
            _end_sessions(site)
            # Whoever is first has it; in no case do both.
            _wait(lambda: (_duty() or (0, ""))[0] > (before or (0, ""))[0])
            _wait(lambda: health.overview(COMMAND_LINE).worker_alive)
            with pytest.raises(leases.LeaseHeld), leases.lease(context.build(site.settings)):
                pass
    finally:
        stop.set()
        for thread in running:
            thread.join()


def test_who_cannot_write_a_sign_of_life_leads_on_while_its_session_lives(site: Any, elsewhere: Any) -> None:
    with leases.lease(site) as found:
        with elsewhere.bound(), db.write() as session:
            session.get(WorkerDuty, duties.INDEX, with_for_update=True)
            with site.bound(patience=0.2):
                assert found.holds()
        with site.bound():
            assert found.holds()
            _end_sessions(site)
            assert not found.holds()


def test_a_worker_whose_sessions_ended_is_soon_counted_again(site: Any, elsewhere: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(leases, "REGISTER_SECONDS", 0)
    shared = text("SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE datname = current_database() AND objid = :n AND mode = 'ShareLock'")

    def registered() -> int:
        with site.database.engine.connect() as other:
            return int(other.scalar(shared, {"n": leases.PRESENT_LOCK}) or 0)

    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(site, stop, [worker.OCR]))
    running.start()
    try:
        _wait(lambda: registered() == 2)
        upload(actor_of(people["clerk"]), decision())
        assert len(jobs.claim("read", 9, 700)) == 1
        _end_sessions(site)
        _wait(lambda: registered() == 1)
        with leases.present(elsewhere):
            assert jobs.claim("read", 9, 700) == []
    finally:
        stop.set()
        running.join()


def test_another_machine_takes_over_from_a_killed_one_within_half_a_minute(site: Any, tmp_path: Any) -> None:
    started: dict[int, subprocess.Popen[bytes]] = {}
    try:
        for name in ("one", "two"):
            more = {"DOCMGR_DATABASE_URL": site.settings.database_url, "DOCMGR_SECRET_KEY": "k" * 40}
            command = [sys.executable, "-m", "docmgr.worker", "--index"]
            process = subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path / name, 0) | more, stderr=subprocess.DEVNULL)
            started[process.pid] = process
        _wait(lambda: _duty() is not None, 90.0)
        token, holder = _duty() or (0, "")
        leader = int(holder.rpartition(":")[2])
        started[leader].kill()
        _wait(lambda: (_duty() or (0, ""))[0] == token + 1, 30.0)
        other = int((_duty() or (0, ""))[1].rpartition(":")[2])
        assert other in started and other != leader
        # It stops by itself, and gives the lease back.
        started[other].terminate()
        assert started[other].wait(PATIENCE) == 0
        with leases.lease(site) as found:
            assert found.token == token + 2
    finally:
        for process in started.values():
            process.kill()
            process.wait()


def _state(document_id: int) -> str:
    db.release()
    with db.read() as session:
        return session.get_one(Document, document_id).state


@pytest.fixture
def listening(site: Any) -> Iterator[waking.Waker]:
    """A waker whose words arrive."""
    stop = threading.Event()
    waker = waking.Waker(stop)
    thread = threading.Thread(target=waking.listen, args=(site, waker))
    thread.start()
    yield waker
    stop.set()
    thread.join()


def test_a_job_wakes_who_waits_when_it_is_saved(site: Any, people: Any, listening: waking.Waker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "WOKEN_SECONDS", 20.0)
    _wait(lambda: listening.trusted)
    woken = listening.loop()
    began = time.monotonic()
    upload(actor_of(people["clerk"]), decision())
    listening.wait(woken, listening.stop)
    assert time.monotonic() - began < 10
    # A job that was not saved wakes nobody.
    with pytest.raises(ZeroDivisionError), db.write() as session:
        document = session.scalars(select(Document.id)).first()
        assert document is not None
        jobs.enqueue(session, "index", document)
        raise ZeroDivisionError
    assert not woken.wait(1.0)


def test_where_nothing_arrives_loops_look_by_themselves(site: Any, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a pooler that lets LISTEN pass and delivers nothing."""
    monkeypatch.setattr(jobs, "CHANNEL", "nobody_hears")
    monkeypatch.setattr(waking, "_listen", lambda _site, waker, _connection: waker.stop.wait(PATIENCE))
    document_id = upload(actor_of(people["clerk"]), decision())
    stop = threading.Event()
    running = threading.Thread(target=worker.run_forever, args=(site, stop))
    running.start()
    try:
        _wait(lambda: _state(document_id) == "findable")
        later = upload(actor_of(people["clerk"]), decision(number="77"))
        _wait(lambda: _state(later) == "findable", 15.0)
    finally:
        stop.set()
        running.join()


def test_words_that_stop_arriving_are_trusted_no_longer_also_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    waker = waking.Waker(threading.Event())
    event = waker.loop()
    monkeypatch.setattr(waking, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(waking, "WOKEN_SECONDS", 0.6)
    began = time.monotonic()
    waker.wait(event, waker.stop)
    assert time.monotonic() - began < 0.5
    waker.arrived()
    began = time.monotonic()
    waker.wait(event, waker.stop)
    assert time.monotonic() - began >= 0.6
    waker._trusted_until = time.monotonic() - 1
    assert not waker.trusted
    stopped = threading.Event()
    stopped.set()
    waker.arrived()
    began = time.monotonic()
    waker.wait(event, stopped)
    assert time.monotonic() - began < 0.3


def test_a_worker_that_stops_gives_back_what_it_has_not_begun_also_on_sqlite(site: Any, people: Any) -> None:
    clerk = actor_of(people["clerk"])
    for number in range(3):
        upload(clerk, decision(number=str(number)))
    done: list[int] = []
    assert jobs.work_on("read", 9, 700, lambda job: done.append(job.id), lambda *_: None, lambda: bool(done)) == 3
    assert len(done) == 1
    jobs_left = jobs.claim("read", 9, 700)
    assert len(jobs_left) == 2 and done[0] not in [job.id for job in jobs_left]
