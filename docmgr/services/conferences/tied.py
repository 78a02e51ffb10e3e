"""The papers of a conference: documents of the store, each shown only to who may read it.

Locks: the document's row, then the conference's.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from docmgr import db, policy
from docmgr.models import Conference, ConferenceDocument
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import by_number, guard
from docmgr.services.conferences import checks, records
from docmgr.services.conferences.votes import NOT_HELD
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log

PAPERS = {
    "plan": "Kế hoạch tổ chức", "invitation": "Giấy mời", "report": "Báo cáo", "minutes": "Biên bản", "resolution": "Nghị quyết",
    "notice": "Thông báo kết quả",
}  # fmt: skip
MOST = 50


@dataclass(frozen=True)
class PaperRow:
    """A paper of a conference as its page lists it. `role` is a key of PAPERS."""

    role: str
    document: DocumentRef


def papers(actor: Actor, conference_id: int) -> list[PaperRow]:
    """List the papers of a conference that the actor may read, in the order of PAPERS. Raises Denied when the actor's roles may not read
    plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        rows = session.execute(
            select(ConferenceDocument.document_id, ConferenceDocument.role).where(ConferenceDocument.conference_id == conference_id)
        ).all()
        shown = references.documents(session, actor, (row.document_id for row in rows)) if policy.may(actor, "document:read") else {}
    order = list(PAPERS)
    found = [PaperRow(row.role, shown[row.document_id]) for row in rows if row.document_id in shown]
    return sorted(found, key=lambda one: (order.index(one.role), one.document.id))


def of_document(actor: Actor, document_id: int) -> list[tuple[str, Conference]]:
    """List the conferences of which a document is a paper, with what it is there. Raises NotFound when the actor may not read the document; empty
    when the actor's roles may not read plans."""
    guard.get(actor, document_id)
    if not policy.may(actor, "plan:read"):
        return []
    query = select(ConferenceDocument.role, Conference).join(Conference, Conference.id == ConferenceDocument.conference_id)
    with db.read() as session:
        rows = session.execute(query.where(ConferenceDocument.document_id == document_id).order_by(Conference.id))
        return [(role, conference) for role, conference in rows]


def add(actor: Actor, conference_id: int, number: str, role: str) -> int:
    """Tie the document with this number, or id ("#12"), to a conference and return its id. Raises Denied, NotFound, and Invalid with the field
    that is wrong: no such document that the actor may read, one that is tied already, a second resolution, or one of a conference that was
    not held."""
    policy.require(actor, "plan:edit")
    kind = forms.one_of(role, PAPERS, "role")
    typed = forms.required(number, Message("Hãy ghi số, ký hiệu của văn bản."), "number", 200)
    document_id = by_number.named(actor, typed, "number")
    if document_id is None:
        raise Invalid(Message("Không có văn bản nào mang số này mà bạn đọc được."), "number")
    with db.write() as session:
        guard.locked(session, document_id)
        document = guard.readable(session, actor, document_id)
        row = records.for_change(session, actor, conference_id)
        own = ConferenceDocument.conference_id == row.id
        if session.scalar(select(ConferenceDocument.role).where(own, ConferenceDocument.document_id == document_id)) is not None:
            raise Invalid(Message("Văn bản này đã được gắn với hội nghị."), "number")
        if (session.scalar(select(func.count()).select_from(ConferenceDocument).where(own)) or 0) >= MOST:
            raise Invalid(Message("Một hội nghị có nhiều nhất %(most)s văn bản.", most=MOST), "number")
        if kind == "resolution" and not checks.is_valid(session, row):
            raise Invalid(NOT_HELD, "role")
        if kind == "resolution" and checks.has_resolution(session, row.id):
            raise Invalid(Message("Hội nghị đã có nghị quyết; hãy gỡ văn bản kia trước."), "role")
        session.add(ConferenceDocument(conference_id=row.id, document_id=document_id, role=kind, added_by=actor.user_id))
        records.changed(session, row)
        details = {"about": references.full_label(document), "paper": Message(PAPERS[kind])}
        log.record(session, actor, "conference:tie", "conference", row.id, records.label(row), document_id=document_id, details=details)
        return document_id


def remove(actor: Actor, conference_id: int, document_id: int) -> None:
    """Untie a document that the actor may read from a conference. Raises Denied, NotFound, and Invalid when the resolution carries results that were
    announced."""
    policy.require(actor, "plan:edit")
    with db.write() as session:
        guard.locked(session, document_id)
        document = guard.readable(session, actor, document_id)
        row = records.for_change(session, actor, conference_id)
        held = session.get(ConferenceDocument, (row.id, document_id))
        if held is None:
            raise NotFound
        if held.role == "resolution" and row.announced_on is not None:
            raise Invalid(Message("Kết quả đã công bố; hãy bỏ ngày công bố trước khi gỡ nghị quyết."))
        details = {"about": references.full_label(document), "paper": Message(PAPERS[held.role])}
        session.delete(held)
        records.changed(session, row)
        log.record(session, actor, "conference:untie", "conference", row.id, records.label(row), document_id=document_id, details=details)
