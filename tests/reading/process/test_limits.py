"""Limits that count what a file costs, not how busy the machine is: sound files are read at any load, and a file on which
nobody works, or somebody works without end, is given up."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading.limits import DEFAULT_LIMITS, MIB, ReadingLimits
from docmgr.reading.ocr import limits as ocr_limits
from docmgr.reading.ocr import recogniser
from docmgr.reading.outcomes import REASONS
from docmgr.reading.process import page_image, runner
from docmgr.reading.process.page_image import NoPicture, draw
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import Reading
from tests.filling import of_pages, papers, scans
from tests.reading.samples import docx_parts, ole, para
from tests.support import needs
from tests.support.load import busy

SPINS, SLEEPS = "while :; do :; done", "exec sleep 77.4"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that comes first; LibreOffice is not installed as far as it is asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    put(folder, "soffice", "exit 1")
    return folder


@pytest.fixture
def reader(tools: Path) -> Iterator[Reader]:
    with Reader() as one:
        yield one


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def given_up(reader: Reader, tmp_path: Path, limits: ReadingLimits) -> Reading:
    """Read an old Word file and then a sound one, which the next in the queue is."""
    reading = reader.read(ole(tmp_path / "a.doc", "WordDocument"), limits=limits, interpret=False)
    sound = docx_parts(tmp_path / "luật.docx", para("Điều 1. Phạm vi"))
    assert reader.read(sound, interpret=False).text == "Điều 1. Phạm vi"
    return reading


@pytest.mark.slow
def test_sound_files_of_10_mb_are_read_while_the_machine_is_busy(tmp_path: Path) -> None:
    picture = of_pages.noise(10)
    made = [of_pages.as_docx(tmp_path / "a.docx", 50, picture), of_pages.as_pdf(tmp_path / "a.pdf", 50, picture)]
    assert all(path.stat().st_size > 10_000_000 for path in made)
    with busy(), Reader() as reader:
        for path in made:
            reading = reader.read(path)
            assert (reading.outcome, reading.reason_code) == ("text", None)
            assert reading.interpretation is not None and reading.interpretation.facts["number"].value == "12/QĐ-SGDĐT"


@pytest.mark.parametrize("script", [SLEEPS, "sleep 77.4 & sleep 77.4 & wait", "while sleep 0.3; do :; done"], ids=["one", "forks", "loop"])
def test_a_child_in_which_nobody_works_is_given_up(reader: Reader, tools: Path, tmp_path: Path, script: str) -> None:
    put(tools, "antiword", script)
    assert given_up(reader, tmp_path, replace(DEFAULT_LIMITS, idle_s=1.0)).reason_code == "too_long"


@pytest.mark.parametrize("limits", [{"cpu_s": 1}, {"all_cpu_s": 1.0}], ids=["one", "all"])
def test_a_child_that_works_without_end_is_given_up(reader: Reader, tools: Path, tmp_path: Path, limits: dict[str, int]) -> None:
    put(tools, "antiword", SPINS)
    assert given_up(reader, tmp_path, replace(DEFAULT_LIMITS, **limits)).reason_code == "too_long"  # type: ignore[arg-type]


def test_a_child_that_starts_others_without_end_is_given_up(reader: Reader, tools: Path, tmp_path: Path) -> None:
    put(tools, "antiword", "while :; do /bin/true; done")
    assert given_up(reader, tmp_path, replace(DEFAULT_LIMITS, all_cpu_s=1.0)).reason_code == "too_long"


def test_the_memory_of_all_processes_counts(reader: Reader, tools: Path, tmp_path: Path) -> None:
    hold = f"{sys.executable} -c 'import time; held = b\"x\" * {150 * MIB}; time.sleep(77.4)'"
    put(tools, "antiword", f"{hold} & {hold} & wait")
    reading = given_up(reader, tmp_path, replace(DEFAULT_LIMITS, all_memory_bytes=250 * MIB))
    assert reading.reason_code == "too_large"


def test_the_processor_time_of_a_reading_is_told(reader: Reader, tools: Path, tmp_path: Path) -> None:
    put(tools, "antiword", SPINS)
    reader.read(ole(tmp_path / "a.doc", "WordDocument"), limits=replace(DEFAULT_LIMITS, all_cpu_s=1.0), interpret=False)
    assert reader.last["end"] == "time" and int(reader.last["rss_kb"]) > 10_000
    heavy = tmp_path / "heavy.md"
    heavy.write_text("*a **b " * 50_000)
    reader.read(heavy, interpret=False)
    assert float(reader.last["cpu_s"]) > 0.02


def test_a_reading_process_that_hangs_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_GRACE_S", 0.2)
    path = docx_parts(tmp_path / "a.docx", para("Điều 1"))
    with Reader() as reader:
        assert reader.read(path, interpret=False).outcome == "text"
        stopped = reader._process
        assert stopped is not None
        os.kill(stopped.pid, 19)
        # The file is tried again by another process.
        assert reader.read(path, limits=replace(DEFAULT_LIMITS, idle_s=1.0), interpret=False).outcome == "text"
        assert stopped.returncode is not None


@pytest.mark.parametrize("script", [SLEEPS, SPINS], ids=["sleeps", "spins"])
def test_who_draws_a_page_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    put(tmp_path, "python", script)
    (tmp_path / "a.pdf").write_bytes(papers.pdf(1))
    monkeypatch.setattr(page_image.sys, "executable", str(tmp_path / "python"))  # type: ignore[attr-defined]
    monkeypatch.setattr(page_image, "BOUNDS", replace(page_image.BOUNDS, cpu_s=1.0, idle_s=1.0))
    with pytest.raises(NoPicture, match="time"):
        draw(tmp_path / "a.pdf", 1)


@pytest.mark.slow
def test_pages_are_drawn_while_the_machine_is_busy(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(papers.pdf(1))
    with busy():
        assert draw(tmp_path / "a.pdf", 1).startswith(b"\x89PNG")


@pytest.mark.parametrize("script", [SLEEPS, SPINS], ids=["sleeps", "spins"])
def test_tesseract_is_given_up(tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    needs.vietnamese_letters()
    put(tools, "tesseract", script)
    monkeypatch.setattr(ocr_limits, "IDLE_S", 1.5)
    monkeypatch.setattr(ocr_limits, "CPU_S", 3)
    (tmp_path / "a.png").write_bytes(scans.as_picture(scans.page()))
    assert recogniser.page(tmp_path / "a.png", "png", 1).fault == "too_long"


def test_tesseract_has_no_network(tools: Path, tmp_path: Path) -> None:
    from docmgr.reading import network

    needs.vietnamese_letters()
    if not network.is_cut():
        pytest.skip("this machine allows no network namespaces")
    row = "5\\t1\\t1\\t1\\t1\\t%d\\t9\\t9\\t90\\t20\\t96\\t%s\\n"
    head = "level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n"
    cards = "$(sed -n 's/^ *\\([a-z0-9]*\\):.*/\\1/p' /proc/net/dev)"
    put(tools, "tesseract", f"cat > /dev/null; printf '{head}'; n=0; for card in {cards}; do n=$((n + 1)); printf '{row}' $n card-$card; done")
    (tmp_path / "a.png").write_bytes(scans.as_picture(scans.page()))
    found = recogniser.page(tmp_path / "a.png", "png", 1)
    assert [word.text for word in found.words] == ["card-lo"]


@pytest.mark.slow
def test_a_presentation_of_many_slides_is_converted(tmp_path: Path) -> None:
    needs.office("impress")
    show = of_pages.as_slides(tmp_path / "c.pptx", 100)
    with Reader() as reader:
        reading = reader.read(of_pages.converted(tmp_path, show, "ppt"), interpret=False)
    assert (reading.outcome, reading.kind) == ("text", "ppt") and "Phần 100" in reading.text


def test_every_end_has_a_reason() -> None:
    assert set(runner._CODES.values()) <= set(REASONS)
