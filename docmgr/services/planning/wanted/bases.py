"""The legal bases of tasks: documents, or provisions of them, to which a task has a link as its basis, and bases that somebody typed. Only documents
that the actor may read count."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from docmgr.models import Document, Finding, Link, Task
from docmgr.policy import Actor
from docmgr.services.access import rule


def held(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on a Link and its Document: it ties a task to its legal basis, which the actor may read."""
    return and_(Link.ended_at.is_(None), Link.role == "basis", Link.task_id.is_not(None), rule.visible(actor))


def typed() -> ColumnElement[bool]:
    """Return an SQL condition on Task: somebody typed its legal basis."""
    return func.coalesce(Task.legal_basis, "") != ""


def based(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Task: it has a legal basis."""
    linked = select(Link.task_id).join(Document, Document.id == Link.document_id).where(held(actor))
    return or_(typed(), Task.id.in_(linked))


def rests_on(actor: Actor, document_id: int, place: str | None = None) -> ColumnElement[bool]:
    """Return an SQL condition on Task: the document is its legal basis, or the provision `place` of it; "" is the document as a whole, None any part."""
    linked = select(Link.task_id).join(Document, Document.id == Link.document_id).where(held(actor), Link.document_id == document_id)
    if place is not None:
        linked = linked.where(func.coalesce(Link.anchor, "") == place)
    return Task.id.in_(linked)


def typed_as(task_id: int) -> ColumnElement[bool]:
    """Return an SQL condition on Task: the same legal basis was typed as of the task with this id."""
    other = aliased(Task)
    return Task.legal_basis == select(other.legal_basis).where(other.id == task_id, func.coalesce(other.legal_basis, "") != "").scalar_subquery()


def inspected() -> ColumnElement[bool]:
    """Return an SQL condition on Task: an inspection found something about it."""
    return Task.id.in_(select(Finding.task_id).where(Finding.task_id.is_not(None)))
