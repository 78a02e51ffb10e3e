"""Search boxes for tying: documents on one side; tasks, inspections and findings on the other.

Nobody types an id. Documents come from their number, their subject and, where the index is there, the full
text; only what the actor may read. Subjects are only those that the actor may tie documents to.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from docmgr import db, policy
from docmgr.models import Document, Finding, Inspection, Plan, Task
from docmgr.policy import Actor
from docmgr.services import access, asked_for, links, references, search
from docmgr.services.links import Subject
from docmgr.services.references import DocumentRef
from docmgr.services.task_lists import spellings
from indexer.numbers import parse_number_query

LIMIT = 12
# Candidates looked at when the rule is in Python (rights).
LOOKED_AT = 400
LONGEST_QUERY = 200
Row = TypeVar("Row", Task, Inspection, Finding)
Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def documents(actor: Actor, q: str, limit: int = LIMIT) -> list[DocumentRef]:
    """Readable documents by number, then by subject, then by full text; without words the newest."""
    policy.require(actor, "document:read")
    q = q[:LONGEST_QUERY].strip()
    with db.read() as session:
        readable = select(Document).where(access.visible(actor)).order_by(Document.id.desc())
        if not q:
            return [references.reference(row) for row in session.scalars(readable.limit(limit))]
        wanted = parse_number_query(q)
        found = {row.id: row for row in asked_for.numbered(session, readable, wanted)} if wanted else {}
        if len(found) < limit:
            found |= {
                row.id: row
                for row in session.scalars(readable.where(_holds(Document.subject, q)).limit(limit))
            }
        if len(found) < limit:
            found = found | {row.id: row for row in _by_text(actor, q, limit)}
        return [references.reference(row) for row in list(found.values())[:limit]]


def document(actor: Actor, document_id: int) -> DocumentRef:
    """One document that was chosen. Raises NotFound where the actor may not read it."""
    policy.require(actor, "document:read")
    with db.read() as session:
        return references.reference(references.readable(session, actor, document_id))


def subjects(
    actor: Actor, q: str, kinds: tuple[str, ...] = tuple(links.KINDS), limit: int = LIMIT
) -> list[Subject]:
    """Tasks, inspections and findings whose words hold all of `q` and that the actor may tie documents to.

    Without words: the newest of each kind.
    """
    policy.require(actor, "link:edit")
    q = q[:LONGEST_QUERY].strip()
    found: list[Subject] = []
    with db.read() as session:
        if "task" in kinds:
            query = select(Task).join(Plan).options(joinedload(Task.plan)).order_by(Task.id.desc())
            found += _allowed(session, actor, query.where(_holds(Task.title, q, Plan.title)), limit)
        if "finding" in kinds:
            findings = select(Finding).join(Inspection).options(joinedload(Finding.inspection))
            holds = _holds(Finding.text, q, Inspection.title)
            found += _allowed(session, actor, findings.where(holds).order_by(Finding.id.desc()), limit)
        if "inspection" in kinds:
            inspections = select(Inspection).order_by(Inspection.id.desc())
            found += _allowed(session, actor, inspections.where(_holds(Inspection.title, q)), limit)
    return found


def tasks(actor: Actor, q: str, limit: int = LIMIT) -> list[Subject]:
    """Any tasks whose words hold all of `q`, for a finding that concerns one."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        query = select(Task).join(Plan).options(joinedload(Task.plan)).order_by(Task.id.desc())
        rows = session.scalars(query.where(_holds(Task.title, q[:LONGEST_QUERY], Plan.title)).limit(limit))
        return [links.as_subject(row) for row in rows]


def _allowed(session: Session, actor: Actor, query: Select[Row], limit: int) -> list[Subject]:
    rows = session.scalars(query.limit(LOOKED_AT))
    return [links.as_subject(row) for row in rows if links.may_tie(actor, row)][:limit]


def _holds(column: Text, q: str, *more: Text) -> ColumnElement[bool]:
    fields = (column, *more)
    return and_(
        true(),
        *(
            or_(*(field.contains(form, autoescape=True) for field in fields for form in spellings(word)))
            for word in q.split()
        ),
    )


def _by_text(actor: Actor, q: str, limit: int) -> list[Document]:
    return [hit.document for hit in search.find(actor, q, per_page=limit, record=False).hits]
