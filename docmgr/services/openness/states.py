"""The state of a publication, worked out from its days: in Python for one, and in SQL for many."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, case, or_

from docmgr.models import Document, Publication
from legaltext import dates


def of(row: Publication, today: dt.date | None = None) -> str:
    """The state of a publication, a key of words.STATES."""
    today = today or dates.today()
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.ended_on is not None and row.ended_on < row.ends_on:
        return "early"
    if row.starts_on > today:
        return "planned"
    return "done" if row.ended_on is not None or row.ends_on < today else "running"


def code() -> ColumnElement[str]:
    """The same as an SQL expression on Publication."""
    today = dates.today()
    return case(
        (Publication.withdrawn_at.is_not(None), "withdrawn"),
        (Publication.ended_on < Publication.ends_on, "early"),
        (Publication.starts_on > today, "planned"),
        (or_(Publication.ended_on.is_not(None), Publication.ends_on < today), "done"),
        else_="running",
    )


def late() -> ColumnElement[bool]:
    """Return an SQL condition on Publication and Document: it began, or is to begin, later than its rule allows."""
    return Publication.withdrawn_at.is_(None) & (Document.issued_on < Publication.timely_since)


def is_late(row: Publication, document: Document) -> bool:
    """The same for one publication of a document."""
    if row.withdrawn_at is not None or row.timely_since is None or document.issued_on is None:
        return False
    return document.issued_on < row.timely_since


def shown_to_all(row: Publication, today: dt.date | None = None) -> bool:
    """Whether it makes its document public for everybody today, as published.runs says it in SQL."""
    return row.audience == "public" and of(row, today) == "running"


