"""Secrecy stamps are recognised; words about secrecy in running text are not stamps."""

from __future__ import annotations

import pytest

from docmgr.reading.secrecy import find_secrecy, stamp_of
from docmgr.reading.types import Block
from tests.reading.facts_texts import blocks, heading, plan, read, table


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("MẬT", "Mật"),
        ("TỐI MẬT", "Tối mật"),
        ("TUYỆT MẬT", "Tuyệt mật"),
        ("M Ậ T", "Mật"),
        ("[MẬT]", "Mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("Độ mật: MẬT", "Mật"),
        ("Dấu chỉ độ mật: Tuyệt mật.", "Tuyệt mật"),
    ],
)
def test_stamps(line: str, level: str) -> None:
    assert stamp_of(line) == level


@pytest.mark.parametrize(
    "line",
    [
        "Mật",
        "Độ mật: Không",
        "Dấu chỉ độ mật",
        "BÍ MẬT NHÀ NƯỚC",
        "Tối mật, Tuyệt mật là các mức độ mật",
        "MẬT ĐỘ DÂN SỐ",
        "mật",
        "Độ mật:",
        "VĂN BẢN MẬT ĐẾN",
    ],
)
def test_words_about_secrecy_are_no_stamp(line: str) -> None:
    assert stamp_of(line) is None


def test_a_stamp_in_heading_table_header_or_line_is_found() -> None:
    document = plan()
    in_table = table(0, ("UBND TỈNH\nMẬT", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    assert read(*in_table, *document[4:]).secrecy == "Mật"
    assert read(Block("TỐI MẬT"), *document).secrecy == "Tối mật"
    assert read(*document, Block("TUYỆT MẬT", kind="header")).secrecy == "Tuyệt mật"


def test_the_highest_level_counts() -> None:
    assert find_secrecy(blocks("MẬT", "Số: 01/BC-UBND", "TỐI MẬT")) == "Tối mật"


def test_a_law_that_speaks_of_secrets_is_not_stamped() -> None:
    law = read(
        *heading("Luật số: 29/2018/QH14", "Hà Nội, ngày 15 tháng 11 năm 2018", "QUỐC HỘI"),
        "LUẬT",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Điều 8. Phân loại bí mật nhà nước",
        "Bí mật nhà nước gồm 03 độ mật: Tuyệt mật; Tối mật; Mật.",
    )
    assert law.secrecy is None


def test_a_register_that_lists_levels_is_not_stamped() -> None:
    rows = [("STT", "Số", "Độ mật", "Ghi chú")] + [(str(n), f"{n:02d}/BC", "MẬT", "") for n in range(1, 6)]
    assert find_secrecy([*heading("Số: 3/BC", "Hà Nội, ngày 1 tháng 2 năm 2024"), *table(1, *rows)]) is None


def test_a_stamp_far_below_or_on_a_later_page_does_not_count() -> None:
    later = [*(Block("Đoạn văn.", page=1) for _ in range(5)), Block("MẬT", page=2)]
    assert find_secrecy(later) is None
    assert find_secrecy([*blocks(*["Đoạn văn."] * 40), Block("MẬT")]) is None
