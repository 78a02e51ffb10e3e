"""Two people at the same moment: acts in threads, each with its own database connection.

In every other round both are delayed just before they commit, if the locks let them get there: where a lock is
missing both get there, on any machine.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.context import Context
from docmgr.models import TrailEvent
from docmgr.services.errors import Conflict, Invalid, NotFound

Act = Callable[[], Any]
# How long one waits for the other just before it commits; with the locks in place the other does not come.
MEETING_SECONDS = 0.1


@contextlib.contextmanager
def held_before_commit(number: int) -> Iterator[None]:
    """Make units of work wait for each other briefly before they commit."""
    meeting = threading.Barrier(number)

    def wait(_session: Session) -> None:
        try:
            meeting.wait(MEETING_SECONDS)
        except threading.BrokenBarrierError:
            # Nobody came; the next unit of work of the same act waits again.
            meeting.reset()

    event.listen(Session, "before_commit", wait)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", wait)


def at_once(site: Context, acts: list[Act], *, held: bool) -> list[Any]:
    """The results of the acts, or the error with which each ended."""
    start = threading.Barrier(len(acts))

    def run(act: Act) -> Any:
        with site.bound():
            start.wait(30)
            try:
                return act()
            except (Conflict, Invalid, NotFound) as refused:
                return refused

    db.release()
    with (
        ThreadPoolExecutor(len(acts)) as pool,
        held_before_commit(len(acts)) if held else contextlib.nullcontext(),
    ):
        answers = list(pool.map(run, acts))
    db.release()
    return answers


def events(*actions: str) -> list[TrailEvent]:
    """The events of these actions in the trail, in order."""
    with db.read() as session:
        return list(
            session.scalars(select(TrailEvent).where(TrailEvent.action.in_(actions)).order_by(TrailEvent.seq))
        )


def count(model: Any, *where: Any) -> int:
    """The number of rows."""
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0
