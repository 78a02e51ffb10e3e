"""Write the minutes of an inspection (biên bản kiểm tra) and the notice of its conclusion (thông báo kết luận kiểm tra) as DOCX, in the layout of
Annex I and after the forms 1.4 and 1.10 of Annex III of Decree 30/2020/NĐ-CP. What the records do not know stays dotted, to be written by hand.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from docmgr.writing import sheets_docx
from docmgr.writing.reports import pieces
from docmgr.writing.reports.footnotes import NoteWriter
from docmgr.writing.reports.inspection import InspectionPaper, PaperFinding
from docmgr.writing.reports.pieces import DOTS, SHORT_DOTS
from docmgr.writing.sheets_docx import SheetEnd, SheetHeading
from legaltext import dates

ROWS_MM = (12, 66, 24, 32, 26)
COLUMNS = ("TT", "Nội dung", "Mức độ", "Đơn vị khắc phục", "Thời hạn")
NO_FINDING = "Đoàn kiểm tra không ghi tồn tại, hạn chế nào."
_SIDE_NOTE = "(Ký và ghi rõ họ và tên)"


def minutes(paper: InspectionPaper) -> bytes:
    """Write the minutes in A4 and return the bytes of the file."""
    document = _begin(paper, "Biên bản", "/BB")
    pieces.bases(document, paper.bases)
    sheets_docx.line(document, opening(day_words(paper.started_on), paper.unit or SHORT_DOTS))
    pieces.head(document, "I. THÀNH PHẦN")
    _lines(document, "1. Đoàn kiểm tra", paper.team)
    _lines(document, f"2. Đơn vị được kiểm tra: {paper.unit or SHORT_DOTS}", f"Đại diện: {SHORT_DOTS}\nChức vụ: {SHORT_DOTS}")
    pieces.head(document, "II. NỘI DUNG VÀ KẾT QUẢ KIỂM TRA")
    sheets_docx.line(document, f"1. Kỳ được kiểm tra: {paper.period or SHORT_DOTS}")
    _lines(document, "2. Kết quả theo nội dung kiểm tra", "\n".join(paper.results))
    _lines(document, "3. Hồ sơ, tài liệu đã xem", "\n".join(f"- {name};" for name in paper.documents))
    pieces.head(document, "4. Tồn tại, hạn chế")
    _findings(document, paper, states=False)
    pieces.head(document, "III. KIẾN NGHỊ CỦA ĐOÀN KIỂM TRA")
    _recommendations(document, paper, answers=False)
    _lines(document, "IV. Ý KIẾN CỦA ĐƠN VỊ ĐƯỢC KIỂM TRA", "")
    sheets_docx.line(document, closing(day_words(paper.ended_on)))
    signed(document, paper.unit or SHORT_DOTS)
    return sheets_docx.body(document)


def notice(paper: InspectionPaper) -> bytes:
    """Write the notice of the conclusion in A4 and return the bytes of the file. Each figure has a footnote that names its list."""
    document = _begin(paper, "Thông báo", "/TB")
    notes = NoteWriter(document)
    pieces.bases(document, paper.bases)
    where = (paper.unit or SHORT_DOTS) + (f" theo {plan_named(paper.plan)}" if paper.plan else "")
    sheets_docx.line(document, told(day_words(paper.started_on), day_words(paper.ended_on), where, paper.agency or SHORT_DOTS))
    pieces.head(document, "I. KHÁI QUÁT VỀ CUỘC KIỂM TRA")
    sheets_docx.line(document, f"1. Đơn vị được kiểm tra: {paper.unit or SHORT_DOTS}")
    sheets_docx.line(document, f"2. Kỳ được kiểm tra: {paper.period or SHORT_DOTS}")
    _lines(document, "3. Đoàn kiểm tra", paper.team)
    pieces.head(document, "II. KẾT QUẢ KIỂM TRA")
    pieces.figures(document, notes, paper.figures)
    for words in paper.results:
        sheets_docx.line(document, words)
    pieces.head(document, "Các tồn tại, hạn chế")
    _findings(document, paper, states=True)
    _lines(document, "III. KẾT LUẬN", paper.conclusion)
    pieces.head(document, "IV. KIẾN NGHỊ, YÊU CẦU")
    _recommendations(document, paper, answers=True)
    sheets_docx.line(document, demand(paper.unit or SHORT_DOTS))
    sheets_docx.end(document, SheetEnd((f"- {paper.unit or SHORT_DOTS};", "- ………………;", "- Lưu: VT."), ("THỦ TRƯỞNG CƠ QUAN",)))
    notes.save()
    return sheets_docx.body(document)


def _begin(paper: InspectionPaper, kind: str, symbol: str) -> Any:
    """Begin a paper of this kind: its heading, type and subject."""
    document = sheets_docx.sheet(f"{kind} {paper.title}"[:250])
    dated = f"……………, {dates.written_out(paper.day)}"
    sheets_docx.heading(document, SheetHeading(paper.agency or SHORT_DOTS, dated, number=f"        {symbol}"))
    sheets_docx.title(document, kind, [subject(paper.title, concluded=kind == "Thông báo")])
    return document


def subject(title: str, *, concluded: bool) -> str:
    """The subject of a paper of the inspection with this title; `concluded` for that of its conclusion."""
    about = title if title.casefold().startswith("kiểm tra") else f"Kiểm tra: {title}"
    return f"Kết luận {about[:1].lower()}{about[1:]}" if concluded else about


def opening(began: str, unit: str) -> str:
    """The first sentence of the minutes."""
    return f"Hôm nay, {began}, tại {unit}, Đoàn kiểm tra tiến hành kiểm tra với những nội dung như sau:"


def closing(ended: str) -> str:
    """The last sentence of the minutes."""
    return f"Biên bản kết thúc vào …… giờ …… phút, {ended}, đã đọc lại cho các bên cùng nghe, nhất trí và được lập thành 02 bản, mỗi bên giữ một bản./."


def told(began: str, ended: str, where: str, agency: str) -> str:
    """The first sentences of the notice."""
    return f"Từ {began} đến {ended}, Đoàn kiểm tra đã tiến hành kiểm tra tại {where}. {agency} thông báo kết luận như sau:"


def demand(unit: str) -> str:
    """The last sentence of the notice."""
    return f"Yêu cầu {unit} và các đơn vị có liên quan thực hiện kiến nghị, trả lời bằng văn bản đúng thời hạn nêu trên./."


def signed(document: Any, unit: str) -> None:
    """Add who signs the minutes and who gets them."""
    sheets_docx.sides(document, ("ĐẠI DIỆN ĐƠN VỊ", _SIDE_NOTE), ("TRƯỞNG ĐOÀN KIỂM TRA", _SIDE_NOTE))
    sheets_docx.recipients(document, (f"- {unit};", "- Lưu: VT, Hồ sơ."))


def plan_named(title: str) -> str:
    """A plan within a sentence."""
    return title if title.casefold().startswith("kế hoạch") else f"Kế hoạch “{title}”"


def day_words(day: dt.date | None) -> str:
    """A day within a sentence, dotted where it is not known."""
    return dates.written_out(day) if day else "ngày …… tháng …… năm ……"


def _lines(document: Any, title: str, text: str) -> None:
    """Add a heading and the lines of a text below it, dotted where there is none."""
    pieces.head(document, title)
    for words in [line.strip() for line in text.splitlines() if line.strip()] or [DOTS]:
        sheets_docx.line(document, words)


def _findings(document: Any, paper: InspectionPaper, *, states: bool) -> None:
    """Add the table of findings, with `states` also how far each is."""
    if not paper.findings:
        sheets_docx.line(document, NO_FINDING)
        return
    rows = [(str(place), _told(one, states), one.severity, one.unit, one.due) for place, one in enumerate(paper.findings, start=1)]
    pieces.table(document, ROWS_MM, (COLUMNS, *rows), {1, 3})
    _rest(document, len(paper.findings), paper.findings_total, "phát hiện")


def _told(one: PaperFinding, with_state: bool) -> str:
    against = f" (đối chiếu: {'; '.join(one.against)})" if one.against else ""
    return f"{one.words}{against}" + (f" – {one.state.lower()}" if with_state else "")


def _recommendations(document: Any, paper: InspectionPaper, *, answers: bool) -> None:
    """Add the recommendations, with `answers` also what was answered."""
    if not paper.recommendations:
        sheets_docx.line(document, DOTS)
    for place, one in enumerate(paper.recommendations, start=1):
        due = f", trả lời trước khi hết {one.due}" if one.due else ""
        sheets_docx.line(document, f"{place}. {one.unit or SHORT_DOTS}: {one.words.rstrip(' .;')}{due}.")
        if answers and one.answer:
            sheets_docx.line(document, f"Đã trả lời: {one.answer}")
    _rest(document, len(paper.recommendations), paper.recommendations_total, "kiến nghị")


def _rest(document: Any, shown: int, total: int, what: str) -> None:
    if total > shown:
        sheets_docx.line(document, f"Và {total - shown} {what} khác, ghi trong danh sách kèm theo.")
