"""The reading process: limits, restarts, forbidden actions, and the messages between the processes."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading import outcomes, watch
from docmgr.reading.limits import DEFAULT_LIMITS, MIB
from docmgr.reading.notes import ROWS, note
from docmgr.reading.process import wire
from docmgr.reading.process.runner import Reader, missing_readers, start_process
from docmgr.reading.types import Block, Citation, Fact, Interpretation, OwnReference, Provision, Reading
from tests.reading.samples import docx_parts, ole, para

LAW = "Điều 1. Phạm vi điều chỉnh"


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def law(tmp_path: Path) -> Path:
    return docx_parts(tmp_path / "luật.docx", para(LAW))


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    path = tmp_path / "heavy.md"
    path.write_text("*a **b " * 150_000)
    return path


def read_once(path: Path | str, *, interpret: bool = True) -> Reading:
    """Read one file with a reading process of its own."""
    with Reader() as reader:
        return reader.read(path, interpret=interpret)


def test_reads_and_interprets(law: Path) -> None:
    reading = read_once(law)
    assert (reading.outcome, reading.kind, reading.text) == ("text", "docx", LAW)
    assert reading.interpretation is not None
    assert read_once(str(law), interpret=False).interpretation is None


def test_a_process_that_gives_way_runs_when_others_leave_time(law: Path) -> None:
    with Reader(gives_way=True) as one:
        assert one.read(law, interpret=False).text == LAW and one._process is not None
        assert os.getpriority(os.PRIO_PROCESS, one._process.pid) == 19


def test_too_long_is_cut_and_the_next_file_is_read(reader: Reader, law: Path, heavy: Path) -> None:
    reading = reader.read(heavy, limits=replace(DEFAULT_LIMITS, wall_s=0.3), interpret=False)
    assert (reading.reason_code, reading.kind) == ("too_long", "md")
    assert reader.read(law, interpret=False).text == LAW


def test_too_much_memory_is_cut(reader: Reader, law: Path, heavy: Path) -> None:
    reading = reader.read(heavy, limits=replace(DEFAULT_LIMITS, memory_bytes=128 * MIB), interpret=False)
    assert reading.reason_code == "too_large"
    assert int(reader.last["rss_kb"]) < 1.15 * 128 * 1024
    assert reader.read(law, interpret=False).text == LAW


def test_too_much_output_is_cut(reader: Reader, law: Path) -> None:
    reading = reader.read(law, limits=replace(DEFAULT_LIMITS, output_bytes=64), interpret=False)
    assert reading.reason_code == "too_large"


def test_too_large_a_file_is_not_opened(reader: Reader, law: Path) -> None:
    reading = reader.read(law, limits=replace(DEFAULT_LIMITS, file_bytes=10), interpret=False)
    assert reading.reason_code == "too_large"


def test_lost_process_is_started_again(reader: Reader, law: Path) -> None:
    assert reader.read(law, interpret=False).text == LAW
    process = reader._process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    assert reader.read(law, interpret=False).text == LAW
    assert reader._process is not process


def _kill_while_reading(pid: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    while not children.read_text():
        time.sleep(0.005)
    os.killpg(pid, signal.SIGKILL)


def test_process_lost_while_reading_is_tried_again(reader: Reader, heavy: Path, law: Path) -> None:
    assert reader.read(law, interpret=False).text == LAW
    lost = reader._process
    assert lost is not None
    killer = threading.Thread(target=_kill_while_reading, args=(lost.pid,))
    killer.start()
    reading = reader.read(heavy, interpret=False)
    killer.join()
    assert reading.outcome == "text" and reader._process is not lost


def test_grandchildren_die_with_the_reading(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "antiword").write_text("#!/bin/sh\nexec sleep 76.54321\n")
    (tools / "antiword").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    word = ole(tmp_path / "a.doc", "WordDocument")
    reading = reader.read(word, limits=replace(DEFAULT_LIMITS, wall_s=1.0), interpret=False)
    assert reading.reason_code == "too_long"
    assert _gone("76.54321")


def _gone(argument: str) -> bool:
    """Whether no process with that argument remains; killed ones may need a moment to be reaped."""
    for _ in range(50):
        running = [p for p in Path("/proc").glob("[0-9]*/cmdline") if argument in _command(p)]
        if not running:
            return True
        time.sleep(0.1)
    return False


def _command(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def test_doc_without_tools_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with Reader() as poor:
        reading = poor.read(ole(tmp_path / "a.doc", "WordDocument"), interpret=False)
    assert reading.reason_code == "reader_missing"
    named = [[kind for kind in ("DOC", "PPT", "PDF", "tesseract") if kind in line] for line in missing_readers()]
    assert named == [["DOC"], ["PPT"], ["PDF"], ["tesseract"]]


def test_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCMGR_SECRET_KEY", "bí-mật-76543")
    monkeypatch.delenv(watch.GIVE_WAY, raising=False)
    process = start_process()
    try:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes().decode()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert "76543" not in environment and "DOCMGR" not in environment


def test_process_has_one_thread() -> None:
    process = start_process()
    try:
        tasks = list(Path(f"/proc/{process.pid}/task").iterdir())
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # In a forked child, locks held by other threads would stay locked forever.
    assert len(tasks) == 1


def test_sockets_are_refused() -> None:
    code = (
        "import socket\nfrom docmgr.reading.process.child import forbid_network\nforbid_network()\n"
        "try:\n    socket.socket()\nexcept PermissionError:\n    print('refused')\n"
    )
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert done.stdout.strip() == "refused"


def test_readers_work_side_by_side(law: Path) -> None:
    results: list[str] = []
    with Reader() as one:
        threads = [
            threading.Thread(target=lambda: results.append(one.read(law, interpret=False).text))
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [LAW] * 6


def test_wire_round_trip_and_refusals() -> None:
    found = Interpretation(
        text="Điều 1",
        provisions=(Provision("dieu-1", None, "dieu", "Điều 1", "", "Điều 1", 0, 6),),
        facts={"recipients": Fact("recipients", None, "q", True, ("a", "b"))},
        citations=(Citation("1/NĐ-CP", None, None, None, None, None, "dieu-1", "q", "cites", 0, 6),),
            own_references=(OwnReference(0, 6, "Điều 1", ("dieu-1",), None, ((0, 6, "dieu-1"),)),),
        secrecy=None,
    )
    reading = Reading(
        "text",
        "docx",
        blocks=(Block("Điều 1", "cell", table=0, row=1, col=2),),
        pages=3,
        notes=(note(ROWS, name="Điểm %", count=3),),
        interpretation=found,
    )
    assert wire.from_bytes(wire.to_bytes(reading)) == reading
    for bad in (b"", b"[]", b"{}", b'{"outcome": "x"}', json.dumps({"outcome": "text"}).encode()):
        with pytest.raises(ValueError):
            wire.from_bytes(bad)


@pytest.mark.parametrize("field", ["outcome", "reason_code", "secrecy"])
def test_codes_that_the_program_has_no_words_for_are_no_reading(field: str) -> None:
    plain = json.loads(wire.to_bytes(outcomes.fallen_short("secrecy", "docx", secrecy="Mật")))
    assert wire.from_bytes(json.dumps(plain).encode()).secrecy == "Mật"
    with pytest.raises(ValueError, match=field):
        wire.from_bytes(json.dumps(plain | {field: "khác"}).encode())


def test_every_reason_is_a_sentence() -> None:
    for outcome, sentence in outcomes.REASONS.values():
        assert outcome in ("unreadable", "no_text", "withheld") and sentence[0].isupper()


def test_secret_document_keeps_no_text(tmp_path: Path) -> None:
    head = (
        "<w:tbl><w:tr><w:tc>"
        + para("UBND TỈNH A")
        + para("Số: 1/KH-UBND")
        + "</w:tc><w:tc>"
        + para("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        + para("A, ngày 1 tháng 2 năm 2024")
        + "</w:tc></w:tr></w:tbl>"
    )
    path = docx_parts(tmp_path / "a.docx", para("TUYỆT MẬT") + head + para("KẾ HOẠCH") + para("Nội dung."))
    reading = read_once(path)
    assert (reading.outcome, reading.reason_code, reading.secrecy) == ("withheld", "secrecy", "Tuyệt mật")
    assert reading.text == "" and reading.blocks == () and reading.interpretation is None


def test_faults_are_logged_without_words_of_the_file(tmp_path: Path) -> None:
    import subprocess
    import sys

    root, log = Path(__file__).resolve().parents[3], tmp_path / "log"
    code = f"from docmgr.reading.process.runner import Reader; print(Reader().read({str(tmp_path)!r}).reason_code)"
    # The log is a file, and the child may not write to files; yet the fault must be logged.
    with log.open("w") as stream:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
            check=True,
            cwd=root,
        )
    assert done.stdout.strip() == "broken"
    assert "IsADirectoryError" in log.read_text() and str(tmp_path) not in log.read_text()


def test_a_text_leaves_the_child_in_its_interpretation_and_its_provisions(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("QUYẾT ĐỊNH\nĐiều 1. Phạm vi\nMột câu không có lần thứ hai.\n", encoding="utf-8")
    interpreted, plain = read_once(path), read_once(path, interpret=False)
    assert interpreted.text == plain.text and "không có lần thứ hai" in plain.text
    assert wire.to_bytes(interpreted).decode().count("không có lần thứ hai") == 2
    assert wire.to_bytes(plain).decode().count("không có lần thứ hai") == 1
