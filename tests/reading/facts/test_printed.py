"""Which facts a text prints, though they could not be read: lines of the head and the end, and nothing in between."""

from __future__ import annotations

import pytest

from docmgr.reading.facts.printed import may_print, printed


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("Hà Nội, ngày     tháng     năm 2024", {"place", "issued_on"}),
        ("Số:      /KH-SGDĐT        Hà Nội, ngày    tháng    năm 2024", {"number", "place", "issued_on"}),
        ("ngày 5 tháng 2 năm 2024", {"issued_on"}),
        ("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 5 tháng 3 năm 2020 của Chính phủ", set()),
        ("Theo Công văn 12, ngày 5 tháng 3 năm 2020", set()),
        ("(Kèm theo Nghị định số 30/2020/NĐ-CP\nngày 5 tháng 3 năm 2020 của Chính phủ)", set()),
        ("Kính gửi: Các trường", {"recipients"}),
    ],
)
def test_a_line_of_the_head(line: str, fields: set[str]) -> None:
    assert printed(line) == fields


def test_addressees_stand_in_the_head_and_recipients_at_the_end() -> None:
    before, after = ["chữ"] * 45, ["chữ"] * 65
    assert "recipients" in printed("\n".join([*before, "Nơi nhận:"]))
    assert "recipients" not in printed("\n".join(["Nơi nhận:", *after]))
    assert "recipients" not in printed("\n".join([*before, "Kính gửi: Các trường", *after]))


def test_mails_and_other_files_print_no_facts() -> None:
    assert may_print("docx", True)
    assert not may_print("docx", False) and not may_print("eml", True) and not may_print("msg", True)
