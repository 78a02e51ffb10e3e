"""Whether a clause ends a whole document or only a part of it."""

from __future__ import annotations

import pytest

from legaltext.ending_clauses import ends_whole

NAMED = "Nghị định số 30/2020/NĐ-CP"


@pytest.mark.parametrize(
    "text",
    [
        "Nghị định này thay thế {} ngày 05 tháng 3 năm 2020 của Chính phủ.",
        "Nghị định này có hiệu lực từ ngày ký và thay thế {}.",
        "Bãi bỏ toàn bộ {}.",
        "Bãi bỏ Điều 5 Nghị định số 10/2015/NĐ-CP; {}.",
        "Bãi bỏ Điều 5 Nghị định số 10/2015/NĐ-CP và {}.",
        "2. {} hết hiệu lực kể từ ngày Nghị định này có hiệu lực thi hành.",
        "Bãi bỏ các\nNghị định  số 30/2020/NĐ-CP, số 31/2021/NĐ-CP.",
        "Bãi bỏ một số điều của {}. Quyết định này thay thế {} từ ngày ký.",
    ],
)
def test_a_document_ended_whole(text: str) -> None:
    assert ends_whole(text.format(NAMED, NAMED), NAMED)


@pytest.mark.parametrize(
    "text",
    [
        "Bãi bỏ một số điều của {}.",
        "Bãi bỏ một phần {}.",
        "Thay thế Phụ lục I của {} bằng Phụ lục kèm theo.",
        "Thay thế cụm từ “A” bằng cụm từ “B” tại {}.",
        "Bãi bỏ Chương II {}.",
        "Chương II {} hết hiệu lực kể từ ngày Nghị định này có hiệu lực.",
        "{} hết hiệu lực một phần kể từ ngày ký.",
        "Bãi bỏ {}, trừ Điều 5.",
        "Thay thế Nghị định số 10/2015/NĐ-CP được sửa đổi bởi {}.",
        "Bãi bỏ các quy định trái với Nghị định này tại {}.",
        "Bãi bỏ Nghị định số 10/2015/NĐ-CP.",
        "",
    ],
)
def test_a_document_ended_in_part_or_not_at_all(text: str) -> None:
    assert not ends_whole(text.format(NAMED), NAMED)


def test_no_words_end_nothing() -> None:
    assert not ends_whole("Bãi bỏ", " ")
