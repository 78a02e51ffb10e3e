"""Open a consultation on a document, change its question and last day, and close it early. Whoever may edit the document does.

Only people who may read the document are asked: rights that are given have no end, so nobody gets one for the period. Locks: the
document's row, then the consultation's.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Consultation, ConsultationPerson, Document, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.consulting import rules, sealing, words
from docmgr.services.documents import references
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.receipts import asking
from docmgr.services.trail import log
from legaltext import dates


@dataclass(frozen=True)
class ConsultationInput:
    """What the form says. `keys` are the access keys of the persons and units who are asked. Who has not answered is
    told `remind_days` before the last day; None tells nobody."""

    question: str = ""
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    anonymous: bool = False
    keys: tuple[str, ...] = ()
    remind_days: int | None = words.REMIND


def create(actor: Actor, document_id: int, given: ConsultationInput) -> int:
    """Open a consultation on the newest version of a document that was read, and return its id. Raises Denied, NotFound when the actor may
    not edit the document, and Invalid with the field that is wrong; then nothing is stored. Who may not read the document is named."""
    question = forms.required(
        given.question, Message("Hãy ghi nội dung cần lấy ý kiến."), "question", words.QUESTION
    )
    with db.write() as session:
        document = guard.for_change(session, actor, document_id, taken_too=True)
        _document, version, _place = references.pin(session, actor, document.id, None)
        if document.state == "withheld" or version is None:
            raise Invalid(words.WITHHELD)
        start, last = _period(session, given)
        _may_be_anonymous(session, given, start)
        chosen = readers(session, actor, document, given.keys)
        remind = _remind(given.remind_days)
        if given.anonymous and len(chosen) < words.LEAST_ANONYMOUS:
            raise Invalid(
                Message("Lấy ý kiến không nêu tên cần ít nhất %(least)s người.", least=words.LEAST_ANONYMOUS),
                "keys",
            )
        row = Consultation(
            document_id=document.id, version_id=version.id, version_no=version.no, question=question, from_on=start, to_on=last,
            anonymous=given.anonymous, remind_days=remind, salt=secrets.token_hex(32) if given.anonymous else None, created_by=actor.user_id, created_by_label=actor.label,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            ConsultationPerson(consultation_id=row.id, user_id=user.id, unit_id=unit_id, answered=False)
            for user, unit_id in chosen
        )
        details = {
            "consultation": row.id, "people": [people.label(user) for user, _ in chosen[: asking.NAMED]], "count_people": len(chosen),
            **forms.filled(_shown(row)), "keys": [f"user:{user.id}" for user, _ in chosen],
        }  # fmt: skip
        log.document_event(session, actor, "consultation:open", document, details)
        return row.id


def edit(
    actor: Actor, consultation_id: int, question: str, to_on: dt.date | None, remind_days: int | None = words.REMIND, *, revision: int | None
) -> None:
    """Change the question, the last day and the reminder of a consultation that is not over, or whose opinions are sealed: then it is open again. Raises
    Denied, NotFound, Conflict, and Invalid."""
    asked = forms.required(question, Message("Hãy ghi nội dung cần lấy ý kiến."), "question", words.QUESTION)
    with db.write() as session:
        document, row = for_change(session, actor, consultation_id, revision)
        if words.state_of(row) == "over" and not (sealing.sealed(session, row) and sealing.may_lengthen(row)):
            raise Conflict(words.OVER)
        before = _shown(row)
        _start, last = _period(session, ConsultationInput(from_on=row.from_on, to_on=to_on), begun=True)
        row.question, row.to_on, row.remind_days = asked, last, _remind(remind_days)
        changes = forms.differences(before, _shown(row))
        if changes["changes"]:
            forms.bump(row)
            log.document_event(
                session, actor, "consultation:edit", document, {"consultation": row.id, **changes}
            )


def close(actor: Actor, consultation_id: int, *, revision: int | None = None) -> None:
    """End a consultation before its last day; from then on nobody answers. Raises Denied, NotFound, and Conflict when it is over, or anonymous
    and so few have answered that an opinion would be somebody's."""
    with db.write() as session:
        document, row = for_change(session, actor, consultation_id, revision)
        if words.state_of(row) == "over":
            raise Conflict(words.OVER)
        if sealing.few(row, sealing.answered(session, row)):
            raise Conflict(Message("Chưa đủ %(least)s người trả lời; kết thúc lúc này thì biết được ý kiến là của ai.", least=words.LEAST_ANONYMOUS))
        row.closed_at, row.closed_by_label, row.salt = db.now(), actor.label, None
        forms.bump(row)
        log.document_event(session, actor, "consultation:close", document, {"consultation": row.id})


def for_change(
    session: Session, actor: Actor, consultation_id: int, revision: int | None = None
) -> tuple[Document, Consultation]:
    """Lock the document of a consultation, which the actor must be allowed to edit, then the consultation; return both. Raises Denied,
    NotFound, and Conflict when the consultation no longer has this revision."""
    held = forms.loaded(session, Consultation, consultation_id)
    document = guard.for_change(session, actor, held.document_id, taken_too=True)
    row = forms.for_change(session, Consultation, consultation_id, revision)
    return document, row


def _period(session: Session, given: ConsultationInput, *, begun: bool = False) -> tuple[dt.date, dt.date]:
    start, last, today = given.from_on, given.to_on, dates.today()
    if start is None or not (begun or today <= start <= today + dt.timedelta(days=words.MOST_AHEAD)):
        raise Invalid(Message("Ngày bắt đầu phải từ hôm nay đến một năm nữa."), "from_on")
    if last is None or not max(start, today) <= last <= start + dt.timedelta(days=words.MOST_DAYS):
        raise Invalid(
            Message(
                "Ngày cuối không được trước ngày bắt đầu hay trước hôm nay, và không quá %(most)s ngày.",
                most=words.MOST_DAYS,
            ),
            "to_on",
        )
    rule = rules.in_force(session, start)
    # The first day counts, as people answer on it.
    if rule is not None and (last - start).days + 1 < rule.least_days:
        first = forms.day(start + dt.timedelta(days=rule.least_days - 1)) or ""
        raise Invalid(
            Message(
                "Phải lấy ý kiến ít nhất %(least)s ngày, đến hết ngày %(day)s hoặc lâu hơn (%(basis)s).",
                least=rule.least_days,
                day=first,
                basis=rule.basis,
            ),
            "to_on",
        )
    return start, last


def _may_be_anonymous(session: Session, given: ConsultationInput, start: dt.date) -> None:
    rule = rules.in_force(session, start)
    if given.anonymous and not (rule is not None and rule.anonymous):
        raise Invalid(Message("Quy tắc của cơ quan không cho lấy ý kiến không nêu tên."), "anonymous")


def _remind(days: int | None) -> int:
    if days is not None and not 1 <= days <= words.MOST_REMIND:
        raise Invalid(Message("Hãy ghi một số từ 1 đến %(most)s, hoặc để trống.", most=words.MOST_REMIND), "remind_days")
    return days or 0


def readers(
    session: Session, actor: Actor, document: Document, keys: Iterable[str], asked: Collection[int] = ()
) -> list[tuple[User, int | None]]:
    """Load the persons whom these keys name, with the units through which they are asked. Raises Invalid when one may not read who is not among the
    `asked`, ids of those who were asked before."""
    chosen = asking.people_of(session, actor, list(dict.fromkeys(keys)))
    reading = guard.readers_among(
        session, document, people.with_groups(session, [user for user, _ in chosen])
    )
    refused = [user.full_name for user, _ in chosen if user.id not in reading and user.id not in asked]
    if refused:
        message = Message(
            "Những người này chưa đọc được văn bản: %(names)s. Hãy cho họ quyền đọc ở “Chia sẻ” rồi lấy ý kiến.",
            names=asking.listed(refused),
        )
        raise Invalid(message, "keys")
    return chosen


def _shown(row: Consultation) -> forms.Shown:
    return {
        "Nội dung lấy ý kiến": row.question, "Từ ngày": forms.day(row.from_on), "Đến hết ngày": forms.day(row.to_on),
        "Không nêu tên": Message("Có") if row.anonymous else Message("Không"), "Nhắc trước (ngày)": str(row.remind_days) if row.remind_days else None,
    }  # fmt: skip
