"""Scans as further files of a version: recognised a few pages at a time, each stored, before others may open them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import File, Job, RenditionPage, Signature, TrailEvent
from docmgr.policy import Actor
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.words import OcrPage
from docmgr.services import jobs
from docmgr.services.documents.confirming import renditions, second_files
from tests.filling import papers, scans
from tests.filling.recognition import given, killed_at, recognised
from tests.support.acting import upload, work

SHEET = Image.new("RGB", (200, 283), (250, 250, 250))
LINES = ("Thông báo về việc nghỉ lễ năm nay của toàn thể công chức, viên chức và người lao động trong đơn vị.",) * 3


def written(number: int, line: str = "Điều 1. Phạm vi") -> OcrPage:
    return recognised(number, (line,))


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the pages that were recognised."""
    return given(monkeypatch, written)


def add(clerk: Actor, paper: int, content: bytes, name: str = "quet.pdf") -> None:
    renditions.add_file(clerk, paper, io.BytesIO(content), name)


def look() -> None:
    """Let the worker read the further files, and recognise nothing yet."""
    with worker.Reader() as reader:
        second_files.read_some(reader)
    db.release()


def rows(query: Any) -> list[Any]:
    db.release()
    with db.read() as session:
        return list(session.scalars(query))


def waits() -> list[bool]:
    return rows(select(File.waits).order_by(File.id))


def test_a_thick_scan_is_recognised_in_turns(site: Context, clerk: Actor, paper: int, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_files, "TURN_PAGES", 2)
    asked: list[bool] = []
    kept = second_files.Reader
    monkeypatch.setattr(second_files, "Reader", lambda gives_way=False: asked.append(gives_way) or kept())
    add(clerk, paper, papers.scan(5))
    look()
    first = rows(select(Job.id).where(Job.kind == second_files.RECOGNISE))
    assert second_files.recognise_some() == 1 and pages == [1, 2]
    # It goes to the end of the queue with what is stored.
    assert rows(select(Job.id).where(Job.kind == second_files.RECOGNISE)) > first and waits() == [False, True]
    second_files.recognise_some()
    second_files.recognise_some()
    assert pages == [1, 2, 3, 4, 5] and waits() == [False, False]
    assert rows(select(RenditionPage)) == [] and second_files.recognise_some() == 0
    assert asked == [True] * 3


def test_a_killed_worker_goes_on_with_the_next_page(site: Context, clerk: Actor, paper: int, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    add(clerk, paper, papers.scan(3))
    look()

    killed_at(2, second_files.recognise_some, monkeypatch)
    assert rows(select(RenditionPage.number)) == [1]
    work(site)
    assert pages == [1, 2, 3] and waits() == [False, False]


def test_stopping_keeps_the_pages_that_are_done(site: Context, clerk: Actor, paper: int, pages: list[int]) -> None:
    add(clerk, paper, papers.scan(3))
    look()
    second_files.recognise_some(lambda: len(pages) == 1)
    assert pages == [1] and waits() == [False, True]
    second_files.recognise_some()
    assert pages == [1, 2, 3] and waits() == [False, False]


def test_the_lease_is_renewed_before_each_page(site: Context, clerk: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    leases: list[Any] = []

    def page(number: int) -> OcrPage:
        leases.extend(rows(select(Job.leased_until).where(Job.kind == second_files.RECOGNISE)))
        return written(number)

    given(monkeypatch, page)
    add(clerk, paper, papers.scan(3))
    look()
    second_files.recognise_some()
    assert len(leases) == 3 and leases == sorted(set(leases))


def test_a_job_that_another_worker_took_stores_nothing(site: Context, clerk: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(number: int) -> OcrPage:
        with db.write() as session:
            session.execute(update(Job).where(Job.kind == second_files.RECOGNISE).values(attempts=Job.attempts + 1))
        return written(number)

    seen = given(monkeypatch, slow)
    add(clerk, paper, papers.scan(2))
    look()
    second_files.recognise_some()
    assert seen == [1] and rows(select(RenditionPage)) == [] and waits() == [False, True]


def test_a_page_that_fails_keeps_the_scan_with_its_uploader(site: Context, clerk: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, lambda number: OcrPage(number, 0, 0, fault="too_long") if number == 2 else written(number))
    add(clerk, paper, papers.scan(3))
    work(site)
    assert waits() == [False, True] and rows(select(RenditionPage)) == []


def test_a_scan_that_always_fails_leaves_no_pages(site: Context, clerk: Actor, paper: int, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    add(clerk, paper, papers.scan(1))
    look()

    def fails(_pages: Any, _kind: str) -> None:
        raise OSError("disk")

    monkeypatch.setattr(recogniser, "read", fails)
    for _ in range(jobs.MAX_ATTEMPTS):
        with db.write() as session:
            session.execute(update(Job).values(run_after=db.now(), leased_until=None))
        second_files.recognise_some()
    assert pages == [1] and rows(select(RenditionPage)) == [] and waits() == [False, True]


def test_pages_that_are_pictures_are_looked_at_too(site: Context, clerk: Actor, paper: int, pages: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    add(clerk, paper, scans.among_text(LINES, SHEET, LINES), "thu.pdf")
    look()
    assert waits() == [False, True]
    work(site)
    assert pages == [2] and waits() == [False, False]


def test_a_stamp_on_a_picture_among_pages_of_text_removes_the_file_alone(site: Context, clerk: Actor, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, lambda number: written(number, "TỐI MẬT"))
    add(clerk, paper, scans.among_text(LINES, SHEET), "thu.pdf")
    work(site)
    assert len(waits()) == 1 and rows(select(RenditionPage)) == []
    assert len(rows(select(TrailEvent).where(TrailEvent.action == "file:withhold"))) == 1


def test_a_joined_draft_with_such_pages_is_looked_through_again(site: Context, clerk: Actor, paper: int, pages: list[int]) -> None:
    draft = upload(clerk, scans.among_text(LINES, SHEET), "thu.pdf")
    work(site)
    renditions.join(clerk, draft, paper, renditions.RENDITION)
    assert rows(select(File.waits).where(File.name == "thu.pdf").order_by(File.id)) == [False, True]
    work(site)
    assert rows(select(File.waits).where(File.name == "thu.pdf").order_by(File.id)) == [False, False]
    assert rows(select(Signature)) == []
