"""Write the contents list of a case file into a file: DOCX, PDF or XLSX, with the documents that the actor may read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.cases import columns, contents, listing, words
from docmgr.services.cases.columns import COLUMNS, Translated
from docmgr.services.cases.contents import CaseRow
from docmgr.services.cases.listing import CaseLine
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Table
from legaltext import dates
from legaltext.dates import VIETNAM
from legaltext.text import fold

FORMS = ("docx", "pdf", "xlsx")
TITLE, FILE_NAME = "Mục lục văn bản trong hồ sơ", "muc-luc"
NOTES = {
    "case": "Hồ sơ: %(code)s · %(title)s",
    "kept": "Thời hạn bảo quản: %(kept)s",
    "opened": "Mở ngày %(opened)s",
    "closed": "Mở ngày %(opened)s, đóng ngày %(closed)s",
    "charge": "Đơn vị, người phụ trách: %(charge)s",
    "rows": "Số văn bản người xuất được đọc: %(rows)s",
    "made": "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s",
}


@dataclass(frozen=True)
class ContentsFile:
    """A finished file: its name, its media type and its bytes. `rows` is the number of documents in it."""

    name: str
    media_type: str
    body: bytes
    rows: int


def export(actor: Actor, case_id: int, form: str, translated: Translated = str) -> ContentsFile:
    """Write the contents list into a file and record an event. `form` is one of FORMS, and `translated` translates Vietnamese
    words. Raises Denied, NotFound, and Invalid when the form is unknown."""
    if form not in FORMS:
        raise Invalid(Message("Chỉ xuất được DOCX, PDF hoặc XLSX."), "form")
    line = listing.line(actor, case_id)
    rows = contents.rows(actor, case_id, per_page=words.MOST_DOCUMENTS)
    body, media_type = formats.write(table(actor, line, rows, translated), form)
    with db.write() as session:
        # Not how many documents: others who see the event may not read all of them.
        log.record(session, actor, "case:export", "case", case_id, line.case.label, details={"format": form})
    return ContentsFile(f"{FILE_NAME}-{slug(line.case.code)}.{form}", media_type, body, len(rows))


def table(actor: Actor, line: CaseLine, rows: Sequence[CaseRow], translated: Translated) -> Table:
    """Make the contents list as a table for files."""
    pages = columns.pages_of(actor, rows)
    cells = [columns.cells(row, pages, translated) for row in rows]
    names = tuple(map(translated, COLUMNS))
    notes = _notes(actor, line, len(rows), translated)
    return Table(translated(TITLE).upper(), notes, names, cells, translated(tables.PAGE), translated(tables.SHEET))


def slug(code: str) -> str:
    """A code as a part of the name of a file: letters of ASCII, digits and hyphens."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in fold(code))
    return "-".join(part for part in plain.split("-") if part)[:60] or "ho-so"


def _notes(actor: Actor, line: CaseLine, rows: int, translated: Translated) -> tuple[str, ...]:
    case = line.case
    said = {
        "code": case.code, "title": case.title, "kept": words.retention(case.retention_years).told(translated),
        "opened": dates.printed(case.opened_on), "closed": dates.printed(case.closed_on), "rows": rows, "who": actor.label,
        "charge": "; ".join(name for name in (line.unit, line.person) if name),
        "moment": dates.printed_moment(dt.datetime.now(VIETNAM), seconds=True),
    }  # fmt: skip
    codes = ["case", "kept", "closed" if case.closed_on else "opened", *(["charge"] if said["charge"] else []), "rows", "made"]
    name = agency.name()
    return (*([name] if name else []), *(translated(NOTES[code]) % said for code in codes))
