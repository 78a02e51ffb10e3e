"""Write the slip of an incoming document as a DOCX."""

from __future__ import annotations

from docmgr.writing import sheets_docx
from docmgr.writing.sheets_docx import SheetHeading
from docmgr.writing.slips import BLANK_LINES, DOTS, TITLE, Slip


def to_docx(slip: Slip) -> bytes:
    """Write the slip as a DOCX in A4 and return its bytes."""
    document = sheets_docx.sheet("Phiếu giải quyết văn bản đến")
    sheets_docx.heading(document, SheetHeading(slip.agency or DOTS[:20], slip.dated))
    sheets_docx.title(document, TITLE)
    for name, words in slip.facts:
        sheets_docx.line(document, f"{name}: {words or DOTS[:20]}")
    for number, part in enumerate(slip.parts, start=1):
        sheets_docx.line(document, f"{number}. {part.title}", bold=True).paragraph_format.keep_with_next = True
        for opinion in part.opinions:
            for words in opinion:
                sheets_docx.line(document, words)
        for _ in range(0 if part.opinions else BLANK_LINES):
            sheets_docx.line(document, DOTS[:34])
    return sheets_docx.body(document)
