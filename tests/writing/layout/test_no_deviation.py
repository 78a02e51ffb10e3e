"""What is no deviation: the words of a telegram in lines of their own, an annex file that goes on with a number, and a law without recipients."""

from __future__ import annotations

import pytest

from tests.writing.layout import part_papers as papers
from tests.writing.layout.good_papers import OpenPaper, plan
from tests.writing.layout.test_odd_parts import keys


def test_the_word_of_a_telegram_may_begin_its_line() -> None:
    paper = OpenPaper(papers.form("telegram"))
    paper.write("Giám đốc Sở điện:", "Điện:")
    assert keys(paper) == []
    paper.write("Điện:", "Phương tiện:")
    assert keys(paper) == ["form.telegram"]


def test_annexes_in_a_file_of_their_own_go_on_from_the_first() -> None:
    paper = OpenPaper(papers.annex_alone())
    papers.annex(paper.document, "Phụ lục III", "DANH SÁCH ĐƠN VỊ")
    assert keys(paper) == []
    paper.write("Phụ lục III", "Phụ lục IV")
    assert keys(paper) == ["annex.number"]
    # In the file of its document the first annex is the first.
    whole = OpenPaper(papers.annexed())
    whole.write("Phụ lục I", "Phụ lục II")
    whole.write("Phụ lục II", "Phụ lục III")
    assert "annex.number" in keys(whole)


@pytest.mark.parametrize(("kind", "told"), [("LUẬT", False), ("PHÁP LỆNH", False), ("NGHỊ QUYẾT", True)])
def test_a_law_has_no_recipients(kind: str, told: bool) -> None:
    paper = OpenPaper(plan())
    paper.write("KẾ HOẠCH", kind)
    for words in ("Nơi nhận", "- Như trên", "- Các phòng", "- Lưu"):
        paper.drop(words)
    assert ("recipients.present" in keys(paper)) is told
