"""Which printed names mean the same issuer."""

from __future__ import annotations

import pytest

from legaltext.abbreviations import BUILT_IN
from legaltext.issuer_names import is_same_issuer

ALIKE = [
    ("UBND tỉnh", "Ủy ban nhân dân tỉnh"),
    ("UỶ BAN NHÂN DÂN TỈNH MẪU", "UBND tỉnh Mẫu"),
    ("SỞ GD&ĐT", "Sở Giáo dục và Đào tạo"),
    ("Sở GDĐT", "sở giáo dục - đào tạo"),
    ("Sở Nội vụ", "So Noi vu tỉnh Mẫu"),
    ("UBND TP Hà Nội", "Ủy ban nhân dân thành phố Hà Nội"),
    ("Sở Nội vụ", "UBND tỉnh Mẫu, Sở Nội vụ"),
]
DIFFERENT = [
    ("UBND tỉnh Mẫu", "UBND tỉnh Khác"),
    ("Bộ Nội vụ", "Sở Nội vụ"),
    ("Ủy ban nhân dân tỉnh", "Hội đồng nhân dân tỉnh"),
    ("Sở Nội vụ", ""),
    ("Sở Nội vụ", "…"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_issuer(one: str, other: str) -> None:
    assert is_same_issuer(one, other, BUILT_IN) and is_same_issuer(other, one, BUILT_IN)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_issuers(one: str, other: str) -> None:
    assert not is_same_issuer(one, other, BUILT_IN) and not is_same_issuer(other, one, BUILT_IN)


def test_every_meaning_of_an_abbreviation_counts() -> None:
    table = {"CĐ": ("công đoàn", "cao đẳng")}
    assert is_same_issuer("CĐ Sư phạm", "Cao đẳng Sư phạm", table)
    assert is_same_issuer("CĐ ngành", "Công đoàn ngành", table)
    assert not is_same_issuer("CĐ ngành", "Công đoàn ngành", {})
