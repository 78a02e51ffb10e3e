"""Text in TCVN3 and VNI fonts is recognised by its words, never by the name of the font."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmgr.reading.process.runner import Reader
from docmgr.reading.repair import legacy_fonts
from docmgr.reading.types import Block
from tests.reading.samples import docx_parts, para

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
UNICODE = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập - Tự do - Hạnh phúc. Quyết định của Bộ trưởng về việc "
    "sửa đổi mức thuế suất của một số mặt hàng trong biểu thuế nhập khẩu ưu đãi."
)
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam. §éc lËp - Tù do - H¹nh phóc. QuyÕt ®Þnh vÒ viÖc söa ®æi."
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. Ñoäc laäp - Töï do - Haïnh phuùc. Quyeát ñònh cuûa Boä."
NEEDED = pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not there")


def found(*lines: str) -> str | None:
    return legacy_fonts.detect([Block(line) for line in lines])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (UNICODE, None),
        (TCVN3, "tcvn3"),
        (VNI, "vni"),
        (UNICODE.upper(), None),
        ("Le développement économique français à l'été où les forêts brûlent; élève, naïve, Noël", None),
        ("Müller grüßt: schöne Äpfel für über fünf Öfen, ä ö ü", None),
        ("plain ascii text", None),
        ("many words of another language, of which but few are marked " * 3 + "Ph¸p ViÖt cña", None),
        ("", None),
    ],
)
def test_detects_by_words(text: str, expected: str | None) -> None:
    assert found(text) == expected


def test_mixed_text_is_judged_by_its_larger_part() -> None:
    assert found(UNICODE, UNICODE, UNICODE, TCVN3) is None
    assert found(UNICODE, *[TCVN3] * 8) == "tcvn3"


@given(st.text(max_size=60))
def test_any_word_gets_a_verdict(word: str) -> None:
    assert legacy_fonts.judge(word) in ("good", "tcvn3", "vni", "other")


@pytest.mark.parametrize(("text", "outcome"), [(UNICODE, "text"), (TCVN3, "no_text")])
def test_font_name_does_not_decide(tmp_path: Path, text: str, outcome: str) -> None:
    path = docx_parts(tmp_path / "a.docx", para(text, run='<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>'))
    with Reader() as reader:
        reading = reader.read(path, interpret=False)
    assert reading.outcome == outcome
    if outcome == "no_text":
        assert reading.reason_code == "legacy_encoding" and reading.text == ""


@NEEDED
def test_real_legacy_files_and_no_false_alarm() -> None:
    legacy_files = sorted((DATA / "legacy_encodings/corpus").rglob("*.*"))
    unicode_files = [p for folder in ("docx", "decree30", "htm", "seed") for p in (DATA / folder).iterdir()]
    with Reader() as reader:
        codes = {p.name: reader.read(p).reason_code for p in legacy_files}
        alarms = [p.name for p in unicode_files if reader.read(p).outcome != "text"]
    read = {name: code for name, code in codes.items() if code != "unsupported"}
    print(
        f"\nlegacy: {sum(c == 'legacy_encoding' for c in read.values())} of {len(read)} recognised, "
        f"{len(codes) - len(read)} of kinds not read yet, {len(alarms)} false alarms of {len(unicode_files)}"
    )
    assert [name for name, code in read.items() if code != "legacy_encoding"] == []
    assert alarms == []
