"""Levels of texts without articles: sections that name the section above them, steps, parts, and late articles."""

from __future__ import annotations

import pytest

from docmgr.reading.types import Block, Interpretation
from tests.reading.facts.facts_texts import read


def anchors(result: Interpretation) -> list[str]:
    return [provision.anchor for provision in result.provisions if "doan-" not in provision.anchor]


def title(result: Interpretation, anchor: str) -> str:
    return next(provision.title for provision in result.provisions if provision.anchor == anchor)


TOP = ("KẾ HOẠCH", "Năm 2024")


@pytest.mark.parametrize("mark", [".", ")", ""])
def test_numbers_that_name_their_section_stand_below_it(mark: str) -> None:
    result = read(
        *TOP,
        "I. MỤC ĐÍCH",
        "II. NỘI DUNG",
        f"II.1{mark} Công khai",
        f"II.1.1{mark} Hình thức",
        f"II.2{mark} Giám sát",
        "III. TỔ CHỨC",
    )
    assert anchors(result) == ["mo-dau", "muc-I", "muc-II", "muc-II.1", "muc-II.1.1", "muc-II.2", "muc-III"]
    assert title(result, "muc-II.1") == "Công khai"


def test_letters_lead_numbers_too() -> None:
    result = read(*TOP, "A. QUY ĐỊNH CHUNG", "A.1. Phạm vi", "A.2. Đối tượng", "B. NỘI DUNG", "B.1. Một")
    assert anchors(result) == ["mo-dau", "muc-A", "muc-A.1", "muc-A.2", "muc-B", "muc-B.1"]


def test_steps_in_capitals_are_headings_with_lists_below() -> None:
    result = read(
        *TOP,
        "I. MỤC ĐÍCH",
        "II. CÁC BƯỚC",
        "BƯỚC MỘT: CHUẨN BỊ",
        "1. Lập danh sách",
        "2. Thông báo",
        "BƯỚC HAI",
        "1. Họp",
        "- Biểu quyết",
        "III. TỔ CHỨC",
    )
    assert anchors(result) == [
        "mo-dau",
        "muc-I",
        "muc-II",
        "muc-II.buoc-1",
        "muc-II.buoc-1.1",
        "muc-II.buoc-1.2",
        "muc-II.buoc-2",
        "muc-II.buoc-2.1",
        "muc-II.buoc-2.1.gach-1",
        "muc-III",
    ]
    step = next(p for p in result.provisions if p.anchor == "muc-II.buoc-1")
    assert (step.kind, step.label, step.title) == ("so", "BƯỚC MỘT", "CHUẨN BỊ")


def test_steps_in_small_letters_stand_below_the_innermost_number() -> None:
    result = read(*TOP, "1. Quy trình", "Bước 1: Tiếp nhận hồ sơ.", "- Kiểm tra", "Bước 2. Trả kết quả.", "2. Thời hạn")
    assert anchors(result) == ["mo-dau", "muc-1", "muc-1.buoc-1", "muc-1.buoc-1.gach-1", "muc-1.buoc-2", "muc-2"]


@pytest.mark.parametrize("line", ["Bước đầu đã đạt kết quả", "Bước hai chân", "Bước 2 của quy trình"])
def test_sentences_about_steps_begin_none(line: str) -> None:
    assert "muc-1.buoc-2" not in anchors(read(*TOP, "1. Quy trình", line))


@pytest.mark.parametrize("word", ["Phần 1", "PHẦN I", "Phần thứ nhất", "PHẦN A"])
def test_a_roman_section_below_a_part_is_no_second_line_of_its_title(word: str) -> None:
    result = read(*TOP, word, "THỂ THỨC VĂN BẢN", "I. QUY ĐỊNH CHUNG", "1. Khổ giấy", "II. CÁC THÀNH PHẦN")
    part = anchors(result)[1]
    assert anchors(result)[2:] == [f"{part}.muc-I", f"{part}.muc-I.1", f"{part}.muc-II"]
    assert title(result, part) == "THỂ THỨC VĂN BẢN"


@pytest.mark.parametrize("first", ["I. Mục đích", "1. Mục đích"])
def test_a_late_article_does_not_switch_numbered_lists_off(first: str) -> None:
    second = "II. Nội dung" if first.startswith("I.") else "2. Nội dung"
    result = read(*TOP, first, second, "- Một", "- Hai", "Điều 1. Tên gọi", "Điều 2. Trụ sở")
    number = "II" if first.startswith("I.") else "2"
    assert anchors(result)[1:5] == [
        f"muc-{'I' if number == 'II' else '1'}",
        f"muc-{number}",
        f"muc-{number}.gach-1",
        f"muc-{number}.gach-2",
    ]
    assert anchors(result)[5:] == [f"muc-{number}.dieu-1", f"muc-{number}.dieu-2"]


def test_a_late_article_has_clauses_and_points() -> None:
    result = read(
        *TOP, "I. MỞ ĐẦU", "II. HỢP ĐỒNG", "Điều 1. Các bên", "1. Bên A:", "a) Tên;", "2. Bên B:", "Điều 2. Giá", "III. KẾT"
    )
    assert anchors(result)[3:] == [
        "muc-II.dieu-1",
        "muc-II.dieu-1.khoan-1",
        "muc-II.dieu-1.khoan-1.diem-a",
        "muc-II.dieu-1.khoan-2",
        "muc-II.dieu-2",
        "muc-III",
    ]
    labels = [p.label for p in result.provisions if p.anchor.startswith("muc-II.dieu-1")]
    assert labels == ["Điều 1", "Khoản 1", "Điểm a", "Khoản 2"]


def test_numbered_documents_above_the_first_article_are_no_sections() -> None:
    changed = (
        "1. Nghị định số 5/2020/NĐ-CP ngày 3 tháng 1 năm 2020 của Chính phủ, có hiệu lực từ ngày 01 tháng 3 năm 2020;",
        "2. Nghị định số 9/2022/NĐ-CP ngày 3 tháng 1 năm 2022 của Chính phủ, có hiệu lực từ ngày 01 tháng 3 năm 2022.",
    )
    result = read("VĂN BẢN HỢP NHẤT", "Về công tác văn thư", *changed, "Điều 1. Phạm vi", "1. Một", "Điều 2. Đối tượng")
    assert anchors(result) == ["mo-dau", "dieu-1", "dieu-1.khoan-1", "dieu-2"]


def test_many_articles_outweigh_a_short_list_above_them() -> None:
    articles = [Block(f"Điều {n}. Nội dung") for n in range(1, 7)]
    result = read("THÔNG TƯ", "Về công tác văn thư", "1. Mục thứ nhất", "2. Mục thứ hai", *articles)
    assert anchors(result) == ["mo-dau", *(f"dieu-{n}" for n in range(1, 7))]


def test_a_number_stands_below_the_section_that_it_names_even_behind_steps() -> None:
    result = read(*TOP, "1. Mở đầu", "4. Các bước", "Bước 1: Đăng ký.", "Bước 2: Gửi.", "4.1. Đăng nhập", "4.1.1. Hàm", "4.2. Truyền")
    assert anchors(result)[2:] == ["muc-4", "muc-4.buoc-1", "muc-4.buoc-2", "muc-4.1", "muc-4.1.1", "muc-4.2"]


def test_a_line_of_dots_is_an_entry_of_the_section_above_it() -> None:
    result = read(*TOP, "1. Thành phần", "2. Người được giới thiệu:", "1. ……………", "2. ……………", "3. Ý kiến")
    assert anchors(result)[1:] == ["muc-1", "muc-2", "muc-2.1", "muc-2.2", "muc-3"]


def test_a_list_stands_below_a_number_that_names_its_section() -> None:
    result = read(*TOP, "I. MỞ ĐẦU", "II. NỘI DUNG", "II.1. Công khai", "1. Một", "2. Hai", "II.2. Giám sát", "1. Ba")
    assert anchors(result)[2:] == ["muc-II", "muc-II.1", "muc-II.1.1", "muc-II.1.2", "muc-II.2", "muc-II.2.1"]


CONTENTS = ("I. Mục đích .......... 1", "1. Yêu cầu … . . . 1", "II. Nội dung ............... 12")


def test_lines_that_lead_to_a_page_are_no_sections() -> None:
    """A table of contents may have no title of its own."""
    result = read(*TOP, *CONTENTS, "I. Mục đích", "1. Yêu cầu", "II. Nội dung", "Một hai ba.")
    assert anchors(result) == ["mo-dau", "muc-I", "muc-I.1", "muc-II"]
    assert title(result, "muc-I") == "Mục đích"


@pytest.mark.parametrize("lines", [CONTENTS[:2], ("I. Họ tên ........ 7", "II. Số người ........ 3", "III. Ngày ........ 1")])
def test_blanks_of_a_form_are_no_table_of_contents(lines: tuple[str, ...]) -> None:
    assert len(anchors(read(*TOP, *lines, "Một hai ba."))) > len(lines) - 1
