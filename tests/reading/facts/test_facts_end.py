"""Facts after the text: signer and position, recipients, day of adoption, first day in force."""

from __future__ import annotations

import pytest

from tests.reading.facts.facts_texts import MOTTO, NATION, decision, heading, plan, read, strong, table, value


@pytest.mark.parametrize(
    ("sentence", "begins", "ends"),
    [
        ("Quyết định này có hiệu lực kể từ ngày ký.", "2024-03-15", None),
        ("Quyết định này có hiệu lực thi hành sau 45 ngày kể từ ngày ký.", "2024-04-29", None),
        ("Quyết định này có hiệu lực sau 10 ngày, kể từ ngày ký ban hành.", "2024-03-25", None),
        ("Quyết định này có hiệu lực thi hành từ ngày 01 tháng 4 năm 2024.", "2024-04-01", None),
        (
            "Quyết định có hiệu lực thi hành kể từ ngày 01/4/2024 đến hết ngày 31/12/2025.",
            "2024-04-01",
            "2025-12-31",
        ),
        ("Điều 5 của Quyết định này có hiệu lực từ ngày 01 tháng 6 năm 2024.", None, None),
        ("Nghị định số 30/2020/NĐ-CP có hiệu lực từ ngày 05 tháng 3 năm 2020.", None, None),
        ("Quyết định này có hiệu lực sau 07 ngày làm việc kể từ ngày ký.", None, None),
    ],
)
def test_effect(sentence: str, begins: str | None, ends: str | None) -> None:
    result = read(*decision(effect=sentence))
    assert value(result, "effective_from") == begins
    assert value(result, "effective_to") == ends


def test_effect_from_signing_stays_blank_without_a_date() -> None:
    blank = [b for b in decision() if "ngày 15 tháng 3" not in b.text]
    assert "effective_from" not in read(*blank).facts


@pytest.mark.parametrize(
    ("lines", "signer", "position"),
    [
        (
            ("TM. CHÍNH PHỦ", "KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG", "Nguyễn Văn A"),
            "Nguyễn Văn A",
            "Phó Thủ tướng",
        ),
        (("TM. CHÍNH PHỦ KT. THỦ TƯỚNG PHÓ THỦ TƯỚNG Nguyễn Văn A",), "Nguyễn Văn A", "Phó Thủ tướng"),
        (("BỘ TRƯỞNG", "Đại tướng Nguyễn Văn A"), "Nguyễn Văn A", "Bộ trưởng"),
        (("TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH", "(Đã ký)", "Nguyễn Văn A"), "Nguyễn Văn A", "Chủ tịch"),
        (("HIỆU TRƯỞNG", "TS. Nguyễn Văn A"), "Nguyễn Văn A", "Hiệu trưởng"),
        (("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "Nguyễn Văn A"), "Nguyễn Văn A", "Chánh Văn phòng"),
        (("GIÁM ĐỐC",), None, "Giám đốc"),
    ],
)
def test_signers(lines: tuple[str, ...], signer: str | None, position: str) -> None:
    signature = table(3, ("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "\n".join(lines)))
    result = read(*plan(), *signature)
    assert (value(result, "signer"), value(result, "position")) == (signer, position)


def test_recipients_glued_in_one_paragraph_are_parted() -> None:
    glued = (
        "Nơi nhận: - Các bộ, cơ quan ngang bộ; - Cục Kiểm tra văn bản QPPL - Bộ Tư pháp; - Lưu: VT, PC (2)."
    )
    result = read(*plan(), *table(3, (glued, "GIÁM ĐỐC\nNguyễn Văn A")))
    assert result.facts["recipients"].values == (
        "Các bộ, cơ quan ngang bộ",
        "Cục Kiểm tra văn bản QPPL - Bộ Tư pháp",
    )


def test_officers_among_the_recipients_are_no_signature() -> None:
    lines = (
        "Nơi nhận:",
        "- Các Phó Giám đốc Sở;",
        "- Văn phòng Chủ tịch nước;",
        "- Lưu: VT.",
        "GIÁM ĐỐC",
        "Nguyễn Văn A",
    )
    result = read(*plan(), *lines)
    assert result.facts["recipients"].values == ("Các Phó Giám đốc Sở", "Văn phòng Chủ tịch nước")
    assert value(result, "signer") == "Nguyễn Văn A"


def test_an_adopted_resolution_without_a_date_line_takes_the_day_of_adoption() -> None:
    result = read(
        *table(0, ("HỘI ĐỒNG NHÂN DÂN\nTỈNH QUẢNG NINH", f"{NATION}\n{MOTTO}"), ("Số: 99/2025/NQ-HĐND", "")),
        "NGHỊ QUYẾT",
        "Quy định mức chi",
        "Điều 1. Phạm vi",
        "1. Nghị quyết này có hiệu lực từ ngày được thông qua.",
        "Nghị quyết này đã được Hội đồng nhân dân tỉnh khóa XIV thông qua ngày 16 tháng 12 năm 2025./.",
        "CHỦ TỊCH",
        "Nguyễn Văn A",
    )
    assert value(result, "issued_on") == "2025-12-16"
    assert value(result, "effective_from") == "2025-12-16"
    assert not result.facts["issued_on"].sure


@pytest.mark.parametrize("listed", [
    ("- TT HĐND tỉnh;", "- UBND; (Đã ký)", "- Lưu: VT. Lý Trung Kiên"),
    ("- TT HĐND tỉnh; (Đã ký)", "- UBND Lý Trung Kiên", "- Lưu: VT."),
])  # fmt: skip
def test_a_signer_joined_to_the_lines_of_the_list_is_parted(listed: tuple[str, ...]) -> None:
    result = read(*heading("Số: 7/NQ-HĐND", "Mẫu, ngày 5 tháng 2 năm 2024"), *strong("NGHỊ QUYẾT"), "Căn cứ Luật;",
                  "Điều 1. Thông qua", "Nơi nhận: CHỦ TỊCH", *listed)  # fmt: skip
    assert value(result, "signer") == "Lý Trung Kiên"
    assert value(result, "recipients") == "TT HĐND tỉnh; UBND"
    assert not result.facts["signer"].sure and not result.facts["recipients"].sure


def test_a_person_among_the_recipients_does_not_sign() -> None:
    result = read(*heading("Số: 7/NQ-HĐND", "Mẫu, ngày 5 tháng 2 năm 2024"), *strong("NGHỊ QUYẾT"), "Căn cứ Luật;",
                  "Điều 1. Thông qua", "Nơi nhận: CHỦ TỊCH", "- Ông Lý Trung Kiên", "- Lưu: VT.")  # fmt: skip
    assert value(result, "signer") is None
