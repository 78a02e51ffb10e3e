"""How sound a text is, what is repaired in it, and which files are no official documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from docmgr import worker
from docmgr.reading.repair import health, lookalikes, official, splits, texts
from docmgr.reading.types import Block, Fact, OldFonts
from tests.filling.papers import BODY, decision

GOOD = list(BODY)


@pytest.mark.parametrize(
    ("lines", "old", "pictures", "expected"),
    [
        (GOOD, None, False, ("good", None)),
        (GOOD, OldFonts(("vni",), 3, "x"), False, ("converted", "converted")),
        (GOOD, OldFonts(("vni",), 3, None), False, ("doubtful", "as_written")),
        (GOOD, None, True, ("ocr", "ocr")),
        (GOOD, OldFonts(("vni",), 3, "x"), True, ("ocr", "ocr")),
        ([*GOOD, "c«ng ®iÖn b\xb5 t¸m §¹i häc x\xb7 h\xb6i"], None, True, ("doubtful", "odd_words")),
        ([*GOOD, "c«ng ®iÖn b\xb5 t¸m"], None, False, ("good", None)),
        ([*GOOD, "\ufffd\ufffd \ue000\uf0b7 a\ufffd"], None, False, ("doubtful", "lost_letters")),
        ([*GOOD, "\ufffd \ufffd"], None, False, ("good", None)),
        ([*GOOD, "cяnh tбn хyз"], None, False, ("doubtful", "lookalikes")),
        ([*GOOD, "Он читает, α và β; 5 µm, 25 m², ±2 °C, QH15¹"], None, False, ("good", None)),
        (["C NG HÒA XÃ H I", "QUY T Đ NH", "Đi u 1. Ph m vi áp d ng"], None, False, ("doubtful", "odd_words")),
        (["V vi c ban hnh Quy ch thc hin", "Cn cứ Nghị đnh ngy 05 thng 3 nm 2020 phc"], OldFonts(("tcvn3",), 1, "x"), False, ("doubtful", "odd_words")),
        (["a) Gạo 5 kg, 3 km, TP. HCM;", "b) TTg, BGDĐT; x x x x x; mm; cm; ThS.", "Đ. c) d) h)"], None, False, ("good", None)),
        (["Le développement économique français où les forêts brûlent"], None, False, ("good", None)),
    ],
)
def test_one_rule(lines: list[str], old: OldFonts | None, pictures: bool, expected: tuple[str, str | None]) -> None:
    assert health.judge(lines, old, pictures) == expected


def test_facts_of_odd_words_are_for_a_person_to_check(tmp_path: Path) -> None:
    lines = ["Hà Giang, ngày 3 tháng 4 năm 2024", "QUY T Đ NH", "C NG HÒA XÃ H I CH NGHĨA VI T NAM", "Đi u 1. Ph m vi áp d ng"]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    with worker.Reader() as reader:
        found = reader.read(tmp_path / "a.txt").interpretation
    assert found and found.facts and not any(fact.sure for fact in found.facts.values())


def test_a_file_without_text_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\ngarbage")
    with worker.Reader() as reader:
        assert reader.read(tmp_path / "a.pdf").health == "none"


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("KHO ẢN 1 Đ IỀU 5", "KHOẢN 1 ĐIỀU 5"),
        ("quyết đị nh c ủa ph ương án", "quyết định của phương án"),
        ("Th ông tin LỰC L ƯỢNG", "Thông tin LỰC LƯỢNG"),
        ("quyê\u0301t va\u0300 sư \u0309a", "quyết và sửa"),
        ("tin học ở Nà Ớt và Mường Ẳng, có ý nghĩa", "tin học ở Nà Ớt và Mường Ẳng, có ý nghĩa"),
        ("thứ ưu tiên, kho ảnh, tự ái, hòa ước, đa ương", "thứ ưu tiên, kho ảnh, tự ái, hòa ước, đa ương"),
        ("điểm c ông bố, khoản a ở đây", "điểm c ông bố, khoản a ở đây"),
        ("KHO ản Kho ẢN", "KHO ản Kho ẢN"),
        ("to each a i été", "to each a i été"),
    ],
)
def test_torn_syllables(torn: str, whole: str) -> None:
    assert [block.text for block in texts.repair([Block(torn)]).blocks] == [whole]


def test_a_line_of_marks_takes_no_time() -> None:
    assert splits.join("a ế" * 50_000).startswith("a ế")


def test_lookalikes_are_replaced_in_latin_words_only() -> None:
    assert lookalikes.replace("CỘNG HÒА ХÃ Нội Οng") == "CỘNG HÒA XÃ Hội Ong"
    assert lookalikes.replace("Он, α, Ω") == "Он, α, Ω"
    assert lookalikes.count("cяnh Он tốt 5µm") == 1


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        (["Bảng chấm công", "Họ và tên"], "subject", False),
        (["Bảng chấm công"], "number", True),
        (["Bảng chấm công"], "type", True),
        (["UBND", "Cộng hoà xã hội chủ nghĩa Việt Nam"], "subject", True),
        (["ĐẢNG CỘNG SẢN VIỆT NAM"], "subject", True),
        (["-"] * 40 + ["Độc lập - Tự do - Hạnh phúc"], "subject", False),
    ],
)
def test_official_documents(lines: list[str], field: str, expected: bool) -> None:
    assert official.is_official(lines, {field: Fact(field, "x", "x", True)}) is expected


def test_the_reading_tells_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(decision())
    (tmp_path / "b.txt").write_text("Danh sách lớp\n1. Nguyễn Văn A\n2. Trần Thị B\n")
    with worker.Reader() as reader:
        paper, table = reader.read(tmp_path / "a.docx"), reader.read(tmp_path / "b.txt")
    assert (paper.health, paper.official) == ("good", True)
    assert (table.health, table.official) == ("good", False)


def test_lookalikes_in_a_file() -> None:
    assert [block.text for block in texts.repair([Block("CỘNG HÒА ХÃ")]).blocks] == ["CỘNG HÒA XÃ"]
