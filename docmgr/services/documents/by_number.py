"""Documents by their number, among those that the actor may read."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule
from docmgr.services.errors import NotFound
from indexer import NumberQuery, normalise_number, number_matches, parse_number_query, split_number
from legaltext.text import fold

# Documents whose number begins alike that are compared one by one.
LOOKED_AT = 400


def numbered(session: Session, readable: Select[Document], wanted: NumberQuery) -> list[Document]:
    """Those of the documents that bear a number in any spelling, among the first LOOKED_AT that begin alike."""
    key = Document.number_key
    starts = or_(key.startswith(f"{wanted.no}/"), key.startswith(f"{wanted.no}-"))
    rows = session.scalars(readable.where(starts).limit(LOOKED_AT))
    return [row for row in rows if _bears(row, wanted)]


def _bears(row: Document, wanted: NumberQuery) -> bool:
    parts = split_number(row.number_key or "")
    year = row.issued_on.year if row.issued_on else None
    return parts is not None and number_matches(wanted, parts, year, fold(row.type or ""))


# Readable documents compared one by one where the number is not written in full.
NUMBER_CANDIDATES = 5000


def resolve(actor: Actor, reference: str) -> list[int]:
    """Ids of the readable documents that an id or a number in any spelling means. Raises NotFound for none."""
    require(actor, "document:read")
    reference = reference.strip()
    if reference.isascii() and reference.isdigit():
        found = _by_id(actor, int(reference))
    else:
        found = _by_key(actor, reference) or _by_parts(actor, reference)
    if not found:
        raise NotFound
    return found


def _by_id(actor: Actor, document_id: int) -> list[int]:
    if document_id >= 2**31:
        return []
    with db.read() as session:
        return list(session.scalars(select(Document.id).where(Document.id == document_id, rule.visible(actor))))


def _by_key(actor: Actor, reference: str) -> list[int]:
    query = select(Document.id).where(Document.number_key == normalise_number(reference), rule.visible(actor))
    with db.read() as session:
        return list(session.scalars(query.order_by(Document.id)))


def _by_parts(actor: Actor, reference: str) -> list[int]:
    wanted = parse_number_query(reference)
    if wanted is None or wanted.rest:
        return []
    # A numeral alone, whatever stands around it ("-1"), fits too many numbers and is taken for no id either.
    if wanted.year is None and not wanted.symbol and not wanted.type_name:
        return []
    query = (
        select(Document.id, Document.number_key, Document.issued_on, Document.type)
        .where(Document.number_key.like(f"{wanted.no}%"), rule.visible(actor))
        .order_by(Document.id)
        .limit(NUMBER_CANDIDATES)
    )
    with db.read() as session:
        rows = session.execute(query).all()
    return [
        row.id
        for row in rows
        if (parts := split_number(row.number_key))
        and number_matches(wanted, parts, row.issued_on.year if row.issued_on else None, fold(row.type or ""))
    ]
