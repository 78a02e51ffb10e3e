"""List the tasks that come from a document or are linked to it, with the provision of the document to which each
refers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Link, Task
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.message import Message
from docmgr.services.planning.lists import units_of
from docmgr.services.planning.overdue import is_overdue
from legaltext import dates


@dataclass(frozen=True)
class DocumentTask:
    """A task that is related to a document. `role` is "plan" when the task comes from the document's own text, else
    the role of the link (a key of policy.LINK_ROLES). `lead` is the name of the leading unit."""

    id: int
    title: str
    role: str
    role_label: Message
    anchor: str | None
    version_id: int | None
    state: str
    due_on: dt.date | None
    overdue: bool
    lead: str | None


@dataclass(frozen=True, slots=True)
class Pin:
    """A task that belongs to the provision with this anchor. The text view shows it next to the provision."""

    anchor: str
    id: int
    title: str


def tasks_of_document(
    actor: Actor, document_id: int, *, limit: int | None = None, skip: int = 0
) -> list[DocumentTask]:
    """Find at most `limit` tasks related to a document, after the first `skip`; None as `limit` means all. First come
    the tasks from the document's own text, then those to which it is linked. Raises NotFound when the actor may not
    read the document."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
        own = select(Task).where(Task.document_id == document_id).order_by(Task.position, Task.id)
        found = [
            _tied(task, "plan", task.anchor, task.version_id)
            for task in session.scalars(own.limit(limit).offset(skip))
        ]
        left = None if limit is None else limit - len(found)
        if left == 0:
            return found
        past = 0 if found else max(0, skip - _own_tasks(session, document_id))
        linked = (
            select(Task, Link)
            .join(Link, Link.task_id == Task.id)
            .where(Link.document_id == document_id, Link.ended_at.is_(None))
            .order_by(Link.id)
            .limit(left)
            .offset(past)
        )
        pairs = session.execute(linked).all()
        return found + [_tied(task, link.role, link.anchor, link.version_id) for task, link in pairs]


def _own_tasks(session: Session, document_id: int) -> int:
    return session.scalar(select(func.count(Task.id)).where(Task.document_id == document_id)) or 0


def count_tasks(actor: Actor, document_id: int) -> int:
    """Count the rows that `tasks_of_document` returns without a limit. Raises NotFound when the actor may not read
    the document."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
        tied = select(func.count(Link.id)).where(
            Link.document_id == document_id, Link.ended_at.is_(None), Link.task_id.is_not(None)
        )
        return _own_tasks(session, document_id) + (session.scalar(tied) or 0)


def pins(actor: Actor, document_id: int, version_id: int | None) -> list[Pin]:
    """List the tasks that belong to a provision of the version `version_id`, with the anchor of the provision. First
    come the tasks from the text of a provision, then the tasks to which a provision is linked. Empty when there are
    none, and when `version_id` is None. Raises NotFound when the actor may not read the document."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
        own = select(Task.anchor, Task.id, Task.title).where(
            Task.document_id == document_id, Task.version_id == version_id, Task.anchor.is_not(None)
        )
        tied = (
            select(Link.anchor, Task.id, Task.title)
            .join(Task, Task.id == Link.task_id)
            .where(Link.document_id == document_id, Link.ended_at.is_(None))
            .where(Link.version_id == version_id, Link.anchor.is_not(None))
        )
        queries = (own.order_by(Task.position, Task.id), tied.order_by(Link.id))
        return [Pin(row[0] or "", row[1], row[2]) for query in queries for row in session.execute(query)]


def _tied(task: Task, role: str, anchor: str | None, version_id: int | None) -> DocumentTask:
    lead, _ = units_of(task)
    return DocumentTask(
        id=task.id,
        title=task.title,
        role=role,
        role_label=Message("Nội dung giao việc") if role == "plan" else Message(policy.LINK_ROLES[role]),
        anchor=anchor,
        version_id=version_id,
        state=task.state,
        due_on=task.due_on,
        overdue=is_overdue(task, dates.today()),
        lead=lead[1] if lead else None,
    )
