"""Tell people that their time to edit a document is over: the document is free again, and nobody took it away from them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from docmgr import db
from docmgr.models import Checkout, Notice, User
from docmgr.services.notifications import making, reasons

REASON = "expired"
# Nobody is told of a time that ended longer ago: it was told, or there were no such notices then.
TOLD_WITHIN = dt.timedelta(days=2)
# How many are told in one unit of work.
AT_ONCE = 500


def tell() -> int:
    """Make notices for the holders of check-outs whose time is over; one for each time. A document that was given back, or that
    somebody else has taken since, has no such check-out. Returns how many notices were made, at most AT_ONCE."""
    now = db.now()
    told = select(Notice.id).where(Notice.user_id == Checkout.user_id, Notice.kind == "document", Notice.reason == REASON)
    told = told.where(Notice.subject_id == Checkout.document_id, Notice.created_at >= Checkout.until)
    query = select(Checkout).join(User, User.id == Checkout.user_id).where(User.disabled_at.is_(None), ~told.exists())
    query = query.where(Checkout.until <= now, Checkout.until > now - TOLD_WITHIN, ~reasons.refused(Checkout.user_id, REASON))
    with db.read() as session:
        rows = [
            {
                "user_id": one.user_id, "cause": f"{REASON}:{one.document_id}:{one.until:%Y-%m-%dT%H:%M:%S.%f}",
                "reason": REASON, "kind": "document", "subject_id": one.document_id,
            }
            for one in session.scalars(query.order_by(Checkout.until, Checkout.document_id).limit(AT_ONCE))
        ]  # fmt: skip
    if rows:
        with db.write() as session:
            making.add(session, rows)
    return len(rows)
