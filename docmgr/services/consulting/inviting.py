"""Ask further people in a consultation that is not over, and remind those who have not answered. Locks: the document's row, then the consultation's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Consultation, ConsultationPerson, Document, User
from docmgr.policy import Actor
from docmgr.services.consulting import opening, words
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.receipts import asking
from docmgr.services.trail import log


def invite(actor: Actor, consultation_id: int, keys: Iterable[str]) -> int:
    """Ask those of the persons whom these access keys name who are not asked yet, and return how many they are. Raises Denied, NotFound when the actor may not
    edit the document, Conflict when the consultation is over or the words of the document were taken away, and Invalid when nobody is new, or one may not read."""
    with db.write() as session:
        document, row = opening.for_change(session, actor, consultation_id)
        if words.state_of(row) == "over":
            raise Conflict(words.OVER)
        if document.state == "withheld" or row.version_id is None:
            raise Conflict(words.WITHHELD)
        asked = set(session.scalars(select(ConsultationPerson.user_id).where(ConsultationPerson.consultation_id == row.id)))
        chosen = [(user, unit_id) for user, unit_id in opening.readers(session, actor, document, keys, asked) if user.id not in asked]
        if not chosen:
            raise Invalid(Message("Những người này đã được lấy ý kiến trong đợt này."), "keys")
        if len(asked) + len(chosen) > words.MOST_PEOPLE:
            raise Invalid(Message("Một đợt hỏi được nhiều nhất %(most)s người.", most=words.MOST_PEOPLE), "keys")
        session.add_all(ConsultationPerson(consultation_id=row.id, user_id=user.id, unit_id=unit_id, answered=False) for user, unit_id in chosen)
        details = {
            "consultation": row.id, "people": [people.label(user) for user, _ in chosen[: asking.NAMED]], "count_people": len(chosen),
            "keys": [f"user:{user.id}" for user, _ in chosen],
        }  # fmt: skip
        log.document_event(session, actor, "consultation:invite", document, details)
        return len(chosen)


def reminders(session: Session, today: dt.date) -> list[dict[str, Any]]:
    """Make the notices (values of models.Notice) for those who have not answered a consultation that ends soon, one for each last day. Whether the person may
    still read the document is asked when the notice is shown."""
    last = today + dt.timedelta(days=words.MOST_REMIND)
    query = select(Consultation.id, Consultation.to_on, Consultation.remind_days, Consultation.document_id, ConsultationPerson.user_id)
    query = query.join(ConsultationPerson, ConsultationPerson.consultation_id == Consultation.id).join(User, User.id == ConsultationPerson.user_id)
    query = query.join(Document, Document.id == Consultation.document_id).where(Document.state != "withheld", Consultation.version_id.is_not(None))
    open_ = words.is_open(), Consultation.to_on <= last, Consultation.remind_days > 0, ConsultationPerson.answered.is_(False), User.disabled_at.is_(None)
    return [
        {
            "user_id": row.user_id, "cause": f"consult_due:{row.id}:{row.to_on}", "reason": "consult_due", "kind": "document",
            "subject_id": row.document_id,
        }
        for row in session.execute(query.where(*open_).order_by(Consultation.to_on, Consultation.id, ConsultationPerson.user_id))
        if row.to_on - dt.timedelta(days=row.remind_days) <= today
    ]  # fmt: skip
