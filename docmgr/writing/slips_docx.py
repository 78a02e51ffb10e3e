"""Write the slip of an incoming document as a DOCX."""

from __future__ import annotations

from docx.enum.text import WD_ALIGN_PARAGRAPH

from docmgr.writing import sheets_docx
from docmgr.writing.slips import BLANK_LINES, DOTS, MOTTO, STATE, TITLE, Slip


def to_docx(slip: Slip) -> bytes:
    """Write the slip as a DOCX in A4 and return its bytes."""
    document = sheets_docx.sheet("Phiếu giải quyết văn bản đến")
    sheets_docx.columns(document, (slip.agency.upper() or DOTS[:20], ""), (STATE, MOTTO))
    sheets_docx.line(document, slip.dated, italic=True).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    sheets_docx.line(document, TITLE, bold=True, centred=True)
    for name, words in slip.facts:
        sheets_docx.line(document, f"{name}: {words or DOTS[:20]}")
    for number, part in enumerate(slip.parts, start=1):
        sheets_docx.line(document, f"{number}. {part.title}", bold=True).paragraph_format.keep_with_next = True
        for opinion in part.opinions:
            for words in opinion:
                sheets_docx.line(document, words, italic=words is opinion[-1])
        for _ in range(0 if part.opinions else BLANK_LINES):
            sheets_docx.line(document, DOTS)
    return sheets_docx.body(document)
