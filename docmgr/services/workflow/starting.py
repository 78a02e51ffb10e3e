"""Let documents run through workflows, and stop them. services.workflow.choosing starts those that rules choose."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, DocumentFlow, FlowStep, Workflow, WorkflowVersion
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.registers import lines
from docmgr.services.trail import log
from docmgr.services.workflow import assigning, flows
from docmgr.services.workflow.definition import FlowDefinition, from_json

FAULTS = {
    "running": "Văn bản đang theo quy trình “%(workflow)s”.",
    "withheld": "Văn bản có dấu mật không theo quy trình ở đây.",
    "led": "Quy trình “%(workflow)s” vẫn quyết định việc công bố văn bản này; hãy dừng quy trình ấy trước.",
    "access": "Quy trình “%(workflow)s” bắt đầu từ dự thảo; hãy chuyển văn bản về dự thảo trước.",
}


def start(actor: Actor, document_id: int, workflow_id: int) -> None:
    """Let a document run through the present version of a workflow. Raises Denied or NotFound when the actor may not edit the
    document or there is no such workflow, and Invalid when it runs through one already or cannot begin with it."""
    with db.write() as session:
        document = guard.for_change(session, actor, document_id)
        begin(session, actor, document, workflow_id)


def begin(session: Session, actor: Actor, document: Document, workflow_id: int) -> None:
    """Start the flow of a document that the caller has locked for the actor, in the open unit of work. Raises NotFound and
    Invalid as `start` does."""
    workflow = session.get(Workflow, workflow_id)
    if workflow is None:
        raise NotFound
    found = flows.newest(session, document.id)
    if found is not None and found.row.ended_at is None:
        raise Invalid(Message(FAULTS["running"], workflow=flows.words(found.workflow)))
    if found is not None and lifecycle.is_led(session, document.id):
        raise Invalid(Message(FAULTS["led"], workflow=flows.words(found.workflow)))
    if document.state == "withheld":
        raise Invalid(Message(FAULTS["withheld"]))
    version = current(session, workflow)
    definition = from_json(version.definition)
    if not _fits(definition, document):
        raise Invalid(Message(FAULTS["access"], workflow=flows.words(workflow.name)))
    entry = lines.issued(session, document.id, "incoming")
    row = DocumentFlow(
        document_id=document.id, version_id=version.id, state=definition.initial, leads=definition.leads,
        due_on=entry.due_on if entry is not None and not definition.leads else None, started_by=actor.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    # The workflow says from now on when the document is published.
    document.publish_when_read = document.publish_when_read and not definition.leads
    state = definition.by_code[definition.initial]
    flows.add_step(session, actor, row, FlowStep(name="Bắt đầu", from_state=None, to_state=state.name))
    forms.bump(document)
    log.document_event(session, actor, "workflow:start", document, {"workflow": flows.words(workflow.name).stored(), "to": flows.words(state.name).stored()})


def _fits(definition: FlowDefinition, document: Document) -> bool:
    access = definition.by_code[definition.initial].access
    return access is None or access == document.workflow


def current(session: Session, workflow: Workflow) -> WorkflowVersion:
    """Load the version with which documents start now."""
    of_it = WorkflowVersion.workflow_id == workflow.id, WorkflowVersion.no == workflow.current
    return session.scalars(select(WorkflowVersion).where(*of_it)).one()


def stop(actor: Actor, document_id: int, reason: str | None, *, revision: int | None) -> None:
    """Stop the flow of a document; it keeps its state of publication, and nobody has it assigned any more. Raises Denied or
    NotFound when the actor may not edit it or it has no flow, Conflict, and Invalid without a reason or when it has ended."""
    with db.write() as session:
        document = guard.for_change(session, actor, document_id)
        flow = flows.newest(session, document_id)
        if flow is None:
            raise NotFound
        assigning.refuse_stale(flow, revision)
        if flow.row.ended_at is not None and not flow.definition.leads:
            raise Invalid(Message("Quy trình của văn bản này đã kết thúc."))
        said = forms.required(reason, Message("Hãy ghi lý do."), "reason", assigning.COMMENT)
        flow.row.ended_at, flow.row.stopped = flow.row.ended_at or db.now(), True
        assigning.follow(session, actor, flow.row)
        forms.bump(flow.row)
        made = FlowStep(name=flows.STOPPED, from_state=flow.state.name, to_state=flow.state.name, comment=said)
        flows.add_step(session, actor, flow.row, made)
        assigning.settle(session, document, flow.row, None)
        log.document_event(session, actor, "workflow:stop", document, {"workflow": flows.words(flow.workflow).stored(), "from": flows.words(flow.state.name).stored(), "reason": said})
