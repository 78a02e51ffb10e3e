"""The queue of jobs for the worker: add jobs in the transaction of a change, claim them for a limited time (a lease),
and finish them. On PostgreSQL several workers claim at once: rows that another worker is claiming are skipped, not
waited for. When a job is claimed again after its lease has expired, only the last claim counts; a claim is recognised
by the job's number of attempts."""

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
# In seconds. A clock may be set back by this much without another worker taking a job that is being done.
CLOCK_STEP_SECONDS = 60


def enqueue(session: Session, kind: str, document_id: int, version_id: int | None = None) -> None:
    """Add a job for the document in the open unit of work. `kind` is "read" or "index". `version_id` is the version
    that a read job reads; it is None for index jobs."""
    session.add(Job(kind=kind, document_id=document_id, version_id=version_id))


def claim(kind: str, limit: int, lease_seconds: int) -> list[Job]:
    """Claim and return up to `limit` jobs of `kind` that are due and that nobody holds, the oldest first. Nobody else
    claims them for `lease_seconds`. Each claim counts as an attempt."""
    with db.read() as session:
        # A query without the write lock comes first, so that an idle worker does not delay writers.
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
    """Return an SQL condition on Job: the job is of `kind`, it is due, and no worker has a valid lease on it. A lease
    lasts `lease_seconds`. When the clock was wrong, the time stored with a job may be later than any lease or delay
    can end. Such a time is ignored, so that the job need not wait until then."""
    longest_wait = RETRY_SECONDS * 2**MOST_DOUBLINGS
    due = _passed(Job.run_after, longest_wait)
    return (Job.kind == kind) & due & or_(Job.leased_until.is_(None), _passed(Job.leased_until, lease_seconds))


def _passed(moment: InstrumentedAttribute[Any], longest: int) -> ColumnElement[bool]:
    now = db.now()
    return or_(moment <= now, moment > now + dt.timedelta(seconds=longest + CLOCK_STEP_SECONDS))


def renew(session: Session, job: Job, lease_seconds: int) -> bool:
    """Renew the lease of a claimed job by `lease_seconds` from now; return False when somebody else has claimed or
    finished it since. The row is locked until the unit of work ends, so that nobody claims the job while its result
    is saved."""
    query = select(Job).where(Job.id == job.id, Job.attempts == job.attempts).with_for_update()
    held = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if held is None:
        return False
    held.leased_until = db.now() + dt.timedelta(seconds=lease_seconds)
    return True


def finish(session: Session, done: Iterable[Job]) -> None:
    """Delete the jobs, because their work is done."""
    session.execute(delete(Job).where(Job.id.in_([job.id for job in done])))


def put_back(session: Session, claimed: Iterable[Job], error: str | None = None) -> None:
    """Release claimed jobs so that they are tried again: at once, or after a delay that doubles with each attempt
    when an `error` is given. The error's text is stored with the job."""
    for job in session.scalars(select(Job).where(Job.id.in_([job.id for job in claimed]))):
        job.leased_until = None
        if error is not None:
            job.error = error[:2000]
            job.run_after = db.now() + dt.timedelta(seconds=RETRY_SECONDS * 2 ** min(job.attempts, MOST_DOUBLINGS))


def release_leases(*kinds: str) -> None:
    """Release all claimed jobs of these kinds, or of every kind when none is named. Call it only when no other worker
    runs, since the jobs are then held by a worker that has died."""
    freed = update(Job).where(Job.leased_until.is_not(None)).values(leased_until=None)
    with db.write() as session:
        session.execute(freed.where(Job.kind.in_(kinds)) if kinds else freed)


def counts() -> dict[str, int]:
    """Count the jobs in the queue, for administrators. Returns how many there are by kind ("read", "index"); kinds
    without jobs are missing."""
    with db.read() as session:
        return {kind: number for kind, number in session.execute(select(Job.kind, func.count()).group_by(Job.kind))}

