"""Provisions are named by what they say where their label only counts."""

from __future__ import annotations

import pytest

from legaltext.labels import OPENING_CHARACTERS, opening


@pytest.mark.parametrize(
    ("label", "words", "said"),
    [
        ("2", "2. Hội nghị cán bộ, công chức", "Hội nghị cán bộ, công chức"),
        ("III.1", "1. Các đơn vị\ntrực thuộc Sở", "Các đơn vị trực thuộc Sở"),
        ("1.3.7", "1.3.7. Xây dựng kế hoạch", "Xây dựng kế hoạch"),
        ("II.2, Điểm a", "a) Phòng Tổ chức cán bộ", "Phòng Tổ chức cán bộ"),
        ("II.1, Đoạn 2", "- 24 trên 26 đơn vị", "24 trên 26 đơn vị"),
        # A number that belongs to the sentence stays.
        ("II.2", "2024 là năm đầu", "2024 là năm đầu"),
        ("3", "3. 24 trên 26 đơn vị", "24 trên 26 đơn vị"),
        # These labels say where people look for the provision.
        ("khoản 2 Điều 5", "2. Hội nghị", ""),
        ("Điều 5", "Điều 5. Hội nghị", ""),
        ("Phụ lục I, Đoạn 1", "Hội nghị", ""),
        ("Phần mở đầu", "UBND TỈNH", ""),
        ("2", "2.", ""),
    ],
)
def test_the_first_words_follow_a_number(label: str, words: str, said: str) -> None:
    assert opening(label, words) == said


def test_only_whole_words_are_cut_off() -> None:
    long = "1. " + "Hội nghị cán bộ, công chức, " * 8
    said = opening("1", long)
    assert said.endswith("…") and len(said) <= OPENING_CHARACTERS + 1
    assert long.removeprefix("1. ").startswith(said[:-1]) and set(said[:-1].split()) <= set(long.replace(",", ", ").split()) | {"chức"}
