"""Turned pages of scans: kept, drawn, recognised again, and taken into the searchable copy."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, File, Job, PageTurn, RecognisedPage, TrailEvent, Version
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.reading.ocr import recogniser
from docmgr.reading.ocr.words import OcrPage, OcrWord, from_plain, to_plain
from docmgr.services.documents.pictures import layers, previews
from docmgr.services.documents.places import places
from docmgr.services.documents.rereading import recognised
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.scans import copies, recognise, turns
from docmgr.services.search import find
from docmgr.services.trail import words
from docmgr.services.upkeep import checks
from tests.filling import papers, scans
from tests.support.acting import actor_of, upload, work

SHEET = Image.new("L", (827, 1169), 255)


@pytest.fixture
def actor(people) -> Any:
    return actor_of(people["clerk"])


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(page, angle) of each page that was recognised. What Tesseract would recognise is given: its words are tested
    elsewhere, and each page takes seconds."""
    done: list[tuple[int, int]] = []

    def page(_path: Path, _kind: str, number: int, turned: int) -> OcrPage:
        done.append((number, turned))
        width, height = (842, 595) if turned in (90, 270) else (595, 842)
        lines = ("Điều", f"{number}.", "Phạm", "vi", "đứng" if turned else "nằm")
        placed = tuple(OcrWord(word, 60 + 50 * at, 50, 105 + 50 * at, 61, 96, 0) for at, word in enumerate(lines))
        return OcrPage(number, width, height, words=placed)

    monkeypatch.setattr(recogniser, "page", page)
    monkeypatch.setattr(recognise.tesseract, "available", lambda: True)
    return done


def scan(actor: Any, site: Any, content: bytes | None = None, name: str = "quet.pdf") -> tuple[int, int]:
    """(document, file) of a recognised scan of three pages."""
    number = upload(actor, papers.scan(3) if content is None else content, name, publish=True)
    work(site)
    db.release()
    with db.read() as session:
        query = select(File.id).join(Version, Version.id == File.version_id).where(Version.document_id == number)
        return number, session.scalars(query).one()


def size(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def rows(model: Any) -> list[Any]:
    db.release()
    with db.read() as session:
        return list(session.scalars(select(model)))


@pytest.mark.parametrize("kind", ["pdf", "png", "jpg", "tiff"])
def test_a_page_is_turned_and_recognised_again(site, actor, seen: list[tuple[int, int]], kind: str) -> None:
    names = {"png": "PNG", "jpg": "JPEG", "tiff": "TIFF"}
    content = None if kind == "pdf" else scans.as_picture(SHEET, names[kind])
    number, file = scan(actor, site, content, f"quet.{kind}")
    before = size(previews.page_image(actor, file, 1))
    assert turns.turn(actor, file, 1, "right") == (number, None)
    after = size(previews.page_image(actor, file, 1))
    assert before[0] == after[0] == 1100 and before[1] > 1100 > after[1]
    # The old words stay until the page is recognised again.
    assert [hit.document.id for hit in find.find(actor, "nằm").hits] == [number]
    del seen[:]
    work(site)
    assert seen == [(1, 90)]
    assert [hit.document.id for hit in find.find(actor, "đứng").hits] == [number]
    (place,) = places(actor, file, {"q": "đứng"})["q"]
    assert (place.page, place.left, place.top) == (1, pytest.approx(260 / 842), pytest.approx(50 / 595))
    (line,) = layers.layers(actor, file, range(1, 2))[1]
    assert line.text == "Điều 1. Phạm vi đứng" and line.left == pytest.approx(60 / 842)
    assert rows(Document)[0].state == "findable" and checks.check(COMMAND_LINE) == []


def test_quarters_add_up(site, actor, seen: list[tuple[int, int]]) -> None:
    _number, file = scan(actor, site)
    angles = []
    for by in ("left", "left", "right", "right", "right"):
        turns.turn(actor, file, 2, by)
        angles += [row.angle for row in rows(PageTurn)]
    assert angles == [270, 180, 270, 0, 90]
    assert len([job for job in rows(Job) if job.kind == "ocr"]) == 1
    # The words stay in the text until the page is recognised again, but are not shown on its turned picture.
    version_id = rows(RecognisedPage)[0].version_id
    with db.read() as session:
        assert [page.number for page in recognised.stored_pages(session, version_id)] == [1, 2, 3]
        assert [page.number for page in recognised.as_turned(session, version_id)] == [1, 3]
    assert layers.layers(actor, file, range(2, 3)) == {}


def test_it_is_in_the_trail(site, actor, seen: list[tuple[int, int]]) -> None:
    number, file = scan(actor, site)
    turns.turn(actor, file, 3, "left")
    (event,) = [event for event in rows(TrailEvent) if event.action == "file:turn"]
    assert (event.document_id, event.details["page"], event.details["angle"]) == (number, 3, 270)
    assert words.verb(event) == "Xoay trang"


def test_the_searchable_copy_is_turned_too(site, actor, seen: list[tuple[int, int]]) -> None:
    _number, file = scan(actor, site)
    turns.turn(actor, file, 2, "right")
    with pytest.raises(Invalid):
        copies.searchable(actor, file)
    work(site)
    db.release()
    pages = pypdfium2.PdfDocument(copies.searchable(actor, file).data)
    assert [round(page.get_size()[0]) for page in pages] == [595, 842, 595]
    text = pages[1].get_textpage()
    assert "đứng" in text.get_text_bounded()
    # The words stand where they were recognised: in the first tenth of the page that is shown.
    left, _bottom, right, top = text.get_charbox(0)
    assert right - left < 60 and 0 < top


def test_a_page_that_is_turned_while_it_is_recognised(site, actor, seen: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    number, file = scan(actor, site)
    turns.turn(actor, file, 1, "right")
    usual = recogniser.page
    again = iter(["right"])

    def slow(path: Path, kind: str, which: int, turned: int) -> OcrPage:
        for by in again:
            turns.turn(actor, file, 1, by)
        return usual(path, kind, which, turned)

    monkeypatch.setattr(recogniser, "page", slow)
    del seen[:]
    work(site)
    assert seen == [(1, 90), (1, 180)] and {row.number: row.content["turned"] for row in rows(RecognisedPage)}[1] == 180
    assert rows(Document)[0].state == "findable" and number == rows(Document)[0].id


@pytest.mark.parametrize(("number", "by"), [(0, "left"), (4, "left"), (1, "up"), (1, "")])
def test_no_such_page_or_side(site, actor, seen: list[tuple[int, int]], number: int, by: str) -> None:
    _document, file = scan(actor, site)
    with pytest.raises(NotFound):
        turns.turn(actor, file, number, by)
    assert rows(PageTurn) == []


def test_a_text_is_not_turned(site, actor, seen: list[tuple[int, int]]) -> None:
    _document, file = scan(actor, site, papers.pdf())
    assert list(previews.pictured(actor, rows(Version)[0]).turns) == []
    with pytest.raises(NotFound):
        turns.turn(actor, file, 1, "left")


def test_who_may_not_edit_may_not_turn(site, actor, people, seen: list[tuple[int, int]]) -> None:
    _document, file = scan(actor, site)
    for role in ("leader", "auditor", "staff"):
        with pytest.raises((NotFound, Denied)):
            turns.turn(actor_of(people[role]), file, 1, "left")
    assert rows(PageTurn) == []


def test_old_rows_without_an_angle_are_read(site) -> None:
    plain = to_plain(OcrPage(1, 595, 842))
    del plain["turned"]
    assert from_plain(plain) == OcrPage(1, 595, 842)
