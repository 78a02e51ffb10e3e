"""LibreOffice as a converter: its limits, what it leaves behind, and what it may reach."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading import network
from docmgr.reading.formats.convert import converted
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.process.runner import Reader, missing_readers
from tests.reading.samples import docx_parts, ole, para

MADE = 'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; made="$2/given.docx"; '


@pytest.fixture
def stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of programs that comes first; a program `soffice` in it is a script of the test."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for part in ("libswlo.so", "libsdlo.so"):
        (folder / part).touch()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    yield folder
    assert list((tmp_path / "scratch").iterdir()) == []


def office(folder: Path, script: str, name: str = "soffice") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def given(tmp_path: Path) -> Path:
    return ole(tmp_path / "a.doc", "WordDocument")


def failing(path: Path, limits: ReadingLimits) -> str:
    with pytest.raises(Unreadable) as caught, converted(path, "doc", "docx", limits):
        pass
    return caught.value.code


@pytest.mark.parametrize(
    ("script", "limits", "code"),
    [
        ("sleep 77.001 & sleep 77.001", replace(DEFAULT_LIMITS, convert_idle_s=0.5), "too_long"),
        ("while :; do :; done", replace(DEFAULT_LIMITS, convert_cpu_s=0.5), "too_long"),
        ("while sleep 0.1; do /bin/true; done", replace(DEFAULT_LIMITS, convert_wall_s=1.5), "too_long"),
        (
            'cd "$TMPDIR"; for n in 1 2 3 4 5 6 7 8; do head -c 600000 /dev/zero > $n; done; sleep 77.001',
            replace(DEFAULT_LIMITS, temporary_bytes=2_000_000),
            "too_large",
        ),
        ("exit 1", DEFAULT_LIMITS, "broken"),
    ],
)
def test_it_is_stopped(stands_in: Path, tmp_path: Path, script: str, limits: ReadingLimits, code: str) -> None:
    office(stands_in, script)
    started = time.monotonic()
    path = given(tmp_path)
    before = path.read_bytes()
    assert failing(path, limits) == code
    assert time.monotonic() - started < 15 and path.read_bytes() == before
    assert not _running("77.001")


def _running(argument: str) -> list[str]:
    """The processes with that argument that still run. One that was killed may need a moment on a busy machine."""
    end = time.monotonic() + 5
    while True:
        shown = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout
        found = [line for line in shown.splitlines() if argument in line and not line.startswith("Z")]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.05)


def test_it_gets_a_copy_its_own_folders_and_no_secrets(
    stands_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCMGR_SECRET_KEY", "bí-mật-76543")
    office(stands_in, f'all="$*"; {MADE} (echo "$all"; echo "blocks: $(ulimit -f)"; env; cat "$HOME"/profile/user/*.xcu) > "$made"')
    with converted(given(tmp_path), "doc", "docx", DEFAULT_LIMITS) as made:
        told = made.read_text()
    assert "76543" not in told and f"HOME={tmp_path / 'scratch'}/convert-" in told
    # The shell counts blocks of 512 bytes.
    assert f"blocks: {DEFAULT_LIMITS.temporary_bytes // 512}" in told
    assert "DisableMacrosExecution" in told and "BlockUntrustedRefererLinks" in told
    assert str(tmp_path / "a.doc") not in told and "--infilter=MS Word 97" in told


def test_it_has_no_network(stands_in: Path, tmp_path: Path) -> None:
    if not network.is_cut():
        pytest.skip("this machine allows no network namespaces")
    office(stands_in, f'{MADE} cat /proc/net/dev > "$made"')
    with converted(given(tmp_path), "doc", "docx", DEFAULT_LIMITS) as made:
        cards = [line.split(":")[0].strip() for line in made.read_text().splitlines()[2:]]
    assert cards == ["lo"]


def test_a_file_that_is_too_large_to_convert_is_not_copied(stands_in: Path, tmp_path: Path) -> None:
    office(stands_in, "exit 0")
    assert failing(given(tmp_path), replace(DEFAULT_LIMITS, temporary_bytes=1_000)) == "too_large"


def test_the_reading_child_may_write_only_for_kinds_that_are_converted(stands_in: Path, tmp_path: Path) -> None:
    docx = docx_parts(tmp_path / "whole.docx", para("Điều 1. Từ LibreOffice"))
    office(stands_in, f'{MADE} cp {docx} "$made"')
    with Reader() as reader:
        reading = reader.read(given(tmp_path), interpret=False)
        assert (reading.outcome, reading.kind, reading.text) == ("text", "doc", "Điều 1. Từ LibreOffice")
    office(stands_in, "exit 1")
    # pdftotext is asked for a damaged PDF; here it tries to write a file.
    office(stands_in, f"echo x > {tmp_path}/written; echo 'Lời thoát ra ngoài tệp hỏng.'", "pdftotext")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4\ngarbage")
    with Reader() as reader:
        reader.read(tmp_path / "bad.pdf", interpret=False)
    assert not (tmp_path / "written").exists() or (tmp_path / "written").read_bytes() == b""


def test_nothing_is_left_when_the_child_is_killed(stands_in: Path, tmp_path: Path) -> None:
    office(stands_in, "exec sleep 77.002")
    with Reader() as reader:
        reading = reader.read(given(tmp_path), limits=replace(DEFAULT_LIMITS, wall_s=1.5), interpret=False)
        assert reading.reason_code == "too_long" and reader._process is not None
        (folder,) = Path("/tmp").glob(f"docmgr-reading-{reader._process.pid}-*")
        assert list(folder.iterdir()) == []
    assert not folder.exists() and not _running("77.002")


def test_where_it_hangs_antiword_reads(stands_in: Path, tmp_path: Path) -> None:
    office(stands_in, "exec sleep 77.003")
    book = "<book><title>Tên từ thuộc tính</title><bookinfo/><chapter><para>Lời của antiword</para></chapter></book>"
    office(stands_in, f"echo '{book}'", "antiword")
    limits = replace(DEFAULT_LIMITS, convert_idle_s=0.5)
    with Reader() as reader:
        reading = reader.read(given(tmp_path), limits=limits, interpret=False)
    assert (reading.outcome, reading.text) == ("text", "Lời của antiword")
    office(stands_in, "exit 1", "antiword")
    office(stands_in, "exit 1", "catdoc")
    with Reader() as reader:
        assert reader.read(given(tmp_path), limits=limits, interpret=False).reason_code == "too_long"


def test_the_health_page_says_what_is_missing(stands_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office(stands_in, "exit 0")
    monkeypatch.setattr(network, "is_cut", lambda: False)
    (told,) = [line for line in missing_readers() if "LibreOffice" in line]
    assert "user namespaces" in told
    (stands_in / "libsdlo.so").unlink()
    assert any("Impress" in line for line in missing_readers())
