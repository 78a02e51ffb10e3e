"""The queue: what waits is taken when it is due, also after the clock was wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Job
from docmgr.services import jobs
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
