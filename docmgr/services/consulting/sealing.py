"""Anonymous consultations that ran out while so few had answered that an opinion would be somebody's: their opinions stay sealed, for whoever
asked as for everybody, until the period is made longer and more people answer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docmgr.models import Consultation, ConsultationPerson
from docmgr.services.consulting import words
from docmgr.services.message import Message
from legaltext import dates

SEALED = Message("Chưa đủ %(least)s người trả lời, nên các ý kiến được giữ kín để không biết ý kiến là của ai; hãy gia hạn để có thêm người trả lời.", least=words.LEAST_ANONYMOUS)


def answered(session: Session, row: Consultation) -> int:
    """Count those who have answered."""
    people = select(func.count()).select_from(ConsultationPerson).where(ConsultationPerson.consultation_id == row.id, ConsultationPerson.answered.is_(True))
    return session.scalar(people) or 0


def few(row: Consultation, count: int) -> bool:
    """Whether the opinions would be those of so few people that they stay sealed."""
    return row.anonymous and 0 < count < words.LEAST_ANONYMOUS


def sealed(session: Session, row: Consultation) -> bool:
    """Whether the consultation is over and its opinions stay sealed."""
    return row.anonymous and words.state_of(row) == "over" and few(row, answered(session, row))


def may_lengthen(row: Consultation) -> bool:
    """Whether the period of a sealed consultation can still be made longer: within the most days, and while people can be told apart."""
    return row.closed_at is None and row.salt is not None and row.from_on + dt.timedelta(days=words.MOST_DAYS) >= dates.today()


def waits() -> ColumnElement[bool]:
    """Return an SQL condition on Consultation: it is sealed and can be made longer, so that people have still to be told apart."""
    people = select(func.count()).select_from(ConsultationPerson).where(ConsultationPerson.consultation_id == Consultation.id, ConsultationPerson.answered.is_(True))
    count = people.correlate(Consultation).scalar_subquery()
    lengthened = Consultation.from_on >= dates.today() - dt.timedelta(days=words.MOST_DAYS)
    return Consultation.anonymous.is_(True) & Consultation.closed_at.is_(None) & lengthened & (count > 0) & (count < words.LEAST_ANONYMOUS)
