"""RTF: page headers, footers, footnotes and text boxes are read, and raised numbers are no part of a word."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from docmgr.reading.formats.rtf.reader import read_rtf
from docmgr.reading.types import Block

HEAD = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}"


def read(tmp_path: Path, inner: str) -> list[tuple[str, str]]:
    (tmp_path / "a.rtf").write_bytes((HEAD + inner + "}").encode("cp1252"))
    return [(block.text, block.kind) for block in read_rtf(tmp_path / "a.rtf").blocks]


def test_parts_beside_the_text_come_where_those_of_word_files_do(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        r"{\header \pard So Giao duc\par \pard So Giao duc\par 1\par}{\headerf \pard Trang dau\par}{\footer Het trang\par}"
        r"\pard Mo dau{\super\chftn {\footnote \pard Xem {\b Luat} so 5\par}} bai.\par"
        r"{\field{\*\fldinst PAGE}{\fldrslt 2}} Than bai.\par",
    )
    assert found == [
        ("So Giao duc", "header"), ("Trang dau", "header"), ("Mo dau bai.", "paragraph"), ("2 Than bai.", "paragraph"),
        ("Xem Luat so 5", "footnote"), ("Het trang", "footer"),
    ]  # fmt: skip


def test_a_text_box_follows_its_paragraph(tmp_path: Path) -> None:
    shape = r"{\shp{\*\shpinst{\shptxt \pard Trong o\par}}{\shprslt{\*\do{\dptxbxtext \pard Ban cu\par}}}}"
    assert read(tmp_path, rf"Mot {shape}hai\par Ba\par") == [("Mot hai", "paragraph"), ("Trong o", "paragraph"), ("Ba", "paragraph")]
    assert [text for text, _ in read(tmp_path, rf"Mot {shape}hai")] == ["Mot hai", "Trong o"]
    row = rf"\trowd\pard\intbl Trai {shape}\cell \pard\intbl Phai\cell\row \pard Sau\par"
    (tmp_path / "b.rtf").write_bytes((HEAD + row + "}").encode("cp1252"))
    assert [(b.text, b.col) for b in read_rtf(tmp_path / "b.rtf").blocks] == [("Trai", 0), ("Trong o", 0), ("Phai", 1), ("Sau", None)]


def test_the_fonts_of_the_file_are_those_of_its_header(tmp_path: Path) -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f7\fcharset163 Times;}}"
    path = tmp_path / "a.rtf"
    path.write_bytes(rb"{\rtf1\ansi\ansicpg1252" + fonts.encode() + rb"{\header\f7 S\'f4\'ec\par}\pard\f7 S\'f4\'ec\par}")
    header, body = (block.text for block in read_rtf(path).blocks)
    assert header == body == "Số"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"QH15{\super 1}; Luat", "QH15; Luat"),
        (r"QH15\super 12\nosupersub  va", "QH15 va"),
        (r"QH15{\up6 [3]} va", "QH15 va"),
        (r"QH15{\super\insrsid77 1}{\b .}", "QH15."),
        (r"25 m{\super 2}", "25 m2"),
        (r"10\super 6\plain  dong", "106 dong"),
        (r"CO{\sub 2} va", "CO2 va"),
        (r"{\super 7} Xem Luat", "7 Xem Luat"),
        (r"n{\super th} la", "nth la"),
        (r"QH15{\up0 1}", "QH151"),
    ],
)
def test_raised_numbers_are_left_out_as_in_word_files(tmp_path: Path, source: str, shown: str) -> None:
    assert read(tmp_path, rf"\pard {source}\par") == [(shown, "paragraph")]


def test_what_never_closes_is_still_read(tmp_path: Path) -> None:
    assert ("Mo dau", "paragraph") in read(tmp_path, r"Mo dau\par {\header Khong dong")
    assert read(tmp_path, r"Mo \{\\header dau\}\par") == [("Mo {\\header dau}", "paragraph")]


def test_many_boxes_and_notes_take_no_time(tmp_path: Path) -> None:
    one = r"Chu{\shp{\*\shpinst{\shptxt \pard o\par}}}{\footnote \pard Ghi chu\par}"
    started = time.process_time()
    blocks = [Block(text, kind) for text, kind in read(tmp_path, one * 3_000 + r"\par")]
    assert len(blocks) == 3_002
    assert time.process_time() - started < 5
