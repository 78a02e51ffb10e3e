"""Turn a text in `texts/` into a DOCX as an office would write it: a heading in two columns, the body, and
the signature block.

A text begins with lines `name: value` up to a line `---`; `issuer` is the issuing agency. In the body, `= `
at the beginning of a line centres it, `* ` makes it bold, and `!sign` is the place of the signature block,
which is otherwise at the end.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import fontpkg
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

TEXTS = Path(__file__).with_name("texts")
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def text_of(name: str, year: int) -> str:
    """Read the text called `name`, with the year of the plan set to `year`."""
    raw = (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
    for mark, value in (("{year}", year), ("{previous}", year - 1), ("{next}", year + 2)):
        raw = raw.replace(mark, str(value))
    return raw


def _parts(name: str, year: int) -> tuple[dict[str, str], str]:
    head, _, body = text_of(name, year).partition("\n---\n")
    lines = (line.partition(":") for line in head.splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}, body


def facts_of(name: str, year: int) -> dict[str, str]:
    """Read the facts (subject and issuer) of the text called `name`, as a clerk would type them in the form
    for facts. `year` is the year of the plan."""
    about, _ = _parts(name, year)
    subject = about["subject"].removeprefix("V/v ")
    return {"subject": subject[0].upper() + subject[1:], "issuer": about["issuer"]}


def docx(name: str, year: int) -> bytes:
    """Build a DOCX of the text called `name`, for a plan of the year `year`, and return its bytes."""
    about, body = _parts(name, year)
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(14)
    _header(document, about)
    if about["type"]:
        _line(document, about["type"], bold=True, centered=True)
        _line(document, about["subject"], bold=True, centered=True)
    signed = False
    for line in body.strip().splitlines():
        if line == "!sign":
            _signature(document, about)
            signed = True
        else:
            _body_line(document, line)
    if not signed:
        _signature(document, about)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _header(document: Docx, about: Mapping[str, str]) -> None:
    table = document.add_table(rows=2, cols=2)
    superior, _, agency = about["agency"].partition(" | ")
    _fill(table.cell(0, 0), [(superior, False), (agency, True)])
    _fill(table.cell(0, 1), [(NATION[0], True), (NATION[1], True)])
    number, _, symbol = about["number"].partition("/")
    left = f"Số: {number}/{symbol}" if number else "Số:      /TTr-TCCB"
    # A công văn has its subject under the number (Decree 30/2020, Appendix I).
    lines = [(left, False)] + ([(about["subject"], False)] if not about["type"] else [])
    _fill(table.cell(1, 0), lines)
    day, month, year = about["date"].split("/")
    _fill(table.cell(1, 1), [(f"{about['place']}, ngày {day or '    '} tháng {month} năm {year}", False)])


def _fill(cell: _Cell, lines: list[tuple[str, bool]]) -> None:
    for position, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = bold


def _body_line(document: Docx, line: str) -> None:
    bold, centered = line.startswith(("* ", "= ")), line.startswith("= ")
    _line(document, line[2:] if bold else line, bold=bold, centered=centered)


def _line(document: Docx, text: str, *, bold: bool, centered: bool) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = bold
    if centered:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        paragraph.paragraph_format.first_line_indent = Cm(1)


def _signature(document: Docx, about: Mapping[str, str]) -> None:
    table = document.add_table(rows=1, cols=2)
    recipients = [part.strip() for part in about["recipients"].split(";")]
    lines = [f"- {part}{'.' if part == recipients[-1] else ';'}" for part in recipients]
    table.cell(0, 0).paragraphs[0].add_run("Nơi nhận:").bold = True
    for line in lines:
        table.cell(0, 0).add_paragraph(line)
    _fill(table.cell(0, 1), [(part, True) for part in about["position"].split(" | ")] + [("(Đã ký)", False)])


def misread(name: str, year: int, read_as: str) -> bytes:
    """Build a one-page PDF of the heading of the text called `name`, as a scanner makes it that recognises letters: strokes for what is
    seen, and invisible text behind them, in which the number is `read_as`. Returns its bytes."""
    about, _ = _parts(name, year)
    superior, _, agency = about["agency"].partition(" | ")
    day, month, _year = about["date"].split("/")
    lines = [
        superior, agency, *NATION, f"Số: {read_as}", f"{about['place']}, ngày {day} tháng {month} năm {year}", about["type"], about["subject"],
    ]  # fmt: skip
    font = "BeVietnamPro"
    pdfmetrics.registerFont(TTFont(font, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    out = io.BytesIO()
    page = Canvas(out, pagesize=(595, 842), invariant=True)
    for place, line in enumerate(lines):
        page.line(72, 760 - place * 24, 72 + 6 * len(line), 760 - place * 24)
        text = page.beginText(72, 762 - place * 24)
        text.setFont(font, 11)
        text.setTextRenderMode(3)
        text.textLine(line)
        page.drawText(text)
    page.save()
    return out.getvalue()


def photo() -> bytes:
    """Draw a notice board with a few sheets, as a photo in JPEG, and return its bytes."""
    picture = Image.new("RGB", (640, 420), (205, 214, 208))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 350, 640, 420), fill=(150, 132, 112))
    pen.rectangle((70, 40, 570, 320), fill=(46, 92, 72), outline=(120, 84, 52), width=12)
    pen.text((320, 80), "CÔNG KHAI", fill=(255, 255, 255), anchor="mm", font=ImageFont.truetype(str(fontpkg.path("Be Vietnam Pro", weight=400)), 30))
    for place in range(4):
        left = 105 + place * 110
        pen.rectangle((left, 120, left + 95, 285), fill=(250, 249, 244))
        for line in range(9 - 2 * (place % 3)):
            pen.line((left + 10, 138 + line * 15, left + 82 - line % 3 * 12, 138 + line * 15), fill=(110, 110, 110), width=2)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def scan() -> bytes:
    """Build a one-page PDF without a text layer, like one from a scanner, and return its bytes. The page
    contains only strokes."""
    strokes = b"".join(b"72 %d m %d %d l S\n" % (y, 300 + y % 7 * 30, y) for y in range(120, 740, 24))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(strokes), strokes),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + end
