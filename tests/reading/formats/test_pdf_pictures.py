"""A PDF of which some pages are pictures: their words are missing, and the reading says so."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from docmgr import worker
from docmgr.reading.notes import PICTURE_PAGES, note

WORDS = "Quyet dinh ve viec ban hanh quy che lam viec cua co quan, gom nhieu dieu va nhieu khoan."


def paper(path: Path, pictures: int, texts: int) -> Path:
    sheet = canvas.Canvas(str(path), pagesize=A4)
    for _ in range(pictures):
        sheet.drawImage(ImageReader(Image.new("RGB", (200, 283), (250, 250, 250))), 0, 0, *A4)
        sheet.showPage()
    for _ in range(texts):
        for line in range(10):
            sheet.drawString(72, 760 - 20 * line, WORDS)
        sheet.showPage()
    sheet.save()
    return path


def test_pages_that_are_pictures_are_said(tmp_path: Path) -> None:
    with worker.Reader() as reader:
        mixed = reader.read(paper(tmp_path / "a.pdf", 1, 2), interpret=False)
        whole = reader.read(paper(tmp_path / "b.pdf", 0, 2), interpret=False)
    assert (mixed.outcome, mixed.health, mixed.health_reason) == ("text", "doubtful", "cut")
    assert note(PICTURE_PAGES, count=1) in mixed.notes
    assert (whole.health, whole.notes) == ("good", ())
