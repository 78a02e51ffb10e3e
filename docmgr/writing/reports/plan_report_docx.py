"""Write the report on a plan as a DOCX, in the layout of Annex I and the form 1.4 of Annex III of Decree 30/2020/NĐ-CP. What the records do not
know stays dotted, to be written by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from docmgr.writing import paper, sheets_docx
from docmgr.writing.reports.footnotes import NoteWriter
from docmgr.writing.reports.plan_report import Figure, FigureTable, PlanReport
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates

DOTS = "………………………………………………………………………"
_WIDTH_MM, _NUMBER_MM, _CELL_SIZE = 160, 24, 12
_SOURCE = "Danh sách: "


def to_docx(report: PlanReport) -> bytes:
    """Write the report as a DOCX in A4 and return its bytes."""
    document = sheets_docx.sheet(f"Báo cáo {report.period}")
    notes, about = NoteWriter(document), f"{report.period} thực hiện {_lowered(report.plan)}"
    sheets_docx.heading(document, SheetHeading(report.agency or DOTS[:20], f"……………, {dates.written_out(report.day)}", number="        /BC"))
    sheets_docx.title(document, "Báo cáo", [f"Kết quả {about}"])
    for place, basis in enumerate(report.bases):
        sheets_docx.line(document, basis + ("." if place == len(report.bases) - 1 else ";"), italic=True)
    sheets_docx.line(document, f"{report.agency or DOTS[:20]} báo cáo kết quả {about}, số liệu tính đến {dates.written_out(report.day)}, như sau:")
    _results(document, notes, report)
    _inspections(document, notes, report)
    _late(document, notes, report)
    _head(document, "IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ")
    for words in ("1. Phương hướng, nhiệm vụ thời gian tới", DOTS, "2. Kiến nghị, đề xuất", DOTS):
        sheets_docx.line(document, words)
    sheets_docx.line(document, f"Trên đây là báo cáo kết quả {about}./.")
    sheets_docx.end(document, SheetEnd(("- ………………;", "- Lưu: VT."), ("THỦ TRƯỞNG CƠ QUAN",)))
    notes.save()
    return sheets_docx.body(document)


def _lowered(plan: str) -> str:
    """The title of a plan within a sentence: "Kế hoạch …" as it is, others after that word."""
    return plan if plan.casefold().startswith("kế hoạch") else f"Kế hoạch “{plan}”"


def _head(document: Any, words: str) -> None:
    sheets_docx.line(document, words, bold=True).paragraph_format.keep_with_next = True


def _results(document: Any, notes: NoteWriter, report: PlanReport) -> None:
    _head(document, "I. KẾT QUẢ THỰC HIỆN")
    _head(document, "1. Kết quả chung")
    _figures(document, notes, report.general)
    if report.due:
        sheets_docx.line(document, "Trong số nhiệm vụ có thời hạn trong kỳ báo cáo:")
        _figures(document, notes, report.due)
    for title, table in (("2. Kết quả theo đơn vị chủ trì", report.units), ("3. Kết quả theo phần của kế hoạch", report.sections)):
        _head(document, title)
        _table(document, notes, table, "Chưa có nhiệm vụ nào.")
    _head(document, "4. Hội nghị cán bộ, công chức, viên chức và người lao động")
    sheets_docx.line(document, DOTS)


def _inspections(document: Any, notes: NoteWriter, report: PlanReport) -> None:
    _head(document, "II. KIỂM TRA, GIÁM SÁT")
    if report.inspections is None:
        sheets_docx.line(document, f"Số liệu kiểm tra, giám sát do bộ phận theo dõi bổ sung: {DOTS[:10]}")
    else:
        _figures(document, notes, report.inspections)


def _late(document: Any, notes: NoteWriter, report: PlanReport) -> None:
    _head(document, "III. TỒN TẠI, HẠN CHẾ")
    if not report.late_count:
        sheets_docx.line(document, "Không có nhiệm vụ quá hạn.")
        return
    shown = len(report.late.rows)
    words = f"Có {report.late_count} nhiệm vụ quá hạn"
    words += ":" if shown == report.late_count else f"; {shown} nhiệm vụ quá hạn lâu nhất là:"
    _noted(sheets_docx.line(document, words), notes, report.late.address)
    _table(document, notes, report.late, "")
    sheets_docx.line(document, f"Nguyên nhân: {DOTS[:16]}")


def _figures(document: Any, notes: NoteWriter, figures: Sequence[Figure]) -> None:
    for place, figure in enumerate(figures):
        mark = "." if place == len(figures) - 1 else ";"
        paragraph = sheets_docx.line(document, f"- {figure.words}: {figure.count}")
        _noted(paragraph, notes, figure.address)
        paragraph.add_run(mark)


def _noted(paragraph: Any, notes: NoteWriter, address: str) -> None:
    notes.add(paragraph, _SOURCE + address)


def _table(document: Any, notes: NoteWriter, figures: FigureTable, nothing: str) -> None:
    if not figures.rows:
        sheets_docx.line(document, nothing)
        return
    numbers = len(figures.columns) - 1
    widths = [_WIDTH_MM - numbers * _NUMBER_MM, *[_NUMBER_MM] * numbers]
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for place, texts in enumerate((figures.columns, *figures.rows)):
        row = table.add_row()
        for column, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if place and not column else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(paper.printed(text))
            run.bold, run.font.size = not place, Pt(_CELL_SIZE)
            if not place and not column:
                _noted(paragraph, notes, figures.address)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
