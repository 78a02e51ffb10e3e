"""Delete notices that nobody needs any more."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select

from docmgr import db
from docmgr.models import Notice, User

KEPT = dt.timedelta(days=180)
# How many notices one unit of work deletes, so that nobody waits for it.
AT_ONCE = 2_000


def sweep() -> int:
    """Delete notices older than KEPT, and those of people who may not sign in any more; at most AT_ONCE of them. Returns
    how many were deleted."""
    gone = select(User.id).where(User.disabled_at.is_not(None))
    old = (Notice.created_at < db.now() - KEPT) | Notice.user_id.in_(gone)
    with db.read() as session:
        found = list(session.scalars(select(Notice.id).where(old).order_by(Notice.id).limit(AT_ONCE)))
    if found:
        with db.write() as session:
            session.execute(delete(Notice).where(Notice.id.in_(found)))
    return len(found)
