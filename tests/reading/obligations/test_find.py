"""What obliges, what does not, and what is told of it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

import pytest

from docmgr.reading.interpret import interpret
from docmgr.reading.obligations.actors import REACH
from docmgr.reading.obligations.find import MOST, MOST_TEXT, find_obligations
from docmgr.reading.types import Block, Obligation, Provision
from tests.reading.obligations.duties import HEAD, duties, duty


@pytest.mark.parametrize(
    "line",
    [
        "Nhằm nâng cao nhận thức của cán bộ, giáo viên.",
        "Các trường được quyền đề xuất kinh phí.",
        "Quyết định này có hiệu lực từ ngày ký.",
        "Kế hoạch gồm có ba phần.",
        "Kinh phí: thực hiện theo dự toán được giao.",
        "Cử tri so sánh với danh sách niêm yết.",
        "Trình tự tổ chức thực hiện theo Nghị quyết.",
        "Sở Xây dựng: các lĩnh vực cấp phép, phê duyệt quy hoạch.",
        "Hồ sơ phải đúng mẫu quy định.",
        "Các nội dung trên được thực hiện theo quy định hiện hành.",
        "Thực hiện các nhiệm vụ sau:",
        "Hình thức đa dạng, phong phú; kết hợp giữa trực tiếp và gián tiếp.",
        "Thời gian: trước ngày 15/12/2024.",
        "Địa điểm: tổ chức tại hội trường.",
    ],
)
def test_what_obliges_nobody(line: str) -> None:
    assert duties(f"1. {line}") == ()


@pytest.mark.parametrize("title", ["1. Mục đích", "1. Mục tiêu chung", "1. Kết quả đạt được", "1. Đối tượng", "1. Khẩu hiệu tuyên truyền"])
def test_titles_under_which_nothing_obliges(title: str) -> None:
    assert duties(title, "- Nâng cao nhận thức của cán bộ.", "- Phát huy vai trò nêu gương.") == ()


def test_under_requirements_only_a_name_with_a_duty_obliges() -> None:
    found = duties("1. Yêu cầu", "- Bám sát chỉ đạo của cấp trên.", "- Văn phòng Sở có trách nhiệm kiểm tra, đôn đốc.")
    assert [one.units for one in found] == [("Văn phòng Sở",)]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Rà soát quy chế; sửa đổi những nội dung chưa phù hợp. Đôn đốc các đơn vị.", 1),
        ("Rà soát quy chế; chậm nhất ngày 15/12/2024 gửi báo cáo về Sở.", 2),
        ("Nắm tình hình tư tưởng; kịp thời phản ánh ý kiến với Sở.", 2),
        ("Nắm tình hình tư tưởng; bảo đảm thông tin thông suốt, kịp thời.", 1),
        ("Tham gia hội nghị; chủ trì tổ chức tập huấn; phối hợp với Thanh tra Sở kiểm tra.", 3),
        ("Xây dựng quy chế của đơn vị, trước khi ban hành phải lấy ý kiến của giáo viên.", 2),
        ("Tổ chức hội nghị hằng năm, định kỳ 06 tháng một lần kiểm tra kết quả.", 2),
        ("Sở Nội vụ tổng hợp; Sở Tài chính cân đối kinh phí.", 2),
    ],
)
def test_a_clause_with_something_of_its_own_is_one_of_its_own(line: str, count: int) -> None:
    assert len(duties(f"1. {line}")) == count


@pytest.mark.parametrize(
    ("line", "evidence", "target"),
    [
        ("Xây dựng Kế hoạch và Quyết định thành lập đoàn.", ("Kế hoạch", "Quyết định"), None),
        ("Tổng hợp, báo cáo kết quả về Sở.", ("Báo cáo",), None),
        ("Lập biên bản kiểm tra.", ("Biên bản",), None),
        ("Thực hiện Kế hoạch số 25/KH-UBND ngày 02/02/2024.", (), None),
        ("Trình Quyết định số 12/QĐ-UBND ngày 02/02/2024 của tỉnh.", (), None),
        ("Không luân chuyển hồ sơ giấy.", (), None),
        ("Gửi kế hoạch này về Sở.", (), None),
        ("Nộp hồ sơ nêu trên về Sở.", (), None),
        ("Kiểm tra các đơn vị trong 10 ngày kể từ ngày ban hành quyết định.", (), None),
        ("Bảo đảm 100% giáo viên được tập huấn.", (), "100% giáo viên được tập huấn"),
        ("Tổ chức ít nhất 02 buổi tuyên truyền.", (), "ít nhất 02 buổi tuyên truyền"),
    ],
)
def test_what_proves_it(line: str, evidence: tuple[str, ...], target: str | None) -> None:
    found = duty(f"1. {line}")
    assert (found.evidence, found.target) == (evidence, target)


def test_a_title_obliges_only_where_it_tells_when() -> None:
    found = duties("1. Kịp thời biểu dương các điển hình", "- Đăng ký mô hình.", "2. Tăng cường công tác kiểm tra", "- Kiểm tra các đơn vị.")
    assert [one.anchor for one in found] == ["muc-I.1", "muc-I.1.gach-1", "muc-I.2.gach-1"]
    assert found[0].due.rule == "continuous" and found[0].sure == "doubtful"


@pytest.mark.parametrize(
    ("kind", "subject", "finds"),
    [
        ("NGHỊ QUYẾT", "Hội nghị viên chức", True), ("CHỈ THỊ", "Về kỷ luật", True), ("BIÊN BẢN", "Họp giao ban", True),
        ("HƯỚNG DẪN", "Công tác văn thư", True),
        ("THÔNG BÁO", "Kết luận của Giám đốc Sở", True), ("THÔNG BÁO", "Lịch nghỉ lễ", False),
        ("QUYẾT ĐỊNH", "Ban hành quy chế", False), ("BÁO CÁO", "Kết quả năm", False),
    ],
)  # fmt: skip
def test_only_documents_that_give_tasks_are_asked(kind: str, subject: str, finds: bool) -> None:
    head = ("SỞ NỘI VỤ", "Số: 12/X-SNV", "Hạ Long, ngày 05 tháng 9 năm 2024", kind, subject)
    assert bool(duties("1. Văn phòng Sở báo cáo kết quả trước ngày 15/12/2024.", head=head)) is finds


def test_forms_in_appendices_oblige_nobody() -> None:
    lines = ("1. Tổ chức tập huấn.", "PHỤ LỤC I", "MẪU BÁO CÁO", "1. Đánh giá kết quả.", "2. Kiến nghị với Sở.")
    assert len(duties(*lines)) == 1


_PIECES = (
    "Sở Nội vụ phải báo cáo kết quả ", "báo cáo; ", "theo báo cáo, ", "Sở. ", "(", "sở ", "- Sở X báo cáo hằng năm;\n", "- ", "trước ngày ",
    "do sở ", "khi được ", "từ ngày 01/01/2024 ", "phối hợp với ", "Giao Sở ", "đến: ", "phải ", "cần phải ", "dự thảo ",
    "ít nhất là ", "lập các ",
)  # fmt: skip


def _found_in(text: str) -> tuple[Obligation, ...]:
    return find_obligations(text, [Provision("doan-1", None, "doan", "", "", text, 0, len(text))], {}, ())


@pytest.mark.parametrize("piece", _PIECES)
def test_hostile_lines_take_linear_time(piece: str) -> None:
    took = []
    for size in (8_000, 32_000):
        began = time.process_time()
        for before in ("", "Sở Nội vụ lập "):
            assert len(_found_in(before + piece * (size // len(piece)))) <= MOST
        took.append(time.process_time() - began)
    assert took[1] < 12 * took[0] + 0.3


_LONG = "Các đơn vị trực thuộc Sở " * 40


@pytest.mark.parametrize(
    "text",
    [
        "Sở Nội vụ báo cáo " + "CÙNG VỚI A " * 3_000,
        "Sở Nội vụ báo cáo " + "cùng với Sở Xây dựng, " * 1_500,
        "".join(f"Sở Nội vụ báo cáo {'phối hợp với A ' * 30}.\n" for _ in range(60)),
    ],
)
def test_what_is_told_of_a_hostile_text_does_not_outgrow_it(text: str) -> None:
    found = _found_in(text)
    assert all(len(why.quote) <= REACH for one in found for why in one.why)
    assert found and len(json.dumps([asdict(one) for one in found], ensure_ascii=False)) < 10 * len(text)


def test_long_labels_and_titles_are_cut() -> None:
    lines = (f"2. {_LONG}", *["- Báo cáo kết quả."] * 30)
    found = duties(*lines, f"3. Báo cáo kết quả {_LONG}.", f"- Đơn vị chủ trì: {_LONG}", f"- Đơn vị phối hợp: {_LONG}")
    assert len(found) == 31
    assert all(len(why.quote) <= REACH for one in found for why in one.why if why.part == "who")


@pytest.mark.parametrize("words", ["trước 1", "khi được", "trong", "sau", "do Sở A"])
def test_a_long_row_of_blanks_takes_linear_time(words: str) -> None:
    began = time.process_time()
    _found_in(f"Báo cáo {words}{' ' * 4_000}.")
    assert time.process_time() - began < 1


def test_a_text_that_no_plan_is_as_long_as_is_not_asked() -> None:
    line = "Sở Nội vụ báo cáo hằng năm. "
    assert len(_found_in(line)) == 1
    assert _found_in(line * (MOST_TEXT // len(line) + 1)) == ()


def test_deep_lists_take_linear_time() -> None:
    line, provisions, parent, lines = "- Sở Nội vụ thực hiện các việc sau đây:", [], None, 1500
    for number in range(lines):
        start = number * (len(line) + 1)
        provisions.append(Provision(f"g{number}", parent, "gach", "", "", line, start, start + len(line)))
        parent = f"g{number}"
    began = time.process_time()
    find_obligations("\n".join([line] * lines), provisions, {}, ())
    assert time.process_time() - began < 4


def test_a_plan_of_thirty_pages_takes_little_longer_to_read() -> None:
    lines = [f"- Phòng Giáo dục {n} tổng hợp, báo cáo kết quả về Sở trước ngày 15/12/2024; đôn đốc các đơn vị." for n in range(900)]
    found = interpret([Block(line) for line in (*HEAD, "1. Nhiệm vụ", *lines)], "docx")
    assert len(found.text) > 75_000
    began = time.process_time()
    again = find_obligations(found.text, found.provisions, found.facts, found.citations)
    assert time.process_time() - began < 2 and len(again) == len(found.obligations) == 900
