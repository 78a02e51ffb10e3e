"""DOCX on files built here: order, tables, automatic numbers, styles, notes, ISO Strict."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from docmgr.reading.formats.docx.reader import read_docx
from docmgr.reading.formats.kinds import sniff
from docmgr.reading.formats.list_numbers import format_number
from docmgr.reading.types import Block
from tests.reading.samples import STRICT_R, STRICT_W, W_NS, docx_parts, para

SENTENCE = "Điều 1. Nghị quyết này quy định về dân chủ ở cơ sở."


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks]


def test_docx_head_table_keeps_its_cells(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "SỞ GIÁO DỤC"
    table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    table.cell(0, 1).add_paragraph("Độc lập - Tự do - Hạnh phúc")
    table.cell(1, 0).text = "Số: 12/KH-SGDĐT"
    document.add_paragraph("KẾ HOẠCH").runs[0].bold = True
    document.sections[0].header.paragraphs[0].text = "Đầu trang"
    document.sections[0].footer.paragraphs[0].text = "Chân trang"
    path = tmp_path / "a.docx"
    document.save(str(path))
    blocks = read_docx(path).blocks
    assert [(b.text, b.kind, b.table, b.row, b.col) for b in blocks] == [
        ("Đầu trang", "header", None, None, None),
        ("SỞ GIÁO DỤC", "cell", 0, 0, 0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "cell", 0, 0, 1),
        ("Độc lập - Tự do - Hạnh phúc", "cell", 0, 0, 1),
        ("Số: 12/KH-SGDĐT", "cell", 0, 1, 0),
        ("KẾ HOẠCH", "paragraph", None, None, None),
        ("Chân trang", "footer", None, None, None),
    ]
    assert [b.bold for b in blocks if b.text == "KẾ HOẠCH"] == [True]


NUMBERING = f"""<w:numbering xmlns:w="{W_NS}"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Điều %1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/>
</w:lvlOverride></w:num></w:numbering>"""


def listed(text: str, level: int, number: int = 1) -> str:
    return para(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_docx_automatic_numbers_are_text(tmp_path: Path) -> None:
    body = (
        listed("Phạm vi", 0)
        + listed("Một", 1)
        + listed("Chữ", 2)
        + listed("Chữ nữa", 2)
        + listed("Hai", 1)
        + listed("Lại chữ", 2)
        + listed("Đối tượng", 0)
        + listed("Một", 1)
        + listed("Bắt đầu lại", 0, 2)
        + listed("Tiếp", 0, 2)
    )
    path = docx_parts(tmp_path / "a.docx", body, {"numbering": NUMBERING})
    assert texts(read_docx(path).blocks) == [
        "Điều 1. Phạm vi",
        "1.1. Một",
        "a) Chữ",
        "b) Chữ nữa",
        "1.2. Hai",
        "a) Lại chữ",
        "Điều 2. Đối tượng",
        "2.1. Một",
        "Điều 9. Bắt đầu lại",
        "Điều 10. Tiếp",
    ]


@pytest.mark.parametrize(
    ("value", "fmt", "shown_as"),
    [
        (4, "upperRoman", "IV"),
        (1999, "lowerRoman", "mcmxcix"),
        (27, "lowerLetter", "aa"),
        (3, "decimalZero", "03"),
        (0, "upperRoman", "0"),
        (5, "unknown", "5"),
    ],
)
def test_list_numbers(value: int, fmt: str, shown_as: str) -> None:
    assert format_number(value, fmt) == shown_as


def test_docx_strict_namespaces(tmp_path: Path) -> None:
    path = docx_parts(tmp_path / "a.docx", para(SENTENCE), namespace=STRICT_W, relations=STRICT_R)
    assert sniff(path) == "docx"
    assert texts(read_docx(path).blocks) == [SENTENCE]


def test_docx_notes_boxes_deletions_and_nesting(tmp_path: Path) -> None:
    notes = (
        f'<w:footnotes xmlns:w="{W_NS}"><w:footnote w:type="separator" w:id="0">{para("----")}'
        f'</w:footnote><w:footnote w:id="1">{para("Chú thích")}</w:footnote></w:footnotes>'
    )
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{para('Trong khung')}</w:txbxContent>"
    alternate = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent><w:t>Có khung</w:t></w:r></w:p>"
    )
    edits = (
        "<w:p><w:ins><w:r><w:t>thêm</w:t></w:r></w:ins><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:br/><w:t>dòng hai</w:t></w:r></w:p>"
    )
    inner = f"<w:tbl><w:tr><w:tc>{para('trong')}</w:tc></w:tr></w:tbl>"
    outer = (
        f"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge w:val='restart'/></w:tcPr>"
        f"{para('ngoài')}{inner}</w:tc><w:tc>{para('kề')}</w:tc></w:tr>"
        f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{para('lặp')}</w:tc></w:tr></w:tbl>"
    )
    body = alternate + edits + f"<w:sdt><w:sdtContent>{para('trong sdt')}</w:sdtContent></w:sdt>" + outer
    blocks = read_docx(docx_parts(tmp_path / "a.docx", body, {"footnotes": notes})).blocks
    assert [(b.text, b.kind, b.table, b.col) for b in blocks] == [
        ("Có khung", "paragraph", None, None),
        ("Trong khung", "paragraph", None, None),
        ("thêm", "paragraph", None, None),
        ("dòng hai", "paragraph", None, None),
        ("trong sdt", "paragraph", None, None),
        ("ngoài", "cell", 0, 0),
        ("trong", "cell", 1, 0),
        ("kề", "cell", 0, 2),
        ("Chú thích", "footnote", None, None),
    ]


def test_docx_look_comes_from_styles(tmp_path: Path) -> None:
    styles = (
        f'<w:styles xmlns:w="{W_NS}"><w:style w:type="paragraph" w:styleId="A"><w:name w:val="heading 2"/>'
        '<w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:b/><w:caps/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/><w:rPr><w:b w:val="0"/></w:rPr>'
        "</w:style></w:styles>"
    )
    body = para("chương một", '<w:pStyle w:val="A"/>') + para("thường", '<w:pStyle w:val="B"/>')
    first, second = read_docx(docx_parts(tmp_path / "a.docx", body, {"styles": styles})).blocks
    assert (first.text, first.kind, first.level, first.bold, first.centered) == (
        "CHƯƠNG MỘT",
        "heading",
        2,
        True,
        True,
    )
    assert (second.bold, second.centered) == (False, True)


UP = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize(
    ("before", "raised", "after", "shown"),
    [
        ("Căn cứ", "7", " Luật Giáo dục", "Căn cứ Luật Giáo dục"),
        ("Luật số 66/2025/QH15", "1", "; Luật", "Luật số 66/2025/QH15; Luật"),
        ("theo Luật này", "12;", " và", "theo Luật này; và"),
        ("theo Luật ", "[3] ", "và", "theo Luật và"),
        ("dung tích từ 50 cm", "3", " trở lên", "dung tích từ 50 cm3 trở lên"),
        ("diện tích 25m", "2", ".", "diện tích 25m2."),
        ("bằng 10", "6", " đồng", "bằng 106 đồng"),
        ("", "7", " Xem Nghị định số 30/2020/NĐ-CP.", "7 Xem Nghị định số 30/2020/NĐ-CP."),
        ("lần thứ n", "th", " là", "lần thứ nth là"),
    ],
)
def test_raised_numbers_of_footnotes_are_no_part_of_a_word(
    tmp_path: Path, before: str, raised: str, after: str, shown: str
) -> None:
    runs = "".join(
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
        for text, look in ((before, ""), (raised[:1], UP), (raised[1:], UP), (after, '<w:vertAlign w:val="baseline"/>'))
    )
    assert texts(read_docx(docx_parts(tmp_path / "a.docx", f"<w:p>{runs}</w:p>")).blocks) == [shown]


def test_a_style_raises_numbers_and_lines_begin_anew(tmp_path: Path) -> None:
    styles = f'<w:styles xmlns:w="{W_NS}"><w:style w:type="character" w:styleId="up"><w:rPr>{UP}</w:rPr></w:style></w:styles>'
    run = '<w:r><w:rPr><w:rStyle w:val="up"/></w:rPr><w:t>1</w:t></w:r>'
    words = "<w:r><w:t>Quy chế</w:t></w:r>"
    path = docx_parts(tmp_path / "a.docx", f"<w:p>{words}{run}<w:r><w:br/></w:r>{run}{words}</w:p>", {"styles": styles})
    assert texts(read_docx(path).blocks) == ["Quy chế", "1Quy chế"]
