"""Write the events that a filter finds into a file. The file also says in words what the filter is, and how many
events there are. One more event records the export.

A file from which events are missing without a remark is worthless to an auditor. So when there are more than
MAX_ROWS events no file is made, and the person is asked to choose a shorter period.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, TrailEvent
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import history, log
from docmgr.services.trail import words as trail_words
from docmgr.services.trail.audit import groups
from docmgr.services.trail.history import Filter
from docmgr.services.trail.veil import readable, veil
from docmgr.writing import formats
from docmgr.writing.tables import Cell, Table
from legaltext import dates
from legaltext.dates import VIETNAM

MAX_ROWS = 100_000
BATCH = 1000
COLUMNS = (
    "Số thứ tự sự kiện", "Thời gian (UTC+7)", "Thời gian (UTC)", "Người", "Đơn vị", "Qua", "Việc", "Mã việc",
    "Đối tượng", "Mã văn bản", "Chi tiết",
)  # fmt: skip
FORMS = ("csv", "xlsx")


@dataclass(frozen=True)
class TrailExport:
    """The finished file of an export. `name` is its file name, `body` its bytes, and `rows` the number of events in
    it."""

    name: str
    media_type: str
    body: bytes
    rows: int


def export(actor: Actor, wanted: Filter, form: str, *, document_id: int | None = None) -> TrailExport:
    """Write the events of the filter `wanted`, the oldest first, into a file; `form` is "csv" or "xlsx".

    With `document_id`, only the events of this document; None means all documents. Raises Denied when the actor may
    not see the trail, NotFound when the actor may not read the document, and Invalid when the form is unknown or
    there are more than MAX_ROWS events.
    """
    if form not in FORMS:
        raise Invalid(Message("Chỉ xuất được CSV hoặc XLSX."), "form")
    of_document = document_id is not None
    wanted = replace(wanted, document_id=document_id) if of_document else wanted
    with db.read() as session:
        query = history.query_for(actor, wanted, of_document=of_document)
        total = history.count(session, query)
        if total > MAX_ROWS:
            raise Invalid(
                Message(
                    "Có %(total)s sự kiện, nhiều hơn %(most)s dòng của một tệp. Hãy chọn khoảng thời gian ngắn hơn.",
                    total=total,
                    most=MAX_ROWS,
                )
            )
        words = filter_words(session, actor, wanted, of_document=of_document)
        rows: list[tuple[Cell, ...]] = []
        for events in session.scalars(query.order_by(TrailEvent.seq), execution_options={"yield_per": BATCH}).partitions(BATCH):
            rows += [_row(event) for event in veil(session, actor, list(events))]
    now = dt.datetime.now(VIETNAM)
    notes = (
        f"Bộ lọc: {words}",
        f"Số sự kiện: {len(rows)}",
        f"Xuất lúc {dates.printed_moment(now, seconds=True)} (UTC+7), người xuất: {actor.label}",
    )
    body, media_type = formats.write(Table("Nhật ký", notes, COLUMNS, rows), form)
    _record(actor, form, words, len(rows), document_id)
    return TrailExport(f"nhat-ky-{now:%Y%m%d-%H%M%S}.{form}", media_type, body, len(rows))


def _row(event: TrailEvent) -> tuple[Cell, ...]:
    return (
        event.seq,
        event.at.astimezone(VIETNAM).replace(microsecond=0),
        event.at.isoformat(),
        event.actor_label,
        event.actor_unit_label,
        log.VIAS.get(event.via, event.via),
        trail_words.verb(event),
        event.action,
        event.subject_label,
        event.document_id,
        trail_words.one_line(event),
    )


def _record(actor: Actor, form: str, words: str, rows: int, document_id: int | None) -> None:
    details = {"filter": words, "rows": rows, "format": form}
    with db.write() as session:
        document = session.get(Document, document_id) if document_id is not None else None
        if document is not None:
            log.document_event(session, actor, "trail:export", document, details)
        else:
            log.record(session, actor, "trail:export", "trail", None, "Nhật ký", details=details)


def filter_words(session: Session, actor: Actor, wanted: Filter, *, of_document: bool) -> str:
    """Describe the filter `wanted` in Vietnamese words, for a file or a page; "tất cả" (all) for a filter without
    conditions.

    `of_document` is true for the events of one document. A person or unit is named if the actor may choose it in the
    filter, and a document if the actor may read it. Otherwise only the id is given. Raises Denied when the actor's
    roles may not read the trail. Raises NotFound for the events of a document that the actor may not read.
    """
    offered = history.choices(actor, wanted.document_id if of_document else None)
    document = None
    if wanted.document_id is not None and readable(session, actor, {wanted.document_id}):
        document = session.get_one(Document, wanted.document_id).label
    pieces = {
        "người": _named(wanted.actor_id, dict(offered.people)),
        "đơn vị": _named(wanted.unit_id, dict(offered.units)),
        "qua": log.VIAS.get(wanted.via, wanted.via) if wanted.via else None,
        "việc": log.ACTION_LABELS.get(wanted.action, wanted.action) if wanted.action else None,
        "nhóm việc": groups.words(wanted.actions) or None,
        "văn bản": document or _named(wanted.document_id, {}),
        "văn bản có chữ": wanted.about,
        "từ ngày": dates.printed(wanted.since) or None,
        "đến ngày": dates.printed(wanted.until) or None,
    }
    return "; ".join(f"{name} {value}" for name, value in pieces.items() if value is not None) or "tất cả"


def _named(number: int | None, names: dict[int, str]) -> str | None:
    return None if number is None else names.get(number, f"mã {number}")
