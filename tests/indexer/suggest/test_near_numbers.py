"""A document number that nobody has: the nearest number that the actor may read is proposed."""

import pytest

from indexer import Access, Index, Request, search
from indexer.suggest.near_numbers import one_apart
from tests.indexer.regulations import ask, entry, fill

HIDDEN = 2
READER = Access(frozenset({1}), public=frozenset({1}))
ROWS = [
    ("115/2020/NĐ-CP", "Tuyển dụng, sử dụng và quản lý viên chức"),
    ("115/2021/NĐ-CP", "Thuế xuất khẩu"),
    ("08/2023/TT-BCA", "Đăng ký xe"),
    ("24/2023/TT-BCA", "Cấp biển số"),
    ("45/QĐ-SGDĐT", "Tuyển sinh"),
    ("18-NQ/TW", "Đất đai"),
]


@pytest.fixture
def office(store: Index) -> Index:
    """One document for each number, numbered from 1."""
    return fill(store, [entry(place, title, number=number, doc_title=title) for place, (number, title) in enumerate(ROWS, 1)])


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("115/202/NĐ-CP viên chức", "115/2020/NĐ-CP viên chức"),
        ("115/202/NĐ-CP thuế", "115/2021/NĐ-CP thuế"),
        ("viên chức 151/2020/NĐ-CP", "viên chức 115/2020/NĐ-CP"),
        ("24/2023/TT-BAC", "24/2023/TT-BCA"),
        ("08/2023/TT-BA", "08/2023/TT-BCA"),
        ("25/2023/TT-BCA", None),
        ("25/2023/TT-BCA về biển số", "24/2023/TT-BCA về biển số"),
        ("25/2023/TT-BCA biển quảng cáo", None),
        ("24/2023/QĐ-BCA", None),
        ("45/QĐ-SGĐT", "45/QĐ-SGDĐT"),
        ("17-NQ/TW", None),
        ("17-NQ/TW đất đai", "18-NQ/TW đất đai"),
        ("115/2020/NĐ-CP", None),
        ("115/2020/nđ-cp", None),
        ("24/2023/TT-BGD", None),
        ("900/2020/NĐ-CP", None),
        ("115/202", None),
        ("5/ngày", None),
        ("01/01/2020 viên chức", None),
    ],
)
def test_the_nearest_number_is_proposed(office: Index, typed: str, suggested: str | None) -> None:
    assert ask(office, typed).suggestion == suggested


def test_a_number_that_may_not_be_read_is_never_proposed(office: Index) -> None:
    typed = ("115/202/NĐ-CP", "77/2024/QĐ-U", "24/2023/TT-BAC")
    before = [search(office, Request(text), READER).suggestion for text in typed]
    hidden = [("115/2029/NĐ-CP", "Viên chức"), ("77/2024/QĐ-UB", "Mật"), ("24/2023/TT-BAC", "Mật")]
    fill(office, [entry(50 + place, title, number=number, doc_title=title, access=HIDDEN) for place, (number, title) in enumerate(hidden)])
    assert [search(office, Request(text), READER).suggestion for text in typed] == before
    assert search(office, Request(typed[1]), Access(None)).suggestion == "77/2024/QĐ-UB"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("abc", "abc", False), ("abc", "abd", True), ("abc", "ab", True), ("abc", "abcd", True), ("abc", "xabc", True),
        ("abc", "acb", True), ("abc", "cba", False), ("abc", "a", False), ("abc", "abcde", False), ("", "a", True),
        ("abab", "baba", False),
    ],
)  # fmt: skip
def test_one_apart(one: str, other: str, near: bool) -> None:
    assert one_apart(one, other) is one_apart(other, one) is near
