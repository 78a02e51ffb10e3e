"""The state of the site for administrators: worker, queue, index, disk, backup, inbox, and files that cannot be read."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from docmgr import context, db, policy
from docmgr.models import Job, SignInAttempt, TrailEvent, User
from docmgr.policy import Actor
from docmgr.reading.process import rendering
from docmgr.reading.process.runner import missing_readers
from docmgr.services import duties
from docmgr.services.documents.rereading import queue
from docmgr.services.inbox import state
from docmgr.services.inbox.state import InletStatus
from docmgr.services.indexing import sync
from docmgr.services.indexing.sync import IndexStatus
from docmgr.services.message import Message
from docmgr.services.people import attempts
from docmgr.services.upkeep import mail_state, store_state
from docmgr.services.upkeep.mail_state import MailStatus

# The worker touches its file every few seconds; a long batch may delay it a little.
WORKER_SILENT = dt.timedelta(seconds=60)
BACKUP_OLD = dt.timedelta(days=7)
FAILED_SINCE = dt.timedelta(days=1)


@dataclass(frozen=True)
class FailedSignIns:
    """The failed sign-ins of the last day for one sign-in name from one network address. `last_at` is the time of the
    last one."""

    username: str
    address: str
    count: int
    last_at: dt.datetime


@dataclass(frozen=True)
class Health:
    """The state of the site. Sizes are in bytes, and a time that is None means never. `worker_seen_at` is when the
    worker last gave a sign of life, `failing_jobs` how many jobs have failed at least once, and `disk_floor` the free
    space below which uploads are refused. `missing_readers` are programs for reading files that are not installed.
    `rereading` is how far reading again has come. `inlets` are the watched folder and the mailbox, if the settings
    switch them on; `mail` is the sending of mails, None when they switch it off."""

    worker_seen_at: dt.datetime | None
    worker_alive: bool
    waiting_reading: int
    failing_jobs: int
    oldest_job_at: dt.datetime | None
    index: IndexStatus
    disk_free: int
    disk_floor: int
    store_problem: Message | None
    store_remark: Message | None
    backup_at: dt.datetime | None
    backup_fresh: bool
    missing_readers: list[str]
    rereading: queue.RereadingProgress
    inlets: list[InletStatus]
    mail: MailStatus | None

    @property
    def disk_ok(self) -> bool:
        """Whether there is enough free space to accept uploads."""
        return self.disk_free >= self.disk_floor

    @property
    def good(self) -> bool:
        """Whether nothing on the site needs an administrator's attention."""
        return (
            self.worker_alive
            and not self.failing_jobs
            and self.index.problem is None
            and self.disk_ok
            and self.store_problem is None
            and self.backup_fresh
            and not self.missing_readers
            and not any(inlet.problem for inlet in self.inlets)
            and not (self.mail and self.mail.problem)
        )


def overview(actor: Actor) -> Health:
    """Report the state of the site at this moment. Raises Denied when the actor is no administrator."""
    policy.require(actor, "health:read")
    site, now = context.current(), db.now()
    silent = duties.silent_for(duties.INDEX)
    # Workers on other machines touch no file of this one.
    seen = _touched(site.settings.home / "worker.heartbeat") if silent is None else now - silent
    with db.read() as session:
        reading = session.scalar(select(func.count()).select_from(Job).where(Job.kind == "read")) or 0
        failing = session.scalar(select(func.count()).select_from(Job).where(Job.error.is_not(None))) or 0
        oldest = session.scalar(select(func.min(Job.created_at)))
        # Ordered by the numbers of the trail, which no clock changes.
        last_backup = select(TrailEvent.at).where(TrailEvent.action == "site:backup").order_by(TrailEvent.seq.desc())
        backup = session.scalar(last_backup.limit(1))
    return Health(
        worker_seen_at=seen,
        worker_alive=seen is not None and _lately(seen, WORKER_SILENT, now),
        waiting_reading=reading,
        failing_jobs=failing,
        oldest_job_at=oldest,
        index=sync.status(actor),
        disk_free=shutil.disk_usage(site.settings.uploads).free,
        disk_floor=site.settings.free_disk_floor_bytes,
        store_problem=store_state.problem(actor),
        store_remark=store_state.remark(actor),
        backup_at=backup,
        backup_fresh=backup is not None and _lately(backup, BACKUP_OLD, now),
        missing_readers=[*missing_readers(), *rendering.missing()],
        rereading=queue.progress(actor),
        inlets=state.statuses(actor),
        mail=mail_state.status(actor),
    )


def _lately(moment: dt.datetime, span: dt.timedelta, now: dt.datetime) -> bool:
    """Whether `moment` lies within `span` before `now`. A time in the future does not count, apart from a small
    difference between clocks."""
    return -attempts.CLOCK_STEP <= now - moment < span


def failed_sign_ins(actor: Actor, limit: int = 10) -> list[FailedSignIns]:
    """Count the failed sign-ins of the last day by sign-in name and network address; return at most `limit` rows, the
    latest first. Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    last, now = func.max(SignInAttempt.at), db.now()
    query = (
        select(SignInAttempt.username, SignInAttempt.address, func.count(), last)
        .where(SignInAttempt.succeeded.is_(False), SignInAttempt.device.is_distinct_from(attempts.FEED))
        .where(SignInAttempt.at > now - FAILED_SINCE, SignInAttempt.at <= now + attempts.CLOCK_STEP)
        .group_by(SignInAttempt.username, SignInAttempt.address)
        .order_by(last.desc())
        .limit(limit)
    )
    with db.read() as session:
        return [FailedSignIns(*row) for row in session.execute(query)]


def people_counts(actor: Actor) -> tuple[int, int]:
    """Count people: returns (number of people who are not disabled, how many of these still have a one-time
    password). Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    active = select(func.count()).select_from(User).where(User.disabled_at.is_(None))
    with db.read() as session:
        return session.scalar(active) or 0, session.scalar(active.where(User.must_change_password)) or 0


def _touched(path: Path) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) if path.exists() else None
