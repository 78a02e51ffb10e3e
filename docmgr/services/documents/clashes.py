"""Find documents that have the same document number, issuer and year, which no two documents may have (Decree 30/2020,
Appendix VI, III.1.h)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import by_number, rule
from indexer import normalise_number
from legaltext.text import fold


class Clash(Exception):
    """Raised when another document that the actor may read has the same document number, issuer and year. `documents`
    are all such documents. Facts can be saved nevertheless, with `despite_clash` of facts.save."""

    def __init__(self, found: tuple[Document, ...]) -> None:
        super().__init__("number taken")
        self.documents = found


def clashes(
    session: Session, actor: Actor, own_id: int | None, number: str | None, issuer: str | None, issued_on: dt.date | None
) -> tuple[Document, ...]:
    """Find the documents that the actor may read and that have the document number `number`, the issuer `issuer` and
    the year of `issued_on`; return them, ascending by id. A missing issuer or date equals only a missing one. The
    document `own_id` is left out. The result is empty when `number` is blank. Decree 30/2020, Appendix VI, III.1.h,
    asks for this comparison."""
    if not number or not normalise_number(number):
        return ()
    query = select(Document).where(by_number.is_number(number), Document.id != (own_id or 0), rule.visible(actor))
    return tuple(
        d
        for d in session.scalars(query.order_by(Document.id))
        if fold(d.issuer or "") == fold(issuer or "") and _year(d.issued_on) == _year(issued_on)
    )


def _year(date: dt.date | None) -> int | None:
    return date.year if date else None


def refuse(session: Session, actor: Actor, document: Document, clean: Mapping[str, Any]) -> None:
    """Raise Clash when the document would get the document number, issuer and year of another one that the actor may
    read. `clean` has the new values by field; for a missing field, the stored value of the document counts."""
    issued_on = clean.get("issued_on", document.issued_on and document.issued_on.isoformat())
    found = clashes(
        session, actor, document.id, clean.get("number", document.number), clean.get("issuer", document.issuer),
        dt.date.fromisoformat(issued_on) if issued_on else None,
    )  # fmt: skip
    if found:
        for other in found:
            # These rows leave the session first, so that the rollback does not expire what the page is about to show.
            session.expunge(other)
        raise Clash(found)
