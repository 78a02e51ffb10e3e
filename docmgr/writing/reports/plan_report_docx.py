"""Write the report on a plan as a DOCX, in the layout of Annex I and the form 1.4 of Annex III of Decree 30/2020/NĐ-CP. What the records do not
know stays dotted, to be written by hand.
"""

from __future__ import annotations

from typing import Any

from docmgr.writing import sheets_docx
from docmgr.writing.reports import pieces
from docmgr.writing.reports.footnotes import NoteWriter
from docmgr.writing.reports.pieces import DOTS
from docmgr.writing.reports.plan_report import PlanReport
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates


def to_docx(report: PlanReport) -> bytes:
    """Write the report as a DOCX in A4 and return its bytes."""
    document = sheets_docx.sheet(f"Báo cáo {report.period}")
    notes, about = NoteWriter(document), f"{report.period} thực hiện {lowered(report.plan)}"
    sheets_docx.heading(document, SheetHeading(report.agency or DOTS[:20], f"……………, {dates.written_out(report.day)}", number="        /BC"))
    sheets_docx.title(document, "Báo cáo", [f"Kết quả {about}"])
    pieces.bases(document, report.bases)
    sheets_docx.line(document, f"{report.agency or DOTS[:20]} báo cáo kết quả {about}, số liệu tính đến {dates.written_out(report.day)}, như sau:")
    _results(document, notes, report)
    _inspections(document, notes, report)
    _late(document, notes, report)
    pieces.head(document, "IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ")
    for words in ("1. Phương hướng, nhiệm vụ thời gian tới", DOTS, "2. Kiến nghị, đề xuất", DOTS):
        sheets_docx.line(document, words)
    sheets_docx.line(document, f"Trên đây là báo cáo kết quả {about}./.")
    sheets_docx.end(document, SheetEnd(("- ………………;", "- Lưu: VT."), ("THỦ TRƯỞNG CƠ QUAN",)))
    notes.save()
    return sheets_docx.body(document)


def lowered(plan: str) -> str:
    """The title of a plan within a sentence: "Kế hoạch …" as it is, others after that word."""
    return plan if plan.casefold().startswith("kế hoạch") else f"Kế hoạch “{plan}”"


def _results(document: Any, notes: NoteWriter, report: PlanReport) -> None:
    pieces.head(document, "I. KẾT QUẢ THỰC HIỆN")
    pieces.head(document, "1. Kết quả chung")
    pieces.figures(document, notes, report.general)
    if report.due:
        sheets_docx.line(document, "Trong số nhiệm vụ có thời hạn trong kỳ báo cáo:")
        pieces.figures(document, notes, report.due)
    for title, table in (("2. Kết quả theo đơn vị chủ trì", report.units), ("3. Kết quả theo phần của kế hoạch", report.sections)):
        pieces.head(document, title)
        pieces.figure_table(document, notes, table, "Chưa có nhiệm vụ nào.")
    pieces.head(document, "4. Hội nghị cán bộ, công chức, viên chức và người lao động")
    pieces.figures(document, notes, report.conferences)
    sheets_docx.line(document, DOTS)
    if report.targets:
        pieces.head(document, "5. Chỉ tiêu")
        pieces.figures(document, notes, report.targets)
        pieces.figure_table(document, notes, report.reached, "")


def _inspections(document: Any, notes: NoteWriter, report: PlanReport) -> None:
    pieces.head(document, "II. KIỂM TRA, GIÁM SÁT")
    if report.inspections is None:
        sheets_docx.line(document, f"Số liệu kiểm tra, giám sát do bộ phận theo dõi bổ sung: {DOTS[:10]}")
    else:
        pieces.figures(document, notes, report.inspections)


def _late(document: Any, notes: NoteWriter, report: PlanReport) -> None:
    pieces.head(document, "III. TỒN TẠI, HẠN CHẾ")
    if not report.late_count:
        sheets_docx.line(document, "Không có nhiệm vụ quá hạn.")
        return
    shown = len(report.late.rows)
    words = f"Có {report.late_count} nhiệm vụ quá hạn"
    words += ":" if shown == report.late_count else f"; {shown} nhiệm vụ quá hạn lâu nhất là:"
    pieces.noted(sheets_docx.line(document, words), notes, report.late.address)
    pieces.figure_table(document, notes, report.late, "")
    sheets_docx.line(document, f"Nguyên nhân: {DOTS[:16]}")
