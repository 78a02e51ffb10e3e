"""Names of schools and places printed in capitals, in the case of Decree 30 Annex II."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmgr.reading.facts.readable_case import by_rule
from docmgr.reading.facts.school_names import with_school_names
from tests.reading.facts.facts_texts import heading, read, value


@pytest.mark.parametrize(
    "name",
    [
        "Trường THPT Hòn Gai",
        "Trường Tiểu học Cẩm Phả",
        "Trường Mầm non Hoa Sen",
        "Trường THCS Trần Phú",
        "Trường THPT Mẫu số 1",
        "Trường THPT Chuyên Bản Mẫu",
        "Trường TH, THCS và THPT Bản Mẫu",
        "Trường Tiểu học và Trung học cơ sở Bản Mẫu",
        "Trường TH&THCS Bản Mẫu",
        "Trường Phổ thông dân tộc nội trú tỉnh Bản Mẫu",
        "Trường Phổ thông dân tộc bán trú THCS Bản Mẫu",
        "Trường Tiểu học thị trấn Cái Rồng",
        "Trường THPT Nguyễn Trung Trực, tỉnh Bản Mẫu",
        "Trung tâm GDNN-GDTX thành phố Bản Mẫu",
    ],
)
def test_the_issuing_school_keeps_the_capitals_of_its_name(name: str) -> None:
    left = f"SỞ GIÁO DỤC VÀ ĐÀO TẠO\n{name.upper()}"
    result = read(*heading("Số: 3/KH-X", "Huế, ngày 1 tháng 2 năm 2024", left), "KẾ HOẠCH", "Công tác")
    assert value(result, "issuer") == name


@pytest.mark.parametrize(
    "line",
    [
        "Hội nghị viên chức Trường THPT Hòn Gai năm học 2024 - 2025",
        "Về việc công nhận Trường Mầm non Hoa Sen đạt chuẩn quốc gia",
        "Công đoàn Trường THPT Hòn Gai",
        "Quy định cho các trường THPT ngoài công lập",
        "Danh sách trường Tiểu học đạt chuẩn",
        "Phát triển kinh tế - xã hội năm 2024",
        "Kế hoạch tỉnh Quảng Ninh năm 2024",
        "Hoạt động của huyện Năm Căn giai đoạn 2021 - 2025",
    ],
)
def test_words_around_a_name_keep_their_small_letters(line: str) -> None:
    assert by_rule(line.upper()) == line


@given(st.text(alphabet="trường thptiểuọcmầno,số1 năm", max_size=80))
def test_only_the_case_of_a_line_changes(line: str) -> None:
    assert with_school_names(line).lower() == line.lower()
