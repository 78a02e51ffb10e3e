"""The queue of jobs for the worker: add, claim and finish jobs.

A claim holds for a limited time (a lease), after which another worker may claim the job. Then only the last claim
counts. All times are those of the database (`db.clock`), so the clocks of machines may differ. Where there may be several workers
leases are short and renewed while the work goes on, so that others soon do what a killed worker had claimed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr import context, db
from docmgr.models import Job

# Kinds of jobs that change what the search finds, and those without which a document is not found yet. Others make
# pictures of pages or look through further files.
CHANGING = ("read", "reread", "ocr", "index")
AWAITED = ("read", "ocr", "index")
MAX_ATTEMPTS = 5
RETRY_SECONDS, MOST_DOUBLINGS = 5, 6
# In seconds. A clock may be set back by this much without another worker taking a job that is being done.
CLOCK_STEP_SECONDS = 60
# How long a lease is that is renewed, and how often, in seconds: a renewal or two may fail while the database starts again.
KEPT_SECONDS, KEEP_SECONDS = 45, 12.0
# The channel of PostgreSQL on which workers are told of new jobs, and the word with which they try whether it works.
CHANNEL, PROBE = "docmgr_jobs", "probe"

log = logging.getLogger(__name__)


def enqueue(session: Session, kind: str, document_id: int, version_id: int | None = None) -> None:
    """Add a job for the document in the open unit of work. `kind` is one that models.Job names. `version_id` is the
    version that is read, recognised or rendered; it is None for index jobs."""
    job = Job(kind=kind, document_id=document_id, version_id=version_id)
    session.add(job)
    if session.get_bind().dialect.name != "postgresql":
        return
    job.created_at = job.run_after = func.now()
    if CHANNEL not in session.info:
        # Once in a unit of work; it is told when that commits. Not by the session, which would flush what is not complete.
        session.info[CHANNEL] = True
        session.connection().execute(select(func.pg_notify(CHANNEL, "")))


def claim(kind: str, limit: int, lease_seconds: int, *, kept: bool = False) -> list[Job]:
    """Claim and return up to `limit` jobs of `kind` that are due and not held by a worker, the oldest first. Nobody
    else can claim these jobs for `lease_seconds`, or for less when the claims are `kept` by renewing them. Each claim
    counts as an attempt."""
    with db.read() as session:
        # A query without the write lock comes first, so that an idle worker does not delay writers.
        if session.scalar(select(Job.id).where(_free(kind, lease_seconds, db.clock(session))).limit(1)) is None:
            return []
    with db.write() as session:
        now = db.clock(session)
        query = select(Job).where(_free(kind, lease_seconds, now)).order_by(Job.id).limit(limit).with_for_update(skip_locked=True)
        jobs = list(session.scalars(query))
        for job in jobs:
            job.leased_until = now + (_lease(session, lease_seconds) if kept else dt.timedelta(seconds=lease_seconds))
            job.attempts += 1
        return jobs


def _lease(session: Session, lease_seconds: int) -> dt.timedelta:
    """How long the lease of a job is that is being worked on (`work_on`). On SQLite there is one worker, and nothing is renewed."""
    several = session.get_bind().dialect.name == "postgresql"
    return dt.timedelta(seconds=min(lease_seconds, KEPT_SECONDS) if several else lease_seconds)


def work_on(
    kind: str, limit: int, lease_seconds: int, do: Callable[[Job], None], failed: Callable[[Job, Exception], None],
    stopping: Callable[[], bool] = lambda: False,
) -> int:  # fmt: skip
    """Claim up to `limit` jobs of `kind` for `lease_seconds`, and call `do` with each. A job that raises an error is
    logged and handed to `failed` with the error; the next one goes on. When `stopping` says so, those that are left are given
    back. Returns how many jobs were claimed."""
    claimed = claim(kind, limit, lease_seconds, kept=True)
    with _kept(claimed, lease_seconds):
        for done, job in enumerate(claimed):
            if stopping():
                with db.write() as session:
                    put_back(session, claimed[done:])
                break
            try:
                do(job)
            except Exception as error:
                # One bad file must not stop the next one. Its job is tried again, or ends with a reason.
                log.exception("%s job %s of document %s", kind, job.id, job.document_id)
                failed(job, error)
    return len(claimed)


@contextlib.contextmanager
def _kept(claimed: Sequence[Job], lease_seconds: int) -> Iterator[None]:
    """Keep the claims during the block, from a thread of its own: for `lease_seconds` a job, after which whoever works on them
    has come to a stop."""
    site, over = context.current(), threading.Event()
    if not claimed or site.database.engine.dialect.name != "postgresql":
        yield
        return
    until, held = time.monotonic() + lease_seconds * len(claimed), [(job.id, job.attempts) for job in claimed]

    def keep() -> None:
        while not over.wait(KEEP_SECONDS) and time.monotonic() < until:
            with site.bound():
                try:
                    _keep(held, lease_seconds)
                except SQLAlchemyError:
                    log.warning("leases are not renewed now", exc_info=True)

    thread = threading.Thread(target=keep, name="keeping")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _keep(held: Iterable[tuple[int, int]], lease_seconds: int) -> None:
    """Renew the leases of those claims that still hold, each in a unit of work of its own: whoever works on one of them waits for
    no other."""
    for number, attempts in held:
        with db.write() as session:
            still = update(Job).where(Job.id == number, Job.attempts == attempts, Job.leased_until.is_not(None))
            session.execute(still.values(leased_until=db.clock(session) + _lease(session, lease_seconds)))


def _free(kind: str, lease_seconds: int, now: dt.datetime) -> ColumnElement[bool]:
    """Return an SQL condition on Job: the job is of `kind`, it is due at the time `now`, and no worker holds it. `lease_seconds`
    is how long a claim holds."""
    longest_wait = RETRY_SECONDS * 2**MOST_DOUBLINGS
    due = _passed(Job.run_after, longest_wait, now)
    return (Job.kind == kind) & due & or_(Job.leased_until.is_(None), _passed(Job.leased_until, lease_seconds, now))


def _passed(moment: InstrumentedAttribute[Any], longest: int, now: dt.datetime) -> ColumnElement[bool]:
    return or_(moment <= now, moment > now + dt.timedelta(seconds=longest + CLOCK_STEP_SECONDS))


def renew(session: Session, job: Job, lease_seconds: int) -> bool:
    """Renew the lease of a job that is worked on (`work_on`) by `lease_seconds` from now, or by less where it is kept. Returns
    False when somebody else has claimed or finished the job since. The job's row stays locked until the unit of work ends."""
    query = select(Job).where(Job.id == job.id, Job.attempts == job.attempts).with_for_update()
    held = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if held is None:
        return False
    held.leased_until = db.clock(session) + _lease(session, lease_seconds)
    return True


def finish(session: Session, done: Iterable[Job]) -> None:
    """Delete the jobs, because their work is done."""
    session.execute(delete(Job).where(Job.id.in_([job.id for job in done])))


def put_back(session: Session, claimed: Iterable[Job], error: str | None = None) -> None:
    """Release claimed jobs so that they are tried again. Without an `error` they are due at once. With an `error`, its
    text is stored, and the delay doubles with each attempt."""
    for job in session.scalars(select(Job).where(Job.id.in_([job.id for job in claimed]))).all():
        job.leased_until = None
        if error is not None:
            job.error = error[:2000]
            job.run_after = db.clock(session) + dt.timedelta(seconds=RETRY_SECONDS * 2 ** min(job.attempts, MOST_DOUBLINGS))


def release_leases(*kinds: str) -> None:
    """Release all claimed jobs of these kinds, or of every kind when none is named. Call it only when no worker runs:
    the jobs were claimed by a worker that has died."""
    freed = update(Job).where(Job.leased_until.is_not(None)).values(leased_until=None)
    with db.write() as session:
        session.execute(freed.where(Job.kind.in_(kinds)) if kinds else freed)


def counts() -> dict[str, int]:
    """Count the jobs in the queue, for administrators. Returns how many there are by kind; kinds
    without jobs are missing."""
    with db.read() as session:
        return {kind: number for kind, number in session.execute(select(Job.kind, func.count()).group_by(Job.kind))}

