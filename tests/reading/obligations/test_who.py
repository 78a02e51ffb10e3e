"""Who acts: named in the words, before a list, in a heading, on a labelled line, or by the whole document."""

from __future__ import annotations

import pytest

from tests.reading.obligations.duties import duties, duty


@pytest.mark.parametrize(
    ("line", "units", "supporting"),
    [
        ("Phòng Giáo dục Trung học tổng hợp kết quả.", ("Phòng Giáo dục Trung học",), ()),
        ("Phòng Tổ chức cán bộ có trách nhiệm theo dõi.", ("Phòng Tổ chức cán bộ",), ()),
        ("Giao Sở Tư pháp chủ trì, phối hợp với Sở Nội vụ rà soát.", ("Sở Tư pháp",), ("Sở Nội vụ",)),
        ("Đề nghị UBND các huyện chỉ đạo việc thực hiện.", ("UBND các huyện",), ()),
        ("Giám đốc Sở Nội vụ, Chủ tịch UBND các huyện báo cáo kết quả.", ("Giám đốc Sở Nội vụ", "Chủ tịch UBND các huyện"), ()),
        ("Thủ trưởng các đơn vị trực thuộc chịu trách nhiệm thi hành.", ("Thủ trưởng các đơn vị trực thuộc",), ()),
        ("Cơ quan, tổ chức, đơn vị gửi hồ sơ về Sở.", ("Cơ quan, tổ chức, đơn vị",), ()),
        ("Các cơ quan, tổ chức có liên quan gửi hồ sơ về Sở.", ("Các cơ quan, tổ chức có liên quan",), ()),
        ("Đơn vị tổ chức hội nghị có trách nhiệm gửi hồ sơ.", ("Đơn vị tổ chức hội nghị",), ()),
        ("Ban lãnh đạo trường họp hội đồng.", ("Ban lãnh đạo trường",), ()),
        ("Ủy ban bầu cử xã niêm yết danh sách.", ("Ủy ban bầu cử xã",), ()),
        ("Đồng chí Nguyễn Văn An: Chỉ đạo việc thực hiện.", ("Đồng chí Nguyễn Văn An",), ()),
        ("Hằng năm, Hiệu trưởng các trường tổ chức hội nghị.", ("Hiệu trưởng các trường",), ()),
        ("Trường hợp vắng mặt thì cấp phó chủ trì cuộc họp.", ("cấp phó",), ()),
        ("Phối hợp với Ban Chấp hành Công đoàn xây dựng quy chế.", ("Sở Giáo dục và Đào tạo",), ("Ban Chấp hành Công đoàn",)),
        ("Văn phòng Sở chậm nhất 08 ngày trước ngày khai mạc gửi giấy mời.", ("Văn phòng Sở",), ()),
        ("Chánh Văn phòng trước ngày 20/11/2024 gửi giấy mời.", ("Chánh Văn phòng",), ()),
        ("Hội nghị do Trưởng thôn triệu tập và chủ trì.", ("Trưởng thôn",), ()),
        ("Văn phòng Sở: Theo dõi, đôn đốc việc thực hiện.", ("Văn phòng Sở",), ()),
    ],
)
def test_a_name_in_the_words(line: str, units: tuple[str, ...], supporting: tuple[str, ...]) -> None:
    found = duty(f"1. {line}")
    assert (tuple(map(str.lower, found.units)), found.supporting) == (tuple(map(str.lower, units)), supporting)


@pytest.mark.parametrize(
    ("above", "rule", "unit"),
    [
        ("2. Hiệu trưởng các trường trực thuộc", "heading", "Hiệu trưởng các trường trực thuộc"),
        ("2. Trách nhiệm của Phòng Kế hoạch - Tài chính", "heading", "Phòng Kế hoạch - Tài chính"),
        ("2. Giao phòng Hành chính và Quản lý công sản:", "stem", "phòng Hành chính và Quản lý công sản"),
        ("2. Đề nghị Ủy ban nhân dân huyện phối hợp", "heading", "Ủy ban nhân dân huyện"),
    ],
)
def test_a_name_above(above: str, rule: str, unit: str) -> None:
    found = duties(above, "- Xây dựng kế hoạch của đơn vị.", "- Báo cáo kết quả về Sở.")
    assert [one.units for one in found] == [(unit,), (unit,)]
    assert found[0].why[0].rule == rule and found[0].sure == "good"


def test_a_sentence_with_a_colon_governs_the_list_after_it_and_no_more() -> None:
    lines = (
        "1. Tổ chức hội nghị", "Người đứng đầu các đơn vị trực tiếp chỉ đạo và chịu trách nhiệm về kết quả:",
        "- Rà soát quy chế.", "- Công khai hoạt động.", "Xem xét kết quả thực hiện khi đánh giá cán bộ.", "- Cập nhật hồ sơ của đơn vị.",
    )  # fmt: skip
    found = duties(*lines)
    assert [one.units[0] for one in found] == [*["Người đứng đầu các đơn vị"] * 3, *["Sở Giáo dục và Đào tạo"] * 2]


def test_labelled_lines_speak_of_the_task_above_them() -> None:
    found = duty(
        "1.1. Xây dựng và ban hành Hướng dẫn công tác pháp chế.", "- Bảo đảm thống nhất với hướng dẫn của cấp trên.",
        "- Thời gian hoàn thành: Quý IV/2024.", "- Đơn vị chủ trì: Văn phòng Sở.", "- Đơn vị phối hợp: Thanh tra Sở.",
        "- Kết quả: Hướng dẫn, báo cáo tổng hợp.",
    )  # fmt: skip
    assert (found.units, found.supporting) == (("Văn phòng Sở",), ("Thanh tra Sở",))
    assert (found.due.rule, found.due.on) == ("fixed", "2024-12-31")
    assert found.evidence == ("Hướng dẫn", "Báo cáo")


def test_labelled_lines_beside_a_task_speak_of_it_too() -> None:
    lines = ("3. Hội nghị lần thứ ba", "Nội dung: Lập danh sách chính thức.", "- Thời gian: Quý IV/2024.", "- Đơn vị chủ trì: Văn phòng Sở.")
    found = duty(*lines)
    assert (found.units, found.due.on) == (("Văn phòng Sở",), "2024-12-31")


def test_where_nobody_is_named_the_issuer_and_whom_the_end_asks_act() -> None:
    lone = duty("1. Tăng cường công tác tuyên truyền.")
    assert (lone.units, lone.sure) == (("Sở Giáo dục và Đào tạo",), "doubtful")
    end = "Trên đây là Kế hoạch, đề nghị Thủ trưởng các đơn vị nghiêm túc triển khai thực hiện./."
    told = duty("1. Tăng cường công tác tuyên truyền.", end)
    assert (told.units, told.sure) == (("Sở Giáo dục và Đào tạo", "Thủ trưởng các đơn vị"), "good")
    assert {why.rule for why in told.why if why.part == "who"} >= {"closing"}


def test_later_clauses_keep_the_name_of_their_line() -> None:
    first, second = duties("1. Sở Nội vụ theo dõi, đôn đốc; định kỳ cuối năm học tổng hợp, báo cáo.")
    assert first.units == second.units == ("Sở Nội vụ",)
    assert (second.action, second.why[0].rule, second.due.every) == ("tổng hợp, báo cáo", "same line", "school-year")
