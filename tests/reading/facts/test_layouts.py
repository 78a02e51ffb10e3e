"""Facts of headings that are laid out in unusual ways, and values of a heading that must stay blank."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading.formats.plain import read_txt
from docmgr.reading.types import Block
from tests.reading.facts.facts_texts import MOTTO, NATION, heading, read, strong, value

DATE = "Quảng Ninh, ngày 05 tháng 02 năm 2024"
FIRST, SECOND = "Đổi mới phương pháp dạy học ngày 04 tháng 11", "theo chương trình giáo dục phổ thông"



@pytest.mark.parametrize("bold", [(True, False), (False, True)])
def test_a_subject_that_changes_its_weight_in_the_middle(bold: tuple[bool, bool]) -> None:
    lines = [replace(line, bold=b) for line, b in zip(strong(FIRST, SECOND), bold, strict=True)]
    result = read(*heading("Số: 7/KH-SNV", DATE), *strong("KẾ HOẠCH"), *lines, "Căn cứ Luật;", "I. MỤC ĐÍCH")
    assert value(result, "subject") == f"{FIRST} {SECOND}"


def test_a_subject_that_goes_on_in_small_letters() -> None:
    lines = [*strong("ĐỔI MỚI DẠY HỌC"), Block("Năm học 2023 - 2024", centered=True)]
    result = read(*heading("Số: 7/KH-SNV", DATE), *strong("KẾ HOẠCH"), *lines, "Sở xây dựng kế hoạch.", "I. MỤC ĐÍCH")
    assert value(result, "subject") == "Đổi mới dạy học năm học 2023 - 2024"


def test_the_first_paragraph_is_no_part_of_the_subject() -> None:
    lines = [*strong("Đổi mới dạy học"), Block("Sở Giáo dục và Đào tạo yêu cầu các trường thực hiện")]
    result = read(*heading("Số: 7/KH-SNV", DATE), *strong("KẾ HOẠCH"), *lines, "I. MỤC ĐÍCH")
    assert value(result, "subject") == "Đổi mới dạy học"


OLD = "của Chính phủ số 178/1999/NĐ-CP ngày 30 tháng 8 năm 1999"


@pytest.mark.parametrize(
    "lines",
    [
        (f"Nghị định {OLD}", "Quy định về ghi nhãn hàng hóa"),
        (f"Nghị định {OLD} Quy định về ghi nhãn hàng hóa",),
        ("NGHỊ ĐỊNH", OLD.upper(), "QUY ĐỊNH VỀ GHI NHÃN HÀNG HÓA"),
        ("NGHỊ ĐỊNH", *OLD.upper().replace(" NGÀY", "|NGÀY").split("|"), "QUY ĐỊNH VỀ GHI NHÃN HÀNG HÓA"),
        ("NGHỊ ĐỊNH", f"{OLD.upper()} QUY ĐỊNH VỀ GHI NHÃN HÀNG HÓA"),
    ],
)
def test_issuer_number_and_day_between_type_and_subject(lines: tuple[str, ...]) -> None:
    result = read(*lines, "CHÍNH PHỦ", "Căn cứ Luật;", "Điều 1. Ban hành", "Điều 2. Hiệu lực")
    found = {field: value(result, field) for field in ("type", "number", "issuer", "issued_on", "subject")}
    assert found == {
        "type": "Nghị định",
        "number": "178/1999/NĐ-CP",
        "issuer": "Chính phủ",
        "issued_on": "1999-08-30",
        "subject": "Quy định về ghi nhãn hàng hóa",
    }


def test_a_decree_of_the_government_without_a_number_in_its_title() -> None:
    result = read("NGHỊ ĐỊNH CỦA CHÍNH PHỦ", "Sửa đổi, bổ sung Nghị định về ghi nhãn", "CHÍNH PHỦ", "Căn cứ Luật;", "Điều 1. A")
    assert value(result, "subject") == "Sửa đổi, bổ sung Nghị định về ghi nhãn"
    assert value(result, "issuer") == "Chính phủ"


HEADS = {
    "braces": (
        f"{{ UBND TỈNH QUẢNG NINH }} {{ {NATION} }}",
        f"{{ SỞ NỘI VỤ }} {{ {MOTTO} }}",
        f"{{ Số: 25/KH-SNV }} {{ {DATE} }}",
    ),
    "bars": (f"UBND TỈNH QUẢNG NINH| {NATION}|", f"SỞ NỘI VỤ |{MOTTO} |", f"Số: 25/KH-SNV|---|| {DATE}|"),
    "blanks that were lost": (f"UBND TỈNH QUẢNG NINH {NATION}", f"SỞ NỘI VỤ {MOTTO}", f"Số: 25/KH-SNV {DATE}"),
}


@pytest.mark.parametrize("layout", HEADS)
def test_heads_laid_out_with_signs(layout: str) -> None:
    result = read(*HEADS[layout], "KẾ HOẠCH", "|", "Thực hiện dân chủ năm 2024|", "Căn cứ Luật;", "I. MỤC ĐÍCH")
    assert {field: value(result, field) for field in result.facts} == {
        "type": "Kế hoạch",
        "number": "25/KH-SNV",
        "issuer": "Sở Nội vụ",
        "place": "Quảng Ninh",
        "issued_on": "2024-02-05",
        "subject": "Thực hiện dân chủ năm 2024",
    }


def test_a_third_line_of_the_issuer_in_a_head_laid_out_with_blanks(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        f"   UBND TỈNH QUẢNG NINH              {NATION}\n"
        f"  BAN QUẢN LÝ CÁC DỰ ÁN                   {MOTTO}\n"
        "      MÓNG CÁI\n"
        f"    Số: 25/KH-BQL                      {DATE}\n\n"
        "                 KẾ HOẠCH\n        Thực hiện dân chủ\n\nCăn cứ Luật;\nI. MỤC ĐÍCH\n",
        encoding="utf-8",
    )
    result = read(*read_txt(path).blocks)
    assert (value(result, "issuer") or "").casefold() == "ban quản lý các dự án móng cái"
    assert (value(result, "number"), value(result, "subject")) == ("25/KH-BQL", "Thực hiện dân chủ")


def test_a_regulation_is_in_force_from_the_day_of_the_decision_that_issues_it() -> None:
    above = "(Ban hành kèm theo Quyết định số 7/QĐ-SNV ngày 05 tháng 02 năm 2024 của Giám đốc Sở)"
    lines = ("Điều 1. Phạm vi", "Điều 2. Quy chế này có hiệu lực kể từ ngày ký.")
    result = read(*strong("QUY CHẾ", "Làm việc của Sở"), above, *lines)
    assert {field: value(result, field) for field in result.facts} == {
        "type": "Quy chế",
        "subject": "Làm việc của Sở",
        "effective_from": "2024-02-05",
    }


@pytest.mark.parametrize("name", ["Quy chế", "Nội quy", "Điều lệ", "Công điện", "Danh sách", "Quy chuẩn kỹ thuật quốc gia"])
def test_types_beyond_the_29(name: str) -> None:
    result = read(*heading("Số: 7-SNV", DATE), *strong(name.upper(), "Làm việc của cơ quan"), "Nội dung.", "1. Một")
    assert (value(result, "type"), value(result, "subject")) == (name, "Làm việc của cơ quan")


def test_the_constitution() -> None:
    result = read("QUỐC HỘI", NATION, MOTTO, *strong("HIẾN PHÁP", f"NƯỚC {NATION}", "LỜI NÓI ĐẦU"), "Trải qua.", "Chương I")
    assert value(result, "type") == "Hiến pháp"
    assert value(result, "subject") == "Nước Cộng hòa xã hội chủ nghĩa Việt Nam"


def test_a_technical_standard_has_its_own_number() -> None:
    title = strong("QUY CHUẨN KỸ THUẬT QUỐC GIA", "VỀ BÁO HIỆU ĐƯỜNG BỘ")
    result = read(NATION, "QCVN 41 : 2019/BGTVT", *title, "Lời nói đầu", "QCVN 41:2019/BGTVT do Cục biên soạn.")
    assert value(result, "number") == "QCVN 41:2019/BGTVT"
    assert value(result, "subject") == "Về báo hiệu đường bộ"


def test_the_days_of_a_conference_give_no_place() -> None:
    result = read("Diễn đàn kinh tế", "Thành phố Hồ Chí Minh, ngày 10-11/09/2003", "Tham luận về y tế.")
    assert "place" not in result.facts and "issued_on" not in result.facts


def test_a_report_whose_first_line_names_its_subject() -> None:
    result = read("Báo cáo về tình hình sản xuất công", "nghiệp tháng 02 năm 2007", "1. Tình hình chung", "Nội dung.")
    assert (value(result, "type"), value(result, "subject")) == (
        "Báo cáo",
        "Về tình hình sản xuất công nghiệp tháng 02 năm 2007",
    )


def test_several_days_in_a_line_give_no_place() -> None:
    result = read("Tham luận", "Hà Nội, ngày 20, 21 tháng 03 năm 2002", "Nội dung.")
    assert "place" not in result.facts and "issued_on" not in result.facts


def test_a_hyphen_behind_the_number_of_a_clause() -> None:
    lines = ("1- Các cơ quan.", "12- Thông tư này có hiệu lực thi hành sau 15 ngày kể từ ngày ký.")
    result = read(*heading("Số: 7/TT-BNV", DATE), *strong("THÔNG TƯ", "Về văn thư"), *lines)
    assert value(result, "effective_from") == "2024-02-20"
    assert [p.anchor for p in result.provisions][1:] == ["muc-1", "muc-12"]


def test_a_subject_that_breaks_before_a_day() -> None:
    lines = ("hướng dẫn bổ sung một số điểm tại Thông tư số 60 TC/CĐKT của Bộ trưởng Bộ Tài chính ban hành ngày", "01/09/1997")
    result = read(*heading("Số: 7/TT-BNV", DATE), "THÔNG TƯ", *lines, "Căn cứ Luật;", "1. Một")
    assert value(result, "subject") == f"H{lines[0][1:]} 01/09/1997"


def test_a_regulation_that_calls_itself_a_text() -> None:
    lines = (DATE, "BẢN QUY ĐỊNH", "Về ưu đãi đầu tư", "(Ban hành kèm theo Quyết định số 5/QĐ-UB)")
    result = read("UBND TỈNH QUẢNG NINH", *lines, "Điều 1. A", "Điều 2. Bản Quy định này có hiệu lực kể từ ngày ban hành.")
    found = {field: value(result, field) for field in ("type", "subject", "effective_from")}
    assert found == {"type": "Quy định", "subject": "Về ưu đãi đầu tư", "effective_from": "2024-02-05"}


def test_a_title_in_a_font_of_capitals_that_was_read_as_text() -> None:
    result = read(NATION, MOTTO, "thông báo thay đổi vốn điều lệ", "1. Tên công ty:")
    assert (value(result, "type"), value(result, "subject")) == ("Thông báo", "Thay đổi vốn điều lệ")


def test_an_issuer_that_goes_on_beside_the_motto() -> None:
    lines = (f"ngân hàng nhà nước {NATION.lower()}", f"việt nam {MOTTO}", f"Số: 01/2006/TT-NHNN {DATE}")
    result = read(*lines, "Thông tư", "Về văn thư", "Căn cứ Luật;", "1. Một")
    assert (value(result, "issuer") or "").casefold() == "ngân hàng nhà nước việt nam"


@pytest.mark.parametrize(("printed", "shown"), [
    ("BỘ TÀI CHÍNH - BỘ NỘI VỤ", "Bộ Tài chính - Bộ Nội vụ"),
    ("QUỐC HỘI - CHÍNH PHỦ - ĐOÀN CÔNG TÁC", "Quốc hội - Chính phủ - Đoàn công tác"),
    ("SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Sở Lao động - Thương binh và Xã hội"),
    ("CÔNG TY TNHH A", "Công ty TNHH A"),
    ("SỞ Y TẾ", "Sở Y tế"),
])  # fmt: skip
def test_joint_issuers_and_single_letters_keep_their_capitals(printed: str, shown: str) -> None:
    result = read(*heading("Số: 7/KH-SNV", DATE, printed), *strong("KẾ HOẠCH"), "Căn cứ Luật;", "I. MỤC ĐÍCH")
    assert value(result, "issuer") == shown


def test_a_subject_ends_before_the_labels_of_a_meeting() -> None:
    result = read("BIÊN BẢN", "Họp ngày 12/3/2024", "Thành phần: ông Nguyễn A, chủ tịch", "CHỦ TRÌ")
    assert value(result, "subject") == "Họp ngày 12/3/2024"
    result = read("TRƯỜNG THPT A", "Số 5/GM-THPT", "GIẤY MỜI", "Trân trọng kính mời: Ông Nguyễn Văn B", "Thời gian: 8h00")
    assert value(result, "subject") is None


def test_a_number_without_a_colon_on_a_line_of_its_own() -> None:
    result = read("TRƯỜNG THPT A", "Số 5/GM-THPT", "GIẤY MỜI", "Trân trọng kính mời: Ông Nguyễn Văn B")
    assert value(result, "number") == "5/GM-THPT"
    assert result.citations == ()


@pytest.mark.parametrize("below", ["THÔNG TƯ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
def test_a_symbol_left_open_takes_nothing_from_the_title(below: str) -> None:
    result = read("BỘ NỘI VỤ", "Số: 03/2017/TT-", below, "THÔNG TƯ", "Về văn thư", "Điều 1. Một", "Hai.")
    number = result.facts["number"]
    assert (number.value, number.sure) == ("03/2017/TT", False) and value(result, "type") == "Thông tư"


def test_a_symbol_goes_on_in_the_next_line() -> None:
    result = read("BỘ NỘI VỤ", "Số: 03/2017/TT-", "BNV", "THÔNG TƯ", "Về văn thư", "Điều 1. Một", "Hai.")
    assert (value(result, "number"), result.facts["number"].sure) == ("03/2017/TT-BNV", True)


def test_the_heading_of_an_article_is_no_subject() -> None:
    assert value(read("BỘ NỘI VỤ", "Số: 03/2017/TT-BNV", "THÔNG TƯ", "Điều 1. Phạm vi", "Hai."), "subject") is None
