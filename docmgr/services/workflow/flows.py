"""Load the flow of a document: its run through a version of a workflow, and to whom it is assigned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import (
    Document,
    DocumentFlow,
    FlowAssignment,
    FlowStep,
    Unit,
    User,
    Workflow,
    WorkflowVersion,
)
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.errors import NotFound
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.workflow.definition import FlowDefinition, FlowState, from_json

# What the step is called by which a run is stopped.
STOPPED = "Dừng quy trình"


@dataclass(frozen=True)
class Flow:
    """The flow of a document with the workflow that it runs through."""

    row: DocumentFlow
    workflow: str
    no: int
    definition: FlowDefinition

    @property
    def state(self) -> FlowState:
        """The present state."""
        return self.definition.by_code[self.row.state]


def newest(session: Session, document_id: int) -> Flow | None:
    """Load the flow of a document: the newest run that was not stopped. None when there is none. The caller has checked that
    the actor may read the document."""
    query = select(DocumentFlow).where(DocumentFlow.document_id == document_id, DocumentFlow.stopped.is_(False))
    row = session.scalar(query.order_by(DocumentFlow.id.desc()).limit(1))
    return of_rows(session, [row])[row.id] if row is not None else None


def of_rows(session: Session, rows: Collection[DocumentFlow]) -> dict[int, Flow]:
    """Add to each run the workflow that it runs through; return them by the id of the run. One query for any number."""
    query = select(WorkflowVersion.id, WorkflowVersion.no, WorkflowVersion.definition, Workflow.name)
    query = query.join(Workflow, Workflow.id == WorkflowVersion.workflow_id)
    known = {
        number: (name, no, from_json(stored))
        for number, no, stored, name in session.execute(query.where(WorkflowVersion.id.in_({row.version_id for row in rows})))
    }
    return {row.id: Flow(row, *known[row.version_id]) for row in rows}


def hold(session: Session, actor: Actor, document_id: int) -> tuple[Document, Flow]:
    """Lock a document that the actor may read, so that nobody else moves it until the unit of work ends; return it with its
    flow. Raises NotFound when there is no such document, the actor may not read it, or it has no flow, and CheckedOut when
    somebody else has taken it to edit it."""
    document = guard.for_step(session, actor, document_id)
    flow = newest(session, document_id)
    if flow is None:
        raise NotFound
    return document, flow


def assigned(session: Session, document_ids: Collection[int]) -> dict[int, list[FlowAssignment]]:
    """Load for whom documents wait, by the id of the document: open assignments, leads first. Documents without one are
    missing."""
    query = select(FlowAssignment).where(FlowAssignment.document_id.in_(document_ids), FlowAssignment.ended_at.is_(None))
    query = query.where(FlowAssignment.role.in_(("lead", "support")))
    found: dict[int, list[FlowAssignment]] = {}
    for row in session.scalars(query.order_by(FlowAssignment.role, FlowAssignment.id)):
        found.setdefault(row.document_id, []).append(row)
    return found


def key_names(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Name the persons and units with these access keys ("user:3", "unit:7"); return the names by key."""
    users = [int(key.removeprefix("user:")) for key in keys if key.startswith("user:")]
    units = [int(key.removeprefix("unit:")) for key in keys if key.startswith("unit:")]
    found = {f"user:{number}": name for number, name in session.execute(select(User.id, User.full_name).where(User.id.in_(users)))}
    return found | {f"unit:{number}": name for number, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units)))}


def persons(session: Session, ids: Collection[int]) -> dict[int, Actor]:
    """Load persons as actors, by id; those who are disabled are missing."""
    if not ids:
        return {}
    rows = session.scalars(select(User).where(User.id.in_(ids), User.disabled_at.is_(None)))
    return {user.id: people.actor_for(user) for user in rows}


def words(name: str) -> Message:
    """The name of a workflow, state or step in a sentence: those that are delivered are translated."""
    return Message(name)


def add_step(session: Session, actor: Actor, flow: DocumentFlow, step: FlowStep) -> None:
    """Write a step of the run as made by the actor on the newest version of the document. The caller has set its names,
    comment and receivers."""
    step.flow_id, step.actor_id, step.actor_label = flow.id, actor.user_id, actor.label
    step.document_no = session.get_one(Document, flow.document_id).current_no
    session.add(step)
