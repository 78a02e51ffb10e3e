"""Sheets in the layout of Decree 30/2020/NĐ-CP, Annex I, as DOCX: the page in A4 with its number, the heading, the type and subject,
paragraphs, and the end with the recipients and who signs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from docmgr.writing import paper
from docmgr.writing.layout.lengths import RULE_SHARE, RULE_SIZE, rule_row, words_mm

FONT, SIZE = "Times New Roman", 13
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_CENTRE, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
# The two columns of the heading and of the end, in millimetres; together the width between the margins.
_HEADING, _END = (66, 94), (80, 80)
_INDENT_MM, _GAP = 12.7, 6
# What stays free at both sides of a cell, in millimetres.
_CELL_SIDES = 4
_FIELD, _FIELD_PARTS = re.compile(r"{{\s*(.*?)\s*}}"), re.compile(r"({{.*?}})")


@dataclass(frozen=True)
class SheetHeading:
    """What stands at the top: the names of the agency and of the one above it ("" for none), the number with its symbol ("" for a form
    that has none), and place and day in words."""

    agency: str
    dated: str
    superior: str = ""
    number: str = ""


@dataclass(frozen=True)
class SheetEnd:
    """What stands at the end: the recipients, the authority and position of who signs, each a line, and the name."""

    recipients: tuple[str, ...]
    position: tuple[str, ...]
    name: str = ""


def sheet(title: str) -> Any:
    """Begin an empty document with this title in its properties."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Mm(30), Mm(20), Mm(20), Mm(20)
    section.header_distance = Mm(10)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.core_properties.title, document.core_properties.author, document.core_properties.language = title, "", "vi-VN"
    _page_number(section)
    return document


def _page_number(section: Any) -> None:
    """Number the pages in the middle of the top margin, but not the first."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = paragraph.add_run("2")
    field.append(run._r)
    paragraph._p.append(field)


def heading(document: Any, head: SheetHeading) -> None:
    """Add the heading: the agency beside the name of the State, the number beside place and day."""
    table = _table(document, 2, _HEADING)
    left, right = (table.cell(0, column).paragraphs[0] for column in (0, 1))
    if head.superior:
        _words(left, head.superior.upper(), 12)
        left = table.cell(0, 0).add_paragraph()
    _words(left, head.agency.upper(), 12, bold=True)
    _short_rule(table.cell(0, 0).add_paragraph(), head.agency.upper(), 12, _HEADING[0])
    _words(right, STATE, 12, bold=True)
    _words(table.cell(0, 1).add_paragraph(), MOTTO, 13, bold=True)
    _rule(table.cell(0, 1).add_paragraph(), _HEADING[1], words_mm(MOTTO, 13, True))
    if head.number:
        _words(table.cell(1, 0).paragraphs[0], f"Số: {head.number}", 13)
    _words(table.cell(1, 1).paragraphs[0], head.dated, 13, italic=True)
    for cell in table.rows[1].cells:
        cell.paragraphs[0].paragraph_format.space_before = Pt(4)


def title(document: Any, kind: str, subject: Sequence[str] = ()) -> None:
    """Add the type of the document and its subject, whose lines are given, with the rule below."""
    lines = [_words(document.add_paragraph(), kind.upper(), 14, bold=True)]
    lines += [_words(document.add_paragraph(), words, 14, bold=True) for words in subject]
    lines[0].paragraph_format.space_before = Pt(14)
    rule = document.add_paragraph()
    _short_rule(rule, subject[-1] if subject else kind.upper(), 14, sum(_HEADING))
    rule.paragraph_format.space_after = Pt(10)


def line(document: Any, words: str, *, bold: bool = False, italic: bool = False, centred: bool = False) -> Any:
    """Add a paragraph of the body and return it: indented and justified, or `centred`."""
    paragraph = document.add_paragraph()
    about = paragraph.paragraph_format
    about.space_before = about.space_after = Pt(_GAP / 2)
    paragraph.alignment = _CENTRE if centred else _BOTH
    if not centred:
        about.first_line_indent = Mm(_INDENT_MM)
    run = paragraph.add_run(paper.cleaned(words))
    run.bold, run.italic = bold, italic
    return paragraph


def end(document: Any, closing: SheetEnd) -> None:
    """Add the recipients on the left, and who signs on the right."""
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    table = _table(document, 1, _END)
    left, right = table.cell(0, 0), table.cell(0, 1)
    _words(left.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True).alignment = WD_ALIGN_PARAGRAPH.LEFT
    for words in closing.recipients:
        _words(left.add_paragraph(), words, 11).alignment = WD_ALIGN_PARAGRAPH.LEFT
    for place, words in enumerate(closing.position):
        _words(right.add_paragraph() if place else right.paragraphs[0], words.upper(), 13, bold=True)
    for _ in range(4):
        _words(right.add_paragraph(), "", 13)
    if closing.name:
        _words(right.add_paragraph(), closing.name, 13, bold=True)


def sides(document: Any, *texts: tuple[str, str]) -> None:
    """Add the sides that sign, beside each other: each in bold with a note below."""
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    table = _table(document, 1, tuple(round(sum(_END) / len(texts)) for _ in texts))
    for cell, (first, note) in zip(table.rows[0].cells, texts, strict=True):
        _words(cell.paragraphs[0], first, 13, bold=True)
        _words(cell.add_paragraph(), note, 13, italic=True)


def recipients(document: Any, lines: Sequence[str]) -> None:
    """Add the recipients alone, below sides that sign and the room for their signatures."""
    for _ in range(4):
        document.add_paragraph().paragraph_format.space_after = Pt(0)
    _words(document.add_paragraph(), "Nơi nhận:", 12, bold=True, italic=True).alignment = WD_ALIGN_PARAGRAPH.LEFT
    for words in lines:
        _words(document.add_paragraph(), words, 11).alignment = WD_ALIGN_PARAGRAPH.LEFT


def _table(document: Any, rows: int, widths: Sequence[int]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _words(paragraph: Any, words: str, size: float, *, bold: bool = False, italic: bool = False) -> Any:
    paragraph.alignment = _CENTRE
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(paper.cleaned(words))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _short_rule(paragraph: Any, words: str, size: float, width: float) -> None:
    """Make an empty paragraph the rule below words in bold, from a third to a half as long as they are or as the column is wide. Below
    the fields of a form it is a row of underscores, of which each field makes its part."""
    if _FIELD.search(words) is None:
        _rule(paragraph, width, RULE_SHARE * min(words_mm(paper.cleaned(words), size, True), width - _CELL_SIDES))
        return
    parts = (f"{{{{ {one[1]}|ke }}}}" if (one := _FIELD.fullmatch(part)) else rule_row(part) for part in _FIELD_PARTS.split(words))
    _words(paragraph, "".join(parts), RULE_SIZE, bold=True)


def _rule(paragraph: Any, width: float, length: float) -> None:
    """Make an empty paragraph a rule of this length in the middle of a column of this width, in millimetres."""
    about = paragraph.paragraph_format
    about.left_indent = about.right_indent = Mm((width - _CELL_SIDES - length) / 2)
    about.space_before = about.space_after = Pt(0)
    about.line_spacing = Pt(3)
    borders, below = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        below.set(qn(f"w:{name}"), value)
    borders.append(below)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")


def body(document: Any) -> bytes:
    """The bytes of the file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
