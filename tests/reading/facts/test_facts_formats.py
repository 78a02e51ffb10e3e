"""The facts of one letter and one resolution are the same in every kind of file, read through the reading process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from openpyxl import Workbook

from docmgr import worker
from docmgr.reading.process.runner import Reader
from tests.reading.facts.facts_texts import MOTTO, NATION
from tests.reading.facts.test_conference import BODY, DATE, SCHOOL
from tests.support import needs

OFFICE = "UBND TỈNH QUẢNG NINH\nSỞ GIÁO DỤC VÀ ĐÀO TẠO"
LETTER_HEAD = (
    (OFFICE, f"{NATION}\n{MOTTO}"),
    (
        "Số: 1234/SGDĐT-VP\nV/v báo cáo kết quả thực hiện dân chủ",
        "Quảng Ninh, ngày 05 tháng 02 năm 2024",
    ),
)
LETTER_BODY = (
    "Kính gửi: Các trường trung học phổ thông",
    "Thực hiện Kế hoạch số 25/KH-UBND ngày 02/02/2024 của UBND tỉnh, Sở yêu cầu các đơn vị báo cáo.",
    "1. Báo cáo gửi trước ngày 15 tháng 02 năm 2024.",
)
LETTER_END = ("Nơi nhận:\n- Như trên;\n- Lưu: VT.", "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\n\nNguyễn Văn A")
LETTER = {
    "type": "Công văn",
    "number": "1234/SGDĐT-VP",
    "issuer": "Sở Giáo dục và Đào tạo",
    "place": "Quảng Ninh",
    "issued_on": "2024-02-05",
    "subject": "Báo cáo kết quả thực hiện dân chủ",
    "signer": "Nguyễn Văn A",
    "position": "Phó Giám đốc",
    "recipients": "Các trường trung học phổ thông",
}
RESOLUTION = {
    "type": "Nghị quyết",
    "number": "01/NQ-HNVC",
    "issuer": "Trường THPT Hòn Gai",
    "place": "Hạ Long",
    "issued_on": "2024-09-28",
    "subject": "Hội nghị viên chức, người lao động năm học 2024 - 2025",
    "signer": "Nguyễn Văn A",
    "position": "Chủ trì",
    "recipients": "Sở GDĐT (để báo cáo)",
}


def paper(
    path: Path,
    head: Sequence[Sequence[str]],
    title: Sequence[str],
    body: Sequence[str],
    end: Sequence[str],
) -> Path:
    """A DOCX in the layout of Decree 30, with heading and signature in tables without borders."""
    document = docx.Document()
    document.styles["Normal"].font.size = docx.shared.Pt(9)
    centre(document.add_table(len(head), 2), head)
    for line in title:
        paragraph = document.add_paragraph()
        paragraph.add_run(line).bold = True
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in body:
        document.add_paragraph(line)
    centre(document.add_table(1, 2), [end])
    document.save(str(path))
    return path


def centre(table: docx.table.Table, rows: Sequence[Sequence[str]]) -> None:
    for row, cells in enumerate(rows):
        for col, text in enumerate(cells):
            table.cell(row, col).text = text
            for paragraph in table.cell(row, col).paragraphs:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def workbook(path: Path) -> Path:
    """The letter as a sheet: one line per cell, the right-hand column of the heading in E, merged cells."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    row = 1
    for left, right in (*LETTER_HEAD, *((line, "") for line in LETTER_BODY), LETTER_END):
        lines = left.split("\n"), right.split("\n")
        for n in range(max(map(len, lines))):
            for col, column in ((1, lines[0]), (5, lines[1])):
                sheet.cell(row, col).value = (column[n] if n < len(column) else "") or None
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
            row += 1
    book.save(path)
    return path


def html(path: Path) -> Path:
    """The letter as an office suite saves a web page, with the name .doc."""

    def cell(text: str) -> str:
        lines = "".join(f"<p align=center><b>{line}</b></p>" for line in text.split("\n") if line)
        return f"<td width=300>{lines}</td>"

    rows = "".join(f"<tr>{cell(left)}{cell(right)}</tr>" for left, right in LETTER_HEAD)
    body = "".join(f"<p class=MsoNormal>{line}</p>" for line in LETTER_BODY)
    end = f"<table><tr>{''.join(map(cell, LETTER_END))}</tr></table>"
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset="utf-8"></head>'
        f"<body><table>{rows}</table>{body}{end}</body></html>"
    )
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with worker.Reader() as one:
        yield one


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """letter.* and resolution.*: DOCX, and the other formats into which an office suite converts it."""
    office = needs.office("writer")
    folder = tmp_path_factory.mktemp("facts")
    letter = paper(folder / "letter.docx", LETTER_HEAD, (), LETTER_BODY, LETTER_END)
    resolution = paper(
        folder / "resolution.docx",
        ((SCHOOL, f"{NATION}\n{MOTTO}"), ("Số: 01/NQ-HNVC", DATE)),
        ("NGHỊ QUYẾT", "Hội nghị viên chức, người lao động", "Năm học 2024 - 2025"),
        BODY,
        ("Nơi nhận:\n- Sở GDĐT (để báo cáo);\n- Lưu: VT.", "TM. HỘI NGHỊ\nCHỦ TRÌ\n\n\nNguyễn Văn A"),
    )
    for kind in ("pdf", "odt", "rtf"):
        command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", kind, "--outdir", str(folder), str(letter), str(resolution)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def facts(reader: Reader, path: Path, kind: str) -> dict[str, str | None]:
    """The proposed values for a file, which must be read as that kind."""
    reading = reader.read(path)
    assert (reading.outcome, reading.kind) == ("text", kind)
    assert reading.interpretation is not None
    return {field: fact.value for field, fact in reading.interpretation.facts.items()}


@pytest.mark.parametrize("kind", ["docx", "pdf", "odt", "rtf"])
def test_a_letter_of_an_office_suite(reader: Reader, saved: Path, kind: str) -> None:
    assert facts(reader, saved / f"letter.{kind}", kind) == LETTER


@pytest.mark.parametrize("kind", ["docx", "pdf", "odt", "rtf"])
def test_a_resolution_of_an_office_suite(reader: Reader, saved: Path, kind: str) -> None:
    assert facts(reader, saved / f"resolution.{kind}", kind) == RESOLUTION


def test_a_letter_in_a_workbook(reader: Reader, tmp_path: Path) -> None:
    assert facts(reader, workbook(tmp_path / "letter.xlsx"), "xlsx") == LETTER


def test_a_letter_saved_as_a_web_page_and_named_doc(reader: Reader, tmp_path: Path) -> None:
    assert facts(reader, html(tmp_path / "letter.doc"), "html") == LETTER
