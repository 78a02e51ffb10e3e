"""The flow of one document, as its page shows it: the state, who has it, the steps so far, and those that the actor may
make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, DocumentFlow, FlowStep, Workflow
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.documents import lifecycle, references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.workflow import approving, choosing, flows, standing, waiting
from docmgr.services.workflow.approving import Approval
from docmgr.services.workflow.standing import Step

MOST_STEPS = 200


@dataclass(frozen=True)
class FlowPanel:
    """The flow of a document for the top of its page. `lead` and `supporting` are names. `approval` is set when another
    version was approved than the newest one, and the document has not been issued."""

    workflow: str
    no: int
    state: str
    final: bool
    since: dt.datetime
    due_on: dt.date | None
    overdue: bool
    lead: str | None
    supporting: tuple[str, ...]
    answer: DocumentRef | None
    revision: int
    leads: bool
    steps: tuple[Step, ...]
    hand_over: Step | None
    approval: Approval | None = None


@dataclass(frozen=True)
class FlowPage:
    """All about the flow of a document. `panel` is None when it has none. `history` are its steps, the latest first.
    `workflows` are those in which it may be started, as (id, name), and `usual` the one that a rule chooses."""

    document: Document
    panel: FlowPanel | None
    history: tuple[FlowStep, ...]
    workflows: tuple[tuple[int, str], ...]
    usual: int | None
    may_edit: bool


def panel(actor: Actor, document_id: int) -> FlowPanel | None:
    """Load the flow of a document that the actor may read; None when it has none. Raises Denied or NotFound when the actor
    may not read it."""
    policy.require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        flow = flows.newest(session, document_id)
        return None if flow is None else _panel(session, actor, document, flow)


def _panel(session: Session, actor: Actor, document: Document, flow: flows.Flow) -> FlowPanel:
    held = flows.assigned(session, [document.id]).get(document.id, [])
    names = flows.key_names(session, [one.key for one in held])
    stands = standing.of(session, actor, [document.id])
    row, steps = flow.row, stands.steps(document, flow, held)
    again = approving.again(session, document, flow)
    if (back := standing.may_hand_back(session, stands, document, flow, held)) is not None:
        steps = (back, *steps)
    return FlowPanel(
        flow.workflow, flow.no, flow.state.name, flow.state.final, row.since, row.due_on, waiting.late(row),
        next((names.get(one.key) for one in held if one.role == "lead"), None),
        tuple(names[one.key] for one in held if one.role == "support" and one.key in names),
        references.documents(session, actor, [row.answer_id]).get(row.answer_id or 0), row.revision, row.leads,
        steps, standing.may_hand_over(stands, document, held) if row.ended_at is None else None, again[0] if again else None,
    )  # fmt: skip


def page(actor: Actor, document_id: int) -> FlowPage:
    """Load all about the flow of a document. Raises Denied or NotFound when the actor may not read it."""
    policy.require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        flow = flows.newest(session, document_id)
        shown = _panel(session, actor, document, flow) if flow is not None else None
        editable = guard.may_edit(actor, document_id)
        startable = editable and (flow is None or flow.row.ended_at is not None and not lifecycle.is_led(session, document_id))
        offered = session.execute(select(Workflow.id, Workflow.name).order_by(Workflow.id)).all() if startable else []
        return FlowPage(
            document, shown, tuple(_history(session, document_id)), tuple((row.id, row.name) for row in offered),
            choosing.usual(session, document) if startable else None, editable,
        )  # fmt: skip


def _history(session: Session, document_id: int) -> Sequence[FlowStep]:
    query = select(FlowStep).join(DocumentFlow, DocumentFlow.id == FlowStep.flow_id).where(DocumentFlow.document_id == document_id)
    return session.scalars(query.order_by(FlowStep.id.desc()).limit(MOST_STEPS)).all()
