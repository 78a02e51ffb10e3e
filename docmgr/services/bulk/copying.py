"""Copy a document ("Nhân bản"): a new draft with the files, the text and the facts of the newest version, in a folder that the
person chooses and with the rights of that folder.

Number and date of issue belong to the original and stay empty in the copy, also when its file is read again. Relations, links,
local roles, comments and the run of a workflow are not copied. Of what it is a copy is told to those who may read the original.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, DocumentFact, DocumentTerm, OwnValue, Version
from docmgr.policy import Actor
from docmgr.reading.formats.kinds import is_container
from docmgr.services.access import guard, rule, versions
from docmgr.services.documents import facts, ingest, intake, lifecycle, references, upload
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.folders import tree
from docmgr.services.forms import STALE
from docmgr.services.message import Message
from docmgr.services.texts import restoring
from docmgr.services.trail import log

# Facts of the original alone.
LEFT_EMPTY = ("number", "issued_on")
NO_CONTAINER = Message("Thư điện tử và gói tệp không nhân bản được; hãy nhân bản từng văn bản bên trong.")


def copy(actor: Actor, document_id: int, folder_id: int) -> int:
    """Make a copy of a document in a folder; return the id of the copy. Raises Denied or NotFound unless the actor may read the
    document and add to the folder, Conflict when the folder is in the recycle bin or the files have just been found to be secret,
    and Invalid when the document is withheld, a mail or archive, or is being read."""
    policy.require(actor, "document:upload")
    no = guard.get(actor, document_id).current_no
    with db.write() as session:
        hashes = restoring.lock_bytes(session, document_id, no)
        rule.hold_tree(session)
        folder = tree.receiving(session, actor, folder_id)
        source = guard.readable(session, actor, document_id)
        old = _copied(session, actor, source)
        if intake.known_secret(session, hashes) is not None or source.current_no != no:
            raise Conflict(STALE)
        made = upload.new_draft(session, actor, folder.id)
        made.copied_from, made.official = source.id, source.official
        new = restoring.copy_version(session, actor, made, old, no=1, note=None)
        made.current_no = new.no
        ingest.set_state(made, new)
        _copy_facts(session, actor, source, made)
        lifecycle.touch(session, made)
        log.document_event(session, actor, "document:copy", made, {"from": source.label, "from_id": source.id, "file": made.file_name})
        log.document_event(session, actor, "document:copied", source)
        return made.id


def original(actor: Actor, document: Document) -> DocumentRef | None:
    """The document of which `document`, which the actor may read, began as a copy; None when it is none, or the actor may not read
    the original."""
    if document.copied_from is None:
        return None
    with db.read() as session:
        return references.documents(session, actor, [document.copied_from]).get(document.copied_from)


def _copied(session: Session, actor: Actor, source: Document) -> Version:
    """The newest version of the document, if it can be copied."""
    newest = versions.newest(session, source)
    if source.state == "withheld" or newest is None or not newest.files:
        raise Invalid(restoring.NO_CONTENT)
    if not versions.may_see(actor, newest) or len(versions.files_of(actor, newest)) != len(newest.files):
        raise Invalid(restoring.STILL_READING)
    restoring.refuse_unread(session, actor, newest)
    if any(is_container(file.kind) for file in newest.files):
        raise Invalid(NO_CONTAINER)
    return newest


def _copy_facts(session: Session, actor: Actor, source: Document, made: Document) -> None:
    """Give the copy the facts, own values, field of work and tags of the original. Empty facts are confirmed, so that reading the
    file again does not fill them."""
    for row in source.facts:
        if row.field in LEFT_EMPTY:
            continue
        made.facts.append(
            DocumentFact(
                document_id=made.id, field=row.field, value=row.value, quote=row.quote, sure=row.sure, confirmed=row.confirmed,
                confirmed_by=row.confirmed_by, confirmed_at=row.confirmed_at,
            )
        )  # fmt: skip
    for field in LEFT_EMPTY:
        made.facts.append(DocumentFact(document_id=made.id, field=field, confirmed=True, confirmed_by=actor.user_id, confirmed_at=db.now()))
    facts.show(made)
    session.add_all(
        OwnValue(document_id=made.id, field_id=row.field_id, place=row.place, text=row.text, number=row.number, day=row.day)
        for row in session.scalars(select(OwnValue).where(OwnValue.document_id == source.id)).all()
    )
    terms = session.scalars(select(DocumentTerm.term_id).where(DocumentTerm.document_id == source.id)).all()
    session.add_all(DocumentTerm(document_id=made.id, term_id=number) for number in terms)
