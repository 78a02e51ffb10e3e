"""What of a text is marked for a question: words, phrases and other names as a whole, beginnings, places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import marker
from indexer.query import parse
from indexer.text import clean

TEXT = (
    "Ủy ban nhân dân (UBND) ban hành. Thời hạn công khai đối với công chức là 30 ngày. Điều 5. Quy chế dân chủ: theo điều 5, "
    "khoản 2; cán bộ, công chức, viên chức; Nghị định số 30/2020/NĐ-CP."
)


def marked(query: str, text: str = TEXT, folded: dict[str, bool] | None = None) -> list[str]:
    return [piece.text for piece in marker(parse(query), folded or {})(text) if piece.match]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("UBND", ["Ủy ban nhân dân", "UBND"]),
        ("CBCCVC", ["cán bộ, công chức, viên chức"]),
        ('"thời hạn công khai"', ["Thời hạn công khai"]),
        ('"công khai thời hạn"', []),
        ("công kh*", ["công khai", "công", "khoản", "công"]),
        ("cong kha*", ["công khai", "công", "công"]),
        ("khoan -khai", ["khoản"]),
        ('"dân chủ" OR "công khai"', ["công khai", "dân chủ"]),
        ("điều 5", ["Điều 5", "điều 5"]),
        ("khoản 2 điều 5 quy chế", ["Điều 5", "Quy chế", "điều 5", "khoản 2"]),
        ("30/2020/NĐ-CP", ["30/2020/NĐ-CP"]),
        ("zzz", []),
        ("loại:luật", []),
    ],
)
def test_what_a_question_marks(query: str, found: list[str]) -> None:
    assert marked(query) == found


def test_overlapping_phrases_are_one_place() -> None:
    assert marked('"hạn công khai" "thời hạn công"') == ["Thời hạn công khai"]


def test_each_word_in_the_spelling_that_answers_for_it() -> None:
    assert marked("quy chế dan chu") == ["Quy chế"]
    assert marked("quy chế dan chu", folded={"dan": True, "chu": True}) == ["dân", "Quy chế dân chủ"]


def test_spellings_of_the_tone_and_of_marks() -> None:
    assert marked("hòa giải", "Hoà giải ở cơ sở") == ["Hoà giải"]
    assert marked("duong", "Đường đi") == ["Đường"]
    assert marked("ma số", "mã số") == ["số"]


@given(text=st.text(max_size=200), query=st.text(max_size=50))
def test_marking_loses_no_letter(text: str, query: str) -> None:
    assert "".join(piece.text for piece in marker(parse(query), {})(text)) == clean(text)
