"""Resolutions of a conference of staff (hội nghị cán bộ, công chức, viên chức), in the layouts schools use."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from docmgr.reading.types import Block
from tests.reading.facts.facts_texts import MOTTO, NATION, blocks, heading, read, table, value

DATE = "Hạ Long, ngày 28 tháng 9 năm 2024"
SCHOOL = "SỞ GIÁO DỤC VÀ ĐÀO TẠO QUẢNG NINH\nTRƯỜNG THPT HÒN GAI"
BODY = (
    "Căn cứ Luật Thực hiện dân chủ ở cơ sở ngày 10 tháng 11 năm 2022;",
    "Căn cứ kết quả biểu quyết tại Hội nghị,",
    "QUYẾT NGHỊ:",
    "Điều 1. Thông qua báo cáo tổng kết năm học 2023 - 2024.",
    "Điều 2. Các chỉ tiêu năm học 2024 - 2025:",
    "1. Tỷ lệ tốt nghiệp đạt 100%.",
    "Điều 3. Hội nghị giao Hiệu trưởng và Ban Chấp hành Công đoàn tổ chức thực hiện.",
)


def strong(*lines: str) -> list[Block]:
    """Bold, centred lines."""
    return [Block(line, bold=True, centered=True) for line in lines]


LAYOUTS: dict[str, Sequence[str | Block]] = {
    "table": (
        *heading("Số: 01/NQ-HNVC", DATE, SCHOOL),
        *strong("NGHỊ QUYẾT", "Hội nghị viên chức, người lao động", "Năm học 2024 - 2025"),
    ),
    "capitals": (
        *heading("Số: 01/NQ-HNVC", DATE, SCHOOL),
        *strong("NGHỊ QUYẾT", "HỘI NGHỊ VIÊN CHỨC, NGƯỜI LAO ĐỘNG", "NĂM HỌC 2024 - 2025"),
    ),
    "one line": (
        *heading("Số: 01/NQ-HNVC", DATE, SCHOOL),
        *strong("NGHỊ QUYẾT HỘI NGHỊ VIÊN CHỨC, NGƯỜI LAO ĐỘNG", "NĂM HỌC 2024 - 2025"),
    ),
    "conference below": (
        *heading("Số: 01/NQ-HNVC", DATE, SCHOOL),
        *strong("NGHỊ QUYẾT", "Hội nghị viên chức, người lao động năm học 2024 - 2025"),
        *strong("HỘI NGHỊ VIÊN CHỨC, NGƯỜI LAO ĐỘNG TRƯỜNG THPT HÒN GAI"),
    ),
    "paragraphs": (
        *SCHOOL.split("\n"),
        "Số: 01/NQ-HNVC",
        NATION,
        MOTTO,
        DATE,
        "NGHỊ QUYẾT",
        "Hội nghị viên chức, người lao động năm học 2024 - 2025",
    ),
    "paragraphs, number below the motto": (
        *SCHOOL.split("\n"),
        NATION,
        MOTTO,
        "Số: 01/NQ-HNVC",
        DATE,
        "NGHỊ QUYẾT",
        "HỘI NGHỊ VIÊN CHỨC, NGƯỜI LAO ĐỘNG",
        "NĂM HỌC 2024 - 2025",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_resolution_in_every_layout(layout: str) -> None:
    result = read(*LAYOUTS[layout], *BODY, "TM. HỘI NGHỊ", "CHỦ TRÌ", "Nguyễn Văn A")
    assert {field: value(result, field) for field in result.facts} == {
        "type": "Nghị quyết",
        "number": "01/NQ-HNVC",
        "issuer": "Trường THPT Hòn Gai",
        "place": "Hạ Long",
        "issued_on": "2024-09-28",
        "subject": "Hội nghị viên chức, người lao động năm học 2024 - 2025",
        "signer": "Nguyễn Văn A",
        "position": "Chủ trì",
    }
    assert [p.anchor for p in result.provisions][:2] == ["mo-dau", "dieu-1"]


@pytest.mark.parametrize("number", ["01/NQ-HNCBCCVC", "02/NQ-HNCBVC", "1/NQ-HN", "05/2024/NQ-HNVC"])
def test_symbols_of_conferences(number: str) -> None:
    result = read(*heading(f"Số: {number}", DATE, SCHOOL), *strong("NGHỊ QUYẾT", "Hội nghị"), *BODY)
    assert (value(result, "number"), value(result, "type")) == (number, "Nghị quyết")


@pytest.mark.parametrize(
    ("lines", "position"),
    [
        (("CHỦ TRÌ", "Nguyễn Văn A"), "Chủ trì"),
        (("CHỦ TỊCH HỘI NGHỊ", "(Đã ký)", "Nguyễn Văn A"), "Chủ tịch hội nghị"),
        (("TM. HỘI NGHỊ", "CHỦ TRÌ", "Nguyễn Văn A"), "Chủ trì"),
        (("CHỦ TRÌ HỘI NGHỊ", "HIỆU TRƯỞNG", "Nguyễn Văn A"), "Hiệu trưởng"),
        (("CHỦ TỌA", "Nguyễn Văn A"), "Chủ tọa"),
        (("TM. ĐOÀN CHỦ TỊCH", "Nguyễn Văn A"), None),
    ],
)
@pytest.mark.parametrize("beside", ["", "THƯ KÝ\nTrần Thị B"])
def test_who_leads_the_conference_signs(lines: tuple[str, ...], position: str | None, beside: str) -> None:
    if beside:
        end = table(3, (beside, "\n".join(lines)))
    elif lines[0] == "CHỦ TRÌ HỘI NGHỊ":
        end = table(3, ("Nơi nhận:\n- Lưu: VT.", "\n".join(lines)))
    else:
        end = blocks(*lines)
    result = read(*LAYOUTS["table"], *BODY, *end)
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn A", position)


@pytest.mark.parametrize("row_by_row", [True, False])
def test_of_two_who_sign_together_each_has_his_own_office(row_by_row: bool) -> None:
    rows = (("CHỦ TỊCH CÔNG ĐOÀN", "HIỆU TRƯỞNG"), ("Trần Thị B", "Nguyễn Văn A"))
    cells = rows if row_by_row else (("\n".join(r[0] for r in rows), "\n".join(r[1] for r in rows)),)
    result = read(*LAYOUTS["table"], *BODY, *table(3, *cells))
    assert value(result, "signer") == "Trần Thị B; Nguyễn Văn A"
    assert value(result, "position") == "Chủ tịch Công đoàn; Hiệu trưởng"


def test_a_column_of_tasks_is_no_signature() -> None:
    tasks = table(
        2,
        ("VIỆC", "CHỦ TRÌ", "HẠN"),
        *((f"Việc {n}", "Nguyễn Văn A", "Tháng 5") for n in range(5)),
    )
    result = read(*LAYOUTS["table"], *BODY, *tasks, "Điều 4. Hiệu lực", "HIỆU TRƯỞNG", "Trần Thị B")
    assert (value(result, "signer"), value(result, "position")) == ("Trần Thị B", "Hiệu trưởng")
    assert "dieu-4" in [p.anchor for p in result.provisions]
