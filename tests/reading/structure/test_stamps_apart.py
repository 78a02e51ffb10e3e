"""Stamps of secrecy outside of the text: page headers and footers, WordArt, text boxes, later slides, subjects of messages."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.process.read import read_here
from docmgr.reading.types import Reading
from tests.reading.formats.test_slides import pptx, relations, shape, text, tree
from tests.reading.messages import DOCUMENT_HEADER, edxml, mail, outlook
from tests.reading.samples import W_NS, docx_parts, para
from tests.support.ole import ole_tree

LEVELS = {"MẬT": "Mật", "TỐI MẬT": "Tối mật", "TUYỆT MẬT": "Tuyệt mật"}
SPEAKS = "Bảo vệ bí mật nhà nước: tài liệu có độ mật Tối mật được giữ riêng"
Place = Callable[[Path, str], object]


def reading(path: Path) -> Reading:
    return read_here(path, path.name, DEFAULT_LIMITS, True, pytest.fail)


# Word


def word(path: Path, body: str = "", header: str = "", footer: str = "") -> None:
    parts = {
        name: f'<w:{tag} xmlns:w="{W_NS}">{inner or para("Sở")}</w:{tag}>'
        for name, tag, inner in (("header", "hdr", header), ("footer", "ftr", footer))
    }
    lines = "".join(para(f"{n}. Nội dung của báo cáo") for n in range(1, 50))
    docx_parts(path, lines + body, parts)


def art(words: str) -> str:
    return (
        f'<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="{words}"/></v:shape>'
        "</w:pict></w:r></w:p>"
    )


def box(words: str) -> str:
    return (
        '<w:p><w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>'
        f"{para(words)}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    )


def drawn(words: str) -> str:
    """WordArt of today with its form for older programs, where only the latter has words."""
    return (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        f"<w:drawing/></mc:Choice><mc:Fallback>{art(words)[len('<w:p><w:r>') : -len('</w:r></w:p>')]}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


# Workbooks


def xlsx(path: Path, words: str, place: str) -> None:
    book = Workbook()
    book.active.append(["STT", "Trường"])
    book.active.append([1, "Hòn Gai"])
    second = book.create_sheet("Tờ 2")
    second.append(["Ghi chú"])
    getattr(second, place).right.text = words
    book.save(path)


def xlsx_box(path: Path, words: str) -> None:
    xlsx(path, "Trang &P", "oddHeader")
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/drawings/drawing1.xml", f'<x xmlns:a="{a}"><a:p><a:r><a:t>{words[:2]}</a:t></a:r><a:r><a:t>{words[2:]}</a:t></a:r></a:p></x>'
        )


def _record(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def xls(path: Path, words: str) -> None:
    """A workbook of Excel 97 with one cell and a page footer."""
    codes = f"&C&\"Arial,Bold\"&14{words}"
    footer = struct.pack("<HB", len(codes), 1) + codes.encode("utf-16-le")
    first = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 0))
    name = b"To 1"
    bound = len(first) + 4 + 8 + len(name) + 4
    sheet = (
        _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 0)) + _record(0x15, footer)
        + _record(0x203, struct.pack("<HHHd", 0, 0, 0, 7.0)) + _record(0x0A, b"")
    )  # fmt: skip
    globals_ = first + _record(0x85, struct.pack("<IHBB", bound, 0, len(name), 0) + name) + _record(0x0A, b"")
    ole_tree(path, {"Workbook": (globals_ + sheet).ljust(4096, b"\0")})


_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"), ("presentation", "presentation"))
)  # fmt: skip


def odf(path: Path, kind: str, body: str, master: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml", f"<office:document-content {_ODF}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {_ODF}><office:master-styles><style:master-page>{master}</style:master-page>"
            "</office:master-styles></office:document-styles>",
        )


SHEET = '<table:table table:name="Tờ 1"><table:table-row><table:table-cell><text:p>Trường</text:p></table:table-cell></table:table-row></table:table>'
PAGES = "<draw:page><draw:frame><text:p>Báo cáo</text:p></draw:frame></draw:page>"


# Slides

FIRST = tree(shape(text("Báo cáo"), "ctrTitle") + shape(text("Năm 2024")))


def slides(path: Path, second: str, extra: dict[str, str] | None = None) -> None:
    pptx(path, [FIRST, second], extra)


def slide_part(path: Path, kind: str, inner: str) -> None:
    slides(path, tree(shape(text("Nội dung"))), {
        "ppt/slides/_rels/s8.xml.rels": relations({"r1": ("slideLayout", "../l.xml"), "r2": ("notesSlide", "../n.xml")}),
        "ppt/l.xml": tree(inner if kind == "layout" else shape(text("Bấm để thêm"), "body")),
        "ppt/n.xml": tree(inner if kind == "notes" else shape(text("Ghi chú"), "body"), "notes"),
        "ppt/_rels/l.xml.rels": relations({"r1": ("slideMaster", "m.xml")}),
        "ppt/m.xml": tree(inner if kind == "master" else shape(text("TỐI MẬT"), "title")),
    })  # fmt: skip


# RTF


def escaped(words: str) -> str:
    return "".join(f"\\u{ord(char)}?" if ord(char) > 127 else char for char in words)


def rtf(path: Path, inner: str) -> None:
    lines = "".join(rf"{n}. Noi dung\par " for n in range(1, 50))
    path.write_text(rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl{{\f0 Arial;}}}}{lines}{inner}\par }}")


def old_rtf(path: Path, words: str, group: str) -> None:
    """A group with a stamp in TCVN3, behind lines in it."""
    old = "Quy ®Þnh vÒ b¶o vÖ tµi liÖu cña c¸c c¬ quan"
    stamp = {"MẬT": "MËT", "TỐI MẬT": "TèI MËT", "TUYỆT MẬT": "TUYÖT MËT"}[words]
    path.write_bytes((r"{\rtf1\ansi\ansicpg1252 " + (old + r"\par ") * 40 + group.format(stamp) + "}").encode("latin-1"))


def shp(words: str) -> str:
    return rf"{{\shp{{\*\shpinst\shpleft10{{\sp{{\sn shapeType}}{{\sv 202}}}}{{\shptxt \pard {escaped(words)}\par}}}}{{\shprslt cu}}}}"


PLACES: dict[str, Place] = {
    "docx header": lambda path, words: word(path, header=para(words)),
    "docx footer": lambda path, words: word(path, footer=para(words)),
    "docx header box": lambda path, words: word(path, header=box(words)),
    "docx header art": lambda path, words: word(path, header=art(words)),
    "docx art": lambda path, words: word(path, art(words)),
    "docx art for older programs": lambda path, words: word(path, drawn(words)),
    "docx box": lambda path, words: word(path, box(words)),
    "xlsx header": lambda path, words: xlsx(path, f"&\"Arial,Bold\"&14&KFF0000{words}", "oddHeader"),
    "xlsx footer": lambda path, words: xlsx(path, words, "evenFooter"),
    "xlsx box": xlsx_box,
    "xls footer": xls,
    "ods header": lambda path, words: odf(path, "spreadsheet", SHEET, f"<style:header><style:region-right><text:p>{words}</text:p></style:region-right></style:header>"),
    "ods left footer": lambda path, words: odf(path, "spreadsheet", SHEET, f"<style:footer-left><text:p>{words}</text:p></style:footer-left>"),
    "odt first header": lambda path, words: odf(path, "text", "<text:p>Báo cáo</text:p>", f"<style:header-first><text:p>{words}</text:p></style:header-first>"),
    "odp master": lambda path, words: odf(path, "presentation", PAGES, f"<draw:frame><text:p>{words}</text:p></draw:frame>"),
    "odp footer": lambda path, words: odf(path, "presentation", f"<presentation:footer-decl>{words}</presentation:footer-decl>" + PAGES, ""),
    "odp later slide": lambda path, words: odf(path, "presentation", PAGES * 2 + f"<draw:page><draw:frame><text:p>{words}</text:p></draw:frame></draw:page>", ""),
    "pptx later slide": lambda path, words: slides(path, tree(shape(text("Nội dung")) + shape(text(words)))),
    "pptx footer": lambda path, words: slides(path, tree(shape(text("Nội dung")) + shape(text(words), "ftr"))),
    "pptx layout": lambda path, words: slide_part(path, "layout", shape(text(words))),
    "pptx master footer": lambda path, words: slide_part(path, "master", shape(text(words), "ftr")),
    "pptx notes": lambda path, words: slide_part(path, "notes", shape(text("Nhớ nói chậm", words), "body")),
    "pptx notes header": lambda path, words: slide_part(path, "notes", shape(text(words), "hdr")),
    "edxml subject": lambda path, words: path.write_bytes(edxml(DOCUMENT_HEADER.replace("V/v kiểm tra", f"[{words}] V/v kiểm tra"))),
    "edxml content": lambda path, words: path.write_bytes(edxml(f"{DOCUMENT_HEADER}<Content>{words}</Content>")),
    "mail subject": lambda path, words: path.write_bytes(mail(subject=f"{words}: Báo cáo").as_bytes()),
    "outlook subject": lambda path, words: outlook(path, {"0037": f"Báo cáo ({words})", "1000": "Kính gửi"}),
    "rtf header": lambda path, words: rtf(path, rf"{{\header \pard {escaped(words)}\par}}"),
    "rtf first header": lambda path, words: rtf(path, rf"{{\headerf \pard\plain {{\b {escaped(words)}}}\par}}"),
    "rtf footer": lambda path, words: rtf(path, rf"{{\footerr {escaped(words)}}}"),
    "rtf footnote": lambda path, words: rtf(path, rf"x{{\super\chftn {{\footnote \pard {escaped(words)}}}}}"),
    "rtf box": lambda path, words: rtf(path, shp(words)),
    "rtf box in a header": lambda path, words: rtf(path, rf"{{\header Trang{shp(words)}\par}}"),
    "rtf older box": lambda path, words: rtf(path, rf"{{\*\do\dobxcolumn{{\dptxbxtext \pard {escaped(words)}\par}}}}"),
    "rtf art": lambda path, words: rtf(path, rf"{{\shp{{\*\shpinst{{\sp{{\sn gtextUNICODE}}{{\sv {escaped(words)}}}}}}}}}"),
    "rtf header in TCVN3": lambda path, words: old_rtf(path, words, r"{{\header {}\par}}"),
    "rtf box in TCVN3": lambda path, words: old_rtf(path, words, r"{{\shp{{\*\shpinst{{\shptxt {}\par}}}}}}"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_stamp_withholds_wherever_it_is_printed(tmp_path: Path, place: str) -> None:
    for words, level in LEVELS.items():
        path = tmp_path / f"{level}.tep"
        PLACES[place](path, words)
        found = reading(path)
        assert (found.outcome, found.secrecy) == ("withheld", level)


@pytest.mark.parametrize("place", [place for place in PLACES if "TCVN3" not in place])
def test_words_about_secrecy_are_no_stamp_there(tmp_path: Path, place: str) -> None:
    path = tmp_path / "a.tep"
    PLACES[place](path, SPEAKS)
    found = reading(path)
    assert (found.outcome, found.secrecy, found.reason_code) == ("text", None, None)


def test_a_file_of_pictures_alone_may_have_a_stamp_too(tmp_path: Path) -> None:
    docx_parts(tmp_path / "a.docx", art("MẬT"))
    assert reading(tmp_path / "a.docx").secrecy == "Mật"
    docx_parts(tmp_path / "b.docx", art("Hết"))
    assert reading(tmp_path / "b.docx").reason_code == "no_words"


def test_pages_that_name_all_levels_speak_about_them(tmp_path: Path) -> None:
    lesson = tree("".join(shape(text(words)) for words in LEVELS))
    slides(tmp_path / "a.pptx", lesson)
    assert reading(tmp_path / "a.pptx").outcome == "text"
    # The next page is stamped all the same.
    pptx(tmp_path / "b.pptx", [FIRST, lesson, tree(shape(text("Nội dung", "MẬT")))])
    assert reading(tmp_path / "b.pptx").secrecy == "Mật"
    word(tmp_path / "c.docx", "".join(box(words) for words in LEVELS))
    assert reading(tmp_path / "c.docx").outcome == "text"


def test_a_title_or_a_cell_of_a_later_slide_is_no_stamp(tmp_path: Path) -> None:
    slides(tmp_path / "a.pptx", tree(shape(text("TỐI MẬT"), "title") + shape(text("Là độ mật cao thứ hai"))))
    assert reading(tmp_path / "a.pptx").outcome == "text"
    odf(tmp_path / "b.odp", "presentation", PAGES + f"<draw:page><draw:frame>{SHEET.replace('Trường', 'TỐI MẬT')}</draw:frame></draw:page>", "")
    assert reading(tmp_path / "b.odp").outcome == "text"


def test_frames_of_masters_only_say_what_to_write(tmp_path: Path) -> None:
    slide_part(tmp_path / "a.pptx", "notes", shape(text("Nhớ"), "body"))
    assert reading(tmp_path / "a.pptx").outcome == "text"
    odf(tmp_path / "b.odp", "presentation", PAGES, '<draw:frame presentation:class="title"><text:p>TỐI MẬT</text:p></draw:frame>')
    assert reading(tmp_path / "b.odp").outcome == "text"


SPEAK_OF_SECRETS = ("MẬT ĐỘ XÂY DỰNG", "Mật: kế hoạch", "V/v bảo vệ bí mật (độ mật: Tối mật)", "Kế hoạch TỐI MẬT", "MẬT-ONG năm 2024")
ANSWERED_OR_URGENT = ("MẬT:V/v kế hoạch", "Fwd: [MẬT] V/v kế hoạch", "RE: Re: MẬT: kế hoạch", "[KHẨN][MẬT] V/v", "HỎA TỐC - MẬT: V/v")


@pytest.mark.parametrize(("subject", "level"), [*((one, None) for one in SPEAK_OF_SECRETS), *((one, "Mật") for one in ANSWERED_OR_URGENT)])
def test_subjects_state_a_level_or_only_speak_of_secrets(tmp_path: Path, subject: str, level: str | None) -> None:
    (tmp_path / "a.eml").write_bytes(mail(subject=subject).as_bytes())
    assert reading(tmp_path / "a.eml").secrecy == level
