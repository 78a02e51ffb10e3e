"""Facts of signatures that are laid out in unusual ways, and what the end of a text says in place of its heading."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmgr.reading.formats.plain import read_txt
from docmgr.reading.types import Block, Interpretation
from tests.reading.facts.facts_texts import MOTTO, NATION, heading, read, strong, table, value

DATE = "Quảng Ninh, ngày 05 tháng 02 năm 2024"


def signed(*lines: str | Block, effect: str = "Quyết định này có hiệu lực kể từ ngày ký.") -> Interpretation:
    """A decision with these lines as its signature."""
    body = ("Căn cứ Luật Viên chức;", "Điều 1. Ban hành nội quy.", f"Điều 2. {effect}")
    return read(*heading("Số: 7/QĐ-SNV", DATE), *strong("QUYẾT ĐỊNH", "Về nội quy"), *body, *lines)


LIST = ("Nơi nhận:", "- Như Điều 2;", "- Lưu: VT.")



def test_semicolons_inside_brackets_part_no_recipients() -> None:
    result = signed(
        *("Nơi nhận:", "- Như Điều 2 (để thực hiện; phối hợp);", "- Các sở (Nội vụ;", "Tài chính);", "- UBND xã; phường;"),
        *("- Lưu: VT.", "GIÁM ĐỐC", "Nguyễn Văn An"),
    )
    assert result.facts["recipients"].values == (
        "Như Điều 2 (để thực hiện; phối hợp)",
        "Các sở (Nội vụ; Tài chính)",
        "UBND xã",
        "phường",
    )


@pytest.mark.parametrize(
    "lines",
    [
        *((mark, "Nguyễn Văn An") for mark in ("– Đã ký", "- Đã ký -", "Đã ký:", "(Đã ký và đóng dấu)", "[Chữ ký]")),
        ("Nguyễn Văn An – Đã ký",),
        ("Đã ký: Nguyễn Văn An",),
        ("Nguyễn Văn An (đã ký)",),
    ],
)
def test_the_mark_of_a_signature_is_neither_office_nor_name(lines: tuple[str, ...]) -> None:
    result = signed(*LIST, "GIÁM ĐỐC", *lines)
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn An", "Giám đốc")


TWO = ("KT. BỘ TRƯỞNG BỘ NỘI VỤ\nTHỨ TRƯỞNG\nNguyễn Văn An", "TM. BAN CHẤP HÀNH\nCHỦ TỊCH\nTrần Thị Bình")


@pytest.mark.parametrize("layout", ["one row", "three rows", "above the recipients", "two tables", "paragraphs"])
def test_two_signers_side_by_side_are_both_kept(layout: str) -> None:
    rows = list(zip(*(cell.split("\n") for cell in TWO), strict=True))
    end: dict[str, list[str | Block]] = {
        "one row": [*table(5, TWO), *LIST],
        "three rows": [*table(5, *rows), *LIST],
        "above the recipients": [*table(5, TWO, ("\n".join(LIST), ""))],
        "two tables": [*table(5, *rows[:2]), *table(6, rows[2]), *LIST],
        "paragraphs": [*LIST, *TWO[0].split("\n"), *TWO[1].split("\n")],
    }
    result = signed(*end[layout])
    assert result.facts["signer"].values == ("Nguyễn Văn An", "Trần Thị Bình")
    assert value(result, "signer") == "Nguyễn Văn An; Trần Thị Bình"
    assert value(result, "position") == "Thứ trưởng; Chủ tịch"


def test_a_second_name_without_an_office_is_no_signer() -> None:
    result = signed(*LIST, "GIÁM ĐỐC", "Nguyễn Văn An", "Trần Thị Bình")
    assert value(result, "signer") == "Nguyễn Văn An"
    assert result.facts["signer"].values == ()


@pytest.mark.parametrize("authority", ["KT. GIÁM ĐỐC", "TL. BỘ TRƯỞNG BỘ NỘI VỤ", "KT/ CHỦ TỊCH"])
def test_the_office_of_another_is_not_the_position_of_the_signer(authority: str) -> None:
    result = signed(*LIST, authority, "Nguyễn Văn An")
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn An", None)


def test_a_signature_in_small_letters() -> None:
    result = signed("tm. chính phủ", "KT. thủ tướng", "Phó thủ tướng", "Nguyễn Văn An", *LIST)
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn An", "Phó Thủ tướng")


def test_a_name_beside_a_recipient() -> None:
    result = signed("TM. CHÍNH PHỦ", "THỦ TƯỚNG", "Nơi nhận:", "- Công báo, Nguyễn Văn An đã ký", "- Sở Y tế;", "- Lưu: VT.")
    assert value(result, "signer") == "Nguyễn Văn An"
    assert result.facts["recipients"].values == ("Công báo", "Sở Y tế")


BLANK = table(0, ("UBND TỈNH QUẢNG NINH\nSỞ NỘI VỤ", f"{NATION}\n{MOTTO}"), ("Số: 7/QĐ-SNV", ""))
BODY = ("Căn cứ Luật;", "Điều 1. Ban hành.", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.")


@pytest.mark.parametrize(
    "end",
    [
        (DATE, "GIÁM ĐỐC", "Nguyễn Văn An"),
        (*table(3, ("Nơi nhận:\n- Lưu: VT.", f"{DATE}\nGIÁM ĐỐC\nNguyễn Văn An")),),
        (*LIST, "GIÁM ĐỐC", "Nguyễn Văn An", "Thời gian ký: 05.02.2024 09:30:00 +07:00"),
    ],
)
def test_in_force_from_the_day_of_signing_that_stands_at_the_end(end: tuple[str | Block, ...]) -> None:
    result = read(*BLANK, *strong("QUYẾT ĐỊNH", "Về nội quy"), *BODY, *end)
    assert (value(result, "issued_on"), value(result, "effective_from")) == ("2024-02-05", "2024-02-05")
    assert not result.facts["issued_on"].sure
    assert value(result, "signer") == "Nguyễn Văn An"


def test_other_days_near_the_signature_are_not_the_day_of_the_document() -> None:
    result = read(*BLANK, *strong("QUYẾT ĐỊNH", "Về nội quy"), *BODY, "Hạn nộp: ngày 05 tháng 02 năm 2024", *LIST, "GIÁM ĐỐC")
    assert "issued_on" not in result.facts and "effective_from" not in result.facts


FOOT = (
    "                                                  KT. GIÁM ĐỐC\n"
    "Nơi nhận:                                       PHÓ GIÁM ĐỐC\n"
    "- Các phòng thuộc Sở;\n"
    "- Các trường, trung tâm\n"
    "trực thuộc;                                       (Đã ký)\n"
    "- Lưu: VT.                                     Nguyễn Văn An\n"
)


def test_a_signature_laid_out_with_blanks(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    body = f"Số: 25/KH-SNV\n\nKẾ HOẠCH\nThực hiện dân chủ\n\nCăn cứ Luật;\nI. MỤC ĐÍCH\n1. Một.\n\n{FOOT}\nPHỤ LỤC\n1. Hai.\n"
    path.write_text(body, encoding="utf-8")
    result = read(*read_txt(path).blocks)
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn An", "Phó Giám đốc")
    assert result.facts["recipients"].values == ("Các phòng thuộc Sở", "Các trường, trung tâm trực thuộc")
    assert [p.anchor for p in result.provisions][-2:] == ["phu-luc-1", "phu-luc-1.muc-1"]


def test_bars_of_a_lost_table_in_the_signature() -> None:
    result = signed(
        *("Nơi nhận:|KT. GIÁM ĐỐC|", "- Sở Y tế;|PHÓ GIÁM ĐỐC|", "- Công báo;||", "- Lưu: VT.|Nguyễn Văn An|"),
    )
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn An", "Phó Giám đốc")
    assert result.facts["recipients"].values == ("Sở Y tế", "Công báo")


def test_recipients_without_dashes_are_one_a_line() -> None:
    result = signed("Nơi nhận:", "Như Điều 2", "Sở Tài chính (b/c).", "- Lưu: VT.", "GIÁM ĐỐC", "Nguyễn Văn An")
    assert result.facts["recipients"].values == ("Như Điều 2", "Sở Tài chính (b/c)")


def test_the_body_that_adopted_a_law_without_a_heading() -> None:
    said = "Luật này đã được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam khóa X thông qua ngày 20 tháng 5 năm 1998."
    result = read("LUẬT", "VĂN THƯ", "Điều 1. Phạm vi", "Điều 2. Hiệu lực", "Nội dung.", said)
    assert (value(result, "issuer"), value(result, "issued_on")) == ("Quốc hội", "1998-05-20")
    assert not result.facts["issuer"].sure


def test_a_recipient_may_be_an_office() -> None:
    result = signed("Nơi nhận:", "- Bộ trưởng;", "- Chủ tịch;", "- Lưu: VT.", "GIÁM ĐỐC", "Nguyễn Văn An")
    assert result.facts["recipients"].values == ("Bộ trưởng", "Chủ tịch")


def test_columns_of_a_signature_that_ran_into_each_other() -> None:
    result = signed(
        *("Nơi nhận: kt. Thống đốc", "- Các Bộ (để phối", "phó Thống đốc", "hợp);", "- Công báo;", "(đã ký)"),
        *("- UBND, HĐND các tỉnh; Nguyễn Văn An", "- Lưu: VT."),
    )
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn An", "Phó Thống đốc")
    assert result.facts["recipients"].values == ("Các Bộ (để phối hợp)", "Công báo", "UBND, HĐND các tỉnh")
