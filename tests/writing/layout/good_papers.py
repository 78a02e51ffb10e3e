"""Good papers, and the means to break one thing in them."""

from __future__ import annotations

import datetime as dt
import functools
import io
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from docmgr.writing import sheets_docx
from legaltext import dates

LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
LONG = "Các đơn vị trực thuộc tổ chức thực hiện, bảo đảm quyền làm chủ của công chức, viên chức và người lao động trong năm học này theo quy định."
DAY = dt.date(2026, 2, 5)


@functools.cache
def plan() -> bytes:
    """A plan that has every part but the subject of a letter."""
    document = sheets_docx.sheet("Kế hoạch")
    dated = f"Quảng Ninh, {dates.written_out(DAY)}"
    sheets_docx.heading(document, sheets_docx.SheetHeading("Sở Giáo dục và Đào tạo", dated, "UBND tỉnh Quảng Ninh", "05/KH-SGDĐT"))
    sheets_docx.title(document, "Kế hoạch", ["Thực hiện dân chủ ở cơ sở năm 2026"])
    sheets_docx.line(document, "Kính gửi: Ủy ban nhân dân tỉnh")
    sheets_docx.line(document, "Căn cứ Luật Thực hiện dân chủ ở cơ sở;", italic=True)
    sheets_docx.line(document, "Căn cứ Nghị định số 59/2023/NĐ-CP ngày 14 tháng 8 năm 2023 của Chính phủ.", italic=True)
    for words in ("Chương I", "QUY ĐỊNH CHUNG"):
        sheets_docx.line(document, words, bold=True, centred=True)
    sheets_docx.line(document, "Điều 1. Phạm vi áp dụng", bold=True)
    sheets_docx.line(document, f"1. {LONG}")
    sheets_docx.line(document, "a) Công khai thông tin;")
    sheets_docx.line(document, "I. NHỮNG KẾT QUẢ CHÍNH", bold=True)
    sheets_docx.line(document, f"{LONG}/.".replace("./.", "./."))
    position = ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    sheets_docx.end(document, sheets_docx.SheetEnd(("- Như trên;", "- Các phòng thuộc Sở;", "- Lưu: VT, TCCB."), position, "Nguyễn Văn An"))
    return sheets_docx.body(document)


@functools.cache
def letter() -> bytes:
    """A letter (công văn), which has no type."""
    document = sheets_docx.sheet("Công văn")
    sheets_docx.heading(document, sheets_docx.SheetHeading("Sở Giáo dục và Đào tạo", f"Quảng Ninh, {dates.written_out(DAY)}", number="12/SGDĐT-VP"))
    paragraph = document.tables[0].cell(1, 0).add_paragraph()
    paragraph.alignment = CENTRE
    paragraph.add_run("V/v báo cáo thực hiện dân chủ").font.size = Pt(12)
    sheets_docx.line(document, "Kính gửi: Ủy ban nhân dân tỉnh")
    sheets_docx.line(document, f"{LONG}/.")
    sheets_docx.end(document, sheets_docx.SheetEnd(("- Như trên;", "- Lưu: VT, VP."), ("GIÁM ĐỐC",), "Trần Thị Bình"))
    return sheets_docx.body(document)


def start(section: Any, number: int) -> None:
    """Begin the page numbers of a section with this one."""
    kind = OxmlElement("w:pgNumType")
    kind.set(qn("w:start"), str(number))
    section._sectPr.append(kind)


class OpenPaper:
    """An opened paper of which one thing is broken. Paragraphs are found by words that they contain."""

    def __init__(self, data: bytes) -> None:
        self.document: Any = docx.Document(io.BytesIO(data))
        self.section: Any = self.document.sections[0]

    def at(self, words: str) -> Any:
        """The first paragraph with these words, in tables and outside."""
        cells = [cell for table in self.document.tables for row in table.rows for cell in row.cells]
        every = [*(p for cell in cells for p in cell.paragraphs), *self.document.paragraphs]
        return next(paragraph for paragraph in every if words in paragraph.text)

    def write(self, words: str, other: str) -> None:
        """Write `other` where these words stand, in the same run."""
        paragraph = self.at(words)
        run = next(run for run in paragraph.runs if words in run.text)
        run.text = run.text.replace(words, other)

    def size(self, words: str, points: float) -> None:
        """Give the paragraph this size."""
        self.look(words, size=Pt(points))

    def look(self, words: str, **values: Any) -> None:
        """Set the font of the paragraph with these words: bold, italic, size, name."""
        for run in self.at(words).runs:
            for name, value in values.items():
                setattr(run.font, name, value)

    def colour(self, words: str) -> None:
        """Make the paragraph red."""
        for run in self.at(words).runs:
            run.font.color.rgb = RGBColor(255, 0, 0)

    def align(self, words: str, alignment: Any = LEFT) -> None:
        """Align the paragraph."""
        self.at(words).alignment = alignment

    def drop(self, words: str) -> None:
        """Leave the words out, with the paragraph."""
        for run in self.at(words).runs:
            run.text = ""

    def unrule(self, words: str) -> None:
        """Take away the rule below the paragraph with these words, and nothing else; a rule is the border of the next one."""
        following = self.at(words)._p.getnext()
        border = following.find(".//{*}pBdr")
        border.getparent().remove(border)

    def rule(self, words: str, millimetres: float) -> None:
        """Make the rule below the paragraph with these words shorter by so much on both sides, or longer where it is negative."""
        following = docx.text.paragraph.Paragraph(self.at(words)._p.getnext(), None).paragraph_format
        for side in ("left_indent", "right_indent"):
            setattr(following, side, max(0, getattr(following, side) + Mm(millimetres)))

    def margin(self, side: str, millimetres: float) -> None:
        """Set one margin."""
        setattr(self.section, f"{side}_margin", Mm(millimetres))
