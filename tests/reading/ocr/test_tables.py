"""Tables on pictures of pages: their ruling lines are found and taken away, and each cell keeps its row and column."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docmgr.reading.formats.pictures import Picture
from docmgr.reading.ocr import cells, tesseract
from docmgr.reading.ocr import page as recognising
from docmgr.reading.ocr.blocks import blocks_of
from docmgr.reading.ocr.ruling import grids, without_rules
from docmgr.reading.ocr.words import OcrPage, OcrWord, from_plain, to_plain
from tests.filling import scans
from tests.support import needs

POINTS = 72 / 300
SIZE = (1200, 900)


def ruled(columns: tuple[int, ...] = (100, 400, 800, 1100), rows: tuple[int, ...] = (100, 250, 400), skew: float = 0.0) -> Image.Image:
    paper = Image.new("L", SIZE, 255)
    pen = ImageDraw.Draw(paper)
    for x in columns:
        pen.line((x, rows[0], x, rows[-1]), 0, 4)
    for y in rows:
        pen.line((columns[0], y, columns[-1], y), 0, 4)
    return paper.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)


@pytest.mark.parametrize("skew", [0.0, 0.1, -0.1])
def test_the_lines_of_a_table_are_found_and_taken_away(skew: float) -> None:
    paper = ruled(skew=skew)
    ImageDraw.Draw(paper).rectangle((150, 150, 200, 190), fill=0)  # a letter
    found = without_rules(paper, POINTS)
    (grid,) = grids(found.rules, SIZE[1] * POINTS)
    assert [round(x / POINTS / 100) for x in grid.columns] == [1, 4, 8, 11] and len(grid.rows) == 3
    left = np.argwhere(np.asarray(found.image) < 128)
    assert left.min(axis=0).tolist() == pytest.approx([150, 150], abs=3) and left.max(axis=0).tolist() == pytest.approx([190, 200], abs=3)


def test_words_and_dots_are_no_lines() -> None:
    paper = Image.new("L", SIZE, 255)
    pen = ImageDraw.Draw(paper)
    for x in range(100, 1100, 12):
        pen.rectangle((x, 300, x + 3, 303), fill=0)
    for x in range(100, 1100, 60):
        pen.rectangle((x, 500, x + 40, 506), fill=0)
    found = without_rules(paper, POINTS)
    assert found.rules == () and found.image is paper


def test_a_picture_of_much_ink_keeps_it() -> None:
    assert without_rules(Image.new("L", SIZE, 30), POINTS).rules == ()


def test_one_column_of_lines_is_no_table() -> None:
    found = without_rules(ruled(columns=(100, 1100)), POINTS)
    assert len(found.rules) == 5 and grids(found.rules, SIZE[1] * POINTS) == []


def placed(rules: bool) -> OcrPage:
    """A page with a table of two rows whose first cell has two lines."""
    cells = (("Tổ chức", 30, 30), ("thực hiện", 30, 44), ("Phòng Nội vụ", 110, 30), ("Quý I", 30, 70), ("Quý II", 110, 70))
    words = [
        OcrWord(word, left + 26 * at, top, left + 26 * at + 22, top + 10, 95, line)
        for line, (passage, left, top) in enumerate(cells) for at, word in enumerate(passage.split())
    ]  # fmt: skip
    found = without_rules(ruled(columns=(100, 400, 1100)), POINTS).rules
    return OcrPage(1, 288, 216, words=tuple(words), rules=found if rules else ())


def test_each_cell_keeps_its_row_and_column() -> None:
    kept = from_plain(to_plain(placed(rules=True)))
    cells = [(block.text, block.row, block.col) for block in blocks_of([kept])]
    assert cells == [("Tổ chức thực hiện", 0, 0), ("Phòng Nội vụ", 0, 1), ("Quý I", 1, 0), ("Quý II", 1, 1)]


def test_pages_that_were_stored_before_lines_were_sought_have_none() -> None:
    plain = to_plain(placed(rules=True))
    del plain["rules"]
    assert from_plain(plain).rules == ()


def test_small_cells_are_recognised_where_they_stand() -> None:
    needs.tesseract()
    rows = [("TT", "Tên văn bản", "Cỡ chữ"), *((str(n), "Quyết định cá biệt", f"{n + 11}") for n in range(1, 9))]
    paper = scans.table(rows, (90, 500, 200))
    large = paper.resize((paper.width * 2, paper.height * 2), Image.Resampling.BICUBIC)
    found = recognising.of_picture(Picture(large, POINTS), 1)
    cells = {(block.row, block.col): block.text for block in blocks_of([found])}
    assert cells[0, 1] == "Tên văn bản" and cells[5, 1] == "Quyết định cá biệt"
    right = sum(cells.get((row, col)) == words for row, line in enumerate(rows) for col, words in enumerate(line))
    assert right >= 25, cells
    word = next(one for one in found.words if one.text == "văn")
    assert (word.y0 + word.y1) / 2 == pytest.approx(230 * 72 / 150, abs=4) and 160 * 72 / 150 < word.x0 < 500 * 72 / 150


def test_tables_below_each_other_stay_two() -> None:
    paper = Image.new("L", (1200, 1800), 255)
    paper.paste(ruled(), (0, 0))
    paper.paste(ruled(columns=(100, 500, 1100), skew=0.05), (1, 900))
    first, second = grids(without_rules(paper, POINTS).rules, 1800 * POINTS)
    assert (len(first.columns), len(second.columns)) == (4, 3) and first.rows[-1] > second.rows[0]


def test_text_in_a_double_frame_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = ruled(columns=(100, 114, 1100), rows=(100, 114, 700))
    ImageDraw.Draw(paper).rectangle((300, 300, 360, 340), fill=0)
    found = without_rules(paper, POINTS)
    shown: list[Image.Image] = []
    monkeypatch.setattr(cells.tesseract, "recognise", lambda image, *_: shown.append(image) or ())
    cells.recognise(found.image, grids(found.rules, SIZE[1] * POINTS), POINTS)
    assert [one.size for one in shown] == [SIZE]


@pytest.mark.parametrize(("word", "noise"), [
    ("eeoeeoeoeoeeoeeoeS©e", True), ("........", False), ("Ngày…", False), ("công", False), ("cosine", False), ("seo", False),
])  # fmt: skip
def test_dotted_lines_are_no_words(word: str, noise: bool) -> None:
    assert tesseract.is_noise(word, 90) == noise
