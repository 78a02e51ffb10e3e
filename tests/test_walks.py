"""The walks of ARCHITECTURE.md are those of the running code, and no longer than they should be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from docmgr import worker
from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.process import read, wire
from tests.filling.desk import hand_in, stored
from tests.filling.papers import decision
from tests.support.browsers import Client
from tests.tools import hops

UPLOAD_HOPS, QUESTION_HOPS = 40, 26
# Run by the worker in between, and not for the file: leases of jobs and of the worker, bytes that were to be removed, a clean environment.
NOT_FOR_THE_FILE = {
    "worker.run_until_idle", "machines/leases.lease", "machines/leases.present", "services/duties.require", "services/duties.still_held", "services/jobs.release_leases", "services/documents/ingest.clean_up", "storage/local.condemned",
    "services/documents/confirming/second_files.read_some", "services/documents/confirming/second_files.recognise_some", "services/scans/recognise.recognise_some", "services/disposal/execute.work", "services/handover/making.work", "reading/ocr/tesseract.available", "reading/environment.child_environment", "indexer/index/index.snapshot",
}  # fmt: skip
# In a process of its own, where nobody watches: what it does for the file is run again here.
CHILD = "reading/process/child.serve"


def agree(walk: Sequence[Sequence[str]], called: Sequence[str], entered: Sequence[str]) -> None:
    """Every function that a walk names is called; the first of each hop after that of the hop before it; and no room is
    entered by a function that no hop names."""
    named = {name for hop in walk for name in hop}
    assert sorted(named - set(called)) == []
    assert sorted(set(entered) - named) == [], "entered and not named"
    place = 0
    for hop in walk:
        assert hop[0] in called[place:], f"{hop[0]} comes earlier than the walk says"
        place = called.index(hop[0], place)


@pytest.mark.usefixtures("asked_anew")
def test_a_file_uploaded(app: Flask, auth: Any, tmp_path: Path) -> None:
    clerk = auth("clerk")
    # The worker has an index before.
    stored(app, clerk, decision(number="41"), "truoc.docx", publish="1")
    path = tmp_path / "b.docx"
    path.write_bytes(decision(number="40"))
    with hops.recorded() as handed_in:
        hand_in_as_a_form(clerk, path)
    with hops.recorded() as child:
        wire.to_bytes(read.read_here(path, "b.docx", DEFAULT_LIMITS, interpret=True, tell=print))
    with hops.recorded() as worked:
        worker.run_until_idle(app.extensions["docmgr"])
    after = worked.all()
    asked = after.index("reading/process/runner.read") + 1
    called = [*handed_in.all(), *after[:asked], CHILD, *child.all(), *after[asked:]]
    entered = [*handed_in.entered(), *child.entered(), *worked.entered()]
    walk = hops.walk("A file uploaded")
    assert 30 < len(walk) <= UPLOAD_HOPS
    agree(walk, called, [name for name in entered if name not in NOT_FOR_THE_FILE])


def hand_in_as_a_form(clerk: Client, path: Path) -> None:
    with path.open("rb") as stream:
        answer = clerk.submit("/documents/new", {"files": [(stream, path.name)], "publish": "1"})
    assert answer.status_code == 200, answer.text


def test_a_question_asked(app: Flask, auth: Any) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    for number in ("40", "41"):
        hand_in(clerk, {f"{number}.docx": decision(number=number)}, publish="1")
    worker.run_until_idle(app.extensions["docmgr"])
    # What is opened and prepared once is no part of a question.
    staff.get("/search?q=kế hoạch")
    with hops.recorded() as record:
        page = staff.get('/search?q=hội nghị cán bộ "công chức"').text
    assert "<mark>" in page
    walk = hops.walk("A question asked")
    assert 20 < len(walk) <= QUESTION_HOPS
    agree(walk, record.all(), record.entered())


def test_a_walk_is_read_from_its_numbered_lines() -> None:
    assert hops.walk("A question asked")[0] == ("web/search/find.find", "services/search/request.read", "services/search/find.own_conditions")
    assert hops.walk("No such walk") == []
    assert hops.spoken("docmgr/web/search/find.py", "find") == "web/search/find.find"
    assert hops.spoken("indexer/engine.py", "Engine.search") == "indexer/engine.search"
