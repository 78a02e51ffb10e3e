"""The queue: a waiting job is taken when it is due, also after the clock was wrong."""

from __future__ import annotations

import datetime as dt
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


def test_a_lease_is_renewed_by_who_holds_it_only(job: int) -> None:
    (claimed,) = jobs.claim("read", 9, 1)
    with db.write() as session:
        assert jobs.renew(session, claimed, 500)
    with db.read() as session:
        assert session.scalars(select(Job.leased_until)).one() > db.now() + dt.timedelta(seconds=400)
    with db.write() as session:
        jobs.finish(session, [claimed])
        assert not jobs.renew(session, claimed, 500)


def test_leases_are_freed_by_kind(job: int) -> None:
    assert _claimed() == [job]
    jobs.release_leases("index")
    assert _claimed() == []
    jobs.release_leases("read")
    assert _claimed() == [job]
    jobs.release_leases()
    assert _claimed() == [job]
