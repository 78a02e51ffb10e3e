"""Publish, withdraw, move and delete stored documents.

Each change also assigns the access list and adds an index job in the same unit of work. services.documents.landing
restores deleted documents.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, DocumentFlow, Folder
from docmgr.policy import WORKFLOWS, Actor
from docmgr.services import forms, jobs
from docmgr.services.access import checkouts, guard, rule
from docmgr.services.checkout import taking
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.folders import delegation, tree
from docmgr.services.message import Message
from docmgr.services.trail import log

WITHHELD = Message("Văn bản có dấu mật không được công bố.")
CHANGED = Message("Người khác vừa đổi trạng thái công bố hoặc thư mục của văn bản này. Chưa có gì được lưu; hãy xem lại rồi chọn.")
LED = Message("Văn bản đang theo quy trình; hãy chuyển bước ở trang Quy trình của văn bản, hoặc dừng quy trình trước.")


def set_workflow(actor: Actor, document_id: int, workflow: str, *, seen: str | None = None) -> None:
    """Set the workflow state of a document: "published", "withdrawn" or "draft". `seen` is the state that the page showed;
    None means that there was no page. Raises Conflict when it is another one now, NotFound or Denied when the
    actor may not publish the document, and Invalid when the state is unknown, the document is withheld because of a secrecy
    stamp, or a workflow leads it."""
    if workflow not in WORKFLOWS:
        raise Invalid(Message("Trạng thái không hợp lệ."))
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, "document:publish")
        if document.state == "withheld":
            raise Invalid(WITHHELD)
        if document.workflow != workflow:
            if seen is not None and document.workflow != seen:
                raise Conflict(CHANGED)
            if is_led(session, document_id):
                raise Invalid(LED)
            change_workflow(session, actor, document, workflow)


def is_led(session: Session, document_id: int) -> bool:
    """Whether the steps of a workflow publish and withdraw the document, so that nothing else may."""
    query = select(DocumentFlow.id).where(DocumentFlow.document_id == document_id, DocumentFlow.leads, DocumentFlow.stopped.is_(False))
    return session.scalar(query.limit(1)) is not None


def change_workflow(session: Session, actor: Actor, document: Document, workflow: str, *, undone: bool = False) -> None:
    """Set the workflow state of a document in the open unit of work and record the event. `undone` says that an earlier change is
    undone. Raises Invalid when the document is to be published but is withheld because of a secrecy stamp."""
    if workflow == "published" and document.state == "withheld":
        raise Invalid(WITHHELD)
    actions = {"published": "document:publish", "withdrawn": "document:withdraw", "draft": "document:draft"}
    details = {"from": document.workflow, "to": workflow}
    # What was asked for at upload ends with the first decision.
    document.workflow, document.publish_when_read = workflow, False
    touch(session, document)
    log.document_event(session, actor, actions[workflow], document, {**details, **mark_undone(undone)})


def follow_version(session: Session, document: Document) -> None:
    """Let forms of the document's workflow that were opened before be refused, because it has a new version in the open unit
    of work: nobody approves a version that they have not seen."""
    running = DocumentFlow.document_id == document.id, DocumentFlow.ended_at.is_(None)
    session.execute(update(DocumentFlow).where(*running).values(revision=DocumentFlow.revision + 1))


def touch(session: Session, document: Document) -> None:
    """Raise the revision of the document, assign its access list anew and add an index job. Call it after any change
    that may affect the rights or the index."""
    forms.bump(document)
    rule.assign_list(session, document)
    jobs.enqueue(session, "index", document.id)


def move(actor: Actor, ids: Iterable[int], folder_id: int, *, seen: int | None = None) -> dict[int, int]:
    """Move the documents with these ids to a folder. `seen` is the folder in which the page showed them; None means any. Raises
    Conflict when one is in another folder now, which is not `folder_id`. Returns the ids of those that were moved with those of their
    former folders; documents already in the folder are not among them. Raises NotFound or Denied when the actor may not edit one of the
    documents or not add to the folder, and Invalid when the actor may not delete one where it is. Raises Conflict when the folder was
    deleted meanwhile."""
    with db.write() as session:
        rule.hold_tree(session)
        target = tree.receiving(session, actor, folder_id)
        moved: dict[int, int] = {}
        # Rows are locked in a fixed order, so that two people who move the same documents wait but do not deadlock.
        for document_id in sorted(set(ids)):
            document = guard.for_change(session, actor, document_id)
            if document.folder_id == folder_id:
                continue
            if seen is not None and document.folder_id != seen:
                raise Conflict(CHANGED)
            delegation.refuse_leaving(session, actor, document)
            moved[document_id] = document.folder_id
            put_into(session, actor, document, target)
        return moved


def put_into(session: Session, actor: Actor, document: Document, target: Folder, *, undone: bool = False) -> None:
    """Put a document, whose row the caller has locked, into the folder `target` in the open unit of work, and record the event.
    `undone` says that an earlier move is undone. The caller has checked the rights on both."""
    source = session.get(Folder, document.folder_id)
    details = {
        "from": source.name if source else None, "from_id": document.folder_id,
        "to": target.name, "to_id": target.id,
    }  # fmt: skip
    document.folder_id = target.id
    touch(session, document)
    log.document_event(session, actor, "document:move", document, {**details, **mark_undone(undone)})


def mark_undone(undone: bool) -> dict[str, bool]:
    """The detail of an event that says whether it undoes an earlier one."""
    return {"undone": True} if undone else {}


def delete(actor: Actor, ids: Iterable[int]) -> str:
    """Put the documents with these ids into the recycle bin; return the batch by which bin.restore restores them.
    Raises NotFound or Denied when the actor may not delete one of them."""
    batch = secrets.token_hex(16)
    with db.write() as session:
        for document_id in sorted(set(ids)):
            put_in_bin(session, actor, guard.for_change(session, actor, document_id, "document:delete"), batch)
    return batch


def put_in_bin(session: Session, actor: Actor, document: Document, batch: str) -> None:
    """Put one document, whose row the caller has locked, into the recycle bin in the open unit of work. `batch` marks
    everything that the same act deletes, so that it can be restored together. Raises CheckedOut when somebody else has taken
    it to edit it; the actor's own taking ends."""
    checkouts.refuse(session, actor, document)
    taking.end(session, actor, document)
    document.deleted_at, document.deleted_by, document.deleted_batch = db.now(), actor.user_id, batch
    # The rights stay as they are; only the index must follow.
    forms.bump(document)
    jobs.enqueue(session, "index", document.id)
    log.document_event(session, actor, "document:delete", document)
