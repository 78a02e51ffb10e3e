"""The rules of parts that only some documents have: a good paper breaks none, and one that breaks a rule is told so alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from docx.shared import Mm

from docmgr.writing.layout.check import check
from tests.writing.layout import part_papers as papers
from tests.writing.layout.good_papers import OpenPaper, letter

Break = Callable[[OpenPaper], object]
HEAD, TITLE, REFERENCE = "Phụ lục II", "BIỂU MẪU", "(Kèm theo"


def below(paper: OpenPaper, words: str, other: str) -> None:
    """Move the first paragraph with `words` below the one with `other`."""
    paper.at(other)._p.addnext(paper.at(words)._p)


def with_arabic(paper: OpenPaper) -> None:
    paper.write("Phụ lục II", "Phụ lục 2")


def long_annex(paper: OpenPaper) -> None:
    """The last annex takes more than a page, in the same section."""
    paper.document.add_paragraph("Công việc của các đơn vị. " * 200)


# Rule → the good paper, how it is broken, and what the place says.
BREAKS: dict[str, tuple[Callable[[], bytes], Break, str]] = {
    "annex.mentioned": (papers.annexed, lambda p: p.write(" và các phụ lục kèm theo", ""), "Phụ lục I"),
    "annex.number": (papers.annexed, with_arabic, "Phụ lục 2"),
    "annex.line": (papers.annexed, lambda p: p.write("Phụ lục II", "Phụ lục II. BIỂU MẪU"), "Phụ lục II. BIỂU MẪU"),
    "annex.small": (papers.annexed, lambda p: p.write("Phụ lục II", "PHỤ LỤC II"), "PHỤ LỤC II"),
    "annex.size": (papers.annexed, lambda p: p.size(HEAD, 13), HEAD),
    "annex.bold": (papers.annexed, lambda p: p.look(HEAD, bold=False), HEAD),
    "annex.upright": (papers.annexed, lambda p: p.look(HEAD, italic=True), HEAD),
    "annex.centred": (papers.annexed, lambda p: p.align(HEAD), HEAD),
    "annex.pages": (papers.annexed, long_annex, HEAD),
    "annex_title.capitals": (papers.annexed, lambda p: p.write("BIỂU MẪU BÁO CÁO", "Biểu mẫu báo cáo"), "Biểu mẫu"),
    "annex_title.size": (papers.annexed, lambda p: p.size(TITLE, 12), TITLE),
    "annex_title.bold": (papers.annexed, lambda p: p.look(TITLE, bold=False), TITLE),
    "annex_title.upright": (papers.annexed, lambda p: p.look(TITLE, italic=True), TITLE),
    "annex_title.centred": (papers.annexed, lambda p: p.align(TITLE), TITLE),
    "reference.present": (papers.annexed, lambda p: p.drop(REFERENCE), "Phụ lục I"),
    "reference.below": (papers.annexed, lambda p: below(p, REFERENCE, "Phụ lục I"), REFERENCE),
    "reference.words": (papers.annexed, lambda p: p.write("(Kèm theo", "(Ban hành kèm theo"), "(Ban hành"),
    "reference.small": (papers.annexed, lambda p: p.write(papers.REFERENCE, papers.REFERENCE.upper()), "(KÈM THEO"),
    "reference.size": (papers.annexed, lambda p: p.size(REFERENCE, 12), REFERENCE),
    "reference.italic": (papers.annexed, lambda p: p.look(REFERENCE, italic=False), REFERENCE),
    "reference.centred": (papers.annexed, lambda p: p.align(REFERENCE), REFERENCE),
    "stamp.size": (papers.annex_alone, lambda p: p.size("10:20:30", 13), "Số: 05"),
    "stamp.upright": (papers.annex_alone, lambda p: p.look("10:20:30", italic=True), "Số: 05"),
    "addressee.present": (letter, lambda p: p.drop("Kính gửi"), "“Kính gửi”"),
    "addressee.place": (letter, lambda p: below(p, "Kính gửi", "Các đơn vị"), "Kính gửi"),
    "addressee.one": (papers.sent_to_many, lambda p: (p.drop("- Bộ Nội"), p.drop("- Bộ Tài")), "- Ủy ban"),
    "addressee.lines": (papers.sent_to_many, lambda p: p.write("Kính gửi:", "Kính gửi: - Bộ Công an;"), "Kính gửi"),
    "addressee.dash": (papers.sent_to_many, lambda p: p.write("- Bộ Tài chính", "Bộ Tài chính"), "Bộ Tài chính"),
    "addressee.end": (papers.sent_to_many, lambda p: p.write("Bộ Tài chính;", "Bộ Tài chính,"), "- Bộ Tài chính,"),
    "addressee.level": (papers.sent_to_many, lambda p: setattr(p.at("- Bộ Tài").paragraph_format, "left_indent", Mm(60)), "- Bộ Tài"),
    "form.issued": (papers.issued, lambda p: p.drop(REFERENCE), "thông tin chỉ dẫn kèm theo"),
    "form.introduction": (lambda: papers.form("introduction"), lambda p: p.drop("Được cử đến"), "nội dung giấy giới thiệu"),
    "form.leave": (lambda: papers.form("leave"), lambda p: p.write("Số ngày nghỉ phép nêu trên được tính vào", "Đây là"), "nội dung giấy nghỉ phép"),
    "form.invitation": (lambda: papers.form("invitation"), lambda p: p.drop("Chủ trì"), "nội dung giấy mời"),
    "form.telegram": (lambda: papers.form("telegram"), lambda p: p.write("điện:", "gửi"), "nội dung công điện"),
    "form.minutes": (papers.minutes, lambda p: p.drop("Thành phần"), "nội dung biên bản"),
    "form.signers": (papers.minutes, lambda p: p.write("CHỦ TỌA", "ĐẠI BIỂU"), "chữ ký của biên bản"),
}  # fmt: skip
GOOD = {
    "annexed": papers.annexed, "annex_alone": papers.annex_alone, "sent_to_many": papers.sent_to_many, "issued": papers.issued, "minutes": papers.minutes,
    **{name: (lambda name=name: papers.form(name)) for name in papers.FORMS},
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_paper_breaks_no_rule(name: str) -> None:
    assert [(one.rule.key, one.places[0].where) for one in check(OpenPaper(GOOD[name]()).document)] == []


@pytest.mark.parametrize("key", BREAKS)
def test_a_broken_rule_is_told_at_its_place_and_alone(key: str) -> None:
    good, breaks, where = BREAKS[key]
    paper = OpenPaper(good())
    breaks(paper)
    found = {one.rule.key: one for one in check(paper.document)}
    assert found.keys() == {key}
    assert found[key].total == 1 and where in found[key].places[0].where


def test_a_proposal_without_addressee_is_advised() -> None:
    paper = OpenPaper(papers.annexed())
    paper.write("KẾ HOẠCH", "TỜ TRÌNH")
    assert [(one.rule.key, one.rule.severity) for one in check(paper.document)] == [("addressee.proposal", "advice")]
