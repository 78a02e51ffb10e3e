"""Rendering office files to PDF: what comes out, what a hostile file may reach, and the limits."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PIL import Image

from docmgr.reading import confine
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.process import rendering
from docmgr.reading.process.rendering import rendered
from tests.support import needs


@pytest.fixture(autouse=True)
def _leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    yield
    assert list((tmp_path / "scratch").iterdir()) == []


def pages_of(path: Path) -> list[pypdfium2.PdfPage]:
    with rendered(path, path.suffix[1:]) as made:
        assert made.fault is None, made.fault
        pages = list(pypdfium2.PdfDocument(made.stream.read()))
    assert len(pages) == made.pages
    return pages


def words(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_bounded()


def test_sheets_come_one_after_the_other(tmp_path: Path) -> None:
    needs.office("calc")
    book = openpyxl.Workbook()
    book.active.append(["Danh sách", "Lớp 10A"])
    book.create_sheet("Hai").append(["Điểm thi", 9])
    hidden = book.create_sheet("Ẩn")
    hidden.append(["không in"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    first, second = pages_of(tmp_path / "a.xlsx")
    assert "Lớp 10A" in words(first) and "Điểm thi" in words(second)


def test_no_file_of_the_machine_is_shown(tmp_path: Path) -> None:
    needs.office("writer")
    # In any folder but the system's; LibreOffice would draw this picture.
    Image.new("RGB", (300, 200), (255, 0, 0)).save(tmp_path / "secret.png")
    (tmp_path / "secret.txt").write_text("BIMAT76543")
    field = r"{\field{\*\fldinst INCLUDE%s \"%s\"}{\fldrslt }}"
    paper = field % ("PICTURE", tmp_path / "secret.png") + field % ("TEXT", tmp_path / "secret.txt")
    (tmp_path / "a.rtf").write_text(r"{\rtf1\ansi Nhin vao day " + paper.replace("\\\"", '"') + "}")
    (page,) = pages_of(tmp_path / "a.rtf")
    picture = page.render(scale=0.5).to_pil().convert("RGB")
    assert "Nhin vao day" in words(page) and "BIMAT" not in words(page)
    assert (255, 0, 0) not in {colour for _count, colour in picture.getcolors(1 << 24)}


@pytest.mark.parametrize(("change", "fault"), [({"convert_wall_s": 0.2}, "too_long"), ({"temporary_bytes": 8_000}, "too_large")])
def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, float], fault: str) -> None:
    needs.office("writer")
    (tmp_path / "a.rtf").write_text(r"{\rtf1\ansi Nhin vao day " + "a" * 4_500 + "}")
    monkeypatch.setattr(rendering, "LIMITS", replace(rendering.LIMITS, **change))
    with pytest.raises(Unreadable) as caught:
        rendering._write(tmp_path / "a.rtf", "rtf", io.BytesIO())
    assert caught.value.code == fault


def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "WALL_S", 0.05)
    started = time.monotonic()
    with rendered(tmp_path / "a.rtf", "rtf") as made:
        assert made.fault == "too_long"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("answer", [b"", b"{}\n", b'{"pages": 3, "fault": "evil"}\n', b'{"pages": "x", "fault": null}\n', b'{"pages": 100000, "fault": null}\n%PDF'])
def test_a_child_that_lies_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    monkeypatch.setattr(rendering, "_run", lambda _path, _kind, _folder, out: [out.write(answer), None][1])
    with rendered(tmp_path / "a.rtf", "rtf") as made:
        assert (made.fault, made.pages) == ("crashed", 0)


def test_where_the_system_cannot_confine_nothing_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confine, "is_possible", lambda: False)
    assert not any(rendering.is_possible(kind) for kind in rendering.KINDS)
    assert "Landlock" in rendering.missing()[0]


def test_confined_to_some_folders(tmp_path: Path) -> None:
    if not confine.is_possible():
        needs.program("landlock")
    for name in ("open", "shut", "written"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("x")
    code = f"""
import sys; from pathlib import Path
from docmgr.reading.confine import confine
folder = Path({str(tmp_path)!r})
confine([folder / "open", folder / "shut" / "none"], [folder / "written"])
def tried(act):
    try:
        act()
    except PermissionError:
        return "no"
    return "yes"
print(tried((folder / "open" / "a").read_text), tried(lambda: (folder / "open" / "a").write_text("y")),
      tried((folder / "shut" / "a").read_text), tried((folder / "written" / "a").unlink),
      tried(lambda: (folder / "written" / "b").write_text("y")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["yes", "no", "no", "yes", "yes"]
