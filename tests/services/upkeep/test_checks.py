"""`check` finds each way in which database, store and index can disagree."""

from __future__ import annotations

import io
import shutil

import pytest
import sqlalchemy as sa

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import CheckPhoto, Document, File, Inspection, InspectionCheck
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import lifecycle, upload
from docmgr.services.folders import tree
from docmgr.services.indexing import rebuild, requests
from docmgr.services.upkeep import checks

pytestmark = pytest.mark.slow


@pytest.fixture
def one(site: Context) -> int:
    """A site with one document that was read and indexed; its id."""
    tree.ensure_root()
    stored = upload.upload(COMMAND_LINE, io.BytesIO("Điều 1. Quy chế.".encode()), "a.txt", publish=True)
    worker.run_until_idle(site)
    db.release()
    assert stored.document_id is not None
    return stored.document_id


def _sha(document_id: int) -> str:
    with db.read() as session:
        return session.scalars(sa.select(File.sha256)).one()


def _kinds(*, full: bool = False) -> list[str]:
    return [fault.kind for fault in checks.check(COMMAND_LINE, full=full)]


def test_nothing_wrong(one: int) -> None:
    assert checks.check(COMMAND_LINE, full=True) == []


def test_a_lost_file(site: Context, one: int) -> None:
    site.storage.path(_sha(one)).unlink()
    (fault,) = checks.check(COMMAND_LINE)
    assert (fault.kind, fault.document_id, fault.sha256) == ("missing_file", one, _sha(one))


def test_a_lost_or_changed_photo_of_an_inspection(site: Context, one: int) -> None:
    photo = site.storage.put(io.BytesIO(b"anh"), 100)
    with db.write() as session:
        inspection = Inspection(title="Kiểm tra quy chế")
        session.add(inspection)
        session.flush()
        check = InspectionCheck(inspection_id=inspection.id, text="Có quy chế", place=1)
        session.add(check)
        session.flush()
        row = CheckPhoto(check_id=check.id, sha256=photo.sha256, size=3, width=1, height=1, created_by_label="Thử", ended_at=db.now())
        session.add(row)
    assert checks.check(COMMAND_LINE, full=True) == []
    path = site.storage.path(photo.sha256)
    path.chmod(0o600)
    path.write_bytes(b"khac nhieu")
    assert _kinds() == ["wrong_size"]
    path.write_bytes(b"oho")
    assert (_kinds(), _kinds(full=True)) == ([], ["wrong_hash"])
    path.unlink()
    (fault,) = checks.check(COMMAND_LINE)
    assert (fault.kind, fault.sha256, "Kiểm tra quy chế" in fault.message) == ("missing_file", photo.sha256, True)


def test_a_file_of_another_size(site: Context, one: int) -> None:
    path = site.storage.path(_sha(one))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"!")
    assert _kinds() == ["wrong_size"]


def test_changed_bytes_are_seen_by_the_full_check_only(site: Context, one: int) -> None:
    path = site.storage.path(_sha(one))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert _kinds() == []
    assert _kinds(full=True) == ["wrong_hash"]


def test_a_file_that_belongs_to_nothing(site: Context, one: int) -> None:
    extra = site.storage.put(io.BytesIO(b"la"), 100)
    (fault,) = checks.check(COMMAND_LINE)
    assert (fault.kind, fault.sha256) == ("orphan_file", extra.sha256)


def test_a_document_that_the_index_lacks(site: Context, one: int) -> None:
    with site.backend.index.write_batch() as batch:
        batch.delete(one)
    assert _kinds() == ["index"]


def test_a_document_that_changed_without_its_job(site: Context, one: int) -> None:
    with db.write() as session:
        session.get_one(Document, one).revision += 1
    assert _kinds() == ["index"]


def test_a_document_whose_access_list_the_index_does_not_know(site: Context, one: int) -> None:
    lifecycle.set_workflow(COMMAND_LINE, one, "draft")
    with db.write() as session:
        session.execute(sa.text("DELETE FROM job"))
    assert _kinds() == ["index"]


def test_work_that_waits_is_no_fault(site: Context, one: int) -> None:
    lifecycle.set_workflow(COMMAND_LINE, one, "draft")
    assert _kinds() == []


def test_an_entry_without_its_document(site: Context, one: int) -> None:
    with db.write() as session:
        session.execute(sa.update(Document).values(deleted_at=db.now()))
    assert _kinds() == ["index"]


def test_an_index_that_never_was_is_a_note(site: Context) -> None:
    assert checks.check(COMMAND_LINE) == []
    (note,) = checks.notes(COMMAND_LINE)
    assert "Chưa có chỉ mục" in note
    worker.run_until_idle(site)
    db.release()
    assert checks.check(COMMAND_LINE) == checks.notes(COMMAND_LINE) == []


def test_a_damaged_index_is_a_fault_even_where_nothing_was_in_it(site: Context) -> None:
    worker.run_until_idle(site)
    db.release()
    (site.backend.index.path / "current").unlink()
    assert _kinds() == ["index"] and checks.notes(COMMAND_LINE) == []


def test_no_index_at_all_is_one_fault_and_the_worker_mends_it(site: Context, one: int) -> None:
    shutil.rmtree(site.backend.index.path)
    assert _kinds() == ["index"] and checks.notes(COMMAND_LINE) == []
    worker.run_until_idle(site)
    db.release()
    assert _kinds() == []


def test_a_rebuild_that_was_asked_for(site: Context, one: int) -> None:
    with site.backend.index.write_batch() as batch:
        batch.delete(one)
    rebuild.ask(COMMAND_LINE)
    assert requests.pending()
    worker.run_until_idle(site)
    db.release()
    assert not requests.pending() and _kinds() == []


def test_who_may_look(one: int) -> None:
    with pytest.raises(Denied):
        checks.check(Actor(1, "Chuyên viên", roles=frozenset({"staff"})))
    with pytest.raises(Denied):
        checks.notes(Actor(1, "Chuyên viên", roles=frozenset({"staff"})))
    for change in (rebuild.ask, rebuild.retrain):
        with pytest.raises(Denied):
            change(Actor(1, "Chuyên viên", roles=frozenset({"staff"})))
