"""Facts by rule: headings of every form, blanks, numbers and dates of parent documents, letters, names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from docmgr.reading.facts.readable_case import readable
from docmgr.reading.types import Block
from tests.reading.facts.facts_texts import MOTTO, NATION, decision, heading, plan, read, table, value

EXPECTED = {
    "type": "Kế hoạch",
    "number": "12/KH-SGDĐT",
    "issuer": "Sở Giáo dục và Đào tạo",
    "place": "Quảng Ninh",
    "issued_on": "2024-02-05",
    "subject": "Thực hiện dân chủ ở cơ sở năm 2024",
}
BELOW = ("KẾ HOẠCH", "Thực hiện dân chủ ở cơ sở năm 2024", "Căn cứ Luật Tiếp công dân;", "I. MỤC ĐÍCH")
HEADINGS: dict[str, Sequence[str | Block]] = {
    "table": heading("Số: 12/KH-SGDĐT", "Quảng Ninh, ngày 05 tháng 02 năm 2024"),
    "one cell a side": table(
        0,
        (
            "UBND TỈNH QUẢNG NINH\nSỞ GIÁO DỤC VÀ ĐÀO TẠO\n-------\nSố: 12/KH-SGDĐT",
            f"{NATION}\n{MOTTO}\n-----\nQuảng Ninh, ngày 05 tháng 02 năm 2024",
        ),
    ),
    "lines": (
        "UBND TỈNH QUẢNG NINH",
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "Số: 12/KH-SGDĐT",
        NATION,
        MOTTO,
        "Quảng Ninh, ngày 05 tháng 02 năm 2024",
    ),
    "glued lines": (
        f"UBND TỈNH QUẢNG NINH {NATION}",
        f"SỞ GIÁO DỤC VÀ ĐÀO TẠO {MOTTO}",
        "_______ __________",
        "Số: 12/KH-SGDĐT Quảng Ninh, ngày 05 tháng 02 năm 2024",
    ),
    "glued cells": table(
        0,
        ("UBND TỈNH QUẢNG NINH\nSỞ GIÁO DỤC\nVÀ ĐÀO TẠO -------", f"{NATION} {MOTTO} ------------"),
        ("Số: 12 /KH – SGDĐT", "Quảng Ninh, ngày 05 tháng 02 năm 2024"),
    ),
    "national title broken": table(
        0,
        ("UBND TỈNH QUẢNG NINH\nSỞ GIÁO DỤC VÀ ĐÀO TẠO", f"CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT\nNAM\n{MOTTO}"),
        ("Số:12/KH-SGDĐT", "Quảng Ninh, ngày 5/2/2024"),
    ),
}


@pytest.mark.parametrize("make", HEADINGS)
def test_headings_of_every_make_give_the_same_facts(make: str) -> None:
    result = read(*HEADINGS[make], *BELOW)
    assert {field: value(result, field) for field in EXPECTED} == EXPECTED


@pytest.mark.parametrize(
    "number", ["Số:    /KH-SGDĐT", "Số: …/KH-SGDĐT", "Số: ..../KH-SGDĐT", "Số:", "Số: ……", "Số: (2)/KH-SGDĐT"]
)
def test_a_blank_number_stays_blank(number: str) -> None:
    assert "number" not in read(*plan(number=number)).facts


@pytest.mark.parametrize(
    "date",
    [
        "Quảng Ninh, ngày     tháng 11 năm 2024",
        "Quảng Ninh, ngày … tháng … năm 2024",
        "Quảng Ninh, ngày tháng năm 2024",
    ],
)
def test_a_blank_date_stays_blank_and_the_place_is_kept(date: str) -> None:
    result = read(*plan(date=date))
    assert "issued_on" not in result.facts
    assert value(result, "place") == "Quảng Ninh"


def test_a_blank_form_has_neither_number_nor_date_nor_place() -> None:
    result = read(
        "Mẫu số 01/BCĐ",
        *heading("Số: …/BC-…", "…….., ngày … tháng … năm …", "TÊN CƠ QUAN CHỦ QUẢN\n…………"),
        "BÁO CÁO",
        "Kết quả thực hiện",
        "Kính gửi: ……",
    )
    assert not {"number", "issued_on", "place"} & set(result.facts)


def test_an_appendix_does_not_take_its_parents_number_or_date() -> None:
    result = read(
        "Phụ lục II",
        "VIẾT HOA TRONG VĂN BẢN",
        "VÀ MẪU VĂN BẢN",
        "(Kèm theo Nghị định số 30/2020/NĐ-CP",
        "ngày 05 tháng 3 năm 2020 của Chính phủ)",
        "I. QUY ĐỊNH CHUNG",
    )
    assert {field: value(result, field) for field in result.facts} == {
        "type": "Phụ lục",
        "subject": "Viết hoa trong văn bản và mẫu văn bản",
    }


def test_an_appendix_takes_nothing_from_the_forms_in_it() -> None:
    result = read(
        "PHỤ LỤC",
        "MẪU VĂN BẢN",
        "I. MẪU QUYẾT ĐỊNH",
        "Quyết định này có hiệu lực kể từ ngày 01 tháng 01 năm 2024.",
        "Nơi nhận:",
        "- Như Điều 1;",
        "GIÁM ĐỐC",
        "Nguyễn Văn A",
    )
    assert set(result.facts) == {"type", "subject"}


def test_a_parents_number_and_date_in_parentheses_are_not_taken() -> None:
    result = read(
        "UBND HUYỆN BẢN MẪU",
        "Mẫu số 22/CKTC-NSH",
        "CÂN ĐỐI DỰ TOÁN NGÂN SÁCH",
        "(Kèm theo Quyết định số : 09/2006/QĐ-UBND ngày 02 tháng 3 năm 2006",
        "của Ủy ban nhân dân huyện)",
        "1. Thu",
    )
    assert not {"number", "issued_on", "type"} & set(result.facts)


def test_the_date_of_a_cited_document_in_the_subject_is_not_taken() -> None:
    result = read(
        "Bộ tài chính",
        NATION,
        "Số: 120/2002/TT-BTC",
        "Thông tư",
        "Hướng dẫn thi hành Nghị định số: 89/2002/NĐ-CP",
        "ngày 07/11/2002 của Chính phủ",
        "về việc quản lý hóa đơn",
        "Căn cứ Nghị định của Chính phủ;",
        "Bộ Tài chính hướng dẫn như sau:",
    )
    assert "issued_on" not in result.facts
    assert value(result, "number") == "120/2002/TT-BTC"
    assert value(result, "issuer") == "Bộ Tài chính"
    assert value(result, "type") == "Thông tư"
    assert value(result, "subject") == (
        "Hướng dẫn thi hành Nghị định số: 89/2002/NĐ-CP ngày 07/11/2002 của Chính phủ về việc quản lý hóa đơn"
    )


def test_an_older_title_holds_issuer_number_and_date() -> None:
    result = read(
        "Nghị định",
        "của Chính phủ số 29/1998/NĐ-CP ngày 11 tháng 5 năm 1998",
        "về việc ban hành Quy chế thực hiện dân chủ ở xã",
        "Chính phủ",
        "Căn cứ Luật Tổ chức Chính phủ ngày 30 tháng 9 năm 1992;",
        "Điều 1. Ban hành kèm theo Nghị định này Quy chế.",
    )
    assert {field: value(result, field) for field in result.facts} == {
        "type": "Nghị định",
        "issuer": "Chính phủ",
        "number": "29/1998/NĐ-CP",
        "issued_on": "1998-05-11",
        "subject": "Ban hành Quy chế thực hiện dân chủ ở xã",
    }


def test_a_letter_has_its_subject_under_the_number() -> None:
    left = (
        "UBND TỈNH QUẢNG NINH\nSỞ GIÁO DỤC VÀ ĐÀO TẠO\nSố: 1234/SGDĐT-GDTrH\n"
        "V/v hướng dẫn tổ chức\nhội nghị từ ngày 05/3/2024"
    )
    result = read(
        *table(0, (left, f"{NATION}\n{MOTTO}\nQuảng Ninh, ngày 05 tháng 02 năm 2024\nHỎA TỐC")),
        "Kính gửi:",
        "- Các phòng thuộc Sở;",
        "- Các trường trung học phổ thông.",
        "Thực hiện Kế hoạch số 25/KH-UBND ngày 02/02/2024 của UBND tỉnh, Sở yêu cầu các đơn vị báo cáo.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "GIÁM ĐỐC",
        "Nguyễn Văn A",
    )
    assert value(result, "type") == "Công văn"
    assert value(result, "number") == "1234/SGDĐT-GDTrH"
    assert value(result, "subject") == "Hướng dẫn tổ chức hội nghị từ ngày 05/3/2024"
    assert value(result, "issued_on") == "2024-02-05"
    assert value(result, "urgency") == "Hỏa tốc"
    assert result.facts["recipients"].values == ("Các phòng thuộc Sở", "Các trường trung học phổ thông")
    assert [p.anchor for p in result.provisions] == ["mo-dau", "doan-1", "chu-ky"]


def test_facts_are_the_decisions_not_those_of_the_attached_regulation() -> None:
    result = read(*decision())
    assert value(result, "type") == "Quyết định"
    assert value(result, "subject") == "Ban hành Quy chế thực hiện dân chủ"
    assert value(result, "effective_from") == "2024-03-15"
    assert (value(result, "signer"), value(result, "position")) == ("Nguyễn Văn A", "Phó Giám đốc")
    assert result.facts["recipients"].values == ("Như Điều 3", "UBND tỉnh (để báo cáo)")
    assert "sau khi ký" not in result.facts["effective_from"].quote


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        ("ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NINH", "Ủy ban nhân dân tỉnh Quảng Ninh"),
        (
            "ỦY BAN MTTQ VIỆT NAM\nXÃ BẢN MẪU\nBAN THƯỜNG TRỰC",
            "Ban Thường trực Ủy ban MTTQ Việt Nam xã Bản Mẫu",
        ),
        ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", "Bộ Giáo dục và Đào tạo"),
        ("CHÍNH PHỦ", "Chính phủ"),
        ("ỦY BAN THƯỜNG VỤ\nQUỐC HỘI", "Ủy ban Thường vụ Quốc hội"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO\nTRƯỜNG TRUNG HỌC PHỔ THÔNG BẢN MẪU", "Trường Trung học phổ thông Bản Mẫu"),
        ("HUYỆN ỦY BẢN MẪU\nVĂN PHÒNG", "Văn phòng Huyện ủy Bản Mẫu"),
    ],
)
def test_issuers(lines: str, issuer: str) -> None:
    result = read(*heading("Số: 3/KH-X", "Quảng Ninh, ngày 1 tháng 2 năm 2024", lines), *BELOW)
    assert value(result, "issuer") == issuer


def test_the_documents_own_case_wins() -> None:
    assert readable(
        "QUY ĐỊNH VỀ ĐẤU GIÁ BIỂN SỐ XE", "ban hành Nghị định quy định về đấu giá biển số xe."
    ) == ("Quy định về đấu giá biển số xe")
    assert readable("TRƯỜNG THPT BẢN MẪU", "tại Trường THPT Bản Mẫu") == "Trường THPT Bản Mẫu"


def test_every_fact_quotes_words_of_the_text() -> None:
    result = read(*decision())
    text = " ".join(result.text.split())
    for fact in result.facts.values():
        assert all(word in text for word in fact.quote.split()), fact


def test_a_title_spaced_letter_by_letter() -> None:
    result = read(
        *heading("Số: 1/NQ-HN", "Quảng Ninh, ngày 1 tháng 2 năm 2024"),
        "N G H Ị Q U Y Ế T",
        "Hội nghị viên chức",
        "1. A",
    )
    assert (value(result, "type"), value(result, "subject")) == ("Nghị quyết", "Hội nghị viên chức")


def test_nothing_is_read_from_a_text_that_is_no_document() -> None:
    result = read("Ghi chú cuộc họp", "Mọi người thống nhất số 12/KH chuyển sang tuần sau.")
    assert result.facts == {}


def test_a_stamp_is_not_part_of_the_issuer() -> None:
    stamped = table(
        0, ("SỞ NỘI VỤ\nHỎA TỐC", f"{NATION}\n{MOTTO}"), ("Số: 3/KH-SNV", "Huế, ngày 1 tháng 2 năm 2024")
    )
    result = read(*stamped, *BELOW)
    assert value(result, "issuer") == "Sở Nội vụ"
    assert value(result, "urgency") == "Hỏa tốc"


def test_bold_text_after_the_subject_is_not_its_end_alone() -> None:
    result = read(
        *heading("Số: 3/KH-SNV", "Huế, ngày 1 tháng 2 năm 2024"),
        Block("KẾ HOẠCH", bold=True),
        Block("Tổ chức hội nghị", bold=True),
        Block("và tổng kết năm học", bold=True),
        Block("Nhằm nâng cao chất lượng, Sở ban hành kế hoạch như sau:"),
    )
    assert value(result, "subject") == "Tổ chức hội nghị và tổng kết năm học"


@pytest.mark.parametrize(
    "authority",
    [
        "GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH QUẢNG NINH",
        "BỘ TRƯỞNG BỘ GIÁO DỤC VÀ ĐÀO TẠO",
        "HIỆU TRƯỞNG TRƯỜNG THPT BẢN MẪU",
        "HỘI NGHỊ VIÊN CHỨC, NGƯỜI LAO ĐỘNG",
        "CHÍNH PHỦ",
    ],
)
def test_the_authority_below_the_subject_is_not_part_of_it(authority: str) -> None:
    lines = ("QUYẾT ĐỊNH", "Về việc ban hành Quy chế thực hiện dân chủ", authority)
    result = read(
        *heading("Số: 3/QĐ-X", "Huế, ngày 1 tháng 2 năm 2024"),
        *(Block(line, bold=True, centered=True) for line in lines),
        "Căn cứ Luật Thực hiện dân chủ ở cơ sở;",
        "Điều 1. Ban hành Quy chế.",
    )
    assert value(result, "subject") == "Về việc ban hành Quy chế thực hiện dân chủ"


def test_a_subject_in_capitals_goes_on_over_an_office_that_completes_its_line() -> None:
    lines = ("QUYẾT ĐỊNH", "QUY ĐỊNH TIÊU CHUẨN CHỨC VỤ", "GIÁM ĐỐC TRUNG TÂM")
    result = read(
        *heading("Số: 3/QĐ-X", "Huế, ngày 1 tháng 2 năm 2024"),
        *(Block(line, bold=True, centered=True) for line in lines),
        "Căn cứ Luật Viên chức;",
    )
    assert str(value(result, "subject")).lower() == "quy định tiêu chuẩn chức vụ giám đốc trung tâm"
