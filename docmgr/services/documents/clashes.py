"""Find documents that share document number, issuer and year. No two documents should do so (Decree 30/2020, Appendix
VI, III.1.h)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docmgr.models import Abbreviation, Document, label_of
from docmgr.policy import Actor
from docmgr.services.access import by_number, rule
from indexer import normalise_number
from legaltext.abbreviations import BUILT_IN
from legaltext.issuer_names import is_same_issuer


class Clash(Exception):
    """Raised when another document that the actor may read has the same document number, issuer and year. `documents`
    are all such documents. Facts can be saved nevertheless, with `despite_clash` of facts.save."""

    def __init__(self, found: tuple[Document, ...]) -> None:
        super().__init__("number taken")
        self.documents = found


@dataclass(frozen=True)
class SameNumber:
    """A document that shares its number, issuer and year with another one. `label` is its name."""

    id: int
    label: str


def clashes(
    session: Session, actor: Actor, own_id: int | None, number: str | None, issuer: str | None, issued_on: dt.date | None
) -> tuple[Document, ...]:
    """Find the documents with this document number, issuer and year of issue that the actor may read. The number and the
    issuer may be spelled in another way there. The document `own_id` is left out. None as `issuer` or `issued_on` finds
    only documents that lack it too. Returns the documents, ascending by id; empty when `number` is blank or there are
    none."""
    if not number or not normalise_number(number):
        return ()
    query = select(Document).where(by_number.is_number(number), Document.id != (own_id or 0), rule.visible(actor))
    found = [d for d in session.scalars(query.order_by(Document.id)) if _year(d.issued_on) == _year(issued_on)]
    names = _abbreviations(session) if found else {}
    return tuple(d for d in found if _alike(d.issuer, issuer, names))


def _abbreviations(session: Session) -> Mapping[str, tuple[str, ...]]:
    """Load the abbreviations that the site knows: the built-in ones and its own. Those that it removed have no names."""
    own = {row.short: tuple(row.names) for row in session.scalars(select(Abbreviation))}
    return {short: names for short, names in {**BUILT_IN, **own}.items() if names}


def _alike(one: str | None, other: str | None, names: Mapping[str, tuple[str, ...]]) -> bool:
    if not one or not other:
        return not one and not other
    return is_same_issuer(one, other, names)


def _year(date: dt.date | None) -> int | None:
    return date.year if date else None


def among(session: Session, actor: Actor, own: ColumnElement[bool]) -> dict[int, Sequence[SameNumber]]:
    """Find, with two queries, which documents share number, issuer and year with another one that the actor may read.
    `own` is an SQL condition on Document: only numbers of these documents are looked up. Returns, by document id, all
    documents with the same three values, itself among them; documents that share them with none are left out."""
    numbers = select(Document.number_key).where(own, Document.number_key.is_not(None)).correlate(None)
    columns = (Document.id, Document.type, Document.number, Document.subject, Document.file_name)
    more = (Document.number_key, Document.issuer, Document.issued_on)
    query = select(*columns, *more).where(Document.number_key.in_(numbers), rule.visible(actor)).order_by(Document.id)
    numbered: dict[Any, list[tuple[str | None, SameNumber]]] = defaultdict(list)
    for row in session.execute(query):
        numbered[row.number_key, _year(row.issued_on)].append((row.issuer, SameNumber(row.id, label_of(row))))
    names = _abbreviations(session) if any(len(rows) > 1 for rows in numbered.values()) else {}
    alike: dict[int, Sequence[SameNumber]] = {}
    for rows in numbered.values():
        for issuer, one in rows:
            same = [other for theirs, other in rows if other is one or _alike(issuer, theirs, names)]
            if len(same) > 1:
                alike[one.id] = same
    return alike


def with_issuer(session: Session, actor: Actor, documents: Sequence[Document], issuer: str | None) -> set[int]:
    """Find, with two queries, which of these documents would share number, issuer and year with another one if all of them had
    this issuer. Only other documents that the actor may read count. Returns ids."""
    own = {one.id for one in documents}
    numbers = {one.number_key for one in documents if one.number_key}
    query = select(Document.id, Document.number_key, Document.issuer, Document.issued_on)
    others: dict[Any, list[tuple[int, str | None]]] = defaultdict(list)
    for row in session.execute(query.where(Document.number_key.in_(numbers), rule.visible(actor))):
        others[row.number_key, _year(row.issued_on)].append((row.id, issuer if row.id in own else row.issuer))
    names = _abbreviations(session) if numbers else {}
    return {
        one.id
        for one in documents
        if any(number != one.id and _alike(theirs, issuer, names) for number, theirs in others.get((one.number_key, _year(one.issued_on)), ()))
    }


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
