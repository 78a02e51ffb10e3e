"""Several files of one text: a further file of a version, a draft joined to another document, and secrets in them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, DocumentFlow, File, RecognisedPage, TrailEvent, Version, WithheldBytes
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.reading.ocr import tesseract
from docmgr.reading.ocr.words import OcrPage, OcrWord, to_plain
from docmgr.services.access import guard
from docmgr.services.documents import bin, facts, files, lifecycle
from docmgr.services.documents import page as document_page
from docmgr.services.documents.confirming import renditions
from docmgr.services.documents.withholding import withhold
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.indexing import sync
from docmgr.services.relations import relations
from docmgr.services.scans import copies
from docmgr.services.search import find
from docmgr.services.workflow import starting
from tests.filling import scans
from tests.filling.filing import actions, load, seen
from tests.filling.papers import decision, pdf
from tests.filling.registers import workflow
from tests.support import needs
from tests.support.acting import actor_of, upload, work

SECRET = "MẬT"


@pytest.fixture
def draft(site: Context, clerk: Actor, paper: int) -> int:
    """A draft of the same number with another text."""
    number = upload(clerk, decision(subject="Về việc khác", body=("QUYẾT ĐỊNH:", "Điều 1. Lời kholamtramvu")), "ban-khac.docx")
    work(site)
    return number


def names(document_id: int, no: int | None = None) -> list[str]:
    """The names of the files of one version."""
    with db.read() as session:
        document = session.get_one(Document, document_id)
        query = select(Version).where(Version.document_id == document_id, Version.no == (no or document.current_no))
        return [file.name for file in session.scalars(query).one().files]


def event(document_id: int, action: str) -> dict[str, Any]:
    with db.read() as session:
        query = select(TrailEvent).where(TrailEvent.document_id == document_id, TrailEvent.action == action)
        return dict(session.scalars(query).one().details)


def sha_of(document_id: int) -> str:
    """The hash of the first file of the newest version."""
    with db.read() as session:
        query = select(Version).where(Version.document_id == document_id).order_by(Version.no.desc()).limit(1)
        return session.scalars(query).one().files[0].sha256


def hits(actor: Actor, words: str) -> list[int]:
    """The ids of the documents that a search finds."""
    db.release()
    return [hit.document.id for hit in find.find(actor, words, record=False).hits]


def test_a_further_file_stands_beside_the_first(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    text = document_page.frame(clerk, paper, with_text=True).text
    added = renditions.add_file(clerk, paper, io.BytesIO(pdf(1)), "ban-ky-so.pdf")
    assert added.outcome == "stored"
    assert names(paper) == ["ban-word.docx", "ban-ky-so.pdf"]
    again = renditions.add_file(clerk, paper, io.BytesIO(pdf(1)), "lan-hai.pdf")
    assert again.outcome == "duplicate"
    work(site)
    page = document_page.frame(staff, paper, with_text=True)
    assert page.text == text and page.versions_total == 1
    assert [file.name for file in document_page.files(staff, page)] == ["ban-word.docx", "ban-ky-so.pdf"]
    second = document_page.files(staff, page)[1]
    assert files.open_file(staff, second.id, action="file:open").name == "ban-ky-so.pdf"
    told = event(paper, "file:add")
    assert (told["no"], told["file"], told["sha256"]) == (1, "ban-ky-so.pdf", second.sha256)


def test_until_it_is_looked_through_only_its_uploader_opens_it(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    renditions.add_file(clerk, paper, io.BytesIO(pdf(1)), "ban-ky-so.pdf")
    page = document_page.frame(staff, paper)
    assert [file.name for file in document_page.files(staff, page)] == ["ban-word.docx"]
    hidden = document_page.files(clerk, document_page.frame(clerk, paper))[1]
    assert files.open_file(clerk, hidden.id, action="file:open").name == "ban-ky-so.pdf"
    with pytest.raises(NotFound):
        files.open_file(staff, hidden.id, action="file:open")


def test_only_the_first_file_has_a_searchable_copy(site: Context, clerk: Actor) -> None:
    scan = upload(clerk, pdf(1), "quet.pdf")
    work(site)
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == scan)).one()
        page = OcrPage(1, 595, 842, words=(OcrWord("Chu", 72, 100, 200, 120, 95, 0),))
        session.add(RecognisedPage(version_id=version.id, number=1, confidence=95, content=to_plain(page)))
    renditions.add_file(clerk, scan, io.BytesIO(pdf(2)), "khac.pdf")
    first, second = document_page.files(clerk, document_page.frame(clerk, scan))
    assert copies.searchable(clerk, first.id).name == "quet (tìm được chữ).pdf"
    with pytest.raises(NotFound):
        copies.searchable(clerk, second.id)


def test_a_secret_further_file_is_removed_alone(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    text = document_page.frame(staff, paper, with_text=True).text
    renditions.add_file(clerk, paper, io.BytesIO(decision(stamp=SECRET)), "ban-mat.docx")
    work(site)
    assert (load(paper).state, load(paper).workflow, names(paper)) == ("findable", "published", ["ban-word.docx"])
    assert document_page.frame(staff, paper, with_text=True).text == text
    told = event(paper, "file:withhold")
    assert (told["no"], told["file"]) == (1, "ban-mat.docx")
    with db.read() as session:
        first = session.scalars(select(File.sha256)).one()
        assert set(session.scalars(select(WithheldBytes.sha256))) == {told["sha256"]}
    assert site.storage.exists(first) and not site.storage.exists(told["sha256"])


def test_nobody_removes_a_hidden_document_through_a_copy_of_it(site: Context, clerk: Actor, staff: Actor, people: Any) -> None:
    hidden = upload(clerk, decision(), "kin.docx")
    work(site)
    own = upload(COMMAND_LINE, decision(number="99"), "cua-toi.docx")
    work(site)
    with db.write() as session:
        first = session.scalars(select(File).where(File.name == "cua-toi.docx")).one()
        first.sha256 = session.scalars(select(File.sha256).where(File.name == "kin.docx")).one()
    renditions.add_file(COMMAND_LINE, own, io.BytesIO(decision(stamp="TUYỆT MẬT")), "mat.docx")
    work(site)
    assert load(hidden).state == load(own).state == "findable"
    assert names(hidden) == ["kin.docx"] and names(own) == ["cua-toi.docx"]
    assert site.storage.exists(sha_of(hidden))


def test_a_secret_rendition_leaves_the_other_document_its_first_file(site: Context, clerk: Actor, paper: int) -> None:
    renditions.add_file(clerk, paper, io.BytesIO(decision(number="98")), "ban-khac.docx")
    copy = upload(COMMAND_LINE, decision(number="97"), "ban-sao.docx")
    work(site)
    with db.write() as session:
        shared = session.scalars(select(File.sha256).where(File.name == "ban-khac.docx")).one()
        session.scalars(select(File).where(File.name == "ban-sao.docx")).one().sha256 = shared
        session.flush()
        withhold(session, session.scalars(select(Version).where(Version.document_id == copy)).one(), SECRET)
    assert load(copy).state == "withheld" and names(paper) == ["ban-word.docx"]
    assert event(paper, "file:withhold")["sha256"] == shared


def test_known_secret_bytes_are_removed_alone_and_not_stored(site: Context, clerk: Actor, paper: int) -> None:
    secret = decision(stamp=SECRET)
    upload(clerk, secret, "mat.docx")
    work(site)
    assert renditions.add_file(clerk, paper, io.BytesIO(secret), "ban-mat.docx").outcome == "stored"
    work(site)
    assert load(paper).state == "findable" and names(paper) == ["ban-word.docx"]


def seen_names(actor: Actor, document_id: int) -> list[str]:
    """The names of the files that the actor sees on the tab of files."""
    db.release()
    page = document_page.frame(actor, document_id)
    return [file.name for file in document_page.files(actor, page)]


def test_a_scan_is_recognised_before_others_open_it(site: Context, clerk: Actor, staff: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    needs.tesseract()
    renditions.add_file(clerk, paper, io.BytesIO(scans.as_pdf(scans.page())), "quet.pdf")
    with monkeypatch.context() as patch:
        patch.setattr(tesseract, "available", lambda: False)
        work(site)
    assert seen_names(staff, paper) == ["ban-word.docx"]
    assert seen_names(clerk, paper) == ["ban-word.docx", "quet.pdf"]
    work(site)
    assert seen_names(staff, paper) == ["ban-word.docx", "quet.pdf"]
    with db.read() as session:
        assert session.scalar(select(RecognisedPage)) is None


def test_a_scan_with_a_stamp_is_removed_alone(site: Context, clerk: Actor, paper: int) -> None:
    needs.tesseract()
    stamped = scans.as_pdf(scans.page(body=("MẬT", *scans.BODY), head=False))
    renditions.add_file(clerk, paper, io.BytesIO(stamped), "quet.pdf")
    work(site)
    assert names(paper) == ["ban-word.docx"] and load(paper).state == "findable"
    assert event(paper, "file:withhold")["file"] == "quet.pdf"


def test_what_cannot_be_looked_through_stays_with_its_uploader(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    renditions.add_file(clerk, paper, io.BytesIO(pdf(1)[:200]), "hong.pdf")
    work(site)
    assert seen_names(staff, paper) == ["ban-word.docx"]
    assert seen_names(clerk, paper) == ["ban-word.docx", "hong.pdf"]


def test_a_draft_that_was_not_looked_through_waits_as_a_further_file(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    broken = upload(clerk, pdf(1)[:200], "hong.pdf")
    work(site)
    renditions.join(clerk, broken, paper, renditions.RENDITION)
    work(site)
    assert seen_names(staff, paper) == ["ban-word.docx"]
    assert seen_names(clerk, paper) == ["ban-word.docx", "hong.pdf"]


def test_a_mail_or_archive_is_no_rendition(clerk: Actor, paper: int) -> None:
    mail = b"From: a@b.vn\r\nTo: c@d.vn\r\nSubject: Thu\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nChao\r\n"
    added = renditions.add_file(clerk, paper, io.BytesIO(mail), "thu.eml")
    assert (added.outcome, added.reason) == ("refused", renditions.NOT_ONE_PAPER)
    assert names(paper) == ["ban-word.docx"]


def test_who_may_only_read_adds_and_joins_nothing(clerk: Actor, staff: Actor, auditor: Actor, paper: int, draft: int) -> None:
    for actor in (staff, auditor):
        with pytest.raises((NotFound, Denied)):
            renditions.add_file(actor, paper, io.BytesIO(pdf(1)), "a.pdf")
        with pytest.raises((NotFound, Denied)):
            renditions.join(actor, draft, paper, renditions.VERSION)
    assert names(paper) == ["ban-word.docx"]


def test_a_draft_becomes_the_next_version(site: Context, clerk: Actor, staff: Actor, paper: int, draft: int) -> None:
    assert renditions.join(clerk, draft, paper, renditions.VERSION) == 2
    work(site)
    assert names(paper, 1) == ["ban-word.docx"] and names(paper, 2) == ["ban-khac.docx"]
    document = load(paper)
    assert (document.current_no, document.file_name, document.state, document.workflow) == (2, "ban-khac.docx", "findable", "published")
    # What people have confirmed stays; the text is that of the new file, and nothing was read again.
    assert document.subject == "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở"
    assert "kholamtramvu" in document_page.frame(staff, paper, with_text=True).text
    assert hits(staff, "kholamtramvu") == [paper]
    assert actions(paper).count("document:read") == 1
    told = event(paper, "version:add")
    assert (told["no"], told["file"], told["from_id"]) == (2, "ban-khac.docx", draft)


def test_a_new_version_fills_facts_that_nobody_confirmed(site: Context, clerk: Actor) -> None:
    one = upload(clerk, decision(), "a.docx")
    two = upload(clerk, decision(subject="Về việc mới hơn"), "b.docx")
    work(site)
    renditions.join(clerk, two, one, renditions.VERSION)
    document = load(one)
    assert document.subject == "Về việc mới hơn" and document.number_key == "12/QD-SGDDT"
    assert [d.id for d in facts.to_confirm(clerk)] == [one]


def test_a_draft_becomes_a_further_file(site: Context, clerk: Actor, staff: Actor, paper: int, draft: int) -> None:
    before = document_page.frame(staff, paper, with_text=True).text
    assert renditions.join(clerk, draft, paper, renditions.RENDITION) == 1
    work(site)
    assert names(paper) == ["ban-word.docx", "ban-khac.docx"]
    assert document_page.frame(staff, paper, with_text=True).text == before
    assert hits(staff, "kholamtramvu") == []
    assert event(paper, "file:add")["from_id"] == draft


def test_an_older_draft_never_becomes_the_first_file(site: Context, clerk: Actor) -> None:
    older = upload(clerk, pdf(1), "cu.pdf")
    newer = upload(clerk, decision(), "moi.docx")
    work(site)
    renditions.join(clerk, older, newer, renditions.RENDITION)
    assert names(newer) == ["moi.docx", "cu.pdf"]


@pytest.mark.parametrize("way", [renditions.VERSION, renditions.RENDITION])
def test_the_joined_draft_is_gone_and_its_trail_says_where(site: Context, clerk: Actor, auditor: Actor, paper: int, draft: int, way: str) -> None:
    renditions.join(clerk, draft, paper, way)
    assert draft not in seen(clerk) | seen(auditor)
    assert load(draft).merged_into == paper
    assert actions(draft)[0] == "document:upload" and actions(draft)[-1] == "document:join"
    assert event(draft, "document:join") == {"to": "Quyết định 12/QĐ-SGDĐT", "to_id": paper}
    assert bin.contents(clerk).total == 0
    with pytest.raises(NotFound):
        bin.restore_document(clerk, draft)
    with pytest.raises(NotFound):
        renditions.join(clerk, draft, paper, way)
    assert draft not in [d.id for d in facts.to_confirm(clerk)]
    sync.drain()


@pytest.mark.parametrize("way", [renditions.VERSION, renditions.RENDITION])
def test_secret_bytes_found_later_reach_the_joined_file(site: Context, clerk: Actor, paper: int, draft: int, way: str) -> None:
    renditions.join(clerk, draft, paper, way)
    other = upload(COMMAND_LINE, decision(number="77"), "khac.docx")
    work(site)
    with db.write() as session:
        file = session.scalars(select(File).where(File.name == "khac.docx")).one()
        file.sha256 = session.scalars(select(File.sha256).where(File.name == "ban-khac.docx").limit(1)).one()
        session.flush()
        withhold(session, session.scalars(select(Version).where(Version.document_id == other)).one(), SECRET)
    # As a further file it is removed alone.
    assert load(paper).state == ("withheld" if way == renditions.VERSION else "findable")
    assert names(paper, 1) == ["ban-word.docx"]


def test_what_cannot_be_joined_says_why(site: Context, clerk: Actor, paper: int, draft: int) -> None:
    with pytest.raises(Invalid):
        renditions.join(clerk, draft, paper, "khac")
    with pytest.raises(Invalid):
        renditions.join(clerk, draft, draft, renditions.VERSION)
    with pytest.raises(Conflict):
        renditions.join(clerk, draft, paper, renditions.VERSION, revision=0)
    with pytest.raises(Invalid) as unread:
        renditions.join(clerk, upload(clerk, decision(number="14"), "d.docx"), paper, renditions.VERSION)
    assert unread.value.message == renditions.NOT_A_DRAFT
    with pytest.raises(Invalid) as busy:
        renditions.join(clerk, draft, upload(clerk, decision(number="15"), "e.docx"), renditions.VERSION)
    assert busy.value.message == renditions.STILL_READING
    with pytest.raises(Invalid) as published:
        renditions.join(clerk, paper, draft, renditions.VERSION)
    assert published.value.message == renditions.NOT_A_DRAFT
    assert names(paper) == ["ban-word.docx"] and guard.get(clerk, draft).workflow == "draft"


def test_a_draft_with_ties_is_not_joined(site: Context, clerk: Actor, paper: int, draft: int) -> None:
    # It would be published past the approval of its workflow.
    starting.start(clerk, draft, workflow("outgoing"))
    with pytest.raises(Invalid) as running:
        renditions.join(clerk, draft, paper, renditions.VERSION)
    assert running.value.message == renditions.TIED
    db.release()
    starting.stop(clerk, draft, "Nhầm", revision=None)
    starting.start(clerk, paper, workflow("incoming"))
    with db.write() as session:
        session.scalars(select(DocumentFlow).where(DocumentFlow.document_id == paper)).one().answer_id = draft
    with pytest.raises(Invalid) as answering:
        renditions.join(clerk, draft, paper, renditions.VERSION)
    assert answering.value.message == renditions.TIED
    db.release()
    starting.stop(clerk, paper, "Nhầm", revision=None)
    relations.add(clerk, draft, "based_on", paper)
    with pytest.raises(Invalid) as tied:
        renditions.join(clerk, draft, paper, renditions.VERSION)
    assert tied.value.message == renditions.TIED


def test_nothing_is_joined_to_a_deleted_document(site: Context, clerk: Actor, people: Any, paper: int, draft: int) -> None:
    lifecycle.delete(clerk, [paper])
    with pytest.raises(NotFound):
        renditions.join(clerk, draft, paper, renditions.VERSION)
    assert draft in seen(actor_of(people["clerk"]))
