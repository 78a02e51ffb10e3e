"""The queue: adding work in the transaction of a change, claiming it with a lease, ending it.

On PostgreSQL several workers claim at once: rows that another one is claiming are skipped, not waited for. A job that was
claimed again after its lease ran out belongs to the last who claimed it; the count of attempts tells them apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr import db
from docmgr.models import Job

MAX_ATTEMPTS = 5
RETRY_SECONDS, MOST_DOUBLINGS = 5, 6
# By how much a clock is set back in the ordinary way, without a job that is being done being taken again.
CLOCK_STEP_SECONDS = 60


def enqueue(session: Session, kind: str, document_id: int, version_id: int | None = None) -> None:
    """Add work of `kind` (read, index) to the open unit of work."""
    session.add(Job(kind=kind, document_id=document_id, version_id=version_id))


def claim(kind: str, limit: int, lease_seconds: int) -> list[Job]:
    """Take up to `limit` jobs that nobody holds, oldest first; each try is counted."""
    with db.read() as session:
        # A look without the write lock first: an idle worker must not hold up writers.
        if session.scalar(select(Job.id).where(_free(kind, lease_seconds)).limit(1)) is None:
            return []
    with db.write() as session:
        query = select(Job).where(_free(kind, lease_seconds)).order_by(Job.id).limit(limit).with_for_update(skip_locked=True)
        jobs = list(session.scalars(query))
        for job in jobs:
            job.leased_until = db.now() + dt.timedelta(seconds=lease_seconds)
            job.attempts += 1
        return jobs


def _free(kind: str, lease_seconds: int) -> ColumnElement[bool]:
    """Jobs to be done now that nobody holds. Times further ahead than any that is given out were written while the
    clock was ahead, and would keep their jobs until it comes there again."""
    longest_wait = RETRY_SECONDS * 2**MOST_DOUBLINGS
    due = _passed(Job.run_after, longest_wait)
    return (Job.kind == kind) & due & or_(Job.leased_until.is_(None), _passed(Job.leased_until, lease_seconds))


def _passed(moment: InstrumentedAttribute[Any], longest: int) -> ColumnElement[bool]:
    now = db.now()
    return or_(moment <= now, moment > now + dt.timedelta(seconds=longest + CLOCK_STEP_SECONDS))


def renew(session: Session, job: Job, lease_seconds: int) -> bool:
    """Begin the lease of a claimed job anew; False where somebody else claimed it since, or ended it.

    The row is locked until the unit of work ends: nobody claims the job while its result is saved.
    """
    query = select(Job).where(Job.id == job.id, Job.attempts == job.attempts).with_for_update()
    held = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if held is None:
        return False
    held.leased_until = db.now() + dt.timedelta(seconds=lease_seconds)
    return True


def finish(session: Session, done: Iterable[Job]) -> None:
    """Remove jobs whose work is done."""
    session.execute(delete(Job).where(Job.id.in_([job.id for job in done])))


def put_back(session: Session, claimed: Iterable[Job], error: str | None = None) -> None:
    """Let jobs be tried again; after an error, later and later."""
    for job in session.scalars(select(Job).where(Job.id.in_([job.id for job in claimed]))):
        job.leased_until = None
        if error is not None:
            job.error = error[:2000]
            job.run_after = db.now() + dt.timedelta(seconds=RETRY_SECONDS * 2 ** min(job.attempts, MOST_DOUBLINGS))


def release_leases(*kinds: str) -> None:
    """Free the jobs of these kinds (of all by default) that a worker which died was holding. For a caller who knows that
    nobody else is at work on them."""
    freed = update(Job).where(Job.leased_until.is_not(None)).values(leased_until=None)
    with db.write() as session:
        session.execute(freed.where(Job.kind.in_(kinds)) if kinds else freed)


def counts() -> dict[str, int]:
    """Jobs by kind, for those who keep the system."""
    with db.read() as session:
        return {kind: number for kind, number in session.execute(select(Job.kind, func.count()).group_by(Job.kind))}

