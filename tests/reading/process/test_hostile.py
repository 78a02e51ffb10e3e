"""Hostile and broken files in the reading process: each gives an outcome with a code and a reason."""

from __future__ import annotations

import os
import random
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docmgr.reading.limits import DEFAULT_LIMITS, MIB, ReadingLimits
from docmgr.reading.outcomes import REASONS
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import OUTCOMES, Reading
from tests.filling import bad_files
from tests.reading.samples import docx_parts, ole, para, pdf

CANARY = "CHIM-HOÀNG-YẾN"
SMALL = ReadingLimits(
    wall_s=5,
    cpu_s=5,
    archive_ratio_from_bytes=MIB,
    archive_part_bytes=4 * MIB,
    archive_total_bytes=8 * MIB,
    archive_entries=100,
    xml_tags=50_000,
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def check(reading: Reading, code: str) -> None:
    assert (reading.reason_code, reading.outcome) == (code, REASONS[code][0])
    assert reading.text == "" and reading.blocks == ()


def test_archive_bombs(reader: Reader, tmp_path: Path) -> None:
    heavy = docx_parts(tmp_path / "heavy.docx", para("a"), {"theme": "0" * (5 * MIB)})
    dense = docx_parts(tmp_path / "dense.docx", para("a"), {"theme": "0" * (2 * MIB)})
    many = docx_parts(tmp_path / "many.docx", para("a"), {f"theme{n}": "<a/>" for n in range(120)})
    for path in (heavy, dense, many):
        check(reader.read(path, limits=SMALL, interpret=False), "bomb")
        assert reader.read(path, interpret=False).outcome == "text"


def test_many_empty_paragraphs_are_cut(reader: Reader, tmp_path: Path) -> None:
    path = docx_parts(tmp_path / "a.docx", "<w:p/>" * 60_000 + para("hết"))
    check(reader.read(path, limits=SMALL, interpret=False), "too_large")
    assert reader.read(path, interpret=False).text == "hết"


def test_deep_nesting_and_long_text(reader: Reader, tmp_path: Path) -> None:
    deep = docx_parts(
        tmp_path / "deep.docx", "<w:tbl><w:tr><w:tc>" * 2_000 + "</w:tc></w:tr></w:tbl>" * 2_000
    )
    check(reader.read(deep, interpret=False), "broken")
    long = docx_parts(tmp_path / "long.docx", para("a" * 11_000_000))
    check(reader.read(long, interpret=False), "broken")
    html = tmp_path / "deep.html"
    html.write_text("<html><body>" + "<div>" * 100_000 + "sâu")
    assert reader.read(html, interpret=False).outcome in OUTCOMES


def test_entities_are_refused_and_files_never_read(reader: Reader, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    for prolog in (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>',
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}<!ENTITY e "&a8;">]>',
    ):
        path = docx_parts(tmp_path / "a.docx", para("&e;"), prolog=prolog)
        check(reader.read(path, interpret=False), "doctype")
    page = tmp_path / "a.html"
    page.write_text(
        f'<!DOCTYPE html [<!ENTITY e SYSTEM "{secret.as_uri()}">]><html><body><p>&e; chữ</p></body></html>'
    )
    assert CANARY not in reader.read(page, interpret=False).text


def test_locked_files(reader: Reader, tmp_path: Path) -> None:
    check(
        reader.read(ole(tmp_path / "a.docx", "EncryptionInfo", "EncryptedPackage"), interpret=False),
        "encrypted",
    )
    path = docx_parts(tmp_path / "b.docx", para("a"))
    # Bit 0 of the general purpose flags marks an encrypted entry.
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    path.write_bytes(data)
    assert sniffed_or_locked(reader.read(path, interpret=False)) == "encrypted"


def sniffed_or_locked(reading: Reading) -> str | None:
    return reading.reason_code


def test_cut_empty_and_foreign_files(reader: Reader, tmp_path: Path) -> None:
    whole = docx_parts(tmp_path / "a.docx", para("a" * 500)).read_bytes()
    cases = {
        "cut.docx": (whole[: len(whole) // 2], "broken"),
        "empty.doc": (b"", "empty"),
        "lock.docx": (b"abc\0\1\2", "not_document"),
        "old.pptx": (b"<?xml version='1.0'?><x/>", "unsupported"),
        "bad.pdf": (b"%PDF-1.4\ngarbage", "broken"),
        "noword.txt": (b" \n\t", "empty"),
    }
    for name, (data, code) in cases.items():
        (tmp_path / name).write_bytes(data)
        check(reader.read(tmp_path / name, interpret=False), code)
    check(reader.read(tmp_path / "absent.docx", interpret=False), "missing")
    check(reader.read(tmp_path, interpret=False), "broken")
    check(reader.read(ole(tmp_path / "a.xls", "Workbook"), interpret=False), "broken")
    check(reader.read(ole(tmp_path / "b.xls", "Unknown"), interpret=False), "unsupported")


def test_what_is_only_seen_tells_its_pages(reader: Reader, tmp_path: Path) -> None:
    scan = pdf(tmp_path / "a.pdf", [[], [(500, 20, 8, "Signed")]], picture=True)
    reading = reader.read(scan, interpret=False)
    check(reading, "no_text_layer")
    assert (reading.reason_code, reading.pages) == ("no_text_layer", 2)
    old = [(72, 700 - 20 * n, 12, "Céng hoµ x· héi chñ nghÜa ViÖt Nam") for n in range(9)]
    legacy = reader.read(pdf(tmp_path / "c.pdf", [old, old, []]), interpret=False)
    assert (legacy.outcome, legacy.pages) == ("text", 3)
    blank = docx_parts(tmp_path / "b.docx", para(" "))
    check(reader.read(blank, interpret=False), "no_words")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**9),
    head=st.sampled_from(
        [b"", b"%PDF-1.4\n", b"{\\rtf1 ", b"<html>", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    ),
)
def test_random_bytes_end_typed(reader: Reader, tmp_path: Path, seed: int, head: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + random.Random(seed).randbytes(seed % 3000))
    reading = reader.read(path, limits=DEFAULT_LIMITS)
    assert reading.outcome in OUTCOMES
    assert (reading.reason_code is None) == (reading.outcome == "text")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_damaged_docx_ends_typed(reader: Reader, tmp_path: Path, seed: int) -> None:
    path = docx_parts(tmp_path / "a.docx", para("Điều 1") * 50)
    data, dice = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(dice.randint(1, 20)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    path.write_bytes(data)
    assert reader.read(path).outcome in OUTCOMES


def test_overlapping_zip_name_tricks_stay_inside(reader: Reader, tmp_path: Path) -> None:
    path = docx_parts(tmp_path / "a.docx", para("trong"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.xml", "<x/>")
    assert reader.read(path, interpret=False).text == "trong"
    assert not (tmp_path.parent / "evil.xml").exists()


GIVEN = Path(__file__).resolve().parents[3] / "../shared/data/hostile/files.tar.xz"
# A file in a hundred is read, and those that cost most; all with DOCMGR_HARD.
HEAVY = re.compile(r"shared-unnamed-field|i1040nr|issue12963|issue12295|stress008|h5sc/items|bomb|laugh", re.I)


@pytest.mark.slow
@pytest.mark.skipif(not GIVEN.exists(), reason="không có tài liệu dùng chung ../shared/data")
def test_given_files_end_typed_and_within_their_limits(reader: Reader, tmp_path: Path) -> None:
    with tarfile.open(GIVEN) as packed:
        packed.extractall(tmp_path / "given", filter="data")
    files = [path for path in sorted((tmp_path / "given").rglob("*")) if path.is_file()]
    chosen = [path for n, path in enumerate(files) if n % 100 == 0 or HEAVY.search(str(path)) or os.environ.get("DOCMGR_HARD")]
    assert len(files) == 2_321 and len(chosen) > 25
    for path in chosen:
        (tmp_path / "inside").mkdir()
        reading = reader.read(path, name=path.name, unpack=tmp_path / "inside")
        shutil.rmtree(tmp_path / "inside")
        assert reading.reason_code in (None, *REASONS) and reading.reason_code not in ("crashed", "internal"), path
        assert float(reader.last["cpu_s"]) <= 15 and int(reader.last["rss_kb"]) <= 600 * 1024, (path, reader.last)


@pytest.mark.parametrize(
    ("made", "name", "code"),
    [
        pytest.param(bad_files.pages_without_end, "a.pdf", "too_large", id="pages"),
        pytest.param(bad_files.huge_picture, "a.png", "picture_too_large", id="picture"),
        pytest.param(lambda: bad_files.mail_without_end(70), "a.eml", "too_large", id="mail"),
        pytest.param(bad_files.nested_mail, "b.eml", "broken", id="nested"),
        pytest.param(bad_files.locked_pdf, "b.pdf", "encrypted", id="locked"),
        pytest.param(bad_files.zips, "a.zip", None, id="zips"),
        *(pytest.param(lambda n=n: bad_files.declared()[n], "a.edxml", "doctype", id=f"dtd{n}") for n in range(3)),
    ],
)
def test_own_files_end_typed_and_within_their_limits(
    reader: Reader, tmp_path: Path, made: Callable[[], bytes], name: str, code: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(made())
    (tmp_path / "inside").mkdir()
    assert reader.read(path, name=name, unpack=tmp_path / "inside").reason_code == code
    assert float(reader.last["cpu_s"]) <= 15 and int(reader.last["rss_kb"]) <= 600 * 1024, reader.last
