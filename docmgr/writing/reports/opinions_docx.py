"""Write the summary of a consultation (bản tổng hợp, giải trình, tiếp thu ý kiến) as DOCX in the layout of Annex I of Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from docmgr.writing import sheets_docx
from docmgr.writing.reports import pieces
from docmgr.writing.reports.opinions import OpinionSummary
from docmgr.writing.reports.pieces import SHORT_DOTS
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates

COLUMNS = ("STT", "Điều khoản", "Nội dung ý kiến", "Của ai, đơn vị", "Tiếp thu, giải trình")
_WIDTHS_MM = (12, 28, 50, 30, 40)


def to_docx(summary: OpinionSummary) -> bytes:
    """Write the summary in A4 and return the bytes of the file."""
    document = sheets_docx.sheet("Bản tổng hợp, giải trình, tiếp thu ý kiến")
    sheets_docx.heading(
        document,
        SheetHeading(
            summary.agency or SHORT_DOTS, f"……………, {dates.written_out(summary.day)}", number="        /BC"
        ),
    )
    sheets_docx.title(
        document, "Báo cáo", ["Tổng hợp, giải trình, tiếp thu ý kiến", f"về {summary.document}"]
    )
    pieces.head(document, "I. VIỆC LẤY Ý KIẾN")
    for words in _opening(summary):
        sheets_docx.line(document, words)
    pieces.head(document, "II. TỔNG HỢP, GIẢI TRÌNH, TIẾP THU Ý KIẾN")
    if summary.lines:
        rows = [
            (str(place), one.place, one.words, one.who, one.received or SHORT_DOTS)
            for place, one in enumerate(summary.lines, start=1)
        ]
        pieces.table(document, _WIDTHS_MM, [COLUMNS, *rows], {1, 2, 3, 4})
    else:
        sheets_docx.line(document, "Không có ý kiến nào.")
    if summary.total > len(summary.lines):
        sheets_docx.line(
            document, f"Và {summary.total - len(summary.lines)} ý kiến khác, xem trên trang của đợt lấy ý kiến."
        )
    sheets_docx.line(
        document, f"Trên đây là bản tổng hợp, giải trình, tiếp thu ý kiến về {summary.document}./."
    )
    sheets_docx.end(document, SheetEnd(("- ………………;", "- Lưu: VT."), ("THỦ TRƯỞNG ĐƠN VỊ",)))
    return sheets_docx.body(document)


def _opening(summary: OpinionSummary) -> list[str]:
    counted = "; ".join(f"{name.lower()}: {count}" for name, count in summary.stances)
    named = ["3. Ý kiến được ghi không nêu tên người góp ý."] if summary.anonymous else []
    return [
        f"1. Nội dung lấy ý kiến: {summary.question.rstrip(' .;')}.",
        f"2. Thời gian từ ngày {dates.printed(summary.from_on)} đến ngày {dates.printed(summary.to_on)}; có {summary.answered} trên {summary.asked} người được "
        f"lấy ý kiến đã trả lời, với {summary.total} ý kiến ({counted}).",
        *named,
    ]  # fmt: skip
