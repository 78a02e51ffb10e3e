"""A PDF with pages of text and pages that are pictures: these are recognised alone, and their words join the text."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from docmgr import db, worker
from docmgr.models import Citation, Document, DocumentFact, Job, RecognisedPage, Task, Version
from docmgr.policy import Actor
from docmgr.reading.notes import PICTURE_PAGES, UNRECOGNISED_PAGES, WORDLESS_PAGES
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.words import OcrPage, to_plain
from docmgr.reading.outcomes import fallen_short
from docmgr.services.documents import facts, progress
from docmgr.services.documents import page as document_page
from docmgr.services.documents.attachments import publishing
from docmgr.services.documents.pictures import layers, previews
from docmgr.services.documents.places import places
from docmgr.services.documents.rereading.recognised import with_pages
from docmgr.services.errors import NotFound
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.scans import copies, recognise, shown, turns
from docmgr.services.search import find
from docmgr.services.texts import conversion
from indexer import Fragment
from tests.filling import old_readings as old
from tests.filling import scans
from tests.filling.recognition import given, killed_at, read_only, recognised
from tests.reading.messages import mail
from tests.support.acting import actor_of, upload, work

HEAD = ("UBND TỈNH MẪU", "SỞ NỘI VỤ", "Số: 12/QĐ-SNV", "Tỉnh Mẫu, ngày 05 tháng 02 năm 2024", "QUYẾT ĐỊNH", "Về việc ban hành Quy chế")
FIRST = (*HEAD, "Điều 1. Phạm vi của quy chế", "Quy chế này áp dụng cho mọi cơ quan, đơn vị.", "Điều 2. Trách nhiệm của người đứng đầu")
LAST = ("Điều 4. Hiệu lực thi hành của quyết định này và các văn bản khác có liên quan", "Quyết định này có hiệu lực kể từ ngày ký ban hành, thay thế các quy định trước đây.")
SCANNED = ("Điều 3. Niêm yết theo Nghị định số 30/2020/NĐ-CP", "Kholamvu được niêm yết tại trụ sở.")
SHEET = Image.new("RGB", (200, 283), (250, 250, 250))


def letter(pictures: int = 1) -> bytes:
    return scans.among_text(FIRST, *[SHEET] * pictures, LAST)


def written(number: int, lines: tuple[str, ...] = SCANNED, confidence: float = 96) -> OcrPage:
    return recognised(number, lines, confidence, step=40)


@pytest.fixture
def clerk(people) -> Actor:
    return actor_of(people["clerk"])


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the pages that were recognised."""
    return given(monkeypatch, written)


def rows(query: Any) -> list[Any]:
    db.release()
    with db.read() as session:
        return list(session.scalars(query))


def notes(document_id: int) -> list[str]:
    return [one.msgid for one in conversion.notes(old.version_of(document_id))]


def articles(document_id: int) -> list[str]:
    return [anchor for anchor in old.anchors_of(document_id) if anchor.startswith("dieu")]


def test_pages_that_are_pictures_join_the_text_at_their_place(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf", publish=True)
    read_only()
    before = old.version_of(number)
    assert (before.outcome, before.health, before.picture_pages) == ("text", "doubtful", [2])
    assert articles(number) == ["dieu-1", "dieu-2", "dieu-4"] and notes(number) == [PICTURE_PAGES]
    work(site)
    assert pages == [2] and rows(select(Job)) == []
    assert articles(number) == ["dieu-1", "dieu-2", "dieu-3", "dieu-4"]
    after = old.version_of(number)
    assert (after.health, after.health_reason, notes(number)) == ("ocr", "ocr_pages", [])
    assert [hit.document.id for hit in find.find(clerk, "kholamvu").hits] == [number]
    assert rows(select(Document.number)) == ["12/QĐ-SNV"]
    assert "30/2020/NĐ-CP" in rows(select(Citation.number))
    sure = rows(select(DocumentFact.sure).where(DocumentFact.field.in_(("number", "issued_on"))))
    assert sure == [True, True]


def test_a_scan_whose_first_page_has_text_keeps_that_text(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, scans.among_text(FIRST, *[SHEET] * 5), "quet.pdf")
    work(site)
    assert pages == [2, 3, 4, 5, 6]
    assert "Trách nhiệm của người đứng đầu" in (document_page.frame(clerk, number, with_text=True).text)


@pytest.mark.parametrize("stamped", [written(5, ("TỐI MẬT", *SCANNED)), OcrPage(5, 595, 842, stamp="Mật")], ids=["black", "red"])
def test_a_stamp_on_such_a_page_withholds_the_document(site, clerk, monkeypatch: pytest.MonkeyPatch, stamped: OcrPage) -> None:
    given(monkeypatch, lambda number: stamped if number == 5 else written(number))
    number = upload(clerk, scans.among_text(FIRST, LAST, SHEET, LAST, SHEET), "mat.pdf", publish=True)
    sha256 = old.version_of(number).files[0].sha256
    work(site)
    assert rows(select(Document.state)) == ["withheld"]
    assert rows(select(Version)) == rows(select(RecognisedPage)) == [] and not site.storage.exists(sha256)


def test_confirmed_facts_and_tasks_stay(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf")
    read_only()
    form = facts.form(clerk, number)
    facts.save(clerk, number, {"number": "99/QĐ"}, revision=form.document.revision, confirm=True, publish=False)
    given = TaskInput("Báo cáo", clerk.unit_id, due_rule="continuous", document_id=number, anchor="dieu-4")
    tasks.create(clerk, plans.create(clerk, PlanInput("Kế hoạch", 2024)), given)
    work(site)
    assert rows(select(Document.number)) == ["99/QĐ"] and "dieu-3" in articles(number)
    assert rows(select(Task.anchor)) == ["dieu-4"] and old.kept_of(number) is None


def test_a_killed_worker_goes_on_with_the_next_page(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    upload(clerk, letter(3), "cong-van.pdf")
    read_only()

    killed_at(3, recognise.recognise_some, monkeypatch)
    work(site)
    assert pages == [2, 3, 4]


def test_without_tesseract_it_is_said_and_done_later(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(recognise.tesseract, "available", lambda: False)
        number = upload(clerk, letter(), "cong-van.pdf")
        work(site)
        assert progress.states(clerk, [number])[0].state == "findable"
        assert (notes(number), pages, rows(select(Version.reason_code))) == ([PICTURE_PAGES], [], [None])
    work(site)
    assert (notes(number), pages) == ([], [2])


@pytest.mark.parametrize(("page", "told", "health"), [
    (OcrPage(2, 0, 0, fault="too_long"), UNRECOGNISED_PAGES, "doubtful"),
    (OcrPage(2, 595, 842), WORDLESS_PAGES, "good"),
])  # fmt: skip
def test_a_page_that_gives_no_words_is_told(site, clerk, monkeypatch: pytest.MonkeyPatch, page: OcrPage, told: str, health: str) -> None:
    given(monkeypatch, lambda _number: page)
    number = upload(clerk, letter(), "cong-van.pdf")
    work(site)
    assert notes(number) == [told] and old.version_of(number).health == health
    assert articles(number) == ["dieu-1", "dieu-2", "dieu-4"]


def test_words_marks_and_places_are_those_of_each_page(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf")
    work(site)
    frame = document_page.frame(clerk, number, with_text=True)
    assert shown.recognition(clerk, frame) == shown.Recognition(96, (), "2")
    assert shown.recognised_among(clerk, [number]) == {number}
    file = old.version_of(number).files[0].id
    lines = layers.layers(clerk, file, range(1, 4))
    assert sorted(lines) == [1, 2, 3] and "Kholamvu" in lines[2][1].text and "UBND" in lines[1][0].text
    found = places(clerk, file, {"own": "Số: 12/QĐ-SNV", "recognised": "Kholamvu được niêm yết"})
    assert {key: boxes[0].page for key, boxes in found.items()} == {"own": 1, "recognised": 2}

    def mark(text: str) -> tuple[Fragment, ...]:
        before, match, after = text.partition("Kholamvu")
        return (Fragment(before, False), Fragment(match, True), Fragment(after, False))

    assert sorted(shown.marks(clerk, frame, mark)) == [2]


def test_the_searchable_copy_adds_the_recognised_words_alone(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf")
    work(site)
    copy = pypdfium2.PdfDocument(io.BytesIO(copies.searchable(clerk, old.version_of(number).files[0].id).data))
    texts = [page.get_textpage().get_text_range() for page in copy]
    assert "Kholamvu" in texts[1] and texts[0].count("SỞ NỘI VỤ") == 1 and "Kholamvu" not in texts[0] + texts[2]


def test_only_pictures_can_be_turned(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf")
    work(site)
    version = old.version_of(number)
    picture = previews.pictured(clerk, version)
    assert picture is not None and list(picture.turns) == [2]
    with pytest.raises(NotFound):
        turns.turn(clerk, picture.file_id, 1, "left")
    turns.turn(clerk, picture.file_id, 2, "left")
    work(site)
    assert pages == [2, 2]


def test_pages_recognised_before_are_joined_and_not_recognised_again(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf")
    work(site)
    # An older generation took the whole file for a scan.
    with db.write() as session:
        version = session.scalars(select(Version)).one()
        version.picture_pages, version.text = None, "Điều 3"
        session.add(RecognisedPage(version_id=version.id, number=1, confidence=90, content=to_plain(written(1, ("Điêu l",)))))
    old.age(number)
    db.release()
    worker.run_until_idle(site, again=True)
    assert articles(number) == ["dieu-1", "dieu-2", "dieu-3", "dieu-4"] and pages == [2]
    assert rows(select(RecognisedPage.number)) == [2]


@pytest.mark.parametrize("fault", [None, "too_long"])
def test_a_mail_waits_for_the_pages_of_its_papers(site, clerk, pages: list[int], monkeypatch: pytest.MonkeyPatch, fault: str | None) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(recognise.tesseract, "available", lambda: False)
        number = upload(clerk, mail(attachments=[("a.pdf", letter())]).as_bytes(), "thu.eml", publish=True)
        work(site)
        assert set(rows(select(Document.workflow))) == {"draft"}
    given(monkeypatch, lambda page: replace(written(page), words=(), fault=fault) if fault else written(page))
    work(site)
    assert set(rows(select(Document.workflow))) == {"draft" if fault else "published"}
    told = publishing.held_back(clerk, document_page.frame(clerk, number))
    assert (told is not None and "(a.pdf)" in told.told()) == bool(fault)


def test_a_reading_that_fails_does_not_leave_the_pictures_alone(site, clerk, pages: list[int]) -> None:
    number = upload(clerk, letter(), "cong-van.pdf")
    work(site)
    (file,) = old.version_of(number).files
    for failed in (fallen_short("too_long", "pdf"), fallen_short("missing_file", "pdf")):
        assert with_pages(file, failed) is failed


def test_words_that_were_typed_onto_a_picture_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scans.among_text(FIRST, SHEET, LAST, typed="Số đến: 77/VP"))
    for page in (written(2), replace(written(2), words=(), fault="too_long")):
        assert "Số đến: 77/VP" in recogniser.join(path, [page]).text
    read = written(2, ("Số đến: 77/VP", "ghi trên trang"))
    assert recogniser.join(path, [read]).text.count("77/VP") == 1


def test_the_heads_of_scanned_papers_take_no_line_from_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scans.among_text(FIRST, LAST, *[SHEET] * 3))
    joined = recogniser.join(path, [written(number, ("UBND TỈNH MẪU", f"Tờ trình {number} của đơn vị")) for number in (3, 4, 5)])
    assert joined.text.startswith("UBND TỈNH MẪU")
