"""Good papers with parts that only some documents have: annexes, several addressees, and the forms of Annex III."""

from __future__ import annotations

import functools
import io
from typing import Any

import docx
from docx.shared import Mm, Pt

from docmgr.writing import sheets_docx
from legaltext import dates
from tests.writing.layout.good_papers import CENTRE, DAY, LONG, letter

DATED = f"Quảng Ninh, {dates.written_out(DAY)}"
REFERENCE = "(Kèm theo Kế hoạch số 05/KH-SGDĐT ngày 05 tháng 02 năm 2026 của Sở Giáo dục và Đào tạo)"
HEADS = (("Phụ lục I", "DANH MỤC CÔNG VIỆC"), ("Phụ lục II", "BIỂU MẪU BÁO CÁO"))


def _centred(document: Any, words: str, size: float = 14, **look: bool) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = CENTRE
    run = paragraph.add_run(words)
    run.font.size = Pt(size)
    for name, value in look.items():
        setattr(run, name, value)
    return paragraph


def annex(document: Any, head: str, title: str, reference: str = REFERENCE) -> None:
    """Add the head of an annex and a line of it; what is "" is left out."""
    _centred(document, head, bold=True)
    if title:
        _centred(document, title, bold=True)
    if reference:
        _centred(document, reference, 13, italic=True)
    document.add_paragraph("Nội dung phụ lục.")


def _headed(number: str, dated: str = DATED) -> Any:
    document = sheets_docx.sheet("Văn bản")
    sheets_docx.heading(document, sheets_docx.SheetHeading("Sở Giáo dục và Đào tạo", dated, "UBND tỉnh Quảng Ninh", number))
    return document


def _signed(document: Any) -> bytes:
    sheets_docx.end(document, sheets_docx.SheetEnd(("- Như trên;", "- Lưu: VT, VP."), ("GIÁM ĐỐC",), "Trần Thị Bình"))
    return sheets_docx.body(document)


@functools.cache
def annexed() -> bytes:
    """A plan with two annexes in its file."""
    document = _headed("05/KH-SGDĐT")
    sheets_docx.title(document, "Kế hoạch", ["Thực hiện dân chủ ở cơ sở năm 2026"])
    sheets_docx.line(document, f"{LONG[:-1]} và các phụ lục kèm theo./.")
    data = _signed(document)
    document = docx.Document(io.BytesIO(data))
    for head, title in HEADS:
        annex(document, head, title)
    return sheets_docx.body(document)


@functools.cache
def annex_alone() -> bytes:
    """An annex in a file of its own, with what the signing program writes on it."""
    document = sheets_docx.sheet("Phụ lục")
    document.add_paragraph().add_run("Số: 05/KH-SGDĐT; 05/02/2026; 10:20:30").font.size = Pt(10)
    annex(document, *HEADS[1])
    return sheets_docx.body(document)


@functools.cache
def sent_to_many() -> bytes:
    """A letter to three agencies; the last has a name of two lines."""
    document = docx.Document(io.BytesIO(letter()))
    head = next(one for one in document.paragraphs if one.text.startswith("Kính gửi"))
    for run in head.runs[1:]:
        run.text = ""
    head.runs[0].text = "Kính gửi:"
    head.paragraph_format.first_line_indent, head.paragraph_format.left_indent = Mm(0), Mm(40)
    for words in reversed(("- Bộ Nội vụ;", "- Bộ Tài chính;", "- Ủy ban nhân dân các xã, phường, đặc khu\nvà các đơn vị trực thuộc.")):
        line = sheets_docx.line(document, words)
        line.paragraph_format.first_line_indent, line.paragraph_format.left_indent = Mm(0), Mm(55)
        head._p.addnext(line._p)
    return sheets_docx.body(document)


@functools.cache
def issued() -> bytes:
    """A regulation (quy chế) issued with a decision, in a file of its own: no number, no day, no signature, no recipients."""
    document = _headed("", "")
    sheets_docx.title(document, "Quy chế", ["Thực hiện dân chủ trong cơ quan"])
    rule = document.paragraphs[-1]
    reference = _centred(document, REFERENCE.replace("Kế hoạch", "Quyết định").replace("KH-", "QĐ-"), 13, italic=True)
    rule._p.addprevious(reference._p)
    sheets_docx.line(document, "Điều 1. Phạm vi áp dụng", bold=True)
    sheets_docx.line(document, f"{LONG[:-1]}./.")
    return sheets_docx.body(document)


FORMS = {
    "introduction": (
        "Giấy giới thiệu", "GGT", (), "Sở Giáo dục và Đào tạo trân trọng giới thiệu:", "Ông (bà): Nguyễn Văn An", "Được cử đến: Bộ Nội vụ", "Về việc: Nhận tài liệu",
        "Giấy này có giá trị đến hết ngày 10 tháng 02 năm 2026./.",
    ),
    "leave": (
        "Giấy nghỉ phép", "GNP", (), "Xét Đơn đề nghị nghỉ phép ngày 01 tháng 02 năm 2026, Sở cấp cho:", "Ông (bà): Nguyễn Văn An",
        "Được nghỉ phép trong thời gian 02 ngày kể từ ngày 09 tháng 02 năm 2026.", "Số ngày nghỉ phép nêu trên được tính vào thời gian nghỉ hằng năm./.",
    ),
    "invitation": (
        "Giấy mời", "GM", ("Họp về thực hiện dân chủ",), "Sở trân trọng kính mời: Trưởng các phòng", "Chủ trì: Giám đốc Sở", "Thời gian: 8 giờ ngày 10 tháng 02 năm 2026",
        "Địa điểm: Phòng họp số 1./.",
    ),
    "telegram": ("Công điện", "CĐ", ("Về việc ứng phó bão",), "Giám đốc Sở điện:", "- Các trường trực thuộc.", f"{LONG[:-1]}./."),
}  # fmt: skip


@functools.cache
def form(name: str) -> bytes:
    """One of the forms of Annex III."""
    kind, symbol, subject, *words = FORMS[name]
    document = _headed(f"12/{symbol}-SGDĐT")
    sheets_docx.title(document, str(kind), subject)
    for one in words:
        sheets_docx.line(document, str(one))
    return _signed(document)


@functools.cache
def minutes() -> bytes:
    """The minutes of a meeting: no place and day above, and two who sign."""
    document = _headed("12/BB-SGDĐT", "")
    sheets_docx.title(document, "Biên bản", ["Hội nghị công chức, viên chức năm 2026"])
    for words in (
        "Thời gian bắt đầu: 8 giờ", "Địa điểm: Phòng họp số 1", "Thành phần tham dự: toàn thể công chức", "Chủ trì (chủ tọa): Trần Thị Bình",
        "Thư ký (người ghi biên bản): Nguyễn Văn An", "Nội dung: báo cáo kết quả.", "Hội nghị kết thúc vào 11 giờ ngày 05 tháng 02 năm 2026./.",
    ):  # fmt: skip
        sheets_docx.line(document, words)
    sheets_docx.sides(document, ("THƯ KÝ", "(Chữ ký)"), ("CHỦ TỌA", "(Chữ ký)"))
    sheets_docx.recipients(document, ("- Như trên;", "- Lưu: VT, Hồ sơ."))
    return sheets_docx.body(document)
