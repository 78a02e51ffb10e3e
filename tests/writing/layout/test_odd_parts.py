"""What people write in parts of documents and what is no deviation there, and files that say anything."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from docmgr.writing.layout.check import check, laid_out
from tests.writing.layout import part_papers as papers
from tests.writing.layout.good_papers import OpenPaper, letter, plan, start

MOTTO, AGENCY = "Độc lập", "SỞ GIÁO DỤC"


def keys(paper: OpenPaper) -> list[str]:
    return [one.rule.key for one in check(paper.document)]


def new_section(paper: OpenPaper, **margins: float) -> Any:
    """Begin a later section with these margins in millimetres."""
    section = paper.document.add_section()
    for side, millimetres in margins.items():
        setattr(section, f"{side}_margin", Mm(millimetres))
    return section


def boxed(words: str, size: int = 26) -> Any:
    """A run with a text box, as Word writes it: once for itself and once for old programs."""
    inner = f'<w:txbxContent><w:p><w:r><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr><w:t>{words}</w:t></w:r></w:p></w:txbxContent>'
    shape = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    return parse_xml(
        f"<w:r {nsdecls('w')} {shape}><mc:AlternateContent><mc:Choice><w:drawing>{inner}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def test_later_sections_have_margins_and_page_numbers_too() -> None:
    paper = OpenPaper(plan())
    new_section(paper, left=25)
    found = check(paper.document)
    assert [(one.rule.key, one.places[0].where) for one in found] == [("page.left", "lề trái của phần 2")]
    paper = OpenPaper(plan())
    section = new_section(paper)
    section.footer.is_linked_to_previous = False
    section.footer.paragraphs[0]._p.append(copy.deepcopy(paper.section.header.paragraphs[0]._p.find(".//{*}fldSimple")))
    for run in section.footer.paragraphs[0].runs:
        run.font.size = Pt(13)
    where = {one.rule.key: one.places[0].where for one in check(paper.document)}
    assert where == {"pages.top": "số trang của phần 2", "pages.centred": "số trang của phần 2"}


def test_a_later_section_that_lies_may_be_bound_at_its_top() -> None:
    paper = OpenPaper(plan())
    section = new_section(paper, top=30, bottom=15, left=20, right=25)
    assert keys(paper) == ["page.top", "page.bottom", "page.left", "page.right"]
    section.page_width, section.page_height, section.orientation = Mm(297), Mm(210), WD_ORIENT.LANDSCAPE
    assert keys(paper) == []
    section.top_margin = Mm(25)
    assert keys(paper) == ["page.bottom", "page.left", "page.right"]


@pytest.mark.parametrize("digits", ["lowerRoman", "upperLetter", "cardinalText"])
def test_page_numbers_of_a_section_are_in_arabic_digits(digits: str) -> None:
    paper = OpenPaper(plan())
    kind = OxmlElement("w:pgNumType")
    kind.set(qn("w:fmt"), digits)
    paper.section._sectPr.append(kind)
    assert keys(paper) == ["pages.digits"]


def underlined(paper: OpenPaper, letters: int) -> None:
    """Underline a part of the agency's name in place of the rule below it."""
    paper.unrule(AGENCY)
    paragraph = paper.at(AGENCY)
    run = paragraph.runs[0]
    rest = copy.deepcopy(run._r)
    run._r.addnext(rest)
    paragraph.runs[1].text, run.text = run.text[letters:], run.text[:letters]
    run.font.underline = True


def row(paper: OpenPaper, count: int) -> None:
    """A row of underscores as the rule below the motto."""
    paper.unrule(MOTTO)
    following = paper.at(MOTTO)._p.getnext()
    following.append(parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:sz w:val="24"/></w:rPr><w:t>{"_" * count}</w:t></w:r>'))


# Change → the rules that it breaks.
RULES: dict[str, tuple[Callable[[OpenPaper], object], list[str]]] = {
    "part of the letters": (lambda p: underlined(p, 9), []),
    "all letters": (lambda p: underlined(p, 21), ["agency.length"]),
    "row": (lambda p: row(p, 28), []),
    "short row": (lambda p: row(p, 10), ["motto.length"]),
    "wrapped name": (lambda p: p.write(AGENCY, f"{AGENCY} VÀ {AGENCY} VÀ {AGENCY}"), []),
}


@pytest.mark.parametrize("name", RULES)
def test_the_length_of_rules(name: str) -> None:
    change, broken = RULES[name]
    paper = OpenPaper(plan())
    change(paper)
    assert keys(paper) == broken


def test_what_stands_in_text_boxes_is_read_once_and_is_no_running_text() -> None:
    paper = OpenPaper(plan())
    paper.document.tables[0].cell(0, 1).paragraphs[0]._p.append(boxed("HỎA TỐC"))
    paper.at("Các đơn vị")._p.append(boxed("Ghi chú bên lề", 16))
    assert keys(paper) == []
    assert [line.role for line in laid_out(paper.document).lines if line.boxed] == ["mark", "box"]
    box = paper.at("1. Các đơn vị")._p.find(".//{*}txbxContent//{*}rPr")
    fonts = OxmlElement("w:rFonts")
    fonts.set(qn("w:ascii"), "Arial")
    box.insert(0, fonts)
    assert keys(paper) == ["font.name"]


def test_a_text_box_in_a_text_box_is_read_once() -> None:
    paper = OpenPaper(plan())
    outer = boxed("Ghi chú")
    for inner in list(outer.iter(qn("w:p"))):
        inner.append(boxed("bên lề"))
    paper.at("Các đơn vị")._p.append(outer)
    assert [line.words for line in laid_out(paper.document).lines if line.boxed] == ["Ghi chú", "bên lề"]


def test_a_heading_in_a_text_box_is_there() -> None:
    paper = OpenPaper(plan())
    paper.drop("Quảng Ninh, ngày")
    assert keys(paper) == ["date.present"]
    paper.at("KẾ HOẠCH")._p.append(boxed("Quảng Ninh, ngày 05 tháng 02 năm 2026"))
    assert keys(paper) == ["date.italic", "date.centred"]


def test_a_single_addressee_may_stand_beside_in_a_table() -> None:
    paper = OpenPaper(letter())
    old = paper.at("Kính gửi")
    table = paper.document.add_table(1, 2)
    old._p.addprevious(table._tbl)
    for cell, words in zip(table.rows[0].cells, ("Kính gửi:", "Ủy ban nhân dân tỉnh"), strict=True):
        cell.paragraphs[0].add_run(words).font.size = Pt(13)
    paper.drop("Kính gửi: Ủy ban")
    assert keys(paper) == []
    assert [line.words for line in laid_out(paper.document).of("addressee")] == ["Kính gửi:", "Ủy ban nhân dân tỉnh"]


def test_a_regulation_without_number_day_or_reference_is_told_one_thing() -> None:
    paper = OpenPaper(papers.issued())
    paper.drop("(Kèm theo")
    assert keys(paper) == ["form.issued"]
    paper.write("QUY CHẾ", "KẾ HOẠCH")
    assert {"number.present", "date.present", "signature.present", "recipients.present"} <= set(keys(paper))


def test_a_type_that_is_not_known_is_one_where_it_is_issued_with_a_decision() -> None:
    paper = OpenPaper(papers.issued())
    paper.write("QUY CHẾ", "BỘ TIÊU CHÍ")
    assert keys(paper) == []


def test_annexes_of_forms_and_standards_are_no_annexes_of_the_document() -> None:
    paper = OpenPaper(papers.annexed())
    for words in ("Mẫu số 01", "Phụ lục …", "QUY CHUẨN KỸ THUẬT QUỐC GIA", "Phụ lục A", "Phụ lục B"):
        paper.document.add_paragraph(words)
    assert keys(paper) == []


def test_a_reference_may_tell_the_whole_subject() -> None:
    paper = OpenPaper(papers.annexed())
    paper.write(papers.REFERENCE, papers.REFERENCE[:-1] + " về thực hiện dân chủ ở cơ sở trong hoạt động của cơ quan, đơn vị" * 4 + ")")
    assert keys(paper) == []


def test_an_annex_in_its_own_file_may_have_any_roman_number() -> None:
    paper = OpenPaper(papers.annex_alone())
    paper.write("Phụ lục II", "Phụ lục")
    assert keys(paper) == []
    paper.write("Phụ lục", "Phụ lục 2")
    assert keys(paper) == ["annex.number"]


def many_before(paragraph: Any, words: str) -> None:
    for _ in range(1_000):
        paragraph.insert_paragraph_before(words)


# What a file may say of its measures; none is a fault of the program, and all end in time.
ODD: dict[str, Callable[[OpenPaper], object]] = {
    "page number": lambda p: start(p.section, 10**400),
    "cell": lambda p: p.document.tables[0].cell(0, 0)._tc.find(".//{*}tcW").set(qn("w:w"), "9" * 5_000),
    "size": lambda p: p.at(AGENCY).runs[0]._r.find(".//{*}sz").set(qn("w:val"), "1e999"),
    "indent": lambda p: p.at(AGENCY)._p.getnext().find(".//{*}ind").set(qn("w:right"), "1e999"),
    "reference": lambda p: [p.document.add_paragraph(one) for one in ("Phụ lục III", "(Kèm theo số", "số ngày tháng năm của " * 20_000)],
    "heads": lambda p: [p.document.add_paragraph("Phụ lục") for _ in range(500)],
    "addressees": lambda p: many_before(p.at("Các đơn vị"), "- Bộ"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_may_say_anything(name: str) -> None:
    paper = OpenPaper(papers.annexed() if name != "addressees" else letter())
    ODD[name](paper)
    assert isinstance(keys(paper), list)
