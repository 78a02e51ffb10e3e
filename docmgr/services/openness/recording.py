"""Record how a document was published, change and end that, and withdraw what was recorded by mistake.

Whoever may edit the document does. Locks: the working calendar (shared), then the document's row, then the publication's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Publication, PublicationForm, PublicationRule, Unit
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message, Words
from docmgr.services.openness import words
from docmgr.services.openness.words import AUDIENCES
from docmgr.services.planning import known_days, publication_days
from docmgr.services.trail import log
from legaltext import dates

_SHA256 = re.compile(r"[0-9a-f]{64}")
OVER = Message("Lần công khai này đã được rút; hãy tải lại trang.")


@dataclass(frozen=True)
class PublicationInput:
    """What a form says of a publication. `proof_document_id` is a photo or minutes among the documents, and `proof_sha256` the hash of what
    was seen at the address `proof_url`."""

    audience: str = "agency"
    form_id: int | None = None
    rule_id: int | None = None
    unit_id: int | None = None
    place: str = ""
    starts_on: dt.date | None = None
    days: int | None = None
    proof_url: str = ""
    proof_sha256: str = ""
    proof_document_id: int | None = None
    note: str = ""


def hash_of(stream: IO[bytes]) -> str:
    """The SHA-256 (hex) of a file that somebody saved of what they saw; "" of none. The file itself is not kept."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest() if size else ""


def create(actor: Actor, document_id: int, given: PublicationInput) -> int:
    """Record a publication of a document and return its id. Raises Denied, NotFound when the actor may not edit the document, and Invalid
    with the field that is wrong."""
    with db.write() as session:
        document = _document(session, actor, document_id)
        if document.workflow != "published" or document.state == "withheld" or document.secrecy:
            raise Invalid(words.NOT_PUBLISHED)
        if (session.scalar(select(func.count(Publication.id)).where(Publication.document_id == document.id)) or 0) >= words.MOST_RECORDS:
            raise Invalid(Message("Văn bản này đã có %(most)s lần công khai.", most=words.MOST_RECORDS))
        row = Publication(document_id=document.id, created_by=actor.user_id, created_by_label=actor.label)
        _fill(session, actor, document, row, given)
        session.add(row)
        session.flush()
        log.document_event(session, actor, "publication:create", document, forms.filled(_shown(session, row)))
        return row.id


def edit(actor: Actor, document_id: int, publication_id: int, given: PublicationInput, *, revision: int | None) -> None:
    """Change a publication. `revision` is the revision when the form was opened; None means that there was no form. Raises Denied,
    NotFound, Conflict, and Invalid with the field that is wrong."""
    with db.write() as session:
        document, row = _for_change(session, actor, document_id, publication_id, revision)
        before = _shown(session, row)
        _fill(session, actor, document, row, given)
        if row.ended_on is not None and not row.starts_on <= row.ended_on <= row.ends_on:
            raise Invalid(Message("Thời gian mới không chứa ngày đã kết thúc (%(day)s).", day=forms.day(row.ended_on) or ""), "starts_on")
        changes = forms.differences(before, _shown(session, row))
        if changes["changes"]:
            forms.bump(row)
            log.document_event(session, actor, "publication:edit", document, changes)


def end(actor: Actor, document_id: int, publication_id: int, ended_on: dt.date | None = None, *, revision: int | None = None) -> None:
    """End a publication on a day, today without one; from that day it is public no more. Raises Denied, NotFound, Conflict when it was
    ended already or the row changed, and Invalid when the day is before its start, after its period or still to come."""
    today = dates.today()
    with db.write() as session:
        document, row = _for_change(session, actor, document_id, publication_id, revision)
        day = ended_on or today
        if row.ended_on is not None:
            raise Conflict(Message("Lần công khai này đã kết thúc ngày %(day)s.", day=forms.day(row.ended_on) or ""))
        if not row.starts_on <= day <= min(today, row.ends_on):
            raise Invalid(Message("Ngày kết thúc phải từ ngày bắt đầu đến hết thời gian công khai, và không sau hôm nay."), "ended_on")
        row.ended_on = day
        forms.bump(row)
        details = {"form": _named(session, PublicationForm, row.form_id), "ended_on": forms.day(day)}
        log.document_event(session, actor, "publication:end", document, details)


def withdraw(actor: Actor, document_id: int, publication_id: int, reason: str, *, revision: int | None = None) -> None:
    """Withdraw a publication with a reason; the row stays. Raises Denied, NotFound, Conflict, and Invalid without a reason."""
    why = forms.required(reason, Message("Hãy ghi lý do."), "reason", words.REASON)
    with db.write() as session:
        document, row = _for_change(session, actor, document_id, publication_id, revision)
        row.withdrawn_at, row.withdrawn_reason = db.now(), why
        row.withdrawn_by, row.withdrawn_by_label = actor.user_id, actor.label
        forms.bump(row)
        details = {"form": _named(session, PublicationForm, row.form_id), "reason": why}
        log.document_event(session, actor, "publication:withdraw", document, details)


def _document(session: Session, actor: Actor, document_id: int) -> Document:
    known_days.hold(session)
    return guard.for_change(session, actor, document_id, taken_too=True)


def _for_change(session: Session, actor: Actor, document_id: int, publication_id: int, revision: int | None) -> tuple[Document, Publication]:
    document = _document(session, actor, document_id)

    def own(row: Publication) -> None:
        if row.document_id != document.id:
            raise NotFound

    row = forms.for_change(session, Publication, publication_id, revision, own)
    if row.withdrawn_at is not None:
        raise Conflict(OVER)
    return document, row


def _fill(session: Session, actor: Actor, document: Document, row: Publication, given: PublicationInput) -> None:
    row.audience = forms.one_of(given.audience, words.AUDIENCES, "audience")
    row.form_id = _form(session, row, given.form_id)
    start = _start(document, given.starts_on)
    rule = _rule(session, document, row, given, start)
    if given.days is None or not 1 <= given.days <= words.MOST_DAYS:
        raise Invalid(words.NO_DAYS, "days")
    if rule is not None and given.days < rule.least_days:
        message = Message("Quy định này yêu cầu ít nhất %(least)s ngày. Nếu thực tế ngắn hơn, hãy ghi %(least)s ngày rồi ghi ngày đã kết thúc.", least=rule.least_days)
        raise Invalid(message, "days")
    row.starts_on, row.days, row.ends_on = start, given.days, start + dt.timedelta(days=given.days)
    row.rule_id = rule.id if rule is not None else None
    calendar = publication_days.calendar_before(session, start)
    row.timely_since = publication_days.timely_since(start, rule.start_days, calendar) if rule is not None else None
    if given.unit_id is not None:
        forms.check_units(session, {given.unit_id}, "unit_id")
    row.unit_id = given.unit_id
    row.place, row.note = forms.cleaned(given.place, "place", words.PLACE), forms.cleaned(given.note, "note", words.NOTE)
    row.proof_url, row.proof_sha256 = _address(given.proof_url), _digest(given.proof_sha256)
    row.proof_document_id = _proof(session, actor, row, given.proof_document_id)


def _form(session: Session, row: Publication, form_id: int | None) -> int:
    form = session.get(PublicationForm, form_id) if form_id is not None else None
    # One that is no longer in use stays where it was chosen.
    if form is None or not (form.in_use or form.id == row.form_id):
        raise Invalid(Message("Hãy chọn hình thức công khai."), "form_id")
    return form.id


def _start(document: Document, start: dt.date | None) -> dt.date:
    if start is None:
        raise Invalid(Message("Hãy ghi ngày bắt đầu công khai."), "starts_on")
    if start.year < words.FIRST_YEAR or start > dates.today() + dt.timedelta(days=words.MOST_AHEAD):
        raise Invalid(Message("Ngày bắt đầu phải từ năm 1990 đến một năm nữa."), "starts_on")
    if document.issued_on is not None and start < document.issued_on:
        raise Invalid(Message("Ngày bắt đầu không được trước ngày ban hành (%(day)s).", day=forms.day(document.issued_on) or ""), "starts_on")
    return start


def _rule(session: Session, document: Document, row: Publication, given: PublicationInput, start: dt.date) -> PublicationRule | None:
    if given.rule_id is None:
        return None
    rule = session.get(PublicationRule, given.rule_id)
    if rule is None:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), "rule_id")
    day = document.issued_on or start
    if row.rule_id != rule.id and not rule.valid_from <= day <= (rule.valid_to or dt.date.max):
        raise Invalid(Message("Quy định này không áp dụng cho văn bản ban hành ngày %(day)s.", day=forms.day(day) or ""), "rule_id")
    if rule.audience == "public" and row.audience != "public":
        raise Invalid(Message("Quy định này yêu cầu công khai cho mọi người."), "audience")
    return rule


def _address(typed: str) -> str | None:
    address = forms.cleaned(typed, "proof_url", words.URL)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or any(sign.isspace() for sign in address):
        raise Invalid(Message("Địa chỉ trang phải bắt đầu bằng http:// hoặc https://."), "proof_url")
    return address


def _digest(typed: str) -> str | None:
    digest = "".join(typed.split()).lower()
    if digest and not _SHA256.fullmatch(digest):
        raise Invalid(Message("Mã SHA-256 gồm đúng 64 chữ số hệ 16 (0–9, a–f)."), "proof_sha256")
    return digest or None


def _proof(session: Session, actor: Actor, row: Publication, document_id: int | None) -> int | None:
    if document_id is None or document_id == row.proof_document_id:
        return document_id
    try:
        return guard.readable(session, actor, document_id).id
    except NotFound:
        raise Invalid(Message("Không có văn bản này, hoặc bạn không được đọc."), "proof_document_id") from None


def _named(session: Session, model: type[PublicationForm] | type[PublicationRule] | type[Unit], key: int | None) -> str | None:
    return session.scalar(select(model.name).where(model.id == key)) if key is not None else None


def _shown(session: Session, row: Publication) -> Mapping[str, Words | None]:
    return {
        "Công khai cho": Message(AUDIENCES[row.audience]), "Hình thức": _named(session, PublicationForm, row.form_id), "Nơi công khai": row.place,
        "Quy định": _named(session, PublicationRule, row.rule_id), "Đơn vị": _named(session, Unit, row.unit_id), "Bắt đầu": forms.day(row.starts_on),
        "Số ngày": str(row.days), "Trang làm bằng chứng": row.proof_url, "SHA-256": row.proof_sha256,
        "Văn bản làm bằng chứng": str(row.proof_document_id) if row.proof_document_id is not None else None, "Ghi chú": row.note,
    }  # fmt: skip
