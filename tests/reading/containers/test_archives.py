"""ZIP archives: names are only data, and what cannot be taken is told."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading.containers.unpacking import Unpacking
from docmgr.reading.containers.zip import read_zip
from docmgr.reading.formats.kinds import is_document, sniff
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents
from tests.reading.messages import archive, locked

SMALL = replace(
    DEFAULT_LIMITS, archive_entries=20, archive_ratio_from_bytes=100_000, attachments=5, attachment_bytes=50_000, attachments_bytes=120_000
)


def read(path: Path, data: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Unpack an archive into the folder "out" next to `path`."""
    path.write_bytes(data)
    assert sniff(path) == "zip"
    out = path.parent / "out"
    out.mkdir(exist_ok=True)
    return read_zip(path, limits, out)


def test_names_with_paths_lead_nowhere(tmp_path: Path) -> None:
    names = ["../../etc/Kế hoạch.txt", "/etc/passwd", "a\\..\\..\\b.txt", "x.txt", "con", "x" * 900 + ".txt"]
    found = read(tmp_path / "a.zip", archive([(name, name.encode()) for name in names]))
    shown = [one.name for one in found.attachments]
    assert shown[:5] == ["../../etc/Kế hoạch.txt", "etc/passwd", "../b.txt", "x.txt", "con"] and len(shown[5]) == 500
    assert [block.text for block in found.blocks] == shown
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0", "1", "2", "3", "4", "5"]
    assert (tmp_path / "out" / "1").read_bytes() == b"/etc/passwd"
    assert found.facts == {}


def test_two_files_of_one_name_are_two(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive([("a.txt", b"mot"), ("a.txt", b"hai")])
    read(tmp_path / "a.zip", data)
    assert [(tmp_path / "out" / name).read_bytes() for name in ("0", "1")] == [b"mot", b"hai"]


@pytest.mark.parametrize("codec", ["utf-8", "cp1258"])
def test_names_in_other_alphabets(tmp_path: Path, codec: str) -> None:
    # windows-1258 has the tones as letters of their own.
    raw = ("Kế hoạch.txt" if codec == "utf-8" else "Kê\u0301 hoa\u0323ch.txt").encode(codec)
    data = archive({"x" * len(raw): b"a"}).replace(b"x" * len(raw), raw)
    assert [one.name for one in read(tmp_path / "a.zip", data).attachments] == ["Kế hoạch.txt"]


def test_what_systems_add_is_no_paper(tmp_path: Path) -> None:
    data = archive({"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "b/Thumbs.db": b"x", "b/": b"", "b/.an/c.txt": b"x", "c.txt": b"c"})
    assert [one.name for one in read(tmp_path / "a.zip", data).attachments] == ["c.txt"]
    with pytest.raises(Unreadable, match="empty"):
        read(tmp_path / "a.zip", archive({".DS_Store": b"x"}))


def test_locked_and_damaged_files_are_left_out(tmp_path: Path) -> None:
    data = bytearray(locked({"a.txt": b"aaaa", "b.txt": b"bbbb", "c.txt": b"cccc"}, ["a.txt"]))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        at = made.getinfo("b.txt").header_offset + 30 + len("b.txt")
    data[at] ^= 0xFF
    found = read(tmp_path / "a.zip", bytes(data))
    assert [(one.name, one.reason_code) for one in found.attachments] == [("a.txt", "encrypted"), ("b.txt", "broken"), ("c.txt", None)]
    assert (tmp_path / "out" / "2").read_bytes() == b"cccc"
    with pytest.raises(Unreadable, match="encrypted"):
        read(tmp_path / "a.zip", locked({"a.txt": b"a"}, ["a.txt"]))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({f"{n}.txt": b"x" for n in range(6)}, "too_many_files"),
        ({f"{n}/": b"" for n in range(21)} | {"a.txt": b"a"}, "too_many_files"),
        ({f"{n}.txt": bytes(40_000) for n in range(3)}, "bomb"),
        ({f"{n}.txt": bytes(range(256)) * 190 for n in range(3)}, "bomb"),
    ],
)
def test_bombs_are_refused(tmp_path: Path, files: dict[str, bytes], code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        read(tmp_path / "a.zip", archive(files), SMALL)
    assert list((tmp_path / "out").iterdir()) == []


def test_one_file_that_is_too_large_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "a.zip", archive({"a.txt": bytes(range(256)) * 200, "b.txt": b"b"}), SMALL)
    assert [(one.name, one.size, one.reason_code) for one in found.attachments] == [("a.txt", 51_200, "too_large"), ("b.txt", 1, None)]


def test_sizes_are_counted_and_not_believed(tmp_path: Path) -> None:
    unpacking = Unpacking(tmp_path, SMALL)
    assert unpacking.add("a", [bytes(30_000)] * 9).reason_code == "too_large"
    assert unpacking.add("b", [bytes(40_000)]).reason_code is None
    with pytest.raises(Unreadable, match="bomb"):
        for _ in range(3):
            unpacking.add("c", [bytes(40_000)])
    with pytest.raises(Unreadable, match="too_many_files"):
        for _ in range(9):
            unpacking.leave_out("d", 1, "broken")


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no_space"):
        Unpacking(tmp_path / "nowhere", SMALL).add("a", [b"x"])
    (tmp_path / "0").symlink_to("/dev/full")
    with pytest.raises(Unreadable, match="no_space"):
        Unpacking(tmp_path, SMALL).add("a", [b"x"])


def test_programs_books_and_other_formats_are_no_archives(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for files in ({"META-INF/MANIFEST.MF": b""}, {"mimetype": b"application/epub+zip"}, {"[Content_Types].xml": b"<a/>"}, {"AndroidManifest.xml": b""}):
        path.write_bytes(archive(files))
        assert sniff(path) == "archive"
    assert not is_document("archive") and is_document("zip")


def test_files_whose_names_begin_with_a_dot_are_files(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive({".mat.docx": b"a", "b/.an.txt": b"b", ".DS_Store": b"c", "._x.docx": b"d", ".git/x": b"e"}))
    assert [one.name for one in read_zip(tmp_path / "a.zip").attachments] == [".mat.docx", "b/.an.txt"]
