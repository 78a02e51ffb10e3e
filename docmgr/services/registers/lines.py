"""One line of a register: who may read its document, and the columns that clerks fill in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, RegisterEntry, Unit, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import by_number, rule
from docmgr.services.documents import references
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.registers import numbering, words
from docmgr.services.trail import log

# Column → its name as the law's forms print it. The first five are of both registers.
COLUMNS = {
    "kept_by": "Đơn vị, người nhận bản lưu",
    "copies": "Số lượng bản",
    "moved_on": "Ngày chuyển",
    "receipt": "Ký nhận",
    "note": "Ghi chú",
    "sender": "Nơi gửi",
    "unit_id": "Đơn vị nhận",
    "person_id": "Người nhận",
    "due_on": "Thời hạn giải quyết",
    "progress": "Tiến độ giải quyết",
    "answer": "Số, ký hiệu văn bản trả lời",
}
# The columns of each kind of register.
OUTGOING = ("kept_by", "copies", "moved_on", "receipt", "note")
INCOMING = ("sender", "unit_id", "person_id", "due_on", "moved_on", "receipt", "note", "progress", "answer")
LIMITS = {"kept_by": 300, "receipt": 200, "note": 1000, "sender": 300, "progress": 500, "answer": 100}
MOST_COPIES = 9_999


@dataclass(frozen=True)
class LineInput:
    """What a person typed into the columns of a line; columns of the other kind of register are not looked at."""

    kept_by: str | None = None
    copies: int | None = None
    moved_on: dt.date | None = None
    receipt: str | None = None
    note: str | None = None
    sender: str | None = None
    unit_id: int | None = None
    person_id: int | None = None
    due_on: dt.date | None = None
    progress: str | None = None
    answer: str | None = None


def seen(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the register shows the actor what the document is. A document in the recycle bin
    is shown to those who may edit it, and one that was destroyed with its case file to those who might read it."""
    in_bin = Document.deleted_at.is_not(None) & rule.readable(actor, "edit")
    return or_(rule.visible(actor), in_bin, Document.purged_at.is_not(None) & rule.readable(actor))


def require_seen(session: Session, actor: Actor, entry: RegisterEntry) -> None:
    """Raise NotFound when the line is of a document that the register does not show the actor."""
    if entry.document_id is None:
        return
    if session.scalar(select(Document.id).where(Document.id == entry.document_id, seen(actor))) is None:
        raise NotFound


def issued(session: Session, document_id: int, kind: str) -> RegisterEntry | None:
    """Find the line with the valid number of a document in the register of this kind; None when it has none."""
    own = RegisterEntry.document_id == document_id, RegisterEntry.kind == kind, RegisterEntry.state == "issued"
    return session.scalar(select(RegisterEntry).where(*own))


def columns_of(kind: str) -> tuple[str, ...]:
    """The columns that clerks fill in, in the register of this kind."""
    return INCOMING if kind == "incoming" else OUTGOING


def fill(session: Session, actor: Actor, entry: RegisterEntry, given: LineInput) -> None:
    """Put what a person typed into the columns of the line. Raises Invalid with the field that is wrong."""
    values = {field.name: getattr(given, field.name) for field in fields(given)}
    values |= {name: words.one_line(values[name], name, limit) for name, limit in LIMITS.items() if name != "note"}
    values["note"] = forms.cleaned(given.note, "note", LIMITS["note"])
    if given.copies is not None and not 1 <= given.copies <= MOST_COPIES:
        raise Invalid(Message("Số lượng bản phải từ 1 đến %(most)s.", most=MOST_COPIES), "copies")
    for name in ("moved_on", "due_on"):
        if values[name] is not None and values[name].year < words.EARLIEST_YEAR:
            raise Invalid(Message("Năm phải từ %(year)s trở đi.", year=words.EARLIEST_YEAR), name)
    if given.unit_id is not None and given.unit_id != entry.unit_id:
        forms.check_units(session, {given.unit_id}, "unit_id")
    if given.person_id is not None and given.person_id != entry.person_id:
        person(session, given.person_id, "person_id")
    answered = entry.answer
    if not values["answer"] and entry.answer_id is not None and not references.documents(session, actor, [entry.answer_id]):
        # The form did not show the actor this answer, so nobody removed it.
        values["answer"] = answered
    for name in columns_of(entry.kind):
        setattr(entry, name, values[name])
    if entry.answer != answered:
        entry.answer_id = _answer(actor, entry.answer)
        if entry.answer_id is not None:
            # The register prints the number of the answer, also where it was named by its id ("#12").
            entry.answer = session.get_one(Document, entry.answer_id).number or entry.answer


def person(session: Session, user_id: int, field: str) -> User:
    """Load a person who is not disabled. Raises Invalid with `field` when there is none."""
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise Invalid(Message("Người đã chọn không còn; hãy chọn lại."), field)
    return user


def _answer(actor: Actor, number: str | None) -> int | None:
    """Find the document that the typed number of an answer means. None when the store has none that the actor may read:
    then the register has the number alone."""
    if not number or number.isdigit():
        return None
    return by_number.named(actor, number, "answer")


def edit(actor: Actor, entry_id: int, given: LineInput, *, revision: int | None) -> None:
    """Change the columns that clerks fill in. `revision` is the revision of the line when the form was opened; None means
    that there was no form. Raises Denied, NotFound when the actor may not read its document, Conflict, and Invalid with the
    field that is wrong."""
    policy.require(actor, "register:edit")
    with db.write() as session:
        entry = forms.for_change(session, RegisterEntry, entry_id, revision, lambda row: require_seen(session, actor, row))
        before = _shown(session, entry)
        fill(session, actor, entry, given)
        forms.bump(entry)
        session.flush()
        details: dict[str, object] = dict(forms.differences(before, _shown(session, entry)))
        if entry.document_id is None:
            numbering.record(session, actor, "register:edit", entry, details)
            return
        if entry.answer_id is not None:
            # The name of the answer is shown to those who may read it.
            label = references.documents(session, actor, [entry.answer_id])
            details |= {"target": entry.answer_id, "target_label": label[entry.answer_id].label if label else entry.answer}
        log.document_event(session, actor, "register:edit", session.get_one(Document, entry.document_id), details)


def _shown(session: Session, entry: RegisterEntry) -> forms.Shown:
    unit = session.get(Unit, entry.unit_id) if entry.unit_id is not None else None
    user = session.get(User, entry.person_id) if entry.person_id is not None else None
    return {
        "Đơn vị, người nhận bản lưu": entry.kept_by,
        "Số lượng bản": str(entry.copies) if entry.copies is not None else None,
        "Ngày chuyển": forms.day(entry.moved_on),
        "Ký nhận": entry.receipt,
        "Ghi chú": entry.note,
        "Nơi gửi": entry.sender,
        "Đơn vị nhận": unit.name if unit else None,
        "Người nhận": user.full_name if user else None,
        "Thời hạn giải quyết": forms.day(entry.due_on),
        "Tiến độ giải quyết": entry.progress,
        # The number of an answer in the store is the name of another document.
        "Số, ký hiệu văn bản trả lời": entry.answer if entry.answer_id is None else None,
    }
