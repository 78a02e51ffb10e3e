"""Pages of a decision as a scanner would give them: drawn as pictures, then turned, made noisy, stamped. They need fonts
with the letters of Vietnamese (tests.support.needs)."""

from __future__ import annotations

import functools
import io
import math
import subprocess
from collections.abc import Sequence

import fontpkg
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

DPI = 150
A4 = (1240, 1754)
POINTS = (595, 842)
FONT = "Be Vietnam"
LEFT, RIGHT = (
    ("UBND TỈNH MẪU", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Số: 12/QĐ-SGDĐT"),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024"),
)
TITLE = ("QUYẾT ĐỊNH", "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở")
BODY = (
    "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ;",
    "QUYẾT ĐỊNH:",
    "Điều 1. Phạm vi điều chỉnh",
    "Quy chế này quy định việc thực hiện dân chủ trong hoạt động của cơ quan.",
    "Điều 2. Trách nhiệm của người đứng đầu",
    "Người đứng đầu cơ quan công khai kế hoạch công tác trước ngày 31 tháng 01.",
)
SECOND = (
    "Điều 3. Hiệu lực thi hành",
    "Quyết định này có hiệu lực kể từ ngày ký và được niêm yết tại trụ sở.",
    "Thủ trưởng các đơn vị chịu trách nhiệm thi hành quyết định này.",
)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # Agencies print in Times New Roman, or what stands in for it.
    asked = ["fc-match", "-f", "%{file}", "Times New Roman"]
    return ImageFont.truetype(subprocess.run(asked, capture_output=True, text=True, check=True).stdout, size)


def page(body: Sequence[str] = BODY, *, head: bool = True, number: str | None = None) -> Image.Image:
    """A page of the decision at 150 dots an inch, straight and clean. `number` replaces the number in its heading."""
    paper = Image.new("RGB", A4, "white")
    pen, small, usual = ImageDraw.Draw(paper), _font(22), _font(25)
    y = 120
    if head:
        left = LEFT if number is None else (*LEFT[:2], number)
        for one, other in zip(left, RIGHT, strict=True):
            pen.text((330, y), one, "black", small, anchor="ma")
            pen.text((880, y), other, "black", small, anchor="ma")
            y += 44
        for line in TITLE:
            y += 46
            pen.text((620, y), line, "black", usual, anchor="ma")
        y += 60
    for line in body:
        pen.text((140, y), line, "black", usual)
        y += 52
    return paper


def crooked(paper: Image.Image, degrees: float, *, noise: float = 8.0) -> Image.Image:
    """The page as it lies askew on a scanner, with noise."""
    turned = paper.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    grain = np.random.default_rng(7).normal(0, noise, (turned.height, turned.width, 1))
    return Image.fromarray((np.asarray(turned) + grain).clip(0, 255).astype(np.uint8))


def stamped(paper: Image.Image, x: int, y: int, radius: int = 120) -> Image.Image:
    """The page with a red seal over its print at (x, y)."""
    ink = Image.new("L", paper.size, 0)
    pen = ImageDraw.Draw(ink)
    for part in (1.0, 0.72):
        box = (x - part * radius, y - part * radius, x + part * radius, y + part * radius)
        pen.ellipse(box, outline=220, width=6)
    for step in range(0, 360, 15):
        along, across = math.cos(math.radians(step)), math.sin(math.radians(step))
        place = (x + 0.86 * radius * along, y + 0.86 * radius * across)
        pen.ellipse((place[0] - 6, place[1] - 6, place[0] + 6, place[1] + 6), fill=200)
    under = np.asarray(paper).astype(np.float32)
    amount = np.asarray(ink).astype(np.float32)[..., None] / 255 * 0.85
    over = under * np.array([0.82, 0.12, 0.18], np.float32)
    return Image.fromarray((under * (1 - amount) + over * amount).clip(0, 255).astype(np.uint8))


def red_words(paper: Image.Image, words: str, x: int, y: int, ink: str = "#c81e2d") -> Image.Image:
    """The page with a stamp of red words in a red frame, centred at (x, y)."""
    marked, font = paper.copy(), _font(34)
    pen = ImageDraw.Draw(marked)
    left, top, right, bottom = pen.textbbox((x, y), words, font, anchor="mm")
    pen.rectangle((left - 18, top - 14, right + 18, bottom + 14), outline=ink, width=4)
    pen.text((x, y), words, ink, font, anchor="mm")
    return marked


def as_pdf(*pages: Image.Image) -> bytes:
    """A PDF of pictures, as scanners make them."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=DPI)
    return out.getvalue()


def among_text(*pages: Sequence[str] | Image.Image, typed: str = "") -> bytes:
    """A PDF with pages of text, given by their lines, and pages that are pictures: a letter with a scanned annex. `typed`
    are words that somebody has typed onto each picture."""
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    out = io.BytesIO()
    paper = Canvas(out, pagesize=POINTS, invariant=True)
    for one in pages:
        if isinstance(one, Image.Image):
            paper.drawImage(ImageReader(one), 0, 0, *POINTS)
            paper.setFont(FONT, 12)
            paper.drawString(200, 400, typed)
        else:
            paper.setFont(FONT, 12)
            for at, line in enumerate(one):
                paper.drawString(70, 760 - 24 * at, line)
        paper.showPage()
    paper.save()
    return out.getvalue()


def as_picture(paper: Image.Image, kind: str = "PNG") -> bytes:
    """A picture file of this kind: PNG, JPEG or TIFF."""
    out = io.BytesIO()
    paper.save(out, kind, dpi=(DPI, DPI))
    return out.getvalue()


def table(rows: Sequence[Sequence[str]], widths: Sequence[int], *, top: int = 200, height: int = 60) -> Image.Image:
    """A page at 150 dots an inch with a ruled table; `widths` are those of its columns in pixels."""
    paper = Image.new("RGB", A4, "white")
    pen, left = ImageDraw.Draw(paper), 120
    edges = [left + sum(widths[:at]) for at in range(len(widths) + 1)]
    for x in edges:
        pen.line((x, top, x, top + height * len(rows)), "black", 2)
    for at in range(len(rows) + 1):
        pen.line((left, top + height * at, edges[-1], top + height * at), "black", 2)
    for at, row in enumerate(rows):
        for x, words in zip(edges, row, strict=False):
            pen.text((x + 10, top + height * at + height / 2), words, "black", _font(22), anchor="lm")
    return paper
