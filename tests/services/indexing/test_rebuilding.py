"""Rebuilding the index: documents hidden meanwhile stay hidden, one failing document does not stop others, no request
is lost."""

from __future__ import annotations

import errno
import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from docmgr import context, db, worker
from docmgr.models import Job, Version
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import ingest, lifecycle, withholding
from docmgr.services.documents import upload as documents
from docmgr.services.folders import tree
from docmgr.services.indexing import rebuild as rebuilding
from docmgr.services.indexing import requests, sync
from docmgr.services.search import complete, find
from docmgr.services.upkeep import backup, checks
from indexer import Engine, Index, IndexAway, IndexDamaged
from indexer.index.rebuild import Rebuild
from indexer.learn import site_model
from indexer.store.container import open_container
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

BODY = ("Điều 1. Phạm vi", "Kiểm tra hồ sơ zorblax.", "Điều 2. Hội nghị", "Hội nghị zorblax mỗi năm một lần.")


def _withhold(document_id: int) -> None:
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
        withholding.withhold(session, version, "Mật")


def _cut_short(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild that wrote its chunks and failed before the switch."""
    real = site.backend.index.rebuild

    @contextmanager
    def failing(*args: Any) -> Iterator[Any]:
        with real(*args) as target:
            yield target
            raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(site.backend.index, "rebuild", failing)
        rebuilding.ask(COMMAND_LINE)
        with pytest.raises(OSError):
            rebuilding.serve()
    assert requests.failure()


@pytest.mark.parametrize("how", ["bin", "withheld"])
def test_what_was_hidden_since_a_rebuild_was_cut_short_does_not_come_back(site, people, monkeypatch, how) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    hidden = upload(clerk, decision(body=BODY), publish=True)
    upload(clerk, decision(number="77", body=("Điều 1. Khác", "Nội dung khác.")), "b.docx", publish=True)
    work(site)
    assert find.find(staff, "zorblax", record=False).total == 1
    _cut_short(site, monkeypatch)
    lifecycle.delete(clerk, [hidden]) if how == "bin" else _withhold(hidden)
    work(site)
    rebuilding.ask(COMMAND_LINE)
    work(site)
    assert requests.failure() is None and len(site.backend.index.snapshot().documents) == 1
    assert find.find(staff, "zorblax", record=False).total == 0 and not complete.find(staff, "zorb").words
    assert sync.check(COMMAND_LINE) == []


def _spoil(folder: Path) -> None:
    """Overwrite the rows of stored fields."""
    for file in folder.glob("*.arr"):
        held = open_container(file)
        at = held.arrays["rows"].tobytes()
        content = file.read_bytes()
        start = content.index(at)
        with file.open("r+b") as opened:
            opened.seek(start + 2)
            opened.write(bytes(byte ^ 0x5A for byte in at[2:]))


def test_damage_met_by_a_search_is_mended_by_the_worker(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY), publish=True)
    work(site)
    _spoil(site.backend.index.path / (site.backend.index.path / "current").read_text())
    with replace(site, backend=Engine(site.backend.index.path)).bound():
        assert find.find(clerk, "zorblax", record=False).unusable
        assert requests.pending()
        assert rebuilding.serve() == 1
        assert find.find(clerk, "zorblax", record=False).total == 1
        assert not requests.pending() and sync.check(COMMAND_LINE) == []


def test_damage_met_while_joining_segments_asks_for_a_rebuild(site, people) -> None:
    clerk = actor_of(people["clerk"])
    for number in range(3):
        upload(clerk, decision(number=str(number), body=(*BODY, f"Điều 3. {number}")), f"{number}.docx")
        work(site)
    _spoil(site.backend.index.path / (site.backend.index.path / "current").read_text())
    assert not sync.tidy()
    assert rebuilding.serve() == 1 and sync.check(COMMAND_LINE) == []


def test_damage_found_by_a_check_is_put_aside_and_mended_by_the_worker(site, people) -> None:
    upload(actor_of(people["clerk"]), decision(body=BODY), publish=True)
    work(site)
    folder = site.backend.index.path / (site.backend.index.path / "current").read_text()
    _spoil(folder)
    with replace(site, backend=Engine(site.backend.index.path)).bound():
        (problem,) = sync.check(COMMAND_LINE)
        assert "sai tổng kiểm" in problem and requests.pending()
        assert [fault.kind for fault in checks.check(COMMAND_LINE)] == ["index"]
        assert checks.notes(COMMAND_LINE) == [rebuilding.UNDER_WAY]
        assert rebuilding.serve() == 1 and sync.check(COMMAND_LINE) == [] == checks.notes(COMMAND_LINE)
    assert not folder.exists() and list(site.backend.index.path.glob("damaged-*"))


def test_a_check_that_finds_no_damage_asks_for_nothing(site, people) -> None:
    document = upload(actor_of(people["clerk"]), decision(body=BODY), publish=True)
    work(site)
    with site.backend.index.write_batch() as batch:
        batch.delete(document)
    site.backend.index.path.chmod(0o755)
    assert len(sync.check(COMMAND_LINE)) == 2 and not requests.pending()


def test_damage_met_by_a_completion_is_mended_by_the_worker(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY), publish=True)
    work(site)
    whole = complete.find(clerk, "quyết")
    assert whole.documents
    _spoil(site.backend.index.path / (site.backend.index.path / "current").read_text())
    with replace(site, backend=Engine(site.backend.index.path)).bound():
        assert complete.find(clerk, "quyết") == complete.Completion((), ())
        assert requests.pending() and rebuilding.serve() == 1
        assert complete.find(clerk, "quyết") == whole


def test_a_pointer_of_zeros_is_mended_by_the_worker(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY), publish=True)
    work(site)
    pointer = site.backend.index.path / "current"
    pointer.write_bytes(pointer.read_bytes()[:8] + bytes(10))
    with replace(site, backend=Engine(site.backend.index.path)).bound():
        assert find.find(clerk, "zorblax", record=False).unusable and not complete.find(clerk, "zorb").words
        assert rebuilding.serve() == 1
        assert find.find(clerk, "zorblax", record=False).total == 1


def test_a_server_that_does_not_answer_is_no_reason_to_rebuild(site, people) -> None:
    upload(actor_of(people["clerk"]), decision(body=BODY))
    work(site)
    requests.suspect(IndexAway("away"))
    assert not requests.pending()
    requests.suspect(IndexDamaged("damaged"))
    assert requests.pending()


def test_after_a_failed_rebuild_damage_does_not_ask_again_at_once(site, people, monkeypatch) -> None:
    upload(actor_of(people["clerk"]), decision(body=BODY))
    work(site)
    _cut_short(site, monkeypatch)
    requests.suspect()
    assert not requests.pending()
    rebuilding.ask(COMMAND_LINE)
    assert requests.pending() and requests.failure() is None


def test_a_rebuild_that_failed_while_the_clock_was_ahead_is_no_reason_to_wait(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(body=BODY), publish=True)
    work(site)
    failed = site.settings.home / "index.rebuild.failed"
    failed.write_text("no room")
    os.utime(failed, (time.time() + 3600,) * 2)
    (site.backend.index.path / "current").unlink()
    assert rebuilding.serve() == 1 and requests.failure() is None
    assert find.find(clerk, "zorblax", record=False).total == 1


def test_a_request_made_during_a_rebuild_stands(site, people, monkeypatch) -> None:
    upload(actor_of(people["clerk"]), decision(body=BODY))
    work(site)
    real = sync.rebuild

    def rebuild() -> int:
        assert requests.pending()
        made = real()
        rebuilding.ask(COMMAND_LINE)
        return made

    monkeypatch.setattr(sync, "rebuild", rebuild)
    rebuilding.ask(COMMAND_LINE)
    assert rebuilding.serve() == 1 and requests.pending()
    monkeypatch.undo()
    assert rebuilding.serve() == 1 and not requests.pending()


def test_one_document_that_cannot_be_written_keeps_no_other_from_it(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    work(site)
    ids = [upload(clerk, decision(number=str(number), body=BODY), f"{number}.docx") for number in range(5)]
    real = sync.entries_of

    def entries_of(session, document, *more):
        if document.id == ids[1]:
            raise ValueError("cannot be written")
        return real(session, document)

    monkeypatch.setattr(sync, "entries_of", entries_of)
    with worker.Reader() as reader:
        while ingest.read_some(reader):
            pass
    sync.drain()
    db.release()
    assert site.backend.index.versions().keys() == {*ids} - {ids[1]}
    with db.read() as session:
        (left,) = session.scalars(select(Job).where(Job.kind != "render")).all()
        assert left.document_id == ids[1] and "cannot be written" in (left.error or "")
    rebuilding.ask(COMMAND_LINE)
    assert rebuilding.serve() == 1 and site.backend.index.versions().keys() == {*ids} - {ids[1]}
    monkeypatch.undo()
    with db.write() as session:
        session.execute(update(Job).values(run_after=db.now()))
    sync.drain()
    assert site.backend.index.versions().keys() == {*ids}


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), OperationalError("", {}, Exception("database is locked"))]
)
def test_an_index_that_lacks_what_the_disk_did_not_take_replaces_none(site, people, monkeypatch, error) -> None:
    monkeypatch.setattr(sync, "BATCH_DOCUMENTS", 1)
    clerk = actor_of(people["clerk"])
    ids = {upload(clerk, decision(number=str(number), body=BODY), f"{number}.docx") for number in range(4)}
    work(site)
    real, written = Rebuild.write, []

    def full(target: Rebuild, documents: Any) -> None:
        # The free space of the disk is not checked when there is nothing to write.
        if held := list(documents):
            if len(written) == 2:
                raise error
            written.append(target)
        real(target, held)

    with monkeypatch.context() as patched:
        patched.setattr(Rebuild, "write", full)
        rebuilding.ask(COMMAND_LINE)
        with pytest.raises(type(error)):
            rebuilding.serve()
    assert site.backend.index.versions().keys() == ids and requests.failure()
    rebuilding.ask(COMMAND_LINE)
    assert rebuilding.serve() == 1 and site.backend.index.versions().keys() == ids and not requests.failure()


def test_a_rebuild_learns_again_from_what_is_readable_now(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    document = upload(clerk, decision(body=BODY), publish=True)
    work(site)
    taught: list[bool] = []

    def teach(index: Index, lists: frozenset[int], without: frozenset[int]) -> int:
        taught.append(bool(index.snapshot().listed(lists, without).any()))
        return 0

    monkeypatch.setattr(site_model, "adapt", teach)
    rebuilding.ask(COMMAND_LINE)
    rebuilding.serve()
    assert taught == []  # Nothing was ever learnt.
    (site.backend.index.path / "own.model").write_bytes(b"what was learnt")
    rebuilding.ask(COMMAND_LINE)
    rebuilding.serve()
    lifecycle.set_workflow(clerk, document, "draft")
    work(site)
    rebuilding.ask(COMMAND_LINE)
    rebuilding.serve()
    assert taught == [True, False]


def test_a_rebuild_of_a_damaged_index_forgets_what_was_learnt_from_it(site, people, monkeypatch) -> None:
    upload(actor_of(people["clerk"]), decision(body=BODY), publish=True)
    work(site)
    (site.backend.index.path / "own.model").write_bytes(b"what was learnt")
    _spoil(site.backend.index.path / (site.backend.index.path / "current").read_text())
    forget, forgotten = site.backend.index.keep_model, []
    monkeypatch.setattr(site.backend.index, "keep_model", lambda made: (forgotten.append(made), forget(made)))
    rebuilding.ask(COMMAND_LINE)
    assert rebuilding.serve() == 1 and requests.failure() is None
    assert forgotten == [None] and not site.backend.index.has_learnt() and sync.check(COMMAND_LINE) == []


def test_the_index_of_another_database_does_not_answer_after_a_restore(site, people, tmp_path) -> None:
    clerk, staff = actor_of(people["clerk"]), actor_of(people["staff"])
    upload(clerk, decision(number="5"), "p.docx", publish=True)
    draft = upload(clerk, decision(body=BODY), "a.docx")
    work(site)
    backup.write(COMMAND_LINE, tmp_path / "copy.tar")
    lifecycle.set_workflow(clerk, draft, "published")
    work(site)
    settings = replace(
        site.settings, database_url=f"sqlite:///{tmp_path / 'new.sqlite'}", uploads=tmp_path / "uploads"
    )
    anew = context.build(settings)
    try:
        with anew.bound():
            backup.restore(COMMAND_LINE, tmp_path / "copy.tar")
            page = find.find(staff, "zorblax", record=False)
            assert page.unusable and page.total == 0 and not complete.find(staff, "zorb").words
            work(anew)
            assert find.find(staff, "zorblax", record=False).total == 0
            assert find.find(clerk, "zorblax", record=False).total == 1
    finally:
        anew.close()


def test_a_folder_is_found_by_its_new_name(site) -> None:
    folder = tree.create(COMMAND_LINE, tree.root_id(), "Tên cũ")
    text = "QUYẾT ĐỊNH\nĐiều 1. Ban hành quy chế dân chủ.\n"
    documents.upload(COMMAND_LINE, io.BytesIO(text.encode()), "t.txt", folder_id=folder.id, publish=True)
    work(site)
    tree.edit(COMMAND_LINE, folder.id, name="Tên mới", publish_on_arrival=False, revision=None)
    work(site)
    found = find.find(COMMAND_LINE, "dân chủ", record=False)
    assert [value.label for value in found.facets["folder"]] == ["Tên mới"]
