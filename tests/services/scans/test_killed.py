"""Recognition that is killed in the middle: pages that are done stay done, and the rest follows."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, RecognisedPage
from docmgr.policy import Actor
from docmgr.reading import watch
from docmgr.services.documents import progress
from docmgr.settings import ROOT
from tests.filling import papers
from tests.support.acting import upload, work

PATIENCE_S = 120.0
# Every call makes a folder, since the process may write no file. The second call never ends.
TESSERACT = """#!/bin/sh
if [ "$1" = --list-langs ]; then echo vie; exit; fi
cat > /dev/null
for call in 1 2 3 4 5 6; do mkdir "{calls}/$call" 2> /dev/null && break; done
[ $call = 2 ] && exec sleep 601
printf 'level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n'
printf '5\\t1\\t1\\t1\\t1\\t1\\t90\\t90\\t90\\t20\\t96\\tTrang-%s\\n' $call
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the calls of a program that stands in for Tesseract."""
    folder = tmp_path / "calls"
    folder.mkdir()
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(TESSERACT.format(calls=folder))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return folder


def stored() -> dict[int, tuple[list[str], str | None]]:
    """(words, fault) of each page that is stored, by number."""
    db.release()
    with db.read() as session:
        rows = session.execute(select(RecognisedPage.number, RecognisedPage.content).order_by(RecognisedPage.number))
        return {number: ([word[0] for word in content["words"]], content.get("fault")) for number, content in rows}


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.05)


def worker_of(site: Context) -> subprocess.Popen[bytes]:
    """A worker of the site in a process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
    settings = site.settings
    own |= {"DOCMGR_HOME": str(settings.home), "DOCMGR_UPLOADS": str(settings.uploads), "DOCMGR_DATABASE_URL": settings.database_url}
    return subprocess.Popen([sys.executable, "-m", "docmgr.worker"], cwd=ROOT, env=own)


def test_a_worker_killed_with_tesseract_in_the_middle_of_a_page(site: Context, clerk: Actor, calls: Path) -> None:
    number = upload(clerk, papers.scan(3), "quét.pdf")
    db.release()
    worker = worker_of(site)
    try:
        wait_for(calls / "2")
        for pid in watch.family(worker.pid):
            # A short-lived process of the family may have ended meanwhile.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
    assert stored() == {1: (["Trang-1"], None)}
    assert progress.states(clerk, [number])[0].sentence.told() == "Đã lưu, đang nhận dạng chữ: trang 2/3…"
    work(site)
    # The first page was not recognised again.
    assert stored() == {1: (["Trang-1"], None), 2: (["Trang-3"], None), 3: (["Trang-4"], None)}
    with db.read() as session:
        assert session.get_one(Document, number).state == "findable"


def test_tesseract_killed_in_the_middle_of_a_page(site: Context, clerk: Actor, calls: Path) -> None:
    number = upload(clerk, papers.scan(3), "quét.pdf")
    db.release()
    worker = worker_of(site)
    try:
        wait_for(calls / "2")
        os.kill(watch.family(worker.pid)[-1], signal.SIGKILL)
        wait_for(calls / "3")
    finally:
        worker.terminate()
        worker.wait()
    work(site)
    assert stored() == {1: (["Trang-1"], None), 2: ([], "crashed"), 3: (["Trang-3"], None)}
    with db.read() as session:
        assert session.get_one(Document, number).state == "findable"
