"""Documents in the Party's form: a number without a colon, and numbers that are not the document's own."""

from __future__ import annotations

import pytest

from docmgr.reading.types import Block, Interpretation
from tests.reading.facts.facts_texts import plan, read, table, value


def resolution(number: str = "Số 12-NQ/TU", *more: str) -> Interpretation:
    """A resolution of a provincial Party committee."""
    return read(
        *table(
            0,
            (
                f"TỈNH ỦY QUẢNG NINH\n*\n{number}",
                "ĐẢNG CỘNG SẢN VIỆT NAM\nQuảng Ninh, ngày 05 tháng 3 năm 2024",
            ),
        ),
        Block("NGHỊ QUYẾT", bold=True, centered=True),
        Block("của Ban Chấp hành Đảng bộ tỉnh", bold=True, centered=True),
        Block("về chuyển đổi số toàn diện", bold=True, centered=True),
        "Căn cứ Nghị quyết số 18-NQ/TW ngày 01/01/2020 của Trung ương;",
        "I. MỤC TIÊU",
        "Thực hiện Nghị quyết số 12-NQ/TU.",
        "Nghị quyết có hiệu lực kể từ ngày Hội nghị thông qua.",
        *more,
    )


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Số 12-NQ/TU", "12-NQ/TU"),
        ("Số 12 - NQ/TU", "12-NQ/TU"),
        ("Số 12–NQ/TU", "12-NQ/TU"),
        ("Số: 12-NQ/TU", "12-NQ/TU"),
        ("* Số 127-QyĐ/ĐUK", "127-QyĐ/ĐUK"),
        ("Số 3-CV/BTGTU", "3-CV/BTGTU"),
    ],
)
def test_a_number_without_a_colon_is_the_documents_own(printed: str, number: str) -> None:
    assert value(resolution(printed), "number") == number


def test_a_resolution_has_all_its_facts_and_does_not_cite_itself() -> None:
    found = resolution()
    assert {field: fact.value for field, fact in found.facts.items()} == {
        "number": "12-NQ/TU",
        "type": "Nghị quyết",
        "issuer": "Ban Chấp hành Đảng bộ tỉnh",
        "place": "Quảng Ninh",
        "issued_on": "2024-03-05",
        "subject": "Chuyển đổi số toàn diện",
        "effective_from": "2024-03-05",
    }
    assert [c.number for c in found.citations] == ["18-NQ/TW"]


@pytest.mark.parametrize(
    "line",
    [
        "V/v thực hiện Nghị quyết Số 18-NQ/TW",
        "SƠ KẾT NGHỊ QUYẾT SỐ 18-NQ/TW",
        "Nghị quyết số 18-NQ/TW",
        "Số 18 - Hạ Long",
        "Số 18 NQ",
    ],
)
def test_a_cited_party_number_above_the_title_is_not_taken(line: str) -> None:
    assert value(read("TỈNH ỦY QUẢNG NINH", line, "BÁO CÁO", "Kết quả", "I. TÌNH HÌNH"), "number") is None


def test_a_cited_party_number_does_not_replace_the_printed_one() -> None:
    document = plan()
    found = read(*document[:6], "Số 18-NQ/TW", *document[6:])
    assert value(found, "number") == "12/KH-SGDĐT"
