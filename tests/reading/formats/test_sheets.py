"""Workbooks and CSV: values as they are shown, rows with their sheets, and what is no workbook any more."""

from __future__ import annotations

import datetime
import random
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from docmgr import worker
from docmgr.reading.formats.kinds import sniff
from docmgr.reading.formats.sheets.delimited import delimiter_of, read_csv
from docmgr.reading.formats.sheets.ods import read_ods
from docmgr.reading.formats.sheets.values import shown
from docmgr.reading.formats.sheets.xlsx import read_xlsx
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents
from tests.support import needs

SCHOOLS = [
    ("STT", "Tên trường", "Mã", "Ngày thành lập", "Tỷ lệ", "Điểm"),
    (1, "Trường THPT Hòn Gai", 123, datetime.date(1959, 9, 5), 0.985, 8.25),
    (2, "Trường THPT Bãi Cháy", 7, datetime.date(1998, 3, 15), 1, 7.5),
]
ROWS = [
    ["STT", "Tên trường", "Mã", "Ngày thành lập", "Tỷ lệ", "Điểm"],
    ["1", "Trường THPT Hòn Gai", "000123", "05/09/1959", "98.5%", "8.3"],
    ["2", "Trường THPT Bãi Cháy", "000007", "15/03/1998", "100.0%", "7.5"],
]


def workbook(path: Path) -> Path:
    """Two sheets with words and an empty one between them."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách trường"
    for row in SCHOOLS:
        sheet.append(row)
    for row in ("2", "3"):
        for column, form in (("C", "000000"), ("D", "dd/mm/yyyy"), ("E", "0.0%"), ("F", "0.0")):
            sheet[f"{column}{row}"].number_format = form
    book.create_sheet("Trống")
    book.create_sheet("Ghi chú")["B7"] = "Hết"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbook by kind; the names of the files are wrong on purpose."""
    office = needs.office("calc")
    folder = tmp_path_factory.mktemp("sheets")
    found = {"xlsx": workbook(folder / "a.xlsx")}
    for kind in ("xls", "ods"):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / kind), str(found["xlsx"])]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        found[kind] = (folder / kind / f"a.{kind}").rename(folder / f"{kind}.docx")
    found["xlsx"] = found["xlsx"].rename(folder / "xlsx")
    return found


def rows_of(contents: PartContents, table: int = 0) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for block in contents.blocks:
        if block.table == table:
            found.setdefault(block.row or 0, []).append(block.text)
    return list(found.values())


def test_facts_come_from_the_heading_of_a_workbook_alone(tmp_path: Path) -> None:
    table = [["STT", "Trường", "Nơi nhận"], [1, "THPT Hòn Gai", "Sở Nội vụ"], [2, "Quyết định", "TM. ỦY BAN"]]
    heading = [
        ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["Số: 12/KH-SGDĐT", "Quảng Ninh, ngày 05 tháng 9 năm 2024"],
        ["KẾ HOẠCH"],
        ["Kiểm tra các trường"],
    ]
    found = []
    for rows in (heading + table, table):
        book = Workbook()
        book.active.title = "Danh sách"
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        with worker.Reader() as reader:
            reading = reader.read(tmp_path / "a.xlsx")
        assert reading.interpretation is not None
        found.append({field: fact.value for field, fact in reading.interpretation.facts.items()})
    told = {"type": "Kế hoạch", "number": "12/KH-SGDĐT", "issued_on": "2024-09-05", "subject": "Kiểm tra các trường"}
    assert told.items() <= found[0].items()
    assert not {"signer", "recipients"} & set(found[0])
    assert found[1] == {}


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_is_read_as_it_is_shown(saved: dict[str, Path], kind: str) -> None:
    assert sniff(saved[kind]) == kind
    with worker.Reader() as reader:
        reading = reader.read(saved[kind], interpret=False)
    contents = PartContents(reading.kind, reading.blocks)
    assert (reading.outcome, reading.kind) == ("text", kind)
    assert rows_of(contents) == [[v.replace(",", ".") for v in row] for row in ROWS]
    assert [b.text for b in reading.blocks if b.kind == "heading"] == ["Danh sách trường", "Ghi chú"]
    last = reading.blocks[-1]
    assert (last.text, last.table, last.row, last.col) == ("Hết", 2, 6, 1)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_each_row_is_a_provision(saved: dict[str, Path], kind: str) -> None:
    with worker.Reader() as reader:
        found = reader.read(saved[kind]).interpretation
    assert found is not None
    provisions = [(p.anchor, p.parent, p.kind, p.label, p.title) for p in found.provisions]
    assert provisions == [
        ("bang-1", None, "bang", "Bảng 1", "Danh sách trường"),
        ("bang-1.1", "bang-1", "hang", "Dòng 1", ""),
        ("bang-1.2", "bang-1", "hang", "Dòng 2", ""),
        ("bang-1.3", "bang-1", "hang", "Dòng 3", ""),
        ("bang-3", None, "bang", "Bảng 3", "Ghi chú"),
        ("bang-3.7", "bang-3", "hang", "Dòng 7", ""),
    ]
    row = found.provisions[2]
    assert row.text.splitlines()[1] == "Trường THPT Hòn Gai" and found.text[row.start : row.end].startswith("1\n")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1234567.0, "#,##0", "1234567"),
        (1234.5, "#,##0.00", "1234.50"),
        (0.5, "0%", "50%"),
        (0.12345, "0.0#%", "12.35%"),
        (-3, "0;(0)", "(3)"),
        (0, '0;-0;"không"', "0"),
        (7, '"Điều "0', "Điều 7"),
        (1200, '#,##0\\ "đồng"', "1200 đồng"),
        (1.5, "# ?/?", "1.5"),
        (1e20, "0.00E+00", "1e+20"),
        (2.5, "[Red]0.0_);[Blue](0.0)", "2.5"),
        (2.345, "General", "2.345"),
        (float("nan"), "0.0", "nan"),
        (datetime.datetime(2024, 3, 5), "mm-dd-yy", "05/03/2024"),
        (datetime.datetime(2024, 3, 5), "mm/yyyy", "03/2024"),
        (datetime.datetime(2024, 3, 5), "d/m/yy", "5/3/24"),
        (datetime.datetime(2024, 3, 5), '"Ngày "dd" tháng "mm" năm "yyyy', "05/03/2024"),
        (datetime.datetime(2024, 3, 5, 8, 5), "dd/mm/yyyy hh:mm", "05/03/2024 08:05"),
        (datetime.datetime(2024, 3, 5, 8, 5), "yyyy-mm-dd h:mm", "05/03/2024 08:05"),
        (datetime.datetime(2024, 3, 5), "d-mmm-yy", "05/03/2024"),
        (datetime.time(8, 5), "hh:mm", "08:05"),
        (True, "0.0", "TRUE"),
        (None, "0.0", ""),
    ],
)
def test_values_are_shown_by_their_format(value: object, form: str, text: str) -> None:
    assert shown(value, form) == text


def test_csv_is_told_by_name_and_shape(tmp_path: Path) -> None:
    table = 'STT;Tên;Ghi chú\n1;"Trường A; cơ sở 2";"dòng một\ndòng hai"\n2;Trường B;\n'
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(table.encode(encoding))
        assert sniff(path) == "csv"
        assert rows_of(read_csv(path)) == [
            ["STT", "Tên", "Ghi chú"], ["1", "Trường A; cơ sở 2", "dòng một", "dòng hai"], ["2", "Trường B"],
        ]  # fmt: skip
    (tmp_path / "a.csv").write_text("Một câu văn, có dấu phẩy.\nMột câu khác.\nCâu thứ ba, bốn, năm.\n")
    (tmp_path / "b.txt").write_text(table)
    assert (sniff(tmp_path / "a.csv"), sniff(tmp_path / "b.txt")) == ("txt", "txt")
    assert sniff(tmp_path / "b.txt", "b.CSV") == "csv"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\n1,2\n", ","),
        ("a\tb,c\n1\t2\n", "\t"),
        ("sep=|\na|b\n", "|"),
        ("tên;số\nA;1,5\nB;2,5\n", ";"),
        ("một\nhai\n", None),
        ("một,hai\n", None),
        ("", None),
    ],
)
def test_the_delimiter_is_found(text: str, mark: str | None) -> None:
    assert delimiter_of(text) == mark


def test_the_line_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=|\na|b\nc|d\n")
    assert rows_of(read_csv(tmp_path / "a.csv")) == [["a", "b"], ["c", "d"]]


def test_a_million_empty_rows_hide_nothing(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"/>' for n in range(3, 900_000))
    end = '<row r="900000"><c r="A900000" t="inlineStr"><is><t>cuối</t></is></c></row>'
    path = changed(workbook(tmp_path / "a.xlsx"), "xl/worksheets/sheet3.xml", "<sheetData>", f"<sheetData>{rows}{end}")
    with worker.Reader() as reader:
        reading = reader.read(path, interpret=False)
        assert reading.outcome == "text" and "cuối" in reading.text
    table = '<table:table table:name="Rộng"><table:table-row table:number-rows-repeated="1048575"/><table:table-row>'
    table += '<table:table-cell table:number-columns-repeated="16383"/><table:table-cell><text:p>a<text:s text:c="3"/>b'
    table += "</text:p></table:table-cell></table:table-row></table:table>"
    (block,) = read_ods(ods(tmp_path / "a.ods", table)).blocks[1:]
    assert (block.text, block.row, block.col) == ("a b", 1_048_575, 16_383)


def test_empty_rows_are_passed_over_and_every_other_keeps_its_number(tmp_path: Path) -> None:
    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    rows = f"""<row r="2" spans="1:3" x="/>"/><row r="3"/> <row ht='1' r="4"></row>\n<row r="5" ht="15.75"/><row r="6">{cell("sáu")}</row>
        <row r="8"></row><row>{cell("chín")}</row><row r="10"/><row/><row/><row>{cell("mười ba")}</row><x:row r="14"/><x:row
        r="15" ht="1"></x:row><row r="16">{cell("mười sáu")}</row><row r="17"/>"""
    path = workbook(tmp_path / "a.xlsx")
    changed(path, "xl/worksheets/sheet3.xml", "<sheetData>", f'<sheetData xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{rows}')
    found = [(block.row, block.text) for block in read_xlsx(path).blocks if block.table == 2 and block.kind == "cell"]
    assert found == [(5, "sáu"), (8, "chín"), (12, "mười ba"), (15, "mười sáu")]
    changed(path, "xl/worksheets/sheet3.xml", "sáu</t>", '<![CDATA[<row r="1"/><row r="2"/>]]></t>')
    assert '<row r="1"/><row r="2"/>' in [block.text for block in read_xlsx(path).blocks]


def test_repeated_cells_and_rows_are_read_that_often(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="3">{cell}</table:table-row>'
    endless = row.replace('"3"', '"1000000"')
    path = ods(tmp_path / "a.ods", f'<table:table table:name="A">{row}</table:table>')
    assert rows_of(read_ods(path)) == [["x", "x"]] * 3
    many = ods(tmp_path / "b.ods", f'<table:table table:name="A">{endless}</table:table>')
    assert len(rows_of(read_ods(many))) == 200


def test_a_long_sheet_is_cut_and_says_so(tmp_path: Path) -> None:
    few = replace(DEFAULT_LIMITS, sheet_rows=2)
    contents = read_xlsx(workbook(tmp_path / "a.xlsx"), few)
    assert len(rows_of(contents)) == 2 and rows_of(contents, 2) == [["Hết"]]
    assert [b.text for b in contents.blocks if b.kind == "heading"] == ["Danh sách trường", "Ghi chú"]
    assert [note.told for note in contents.notes] == ["Trang tính “Danh sách trường” chỉ đọc 2 dòng đầu có chữ."]


def test_workbooks_with_macros_are_read_without_them(tmp_path: Path) -> None:
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    path = changed(
        workbook(tmp_path / "a.xlsx"), "[Content_Types].xml", types, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"Sub AutoOpen()" * 50)
    assert sniff(path) == "xlsx"
    contents = read_xlsx(path)
    assert rows_of(contents)[1][1] == "Trường THPT Hòn Gai" and "AutoOpen" not in str(contents.blocks)


def test_an_encrypted_xls_says_so(saved: dict[str, Path], tmp_path: Path) -> None:
    data = saved["xls"].read_bytes()
    begin = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    locked = tmp_path / "a.xls"
    # The record after the first becomes FILEPASS, as in a workbook with a password ([MS-XLS] 2.4.117).
    locked.write_bytes(data[: begin + 20] + b"\x2f\x00" + data[begin + 22 :])
    with worker.Reader() as reader:
        assert reader.read(locked).reason_code == "encrypted"
    manifest = ods(tmp_path / "a.ods", "", manifest="<m:encryption-data/>")
    with pytest.raises(Unreadable, match="encrypted"):
        read_ods(manifest)


def test_damaged_xls_files_have_a_reason(saved: dict[str, Path], tmp_path: Path) -> None:
    data, chance = saved["xls"].read_bytes(), random.Random(16)
    path = tmp_path / "a.xls"
    few = replace(DEFAULT_LIMITS, cpu_s=2, wall_s=20.0)
    ends = set()
    # Damaged records can make xlrd ask for any amount of memory, so only the limited child reads them.
    with worker.Reader() as reader:
        for _ in range(40):
            broken = bytearray(data[: chance.choice((len(data), chance.randrange(600, len(data))))])
            for _ in range(chance.randrange(1, 30)):
                broken[chance.randrange(512, len(broken))] = chance.randrange(256)
            path.write_bytes(broken)
            ends.add(reader.read(path, limits=few, interpret=False).reason_code)
    assert "broken" in ends and ends <= {None, "broken", "too_large", "too_long", "encrypted", "no_words", "unsupported"}


def changed(path: Path, part: str, old: str, new: str) -> Path:
    """The same package with `old` in one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode()
    assert old in re.sub(r"<sheetData\s*/>", "<sheetData></sheetData>", text)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, text.replace(old, new) if name == part else data)
    return path


def ods(path: Path, tables: str, manifest: str = "") -> Path:
    """An ODS with these tables as XML."""
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="urn:x">{manifest}</m:manifest>')
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
    return path


def test_numbers_too_long_for_a_decimal_spoil_no_workbook() -> None:
    assert shown(12345678901234567890.0, "0.0000000000") == "12345678901234567000"
    assert shown(12345678901.5) == "12345678901.5" and shown(0.1 + 0.2) == "0.3"
    assert shown(123456789012345.5, "General") == "123456789012346"


def test_durations_are_hours_and_minutes() -> None:
    assert shown(datetime.timedelta(hours=26, minutes=30)) == "26:30"
    assert shown(datetime.timedelta(minutes=-5, seconds=-7)) == "-0:05:07"


def test_a_workbook_with_too_many_cells_is_cut_after_a_row(tmp_path: Path) -> None:
    book = Workbook()
    for row in range(6):
        book.worksheets[0].append([f"{row}.{col}" for col in range(4)])
    book.save(tmp_path / "a.xlsx")
    found = read_xlsx(tmp_path / "a.xlsx", replace(DEFAULT_LIMITS, sheet_cells=11))
    assert [block.text for block in found.blocks][-2:] == ["1.2", "1.3"] and len(found.blocks) == 9
    assert [note.told for note in found.notes] == ["Sổ tính quá lớn, chỉ đọc 9 ô đầu có chữ."]
    assert read_xlsx(tmp_path / "a.xlsx", replace(DEFAULT_LIMITS, characters=27)).blocks[-1].text == "0.3"
