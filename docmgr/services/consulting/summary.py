"""The summary of a consultation as DOCX: every opinion with how it was received. It has no words of the document."""

from __future__ import annotations

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.consulting import sealing, showing, words
from docmgr.services.consulting.showing import ConsultationView, ShownOpinion
from docmgr.services.documents import references
from docmgr.services.errors import Conflict
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.reports.wording import ReportFile
from docmgr.services.trail import log
from docmgr.writing.reports.opinions import OpinionLine, OpinionSummary
from legaltext import dates

MOST_ROWS = 2_000
WHOLE, GONE = "Toàn văn bản", "Điều khoản không còn trong văn bản"


def write(actor: Actor, consultation_id: int) -> ReportFile:
    """Write the summary of a consultation that is over, and record an event. Raises Denied and NotFound as showing.get does, and Conflict
    while it is open, when its opinions are sealed, or when the words of the document were taken away."""
    from docmgr.writing.reports import opinions_docx

    view = showing.get(actor, consultation_id, per_page=MOST_ROWS)
    if view.state != "over":
        raise Conflict(words.NOT_OVER)
    if view.sealed:
        raise Conflict(sealing.SEALED)
    if view.document.state == "withheld" or view.consultation.version_id is None:
        raise Conflict(words.WITHHELD)
    closed = view.consultation.closed_at
    if closed is not None and dates.day_of(closed) < view.consultation.from_on:
        raise Conflict(Message("Đợt này kết thúc trước ngày bắt đầu, nên không có gì để tổng hợp."))
    file = ReportFile(f"tong-hop-y-kien-{consultation_id}.docx", opinions_docx.to_docx(_gathered(view)))
    with db.write() as session:
        _row, document = showing.found(session, actor, consultation_id)
        log.document_event(
            session,
            actor,
            "consultation:paper",
            document,
            {"consultation": consultation_id, "file": file.name},
        )
    return file


def _gathered(view: ConsultationView) -> OpinionSummary:
    row = view.consultation
    return OpinionSummary(
        agency=agency.name(), day=dates.today(), document=_named(view.document), question=row.question or "", from_on=row.from_on,
        to_on=dates.day_of(row.closed_at) if row.closed_at is not None else row.to_on, asked=view.asked, answered=view.answered,
        anonymous=row.anonymous, total=view.total, lines=tuple(_line(one, row.anonymous) for one in view.opinions),
        stances=tuple((words.STANCES[code], view.stances[code]) for code in words.STANCES),
    )  # fmt: skip


def _named(document: Document) -> str:
    return " ".join(filter(None, (document.label, references.subject_beside(document))))


def _line(one: ShownOpinion, anonymous: bool) -> OpinionLine:
    place = WHOLE if one.place == "" else one.place or GONE
    said = f"{words.STANCES[one.stance]}: {one.text}" if one.text else f"{words.STANCES[one.stance]}."
    who = words.NOBODY if anonymous else ", ".join(filter(None, (one.who, one.unit)))
    received = words.RECEPTIONS[one.reception] if one.reception else ""
    return OpinionLine(
        place[:1].upper() + place[1:],
        said,
        who,
        f"{received}: {one.reception_text}" if one.reception_text else received,
    )
