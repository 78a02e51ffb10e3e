"""Write the slip of an incoming document as a PDF: A4 upright, in the font of the registers."""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as LayoutTable

from docmgr.writing import paper, tables_pdf
from docmgr.writing.slips import BLANK_LINES, DOTS, MOTTO, STATE, TITLE, Slip

SIZE, LEADING = 11.0, 17.0
PLAIN = ParagraphStyle("plain", fontName=tables_pdf.REGULAR, fontSize=SIZE, leading=LEADING, spaceAfter=2)
CENTRED = ParagraphStyle("centred", PLAIN, alignment=TA_CENTER)
BOLD = ParagraphStyle("bold", PLAIN, fontName=tables_pdf.BOLD, spaceBefore=6, keepWithNext=True)
HEAD = ParagraphStyle("head", CENTRED, fontName=tables_pdf.BOLD, fontSize=SIZE - 1, leading=LEADING - 2)
QUIET = ParagraphStyle("quiet", PLAIN, fontSize=SIZE - 1.5, spaceAfter=5)


def to_pdf(slip: Slip) -> bytes:
    """Write the slip as a PDF and return its bytes. Its words are drawn as they are and never interpreted as markup."""
    tables_pdf.load_fonts()
    story: list[Flowable] = [
        LayoutTable([[_line(slip.agency.upper() or DOTS[:20], HEAD), [_line(STATE, HEAD), _line(MOTTO, HEAD)]]], colWidths=[70 * mm, 90 * mm]),
        Spacer(1, 6), _line(slip.dated, ParagraphStyle("day", PLAIN, alignment=TA_RIGHT)),
        _line(TITLE, ParagraphStyle("title", CENTRED, fontName=tables_pdf.BOLD, fontSize=14, leading=26)),
    ]  # fmt: skip
    story += [_line(f"{name}: {words or DOTS[:20]}") for name, words in slip.facts]
    for number, part in enumerate(slip.parts, start=1):
        story.append(_line(f"{number}. {part.title}", BOLD))
        for opinion in part.opinions:
            story += [_line(words, QUIET if words is opinion[-1] else PLAIN) for words in opinion]
        story += [_line(DOTS) for _ in range(0 if part.opinions else BLANK_LINES)]
    out = io.BytesIO()
    margins = {"leftMargin": 30 * mm, "rightMargin": 20 * mm, "topMargin": 20 * mm, "bottomMargin": 20 * mm}
    document = SimpleDocTemplate(out, pagesize=A4, title="Phiếu giải quyết văn bản đến", author="", lang="vi-VN", invariant=1, **margins)
    document.build(story)
    return out.getvalue()


def _line(words: str, style: ParagraphStyle = PLAIN) -> Paragraph:
    return Paragraph(escape(tables_pdf.drawable(paper.cleaned(words))).replace("\n", "<br/>"), style)
