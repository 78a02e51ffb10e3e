"""The kind of damaged files is found from what remains of them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from docmgr import worker
from docmgr.reading.formats import kinds
from docmgr.reading.formats.kinds import is_document, sniff
from docmgr.reading.process import read
from docmgr.reading.types import TEXT, UNREADABLE
from tests.reading.samples import pdf

DOC = Path(__file__).resolve().parents[3] / "../shared/data/decree30/Phuluc1.doc"


def cut_ole(path: Path, stream: bytes) -> Path:
    """A compound file whose directory is missing because it lies after the end; its first stream is at the first
    sector."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 900, 0, 4096, 901, 1, 0xFFFFFFFE, 0, 901
    )
    head += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    path.write_bytes(head[:512] + stream + bytes(5_000))
    return path


def test_a_word_file_cut_before_its_directory_is_broken(tmp_path: Path) -> None:
    path = cut_ole(tmp_path / "a.doc", b"\xec\xa5\xc1\0")
    assert sniff(path) == "doc"
    with worker.Reader() as reader:
        reading = reader.read(path)
    assert (reading.outcome, reading.reason_code) == (UNREADABLE, "broken")
    assert sniff(cut_ole(tmp_path / "b.doc", b"\0\0\0\0")) == "ole"


@pytest.mark.skipif(not DOC.exists(), reason="không có tài liệu dùng chung ../shared/data")
@pytest.mark.parametrize("size", [600, 30_000, 200_000])
def test_a_real_word_file_cut_off_is_broken(tmp_path: Path, size: int) -> None:
    path = tmp_path / "cut.doc"
    path.write_bytes(DOC.read_bytes()[:size])
    with worker.Reader() as reader:
        assert reader.read(path).reason_code == "broken"


def headless(data: bytes) -> dict[str, bytes]:
    """A PDF without its first line, in the ways in which files lose it."""
    rest = data.split(b"\n", 1)[1]
    return {
        "gone": rest,
        "blank": bytes(9) + rest,
        "other": b"XXXX-1.4\n" + rest,
        "cut": rest[: len(rest) // 2],
        "tail": b"\x80\x01\x02\x03" * 600 + data[-900:],
        "far": b"\x80\x01\x02\x03" * 600 + data,
    }


@pytest.mark.parametrize(
    ("damage", "outcome"),
    [
        ("gone", TEXT), ("blank", TEXT), ("other", TEXT), ("far", TEXT), ("cut", UNREADABLE), ("tail", UNREADABLE),
    ],
)  # fmt: skip
def test_a_pdf_without_its_first_line_is_kept_and_read_if_it_can_be(
    tmp_path: Path, damage: str, outcome: str
) -> None:
    whole = pdf(tmp_path / "a.pdf", [[(50, 700, 12, "Ke hoach cong tac nam nay " * 4)]]).read_bytes()
    path = tmp_path / "b.pdf"
    path.write_bytes(headless(whole)[damage])
    assert sniff(path) == "pdf"
    assert is_document("pdf")
    with worker.Reader() as reader:
        reading = reader.read(path)
    assert (reading.outcome, reading.reason_code) == (outcome, None if outcome == TEXT else "broken")


@pytest.mark.parametrize(
    "text",
    [
        "Bảng xref nằm ở cuối tệp, sau đó là %%EOF.",
        "Mục 1 0 obj là đối tượng đầu.",
        "xref\nstartxref",
        "Điều 1. Phạm vi\n%%EOF\n",
    ],
)
def test_a_text_that_speaks_of_pdf_is_a_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    assert sniff(path) == "txt"


def test_every_readable_kind_has_a_reader() -> None:
    assert set(read.READERS) == kinds.READABLE
    assert set(read.CONTAINERS) == kinds.CONTAINERS
