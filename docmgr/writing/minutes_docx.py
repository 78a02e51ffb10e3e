"""Write the minutes of a hand-over of case files to the archive (biên bản giao nhận hồ sơ, tài liệu) as a DOCX, after the form in
Annex V of Decree 30/2020/NĐ-CP. What the two sides write by hand stays dotted.
"""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from docmgr.writing import paper
from docmgr.writing.minutes import DOTS, Minutes

FONT, SIZE = "Times New Roman", 13


def to_docx(minutes: Minutes) -> bytes:
    """Write the minutes as a DOCX in A4 and return its bytes."""
    document = docx.Document()
    _set_page(document)
    _two(document, (minutes.agency.upper() or DOTS, ""), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"))
    day = f"……………, ngày {minutes.day:%d} tháng {minutes.day:%m} năm {minutes.day:%Y}"
    _line(document, day, italic=True).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for words in ("BIÊN BẢN", "Giao nhận hồ sơ, tài liệu"):
        _line(document, words, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words in _body(minutes):
        _line(document, words)
    _two(document, ("ĐẠI DIỆN BÊN GIAO", "(Ký và ghi rõ họ và tên)"), ("ĐẠI DIỆN BÊN NHẬN", "(Ký và ghi rõ họ và tên)"))
    document.core_properties.title = "Biên bản giao nhận hồ sơ, tài liệu"
    document.core_properties.author = ""
    document.core_properties.language = "vi-VN"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _body(minutes: Minutes) -> tuple[str, ...]:
    return (
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
        f"Căn cứ {DOTS}",
        "Chúng tôi gồm:",
        f"BÊN GIAO: {minutes.unit or DOTS}",
        f"Ông (bà): {minutes.giver}",
        f"Chức vụ công tác: {DOTS}",
        "BÊN NHẬN: Lưu trữ cơ quan",
        f"Ông (bà): {DOTS}",
        f"Chức vụ công tác: {DOTS}",
        "Thống nhất lập biên bản giao nhận tài liệu với những nội dung như sau:",
        f"1. Tên khối tài liệu giao nộp: {minutes.title}",
        f"2. Thời gian của hồ sơ, tài liệu: {minutes.span}",
        "3. Số lượng tài liệu:",
        "Đối với hồ sơ, tài liệu điện tử:",
        f"- Tổng số hồ sơ: {minutes.cases}",
        f"- Tổng số tệp tin trong hồ sơ: {minutes.files}",
        f"4. Tình trạng tài liệu giao nộp: {DOTS}",
        "5. Mục lục hồ sơ, tài liệu nộp lưu kèm theo.",
        "Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản./.",
    )


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Mm(30), Mm(20), Mm(20), Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _line(document: Any, words: str, *, bold: bool = False, italic: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(paper.printed(words))
    run.bold, run.italic = bold, italic
    return paragraph


def _two(document: Any, *columns: tuple[str, str]) -> None:
    """Two columns side by side, each with a line in bold and one below it."""
    table = document.add_table(rows=1, cols=len(columns))
    for cell, (first, second) in zip(table.rows[0].cells, columns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(paper.printed(first)).bold = True
        if second:
            paragraph.add_run("\n" + second)
