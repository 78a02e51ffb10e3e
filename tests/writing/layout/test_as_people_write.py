"""What people write and the annex allows breaks no rule, and what hid the rest of a paper from the check no longer does."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from docmgr.writing.layout.check import check
from tests.writing.layout.good_papers import LONG, OpenPaper, letter, plan

CLAUSE, POSITION = "1. Các đơn vị", "KT. GIÁM"
Change = Callable[[OpenPaper], object]


def keys(paper: OpenPaper) -> list[str]:
    return [one.rule.key for one in check(paper.document)]


def like(paper: OpenPaper, words: str, text: str, below: bool = False) -> None:
    """Add a paragraph that looks like the one with these words, above or below it."""
    element = paper.at(words)._p
    new = copy.deepcopy(element)
    (element.addnext if below else element.addprevious)(new)
    texts = list(new.iter("{*}t"))
    for place, one in enumerate(texts):
        one.text = "" if place else text


def on_top(paper: OpenPaper) -> None:
    """A form says its number above its heading."""
    paper.document.tables[0]._tbl.addprevious(paper.document.add_paragraph("Mẫu số 01")._p)


def apart(paper: OpenPaper) -> None:
    """The first page is a section of its own; the second has the page number, which is small."""
    document = paper.document
    last = document.add_section()
    last.header.is_linked_to_previous = False
    last.header.paragraphs[0]._p.getparent().replace(last.header.paragraphs[0]._p, document.sections[0].header.paragraphs[0]._p)
    document.sections[0].header.add_paragraph()
    for section in document.sections:
        section.different_first_page_header_footer = False
    document.styles["Header"].font.size = Pt(10)


def loose(paper: OpenPaper) -> None:
    """All letters with marks apart, as some systems write them."""
    cells = [cell for table in paper.document.tables for row in table.rows for cell in row.cells]
    for paragraph in [*(one for cell in cells for one in cell.paragraphs), *paper.document.paragraphs]:
        for run in paragraph.runs:
            if run.text:
                run.text = unicodedata.normalize("NFD", run.text)


def one_name(paper: OpenPaper) -> None:
    """The name of one agency in two bold lines."""
    paper.look("UBND", bold=True)
    paper.write("UBND TỈNH QUẢNG NINH", "VĂN PHÒNG ỦY")
    paper.write("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "BAN NHÂN DÂN TỈNH")


def a_board(paper: OpenPaper) -> None:
    """A board below a superior agency that is wrongly bold."""
    paper.look("UBND", bold=True)
    paper.write("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "BAN DÂN TỘC VÀ TÔN GIÁO")


def a_staff(paper: OpenPaper) -> None:
    """A group that works for a board, in two bold lines."""
    paper.look("UBND", bold=True)
    paper.write("UBND TỈNH QUẢNG NINH", "TỔ GIÚP VIỆC")
    paper.write("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "BAN CHỈ ĐẠO CẢI CÁCH")


def bound(paper: OpenPaper) -> None:
    """A part of the left margin is for the binding."""
    paper.margin("left", 25)
    paper.section.gutter = Mm(5)


# Change → the rules that it breaks.
PAPERS: dict[str, tuple[Change, list[str]]] = {
    "form": (on_top, []),
    "number": (lambda p: p.write("05/KH", "12/2024/KH"), ["number.form"]),
    "legislation": (lambda p: p.write("05/KH-SGDĐT", "12/2024/QĐ-UBND"), []),
    "resolution": (lambda p: p.write("Số: 05/KH-SGDĐT", "Nghị quyết số: 101/2023/QH15"), []),
    "loose": (loose, ["font.composed"]),
    "opening": (lambda p: p.drop("Căn cứ Luật") or p.drop("Căn cứ Nghị") or like(p, "Kính gửi", "Căn cứ Kế hoạch năm, Sở báo cáo như sau:", True), []),
    "mention": (lambda p: like(p, CLAUSE, "Điều 3 Luật Thực hiện dân chủ ở cơ sở quy định các nguyên tắc sau:"), []),
    "part": (lambda p: like(p, CLAUSE, "II.1. Kết quả khác"), []),
    "unmarked": (lambda p: p.write("Điều 1. ", "Điều 1 "), ["article.form"]),
    "apart": (apart, ["pages.look"]),
    "gutter": (bound, []),
    "name": (one_name, []),
    "board": (a_board, ["superior.light"]),
    "staff": (a_staff, []),
    "copies": (lambda p: like(p, "Lưu: VT", "PL.(300)", True), []),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_as_people_write_it(name: str) -> None:
    change, broken = PAPERS[name]
    paper = OpenPaper(plan())
    change(paper)
    assert keys(paper) == broken


def test_a_letter_may_begin_with_what_it_is_based_on() -> None:
    paper = OpenPaper(letter())
    like(paper, LONG, "Căn cứ Kế hoạch năm của Ủy ban nhân dân tỉnh;")
    assert keys(paper) == []
    # It is running text, and running text is upright.
    paper.look("Căn cứ Kế hoạch", italic=True)
    assert keys(paper) == ["body.upright"]


def test_the_rest_of_a_form_with_its_number_on_top_is_checked() -> None:
    paper = OpenPaper(plan())
    on_top(paper)
    paper.size("CỘNG HÒA", 14)
    paper.size(CLAUSE, 12)
    assert keys(paper) == ["state.size", "body.size"]


def test_who_decides_is_not_who_signs() -> None:
    paper = OpenPaper(plan())
    decides = paper.at("Căn cứ Luật").insert_paragraph_before()
    decides.add_run("GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO").font.bold = True
    decides.alignment = WD_ALIGN_PARAGRAPH.CENTER
    assert keys(paper) == []
    paper.drop("Nơi nhận")
    missing = keys(paper)
    assert "recipients.present" in missing and "body.size" not in missing and "signature.present" not in missing
    paper.size(CLAUSE, 12)
    paper.size(POSITION, 12)
    assert set(keys(paper)) == {*missing, "body.size", "authority.size"}
