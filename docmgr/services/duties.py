"""Duties that one worker of all machines has at a time: writing the index, and what goes with it.

A lock of the database decides who has a duty (docmgr.machines.leases). The number in its row, which grows with each holder, is the
fencing token: a worker that was held up, lost the lock and does not know it yet is refused when it announces what it is about to
write. With SQLite there is one worker, and nothing of this is needed or written.
"""

from __future__ import annotations

import datetime as dt
import os
from contextvars import ContextVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import WorkerDuty

INDEX = "index"

# The duty and the token of the thread that runs, where it works for one.
_fence: ContextVar[tuple[str, int] | None] = ContextVar("docmgr_fence", default=None)


class DutyLost(Exception):
    """Another worker has taken over the duty for which this thread works."""


def take(name: str) -> int:
    """Become the holder of a duty, whose lock this process has. Returns the token. Whoever is just announcing something for
    the holder before is waited for."""
    with db.write() as session:
        row = session.get(WorkerDuty, name, with_for_update=True)
        if row is None:
            row = WorkerDuty(name=name, token=0)
            session.add(row)
        row.token += 1
        row.holder, row.seen_at = f"{os.uname().nodename[:80]}:{os.getpid()}", db.clock(session)
        return row.token


def work_for(name: str, token: int) -> None:
    """From now on this thread works for the duty as the holder with this token."""
    _fence.set((name, token))


def require(session: Session) -> None:
    """Raise DutyLost when this thread works for a duty that somebody else has taken over. Until the open unit of work ends,
    nobody can take it over."""
    if (fence := _fence.get()) is None:
        return
    name, token = fence
    if session.scalar(select(WorkerDuty.token).where(WorkerDuty.name == name).with_for_update(read=True)) != token:
        raise DutyLost(name)


def still_held() -> None:
    """Raise DutyLost when this thread works for a duty that somebody else has taken over."""
    if _fence.get() is not None:
        with db.write() as session:
            require(session)
        db.release()


def beat(name: str, token: int) -> bool:
    """Note a sign of life of the holder with this token. Returns whether it is still the holder."""
    with db.write() as session:
        alive = update(WorkerDuty).where(WorkerDuty.name == name, WorkerDuty.token == token).values(seen_at=db.clock(session))
        return bool(session.execute(alive.returning(WorkerDuty.name)).all())


def silent_for(name: str) -> dt.timedelta | None:
    """How long ago the holder of a duty gave a sign of life, by the clock of the database; None where nobody ever did."""
    with db.read() as session:
        seen = session.scalar(select(func.max(WorkerDuty.seen_at)).where(WorkerDuty.name == name))
        return None if seen is None else db.clock(session) - seen
