"""The queue: adding work in the transaction of a change, claiming it with a lease, ending it."""

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


def release_leases() -> None:
    """Free what a worker that died was holding; only the process that holds the worker lease calls this."""
    with db.write() as session:
        session.execute(update(Job).where(Job.leased_until.is_not(None)).values(leased_until=None))


def counts() -> dict[str, int]:
    """Jobs by kind, for those who keep the system."""
    with db.read() as session:
        return {kind: number for kind, number in session.execute(select(Job.kind, func.count()).group_by(Job.kind))}

