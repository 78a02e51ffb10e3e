"""A document's life after it is stored: published, withdrawn, moved, into the recycle bin (services.documents.landing: back).

Whatever changes here, the access list and an index job follow in the same unit of work.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Folder
from docmgr.policy import WORKFLOWS, Actor
from docmgr.services import forms, jobs
from docmgr.services.access import guard, rule
from docmgr.services.errors import Invalid
from docmgr.services.folders import tree
from docmgr.services.message import Message
from docmgr.services.trail import log

WITHHELD = Message("Văn bản có dấu mật không được công bố.")


def set_workflow(actor: Actor, document_id: int, workflow: str) -> None:
    """Publish, withdraw or take back to draft. Raises NotFound, Invalid."""
    if workflow not in WORKFLOWS:
        raise Invalid(Message("Trạng thái không hợp lệ."))
    with db.write() as session:
        document = guard.for_change(session, actor, document_id)
        if document.state == "withheld":
            raise Invalid(WITHHELD)
        if document.workflow != workflow:
            change_workflow(session, actor, document, workflow)


def change_workflow(session: Session, actor: Actor, document: Document, workflow: str) -> None:
    """The step itself, in the open unit of work. Raises Invalid for publishing what was withheld."""
    if workflow == "published" and document.state == "withheld":
        raise Invalid(WITHHELD)
    actions = {"published": "document:publish", "withdrawn": "document:withdraw", "draft": "document:draft"}
    details = {"from": document.workflow, "to": workflow}
    document.workflow = workflow
    touch(session, document)
    log.document_event(session, actor, actions[workflow], document, details)


def touch(session: Session, document: Document) -> None:
    """After any change that the index or the rights must follow."""
    forms.bump(document)
    rule.assign_list(session, document)
    jobs.enqueue(session, "index", document.id)


def move(actor: Actor, ids: Iterable[int], folder_id: int) -> int:
    """Move documents to a folder; how many moved.

    Raises NotFound, Denied where any may not be moved, Conflict (the folder was deleted meanwhile).
    """
    with db.write() as session:
        rule.hold_tree(session)
        target = tree.receiving(session, actor, folder_id)
        moved = 0
        # Locked in one order: two people who move the same documents wait, they do not shut each other out.
        for document_id in sorted(set(ids)):
            document = guard.for_change(session, actor, document_id)
            if document.folder_id == folder_id:
                continue
            source = session.get(Folder, document.folder_id)
            details = {
                "from": source.name if source else None, "from_id": document.folder_id,
                "to": target.name, "to_id": folder_id,
            }  # fmt: skip
            document.folder_id = folder_id
            touch(session, document)
            log.document_event(session, actor, "document:move", document, details)
            moved += 1
        return moved


def delete(actor: Actor, ids: Iterable[int]) -> str:
    """Put documents into the recycle bin in one batch; its id brings them back. Raises NotFound, Denied."""
    batch = secrets.token_hex(16)
    with db.write() as session:
        for document_id in sorted(set(ids)):
            put_in_bin(session, actor, guard.for_change(session, actor, document_id, "document:delete"), batch)
    return batch


def put_in_bin(session: Session, actor: Actor, document: Document, batch: str) -> None:
    """The step itself, in the open unit of work."""
    document.deleted_at, document.deleted_by, document.deleted_batch = db.now(), actor.user_id, batch
    # Rights stay as they are; only the index must follow.
    forms.bump(document)
    jobs.enqueue(session, "index", document.id)
    log.document_event(session, actor, "document:delete", document)
