"""PDF lines, columns, paragraphs and margins, on raw pages built here (in Helvetica, so without diacritics)."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmgr.reading.formats.pdf.layout import layout
from docmgr.reading.formats.pdf.lines import Page, without_margins
from docmgr.reading.formats.pdf.reader import read_pdf
from docmgr.reading.formats.pdf.segments import BROKEN, PdfLine
from docmgr.reading.outcomes import Unreadable
from tests.reading.samples import Text, pdf

BODY = [
    "Article one goes on and on until the line is quite full and then it",
    "goes on upon the next line, which is the last one.",
]


def page_of(texts: list[str], top: float = 700) -> list[Text]:
    return [(72, top - 16 * n, 12, text) for n, text in enumerate(texts)]


def wide(words: int) -> str:
    return " ".join(["wording"] * words)


def test_two_column_head_becomes_cells(tmp_path: Path) -> None:
    head: list[Text] = [
        (80, 780, 12, "CHINH PHU"),
        (280, 780, 12, "CONG HOA XA HOI CHU NGHIA VIET NAM"),
        (90, 765, 12, "-------"),
        (310, 764, 12, "Doc lap - Tu do"),
        (80, 740, 12, "So: 30/2020/ND-CP"),
        (330, 740, 12, "Ha Noi, ngay 05 thang 3"),
        (250, 700, 12, "NGHI DINH"),
        (72, 660, 12, wide(9)),
        (72, 644, 12, wide(9)),
        (72, 628, 12, "short end."),
    ]
    blocks = read_pdf(pdf(tmp_path / "a.pdf", [head])).blocks
    assert [(b.text, b.row, b.col) for b in blocks if b.kind == "cell" and b.col == 1] == [
        ("CONG HOA XA HOI CHU NGHIA VIET NAM", 0, 1),
        ("Doc lap - Tu do", 1, 1),
        ("Ha Noi, ngay 05 thang 3", 2, 1),
    ]
    after = [b for b in blocks if b.kind == "paragraph"]
    assert [b.text for b in after] == ["NGHI DINH", f"{wide(9)} {wide(9)} short end."]
    assert after[0].centered and not after[1].centered


def unicode_head() -> Page:
    def line(text: str, x0: float, x1: float, y: float) -> PdfLine:
        return PdfLine(text, x0, y, x1, y + 12, 1)

    return Page(
        1,
        595,
        842,
        (
            (line("CHÍNH PHỦ", 100, 160, 780), line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 280, 520, 780)),
            (line("Độc lập - Tự do - Hạnh phúc", 320, 480, 764),),
            (
                line("Số: 30/2020/NĐ-CP", 80, 190, 740),
                line("Hà Nội, ngày 05 tháng 3 năm 2020", 330, 520, 740),
            ),
            (line("V/v công tác", 90, 170, 724),),
            (line("văn thư", 100, 150, 708),),
            (line("NGHỊ ĐỊNH", 260, 340, 670),),
            (line("Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015 của Quốc hội khóa", 72, 540, 640),),
        ),
    )


def test_head_has_names_above_number_and_date() -> None:
    blocks = [(b.text, b.row, b.col) for b in layout([unicode_head()])]
    assert blocks[:6] == [
        ("CHÍNH PHỦ", 0, 0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0, 1),
        ("Độc lập - Tự do - Hạnh phúc", 0, 1),
        ("Số: 30/2020/NĐ-CP", 1, 0),
        ("V/v công tác văn thư", 1, 0),
        ("Hà Nội, ngày 05 tháng 3 năm 2020", 1, 1),
    ]
    assert blocks[6][0] == "NGHỊ ĐỊNH"


def test_hyphen_at_the_end_of_a_line_stays_and_joins() -> None:
    first = PdfLine(f"Nghị quyết số 102/2025/NQLT-UBTVQH15-CP{BROKEN}", 72, 600, 540, 612, 1)
    second = PdfLine("ĐCTUBTWMTTQVN hướng dẫn", 72, 584, 300, 596, 1)
    blocks = list(layout([Page(1, 595, 842, ((first,), (second,)))]))
    assert [b.text for b in blocks] == ["Nghị quyết số 102/2025/NQLT-UBTVQH15-CP-ĐCTUBTWMTTQVN hướng dẫn"]


@pytest.mark.parametrize("number", ["102/NQLT-", "year 2026-", "55-"])
def test_hyphen_of_a_real_page_is_kept(tmp_path: Path, number: str) -> None:
    lines = [f"{wide(8)} number {number}", "DCTU follows here"]
    text = read_pdf(pdf(tmp_path / "a.pdf", [page_of(lines)])).blocks[0].text
    assert text == f"{wide(8)} number {number}DCTU follows here"


def test_dash_between_spaces_keeps_them(tmp_path: Path) -> None:
    lines = [f"{wide(8)} from 2021 -", "2026 it goes"]
    text = read_pdf(pdf(tmp_path / "a.pdf", [page_of(lines)])).blocks[0].text
    assert text == f"{wide(8)} from 2021 - 2026 it goes"


def test_paragraphs_end_where_the_line_is_short(tmp_path: Path) -> None:
    lines = [wide(9), wide(9), "ends here", wide(9), "b) a point", wide(9), "1. a number", wide(9)]
    blocks = read_pdf(pdf(tmp_path / "a.pdf", [page_of(lines)])).blocks
    assert [b.text for b in blocks] == [
        f"{wide(9)} {wide(9)} ends here",
        wide(9),
        "b) a point",
        wide(9),
        "1. a number",
        wide(9),
    ]


def test_paragraph_goes_over_the_page_break(tmp_path: Path) -> None:
    first, second = page_of([wide(9), wide(9)], 120), page_of(["and goes on", wide(9)], 780)
    blocks = read_pdf(pdf(tmp_path / "a.pdf", [first, second])).blocks
    assert [b.text for b in blocks] == [f"{wide(9)} {wide(9)} and goes on", wide(9)]


def test_page_numbers_and_running_lines_are_no_text(tmp_path: Path) -> None:
    pages = [
        [(72, 810, 9, f"Bulletin {n}/2024"), *page_of([wide(9), f"end {n}"]), (290, 30, 10, f"- {n} -")]
        for n in range(1, 6)
    ]
    reading = read_pdf(pdf(tmp_path / "a.pdf", pages))
    assert [b.text for b in reading.blocks] == [text for n in range(1, 6) for text in (f"{wide(9)} end {n}",)]
    assert reading.pages == 5


@pytest.mark.parametrize("word", ["Dieu {n}", "{n}.", "Khoan {n} cua"])
def test_numbered_lines_at_the_edge_are_text(tmp_path: Path, word: str) -> None:
    lines = [f"{word.format(n=n)} Muc {n}" for n in range(1, 13)]
    pages = [page_of(lines[n : n + 3], top=800) for n in range(0, 12, 3)]
    text = "\n".join(b.text for b in read_pdf(pdf(tmp_path / "a.pdf", pages)).blocks)
    assert [f"Muc {n}" for n in range(1, 13) if f"Muc {n}" not in text.replace("\n", " | ") + " "] == []


def test_an_article_at_the_top_of_each_page_is_text(tmp_path: Path) -> None:
    pages = [page_of([f"{n}. Sua doi", wide(9), f"end {n}"], top=800) for n in range(1, 6)]
    text = " ".join(b.text for b in read_pdf(pdf(tmp_path / "a.pdf", pages)).blocks)
    assert [n for n in range(1, 6) if f"{n}. Sua doi" not in text] == []


@pytest.mark.parametrize("number", ["2", "- 2 -", "Trang 2/3", "ii"])
def test_page_number_of_one_page_is_no_text(tmp_path: Path, number: str) -> None:
    pages = [page_of([wide(9)]), [*page_of([wide(9)]), (290, 30, 10, number)]]
    assert [b.text for b in read_pdf(pdf(tmp_path / "a.pdf", pages)).blocks] == [f"{wide(9)} {wide(9)}"]


def test_a_line_that_stands_on_two_pages_only_is_kept() -> None:
    line = PdfLine("Tiêu đề", 72, 800, 200, 812, 1)
    body = PdfLine("thân", 72, 600, 200, 612, 1)
    pages = [Page(n, 595, 842, ((line,), (body,))) for n in range(2)]
    assert [len(page.rows) for page in without_margins(pages)] == [2, 2]


def test_locked_and_broken(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.5 garbage")
    with pytest.raises(Unreadable) as fault:
        read_pdf(tmp_path / "bad.pdf")
    assert fault.value.code == "broken"
    path = pdf(tmp_path / "a.pdf", [page_of(BODY)])
    data = path.read_bytes().replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + b"41" * 32
        + b"> /U <"
        + b"42" * 32
        + b"> >>",
    )
    path.write_bytes(data)
    with pytest.raises(Unreadable) as fault:
        read_pdf(path)
    assert fault.value.code == "encrypted"


def test_scan_with_ocr_text_is_read(tmp_path: Path) -> None:
    blocks = read_pdf(pdf(tmp_path / "a.pdf", [page_of([wide(9)] * 3)], picture=True)).blocks
    assert blocks[0].text == " ".join([wide(9)] * 3)
