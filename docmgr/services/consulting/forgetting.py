"""What the worker erases of consultations when they are over."""

from __future__ import annotations

from sqlalchemy import select, update

from docmgr import db
from docmgr.models import Consultation
from docmgr.services.consulting import words


def forget() -> int:
    """Erase the secrets of anonymous consultations that are over. Returns of how many."""
    over = Consultation.salt.is_not(None), words.is_over()
    with db.read() as session:
        found = list(session.scalars(select(Consultation.id).where(*over)))
    if found:
        with db.write() as session:
            session.execute(update(Consultation).where(*over).values(salt=None).execution_options(synchronize_session=False))
    return len(found)
