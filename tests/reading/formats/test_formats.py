"""HTML, text, Markdown, RTF and XLSX on files built here: order, tables, encodings, kinds by content."""

from __future__ import annotations

import datetime
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from docmgr.reading.formats.encoding import decode
from docmgr.reading.formats.html.reader import read_html
from docmgr.reading.formats.kinds import is_document, sniff
from docmgr.reading.formats.odt import read_odt
from docmgr.reading.formats.plain import markdown_blocks, read_txt
from docmgr.reading.formats.rtf.reader import read_rtf
from docmgr.reading.formats.sheets.values import shown
from docmgr.reading.formats.sheets.xlsx import read_xlsx
from docmgr.reading.types import Block
from legaltext.text import clean_line
from tests.reading.samples import ole

SENTENCE = "Điều 1. Nghị quyết này quy định về dân chủ ở cơ sở."


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks]


# Characters


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("99/2001/QÐ-BTC", "99/2001/QĐ-BTC"),
        ("quy\u00adđịnh\u200b số\u00a0 5\t\n", "quyđịnh số 5"),
        (unicodedata.normalize("NFD", "quyết định"), "quyết định"),
        ("\ufeffa\x00b\x07", "ab"),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean_line(raw) == expected


@given(st.text())
def test_clean_is_stable_and_writable(raw: str) -> None:
    cleaned = clean_line(raw)
    assert clean_line(cleaned) == cleaned
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode()


# HTML

HTML = """<html><head><meta charset=windows-1258><style>p{{}}</style><title>bỏ</title></head><body>
<script>var x = "bỏ";</script><!--[if gte mso 9]><xml>bỏ</xml><![endif]-->
<table><tr><td align=center><b>SỞ<br>NỘI VỤ</b></td><td rowspan=2>phải</td></tr>
<tr><td>Số: 1</td></tr></table>
<h2>Mục</h2><p><![if !supportLists]>1. <![endif]>Một&nbsp;hai</p>
<ol type=a start=2><li>điểm</li></ol><ul><li>gạch</li></ul><p style="display:none">bỏ</p></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1258", "utf-16-le"])
def test_html_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.doc"
    # windows-1258 encodes most tone marks as separate characters.
    source = HTML if encoding != "cp1258" else _for_1258(HTML)
    path.write_bytes(source.encode(encoding))
    assert sniff(path) == "html"
    blocks = read_html(path).blocks
    assert [(b.text, b.kind, b.table, b.row, b.col) for b in blocks] == [
        ("SỞ", "cell", 0, 0, 0),
        ("NỘI VỤ", "cell", 0, 0, 0),
        ("phải", "cell", 0, 0, 1),
        ("Số: 1", "cell", 0, 1, 0),
        ("Mục", "heading", None, None, None),
        ("1. Một hai", "paragraph", None, None, None),
        ("b. điểm", "paragraph", None, None, None),
        ("- gạch", "paragraph", None, None, None),
    ]
    assert blocks[0].bold and blocks[0].centered and not blocks[2].bold


def _for_1258(text: str) -> str:
    def one(char: str) -> str:
        try:
            char.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", char)
            tone = [m for m in apart[1:] if m in "\u0300\u0301\u0303\u0309\u0323"]
            rest = "".join(m for m in apart if m not in tone)
            return unicodedata.normalize("NFC", rest) + "".join(tone)
        return char

    return "".join(map(one, text))


def test_html_spans_move_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><body><table><tr><td rowspan=3>trái</td><td colspan=2>trên</td><td>cuối</td></tr>"
        "<tr><td>giữa</td></tr><tr><td>dưới</td></tr><tr><td>sau</td></tr></table></body></html>"
    )
    assert [(b.text, b.row, b.col) for b in read_html(path).blocks] == [
        ("trái", 0, 0),
        ("trên", 0, 1),
        ("cuối", 0, 3),
        ("giữa", 1, 1),
        ("dưới", 2, 1),
        ("sau", 3, 0),
    ]


@pytest.mark.parametrize("figure", ["²", "x", "9" * 5_000, "-", "1.5"])
def test_what_is_no_number_numbers_nothing(tmp_path: Path, figure: str) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        f"<html><body><ol start='{figure}'><li>một</li><li value='{figure}'>hai</li></ol>"
        f"<table><tr><td colspan='{figure}'>ba</td><td>bốn</td></tr></table></body></html>"
    )
    assert texts(read_html(page).blocks) == ["1. một", "2. hai", "ba", "bốn"]
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("text", "table", "office", "style"))
    written = tmp_path / "a.odt"
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"""<office:document-content {spaces}><office:automatic-styles><text:list-style style:name="L">
            <text:list-level-style-number text:level="{figure}" style:num-format="1"/></text:list-style>
            </office:automatic-styles><office:body><office:text><text:h text:outline-level="{figure}">một</text:h>
            <table:table><table:table-row><table:table-cell table:number-columns-repeated="{figure}"><text:p>hai</text:p>
            </table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>""",
        )
    assert texts(read_odt(written).blocks) == ["một", "hai"]


# Text, Markdown, RTF, XLSX


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_txt_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((SENTENCE + "\r\n\r\nKhoản 2").encode(encoding))
    assert sniff(path) == "txt"
    assert texts(read_txt(path).blocks) == [SENTENCE, "Khoản 2"]


def test_windows_1258_text() -> None:
    assert clean_line(decode(_for_1258(SENTENCE).encode("cp1258"))) == SENTENCE


@given(st.binary(max_size=300))
def test_decode_never_fails(data: bytes) -> None:
    assert isinstance(decode(data), str)


def test_markdown_keeps_levels_markers_and_tables() -> None:
    source = (
        "## **II. NỘI DUNG**\n\nMột đoạn\ngãy dòng.\n\n- gạch *nghiêng*\n- gạch hai\n\n3. Giao phòng:\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n**Nơi nhận:**\n"
    )
    found = [(b.text, b.kind, b.level, b.bold, b.row, b.col) for b in markdown_blocks(source)]
    assert found == [
        ("II. NỘI DUNG", "heading", 2, True, None, None),
        ("Một đoạn gãy dòng.", "paragraph", 0, False, None, None),
        ("- gạch nghiêng", "paragraph", 0, False, None, None),
        ("- gạch hai", "paragraph", 0, False, None, None),
        ("3. Giao phòng:", "paragraph", 0, False, None, None),
        ("a", "cell", 0, False, 0, 0),
        ("b", "cell", 0, False, 0, 1),
        ("c", "cell", 0, False, 1, 0),
        ("d", "cell", 0, False, 1, 1),
        ("Nơi nhận:", "paragraph", 0, True, None, None),
    ]


def test_txt_head_in_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "UBND TỈNH A          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSỞ NỘI VỤ\t\tĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 5/QĐ-SNV         Hạ Long, ngày 2 tháng 3 năm 2024\n\nQUYẾT ĐỊNH\n"
    )
    found = [(b.text, b.table, b.row, b.col) for b in read_txt(path).blocks]
    assert found == [
        ("UBND TỈNH A", 0, 0, 0),
        ("SỞ NỘI VỤ", 0, 0, 0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0, 0, 1),
        ("Độc lập - Tự do - Hạnh phúc", 0, 0, 1),
        ("Số: 5/QĐ-SNV", 0, 1, 0),
        ("Hạ Long, ngày 2 tháng 3 năm 2024", 0, 1, 1),
        ("QUYẾT ĐỊNH", None, None, None),
    ]


def _rtf(text: str) -> str:
    return "".join(c if c < "\x80" else f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?" for c in text)


def test_rtf_saved_as_doc(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    row = r"\trowd\cellx1\cellx2\pard\intbl {L}\par {L2}\cell {R}\cell\row "
    body = row.replace("{L}", _rtf("SỞ")).replace("{L2}", _rtf("Số: 1")).replace("{R}", _rtf("Độc lập"))
    picture = r"{\pict\pngblip " + "0123456789abcdef" * 100 + "}"
    path.write_bytes(
        (
            r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 .VnTime;}}"
            + body
            + r"\pard\qc\b "
            + _rtf("QUYẾT ĐỊNH")
            + r"\b0\par\pard "
            + picture
            + _rtf("Căn cứ Luật;")
            + r"\par}"
        ).encode()
    )
    assert sniff(path) == "rtf"
    found = [(b.text, b.kind, b.row, b.col, b.bold, b.centered) for b in read_rtf(path).blocks]
    assert found == [
        ("SỞ", "cell", 0, 0, False, False),
        ("Số: 1", "cell", 0, 0, False, False),
        ("Độc lập", "cell", 0, 1, False, False),
        ("QUYẾT ĐỊNH", "paragraph", None, None, True, True),
        ("Căn cứ Luật;", "paragraph", None, None, False, False),
    ]


def test_xlsx_rows_and_values(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh mục"
    sheet.append(["STT", "Tên", "Ngày"])
    sheet.append([1, "Kế hoạch\nnăm", datetime.date(2024, 3, 5)])
    # Stored files have no ending.
    path = tmp_path / "a"
    book.save(path)
    assert sniff(path) == "xlsx"
    found = [(b.text, b.row, b.col) for b in read_xlsx(path).blocks]
    assert found == [
        ("Danh mục", None, None),
        ("STT", 0, 0),
        ("Tên", 0, 1),
        ("Ngày", 0, 2),
        ("1", 1, 0),
        ("Kế hoạch", 1, 1),
        ("năm", 1, 1),
        ("05/03/2024", 1, 2),
    ]
    assert [shown(v) for v in (None, 2.0, 2.5, True, float("inf"))] == ["", "2", "2.5", "TRUE", "inf"]
    day = datetime.datetime(2024, 3, 5)
    assert [shown(day), shown(day.replace(hour=7, minute=30))] == ["05/03/2024", "05/03/2024 07:30"]


# Kinds


@pytest.mark.parametrize(
    ("data", "kind", "document"),
    [
        (b"", "empty", True),
        (b"MZ\x90\0\3\0\0\0", "unknown", False),
        (b"\x89PNG\r\n\x1a\n", "png", True),
        (b"\xff\xd8\xff\xe0", "jpg", True),
        (b"II*\0", "tiff", True),
        (b"GIF89a", "image", False),
        (b"%PDF-1.7\n", "pdf", True),
        (b"\n\n{\\rtf1 x}", "rtf", True),
        (bytes(range(256)) * 20, "unknown", False),
        (b"<?xml version='1.0'?><a/>", "xml", True),
        (b"   \n", "empty", True),
        (b"PK\3\4abc", "zip", True),
        (b"Rar!\x1a\7\0", "archive", False),
        ("Điều 1".encode(), "txt", True),
        (b"<p>x</p>", "html", True),
        (b"C\xe9ng hoa", "txt", True),
    ],
)
def test_sniff_by_content(tmp_path: Path, data: bytes, kind: str, document: bool) -> None:
    path = tmp_path / "file.docx"
    path.write_bytes(data)
    assert (sniff(path), is_document(sniff(path))) == (kind, document)


def test_sniff_ole_and_names(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    found = [
        sniff(ole(path, *streams))
        for streams in (
            ("WordDocument", "Workbook"),
            ("Workbook",),
            ("PowerPoint Document",),
            ("EncryptionInfo", "EncryptedPackage"),
            ("Other",),
        )
    ]
    assert found == ["doc", "xls", "ppt", "encrypted", "ole"]
    path.write_text("# a")
    assert (sniff(path), sniff(path, "ghi chú.MD")) == ("txt", "md")
