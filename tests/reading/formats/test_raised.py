"""Raised numbers of footnotes are no part of a word in HTML and ODT either; powers are."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from docmgr.reading.formats.html.reader import read_html
from docmgr.reading.formats.odt import read_odt
from docmgr.reading.types import Block


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks]


RAISED = [
    ("Luật số 66/2025/QH15", "1", "; và", "Luật số 66/2025/QH15; và"),
    ("theo Luật ", "[3]", " và", "theo Luật và"),
    ("diện tích 25 m", "2", ".", "diện tích 25 m2."),
    ("bằng 10", "6", " đồng", "bằng 106 đồng"),
    ("bụi 50 mg/Nm", "3", ".", "bụi 50 mg/Nm3."),
    ("gia tốc 9,8 m/s", "2", "", "gia tốc 9,8 m/s2"),
    ("", "7", " Xem Luật", "7 Xem Luật"),
    ("lần thứ n", "th", " là", "lần thứ nth là"),
]


@pytest.mark.parametrize(("before", "raised", "after", "shown"), RAISED)
def test_raised_numbers_of_html_are_left_out_as_in_word_files(
    tmp_path: Path, before: str, raised: str, after: str, shown: str
) -> None:
    forms = (
        f"<sup>{raised}</sup>", f"<a href='#_ftn1'><span class=MsoFootnoteReference>{raised}</span></a>",
        f"<span style='vertical-align:super'><b>{raised}</b></span>",
    )  # fmt: skip
    page = tmp_path / "a.html"
    for form in forms:
        page.write_text(f"<html><body><p>{before}{form}{after}</p></body></html>")
        assert texts(read_html(page).blocks) == [shown]


def test_lowered_numbers_and_lines_of_the_source_of_html(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<p>CO<sub>2</sub></p><p>Luật\n<sup>1</sup> và<br><sup>2</sup> Nghị định</p><p>x<sup><sub>3</sub></sup></p>")
    assert texts(read_html(page).blocks) == ["CO2", "Luật và", "2 Nghị định", "x3"]


@pytest.mark.parametrize(("before", "raised", "after", "shown"), RAISED)
def test_raised_numbers_of_odt_are_left_out_as_in_word_files(
    tmp_path: Path, before: str, raised: str, after: str, shown: str
) -> None:
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("text", "office", "style"))
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties style:text-position="{place}"/></style:style>'
        for name, place in (("U", "super 58%"), ("R", "33% 58%"), ("L", "-33% 58%"))
    )
    note = "<text:note><text:note-citation>9</text:note-citation><text:note-body><text:p>Ghi chú</text:p></text:note-body></text:note>"
    for style in ("U", "R"):
        lines = f'<text:p>{before}<text:span text:style-name="{style}">{raised}</text:span>{after}</text:p>'
        lines += f'<text:p>CO<text:span text:style-name="L">2</text:span>{note}</text:p>'
        with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr(
                "content.xml",
                f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
                f"<office:text>{lines}</office:text></office:body></office:document-content>",
            )
        assert texts(read_odt(tmp_path / "a.odt").blocks) == [shown, "CO2", "Ghi chú"]
