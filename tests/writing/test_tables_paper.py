"""Tables as DOCX and PDF: the content can be read back, page after page, whatever people typed."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmgr.writing import paper
from docmgr.writing.tables import Table
from docmgr.writing.tables_docx import to_docx
from docmgr.writing.tables_pdf import to_pdf

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
WORDS = (
    "Ẩn",
    "ưỡng",
    "NGHỊ",
    "ĐỊNH",
    "khuyến",
    "khích",
    "Đường",
    "quyền",
    "thuỷ",
    "ngoằn",
    "ngoèo",
    "(khoản",
    "2)",
)
NAMES = ("Số, ký hiệu", "Ngày ban hành", "Trích yếu")
HOSTILE = (
    "=1+1",
    "<b>đậm</b>",
    "&amp; &",
    '{ HYPERLINK "x" }',
    "\\par",
    "(a) Tj ET",
    "\x00\x01",
    "\ud800",
    "a\u2028b",
)


def table(rows: list[tuple[str | dt.date | None, ...]]) -> Table:
    return Table("Kết quả tìm kiếm", ("Câu tìm: dân chủ", "Bộ lọc: không có"), NAMES, rows)


def pages(body: bytes) -> list[str]:
    """The text of each page of a PDF, in NFC with single blanks."""
    opened = pypdfium2.PdfDocument(body)
    texts = [page.get_textpage().get_text_bounded() for page in opened]
    return [unicodedata.normalize("NFC", " ".join(text.split())) for text in texts]


def letters(text: str) -> str:
    """The text without blanks, where a line break may be."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def cells(body: bytes) -> list[list[str]]:
    (found,) = docx.Document(io.BytesIO(body)).tables
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_every_vietnamese_letter_comes_back_from_both() -> None:
    made = table([(LETTERS[:40], dt.date(2024, 2, 5), f"{LETTERS} {LETTERS.upper()} {' '.join(WORDS)}")])
    assert letters(f"{LETTERS}{LETTERS.upper()}{''.join(WORDS)}") in letters("".join(pages(to_pdf(made))))
    assert cells(to_docx(made))[1] == [
        LETTERS[:40],
        "05/02/2024",
        f"{LETTERS} {LETTERS.upper()} {' '.join(WORDS)}",
    ]


def test_the_heading_stands_once_and_the_columns_on_every_page() -> None:
    rows = [(f"{n}/QĐ-SGDĐT", dt.date(2024, 2, 5), " ".join(WORDS * 3)) for n in range(120)]
    found = pages(to_pdf(table(rows)))
    assert len(found) > 3
    assert "Câu tìm: dân chủ" in found[0] and "Câu tìm: dân chủ" not in "".join(found[1:])
    for number, page in enumerate(found, 1):
        assert f"Trang {number}/{len(found)}" in page
        assert [page.count(name) for name in NAMES] == [1, 1, 1]
    numbers = re.findall(r"(\d+)/QĐ-SGDĐT", " ".join(found))
    assert [int(n) for n in numbers] == list(range(120))


def test_a_page_is_a4_on_its_side_and_every_font_is_inside() -> None:
    body = to_pdf(table([("1", None, "x")]))
    width, height = pypdfium2.PdfDocument(body)[0].get_size()
    assert (round(width), round(height)) == (842, 595)
    fonts = set(re.findall(rb"/BaseFont /(\S+)", body))
    assert fonts and all(b"+BeVietnamPro" in font for font in fonts)


def test_a_row_taller_than_a_page_goes_on_where_it_stopped() -> None:
    words = [f"từ{number}" for number in range(1_000)]
    made = table([("1", None, "\n".join(words[:140])), ("2", None, "sau")])
    found = pages(to_pdf(made))
    assert len(found) > 1
    assert re.findall(r"từ\d+", " ".join(found)) == words[:140]
    assert "sau" in found[-1]


def test_a_row_of_many_pages_begins_below_the_heading_and_fills_its_pages() -> None:
    words = [f"t{number}" for number in range(280)]
    found = pages(to_pdf(table([("1", None, "\n".join(words)), ("2", None, "\n".join(words))])))
    assert re.findall(r"\bt\d+", " ".join(found)) == words * 2
    counts = [len(re.findall(r"\bt\d+", page)) for page in found]
    whole = counts[1]
    assert 30 < counts[0] < whole
    # The second row begins on a page of its own.
    rest = (280 - counts[0]) % whole
    assert counts == [counts[0], *[whole] * ((280 - counts[0]) // whole), rest, *[whole] * (280 // whole), 280 % whole]


def test_notes_that_fill_the_first_page_leave_the_table_whole() -> None:
    made = Table("Bảng", tuple(f"ghi chú {number}" for number in range(60)), NAMES, [("1/QĐ", None, "từ")] * 100)
    found = pages(to_pdf(made))
    assert sum(page.count("1/QĐ") for page in found) == 100
    assert f"Trang {len(found)}/{len(found)}" in found[-1]


@pytest.mark.parametrize("length", [1_499, 1_500, 1_501, 100_000])
def test_a_cell_too_long_for_paper_is_cut_and_shows_it(length: int) -> None:
    shown = paper.printed("á" * length)
    assert len(shown) <= paper.CELL_CHARACTERS
    assert shown.endswith("…") == (length > paper.CELL_CHARACTERS)
    assert pages(to_pdf(table([("á" * length, None, "")])))


@given(st.lists(st.tuples(st.text() | st.sampled_from(HOSTILE), st.none(), st.text(max_size=40)), max_size=4))
@settings(max_examples=60)
def test_whatever_was_typed_makes_a_sound_file(rows: list[tuple[str, None, str]]) -> None:
    made = table(list(rows))
    assert pages(to_pdf(made))
    assert cells(to_docx(made))[1:] == [[paper.printed(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_markup_a_field_or_a_link(text: str) -> None:
    body = to_docx(table([(text, None, "")]))
    assert cells(body)[1][0] == paper.printed(text)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        xml = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
    assert "fldSimple" not in xml and "instrText" not in xml and "w:hyperlink" not in xml
    assert "hyperlink" not in links
    assert letters(paper.printed(text).replace("\ufffd", "?")) in letters(
        "".join(pages(to_pdf(table([(text, None, "")]))))
    )


def test_a_table_without_rows_has_its_names() -> None:
    assert cells(to_docx(table([]))) == [list(NAMES)]
    assert all(name in pages(to_pdf(table([])))[0] for name in NAMES)


@given(st.lists(st.lists(st.text(max_size=80), min_size=3, max_size=3), max_size=8), st.integers(10, 300))
def test_columns_share_the_whole_width(rows: list[list[str]], line: int) -> None:
    found = paper.shares(NAMES, rows, line)
    assert abs(sum(found) - 1) < 1e-9 and min(found) > 0.02


def test_a_number_and_a_day_stay_on_one_line() -> None:
    rows = [("1234/2024/NĐ-CP", dt.date(2024, 2, 5), " ".join(WORDS * 10)) for _ in range(5)]
    opened = pypdfium2.PdfDocument(to_pdf(table(rows)))
    lines = opened[0].get_textpage().get_text_bounded().splitlines()
    assert sum("1234/2024/NĐ-CP" in line for line in lines) == 5
    assert sum("05/02/2024" in line for line in lines) == 5


def test_the_names_of_the_columns_are_at_the_top_of_every_page() -> None:
    opened = pypdfium2.PdfDocument(to_pdf(table([(f"{n}/QĐ", None, "từ") for n in range(120)])))
    lowest = []
    for text in (page.get_textpage() for page in opened):
        place, _ = text.search("Trích yếu").get_next() or (0, 0)
        lowest.append(round(text.get_charbox(place)[1]))
    # Below the heading on the first page.
    assert len(lowest) > 3 and lowest[0] < lowest[1] and set(lowest[1:]) == {lowest[1]} and lowest[1] > 540
