"""The files inside mails, archives and edXML messages become documents of their own, tied to the message."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from docmgr import context, db, worker
from docmgr.context import Context
from docmgr.models import (
    Attachment,
    Document,
    File,
    Grant,
    Job,
    Provision,
    Relation,
    TrailEvent,
    User,
    Version,
    WithheldBytes,
)
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services import jobs
from docmgr.services.access import rule
from docmgr.services.documents import files, ingest, lifecycle
from docmgr.services.documents import upload as documents
from docmgr.services.documents.attachments import taking
from docmgr.services.errors import NotFound
from docmgr.services.folders import tree
from tests.filling.papers import decision
from tests.reading.messages import archive, edxml, locked, mail
from tests.support.acting import actor_of, upload, work

# A paper is made once: its bytes hold the time.
PAPER = decision()


def _inside(container: int) -> list[Attachment]:
    db.release()
    with db.read() as session:
        query = select(Attachment).join(Version, Version.id == Attachment.version_id)
        return list(session.scalars(query.where(Version.document_id == container).order_by(Attachment.position)))


def _documents(ids: Sequence[int | None] | None = None) -> list[Document]:
    db.release()
    with db.read() as session:
        query = select(Document).order_by(Document.id)
        return list(session.scalars(query if ids is None else query.where(Document.id.in_(ids))))


def test_attachments_of_a_mail_become_documents_tied_to_it(site: Context, clerk: Actor) -> None:
    letter = mail(attachments=[("../../Quyết định.docx", PAPER), ("virus.exe", b"MZ\x90\0\3\0\0\0")])
    message = upload(clerk, letter.as_bytes(), "thư.eml", publish=True)
    work(site)
    paper, program = _inside(message)
    assert (program.name, program.document_id, program.reason_code) == ("virus.exe", None, "not_document")
    (found,) = _documents([paper.document_id])
    assert (found.file_name, found.state, found.workflow) == ("Quyết định.docx", "findable", "published")
    assert (found.number, found.created_by) == ("12/QĐ-SGDĐT", clerk.user_id)
    (told,) = _documents([message])
    assert (told.state, told.workflow, told.subject) == ("findable", "published", "Gửi kế hoạch kiểm tra")
    assert (told.folder_id, told.number) == (found.folder_id, None)
    with db.read() as session:
        (tie,) = session.scalars(select(Relation))
        assert (tie.type, tie.source_id, tie.target_id) == ("attached_to", found.id, message)
        events = session.scalars(select(TrailEvent).where(TrailEvent.document_id == found.id).order_by(TrailEvent.seq)).all()
    assert [event.action for event in events] == ["document:upload", "relation:add", "document:publish", "document:read"]
    assert events[1].details["target"] == message


def test_a_file_that_is_known_is_tied_and_not_stored_again(site: Context, clerk: Actor) -> None:
    known = upload(clerk, PAPER, "trước.docx")
    message = upload(clerk, mail(attachments=[("a.docx", PAPER), ("b.docx", PAPER)]).as_bytes(), "thư.eml")
    work(site)
    assert [one.document_id for one in _inside(message)] == [known, known]
    assert len(_documents()) == 2
    with db.read() as session:
        assert [tie.source_id for tie in session.scalars(select(Relation))] == [known]


def test_a_file_that_the_uploader_may_not_read_becomes_a_document_of_its_own(site: Context, people: dict[str, User]) -> None:
    hidden = upload(COMMAND_LINE, PAPER, "kín.docx")
    work(site)
    staff = actor_of(people["clerk"])
    with db.write() as session:
        session.get_one(Document, hidden).access_list_id = rule.list_for(session, frozenset(), frozenset())
    message = upload(staff, mail(attachments=[("a.docx", PAPER)]).as_bytes(), "thư.eml")
    work(site)
    (inside,) = _inside(message)
    assert inside.document_id not in (None, hidden, message)


def test_a_worker_that_is_killed_before_or_after_saving_neither_loses_nor_doubles(
    site: Context, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = upload(clerk, archive({"a.docx": PAPER, "b.docx": decision(number="13")}), "hồ sơ.zip")
    save = taking.save

    class Killed(BaseException):
        pass

    def killed(*arguments: Any) -> None:
        save(*arguments)
        raise Killed

    monkeypatch.setattr(taking, "save", killed)
    with worker.Reader() as reader, pytest.raises(Killed):
        ingest.read_some(reader, 1)
    assert len(_documents()) == 1 and _inside(message) == []
    monkeypatch.setattr(taking, "save", save)
    work(site)
    # A reading that is asked for again finds everything in place.
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == message)).one()
        session.execute(delete(Provision).where(Provision.version_id == version.id))
        version.outcome = None
        session.add(Job(kind="read", document_id=message, version_id=version.id))
    work(site)
    with db.read() as session:
        assert session.get_one(Version, version.id).outcome == "text" and session.scalar(select(Job.id).where(Job.kind != "render")) is None
    assert len(_documents()) == 3
    assert [one.name for one in _inside(message)] == ["a.docx", "b.docx"]
    assert not any((site.settings.home / taking.FOLDER).iterdir())


def test_an_archive_is_opened_once_inside_another(site: Context, clerk: Actor) -> None:
    deepest = archive({"sâu.docx": decision(number="14")})
    middle = archive({"giữa.docx": decision(number="13"), "sâu.zip": deepest})
    outer = upload(clerk, archive({"ngoài.docx": PAPER, "giữa.zip": middle}), "hồ sơ.zip")
    work(site)
    paper, inner = _inside(outer)
    assert paper.reason_code is inner.reason_code is None and inner.document_id is not None
    below, nested = _inside(inner.document_id)
    assert (below.name, below.reason_code) == ("giữa.docx", None)
    assert (nested.name, nested.document_id, nested.reason_code) == ("sâu.zip", None, "nested")
    assert sorted(one.number for one in _documents() if one.number) == ["12/QĐ-SGDĐT", "13/QĐ-SGDĐT"]


def test_an_archive_that_contains_itself_is_not_tied_to_itself(site: Context, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    data = archive({"a.docx": PAPER})
    message = upload(clerk, data, "hồ sơ.zip")
    held = taking._held

    def itself(attachment: Any, unpacked: Any, inner: bool) -> Any:
        (unpacked / "0").write_bytes(data)
        return held(attachment, unpacked, inner)

    monkeypatch.setattr(taking, "_held", itself)
    work(site)
    (inside,) = _inside(message)
    assert (inside.document_id, inside.sha256, inside.reason_code) == (None, None, "nested")
    assert [one.id for one in _documents()] == [message]


def test_attachments_are_where_the_message_is_with_its_rights(site: Context, clerk: Actor, people: dict[str, User]) -> None:
    folder = tree.by_path(COMMAND_LINE, "Mật thư", create=True).id
    message = documents.upload(COMMAND_LINE, io.BytesIO(mail(attachments=[("a.docx", PAPER)]).as_bytes()), "thư.eml", folder_id=folder)
    with db.write() as session:
        row = session.get_one(Document, message.document_id)
        row.inherit = False
        session.add(Grant(document_id=row.id, role="reader", key="unit:7"))
        lifecycle.put_in_bin(session, COMMAND_LINE, row, "một lần")
    work(site)
    (inside,) = _inside(row.id)
    (paper,) = _documents([inside.document_id])
    assert (paper.folder_id, paper.inherit, paper.deleted_batch) == (folder, False, "một lần")
    with db.read() as session:
        assert [(g.role, g.key) for g in session.scalars(select(Grant).where(Grant.document_id == paper.id))] == [("reader", "unit:7")]
        # It is a draft, even where the message is published by now.
        document = session.get_one(Document, paper.id)
        assert not rule.assign_list(session, document)


def test_attachments_of_a_published_message_are_drafts(site: Context, clerk: Actor, people: dict[str, User]) -> None:
    message = upload(clerk, mail(attachments=[("a.docx", PAPER)]).as_bytes(), "thư.eml")
    lifecycle.set_workflow(clerk, message, "published")
    with worker.Reader() as reader:
        # From the first moment on, before they are read themselves.
        assert ingest.read_some(reader, 1) == 1
    (inside,) = _inside(message)
    with db.read() as session:
        seen = select(Document.id).where(rule.visible(actor_of(people["staff"]))).order_by(Document.id)
        assert list(session.scalars(seen)) == [message]
        assert session.get_one(Document, inside.document_id or 0).workflow == "draft"


def test_a_message_with_a_secret_file_is_withheld_with_it(site: Context, clerk: Actor) -> None:
    secret = decision(stamp="MẬT", body=("Điều 1. Kín", "Nội dung kín."))
    letter = mail(attachments=[("kín.docx", secret), ("thường.docx", decision(number="13"))]).as_bytes()
    outer = archive({"thư.eml": letter})
    archived = upload(clerk, outer, "hồ sơ.zip", publish=True)
    work(site)
    states = {one.id: one.state for one in _documents()}
    assert sorted(states.values()) == ["findable", "withheld", "withheld", "withheld"]
    assert states[archived] == "withheld" and _inside(archived) == []
    with db.read() as session:
        withheld = {row.sha256: row.document_id for row in session.scalars(select(WithheldBytes))}
        kept = list(session.scalars(select(File.sha256)))
    assert len(withheld) == len(set(withheld.values())) == 3
    assert sorted(file.sha256 for file in context.current().storage.list()) == kept
    # The same bytes in another archive are known by now.
    again = upload(clerk, archive({"lại.docx": secret, "khác.docx": decision(number="14")}), "lại.zip")
    work(site)
    (told,) = _documents([again])
    assert (told.state, told.secrecy) == ("withheld", "Mật")
    assert len(list(context.current().storage.list())) == 1 + 1


def test_the_original_is_for_its_uploader_alone_until_the_files_inside_are_read(
    site: Context, clerk: Actor, people: dict[str, User]
) -> None:
    leader = actor_of(people["leader"])
    message = upload(clerk, mail(attachments=[("a.docx", PAPER)]).as_bytes(), "thư.eml", publish=True)
    with worker.Reader() as reader:
        assert ingest.read_some(reader, 1) == 1
    with db.read() as session:
        original = session.scalars(select(File.id).join(Version).where(Version.document_id == message)).one()
    assert files.open_file(clerk, original, action="file:open").document_id == message
    with pytest.raises(NotFound):
        files.open_file(leader, original, action="file:open")
    work(site)
    db.release()
    assert files.open_file(leader, original, action="file:open").document_id == message


def test_a_full_disk_puts_the_job_back(site: Context, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    message = upload(clerk, archive({"a.docx": PAPER}), "hồ sơ.zip")
    usage = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(path)._replace(free=-1))
    with worker.Reader() as reader:
        # However long it lasts, it says nothing about the file.
        for _ in range(jobs.MAX_ATTEMPTS + 2):
            assert ingest.read_some(reader, 1) == 1
            (waiting,) = _documents([message])
            assert waiting.state == "waiting" and _inside(message) == []
            with db.write() as session:
                session.execute(update(Job).values(run_after=db.now(), leased_until=None))
    monkeypatch.undo()
    with db.write() as session:
        session.execute(update(Job).values(run_after=db.now(), leased_until=None))
    work(site)
    assert [one.reason_code for one in _inside(message)] == [None]


def test_bad_archives_are_kept_and_the_queue_goes_on(site: Context, clerk: Actor) -> None:
    many = archive({f"{n}.txt": str(n).encode() for n in range(201)})
    bad = {
        "encrypted": locked({"a.txt": b"a"}, ["a.txt"]),
        "bomb": archive({"a.txt": bytes(70 * 1024 * 1024)}),
        "too_many_files": many,
        "broken": archive({"a.txt": b"a"})[:-30],
        "empty": archive({}),
    }
    numbers = {code: upload(clerk, data, f"{code}.zip") for code, data in bad.items()}
    sound = upload(clerk, PAPER, "lành.docx")
    work(site)
    found = {one.id: (one.state, one.reason_code) for one in _documents()}
    assert found == {sound: ("findable", None)} | {n: ("unreadable", code) for code, n in numbers.items()}
    for data in bad.values():
        assert documents.upload(clerk, io.BytesIO(data), "lại.zip").outcome == "duplicate"


def test_facts_of_an_edxml_message_are_its_own_and_its_files_are_unwrapped(site: Context, clerk: Actor) -> None:
    message = upload(clerk, edxml(attachments=[("25_KH.doc", archive({"Kế hoạch.docx": decision(number="25")}))]), "đến.edxml")
    work(site)
    (told,) = _documents([message])
    assert (told.number, told.issued_on.isoformat(), told.urgency) == ("25/KH-SGDĐT", "2024-02-05", "Thượng khẩn")
    assert all(fact.sure and not fact.confirmed for fact in told.facts)
    (inside,) = _inside(message)
    assert inside.name == "Kế hoạch.docx" and _documents([inside.document_id])[0].number == "25/QĐ-SGDĐT"


def test_nothing_but_a_plain_file_is_taken_from_the_folder(site: Context, clerk: Actor, tmp_path: Any) -> None:
    (tmp_path / "bí mật.txt").write_text("bí mật")
    (tmp_path / "0").symlink_to(tmp_path / "bí mật.txt")
    (tmp_path / "1").mkdir()
    found = [taking.types.Attachment(number, f"{number}.txt", 6) for number in range(3)]
    held = taking.store(found, tmp_path, 0)
    assert [(one.taken, one.reason_code) for one in held] == [(None, "broken")] * 3
    assert list(context.current().storage.list()) == []
