"""The papers of a package for the archive: the list of its case files in three forms, and the minutes of the hand-over, with what
Annex V of Decree 30/2020/NĐ-CP gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from docmgr.models import Handover
from docmgr.policy import Actor
from docmgr.services.cases import columns, export, words
from docmgr.services.cases.package import PackedCase
from docmgr.services.people import agency
from docmgr.writing import formats
from docmgr.writing.minutes import Minutes
from docmgr.writing.tables import Cell, Table
from legaltext import dates

TITLE, LIST, MINUTES = "Mục lục hồ sơ, tài liệu nộp lưu", "muc-luc-nop-luu", "bien-ban-giao-nhan.docx"
COLUMNS = ("Số TT", "Số, ký hiệu hồ sơ", "Tiêu đề hồ sơ", "Thời gian tài liệu", "Thời hạn bảo quản", "Số trang", "Ghi chú")


def files(actor: Actor, one: Handover, cases: Sequence[PackedCase], many: int) -> Iterator[tuple[str, bytes]]:
    """Yield the papers as pairs (name, bytes). `many` is the number of files of documents in the package."""
    # Its library is loaded when the first minutes are written, as those of other formats.
    from docmgr.writing import minutes_docx

    table = _table(actor, one, cases)
    for form in export.FORMS:
        yield f"{LIST}.{form}", formats.write(table, form)[0]
    yield MINUTES, minutes_docx.to_docx(_minutes(actor, one, cases, many))


def _table(actor: Actor, one: Handover, cases: Sequence[PackedCase]) -> Table:
    name = agency.name()
    counted = f"Mục lục này gồm: {len(cases)} hồ sơ (đơn vị bảo quản)."
    made = f"Đợt giao nộp: {one.title}. Người lập: {actor.label}, {dates.printed_moment(dt.datetime.now(dates.VIETNAM))} (UTC+7)"
    rows = [_cells(actor, place, inside) for place, inside in enumerate(cases, start=1)]
    return Table(TITLE.upper(), (*([name] if name else []), counted, made), COLUMNS, rows)


def _cells(actor: Actor, place: int, inside: PackedCase) -> tuple[Cell, ...]:
    case = inside.line.case
    pages = sum(columns.pages_of(actor, inside.rows).values())
    documents = f"{len(inside.rows)} văn bản"
    kept = words.retention(case.retention_years).told()
    return place, case.code, case.title, _span([inside]), kept, pages or None, documents


def _span(cases: Sequence[PackedCase]) -> str:
    """From the first to the last day of the documents, or of the case files where no document has a day."""
    days = [row.document.issued_on for inside in cases for row in inside.rows if row.document.issued_on is not None]
    days = days or [day for inside in cases for day in (inside.line.case.opened_on, inside.line.case.closed_on) if day is not None]
    first, last = dates.printed(min(days)), dates.printed(max(days))
    return first if first == last else f"{first} – {last}"


def _minutes(actor: Actor, one: Handover, cases: Sequence[PackedCase], many: int) -> Minutes:
    return Minutes(
        agency=agency.name() or "", giver=actor.label, unit=actor.unit_label or "", title=one.title, span=_span(cases), cases=len(cases), files=many,
        day=dates.today(),
    )  # fmt: skip
