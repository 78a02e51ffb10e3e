"""Find documents by their document number in any spelling.

Every page and command looks a document number up here, so that a number means the same documents everywhere. The caller
passes the rights as an SQL condition, or passes the actor.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import guard, rule
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from indexer import NumberQuery, number_matches, parse_number_query
from legaltext.numbers import normalise_number, split_number
from legaltext.text import fold

# How many documents whose numbers begin alike are compared one by one, the newest first.
LOOKED_AT = 5000
_COLUMNS = (Document.id, Document.number_key, Document.issued_on, Document.type)


def begins(no: str) -> ColumnElement[bool]:
    """Return an SQL condition on Document: its document number begins with the whole numeral `no`. For "18" it holds
    for "18/…" (a number of a state body), "18-…" (a number of the Party) and "18" alone. For "180/…" it is false."""
    key = Document.number_key
    return or_(key == no, key.startswith(f"{no}/"), key.startswith(f"{no}-"))


def is_number(number: str) -> ColumnElement[bool]:
    """Return an SQL condition on Document: its full document number is `number`. Spelling and blanks do not matter."""
    return Document.number_key == normalise_number(number)


def matching(session: Session, wanted: NumberQuery, *conditions: ColumnElement[bool]) -> list[int]:
    """Find documents by the parsed document number `wanted`, in any spelling. Only documents that meet all SQL
    `conditions` count. Returns their ids, the newest first; empty when there are none. Only the newest LOOKED_AT
    documents with the same numeral are searched."""
    query = select(*_COLUMNS).where(begins(wanted.no), *conditions).order_by(Document.id.desc())
    return [row.id for row in session.execute(query.limit(LOOKED_AT)) if _bears(row, wanted)]


def numbered(session: Session, wanted: NumberQuery, limit: int, *conditions: ColumnElement[bool]) -> list[Document]:
    """Find at most `limit` documents by the parsed document number `wanted`, in any spelling. Only documents that meet
    all SQL `conditions` count. Returns the documents, the newest first; empty when there are none."""
    ids = matching(session, wanted, *conditions)[:limit]
    return list(session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.id.desc())))


def _bears(row: Row[int, str | None, object, str | None], wanted: NumberQuery) -> bool:
    parts = split_number(row.number_key or "")
    year = row.issued_on.year if row.issued_on else None
    return parts is not None and number_matches(wanted, parts, year, fold(row.type or ""))


def beginning(actor: Actor, no: str, limit: int) -> list[int]:
    """Find at most `limit` documents that the actor may read and whose number begins with the numeral `no`. Return
    their ids, the newest first."""
    query = select(Document.id).where(begins(no), rule.visible(actor)).order_by(Document.id.desc())
    with db.read() as session:
        return list(session.scalars(query.limit(limit)))


def resolve(actor: Actor, reference: str) -> list[int]:
    """Find the documents that the actor may read and that `reference` means. `reference` is a document id or a document
    number in any spelling, as a person typed it. Returns the ids of the documents, ascending. Raises NotFound when
    there is no such document, and Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    reference = reference.strip()
    if reference.isascii() and reference.isdigit():
        return [guard.get(actor, int(reference)).id]
    found = _by_key(actor, reference) or _by_parts(actor, reference)
    if not found:
        raise NotFound
    return found


def named(actor: Actor, typed: str, field: str) -> int | None:
    """Find the one document that a person named in the field `field` of a form by its number, or by its id ("#12" or "12"). None
    when the actor may read no such document. Raises Invalid with `field` when several have the number, and Denied."""
    try:
        found = resolve(actor, typed.strip().removeprefix("#"))
    except NotFound:
        return None
    if len(found) > 1:
        raise Invalid(Message("Có %(count)s văn bản mang số này; hãy ghi mã văn bản, ví dụ #12.", count=len(found)), field)
    return found[0]


def _by_key(actor: Actor, reference: str) -> list[int]:
    query = select(Document.id).where(is_number(reference), rule.visible(actor))
    with db.read() as session:
        return list(session.scalars(query.order_by(Document.id)))


def _by_parts(actor: Actor, reference: str) -> list[int]:
    wanted = parse_number_query(reference)
    if wanted is None or wanted.rest:
        return []
    # A numeral alone with signs around it ("-1") fits too many numbers, and it is not taken for an id either.
    if wanted.year is None and not wanted.symbol and not wanted.type_name:
        return []
    with db.read() as session:
        return sorted(matching(session, wanted, rule.visible(actor)))
