"""Tables of a PDF with ruling lines: cells keep their rows and columns, whatever their words look like."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import fontpkg
import pypdfium2 as pdfium
import pytest
from reportlab.lib.colors import black, lightgrey, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from docmgr.reading.formats.pdf.layout import layout
from docmgr.reading.formats.pdf.lines import Page
from docmgr.reading.formats.pdf.reader import read_pdf
from docmgr.reading.formats.pdf.rules import grids
from docmgr.reading.formats.pdf.segments import PdfLine
from docmgr.reading.types import Block

FONT = "BeVietnamPro"
EDGES = (60, 110, 400, 530)
Draw = Callable[[canvas.Canvas], None]


def read(folder: Path, *pages: Draw) -> list[Block]:
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    out = io.BytesIO()
    sheet = canvas.Canvas(out, A4)
    for draw in pages:
        sheet.setFont(FONT, 10)
        draw(sheet)
        sheet.showPage()
    sheet.save()
    (folder / "a.pdf").write_bytes(out.getvalue())
    return list(read_pdf(folder / "a.pdf").blocks)


def table(
    rows: list[tuple[str, str, str]], *, top: float = 760, height: float = 20, thin: bool = False
) -> Draw:
    """Rows of three cells with lines around them; "|" breaks a line. `thin`: the lines are thin filled boxes."""

    def line(sheet: canvas.Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
        if thin:
            sheet.rect(
                min(x0, x1) - 0.3, min(y0, y1) - 0.3, abs(x1 - x0) + 0.6, abs(y1 - y0) + 0.6, stroke=0, fill=1
            )
        else:
            sheet.line(x0, y0, x1, y1)

    def draw(sheet: canvas.Canvas) -> None:
        bottom = top - height * len(rows)
        for x in EDGES:
            line(sheet, x, top, x, bottom)
        for n in range(len(rows) + 1):
            line(sheet, EDGES[0], top - n * height, EDGES[-1], top - n * height)
        for n, row in enumerate(rows):
            for x, words in zip(EDGES, row, strict=False):
                for k, part in enumerate(words.split("|")):
                    sheet.drawString(x + 3, top - n * height - 13 - 11 * k, part)

    return draw


def cells(blocks: list[Block]) -> list[tuple[int | None, int | None, str]]:
    return [(block.row, block.col, block.text) for block in blocks if block.kind == "cell"]


@pytest.mark.parametrize("thin", [False, True], ids=["strokes", "boxes"])
def test_cells_keep_their_rows(tmp_path: Path, thin: bool) -> None:
    rows = [
        ("TT", "Tên trường", "Số lớp"),
        ("1", "Trường THPT Vận hành độc lập và rất|dài, hai dòng", "12"),
        ("", "Trường không có số", ""),
        ("2", "nhỏ", "3"),
    ]
    assert cells(read(tmp_path, table(rows, height=32, thin=thin))) == [
        (0, 0, "TT"), (0, 1, "Tên trường"), (0, 2, "Số lớp"),
        (1, 0, "1"), (1, 1, "Trường THPT Vận hành độc lập và rất dài, hai dòng"), (1, 2, "12"),
        (2, 1, "Trường không có số"),
        (3, 0, "2"), (3, 1, "nhỏ"), (3, 2, "3"),
    ]  # fmt: skip


def test_a_list_of_540_rows_stays_540_rows(tmp_path: Path) -> None:
    head = ("TT", "Họ và tên", "Đơn vị")
    names = [(str(n), f"Nguyễn Văn {n}", f"Lớp {n % 12}A") for n in range(1, 541)]
    pages = [table([head, *names[at : at + 30]]) for at in range(0, 540, 30)]
    found = read(tmp_path, *pages)
    assert len({block.table for block in found}) == 1
    assert cells(found) == [
        (n, col, text) for n, row in enumerate([head, *names]) for col, text in enumerate(row)
    ]


def test_words_that_nearly_touch_the_line_stay_in_their_cells(tmp_path: Path) -> None:
    pdfmetrics.registerFont(TTFont(FONT, str(fontpkg.path("Be Vietnam Pro", weight=400))))
    room = EDGES[2] - EDGES[1] - 4
    wide = "M" * int(room / pdfmetrics.stringWidth("M", FONT, 10)) + "i"
    found = cells(read(tmp_path, table([("1", wide, "sau"), ("2", "b", "c")])))
    assert (0, 1, wide) in found and (0, 2, "sau") in found


def test_a_cell_that_spans_columns(tmp_path: Path) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        table([("1", "a", "b"), ("2", "c", "d")], top=740)(sheet)
        sheet.rect(EDGES[0], 740, EDGES[-1] - EDGES[0], 20)
        sheet.drawString(200, 745, "Danh sách chung của cả bảng")

    assert cells(read(tmp_path, draw)) == [
        (0, 0, "Danh sách chung của cả bảng"), (1, 0, "1"), (1, 1, "a"), (1, 2, "b"), (2, 0, "2"), (2, 1, "c"), (2, 2, "d"),
    ]  # fmt: skip


def test_text_around_a_table_keeps_its_order(tmp_path: Path) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        sheet.drawString(60, 790, "Trước bảng có một câu.")
        table([("1", "a", "b"), ("2", "- một;|- hai.", "d")], height=30)(sheet)
        sheet.drawString(60, 640, "Sau bảng có một câu.")

    assert [block.text for block in read(tmp_path, draw)] == [
        "Trước bảng có một câu.", "1", "a", "b", "2", "- một;", "- hai.", "d", "Sau bảng có một câu.",
    ]  # fmt: skip


@pytest.mark.parametrize("colour", [white, lightgrey], ids=["white", "grey"])
def test_boxes_and_shades_are_no_tables(tmp_path: Path, colour: object) -> None:
    def draw(sheet: canvas.Canvas) -> None:
        for n in range(3):
            for x in (60, 300):
                sheet.setFillColor(colour)
                sheet.rect(x, 700 - 20 * n, 240, 20, stroke=0, fill=1)
                if colour is white:
                    sheet.setStrokeColor(white)
                    sheet.rect(x, 700 - 20 * n, 240, 20)
        sheet.setFillColor(black)
        sheet.setStrokeColor(black)
        sheet.rect(40, 600, 500, 200)
        for n in range(3):
            sheet.drawString(
                63, 705 - 20 * n, f"Một dòng chữ dài chạy qua cả hai ô màu ở phía sau, dòng {n}."
            )

    assert {block.kind for block in read(tmp_path, draw)} == {"paragraph"}
    assert grids(pdfium.PdfDocument(tmp_path / "a.pdf")[0]) == []


def test_words_about_independence_make_no_heading() -> None:
    def line(text: str, x: float, y: float) -> PdfLine:
        return PdfLine(text, x, y, x + 6 * len(text), y + 12, 1)

    rows = (
        (line("Hạng mục", 80, 700), line("Yêu cầu", 300, 700)),
        (line("Vận hành độc lập", 80, 680), line("ngày 01 tháng 02 năm 2024", 300, 680)),
        (line("Nước cộng hòa", 80, 660), line("không", 300, 660)),
    )
    assert [(b.row, b.col) for b in layout([Page(1, 595, 842, rows)])] == [
        (n, c) for n in range(3) for c in (0, 1)
    ]
