"""Write the minutes of a hand-over of case files to the archive (biên bản giao nhận hồ sơ, tài liệu) as a DOCX, after the form in
Annex V of Decree 30/2020/NĐ-CP. What the two sides write by hand stays dotted.
"""

from __future__ import annotations

from docmgr.writing import sheets_docx
from docmgr.writing.minutes import DOTS, Minutes
from docmgr.writing.sheets_docx import SheetHeading
from legaltext import dates


def to_docx(minutes: Minutes) -> bytes:
    """Write the minutes as a DOCX in A4 and return its bytes."""
    document = sheets_docx.sheet("Biên bản giao nhận hồ sơ, tài liệu")
    sheets_docx.heading(document, SheetHeading(minutes.agency or DOTS, f"……………, {dates.written_out(minutes.day)}"))
    sheets_docx.title(document, "BIÊN BẢN", ["Giao nhận hồ sơ, tài liệu"])
    for words in _body(minutes):
        sheets_docx.line(document, words, italic=words.startswith("Căn cứ"))
    sheets_docx.sides(document, ("ĐẠI DIỆN BÊN GIAO", "(Ký và ghi rõ họ và tên)"), ("ĐẠI DIỆN BÊN NHẬN", "(Ký và ghi rõ họ và tên)"))
    return sheets_docx.body(document)


def _body(minutes: Minutes) -> tuple[str, ...]:
    return (
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
        f"Căn cứ {DOTS}.",
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
