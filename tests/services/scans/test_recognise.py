"""The jobs that recognise scans: stored page by page, resumed after a crash, and waiting while Tesseract is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db
from docmgr.models import Document, Job, RecognisedPage, Version, WithheldBytes
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.words import OcrPage
from docmgr.services import jobs
from docmgr.services.access import guard
from docmgr.services.documents import facts, progress
from docmgr.services.documents import page as document_page
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.scans import copies, recognise, shown
from docmgr.services.search import find
from indexer import Fragment
from tests.filling import papers, scans
from tests.filling.recognition import given, killed_at, read_only, recognised
from tests.support import needs
from tests.support.acting import actor_of, upload, work

LINES = ("Số: 12/QĐ-SGDĐT", "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024", "QUYẾT ĐỊNH", "Điều 1. Phạm vi", "Điều 2. Hiệu lực")


def written(number: int, lines: tuple[str, ...] = LINES) -> OcrPage:
    """A recognised page with these lines, if it is the first; the others have a provision each."""
    lines = lines if number == 1 else (f"Điều {number + 1}. Việc thứ {number}",)
    return recognised(number, lines)


@pytest.fixture
def clerk(people) -> Any:
    return actor_of(people["clerk"])


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the pages that were recognised."""
    return given(monkeypatch, written)


def waiting() -> list[str]:
    db.release()
    with db.read() as session:
        return list(session.scalars(select(Job.kind).where(Job.kind != "index").order_by(Job.id)))


def document(number: int) -> Document:
    db.release()
    with db.read() as session:
        return session.get_one(Document, number)


def test_a_scan_is_recognised_and_found(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(3), "quet.pdf", publish=True)
    read_only()
    assert document(number).state == "recognising" and document(number).reason_code is None
    assert progress.states(clerk, [number])[0].sentence.told() == "Đã lưu, đang nhận dạng chữ: trang 1/3…"
    work(site)
    assert pages == [1, 2, 3] and waiting() == []
    assert document(number).state == "findable" and document(number).number == "12/QĐ-SGDĐT"
    assert [hit.document.id for hit in find.find(clerk, "phạm vi").hits] == [number]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_pictures_are_taken_as_scans(site, clerk, pages: list[int], kind: str) -> None:
    number = upload(clerk, scans.as_picture(scans.page((), head=False), kind), "anh.bin")
    work(site)
    assert pages == [1] and document(number).state == "findable"


def test_pages_that_are_stored_are_not_recognised_again(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    number = upload(clerk, papers.scan(4), "quet.pdf")
    read_only()

    killed_at(3, recognise.recognise_some, monkeypatch)
    assert progress.states(clerk, [number])[0].sentence.told() == "Đã lưu, đang nhận dạng chữ: trang 3/4…"
    # The lease of the dead worker is released when the next one starts.
    work(site)
    assert pages == [1, 2, 3, 4] and document(number).state == "findable"


def test_stopping_gives_the_job_back_after_the_present_page(site, clerk, pages: list[int]) -> None:
    upload(clerk, papers.scan(4), "quet.pdf")
    read_only()
    assert recognise.recognise_some(lambda: len(pages) == 2) == 1
    assert pages == [1, 2] and waiting() == ["ocr"]
    with db.read() as session:
        assert session.scalars(select(Job.leased_until).where(Job.kind == "ocr")).one() is None


def test_a_thick_scan_lets_a_sheet_go_first(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "TURN_PAGES", 2)
    thick = upload(clerk, papers.scan(5), "day.pdf")
    sheet = upload(clerk, papers.scan(1), "to.pdf")
    read_only()
    assert recognise.recognise_some() == 1 and pages == [1, 2]
    assert recognise.recognise_some() == 1 and document(sheet).state == "indexing"
    assert document(thick).state == "recognising"
    work(site)
    assert pages == [1, 2, 1, 3, 4, 5] and document(thick).state == "findable"


def test_without_tesseract_a_scan_waits_and_says_why(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(recognise.tesseract, "available", lambda: False)
        number = upload(clerk, papers.scan(1), "quet.pdf")
        work(site)
        assert (document(number).state, waiting(), pages) == ("no_text", ["ocr"], [])
        assert "tesseract-ocr" in progress.states(clerk, [number])[0].sentence.told()
    # Tesseract is installed now, and nobody need do anything.
    work(site)
    assert document(number).state == "findable" and document(number).reason_code is None


def test_a_stamp_of_secrecy_on_a_scan_withholds_it(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "page", lambda _path, _kind, number, _turned: written(number, ("TỐI MẬT", *LINES)))
    number = upload(clerk, papers.scan(2), "mat.pdf", publish=True)
    work(site)
    assert document(number).state == "withheld"
    with db.read() as session:
        (held,) = session.scalars(select(WithheldBytes)).all()
        assert session.scalars(select(RecognisedPage)).all() == [] and session.scalars(select(Version)).all() == []
    assert not site.storage.exists(held.sha256)


def test_confirmed_facts_stay(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(1), "quet.pdf")
    read_only()
    form = facts.form(clerk, number)
    facts.save(clerk, number, {"number": "99/QĐ"}, revision=form.document.revision, confirm=True, publish=False)
    work(site)
    assert document(number).number == "99/QĐ" and document(number).state == "findable"


def test_a_scan_that_always_fails_ends_with_a_reason(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    number = upload(clerk, papers.scan(1), "quet.pdf")
    read_only()

    def fails(_pages: Any, _kind: str) -> None:
        raise OSError("disk")

    monkeypatch.setattr(recogniser, "read", fails)
    for _ in range(jobs.MAX_ATTEMPTS):
        with db.write() as session:
            session.execute(update(Job).values(run_after=db.now(), leased_until=None))
        recognise.recognise_some()
    assert (document(number).state, document(number).reason_code, waiting()) == ("no_text", "ocr_failed", [])
    # Its page was recognised once only.
    assert pages == [1]


def test_a_page_without_a_word_is_told(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "page", lambda _path, _kind, number, _turned: OcrPage(number, 595, 842))
    number = upload(clerk, papers.scan(2), "quet.pdf")
    work(site)
    assert (document(number).state, document(number).reason_code) == ("no_text", "ocr_nothing")
    assert shown.recognition(clerk, document_page.frame(clerk, number)) is None


def test_missing_bytes_are_told(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(1), "quet.pdf")
    read_only()
    with db.read() as session:
        sha256 = session.scalars(select(Version)).one().files[0].sha256
    site.storage.remove(sha256)
    work(site)
    assert (document(number).state, document(number).reason_code, pages) == ("unreadable", "missing_file", [])


def test_a_job_that_another_worker_took_saves_nothing(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    upload(clerk, papers.scan(2), "quet.pdf")
    read_only()

    def slow(_path: Path, _kind: str, number: int, _turned: int) -> OcrPage:
        with db.write() as session:
            session.execute(update(Job).where(Job.kind == "ocr").values(attempts=Job.attempts + 1))
        return written(number)

    monkeypatch.setattr(recogniser, "page", slow)
    recognise.recognise_some()
    db.release()
    with db.read() as session:
        assert session.scalars(select(RecognisedPage)).all() == []
    assert waiting() == ["ocr"]


def test_marks_are_the_boxes_of_matching_words(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(2), "quet.pdf")
    work(site)
    frame = document_page.frame(clerk, number)

    def mark(text: str) -> tuple[Fragment, ...]:
        before, match, after = text.partition("Phạm vi")
        return (Fragment(before, False), Fragment(match, True), Fragment(after, False))

    found = shown.marks(clerk, frame, mark)
    assert sorted(found) == [1]
    assert [round(box.left * 595) for box in found[1]] == [160, 210] and {round(box.top * 842) for box in found[1]} == {110}
    assert shown.recognition(clerk, frame) == shown.Recognition(96, ())
    assert shown.recognised_among(clerk, [number, 999]) == {number}


def test_doubtful_pages_are_named(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(2), "quet.pdf")
    work(site)
    with db.write() as session:
        session.execute(update(RecognisedPage).where(RecognisedPage.number == 2).values(confidence=79))
    found = shown.recognition(clerk, document_page.frame(clerk, number))
    assert found is not None and found.doubtful == (2,) and found.confidence == 88


def test_marks_and_badges_are_for_readers_only(site, clerk, people, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(1), "quet.pdf")
    work(site)
    staff = actor_of(people["staff"])
    assert shown.recognised_among(staff, [number]) == set()
    with db.read() as session:
        (file,) = session.scalars(select(Version)).one().files
    for actor in (staff,):
        with pytest.raises(NotFound):
            copies.searchable(actor, file.id)
        with pytest.raises(NotFound):
            guard.get(actor, number)


def test_the_copy_is_recorded_as_opening_the_file(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, papers.scan(1), "Quyết định.pdf")
    work(site)
    with db.read() as session:
        (file,) = session.scalars(select(Version)).one().files
    from tests.filling.desk import actions

    before = len(actions(number))
    assert copies.searchable(clerk, file.id, record=False).data[:5] == b"%PDF-" and len(actions(number)) == before
    copy = copies.searchable(clerk, file.id)
    assert copy.name == "Quyết định (tìm được chữ).pdf" and actions(number)[before:] == ["file:open"]


def test_no_copy_of_a_large_scan_or_of_a_text(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    upload(clerk, papers.decision(), "a.docx")
    upload(clerk, papers.scan(1), "quet.pdf")
    work(site)
    with db.read() as session:
        plain, scan = (version.files[0].id for version in session.scalars(select(Version).order_by(Version.id)))
    with pytest.raises(NotFound):
        copies.searchable(clerk, plain)
    monkeypatch.setattr(copies, "MAX_BYTES", 10)
    with pytest.raises(Invalid, match="quá lớn"):
        copies.searchable(clerk, scan)


def test_a_real_scan_from_upload_to_search(site, clerk) -> None:
    needs.tesseract()
    number = upload(clerk, scans.as_pdf(scans.crooked(scans.stamped(scans.page(), 900, 900), 2.0)), "quet.pdf", publish=True)
    work(site)
    assert document(number).number == "12/QĐ-SGDĐT" and str(document(number).issued_on) == "2024-02-05"
    (hit,) = find.find(clerk, "trách nhiệm của người đứng đầu").hits
    assert hit.provisions[0].anchor == "dieu-2"
