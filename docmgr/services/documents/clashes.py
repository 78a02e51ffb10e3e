"""Find documents that share document number, issuer and year. No two documents should do so (Decree 30/2020, Appendix
VI, III.1.h)."""

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
    """Find the documents with this document number, issuer and year of issue that the actor may read. The document
    `own_id` is left out. None as `issuer` or `issued_on` finds only documents that lack it too. Returns the documents,
    ascending by id; empty when `number` is blank or there are none."""
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
    """Raise Clash when a change would give the document the number, issuer and year of another document. Only
    documents that the actor may read count. `clean` has the changed values by field; the other fields keep their
    stored values."""
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
