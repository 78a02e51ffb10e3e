"""The turn of the worker that starts documents in workflows: those that rules choose, once people have confirmed them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, DocumentFlow, Workflow, WorkflowRule
from docmgr.policy import WORKER
from docmgr.services import forms
from docmgr.services.access import checkouts, guard
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.workflow import choosing, starting
from docmgr.services.workflow.choosing import Parents
from docmgr.services.workflow.definition import from_json

# How many documents a rule starts in one turn.
AT_ONCE = 100
# Documents that were confirmed so long before a turn that found nothing are not looked at again.
LOOK_BACK = dt.timedelta(minutes=10)


def start_chosen() -> int:
    """Start the documents that the rules choose, as the worker does: confirmed ones that never had a flow. Returns how many
    were started."""
    with db.read() as session:
        found = session.scalars(select(WorkflowRule)).all()
        folders = choosing.parents(session) if found else {}
    db.release()
    return sum(_start_by(one, found, folders) for one in sorted(found, key=lambda one: one.id))


def _start_by(chosen: WorkflowRule, found: Sequence[WorkflowRule], folders: Parents) -> int:
    begun = db.now()
    with db.read() as session:
        fitting = session.execute(_chosen(session, chosen, folders).order_by(Document.id)).all()
    # The nearest rule decides, also when its workflow does not fit: what it keeps back must not fill the turn of others.
    ids = [number for number, type_name, folder_id in fitting if choosing.nearest(found, type_name, choosing.above(folder_id, folders)) is chosen][:AT_ONCE]
    started = sum(_started(document_id, chosen.workflow_id) for document_id in ids)
    if not ids and begun - chosen.since > 2 * LOOK_BACK:
        with db.write() as session:
            forms.locked(session, WorkflowRule, chosen.id).since = begun - LOOK_BACK
    return started


def _chosen(session: Session, chosen: WorkflowRule, folders: Parents) -> Select[int, str | None, int]:
    ever = select(DocumentFlow.id).where(DocumentFlow.document_id == Document.id).exists()
    query = select(Document.id, Document.type, Document.folder_id).where(Document.confirmed_at > chosen.since, Document.deleted_at.is_(None), Document.state != "withheld", ~ever, ~checkouts.taken())
    definition = from_json(starting.current(session, session.get_one(Workflow, chosen.workflow_id)).definition)
    access = definition.by_code[definition.initial].access
    if access is not None:
        # Others cannot begin with it.
        query = query.where(Document.workflow == access)
    if chosen.type is not None:
        query = query.where(Document.type == chosen.type)
    if chosen.folder_id is not None:
        query = query.where(Document.folder_id.in_(_inside(chosen.folder_id, folders)))
    return query


def _inside(folder_id: int, folders: Parents) -> Sequence[int]:
    return [number for number in folders if folder_id in choosing.above(number, folders)]


def _started(document_id: int, workflow_id: int) -> bool:
    """Whether the document was started now; somebody may have been faster, or have changed it, so that another rule decides."""
    try:
        with db.write() as session:
            document = guard.for_change(session, WORKER, document_id)
            if choosing.usual(session, document) != workflow_id:
                return False
            starting.begin(session, WORKER, document, workflow_id)
    except (Invalid, NotFound, Conflict, IntegrityError):
        return False
    return True
