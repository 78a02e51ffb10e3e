"""Provisions and their anchors: the levels, the parts, and lines that begin no provision."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmgr.reading.formats.plain import read_md
from docmgr.reading.types import Block, Interpretation, Provision
from legaltext.anchors import ordinal, roman_to_int
from tests.reading.facts.facts_texts import decision, plan, read, table

SEED = Path(__file__).resolve().parents[3] / "../shared/data/seed/ke-hoach-dan-chu-o-co-so-2024.md"


def anchors(result: Interpretation) -> list[str]:
    return [provision.anchor for provision in result.provisions]


def at(result: Interpretation, anchor: str) -> Provision:
    return next(provision for provision in result.provisions if provision.anchor == anchor)


def test_articles_clauses_and_points() -> None:
    result = read(
        "LUẬT",
        "THỬ NGHIỆM",
        "Chương I",
        "NHỮNG QUY ĐỊNH CHUNG",
        "Mục 1. CÔNG KHAI",
        "Điều 5. Nội dung công khai",
        "1. Khoản thứ nhất gồm:",
        "a) Điểm a;",
        "d) Điểm d;",
        "đ) Điểm đ.",
        "Đoạn tiếp của điểm đ.",
        "2. Khoản hai.",
        "1a. Khoản chèn.",
        "Điều 5a. Điều chèn",
        "Chương II",
        "HIỆU LỰC",
        "Điều 6",
        "a) Điểm không có khoản;",
    )
    assert anchors(result) == [
        "mo-dau",
        "chuong-I",
        "chuong-I.muc-1",
        "dieu-5",
        "dieu-5.khoan-1",
        "dieu-5.khoan-1.diem-a",
        "dieu-5.khoan-1.diem-d",
        "dieu-5.khoan-1.diem-dd",
        "dieu-5.khoan-2",
        "dieu-5.khoan-1a",
        "dieu-5a",
        "chuong-II",
        "dieu-6",
        "dieu-6.diem-a",
    ]
    assert at(result, "dieu-5").parent == "chuong-I.muc-1"
    assert at(result, "chuong-I").title == "NHỮNG QUY ĐỊNH CHUNG"
    assert at(result, "dieu-5").title == "Nội dung công khai"
    assert at(result, "dieu-5").label == "Điều 5"
    assert at(result, "dieu-5.khoan-1.diem-dd").label == "Điểm đ"
    assert at(result, "dieu-5.khoan-1.diem-dd").text == "đ) Điểm đ.\nĐoạn tiếp của điểm đ."


def test_an_article_that_is_a_sentence_has_no_title() -> None:
    result = read(*decision())
    assert at(result, "dieu-1").title == ""
    assert "Ban hành kèm theo" in at(result, "dieu-1").text


@pytest.mark.parametrize(
    "line",
    [
        "Chương trình công tác gồm các nội dung sau",
        "Mục tiêu của kế hoạch",
        "Phần lớn các đơn vị đã nộp báo cáo",
        "Điều 1, 3, 4 Nghị quyết 101/2025/UBTVQH15 được áp dụng",
        "Phần I Phụ lục này.",
        "Mục 1 và Mục 2 nêu trên",
        "Điều 5 của Luật này quy định",
        "2024. Năm của chuyển đổi số",
    ],
)
def test_words_that_only_look_like_headings(line: str) -> None:
    result = read("Điều 1. Phạm vi", "1. Nội dung.", line, "Điều 2. Đối tượng")
    assert anchors(result) == ["dieu-1", "dieu-1.khoan-1", "dieu-2"]


def test_headings_glued_to_the_sentence_before_are_cut() -> None:
    result = read(
        "Điều 43. Trách nhiệm", "Bộ trưởng chịu trách nhiệm thi hành./.Điều 44. Hiệu lực", "1. Từ hôm nay."
    )
    assert anchors(result) == ["dieu-43", "dieu-44", "dieu-44.khoan-1"]
    assert at(result, "dieu-43").text.endswith("thi hành./.")
    assert at(result, "dieu-44").title == "Hiệu lực"


def test_a_heading_glued_with_a_space_is_cut_in_sequence() -> None:
    result = read("Điều 1. Phạm vi", "Nội dung thứ nhất. Điều 2. Đối tượng áp dụng", "1. Cơ quan.")
    assert anchors(result) == ["dieu-1", "dieu-2", "dieu-2.khoan-1"]


def test_an_article_named_within_a_sentence_is_not_cut() -> None:
    result = read(
        "Điều 11. Xử lý", "1. Thực hiện theo quy định tại Điều 5. Việc xử lý do Sở quyết định.", "Điều 12. A"
    )
    assert anchors(result) == ["dieu-11", "dieu-11.khoan-1", "dieu-12"]


def test_a_heading_out_of_sequence_within_a_line_is_not_cut() -> None:
    result = read("Điều 11. Xử lý", "1. Xem thêm khoản 1. Điều 5. Nội dung khác.", "Điều 12. A")
    assert anchors(result) == ["dieu-11", "dieu-11.khoan-1", "dieu-12"]


def test_quoted_amending_text_opens_no_provision() -> None:
    result = read(
        "Điều 1. Sửa đổi, bổ sung một số điều của Nghị định số 30/2020/NĐ-CP",
        "1. Sửa đổi, bổ sung Điều 5 như sau:",
        "“Điều 5. Giá trị pháp lý",
        "1. Văn bản điện tử có giá trị như bản gốc.",
        "a) Theo “quy định” riêng;",
        "2. Chữ ký số.”.",
        "2. Bổ sung khoản 3 như sau: “3. Nội dung mới.”",
        "Điều 2. Hiệu lực thi hành",
    )
    assert anchors(result) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-2"]
    assert "Chữ ký số" in at(result, "dieu-1.khoan-1").text


def test_a_quotation_that_never_closes_hides_nothing() -> None:
    result = read(
        "Điều 1. Sửa đổi", "1. Sửa đổi Điều 5 như sau:", "“Điều 5. Giá trị", "Điều 2. Hiệu lực", "Điều 3. X"
    )
    assert anchors(result)[-2:] == ["dieu-2", "dieu-3"]


def test_sections_bullets_and_paragraphs_without_articles() -> None:
    result = read(*plan())
    assert anchors(result) == [
        "mo-dau",
        "doan-1",
        "muc-I",
        "muc-I.doan-1",
        "muc-II",
        "muc-II.1",
        "muc-II.1.doan-1",
        "muc-II.1.gach-1",
        "muc-II.1.gach-1.gach-1",
        "muc-II.1.gach-2",
        "muc-II.1.a",
        "muc-II.1.dd",
    ]
    assert at(result, "muc-II.1").title == "Công khai"
    assert at(result, "muc-II.1.gach-2").parent == "muc-II.1"


def test_decimal_numbers_nest_and_dates_do_not() -> None:
    result = read(
        "KẾ HOẠCH", "Năm 2024", "1. Nội dung", "1.1. Một", "1.2 Hai", "1.2.1. Ba", "01.01.2024 là hạn", "2. B"
    )
    assert anchors(result) == [
        "mo-dau",
        "muc-1",
        "muc-1.1",
        "muc-1.2",
        "muc-1.2.1",
        "muc-1.2.1.doan-1",
        "muc-2",
    ]


def test_repeated_numbers_get_a_count() -> None:
    result = read("KẾ HOẠCH", "Năm 2024", "II. ĐỐI TƯỢNG", "1. A", "II. NỘI DUNG", "1. B")
    assert anchors(result) == ["mo-dau", "muc-II", "muc-II.1", "muc-II~2", "muc-II~2.1"]


def test_parts_behind_the_signature_have_their_own_prefix() -> None:
    result = read(*decision(), "PHỤ LỤC II", "DANH MỤC", "1. Một", "Mẫu số 01. Giấy đề nghị", "1. Họ tên")
    found = anchors(result)
    assert found[:5] == ["mo-dau", "dieu-1", "dieu-2", "dieu-3", "chu-ky"]
    assert found[5:8] == ["kem-theo-1", "kem-theo-1.chuong-I", "kem-theo-1.dieu-1"]
    assert found[-4:] == ["phu-luc-2", "phu-luc-2.muc-1", "phu-luc-2.mau-01", "phu-luc-2.mau-01.muc-1"]
    assert at(result, "kem-theo-1").title == "Thực hiện dân chủ trong cơ quan"
    assert at(result, "phu-luc-2").title == "DANH MỤC"
    assert at(result, "kem-theo-1.dieu-1").parent == "kem-theo-1.chuong-I"


def test_a_table_of_contents_opens_nothing() -> None:
    lines = ("I. QUY ĐỊNH CHUNG", "1. Phạm vi điều chỉnh", "PHỤ LỤC")
    result = read("HƯỚNG DẪN", "Về kỹ thuật", "MỤC LỤC", *lines, *lines[:2], "Nội dung.", "PHỤ LỤC", "1. Mẫu")
    assert anchors(result) == [
        "mo-dau",
        "doan-1",
        "muc-I",
        "muc-I.1",
        "muc-I.1.doan-1",
        "phu-luc-1",
        "phu-luc-1.muc-1",
    ] or anchors(result) == ["mo-dau", "muc-I", "muc-I.1", "muc-I.1.doan-1", "phu-luc-1", "phu-luc-1.muc-1"]


def test_cells_of_a_data_table_open_no_provision() -> None:
    rows = table(5, ("1.", "Điều 9. Trong bảng", "a) b"), ("2.", "- gạch", "I. LA MÃ"))
    result = read("Điều 1. Bảng", *rows, "Điều 2. Sau bảng")
    assert anchors(result) == ["dieu-1", "dieu-2"]
    assert "Trong bảng" in at(result, "dieu-1").text


def test_a_heading_broken_over_two_bold_lines_is_one() -> None:
    result = read(
        "KẾ HOẠCH",
        "Năm 2024",
        Block("1. Nâng cao trách nhiệm", bold=True),
        Block("trong việc thực hiện dân chủ", bold=True),
        "Đoạn một.",
    )
    assert anchors(result) == ["mo-dau", "muc-1", "muc-1.doan-1"]
    assert at(result, "muc-1").title == "Nâng cao trách nhiệm trong việc thực hiện dân chủ"


def test_spelling_of_anchors() -> None:
    assert [roman_to_int(n) for n in ("IV", "IX", "XIV", "XL")] == [4, 9, 14, 40]
    assert [ordinal(n) for n in ("IV", "B", "01", "C")] == ["4", "2", "01", "3"]


# The anchors of the 34 obligations of the plan: sections II.1 to III.3 by paragraph and bullet.
OBLIGATIONS = {
    "muc-II.1.doan-1": "Căn cứ các quy định",
    "muc-II.1.doan-2": "Thông qua việc tập huấn",
    "muc-II.1.doan-3": "Tổ chức tập huấn",
    "muc-II.1.doan-4": "Thực hiện đổi mới phương thức",
    "muc-II.2.doan-1": "Quan tâm thực hiện",
    "muc-II.2.doan-2": "Ứng dụng công nghệ",
    "muc-II.2.doan-3": "Thực hiện nguyên tắc phối hợp",
    "muc-II.3.doan-1": "Người đứng đầu các đơn vị",
    "muc-II.3.gach-1": "- Rà soát, kiện toàn",
    "muc-II.3.gach-2": "- Chỉ đạo rà soát",
    "muc-II.3.gach-3": "- Thực hiện nghiêm việc công khai",
    "muc-II.3.gach-4": "- Chủ trì, phối hợp với Công đoàn",
    "muc-II.3.doan-2": "Ban Chấp hành Công đoàn",
    "muc-II.3.doan-3": "Hằng năm, xem xét",
    "muc-II.4.doan-1": "Bố trí đầy đủ",
    "muc-II.4.doan-2": "Thực hiện đầy đủ",
    "muc-II.4.doan-3": "Rà soát thực hiện",
    "muc-II.4.doan-4": "Thực hiện nghiêm việc giải quyết",
    "muc-II.4.doan-5": "Cá thể hóa",
    "muc-II.4.doan-6": "Đẩy nhanh tiến độ",
    "muc-II.5": "5. Kịp thời biểu dương",
    "muc-II.5.doan-1": "Hàng năm, nghiên cứu",
    "muc-II.5.doan-2": "Tăng cường công tác",
    "muc-II.5.doan-3": "Kiến nghị hoặc xử lý",
    "muc-III.1": "1. Trưởng các đơn vị",
    "muc-III.2": "2. Căn cứ nội dung",
    "muc-III.3.gach-1": "- Chủ trì, phối hợp",
    "muc-III.3.gach-2": "- Định kỳ 6 tháng",
}


@pytest.mark.skipif(not SEED.exists(), reason="không có tài liệu dùng chung ../shared/data")
def test_every_obligation_of_the_plan_has_its_anchor() -> None:
    contents = read_md(SEED)
    result = read(*contents.blocks, kind="md")
    for anchor, opening in OBLIGATIONS.items():
        assert at(result, anchor).text.startswith(opening), anchor
    assert not [anchor for anchor in anchors(result) if "~" in anchor]
    assert at(result, "muc-II.3").title.endswith("căn cứ đánh giá kết quả thực hiện nhiệm vụ")
