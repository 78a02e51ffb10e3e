"""Sheets in the manner of Decree 30/2020/NĐ-CP as DOCX: the page in A4, lines, and columns side by side."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from docmgr.writing import paper

FONT, SIZE = "Times New Roman", 13


def sheet(title: str) -> Any:
    """Begin an empty document with this title in its properties."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = Mm(30), Mm(20), Mm(20), Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.core_properties.title, document.core_properties.author, document.core_properties.language = title, "", "vi-VN"
    return document


def line(document: Any, words: str, *, bold: bool = False, italic: bool = False, centred: bool = False) -> Any:
    """Add a paragraph and return it."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(paper.cleaned(words))
    run.bold, run.italic = bold, italic
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def columns(document: Any, *texts: tuple[str, str]) -> None:
    """Add columns side by side, each with a line in bold and one below it."""
    table = document.add_table(rows=1, cols=len(texts))
    for cell, (first, second) in zip(table.rows[0].cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(paper.cleaned(first)).bold = True
        if second:
            paragraph.add_run("\n" + second)


def body(document: Any) -> bytes:
    """The bytes of the file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
