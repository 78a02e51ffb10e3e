"""List the inspections and findings that concern a document, and the provisions to which they refer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Finding, Inspection, Link, Task
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.message import Message


@dataclass(frozen=True)
class DocumentInspection:
    """An inspection, or one of its findings, that concerns a document. `role` is a key of policy.LINK_ROLES for a link
    to the document. It is "task" for a finding on one of the document's tasks. `anchor` is None when the whole document
    is concerned. `finding` is the text of the finding, or None for an inspection. `state` is the state of the finding,
    or of the inspection when there is no finding."""

    id: int
    title: str
    role: str
    role_label: Message
    anchor: str | None
    version_id: int | None
    finding_id: int | None
    finding: str | None
    state: str


def inspections_of_document(
    actor: Actor, document_id: int, *, limit: int | None = None, skip: int = 0
) -> list[DocumentInspection]:
    """Find at most `limit` inspections and findings that concern a document, after the first `skip`. None as `limit`
    means all. Those linked to the document come first, then findings on tasks made from the document. Raises Denied
    when the actor's roles may not read inspections. Raises NotFound when the actor may not read the document."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        guard.readable(session, actor, document_id)
        linked = session.execute(_linked(document_id).order_by(Link.id).limit(limit).offset(skip)).all()
        found = [_concerned(*row) for row in linked]
        left = None if limit is None else limit - len(found)
        if left == 0:
            return found
        past = 0 if found else max(0, skip - _count(session, _linked(document_id)))
        checked = _checked(document_id).order_by(Finding.id).limit(left).offset(past)
        return found + [_concerned(*row) for row in session.execute(checked)]


def count_inspections(actor: Actor, document_id: int) -> int:
    """Count the inspections and findings that concern a document. Raises Denied when the actor's roles may not read
    inspections. Raises NotFound when the actor may not read the document."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        guard.readable(session, actor, document_id)
        return _count(session, _linked(document_id)) + _count(session, _checked(document_id))


def pinned(actor: Actor, document_id: int, version_id: int | None) -> list[DocumentInspection]:
    """Find the inspections and findings that concern a provision of the version `version_id` of a document. Empty when
    there are none or `version_id` is None. Raises Denied when the actor's roles may not read inspections. Raises
    NotFound when the actor may not read the document."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        guard.readable(session, actor, document_id)
        linked = _linked(document_id).where(Link.version_id == version_id, Link.anchor.is_not(None))
        checked = _checked(document_id).where(Task.version_id == version_id, Task.anchor.is_not(None))
        found = [_concerned(*row) for row in session.execute(linked.order_by(Link.id))]
        rows = session.execute(checked.order_by(Finding.id))
        return found + [_concerned(*row) for row in rows]


def _linked(document_id: int) -> Any:
    columns = (Inspection.id, Inspection.title, Inspection.state, Finding.id, Finding.text, Finding.state)
    return (
        select(*columns, Link.role, Link.anchor, Link.version_id)
        .select_from(Link)
        .outerjoin(Finding, Finding.id == Link.finding_id)
        .join(Inspection, Inspection.id == func.coalesce(Finding.inspection_id, Link.inspection_id))
        .where(Link.document_id == document_id, Link.ended_at.is_(None), Link.task_id.is_(None))
    )


def _checked(document_id: int) -> Any:
    columns = (Inspection.id, Inspection.title, Inspection.state, Finding.id, Finding.text, Finding.state)
    return (
        select(*columns, literal("task").label("role"), Task.anchor, Task.version_id)
        .select_from(Finding)
        .join(Task, Task.id == Finding.task_id)
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(Task.document_id == document_id)
    )


def _count(session: Session, query: Any) -> int:
    return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _concerned(
    inspection_id: int,
    title: str,
    state: str,
    finding_id: int | None,
    finding: str | None,
    finding_state: str | None,
    role: str,
    anchor: str | None,
    version_id: int | None,
) -> DocumentInspection:
    return DocumentInspection(
        id=inspection_id,
        title=title,
        role=role,
        role_label=Message("Qua nhiệm vụ") if role == "task" else Message(policy.LINK_ROLES[role]),
        anchor=anchor,
        version_id=version_id,
        finding_id=finding_id,
        finding=finding,
        state=finding_state or state,
    )
