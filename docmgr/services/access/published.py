"""Which documents are published for everybody at this moment, as SQL conditions."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from sqlalchemy import ColumnElement, Date, bindparam, or_, select

from docmgr.models import Document, Publication
from legaltext import dates


def _today() -> dt.date:
    return dates.today()


def runs() -> ColumnElement[bool]:
    """Return an SQL condition on Publication: it has begun, its period has not passed, and nobody ended or withdrew it."""
    # The day is asked for when the query is sent, since others keep the condition (rule, loading).
    today = bindparam(None, callable_=_today, type_=Date(), unique=True)
    begun = Publication.withdrawn_at.is_(None) & (Publication.starts_on <= today) & (Publication.ends_on >= today)
    return begun & or_(Publication.ended_on.is_(None), Publication.ended_on > today)


@lru_cache(maxsize=1)
def now() -> ColumnElement[bool]:
    """Return an SQL condition on Document: it is published for everybody at this moment. Whether its text may be shown is asked
    elsewhere (lending.reaches)."""
    held = select(Publication.id).where(Publication.document_id == Document.id, Publication.audience == "public", runs())
    return held.correlate(Document).exists()
