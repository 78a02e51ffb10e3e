"""Documents for tests in the layout of Decree 30/2020, as real DOCX and PDF bytes; workbooks that people fill in, and pictures.

Equal papers are made once in a process: a DOCX made later has other bytes, because it holds its time, and would be read anew.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence

import docx
import pypdfium2
from docx.enum.text import WD_ALIGN_PARAGRAPH
from openpyxl import Workbook
from PIL import Image

BODY = (
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Theo đề nghị của Chánh Văn phòng Sở,",
    "QUYẾT ĐỊNH:",
    "Điều 1. Phạm vi điều chỉnh",
    "1. Quy chế này quy định việc thực hiện dân chủ trong hoạt động của cơ quan.",
    "2. Hội nghị cán bộ, công chức được tổ chức mỗi năm một lần.",
    "Điều 2. Trách nhiệm của người đứng đầu",
    "Người đứng đầu cơ quan công khai kế hoạch công tác trước ngày 31 tháng 01.",
    "Điều 3. Hiệu lực thi hành",
    "Quyết định này có hiệu lực kể từ ngày ký.",
)


@functools.cache
def decision(
    number: str = "12",
    subject: str = "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở",
    body: tuple[str, ...] = BODY,
    day: str = "05",
    stamp: str | None = None,
) -> bytes:
    """A decision of a department as DOCX; `stamp` is a secrecy stamp above its heading."""
    paper = docx.Document()
    if stamp:
        paper.add_paragraph(stamp).runs[0].bold = True
    table = paper.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "UBND TỈNH MẪU\nSỞ GIÁO DỤC VÀ ĐÀO TẠO"
    table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    table.cell(1, 0).text = f"Số: {number}/QĐ-SGDĐT"
    table.cell(1, 1).text = f"Tỉnh Mẫu, ngày {day} tháng 02 năm 2024"
    for line in ("QUYẾT ĐỊNH", subject):
        paragraph = paper.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.runs[0].bold = True
    for line in ("GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO", *body):
        paper.add_paragraph(line)
    end = paper.add_table(rows=1, cols=2)
    end.cell(0, 0).text = "Nơi nhận:\n- Như Điều 3;\n- Lưu: VT."
    end.cell(0, 1).text = "GIÁM ĐỐC\n\n\nNgười Ký Thử"
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


@functools.cache
def pdf(pages: int = 2, words: str = "Thong bao thu nghiem") -> bytes:
    """A PDF of plain ASCII words, made by hand."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for n in range(pages):
        drawn = f"BT /F1 14 Tf 72 700 Td ({words} trang {n + 1}) Tj ET".encode()
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * n} 0 R"
        objects.append(f"{page} /Resources << /Font << /F1 3 0 R >> >> >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


@functools.cache
def scan(pages: int = 1) -> bytes:
    """A PDF without a single letter, like one from a scanner."""
    paper = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        paper.new_page(595, 842)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def workbook(*rows: Sequence[object]) -> bytes:
    """An XLSX with one sheet and these rows; an empty row stays empty."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def picture(width: int = 600, height: int = 200, form: str = "PNG", **more: object) -> bytes:
    """A picture of one colour; `more` goes to the writer."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (20, 90, 140)).save(out, form, **more)
    return out.getvalue()
