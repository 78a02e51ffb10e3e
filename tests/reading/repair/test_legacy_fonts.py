"""Text in old fonts is recognised by its words, never by the name of the font, and converted line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmgr import worker
from docmgr.reading.letters import verdicts
from docmgr.reading.letters.encodings import ENCODINGS
from docmgr.reading.process import wire
from docmgr.reading.repair import texts
from docmgr.reading.types import Block, OldFonts, Reading
from legaltext.text import clean_line
from tests.filling.old_fonts import in_bytes, written
from tests.filling.papers import BODY
from tests.reading.samples import docx_parts, para

UNICODE = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc. Quyết định của Bộ trưởng về việc "
    "sửa đổi mức thuế suất của một số mặt hàng trong biểu thuế nhập khẩu ưu đãi."
)
LINES = (UNICODE, "Thông tư", *BODY, "Nơi nhận: các Vụ, Cục; lưu: VT, 10.000 đ")
FOREIGN = (
    "Le développement économique français à l'été où les forêts brûlent; élève, naïve, Noël, né à Paris",
    "Müller grüßt: schöne Äpfel für über fünf Öfen, ä ö ü",
    "Plain English words, of which none is marked",
    "Nous avons dû rentrer tôt dans la maison; il a dû partir tôt",
    "Señor Muñoz viajó ayer a Bogotá; São Paulo, coração, ação",
)


def repaired(*lines: str, convert: bool = True) -> texts.Repaired:
    return texts.repair([Block(line) for line in lines], convert)


def text_of(found: texts.Repaired) -> list[str]:
    return [block.text for block in found.blocks]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_line_comes_back(encoding: str) -> None:
    found = repaired(*(written(line, encoding) for line in LINES))
    assert [line.lower() for line in text_of(found)] == [line.lower() for line in LINES]
    assert found.old_fonts is not None and found.old_fonts.encodings == (encoding,)
    assert found.old_fonts.lines == sum(not line.isascii() for line in LINES)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_text_before_has_the_same_lines(encoding: str) -> None:
    old = [written(line, encoding) for line in LINES]
    found = repaired("Trang 1", *old, "\xad")
    assert found.old_fonts is not None and found.old_fonts.before is not None
    assert found.old_fonts.before.split("\n") == ["Trang 1", *map(clean_line, old)]
    assert len(found.blocks) == len(LINES) + 1


@pytest.mark.parametrize("line", [UNICODE, UNICODE.upper(), *FOREIGN, "", "ý", "là", "à ô bé sè"])
def test_unicode_and_other_languages_stay(line: str) -> None:
    found = repaired(line, line)
    assert found.old_fonts is None and text_of(found) == [line, line][: 2 * bool(line)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_other_languages_stay_between_converted_lines(encoding: str) -> None:
    old = [written(line, encoding) for line in LINES]
    found = repaired(*old, *FOREIGN, *old, UNICODE)
    assert text_of(found)[len(LINES) : len(LINES) + len(FOREIGN)] == list(FOREIGN)
    assert text_of(found)[-1] == UNICODE


def test_each_paragraph_has_its_own_encoding() -> None:
    found = repaired(UNICODE, written(UNICODE, "tcvn3"), written(UNICODE, "vni"), UNICODE)
    assert [line.lower() for line in text_of(found)] == [UNICODE.lower()] * 4
    assert found.old_fonts is not None and found.old_fonts.encodings == ("tcvn3", "vni")
    assert found.old_fonts.lines == 2


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_runs_of_one_line_are_converted_apart(encoding: str) -> None:
    old = written("các trường học thực hiện quyết định của Bộ", encoding)
    line = f"Căn cứ Luật Giáo dục, {old} Nghị định số 5 được ban hành"
    found = repaired(line)
    assert text_of(found) == ["Căn cứ Luật Giáo dục, các trường học thực hiện quyết định của Bộ Nghị định số 5 được ban hành"]


def test_a_short_line_is_as_the_lines_before_it() -> None:
    old, short = written(UNICODE, "tcvn3"), written("Số", "tcvn3")
    assert short == "Sè"
    assert text_of(repaired(old, short))[1] == "Số"
    assert text_of(repaired(short, old))[0] == "Số"
    assert text_of(repaired(old, UNICODE, "Bé Sè"))[2] == "Bé Sè"


def test_words_in_capitals_become_capitals() -> None:
    assert text_of(repaired(written(UNICODE, "tcvn3"), "QUYÕT §ÞNH CñA Bé TR\xad\xadëNG".replace("\xad\xad", "\xad")))[1] == (
        "QUYẾT ĐỊNH CỦA BỘ TRƯỞNG"
    )
    assert text_of(repaired(written(UNICODE, "tcvn3"), written("Số 5/TT-BTC", "tcvn3")))[1] == "Số 5/TT-BTC"


def test_words_that_are_no_syllables_are_converted_too() -> None:
    lines = text_of(repaired(written(UNICODE, "vni"), written("thực hiện các rôbôt, sởcơ, ccác", "vni"), "Noël, goût, créée, naïf"))
    assert lines[1:] == ["thực hiện các rôbôt, sởcơ, ccác", "Noël, goût, créée, naïf"]
    assert text_of(repaired(written(UNICODE, "tcvn3"), "n\xad\xadíc, hµnhchÕ ®é"))[1] == "nước, hànhchế độ"


def test_foreign_words_stay_in_a_converted_line() -> None:
    before, after = written("Hội thảo về ", "tcvn3"), written(" được tổ chức tại Hà Nội", "tcvn3")
    assert text_of(repaired(before + "société civile" + after)) == ["Hội thảo về société civile được tổ chức tại Hà Nội"]


def test_an_abbreviation_alone_is_as_the_lines_before_it() -> None:
    # In VISCII "S§" would be a syllable, but the text is in TCVN3.
    assert text_of(repaired(written(UNICODE, "tcvn3"), "S§", "Q§-UB", "10 000 ®"))[1:] == ["SĐ", "QĐ-UB", "10 000 đ"]


def test_a_pdf_puts_other_signs_for_two_letters() -> None:
    line = "Quü b¶o l\u2219nh cña Thñ t\u2212íng; Th«ng t\u2212 10 \u2212 20"
    assert text_of(repaired(line)) == ["Quỹ bảo lãnh của Thủ tướng; Thông tư 10 \u2212 20"]


def test_without_conversion_the_text_stays_and_is_told() -> None:
    old = written(UNICODE, "tcvn3")
    found = repaired(old, convert=False)
    assert text_of(found) == [clean_line(old)]
    assert found.old_fonts == OldFonts(("tcvn3",), 1, None)


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_is_repaired_to_clean_lines(lines: list[str]) -> None:
    found = repaired(*lines)
    assert all(line and line == clean_line(line) for line in text_of(found))
    if found.old_fonts is not None and found.old_fonts.before is not None:
        assert len(found.old_fonts.before.split("\n")) == len(found.blocks)


@given(st.lists(st.sampled_from(UNICODE.replace(".", "").split()), min_size=1, max_size=12))
def test_vietnamese_in_unicode_is_never_converted(words: list[str]) -> None:
    line = " ".join(words)
    assert verdicts.of_lines([line] * 3) == [None] * 3


def files(tmp_path: Path, encoding: str) -> list[Path]:
    """The lines as files of several kinds."""
    # Some capitals of VPS are control characters, which only plain text may hold.
    lines = [line.lower() if encoding == "vps" else line for line in LINES]
    body = "\n".join(lines)
    old = in_bytes(body, encoding)
    txt, page, rtf = tmp_path / "a.txt", tmp_path / "a.html", tmp_path / "a.rtf"
    txt.write_bytes(old)
    page.write_bytes(b"<html><body><p>" + old.replace(b"\n", b"</p><p>") + b"</p></body></html>")
    escaped = b"".join(b"\\'%02x" % byte if byte > 127 else bytes([byte]) for byte in old)
    rtf.write_bytes(b"{\\rtf1\\ansi\\ansicpg1252 " + escaped.replace(b"\n", b"\\par ") + b"}")
    docx = docx_parts(tmp_path / "a.docx", "".join(para(written(line, encoding)) for line in lines))
    return [txt, page, rtf, docx]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_kind_of_file_is_converted(tmp_path: Path, encoding: str) -> None:
    with worker.Reader() as reader:
        for path in files(tmp_path, encoding):
            reading = reader.read(path)
            assert reading.text.lower().split("\n") == [line.lower() for line in LINES], path.suffix
            assert (reading.health, reading.health_reason) == ("converted", "converted")
            plain = reader.read(path, convert=False)
            assert (plain.health, plain.health_reason) == ("doubtful", "as_written")
            assert "Nghị định" not in plain.text


@pytest.mark.parametrize(("text", "converted"), [(UNICODE, False), (written(UNICODE, "tcvn3"), True)])
def test_font_name_does_not_decide(tmp_path: Path, text: str, converted: bool) -> None:
    font = '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'
    with worker.Reader() as reader:
        reading = reader.read(docx_parts(tmp_path / "a.docx", para(text, run=font)), interpret=False)
    assert reading.text == UNICODE
    assert (reading.old_fonts is not None) == converted


@pytest.mark.parametrize("run", ['<w:rFonts w:ascii=".VnTimeH"/>', "<w:caps/>"])
def test_fonts_and_formats_of_capitals(tmp_path: Path, run: str) -> None:
    old = written("bộ trưởng bộ tài chính quyết định", "tcvn3")
    old = old.replace("\xad", "</w:t><w:softHyphen/><w:t>")
    body = para(written(UNICODE, "tcvn3")) + para(old, run=run) + para("quyết định này", run=run)
    with worker.Reader() as reader:
        lines = reader.read(docx_parts(tmp_path / "a.docx", body), interpret=False).text.split("\n")
    assert lines[1] == "BỘ TRƯỞNG BỘ TÀI CHÍNH QUYẾT ĐỊNH"
    # A font of capitals shows Unicode as it is; a format of capitals does not.
    assert lines[2] == ("QUYẾT ĐỊNH NÀY" if "caps" in run else "quyết định này")


@pytest.mark.parametrize(
    "page",
    [
        '<p><font face=".VnTimeH">{}</font></p>',
        "<p style=\"font-family:'.VnTimeH',serif\">{}</p>",
        '<table><tr><td style="font-family:.VnArialH"><b>{}</b></td></tr></table>',
    ],
)
def test_fonts_of_capitals_in_web_pages(tmp_path: Path, page: str) -> None:
    body = f"<p>{written(UNICODE, 'tcvn3')}</p>" + page.format(written("quyết định của bộ", "tcvn3")) + "<p>bé tµi chÝnh</p>"
    (tmp_path / "a.html").write_bytes(f"<html><body>{body}</body></html>".encode("cp1252"))
    with worker.Reader() as reader:
        lines = reader.read(tmp_path / "a.html", interpret=False).text.split("\n")
    assert lines[1:] == ["QUYẾT ĐỊNH CỦA BỘ", "bộ tài chính"]


def test_fonts_of_capitals_in_rtf(tmp_path: Path) -> None:
    old = written(UNICODE, "tcvn3").replace("\xad", r"\-")
    fonts = r"{\fonttbl{\f0\froman Times;}{\f31\fnil\fcharset0{\*\panose 0202}.VnTimeH;}{\f32\fnil .VnTime;}}"
    body = (
        r"{\f32 " + old + r"\par}{\f31 bé tµi chÝnh\par sè\par}{\b\f31\fs24 quyÕt {\f32 ®Þnh} nµy}\par "
        r"\trowd\intbl\f31 bé\cell sè\cell\row\pard\plain ®Þnh\par"
    )
    (tmp_path / "a.rtf").write_bytes((r"{\rtf1\ansi\ansicpg1252" + fonts + body + "}").encode("cp1252"))
    with worker.Reader() as reader:
        lines = reader.read(tmp_path / "a.rtf", interpret=False).text.split("\n")
    assert lines[0] == UNICODE
    assert lines[1:] == ["BỘ TÀI CHÍNH", "SỐ", "QUYẾT định NÀY", "BỘ", "SỐ", "định"]


def test_deep_groups_of_rtf_take_no_time(tmp_path: Path) -> None:
    deep = 200_000
    body = r"{\f31 bé" + "{" * deep + "}" * deep + "}" * 3
    (tmp_path / "a.rtf").write_bytes((r"{\rtf1{\fonttbl{\f31\fnil .VnTimeH;}}" + body).encode("cp1252"))
    with worker.Reader() as reader:
        reader.read(tmp_path / "a.rtf", interpret=False)
        assert float(reader.last["wall_s"]) < 10


def test_the_two_columns_of_a_heading_are_seen_before_the_conversion(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    head = (
        "Bộ tài chính                Cộng hoà xã hội chủ nghĩa Việt Nam\n"
        "Số: 120/2002/TT-BTC         Độc lập - Tự do - Hạnh phúc\n"
        "                            Hà Nội, ngày 30 tháng 12 năm 2002\n\nThông tư\n"
    )
    path.write_bytes(in_bytes(head + "\n".join(BODY), "tcvn3"))
    with worker.Reader() as reader:
        reading = reader.read(path)
    assert reading.interpretation is not None
    facts = {name: fact.value for name, fact in reading.interpretation.facts.items()}
    assert facts["number"] == "120/2002/TT-BTC" and facts["issued_on"] == "2002-12-30"
    assert reading.text.startswith("Bộ tài chính\nCộng hoà xã hội")


def test_what_was_converted_passes_between_processes() -> None:
    reading = Reading("text", "txt", old_fonts=OldFonts(("vni",), 3, "aø\nb"), health="converted", official=False)
    assert wire.from_bytes(wire.to_bytes(reading)) == reading
    for bad in (b'"encodings":["latin"]', b'"encodings":3'):
        with pytest.raises(ValueError, match=r"old_fonts|not a reading"):
            wire.from_bytes(wire.to_bytes(reading).replace(b'"encodings":["vni"]', bad))
    with pytest.raises(ValueError, match="health"):
        wire.from_bytes(wire.to_bytes(reading).replace(b'"health":"converted"', b'"health":"fine"'))
