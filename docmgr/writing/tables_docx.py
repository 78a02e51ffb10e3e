"""Write a table as a DOCX in A4 landscape, with the column names on every page and page numbers at the
bottom.

The font is Times New Roman, as Decree 30/2020 (Annex I) requires. The caller decides what the rows contain.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from docmgr.writing import paper
from docmgr.writing.tables import Table

FONT = "Times New Roman"
WIDTH_MM, HEIGHT_MM, MARGIN_MM = 297, 210, 15
LINE_CHARACTERS = 145
TWIPS_PER_MM = 1440 / 25.4


def to_docx(table: Table) -> bytes:
    """Write the table as a DOCX and return its bytes. The title and the notes (one line each) are above the
    table. Apart from the page number, the file contains only text: no fields and no links."""
    document = docx.Document()
    _set_page(document, paper.printed(table.page))
    _line(document, paper.printed(table.title), 14, bold=True).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for note in table.notes:
        _line(document, paper.printed(note), 10)
    rows = [[paper.printed(cell) for cell in row] for row in table.rows]
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    # The section's own settings must be the last element of the body.
    document.element.body.insert(-1, _table(table.columns, rows))
    document.core_properties.title = paper.printed(table.title)[:255]
    document.core_properties.author = ""
    document.core_properties.language = "vi-VN"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Any, page: str) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(WIDTH_MM), Mm(HEIGHT_MM)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(MARGIN_MM))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in ((f"{page} ", "PAGE"), ("/", "NUMPAGES")):
        footer.add_run(words)
        footer._p.append(_element("w:fldSimple", {"w:instr": field}))


def _line(document: Any, words: str, size: int, *, bold: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold, Pt(size)
    return paragraph


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Build the table as XML elements from the column `names` and `rows`. The library's own functions would
    take minutes for a thousand rows."""
    whole = (WIDTH_MM - 2 * MARGIN_MM) * TWIPS_PER_MM
    widths = [round(share * whole) for share in paper.shares(names, rows, LINE_CHARACTERS)]
    table = OxmlElement("w:tbl")
    table.append(
        _element(
            "w:tblPr",
            {},
            _element("w:tblStyle", {"w:val": "TableGrid"}),
            _element("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}),
            _element("w:tblLayout", {"w:type": "fixed"}),
        )
    )
    table.append(_element("w:tblGrid", {}, *(_element("w:gridCol", {"w:w": str(width)}) for width in widths)))
    head = (_element("w:cantSplit", {}), _element("w:tblHeader", {}))
    table.append(_row(names, widths, head, bold=True))
    for row in rows:
        table.append(_row(row, widths, (_element("w:cantSplit", {}),)))
    return table


def _row(
    texts: Sequence[str], widths: Sequence[int], properties: Iterable[Any], *, bold: bool = False
) -> Any:
    row = _element("w:tr", {}, _element("w:trPr", {}, *properties))
    for text, width in zip(texts, widths, strict=True):
        about = _element("w:tcPr", {}, _element("w:tcW", {"w:w": str(width), "w:type": "dxa"}))
        lines = (_paragraph(line, bold) for line in text.split("\n"))
        row.append(_element("w:tc", {}, about, *lines))
    return row


def _paragraph(text: str, bold: bool) -> Any:
    spacing = _element("w:pPr", {}, _element("w:spacing", {"w:after": "0"}))
    words = _element("w:t", {"xml:space": "preserve"})
    words.text = text
    run = _element("w:r", {}, *([_element("w:rPr", {}, _element("w:b", {}))] if bold else []), words)
    return _element("w:p", {}, spacing, run)


def _element(name: str, attributes: dict[str, str], *children: Any) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(key), value)
    for child in children:
        element.append(child)
    return element
