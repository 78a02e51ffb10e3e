"""What the worker erases of consultations when they are over."""

from __future__ import annotations

from sqlalchemy import select, update

from docmgr import db
from docmgr.models import Consultation
from docmgr.services.consulting import sealing, words


def forget() -> int:
    """Erase the secrets of anonymous consultations that are over, unless their opinions are sealed and more people may still answer. Returns of how many."""
    over = Consultation.salt.is_not(None), words.is_over(), ~sealing.waits()
    with db.read() as session:
        found = list(session.scalars(select(Consultation.id).where(*over)))
    if found:
        with db.write() as session:
            session.execute(update(Consultation).where(*over).values(salt=None).execution_options(synchronize_session=False))
    return len(found)
