"""The worker's part of a change of rights for thousands of documents: new access lists, one lot after another.

What is done follows from the rights as they are then, not from what was stored: so a second change, an undo or a move meanwhile ends
in the right lists. After a kill the work goes on with what is left.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select

from docmgr import db
from docmgr.models import PendingAccess
from docmgr.services.access import inheritance, kinds, lists, rule

# Documents of one unit of work, for which nobody else changes the tree: .3 s of processor time on PostgreSQL.
LOT = 1_000


def work() -> int:
    """Give one lot of documents of one folder their new lists. Returns how much was done; 0 when nothing is pending."""
    with db.read() as session:
        # A query without the write lock comes first, so that an idle worker does not delay writers.
        if session.scalar(select(PendingAccess.id).limit(1)) is None:
            return 0
    db.release()
    with db.write() as session:
        inheritance.lock_tree(session)
        folder_id = session.scalar(select(func.min(PendingAccess.folder_id)))
        if folder_id is None:
            return 0
        rights = rule.folder_rights(session, folder_id)
        change = lists.compare(session, ((kind, kind.keys(rights)) for kind in kinds.of_folder(session, folder_id)))
        done = lists.some_of(session, change, LOT)
        if done == change.count:
            session.execute(delete(PendingAccess).where(PendingAccess.folder_id == folder_id))
        return max(done, 1)
