"""Get one document that an actor may read or edit. Only this module decides whether the actor gets the document or
NotFound."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, keys
from docmgr.models import Document
from docmgr.policy import Actor, may, require
from docmgr.services import forms
from docmgr.services.access import checkouts, local_rights, pending, rule
from docmgr.services.errors import NotFound


def readable(session: Session, actor: Actor, document_id: int) -> Document:
    """Load the document with this id in an open session. Raises NotFound when there is no such document, when the
    actor may not read it, or when it is in the recycle bin. The caller has already checked that the actor's roles
    allow reading. Outside of a unit of work what was found is remembered (db.kept): a page asks ten times for its document."""
    known = {} if db.is_writing() else db.kept().setdefault("readable", {})
    if (held := known.get((actor, document_id))) is not None and held in session:
        document: Document = held
        return document
    query = select(Document).where(Document.id == document_id, rule.visible(actor))
    found = session.scalar(query) if abs(document_id) <= keys.LARGEST else None
    if found is None:
        raise NotFound
    known[actor, document_id] = found
    return found


def get(actor: Actor, document_id: int) -> Document:
    """Check the actor's roles and load the document with this id in a session of its own. Raises Denied when the
    roles do not allow reading documents, and NotFound when the actor may not read this one or it is in the recycle
    bin."""
    require(actor, "document:read")
    with db.read() as session:
        return readable(session, actor, document_id)


def get_editable(actor: Actor, document_id: int) -> Document:
    """Load the document with this id in a session of its own, if the actor may edit it. Raises Denied when the
    actor's roles do not allow editing documents, and NotFound when the actor may not edit this one or it is in the
    recycle bin."""
    with db.read() as session:
        return editable(session, actor, document_id)


def editable(session: Session, actor: Actor, document_id: int, action: str = "document:edit") -> Document:
    """Load the document with this id in an open session, if the actor has the right to edit it, or the right that local_rights.NEEDED
    names for `action`. `action` is the action of docmgr.policy that the actor's roles must allow. Raises Denied when they do
    not, and NotFound when the actor has no such right on the document or it is in the recycle bin."""
    require(actor, action)
    needed = local_rights.NEEDED.get(action)
    condition = rule.editable(actor) if needed is None else rule.visible(actor)
    document = session.scalar(select(Document).where(Document.id == document_id, condition))
    if document is None or (needed is not None and needed not in local_rights.on_document(session, actor, document)):
        raise NotFound
    return document


def for_change(
    session: Session,
    actor: Actor,
    document_id: int,
    action: str = "document:edit",
    *,
    revision: int | None = None,
    taken_too: bool = False,
) -> Document:
    """Lock and return a document that the actor may change (see `editable`): nobody else changes its row before the unit of work ends.

    `action` is the action of docmgr.policy that the actor's roles must allow. `revision` is the revision of the
    document when the form was opened; None means that there was no form. Raises Denied when the roles do not allow
    the action, NotFound when the actor may not edit the document, CheckedOut when somebody else has taken it to edit it
    (`taken_too` allows that), and Conflict when the document no longer has this revision.
    """
    require(actor, action)
    rule.hold_tree(session)

    def allowed(document: Document) -> None:
        editable(session, actor, document_id, action)
        if not taken_too:
            checkouts.refuse(session, actor, document)

    return forms.for_change(session, Document, document_id, revision, allowed)


def for_step(session: Session, actor: Actor, document_id: int) -> Document:
    """Lock and return a document that the actor may read, to move it through its workflow. Raises NotFound when the actor
    may not read it, and CheckedOut when somebody else has taken it to edit it."""
    rule.hold_tree(session)
    forms.locked(session, Document, document_id)
    document = readable(session, actor, document_id)
    checkouts.refuse(session, actor, document)
    return document


def locked(session: Session, document_id: int) -> Document:
    """Lock and return the document with this id without checking rights, or whether somebody has taken it; only the worker
    and what is no change of the document by a person use it. Raises NotFound when there is no such document."""
    rule.hold_tree(session)
    return forms.locked(session, Document, document_id)


def joined_into(actor: Actor, document_id: int) -> int | None:
    """Find the document that has the file of a joined draft; a document may have been joined several times in a row.
    Returns its id. None when the document was not joined, or the actor might not read each of them before, or may not
    read the last one now. The caller has already checked that the actor's roles allow reading."""
    with db.read() as session:
        number = None if abs(document_id) > keys.LARGEST else document_id
        seen: set[int] = set()
        while number is not None and number not in seen:
            seen.add(number)
            joined = (Document.id == number) & Document.merged_into.is_not(None) & rule.readable(actor)
            into = session.scalar(select(Document.merged_into).where(joined))
            if into is None:
                break
            number = into
        if number is None or number == document_id:
            return None
        return session.scalar(select(Document.id).where(Document.id == number, rule.visible(actor)))


def may_edit(actor: Actor, document_id: int) -> bool:
    """Whether the actor may edit the document: the roles allow it, the actor has the right to edit, and the document
    is not in the recycle bin."""
    if not may(actor, "document:edit"):
        return False
    with db.read() as session:
        query = select(Document.id).where(Document.id == document_id, rule.editable(actor))
        return session.scalar(query) is not None


def rights(actor: Actor, document: Document) -> frozenset[str]:
    """Find what the actor may do with a document that they may read: those local rights (policy.LOCAL_RIGHTS) that the actor
    holds and that the actor's roles allow to use."""
    with db.read() as session:
        found = local_rights.on_document(session, actor, document)
    needed = {right: action for action, right in local_rights.NEEDED.items()}
    return frozenset(right for right in found if may(actor, needed.get(right, "document:edit")))


def readers_among(session: Session, document: Document, people: Iterable[Actor]) -> set[int]:
    """Find which of these people may read the document, by the read rule in Python. Returns their ids. The caller has got the
    document from this module, so it is not in the recycle bin."""
    reads = [read for read, _edit in pending.keys(session, [document.id])[document.id]]
    return {one.user_id for one in people if one.user_id is not None and may(one, "document:read") and pending.hold(one, reads)}


def may_see_readings(actor: Actor, document_id: int) -> bool:
    """Whether the actor may see who has read the document. Auditors may, and people who may edit the document. Raises
    NotFound when the actor may not read the document, and Denied when the actor's roles may not read documents."""
    get(actor, document_id)
    return may(actor, "trail:read_all") or may_edit(actor, document_id)
