"""Why a document is never deleted for good, from the recycle bin or with a case file: a hold, a closed case file, a link to a task, an inspection or a
finding, a plan or task that rests on it, a line in a register, which prints its type and subject, or that it answers another document.

This is the only place with that rule: as an SQL condition, which is asked under locks before anything is deleted, and in words
for the page of the bin. Both come from the same conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from docmgr import context, db, policy
from docmgr.models import (
    CaseDocument,
    CaseFile,
    Conference,
    ConferenceDocument,
    DisposalList,
    Document,
    DocumentFlow,
    Finding,
    Folder,
    Hold,
    Inspection,
    Link,
    Plan,
    RegisterEntry,
    Task,
    Unit,
)
from docmgr.policy import LINK_ROLES, Actor
from docmgr.services.access import rule
from docmgr.services.chunks import chunks
from docmgr.services.message import Message

Reasons = dict[int, list[Message]]
# The names of things in a reason are cut.
LONGEST = 100
# What keeps a document → the sentence. `name` is the case file, task and so on, `role` what the document is to it.
SENTENCES = {
    "hold": "Đang tạm giữ, không được xóa",
    "held_case": "Trong hồ sơ đang tạm giữ “%(name)s”",
    "closed_case": "Trong hồ sơ đã đóng “%(name)s”",
    "task": "%(role)s của nhiệm vụ “%(name)s”",
    "inspection": "%(role)s của cuộc kiểm tra “%(name)s”",
    "finding": "%(role)s của phát hiện “%(name)s”",
    "pinned": "Có điều khoản mà phát hiện “%(name)s” đối chiếu",
    "conference": "Giấy tờ của hội nghị của “%(name)s”",
    "plan": "Văn bản của kế hoạch “%(name)s”",
    "assigning": "Văn bản giao nhiệm vụ “%(name)s”",
    "register": "Có dòng trong sổ văn bản",
    "answer": "Là văn bản trả lời ghi trong sổ văn bản",
    "flow_answer": "Là văn bản trả lời trong một quy trình",
    "disposal": "Quyết định về danh mục “%(name)s”",
}

# What keeps a document in the bin but not in a case file that is destroyed by decision: the decision is about closed case
# files, and the register prints what the tombstone has.
IN_BIN_ONLY = frozenset({"closed_case", "register"})


def condition(*, destroying: bool = False) -> ColumnElement[bool]:
    """Return an SQL condition on Document: something keeps it from being deleted for good. With `destroying`, what keeps it
    from being destroyed with its case file by decision: then IN_BIN_ONLY do not count."""
    queries = _queries(destroying).values()
    return or_(*(query.where(query.selected_columns[0] == Document.id).correlate(Document).exists() for query in queries))


def reasons(session: Session, document_ids: Collection[int], *, destroying: bool = False) -> Reasons:
    """Say of each of these documents what keeps it, by document id; those that nothing keeps are missing. Case files, tasks and
    so on are named: all of them are shown to everybody who may restore documents. `destroying` is as in `condition`."""
    found: Reasons = {}
    for some in chunks(document_ids):
        for code, query in _queries(destroying).items():
            for document_id, name, role in session.execute(query.where(query.selected_columns[0].in_(some)).order_by(*query.selected_columns)):
                found.setdefault(document_id, []).append(_said(code, name, role))
    return found


def of_bin(actor: Actor, document_ids: Iterable[int]) -> Reasons:
    """The same for the page of the recycle bin, whose documents the actor may restore. Raises Denied when the actor's roles may
    not restore."""
    policy.require(actor, "document:restore")
    with db.read() as session:
        return reasons(session, set(document_ids))


def inside(actor: Actor, folder_ids: Iterable[int]) -> dict[int, int]:
    """Count the documents that were deleted together with each of these folders and that something keeps, by the id of the
    folder; folders without any are missing. Raises Denied when the actor's roles may not restore."""
    policy.require(actor, "document:restore")
    query = select(Folder.id, func.count(Document.id)).join(Document, Document.deleted_batch == Folder.deleted_batch)
    query = query.where(Folder.id.in_(list(folder_ids)), Document.purged_at.is_(None), rule.readable(actor, "edit"), condition())
    with db.read() as session:
        return {folder_id: many for folder_id, many in session.execute(query.group_by(Folder.id))}


def days() -> int:
    """After how many days in the bin documents are deleted for good that nothing keeps; 0: never."""
    return context.current().settings.bin_days


def _queries(destroying: bool = False) -> dict[str, Select[Any, Any, Any]]:
    """What keeps documents, by the keys of SENTENCES: queries of (id of the document, name, role)."""
    found = _all_queries()
    return {code: query for code, query in found.items() if not (destroying and code in IN_BIN_ONLY)}


def _all_queries() -> dict[str, Select[Any, Any, Any]]:
    none = literal(None)
    cases = select(CaseDocument.document_id, CaseFile.code + " · " + CaseFile.title, none).join(CaseFile, CaseFile.id == CaseDocument.case_id)
    linked = select(Link.document_id, Task.title, Link.role).join(Task, Task.id == Link.task_id)
    inspected = select(Link.document_id, Inspection.title, Link.role).join(Inspection, Inspection.id == Link.inspection_id)
    conferences = select(ConferenceDocument.document_id, Unit.name, none).join(Conference, Conference.id == ConferenceDocument.conference_id)
    conferences = conferences.join(Unit, Unit.id == Conference.unit_id)
    founded = select(Link.document_id, Finding.text, Link.role).join(Finding, Finding.id == Link.finding_id)
    present = Hold.ended_at.is_(None)
    decisions = select(DisposalList.decision_document_id, DisposalList.title, none)
    return {
        "hold": select(Hold.document_id, none, none).where(present),
        "held_case": cases.where(select(Hold.id).where(Hold.case_id == CaseFile.id, present).exists()),
        "closed_case": cases.where(CaseFile.closed_on.is_not(None)),
        "task": linked.where(Link.ended_at.is_(None)),
        "inspection": inspected.where(Link.ended_at.is_(None)),
        "finding": founded.where(Link.ended_at.is_(None)),
        "pinned": select(Finding.pinned_document_id, Finding.text, none).where(Finding.pinned_document_id.is_not(None)),
        "conference": conferences,
        "plan": select(Plan.document_id, Plan.title, none),
        "assigning": select(Task.document_id, Task.title, none),
        "register": select(RegisterEntry.document_id, none, none).distinct(),
        "answer": select(RegisterEntry.answer_id, none, none).where(_there(RegisterEntry.document_id), RegisterEntry.answer_id.is_not(None)).distinct(),
        "flow_answer": select(DocumentFlow.answer_id, none, none).where(_there(DocumentFlow.document_id), DocumentFlow.answer_id.is_not(None)).distinct(),
        "disposal": decisions.where(DisposalList.decision_document_id.is_not(None)),
    }


def _there(document_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The document that was answered was not deleted for good."""
    answered = aliased(Document)
    return ~select(answered.id).where(answered.id == document_id, answered.purged_at.is_not(None)).exists()


def _said(code: str, name: str | None, role: str | None) -> Message:
    cut = name if name is None or len(name) <= LONGEST else name[:LONGEST].rstrip() + "…"
    values = {"name": cut, "role": Message(LINK_ROLES[role]) if role else None}
    return Message(SENTENCES[code], **{key: value for key, value in values.items() if value is not None})
