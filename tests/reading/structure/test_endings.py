"""Where the main text ends: the signature that ends it, quotations, and the parts behind it."""

from __future__ import annotations

import time

import pytest

from docmgr.reading.types import Block, Interpretation
from tests.reading.facts.facts_texts import MOTTO, NATION, decision, read, table, value


def anchors(result: Interpretation) -> list[str]:
    return [provision.anchor for provision in result.provisions]


def label(result: Interpretation, anchor: str) -> str:
    return next(provision.label for provision in result.provisions if provision.anchor == anchor)


EXAMPLE = table(7, ("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTrần Thị Bình"))
LINES = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trần Thị Bình")
END = table(8, ("Nơi nhận:\n- Sở Nội vụ;\n- Lưu: VT.", "GIÁM ĐỐC\nNguyễn Văn An"))


@pytest.mark.parametrize("example", [EXAMPLE, LINES], ids=["table", "lines"])
def test_an_example_of_a_signature_inside_an_article_does_not_end_the_text(
    example: list[Block] | tuple[str, ...],
) -> None:
    result = read(
        "Điều 11. Họ tên người ký",
        "Điều 12. Chữ ký",
        "Ví dụ về cách ghi chữ ký của người có thẩm quyền trong một văn bản hành chính như dưới đây:",
        *example,
        "Điều 13. Dấu",
        "1. Dấu của cơ quan.",
        "Điều 14. Nơi nhận",
        *END,
    )
    assert anchors(result) == ["dieu-11", "dieu-12", "dieu-13", "dieu-13.khoan-1", "dieu-14", "chu-ky"]
    assert value(result, "signer") == "Nguyễn Văn An"


def test_an_example_in_a_text_without_articles_does_not_end_it() -> None:
    result = read(
        "HƯỚNG DẪN", "Trình bày văn bản", "I. QUY ĐỊNH CHUNG", "1. Khổ giấy.", "II. CHỮ KÝ", *EXAMPLE, "III. DẤU", *END
    )
    assert [a for a in anchors(result) if a.count(".") == 0][1:] == ["muc-I", "muc-II", "muc-III", "chu-ky"]


def test_articles_that_begin_again_behind_the_signature_are_attached() -> None:
    result = read("Điều 1. Một", "Điều 2. Hai", "Nội dung của điều thứ hai.", *EXAMPLE, "Điều 1. Mới", "Điều 3. Ba", *END)
    assert anchors(result)[:3] == ["dieu-1", "dieu-2", "chu-ky"]
    assert "kem-theo-1.dieu-1" in anchors(result)


def test_a_short_heading_behind_the_signature_does_not_belong_to_it() -> None:
    result = read("Điều 1. Một", "Nội dung của điều thứ nhất.", "Đoạn.", *LINES, "Chương I", "QUY ĐỊNH CHUNG", "Điều 1. Phạm vi")
    assert anchors(result) == ["dieu-1", "chu-ky", "kem-theo-1", "kem-theo-1.chuong-I", "kem-theo-1.dieu-1"]


def test_a_signature_in_a_quotation_does_not_end_the_text() -> None:
    result = read(
        "Điều 1. Sửa đổi mẫu chữ ký như sau:",
        "“Mẫu chữ ký",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Trần Thị Bình”.",
        "Điều 2. Hiệu lực",
        *END,
    )
    assert anchors(result) == ["dieu-1", "dieu-2", "chu-ky"]
    assert value(result, "signer") == "Nguyễn Văn An"


@pytest.mark.parametrize(
    "introduction",
    [
        "1. Sửa đổi, bổ sung Điều 5 như sau:",
        "1. Sửa đổi, bổ sung Điều 5:",
        "1. Bổ sung Điều 5a vào sau Điều 5",
    ],
)
def test_a_quoted_provision_opens_none_whatever_introduces_it(introduction: str) -> None:
    result = read(
        "Điều 1. Sửa đổi một số điều của Nghị định số 30/2020/NĐ-CP",
        introduction,
        "“Điều 5. Giá trị pháp lý",
        "1. Văn bản điện tử.",
        "a) Điểm;",
        "Điều 6. Chữ ký số.”",
        "2. Bãi bỏ khoản 3 Điều 7.",
        "Điều 2. Hiệu lực",
    )
    assert anchors(result) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-2"]


def test_a_quotation_that_begins_in_the_clause_itself_hides_the_lines_below() -> None:
    result = read(
        "Điều 1. Sửa đổi một số điều",
        "1. Bổ sung khoản 3 và khoản 4 Điều 5: “3. Nội dung thứ ba.",
        "4. Nội dung thứ tư.”",
        "2. Bãi bỏ Điều 7.",
    )
    assert anchors(result) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2"]


def test_a_quotation_whose_end_is_lost_ends_where_the_text_goes_on() -> None:
    result = read(
        "Điều 1. Sửa đổi một số điều",
        "1. Sửa đổi Điều 5 như sau:",
        "“Điều 5. Giá trị",
        "1. Khoản trong ngoặc.",
        "2. Sửa đổi Điều 6 như sau:",
        "“Điều 6. Chữ ký",
        "1. Khoản trong ngoặc.",
        "Điều 2. Hiệu lực",
        "1. Khoản ngoài ngoặc.",
    )
    assert anchors(result) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-2", "dieu-2.khoan-1"]


@pytest.mark.parametrize(
    ("line", "anchor"),
    [
        ("MẪU SỐ 01A", "phu-luc-1.mau-01A"),
        ("Mẫu số 01a/ĐK: Giấy đề nghị", "phu-luc-1.mau-01a-DDK"),
        ("Mẫu số 2 ban hành kèm theo Thông tư số 5/2024/TT-BNV", "phu-luc-1.mau-2"),
        ("Mẫu số 2 được sử dụng cho các đơn vị trực thuộc", None),
        ("Mẫu số 2 là mẫu dùng chung.", None),
    ],
)
def test_headings_of_forms_and_sentences_about_them(line: str, anchor: str | None) -> None:
    result = read("Điều 1. Một", "Nội dung.", "Đoạn.", *LINES, "PHỤ LỤC", "BIỂU MẪU", line, "1. Họ và tên:", "2. Nơi ở:")
    assert [a for a in anchors(result) if ".mau-" in a and a.count(".") == 1] == ([anchor] if anchor else [])


def test_a_list_of_forms_is_no_form() -> None:
    listed = ("Mẫu số 01: Giấy đề nghị", "Mẫu số 02: Giấy xác nhận", "Mẫu số 03: Biên bản")
    result = read(
        *("Điều 1. Một", "Nội dung.", "Đoạn.", *LINES, "PHỤ LỤC", "DANH MỤC BIỂU MẪU"),
        *listed,
        *("Mẫu số 01", "GIẤY ĐỀ NGHỊ", "1. Họ và tên:", "Mẫu số 02", "GIẤY XÁC NHẬN", "1. Nơi ở:"),
    )
    found = anchors(result)
    assert found[:3] == ["dieu-1", "chu-ky", "phu-luc-1"]
    assert [a for a in found if ".mau-" in a and a.count(".") == 1] == ["phu-luc-1.mau-01", "phu-luc-1.mau-02"]


def test_an_attached_regulation_is_labelled_with_its_own_name() -> None:
    heading = table(9, ("UBND TỈNH QUẢNG NINH\nSỞ NỘI VỤ", f"{NATION}\n{MOTTO}"))
    tail = ("QUY CHẾ", "Làm việc của Ban Chỉ đạo", "(Ban hành kèm theo Quyết định số 7/QĐ-SNV)", "Điều 1. Phạm vi")
    main = ("Điều 1. Ban hành Quy chế.", "Điều 2. Hiệu lực.", "Nội dung.", *LINES)
    for above in (heading, [Block("SỞ NỘI VỤ"), Block(NATION), Block(MOTTO)]):
        result = read(*main, *above, *tail)
        assert anchors(result) == ["dieu-1", "dieu-2", "chu-ky", "kem-theo-1", "kem-theo-1.dieu-1"]
        assert label(result, "kem-theo-1") == "QUY CHẾ"
        assert result.provisions[3].title == "Làm việc của Ban Chỉ đạo"
        assert NATION in result.provisions[3].text


def test_a_regulation_without_a_reference_is_labelled_with_its_name_too() -> None:
    heading = table(9, ("SỞ NỘI VỤ", f"{NATION}\n{MOTTO}"))
    result = read("Điều 1. Một", "Nội dung.", "Đoạn.", *LINES, *heading, "NỘI QUY", "Cơ quan", "Điều 1. Phạm vi")
    assert label(result, "kem-theo-1") == "NỘI QUY"


def test_two_regulations_behind_one_decision_are_two_parts() -> None:
    lines = ("Làm việc", "(Ban hành kèm theo Quyết định số 7/QĐ-SNV)", "Điều 1. Phạm vi")
    heading = table(9, ("SỞ NỘI VỤ", f"{NATION}\n{MOTTO}"))
    result = read(*decision(), *heading, "NỘI QUY", *lines)
    assert [a for a in anchors(result) if a.startswith("kem-theo") and "." not in a] == ["kem-theo-1", "kem-theo-2"]
    second = next(p for p in result.provisions if p.anchor == "kem-theo-2")
    assert second.text.startswith("SỞ NỘI VỤ")


def test_a_list_that_goes_with_a_letter_is_no_document_of_its_own() -> None:
    lines = ("Mẫu số 01", "ĐƠN ĐỀ NGHỊ", "1. Họ và tên:", "DANH SÁCH NGƯỜI VÀ XE", "(Kèm theo văn bản số ... ngày ...)")
    main = ("Điều 1. Một", "Nội dung.", "Đoạn.", *LINES, "PHỤ LỤC", "BIỂU MẪU", *lines, "Mẫu số 02", "1. Nơi ở:")
    assert [a for a in anchors(read(*main)) if a.count(".") < 2][2:] == [
        "phu-luc-1",
        "phu-luc-1.mau-01",
        "phu-luc-1.mau-02",
    ]


def test_a_list_that_is_issued_with_a_decision_is_a_document() -> None:
    lines = ("DANH SÁCH CÁN BỘ", "(Ban hành kèm theo Quyết định số 7/QĐ-SNV)", "1. Một")
    result = read("Điều 1. Một", "Nội dung.", "Đoạn.", *LINES, *lines)
    assert label(result, "kem-theo-1") == "DANH SÁCH CÁN BỘ"


def test_a_quoted_signature_does_not_end_a_text_that_goes_on_with_clauses() -> None:
    result = read(
        *("Điều 1. Sửa đổi một số điều", "1. Sửa đổi mẫu chữ ký như sau:", "“Mẫu chữ ký", *LINES, "Hết mẫu”."),
        *("2. Bãi bỏ khoản 3 Điều 7.", *END),
    )
    assert anchors(result) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "chu-ky"]


def test_many_quotations_without_an_end_cost_little() -> None:
    began = time.process_time()
    read(*(f"“{n % 9 + 1}. Sửa đổi" for n in range(20_000)))
    assert time.process_time() - began < 8
