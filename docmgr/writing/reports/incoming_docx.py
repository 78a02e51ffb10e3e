"""Write the report on how incoming documents were received and dealt with as a DOCX, in the layout of Annex I and the form 1.4 of Annex III of
Decree 30/2020/NĐ-CP. What the registers do not know stays dotted, to be written by hand.
"""

from __future__ import annotations

from docmgr.writing import sheets_docx
from docmgr.writing.reports import pieces
from docmgr.writing.reports.footnotes import NoteWriter
from docmgr.writing.reports.incoming import IncomingReport
from docmgr.writing.reports.pieces import DOTS, SHORT_DOTS
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates

NOTHING = "Không có văn bản nào."


def about(report: IncomingReport) -> str:
    """What the report is about, within a sentence."""
    return f"tình hình tiếp nhận, xử lý văn bản đến từ ngày {dates.printed(report.first)} đến ngày {dates.printed(report.last)}"


def to_docx(report: IncomingReport) -> bytes:
    """Write the report in A4 and return the bytes of the file."""
    told = about(report)
    document = sheets_docx.sheet("Báo cáo tình hình tiếp nhận, xử lý văn bản đến")
    notes = NoteWriter(document)
    sheets_docx.heading(document, SheetHeading(report.agency or SHORT_DOTS, f"……………, {dates.written_out(report.day)}", number="        /BC"))
    sheets_docx.title(document, "Báo cáo", [f"{told[:1].upper()}{told[1:]}"])
    sheets_docx.line(document, f"{report.agency or SHORT_DOTS} báo cáo {told}, số liệu tính đến {dates.written_out(report.day)}, như sau:")
    pieces.head(document, "I. TIẾP NHẬN")
    pieces.figures(document, notes, (report.total,))
    if report.hidden:
        sheets_docx.line(document, f"Số liệu sau đây không gồm {report.hidden} văn bản ngoài quyền xem của người lập báo cáo.")
    for title, table in (("1. Theo loại văn bản", report.types), ("2. Theo cơ quan, tổ chức gửi", report.senders)):
        pieces.head(document, title)
        pieces.figure_table(document, notes, table, NOTHING)
    pieces.head(document, "II. GIẢI QUYẾT")
    pieces.head(document, "1. Kết quả chung")
    pieces.figures(document, notes, report.results)
    pieces.head(document, "2. Theo đơn vị nhận")
    pieces.figure_table(document, notes, report.units, NOTHING)
    pieces.head(document, "III. TỒN TẠI, NGUYÊN NHÂN")
    sheets_docx.line(document, DOTS)
    pieces.head(document, "IV. KIẾN NGHỊ, ĐỀ XUẤT")
    sheets_docx.line(document, DOTS)
    sheets_docx.line(document, f"Trên đây là báo cáo {told}./.")
    sheets_docx.end(document, SheetEnd(("- ………………;", "- Lưu: VT."), ("THỦ TRƯỞNG CƠ QUAN",)))
    notes.save()
    return sheets_docx.body(document)
