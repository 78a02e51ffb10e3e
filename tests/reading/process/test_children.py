"""Child processes that open files from outside: their environment, their parent, their time limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from docmgr.reading import watch
from docmgr.reading.environment import child_environment
from docmgr.reading.formats.tools import run_tool
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.process import page_image, runner
from docmgr.reading.process.runner import Reader
from tests.reading.samples import docx_parts, para

ALLOWED = {"PATH", "LANG", "LC_ALL", "PYTHONPATH", "OPENBLAS_NUM_THREADS"}
SECRETS = {
    "DOCMGR_SECRET_KEY": "k" * 40,
    "DOCMGR_DATABASE_URL": "postgresql://a:b@c/d",
    "PGPASSWORD": "76543",
}


def _program(path: Path) -> Path:
    """A program that prints its environment."""
    path.write_text("#!/bin/sh\n/usr/bin/env\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in the environment, as on a server."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(watch.GIVE_WAY, raising=False)


def _names(printed: str) -> set[str]:
    # The shell adds these variables itself.
    return {line.partition("=")[0] for line in printed.splitlines()} - {"PWD", "SHLVL", "_", "OLDPWD"}


def test_the_list_is_short() -> None:
    assert set(child_environment()) == ALLOWED


def test_who_draws_pages_gets_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_image.sys, "executable", str(_program(tmp_path / "python")))
    assert _names(page_image.draw(tmp_path / "a.pdf", 1).decode()) == ALLOWED


def test_tools_get_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(tmp_path / "antiword")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    done = run_tool("antiword", [])
    assert done is not None and _names(done[1]) == ALLOWED


def test_who_gives_way_does_so_with_its_session() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    share = Path(f"/proc/{process.pid}/autogroup")
    try:
        watch.give_way(11, process.pid)
        watch.give_way(3, process.pid)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == max(11, watch.own_nice())
        if share.exists() and " nice " in share.read_text():
            assert share.read_text().split()[-1] == str(watch.SHARE)
    finally:
        process.communicate(b"\n")


@pytest.mark.parametrize(("refused", "tries"), [(0, 1), (2, 3), (3, 4), (9, 4)])
def test_a_session_that_may_not_change_yet_is_tried_again(monkeypatch: pytest.MonkeyPatch, refused: int, tries: int) -> None:
    written, slept = list[str](), list[float]()

    def write(path: Path, text: str) -> None:
        assert path.name == "autogroup"
        written.append(text)
        if len(written) <= refused:
            raise BlockingIOError

    monkeypatch.setattr(Path, "write_text", write)
    monkeypatch.setattr(watch.time, "sleep", slept.append)
    monkeypatch.setattr(watch.os, "getsid", lambda pid: pid or os.getpid())
    watch.give_way(watch.own_nice())
    assert written == [str(watch.own_nice())] * tries and slept == [0.11] * (tries - 1)


def test_a_site_may_keep_the_sessions_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_path: Path, _text: str) -> None:
        raise AssertionError("the session was changed")

    monkeypatch.setenv(watch.GIVE_WAY, "0")
    monkeypatch.setattr(Path, "write_text", write)
    monkeypatch.setattr(watch.os, "getsid", lambda pid: pid or os.getpid())
    watch.give_way(watch.own_nice())
    assert child_environment()[watch.GIVE_WAY] == "0"


def test_who_reads_gets_no_secrets() -> None:
    process = runner.start_process()
    try:
        given = Path(f"/proc/{process.pid}/environ").read_bytes().decode().split("\0")
        assert {line.partition("=")[0] for line in given if line} == ALLOWED
    finally:
        runner._kill(process)


def test_a_forked_process_never_speaks_to_its_parents_reader(tmp_path: Path) -> None:
    """Two processes that write to one pipe would get each other's answers."""
    law = docx_parts(tmp_path / "a.docx", para("Điều 1. Phạm vi"))
    with Reader() as reader:
        assert reader.read(law, interpret=False).outcome == "text"
        parents = reader._process
        assert parents is not None
        child = os.fork()
        if child == 0:
            code = 1
            try:
                own = reader._running()
                code = 0 if own.pid != parents.pid and reader._owner == os.getpid() else 2
                reader.close()
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert reader._running() is parents
        assert reader.read(law, interpret=False).outcome == "text"


def test_a_reader_that_keeps_no_limit_of_its_own_is_ended_by_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def deaf(_nice: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        one = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, bufsize=0
        )
        started.append(one)
        return one

    def too_late(*_arguments: object) -> None:
        raise AssertionError("nobody ended it")

    monkeypatch.setattr(runner, "start_process", deaf)
    monkeypatch.setattr(runner, "_GRACE_S", 0.3)
    path = tmp_path / "a.txt"
    path.write_text("Điều 1")
    earlier = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(25)
    try:
        began = time.monotonic()
        reading = Reader().read(path, limits=replace(DEFAULT_LIMITS, wall_s=0.3))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, earlier)
    assert reading.reason_code == "crashed" and time.monotonic() - began < 20
    # It was tried twice, and neither process remains.
    assert len(started) == 2 and all(one.returncode == -signal.SIGKILL for one in started)
