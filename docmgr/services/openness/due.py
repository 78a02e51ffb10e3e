"""Notices of publications: documents that must be published within days or should have been, and publications that end today.

Each is told once to every clerk who wants to hear of it. Who may read the document is asked when the notice is shown.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, Publication, User, UserRole
from docmgr.services.access import published
from docmgr.services.openness import missing
from docmgr.services.people import people

# So many days before its last day a document is told that must be published, and so long after it.
SOON_DAYS, LATE_DAYS = 2, 30
# How many documents are told of in one day; the list has all.
MOST = 100
# Longer ago than LATE_DAYS and the most working days that a rule allows, with Tết. Which of so many are due is known only with the calendar.
_BACK, MOST_LOOKED = dt.timedelta(days=600), 5_000


def rows(session: Session, today: dt.date) -> list[dict[str, Any]]:
    """Make the notices of today, as values of models.Notice by column; `reason` is publish_due or publication_ends."""
    told: list[tuple[str, str, int]] = []
    for one in missing.issued_since(session, today - _BACK, MOST_LOOKED):
        if one.due_on is not None and today - dt.timedelta(days=LATE_DAYS) <= one.due_on <= today + dt.timedelta(days=SOON_DAYS):
            told.append(("publish_due", f"{one.document.id}:{one.rule.id}:{one.due_on}", one.document.id))
    ending = select(Publication.id, Publication.document_id).join(Document, Document.id == Publication.document_id)
    ending = ending.where(published.runs(), Publication.ends_on == today).order_by(Publication.id).limit(MOST)
    told += [("publication_ends", f"{number}:{today}", document_id) for number, document_id in session.execute(ending)]
    return [
        {"user_id": user_id, "cause": f"{reason}:{key}", "reason": reason, "kind": "document", "subject_id": document_id}
        for user_id in _clerks(session)
        for reason, key, document_id in told
    ] if told else []  # fmt: skip


def _clerks(session: Session) -> list[int]:
    holding = select(UserRole.user_id).where(UserRole.role == "clerk")
    users = session.scalars(select(User).where(User.id.in_(holding), User.disabled_at.is_(None)).order_by(User.id))
    return [user.id for user in users if policy.may(people.actor_for(user), "document:edit")]
