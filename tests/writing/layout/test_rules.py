"""Every rule of the layout: a paper that breaks it alone, and where that is told; good papers break none."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from docmgr.writing.layout.body_rules import RULES
from docmgr.writing.layout.check import BrokenRule, check
from tests.writing.layout.good_papers import LONG, OpenPaper, letter, plan, start
from tests.writing.layout.test_parts import BREAKS as OF_PARTS

Break = Callable[[OpenPaper], object]
STATE, MOTTO, AGENCY, SUPERIOR = "CỘNG HÒA", "Độc lập", "SỞ GIÁO DỤC", "UBND"
NUMBER, DATE, TYPE, SUBJECT = "05/KH", "Quảng Ninh, ngày", "KẾ HOẠCH", "Thực hiện dân chủ ở cơ sở năm"
BASIS, CLAUSE, TEXT, ARTICLE = "Căn cứ Luật", "1. Các đơn vị", "quy định./.", "Điều 1"
POSITION, NAME, HEAD, FIRST, KEPT = "KT. GIÁM", "Nguyễn Văn", "Nơi nhận", "Như trên", "Lưu: VT"


def footer_number(paper: OpenPaper) -> None:
    """Move the page number to the foot of the page."""
    header, footer = paper.section.header.paragraphs[0], paper.section.footer.paragraphs[0]
    footer._p.getparent().replace(footer._p, header._p)


def swapped(paper: OpenPaper) -> None:
    """Put the agency on the right and the State on the left."""
    row = paper.document.tables[0].rows[0]._tr
    cells = row.findall("{*}tc")
    row.append(cells[0])


def many(paper: OpenPaper) -> None:
    """A long paper without page numbers."""
    paper.section.header.paragraphs[0].clear()
    paper.write(LONG + "/.", LONG * 40 + "/.")


# Rule → how a good plan is broken, and what the place says.
BREAKS: dict[str, tuple[Break, str]] = {
    "page.size": (lambda p: setattr(p.section, "page_width", Mm(216)), "khổ giấy"),
    "page.top": (lambda p: p.margin("top", 30), "lề trên"),
    "page.bottom": (lambda p: p.margin("bottom", 15), "lề dưới"),
    "page.left": (lambda p: p.margin("left", 25), "lề trái"),
    "page.right": (lambda p: p.margin("right", 25), "lề phải"),
    "font.name": (lambda p: p.look(CLAUSE, name="Arial"), CLAUSE),
    "font.unicode": (lambda p: p.look(CLAUSE, name=".VnTime"), CLAUSE),
    "font.composed": (lambda p: p.write(CLAUSE, unicodedata.normalize("NFD", CLAUSE)), "1. "),
    "font.colour": (lambda p: p.colour(CLAUSE), CLAUSE),
    "pages.numbered": (many, "số trang"),
    "pages.top": (footer_number, "số trang"),
    "pages.centred": (lambda p: setattr(p.section.header.paragraphs[0], "alignment", 0), "số trang"),
    "pages.first": (lambda p: setattr(p.section, "different_first_page_header_footer", False), "số trang"),
    "pages.look": (lambda p: setattr(p.document.styles["Header"].font, "size", Pt(10)), "số trang"),
    "pages.digits": (lambda p: p.section.header._element.find(".//{*}fldSimple").set(qn("w:instr"), "PAGE \\* ROMAN"), "số trang"),
    "pages.start": (lambda p: start(p.section, 3), "số trang"),
    "state.present": (lambda p: p.drop(STATE), "Quốc hiệu"),
    "state.capitals": (lambda p: p.write("CỘNG HÒA XÃ", "Cộng hòa xã"), "Cộng hòa xã"),
    "state.size": (lambda p: p.size(STATE, 14), STATE),
    "state.bold": (lambda p: p.look(STATE, bold=False), STATE),
    "state.upright": (lambda p: p.look(STATE, italic=True), STATE),
    "state.right": (swapped, STATE),
    "motto.present": (lambda p: p.drop(MOTTO), "Tiêu ngữ"),
    "motto.words": (lambda p: p.write(" - Tự do", " – Tự do"), MOTTO),
    "motto.size": (lambda p: p.size(MOTTO, 12), MOTTO),
    "motto.bold": (lambda p: p.look(MOTTO, bold=False), MOTTO),
    "motto.upright": (lambda p: p.look(MOTTO, italic=True), MOTTO),
    "motto.centred": (lambda p: p.align(MOTTO), MOTTO),
    "motto.rule": (lambda p: p.unrule(MOTTO), MOTTO),
    "motto.length": (lambda p: p.rule(MOTTO, 30), MOTTO),
    "agency.present": (lambda p: (p.drop(AGENCY), p.drop(SUPERIOR)), "tên cơ quan"),
    "agency.capitals": (lambda p: p.write("SỞ GIÁO DỤC", "Sở Giáo dục"), "Sở Giáo dục"),
    "agency.size": (lambda p: p.size(AGENCY, 14), AGENCY),
    "agency.bold": (lambda p: p.look(AGENCY, bold=False), AGENCY),
    "agency.upright": (lambda p: p.look(AGENCY, italic=True), AGENCY),
    "agency.centred": (lambda p: p.align(AGENCY), AGENCY),
    "agency.rule": (lambda p: p.unrule(AGENCY), AGENCY),
    "agency.length": (lambda p: p.rule(AGENCY, 10), AGENCY),
    "superior.capitals": (lambda p: p.write("UBND TỈNH", "UBND tỉnh"), "UBND tỉnh"),
    "superior.size": (lambda p: p.size(SUPERIOR, 14), SUPERIOR),
    "superior.light": (lambda p: p.look(SUPERIOR, bold=True), SUPERIOR),
    "superior.upright": (lambda p: p.look(SUPERIOR, italic=True), SUPERIOR),
    "number.present": (lambda p: p.drop(NUMBER), "số, ký hiệu"),
    "number.form": (lambda p: p.write("05/KH-SGDĐT", "05/KH - SGDĐT"), "Số: 05/KH"),
    "number.zero": (lambda p: p.write("05/KH", "5/KH"), "Số: 5/KH"),
    "number.size": (lambda p: p.size(NUMBER, 14), "Số: 05"),
    "number.upright": (lambda p: p.look(NUMBER, italic=True), "Số: 05"),
    "number.centred": (lambda p: p.align(NUMBER), "Số: 05"),
    "date.zero": (lambda p: p.write("ngày 05", "ngày 5"), "Quảng Ninh, ngày 5"),
    "date.real": (lambda p: p.write("ngày 05", "ngày 30"), "ngày 30"),
    "date.month": (lambda p: p.write("tháng 02", "tháng 03"), DATE),
    "date.present": (lambda p: p.drop(DATE), "địa danh"),
    "date.form": (lambda p: p.write("Quảng Ninh, ", "Quảng Ninh "), "Quảng Ninh ngày"),
    "date.size": (lambda p: p.size(DATE, 12), DATE),
    "date.italic": (lambda p: p.look(DATE, italic=False), DATE),
    "date.centred": (lambda p: p.align(DATE), DATE),
    "type.present": (lambda p: (p.drop(TYPE), p.drop(SUBJECT)), "tên loại"),
    "type.capitals": (lambda p: p.write(TYPE, "Kế hoạch"), "Kế hoạch"),
    "type.size": (lambda p: p.size(TYPE, 16), TYPE),
    "type.bold": (lambda p: p.look(TYPE, bold=False), TYPE),
    "type.upright": (lambda p: p.look(TYPE, italic=True), TYPE),
    "type.centred": (lambda p: p.align(TYPE), TYPE),
    "subject.present": (lambda p: p.drop(SUBJECT), "trích yếu"),
    "subject.small": (lambda p: p.write("Thực hiện dân chủ ở cơ sở năm", "THỰC HIỆN DÂN CHỦ Ở CƠ SỞ NĂM"), "THỰC HIỆN"),
    "subject.size": (lambda p: p.size(SUBJECT, 12), SUBJECT),
    "subject.bold": (lambda p: p.look(SUBJECT, bold=False), SUBJECT),
    "subject.upright": (lambda p: p.look(SUBJECT, italic=True), SUBJECT),
    "subject.centred": (lambda p: p.align(SUBJECT), SUBJECT),
    "subject.rule": (lambda p: p.unrule(SUBJECT), SUBJECT),
    "subject.length": (lambda p: p.rule(SUBJECT, -40), SUBJECT),
    "basis.size": (lambda p: p.size(BASIS, 12), BASIS),
    "basis.italic": (lambda p: p.look(BASIS, italic=False), BASIS),
    "basis.end": (lambda p: p.write("cơ sở;", "cơ sở,"), BASIS),
    "chapter.form": (lambda p: p.write("Chương I", "Chương 1"), "Chương 1"),
    "chapter.centred": (lambda p: p.align("Chương I"), "Chương I"),
    "chapter.size": (lambda p: p.size("Chương I", 12), "Chương I"),
    "chapter.bold": (lambda p: p.look("Chương I", bold=False), "Chương I"),
    "chapter.upright": (lambda p: p.look("Chương I", italic=True), "Chương I"),
    "chapter_title.capitals": (lambda p: p.write("QUY ĐỊNH CHUNG", "Quy định chung"), "Quy định chung"),
    "chapter_title.centred": (lambda p: p.align("QUY ĐỊNH CHUNG"), "QUY ĐỊNH CHUNG"),
    "chapter_title.size": (lambda p: p.size("QUY ĐỊNH CHUNG", 12), "QUY ĐỊNH CHUNG"),
    "chapter_title.bold": (lambda p: p.look("QUY ĐỊNH CHUNG", bold=False), "QUY ĐỊNH CHUNG"),
    "section.form": (lambda p: p.write("I. NHỮNG", "I- NHỮNG"), "I- NHỮNG"),
    "section.capitals": (lambda p: p.write("NHỮNG KẾT QUẢ CHÍNH", "Những kết quả chính"), "I. Những"),
    "section.size": (lambda p: p.size("I. NHỮNG", 12), "I. NHỮNG"),
    "section.bold": (lambda p: p.look("I. NHỮNG", bold=False), "I. NHỮNG"),
    "article.form": (lambda p: p.write("Điều 1. ", "Điều 1: "), "Điều 1: "),
    "article.bold": (lambda p: p.look(ARTICLE, bold=False), ARTICLE),
    "article.small": (lambda p: p.write("Điều 1. Phạm vi áp dụng", "ĐIỀU 1. PHẠM VI ÁP DỤNG"), "ĐIỀU 1"),
    "clause.form": (lambda p: p.write("1. Các", "1) Các"), "1) Các"),
    "point.form": (lambda p: p.write("a) Công", "a. Công"), "a. Công"),
    "body.size": (lambda p: p.size(CLAUSE, 12), CLAUSE),
    "body.upright": (lambda p: p.look(CLAUSE, italic=True), CLAUSE),
    "body.small": (lambda p: p.write(LONG + "/.", LONG.upper() * 2 + "/."), "CÁC ĐƠN VỊ"),
    "body.justified": (lambda p: p.align(CLAUSE), CLAUSE),
    "body.indent": (lambda p: setattr(p.at(CLAUSE).paragraph_format, "first_line_indent", Mm(5)), CLAUSE),
    "body.gap": (lambda p: setattr(p.at(CLAUSE).paragraph_format, "space_before", Pt(0)), CLAUSE),
    "body.lines": (lambda p: setattr(p.at(CLAUSE).paragraph_format, "line_spacing", 2.0), CLAUSE),
    "closing.mark": (lambda p: p.write("./.", "."), "Các đơn vị"),
    "signature.present": (lambda p: (p.drop(POSITION), p.drop("PHÓ GIÁM"), p.drop(NAME)), "chức vụ"),
    "authority.form": (lambda p: p.write("KT. GIÁM", "KT/GIÁM"), "KT/GIÁM"),
    "authority.capitals": (lambda p: p.write("KT. GIÁM ĐỐC", "KT. Giám đốc"), "KT. Giám"),
    "authority.size": (lambda p: p.size(POSITION, 12), POSITION),
    "authority.bold": (lambda p: p.look(POSITION, bold=False), POSITION),
    "authority.upright": (lambda p: p.look(POSITION, italic=True), POSITION),
    "authority.centred": (lambda p: p.align(POSITION), POSITION),
    "signer.small": (lambda p: p.write("Nguyễn Văn An", "NGUYỄN VĂN AN"), "NGUYỄN VĂN"),
    "signer.size": (lambda p: p.size(NAME, 12), NAME),
    "signer.bold": (lambda p: p.look(NAME, bold=False), NAME),
    "signer.upright": (lambda p: p.look(NAME, italic=True), NAME),
    "signer.centred": (lambda p: p.align(NAME), NAME),
    "signer.titles": (lambda p: p.write("Nguyễn Văn", "TS. Nguyễn Văn"), "TS. Nguyễn"),
    "addressee.form": (lambda p: p.write("Kính gửi: ", "Kính gửi "), "Kính gửi Ủy"),
    "addressee.size": (lambda p: p.size("Kính gửi", 12), "Kính gửi"),
    "addressee.upright": (lambda p: p.look("Kính gửi", italic=True), "Kính gửi"),
    "recipients.present": (lambda p: p.drop(HEAD), "nơi nhận"),
    "recipients.form": (lambda p: p.write("Nơi nhận:", "Nơi nhận"), HEAD),
    "recipients.size": (lambda p: p.size(HEAD, 11), HEAD),
    "recipients.italic": (lambda p: p.look(HEAD, italic=False), HEAD),
    "recipients.bold": (lambda p: p.look(HEAD, bold=False), HEAD),
    "recipient.size": (lambda p: p.size(FIRST, 12), FIRST),
    "recipient.upright": (lambda p: p.look(FIRST, italic=True), FIRST),
    "recipient.light": (lambda p: p.look(FIRST, bold=True), FIRST),
    "recipient.dash": (lambda p: p.write("- Như trên", "Như trên"), FIRST),
    "recipient.end": (lambda p: p.write("Như trên;", "Như trên"), FIRST),
    "recipient.last": (lambda p: p.write("Lưu: VT", "Lưu VT"), "Lưu VT"),
}
OF_LETTERS: dict[str, Break] = {
    "letter.size": lambda p: p.size("V/v", 14),
    "letter.light": lambda p: p.look("V/v", bold=True),
    "letter.upright": lambda p: p.look("V/v", italic=True),
    "letter.small": lambda p: p.write("V/v báo cáo thực hiện", "V/V BÁO CÁO THỰC HIỆN DÂN CHỦ") or p.write(" dân chủ", ""),
    "letter.centred": lambda p: p.align("V/v"),
}
# What breaks with it, because the lines are told by what is gone.
WITH: dict[str, set[str]] = {
    "recipients.present": {"recipient.size", "recipient.last", "closing.mark"},
    "type.present": {"subject.present"},
    "state.right": set(),
}


def broken(paper: OpenPaper) -> dict[str, BrokenRule]:
    return {one.rule.key: one for one in check(paper.document)}


@pytest.mark.parametrize("data", [plan, letter])
def test_good_papers_break_no_rule(data) -> None:
    assert not broken(OpenPaper(data()))


def test_every_rule_has_a_paper_that_breaks_it() -> None:
    keys = [rule.key for rule in RULES]
    assert len(set(keys)) == len(keys)
    assert set(keys) == BREAKS.keys() | OF_LETTERS.keys() | OF_PARTS.keys() | {"addressee.proposal"}
    assert all(rule.says.endswith(".") and rule.place.startswith("Phụ lục I") for rule in RULES)


@pytest.mark.parametrize("key", BREAKS)
def test_a_broken_rule_is_told_at_its_place_and_alone(key: str) -> None:
    breaks, where = BREAKS[key]
    paper = OpenPaper(plan())
    breaks(paper)
    found = broken(paper)
    assert found.keys() - WITH.get(key, set()) == {key}
    assert found[key].total == 1
    assert where in unicodedata.normalize("NFC", found[key].places[0].where)


@pytest.mark.parametrize("key", OF_LETTERS)
def test_a_broken_rule_of_letters_is_told(key: str) -> None:
    paper = OpenPaper(letter())
    OF_LETTERS[key](paper)
    found = broken(paper)
    assert found.keys() == {key}
    assert "V/" in found[key].places[0].where
