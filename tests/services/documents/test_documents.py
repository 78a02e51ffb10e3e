"""Documents: upload, duplicates, states, versions, files, and nobody sees a document without a right to it."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Document, File, Job, TrailEvent, Version
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.access import guard
from docmgr.services.documents import facts, files, intake, lifecycle, progress
from docmgr.services.documents import page as document_page
from docmgr.services.documents import upload as documents
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.indexing import sync
from docmgr.services.message import Message
from docmgr.services.upkeep import sweeping
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


def test_upload_writes_document_version_file_event_and_job_together(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision())
    with db.read() as session:
        document = session.get_one(Document, document_id)
        version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
        assert (document.state, document.workflow, version.no) == ("waiting", "draft", 1)
        assert site.storage.path(version.files[0].sha256).read_bytes() == paper_bytes(version.files[0], site)
        assert session.scalar(select(Job.kind).where(Job.version_id == version.id)) == "read"
        event = session.scalars(select(TrailEvent).where(TrailEvent.document_id == document_id)).one()
        assert (event.action, event.actor_label) == ("document:upload", people["clerk"].full_name)


def paper_bytes(file: File, site) -> bytes:
    content = site.storage.path(file.sha256).read_bytes()
    assert len(content) == file.size
    return content


def test_nothing_is_written_when_the_unit_of_work_fails(site, people, monkeypatch) -> None:
    monkeypatch.setattr(documents.jobs, "enqueue", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        documents.upload(actor_of(people["clerk"]), io.BytesIO(decision()), "a.docx")
    with db.read() as session:
        for table in (Document, Version, File, Job):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalar(select(func.count()).where(TrailEvent.action == "document:upload")) == 0


def test_the_same_bytes_are_found_only_by_those_who_may_read_them(site, people) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["leader"])
    content = decision()
    first = upload(clerk, content)
    again = documents.upload(clerk, io.BytesIO(content), "khac.docx")
    assert (again.outcome, again.document_id) == ("duplicate", first)
    # The leader may not know about the clerk's draft, so the leader gets a new document with the same bytes.
    with db.read() as session:
        sha256 = session.scalar(select(File.sha256))
        assert documents.same_bytes(session, leader, sha256) is None
    assert len(list(site.storage.list())) == 1


def test_a_file_that_is_no_document_is_refused_and_leaves_nothing(site, people) -> None:
    done = documents.upload(actor_of(people["clerk"]), io.BytesIO(b"\x7fELF" + bytes(500)), "van-ban.docx")
    assert done.outcome == "refused"
    assert done.reason == intake.NOT_A_DOCUMENT
    assert list(site.storage.list()) == []


def test_a_file_over_the_limit_is_refused_with_the_limit(site, people) -> None:
    done = documents.upload(actor_of(people["clerk"]), io.BytesIO(bytes(20_000_001)), "to.pdf")
    assert done.outcome == "refused"
    assert done.reason == Message("Tệp lớn hơn %(limit)s MB.", limit=19)
    assert not any((site.storage.root / "tmp").iterdir())


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_only_looks_cannot_upload(site, people, role) -> None:
    with pytest.raises(Denied):
        documents.upload(actor_of(people[role]), io.BytesIO(decision()), "a.docx")


def test_staff_without_a_right_on_the_folder_cannot_upload(site, people) -> None:
    with pytest.raises((Denied, NotFound)):
        documents.upload(actor_of(people["staff"]), io.BytesIO(decision()), "a.docx")


def test_reading_makes_it_findable_with_facts_and_provisions(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision())
    work(site)
    page = document_page.load(clerk, document_id)
    document = page.document
    assert document.state == "findable"
    assert (document.type, document.number) == ("Quyết định", "12/QĐ-SGDĐT")
    assert document.issued_on.isoformat() == "2024-02-05"
    assert document.effective_from.isoformat() == "2024-02-05"
    assert [p.label for p in page.provisions if p.kind == "dieu"] == ["Điều 1", "Điều 2", "Điều 3"]
    assert "30/2020/NĐ-CP" in [c.citation.number for c in page.citations]
    assert progress.states(clerk, [document_id])[0].sentence.msgid == "Đã tìm kiếm được; cần xác nhận thông tin."


def test_draft_published_withdrawn_decide_who_reads(site, people) -> None:
    clerk, staff, auditor = (actor_of(people[role]) for role in ("clerk", "staff", "auditor"))
    document_id = upload(clerk, decision())
    reads = []
    for workflow in ("draft", "published", "withdrawn"):
        lifecycle.set_workflow(clerk, document_id, workflow)
        reads.append([_reads(actor, document_id) for actor in (clerk, staff, auditor)])
    assert reads == [[True, False, True], [True, True, True], [True, False, True]]


def _reads(actor, document_id: int) -> bool:
    try:
        return guard.get(actor, document_id).id == document_id
    except NotFound:
        return False


def test_a_new_version_keeps_the_old_one_readable(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision(body=("Điều 1. Cũ", "Nội dung cũ.")))
    work(site)
    new = decision(body=("Điều 1. Mới", "Nội dung mới."))
    assert documents.add_version(clerk, document_id, io.BytesIO(new), "b.docx", "sửa lỗi").outcome == "stored"
    work(site)
    assert "Nội dung mới." in document_page.load(clerk, document_id).version.text
    old = document_page.load(clerk, document_id, 1)
    assert "Nội dung cũ." in old.version.text
    assert not old.latest
    same = documents.add_version(clerk, document_id, io.BytesIO(new), "c.docx", None)
    assert same.outcome == "duplicate"


def test_a_confirmed_fact_survives_a_new_version(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision())
    work(site)
    form = facts.form(clerk, document_id)
    values = {f.field: f.value for f in form.fields} | {"subject": "Trích yếu do văn thư sửa"}
    facts.save(clerk, document_id, values, revision=form.document.revision, confirm=True, publish=True)
    changed = decision(subject="Một trích yếu khác hẳn")
    documents.add_version(clerk, document_id, io.BytesIO(changed), "b.docx", None)
    work(site)
    document = guard.get(clerk, document_id)
    assert document.subject == "Trích yếu do văn thư sửa"
    assert document.workflow == "published"


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_secrecy_stamp_removes_bytes_text_and_version_everywhere(site, people, stamp) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["leader"])
    content = decision(stamp=stamp)
    document_id = upload(clerk, content)
    work(site)
    document = guard.get(clerk, document_id)
    assert (document.state, document.subject, document.number) == ("withheld", None, None)
    assert (document.reason_code, document.secrecy) == ("secrecy", stamp.capitalize())
    assert list(site.storage.list()) == []
    with db.read() as session:
        for table in (Version, File):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        actions = list(session.scalars(select(TrailEvent.action).order_by(TrailEvent.seq)))
        assert "document:upload" in actions
        assert "document:withhold" in actions
    with pytest.raises(Invalid):
        lifecycle.set_workflow(clerk, document_id, "published")
    with pytest.raises(NotFound):
        guard.get(leader, document_id)


def test_a_crash_before_the_bytes_are_gone_is_made_good(site, people, monkeypatch) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(stamp="MẬT"))
    with monkeypatch.context() as fault:
        fault.setattr(type(site.storage), "remove", lambda *_: None)
        work(site)
    assert len(list(site.storage.list())) == 1
    work(site)
    assert list(site.storage.list()) == []
    assert site.storage.condemned() == ()


def test_only_old_half_written_uploads_are_cleared(site) -> None:
    old, new = site.storage.root / "tmp" / "old", site.storage.root / "tmp" / "new"
    old.parent.mkdir()
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (0, 0))
    sweeping.sweep()
    assert [path.name for path in old.parent.iterdir()] == ["new"]


def test_bytes_that_are_still_needed_are_spared(site, people) -> None:
    upload(actor_of(people["clerk"]), decision())
    with db.read() as session:
        site.storage.condemn(session.scalar(select(File.sha256)))
    work(site)
    assert len(list(site.storage.list())) == 1
    assert site.storage.condemned() == ()


def test_a_file_opened_is_one_reading_and_a_continuation_is_none(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision())
    with db.read() as session:
        file_id = session.scalar(select(File.id))
    files.open_file(clerk, file_id, action="file:open")
    files.open_file(clerk, file_id, action="file:open", continuation=True)
    with db.read() as session:
        query = select(func.count()).where(TrailEvent.action == "file:open")
        assert session.scalar(query) == 1
    with pytest.raises(NotFound):
        files.open_file(actor_of(people["staff"]), file_id, action="file:open")


def test_the_page_takes_a_fixed_number_of_queries(site, people, count_queries) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision(), publish=True)
    counts = []
    for several in (range(20, 23), range(23, 35)):
        for number in several:
            upload(clerk, decision(number=str(number)), f"{number}.docx", publish=True)
        work(site)
        db.release()
        with count_queries() as counted:
            document_page.load(clerk, document_id)
        counts.append(counted.number)
    assert counts[0] == counts[1] > 0


@given(st.text(min_size=0, max_size=400))
def test_a_file_name_is_only_data(name: str) -> None:
    clean = intake.clean_name(name)
    assert clean
    assert len(clean.encode()) <= 255
    assert "/" not in clean
    assert clean.isprintable() or all(c == " " or c.isprintable() or ord(c) > 127 for c in clean)


def test_a_stamped_second_version_takes_the_whole_document_out_of_the_index(site, people) -> None:
    clerk = actor_of(people["clerk"])
    document_id = upload(clerk, decision())
    work(site)
    documents.add_version(clerk, document_id, io.BytesIO(decision(number="12", stamp="MẬT")), "b.docx", None)
    work(site)
    assert guard.get(clerk, document_id).state == "withheld"
    assert len(site.backend.index.snapshot().documents) == 0
    assert sync.check(COMMAND_LINE) == []


def test_the_id_of_a_removed_row_is_never_given_again(site, people) -> None:
    clerk = actor_of(people["clerk"])
    upload(clerk, decision(stamp="MẬT"))
    with db.read() as session:
        before = [session.scalar(select(func.max(table.id))) for table in (Version, File, Job)]
    work(site)
    upload(clerk, decision(number="13"), "b.docx")
    with db.read() as session:
        after = [session.scalar(select(func.max(table.id))) for table in (Version, File, Job)]
    assert all(new > old for new, old in zip(after, before, strict=True))


def test_the_bytes_of_a_known_secret_are_never_kept_again(site, people) -> None:
    clerk, leader = actor_of(people["clerk"]), actor_of(people["leader"])
    secret = decision(stamp="TỐI MẬT")
    first = upload(clerk, secret)
    work(site)
    again = documents.upload(clerk, io.BytesIO(secret), "lai.docx")
    assert (again.outcome, again.document_id, again.state) == ("duplicate", first, "withheld")
    assert list(site.storage.list()) == []
    shared = tree.create(clerk, tree.root_id(), "Chung").id
    sharing.grant(clerk, SharedThing(folder_id=shared), f"user:{leader.user_id}", "editor")
    other = documents.upload(leader, io.BytesIO(secret), "lai.docx", folder_id=shared)
    # The answer is the same as for new bytes, so it does not reveal that they are known to be secret.
    assert (other.outcome, other.reason, other.state) == ("stored", None, "waiting")
    assert other.document_id != first
    assert list(site.storage.list()) == []
    work(site)
    with db.read() as session:
        assert session.get_one(Document, other.document_id).state == "withheld"
    assert list(site.storage.list()) == []
    assert not any((site.storage.root / "tmp").iterdir())
