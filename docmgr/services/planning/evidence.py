"""Which documents prove that a task or an occurrence was done: only those that the actor may read count."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from docmgr.models import Document, Link, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.chunks import chunks

# A result (Kết quả) shows that the work was done just as evidence (Minh chứng) does.
EVIDENCE_ROLES = ("evidence", "result")


def counts(
    session: Session, actor: Actor, ids: Iterable[int], column: InstrumentedAttribute[int | None] = Link.task_id
) -> dict[int, int]:
    """Count the documents that are evidence of each of the tasks `ids`, or occurrences where `column` is Link.occurrence_id, and that
    the actor may read; return the counts by id. Those without evidence are missing in the result."""
    query = (
        select(column, func.count(Link.document_id.distinct()))
        .join(Document, Document.id == Link.document_id)
        .where(proof(actor))
        .group_by(column)
    )
    found: dict[int, int] = {}
    for some in chunks(set(ids)):
        rows = session.execute(query.where(column.in_(some)))
        found.update({task_id: count for task_id, count in rows if task_id is not None})
    return found


def of_whole(session: Session, task_id: int) -> bool:
    """Whether any document is evidence of the task and of none of its occurrences, readable to the actor or not."""
    held = select(Link.id).where(Link.task_id == task_id, Link.occurrence_id.is_(None), Link.ended_at.is_(None), Link.role.in_(EVIDENCE_ROLES))
    return session.scalar(held.limit(1)) is not None


def proof(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on a Link and its Document: it is evidence that the actor may read."""
    return and_(Link.ended_at.is_(None), Link.role.in_(EVIDENCE_ROLES), rule.visible(actor))


def proof_of_many(actor: Actor) -> ColumnElement[bool]:
    """Return the same condition for evidence of occurrences on a Link alone, for counts over much of it: each document is looked at once,
    however much it proves."""
    other = aliased(Link)
    named = select(other.document_id).where(other.ended_at.is_(None), other.role.in_(EVIDENCE_ROLES), other.occurrence_id.is_not(None))
    seen = select(Document.id).where(Document.id.in_(named), rule.visible(actor))
    return and_(Link.ended_at.is_(None), Link.role.in_(EVIDENCE_ROLES), Link.document_id.in_(seen))


def proven(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Task: the task has evidence that the actor may read."""
    held = select(Link.id).join(Document, Document.id == Link.document_id)
    return exists(held.where(Link.task_id == Task.id, proof(actor)).correlate(Task))


def occurrence_proven(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: it has evidence of its own that the actor may read."""
    held = select(Link.id).join(Document, Document.id == Link.document_id)
    return exists(held.where(Link.occurrence_id == Occurrence.id, proof(actor)).correlate(Occurrence))
