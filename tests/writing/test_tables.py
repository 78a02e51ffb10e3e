"""Tables as files: the content can be read back, and no cell is a formula, in CSV or XLSX, whatever people typed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docmgr.writing.tables import Table, plain, to_csv
from docmgr.writing.tables_xlsx import CELL_LIMIT, to_xlsx
from tests.support import needs

DANGEROUS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\x00=1+1", "\ufeff=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹦1", "﹢1", "\u3000=1+1", "\u00a0=1+1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.invalid","bấm")', "tên;=1+1", "tên\t=1+1", "tên\r\n=1+1", "tên\u2028=1+1", '";=1+1;"',
    "'=1+1", '"=1+1"', "=DDE(\"soffice\";\"x\";\"y\")", "#N/A", "-5", "_x003D_1+1",
]  # fmt: skip
STARTS = "=+-@＝＋－＠﹦﹢﹣﹫"
texts = st.one_of(
    st.text(),
    st.tuples(st.sampled_from(DANGEROUS), st.text()).map("".join),
    st.tuples(st.text(max_size=3), st.sampled_from(DANGEROUS)).map("".join),
    st.text(alphabet="=+-@\t\r\n;,\"' \x00＝＋－＠a1"),
    st.characters(codec=None).map(lambda c: c + "=1"),
)


def table(*cells: str) -> Table:
    return Table("Bảng", ("Bộ lọc: tất cả",), ("Cột",), [(cell,) for cell in cells])


def first_of(cell: str) -> str:
    """What a program sees first after it has dropped leading blanks."""
    return cell.lstrip("\x00\ufeff\u200b" + "".join(c for c in map(chr, range(0x3001)) if c.isspace()))[:1]


@given(texts)
@settings(max_examples=500)
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    cell = plain(text)
    assert first_of(cell) not in set(STARTS)
    assert cell[:1] not in set("\t\r\n")
    # No piece of it is a formula either, for a program that splits at other signs than our commas.
    assert not any(first_of(piece) in set(STARTS) and first_of(piece) for piece in re.split("[;\t\r\n]", cell))


@given(st.lists(texts, max_size=5))
def test_csv_gives_the_words_back(cells: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(table(*cells)).decode("utf-8-sig"), newline="")))
    assert rows[:4] == [["Bảng"], ["Bộ lọc: tất cả"], [], ["Cột"]]
    assert rows[4:] == [[plain(cell)] for cell in cells]


@given(st.lists(texts, max_size=5))
@settings(deadline=None)
def test_xlsx_holds_typed_strings_and_no_formula(cells: list[str]) -> None:
    body = to_xlsx(table(*cells))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml and "<f " not in xml
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type in {"s", "inlineStr", "n"}
            assert cell.data_type != "n" or cell.value is None
    assert sheet.max_row == 4 + len(cells) or not cells


@pytest.mark.parametrize("text", [t for t in DANGEROUS if not re.search(r"[\x00\r]|_x", t)])
def test_xlsx_keeps_dangerous_words_as_they_are(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table(text)))).active
    assert sheet is not None
    assert sheet["A5"].value == text
    assert sheet["A5"].quotePrefix == (first_of(text) in set(STARTS))


def test_numbers_days_and_moments_are_typed() -> None:
    zone = dt.timezone(dt.timedelta(hours=7))
    row = (-5, 1.5, dt.date(2024, 2, 5), dt.datetime(2024, 2, 5, 14, 5, tzinfo=zone), None, "")
    made = Table("Bảng", (), ("a", "b", "c", "d", "e", "f"), [row])
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(made))).active
    assert sheet is not None
    cells = [cell.value for cell in sheet[4]]
    assert cells[:4] == [-5, 1.5, dt.datetime(2024, 2, 5), dt.datetime(2024, 2, 5, 14, 5)]
    assert sheet["C4"].number_format == "dd/mm/yyyy"
    rows = list(csv.reader(io.StringIO(to_csv(made).decode("utf-8-sig"))))
    assert rows[3] == ["-5", "1.5", "2024-02-05", "2024-02-05T14:05:00+07:00", "", ""]


def test_a_cell_too_long_for_xlsx_is_cut_and_shows_it() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(table("a" * 40_000)))).active
    assert sheet is not None
    assert sheet["A5"].value == "a" * (CELL_LIMIT - 1) + "…"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_libreoffice_computes_nothing(form: str, tmp_path: Path) -> None:
    office = needs.office("calc")
    made = table(*DANGEROUS)
    source = tmp_path / f"bang.{form}"
    source.write_bytes(to_csv(made) if form == "csv" else to_xlsx(made))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods"]
        + (["--infilter=CSV:44/59/9,34,76,1,,0,false,true,false,false,false,-1"] if form == "csv" else [])
        + ["--outdir", str(tmp_path), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    opened = next(tmp_path.glob("*.fods")).read_text()
    assert "table:formula=" not in opened
    assert "HYPERLINK" in opened
