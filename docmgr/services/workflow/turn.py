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
    nearest = sorted(found, key=lambda one: (one.type is None, -len(choosing.above(one.folder_id, folders)) if one.folder_id else 0, one.id))
    return sum(_start_by(one, folders) for one in nearest)


def _start_by(chosen: WorkflowRule, folders: Parents) -> int:
    begun = db.now()
    with db.read() as session:
        ids = list(session.scalars(_chosen(session, chosen, folders).order_by(Document.id).limit(AT_ONCE)))
    started = sum(_started(document_id, chosen.workflow_id) for document_id in ids)
    if not ids and begun - chosen.since > 2 * LOOK_BACK:
        with db.write() as session:
            forms.locked(session, WorkflowRule, chosen.id).since = begun - LOOK_BACK
    return started


def _chosen(session: Session, chosen: WorkflowRule, folders: Parents) -> Select[int]:
    ever = select(DocumentFlow.id).where(DocumentFlow.document_id == Document.id).exists()
    query = select(Document.id).where(Document.confirmed_at > chosen.since, Document.deleted_at.is_(None), Document.state != "withheld", ~ever)
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
    """Whether the document was started now; somebody may have been faster, or have changed it."""
    try:
        starting.start(WORKER, document_id, workflow_id)
    except (Invalid, NotFound, Conflict, IntegrityError):
        return False
    return True
