"""The clause and the point to which each line of a provision belongs."""

from __future__ import annotations

import pytest

from indexer.highlight.clauses import lines_of, place_at

TEXT = "Điều 5. Phạt\n1. Phạt tiền:\na) Đi;\n\nđ) Đứng.\nKhông áp dụng với xe đạp.\n2. Cảnh cáo.\n2a) Nhắc nhở."


def test_lines_say_their_clause_and_point() -> None:
    assert [one.place.cited for one in lines_of(TEXT)] == [
        "", "khoản 1", "điểm a khoản 1", "điểm đ khoản 1", "điểm đ khoản 1", "khoản 2", "khoản 2a",
    ]  # fmt: skip


def test_lines_are_stretches_of_the_text_without_blank_lines() -> None:
    assert [TEXT[one.start : one.end] for one in lines_of(TEXT)] == [line for line in TEXT.split("\n") if line]
    assert [one.head for one in lines_of(TEXT)] == [0, 1, 1, 1, 1, 5, 6]


def test_a_text_without_words_has_no_lines() -> None:
    assert lines_of("") == lines_of("…\n--") == []


@pytest.mark.parametrize("line", ["5. Sau đây", "1.500.000 đồng", "30 ngày", "10) Mười"])
def test_a_number_that_does_not_follow_opens_no_clause(line: str) -> None:
    assert [one.clause for one in lines_of(f"1. Đi\n2. Đứng\n{line}")] == ["1", "2", "2"]


def test_what_an_amending_law_quotes_has_no_clauses_of_its_own() -> None:
    lines = lines_of("1. Sửa như sau:\n“1. Một.\n2. Hai.\na) Nhỏ.”\n2. Bỏ cụm từ “cũ”.\n3. Hết.")
    assert [one.place.cited for one in lines] == ["khoản 1"] * 4 + ["khoản 2", "khoản 3"]


def test_the_place_of_one_line() -> None:
    assert [place_at(TEXT, line).cited for line in (0, 3, 5, 7)] == ["", "điểm đ khoản 1", "khoản 2", ""]
