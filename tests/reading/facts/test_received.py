"""The box that a registry stamps on incoming papers gives no fact of the document."""

from __future__ import annotations

import pytest

from docmgr.reading.types import Block
from tests.reading.facts.facts_texts import MOTTO, NATION, read, value

OWN = ("UBND TỈNH MẪU", "SỞ GIÁO DỤC VÀ ĐÀO TẠO")
STATE = (NATION, MOTTO)
DATE = "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024"
BODY = ("Căn cứ Luật Giáo dục;", "Điều 1. Ban hành Quy chế kèm theo.", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.")
ABOUT = "Về việc ban hành Quy chế"


@pytest.mark.parametrize("lines", [
    ("SỞ NỘI VỤ", "ĐẾN Số: 1234", "Ngày 08/02/2024", *OWN, "Số: 12/QĐ-SGDĐT", *STATE, DATE, "QUYẾT ĐỊNH", ABOUT),
    ("SỞ NỘI VỤ", "CÔNG VĂN ĐẾN", "Số: 1234", "Ngày: 08/02/2024", "Chuyển: Phòng A", *OWN, *STATE, "Số: 12/QĐ-SGDĐT",
     DATE, "QUYẾT ĐỊNH", ABOUT),
    (*OWN, *STATE, "Số: 12/QĐ-SGDĐT", "SỞ NỘI VỤ", "CÔNG VĂN ĐẾN", "Số: 1234", DATE, "QUYẾT ĐỊNH", "Ngày: 08/02/2024",
     ABOUT, "Chuyển: Phòng A"),
])  # fmt: skip
def test_a_box_above_beside_and_amid_the_heading(lines: tuple[str, ...]) -> None:
    result = read(*lines, *BODY, kind="pdf")
    assert value(result, "number") == "12/QĐ-SGDĐT"
    assert value(result, "issued_on") == "2024-02-05"
    assert value(result, "issuer") == "Sở Giáo dục và Đào tạo"
    assert value(result, "subject") == ABOUT
    assert [citation for citation in result.citations if citation.number == "12/QĐ-SGDĐT"] == []


def test_a_box_that_ran_into_the_heading_leaves_number_and_issuer_blank() -> None:
    lines = ("SỞ NỘI VỤUBND TỈNH MẪU", NATION, "ĐẾN Số: 1234/VPSỞ GIÁO DỤC VÀ ĐÀO TẠO", "Ngày 08/02/2024",
             "Số: /QĐ-SGDĐT", MOTTO, "Tỉnh Mẫu, ngày tháng năm 2024", "QUYẾT ĐỊNH", ABOUT)  # fmt: skip
    result = read(*lines, *BODY, kind="pdf")
    assert [value(result, field) for field in ("number", "issued_on", "issuer")] == [None, None, None]


def test_a_day_with_a_place_goes_before_one_without() -> None:
    result = read("Ngày 08/02/2024", *OWN, *STATE, "Số: 12/QĐ-SGDĐT", DATE, "QUYẾT ĐỊNH", ABOUT, *BODY)
    assert value(result, "issued_on") == "2024-02-05"


def test_a_subject_with_the_same_word_is_kept() -> None:
    result = read(*OWN, *STATE, "Số: 12/KH-SGDĐT", DATE, "KẾ HOẠCH", "PHÁT TRIỂN GIÁO DỤC", "ĐẾN NĂM 2030", *BODY)
    assert value(result, "subject") == "Phát triển giáo dục đến năm 2030"


@pytest.mark.parametrize("kind", ["pptx", "ppt", "odp"])
def test_the_title_of_a_slide_is_no_type_of_a_document(kind: str) -> None:
    slide = Block("HƯỚNG DẪN SỬ DỤNG PHẦN MỀM", kind="heading", level=1, page=1)
    assert read(slide, "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024", kind=kind).facts == {}
    shown = read(*OWN, *STATE, "Số: 12/HD-SGDĐT", slide, kind=kind)
    assert value(shown, "type") == "Hướng dẫn" and value(shown, "number") == "12/HD-SGDĐT"
