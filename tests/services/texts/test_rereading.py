"""Versions that an older generation of the readers read are read again, and lose nothing that people made."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db, worker
from docmgr.models import Attachment, Document, File, Job, Provision, RecognisedPage, Version
from docmgr.policy import COMMAND_LINE
from docmgr.reading.generation import READER_VERSION
from docmgr.reading.ocr.words import OcrPage, OcrWord, to_plain
from docmgr.reading.process.runner import Reader
from docmgr.services import jobs
from docmgr.services.documents import facts, ingest, lifecycle
from docmgr.services.documents import upload as documents
from docmgr.services.documents.rereading import queue
from docmgr.services.search import find
from docmgr.services.texts import conversion, rereading
from tests.filling import old_readings as old
from tests.filling.old_fonts import in_bytes
from tests.filling.papers import BODY, decision
from tests.filling.papers import scan as scanned
from tests.reading.messages import mail
from tests.support.acting import actor_of, upload, work

PAPER = decision()


@pytest.fixture
def clerk(people) -> Any:
    return actor_of(people["clerk"])


@pytest.fixture
def paper(site, clerk) -> int:
    """A published decision, read and indexed."""
    document = upload(clerk, PAPER, publish=True)
    work(site)
    return document


def again(site: Any) -> None:
    """Let the worker do everything, reading again too."""
    db.release()
    worker.run_until_idle(site, again=True)
    db.release()


def document(number: int) -> Document:
    db.release()
    with db.read() as session:
        return session.get_one(Document, number)


def waiting(*kinds: str) -> list[int]:
    db.release()
    with db.read() as session:
        return list(session.scalars(select(Job.document_id).where(Job.kind.in_(kinds)).order_by(Job.id)))


def test_a_new_version_is_of_the_present_generation(site, clerk, paper: int) -> None:
    assert old.version_of(paper).reader == READER_VERSION
    again(site)
    assert waiting(queue.KIND) == [] and old.rereadings(paper) == []


def test_an_equal_reading_changes_nothing(site, clerk, paper: int) -> None:
    old.age(paper)
    before = document(paper).revision, old.version_of(paper).text
    with worker.Reader() as reader:
        assert rereading.read_all(reader) == 1
    assert (document(paper).revision, old.version_of(paper).text) == before
    assert waiting("index", queue.KIND) == [] and old.rereadings(paper) == []
    assert old.version_of(paper).reader == READER_VERSION


def test_health_that_becomes_known_reaches_the_index(site, clerk, paper: int) -> None:
    old.age(paper, health=None)
    before = document(paper).revision
    again(site)
    assert old.version_of(paper).health == "good" and document(paper).revision > before
    assert document(paper).indexed_revision == document(paper).revision and old.rereadings(paper) == []


def test_a_better_reading_takes_the_place_of_the_old_one(site, clerk, paper: int) -> None:
    old.age_text(paper, "Hội nghị cán bộ", "Hoi nghi can bo")
    revision = document(paper).revision
    again(site)
    assert (document(paper).revision, document(paper).indexed_revision) == (revision + 1, revision + 1)
    assert "Hội nghị cán bộ" in (old.version_of(paper).text or "")
    (told,) = old.rereadings(paper)
    assert told["no"] == 1 and told["changes"].keys() == {"characters", "provisions"}
    assert find.find(clerk, '"hội nghị cán bộ"').total == 1 and document(paper).state == "findable"


def test_confirmed_facts_stay_and_others_are_proposed_anew(site, clerk, paper: int) -> None:
    facts.save(clerk, paper, {"subject": "Do người ghi"}, revision=document(paper).revision, confirm=True, publish=False)
    with db.write() as session:
        session.get_one(Document, paper).signer = None
        for row in session.get_one(Document, paper).facts:
            if row.field == "signer":
                row.value = None
    old.age(paper)
    again(site)
    assert (old.fact(paper, "subject").value, old.fact(paper, "subject").confirmed) == ("Do người ghi", True)
    assert document(paper).subject == "Do người ghi"
    assert (old.fact(paper, "signer").value, document(paper).signer) == ("Người Ký Thử", "Người Ký Thử")
    assert old.rereadings(paper)[0]["facts"] == 1


def test_number_and_day_of_each_version_are_read_anew(site, clerk, paper: int) -> None:
    facts.save(clerk, paper, {"number": "77/QĐ-SGDĐT"}, revision=document(paper).revision, confirm=True, publish=False)
    documents.add_version(clerk, paper, io.BytesIO(decision(number="13")), "moi.docx", None)
    work(site)
    for no in (1, 2):
        with db.write() as session:
            file = session.get_one(File, old.version_of(paper, no).files[0].id)
            file.read_number, file.read_on = None, dt.date(1999, 1, 1)
        old.age(paper, no)
    again(site)
    found = [(file.read_number, file.read_on) for no in (1, 2) for file in old.version_of(paper, no).files]
    assert found == [("12/QĐ-SGDĐT", dt.date(2024, 2, 5)), ("13/QĐ-SGDĐT", dt.date(2024, 2, 5))]


def test_an_older_version_is_read_later_and_proposes_no_facts(site, clerk, paper: int) -> None:
    documents.add_version(clerk, paper, io.BytesIO(decision(number="13")), "moi.docx", None)
    work(site)
    other = upload(clerk, decision(number="99"), publish=True)
    work(site)
    for number, no in ((paper, 1), (paper, 2), (other, 1)):
        old.age(number, no)
    assert queue.fill() == 3
    with db.read() as session:
        order = list(session.execute(select(Version.document_id, Version.no).join(Job, Job.version_id == Version.id).where(Job.kind == queue.KIND).order_by(Job.id)))
    assert order == [(other, 1), (paper, 2), (paper, 1)]
    again(site)
    assert document(paper).number == "13/QĐ-SGDĐT"


def test_files_of_kinds_that_were_unknown_are_read(site, clerk) -> None:
    letter = mail(attachments=[("Quyết định.docx", PAPER)]).as_bytes()
    document_id = upload(clerk, letter, "thư.eml", publish=True)
    work(site)
    with db.read() as session:
        kind = old.version_of(document_id).files[0].kind
        given = len(session.scalars(select(Attachment.id)).all())
    assert (kind, given) == ("eml", 1)
    old.age_unread(document_id)
    with db.write() as session:
        for row in session.scalars(select(Attachment)):
            session.delete(row)
    again(site)
    found = old.version_of(document_id)
    assert (found.outcome, found.files[0].kind, document(document_id).state) == ("text", "eml", "findable")
    with db.read() as session:
        assert len(session.scalars(select(Attachment.id)).all()) == 1
    old.age(document_id)
    again(site)
    with db.read() as session:
        # Its files are not given twice.
        assert len(session.scalars(select(Attachment.id)).all()) == 1


def test_recognised_pages_are_understood_again_and_not_recognised_again(site, clerk) -> None:
    document_id = upload(clerk, scanned(), "quet.pdf", publish=True)
    with worker.Reader() as reader:
        ingest.read_some(reader)
    lines = ("QUYẾT ĐỊNH", "Điều 1. Phạm vi của quy chế", "Điều 2. Hiệu lực thi hành")
    words = [OcrWord(w, 60 + 50 * n, 50 + 20 * at, 105 + 50 * n, 61 + 20 * at, 96, at) for at, line in enumerate(lines) for n, w in enumerate(line.split())]
    version = old.version_of(document_id)
    with db.write() as session:
        for job in session.scalars(select(Job).where(Job.kind == "ocr")):
            session.delete(job)
        session.add(RecognisedPage(version_id=version.id, number=1, confidence=96, content=to_plain(OcrPage(1, 595, 842, words=tuple(words)))))
        session.add(Provision(version_id=version.id, position=0, anchor="doan-1", kind="doan", label="Đoạn 1", text="Điều 1"))
        session.execute(update(Version).where(Version.id == version.id).values(outcome="text", text="Điều 1", reason_code=None))
    old.age(document_id)
    again(site)
    assert [one for one in old.anchors_of(document_id) if one.startswith("dieu")] == ["dieu-1", "dieu-2"]
    found = old.version_of(document_id)
    assert (found.outcome, found.health, found.reader) == ("text", "ocr", READER_VERSION)
    assert waiting("ocr") == []


def test_a_scan_that_waits_for_recognition_is_left_to_it(site, clerk) -> None:
    document_id = upload(clerk, scanned(), "quet.pdf")
    with worker.Reader() as reader:
        ingest.read_some(reader)
    old.age(document_id)
    assert queue.fill() == 0


def test_text_that_would_be_lost_is_kept(site, clerk, paper: int) -> None:
    old.age(paper)
    version = old.version_of(paper)
    site.storage.remove(version.files[0].sha256)
    again(site)
    kept = old.kept_of(paper)
    assert kept is not None and (kept.reason, kept.reader) == ("no_text", READER_VERSION)
    assert old.version_of(paper).text == version.text and old.version_of(paper).outcome == "text"
    assert queue.fill() == 0


def test_a_reading_that_fails_for_good_leaves_the_old_one(site, clerk, paper: int, monkeypatch) -> None:
    old.age(paper)
    monkeypatch.setattr(ingest.jobs, "MAX_ATTEMPTS", 1)
    monkeypatch.setattr(ingest, "_reading_of", lambda *_: 1 / 0)
    again(site)
    kept = old.kept_of(paper)
    assert kept is not None and kept.reason == "internal" and document(paper).state == "findable"
    assert old.version_of(paper).text and waiting(queue.KIND) == []


def test_what_is_secret_is_withheld_also_when_it_is_found_late(site, clerk, monkeypatch) -> None:
    document_id = upload(clerk, PAPER, publish=True)
    work(site)
    old.age(document_id)
    with worker.Reader() as real:
        secret = ingest.fallen_short("secrecy", "docx", secrecy="Mật")
        monkeypatch.setattr(ingest, "_reading_of", lambda *_: (secret, ()))
        assert rereading.read_all(real) == 1
    assert document(document_id).state == "withheld"


def test_deleted_documents_wait_until_they_are_restored(site, clerk, paper: int) -> None:
    old.age(paper)
    lifecycle.delete(clerk, [paper])
    assert queue.fill() == 0
    with db.write() as session:
        session.get_one(Document, paper).deleted_at = None
    assert queue.fill() == 1


def test_a_document_deleted_meanwhile_is_left(site, clerk, paper: int, monkeypatch) -> None:
    old.age_text(paper, "Hội nghị", "Hoi nghi")
    read = ingest._reading_of

    def deleted_meanwhile(*given: Any) -> Any:
        lifecycle.delete(clerk, [paper])
        return read(*given)

    monkeypatch.setattr(ingest, "_reading_of", deleted_meanwhile)
    again(site)
    assert "Hoi nghi" in (old.version_of(paper).text or "") and old.version_of(paper).reader is None


def test_a_wish_made_meanwhile_is_not_lost(site, clerk, monkeypatch) -> None:
    tcvn3 = in_bytes("\n".join(("Thông tư", "Hướng dẫn thực hiện dân chủ", *BODY)), "tcvn3")
    document_id = upload(clerk, tcvn3, "cu.txt", publish=True)
    work(site)
    old.age(document_id)
    read = ingest._reading_of

    def wished_meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(ingest, "_reading_of", read)
        conversion.set_as_written(clerk, document_id, 1, True)
        return read(*given)

    monkeypatch.setattr(ingest, "_reading_of", wished_meanwhile)
    with worker.Reader() as reader:
        queue.fill()
        ingest.read_some(reader, 1, queue.KIND)
    assert old.version_of(document_id).read_again
    again(site)
    found = old.version_of(document_id)
    assert found.as_written and found.text_before is None and not found.read_again


def test_new_files_come_first(site, clerk, paper: int) -> None:
    old.age(paper)
    made: list[Reader] = []

    def make() -> Reader:
        made.append(worker.Reader())
        return made[-1]

    turn = rereading.Turn(make, lambda: False)
    new = upload(clerk, decision(number="14"))
    assert turn() == 0 and made == [] and waiting(queue.KIND) == []
    work(site)
    assert document(new).state == "findable"
    assert turn() == 1 and len(made) == 1
    assert turn() == 0 and len(made) == 1


def test_it_stops_as_soon_as_a_file_comes(site, clerk, monkeypatch) -> None:
    papers = [upload(clerk, decision(number=str(n)), publish=True) for n in (21, 22, 23)]
    work(site)
    for one in papers:
        old.age(one)
    read = ingest._reading_of

    def uploaded_meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(ingest, "_reading_of", read)
        upload(clerk, decision(number="24"))
        return read(*given)

    monkeypatch.setattr(ingest, "_reading_of", uploaded_meanwhile)
    turn = rereading.Turn(Reader, lambda: False)
    assert turn() == 1
    assert len(waiting(queue.KIND)) == 2 and len(waiting("read")) == 1
    work(site)
    assert turn() == 2


def test_many_index_jobs_come_first(site, clerk, paper: int) -> None:
    old.age(paper)
    with db.write() as session:
        for _ in range(queue.MOST_INDEX_JOBS + 1):
            jobs.enqueue(session, "index", paper)
    assert rereading.Turn(Reader, lambda: False)() == 0
    work(site)
    assert rereading.Turn(Reader, lambda: False)() == 1


def test_a_killed_worker_goes_on_where_it_was(site, clerk, monkeypatch) -> None:
    papers = [upload(clerk, decision(number=str(n)), publish=True) for n in (31, 32)]
    work(site)
    for one in papers:
        old.age(one)
    queue.fill()
    claimed = jobs.claim(queue.KIND, 1, 120)
    assert [job.document_id for job in claimed] == [papers[1]]
    again(site)
    assert {old.version_of(one).reader for one in papers} == {READER_VERSION} and waiting(queue.KIND) == []


def test_it_is_told_how_far_it_is(site, clerk, paper: int) -> None:
    upload(clerk, decision(number="41"), publish=True)
    documents.add_version(clerk, paper, io.BytesIO(decision(number="13")), "moi.docx", None)
    work(site)
    old.age(paper, 1)
    old.age(paper, 2)
    found = queue.progress(COMMAND_LINE)
    assert (found.total, found.waiting, found.done, found.older, found.undecided) == (2, 1, 1, 1, 0)
    again(site)
    found = queue.progress(COMMAND_LINE)
    assert (found.waiting, found.older) == (0, 0)
