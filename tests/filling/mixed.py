"""Clean files of the usual kinds: the same office, another number and another subject in each."""

from __future__ import annotations

import functools
import io

import docx
import fontpkg
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

LEFT = ("UBND TỈNH MẪU", "SỞ GIÁO DỤC VÀ ĐÀO TẠO")
RIGHT = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
DAY = "Tỉnh Mẫu, ngày {day:02} tháng 02 năm 2024"
BODY = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Theo đề nghị của Chánh Văn phòng Sở,",
    "QUYẾT ĐỊNH:",
    "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch công tác của năm học.",
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
)
RECIPIENTS = ("Nơi nhận:", "- Như Điều 2;", "- Lưu: VT.")
SIGNED = ("GIÁM ĐỐC", "Nguyễn Văn Mẫu")
SUBJECTS = (
    "Về việc tổ chức hội nghị viên chức", "Về việc khen thưởng học sinh giỏi", "Về việc kiện toàn ban chỉ đạo",
    "Về việc phê duyệt kế hoạch thanh tra", "Về việc công nhận trường chuẩn quốc gia",
)  # fmt: skip
FONT = "BeVietnamPro"
KINDS = ("docx", "pdf", "txt", "html", "xlsx")


def subject(number: int) -> str:
    """The subject of the paper with this number."""
    return f"{SUBJECTS[number % len(SUBJECTS)]} đợt {number}"


def papers(count: int = 20) -> dict[str, bytes]:
    """So many clean files by name, of each kind in turn. Their numbers begin with 101."""
    makers = {"docx": _docx, "pdf": pdf_paper, "txt": _txt, "html": _html, "xlsx": _xlsx}
    return {f"{101 + n}-quyet-dinh.{KINDS[n % 5]}": makers[KINDS[n % 5]](101 + n) for n in range(count)}


@functools.cache
def pdf_paper(number: int) -> bytes:
    """The paper with this number as a PDF with text."""
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    out = io.BytesIO()
    page = canvas.Canvas(out, A4, invariant=1)
    page.setFont(FONT, 11)
    y = 780
    for left, right in _head(number):
        page.drawCentredString(160, y, left)
        page.drawCentredString(415, y, right)
        y -= 22
    y -= 20
    for place, line in enumerate(_lines(number)):
        if place < 3:
            page.drawCentredString(297, y, line)
        else:
            page.drawString(70, y, line)
        y -= 24
    for place, line in enumerate(RECIPIENTS):
        page.drawString(70, y - 20 - 18 * place, line)
    page.drawCentredString(430, y - 20, SIGNED[0])
    page.drawCentredString(430, y - 100, SIGNED[1])
    page.save()
    return out.getvalue()


def _head(number: int) -> tuple[tuple[str, str], ...]:
    """The lines of the heading, on the left and on the right."""
    return ((LEFT[0], RIGHT[0]), (LEFT[1], RIGHT[1]), (f"Số: {number}/QĐ-SGDĐT", DAY.format(day=1 + number % 27)))


def _lines(number: int) -> tuple[str, ...]:
    return ("QUYẾT ĐỊNH", subject(number), "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO", *BODY)


@functools.cache
def _docx(number: int) -> bytes:
    paper = docx.Document()
    table = paper.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, _head(number), strict=True):
        row.cells[0].text, row.cells[1].text = texts
    for place, line in enumerate(_lines(number)):
        paragraph = paper.add_paragraph(line)
        if place < 2:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.runs[0].bold = True
    end = paper.add_table(rows=1, cols=2)
    end.cell(0, 0).text, end.cell(0, 1).text = "\n".join(RECIPIENTS), "\n\n\n".join(SIGNED)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _txt(number: int) -> bytes:
    head = [line for pair in zip(*_head(number), strict=True) for line in pair]
    return "\n\n".join((*head, *_lines(number), "\n".join(RECIPIENTS), *SIGNED)).encode()


def _html(number: int) -> bytes:
    rows = "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in _head(number))
    lines = _lines(number)
    middle = "".join(f'<p align="center"><b>{line}</b></p>' for line in lines[:3])
    rest = "".join(f"<p>{line}</p>" for line in lines[3:])
    end = f"<table><tr><td>{'<br>'.join(RECIPIENTS)}</td><td>{'<br><br>'.join(SIGNED)}</td></tr></table>"
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body><table>{rows}</table>{middle}{rest}{end}</body></html>'.encode()


@functools.cache
def _xlsx(number: int) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for left, right in _head(number):
        sheet.append([left, None, right])
    # A workbook does not say from which day on it is in force: it is a list, or a form.
    for line in _lines(number)[:-1]:
        sheet.append([line])
    sheet.append([RECIPIENTS[0], None, SIGNED[0]])
    sheet.append([RECIPIENTS[1], None, None])
    sheet.append([RECIPIENTS[2], None, SIGNED[1]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
