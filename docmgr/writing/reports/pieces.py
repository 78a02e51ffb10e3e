"""What the reports and papers have in common: headings of parts, figures with a footnote to their list, and ruled tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from docmgr.writing import paper, sheets_docx
from docmgr.writing.reports.footnotes import NoteWriter
from docmgr.writing.reports.plan_report import Figure, FigureTable

# What no record knows is written by hand.
DOTS = "………………………………………………………………………"
SHORT_DOTS = DOTS[:20]
WIDTH_MM = 160
# The widest column of numbers, and all of them together.
_NUMBER_MM, _NUMBERS_MM, _CELL_SIZE = 24, 100, 12
_SOURCE = "Danh sách: "


def head(document: Any, words: str) -> None:
    """Add the heading of a part, on one page with what follows."""
    sheets_docx.line(document, words, bold=True).paragraph_format.keep_with_next = True


def bases(document: Any, words: Sequence[str]) -> None:
    """Add the legal bases, whole lines without their marks."""
    for place, basis in enumerate(words):
        sheets_docx.line(document, basis + ("." if place == len(words) - 1 else ";"), italic=True)


def figures(document: Any, notes: NoteWriter, counted: Sequence[Figure]) -> None:
    """Add a line for each figure, with a footnote that names its list where there is one."""
    for place, figure in enumerate(counted):
        paragraph = sheets_docx.line(document, f"- {figure.words}: {figure.count}")
        if figure.address:
            noted(paragraph, notes, figure.address)
        paragraph.add_run("." if place == len(counted) - 1 else ";")


def noted(paragraph: Any, notes: NoteWriter, address: str) -> None:
    """Add a footnote that names the list at this address."""
    notes.add(paragraph, _SOURCE + address)


def figure_table(document: Any, notes: NoteWriter, found: FigureTable, nothing: str) -> None:
    """Add a table of figures: words in the first column, numbers in the others. `nothing` is said when it has no rows."""
    numbers = len(found.columns) - 1
    number_mm = min(_NUMBER_MM, _NUMBERS_MM // numbers)
    widths = [WIDTH_MM - numbers * number_mm, *[number_mm] * numbers]
    first = table(document, widths, (found.columns, *found.rows), {0}) if found.rows else None
    if first is None:
        sheets_docx.line(document, nothing)
    else:
        noted(first, notes, found.address)


def table(document: Any, widths: Sequence[int], rows: Sequence[Sequence[str]], left: Collection[int]) -> Any:
    """Add a ruled table with these widths in millimetres. The first of `rows` has the names of the columns and comes again on each page;
    the columns `left` have words, the others are centred. Returns the paragraph of the first cell."""
    made = document.add_table(rows=0, cols=len(widths))
    made.style, made.autofit = "Table Grid", False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for place, texts in enumerate(rows):
        row = made.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for column, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if place and column in left else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(paper.printed(text))
            run.bold, run.font.size = not place, Pt(_CELL_SIZE)
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    return made.cell(0, 0).paragraphs[0]
