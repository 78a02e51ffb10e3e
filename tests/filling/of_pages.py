"""Files of many pages, of every kind that is read: the same decision with chapters and articles, as much text on each page
as an agency prints. Kinds that only an office suite writes are converted by LibreOffice."""

from __future__ import annotations

import csv
import html
import io
import random
import subprocess
from pathlib import Path

import docx
import fontpkg
import pptx
from openpyxl import Workbook
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.filling import scans
from tests.reading.messages import archive, attached, edxml, mail, outlook
from tests.support import needs

FONT = "Be Vietnam"
LINES_A_PAGE = 32
# Printed in 13 points, a line of A4 has about 85 letters.
SENTENCES = (
    "{n}. Thủ trưởng cơ quan, đơn vị có trách nhiệm tổ chức thực hiện và báo cáo kết quả",
    "theo quy định tại khoản 2 Điều {m} của Quyết định này và Nghị định số 30/2020/NĐ-CP",
    "ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư, bảo đảm đúng thời hạn",
    "a) Cán bộ, công chức, viên chức được thông báo về kế hoạch công tác của cơ quan;",
    "b) Ý kiến đóng góp được tổng hợp, giải trình và công khai trước ngày 31 tháng 12;",
)
HEAD = (
    "UBND TỈNH MẪU",
    "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
    "Số: 12/QĐ-SGDĐT",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024",
    "QUYẾT ĐỊNH",
    "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở",
)


def lines(pages: int) -> list[str]:
    """The lines of a decision of so many pages."""
    found = list(HEAD)
    for article in range(1, 2 * pages + 1):
        found.append(f"Điều {article}. Trách nhiệm của cơ quan, đơn vị trong lĩnh vực thứ {article}")
        for clause in range(1, 4):
            found += [sentence.format(n=clause, m=max(1, article - 1)) for sentence in SENTENCES]
    return found[: pages * LINES_A_PAGE]


def noise(megabytes: int) -> bytes:
    """A picture that cannot be packed: a PNG of about so many megabytes."""
    side = round((megabytes * 1_000_000 / 3) ** 0.5)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side)).save(out, "PNG")
    return out.getvalue()


def as_docx(path: Path, pages: int, picture: bytes | None = None) -> Path:
    """A DOCX, with `picture` at its end."""
    paper = docx.Document()
    for line in lines(pages):
        paper.add_paragraph(line)
    if picture:
        paper.add_picture(io.BytesIO(picture), width=1_000_000)
    paper.save(str(path))
    return path


def as_pdf(path: Path, pages: int, picture: bytes | None = None) -> Path:
    """A PDF with text, with `picture` on its last page."""
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    canvas, text = Canvas(str(path), pagesize=A4), lines(pages)
    for start in range(0, len(text), LINES_A_PAGE):
        canvas.setFont(FONT, 11)
        for at, line in enumerate(text[start : start + LINES_A_PAGE]):
            canvas.drawString(60, 790 - 22 * at, line)
        if picture and start + LINES_A_PAGE >= len(text):
            canvas.drawImage(ImageReader(io.BytesIO(picture)), 60, 20, 60, 60)
        canvas.showPage()
    canvas.save()
    return path


def as_scan(path: Path, pages: int) -> Path:
    """A PDF of pictures of pages full of text."""
    sheets = [scans.page(scans.BODY + scans.SECOND + scans.BODY[1:] + scans.SECOND, head=n == 0) for n in range(pages)]
    path.write_bytes(scans.as_pdf(*(scans.crooked(sheet, 1.0) for sheet in sheets)))
    return path


def as_sheets(path: Path, pages: int) -> Path:
    """A workbook with a row for each line."""
    book = Workbook()
    for number, line in enumerate(lines(pages), 1):
        book.active.append((number, line, f"Phòng {number % 9}", number / 7, "05/02/2024"))
    book.save(path)
    return path


def as_slides(path: Path, pages: int) -> Path:
    """A presentation with a slide for each page."""
    show, text = pptx.Presentation(), lines(pages)
    for start in range(0, len(text), LINES_A_PAGE):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = f"Phần {start // LINES_A_PAGE + 1}"
        slide.placeholders[1].text = "\n".join(text[start : start + LINES_A_PAGE])
    show.save(str(path))
    return path


def _as_page(path: Path, pages: int) -> Path:
    shown = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines(pages))
    path.write_text(f'<html><head><meta charset="utf-8"><title>a</title></head><body>{shown}</body></html>', encoding="utf-8")
    return path


def converted(folder: Path, source: Path, kind: str) -> Path:
    """`source` converted to `kind` by LibreOffice, in `folder`."""
    office = needs.office({"xlsx": "calc", "pptx": "impress"}.get(source.suffix[1:], "writer"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return source.with_suffix(f".{kind}")


def every_kind(folder: Path, pages: int, scanned: int) -> dict[str, Path]:
    """A file of every kind with so many pages, by kind; the scan has `scanned` pages."""
    text = "\n".join(lines(pages))
    made = {"docx": as_docx(folder / "a.docx", pages), "pdf": as_pdf(folder / "a.pdf", pages)}
    made["pdf scan"] = as_scan(folder / "scan.pdf", scanned)
    made |= {"xlsx": as_sheets(folder / "b.xlsx", pages), "pptx": as_slides(folder / "c.pptx", pages)}
    for kind, source in (("doc", "docx"), ("odt", "docx"), ("rtf", "docx"), ("xls", "xlsx"), ("ods", "xlsx"), ("ppt", "pptx"), ("odp", "pptx")):
        made[kind] = converted(folder, made[source], kind)
    made["html"] = _as_page(folder / "a.html", pages)
    rows = io.StringIO()
    csv.writer(rows).writerows((number, line) for number, line in enumerate(lines(pages)))
    page, office = made["html"].read_text(encoding="utf-8"), made["docx"].read_bytes()
    whole = mail(body=text, html=page, attachments=[("a.docx", office)])
    web = mail(body=text, html=page)
    web["Snapshot-Content-Location"] = "http://vi-du.vn/"
    written = {
        "csv": rows.getvalue().encode(),
        "txt": text.encode(),
        "md": "\n\n".join(lines(pages)).encode(),
        "eml": whole.as_bytes(),
        "mht": web.as_bytes(),
        "zip": archive({f"{number}.docx": office for number in range(3)}),
        "edxml": edxml(attachments=[("a.docx", office)]),
    }
    for kind, data in written.items():
        made[kind] = folder / f"made.{kind}"
        made[kind].write_bytes(data)
    made["msg"] = outlook(folder / "made.msg", {"0037": "Kế hoạch", "1000": text}, [attached("a.docx", office)])
    return made
