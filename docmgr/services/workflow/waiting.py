"""What waits for a person: documents whose next step they may make, or that are assigned to them or their unit; and what
they sent, with where it is now. Every list has only documents that the person may read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, DocumentFlow, FlowAssignment, FlowStep, WorkflowVersion
from docmgr.policy import Actor
from docmgr.services.access import local_rights, rule
from docmgr.services.documents import references
from docmgr.services.workflow import flows, standing
from docmgr.services.workflow.assigning import SENT
from docmgr.services.workflow.definition import FlowDefinition, from_json
from docmgr.services.workflow.standing import Step
from legaltext import dates

PAGE_SIZE = 50


@dataclass(frozen=True)
class WaitingDocument:
    """A document that waits. `lead` names who has it as lead, and `part` is lead or support when it is the actor's, their
    unit's, or that of the person `behalf` for whom they stand in. `steps` are those that the actor may make."""

    id: int
    label: str
    subject: str | None
    workflow: str
    state: str
    since: dt.datetime
    due_on: dt.date | None
    overdue: bool
    lead: str | None
    part: str | None
    behalf: str | None
    revision: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class SentDocument:
    """A document that the actor sent: the last step that they made, and where it is now."""

    id: int
    label: str
    subject: str | None
    workflow: str
    state: str
    since: dt.datetime
    due_on: dt.date | None
    overdue: bool
    ended: bool
    lead: str | None
    step: str
    sent_at: dt.datetime
    given_to: str | None


def count(actor: Actor) -> int:
    """Count the documents that wait for the actor. 0 when the actor may not move documents."""
    if not policy.may(actor, "workflow:move"):
        return 0
    with db.read() as session:
        query = select(func.count(DocumentFlow.id)).join(Document, Document.id == DocumentFlow.document_id)
        return session.scalar(query.where(*_waits(session, actor))) or 0


def documents(actor: Actor, limit: int = PAGE_SIZE) -> list[WaitingDocument]:
    """List at most `limit` documents that wait for the actor, those with the earliest deadline first. Empty when the actor
    may not move documents. It takes eight queries for any number of documents."""
    if not policy.may(actor, "workflow:move"):
        return []
    with db.read() as session:
        query = select(DocumentFlow, Document).join(Document, Document.id == DocumentFlow.document_id)
        query = query.where(*_waits(session, actor)).order_by(DocumentFlow.due_on.is_(None), DocumentFlow.due_on, DocumentFlow.since, DocumentFlow.id)
        pairs = [(row, document) for row, document in session.execute(query.limit(limit))]
        return _rows(session, actor, pairs)


def _rows(session: Session, actor: Actor, pairs: Sequence[tuple[DocumentFlow, Document]]) -> list[WaitingDocument]:
    ids = [document.id for _, document in pairs]
    known, held = flows.of_rows(session, [row for row, _ in pairs]), flows.assigned(session, ids)
    names = flows.key_names(session, {one.key for rows in held.values() for one in rows})
    stands = standing.of(session, actor, ids)
    found = []
    for row, document in pairs:
        flow, assigned = known[row.id], held.get(document.id, [])
        steps = stands.steps(document, flow, assigned)
        part, behalf = _part(actor, assigned)
        lead = next((names.get(one.key) for one in assigned if one.role == "lead"), None)
        found.append(
            WaitingDocument(
                document.id, document.label, references.subject_beside(document), flow.workflow, flow.state.name, row.since, row.due_on, late(row), lead, part,
                names.get(behalf) if behalf else None, row.revision, steps,
            )
        )  # fmt: skip
    return found


def late(row: DocumentFlow) -> bool:
    """Whether the deadline of a run has passed and it has not ended."""
    return row.ended_at is None and row.due_on is not None and row.due_on < dates.today()


def _part(actor: Actor, assigned: Iterable[FlowAssignment]) -> tuple[str | None, str | None]:
    """What part the actor has in a document: (lead or support, access key of the absent person); None each when none."""
    desks = {f"user:{number}" for number in actor.stands_for}
    for one in assigned:
        if one.key in actor.keys:
            return one.role, None
        if one.key in desks:
            return one.role, one.key
    return None, None


def _waits(session: Session, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions on DocumentFlow and Document: the document waits for the actor, and they may read it."""
    running = DocumentFlow.ended_at.is_(None)
    used = select(WorkflowVersion.id, WorkflowVersion.definition).where(
        WorkflowVersion.id.in_(select(DocumentFlow.version_id).where(running))
    )
    stages = [(number, from_json(stored)) for number, stored in session.execute(used)]
    return running, rule.visible(actor), or_(rule.assigned_to(actor, Document.id), *_by_spec(actor, stages))


def _by_spec(actor: Actor, stages: Sequence[tuple[int, FlowDefinition]]) -> list[ColumnElement[bool]]:
    """One condition for each way in which a step can be the actor's, besides that the document is assigned."""
    specs: dict[str, ColumnElement[bool] | None] = {f"role:{role}": None for role in sorted(actor.roles)}
    if actor.user_id is not None:
        specs["author"] = Document.created_by == actor.user_id
    if policy.may(actor, "document:edit"):
        specs["editor"] = or_(rule.editable(actor), local_rights.holds(actor, "approve"))
    found = []
    for spec, condition in specs.items():
        states = or_(false(), *(and_(DocumentFlow.version_id == number, DocumentFlow.state.in_(codes)) for number, codes in _awaited(stages, spec)))
        found.append(states if condition is None else and_(states, condition))
    return found


def _awaited(stages: Sequence[tuple[int, FlowDefinition]], spec: str) -> list[tuple[int, list[str]]]:
    listed = [(number, standing.awaited(definition, spec)) for number, definition in stages]
    return [(number, codes) for number, codes in listed if codes]


def sent(actor: Actor, page: int = 1, per_page: int = PAGE_SIZE) -> tuple[list[SentDocument], int]:
    """List one page of the documents with a step of the actor, or one made on their behalf, the latest first, with where
    they are now. Returns (rows, the number on all pages). Raises Denied when the actor may not move documents."""
    policy.require(actor, "workflow:move")
    passed_on = select(FlowAssignment.flow_id).where(FlowAssignment.key == f"user:{actor.user_id}", FlowAssignment.role == SENT)
    own = or_(FlowStep.actor_id == actor.user_id, and_(FlowStep.behalf.is_not(None), FlowStep.flow_id.in_(passed_on)))
    last = select(func.max(FlowStep.id).label("id"), FlowStep.flow_id).where(own).group_by(FlowStep.flow_id).subquery()
    query: Select[int] = select(DocumentFlow.id).join(last, last.c.flow_id == DocumentFlow.id)
    query = query.join(Document, Document.id == DocumentFlow.document_id).where(DocumentFlow.stopped.is_(False), rule.visible(actor))
    with db.read() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        shown = query.with_only_columns(DocumentFlow, Document, FlowStep).join(FlowStep, FlowStep.id == last.c.id)
        rows = session.execute(shown.order_by(FlowStep.id.desc()).limit(per_page).offset((page - 1) * per_page)).all()
        known, held = flows.of_rows(session, [row for row, _, _ in rows]), flows.assigned(session, [document.id for _, document, _ in rows])
        names = flows.key_names(session, {one.key for some in held.values() for one in some})
        return [
            SentDocument(
                document.id, document.label, references.subject_beside(document), known[row.id].workflow,
                known[row.id].state.name, row.since, row.due_on, late(row), row.ended_at is not None,
                next((names.get(one.key) for one in held.get(document.id, ()) if one.role == "lead"), None), step.name, step.at, step.given_to,
            )
            for row, document, step in rows
        ], total  # fmt: skip
