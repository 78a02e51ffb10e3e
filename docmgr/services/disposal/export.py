"""Write a list of case files whose period has ended into a file: DOCX, PDF or XLSX."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.cases import words as case_words
from docmgr.services.cases.columns import Translated
from docmgr.services.cases.export import FORMS, ContentsFile
from docmgr.services.disposal import pages, words
from docmgr.services.disposal.pages import ShownList, ShownRow
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Cell, Table
from legaltext import dates
from legaltext.dates import VIETNAM

TITLE, FILE_NAME = "Danh mục tài liệu hết thời hạn bảo quản", "danh-muc-het-thoi-han"
COLUMNS = (
    "Số TT", "Số và ký hiệu hồ sơ", "Tiêu đề hồ sơ", "Thời hạn bảo quản", "Ngày đóng", "Hết năm", "Số văn bản", "Điều giữ lại", "Đề xuất", "Quyết định", "Kết quả",
)  # fmt: skip
NOTES = {
    "list": "%(name)s, tính đến ngày %(day)s (%(state)s)",
    "made": "Người lập: %(who)s",
    "proposed": "Người trình: %(who)s, ngày %(day)s",
    "decided": "Quyết định số %(number)s ngày %(day)s, người quyết định: %(who)s",
    "seen": "Số văn bản và điều giữ lại chỉ gồm văn bản người xuất được đọc.",
    "exported": "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s",
}


def export(actor: Actor, list_id: int, form: str, translated: Translated = str) -> ContentsFile:
    """Write the list into a file and record an event. `form` is one of cases.export.FORMS, and `translated` translates Vietnamese
    words. Raises Denied, NotFound, and Invalid when the form is unknown."""
    if form not in FORMS:
        raise Invalid(Message("Chỉ xuất được DOCX, PDF hoặc XLSX."), "form")
    shown = pages.one(actor, list_id)
    names = tuple(map(translated, COLUMNS))
    rows = [_cells(number, row, translated) for number, row in enumerate(shown.rows, start=1)]
    table = Table(translated(TITLE).upper(), tuple(_notes(actor, shown, translated)), names, rows, translated(tables.PAGE), translated(tables.SHEET))
    body, media_type = formats.write(table, form)
    with db.write() as session:
        log.record(session, actor, "disposal:export", "disposal", list_id, shown.list.label, details={"format": form})
    return ContentsFile(f"{FILE_NAME}-{list_id}.{form}", media_type, body, len(rows))


def _cells(number: int, row: ShownRow, translated: Translated) -> tuple[Cell, ...]:
    case, stored = row.case, row.row
    proposal = "\n".join(part for part in (row.proposal.told(translated), stored.note) if part)
    return (
        number, case.code, case.title, case_words.retention(case.retention_years).told(translated), case.closed_on, row.last_year,
        row.documents, "\n".join(_against(row, translated)) or None, proposal, _decision(row, translated), _result(row, translated),
    )  # fmt: skip


def _against(row: ShownRow, translated: Translated) -> Iterator[str]:
    if row.against is not None:
        yield row.against.told(translated)
    for one in row.kept:
        reasons = "; ".join(reason.told(translated) for reason in one.reasons)
        yield f"{one.document.number or one.document.label}: {reasons}"
    if row.more:
        yield Message("và %(count)s văn bản khác", count=row.more).told(translated)


def _decision(row: ShownRow, translated: Translated) -> str | None:
    if row.row.agreed is None:
        return None
    said = translated("Đồng ý") if row.row.agreed else translated("Không đồng ý")
    return f"{said}: {row.row.reason}" if row.row.reason else said


def _result(row: ShownRow, translated: Translated) -> str | None:
    found = result(row)
    return found.told(translated) if found is not None else None


def result(row: ShownRow) -> Message | None:
    """What became of a case file that was to be destroyed; None before the work."""
    if row.row.ended_at is None:
        return None
    if row.row.refused is not None:
        return Message("Chưa hủy")
    if row.row.left:
        return Message("Hủy một phần: đã hủy %(erased)s, bỏ ra %(taken)s, còn giữ lại văn bản", erased=row.erased, taken=row.taken_out)
    return Message("Đã hủy: %(erased)s văn bản, bỏ ra %(taken)s", erased=row.erased, taken=row.taken_out)


def _notes(actor: Actor, shown: ShownList, translated: Translated) -> Iterator[str]:
    one = shown.list
    if name := agency.name():
        yield name
    yield translated(NOTES["list"]) % {"name": one.title, "day": dates.printed(one.ended_by), "state": translated(words.STATES[shown.state])}
    yield translated(NOTES["made"]) % {"who": one.created_by_label}
    if one.proposed_at is not None:
        yield translated(NOTES["proposed"]) % {"who": one.proposed_by_label, "day": dates.printed(one.proposed_at.astimezone(VIETNAM).date())}
    if one.decided_at is not None:
        said = {"number": one.decision_number, "day": dates.printed(one.decision_on), "who": one.decided_by_label}
        yield translated(NOTES["decided"]) % said
    yield translated(NOTES["seen"])
    moment = dates.printed_moment(dt.datetime.now(VIETNAM), seconds=True)
    yield translated(NOTES["exported"]) % {"moment": moment, "who": actor.label}
