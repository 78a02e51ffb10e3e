"""When an obligation is due."""

from __future__ import annotations

import pytest

from docmgr.reading.obligations import times
from docmgr.reading.types import Due
from tests.reading.obligations.duties import duties, duty

CASES = [
    ("Báo cáo kết quả trước ngày 15/12/2024.", Due("fixed", on="2024-12-15")),
    ("Báo cáo kết quả chậm nhất là 17 giờ 00 ngày 30/01/2026.", Due("fixed", on="2026-01-30")),
    ("Hoàn thành việc rà soát trong tháng 02/2024.", Due("fixed", on="2024-02-29")),
    ("Tổ chức hội nghị trong quý I năm 2025.", Due("fixed", on="2025-03-31")),
    ("Tổ chức hội nghị trong quý IV/2024 và quý I/2025.", Due("fixed", on="2025-03-31")),
    ("Tổ chức tuyên truyền từ ngày 01/10/2024 đến ngày 15/10/2024.", Due("fixed", on="2024-10-15")),
    ("Xây dựng đề án trong 2 năm 2024-2025.", Due("fixed", on="2025-12-31")),
    ("Hằng quý báo cáo kết quả.", Due("recurring", every="quarter", n=3, unit="month")),
    ("Định kỳ 06 tháng một lần kiểm tra.", Due("recurring", every="half-year", n=6, unit="month")),
    ("Định kỳ 6 tháng, một năm và theo đề nghị, lập danh sách gửi Sở.",
     Due("recurring", every="half-year", n=6, unit="month", event="một năm; theo đề nghị")),
    ("Tổ chức 02 buổi tuyên truyền mỗi học kỳ.", Due("recurring", every="semester", n=6, unit="month")),
    ("Tổng kết công tác cuối năm học.", Due("recurring", every="school-year", n=1, unit="year")),
    ("Hàng năm, đăng ký các mô hình.", Due("recurring", every="year", n=1, unit="year")),
    ("Báo cáo trước ngày 20 hằng tháng.", Due("recurring", every="month", n=1, unit="month")),
    ("Thực hiện chế độ báo cáo định kỳ.", Due("recurring")),
    ("Trong thời hạn 05 ngày làm việc kể từ ngày nhận được hồ sơ, trả lời đơn vị.",
     Due("after", n=5, unit="working-day", event="ngày nhận được hồ sơ")),
    ("Gửi biên bản về Sở ngay sau khi kết thúc hội nghị.", Due("after", n=0, unit="day", event="kết thúc hội nghị")),
    ("Số hóa hồ sơ, xử lý hồ sơ theo tiến độ của Kế hoạch số 140/KH-UBND ngày 29/7/2021.", None),
    ("Thường xuyên kiểm tra việc thực hiện.", Due("continuous", event="Thường xuyên")),
    ("Tham gia đoàn kiểm tra khi có yêu cầu.", Due("request", event="khi có yêu cầu")),
    ("Thực hiện các nhiệm vụ khác khi được Trưởng ban phân công.", Due("request", event="khi được Trưởng ban phân công")),
    ("Thực hiện Quyết định số 77/QĐ-SNV ngày 14/3/2022.", Due()),
    ("Chậm nhất 12 ngày trước ngày khai mạc, gửi giấy mời.", Due()),
    ("Gửi tài liệu chậm nhất 04 ngày làm việc trước khi họp.", Due()),
    ("Văn phòng Sở chậm nhất 08 ngày trước ngày khai mạc gửi giấy mời.", Due()),
    ("Niêm yết danh sách không quá 20 ngày.", Due()),
    ("Trả lời đơn vị không quá 20 ngày kể từ ngày nhận đơn.", Due("after", n=20, unit="day", event="ngày nhận đơn")),
    ("Tập huấn trong 02 ngày, gửi kết quả chậm nhất 05 ngày sau khi kết thúc.",
     Due("after", n=5, unit="day", event="khi kết thúc")),
    ("Gửi danh sách trong 05 ngày kể từ ngày " + "khai giảng lớp bồi dưỡng nghiệp vụ " * 5 + ".",
     Due("after", n=5, unit="day", event="ngày " + "khai giảng lớp bồi dưỡng nghiệp vụ " * 3 + "khai giảng")),
    ("Thực hiện Chiến lược phát triển thư viện đến năm 2035.", Due()),
    ("Hoàn thành Đề án kho lưu trữ từ năm 2024 đến năm 2027.", Due()),
    ("Nâng cao chất lượng phục vụ đến năm 2027.", Due()),
    ("Hoàn thành việc chỉnh lý hồ sơ đến năm 2027.", Due("fixed", on="2027-12-31")),
    ("Báo cáo kết quả trước ngày 10/6/2025 và trước ngày 10/12/2025.",
     Due("fixed", on="2025-06-10", event="trước ngày 10/12/2025")),
    ("Trong thời hạn 06 tháng kể từ ngày ký, lập hồ sơ.", Due("after", n=6, unit="month", event="ngày ký")),
    ("Sau một năm thí điểm, lập hồ sơ gửi Sở.", Due("after", n=1, unit="year", event="thí điểm")),
    ("Kiểm tra 06 tháng một lần.", Due("recurring", every="half-year", n=6, unit="month")),
    ("Bồi dưỡng chuyên viên 06 tháng tại Hạ Long.", Due()),
    ("Tuyên truyền ngày 06 tháng 01 trong toàn ngành.", Due()),
    ("Tuyên truyền Luật năm 2013 trong toàn ngành.", Due()),
]  # fmt: skip


@pytest.mark.parametrize(("line", "due"), CASES)
def test_words_that_tell_when(line: str, due: Due | None) -> None:
    found = duty(f"1. {line}").due
    if due is None:
        assert found.rule == "inherited" and found.event is not None and found.event.startswith("Kế hoạch số 140")
    else:
        assert found == due


def test_the_time_of_a_heading_counts_below_it_unless_a_line_has_its_own() -> None:
    lines = ("1. Đợt 2: Từ ngày 10/11/2025 đến ngày 28/02/2026:", "- Kiểm tra hồ sơ.", "- Giám sát hội nghị trước ngày 25/01/2026.")
    first, second = duties(*lines)
    assert (first.due.on, second.due.on) == ("2026-02-28", "2026-01-25")
    assert first.why[-1].rule == "heading" and first.why[-1].quote == "ngày 10/11/2025 đến ngày 28/02/2026"


def test_a_date_in_the_mention_of_another_document_is_not_due() -> None:
    words = "báo cáo trước ngày 15/12/2024"
    assert times.when(words, 0, len(words)) is not None
    assert times.when(words, 0, len(words), lambda _: True) is None


def test_a_day_that_no_calendar_has_is_no_day() -> None:
    assert duty("1. Báo cáo kết quả trước ngày 31/02/2025.").due == Due()
