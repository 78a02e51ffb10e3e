"""Secrecy stamps are recognised; words about secrecy in running text are not stamps."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmgr.reading.formats.docx.reader import read_docx
from docmgr.reading.structure.secrecy import find_secrecy, stamp_of
from docmgr.reading.types import Block
from tests.reading.facts.facts_texts import blocks, heading, plan, read, table
from tests.reading.samples import docx_parts, para


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("MẬT", "Mật"),
        ("TỐI MẬT", "Tối mật"),
        ("TUYỆT MẬT", "Tuyệt mật"),
        ("M Ậ T", "Mật"),
        ("Tối mật", "Tối mật"),
        ("[ Tuyệt mật ]", "Tuyệt mật"),
        ("[MẬT]", "Mật"),
        ("Độ mật: Tối mật", "Tối mật"),
        ("Độ mật: MẬT", "Mật"),
        ("Dấu chỉ độ mật: Tuyệt mật.", "Tuyệt mật"),
        ("Độ mật: Tuyệt mật; Độ khẩn: Khẩn", "Tuyệt mật"),
        ("HỎA TỐC MẬT", "Mật"),
        ("TỐI MẬT - KHẨN", "Tối mật"),
    ],
)
def test_stamps(line: str, level: str) -> None:
    assert stamp_of(line) == level


@pytest.mark.parametrize(
    "line",
    [
        "Mật",
        "Độ mật: Không",
        "Dấu chỉ độ mật",
        "BÍ MẬT NHÀ NƯỚC",
        "Tối mật.1",
        "a) Tuyệt mật",
        "Tối mật, Tuyệt mật là các mức độ mật",
        "MẬT ĐỘ DÂN SỐ",
        "mật",
        "Độ mật:",
        "VĂN BẢN MẬT ĐẾN",
    ],
)
def test_words_about_secrecy_are_no_stamp(line: str) -> None:
    assert stamp_of(line) is None


def test_a_stamp_in_heading_table_header_or_line_is_found() -> None:
    document = plan()
    in_table = table(0, ("UBND TỈNH\nMẬT", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    assert read(*in_table, *document[4:]).secrecy == "Mật"
    assert read(Block("TỐI MẬT"), *document).secrecy == "Tối mật"
    assert read(*document, Block("TUYỆT MẬT", kind="header")).secrecy == "Tuyệt mật"


def test_the_highest_level_counts() -> None:
    assert find_secrecy(blocks("MẬT", "Số: 01/BC-UBND", "TỐI MẬT")) == "Tối mật"


def test_a_law_that_speaks_of_secrets_is_not_stamped() -> None:
    law = read(
        *heading("Luật số: 29/2018/QH14", "Hà Nội, ngày 15 tháng 11 năm 2018", "QUỐC HỘI"),
        "LUẬT",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Điều 8. Phân loại bí mật nhà nước",
        "Bí mật nhà nước gồm 03 độ mật: Tuyệt mật; Tối mật; Mật.",
    )
    assert law.secrecy is None


def test_a_register_that_lists_levels_is_not_stamped() -> None:
    rows = [("STT", "Số", "Độ mật", "Ghi chú")] + [(str(n), f"{n:02d}/BC", "MẬT", "") for n in range(1, 6)]
    assert find_secrecy([*heading("Số: 3/BC", "Hà Nội, ngày 1 tháng 2 năm 2024"), *table(1, *rows)]) is None


@pytest.mark.parametrize(("row", "level"), [
    (("MẬT",), "Mật"), (("Độ mật: Tối mật", "Năm 2024"), "Tối mật"), (("UBND TỈNH", "TỐI MẬT"), "Tối mật"),
    (("Mật", "An", "x"), None), (("MẬT", "An", "x"), None),
])  # fmt: skip
def test_a_line_above_the_columns_of_a_table_is_a_stamp(row: tuple[str, ...], level: str | None) -> None:
    rows = [row, ("STT", "Tên", "Ghi chú"), *((str(n), f"Tên {n}", "x") for n in range(1, 6))]
    assert find_secrecy(table(0, *rows)) == level


def test_a_stamp_at_the_top_of_a_later_sheet_counts() -> None:
    rows = [("STT", "Tên", "Ghi chú"), *((str(n), f"Tên {n}", "x") for n in range(1, 60))]
    first, second = Block("Tờ 1", "heading", level=1), Block("Tờ 2", "heading", level=1)
    assert find_secrecy([first, *table(0, *rows), second, *table(1, ("TỐI MẬT",), *rows)], "xlsx") == "Tối mật"
    assert find_secrecy([first, *table(0, *rows), second, *table(1, *rows, ("TỐI MẬT",))], "xlsx") is None
    # In a text, a table below a heading is no sheet.
    assert find_secrecy([Block("Mở đầu", page=1), first, *table(0, ("MẬT", "KÍN"), ("a", "b"))], "docx") is None


def test_a_stamp_above_the_national_title_counts_below_a_cover() -> None:
    cover, stamp = Block("TẬP TÀI LIỆU", page=1), Block("TỐI MẬT", page=2)
    nation = Block("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", page=2)
    assert find_secrecy([cover, stamp, nation]) == "Tối mật"
    assert find_secrecy([cover, stamp, Block("Điều 1. Nội dung", page=2), nation, stamp]) == "Tối mật"
    assert find_secrecy([cover, nation, Block("Điều 1. Nội dung", page=2), stamp]) is None


def test_a_stamp_far_below_or_on_a_later_page_does_not_count() -> None:
    later = [*(Block("Đoạn văn.", page=1) for _ in range(5)), Block("MẬT", page=2)]
    assert find_secrecy(later) is None
    assert find_secrecy([*blocks(*["Đoạn văn."] * 40), Block("MẬT")]) is None


LEVELS = ("Mật", "Tối mật", "Tuyệt mật")


@pytest.mark.parametrize("level", LEVELS)
def test_the_laws_spelling_is_a_stamp_in_the_heading(level: str) -> None:
    document = plan()
    in_table = table(0, (f"UBND TỈNH\n{level}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    assert read(*in_table, *document[4:]).secrecy == level
    assert read(Block(level), *document).secrecy == level
    assert read(*document[:6], Block(level), *document[6:]).secrecy == level, document[6].text
    assert read(*document, Block(level, kind="header")).secrecy == level
    letter = [*heading("Số: 3/SGDĐT-VP", "Hà Nội, ngày 1 tháng 2 năm 2024"), Block(level)]
    assert read(*letter, "Kính gửi: Các phòng", "Sở thông báo.").secrecy == level
    assert read(Block(f"{level} CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), "QUYẾT ĐỊNH").secrecy == level


@pytest.mark.parametrize("level", LEVELS)
def test_the_laws_spelling_in_the_body_is_no_stamp(level: str) -> None:
    document = plan()
    for place in range(8, len(document) + 1):
        assert read(*document[:place], level, *document[place:]).secrecy is None
    assert read(*document, *table(1, ("Mức độ", "Số tài liệu"), (level, "3"))).secrecy is None
    assert read(*table(0, ("Mức độ", "Số tài liệu"), (level, "3")), "Ghi chú").secrecy is None
    assert read("Danh sách", level, "1. Nội dung").secrecy is None


def test_a_text_box_fixed_to_the_type_line_is_a_stamp_a_name_is_not(tmp_path: Path) -> None:
    for words, level in (("Tối mật", "Tối mật"), ("Mật", None)):
        box = (
            f'<w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{para(words)}'
            "</w:txbxContent></v:textbox></w:pict></w:r>"
        )
        title = f"<w:p><w:r><w:t>KẾ HOẠCH</w:t></w:r>{box}</w:p>"
        body = para("Số: 12/KH-SGDĐT") + title + para("Bảo vệ bí mật") + para("I. MỤC ĐÍCH")
        found = read_docx(docx_parts(tmp_path / "a.docx", body)).blocks
        assert words in [block.text for block in found]
        assert find_secrecy(found) == level
