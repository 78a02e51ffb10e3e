"""Documents by their number, in any spelling of it: the only place that looks a number up in the database.

The search page, the choice of a document, "why is it not found", the filter of the trail and the commands all ask here,
so that a number means the same documents to each. Rights are a condition that the caller hands over, or the actor's.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import guard, rule
from docmgr.services.errors import NotFound
from indexer import NumberQuery, number_matches, parse_number_query
from legaltext.numbers import normalise_number, split_number
from legaltext.text import fold

# Documents whose number begins alike that are compared one by one, the newest first.
LOOKED_AT = 5000
_COLUMNS = (Document.id, Document.number_key, Document.issued_on, Document.type)


def begins(no: str) -> ColumnElement[bool]:
    """SQL condition on Document: its number begins with this numeral, be it of the state ("18/…"), of the Party ("18-…")
    or the numeral alone."""
    key = Document.number_key
    return or_(key == no, key.startswith(f"{no}/"), key.startswith(f"{no}-"))


def is_number(number: str) -> ColumnElement[bool]:
    """SQL condition on Document: it bears this full number, however it is printed."""
    return Document.number_key == normalise_number(number)


def matching(session: Session, wanted: NumberQuery, *conditions: ColumnElement[bool]) -> list[int]:
    """Ids of the documents that meet the conditions and bear a number asked for in any spelling, the newest first; at most
    LOOKED_AT that begin alike are compared."""
    query = select(*_COLUMNS).where(begins(wanted.no), *conditions).order_by(Document.id.desc())
    return [row.id for row in session.execute(query.limit(LOOKED_AT)) if _bears(row, wanted)]


def numbered(session: Session, wanted: NumberQuery, limit: int, *conditions: ColumnElement[bool]) -> list[Document]:
    """The newest `limit` of the documents that `matching` tells, the newest first."""
    ids = matching(session, wanted, *conditions)[:limit]
    return list(session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.id.desc())))


def _bears(row: Row[int, str | None, object, str | None], wanted: NumberQuery) -> bool:
    parts = split_number(row.number_key or "")
    year = row.issued_on.year if row.issued_on else None
    return parts is not None and number_matches(wanted, parts, year, fold(row.type or ""))


def beginning(actor: Actor, no: str, limit: int) -> list[int]:
    """Ids of the readable documents whose number begins with a numeral, the newest first."""
    query = select(Document.id).where(begins(no), rule.visible(actor)).order_by(Document.id.desc())
    with db.read() as session:
        return list(session.scalars(query.limit(limit)))


def resolve(actor: Actor, reference: str) -> list[int]:
    """Ids (ascending) of the readable documents that an id or a number in any spelling means. Raises NotFound for none."""
    require(actor, "document:read")
    reference = reference.strip()
    if reference.isascii() and reference.isdigit():
        return [guard.get(actor, int(reference)).id]
    found = _by_key(actor, reference) or _by_parts(actor, reference)
    if not found:
        raise NotFound
    return found


def _by_key(actor: Actor, reference: str) -> list[int]:
    query = select(Document.id).where(is_number(reference), rule.visible(actor))
    with db.read() as session:
        return list(session.scalars(query.order_by(Document.id)))


def _by_parts(actor: Actor, reference: str) -> list[int]:
    wanted = parse_number_query(reference)
    if wanted is None or wanted.rest:
        return []
    # A numeral alone, whatever signs are around it ("-1"), fits too many numbers and is taken for no id either.
    if wanted.year is None and not wanted.symbol and not wanted.type_name:
        return []
    with db.read() as session:
        return sorted(matching(session, wanted, rule.visible(actor)))
