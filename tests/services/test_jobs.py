"""The queue: a waiting job is taken when it is due, also after the clock was wrong."""

from __future__ import annotations

import datetime as dt
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db
from docmgr.models import Job, Version
from docmgr.reading.types import Reading
from docmgr.services import jobs
from docmgr.services.documents import ingest
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload

LEASE_SECONDS = 120
YEARS = dt.timedelta(days=900)


@pytest.fixture
def job(site, people) -> int:
    """A document that waits to be read."""
    return upload(actor_of(people["clerk"]), decision())


def _claimed() -> list[int]:
    return [job.document_id for job in jobs.claim("read", 9, LEASE_SECONDS)]


def _set(**values: Any) -> None:
    with db.write() as session:
        session.execute(update(Job).values(**values))


def test_what_was_put_in_while_the_clock_was_ahead_is_done(job: int) -> None:
    _set(run_after=db.now() + YEARS)
    assert _claimed() == [job]


def test_what_was_taken_while_the_clock_was_ahead_is_taken_again(job: int) -> None:
    assert _claimed() == [job] and _claimed() == []
    _set(leased_until=db.now() + YEARS)
    assert _claimed() == [job]


def test_a_lease_outlives_a_clock_that_is_set_back_a_little(job: int) -> None:
    assert _claimed() == [job]
    _set(leased_until=db.now() + dt.timedelta(seconds=LEASE_SECONDS + 30))
    assert _claimed() == []


@pytest.mark.parametrize("attempts", [1, 6, 50])
def test_what_failed_waits_however_often_it_failed(job: int, attempts: int) -> None:
    _set(attempts=attempts)
    claimed = jobs.claim("read", 9, LEASE_SECONDS)
    with db.write() as session:
        jobs.put_back(session, claimed, "failed")
    assert claimed and _claimed() == []
    _set(run_after=db.now())
    assert _claimed() == [job]


def test_who_lost_a_job_to_another_neither_reads_nor_saves_nor_puts_it_back(job: int) -> None:
    (first,) = jobs.claim("read", 9, LEASE_SECONDS)
    _set(leased_until=db.now() - dt.timedelta(seconds=1))
    (second,) = jobs.claim("read", 9, LEASE_SECONDS)
    asked: list[str] = []

    class LateReader:
        def read(self, _path: Any, *, name: str, **_more: Any) -> Reading:
            asked.append(name)
            return Reading(outcome="unreadable", kind="docx")

    ingest._read_one(LateReader(), first)
    ingest._failed(first, ValueError("late"))
    assert asked == []
    with db.read() as session:
        row = session.scalars(select(Job)).one()
        assert (row.attempts, row.error, row.leased_until is not None) == (2, None, True)
        assert session.scalars(select(Version.outcome)).one() is None
    ingest._read_one(LateReader(), second)
    db.release()
    with db.read() as session:
        assert session.scalars(select(Version.outcome)).one() == "unreadable" and len(asked) == 1


def test_who_loses_a_job_while_reading_saves_nothing(job: int) -> None:
    (first,) = jobs.claim("read", 9, LEASE_SECONDS)

    class SlowReader:
        def read(self, _path: Any, *, name: str, **_more: Any) -> Reading:
            _set(leased_until=db.now() - dt.timedelta(seconds=1))
            assert len(jobs.claim("read", 9, LEASE_SECONDS)) == 1
            return Reading(outcome="unreadable", kind="docx")

    ingest._read_one(SlowReader(), first)
    db.release()
    with db.read() as session:
        assert session.scalars(select(Version.outcome)).one() is None
        assert session.scalars(select(Job.kind)).one() == "read"


def test_a_lease_is_renewed_by_who_holds_it_only(site: Any, job: int) -> None:
    (claimed,) = jobs.claim("read", 9, 1)
    with db.write() as session:
        assert jobs.renew(session, claimed, 500)
    wanted = jobs.KEPT_SECONDS if _several(site) else 500
    assert abs(_left() - wanted) < 20
    with db.write() as session:
        jobs.finish(session, [claimed])
        assert not jobs.renew(session, claimed, 500)


def _several(site: Any) -> bool:
    return bool(site.database.engine.dialect.name == "postgresql")


def _left() -> float:
    """For how many seconds the job is still held."""
    db.release()
    with db.read() as session:
        until = session.scalars(select(Job.leased_until)).one()
    assert until is not None
    return (until - db.now()).total_seconds()


def _work(site: Any, monkeypatch: pytest.MonkeyPatch, do: Callable[[Job], None]) -> None:
    """Work on the job with leases that are kept for three seconds; what fails is not put back."""
    monkeypatch.setattr(jobs, "KEPT_SECONDS", 3)
    monkeypatch.setattr(jobs, "KEEP_SECONDS", 0.2)
    failed: list[Exception] = []
    assert jobs.work_on("read", 9, LEASE_SECONDS, do, lambda _job, error: failed.append(error)) == 1
    assert failed == []


def test_what_is_worked_on_for_long_stays_held(site: Any, job: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_job: Job) -> None:
        # From the first moment it is held for the short time only, after which others take it from who was killed.
        assert 2 < _left() <= (3 if _several(site) else LEASE_SECONDS)
        time.sleep(4 if _several(site) else 0)
        assert _left() > 2 and _claimed() == []

    _work(site, monkeypatch, slow)
    assert not [thread for thread in threading.enumerate() if thread.name == "keeping"]


def test_what_a_killed_worker_held_is_free_soon(site: Any, job: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KEPT_SECONDS", 1)
    (claimed,) = jobs.claim("read", 9, LEASE_SECONDS, kept=True)
    assert _claimed() == []
    time.sleep(1.1)
    # On SQLite who starts next frees it, because nobody else can be there.
    assert _claimed() == ([job] if _several(site) else [])
    with db.write() as session:
        assert jobs.renew(session, claimed, 500) != _several(site)


def test_who_lost_a_job_keeps_it_no_longer(site: Any, job: int, monkeypatch: pytest.MonkeyPatch) -> None:
    until = db.now() + dt.timedelta(seconds=77)

    def lose(held: Job) -> None:
        _set(attempts=held.attempts + 1, leased_until=until)
        time.sleep(0.7)
        assert 60 < _left() < 78
        _set(attempts=held.attempts, leased_until=None)
        time.sleep(0.7)
        assert _claimed() == [job]

    _work(site, monkeypatch, lose)


def test_who_has_come_to_a_stop_keeps_nothing(site: Any, job: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "LEASE_SECONDS", 1)

    def stop(_job: Job) -> None:
        time.sleep(1.5)
        first = _left()
        time.sleep(0.7)
        assert _left() < first - 0.5

    _work(site, monkeypatch, stop)


def test_leases_are_freed_by_kind(job: int) -> None:
    assert _claimed() == [job]
    jobs.release_leases("index")
    assert _claimed() == []
    jobs.release_leases("read")
    assert _claimed() == [job]
    jobs.release_leases()
    assert _claimed() == [job]
